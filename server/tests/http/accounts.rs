//! Accounts, sessions and app tokens over REST.

use std::time::Duration;

use meetme_server::config::{RateLimits, RateName};
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::world::{Answer, Person, World};

async fn log_in(world: &World, name: &str, password: &str) -> Answer {
    log_in_from(world, "192.0.2.1", name, password).await
}

/// A log-in from an address, as far as the server believes whoever passes it on.
async fn log_in_from(world: &World, address: &str, name: &str, password: &str) -> Answer {
    let body = json!({"username": name, "password": password});
    world.send(None, Method::POST, "/sessions", Some(body), &[("x-forwarded-for", address)]).await
}

#[tokio::test]
async fn whoever_knows_the_password_logs_in_and_out() {
    let world = World::new().await;
    world.sign_up("ada").await;

    let wrong = log_in(&world, "ada", "wrong horse").await;
    let nobody = log_in(&world, "nobody", "wrong horse").await;
    let session = log_in(&world, "ada", "correct horse").await.ok();
    let ada = Person { name: "ada".into(), token: session["token"].as_str().expect("a token").into() };
    let me = world.get(Some(&ada), "/me").await.ok();
    world.delete(&ada, "/sessions/current").await.ok();
    let after = world.get(Some(&ada), "/me").await;

    assert_eq!((wrong.status, wrong.code()), (StatusCode::UNAUTHORIZED, "wrong-password"));
    assert_eq!(nobody.body, wrong.body, "which of the two is wrong is not told");
    assert_eq!(me["username"], "ada");
    assert_eq!((after.status, after.code()), (StatusCode::UNAUTHORIZED, "unauthenticated"));
}

#[tokio::test]
async fn names_and_addresses_are_unique() {
    let world = World::new().await;
    world.sign_up("ada").await;
    let sign_up = |name: &str, email: &str| {
        let body = json!({"username": name, "email": email, "password": "correct horse"});
        world.send(None, Method::POST, "/users", Some(body), &[])
    };

    assert_eq!(sign_up("ada", "other@example.org").await.code(), "username-taken");
    assert_eq!(sign_up("bob", "ADA@example.org").await.code(), "email-taken");
    assert_eq!(sign_up("api", "api@example.org").await.code(), "invalid");
    assert_eq!(sign_up("Bob", "bob@example.org").await.body["field"], "username");
    assert_eq!(sign_up("bob", "nonsense").await.body["field"], "email");
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_lives_while_it_is() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    world.clock.advance(DAY * 29);
    meetme_server::credentials::Credentials::forget(
        &world.server().app().credentials,
        world.server().app().store.user_by_name("ada").await.expect("a store").expect("ada").id,
    );
    world.get(Some(&ada), "/me").await.ok();
    world.clock.advance(DAY * 29);
    let still = world.get(Some(&ada), "/me").await;
    world.clock.advance(DAY * 31);
    let ended = world.get(Some(&ada), "/me").await;

    assert_eq!(still.status, StatusCode::OK);
    assert_eq!(ended.code(), "unauthenticated");
}

