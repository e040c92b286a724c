//! nginx, set as `examples/deploy/nginx.conf` says, in front of a server.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::http::world::World;
use crate::services::{program, tethered};

const EXAMPLE: &str = include_str!("../../examples/deploy/nginx.conf");
/// How often a proxy that starts is looked at, and how long lies between.
const LOOKS: u32 = 500;
const BETWEEN: Duration = Duration::from_millis(20);
/// How long what must come may take.
const PATIENCE: Duration = Duration::from_secs(10);

struct Nginx {
    child: Child,
    port: u16,
    dir: TempDir,
}

impl Nginx {
    /// The example with ports, places and a certificate of this test's own in place of those it names.
    async fn before(world: &World) -> Option<Self> {
        let nginx = program("nginx")?;
        let dir = tempfile::tempdir().unwrap();
        let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (plain, port) = (free(), free());
        let key = rcgen::generate_simple_self_signed(vec!["meet.example".to_owned()]).unwrap();
        std::fs::write(dir.path().join("cert.pem"), key.cert.pem()).unwrap();
        std::fs::write(dir.path().join("key.pem"), key.signing_key.serialize_pem()).unwrap();
        let here = dir.path().display().to_string();
        let mut site = EXAMPLE.to_owned();
        for (example, own) in [
            ("server 127.0.0.1:8080;", format!("server {};", world.server().address())),
            ("listen 80;", format!("listen 127.0.0.1:{plain};")),
            ("listen 443 ssl", format!("listen 127.0.0.1:{port} ssl")),
            ("/etc/ssl/meet.example/fullchain.pem", format!("{here}/cert.pem")),
            ("/etc/ssl/meet.example/privkey.pem", format!("{here}/key.pem")),
            ("/var/log/nginx/meetme.log", format!("{here}/access.log")),
        ] {
            assert_eq!(site.matches(example).count(), 1, "{example}");
            site = site.replace(example, &own);
        }
        let places: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {here}/{kind};\n"))
            .concat();
        let whole = format!(
            "daemon off;\nmaster_process off;\npid {here}/pid;\nerror_log {here}/error.log;\n\
             events {{ worker_connections 256; }}\nhttp {{\n{places}{site}\n}}\n"
        );
        std::fs::write(dir.path().join("nginx.conf"), whole).unwrap();
        let mut command = tethered(&nginx);
        command.args(["-p", &here, "-e", &format!("{here}/error.log"), "-c", &format!("{here}/nginx.conf")]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut nginx = Self { child, port, dir };
        nginx.wait().await;
        Some(nginx)
    }

    async fn wait(&mut self) {
        for _ in 0..LOOKS {
            if tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                return;
            }
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "nginx ended: {}", self.read("error.log"));
            tokio::time::sleep(BETWEEN).await;
        }
        panic!("nginx does not start: {}", self.read("error.log"));
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.dir.path().join(name)).unwrap_or_default()
    }

    fn url(&self, path: &str) -> String {
        format!("https://meet.example:{}{path}", self.port)
    }

    /// A client that looks for the name here and believes the certificate.
    fn client(&self) -> Client {
        let pem = std::fs::read(self.dir.path().join("cert.pem")).unwrap();
        let certificate = reqwest::Certificate::from_pem(&pem).unwrap();
        let here = ([127, 0, 0, 1], self.port).into();
        let builder = Client::builder().no_proxy().resolve("meet.example", here);
        builder.tls_certs_only([certificate]).build().unwrap()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

async fn post(client: &Client, url: String, token: &str, body: Value) -> Value {
    let answer = client.post(url).bearer_auth(token).json(&body).send().await.unwrap();
    let (status, body) = (answer.status(), answer.json::<Value>().await.unwrap());
    assert!(status.is_success(), "{status}: {body}");
    body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_book_stream_and_subscribe_through_nginx() {
    let world = World::with(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let Some(nginx) = Nginx::before(&world).await else { return };
    let client = nginx.client();
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let private = world.post(&bob, "/me/feeds/private", json!(null)).await.ok();
    let private = private["private"]["url"].as_str().unwrap().replace("https://meet.example", "");

    let changes = nginx.url("/api/v1/events/ada/chat/changes");
    let mut stream = client.get(changes).bearer_auth(&ada.token).send().await.unwrap();
    let mut told = String::new();
    let mut until = async |word: &str| {
        while !told.contains(word) {
            let part = tokio::time::timeout(PATIENCE, stream.chunk()).await.expect("nothing is held back");
            told.push_str(&String::from_utf8_lossy(&part.unwrap().expect("the stream goes on")));
        }
    };
    until("event: hello").await;
    let wish = json!({"start": "2026-12-01T08:00:00Z"});
    let booking = post(&client, nginx.url("/api/v1/events/ada/chat/bookings"), &bob.token, wish).await;
    until(booking["id"].as_str().unwrap()).await;

    world.clock.advance(Duration::from_secs(1));
    let feed = client.get(nginx.url("/feeds/ada/chat.ics")).send().await.unwrap();
    let tag = feed.headers()["etag"].clone();
    assert_eq!(
        (feed.status(), feed.headers()["content-type"].to_str().unwrap()),
        (StatusCode::OK, "text/calendar; charset=utf-8")
    );
    assert!(feed.text().await.unwrap().contains("BEGIN:VEVENT"));
    let again = client.get(nginx.url("/feeds/ada/chat.ics")).header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let own = client.get(nginx.url(&private)).send().await.unwrap();
    assert_eq!(own.status(), StatusCode::OK);
    for hidden in ["/metrics", "/readyz"] {
        assert_eq!(client.get(nginx.url(hidden)).send().await.unwrap().status(), StatusCode::NOT_FOUND, "{hidden}");
    }
    drop(stream);
    drop(client);

    // nginx writes a line when a request has ended.
    tokio::time::timeout(PATIENCE, async {
        while !nginx.read("access.log").contains("/changes") {
            tokio::time::sleep(BETWEEN).await;
        }
    })
    .await
    .expect("the stream's end is logged");
    let log = nginx.read("access.log");
    assert!(
        log.contains("/feeds/ada/chat.ics") && !log.contains("mmf_"),
        "a private feed's address is in no log: {log}"
    );
    assert_eq!(nginx.read("error.log").matches("[error]").count(), 0, "{}", nginx.read("error.log"));
    assert!(Path::new(&nginx.dir.path().join("pid")).exists());
}
