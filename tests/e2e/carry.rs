//! An installation outgrows SQLite, and comes back: the same people, bookings and log-ins.

use std::process::{Command, Output};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use super::node::Node;
use super::sim::engine::services::Postgres;
use super::{client, needed};

/// Carries everything with the real command.
fn carry(from: &str, to: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meetme"));
    command.args(["--json", "admin", "move", "--from", from, "--to", to]).output().expect("the binary runs")
}

/// How many rows of each table were carried.
fn carried(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// What went wrong, in words.
fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A server that is known by the same name wherever its data is.
fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Node {
    Node::start(&[&["--public-url", "https://meet.example"], arguments].concat(), environment)
}

async fn ask(client: &Client, node: &Node, token: &str, method: Method, path: &str, body: Option<Value>) -> Value {
    let mut request = client.request(method, format!("http://{}/api/v1{path}", node.address));
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.header("idempotency-key", path).json(&body);
    }
    let answer = request.send().await.expect("an answer");
    let (status, body) = (answer.status(), answer.json().await.expect("JSON"));
    assert!(status.is_success(), "{status}: {body}");
    body
}

async fn sign_up(client: &Client, node: &Node, name: &str) -> String {
    let body = json!({"username": name, "email": format!("{name}@example.org"), "password": "correct horse"});
    let session = ask(client, node, "", Method::POST, "/users", Some(body)).await;
    session["token"].as_str().expect("a token").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_installation_moves_to_postgres_and_back_with_all_who_are_logged_in() {
    let Some(postgres) = needed(Postgres::start().expect("the cluster starts"), "postgres") else { return };
    postgres.create("meetme").expect("a database");
    let database = format!("postgres://meetme@{}/meetme?sslmode=disable", postgres.address());
    let home = tempfile::tempdir().expect("a directory");
    let [first, last] = ["first", "last"].map(|name| home.path().join(name).display().to_string());
    let client = client();
    let node = start(&["--data", &first], &[]);
    let (ada, bob) = (sign_up(&client, &node, "ada").await, sign_up(&client, &node, "bob").await);
    let event = json!({"title": "Chat", "slug": "chat", "time_zone": "UTC", "first_day": "2040-01-01",
        "slot_minutes": 60});
    ask(&client, &node, &ada, Method::POST, "/events", Some(event)).await;
    let window = json!({"start": "2040-01-02T09:00:00", "duration_minutes": 180});
    ask(&client, &node, &ada, Method::POST, "/events/ada/chat/windows", Some(window)).await;
    let wish = json!({"start": "2040-01-02T09:00:00Z"});
    let booking = ask(&client, &node, &bob, Method::POST, "/events/ada/chat/bookings", Some(wish.clone())).await;
    let in_use = refused(&carry(&first, &database));
    assert!(in_use.contains("another server"), "{in_use}");
    node.stop().await;

    let there = carried(&carry(&first, &database));
    let node = start(&[], &[("MEETME_DATABASE", &database)]);
    let repeated = ask(&client, &node, &bob, Method::POST, "/events/ada/chat/bookings", Some(wish)).await;
    assert_eq!(repeated, booking, "the key is known, and the one who is logged in");
    let in_use = refused(&carry(&database, &last));
    assert!(in_use.contains("a server uses it"), "{in_use}");
    node.stop().await;

    let onto = refused(&carry(&first, &database));
    assert!(onto.contains("must be empty"), "{onto}");
    let back = carried(&carry(&database, &last));
    assert_eq!(back, there);
    let node = start(&["--data", &last], &[]);
    let bookings = ask(&client, &node, &ada, Method::GET, "/bookings", None).await;
    assert_eq!(bookings["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(bookings["items"][0]["id"], booking["id"]);
    let cyd = sign_up(&client, &node, "cyd").await;
    let url = format!("http://{}/api/v1/events/ada/chat/bookings", node.address);
    let taken = json!({"start": "2040-01-02T09:00:00Z"});
    let answer = client.post(url).bearer_auth(&cyd).json(&taken).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CONFLICT, "the slot is still taken");
    node.stop().await;
}
