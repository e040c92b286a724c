//! What shuts a slot, and how far one must look to know.

use super::*;

mod slots_are_shut {
    use super::*;

    #[test]
    fn from_the_minimum_notice_on() {
        let event = Event { notice: Minutes(120), ..event() };
        let at_ten = |now: &str| verdict_at(&event, &no_limits(), &Calendar::default(), hour(NOON), at(now));

        assert_eq!(at_ten("2026-03-02T09:59:59Z"), OPEN);
        let closed_at = at("2026-03-02T10:00:00Z");
        assert_eq!(at_ten("2026-03-02T10:00:00Z"), Verdict::Shut(Obstacle::Notice { closed_at }));
    }

    #[test]
    fn once_they_begin() {
        let closed_at = at(NOON);

        let verdict = verdict_at(&event(), &no_limits(), &Calendar::default(), hour(NOON), at(NOON));

        assert_eq!(verdict, Verdict::Shut(Obstacle::Notice { closed_at }));
    }

    #[test]
    fn behind_the_horizon_which_is_the_end_of_a_day_in_the_events_zone() {
        let event = Event { horizon_days: Some(1), zone: zone("America/New_York"), ..event() };
        let asked = |slot: &str| verdict_at(&event, &no_limits(), &Calendar::default(), hour(slot), now());

        // It is still the 28th in New York, so the 1st is open to its end.
        let until = at("2026-03-02T05:00:00Z");
        assert_eq!(asked("2026-03-02T04:00:00Z"), OPEN);
        assert_eq!(asked("2026-03-02T05:00:00Z"), Verdict::Shut(Obstacle::Horizon { until }));
    }

    #[test]
    fn when_every_seat_is_booked() {
        let event = Event { seats: 2, ..event() };
        let seats = |booked| verdict(&event, &used(&[SlotInUse { booked, ..in_use(1, hour(NOON)) }]));

        assert_eq!(seats(1), Verdict::Open { seats_left: 1 });
        assert_eq!(seats(2), Verdict::Shut(Obstacle::Full));
    }

    #[test]
    fn when_the_last_seat_is_held() {
        let event = Event { seats: 2, ..event() };

        let verdict = verdict(&event, &used(&[SlotInUse { held: 1, ..in_use(1, hour(NOON)) }]));

        assert_eq!(verdict, Verdict::Shut(Obstacle::Held));
    }

    #[test]
    fn when_another_slot_in_use_overlaps_be_it_of_this_event_or_another() {
        let half_past = hour("2026-03-02T12:30:00Z");

        assert_eq!(verdict(&event(), &used(&[in_use(1, half_past)])), Verdict::Shut(Obstacle::Booked));
        assert_eq!(verdict(&event(), &used(&[in_use(2, half_past)])), Verdict::Shut(Obstacle::Booked));
        assert_eq!(verdict(&event(), &used(&[in_use(2, hour(NOON))])), Verdict::Shut(Obstacle::Booked));
        let held = SlotInUse { booked: 0, held: 1, ..in_use(2, half_past) };
        assert_eq!(verdict(&event(), &used(&[held])), Verdict::Shut(Obstacle::HeldNearby));
    }

    #[test]
    fn not_by_a_slot_that_only_touches() {
        let touching = [in_use(1, hour("2026-03-02T11:00:00Z")), in_use(2, hour("2026-03-02T13:00:00Z"))];

        assert_eq!(verdict(&event(), &used(&touching)), OPEN);
    }

    #[test]
    fn when_the_host_is_a_guest_elsewhere() {
        let as_guest = AsGuest { event: event_id(9), span: hour(NOON), holder: Holder::Booking(booking_id(9)) };
        let calendar = Calendar { as_guest: vec![as_guest], ..Calendar::default() };

        assert_eq!(verdict(&event(), &calendar), Verdict::Shut(Obstacle::AsGuest));
    }

    #[test]
    fn by_entries_of_the_hosts_calendars_and_where_those_cannot_be_read() {
        let entry = Calendar { entries: vec![hour(NOON)], ..Calendar::default() };
        let unreadable = Calendar { unreadable: vec![hour(NOON)], ..Calendar::default() };

        assert_eq!(verdict(&event(), &entry), Verdict::Shut(Obstacle::Entry));
        assert_eq!(verdict(&event(), &unreadable), Verdict::Shut(Obstacle::Unreadable));
    }

    #[test]
    fn by_their_own_buffers_which_meet_a_bare_span() {
        let event = Event { buffer_before: Minutes(15), buffer_after: Minutes(30), ..event() };
        let entry = |start: &str, minutes| {
            let entries = vec![Span::lasting(at(start), Minutes(minutes))];
            verdict(&event, &Calendar { entries, ..Calendar::default() })
        };

        assert_eq!(entry("2026-03-02T11:40:00Z", 5), OPEN);
        assert_eq!(entry("2026-03-02T11:40:00Z", 6), Verdict::Shut(Obstacle::Buffer));
        assert_eq!(entry("2026-03-02T13:30:00Z", 5), OPEN);
        assert_eq!(entry("2026-03-02T13:29:00Z", 5), Verdict::Shut(Obstacle::Buffer));
    }

