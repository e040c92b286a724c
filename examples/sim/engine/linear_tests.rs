//! Histories made by hand: right ones pass, wrong ones do not.

use super::linear::{Found, MAX_STEPS, Op, search};
use super::model::{Action, Answer, DAY, Minute, Model, Offer};
use super::state::Standing;

const ONE: Minute = 540;
const NEXT: Minute = 600;

/// Person 0 offers two events at the same hours, one of a seat and one of two that wait for a yes.
fn model() -> Model {
    let solo = Offer {
        host: 0,
        nth: 0,
        begins: ONE,
        slots: 3,
        length: 60,
        seats: 1,
        before: 0,
        after: 0,
        most_a_day: None,
        confirm: false,
    };
    let group = Offer { nth: 1, seats: 2, confirm: true, ..solo };
    let theirs = Offer { host: 1, ..solo };
    Model { offers: vec![solo, group, theirs] }
}

fn op(times: (u64, u64), action: Action, answer: Answer) -> Op {
    let maybe = answer == Answer::Unknown;
    Op { invoke: times.0, ret: if maybe { u64::MAX } else { times.1 }, maybe, client: 0, action, answer }
}

fn book(id: u32, offer: usize, start: Minute, guest: usize) -> Action {
    Action::Book { id, offer, start, guest, anyway: false }
}

fn done() -> Answer {
    Answer::Done(None)
}

fn refused(code: &str) -> Answer {
    Answer::Refused(code.to_owned())
}

fn holds(ops: Vec<Op>) -> bool {
    match search(&model(), ops, MAX_STEPS) {
        Found::Order(_) => true,
        Found::None(_) => false,
        Found::Inconclusive(steps) => panic!("gave up after {steps} steps"),
    }
}

#[test]
fn of_two_who_want_one_seat_one_gets_it() {
    let race = |second| vec![op((0, 9), book(1, 0, ONE, 2), done()), op((1, 8), book(2, 0, ONE, 3), second)];

    assert!(holds(race(refused("slot-taken"))));
    assert!(!holds(race(done())), "a double booking");
}

#[test]
fn two_events_of_one_host_do_not_share_an_hour() {
    let both = |second| vec![op((0, 1), book(1, 0, ONE, 2), done()), op((2, 3), book(2, 1, ONE, 3), second)];

    assert!(holds(both(refused("slot-taken"))));
    assert!(!holds(both(done())));
}

#[test]
fn seats_are_counted() {
    let three = |third| {
        vec![
            op((0, 1), book(1, 1, ONE, 2), done()),
            op((2, 3), book(2, 1, ONE, 3), done()),
            op((4, 5), book(3, 1, ONE, 4), third),
        ]
    };

    assert!(holds(three(refused("slot-taken"))));
    assert!(!holds(three(done())));
}

#[test]
fn a_booking_that_was_told_is_there_later() {
    let found = |stood| vec![op((0, 1), book(1, 0, ONE, 2), done()), op((9, 10), Action::Last, Answer::Stood(stood))];

    assert!(holds(found(vec![(1, ONE, Standing::Confirmed)])));
    assert!(!holds(found(vec![])), "a lost booking");
    assert!(!holds(found(vec![(1, NEXT, Standing::Confirmed)])), "in another slot");
}

#[test]
fn a_cancellation_frees_the_slot() {
    let then = |third| {
        vec![
            op((0, 1), book(1, 0, ONE, 2), done()),
            op((2, 3), Action::Cancel { id: 1 }, done()),
            op((4, 5), book(2, 0, ONE, 3), third),
        ]
    };

    assert!(holds(then(done())));
    assert!(!holds(then(refused("slot-taken"))), "a cancellation that did not free");
}

#[test]
fn a_refusal_needs_its_own_reason() {
    let ops = |code| vec![op((0, 1), book(1, 0, ONE, 2), done()), op((2, 3), book(2, 2, ONE, 2), refused(code))];

    assert!(holds(ops("guest-busy")));
    assert!(!holds(ops("slot-taken")));
    assert!(!holds(vec![op((0, 1), book(1, 0, ONE, 2), refused("slot-taken"))]));
}

