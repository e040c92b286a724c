//! An installation is backed up while it works, put back as another one, and looked after.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use super::node::Node;
use super::sim::engine::services::Postgres;
use super::{client, needed};

const CHAT: &str = "/events/ada/chat/bookings";

fn admin(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meetme"));
    command.args(["--json", "admin"]).args(arguments).stdin(Stdio::null());
    command.env_remove("MEETME_DATABASE").output().expect("the binary runs")
}

#[track_caller]
fn done(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// What went wrong, in words.
#[track_caller]
fn refused(output: &Output, exit: i32) -> String {
    assert_eq!(output.status.code(), Some(exit), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

async fn ask(
    client: &Client,
    node: &Node,
    token: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> (StatusCode, Value) {
    let mut request = client.request(method, format!("http://{}/api/v1{path}", node.address)).bearer_auth(token);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.expect("an answer");
    (answer.status(), answer.json().await.unwrap_or_default())
}

async fn log_in(client: &Client, node: &Node, name: &str, password: &str) -> StatusCode {
    let url = format!("http://{}/api/v1/sessions", node.address);
    let body = json!({"username": name, "password": password});
    client.post(url).json(&body).send().await.expect("an answer").status()
}

async fn sign_up(client: &Client, node: &Node, name: &str) -> String {
    let url = format!("http://{}/api/v1/users", node.address);
    let body = json!({"username": name, "email": format!("{name}@example.org"), "password": "correct horse"});
    let session: Value = client.post(url).json(&body).send().await.expect("an answer").json().await.expect("JSON");
    session["token"].as_str().expect("a token").to_owned()
}

/// Ada offers an hour around the clock from 2040 on, Bob books one; their tokens.
async fn settle(client: &Client, node: &Node) -> (String, String) {
    let (ada, bob) = (sign_up(client, node, "ada").await, sign_up(client, node, "bob").await);
    let event = json!({"title": "Chat", "slug": "chat", "time_zone": "UTC", "first_day": "2040-01-01",
        "slot_minutes": 60});
    let window = json!({"start": "2040-01-01T00:00:00", "duration_minutes": 1440, "rrule": "FREQ=DAILY"});
    for (path, body) in [("/events", event), ("/events/ada/chat/windows", window)] {
        assert_eq!(ask(client, node, &ada, Method::POST, path, Some(body)).await.0, StatusCode::CREATED);
    }
    book(client, node, &bob, 1).await;
    (ada, bob)
}

async fn book(client: &Client, node: &Node, guest: &str, day: u32) {
    let wish = json!({"start": format!("2040-01-{day:02}T09:00:00Z")});
    assert_eq!(ask(client, node, guest, Method::POST, CHAT, Some(wish)).await.0, StatusCode::CREATED);
}

async fn bookings(client: &Client, node: &Node, who: &str) -> usize {
    let (_, page) = ask(client, node, who, Method::GET, "/bookings", None).await;
    page["items"].as_array().map_or(0, Vec::len)
}

fn path_of(dir: &Path, name: &str) -> String {
    dir.join(name).display().to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_backed_up_while_it_works_and_lives_again_elsewhere() {
    let home = tempfile::tempdir().expect("a directory");
    let [data, file, again] = ["data", "copy.db", "again"].map(|name| path_of(home.path(), name));
    let client = client();
    let node = Node::start(&["--data", &data], &[]);
    let (ada, bob) = settle(&client, &node).await;

    // Bookings go on while everything is copied.
    let copying = tokio::task::spawn_blocking({
        let arguments = [file.clone(), data.clone()];
        move || admin(&["backup", &arguments[0], "--data", &arguments[1]])
    });
    for day in 2..12 {
        book(&client, &node, &bob, day).await;
    }
    let copied = done(&copying.await.expect("it ends"));
    assert_eq!((&copied["users"], &copied["events"]), (&json!(2), &json!(1)));
    let held = usize::try_from(copied["bookings"].as_u64().expect("a number")).expect("few");
    assert!((1..=11).contains(&held), "{copied}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "it holds everything");
    }
    assert!(refused(&admin(&["backup", &file, "--data", &data]), 1).contains("is there already"));
    assert_eq!(done(&admin(&["check", "--data", &data])), json!({"sound": true, "findings": []}));
    assert_eq!(done(&admin(&["check", &file]))["sound"], true);
    let (_, place) = ask(&client, &node, &ada, Method::GET, "/me/changes?wait=0", None).await;
    let cursor = place["cursor"].as_str().expect("a cursor").to_owned();

    assert_eq!(done(&admin(&["restore", "--verify", &file]))["bookings"], copied["bookings"]);
    assert!(refused(&admin(&["restore", &file, "--data", &data]), 1).contains("another server uses"));
    let restored = done(&admin(&["restore", &file, "--data", &again]));
    assert_eq!((&restored["bookings"], &restored["data"]), (&copied["bookings"], &json!(again)));
    assert!(refused(&admin(&["restore", &file, "--data", &again]), 1).contains("a database already"));
    assert_eq!(std::fs::read_dir(home.path()).expect("a directory").count(), 3, "nothing else is left");
    node.stop().await;

    let node = Node::start(&["--data", &again], &[]);
    assert_eq!(bookings(&client, &node, &ada).await, held, "who was logged in still is");
    let (_, lost) = ask(&client, &node, &ada, Method::GET, &format!("/me/changes?wait=0&cursor={cursor}"), None).await;
    assert_eq!(lost["reset"], true, "it is another life: {lost}");
    book(&client, &node, &bob, 20).await;
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_named_and_never_restored() {
    let home = tempfile::tempdir().expect("a directory");
    let [data, file, again] = ["data", "copy.db", "again"].map(|name| path_of(home.path(), name));
    let client = client();
    let node = Node::start(&["--data", &data], &[]);
    settle(&client, &node).await;
    node.stop().await;
    let database = rusqlite::Connection::open(home.path().join("data/meetme.db")).expect("a database");
    database.pragma_update(None, "foreign_keys", false).expect("it does");
    database
        .execute_batch("DELETE FROM seats; UPDATE users SET log_seq = log_seq + 1 WHERE username = 'bob'")
        .expect("damage");
    drop(database);

    let output = admin(&["check", "--data", &data]);
    assert_eq!(output.status.code(), Some(1));
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let told = found["findings"].to_string();
    assert_eq!(found["sound"], false);
    for finding in ["slots whose seats are miscounted: 1", "bookings without a seat: 1", "logs with gaps: 1"] {
        assert!(told.contains(finding), "{finding} in {told}");
    }
    let unfit = refused(&admin(&["backup", &file, "--data", &data]), 1);
    assert!(unfit.contains("slots whose seats are miscounted"), "{unfit}");
    std::fs::copy(home.path().join("data/meetme.db"), &file).expect("a copy");
    assert!(refused(&admin(&["restore", &file, "--data", &again]), 1).contains("fails its check"));
    std::fs::write(&file, b"not a database, whatever it is called, and longer than a head").expect("a file");
    assert!(!refused(&admin(&["restore", "--verify", &file]), 1).is_empty());
    assert!(!home.path().join("again/meetme.db").exists());
    assert!(refused(&admin(&["check", "--data", &path_of(home.path(), "nowhere")]), 1).contains("nowhere"));
    assert!(!home.path().join("nowhere").exists(), "looking makes nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_are_looked_after_from_beside_the_server() {
    let home = tempfile::tempdir().expect("a directory");
    let data = path_of(home.path(), "data");
    let client = client();
    let node = Node::start(&["--data", &data], &[]);
    let (ada, bob) = settle(&client, &node).await;

    let listed = done(&admin(&["user", "list", "--data", &data]));
    let names: Vec<&str> =
        listed["users"].as_array().expect("a list").iter().filter_map(|user| user["username"].as_str()).collect();
    assert_eq!(names, ["ada", "bob"]);
    assert_eq!(
        done(&admin(&["user", "list", "--after", "ada", "--data", &data]))["users"].as_array().map(Vec::len),
        Some(1)
    );
    let shown = done(&admin(&["user", "show", "ada", "--data", &data]));
    assert_eq!((&shown["events"], &shown["bookings"], &shown["sessions"]), (&json!(1), &json!(1), &json!(1)));
    assert!(refused(&admin(&["user", "show", "eve", "--data", &data]), 5).contains("eve"));
    let change = |name: &str, password: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meetme"));
        command.args(["--json", "admin", "user", "password", name, "--data", &data]);
        command.env("MEETME_PASSWORD", password).stdin(Stdio::null()).output().expect("the binary runs")
    };
    assert!(refused(&change("bob", "battery staple"), 1).contains("another server uses"), "it would not notice");
    node.stop().await;

    assert!(refused(&change("bob", "short"), 1).contains("8 to 1000"));
    done(&change("bob", "battery staple"));

    let node = Node::start(&["--data", &data], &[]);
    assert_eq!(ask(&client, &node, &bob, Method::GET, "/me", None).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&client, &node, &ada, Method::GET, "/me", None).await.0, StatusCode::OK, "others stay logged in");
    assert_eq!(log_in(&client, &node, "bob", "correct horse").await, StatusCode::UNAUTHORIZED);
    assert_eq!(log_in(&client, &node, "bob", "battery staple").await, StatusCode::CREATED);
    node.stop().await;

    let switch = |what: &str| done(&admin(&["user", what, "ada", "--data", &data]));
    assert_eq!(switch("disable"), json!({"username": "ada", "enabled": false, "changed": true}));
    assert_eq!(switch("disable")["changed"], false);
    assert!(done(&admin(&["user", "show", "ada", "--data", &data]))["disabled_at"].is_string());
    let node = Node::start(&["--data", &data], &[]);
    assert_eq!(ask(&client, &node, &ada, Method::GET, "/me", None).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(log_in(&client, &node, "ada", "correct horse").await, StatusCode::UNAUTHORIZED);
    node.stop().await;
    done(&change("ada", "other horse"));
    assert_eq!(switch("enable"), json!({"username": "ada", "enabled": true, "changed": true}));
    let node = Node::start(&["--data", &data], &[]);
    assert_eq!(log_in(&client, &node, "ada", "other horse").await, StatusCode::CREATED);
    assert_eq!(
        ask(&client, &node, &ada, Method::GET, "/me", None).await.0,
        StatusCode::UNAUTHORIZED,
        "its log-ins ended"
    );
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_checked_and_begins_another_life_and_says_what_backs_it_up() {
    let Some(postgres) = needed(Postgres::start().expect("the cluster starts"), "postgres") else { return };
    postgres.create("meetme").expect("a database");
    let database = format!("postgres://meetme@{}/meetme?sslmode=disable", postgres.address());
    let client = client();
    let node = Node::start(&[], &[("MEETME_DATABASE", &database)]);
    let (ada, _) = settle(&client, &node).await;
    let (_, place) = ask(&client, &node, &ada, Method::GET, "/me/changes?wait=0", None).await;
    let cursor = place["cursor"].as_str().expect("a cursor").to_owned();

    assert_eq!(done(&admin(&["check", "--database", &database]))["sound"], true);
    assert_eq!(done(&admin(&["user", "show", "ada", "--database", &database]))["bookings"], 1);
    let backup = refused(&admin(&["backup", "copy.dump", "--database", &database]), 2);
    assert!(backup.contains("pg_dump --format=custom"), "{backup}");
    let restore = refused(&admin(&["restore", "copy.dump", "--database", &database]), 2);
    assert!(restore.contains("pg_restore --dbname"), "{restore}");
    node.stop().await;
    assert_eq!(done(&admin(&["restore", "--database", &database])), json!({"verified": true}));

    let node = Node::start(&[], &[("MEETME_DATABASE", &database)]);
    let (_, lost) = ask(&client, &node, &ada, Method::GET, &format!("/me/changes?wait=0&cursor={cursor}"), None).await;
    assert_eq!(lost["reset"], true, "{lost}");
    node.stop().await;
}
