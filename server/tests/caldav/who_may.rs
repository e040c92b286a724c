//! Who may do what over CalDAV: every method on every kind of place, walked cell by cell.

use meetme_server::config::RateName;

use super::kit::{App, CAL, hour};
use super::meetings::{only, tea};
use crate::http::world::World;

/// What is asked, of what, and what its owner is told.
const ASKS: [(&str, &str, u16); 34] = [
    ("PROPFIND", "/dav/", 207),
    ("PROPFIND", "/dav/principals/ada/", 207),
    ("PROPFIND", "/dav/calendars/ada/", 207),
    ("PROPFIND", "/dav/calendars/ada/personal/", 207),
    ("PROPFIND", "/dav/calendars/ada/personal/a.ics", 207),
    ("PROPFIND", "/dav/calendars/ada/inbox/", 207),
    ("PROPFIND", "/dav/calendars/ada/outbox/", 207),
    ("PROPFIND", "/dav/calendars/ada/inbox/m.ics", 207),
    ("GET", "/dav/calendars/ada/inbox/m.ics", 200),
    ("REPORT", "/dav/calendars/ada/inbox/", 207),
    ("PROPPATCH", "/dav/calendars/ada/inbox/", 207),
    ("PROPPATCH", "/dav/calendars/ada/inbox/m.ics", 207),
    ("PUT", "/dav/calendars/ada/inbox/m.ics", 403),
    ("POST", "/dav/calendars/ada/inbox/", 403),
    ("POST", "/dav/calendars/ada/outbox/", 403),
    ("PUT", "/dav/calendars/ada/outbox/x.ics", 403),
    ("DELETE", "/dav/calendars/ada/inbox/", 403),
    ("GET", "/dav/calendars/ada/personal/a.ics", 200),
    ("HEAD", "/dav/calendars/ada/personal/a.ics", 200),
    ("GET", "/dav/calendars/ada/personal/", 200),
    ("REPORT", "/dav/calendars/ada/personal/", 207),
    ("REPORT", "/dav/calendars/ada/", 207),
    ("PROPPATCH", "/dav/calendars/ada/personal/", 207),
    ("PROPPATCH", "/dav/calendars/ada/personal/a.ics", 207),
    ("MKCALENDAR", "/dav/calendars/ada/new/", 201),
    ("MKCOL", "/dav/calendars/ada/new2/", 201),
    ("PUT", "/dav/calendars/ada/personal/b.ics", 201),
    ("POST", "/dav/calendars/ada/personal/", 201),
    ("COPY", "/dav/calendars/ada/personal/a.ics", 201),
    ("COPY", "/dav/calendars/ada/inbox/m.ics", 403),
    ("MOVE", "/dav/calendars/ada/personal/a.ics", 201),
    ("DELETE", "/dav/calendars/ada/new/copied.ics", 204),
    ("DELETE", "/dav/calendars/ada/new/", 204),
    ("DELETE", "/dav/calendars/ada/inbox/m.ics", 204),
];

fn body(method: &str, path: &str) -> String {
    match method {
        "PUT" | "POST" => hour(&format!("{method}{path}"), 3, 9),
        "REPORT" => "<C:calendar-query xmlns:C='urn:ietf:params:xml:ns:caldav'/>".to_owned(),
        "PROPPATCH" => {
            "<propertyupdate xmlns='DAV:'><set><prop><x xmlns='urn:x'>1</x></prop></set></propertyupdate>".to_owned()
        }
        _ => String::new(),
    }
}

async fn ask(app: &App<'_>, method: &str, path: &str) -> u16 {
    let destination =
        if method == "MOVE" { "/dav/calendars/ada/new2/m.ics" } else { "/dav/calendars/ada/new/copied.ics" };
    let depth = if method == "DELETE" { "infinity" } else { "1" };
    let headers = [("depth", depth), ("destination", destination)];
    app.send(method, path, &headers, body(method, path)).await.status.as_u16()
}