    #[test]
    fn by_a_neighbours_buffers_which_meet_the_bare_slot() {
        let neighbour = |start: &str, before, after| {
            let slot = in_use(2, hour(start));
            verdict(
                &event(),
                &used(&[SlotInUse { buffer_before: Minutes(before), buffer_after: Minutes(after), ..slot }]),
            )
        };

        assert_eq!(neighbour("2026-03-02T10:45:00Z", 0, 15), OPEN);
        assert_eq!(neighbour("2026-03-02T10:45:00Z", 0, 16), Verdict::Shut(Obstacle::Buffer));
        assert_eq!(neighbour("2026-03-02T13:15:00Z", 15, 0), OPEN);
        assert_eq!(neighbour("2026-03-02T13:15:00Z", 16, 0), Verdict::Shut(Obstacle::Buffer));
    }

    #[test]
    fn not_where_two_buffers_share_time() {
        let event = Event { buffer_before: Minutes(15), ..event() };
        let neighbour = SlotInUse { buffer_after: Minutes(15), ..in_use(2, hour("2026-03-02T10:45:00Z")) };

        assert_eq!(verdict(&event, &used(&[neighbour])), OPEN);
    }

    #[test]
    fn when_the_events_day_is_full_counting_days_in_its_zone() {
        let event = Event { max_per_day: Some(1), zone: zone("Asia/Tokyo"), ..event() };

        // It is the 3rd in Tokyo from 15:00Z on.
        assert_eq!(
            verdict(&event, &used(&[in_use(1, hour("2026-03-02T14:00:00Z"))])),
            Verdict::Shut(Obstacle::DayLimit)
        );
        assert_eq!(verdict(&event, &used(&[in_use(1, hour("2026-03-02T15:00:00Z"))])), OPEN);
        assert_eq!(verdict(&event, &used(&[in_use(2, hour("2026-03-02T14:00:00Z"))])), OPEN);
    }

    #[test]
    fn when_the_events_iso_week_is_full() {
        let event = Event { max_per_week: Some(1), ..event() };

        assert_eq!(
            verdict(&event, &used(&[in_use(1, hour("2026-03-08T23:00:00Z"))])),
            Verdict::Shut(Obstacle::WeekLimit)
        );
        assert_eq!(verdict(&event, &used(&[in_use(1, hour("2026-03-01T23:00:00Z"))])), OPEN);
        assert_eq!(verdict(&event, &used(&[in_use(1, hour("2026-03-09T00:00:00Z"))])), OPEN);
    }

    #[test]
    fn when_the_hosts_own_day_or_week_is_full_over_all_events_in_their_zone() {
        let tokyo = zone("Asia/Tokyo");
        let a_day = HostLimits { zone: tokyo, max_per_day: Some(1), max_per_week: None };
        let a_week = HostLimits { zone: tokyo, max_per_day: None, max_per_week: Some(1) };
        let asked = |limits: &HostLimits, other: &str| {
            verdict_at(&event(), limits, &used(&[in_use(2, hour(other))]), hour(NOON), now())
        };

        assert_eq!(asked(&a_day, "2026-03-02T14:00:00Z"), Verdict::Shut(Obstacle::HostDayLimit));
        assert_eq!(asked(&a_day, "2026-03-02T15:00:00Z"), OPEN);
        assert_eq!(asked(&a_week, "2026-03-01T15:00:00Z"), Verdict::Shut(Obstacle::HostWeekLimit));
        assert_eq!(asked(&a_week, "2026-03-01T14:00:00Z"), OPEN);
    }

    #[test]
    fn by_no_limit_for_a_further_seat_in_a_slot_in_use() {
        let event = Event { seats: 2, max_per_day: Some(1), ..event() };

        assert_eq!(verdict(&event, &used(&[in_use(1, hour(NOON))])), OPEN);
    }

    #[test]
    fn by_a_held_slot_that_counts_towards_limits() {
        let event = Event { max_per_day: Some(1), ..event() };
        let held = SlotInUse { booked: 0, held: 1, ..in_use(1, hour("2026-03-02T15:00:00Z")) };

        assert_eq!(verdict(&event, &used(&[held])), Verdict::Shut(Obstacle::DayLimit));
    }

    #[test]
    fn by_everything_that_is_told_to_a_host_who_asks() {
        let event = Event { notice: Minutes(60), max_per_day: Some(1), max_per_week: Some(1), ..event() };
        let calendar = Calendar { entries: vec![hour(NOON)], ..used(&[in_use(1, hour("2026-03-02T12:30:00Z"))]) };

        let obstacles = Judge::new(&event, &no_limits(), &calendar, at(NOON)).obstacles(hour(NOON));

        let notice = Obstacle::Notice { closed_at: at("2026-03-02T11:00:00Z") };
        let expected = [notice, Obstacle::Booked, Obstacle::Entry, Obstacle::DayLimit, Obstacle::WeekLimit];
        assert_eq!(obstacles, expected);
    }
}

mod reach {
    use super::*;

    #[test]
    fn takes_in_buffers_on_both_sides_and_the_weeks_that_limits_count() {
        let reach = |event: &Event, limits: &HostLimits| Calendar::reach(event, limits, Minutes(45), hour(NOON));

        assert_eq!(reach(&event(), &no_limits()), span("2026-03-02T11:15:00Z", "2026-03-02T13:45:00Z"));
        let after = Event { buffer_after: Minutes(60), ..event() };
        assert_eq!(reach(&after, &no_limits()), span("2026-03-02T11:00:00Z", "2026-03-02T14:00:00Z"));
        let weekly = Event { max_per_week: Some(9), ..event() };
        assert_eq!(reach(&weekly, &no_limits()), span("2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z"));
        let tokyo = HostLimits { zone: zone("Asia/Tokyo"), max_per_day: Some(9), max_per_week: None };
        assert_eq!(reach(&event(), &tokyo), span("2026-03-01T15:00:00Z", "2026-03-08T15:00:00Z"));
    }
}
