use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use meetme_core::change::{Change, Kind};
use meetme_core::cursor::Seq;
use meetme_core::entry::{self, BusyKind, BusySpan, Collection, Condition, Entry};
use meetme_core::id::{CollectionId, UserId};
use meetme_core::refusal::Refusal;
use meetme_core::time::{Instant, Span};
use meetme_server::store::properties::{MAX_OF_ACCOUNT, MAX_OF_PLACE};
use meetme_server::store::{
    ChangeError, Decision, EntryNews, EntryQuery, Found, NewsQuery, Outcome, PAGE_BYTES, Scope, Store, Subject, is_full,
};

use super::world::{World, ask, at, hour, now, user_id, uuid};

const NINE: &str = "2026-03-02T09:00:00Z";

pub(crate) fn id(name: &str) -> CollectionId {
    CollectionId::new(uuid(name))
}

pub(super) async fn change(
    store: &Arc<dyn Store>,
    subject: Subject,
    mut rule: impl FnMut(&Found) -> Result<Vec<Change>, Refusal> + Send + 'static,
) -> Result<Outcome, ChangeError> {
    let decide = move |found: &Found| Ok(Decision { changes: rule(found)?, answer: Vec::new() });
    store.change(Scope { subject, now: now(), key: None }, Box::new(decide)).await
}

pub(crate) async fn make(store: &Arc<dyn Store>, owner: UserId, name: &str, counts: bool) {
    let collection = Collection {
        id: id(name),
        owner,
        name: name.to_owned(),
        components: vec!["VEVENT".to_owned()],
        counts,
        timezone: None,
        zone: None,
    };
    let put = Change::CollectionPut { collection, touched: Vec::new() };
    let subject = Subject::Collection { owner, name: name.to_owned() };
    change(store, subject, move |_| Ok(vec![put.clone()])).await.unwrap();
}

/// An entry with a UID of its own that takes these spans.
pub(crate) fn entry(calendar: &str, name: &str, busy: &[Span]) -> Entry {
    let bytes = format!("the bytes of {name}").into_bytes();
    Entry {
        collection: id(calendar),
        name: name.to_owned(),
        uid: format!("uid of {name}"),
        component: "VEVENT".to_owned(),
        etag: format!("{name}-{}", busy.len()),
        schedule_tag: None,
        first: busy.first().map(Span::start),
        last: busy.iter().map(Span::end).max(),
        recurring: busy.len() > 1,
        busy: busy.iter().map(|span| BusySpan { span: *span, kind: BusyKind::Busy }).collect(),
        known_to: None,
        message: false,
        organizer: Some(user_id("ada")),
        changed_at: now(),
        bytes,
    }
}

pub(crate) async fn put(store: &Arc<dyn Store>, owner: UserId, entry: Entry) -> Result<Outcome, ChangeError> {
    let (collection, name, uid) = (entry.collection, entry.name.clone(), Some(entry.uid.clone()));
    let subject = Subject::Entry { owner, collection, name, uid };
    let rule = move |found: &Found| {
        let Found::Place(place) = found else { panic!("not a place") };
        entry::put(place, entry.clone(), &Condition::default())
    };
    change(store, subject, rule).await
}

async fn remove(store: &Arc<dyn Store>, owner: UserId, calendar: &str, name: &str) -> Result<Outcome, ChangeError> {
    let subject = Subject::Entry { owner, collection: id(calendar), name: name.to_owned(), uid: None };
    let rule = |found: &Found| {
        let Found::Place(place) = found else { panic!("not a place") };
        entry::remove(place, &Condition::default())
    };
    change(store, subject, rule).await
}

/// A calendar with an entry that is there, one that is gone, and a property.
pub(crate) async fn keep_something(store: &Arc<dyn Store>, owner: UserId) {
    make(store, owner, "cal", true).await;
    put(store, owner, entry("cal", "stays", &[hour("2026-03-05T09:00:00Z")])).await.unwrap();
    make(store, owner, "inbox", false).await;
    for name in ["m1", "m2"] {
        let message = Entry { message: true, uid: "one".to_owned(), ..entry("inbox", name, &[]) };
        put(store, owner, message).await.unwrap();
    }
    put(store, owner, entry("cal", "goes", &[])).await.unwrap();
    remove(store, owner, "cal", "goes").await.unwrap();
    let set = vec![("color".to_owned(), Some("red".to_owned()))];
    let keep = Change::PropertiesSet { owner, place: "cal".to_owned(), set };
    let subject = Subject::Collection { owner, name: "cal".to_owned() };
    change(store, subject, move |_| Ok(vec![keep.clone()])).await.unwrap();
}

