//! What calendar apps subscribe to: the bytes, when they change, and who gets them.

use std::io::Read as _;
use std::time::Duration;

use meetme_server::clock::Clock as _;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::world::{Person, World};

/// An answer as an app sees it.
pub(crate) struct Fetched {
    status: StatusCode,
    headers: reqwest::header::HeaderMap,
    body: Vec<u8>,
}

impl Fetched {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    fn text(&self) -> String {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.body));
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }

    /// Starts of its entries, as they are written.
    fn starts(&self) -> Vec<String> {
        let text = self.text();
        let entries = text.split("BEGIN:VEVENT\r\n").skip(1);
        let starts = entries.filter_map(|entry| entry.lines().find_map(|line| line.strip_prefix("DTSTART")));
        starts.map(|start| start.trim_start_matches([';', ':']).to_owned()).collect()
    }
}

async fn fetch(world: &World, path: &str, headers: &[(&str, &str)]) -> Fetched {
    fetch_as(world, None, path, headers).await
}

async fn fetch_as(world: &World, who: Option<&Person>, path: &str, headers: &[(&str, &str)]) -> Fetched {
    let response = world.open(who, path, headers).await;
    let (status, headers) = (response.status(), response.headers().clone());
    Fetched { status, headers, body: response.bytes().await.expect("a body").into() }
}

const CHAT: &str = "/feeds/ada/chat.ics";

/// Two days of slots at 9, 10 and 11 in Berlin.
async fn offered(world: &World, more: Value) -> (Person, Person) {
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    let mut event = json!({"last_day": "2026-12-02"});
    for (key, value) in more.as_object().expect("an object") {
        event[key] = value.clone();
    }
    world.chat(&ada, event).await;
    world.clock.advance(Duration::from_secs(60));
    (ada, bob)
}

#[tokio::test]
async fn a_feed_lists_what_is_open_and_says_how_to_keep_it() {
    let world = World::new().await;
    let (_, bob) = offered(&world, json!({"description": "Über, alles;"})).await;
    world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
    world.clock.advance(Duration::from_secs(1));

    let feed = fetch(&world, CHAT, &[]).await;

    let berlin = |at: &str| format!("TZID=Europe/Berlin:{at}");
    let open = ["20261201T090000", "20261201T110000", "20261202T090000", "20261202T100000", "20261202T110000"];
    assert_eq!(feed.starts(), open.map(berlin));
    assert_eq!(feed.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(feed.header("last-modified"), "Sun, 29 Nov 2026 12:01:00 GMT", "when the slot went");
    assert_eq!(feed.header("cache-control"), "public, no-cache");
    assert_eq!(feed.header("vary"), "accept-encoding, authorization");
    assert_eq!(feed.header("content-disposition"), "inline; filename=\"ada-chat.ics\"");
    let text = feed.text();
    for line in ["REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M", "TZID:Europe/Berlin"] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line}");
    }
    assert!(text.lines().all(|line| line.len() <= 75) && !text.contains("bob"), "{text}");
    let event = world.get(None, "/events/ada/chat").await.ok();
    assert_eq!(event["links"]["feed"], "https://meet.example/feeds/ada/chat.ics");
}

#[tokio::test]
async fn a_feed_is_the_same_bytes_until_something_changes_it() {
    let mut world = World::new().await;
    let (ada, bob) = offered(&world, json!({})).await;
    let first = fetch(&world, CHAT, &[]).await;

    world.clock.advance(Duration::from_secs(3600));
    let again = fetch(&world, CHAT, &[]).await;
    assert_eq!((&again.body, again.header("etag")), (&first.body, first.header("etag")));
    world.get(Some(&ada), "/me").await.ok();
    world.post(&ada, "/me/tokens", json!({"name": "cron", "scopes": ["read"]})).await.ok();
    let node = world.beside(|_| {}).await;
    let other = fetch(&node, CHAT, &[]).await;
    assert_eq!((&other.body, other.header("etag")), (&first.body, first.header("etag")), "on another node");
    world.restart().await;
    let later = fetch(&world, CHAT, &[]).await;
    assert_eq!((&later.body, later.header("etag")), (&first.body, first.header("etag")), "after a restart");

    let mut tags = vec![first.header("etag").to_owned()];
    world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
    tags.push(fetch(&world, CHAT, &[]).await.header("etag").to_owned());
    world.patch(&ada, "/events/ada/chat", json!({"title": "Talk"})).await.ok();
    tags.push(fetch(&world, CHAT, &[]).await.header("etag").to_owned());
    world.patch(&ada, "/me", json!({"display_name": "Ada L."})).await.ok();
    let named = fetch(&world, CHAT, &[]).await;
    assert!(named.text().contains("NAME:Talk with Ada L.\r\n"));
    tags.push(named.header("etag").to_owned());
    tags.dedup();
    assert_eq!(tags.len(), 4, "each change is another feed: {tags:?}");
}

