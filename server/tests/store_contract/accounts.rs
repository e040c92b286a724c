use chrono::TimeDelta;
use meetme_core::api::Scope as TokenScope;
use meetme_core::change::{Change, Kind};
use meetme_core::id::{TokenId, UserId};
use meetme_core::time::{Minutes, Span};
use meetme_server::store::{
    AHEAD_AT_ONCE, AccountError, ChangeError, Credential, Decide, Decision, Found, MAX_SESSIONS, MAX_TOKENS, Subject,
    TokenLabel, UserRecord,
};
use uuid::Uuid;

use super::world::{World, ask, at, hash, hour, now, scope, session, user, user_id, uuid};

fn token(name: &str, user: &str) -> Credential {
    let label = TokenLabel { id: TokenId::new(uuid(name)), name: format!("{name} on the laptop") };
    let scopes = vec![TokenScope::Read, TokenScope::Caldav];
    Credential { token: Some(label), scopes, expires_at: None, ..session(name, user) }
}

pub(super) async fn an_account_is_found_by_id_and_by_name(w: &World<'_>) {
    let eve = UserRecord { max_per_day: Some(3), max_per_week: Some(9), ..user("eve") };

    w.store.create_user(eve.clone(), session("eve", "eve")).await.unwrap();

    assert_eq!(w.store.user(eve.id).await.unwrap(), Some(eve.clone()));
    assert_eq!(w.store.user_by_name("eve").await.unwrap(), Some(eve.clone()));
    assert_eq!(w.store.any_user_by_name(&eve.username).await.unwrap(), Some(eve));
    assert_eq!(w.store.any_user_by_name(&"nobody".parse().unwrap()).await.unwrap(), None);
    assert_eq!(w.store.user_by_name("nobody").await.unwrap(), None);
    assert_eq!(w.store.user(user_id("nobody")).await.unwrap(), None);
}

pub(super) async fn a_username_is_given_once(w: &World<'_>) {
    let other = UserRecord { id: user_id("other"), email: "other@example.org".to_owned(), ..user("bob") };

    let refused = w.store.create_user(other, session("other", "other")).await;

    assert!(matches!(refused, Err(AccountError::UsernameTaken)), "{refused:?}");
}

pub(super) async fn a_mail_address_is_given_once_whatever_its_case(w: &World<'_>) {
    let eve = UserRecord { email: "BOB@Example.ORG".to_owned(), ..user("eve") };

    let refused = w.store.create_user(eve, session("eve", "eve")).await;

    assert!(matches!(refused, Err(AccountError::EmailTaken)), "{refused:?}");
}

pub(super) async fn a_refused_sign_up_leaves_no_session(w: &World<'_>) {
    let before = w.backend.dump().await;
    let other = UserRecord { id: user_id("other"), ..user("bob") };

    w.store.create_user(other, session("other", "other")).await.unwrap_err();

    assert_eq!(w.backend.dump().await, before);
}

pub(super) async fn an_account_can_be_changed(w: &World<'_>) {
    let changed = UserRecord {
        display_name: "Bob".to_owned(),
        email: "b@example.org".to_owned(),
        max_per_week: Some(5),
        ..user("bob")
    };

    w.say(changed.clone(), now()).await.unwrap();

    assert_eq!(w.store.user(user_id("bob")).await.unwrap(), Some(changed));
    let kinds: Vec<Kind> = w.log("bob").await.into_iter().map(|entry| entry.news.kind).collect();
    assert_eq!(kinds, [Kind::LimitsChanged]);
    let nobody = w.say(user("nobody"), now()).await;
    assert!(matches!(nobody, Err(ChangeError::NotFound)), "{nobody:?}");
}

