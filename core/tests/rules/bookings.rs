//! Booking and holding.

use super::*;

mod a_booking_is_refused {
    use super::*;

    fn refused(desk: &Desk) -> Refusal {
        booking::book(desk, &wish(hour(NOON)), now()).expect_err("a rule says no")
    }

    #[test]
    fn with_too_late_after_the_minimum_notice() {
        let event = Event { notice: Minutes(36 * 60), ..event() };

        assert_eq!(refused(&desk(event)), Refusal::TooLate { closed_at: at("2026-03-01T00:00:00Z") });
    }

    #[test]
    fn with_too_early_behind_the_horizon() {
        let event = Event { horizon_days: Some(0), ..event() };

        assert_eq!(refused(&desk(event)), Refusal::TooEarly { span: hour(NOON) });
    }

    #[test]
    fn with_slot_taken_and_no_reason_whatever_else_shuts_it() {
        let entry = Calendar { entries: vec![hour(NOON)], ..Calendar::default() };
        let taken = Refusal::SlotTaken { span: hour(NOON) };

        assert_eq!(refused(&Desk { host: used(&[in_use(1, hour(NOON))]), ..desk(event()) }), taken);
        assert_eq!(refused(&Desk { host: entry, ..desk(event()) }), taken);
        let limits = HostLimits { zone: Zone::UTC, max_per_day: Some(1), max_per_week: None };
        let host = used(&[in_use(2, hour("2026-03-02T18:00:00Z"))]);
        assert_eq!(refused(&Desk { host, limits, ..desk(event()) }), taken);
    }

    fn elsewhere(span: Span) -> AsGuest {
        AsGuest { event: event_id(7), span, holder: Holder::Booking(booking_id(7)) }
    }

    #[test]
    fn with_guest_busy_when_the_guest_is_elsewhere_as_guest_or_host() {
        let other = hour("2026-03-02T12:30:00Z");

        assert_eq!(
            refused(&Desk { guest: vec![elsewhere(other)], ..desk(event()) }),
            Refusal::GuestBusy { span: other }
        );
        assert_eq!(refused(&Desk { guest_as_host: vec![other], ..desk(event()) }), Refusal::GuestBusy { span: other });
    }

    #[test]
    fn not_with_guest_busy_when_the_guest_says_anyway() {
        let desk = Desk { guest: vec![elsewhere(hour(NOON))], guest_as_host: vec![hour(NOON)], ..desk(event()) };
        let wish = booking::Wish { allow_overlap: true, ..wish(hour(NOON)) };

        let changes = booking::book(&desk, &wish, now()).expect("nothing says no");

        assert!(matches!(&changes[..], [Change::Booked { booking }] if booking.allow_overlap));
    }

    #[test]
    fn although_the_guest_says_anyway_when_the_host_is_busy() {
        let desk = Desk { host: used(&[in_use(2, hour(NOON))]), ..desk(event()) };
        let wish = booking::Wish { allow_overlap: true, ..wish(hour(NOON)) };

        assert_eq!(booking::book(&desk, &wish, now()), Err(Refusal::SlotTaken { span: hour(NOON) }));
    }

    #[test]
    fn with_already_booked_when_the_guest_sits_there_even_anyway() {
        let seat = AsGuest { event: event_id(1), span: hour(NOON), holder: Holder::Booking(booking_id(7)) };
        let event = Event { seats: 9, ..event() };
        let desk = Desk { guest: vec![seat], host: used(&[in_use(1, hour(NOON))]), ..desk(event) };
        let anyway = booking::Wish { allow_overlap: true, ..wish(hour(NOON)) };

        assert_eq!(refused(&desk), Refusal::AlreadyBooked { booking: booking_id(7) });
        assert_eq!(booking::book(&desk, &anyway, now()), Err(Refusal::AlreadyBooked { booking: booking_id(7) }));
        assert_eq!(
            booking::hold(&desk, hold_id(1), user(GUEST), hour(NOON), Minutes(5), now()),
            Err(Refusal::AlreadyBooked { booking: booking_id(7) })
        );
    }

