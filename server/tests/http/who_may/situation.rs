//! A host, a guest and a stranger, with one of everything that routes can name.

use chrono::TimeDelta;
use meetme_core::api::Scope;
use meetme_core::cursor::Seq;
use meetme_core::id::{TokenId, UserId};
use meetme_core::time::{Instant, Zone};
use meetme_server::ids;
use meetme_server::store::{Credential, TokenLabel, UserRecord};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::world::{Answer, Person, START, World, at};

/// What a request names: the thing of the situation, or one of the same kind that is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    Right,
    AtNothing,
}

/// An event of the host with what hangs on it.
struct Offer {
    slug: &'static str,
    window: String,
    hold: String,
    booking: String,
}

/// Used until something in it is done: then the next cell gets a new one.
pub struct Situation<'a> {
    world: &'a World,
    number: usize,
    people: [UserId; 3],
    open: Offer,
    private: Offer,
    /// Of `open`'s kind, but it waits for the host's word.
    pending: Offer,
}

impl<'a> Situation<'a> {
    /// The people's passwords are all the one of which `password` is the hash.
    pub async fn new(world: &'a World, password: &str, number: usize) -> Self {
        let mut people = [UserId::new(Uuid::nil()); 3];
        for (name, id) in ["host", "guest", "stranger"].iter().zip(&mut people) {
            *id = settle(world, name, number, password).await;
        }
        let (host, guest) = (person("host", number), person("guest", number));
        let invited = json!({"visibility": "private", "invited": [guest.name]});
        let open = offer(world, &host, &guest, "open", json!({}), 1).await;
        let private = offer(world, &host, &guest, "shut", invited, 2).await;
        let pending = offer(world, &host, &guest, "ask", json!({"needs_confirmation": true}), 3).await;
        let revoked = ids::hash_of(&token("revoked", number));
        world.server().app().store.end_session(revoked, at(START)).await.unwrap();
        Self { world, number, people, open, private, pending }
    }

    /// Where the logs of all three end: a refusal leaves them there.
    pub async fn heads(&self) -> Vec<Seq> {
        let mut heads = Vec::with_capacity(self.people.len());
        for id in self.people {
            heads.push(self.world.server().app().store.head(id).await.unwrap().seq);
        }
        heads
    }

    /// Asks for what `route` and `variant` name, as `caller`.
    pub async fn ask(&self, route: &str, variant: &str, caller: &str, aim: Aim) -> Answer {
        let offer = match variant {
            "private" => &self.private,
            "confirm" | "decline" => &self.pending,
            _ => &self.open,
        };
        let (method, path) = route.split_once(' ').unwrap();
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        // Whoever sees the private event misses a thing in it, everybody else the event.
        let blind = variant == "private" && !caller.starts_with("host");
        let slug = if aim == Aim::AtNothing && (blind || path.ends_with("{slug}")) { "nothing" } else { offer.slug };
        let path = self.path(route, path, variant, offer, aim).replace("{slug}", slug);
        let caller = (caller != "anonymous").then(|| person(caller, self.number));
        self.world.send(caller.as_ref(), method, &path, self.body(route, variant), &[]).await
    }

    fn path(&self, route: &str, path: &str, variant: &str, offer: &Offer, aim: Aim) -> String {
        let nothing = Uuid::nil().to_string();
        let id = match path {
            _ if aim == Aim::AtNothing => &nothing,
            "/me/tokens/{id}" => &token_id(self.number).to_string(),
            "/events/{owner}/{slug}/windows/{id}" => &offer.window,
            "/events/{owner}/{slug}/holds/{id}" => &offer.hold,
            _ => &offer.booking,
        };
        let owner = format!("host{}", self.number);
        let query = match (route, variant) {
            ("DELETE /me" | "DELETE /events/{owner}/{slug}", _) => "?cancel_bookings=true".to_owned(),
            ("GET /events", "theirs") => format!("?owner={owner}"),
            ("GET /events/{owner}/{slug}/slots", _) => {
                "?from=2026-12-01T00:00:00Z&to=2026-12-08T00:00:00Z&explain=true".to_owned()
            }
            ("GET /events/{owner}/{slug}/changes" | "GET /me/changes", _) => "?wait=0".to_owned(),
            ("GET /bookings", "private") => format!("?event={owner}/{{slug}}"),
            _ => String::new(),
        };
        let path = path.replace("{owner}", &owner).replace("{id}", id);
        path.replace("{start}", "2026-12-07T09:00:00Z") + &query
    }

