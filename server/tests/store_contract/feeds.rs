use meetme_core::booking;
use meetme_core::change::{Change, Kind};
use meetme_core::event::Event;
use meetme_core::id::{TokenId, UserId};
use meetme_core::time::Span;
use meetme_server::store::{
    AccountError, ChangeError, EventLabel, FeedSwitches, HoldEnds, PrivateFeed, Subject, TokenLabel, Touch, UserRecord,
};

use super::world::{World, ask, at, booking_id, event, event_id, hash, hour, now, session, user, user_id};

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

pub(super) async fn a_disabled_account_is_nowhere_to_be_found_until_it_is_enabled(w: &World<'_>) {
    let ann = user_id("ann");
    w.store.set_private_feed(ann, feed("mmf_a")).await.unwrap();
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    let mut token = session("token", "ann");
    token.token = Some(TokenLabel { id: TokenId::new(super::world::uuid("token")), name: "cron".to_owned() });
    w.store.add_credential(token).await.unwrap();
    let there = async || {
        let named = w.store.user_by_name("ann").await.unwrap().is_some();
        let event = w.store.event(&"ann".parse().unwrap(), &"chat".parse().unwrap()).await.unwrap().is_some();
        let by_mail = w.store.user_by_email("ann@example.org").await.unwrap().is_some();
        let by_token = w.store.credential(hash("token")).await.unwrap().is_some();
        let by_id = w.store.user(ann).await.unwrap().is_some();
        [named, by_id, by_mail, event, by_token, owner(w, "mmf_a").await.is_some()]
    };
    let switch = async |disabled_at| {
        w.force(Subject::Account(ann), vec![Change::AccountSwitched { user: ann, disabled_at }]).await.unwrap();
    };
    assert_eq!(there().await, [true; 6]);

    switch(Some(now())).await;

    assert_eq!(there().await, [false; 6]);
    assert!(w.store.credential(hash("ann")).await.unwrap().is_none());
    assert_eq!(w.store.any_user_by_name(&"ann".parse().unwrap()).await.unwrap(), Some(user("ann")));
    let refused = w.book(&ask("b2", "bob", "chat", hour("2026-03-02T11:00:00Z"))).await;
    assert!(matches!(refused, Err(ChangeError::NotFound)), "{refused:?}");
    let ahead = w.store.booking(booking_id("b1")).await.unwrap().map(|file| file.host.display_name);
    assert_eq!(ahead, Some(user("ann").display_name), "what was agreed on stays");
    w.cancel("b1").await.unwrap();
    switch(None).await;
    assert_eq!(there().await, [true; 6]);
    assert!(w.store.credential(hash("ann")).await.unwrap().is_none(), "log-ins have ended");
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

    w.say(UserRecord { max_per_day: Some(1), ..user("ann") }, now()).await.unwrap();
    let limits = w.log("ann").await.len() as u64;
    assert_eq!(touch(ann).await, Some(limits));
    w.decide_on("b1", |b| booking::cancel(b, meetme_core::change::Cancelled::ByGuest, now())).await.unwrap();
    assert_eq!((touch(ann).await, touch(bob).await), (Some(limits + 1), Some(2)));
}

pub(super) async fn the_last_touch_outlives_the_log(w: &World<'_>) {
    let ann = user_id("ann");
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    let before = (w.store.last_touch(ann).await.unwrap(), w.store.last_meeting(ann).await.unwrap());
    assert!(before.0.is_some() && before.0 == before.1, "{before:?}");
    w.force(
        Subject::Event(event_id("chat")),
        vec![Change::EventChanged { event: Event { version: 2, ..event("ann", "chat") } }],
    )
    .await
    .unwrap();
    let changed = w.store.last_touch(ann).await.unwrap();

    while w.store.prune(at("2026-06-01T00:00:00Z"), at("2026-05-01T00:00:00Z"), now()).await.unwrap() {}

    assert_eq!(w.store.log_after(ann, meetme_core::cursor::Seq(0), 9).await.unwrap(), None, "nothing is left");
    assert_eq!(w.store.last_touch(ann).await.unwrap(), changed);
    assert_eq!(w.store.last_meeting(ann).await.unwrap(), before.1);
}

pub(super) async fn names_of_those_one_meets_are_counted(w: &World<'_>) {
    let (bob, march) = (user_id("bob"), Span::new(now(), at("2026-04-01T00:00:00Z")).unwrap());
    let names = async || w.store.names(bob, march).await.unwrap();
    let named = |who: &str| UserRecord { display_name: "Another".to_owned(), ..user(who) };
    let nobody = names().await;
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    let met = names().await;
    assert_eq!((nobody.version, met.version), (0, 1), "the event's own version");
    let later = at("2026-03-01T12:00:00Z");

    w.say(UserRecord { max_per_day: Some(3), ..user("ann") }, later).await.unwrap();
    w.say(named("cyd"), later).await.unwrap();
    assert_eq!(names().await, met, "neither limits nor strangers");
    w.say(named("ann"), later).await.unwrap();
    assert_eq!((names().await.version, names().await.at), (met.version + 1, Some(later)), "the host");
    w.say(named("bob"), later).await.unwrap();
    assert_eq!(names().await.version, met.version + 2, "the reader");
    let changed = Event { version: 2, ..event("ann", "chat") };
    w.force(Subject::Event(event_id("chat")), vec![Change::EventChanged { event: changed }]).await.unwrap();
    assert_eq!(names().await.version, met.version + 3, "the event");
    let april = Span::new(march.end(), at("2026-05-01T00:00:00Z")).unwrap();
    assert_eq!(w.store.names(bob, april).await.unwrap().version, 1, "whom one does not meet then");
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