async fn names_in(store: &Arc<dyn Store>, calendar: &str, from: &str, to: &str) -> Vec<String> {
    let range = Some((Some(at(from)), Some(at(to))));
    let query = EntryQuery { range, ..EntryQuery::all_of(id(calendar)) };
    store.find_entries(query, 100).await.unwrap().into_iter().map(|entry| entry.name).collect()
}

async fn after(store: &Arc<dyn Store>, calendar: &str, seq: Seq, limit: usize) -> EntryNews {
    let query = NewsQuery { collection: id(calendar), after: seq, to: None, limit, bytes: false };
    store.entries_after(query).await.unwrap().unwrap()
}

pub(super) async fn an_entry_comes_back_as_it_went_in(w: &World<'_>) {
    let ann = user_id("ann");
    make(&w.store, ann, "cal", true).await;
    let bytes = (0..=255).cycle().take(5_000).collect::<Vec<u8>>();
    let odd = Entry { bytes: bytes.clone(), ..entry("cal", "ü %.ics", &[hour(NINE)]) };

    put(&w.store, ann, odd.clone()).await.unwrap();

    let found = w.store.entries(id("cal"), &["ü %.ics".to_owned(), "nothing".to_owned()]).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].bytes, &found[0].etag, &found[0].uid), (&bytes, &odd.etag, &odd.uid));
    assert_eq!((found[0].size, found[0].changed_at), (5_000, now()));
    assert_eq!(found[0].organizer, odd.organizer);
    assert_eq!(w.store.collection(ann, "cal").await.unwrap().unwrap().entries, 1);
}

pub(super) async fn an_entry_is_on_its_owners_calendar_until_it_goes(w: &World<'_>) {
    let ann = user_id("ann");
    make(&w.store, ann, "cal", true).await;
    make(&w.store, ann, "other", false).await;
    put(&w.store, ann, entry("cal", "a", &[hour(NINE), hour("2026-03-09T09:00:00Z")])).await.unwrap();
    put(&w.store, ann, entry("other", "b", &[hour(NINE)])).await.unwrap();

    let day = Span::new(at("2026-03-02T00:00:00Z"), at("2026-03-03T00:00:00Z")).unwrap();
    assert_eq!(w.store.calendar(ann, day, now()).await.unwrap().entries, [hour(NINE)]);
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap_err();

    remove(&w.store, ann, "cal", "a").await.unwrap();

    assert_eq!(w.store.calendar(ann, day, now()).await.unwrap().entries, []);
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
}

pub(super) async fn what_cannot_be_read_is_closed(w: &World<'_>) {
    let ann = user_id("ann");
    make(&w.store, ann, "cal", true).await;
    let long = Span::new(at("2026-03-01T00:00:00Z"), at("3026-03-01T00:00:00Z")).unwrap();
    let mut closed = entry("cal", "a", &[long]);
    closed.busy[0].kind = BusyKind::Unreadable;

    put(&w.store, ann, closed).await.unwrap();

    assert_eq!(w.store.calendar(ann, hour(NINE), now()).await.unwrap().unreadable, [long]);
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap_err();
}