    #[test]
    fn with_own_event_to_its_host() {
        let wish = booking::Wish { guest: user(HOST), ..wish(hour(NOON)) };

        assert_eq!(booking::book(&desk(event()), &wish, now()), Err(Refusal::OwnEvent));
        let held = booking::hold(&desk(event()), hold_id(1), user(HOST), hour(NOON), Minutes(5), now());
        assert_eq!(held, Err(Refusal::OwnEvent));
    }

    fn field_of(refusal: Refusal) -> &'static str {
        match refusal {
            Refusal::Invalid(Invalid { field, .. }) => field,
            other => panic!("another refusal: {other}"),
        }
    }

    #[test]
    fn with_invalid_when_the_note_is_too_long_or_holds_control_characters() {
        let noted = |note: String| booking::book(&desk(event()), &booking::Wish { note, ..wish(hour(NOON)) }, now());

        assert_eq!(field_of(noted("x".repeat(MAX_NOTE + 1)).expect_err("too long")), "note");
        assert_eq!(field_of(noted("\u{7}".to_owned()).expect_err("a bell")), "note");
        assert!(noted("é".repeat(MAX_NOTE)).is_ok());
    }

    #[test]
    fn with_invalid_when_answers_do_not_match_the_questions() {
        let question = |text: &str, required| Question { question: text.to_owned(), required };
        let event = Event { questions: vec![question("Topic?", true), question("Phone?", false)], ..event() };
        let answered = |given: &[(&str, &str)]| {
            let answer = |(q, a): &(&str, &str)| Answer { question: (*q).to_owned(), answer: (*a).to_owned() };
            let answers = given.iter().map(answer).collect();
            booking::book(&desk(event.clone()), &booking::Wish { answers, ..wish(hour(NOON)) }, now())
        };

        assert!(answered(&[("Topic?", "tea")]).is_ok());
        for wrong in [
            &[][..],
            &[("Topic?", "  ")],
            &[("Topic?", "tea"), ("Why?", "so")],
            &[("Topic?", "tea"), ("Topic?", "")],
            &[("Topic?", "tea"), ("Phone?", "1"), ("Phone?", "2")],
        ] {
            assert_eq!(field_of(answered(wrong).expect_err("a rule says no")), "answers");
        }
    }
}

mod a_booking_made {
    use super::*;

    fn booked(desk: &Desk) -> Vec<Change> {
        booking::book(desk, &wish(hour(NOON)), now()).expect("nothing says no")
    }

    #[test]
    fn may_begin_when_another_ends() {
        let desk = Desk { host: used(&[in_use(1, hour("2026-03-02T11:00:00Z"))]), ..desk(event()) };

        let expected = Booking { created_at: now(), updated_at: now(), ..booking(hour(NOON)) };
        assert_eq!(booked(&desk), [Change::Booked { booking: expected }]);
    }

    #[test]
    fn uses_up_the_guests_own_hold() {
        let own = hold(5, GUEST, hour(NOON));
        let held = SlotInUse { booked: 0, held: 1, ..in_use(1, hour(NOON)) };
        let as_guest = AsGuest { event: event_id(1), span: hour(NOON), holder: Holder::Hold(own.id) };
        let desk = Desk { host: used(&[held]), guest: vec![as_guest], holds: vec![own.clone()], ..desk(event()) };

        let changes = booked(&desk);

        assert_eq!(changes[0], Change::Released { hold: own, why: Release::Booked });
        assert!(matches!(&changes[1..], [Change::Booked { .. }]));
    }

    #[test]
    fn is_kept_off_by_someone_elses_hold() {
        let held = SlotInUse { booked: 0, held: 1, ..in_use(1, hour(NOON)) };
        let desk = Desk { host: used(&[held]), ..desk(event()) };

        assert_eq!(booking::book(&desk, &wish(hour(NOON)), now()), Err(Refusal::SlotTaken { span: hour(NOON) }));
    }

