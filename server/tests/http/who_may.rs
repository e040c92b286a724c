//! Who may do what: one table over every route of the OpenAPI document, walked cell by cell.

mod situation;

use std::collections::BTreeSet;

use meetme_server::config::Durability;
use reqwest::StatusCode;

use self::situation::{Aim, Situation};
use super::document::Document;
use super::world::{Answer, World};

/// Who asks, in the order of the table's columns. Tokens have one scope each, those that ended had all.
const CALLERS: [&str; 16] = [
    "anonymous",
    "stranger",
    "guest",
    "host",
    "host:read",
    "host:book",
    "host:host",
    "host:caldav",
    "host:call",
    "guest:read",
    "guest:book",
    "guest:host",
    "guest:caldav",
    "guest:call",
    "revoked",
    "expired",
];

/// `yes` is done (2xx). `401` is `unauthenticated`. `404` is `not-found`, word for word as for a thing that
/// is not there. The rest are refusals with 403: the token lacks the `scope`, only the `host` may, one has to
/// `login` oneself, the event is one's `own`. Who may join a call, but
/// not yet, is `early`; who may open a WebSocket, and asks for none, is told `ws`.
///
/// The event is unlisted. A `private` one invites the guest, `theirs` are those of somebody by name; what is
/// to be confirmed or declined is pending.
const TABLE: &str = "
                                                    | everybody                       | a token of the host           | a token of the guest          | a token that was
                                                    | nobody   stranger guest    host | read  book  host  cald  call  | read  book  host  cald  call  | revoked expired
POST   /users                                       | yes      yes      yes      yes  | yes   yes   yes   yes   yes   | yes   yes   yes   yes   yes   | yes     yes
POST   /sessions                                    | yes      yes      yes      yes  | yes   yes   yes   yes   yes   | yes   yes   yes   yes   yes   | yes     yes
GET    /sessions/current                            | 401      yes      yes      yes  | yes   yes   yes   yes   yes   | yes   yes   yes   yes   yes   | 401     401
DELETE /sessions/current                            | 401      yes      yes      yes  | yes   yes   yes   yes   yes   | yes   yes   yes   yes   yes   | 401     401
GET    /me                                          | 401      yes      yes      yes  | yes   scope scope scope scope | yes   scope scope scope scope | 401     401
PATCH  /me                                          | 401      yes      yes      yes  | login login login login login | login login login login login | 401     401
DELETE /me                                          | 401      yes      yes      yes  | login login login login login | login login login login login | 401     401
GET    /me/export                                   | 401      yes      yes      yes  | login login login login login | login login login login login | 401     401
GET    /me/feeds                                    | 401      yes      yes      yes  | login login login login login | login login login login login | 401     401
PATCH  /me/feeds                                    | 401      yes      yes      yes  | login login login login login | login login login login login | 401     401
POST   /me/feeds/private                            | 401      yes      yes      yes  | login login login login login | login login login login login | 401     401
DELETE /me/feeds/private                            | 401      yes      yes      yes  | login login login login login | login login login login login | 401     401
GET    /me/changes                                  | 401      yes      yes      yes  | yes   scope scope scope scope | yes   scope scope scope scope | 401     401
GET    /me/tokens                                   | 401      yes      yes      yes  | yes   scope scope scope scope | yes   scope scope scope scope | 401     401
POST   /me/tokens                                   | 401      yes      yes      yes  | login login login login login | login login login login login | 401     401
DELETE /me/tokens/{id}                              | 401      404      404      yes  | login login login login login | login login login login login | 401     401

PUT    /me/added/{owner}/{slug}                     | 401      yes      yes      own  | scope own   scope scope scope | scope yes   scope scope scope | 401     401
PUT    /me/added/{owner}/{slug}             private | 401      404      yes      own  | scope own   scope scope scope | scope yes   scope scope scope | 401     401
DELETE /me/added/{owner}/{slug}                     | 401      yes      yes      yes  | scope yes   scope scope scope | scope yes   scope scope scope | 401     401