#[tokio::test]
async fn only_the_owner_with_a_token_of_the_right_scope_gets_in() {
    let world = World::new().await;
    let person = world.sign_up("ada").await;
    let ada = App::of_person(&world, &person, "caldav").await;
    ada.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(201);
    let bob = App::of(&world, "bob").await;
    // A message lies in the inbox, under a name that the server gave it.
    let cleo = App::of(&world, "cleo").await;
    let invitation = tea(&["mailto:ada@example.org"], "").replace("ORGANIZER:mailto:ada", "ORGANIZER:mailto:cleo");
    cleo.put("/dav/calendars/cleo/personal/tea.ics", &invitation).await.is(201);
    let (message, _) = only(&ada, "inbox").await;
    let in_inbox = |path: &str| path.replace("/dav/calendars/ada/inbox/m.ics", &message);
    let reads = App::of_person(&world, &person, "read").await;
    let nobody = App::with(&world, "", "");
    let wrong = App::with(&world, "ada", "mmt_nothing");
    let not_theirs = App::with(&world, "bob", &ada.secret);
    let head = async || world.server().app().store.head(world_id(&world).await).await.unwrap();

    for (method, path, _) in ASKS {
        let path = &in_inbox(path);
        let before = head().await;
        let shared = *path == "/dav/";
        for (who, app, expected) in [
            ("nobody", &nobody, 401),
            ("a wrong token", &wrong, 401),
            ("a token with another name", &not_theirs, 401),
            ("a token of another scope", &reads, 403),
            ("somebody else", &bob, if shared { 207 } else { 404 }),
        ] {
            assert_eq!(ask(app, method, path).await, expected, "{method} {path} as {who}");
        }
        assert_eq!(head().await, before, "{method} {path} changed something");
    }
    for (method, path, expected) in ASKS {
        let path = &in_inbox(path);
        assert_eq!(ask(&ada, method, path).await, expected, "{method} {path} as the owner");
    }
}

async fn world_id(world: &World) -> meetme_core::id::UserId {
    world.server().app().store.user_by_name("ada").await.unwrap().unwrap().id
}

#[tokio::test]
async fn the_password_opens_the_door_too_until_it_is_another() {
    let world = World::new().await;
    let person = world.sign_up("ada").await;
    let app = App::with(&world, "ada", "correct horse");
    app.propfind(CAL, "0", "<getetag/>").await.is(207);
    App::with(&world, "ada", "wrong horse").propfind(CAL, "0", "<getetag/>").await.is(401);
    let change = serde_json::json!({"password": "another horse", "current_password": "correct horse"});
    world.patch(&person, "/me", change).await.ok();

    app.propfind(CAL, "0", "<getetag/>").await.is(401);
    App::with(&world, "ada", "another horse").propfind(CAL, "0", "<getetag/>").await.is(207);
}

#[tokio::test]
async fn whoever_guesses_passwords_locks_the_owners_app_out_of_nothing() {
    let world = World::with(|config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        config.rate_limits.set(RateName::Login, "1/1h".parse().unwrap());
        config.rate_limits.set(RateName::LoginName, "3/1h".parse().unwrap());
    })
    .await;
    world.sign_up("ada").await;
    let ask = async |address: &str, password: &str| {
        let app = App::with(&world, "ada", password);
        app.send("PROPFIND", CAL, &[("depth", "0"), ("x-forwarded-for", address)], "").await
    };
    ask("192.0.2.1", "wrong horse").await.is(401);
    ask("192.0.2.1", "other horse").await.is(429);

    ask("192.0.2.2", "correct horse").await.is(207);

    ask("192.0.2.3", "wrong horse").await.is(401);
    ask("192.0.2.4", "other horse").await.is(429);
}

#[tokio::test]
async fn a_revoked_token_is_out_at_once() {
    let world = World::new().await;
    let person = world.sign_up("ada").await;
    let app = App::of_person(&world, &person, "caldav").await;
    app.propfind(CAL, "0", "<getetag/>").await.is(207);
    let tokens = world.get(Some(&person), "/me/tokens").await.ok();
    let id = tokens["items"][0]["id"].as_str().unwrap().to_owned();

    world.delete(&person, &format!("/me/tokens/{id}")).await.ok();

    app.propfind(CAL, "0", "<getetag/>").await.is(401);
}