    #[test]
    fn first_releases_expired_holds_in_its_way() {
        let expired = hold(5, 3, hour(NOON));
        let desk = Desk { expired: vec![expired.clone()], ..desk(event()) };

        assert_eq!(booked(&desk)[0], Change::Released { hold: expired, why: Release::Expired });
    }

    #[test]
    fn waits_for_the_host_no_longer_than_to_its_start() {
        let event = Event { needs_confirmation: true, ..event() };
        let lapses = |slot: Span| match &booking::book(&desk(event.clone()), &wish(slot), now()).expect("open")[..] {
            [Change::Booked { booking }] if booking.status == Status::Pending => booking.lapses_at,
            other => panic!("not pending: {other:?}"),
        };

        assert_eq!(lapses(hour(NOON)), Some(at(NOON)));
        assert_eq!(lapses(hour("2026-03-09T12:00:00Z")), Some(at("2026-03-03T00:00:00Z")));
    }
}

mod a_hold {
    use super::*;

    fn held(desk: &Desk) -> Result<Vec<Change>, Refusal> {
        booking::hold(desk, hold_id(1), user(GUEST), hour(NOON), Minutes(5), now())
    }

    #[test]
    fn ends_by_itself_after_its_length() {
        let changes = held(&desk(event())).expect("nothing says no");

        assert!(matches!(&changes[..], [Change::Held { hold }] if hold.expires_at == at("2026-03-01T00:05:00Z")));
    }

    #[test]
    fn is_refused_beyond_a_few_at_once() {
        let hold_of = |n| hold(n, GUEST, hour("2026-03-05T12:00:00Z"));
        let holds = |n| Desk { holds: (1..=n).map(hold_of).collect(), ..desk(event()) };

        assert!(held(&holds(2)).is_ok());
        assert_eq!(held(&holds(3)), Err(Refusal::HoldLimit { limit: MAX_HOLDS }));
    }

    #[test]
    fn is_refused_where_a_booking_would_be() {
        let busy = AsGuest { event: event_id(7), span: hour(NOON), holder: Holder::Hold(hold_id(7)) };

        let taken = held(&Desk { host: used(&[in_use(1, hour(NOON))]), ..desk(event()) });
        assert_eq!(taken, Err(Refusal::SlotTaken { span: hour(NOON) }));
        let elsewhere = held(&Desk { guest: vec![busy], ..desk(event()) });
        assert_eq!(elsewhere, Err(Refusal::GuestBusy { span: hour(NOON) }));
    }
}

mod a_uid {
    use super::*;

    #[test]
    fn that_an_app_chose_is_the_guests_alone() {
        let booking = Booking { uid: "dentist@example.org".to_owned(), ..booking(hour(NOON)) };

        assert_eq!(booking.uid_for(user(GUEST), "meet.example"), "dentist@example.org");
        assert_eq!(booking.uid_for(user(HOST), "meet.example"), format!("{}@meet.example", booking.id));
    }

    #[test]
    fn that_nobody_chose_is_the_same_for_both() {
        let uid = booking::booking_uid(booking_id(1), "old.example");
        let booking = Booking { uid: uid.clone(), ..booking(hour(NOON)) };

        assert_eq!(booking.uid_for(user(GUEST), "meet.example"), uid);
        assert_eq!(booking.uid_for(user(HOST), "meet.example"), uid);
        assert_eq!(booking::booking_of_uid(&uid), Some(booking_id(1)));
    }

    #[test]
    fn is_refused_a_second_time() {
        let desk = Desk { same_uid: Some(booking_id(2)), ..desk(event()) };

        let refusal = Refusal::UidOfBooking { booking: booking_id(2) };
        assert_eq!(booking::book(&desk, &wish(hour(NOON)), now()), Err(refusal));
    }
}
