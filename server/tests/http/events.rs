//! Events, windows and slots over REST, and what bad input gets.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::world::World;

fn event(more: Value) -> Value {
    let mut event =
        json!({"title": "Chat", "time_zone": "Europe/Berlin", "first_day": "2026-12-01", "slot_minutes": 30});
    let Value::Object(more) = more else { panic!("not an object: {more}") };
    for (key, value) in more {
        event[key.as_str()] = value;
    }
    event
}

#[tokio::test]
async fn an_event_has_the_defaults_of_the_interface() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;

    let made = world.post(&ada, "/events", event(json!({}))).await.ok();

    assert_eq!(made["slug"], "chat");
    assert_eq!((&made["step_minutes"], &made["seats"], &made["notice_minutes"]), (&json!(30), &json!(1), &json!(0)));
    assert_eq!((&made["last_day"], &made["horizon_days"]), (&Value::Null, &Value::Null));
    assert_eq!((&made["visibility"], &made["needs_confirmation"]), (&json!("unlisted"), &json!(false)));
    assert_eq!(made["links"]["page"], "https://meet.example/ada/chat");
    assert_eq!(made["links"]["feed"], "https://meet.example/feeds/ada/chat.ics");
}

#[tokio::test]
async fn a_title_gives_the_next_free_slug_and_a_slug_that_was_asked_for_must_be_free() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    world.post(&ada, "/events", event(json!({}))).await.ok();

    let second = world.post(&ada, "/events", event(json!({}))).await.ok();
    let asked = world.post(&ada, "/events", event(json!({"slug": "chat"}))).await;

    assert_eq!(second["slug"], "chat-2");
    assert_eq!((asked.status, asked.code()), (StatusCode::CONFLICT, "slug-taken"));
}

#[tokio::test]
async fn bad_fields_are_named_with_their_value_and_a_mend() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    let cases = [
        (json!({"time_zone": "Mars/Base"}), "time_zone", "Mars/Base"),
        (json!({"slot_minutes": 0}), "slot_minutes", "0"),
        (json!({"slot_minutes": -5}), "slot_minutes", "-5"),
        (json!({"last_day": "2026-11-01"}), "last_day", "2026-11-01"),
        (json!({"first_day": "2026-02-30"}), "first_day", ""),
        (json!({"title": ""}), "title", ""),
        (json!({"title": "x".repeat(500)}), "title", "xxx"),
        (json!({"seats": 0}), "seats", "0"),
        (json!({"slug": "No Slug"}), "slug", "No Slug"),
        (json!({"visibility": "secret"}), "visibility", "secret"),
        (json!({"colour": "red"}), "colour", "colour"),
        (json!({"questions": [{"text": "?"}]}), "questions[0].text", "text"),
    ];
    for (more, field, value) in cases {
        let refused = world.post(&ada, "/events", event(more.clone())).await;

        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{more} {refused:?}");
        assert_eq!((refused.code(), &refused.body["field"]), ("invalid", &json!(field)), "{refused:?}");
        assert!(refused.body["detail"].as_str().is_some_and(|detail| detail.contains(value)), "{refused:?}");
    }
    assert_eq!(world.get(Some(&ada), "/events").await.ok()["items"], json!([]), "nothing was written");
}