pub(super) async fn entries_are_found_by_the_span_they_touch(w: &World<'_>) {
    let ann = user_id("ann");
    make(&w.store, ann, "cal", true).await;
    let span = |start: &str, end: &str| [Span::new(at(start), at(end)).unwrap()];
    let spans = [
        ("hour", span("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z")),
        ("week", span("2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z")),
        ("year", span("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")),
        ("decade", span("2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z")),
        ("century", span("2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z")),
    ];
    for (name, span) in &spans {
        put(&w.store, ann, entry("cal", name, span)).await.unwrap();
    }
    put(&w.store, ann, Entry { last: None, ..entry("cal", "for ever", &spans[0].1) }).await.unwrap();
    put(&w.store, ann, entry("cal", "no time", &[])).await.unwrap();

    let all = ["century", "decade", "for ever", "hour", "no time", "week", "year"];
    let found = names_in(&w.store, "cal", "2026-03-02T09:30:00Z", "2026-03-02T09:45:00Z").await;
    assert_eq!(found, all);
    // Ends are included.
    assert_eq!(names_in(&w.store, "cal", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z").await, all);
    let later = names_in(&w.store, "cal", "2026-06-02T10:00:00Z", "2026-06-02T11:00:00Z").await;
    assert_eq!(later, ["century", "decade", "for ever", "no time", "year"]);
    let before = names_in(&w.store, "cal", "1999-06-02T10:00:00Z", "1999-06-02T11:00:00Z").await;
    assert_eq!(before, ["no time"]);
}

pub(super) async fn a_uid_is_once_in_a_calendar(w: &World<'_>) {
    let ann = user_id("ann");
    make(&w.store, ann, "cal", true).await;
    make(&w.store, ann, "other", true).await;
    let a = entry("cal", "a", &[]);
    put(&w.store, ann, a.clone()).await.unwrap();

    let twice = put(&w.store, ann, Entry { name: "b".to_owned(), ..a.clone() }).await;
    assert!(matches!(twice, Err(ChangeError::Refused(Refusal::UidTaken { name })) if name == "a"));
    put(&w.store, ann, Entry { collection: id("other"), ..a.clone() }).await.unwrap();

    remove(&w.store, ann, "cal", "a").await.unwrap();
    put(&w.store, ann, Entry { name: "b".to_owned(), ..a }).await.unwrap();
}

pub(super) async fn what_is_new_in_a_calendar_is_told_in_pages(w: &World<'_>) {
    let ann = user_id("ann");
    make(&w.store, ann, "cal", true).await;
    let start = after(&w.store, "cal", Seq(0), 100).await.told_to;
    for name in ["a", "b", "c"] {
        put(&w.store, ann, entry("cal", name, &[])).await.unwrap();
    }
    remove(&w.store, ann, "cal", "b").await.unwrap();
    // The same bytes over again are nothing new.
    put(&w.store, ann, entry("cal", "a", &[])).await.unwrap();
    put(&w.store, ann, entry("cal", "a", &[hour(NINE)])).await.unwrap();

    let mut told = Vec::new();
    let mut seq = start;
    loop {
        let news = after(&w.store, "cal", seq, 1).await;
        told.extend(news.written.iter().map(|entry| (entry.seq, entry.name.clone())));
        told.extend(news.gone.iter().map(|(seq, name)| (*seq, format!("-{name}"))));
        if news.told_to == news.calendar.changed {
            break;
        }
        seq = news.told_to;
    }

    let names: Vec<&str> = told.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["c", "-b", "a"]);
    assert!(told.is_sorted());
}

pub(super) async fn news_up_to_a_place_holds_nothing_behind_it(w: &World<'_>) {
    let ann = user_id("ann");
    make(&w.store, ann, "cal", true).await;
    for name in ["a", "b", "c"] {
        put(&w.store, ann, entry("cal", name, &[])).await.unwrap();
    }
    let then = after(&w.store, "cal", Seq(0), 10).await.told_to;
    put(&w.store, ann, entry("cal", "b", &[hour(NINE)])).await.unwrap();
    remove(&w.store, ann, "cal", "c").await.unwrap();

    let query = NewsQuery { collection: id("cal"), after: Seq(0), to: Some(then), limit: 10, bytes: false };
    let news = w.store.entries_after(query).await.unwrap().unwrap();

    let names: Vec<&str> = news.written.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!((names, news.gone, news.told_to), (vec!["a"], vec![], then));
    assert!(news.calendar.changed > then);
}

pub(super) async fn a_page_holds_no_more_bytes_than_it_may(w: &World<'_>) {
    let ann = user_id("ann");
    make(&w.store, ann, "cal", true).await;
    let large = PAGE_BYTES / 4 + 1;
    for name in ["a", "b", "c", "d", "e", "f"] {
        put(&w.store, ann, Entry { bytes: vec![b'x'; large], ..entry("cal", name, &[]) }).await.unwrap();
    }

    let query = EntryQuery { bytes: true, ..EntryQuery::all_of(id("cal")) };
    let first = w.store.find_entries(query.clone(), 10).await.unwrap();
    let last = first.last().map(|entry| entry.name.clone());
    let rest = w.store.find_entries(EntryQuery { after: last, ..query }, 10).await.unwrap();
    assert_eq!((first.len(), is_full(&first, 10)), (4, true));
    assert_eq!((rest.len(), is_full(&rest, 10)), (2, false));
    let names = ["f", "none", "e", "a", "d", "c", "b"].map(str::to_owned);
    let named = w.store.entries(id("cal"), &names).await.unwrap();
    let told: Vec<&str> = named.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!((told, is_full(&named, 10)), (vec!["f", "e", "a", "d"], true), "in the order of the names");

    let query = NewsQuery { collection: id("cal"), after: Seq(0), to: None, limit: 10, bytes: true };
    let first = w.store.entries_after(query).await.unwrap().unwrap();
    let rest = w.store.entries_after(NewsQuery { after: first.told_to, ..query }).await.unwrap().unwrap();
    assert_eq!((first.written.len(), rest.written.len()), (4, 2));
    assert!(first.told_to < first.calendar.changed);
    assert_eq!(rest.told_to, rest.calendar.changed);
}

pub(super) async fn a_deleted_calendar_leaves_nothing_and_its_name_is_free(w: &World<'_>) {
    let ann = user_id("ann");
    make(&w.store, ann, "cal", true).await;
    put(&w.store, ann, entry("cal", "a", &[hour(NINE)])).await.unwrap();
    let set = vec![("{DAV:}x".to_owned(), Some("<x/>".to_owned()))];
    let place = "cal/a".to_owned();
    let keep = Change::PropertiesSet { owner: ann, place, set };
    let subject = || Subject::Collection { owner: ann, name: "cal".to_owned() };
    change(&w.store, subject(), move |_| Ok(vec![keep.clone()])).await.unwrap();

    let delete = |found: &Found| {
        let Found::Collection(desk) = found else { panic!("not a calendar") };
        let (collection, freed) = (desk.there.clone().unwrap(), desk.busy.clone());
        Ok(vec![Change::CollectionDeleted { collection, freed }])
    };
    change(&w.store, subject(), delete).await.unwrap();

    assert_eq!(w.store.collection(ann, "cal").await.unwrap(), None);
    assert_eq!(w.store.busy(ann, hour(NINE)).await.unwrap(), []);
    assert_eq!(w.store.properties(ann, "cal/a").await.unwrap(), []);
    let last = w.log("ann").await.pop().unwrap();
    assert_eq!((last.news.kind, last.news.spans), (Kind::EntriesChanged, vec![hour(NINE)]));
    make(&w.store, ann, "cal", true).await;
    assert_eq!(w.store.collection(ann, "cal").await.unwrap().unwrap().entries, 0);
}

pub(super) async fn a_calendar_takes_the_place_of_another_with_what_is_kept_on_it(w: &World<'_>) {
    let ann = user_id("ann");
    for (name, span) in [("new", hour(NINE)), ("old", hour("2026-03-02T11:00:00Z"))] {
        make(&w.store, ann, name, true).await;
        put(&w.store, ann, entry(name, "a", &[span])).await.unwrap();
        for place in [name.to_owned(), format!("{name}/a"), format!("{name}/{name}"), format!("{name}er")] {
            let set = vec![("{x}of".to_owned(), Some(place.clone()))];
            let keep = Change::PropertiesSet { owner: ann, place, set };
            let subject = Subject::Collection { owner: ann, name: name.to_owned() };
            change(&w.store, subject, move |_| Ok(vec![keep.clone()])).await.unwrap();
        }
    }
    let from_to = |from: &str, to: &str| Subject::CollectionMove { owner: ann, from: from.into(), to: to.into() };
    let rule = |found: &Found| {
        let Found::Collections(desks) = found else { panic!("not two calendars") };
        let [new, old] = desks.as_ref();
        let deleted = Change::CollectionDeleted { collection: old.there.clone().unwrap(), freed: old.busy.clone() };
        let collection = Collection { name: "old".to_owned(), ..new.there.clone().unwrap() };
        Ok(vec![deleted, Change::CollectionPut { collection, touched: Vec::new() }])
    };
    change(&w.store, from_to("new", "old"), rule).await.unwrap();

    assert_eq!(w.store.collection(ann, "new").await.unwrap(), None);
    assert_eq!(w.store.collection(ann, "old").await.unwrap().unwrap().collection.id, id("new"));
    assert_eq!(names_in(&w.store, "old", NINE, "2026-03-02T12:00:00Z").await, Vec::<String>::new());
    assert_eq!(names_in(&w.store, "new", NINE, "2026-03-02T12:00:00Z").await, ["a"]);
    let mut kept = Vec::new();
    for place in ["old", "old/a", "old/new", "old/old", "new", "new/a", "newer", "older"] {
        kept.extend(w.store.properties(ann, place).await.unwrap().into_iter().map(|(_, value)| (place, value)));
    }
    let told: Vec<(&str, &str)> = kept.iter().map(|(place, value)| (*place, value.as_str())).collect();
    let followed = [("old", "new"), ("old/a", "new/a"), ("old/new", "new/new")];
    assert_eq!(told, [followed.as_slice(), &[("newer", "newer"), ("older", "older")]].concat());
    let nobody = |found: &Found| {
        let Found::Collections(desks) = found else { panic!("not two calendars") };
        assert!(desks.iter().all(|desk| desk.there.is_none() && desk.busy.is_empty()));
        Ok(Vec::new())
    };
    change(&w.store, from_to("new", "newest"), nobody).await.unwrap();
}

pub(super) async fn properties_are_kept_by_place(w: &World<'_>) {
    let ann = user_id("ann");
    let set = |place: &str, name: &str, value: Option<&str>| {
        let set = vec![(name.to_owned(), value.map(str::to_owned))];
        let change = Change::PropertiesSet { owner: ann, place: place.to_owned(), set };
        move |_: &Found| Ok(vec![change.clone()])
    };
    let subject = || Subject::Collection { owner: ann, name: "cal".to_owned() };
    for (place, name, value) in [
        ("", "{x}home", Some("<home/>")),
        ("cal", "{x}color", Some("<color/>")),
        ("cal", "{x}color", Some("<red/>")),
        ("cal/a", "{x}note", Some("<note/>")),
        ("calm", "{x}color", Some("<blue/>")),
        ("calm", "{x}gone", Some("<gone/>")),
        ("calm", "{x}gone", None),
    ] {
        change(&w.store, subject(), set(place, name, value)).await.unwrap();
    }

    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(w.store.properties(ann, "cal").await.unwrap(), [pair("{x}color", "<red/>")]);
    let below = w.store.properties_below(ann, "").await.unwrap();
    let places: Vec<(&str, &str)> = below.iter().map(|(place, _, value)| (place.as_str(), value.as_str())).collect();
    assert_eq!(places, [("cal", "<red/>"), ("calm", "<blue/>")]);
    assert_eq!(w.store.properties_below(ann, "cal").await.unwrap()[0].0, "a");
    assert_eq!(w.store.properties(user_id("bob"), "cal").await.unwrap(), []);
}

pub(super) async fn properties_have_a_limit_by_place_and_by_account(w: &World<'_>) {
    let ann = user_id("ann");
    let set = async |place: &str, numbers: std::ops::Range<usize>, value: Option<&str>| {
        let set = numbers.map(|number| (format!("{{x}}{number}"), value.map(str::to_owned))).collect();
        let set = Change::PropertiesSet { owner: ann, place: place.to_owned(), set };
        let subject = Subject::Collection { owner: ann, name: "cal".to_owned() };
        match change(&w.store, subject, move |_| Ok(vec![set.clone()])).await {
            Err(ChangeError::Refused(Refusal::TooMany { limit, .. })) => Some(limit),
            done => done.map(|_| None).unwrap(),
        }
    };
    for place in 0..MAX_OF_ACCOUNT / MAX_OF_PLACE {
        assert_eq!(set(&format!("cal/{place}"), 0..MAX_OF_PLACE, Some("<a/>")).await, None);
    }
    let before = w.backend.dump().await;

    assert_eq!(set("cal/0", MAX_OF_PLACE..MAX_OF_PLACE + 1, Some("<a/>")).await, Some(MAX_OF_PLACE));
    assert_eq!(set("cal/more", 0..1, Some("<a/>")).await, Some(MAX_OF_ACCOUNT));

    assert_eq!(w.backend.dump().await, before);
    assert_eq!(set("cal/0", 0..1, Some("<b/>")).await, None, "what is there may change");
    assert_eq!(set("cal/0", 0..1, None).await, None);
    assert_eq!(set("cal/more", 0..1, Some("<a/>")).await, None, "there is room again");
}

pub(super) async fn what_is_kept_on_a_place_goes_along_with_it(w: &World<'_>) {
    let ann = user_id("ann");
    let subject = || Subject::Collection { owner: ann, name: "cal".to_owned() };
    let act = async |fact: Change| {
        let decide = move |_: &Found| Ok(vec![fact.clone()]);
        change(&w.store, subject(), decide).await.unwrap();
    };
    for place in ["cal", "cal/a", "cal/b", "calm", "call", "call/a", "call/old"] {
        let set = vec![("{x}note".to_owned(), Some(format!("<{}/>", place.replace('/', "-"))))];
        act(Change::PropertiesSet { owner: ann, place: place.to_owned(), set }).await;
    }
    let places = async |below: &str| {
        let kept = w.store.properties_below(ann, below).await.unwrap();
        kept.into_iter().map(|(place, _, value)| format!("{place} {value}")).collect::<Vec<_>>()
    };

    act(Change::PlaceMoved { owner: ann, from: "cal".to_owned(), to: Some("call".to_owned()) }).await;
    assert_eq!(places("").await, ["call <cal/>", "calm <calm/>"]);
    assert_eq!(places("call").await, ["a <cal-a/>", "b <cal-b/>"], "nothing is left of what was there");
    assert_eq!(w.log("ann").await.pop().unwrap().news.kind, Kind::CollectionsChanged);

    act(Change::PlaceMoved { owner: ann, from: "call".to_owned(), to: None }).await;
    assert_eq!((places("").await, places("call").await), (vec!["calm <calm/>".to_owned()], Vec::new()));
}

pub(super) async fn what_went_is_forgotten_after_a_while_and_the_floor_says_so(w: &World<'_>) {
    let ann = user_id("ann");
    make(&w.store, ann, "cal", true).await;
    put(&w.store, ann, entry("cal", "a", &[])).await.unwrap();
    remove(&w.store, ann, "cal", "a").await.unwrap();
    let went = after(&w.store, "cal", Seq(0), 10).await;
    assert_eq!(went.gone.len(), 1);

    assert!(!w.store.forget_gone(now()).await.unwrap());
    assert_eq!(after(&w.store, "cal", Seq(0), 10).await.gone.len(), 1, "it is not older than that");
    assert!(!w.store.forget_gone(at("2026-03-01T00:00:01Z")).await.unwrap());

    let news = after(&w.store, "cal", Seq(0), 10).await;
    assert_eq!(news.gone, []);
    assert_eq!(news.calendar.floor, went.gone[0].0);
}

pub(super) async fn entries_known_not_far_enough_are_found_and_extended(w: &World<'_>) {
    let ann = user_id("ann");
    make(&w.store, ann, "cal", true).await;
    let known_to: Option<Instant> = Some(at("2026-06-01T00:00:00Z"));
    put(&w.store, ann, Entry { known_to, ..entry("cal", "a", &[hour(NINE)]) }).await.unwrap();
    put(&w.store, ann, entry("cal", "b", &[])).await.unwrap();

    let short = w.store.short_entries(at("2026-07-01T00:00:00Z"), 10).await.unwrap();
    assert_eq!(short.len(), 1);
    assert_eq!((short[0].owner, short[0].entry.name.as_str()), (ann, "a"));
    assert!(w.store.short_entries(at("2026-05-01T00:00:00Z"), 10).await.unwrap().is_empty());

    let more = [hour(NINE), hour("2026-06-02T09:00:00Z")];
    let known = Entry { etag: short[0].entry.etag.clone(), ..entry("cal", "a", &more) };
    let before = w.store.collection(ann, "cal").await.unwrap().unwrap().changed;
    let extend = Change::EntryExtended { owner: ann, entry: Box::new(known), freed: Vec::new() };
    let subject = Subject::Entry { owner: ann, collection: id("cal"), name: "a".to_owned(), uid: None };
    change(&w.store, subject, move |_| Ok(vec![extend.clone()])).await.unwrap();

    assert_eq!(w.store.busy(ann, more[1]).await.unwrap().len(), 1);
    assert!(w.store.short_entries(at("2026-07-01T00:00:00Z"), 10).await.unwrap().is_empty());
    // Nobody has to fetch it again.
    assert_eq!(w.store.collection(ann, "cal").await.unwrap().unwrap().changed, before);
}

pub(super) async fn entries_of_disabled_accounts_are_in_nobodys_way(w: &World<'_>) {
    let (ann, bob) = (user_id("ann"), user_id("bob"));
    let known = |to: &str| Some(at(to));
    make(&w.store, bob, "bobs", true).await;
    put(&w.store, bob, Entry { known_to: known("2026-05-01T00:00:00Z"), ..entry("bobs", "b", &[]) }).await.unwrap();
    make(&w.store, ann, "cal", true).await;
    put(&w.store, ann, Entry { known_to: known("2026-06-01T00:00:00Z"), ..entry("cal", "a", &[]) }).await.unwrap();
    let switch = async |disabled_at| {
        let change = Change::AccountSwitched { user: bob, disabled_at };
        w.force(Subject::Account(bob), vec![change]).await.unwrap();
    };
    let short = async || {
        let short = w.store.short_entries(at("2026-07-01T00:00:00Z"), 1).await.unwrap();
        short.into_iter().map(|stale| stale.entry.name).collect::<Vec<_>>()
    };

    switch(Some(now())).await;
    assert_eq!(short().await, ["a"]);
    switch(None).await;
    assert_eq!(short().await, ["b"], "of which least is known");
}

/// Eight writers put and remove, one reader syncs all the while: what it has in the end is what is there.
pub(super) async fn a_reader_beside_writers_misses_nothing(w: &World<'_>) {
    const WRITERS: usize = 8;
    const ROUNDS: usize = 12;
    let ann = user_id("ann");
    make(&w.store, ann, "cal", true).await;
    let done = Arc::new(AtomicBool::new(false));
    let (store, told) = (w.store.clone(), done.clone());
    let reader = tokio::spawn(async move {
        let mut known: BTreeSet<(String, String)> = BTreeSet::new();
        let mut seq = Seq(0);
        loop {
            let last_round = told.load(Ordering::SeqCst);
            let news = after(&store, "cal", seq, 3).await;
            for (name, tag) in news
                .written
                .iter()
                .map(|entry| (&entry.name, Some(&entry.etag)))
                .chain(news.gone.iter().map(|(_, name)| (name, None)))
            {
                known.retain(|(other, _)| other != name);
                known.extend(tag.map(|tag| (name.clone(), tag.clone())));
            }
            let all = news.told_to == news.calendar.changed;
            seq = news.told_to;
            if last_round && all {
                return known;
            }
            tokio::task::yield_now().await;
        }
    });
    let writers = (0..WRITERS).map(|writer| {
        let store = w.store.clone();
        tokio::spawn(async move {
            for round in 0..ROUNDS {
                let name = format!("{writer}-{}", round % 3);
                if round % 4 == 3 {
                    drop(remove(&store, ann, "cal", &name).await);
                } else {
                    let entry = Entry { etag: format!("{name}-{round}"), ..entry("cal", &name, &[]) };
                    put(&store, ann, entry).await.unwrap();
                }
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    let known = reader.await.unwrap();

    let there = w.store.find_entries(EntryQuery::all_of(id("cal")), 1_000).await.unwrap();
    let there: BTreeSet<(String, String)> = there.into_iter().map(|entry| (entry.name, entry.etag)).collect();
    assert_eq!(known, there);
}

pub(super) async fn a_deleted_account_leaves_no_calendars(w: &World<'_>) {
    let ann = user_id("bob");
    make(&w.store, ann, "cal", true).await;
    put(&w.store, ann, entry("cal", "a", &[hour(NINE)])).await.unwrap();

    let gone = Change::AccountDeleted { user: ann };
    change(&w.store, Subject::Account(ann), move |_| Ok(vec![gone.clone()])).await.unwrap();

    assert_eq!(w.store.collections(ann).await.unwrap(), []);
    assert_eq!(w.store.entries(id("cal"), &["a".to_owned()]).await.unwrap(), []);
}