pub(super) async fn a_new_password_ends_the_other_sessions(w: &World<'_>) {
    for credential in [session("old", "bob"), session("kept", "bob"), token("tok", "bob")] {
        assert!(w.store.add_credential(credential).await.unwrap());
    }

    set_password(w, "bob", "$argon2id$new", Some("kept")).await;

    let mut left = Vec::new();
    for name in ["bob", "old", "kept", "tok", "ann"] {
        if w.store.credential(hash(name)).await.unwrap().is_some() {
            left.push(name);
        }
    }
    assert_eq!(left, ["kept", "tok", "ann"]);
    let kinds: Vec<Kind> = w.log("bob").await.into_iter().map(|entry| entry.news.kind).collect();
    assert_eq!(kinds, [Kind::CredentialsChanged]);
    let changed = UserRecord { password_hash: "$argon2id$new".to_owned(), ..user("bob") };
    assert_eq!(w.store.user(user_id("bob")).await.unwrap(), Some(changed));
    set_password(w, "bob", "$argon2id$newer", None).await;
    assert!(w.store.credential(hash("kept")).await.unwrap().is_none(), "by whoever looks after the server");
}

pub(super) async fn a_disabled_account_can_be_given_another_password(w: &World<'_>) {
    let bob = user_id("bob");
    let disabled = Change::AccountSwitched { user: bob, disabled_at: Some(now()) };
    w.force(Subject::Account(bob), vec![disabled]).await.unwrap();

    set_password(w, "bob", "$argon2id$new", None).await;

    w.force(Subject::Account(bob), vec![Change::AccountSwitched { user: bob, disabled_at: None }]).await.unwrap();
    assert_eq!(w.store.user(bob).await.unwrap().unwrap().password_hash, "$argon2id$new");
}

pub(super) async fn a_password_that_was_changed_meanwhile_begins_no_session(w: &World<'_>) {
    let checked = user("bob").password_hash;
    w.store.begin_session(session("early", "bob"), checked.clone()).await.unwrap();

    set_password(w, "bob", "$argon2id$new", None).await;
    let late = w.store.begin_session(session("late", "bob"), checked.clone()).await;

    assert!(matches!(late, Err(AccountError::PasswordChanged)), "{late:?}");
    assert_eq!(w.store.credential(hash("early")).await.unwrap(), None);
    assert_eq!(w.store.credential(hash("late")).await.unwrap(), None);
    w.store.begin_session(session("new", "bob"), "$argon2id$new".to_owned()).await.unwrap();
    let nobody = w.store.begin_session(session("none", "nobody"), checked).await;
    assert!(matches!(nobody, Err(AccountError::NotFound)), "{nobody:?}");
}

async fn set_password(w: &World<'_>, name: &str, hashed: &str, kept: Option<&str>) {
    let (user, hash) = (user_id(name), hashed.to_owned());
    let change = Change::PasswordChanged { user, hash, kept: kept.map(super::world::hash) };
    w.force(Subject::Person(user), vec![change]).await.unwrap();
}

pub(super) async fn changes_of_one_account_at_once_all_count(w: &World<'_>) {
    const ROUNDS: u32 = 64;
    let bob = user_id("bob");
    let mut tasks = Vec::new();
    for round in 0..ROUNDS {
        let store = w.store.clone();
        let rule: Decide = Box::new(move |found| {
            let Found::Person(person) = found else { panic!("asked for an account, found {found:?}") };
            let mut profile = person.profile();
            profile.max_per_day = Some(profile.max_per_day.unwrap_or(0) + 1);
            let changes = match round % 2 {
                0 => vec![Change::ProfileChanged { user: bob, profile }],
                _ => {
                    vec![Change::PasswordChanged { user: bob, hash: format!("{}+", person.password_hash), kept: None }]
                }
            };
            Ok(Decision { changes, answer: Vec::new() })
        });
        tasks.push(tokio::spawn(async move { store.change(scope(Subject::Person(bob)), rule).await }));
    }
    for task in tasks {
        task.await.unwrap().unwrap();
    }

    let after = w.store.user(bob).await.unwrap().unwrap();
    let half = usize::try_from(ROUNDS / 2).unwrap();
    assert_eq!(after.max_per_day, Some(ROUNDS / 2));
    assert_eq!(after.password_hash, format!("{}{}", user("bob").password_hash, "+".repeat(half)));
}

pub(super) async fn a_change_of_account_may_not_take_anothers_address(w: &World<'_>) {
    let before = w.backend.dump().await;
    let changed = UserRecord { email: "Ann@example.org".to_owned(), ..user("bob") };

    let refused = w.say(changed, now()).await;

    assert!(matches!(refused, Err(ChangeError::EmailTaken)), "{refused:?}");
    assert_eq!(w.backend.dump().await, before);
}

