//! A PostgreSQL cluster and a Redis for the nodes, from the programs on this machine, in directories of their own.

use std::fs::read_dir;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// Runs a cluster until its input ends, however the simulator ends, and leaves nothing behind.
const CLUSTER: &str = r#"
trap '' INT TERM HUP
bin=$1 dir=$2 port=$3
"$bin/initdb" -D "$dir/data" -A trust -U meetme -E UTF8 --locale=C --no-sync >"$dir/initdb" 2>&1 &&
"$bin/pg_ctl" -D "$dir/data" -w -t 120 -l "$dir/log" start >"$dir/start" 2>&1 -o "-k $dir -h 127.0.0.1 -p $port \
  -c fsync=off -c max_connections=200 -c shared_buffers=32MB -c log_min_messages=fatal" &&
echo ready && cat >/dev/null
"$bin/pg_ctl" -D "$dir/data" stop -m immediate >/dev/null 2>&1
rm -rf "$dir"
"#;

/// Runs a Redis, which keeps nothing, until its input ends.
const REDIS: &str = r#"
trap '' INT TERM HUP
"$1" --bind 127.0.0.1 --save "" --appendonly no --port "$2" --dir "$3" >/dev/null 2>&1 &
cat >/dev/null
kill -9 $!
"#;

/// How often a Redis that starts is looked at, and how long lies between.
const LOOKS: u32 = 500;
const BETWEEN: Duration = Duration::from_millis(10);

/// What the nodes share besides themselves.
#[derive(Debug)]
pub struct Services {
    /// Their database.
    pub postgres: Postgres,
    /// Where they hear of each other, if they do.
    pub redis: Option<Redis>,
}

/// A running cluster; it ends with its owner.
#[derive(Debug)]
pub struct Postgres {
    bin: PathBuf,
    dir: TempDir,
    port: u16,
    keeper: Child,
    open: Option<ChildStdin>,
}

/// A running Redis; it ends with its owner.
#[derive(Debug)]
pub struct Redis {
    program: PathBuf,
    dir: TempDir,
    port: u16,
    running: Option<(Child, ChildStdin)>,
}

impl Postgres {
    /// Starts a cluster; nothing if the programs are not installed.
    pub fn start() -> io::Result<Option<Self>> {
        let Some(bin) = folder_with(&["initdb", "pg_ctl", "postgres", "psql"]) else { return Ok(None) };
        let dir = tempfile::Builder::new().prefix("meetme-sim-pg-").tempdir()?;
        let port = free_port()?;
        let mut command = as_a_user(dir.path())?;
        command.args(["sh", "-c", CLUSTER, "sh"]).arg(&bin).arg(dir.path()).arg(port.to_string());
        let mut keeper = command.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let open = keeper.stdin.take();
        let stdout = keeper.stdout.take().expect("it is piped");
        let mut said = String::new();
        BufReader::new(stdout).read_line(&mut said)?;
        if said != "ready\n" {
            return Err(io::Error::other("the PostgreSQL cluster did not start"));
        }
        Ok(Some(Self { bin, dir, port, keeper, open }))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    /// Makes an empty database of this name.
    pub fn create(&self, name: &str) -> io::Result<()> {
        self.sql(&format!("CREATE DATABASE {name}"))
    }

    /// Drops a database, whoever still uses it.
    pub fn drop_database(&self, name: &str) -> io::Result<()> {
        self.sql(&format!("DROP DATABASE {name} WITH (FORCE)"))
    }

    /// Ends every process of the server at once, as a crash does, and starts it again.
    pub fn crash(&self) -> io::Result<()> {
        let mut command = as_a_user(self.dir.path())?;
        command.arg(self.bin.join("pg_ctl")).args(["restart", "-m", "immediate", "-w", "-D"]);
        command.arg(self.dir.path().join("data")).arg("-l").arg(self.dir.path().join("log")).current_dir("/");
        succeed(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()))
    }

    fn sql(&self, text: &str) -> io::Result<()> {
        let url = format!("postgres://meetme@127.0.0.1:{}/postgres", self.port);
        let mut psql = Command::new(self.bin.join("psql"));
        succeed(psql.args(["-q", "-v", "ON_ERROR_STOP=1", "-c", text, &url]).stdin(Stdio::null()))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.open.take());
        // It was told to stop; there is nobody to tell if it did not.
        drop(self.keeper.wait());
    }
}

impl Redis {
    /// Starts one; nothing if it is not installed.
    pub fn start() -> io::Result<Option<Self>> {
        let Some(program) = folder_with(&["redis-server"]).map(|folder| folder.join("redis-server")) else {
            return Ok(None);
        };
        let dir = tempfile::Builder::new().prefix("meetme-sim-redis-").tempdir()?;
        let mut redis = Self { program, dir, port: free_port()?, running: None };
        redis.start_again()?;
        Ok(Some(redis))
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends it, as a crash does.
    pub fn stop(&mut self) -> io::Result<()> {
        let Some((mut keeper, open)) = self.running.take() else { return Ok(()) };
        drop(open);
        keeper.wait().map(drop)
    }

    /// Starts it on the same port, and waits until it answers.
    pub fn start_again(&mut self) -> io::Result<()> {
        self.stop()?;
        let mut command = Command::new("sh");
        command.args(["-c", REDIS, "sh"]).arg(&self.program).arg(self.port.to_string()).arg(self.dir.path());
        let mut keeper = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let open = keeper.stdin.take().expect("it is piped");
        self.running = Some((keeper, open));
        for _ in 0..LOOKS {
            if self.answers() {
                return Ok(());
            }
            std::thread::sleep(BETWEEN);
        }
        Err(io::Error::other("redis-server does not answer"))
    }

    fn answers(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let mut answer = [0; 5];
        stream.write_all(b"PING\r\n").is_ok() && stream.read_exact(&mut answer).is_ok() && &answer == b"+PONG"
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // There is nobody to tell if it did not end.
        drop(self.stop());
    }
}

fn succeed(command: &mut Command) -> io::Result<()> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{command:?} failed: {status}"))) }
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// The first folder of programs that has all of these; the newest PostgreSQL if several are installed.
fn folder_with(programs: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).chain([PathBuf::from("/usr/bin")]).collect();
    let versions = read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    folders.into_iter().find(|folder| programs.iter().all(|name| folder.join(name).is_file()))
}

/// PostgreSQL does not run as root, so root becomes somebody else, who gets the directory.
fn as_a_user(dir: &Path) -> io::Result<Command> {
    let id = Command::new("id").arg("-u").output()?;
    if id.stdout.trim_ascii() != b"0" {
        return Ok(Command::new("env"));
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let user = if users.lines().any(|line| line.starts_with("postgres:")) { "postgres" } else { "nobody" };
    succeed(Command::new("chown").arg(user).arg(dir))?;
    let mut command = Command::new("runuser");
    command.args(["-u", user, "--"]);
    Ok(command)
}
