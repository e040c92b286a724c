// Keeps an open page as it is now: when its event changes, or a minute has passed, its main part is read anew.
"use strict";

// Clocks where the visitor is: a link to the same page by them, and what a new account begins with.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const here = document.querySelector("[data-zone]");
if (here && zone && here.dataset.zone !== zone) {
  const link = document.createElement("a");
  const address = new URL(location.href);
  address.searchParams.set("zone", zone);
  link.href = address.href;
  link.textContent = `Show times in ${zone}`;
  here.after(" · ", link);
}

const zoneField = document.querySelector("input[name=time_zone]");
if (zoneField && !zoneField.value) zoneField.value = zone ?? "";

const main = document.querySelector("main[data-changes]");
if (main) {
  let timer;

  const refresh = async () => {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-slots]");
    const shown = main.querySelector("[data-slots]");
    if (!fresh || !shown || fresh.innerHTML === shown.innerHTML) return;
    const focused = shown.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    shown.replaceChildren(...fresh.childNodes);
    if (focused) shown.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, 100);
  };

  const changes = new EventSource(main.dataset.changes);
  for (const kind of main.dataset.kinds.split(" ")) changes.addEventListener(kind, soon);
  // What time alone has changed, and what was missed while away.
  setInterval(() => document.hidden || refresh(), 60_000);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
}