#[tokio::test]
async fn an_app_that_has_the_feed_is_told_so_even_by_a_server_that_never_rendered_it() {
    let world = World::new().await;
    let (_, bob) = offered(&world, json!({})).await;
    let first = fetch(&world, CHAT, &[]).await;
    let (tag, date) = (first.header("etag").to_owned(), first.header("last-modified").to_owned());
    let node = world.beside(|_| {}).await;

    for known in [tag.as_str(), &format!("W/{tag}"), &format!("\"other\", {tag}")] {
        let unchanged = fetch(&node, CHAT, &[("if-none-match", known)]).await;
        assert_eq!((unchanged.status, unchanged.body.len()), (StatusCode::NOT_MODIFIED, 0), "{known}");
        assert_eq!(
            (unchanged.header("etag"), unchanged.header("vary")),
            (tag.as_str(), "accept-encoding, authorization")
        );
    }
    assert_eq!(node.server().app().feeds.renders(), 0, "no window was expanded for that");
    assert_eq!(fetch(&world, CHAT, &[("if-none-match", "*")]).await.status, StatusCode::NOT_MODIFIED);
    let by_date = fetch(&world, CHAT, &[("if-modified-since", &date)]).await;
    assert_eq!(by_date.status, StatusCode::NOT_MODIFIED);
    let both = [("if-modified-since", date.as_str()), ("if-none-match", "\"other\"")];
    assert_eq!(fetch(&world, CHAT, &both).await.status, StatusCode::OK, "tags outweigh dates");
    for lost in ["\"\"", "\"0.1.2.3.4.n\"", &tag.replace('.', ":"), "nonsense"] {
        assert_eq!(fetch(&world, CHAT, &[("if-none-match", lost)]).await.status, StatusCode::OK, "{lost}");
    }

    world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
    world.clock.advance(Duration::from_secs(1));
    let changed = fetch(&node, CHAT, &[("if-none-match", &tag)]).await;
    assert_eq!((changed.status, changed.starts().len()), (StatusCode::OK, 5));
    assert_eq!(fetch(&world, CHAT, &[("if-modified-since", &date)]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn time_alone_changes_a_feed_at_the_instant_its_tag_says() {
    let world = World::new().await;
    // The first slot begins on Tuesday at 8 (UTC) and closes a day before.
    offered(&world, json!({"notice_minutes": 1440})).await;
    let first = fetch(&world, CHAT, &[]).await;
    let tag = first.header("etag").to_owned();
    let unchanged = async || fetch(&world, CHAT, &[("if-none-match", &tag)]).await.status;
    assert_eq!(first.starts().len(), 6);

    world.clock.set("2026-11-30T07:59:59Z".parse().unwrap());
    assert_eq!(unchanged().await, StatusCode::NOT_MODIFIED);
    world.clock.set("2026-11-30T08:00:00Z".parse().unwrap());
    assert_eq!(unchanged().await, StatusCode::OK);
    world.clock.advance(Duration::from_secs(1));
    let closed = fetch(&world, CHAT, &[("if-modified-since", first.header("last-modified"))]).await;
    assert_eq!((closed.starts().len(), closed.header("last-modified")), (5, "Mon, 30 Nov 2026 08:00:00 GMT"));
}

#[tokio::test]
async fn a_hold_that_expires_opens_its_slot_in_the_feed_at_that_instant() {
    let world = World::new().await;
    let (_, bob) = offered(&world, json!({})).await;
    let hold = world.post(&bob, "/events/ada/chat/holds", json!({"start": "2026-12-01T08:00:00Z"})).await.ok();
    let held = fetch(&world, CHAT, &[]).await;
    let tag = held.header("etag").to_owned();
    assert_eq!(held.starts().len(), 5);

    world.clock.set(hold["expires_at"].as_str().unwrap().parse().unwrap());

    assert_eq!(fetch(&world, CHAT, &[("if-none-match", &tag)]).await.starts().len(), 6);
}

#[tokio::test]
async fn days_come_into_reach_of_a_feed_without_an_end_and_of_a_horizon() {
    let world = World::with(|config| config.limits.feed_days = 4).await;
    let ada = world.sign_up("ada").await;
    world.chat(&ada, json!({})).await;
    world.chat(&ada, json!({"slug": "near", "horizon_days": 2})).await;
    let endless = fetch(&world, CHAT, &[]).await;
    let near = fetch(&world, "/feeds/ada/near.ics", &[]).await;
    // Sunday: four days reach to Wednesday, the horizon of two to Tuesday in Berlin.
    assert_eq!((endless.starts().len(), near.starts().len()), (6, 3));

    world.clock.set("2026-11-29T23:00:00Z".parse().unwrap());
    let tag = [("if-none-match", near.header("etag"))];
    assert_eq!(fetch(&world, "/feeds/ada/near.ics", &tag).await.starts().len(), 6, "midnight in Berlin");
    let tag = [("if-none-match", endless.header("etag"))];
    assert_eq!(fetch(&world, CHAT, &tag).await.status, StatusCode::NOT_MODIFIED);
    world.clock.set("2026-11-30T00:00:00Z".parse().unwrap());
    assert_eq!(fetch(&world, CHAT, &tag).await.starts().len(), 9, "midnight in UTC");
}

#[tokio::test]
async fn what_changed_within_this_second_has_no_date() {
    let world = World::new().await;
    let (_, bob) = offered(&world, json!({})).await;
    world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await.ok();

    let now = fetch(&world, CHAT, &[]).await;
    world.clock.advance(Duration::from_secs(1));
    let then = fetch(&world, CHAT, &[]).await;

    assert_eq!(now.header("last-modified"), "");
    assert_eq!(
        (then.header("last-modified"), then.header("etag")),
        ("Sun, 29 Nov 2026 12:01:00 GMT", now.header("etag"))
    );
}

#[tokio::test]
async fn a_packed_feed_is_the_same_with_a_tag_of_its_own() {
    let world = World::new().await;
    offered(&world, json!({})).await;
    let plain = fetch(&world, CHAT, &[]).await;

    let packed = fetch(&world, CHAT, &[("accept-encoding", "gzip, br")]).await;

    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_ne!(packed.header("etag"), plain.header("etag"));
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.body.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    let known = [("accept-encoding", "gzip"), ("if-none-match", packed.header("etag"))];
    let unchanged = fetch(&world, CHAT, &known).await;
    assert_eq!((unchanged.status, unchanged.header("etag")), (StatusCode::NOT_MODIFIED, packed.header("etag")));
    assert_eq!(fetch(&world, CHAT, &known[1..]).await.status, StatusCode::OK, "the packed one is another one");
    assert_eq!(fetch(&world, CHAT, &[("accept-encoding", "gzip;q=0")]).await.header("content-encoding"), "");
}

#[tokio::test]
async fn a_head_is_the_answer_without_its_body_and_nothing_else_is_taken() {
    let world = World::new().await;
    offered(&world, json!({})).await;
    let whole = fetch(&world, CHAT, &[]).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();

    let head = client.head(world.url(CHAT)).send().await.unwrap();

    for name in ["etag", "content-type", "last-modified", "content-length"] {
        assert_eq!(head.headers().get(name), whole.headers.get(name), "{name}");
    }
    assert_eq!(head.headers()["content-length"], whole.body.len().to_string());
    let post = world.send(None, Method::POST, CHAT, None, &[]).await;
    assert_eq!((post.status, post.code()), (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed"));
}

#[tokio::test]
async fn a_private_event_has_no_feed_but_for_those_who_may_see_it() {
    let world = World::new().await;
    let (ada, bob) = offered(&world, json!({"visibility": "private", "invited": ["bob"]})).await;
    let eve = world.sign_up("eve").await;

    let nothing = world.get(None, "/feeds/ada/nothing.ics").await;
    assert_eq!((nothing.status, nothing.code()), (StatusCode::NOT_FOUND, "not-found"));
    for who in [None, Some(&eve)] {
        assert_eq!(world.get(who, CHAT).await.body, nothing.body);
    }
    for who in [&ada, &bob] {
        let feed = fetch_as(&world, Some(who), CHAT, &[]).await;
        assert_eq!((feed.starts().len(), feed.header("cache-control")), (6, "private, no-cache"));
    }
    for path in [
        "/feeds/ada/chat",
        "/feeds/ada/Chat.ics",
        "/feeds/ada/chat.ifb",
        "/feeds/nobody/chat.ics",
        "/feeds/ada",
        "/feeds/ada.ics",
    ] {
        assert_eq!(world.get(None, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let nonsense = [("authorization", "Bearer nonsense")];
    assert_eq!(fetch(&world, CHAT, &nonsense).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn busy_time_is_told_when_its_owner_lets_it_be() {
    let world = World::new().await;
    let (ada, bob) = offered(&world, json!({})).await;
    world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
    world.book(&bob, "ada/chat", "2026-12-01T10:00:00Z").await.ok();
    world.post(&bob, "/events/ada/chat/holds", json!({"start": "2026-12-02T08:00:00Z"})).await.ok();
    let path = "/feeds/ada.ifb";

    let secret = world.get(None, path).await;
    assert_eq!(
        (secret.status, &secret.body),
        (StatusCode::NOT_FOUND, &world.get(None, "/feeds/nobody.ifb").await.body)
    );
    world.patch(&ada, "/me/feeds", json!({"free_busy": true})).await.ok();
    world.clock.advance(Duration::from_secs(1));

    let feed = fetch(&world, path, &[]).await;
    let text = feed.text();
    let told: Vec<&str> = text.lines().filter(|line| line.starts_with("FREEBUSY")).collect();
    let busy = "FREEBUSY;FBTYPE=BUSY:20261201T090000Z/20261201T110000Z";
    assert_eq!(told, [busy, "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261202T080000Z/20261202T090000Z"]);
    for word in ["bob", "Chat", "example.org", "UID:ada-"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    let tag = feed.header("etag").to_owned();
    let known = [("if-none-match", tag.as_str())];
    assert_eq!(fetch(&world, path, &known).await.status, StatusCode::NOT_MODIFIED);
    world.clock.advance(Duration::from_secs(300));
    assert!(!fetch(&world, path, &known).await.text().contains("TENTATIVE"), "the hold is over");
    world.patch(&ada, "/me/feeds", json!({"free_busy": false})).await.ok();
    assert_eq!(fetch(&world, path, &known).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_has_the_token_reads_the_bookings_until_it_is_changed() {
    let world = World::new().await;
    let (ada, bob) = offered(&world, json!({"location": "Café Zuse"})).await;
    let booking = world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
    let gone = world.book(&bob, "ada/chat", "2026-12-02T09:00:00Z").await.ok();
    world.delete(&bob, &format!("/bookings/{}", gone["id"].as_str().unwrap())).await.ok();
    let path = |feeds: &Value| feeds["private"]["url"].as_str().unwrap().replace("https://meet.example", "");
    let first = path(&world.post(&bob, "/me/feeds/private", json!(null)).await.ok());

    let feed = fetch(&world, &first, &[]).await;
    let text = feed.text();
    assert_eq!(feed.starts(), ["20261201T090000Z"]);
    for line in [&format!("UID:{}", booking["uid"].as_str().unwrap()), "SUMMARY:Chat with ada", "LOCATION:Café Zuse"] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} in {text}");
    }
    assert_eq!(feed.header("cache-control"), "private, no-cache");
    let known = [("if-none-match", feed.header("etag"))];
    assert_eq!(fetch(&world, &first, &known).await.status, StatusCode::NOT_MODIFIED);
    world.patch(&ada, "/me", json!({"display_name": "Ada L."})).await.ok();
    assert!(
        fetch(&world, &first, &known).await.text().contains("SUMMARY:Chat with Ada L."),
        "a name changed elsewhere"
    );

    let second = path(&world.post(&bob, "/me/feeds/private", json!(null)).await.ok());
    assert_eq!(fetch(&world, &first, &[]).await.status, StatusCode::NOT_FOUND, "rotated");
    assert_eq!(fetch(&world, &second, &[]).await.starts().len(), 1);
    world.delete(&bob, "/me?cancel_bookings=true").await.ok();
    let ended = world.get(None, &second).await;
    assert_eq!(
        (ended.status, &ended.body),
        (StatusCode::NOT_FOUND, &world.get(None, "/feeds/private/x.ics").await.body)
    );
    assert_eq!(fetch(&world, "/feeds/private/", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_app_that_has_the_private_feed_is_told_so_without_a_booking_being_read() {
    let mut world = World::new().await;
    let (ada, bob) = offered(&world, json!({})).await;
    let eve = world.sign_up("eve").await;
    world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
    let feeds = world.post(&bob, "/me/feeds/private", json!(null)).await.ok();
    let path = feeds["private"]["url"].as_str().unwrap().replace("https://meet.example", "");
    world.clock.advance(Duration::from_secs(60));
    let first = fetch(&world, &path, &[]).await;
    let (tag, date) = (first.header("etag").to_owned(), first.header("last-modified").to_owned());
    assert_eq!(date, "Sun, 29 Nov 2026 12:01:00 GMT", "when it was booked");

    // What is no booking of theirs, and no name in one.
    world.patch(&eve, "/me", json!({"display_name": "Eve L."})).await.ok();
    world.patch(&ada, "/me", json!({"max_per_day": 3})).await.ok();
    world.book(&eve, "ada/chat", "2026-12-01T10:00:00Z").await.ok();
    world.post(&bob, "/events/ada/chat/holds", json!({"start": "2026-12-02T08:00:00Z"})).await.ok();
    let node = world.beside(|_| {}).await;
    for known in [("if-none-match", tag.as_str()), ("if-modified-since", &date)] {
        assert_eq!(fetch(&world, &path, &[known]).await.status, StatusCode::NOT_MODIFIED, "{known:?}");
    }
    let elsewhere = fetch(&node, &path, &[("if-none-match", &tag)]).await;
    assert_eq!((elsewhere.status, elsewhere.header("etag")), (StatusCode::NOT_MODIFIED, tag.as_str()));
    assert_eq!(node.server().app().feeds.renders(), 0, "for that it was not written");
    world.restart().await;
    assert_eq!(fetch(&world, &path, &[("if-none-match", &tag)]).await.status, StatusCode::NOT_MODIFIED);
    assert_eq!(world.server().app().feeds.renders(), 0);

    let mut tags = vec![tag];
    let mut next = async |what: &str| {
        world.clock.advance(Duration::from_secs(1));
        let now = fetch(&world, &path, &[("if-none-match", tags.last().unwrap()), ("if-modified-since", &date)]).await;
        assert_eq!(now.status, StatusCode::OK, "{what}");
        tags.push(now.header("etag").to_owned());
        now.text()
    };
    world.patch(&ada, "/events/ada/chat", json!({"title": "Talk"})).await.ok();
    assert!(next("a title").await.contains("SUMMARY:Talk with ada"));
    world.patch(&ada, "/me", json!({"email": "other@example.org"})).await.ok();
    assert!(next("an address").await.contains("mailto:other@example.org"));
    world.book(&bob, "ada/chat", "2026-12-02T09:00:00Z").await.ok();
    assert_eq!(next("a booking").await.matches("BEGIN:VEVENT").count(), 2);
    world.delete(&ada, "/me?cancel_bookings=true").await.ok();
    assert!(!next("the host goes").await.contains("BEGIN:VEVENT"));
}

#[tokio::test]
async fn a_tag_from_before_all_touches_is_not_taken_for_the_newest_when_the_log_was_pruned() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    let event = json!({"title": "Chat", "slug": "chat", "time_zone": "UTC", "first_day": "2027-09-01",
        "last_day": "2027-09-01", "slot_minutes": 60});
    world.post(&ada, "/events", event).await.ok();
    let window = json!({"start": "2027-09-01T08:00:00", "duration_minutes": 180});
    world.post(&ada, "/events/ada/chat/windows", window).await.ok();
    world.clock.advance(Duration::from_secs(1));
    let before = fetch(&world, CHAT, &[]).await;
    world.clock.advance(Duration::from_secs(1));
    let (tag, date) = (before.header("etag").to_owned(), before.header("last-modified").to_owned());
    world.book(&bob, "ada/chat", "2027-09-01T08:00:00Z").await.ok();

    world.clock.advance(Duration::from_secs(180 * 86_400));
    let (now, store) = (world.clock.now(), world.server().app().store.clone());
    while store.prune(now, now, now).await.unwrap() {}

    for known in [("if-none-match", tag.as_str()), ("if-modified-since", &date)] {
        let answer = fetch(&world, CHAT, &[known]).await;
        assert_eq!(answer.status, StatusCode::OK, "{known:?}");
        assert_eq!(answer.starts().len(), 2);
    }
}

#[tokio::test]
async fn a_feed_ends_with_its_limit() {
    let world = World::with(|config| config.limits.feed_entries = 100).await;
    let ada = world.sign_up("ada").await;
    let event =
        json!({"title": "Long", "slug": "long", "time_zone": "UTC", "first_day": "2026-12-01", "slot_minutes": 5});
    world.post(&ada, "/events", event).await.ok();
    let window = json!({"start": "2026-12-01T00:00:00", "duration_minutes": 1440, "rrule": "FREQ=DAILY"});
    world.post(&ada, "/events/ada/long/windows", window).await.ok();

    let feed = fetch(&world, "/feeds/ada/long.ics", &[]).await;

    assert_eq!((feed.starts().len(), feed.starts()[99].as_str()), (100, "20261201T081500Z"));
}

#[tokio::test]
async fn feeds_have_the_rate_limits_of_everything_else() {
    let world = World::with(|config| {
        let rate = "5/1h".parse().expect("a rate");
        config.rate_limits.set(meetme_server::config::RateName::Address, rate);
    })
    .await;

    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(fetch(&world, "/feeds/private/guess.ics", &[]).await.status.as_u16());
    }

    assert_eq!(seen, [404, 404, 404, 404, 404, 429]);
    assert_eq!(world.get(None, "/healthz").await.status, StatusCode::OK, "probes are not turned away");
}

/// A row of numbers that looks like chance and is the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// How many things happen in the long test.
const STEPS: usize = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_tag_is_the_same_bytes_whatever_happens_and_whenever_it_is_rendered() {
    let world = World::with(|config| {
        (config.limits.feed_days, config.durability) = (9, meetme_server::config::Durability::Off);
    })
    .await;
    let forgetful = world.beside(|config| (config.limits.feed_days, config.limits.feed_cache_bytes) = (9, 0)).await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({"notice_minutes": 90, "buffer_after_minutes": 10, "step_minutes": 30})).await;
    world.chat(&ada, json!({"slug": "near", "horizon_days": 3, "max_per_day": 2})).await;
    let mut dice = Dice(2026);
    let (mut bytes, mut bookings) = (std::collections::HashMap::new(), Vec::new());
    let (mut unchanged, mut last) = (0, [String::new(), String::new()]);
    for step in 0..STEPS {
        match dice.roll(8) {
            0 | 1 => {
                let slug = ["chat", "near"][usize::from(dice.roll(2) == 0)];
                let day = world.clock.now() + chrono::TimeDelta::days(dice.roll(5).cast_signed());
                let start = format!("{}T{:02}:{}0:00Z", day.format("%Y-%m-%d"), 8 + dice.roll(3), 3 * dice.roll(2));
                let what = if dice.roll(3) == 0 { "holds" } else { "bookings" };
                let made = world.post(&bob, &format!("/events/ada/{slug}/{what}"), json!({"start": start})).await;
                if what == "bookings" && made.status.is_success() {
                    bookings.push(made.body["id"].as_str().unwrap().to_owned());
                }
            }
            2 => {
                if let Some(id) = bookings.pop() {
                    world.delete(&bob, &format!("/bookings/{id}")).await;
                }
            }
            3 => {
                let most = dice.roll(3) + 1;
                world.patch(&ada, "/me", json!({"max_per_week": most})).await.ok();
            }
            _ => world.clock.advance(Duration::from_secs(60 * (1 + dice.roll(240)))),
        }
        for (slug, last) in ["chat", "near"].iter().zip(&mut last) {
            let path = format!("/feeds/ada/{slug}.ics");
            let before = fetch(&world, &path, &[("if-none-match", last)]).await;
            let anew = fetch(&forgetful, &path, &[]).await;
            // Holds are swept when the clock has moved, which may be in between.
            let after = fetch(&world, &path, &[("if-none-match", anew.header("etag"))]).await;
            let sides = [&before, &after].map(|side| side.header("etag"));
            assert!(sides.contains(&anew.header("etag")), "step {step}: two nodes, two tags");
            for seen in [&before, &anew, &after].into_iter().filter(|seen| seen.status == StatusCode::OK) {
                let known = bytes.entry(seen.header("etag").to_owned()).or_insert_with(|| seen.body.clone());
                assert!(*known == seen.body, "step {step}: one tag, two feeds");
            }
            unchanged += usize::from(before.status == StatusCode::NOT_MODIFIED);
            last.clear();
            last.push_str(anew.header("etag"));
        }
    }
    assert!(unchanged > STEPS / 4 && bytes.len() > STEPS / 4, "{unchanged} unchanged, {} feeds", bytes.len());
}
