//! What a PostgreSQL does while it is measured, by its own account and by the kernel's.

use tokio_postgres::Client;

use crate::Outcome;
use crate::child::cpu_of;
use crate::services::postgres::{Cluster, connect};

/// As a server is set that must not lose anything, with what is needed to look into it.
const SETTINGS: &str = "-c shared_buffers=256MB -c max_wal_size=4GB -c track_wal_io_timing=on \
    -c shared_preload_libraries=pg_stat_statements -c pg_stat_statements.track=none";
/// How much of a statement is shown, in characters.
const SHOWN: usize = 76;

/// A cluster whose commits wait for the disk.
pub struct Database {
    cluster: Cluster,
    admin: Client,
    postmaster: u32,
}

/// What was done up to a moment.
pub struct Sum {
    wal_bytes: f64,
    syncs: i64,
    sync_ms: f64,
}

/// What was done between two moments.
pub struct Done {
    pub wal_bytes: f64,
    pub syncs: f64,
    /// Milliseconds of each.
    pub sync_ms: f64,
}

/// A kind of statement, and what became of it.
pub struct Statement {
    pub text: String,
    pub calls: f64,
    /// In all, milliseconds.
    pub took: f64,
}

impl Database {
    /// Starts one.
    pub async fn start() -> Outcome<Self> {
        let cluster = Cluster::start_with(SETTINGS, &[]).ok_or("PostgreSQL is not installed")?;
        let admin = connect(&cluster.url("postgres")).await;
        admin.batch_execute("CREATE EXTENSION pg_stat_statements").await?;
        let row = admin.query_one("SELECT pg_backend_pid()", &[]).await?;
        let (_, postmaster) = stat(&row.get::<_, i32>(0).to_string())?;
        Ok(Self { cluster, admin, postmaster })
    }

    /// Makes an empty database; its URL.
    pub async fn empty(&self) -> String {
        self.cluster.database().await
    }

    /// Seconds of processor time of all of its processes. Those that end meanwhile are not counted.
    pub fn cpu(&self) -> Outcome<f64> {
        let mut seconds = cpu_of(&self.postmaster.to_string())?;
        for entry in std::fs::read_dir("/proc")? {
            let name = entry?.file_name();
            let Some(process) = name.to_str().filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())) else {
                continue;
            };
            // One that ended since the list was made.
            let Ok((used, parent)) = stat(process) else { continue };
            if parent == self.postmaster {
                seconds += used;
            }
        }
        Ok(seconds)
    }

    /// What was written and synced so far.
    pub async fn sum(&self) -> Outcome<Sum> {
        let sql = "SELECT wal_bytes::float8, wal_sync, wal_sync_time FROM pg_stat_wal";
        let row = self.admin.query_one(sql, &[]).await?;
        Ok(Sum { wal_bytes: row.get(0), syncs: row.get(1), sync_ms: row.get(2) })
    }

    /// Begins to take note of every statement, or ends it.
    pub async fn note_statements(&self, note: bool) -> Outcome<()> {
        let track = if note { "top" } else { "none" };
        self.admin.batch_execute(&format!("ALTER SYSTEM SET pg_stat_statements.track = '{track}'")).await?;
        self.admin.batch_execute("SELECT pg_reload_conf(), pg_stat_statements_reset()").await?;
        Ok(())
    }

    /// What was noted, the longest first.
    pub async fn statements(&self) -> Outcome<Vec<Statement>> {
        let sql = "SELECT query, sum(calls)::float8, sum(total_exec_time) FROM pg_stat_statements \
            GROUP BY query ORDER BY 3 DESC";
        let rows = self.admin.query(sql, &[]).await?;
        Ok(rows.iter().map(|row| Statement { text: short(row.get(0)), calls: row.get(1), took: row.get(2) }).collect())
    }
}

impl Sum {
    /// What was done since then.
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    pub fn since(&self, before: &Self) -> Done {
        let syncs = (self.syncs - before.syncs) as f64;
        Done { wal_bytes: self.wal_bytes - before.wal_bytes, syncs, sync_ms: (self.sync_ms - before.sync_ms) / syncs }
    }
}

fn short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.chars().take(SHOWN).collect()
}

/// Seconds of processor time of a process, and its parent.
fn stat(process: &str) -> Outcome<(f64, u32)> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = stat.rsplit_once(") ").ok_or("a stat without a name")?;
    let parent = fields.split(' ').nth(1).ok_or("a stat without a parent")?.parse()?;
    Ok((cpu_of(process)?, parent))
}
