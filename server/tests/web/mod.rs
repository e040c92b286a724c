//! The pages that a guest sees: what is on them, who may see them, and which forms are taken.

use std::path::Path;
use std::process::Stdio;

use reqwest::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::http::world::{Person, World};
use crate::services;

const CHAT: &str = "/ada/chat";
const SLOT: &str = "/ada/chat/at/2026-12-01T09:00:00Z";

/// A browser without a screen or scripts: it keeps a session, and goes nowhere by itself.
struct Browser<'a> {
    world: &'a World,
    client: Client,
    cookie: Option<String>,
}

/// One page as it was sent.
struct Page {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Page {
    fn header(&self, name: impl reqwest::header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// Paths of the slots that are offered.
    fn slots(&self) -> Vec<&str> {
        let parts = self.text.split("href=\"").skip(1).filter_map(|part| part.split('"').next());
        parts.filter(|link| link.contains("/at/")).collect()
    }
}

impl<'a> Browser<'a> {
    fn new(world: &'a World) -> Self {
        let client = Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
        Self { world, client, cookie: None }
    }

    /// One that is logged in as a person.
    async fn of(world: &'a World, person: &Person) -> Self {
        let mut browser = Self::new(world);
        let form = [("username", person.name.as_str()), ("password", "correct horse"), ("next", "/book")];
        let page = browser.post("/login", &form).await;
        assert_eq!((page.status, page.header(LOCATION)), (StatusCode::SEE_OTHER, "/book"), "{}", page.text);
        browser
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.world.server().address())
    }

    async fn get(&mut self, path: &str) -> Page {
        let request = self.client.get(self.url(path));
        self.send(request).await
    }

    async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        self.post_from(Some("https://meet.example"), path, form).await
    }

    async fn post_from(&mut self, origin: Option<&str>, path: &str, form: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = self.client.post(self.url(path)).body(body);
        request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        self.send(request).await
    }

    async fn send(&mut self, mut request: reqwest::RequestBuilder) -> Page {
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, format!("other=1; {cookie}"));
        }
        let answer = request.send().await.expect("an answer");
        let (status, headers) = (answer.status(), answer.headers().clone());
        if let Some(set) = headers.get(SET_COOKIE) {
            let pair = set.to_str().expect("text").split(';').next().expect("a pair").to_owned();
            self.cookie = (!pair.ends_with('=')).then_some(pair);
        }
        Page { status, headers, text: answer.text().await.expect("text") }
    }
}

async fn offered(world: &World, more: Value) -> (Person, Person) {
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    let mut event = json!({"last_day": "2026-12-02", "visibility": "unlisted"});
    for (key, value) in more.as_object().expect("an object") {
        event[key] = value.clone();
    }
    world.chat(&ada, event).await;
    (ada, bob)
}

