//! Statements that travel together: all are sent in order before the first answer is awaited.

use std::pin::Pin;
use std::task::Poll;

use meetme_core::cursor::Seq;
use meetme_core::id::UserId;
use meetme_core::refusal::Refusal;
use meetme_core::time::Span;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::account::EMAIL_KEY;
use super::db::{Cells, Db};
use super::fault::DbError;
use crate::store::properties::Kept;
use crate::store::row::{Columns, Place};
use crate::store::value::broken;
use crate::store::{ChangeError, StoreError};

/// Statements that are on their way at once.
const MOST: usize = 64;

/// A value that a statement carries with it.
pub(super) type Value = Box<dyn ToSql + Sync + Send>;

/// Values that a statement carries with it.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        vec![$(Box::new($value) as $crate::store::postgres::flight::Value),*]
    };
}
pub(super) use values;

/// What a statement must do, and what it means if it does not. Each returns the rows that it changed.
pub(super) enum Expect {
    /// Whatever it does.
    Anything,
    /// It changes one row, or the tables contradict each other.
    One(&'static str),
    /// It changes one row, or its subject is not there.
    There,
    /// It writes an event, unless that moved on or another one has its slug.
    Event { slug: String },
    /// It writes what an account says, unless that is not there or another one has its address.
    Profile,
    /// It takes time of this person's, unless they have none there.
    Time(UserId),
    /// It moves time of this person's, which is there, unless they have none where it goes.
    Moved(UserId),
    /// It finds a booking in this place that has not ended.
    Stands { span: Span, anyway: bool },
    /// It counts no more properties than are kept.
    FewProperties,
    /// It gives the new end of this person's log.
    Head(UserId),
}

struct Item {
    sql: &'static str,
    values: Vec<Value>,
    expect: Expect,
}

/// Statements in the order in which the server will run them.
#[derive(Default)]
pub(super) struct Flight {
    items: Vec<Item>,
}

impl Flight {
    /// Adds one at the end.
    pub(super) fn add(&mut self, sql: &'static str, values: Vec<Value>, expect: Expect) {
        self.items.push(Item { sql, values, expect });
    }

    /// Runs them all; the first that does not do what is expected of it tells why. Where logs end then.
    pub(super) async fn run(self, db: &Db) -> Result<Vec<(UserId, Seq)>, ChangeError> {
        let mut heads = Vec::new();
        for items in self.items.chunks(MOST) {
            // A statement that was prepared already would overtake one that was not.
            for item in items {
                db.prepare(item.sql).await?;
            }
            for (item, answer) in items.iter().zip(in_order(items, db).await) {
                heads.extend(item.expect.check(answer)?);
            }
        }
        Ok(heads)
    }
}

/// Sends the statements in order and waits for all answers.
async fn in_order(items: &[Item], db: &Db) -> Vec<Result<Vec<Row>, DbError>> {
    let mut waiting: Vec<Pin<Box<_>>> = items.iter().map(|item| Box::pin(sent(item, db))).collect();
    let mut answers: Vec<Option<Result<Vec<Row>, DbError>>> = items.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (future, answer) in waiting.iter_mut().zip(&mut answers) {
            if answer.is_none()
                && let Poll::Ready(done) = future.as_mut().poll(cx)
            {
                *answer = Some(done);
            }
        }
        if answers.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    answers.into_iter().flatten().collect()
}

async fn sent(item: &Item, db: &Db) -> Result<Vec<Row>, DbError> {
    let values: Vec<&(dyn ToSql + Sync)> = item.values.iter().map(|value| value.as_ref() as _).collect();
    db.rows(item.sql, &values).await
}

impl Expect {
    fn check(&self, answer: Result<Vec<Row>, DbError>) -> Result<Option<(UserId, Seq)>, ChangeError> {
        let rows = answer.map_err(|error| self.refused(error))?;
        match (self, rows.as_slice()) {
            (Self::Anything, _) => Ok(None),
            (Self::Head(person), [row]) => {
                let columns: &mut dyn Columns = &mut Cells::of(row);
                Ok(Some((*person, Seq(columns.number()?))))
            }
            (Self::Stands { span, anyway }, [row]) => {
                Place::of(&mut Cells::of(row))?.stands(*span, *anyway)?;
                Ok(None)
            }
            (Self::FewProperties, [row]) => {
                Kept::of(&mut Cells::of(row))?.are_few()?;
                Ok(None)
            }
            (_, [_]) => Ok(None),
            (_, rows) => Err(self.missing(rows.len())),
        }
    }

    /// What an error of the database means.
    fn refused(&self, error: DbError) -> ChangeError {
        match (self, error.constraint()) {
            (Self::Time(person) | Self::Moved(person), Some("occupancy_overlap" | "occupancy_start")) => {
                ChangeError::Overlap { person: *person }
            }
            (Self::Profile, Some(EMAIL_KEY)) => ChangeError::EmailTaken,
            (Self::Event { slug }, Some("events_by_slug")) => Refusal::SlugTaken { slug: slug.clone() }.into(),
            _ => error.into(),
        }
    }

    /// What another number of rows than one means.
    fn missing(&self, rows: usize) -> ChangeError {
        let contradiction = |what: &str| -> StoreError { broken(what, format!("changed {rows} rows instead of one")) };
        match self {
            Self::There | Self::Profile | Self::Stands { .. } if rows == 0 => ChangeError::NotFound,
            Self::Event { .. } if rows == 0 => ChangeError::EventMoved,
            Self::Time(person) if rows == 0 => ChangeError::Overlap { person: *person },
            Self::One(what) => contradiction(what).into(),
            Self::Moved(_) => contradiction("the guest's time").into(),
            Self::Head(_) => broken("log", "of no person").into(),
            _ => contradiction("a change").into(),
        }
    }
}
