//! Entries of several people that are written together, and messages.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use meetme_core::change::Change;
use meetme_core::cursor::Seq;
use meetme_core::entry::{self, Condition, Entry};
use meetme_core::id::UserId;
use meetme_core::refusal::Refusal;
use meetme_server::store::{ChangeError, EntryAt, Found, NewsQuery, Outcome, Store, Subject};

use super::entries::{change, entry, id, make, put};
use super::world::{World, hour, now, user_id};

const NINE: &str = "2026-03-02T09:00:00Z";

fn place(owner: UserId, calendar: &str, name: &str, uid: &str) -> EntryAt {
    EntryAt { owner, collection: id(calendar), name: name.to_owned(), uid: Some(uid.to_owned()) }
}

/// Writes all of these or, if one is not as it is thought to be, none.
async fn put_all(
    store: &Arc<dyn Store>,
    lead: UserId,
    steps: Vec<(UserId, Option<String>, Entry)>,
) -> Result<Outcome, ChangeError> {
    let at = |(owner, _, entry): &(UserId, Option<String>, Entry)| EntryAt {
        owner: *owner,
        collection: entry.collection,
        name: entry.name.clone(),
        uid: Some(entry.uid.clone()),
    };
    let subject = Subject::Entries { lead, places: steps.iter().map(at).collect() };
    let rule = move |found: &Found| {
        let Found::Entries(places) = found else { panic!("not entries") };
        let mut changes: Vec<Change> = Vec::new();
        for (place, (owner, was, entry)) in places.iter().zip(&steps) {
            assert_eq!(place.collection.owner, *owner);
            if place.there.as_ref().map(|there| &there.etag) != was.as_ref() {
                return Err(Refusal::Stale);
            }
            changes.extend(entry::put(place, entry.clone(), &Condition::default())?);
        }
        Ok(changes)
    };
    change(store, subject, rule).await
}

fn message(calendar: &str, name: &str, uid: &str) -> Entry {
    Entry { message: true, uid: uid.to_owned(), ..entry(calendar, name, &[]) }
}

pub(super) async fn entries_of_two_people_are_written_together_or_not_at_all(w: &World<'_>) {
    let (ann, bob) = (user_id("ann"), user_id("bob"));
    make(&w.store, ann, "anns", true).await;
    make(&w.store, bob, "bobs", true).await;
    let logs = async || (w.log("ann").await.len(), w.log("bob").await.len());
    let before = logs().await;

    let done = put_all(
        &w.store,
        ann,
        vec![(ann, None, entry("anns", "a", &[hour(NINE)])), (bob, None, entry("bobs", "a", &[hour(NINE)]))],
    )
    .await
    .unwrap();

    assert_eq!(done.heads.len(), 2);
    assert_eq!(logs().await, (before.0 + 1, before.1 + 1));
    for (owner, calendar) in [(ann, "anns"), (bob, "bobs")] {
        assert_eq!(w.store.entries(id(calendar), &["a".to_owned()]).await.unwrap().len(), 1);
        assert_eq!(w.store.busy(owner, hour(NINE)).await.unwrap().len(), 1);
    }
    // The second one is not as it was thought to be, so the first is not written either.
    let stale = put_all(
        &w.store,
        ann,
        vec![(ann, Some("a-1".to_owned()), entry("anns", "a", &[])), (bob, None, entry("bobs", "a", &[]))],
    )
    .await;
    assert!(matches!(stale, Err(ChangeError::Refused(Refusal::Stale))), "{stale:?}");
    assert_eq!(w.store.busy(ann, hour(NINE)).await.unwrap().len(), 1);
    assert_eq!(logs().await, (before.0 + 1, before.1 + 1));
}

pub(super) async fn entries_of_somebody_elses_calendar_are_not_found(w: &World<'_>) {
    let (ann, bob) = (user_id("ann"), user_id("bob"));
    make(&w.store, ann, "anns", true).await;

    let there = put_all(&w.store, bob, vec![(bob, None, entry("anns", "a", &[]))]).await;

    assert!(matches!(there, Err(ChangeError::NotFound)), "{there:?}");
}

pub(super) async fn a_place_says_where_else_a_meeting_is(w: &World<'_>) {
    let ann = user_id("ann");
    make(&w.store, ann, "cal", true).await;
    make(&w.store, ann, "other", true).await;
    make(&w.store, ann, "inbox", false).await;
    let uid = "uid of a".to_owned();
    let elsewhere = async || {
        let told = Arc::new(std::sync::Mutex::new(None));
        let found_out = Arc::clone(&told);
        let subject = Subject::Entries { lead: ann, places: vec![place(ann, "cal", "new", "uid of a")] };
        let rule = move |found: &Found| {
            let Found::Entries(places) = found else { panic!("not entries") };
            found_out.lock().unwrap().clone_from(&places[0].elsewhere);
            Ok(Vec::new())
        };
        change(&w.store, subject, rule).await.unwrap();
        told.lock().unwrap().clone()
    };
    put(&w.store, ann, message("inbox", "m", &uid)).await.unwrap();
    put(&w.store, ann, entry("other", "a", &[])).await.unwrap();
    assert_eq!(elsewhere().await, None, "a message, and an entry of one's own");

    let meeting = Entry { schedule_tag: Some("t".to_owned()), ..entry("other", "a", &[]) };
    put(&w.store, ann, meeting).await.unwrap();

    assert_eq!(elsewhere().await, Some(("other".to_owned(), "a".to_owned())));
    let filed = w.store.with_uid(ann, &uid).await.unwrap();
    let filed: Vec<_> = filed.iter().map(|(calendar, file)| (&*calendar.collection.name, &*file.name)).collect();
    assert_eq!(filed, [("other", "a")]);
    assert!(w.store.with_uid(user_id("bob"), &uid).await.unwrap().is_empty());
}