GET    /events                                      | 401      yes      yes      yes  | yes   scope scope scope scope | yes   scope scope scope scope | 401     401
GET    /events                              theirs  | yes      yes      yes      yes  | yes   yes   yes   yes   yes   | yes   yes   yes   yes   yes   | 401     401
POST   /events                                      | 401      yes      yes      yes  | scope scope yes   scope scope | scope scope yes   scope scope | 401     401
GET    /events/{owner}/{slug}                       | yes      yes      yes      yes  | yes   yes   yes   yes   yes   | yes   yes   yes   yes   yes   | 401     401
GET    /events/{owner}/{slug}               private | 404      404      yes      yes  | yes   404   404   404   404   | yes   404   404   404   404   | 401     401
PATCH  /events/{owner}/{slug}                       | 401      host     host     yes  | scope scope yes   scope scope | scope scope host  scope scope | 401     401
PATCH  /events/{owner}/{slug}               private | 401      404      host     yes  | scope scope yes   scope scope | scope scope host  scope scope | 401     401
DELETE /events/{owner}/{slug}                       | 401      host     host     yes  | scope scope yes   scope scope | scope scope host  scope scope | 401     401
DELETE /events/{owner}/{slug}               private | 401      404      host     yes  | scope scope yes   scope scope | scope scope host  scope scope | 401     401
GET    /events/{owner}/{slug}/windows               | 401      host     host     yes  | yes   scope scope scope scope | host  scope scope scope scope | 401     401
GET    /events/{owner}/{slug}/windows       private | 401      404      host     yes  | yes   scope scope scope scope | host  scope scope scope scope | 401     401
POST   /events/{owner}/{slug}/windows               | 401      host     host     yes  | scope scope yes   scope scope | scope scope host  scope scope | 401     401
POST   /events/{owner}/{slug}/windows       private | 401      404      host     yes  | scope scope yes   scope scope | scope scope host  scope scope | 401     401
GET    /events/{owner}/{slug}/windows/{id}          | 401      host     host     yes  | yes   scope scope scope scope | host  scope scope scope scope | 401     401
GET    /events/{owner}/{slug}/windows/{id}  private | 401      404      host     yes  | yes   scope scope scope scope | host  scope scope scope scope | 401     401
DELETE /events/{owner}/{slug}/windows/{id}          | 401      host     host     yes  | scope scope yes   scope scope | scope scope host  scope scope | 401     401
DELETE /events/{owner}/{slug}/windows/{id}  private | 401      404      host     yes  | scope scope yes   scope scope | scope scope host  scope scope | 401     401

GET    /events/{owner}/{slug}/slots                 | yes      yes      yes      yes  | yes   yes   yes   yes   yes   | yes   yes   yes   yes   yes   | 401     401
GET    /events/{owner}/{slug}/slots         private | 404      404      yes      yes  | yes   404   404   404   404   | yes   404   404   404   404   | 401     401
DELETE /events/{owner}/{slug}/slots/{start}         | 401      host     host     yes  | scope scope yes   scope scope | scope scope host  scope scope | 401     401
DELETE /events/{owner}/{slug}/slots/{start} private | 401      404      host     yes  | scope scope yes   scope scope | scope scope host  scope scope | 401     401
POST   /events/{owner}/{slug}/holds                 | 401      yes      yes      own  | scope own   scope scope scope | scope yes   scope scope scope | 401     401
POST   /events/{owner}/{slug}/holds         private | 401      404      yes      own  | scope own   scope scope scope | scope yes   scope scope scope | 401     401
DELETE /events/{owner}/{slug}/holds/{id}            | 401      404      yes      404  | scope 404   scope scope scope | scope yes   scope scope scope | 401     401
DELETE /events/{owner}/{slug}/holds/{id}    private | 401      404      yes      404  | scope 404   scope scope scope | scope yes   scope scope scope | 401     401
POST   /events/{owner}/{slug}/bookings              | 401      yes      yes      own  | scope own   scope scope scope | scope yes   scope scope scope | 401     401
POST   /events/{owner}/{slug}/bookings      private | 401      404      yes      own  | scope own   scope scope scope | scope yes   scope scope scope | 401     401
GET    /events/{owner}/{slug}/changes               | yes      yes      yes      yes  | yes   yes   yes   yes   yes   | yes   yes   yes   yes   yes   | 401     401
GET    /events/{owner}/{slug}/changes       private | 404      404      yes      yes  | yes   404   404   404   404   | yes   404   404   404   404   | 401     401

