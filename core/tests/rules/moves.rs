//! Moving, answering and ending bookings.

use super::*;

mod a_move {
    use super::*;

    const LATER: &str = "2026-03-03T12:00:00Z";

    fn moved(desk: &Desk, booking: &Booking, by: u8) -> Result<Vec<Change>, Refusal> {
        booking::reschedule(desk, booking, user(by), hour(LATER), Minutes(48 * 60), now())
    }

    #[test]
    fn keeps_the_uid_and_raises_the_sequence() {
        let old = booking(hour(NOON));

        let changes = moved(&desk(event()), &old, GUEST);

        let expected = Booking { span: hour(LATER), sequence: 1, updated_at: now(), ..old };
        assert_eq!(changes, Ok(vec![Change::Rescheduled { booking: expected, from: hour(NOON) }]));
    }

    #[test]
    fn to_where_it_is_changes_nothing() {
        let changes = moved(&desk(event()), &booking(hour(LATER)), GUEST);

        assert_eq!(changes, Ok(Vec::new()));
    }

    #[test]
    fn may_overlap_the_slot_it_leaves_and_count_in_its_place() {
        let old = booking(hour("2026-03-03T12:30:00Z"));
        let event = Event { max_per_day: Some(1), ..event() };
        let seat = AsGuest { event: event_id(1), span: old.span, holder: Holder::Booking(old.id) };
        let desk = Desk { host: used(&[in_use(1, old.span)]), guest: vec![seat], ..desk(event) };

        assert!(moved(&desk, &old, GUEST).is_ok());
    }

    #[test]
    fn is_refused_where_a_booking_would_be() {
        let old = booking(hour(NOON));
        let busy = AsGuest { event: event_id(7), span: hour(LATER), holder: Holder::Booking(booking_id(7)) };

        let taken = moved(&Desk { host: used(&[in_use(1, hour(LATER))]), ..desk(event()) }, &old, GUEST);
        assert_eq!(taken, Err(Refusal::SlotTaken { span: hour(LATER) }));
        let elsewhere = moved(&Desk { guest: vec![busy], ..desk(event()) }, &old, HOST);
        assert_eq!(elsewhere, Err(Refusal::GuestBusy { span: hour(LATER) }));
        let late = moved(&desk(Event { notice: Minutes(5 * 24 * 60), ..event() }), &old, HOST);
        assert_eq!(late, Err(Refusal::TooLate { closed_at: at("2026-02-26T12:00:00Z") }));
    }

    #[test]
    fn is_refused_to_a_slot_in_which_the_guest_sits_already() {
        let seat = AsGuest { event: event_id(1), span: hour(LATER), holder: Holder::Booking(booking_id(7)) };
        let old = Booking { allow_overlap: true, ..booking(hour(NOON)) };
        let event = Event { seats: 2, ..event() };
        let desk = Desk { guest: vec![seat], host: used(&[in_use(1, hour(LATER))]), ..desk(event) };

        assert_eq!(moved(&desk, &old, GUEST), Err(Refusal::AlreadyBooked { booking: booking_id(7) }));
    }

    #[test]
    fn uses_up_the_guests_hold_on_the_new_slot() {
        let own = hold(5, GUEST, hour(LATER));
        let held = SlotInUse { booked: 0, held: 1, ..in_use(1, hour(LATER)) };
        let as_guest = AsGuest { event: event_id(1), span: hour(LATER), holder: Holder::Hold(own.id) };
        let desk = Desk { host: used(&[held]), guest: vec![as_guest], holds: vec![own.clone()], ..desk(event()) };

        let changes = moved(&desk, &booking(hour(NOON)), GUEST).expect("the guest's own hold is no obstacle");

        assert_eq!(changes[0], Change::Released { hold: own, why: Release::Booked });
    }