pub(super) async fn a_credential_leads_to_its_owner(w: &World<'_>) {
    assert!(w.store.add_credential(token("tok", "bob")).await.unwrap());

    let found = w.store.credential(hash("tok")).await.unwrap();

    assert_eq!(found, Some((token("tok", "bob"), user("bob"))));
    assert_eq!(w.store.credential(hash("bob")).await.unwrap(), Some((session("bob", "bob"), user("bob"))));
    assert_eq!(w.store.credential(hash("none")).await.unwrap(), None);
    let nobody = w.store.add_credential(session("new", "nobody")).await;
    assert!(matches!(nobody, Err(AccountError::NotFound)), "{nobody:?}");
}

pub(super) async fn a_session_can_be_extended_and_ended(w: &World<'_>) {
    let later = at("2026-05-01T00:00:00Z");

    w.store.extend_session(hash("bob"), later).await.unwrap();

    let (extended, _) = w.store.credential(hash("bob")).await.unwrap().unwrap();
    assert_eq!(extended.expires_at, Some(later));
    assert!(w.store.end_session(hash("bob"), now()).await.unwrap());
    assert_eq!(w.store.credential(hash("bob")).await.unwrap(), None);
    assert!(!w.store.end_session(hash("bob"), now()).await.unwrap());
    assert_eq!(w.log("bob").await.len(), 1);
}

pub(super) async fn tokens_are_listed_and_revoked_by_their_owner(w: &World<'_>) {
    for credential in [token("tok1", "bob"), token("tok2", "bob"), token("tok3", "cyd")] {
        assert!(w.store.add_credential(credential).await.unwrap());
    }
    let id = TokenId::new(uuid("tok1"));

    assert!(!w.store.revoke_token(user_id("cyd"), id, now()).await.unwrap());
    assert_eq!(w.store.tokens(user_id("bob")).await.unwrap(), [token("tok1", "bob"), token("tok2", "bob")]);
    assert!(w.store.revoke_token(user_id("bob"), id, now()).await.unwrap());
    assert_eq!(w.store.tokens(user_id("bob")).await.unwrap(), [token("tok2", "bob")]);
    assert_eq!(w.log("bob").await.last().unwrap().news.kind, Kind::CredentialsChanged);
}

pub(super) async fn tokens_have_a_limit(w: &World<'_>) {
    for i in 0..MAX_TOKENS {
        assert!(w.store.add_credential(token(&format!("tok{i}"), "bob")).await.unwrap());
    }

    assert!(!w.store.add_credential(token("more", "bob")).await.unwrap());

    assert!(w.store.add_credential(session("more", "bob")).await.unwrap());
    assert_eq!(w.store.tokens(user_id("bob")).await.unwrap().len(), MAX_TOKENS);
}

pub(super) async fn of_too_many_sessions_those_end_that_were_not_used(w: &World<'_>) {
    assert!(w.store.add_credential(token("tok", "bob")).await.unwrap());
    // There is one from the sign-up.
    for i in 1..MAX_SESSIONS {
        assert!(w.store.add_credential(session(&format!("s{i}"), "bob")).await.unwrap());
    }
    let used: Vec<String> = (2..MAX_SESSIONS).map(|i| format!("s{i}")).chain(["bob".to_owned()]).collect();
    for name in &used {
        w.store.extend_session(hash(name), at("2026-04-02T00:00:00Z")).await.unwrap();
    }
    let there = async |name: &str| w.store.credential(hash(name)).await.unwrap().is_some();
    assert!(there("s1").await && w.log("bob").await.is_empty());

    let expires_at = Some(at("2026-04-03T00:00:00Z"));
    assert!(w.store.add_credential(Credential { expires_at, ..session("new", "bob") }).await.unwrap());

    assert!(!there("s1").await, "it was unused for longest");
    for name in used.iter().map(String::as_str).chain(["new", "tok", "cyd"]) {
        assert!(there(name).await, "{name}");
    }
    let kinds: Vec<Kind> = w.log("bob").await.into_iter().map(|entry| entry.news.kind).collect();
    assert_eq!(kinds, [Kind::CredentialsChanged]);
}

