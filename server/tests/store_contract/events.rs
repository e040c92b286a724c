use meetme_core::change::Change;
use meetme_core::event::{Event, Question, Visibility};
use meetme_core::id::Slug;
use meetme_core::refusal::Refusal;
use meetme_core::time::Minutes;
use meetme_server::store::{ChangeError, EventFile, Found, Subject};

use super::world::{World, ask, berlin, event, event_id, hour, now, user, user_id, window};

/// An event in which every field has a value of its own.
fn full() -> Event {
    Event {
        location: "Room 7".to_owned(),
        last_day: Some("2027-12-31".parse().unwrap()),
        buffer_before: Minutes(5),
        buffer_after: Minutes(10),
        notice: Minutes(90),
        horizon_days: Some(60),
        max_per_day: Some(4),
        max_per_week: Some(12),
        seats: 8,
        visibility: Visibility::Private,
        invited: vec!["bob".parse().unwrap(), "cyd".parse().unwrap()],
        needs_confirmation: true,
        questions: vec![Question { question: "What about?".to_owned(), required: true }],
        call_opens: Minutes(11),
        call_closes: Minutes(61),
        ..event("ann", "lab")
    }
}

pub(super) async fn a_new_event_is_found(w: &World<'_>) {
    w.offer(full()).await;

    let found = w.store.event(&"ann".parse().unwrap(), &"lab".parse().unwrap()).await.unwrap();

    let file = EventFile { event: full(), windows: Vec::new(), limits: user("ann").limits(), host: user("ann").card() };
    assert_eq!(found, Some(file.clone()));
    assert_eq!(w.store.event_by_id(event_id("lab")).await.unwrap(), Some(file));
    assert_eq!(w.store.event(&"ada".parse().unwrap(), &"lab".parse().unwrap()).await.unwrap(), None);
    assert_eq!(w.store.event_by_id(event_id("none")).await.unwrap(), None);
}

pub(super) async fn a_slug_is_taken_once_per_host(w: &World<'_>) {
    let twin = Event { id: event_id("twin"), ..event("ann", "chat") };
    let subject = Subject::Shelf { host: twin.host, slug: twin.slug.clone() };

    let refused = w.force(subject, vec![Change::EventCreated { event: twin }]).await;

    assert!(matches!(refused, Err(ChangeError::Refused(Refusal::SlugTaken { .. }))), "{refused:?}");
    w.offer(Event { id: event_id("other"), ..event("ada", "chat") }).await;
}

pub(super) async fn a_shelf_shows_slugs_that_collide(w: &World<'_>) {
    for slug in ["talk", "talk-2", "talk-long", "talker", "tal"] {
        w.offer(event("ann", slug)).await;
    }
    let subject = Subject::Shelf { host: user_id("ann"), slug: "talk".parse().unwrap() };

    let Found::Shelf(shelf) = w.found(subject).await.unwrap() else { panic!() };

    assert_eq!(shelf.slugs.iter().map(Slug::as_str).collect::<Vec<_>>(), ["talk", "talk-2", "talk-long"]);
    assert_eq!(shelf.events, 6);
    let nobody = Subject::Shelf { host: user_id("nobody"), slug: "talk".parse().unwrap() };
    assert!(matches!(w.found(nobody).await, Err(ChangeError::NotFound)));
}

pub(super) async fn an_event_changes_with_its_version(w: &World<'_>) {
    let changed = Event { id: event_id("chat"), version: 2, slug: "talk".parse().unwrap(), ..full() };

    w.change_event(changed.clone()).await.unwrap();

    assert_eq!(w.store.event_by_id(event_id("chat")).await.unwrap().unwrap().event, changed);
    assert_eq!(w.store.event(&"ann".parse().unwrap(), &"chat".parse().unwrap()).await.unwrap(), None);
}

pub(super) async fn a_change_from_a_stale_version_is_refused(w: &World<'_>) {
    let second = Event { version: 2, ..event("ann", "chat") };
    w.change_event(second.clone()).await.unwrap();
    let before = w.backend.dump().await;

    let refused = w.change_event(second).await;

    assert!(matches!(refused, Err(ChangeError::EventMoved)), "{refused:?}");
    assert_eq!(w.backend.dump().await, before);
}

async fn put_windows(w: &World<'_>, version: u64, names: &[&str]) {
    let event = Event { version, ..event("ann", "chat") };
    let put = names.iter().map(|name| window(name, "2026-03-02T09:00:00")).collect();
    let changes = vec![Change::WindowsChanged { event, put, removed: Vec::new() }];
    w.force(Subject::Event(event_id("chat")), changes).await.unwrap();
}

pub(super) async fn windows_keep_their_order(w: &World<'_>) {
    put_windows(w, 2, &["w3", "w1"]).await;
    put_windows(w, 3, &["w2"]).await;
    let changed = meetme_core::window::Window {
        duration: Minutes(60),
        rule: None,
        exdates: Vec::new(),
        whole: true,
        ..window("w3", "2026-03-05T10:30:00")
    };
    let event = Event { version: 4, ..event("ann", "chat") };
    let change = Change::WindowsChanged { event, put: vec![changed.clone()], removed: Vec::new() };

    w.force(Subject::Event(event_id("chat")), vec![change]).await.unwrap();

    let file = w.store.event_by_id(event_id("chat")).await.unwrap().unwrap();
    let [w1, w2] = ["w1", "w2"].map(|name| window(name, "2026-03-02T09:00:00"));
    assert_eq!(file.windows, [changed, w1, w2]);
    assert_eq!(file.event.version, 4);
}