    fn body(&self, route: &str, variant: &str) -> Option<Value> {
        let n = self.number;
        Some(match (route, variant) {
            ("POST /users", _) => {
                let name = format!("new{n}");
                json!({"username": name, "email": format!("{name}@example.org"), "password": "correct horse"})
            }
            ("POST /sessions", _) => json!({"username": format!("host{n}"), "password": "correct horse"}),
            ("PATCH /me", _) => json!({"display_name": "Somebody"}),
            ("PATCH /me/feeds", _) => json!({"free_busy": true}),
            ("POST /me/tokens", _) => json!({"name": "cron", "scopes": ["read", "book"]}),
            ("POST /events", _) => event("new", &json!({})),
            ("PATCH /events/{owner}/{slug}", _) => json!({"title": "Another"}),
            ("POST /events/{owner}/{slug}/windows", _) => {
                json!({"start": "2026-12-01T18:00:00", "duration_minutes": 60})
            }
            ("POST /events/{owner}/{slug}/holds" | "POST /events/{owner}/{slug}/bookings", _)
            | ("PATCH /bookings/{id}", "move") => json!({"start": "2026-12-07T09:00:00Z"}),
            ("PATCH /bookings/{id}", "cancel") => json!({"status": "cancelled"}),
            ("PATCH /bookings/{id}", "confirm") => json!({"status": "confirmed"}),
            ("PATCH /bookings/{id}", "decline") => json!({"status": "declined"}),
            _ => return None,
        })
    }
}

/// The token of a caller such as `guest` (a session), `guest:read` (of that scope), `revoked` or `expired`.
fn token(caller: &str, number: usize) -> String {
    format!("{caller}-{number}")
}

fn person(caller: &str, number: usize) -> Person {
    Person { name: format!("{caller}{number}"), token: token(caller, number) }
}

/// A token of the host that is there to be revoked.
fn token_id(number: usize) -> TokenId {
    TokenId::new(Uuid::from_u128(number as u128 * 100 + 99))
}

/// Puts an account with a session and all its tokens where they are kept: hashing passwords takes too long.
async fn settle(world: &World, role: &str, number: usize, password: &str) -> UserId {
    let username = format!("{role}{number}");
    let user = UserRecord {
        id: UserId::new(ids::uuid()),
        username: username.parse().unwrap(),
        display_name: role.to_owned(),
        email: format!("{username}@example.org"),
        zone: Zone::UTC,
        max_per_day: None,
        max_per_week: None,
        password_hash: password.to_owned(),
        created_at: at(START),
    };
    let id = user.id;
    let ends = Some(at(START) + TimeDelta::days(7));
    let session = credential(id, &token(role, number), None, Scope::ALL.to_vec(), ends);
    let store = &world.server().app().store;
    store.create_user(user, session).await.unwrap();
    let mut tokens: Vec<Credential> = Vec::new();
    let label = |at: u128| TokenId::new(Uuid::from_u128(number as u128 * 100 + at));
    if role != "stranger" {
        let base = if role == "host" { 0 } else { 10 };
        for (scope, at) in Scope::ALL.into_iter().zip(base..) {
            let text = token(&format!("{role}:{}", scope.as_str()), number);
            tokens.push(credential(id, &text, Some(label(at)), vec![scope], ends));
        }
    }
    if role == "host" {
        let ended = Some(at(START));
        tokens.push(credential(id, &token("expired", number), Some(label(97)), Scope::ALL.to_vec(), ended));
        tokens.push(credential(id, &token("revoked", number), Some(label(98)), Scope::ALL.to_vec(), ends));
        tokens.push(credential(id, &token("target", number), Some(token_id(number)), vec![Scope::Read], ends));
    }
    for token in tokens {
        assert!(store.add_credential(token).await.unwrap());
    }
    id
}

fn credential(user: UserId, text: &str, id: Option<TokenId>, scopes: Vec<Scope>, ends: Option<Instant>) -> Credential {
    let token = id.map(|id| TokenLabel { id, name: text.to_owned() });
    Credential { hash: ids::hash_of(text), user, token, scopes, created_at: at(START), expires_at: ends }
}

fn event(slug: &str, more: &Value) -> Value {
    let mut event =
        json!({"title": slug, "slug": slug, "time_zone": "UTC", "first_day": "2026-12-01", "slot_minutes": 60});
    for (key, value) in more.as_object().unwrap() {
        event[key] = value.clone();
    }
    event
}

/// An event with a window, and on the `day`th of December a booking at nine and a hold at ten.
async fn offer(world: &World, host: &Person, guest: &Person, slug: &'static str, more: Value, day: u32) -> Offer {
    let path = format!("/events/{}/{slug}", host.name);
    let id = |made: Value| made["id"].as_str().unwrap().to_owned();
    world.post(host, "/events", event(slug, &more)).await.ok();
    let window = json!({"start": "2026-12-01T09:00:00", "duration_minutes": 180, "rrule": "FREQ=DAILY"});
    let window = id(world.post(host, &format!("{path}/windows"), window).await.ok());
    let nine = json!({"start": format!("2026-12-{day:02}T09:00:00Z")});
    let booking = id(world.post(guest, &format!("{path}/bookings"), nine).await.ok());
    // No more than three at once, and a hold that a cell asks for is the third.
    let hold = if slug == "ask" {
        String::new()
    } else {
        let ten = json!({"start": format!("2026-12-{day:02}T10:00:00Z")});
        id(world.post(guest, &format!("{path}/holds"), ten).await.ok())
    };
    Offer { slug, window, hold, booking }
}