pub(super) async fn a_deleted_account_leaves_a_tombstone(w: &World<'_>) {
    let bob = user_id("bob");

    w.force(Subject::Account(bob), vec![Change::AccountDeleted { user: bob }]).await.unwrap();

    assert_eq!(w.store.user(bob).await.unwrap(), None);
    assert_eq!(w.store.user_by_name("bob").await.unwrap(), None);
    assert_eq!(w.store.any_user_by_name(&"bob".parse().unwrap()).await.unwrap(), None);
    assert_eq!(w.store.credential(hash("bob")).await.unwrap(), None);
    assert!(!w.backend.dump().await.contains("Dr bob"));
    assert!(!w.backend.dump().await.contains("bob@example.org"));
    assert_eq!(w.log("bob").await.last().unwrap().news.kind, Kind::AccountDeleted);
    let again = UserRecord { id: UserId::new(Uuid::from_u128(9)), email: "new@example.org".to_owned(), ..user("bob") };
    let refused = w.store.create_user(again, session("new", "new")).await;
    assert!(matches!(refused, Err(AccountError::UsernameTaken)), "{refused:?}");
    let address_is_free = UserRecord { email: "bob@example.org".to_owned(), ..user("eve") };
    w.store.create_user(address_is_free, session("eve", "eve")).await.unwrap();
    let gone = w.book(&ask("b1", "bob", "chat", hour("2026-03-02T09:00:00Z"))).await;
    assert!(matches!(gone, Err(ChangeError::NotFound)), "{gone:?}");
}

pub(super) async fn an_account_shows_all_that_hangs_on_it(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour("2026-03-02T09:00:00Z"))).await.unwrap();
    w.book(&ask("b2", "ann", "tea", hour("2026-03-02T12:00:00Z"))).await.unwrap();
    w.book(&ask("b3", "cyd", "tea", hour("2026-03-02T15:00:00Z"))).await.unwrap();
    w.hold("h1", "ann", "tea", hour("2026-03-03T09:00:00Z"), 5).await.unwrap();
    w.hold("h2", "bob", "chat", hour("2026-03-03T12:00:00Z"), 5).await.unwrap();

    let Found::Account(dossier) = w.found(Subject::Account(user_id("ann"))).await.unwrap() else { panic!() };

    assert_eq!(dossier.events.iter().map(|event| event.slug.as_str()).collect::<Vec<_>>(), ["chat"]);
    assert_eq!(dossier.ahead, [w.booking("b1").await, w.booking("b2").await]);
    assert_eq!(dossier.count, 2);
    assert_eq!(dossier.holds.len(), 2);
}

pub(super) async fn an_account_shows_bookings_ahead_in_steps(w: &World<'_>) {
    let hosted = u32::try_from(AHEAD_AT_ONCE - 5).unwrap();
    let hours = |begin: &str, count: u32| (0..count).map(move |n| hour_after(begin, n)).collect::<Vec<Span>>();
    let mut changes = Vec::new();
    for (n, slot) in hours("2026-04-01T00:00:00Z", hosted).into_iter().enumerate() {
        changes.push(Change::Booked { booking: ask(&format!("h{n}"), "bob", "chat", slot).booking("ann") });
    }
    w.force(ask("h", "bob", "chat", hour("2026-04-01T00:00:00Z")).scope().subject, changes).await.unwrap();
    let mut changes = Vec::new();
    for (n, slot) in hours("2026-09-01T00:00:00Z", 10).into_iter().enumerate() {
        changes.push(Change::Booked { booking: ask(&format!("g{n}"), "ann", "tea", slot).booking("ada") });
    }
    w.force(ask("g", "ann", "tea", hour("2026-09-01T00:00:00Z")).scope().subject, changes).await.unwrap();

    let Found::Account(dossier) = w.found(Subject::Account(user_id("ann"))).await.unwrap() else { panic!() };

    assert_eq!((dossier.ahead.len(), dossier.count), (AHEAD_AT_ONCE, AHEAD_AT_ONCE + 5));
    let as_guest = dossier.ahead.iter().filter(|booking| booking.guest == user_id("ann")).count();
    assert_eq!(as_guest, 5, "the first ones");
}

fn hour_after(begin: &str, hours: u32) -> Span {
    Span::lasting(at(begin) + TimeDelta::hours(i64::from(hours)), Minutes(60))
}
