//! A search follows what it finds, also in a calendar that is most of its table.

use std::time::Duration;

use meetme_server::store::EntryQuery;

use crate::services::postgres::{connect, execute};
use crate::store_contract::entries::{entry, id, make, put};
use crate::store_contract::postgres::Postgres;
use crate::store_contract::world::{World, at, hour, user_id};

const ENTRIES: u64 = 5_000;
/// More often than the planner looks at what is asked for before it makes a plan for all.
const TIMES: u64 = 12;
/// Entries of the day that is asked for: one every hour.
const HITS: u64 = 24;

/// Rows that were read of a table, by whatever way.
async fn rows_read(url: &str, table: &str) -> u64 {
    let sql = "SELECT (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_user_tables \
        WHERE relname = $1";
    let row = connect(url).await.query_one(sql, &[&table]).await.unwrap();
    u64::try_from(row.get::<_, i64>(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_of_a_large_calendar_is_found_without_reading_the_rest() {
    let Some(backend) = Postgres::new().await else { return };
    let w = World::new(&backend).await;
    let ann = user_id("ann");
    make(&w.store, ann, "cal", true).await;
    put(&w.store, ann, entry("cal", "first", &[hour("2026-01-01T00:00:00Z")])).await.unwrap();
    let others = format!("generate_series(1, {ENTRIES}) AS n");
    execute(
        &backend.url,
        &format!(
            "INSERT INTO entries (collection, name, uid, component, etag, seq, first, last, reach, recurring, \
             changed_at, size, body) SELECT collection, name || n, uid || n, component, etag, seq, first + n * 3600, \
             last + n * 3600, reach, recurring, changed_at, size, body FROM entries, {others}; \
             INSERT INTO busy (owner, reach, start, \"end\", collection, name, kind, spans) SELECT owner, reach, \
             start + n * 3600, \"end\" + n * 3600, collection, name || n, kind, spans FROM busy, {others}; ANALYZE"
        ),
    )
    .await;
    let before = (rows_read(&backend.url, "entries").await, rows_read(&backend.url, "busy").await);
    let day = (at("2026-03-02T00:30:00Z"), at("2026-03-02T23:30:00Z"));
    let span = meetme_core::time::Span::new(day.0, day.1).unwrap();

    for _ in 0..TIMES {
        let query = EntryQuery { range: Some((Some(day.0), Some(day.1))), ..EntryQuery::all_of(id("cal")) };
        assert_eq!(w.store.find_entries(query, 100).await.unwrap().len() as u64, HITS);
        w.store.busy(ann, span).await.unwrap();
    }

    // Sessions tell what they read when they have nothing else to do.
    for (table, before) in [("entries", before.0), ("busy", before.1)] {
        let mut read = 0;
        for _ in 0..150 {
            read = rows_read(&backend.url, table).await - before;
            if read >= TIMES * HITS {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // Of the days before those that may last until now are looked at too.
        assert!((TIMES * HITS..TIMES * HITS * 4).contains(&read), "{read} rows of {table}");
    }
}