pub(super) async fn a_window_can_be_taken_away(w: &World<'_>) {
    put_windows(w, 2, &["w1", "w2"]).await;
    let event = Event { version: 3, ..event("ann", "chat") };
    let removed = vec![window("w1", "2026-03-02T09:00:00").id];

    let change = Change::WindowsChanged { event, put: Vec::new(), removed };
    w.force(Subject::Event(event_id("chat")), vec![change]).await.unwrap();

    let file = w.store.event_by_id(event_id("chat")).await.unwrap().unwrap();
    assert_eq!(file.windows, [window("w2", "2026-03-02T09:00:00")]);
}

pub(super) async fn events_are_paged_by_slug(w: &World<'_>) {
    for slug in ["b", "a", "d"] {
        w.offer(event("ann", slug)).await;
    }
    let mut pages = Vec::new();
    let mut after = None;

    for _ in 0..3 {
        let page = w.store.events(user_id("ann"), after.as_ref(), 2).await.unwrap();
        after = page.last().map(|event| event.slug.clone()).or(after);
        pages.push(page.into_iter().map(|event| event.slug.to_string()).collect::<Vec<_>>().join(" "));
    }

    assert_eq!(pages, ["a b", "chat d", ""]);
}

pub(super) async fn public_events_are_paged_without_the_others(w: &World<'_>) {
    for (slug, visibility) in [
        ("a", Visibility::Public),
        ("b", Visibility::Private),
        ("d", Visibility::Public),
        ("e", Visibility::Public),
        ("f", Visibility::Unlisted),
    ] {
        w.offer(Event { visibility, ..event("ann", slug) }).await;
    }
    let page = async |after: Option<Slug>| {
        let page = w.store.public_events(user_id("ann"), after.as_ref(), 2).await.unwrap();
        page.into_iter().map(|event| event.slug.to_string()).collect::<Vec<_>>().join(" ")
    };

    assert_eq!(page(None).await, "a d");
    assert_eq!(page(Some("d".parse().unwrap())).await, "e");
    assert_eq!(page(Some("e".parse().unwrap())).await, "");
}

pub(super) async fn a_deleted_event_frees_its_slug(w: &World<'_>) {
    put_windows(w, 2, &["w1"]).await;
    let chat = Event { version: 2, ..event("ann", "chat") };

    w.force(Subject::Event(chat.id), vec![Change::EventDeleted { event: chat }]).await.unwrap();

    assert_eq!(w.store.event_by_id(event_id("chat")).await.unwrap(), None);
    assert!(w.store.events(user_id("ann"), None, 9).await.unwrap().is_empty());
    let gone = w.book(&ask("b1", "bob", "chat", hour("2026-03-02T09:00:00Z"))).await;
    assert!(matches!(gone, Err(ChangeError::NotFound)), "{gone:?}");
    w.offer(Event { id: event_id("chat2"), ..event("ann", "chat") }).await;
    let file = w.store.event(&"ann".parse().unwrap(), &"chat".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((file.event.id, file.windows.len()), (event_id("chat2"), 0));
}

pub(super) async fn a_dossier_shows_what_hangs_on_an_event(w: &World<'_>) {
    put_windows(w, 2, &["w1"]).await;
    w.change_event(Event { version: 3, ..event("ann", "chat") }).await.unwrap();
    w.offer(event("ann", "talk")).await;
    let ask = |id, slot| super::world::Ask { version: 3, ..ask(id, "bob", "chat", hour(slot)) };
    w.book(&ask("b2", "2026-03-03T09:00:00Z")).await.unwrap();
    w.book(&ask("b1", "2026-03-02T09:00:00Z")).await.unwrap();
    w.book(&ask("b3", "2026-03-04T09:00:00Z")).await.unwrap();
    w.cancel("b3").await.unwrap();

    let Found::Event(dossier) = w.found(Subject::Event(event_id("chat"))).await.unwrap() else { panic!() };

    assert_eq!(dossier.event, Event { version: 3, ..event("ann", "chat") });
    assert_eq!(dossier.windows, [window("w1", "2026-03-02T09:00:00")]);
    assert_eq!(dossier.ahead, [w.booking("b1").await, w.booking("b2").await]);
    assert_eq!(dossier.other_slugs, ["talk".parse().unwrap()]);
    let later = w.found_at(Subject::Event(event_id("chat")), hour("2026-03-02T09:00:00Z").end()).await.unwrap();
    let Found::Event(dossier) = later else { panic!() };
    assert_eq!(dossier.ahead, [w.booking("b2").await]);
}

pub(super) async fn the_widest_buffer_follows_the_events(w: &World<'_>) {
    let ann = user_id("ann");
    assert_eq!(w.store.widest_buffer(ann).await.unwrap(), Minutes(0));

    w.offer(full()).await;
    assert_eq!(w.store.widest_buffer(ann).await.unwrap(), Minutes(10));

    let wider = Event { version: 2, buffer_before: Minutes(30), ..event("ann", "chat") };
    w.change_event(wider.clone()).await.unwrap();
    assert_eq!(w.store.widest_buffer(ann).await.unwrap(), Minutes(30));

    w.force(Subject::Event(wider.id), vec![Change::EventDeleted { event: wider }]).await.unwrap();
    assert_eq!(w.store.widest_buffer(ann).await.unwrap(), Minutes(10));
    assert_eq!(w.store.event_by_id(event_id("lab")).await.unwrap().unwrap().limits.zone, berlin());
    assert_eq!(w.log("ann").await.last().unwrap().at, now());
}
