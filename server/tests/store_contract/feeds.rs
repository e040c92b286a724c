use meetme_core::booking;
use meetme_core::change::{Change, Kind};
use meetme_core::event::Event;
use meetme_core::id::UserId;
use meetme_server::store::{AccountError, EventLabel, FeedSwitches, HoldEnds, PrivateFeed, Subject, Touch, UserRecord};

use super::world::{World, ask, at, event, event_id, hash, hour, now, user, user_id};

const NINE: &str = "2026-03-02T09:00:00Z";

fn feed(token: &str) -> Option<PrivateFeed> {
    Some(PrivateFeed { token: token.to_owned(), made_at: now() })
}

async fn owner(w: &World<'_>, token: &str) -> Option<UserId> {
    w.store.owner_of_feed(token).await.unwrap().map(|user| user.id)
}

pub(super) async fn nothing_is_read_by_url_until_it_is_allowed(w: &World<'_>) {
    let bob = user_id("bob");
    assert_eq!(w.store.feed_switches(bob).await.unwrap(), FeedSwitches::default());

    w.store.allow_free_busy(bob, true).await.unwrap();
    assert_eq!(w.store.feed_switches(bob).await.unwrap(), FeedSwitches { free_busy: true, private: None });
    w.store.set_private_feed(bob, feed("mmf_1")).await.unwrap();
    assert_eq!(w.store.feed_switches(bob).await.unwrap(), FeedSwitches { free_busy: true, private: feed("mmf_1") });
    w.store.allow_free_busy(bob, false).await.unwrap();

    assert_eq!(w.store.feed_switches(bob).await.unwrap(), FeedSwitches { free_busy: false, private: feed("mmf_1") });
    assert_eq!(w.store.feed_switches(user_id("ann")).await.unwrap(), FeedSwitches::default());
    let nobody = w.store.allow_free_busy(user_id("nobody"), true).await;
    assert!(matches!(nobody, Err(AccountError::NotFound)), "{nobody:?}");
    let nobody = w.store.set_private_feed(user_id("nobody"), feed("mmf_2")).await;
    assert!(matches!(nobody, Err(AccountError::NotFound)), "{nobody:?}");
}

pub(super) async fn a_private_feed_has_one_token_at_a_time(w: &World<'_>) {
    let (ann, bob) = (user_id("ann"), user_id("bob"));
    w.store.set_private_feed(bob, feed("mmf_1")).await.unwrap();
    w.store.set_private_feed(ann, feed("mmf_a")).await.unwrap();
    assert_eq!((owner(w, "mmf_1").await, owner(w, "mmf_a").await), (Some(bob), Some(ann)));

    w.store.set_private_feed(bob, feed("mmf_2")).await.unwrap();
    assert_eq!((owner(w, "mmf_1").await, owner(w, "mmf_2").await), (None, Some(bob)));
    w.store.set_private_feed(bob, None).await.unwrap();

    assert_eq!((owner(w, "mmf_2").await, owner(w, "mmf_a").await), (None, Some(ann)));
    assert_eq!((owner(w, "").await, owner(w, "mmf\0").await), (None, None));
}

pub(super) async fn a_deleted_account_lets_nothing_be_read(w: &World<'_>) {
    let bob = user_id("bob");
    w.store.allow_free_busy(bob, true).await.unwrap();
    w.store.set_private_feed(bob, feed("mmf_1")).await.unwrap();

    w.force(Subject::Account(bob), vec![Change::AccountDeleted { user: bob }]).await.unwrap();

    assert_eq!(owner(w, "mmf_1").await, None);
    assert_eq!(w.store.feed_switches(bob).await.unwrap(), FeedSwitches::default());
    assert!(!w.backend.dump().await.contains("mmf_1"));
}

pub(super) async fn the_last_touch_is_what_may_have_changed_a_persons_slots(w: &World<'_>) {
    let (ann, bob) = (user_id("ann"), user_id("bob"));
    let touch = async |person| w.store.last_touch(person).await.unwrap().map(|touch: Touch| touch.seq.0);
    assert_eq!(touch(ann).await, None, "a new event opens slots of its own alone");

    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    let booked = w.log("ann").await.len() as u64;
    assert_eq!((touch(ann).await, touch(bob).await), (Some(booked), Some(1)));
    assert_eq!(w.store.last_touch(bob).await.unwrap().map(|touch| touch.at), Some(now()));
    let window = super::world::window("late", "2026-03-09T14:00:00");
    let changed = Event { version: 2, ..event("ann", "chat") };
    let windows = Change::WindowsChanged { event: changed.clone(), put: vec![window], removed: Vec::new() };
    w.force(Subject::Event(event_id("chat")), vec![windows]).await.unwrap();
    w.store.end_session(hash("ann"), now()).await.unwrap();
    assert_eq!(w.log("ann").await.last().map(|entry| entry.news.kind), Some(Kind::CredentialsChanged));
    assert_eq!(touch(ann).await, Some(booked));

    w.store.update_user(UserRecord { max_per_day: Some(1), ..user("ann") }, None, now()).await.unwrap();
    let limits = w.log("ann").await.len() as u64;
    assert_eq!(touch(ann).await, Some(limits));
    w.decide_on("b1", |b| booking::cancel(b, meetme_core::change::Cancelled::ByGuest, now())).await.unwrap();
    assert_eq!((touch(ann).await, touch(bob).await), (Some(limits + 1), Some(2)));
}

pub(super) async fn holds_say_when_they_end(w: &World<'_>) {
    let (ann, bob, cyd) = (user_id("ann"), user_id("bob"), user_id("cyd"));
    w.hold("h1", "bob", "chat", hour(NINE), 5).await.unwrap();
    w.hold("h2", "cyd", "chat", hour("2026-03-02T12:00:00Z"), 10).await.unwrap();
    let (five, ten) = (at("2026-03-01T00:05:00Z"), at("2026-03-01T00:10:00Z"));
    let ends = async |person, now| w.store.hold_ends(person, now).await.unwrap();

    assert_eq!(ends(ann, now()).await, HoldEnds { last: None, next: Some(five) });
    assert_eq!(ends(ann, five).await, HoldEnds { last: Some(five), next: Some(ten) });
    assert_eq!(ends(bob, five).await, HoldEnds { last: Some(five), next: None });
    assert_eq!(ends(cyd, ten).await, HoldEnds { last: Some(ten), next: None });
    assert_eq!(ends(user_id("ada"), now()).await, HoldEnds::default());
}

pub(super) async fn an_event_keeps_its_label_when_it_is_deleted(w: &World<'_>) {
    let label = |title: &str| {
        Some(EventLabel { owner: "ann".parse().unwrap(), slug: "chat".parse().unwrap(), title: title.to_owned() })
    };
    let chat = event("ann", "chat");
    assert_eq!(w.store.event_label(chat.id).await.unwrap(), label(&chat.title));

    w.force(Subject::Event(chat.id), vec![Change::EventDeleted { event: chat.clone() }]).await.unwrap();

    assert_eq!(w.store.event_label(chat.id).await.unwrap(), label(&chat.title));
    assert_eq!(w.store.event_label(event_id("nothing")).await.unwrap(), None);
}