#[tokio::test]
async fn a_revoked_or_expired_token_is_refused_at_once() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    let make = |expires_at: Option<&str>| {
        let body = json!({"name": "cron", "scopes": ["read"], "expires_at": expires_at});
        world.post(&ada, "/me/tokens", body)
    };
    let revoked = make(None).await.ok();
    let expiring = make(Some("2026-11-29T13:00:00Z")).await.ok();
    let person = |made: &serde_json::Value| Person {
        name: "ada".into(),
        token: made["token"].as_str().expect("a token").into(),
    };
    world.get(Some(&person(&revoked)), "/me").await.ok();
    world.get(Some(&person(&expiring)), "/me").await.ok();

    world.delete(&ada, &format!("/me/tokens/{}", revoked["id"].as_str().expect("an id"))).await.ok();
    world.clock.advance(Duration::from_secs(60 * 60));

    assert_eq!(world.get(Some(&person(&revoked)), "/me").await.code(), "unauthenticated");
    assert_eq!(world.get(Some(&person(&expiring)), "/me").await.code(), "unauthenticated");
    let listed = world.get(Some(&ada), "/me/tokens").await.ok();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    assert!(!listed.to_string().contains("mmt_"), "secrets are shown once");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    let other = log_in(&world, "ada", "correct horse").await.ok();
    let other = Person { name: "ada".into(), token: other["token"].as_str().expect("a token").into() };
    world.get(Some(&other), "/me").await.ok();

    let without = world.patch(&ada, "/me", json!({"password": "battery staple"})).await;
    let body = json!({"password": "battery staple", "current_password": "correct horse"});
    world.patch(&ada, "/me", body).await.ok();

    assert_eq!(without.body["field"], "current_password");
    assert_eq!(world.get(Some(&other), "/me").await.code(), "unauthenticated");
    world.get(Some(&ada), "/me").await.ok();
    assert_eq!(log_in(&world, "ada", "correct horse").await.code(), "wrong-password");
    log_in(&world, "ada", "battery staple").await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_changed_beside_a_password_stays_and_so_does_the_password() {
    for world in World::on_each_store(|_| {}).await {
        let ada = world.sign_up("ada").await;
        let mut password = "correct horse".to_owned();
        for round in 0..12 {
            let next = format!("battery staple {round}");
            let body = json!({"password": next, "current_password": password});
            let mut changing = std::pin::pin!(world.patch(&ada, "/me", body));
            let mut said = world.get(Some(&ada), "/me").await.ok();
            // As many as find time while the passwords are hashed, and then one more.
            for turn in 1.. {
                let (field, value) =
                    if turn % 2 == 0 { ("max_per_day", json!(turn)) } else { ("max_per_week", json!(turn)) };
                said[field] = value.clone();
                let beside = world.patch(&ada, "/me", json!({ field: value }));
                let noticed = async { tokio::time::timeout(Duration::ZERO, &mut changing).await.ok() };
                let (beside, changed) = tokio::join!(beside, noticed);
                assert_eq!(beside.ok(), said, "round {round}, turn {turn}");
                if let Some(changed) = changed {
                    changed.ok();
                    break;
                }
            }

            assert_eq!(world.get(Some(&ada), "/me").await.ok(), said, "round {round}");
            assert_eq!(log_in(&world, "ada", &password).await.code(), "wrong-password", "round {round}");
            log_in(&world, "ada", &next).await.ok();
            password = next;
        }
    }
}

#[tokio::test]
async fn of_two_new_passwords_for_one_old_the_first_stands() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    let change = |new: &str| world.patch(&ada, "/me", json!({"password": new, "current_password": "correct horse"}));

    let (one, other) = tokio::join!(change("battery staple"), change("stable battery"));

    let (won, lost) = if one.status.is_success() { ("battery staple", other) } else { ("stable battery", one) };
    assert_eq!((lost.status, lost.code()), (StatusCode::UNAUTHORIZED, "wrong-password"));
    log_in(&world, "ada", won).await.ok();
}

