//! Servers with one calendar in them: ours, and those that others wrote.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tempfile::TempDir;

use crate::Outcome;
use crate::child::{ServerProcess, cpu_of, memory_of, peak_of};
use crate::database::Database;
use crate::setting::sign_up;
use crate::wire::Wire;

/// How often it is looked whether a server answers yet, and how often at most.
const LOOK: Duration = Duration::from_millis(100);
const LOOKS: u32 = 300;

/// A server and a calendar on it.
pub struct Place {
    pub name: &'static str,
    pub address: SocketAddr,
    /// The calendar's path, with a slash at its end.
    pub calendar: String,
    /// What requests are signed with.
    pub authorization: String,
    /// Whether its answers are ours, which are looked at more closely.
    pub ours: bool,
    /// Resident memory before anything was asked, in MiB.
    pub idle: f64,
    process: Process,
    database: Option<Database>,
}

enum Process {
    Ours(ServerProcess),
    Theirs(Child, #[expect(dead_code, reason = "it goes when the process has gone")] TempDir),
}

impl Place {
    /// Ours, on SQLite.
    pub async fn sqlite() -> Outcome<Self> {
        Self::ours("SQLite", ServerProcess::start("full")?, None).await
    }

    /// Ours, on a PostgreSQL of its own.
    pub async fn postgres() -> Outcome<Self> {
        let database = Database::start().await?;
        let server = ServerProcess::start_beside(&database.empty().await, None)?;
        Self::ours("PostgreSQL", server, Some(database)).await
    }

    async fn ours(name: &'static str, server: ServerProcess, database: Option<Database>) -> Outcome<Self> {
        let idle = server.memory()?;
        let session = sign_up(server.address, "ada").await?;
        let mut wire = Wire::connect(server.address, &session).await?;
        let wish = json!({"name": "load", "scopes": ["caldav"]});
        let token = wire.post("/api/v1/me/tokens", &wish.to_string()).await?.ok()?;
        let secret = token["token"].as_str().ok_or("no token")?;
        Ok(Self {
            name,
            address: server.address,
            calendar: "/dav/calendars/ada/personal/".to_owned(),
            authorization: basic("ada", secret),
            ours: true,
            idle,
            process: Process::Ours(server),
            database,
        })
    }

    /// The Radicale of a Python environment, open to everybody who says a name.
    pub async fn radicale(venv: &Path) -> Outcome<Self> {
        let (data, address) = (tempfile::tempdir()?, free_address()?);
        let mut command = Command::new(venv.join("bin/radicale"));
        command.args(["--config", "", "--auth-type", "none", "--rights-type", "owner_only"]);
        command.args(["--logging-level", "error", "--server-max-connections", "100"]);
        command.arg("--server-hosts").arg(address.to_string());
        command.arg("--storage-filesystem-folder").arg(data.path());
        let mut place = Self::theirs("Radicale", command, data, address, "/ada/load/")?;
        place.answers().await?;
        let mut wire = Wire::connect_as(place.address, &place.authorization).await?;
        wire.send("MKCALENDAR", &place.calendar, "content-type: application/xml\r\n", "").await?.check()?;
        Ok(place)
    }

    /// The Xandikos of a Python environment, with the calendar that it makes itself.
    pub async fn xandikos(venv: &Path) -> Outcome<Self> {
        let (data, address) = (tempfile::tempdir()?, free_address()?);
        let mut command = Command::new(venv.join("bin/xandikos"));
        command.args(["serve", "--defaults", "--no-detect-systemd", "-l", "127.0.0.1"]);
        command.args(["--current-user-principal", "/ada/", "-p"]).arg(address.port().to_string());
        command.arg("-d").arg(data.path()).arg("--state-dir").arg(data.path().join("state"));
        let mut place = Self::theirs("Xandikos", command, data, address, "/ada/calendars/calendar/")?;
        place.answers().await?;
        Ok(place)
    }

    fn theirs(
        name: &'static str,
        mut command: Command,
        data: TempDir,
        address: SocketAddr,
        calendar: &str,
    ) -> Outcome<Self> {
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        Ok(Self {
            name,
            address,
            calendar: calendar.to_owned(),
            authorization: basic("ada", "ada"),
            ours: false,
            idle: 0.0,
            process: Process::Theirs(process, data),
            database: None,
        })
    }

    /// Waits until somebody listens, and sees how much memory that takes.
    async fn answers(&mut self) -> Outcome<()> {
        for _ in 0..LOOKS {
            if let Ok(mut wire) = Wire::connect_as(self.address, &self.authorization).await
                && wire.send("OPTIONS", "/", "", "").await.is_ok()
            {
                self.idle = memory_of(&self.id())?;
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
        Err(format!("{} did not start", self.name).into())
    }

    fn id(&self) -> String {
        match &self.process {
            Process::Ours(server) => server.id().to_string(),
            Process::Theirs(process, _) => process.id().to_string(),
        }
    }

    /// Seconds of processor time of the server, and of its database.
    pub fn cpu(&self) -> Outcome<(f64, f64)> {
        let database = self.database.as_ref().map_or(Ok(0.0), Database::cpu)?;
        Ok((cpu_of(&self.id())?, database))
    }

    /// The most resident memory it ever had, in MiB.
    pub fn peak(&self) -> Outcome<f64> {
        peak_of(&self.id())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Self::Theirs(process, _) = self {
            // One that has ended already needs no end.
            drop(process.kill());
            drop(process.wait());
        }
    }
}

fn basic(name: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{secret}")))
}

/// Where nobody listens.
fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
