// A session with tsdav: finds the calendar, puts, lists, changes, syncs and deletes, and prints a line for each.

const { createDAVClient } = require(process.argv[2]);

const object = (summary) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", "UID:one", "DTSTAMP:20261101T000000Z",
    "DTSTART:20261202T100000Z", "DTEND:20261202T110000Z", `SUMMARY:${summary}`, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");

// tsdav gives objects without their last end of line.
const is = (each, summary) => each.data === object(summary).trimEnd();

async function session(serverUrl) {
  const client = await createDAVClient({
    serverUrl,
    credentials: { username: "ada", password: "correct horse" },
    authMethod: "Basic",
    defaultAccountType: "caldav",
  });
  const calendars = await client.fetchCalendars();
  const calendar = calendars.find((one) => one.url.endsWith("/personal/"));
  console.log("found", calendar.url.split("/").at(-2));

  const put = await client.createCalendarObject({ calendar, filename: "one.ics", iCalString: object("One") });
  console.log("put", put.status);
  const [one, ...others] = await client.fetchCalendarObjects({ calendar });
  console.log("listed", others.length + (is(one, "One") ? 1 : 0));
  const changed = await client.updateCalendarObject({ calendarObject: { ...one, data: object("Uno") } });
  console.log("changed", changed.status);
  const stale = await client.updateCalendarObject({ calendarObject: { ...one, data: object("Eins") } });
  console.log("stale", stale.status);

  const synced = await client.smartCollectionSync({
    collection: { ...calendar, objects: [one], objectMultiGet: client.calendarMultiGet },
    method: "webdav",
  });
  console.log("synced", synced.objects.filter((each) => is(each, "Uno")).length);
  const [now] = await client.fetchCalendarObjects({ calendar });
  const deleted = await client.deleteCalendarObject({ calendarObject: now });
  console.log("deleted", deleted.status);
  console.log("left", (await client.fetchCalendarObjects({ calendar })).length);
}

session(process.argv[3]).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