pub(super) async fn meetings_that_are_not_over_are_found(w: &World<'_>) {
    let ann = user_id("ann");
    make(&w.store, ann, "cal", true).await;
    let meeting = |name: &str, busy: &[meetme_core::time::Span]| Entry {
        schedule_tag: Some("t".to_owned()),
        ..entry("cal", name, busy)
    };
    put(&w.store, ann, meeting("ahead", &[hour(NINE)])).await.unwrap();
    put(&w.store, ann, meeting("over", &[hour("2026-02-02T09:00:00Z")])).await.unwrap();
    put(&w.store, ann, meeting("endless", &[])).await.unwrap();
    put(&w.store, ann, entry("cal", "own", &[hour(NINE)])).await.unwrap();

    let found = w.store.meetings_ahead(id("cal"), now(), 10).await.unwrap();

    let mut names: Vec<_> = found.iter().map(|file| &*file.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["ahead", "endless"]);
    assert_eq!(w.store.meetings_ahead(id("cal"), now(), 1).await.unwrap().len(), 1);
}

pub(super) async fn messages_of_an_inbox_may_have_one_uid(w: &World<'_>) {
    let ann = user_id("ann");
    make(&w.store, ann, "inbox", false).await;
    for name in ["m1", "m2", "m3"] {
        put(&w.store, ann, message("inbox", name, "u")).await.unwrap();
    }

    let file = w.store.collection(ann, "inbox").await.unwrap().unwrap();
    assert_eq!(file.entries, 3);
    let oldest = w.store.oldest_messages(file.collection.id, 2).await.unwrap();
    assert_eq!(oldest.iter().map(|file| &*file.name).collect::<Vec<_>>(), ["m1", "m2"]);
    let query = NewsQuery { collection: file.collection.id, after: Seq(0), to: None, limit: 10, bytes: false };
    let news = w.store.entries_after(query).await.unwrap().unwrap();
    assert_eq!(news.written.len(), 3);
    let later = now() + chrono::TimeDelta::seconds(1);
    assert!(w.store.old_messages(now(), 10).await.unwrap().is_empty());
    let old = w.store.old_messages(later, 10).await.unwrap();
    assert_eq!(old.len(), 3);
    assert!(old.iter().all(|(at, _)| at.owner == ann && at.collection == id("inbox")));
}

pub(super) async fn an_account_is_found_by_its_mail_address(w: &World<'_>) {
    let ann = w.store.user(user_id("ann")).await.unwrap().unwrap();

    assert_eq!(w.store.user_by_email(&ann.email.to_uppercase()).await.unwrap(), Some(ann));
    assert_eq!(w.store.user_by_email("nobody@example.org").await.unwrap(), None);
    assert_eq!(w.store.user_by_email("a\0b").await.unwrap(), None);
}

pub(super) async fn rivals_for_one_meeting_write_one_after_the_other(w: &World<'_>) {
    const RIVALS: usize = 8;
    let (ann, bob) = (user_id("ann"), user_id("bob"));
    make(&w.store, ann, "anns", true).await;
    make(&w.store, bob, "bobs", true).await;
    let with = |calendar: &str, number: usize| Entry { etag: number.to_string(), ..entry(calendar, "a", &[]) };
    put_all(&w.store, ann, vec![(ann, None, with("anns", 0)), (bob, None, with("bobs", 0))]).await.unwrap();

    // Each counts one up; who was overtaken begins anew, from the other end of the pair every other time.
    let tries = Arc::new(AtomicUsize::new(0));
    let rivals = (0..RIVALS).map(|rival| {
        let (store, tries) = (Arc::clone(&w.store), Arc::clone(&tries));
        tokio::spawn(async move {
            loop {
                tries.fetch_add(1, Ordering::Relaxed);
                let read = store.entries(id("anns"), &["a".to_owned()]).await.unwrap().pop().unwrap();
                let next = read.etag.parse::<usize>().unwrap() + 1;
                let of = |owner, calendar: &str| {
                    let entry = Entry { etag: next.to_string(), ..entry(calendar, "a", &[]) };
                    (owner, Some(read.etag.clone()), entry)
                };
                let mut steps = vec![of(ann, "anns"), of(bob, "bobs")];
                if rival % 2 == 1 {
                    steps.reverse();
                }
                match put_all(&store, if rival % 3 == 0 { bob } else { ann }, steps).await {
                    Ok(_) => break,
                    Err(ChangeError::Refused(Refusal::Stale)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        })
    });
    for rival in rivals.collect::<Vec<_>>() {
        rival.await.unwrap();
    }

    for calendar in ["anns", "bobs"] {
        let file = w.store.entries(id(calendar), &["a".to_owned()]).await.unwrap().pop().unwrap();
        assert_eq!(file.etag, RIVALS.to_string(), "after {} tries", tries.load(Ordering::Relaxed));
    }
}
