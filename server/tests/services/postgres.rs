//! A PostgreSQL cluster from the programs on this machine, in a directory of its own.

use std::fs::Permissions;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempDir;
use tokio_postgres::NoTls;

/// Runs the cluster until its input ends, however the tests end, and leaves nothing behind.
const SCRIPT: &str = r#"
trap '' INT TERM HUP
bin=$1 dir=$2 port=$3 settings=$4
"$bin/initdb" -D "$dir/data" -A trust -U meetme -E UTF8 --locale=C --no-sync >"$dir/initdb" 2>&1 &&
"$bin/pg_ctl" -D "$dir/data" -w -t 120 -l "$dir/log" start >"$dir/start" 2>&1 -o "-k $dir -h 127.0.0.1 -p $port \
  -c max_connections=400 -c log_min_messages=fatal $settings" &&
echo ready && cat >/dev/null
"$bin/pg_ctl" -D "$dir/data" stop -m immediate >/dev/null 2>&1
rm -rf "$dir"
"#;

/// What tests want: a cluster that comes and goes quickly.
const QUICK: &str = "-c fsync=off -c shared_buffers=32MB -c autovacuum=off";

/// A running cluster.
pub(crate) struct Cluster {
    dir: TempDir,
    bin: PathBuf,
    port: u16,
    databases: AtomicU64,
    keeper: Child,
    /// While this is open the cluster runs.
    open: Option<ChildStdin>,
}

/// The cluster that tests share, or `None` where PostgreSQL is not installed and need not be.
pub(crate) fn shared() -> Option<&'static Cluster> {
    static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
    SHARED.get_or_init(Cluster::start).as_ref()
}

impl Cluster {
    /// Starts one, which nobody else uses.
    pub(crate) fn start() -> Option<Self> {
        Self::start_with(QUICK, &[])
    }

    /// Starts one whose certificate and key are these (PEM).
    pub(crate) fn start_with_tls(certificate: &str, key: &str) -> Option<Self> {
        let settings = format!("{QUICK} -c ssl=on -c ssl_cert_file=../server.crt -c ssl_key_file=../server.key");
        Self::start_with(&settings, &[("server.crt", certificate), ("server.key", key)])
    }

    /// Starts one with these settings, as `postgres` takes them, and these files beside its data.
    pub(crate) fn start_with(settings: &str, files: &[(&str, &str)]) -> Option<Self> {
        let bin = programs().or_else(|| super::program("postgres"))?;
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = dir.path().join(name);
            std::fs::write(&file, text).unwrap();
            std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
            drop(as_a_user(&file));
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = as_a_user(dir.path());
        command.args(["sh", "-c", SCRIPT, "sh"]).arg(&bin).arg(dir.path()).arg(port.to_string()).arg(settings);
        command.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = command.spawn().unwrap();
        let open = keeper.stdin.take();
        let mut said = String::new();
        BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let log = || {
            ["initdb", "start", "log"].map(|name| std::fs::read_to_string(dir.path().join(name)).unwrap_or_default())
        };
        assert_eq!(said, "ready\n", "{}", log().join("\n"));
        Some(Self { dir, bin, port, databases: AtomicU64::new(0), keeper, open })
    }

    /// Makes an empty database; its URL.
    pub(crate) async fn database(&self) -> String {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        execute(&self.url("postgres"), &format!("CREATE DATABASE {name}")).await;
        self.url(&name)
    }

    /// Where a database is.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://meetme@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Kills every process of the server and starts it again; one that does not run is only started.
    pub(crate) fn crash(&self) {
        self.control("restart");
    }

    /// Kills every process of the server.
    pub(crate) fn stop(&self) {
        self.control("stop");
    }

    fn control(&self, what: &str) {
        let data = self.dir.path().join("data");
        let log = self.dir.path().join("log");
        let mut command = as_a_user(self.dir.path());
        command.arg(self.bin.join("pg_ctl")).args([what, "-m", "immediate", "-w", "-D"]).arg(data);
        command.arg("-l").arg(log).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(command.status().unwrap().success());
    }

    /// Copies a database into a new one by way of a dump; its URL.
    pub(crate) async fn copied(&self, url: &str) -> String {
        let to = self.database().await;
        let dump = Command::new(self.bin.join("pg_dump")).arg(url).output().unwrap();
        assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args(["-q", "-v", "ON_ERROR_STOP=1", &to]).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut psql = psql.spawn().unwrap();
        psql.stdin.take().unwrap().write_all(&dump.stdout).unwrap();
        assert!(psql.wait().unwrap().success());
        to
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.open.take());
        // It was told to stop; the directory goes after it.
        self.keeper.wait().unwrap();
    }
}

/// Runs statements in a database.
pub(crate) async fn execute(url: &str, sql: &str) {
    connect(url).await.batch_execute(sql).await.unwrap();
}

/// A session beside those of a store.
pub(crate) async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Where PostgreSQL's programs are.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|v| v.path().join("bin"))
        .collect();
    versions.sort();
    places.extend(versions.into_iter().rev());
    places
        .into_iter()
        .find(|place| ["initdb", "pg_ctl", "postgres", "pg_dump", "psql"].iter().all(|name| place.join(name).exists()))
}

/// PostgreSQL does not run as root, so root becomes somebody else, who gets this file or directory.
fn as_a_user(place: &Path) -> Command {
    let id = Command::new("id").arg("-u").output().unwrap();
    if id.stdout.trim_ascii() != b"0" {
        return Command::new("env");
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let user = if users.lines().any(|line| line.starts_with("postgres:")) { "postgres" } else { "nobody" };
    assert!(Command::new("chown").arg(user).arg(place).status().unwrap().success());
    let mut command = Command::new("runuser");
    command.args(["-u", user, "--"]);
    command
}