#[tokio::test]
async fn who_says_what_they_saw_of_an_account_is_held_to_what_it_says_now() {
    let world = World::new().await;
    let beside = world.beside(|_| {}).await;
    let ada = world.sign_up("ada").await;
    let seen = beside.get(Some(&ada), "/me").await.etag.expect("a tag");
    let patch = async |tag: &str, name: &str| {
        let body = Some(json!({ "display_name": name }));
        beside.send(Some(&ada), Method::PATCH, "/me", body, &[("if-match", tag)]).await
    };

    world.patch(&ada, "/me", json!({"display_name": "Countess"})).await.ok();
    let newer = world.get(Some(&ada), "/me").await.etag.expect("a tag");

    // The other node may remember for seconds who ada was.
    let stale = patch(&seen, "Augusta").await;
    assert_eq!((stale.status, stale.code()), (StatusCode::PRECONDITION_FAILED, "stale"));
    patch(&newer, "Augusta").await.ok();
    assert_eq!(beside.get(Some(&ada), "/me").await.ok()["display_name"], "Augusta");
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down() {
    let world = World::with(|config| {
        config.rate_limits = RateLimits::off();
        config.rate_limits.set(RateName::Login, "3/1h".parse().expect("a rate"));
    })
    .await;
    world.sign_up("ada").await;
    for _ in 0..3 {
        assert_eq!(log_in(&world, "ada", "wrong horse").await.code(), "wrong-password");
    }

    let fourth = log_in(&world, "ada", "correct horse").await;

    assert_eq!((fourth.status, fourth.code()), (StatusCode::TOO_MANY_REQUESTS, "rate-limited"));
    assert!(fourth.retry_after.is_some());
}

#[tokio::test]
async fn whoever_guesses_passwords_locks_nobody_else_out() {
    let world = World::with(|config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
        config.rate_limits.set(RateName::Login, "3/1h".parse().expect("a rate"));
        config.rate_limits.set(RateName::LoginName, "5/1h".parse().expect("a rate"));
    })
    .await;
    let ada = world.sign_up("ada").await;
    let status = async |address: &str, password: &str| log_in_from(&world, address, "ada", password).await.status;
    for _ in 0..3 {
        assert_eq!(status("192.0.2.1", "wrong horse").await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(status("192.0.2.1", "wrong horse").await, StatusCode::TOO_MANY_REQUESTS);

    assert_eq!(status("192.0.2.2", "correct horse").await, StatusCode::CREATED);
    assert_eq!(status("192.0.2.3", "wrong horse").await, StatusCode::UNAUTHORIZED);
    assert_eq!(
        status("192.0.2.4", "wrong horse").await,
        StatusCode::TOO_MANY_REQUESTS,
        "many addresses are one guesser"
    );
    let body = json!({"password": "battery staple", "current_password": "correct horse"});
    world.patch(&ada, "/me", body).await.ok();
}

#[tokio::test]
async fn all_addresses_of_somebodys_network_are_one() {
    let world = World::with(|config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
        config.rate_limits.set(RateName::Login, "1/1h".parse().expect("a rate"));
    })
    .await;
    let status = async |address: &str, name: &str| log_in_from(&world, address, name, "wrong horse").await.status;

    assert_eq!(status("2001:db8:1:2::1", "ada").await, StatusCode::UNAUTHORIZED);
    assert_eq!(status("2001:db8:1:2:ffff::1", "bob").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(status("2001:db8:1:3::1", "cy").await, StatusCode::UNAUTHORIZED);
    assert_eq!(status("192.0.2.1", "dan").await, StatusCode::UNAUTHORIZED);
    assert_eq!(status("::ffff:192.0.2.1", "eve").await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn an_account_with_bookings_ahead_goes_only_when_asked_to_cancel_them() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let booking = world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();

    let refused = world.delete(&ada, "/me").await;
    world.delete(&ada, "/me?cancel_bookings=true").await.ok();

    assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "bookings-ahead"));
    let path = format!("/bookings/{}", booking["id"].as_str().expect("an id"));
    let left = world.get(Some(&bob), &path).await.ok();
    assert_eq!(left["status"], "cancelled");
    assert!(!left.to_string().contains("ada@example.org"), "{left}");
    assert_eq!(world.get(Some(&ada), "/me").await.code(), "unauthenticated");
    assert_eq!(log_in(&world, "ada", "correct horse").await.code(), "wrong-password");
    assert_eq!(world.get(None, "/events/ada/chat").await.code(), "not-found");
}

#[tokio::test]
async fn everything_of_ones_own_can_be_taken_along() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();

    let export = world.get(Some(&ada), "/me/export").await.ok();

    assert_eq!(export["user"]["email"], "ada@example.org");
    assert_eq!(export["events"][0]["windows"].as_array().map(Vec::len), Some(1));
    assert_eq!(export["bookings"][0]["guest"]["username"], "bob");
}

#[tokio::test]
async fn what_calendars_can_hold_can_be_taken_along_as_one_document() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({"visibility": "private", "invited": ["bob"]})).await;
    let kept = world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    let gone = world.book(&bob, "ada/chat", "2026-12-02T08:00:00Z").await.ok();
    world.delete(&bob, &format!("/bookings/{}", gone["id"].as_str().expect("an id"))).await.ok();
    world.delete(&ada, "/events/ada/chat/slots/2026-12-03T08:00:00Z").await.ok();

    let export = world.get(Some(&ada), "/me/export?format=ics").await;
    let by_accept = world.send(Some(&ada), Method::GET, "/me/export", None, &[("accept", "text/calendar")]).await;

    assert_eq!(export.kind.as_deref(), Some("text/calendar; charset=utf-8"));
    assert_eq!(by_accept.body, export.body);
    let text = export.ok().as_str().expect("text").replace("\r\n ", "");
    for line in [
        &format!("UID:{}", kept["uid"].as_str().expect("a uid")),
        &format!("UID:{}", gone["uid"].as_str().expect("a uid")),
        "STATUS:CANCELLED",
        "SUMMARY:Offered: Chat",
        "DTSTART;TZID=Europe/Berlin:20261201T090000",
        "DURATION:PT180M",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "EXDATE;TZID=Europe/Berlin:20261203T090000",
        "TZID:Europe/Berlin",
    ] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} in {text}");
    }
    let guests = world.get(Some(&bob), "/me/export?format=ics").await.ok();
    assert!(!guests.as_str().expect("text").contains("Offered"));
    assert_eq!(world.get(Some(&ada), "/me/export?format=xml").await.body["field"], "format");
}