#[tokio::test]
async fn bad_windows_are_named_with_their_value_and_a_mend() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    world.post(&ada, "/events", event(json!({"last_day": "2027-12-31"}))).await.ok();
    let cases = [
        (json!({"start": "2026-12-01T09:00:00", "duration_minutes": 0}), "duration_minutes"),
        (json!({"start": "2026-12-01T09:00:00", "duration_minutes": 10}), "duration_minutes"),
        (json!({"start": "2026-11-01T09:00:00", "duration_minutes": 60}), "start"),
        (json!({"start": "2028-01-01T09:00:00", "duration_minutes": 60}), "start"),
        // The night in which clocks go forward.
        (json!({"start": "2027-03-28T02:30:00", "duration_minutes": 60}), "start"),
        (json!({"start": "2026-12-01T09:00:30", "duration_minutes": 60}), "start"),
        (json!({"start": "2026-12-01T09:00:00", "duration_minutes": 60, "rrule": "FREQ=SECONDLY"}), "rrule"),
        (
            json!({"start": "2026-12-01T09:00:00", "duration_minutes": 60, "rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}),
            "rrule",
        ),
        (json!({"start": "2026-12-01T09:00:00", "duration_minutes": 60, "rrule": "FREQ=SOMETIMES"}), "rrule"),
        (json!({"start": "tomorrow", "duration_minutes": 60}), "start"),
    ];
    for (window, field) in cases {
        let refused = world.post(&ada, "/events/ada/chat/windows", window.clone()).await;

        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{window} {refused:?}");
        assert_eq!((refused.code(), &refused.body["field"]), ("invalid", &json!(field)), "{refused:?}");
    }
    assert_eq!(world.get(Some(&ada), "/events/ada/chat/windows").await.ok()["items"], json!([]));
    let skipped = json!({"start": "2027-03-28T02:30:00", "duration_minutes": 60});
    let skipped = world.post(&ada, "/events/ada/chat/windows", skipped).await;
    let hint = skipped.body["hint"].as_str().expect("a hint").to_owned();
    assert!(hint.contains("01:59") && hint.contains("03:00"), "the nearest real times: {hint}");
}

#[tokio::test]
async fn broken_bodies_are_refused_before_anything_happens() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    let json_kind = "application/json";

    let ten_megabytes = world.send_raw(&ada, "/events", json_kind, vec![b' '; 10_000_000]).await;
    let broken_utf8 = world.send_raw(&ada, "/events", json_kind, b"{\"title\": \"\xff\xfe\"}".to_vec()).await;
    let not_json = world.send_raw(&ada, "/events", json_kind, "{title: 1}").await;
    let two_documents = world.send_raw(&ada, "/events", json_kind, "{} {}").await;
    let other_kind = world.send_raw(&ada, "/events", "text/plain", "{}").await;

    assert_eq!((ten_megabytes.status, ten_megabytes.code()), (StatusCode::PAYLOAD_TOO_LARGE, "too-large"));
    assert_eq!((broken_utf8.status, broken_utf8.code()), (StatusCode::BAD_REQUEST, "malformed"));
    assert!(broken_utf8.body["detail"].as_str().is_some_and(|detail| detail.contains("byte 11")), "{broken_utf8:?}");
    assert_eq!(not_json.code(), "malformed");
    assert_eq!(two_documents.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other_kind.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_private_event_exists_for_its_host_and_the_invited_alone() {
    let world = World::new().await;
    let (ada, bob, cy) = (world.sign_up("ada").await, world.sign_up("bob").await, world.sign_up("cy").await);
    world.chat(&ada, json!({"visibility": "private", "invited": ["bob"]})).await;

    for nobody in [None, Some(&cy)] {
        let missing = world.get(nobody, "/events/ada/chat").await;
        assert_eq!((missing.status, missing.code()), (StatusCode::NOT_FOUND, "not-found"));
        assert_eq!(world.get(nobody, "/events/ada/chat/slots").await.code(), "not-found");
    }
    assert_eq!(world.book(&cy, "ada/chat", "2026-12-01T08:00:00Z").await.code(), "not-found");
    let seen = world.get(Some(&bob), "/events/ada/chat").await.ok();
    assert_eq!(seen.get("invited"), None, "who else is invited is the host's to know");
    world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
}

#[tokio::test]
async fn a_page_of_somebodys_events_names_public_ones_alone() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    for (slug, visibility) in
        [("a", "private"), ("b", "public"), ("c", "unlisted"), ("d", "private"), ("e", "public"), ("f", "unlisted")]
    {
        world.post(&ada, "/events", event(json!({"slug": slug, "visibility": visibility}))).await.ok();
    }
    let page = async |more: &str| {
        let page = world.get(None, &format!("/events?owner=ada&limit=1{more}")).await.ok();
        let slugs: Vec<Value> = page["items"].as_array().expect("items").iter().map(|e| e["slug"].clone()).collect();
        (slugs, page["next"].clone())
    };

    assert_eq!(page("").await, (vec![json!("b")], json!("b")));
    assert_eq!(page("&cursor=b").await, (vec![json!("e")], Value::Null));
    let own = world.get(Some(&ada), "/events?owner=ada&limit=1").await.ok();
    assert_eq!((&own["items"][0]["slug"], &own["next"]), (&json!("a"), &json!("a")));
}

#[tokio::test]
async fn an_event_changes_for_whoever_saw_its_last_version() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    let made = world.post(&ada, "/events", event(json!({}))).await;
    let tag = made.etag.clone().expect("an ETag");
    let edit = async |title: &str| {
        let body = json!({ "title": title });
        world.send(Some(&ada), Method::PATCH, "/events/ada/chat", Some(body), &[("if-match", &tag)]).await
    };

    edit("Talk").await.ok();
    let stale = edit("Tea").await;

    assert_eq!((stale.status, stale.code()), (StatusCode::PRECONDITION_FAILED, "stale"));
    assert_eq!(world.get(None, "/events/ada/chat").await.ok()["title"], "Talk");
}