    #[test]
    fn by_the_guest_waits_for_the_host_again_and_by_the_host_does_not() {
        let event = Event { needs_confirmation: true, ..event() };
        let status = |by| match &moved(&desk(event.clone()), &booking(hour(NOON)), by).expect("open")[..] {
            [Change::Rescheduled { booking, .. }] => (booking.status, booking.lapses_at),
            other => panic!("not moved: {other:?}"),
        };

        assert_eq!(status(GUEST), (Status::Pending, Some(at("2026-03-03T00:00:00Z"))));
        assert_eq!(status(HOST), (Status::Confirmed, None));
    }

    #[test]
    fn of_a_pending_booking_begins_its_wait_anew() {
        let event = Event { needs_confirmation: true, ..event() };
        let old =
            Booking { status: Status::Pending, lapses_at: Some(at("2026-03-01T01:00:00Z")), ..booking(hour(NOON)) };

        let changes = moved(&desk(event), &old, GUEST).expect("open");

        let lapses_at = Some(at("2026-03-03T00:00:00Z"));
        assert!(matches!(&changes[..], [Change::Rescheduled { booking, .. }] if booking.lapses_at == lapses_at));
    }
}

mod the_end_of_a_booking {
    use super::*;

    fn pending() -> Booking {
        Booking { status: Status::Pending, lapses_at: Some(at("2026-03-02T06:00:00Z")), ..booking(hour(NOON)) }
    }

    #[test]
    fn comes_by_cancelling_until_the_meeting_is_over() {
        let cancel = |now: &str| booking::cancel(&booking(hour(NOON)), Cancelled::ByGuest, at(now));

        let ended = Booking {
            status: Status::Cancelled,
            sequence: 1,
            updated_at: at("2026-03-02T12:59:59Z"),
            ..booking(hour(NOON))
        };
        assert_eq!(
            cancel("2026-03-02T12:59:59Z"),
            Ok(vec![Change::Cancelled { booking: ended, why: Cancelled::ByGuest }])
        );
        let ended_at = at("2026-03-02T13:00:00Z");
        assert_eq!(cancel("2026-03-02T13:00:00Z"), Err(Refusal::Over { ended_at }));
        assert_eq!(
            booking::confirm(&Booking { span: hour(NOON), ..pending() }, ended_at),
            Err(Refusal::Over { ended_at })
        );
    }

    #[test]
    fn is_final() {
        let gone = Booking { status: Status::Cancelled, ..booking(hour(NOON)) };
        let refused = Err(Refusal::AlreadyCancelled);

        assert_eq!(booking::cancel(&gone, Cancelled::ByHost, now()), refused);
        assert_eq!(booking::confirm(&gone, now()), refused);
        assert_eq!(booking::decline(&gone, now()), refused);
        let slot = hour("2026-03-03T12:00:00Z");
        assert_eq!(booking::reschedule(&desk(event()), &gone, user(GUEST), slot, Minutes(9), now()), refused);
    }

    #[test]
    fn only_a_pending_booking_is_confirmed_or_declined() {
        let confirmed = booking(hour(NOON));

        assert_eq!(booking::confirm(&confirmed, now()), Err(Refusal::NotPending));
        assert_eq!(booking::decline(&confirmed, now()), Err(Refusal::NotPending));
        let yes = Booking { updated_at: now(), ..booking(hour(NOON)) };
        assert_eq!(booking::confirm(&pending(), now()), Ok(vec![Change::Confirmed { booking: yes }]));
        let no = booking::decline(&pending(), now()).expect("it is pending");
        assert!(matches!(&no[..], [Change::Declined { booking }] if booking.status == Status::Cancelled));
    }

    #[test]
    fn comes_by_itself_when_the_host_does_not_answer() {
        assert_eq!(booking::lapse(&pending(), at("2026-03-02T05:59:59Z")), []);
        assert_eq!(booking::lapse(&booking(hour(NOON)), at("2026-03-05T00:00:00Z")), []);
        let lapsed = booking::lapse(&pending(), at("2026-03-02T06:00:00Z"));
        assert!(
            matches!(&lapsed[..], [Change::Cancelled { booking, why: Cancelled::Lapsed }] if booking.sequence == 1)
        );
    }
}