GET    /bookings                                    | 401      yes      yes      yes  | yes   scope scope scope scope | yes   scope scope scope scope | 401     401
GET    /bookings                            private | 401      404      yes      yes  | yes   scope scope scope scope | yes   scope scope scope scope | 401     401
GET    /bookings/{id}                               | 401      404      yes      yes  | yes   scope scope scope scope | yes   scope scope scope scope | 401     401
DELETE /bookings/{id}                               | 401      404      yes      yes  | scope scope yes   scope scope | scope yes   scope scope scope | 401     401
PATCH  /bookings/{id}                       move    | 401      404      yes      yes  | scope scope yes   scope scope | scope yes   scope scope scope | 401     401
PATCH  /bookings/{id}                       cancel  | 401      404      yes      yes  | scope scope yes   scope scope | scope yes   scope scope scope | 401     401
PATCH  /bookings/{id}                       confirm | 401      404      host     yes  | scope scope yes   scope scope | scope scope host  scope scope | 401     401
PATCH  /bookings/{id}                       decline | 401      404      host     yes  | scope scope yes   scope scope | scope scope host  scope scope | 401     401
GET    /me/call-check                               | 401      yes      yes      yes  | scope scope scope scope yes   | scope scope scope scope yes   | 401     401
GET    /me/call-check/signal                        | 401      ws       ws       ws   | scope scope scope scope ws    | scope scope scope scope ws    | 401     401
GET    /bookings/{id}/call                          | 401      404      yes      yes  | scope scope scope scope yes   | scope scope scope scope yes   | 401     401
GET    /bookings/{id}/call/signal                   | 401      404      early    early| scope scope scope scope early | scope scope scope scope early | 401     401
";

/// A line of the table.
struct Row {
    route: String,
    variant: &'static str,
    cells: Vec<&'static str>,
}

fn rows() -> Vec<Row> {
    let lines = TABLE.lines().skip(3).filter(|line| !line.is_empty());
    let rows = lines.map(|line| {
        let (ask, cells) = line.split_once('|').unwrap();
        let ask: Vec<&str> = ask.split_whitespace().collect();
        let cells: Vec<&str> = cells.split(['|', ' ']).filter(|cell| !cell.is_empty()).collect();
        assert_eq!(cells.len(), CALLERS.len(), "{line}");
        Row { route: ask[..2].join(" "), variant: ask.get(2).copied().unwrap_or_default(), cells }
    });
    rows.collect()
}

#[test]
fn every_route_has_its_lines_in_the_table_and_every_line_a_route() {
    let (document, rows) = (Document::of_the_server(), rows());

    let told: BTreeSet<String> = rows.iter().map(|row| row.route.clone()).collect();

    assert_eq!(told, document.routes());
    for route in told {
        let nobody = rows.iter().any(|row| row.route == route && row.cells[0] == "yes");
        assert_eq!(document.is_open(&route), nobody, "{route}: whether the document wants a token");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everyone_may_what_the_table_says_and_nothing_else() {
    let world = World::with(|config| config.durability = Durability::Off).await;
    let document = Document::of_the_server();
    let mut wrong = Vec::new();
    let mut situations = 0;
    let password = world.server().app().passwords.hash("correct horse".to_owned()).await.unwrap();
    let mut situation = Situation::new(&world, &password, situations).await;
    for row in rows() {
        for (caller, cell) in CALLERS.iter().zip(&row.cells) {
            let before = situation.heads().await;
            let answer = situation.ask(&row.route, row.variant, caller, Aim::Right).await;
            let mut faults = document.faults(&row.route, &answer);
            if !is(cell, &answer) {
                faults.push(format!("expected {cell}"));
            }
            if *cell == "404" {
                let missing = situation.ask(&row.route, row.variant, caller, Aim::AtNothing).await;
                if (missing.status, &missing.body) != (answer.status, &answer.body) {
                    faults.push(format!("what is not there sounds different: {missing:?}"));
                }
            }
            if !answer.status.is_success() && situation.heads().await != before {
                faults.push("it changed something".to_owned());
            }
            if !faults.is_empty() {
                wrong.push(format!("{} {} as {caller}: {} {answer:?}", row.route, row.variant, faults.join(", ")));
            }
            if answer.status.is_success() && !row.route.starts_with("GET") {
                situations += 1;
                situation = Situation::new(&world, &password, situations).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether an answer is what a cell says.
fn is(cell: &str, answer: &Answer) -> bool {
    let (status, code) = match cell {
        "yes" => return answer.status.is_success(),
        "401" => (StatusCode::UNAUTHORIZED, "unauthenticated"),
        "404" => (StatusCode::NOT_FOUND, "not-found"),
        "scope" => (StatusCode::FORBIDDEN, "scope-missing"),
        "host" => (StatusCode::FORBIDDEN, "host-only"),
        "login" => (StatusCode::FORBIDDEN, "session-needed"),
        "own" => (StatusCode::FORBIDDEN, "own-event"),
        "ws" => (StatusCode::UPGRADE_REQUIRED, "upgrade-required"),
        "early" => (StatusCode::CONFLICT, "call-not-open"),
        other => panic!("{other} is not a word of the table"),
    };
    (answer.status, answer.body["code"].as_str()) == (status, Some(code))
}