#[test]
fn what_was_answered_before_comes_before() {
    let cancelled = |times| {
        vec![
            op((0, 1), book(1, 0, ONE, 2), done()),
            op(times, Action::Cancel { id: 1 }, done()),
            op((4, 5), book(2, 0, ONE, 3), done()),
        ]
    };

    assert!(holds(cancelled((2, 9))), "at the same time, either order will do");
    assert!(!holds(cancelled((6, 9))), "asked only after the second booking was answered");
}

#[test]
fn what_nobody_knows_may_have_happened_or_not_but_only_after_it_was_asked() {
    let ops = |asked, second| {
        vec![
            op((0, 1), book(1, 0, ONE, 2), done()),
            op((asked, 0), Action::Cancel { id: 1 }, Answer::Unknown),
            op((4, 5), book(2, 0, ONE, 3), second),
        ]
    };

    assert!(holds(ops(2, done())));
    assert!(holds(ops(2, refused("slot-taken"))));
    assert!(!holds(ops(6, done())));
}

#[test]
fn a_move_frees_one_slot_and_takes_another() {
    let ops = |old, new| {
        vec![
            op((0, 1), book(1, 0, ONE, 2), done()),
            op((2, 3), Action::Move { id: 1, start: NEXT, by_guest: true }, done()),
            op((4, 5), Action::Look { offer: 0, day: 0 }, Answer::Saw(vec![(ONE, old), (NEXT, new), (660, 1)])),
        ]
    };

    assert!(holds(ops(1, 0)));
    assert!(!holds(ops(0, 0)));
    assert!(!holds(ops(1, 1)));
}

#[test]
fn a_move_to_where_it_is_may_also_be_one_that_comes_later() {
    let to = |start| Action::Move { id: 1, start, by_guest: true };
    let ops = vec![
        op((0, 1), book(1, 0, ONE, 2), done()),
        op((2, 9), to(ONE), Answer::Done(Some((ONE, Standing::Confirmed)))),
        op((3, 8), to(NEXT), Answer::Done(Some((NEXT, Standing::Confirmed)))),
        op((10, 11), Action::Last, Answer::Stood(vec![(1, ONE, Standing::Confirmed)])),
    ];

    assert!(holds(ops));
}

#[test]
fn a_yes_is_asked_for_again_when_the_guest_moves() {
    let ops = |standing| {
        vec![
            op((0, 1), book(1, 1, ONE, 2), Answer::Done(Some((ONE, Standing::Pending)))),
            op((2, 3), Action::Confirm { id: 1 }, done()),
            op((4, 5), Action::Move { id: 1, start: NEXT, by_guest: true }, Answer::Done(Some((NEXT, standing)))),
        ]
    };

    assert!(holds(ops(Standing::Pending)));
    assert!(!holds(ops(Standing::Confirmed)));
}

#[test]
fn a_hold_keeps_others_out_and_lets_its_holder_in() {
    let ops = |guest, answer| {
        vec![
            op((0, 1), Action::Hold { id: 1, offer: 0, start: ONE, guest: 2 }, done()),
            op((2, 3), book(2, 0, ONE, guest), answer),
        ]
    };

    assert!(holds(ops(2, done())));
    assert!(holds(ops(3, refused("slot-taken"))));
    assert!(!holds(ops(3, done())));
}

#[test]
fn anyway_is_the_guests_word_and_not_the_hosts() {
    let anyway = |offer, guest| Action::Book { id: 2, offer, start: ONE, guest, anyway: true };
    let ops = |second, answer| vec![op((0, 1), book(1, 0, ONE, 2), done()), op((2, 3), second, answer)];

    assert!(holds(ops(anyway(2, 2), done())));
    assert!(!holds(ops(anyway(1, 3), done())));
}

#[test]
fn a_search_that_is_cut_short_says_so() {
    let ops = (0..30).map(|n| op((0, 100), book(n, 0, ONE + DAY * n, 2), done())).collect();

    assert!(matches!(search(&model(), ops, 5), Found::Inconclusive(_)));
}