#[tokio::test]
async fn a_link_leads_to_what_is_open() {
    let world = World::new().await;
    let (_, bob) = offered(&world, json!({"title": "Tea & <talk>", "description": "Über\n\"alles\""})).await;
    world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
    let mut stranger = Browser::new(&world);

    let page = stranger.get(CHAT).await;

    assert_eq!((page.status, page.header(CONTENT_TYPE)), (StatusCode::OK, "text/html; charset=utf-8"));
    assert_eq!(page.slots().len(), 5, "{}", page.text);
    assert!(!page.text.contains("2026-12-01T09:00:00Z"), "what is taken is not offered");
    for told in
        ["Tea &amp; &lt;talk&gt;", "Über\n", "Tuesday, 1 December 2026", "09:00–10:00", "Europe/Berlin, UTC+01:00"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    for secret in ["bob", "<talk>"] {
        assert!(!page.text.contains(secret), "{secret}");
    }
    assert!(page.header(CONTENT_SECURITY_POLICY).starts_with("default-src 'none'"));

    let page = stranger.get("/ada/chat?zone=America/New_York").await;
    assert!(page.text.contains("03:00–04:00") && page.slots()[0].ends_with("?zone=America%2FNew_York"));
    let page = stranger.get("/ada/chat?from=2026-12-02&zone=nowhere").await;
    assert_eq!(page.slots().len(), 3, "from that day on, by the event's clocks");
    assert!(page.slots().iter().all(|link| !link.contains("zone")), "what is no zone does not come again in each link");
    let page = stranger.get("/ada/chat?from=2027-01-01").await;
    assert!(page.text.contains("Nothing is open from Friday, 1 January 2027"));
    let page = stranger.get("/ada/chat?from=-262143-01-01").await;
    assert_eq!(page.slots().len(), 5, "what lies behind is not shown");
    assert_eq!(stranger.get("/ada/chat?from=262142-12-31").await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_may_not_see_an_event_sees_no_page_of_it() {
    let world = World::new().await;
    let (ada, bob) = offered(&world, json!({"visibility": "private", "invited": ["bob"]})).await;
    world.sign_up("eve").await;
    let eve = Person { name: "eve".to_owned(), token: String::new() };

    for path in [CHAT, SLOT] {
        for (who, status) in [(&ada, StatusCode::OK), (&bob, StatusCode::OK), (&eve, StatusCode::NOT_FOUND)] {
            let mut browser = Browser::of(&world, who).await;
            assert_eq!(browser.get(path).await.status, status, "{} at {path}", who.name);
        }
        assert_eq!(Browser::new(&world).get(path).await.status, StatusCode::NOT_FOUND);
    }
    let mut eve = Browser::of(&world, &eve).await;
    assert_eq!(eve.post(SLOT, &[]).await.status, StatusCode::NOT_FOUND);
    for path in ["/ada/other", "/nobody/chat", "/Ada/chat", "/ada/chat/at/tomorrow", "/ada/%00"] {
        let page = eve.get(path).await;
        assert_eq!(
            (page.status, page.header(CONTENT_TYPE)),
            (StatusCode::NOT_FOUND, "text/html; charset=utf-8"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_slot_is_booked_once_and_its_page_is_for_the_two() {
    let world = World::new().await;
    let (ada, bob) = offered(&world, json!({"questions": [{"question": "About?", "required": true}]})).await;
    let mut guest = Browser::new(&world);
    let page = guest.get(SLOT).await;
    let next = "/login?next=%2Fada%2Fchat%2Fat%2F2026-12-01T09%3A00%3A00Z";
    assert_eq!((page.status, page.header(LOCATION)), (StatusCode::SEE_OTHER, next));
    let mut guest = Browser::of(&world, &bob).await;
    let page = guest.get(SLOT).await;
    assert!(page.text.contains("name=\"answer-0\" required"), "{}", page.text);

    let page = guest.post(SLOT, &[("key", "k1"), ("note", "x")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text);
    let page = guest.post(SLOT, &[("note", "a\0b"), ("answer-0", "Tea")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text);
    let form = [("key", "k1"), ("note", "a\r\nb"), ("answer-0", "Tea")];
    let first = guest.post(SLOT, &form).await;
    let again = guest.post(SLOT, &form).await;

    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
    assert_eq!(first.header(LOCATION), again.header(LOCATION), "sent twice, booked once");
    let booking = first.header(LOCATION).to_owned();
    let page = guest.get(&booking).await;
    for told in ["Tuesday, 1 December 2026, 09:00–10:00 (UTC)", "Tea", "a\nb", "confirmed", "Cancel it"] {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let call = booking.replace("/book/", "/calls/");
    let how = guest.get(&call).await.text;
    for told in ["It can be joined Tuesday, 1 December 2026, 08:50", "meetme login bob --server https://meet.example"] {
        assert!(how.contains(told), "{told}: {how}");
    }
    assert!(guest.get("/book").await.text.contains(&booking));
    assert!(
        Browser::of(&world, &ada).await.get(&booking).await.text.contains("<dd>bob</dd>"),
        "the host sees whom they meet"
    );

    world.sign_up("eve").await;
    let mut eve = Browser::of(&world, &Person { name: "eve".to_owned(), token: String::new() }).await;
    for path in [&booking, &call] {
        assert_eq!(eve.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for what in ["cancel", "confirm", "decline", "other"] {
        assert_eq!(eve.post(&format!("{booking}/{what}"), &[]).await.status, StatusCode::NOT_FOUND, "{what}");
    }
    let page = eve.post(SLOT, &[("answer-0", "Me too")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.text.contains("is taken") && page.slots().len() == 5, "{}", page.text);

    assert_eq!(guest.post(&format!("{booking}/cancel"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(guest.get(&booking).await.text.contains("cancelled"));
    assert_eq!(eve.get(SLOT).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_guest_who_is_busy_may_book_all_the_same() {
    let world = World::new().await;
    let (_, bob) = offered(&world, json!({"questions": [{"question": "About?"}]})).await;
    let carol = world.sign_up("carol").await;
    world.chat(&carol, json!({"slug": "walk", "last_day": "2026-12-02"})).await;
    world.book(&bob, "carol/walk", "2026-12-01T09:00:00Z").await.ok();
    let mut guest = Browser::of(&world, &bob).await;

    let page = guest.post(SLOT, &[("answer-0", "\"Tea\" & cake"), ("note", "soon")]).await;

    assert_eq!(page.status, StatusCode::CONFLICT);
    for kept in ["name=\"anyway\" value=\"yes\"", "value=\"&quot;Tea&quot; &amp; cake\"", "value=\"soon\""] {
        assert!(page.text.contains(kept), "{kept}: {}", page.text);
    }
    let form = [("anyway", "yes"), ("answer-0", "\"Tea\" & cake"), ("note", "soon")];
    assert_eq!(guest.post(SLOT, &form).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_host_answers_on_the_page_of_a_booking() {
    let world = World::new().await;
    let (ada, bob) = offered(&world, json!({"needs_confirmation": true})).await;
    let (mut guest, mut host) = (Browser::of(&world, &bob).await, Browser::of(&world, &ada).await);
    let mut places = Vec::new();
    for slot in [SLOT, "/ada/chat/at/2026-12-01T10:00:00Z"] {
        places.push(guest.post(slot, &[]).await.header(LOCATION).to_owned());
    }
    assert!(guest.get(&places[0]).await.text.contains("waits for the host"));
    assert_eq!(guest.post(&format!("{}/confirm", places[0]), &[]).await.status, StatusCode::FORBIDDEN);

    assert!(host.get(&places[0]).await.text.contains("Decline"));
    host.post(&format!("{}/confirm", places[0]), &[]).await;
    host.post(&format!("{}/decline", places[1]), &[]).await;

    assert!(guest.get(&places[0]).await.text.contains("confirmed"));
    assert!(guest.get(&places[1]).await.text.contains("cancelled"));
    assert_eq!(host.post(&format!("{}/decline", places[1]), &[]).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_session_is_a_cookie_that_only_this_server_gets() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let form = [
        ("username", "Bob"),
        ("email", "bob@example.org"),
        ("password", "correct horse"),
        ("time_zone", "Europe/Berlin"),
        ("next", "https://evil.example/"),
    ];
    let page = browser.post("/signup", &form).await;
    assert_eq!((page.status, page.header(LOCATION)), (StatusCode::SEE_OTHER, "/book"), "{}", page.text);
    let cookie = page.header(SET_COOKIE);
    assert!(cookie.starts_with("__Host-meetme="), "{cookie}");
    assert!(cookie.contains("; Path=/; Max-Age=") && cookie.ends_with("; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    assert!(browser.get("/book").await.text.contains("Nothing is booked"));

    let kept = browser.cookie.clone();
    let page = browser.post("/logout", &[]).await;
    assert!(page.header(SET_COOKIE).contains("Max-Age=0"));
    browser.cookie = kept;
    assert_eq!(browser.get("/book").await.header(LOCATION), "/login?next=%2Fbook", "the session itself has ended");

    let page = browser.post("/login", &[("username", "bob"), ("password", "wrong"), ("next", "\"><b>")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text.contains("Username or password are wrong") && page.text.contains("value=\"bob\""));
    assert!(!page.text.contains("<b>"));
    for (field, value) in [("username", "me"), ("email", "no"), ("password", "short"), ("time_zone", "Mars")] {
        let mut form = vec![("username", "new"), ("email", "new@example.org"), ("password", "correct horse")];
        form.retain(|(name, _)| *name != field);
        form.push((field, value));
        let page = browser.post("/signup", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(page.text.contains("role=\"alert\""), "{}", page.text);
    }
}

#[tokio::test]
async fn an_app_token_is_no_session_of_a_browser() {
    let world = World::new().await;
    let bob = world.sign_up("bob").await;
    let token = world.post(&bob, "/me/tokens", json!({"name": "phone", "scopes": ["read", "book"]})).await.ok();
    let mut browser = Browser::new(&world);
    browser.cookie = Some(format!("__Host-meetme={}", token["token"].as_str().expect("a token")));
    assert_eq!(browser.get("/book").await.status, StatusCode::SEE_OTHER);
    browser.cookie = Some(format!("meetme={}", bob.token));
    assert_eq!(browser.get("/book").await.status, StatusCode::SEE_OTHER, "another cookie than that of TLS");
}

#[tokio::test]
async fn forms_of_other_sites_are_not_taken() {
    let world = World::new().await;
    let (_, bob) = offered(&world, json!({})).await;
    let mut browser = Browser::of(&world, &bob).await;
    let booking = browser.post(SLOT, &[]).await.header(LOCATION).to_owned();
    let paths = ["/login", "/signup", "/logout", "/ada/chat/at/2026-12-01T10:00:00Z", &format!("{booking}/cancel")];
    for path in paths {
        for origin in ["https://evil.example", "null", "https://meet.example.evil.example"] {
            let page = browser.post_from(Some(origin), path, &[]).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path} from {origin}");
        }
    }
    assert!(browser.get(&booking).await.text.contains("confirmed"));
    let address = format!("http://{}", world.server().address());
    let own = browser.post_from(Some(&address), &format!("{booking}/cancel"), &[]).await;
    assert_eq!(own.status, StatusCode::SEE_OTHER, "a page that was reached by another name of the server");
}

#[tokio::test]
async fn a_form_that_is_too_long_is_not_read() {
    let world = World::new().await;
    let (_, bob) = offered(&world, json!({})).await;
    let mut browser = Browser::of(&world, &bob).await;
    let long = "x".repeat(300 * 1024);
    assert_eq!(browser.post(SLOT, &[("note", &long)]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let page = browser.post(SLOT, &[("note", &long[..100_000])]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_person_with_a_browser_books_and_others_see_it_at_once() {
    let Some((chromium, node, tools)) = programs() else { return };
    let world = World::with(|config| config.public_url = None).await;
    let ada = world.sign_up("ada").await;
    let questions = json!([{"question": "What is it about?", "required": true}]);
    world.chat(&ada, json!({"last_day": "2026-12-01", "questions": questions})).await;
    // Modules are looked for beside the program.
    let place = tempfile::Builder::new().prefix("guest").tempdir_in(tools).expect("a folder");
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/web/guest.mjs");
    std::fs::copy(here, place.path().join("guest.mjs")).expect("it can be copied");

    let run = tokio::process::Command::new(node)
        .arg(place.path().join("guest.mjs"))
        .args([chromium.as_os_str(), format!("http://{}/ada/chat", world.server().address()).as_ref()])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let run = run.await.expect("node runs");

    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
    assert!(said.starts_with("booked /book/") && said.ends_with("done\n"), "{said}");
}

fn programs() -> Option<(std::path::PathBuf, std::path::PathBuf, std::path::PathBuf)> {
    services::installed("node/node_modules/playwright-core")?;
    Some((services::program("chromium")?, services::program("node")?, services::installed("node")?))
}