#[tokio::test]
async fn accounts_and_windows_change_for_whoever_saw_them_last_too() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    world.chat(&ada, json!({})).await;
    let me = world.get(Some(&ada), "/me").await.etag.expect("an ETag");
    let windows = world.get(Some(&ada), "/events/ada/chat/windows").await.ok();
    let window = format!("/events/ada/chat/windows/{}", windows["items"][0]["id"].as_str().expect("an id"));
    let tag = world.get(Some(&ada), &window).await.etag.expect("an ETag");
    let rename = async |name: &str| {
        let body = json!({ "display_name": name });
        world.send(Some(&ada), Method::PATCH, "/me", Some(body), &[("if-match", &me)]).await
    };
    let remove = async |tag: &str| world.send(Some(&ada), Method::DELETE, &window, None, &[("if-match", tag)]).await;

    rename("Ada L.").await.ok();

    assert_eq!(rename("Lady L.").await.code(), "stale");
    assert_eq!(remove("\"0123\"").await.code(), "stale");
    remove(&tag).await.ok();
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    world.chat(&ada, json!({})).await;

    for path in ["/events/ada/chat", "/events/ada/chat/slots?from=2026-12-01T00:00:00Z", "/events", "/me"] {
        let first = world.get(Some(&ada), path).await;
        let tag = first.etag.expect("an ETag");
        let again = world.send(Some(&ada), Method::GET, path, None, &[("if-none-match", &tag)]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
    }
}

#[tokio::test]
async fn a_slot_that_is_taken_out_is_offered_no_more_and_its_neighbours_are() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    world.chat(&ada, json!({})).await;

    world.delete(&ada, "/events/ada/chat/slots/2026-12-02T09:00:00Z").await.ok();
    let twice = world.delete(&ada, "/events/ada/chat/slots/2026-12-02T09:00:00Z").await;

    let starts = |slots: Vec<(String, String)>| slots.into_iter().map(|(start, _)| start).collect::<Vec<_>>();
    let wednesday = starts(world.slots(None, "ada/chat", "2026-12-02").await);
    assert_eq!(wednesday, ["2026-12-02T08:00:00Z", "2026-12-02T10:00:00Z"]);
    assert_eq!(starts(world.slots(None, "ada/chat", "2026-12-03").await).len(), 3);
    assert_eq!(twice.code(), "no-such-slot");
}

#[tokio::test]
async fn a_host_is_told_which_rule_shuts_a_slot() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({"buffer_after_minutes": 15, "max_per_day": 1, "notice_minutes": 120})).await;
    world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await.ok();

    let slots =
        world.get(Some(&ada), "/events/ada/chat/slots?from=2026-12-01T00:00:00Z&to=2026-12-02T00:00:00Z&explain=true");
    let slots = slots.await.ok();

    assert_eq!(slots["slots"][0]["obstacles"], json!(["buffer", "day-limit"]));
    assert_eq!((&slots["slots"][1]["state"], &slots["slots"][1]["reason"]), (&json!("taken"), &json!("full")));
    assert_eq!(slots["slots"][2]["obstacles"], json!(["buffer", "day-limit"]));
    let guest = world.get(Some(&bob), "/events/ada/chat/slots?from=2026-12-01T00:00:00Z&explain=true").await.ok();
    assert!(!guest.to_string().contains("obstacles") && !guest.to_string().contains("reason"), "{guest}");
}

#[tokio::test]
async fn slots_of_a_long_range_come_in_pages_of_31_days() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    world.chat(&ada, json!({})).await;

    let first = "/events/ada/chat/slots?from=2026-12-01T00:00:00Z&to=2027-02-01T00:00:00Z";
    let first = world.get(None, first).await.ok();

    assert_eq!(first["next"], "2027-01-01T00:00:00Z");
    assert_eq!(first["slots"].as_array().map(Vec::len), Some(23 * 3));
}

#[tokio::test]
async fn an_event_with_bookings_ahead_goes_only_when_asked_to_cancel_them() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let booking = world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();

    let refused = world.delete(&ada, "/events/ada/chat").await;
    world.delete(&ada, "/events/ada/chat?cancel_bookings=true").await.ok();

    assert_eq!(refused.code(), "bookings-ahead");
    let path = format!("/bookings/{}", booking["id"].as_str().expect("an id"));
    let left = world.get(Some(&bob), &path).await.ok();
    assert_eq!((&left["status"], &left["event"]["slug"]), (&json!("cancelled"), &json!("chat")));
    assert_eq!(world.get(Some(&ada), "/events/ada/chat").await.code(), "not-found");
    world.post(&ada, "/events", event(json!({"slug": "chat"}))).await.ok();
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems_too() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;

    assert_eq!(world.get(None, "/nowhere").await.code(), "not-found");
    assert_eq!(world.send(Some(&ada), Method::PUT, "/me", None, &[]).await.code(), "method-not-allowed");
    assert_eq!(world.get(Some(&ada), "/bookings/nonsense").await.code(), "not-found");
    assert_eq!(world.get(None, "/events/ada/../../etc").await.code(), "not-found");
}
