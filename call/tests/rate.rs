//! How much is sent over a path, in a model of one: packets of 1,200 bytes that wait in one queue, and reports of them ten
//! times a second.

use std::collections::VecDeque;
use std::time::Duration;

use meetme_call::media::Size;
use meetme_call::rate::Rate;
use meetme_call::rate::queue::Passed;

const MILLIS: Duration = Duration::from_millis(1);
const SIZE_720P: Size = Size { width: 1280, height: 720 };
/// What 720p at 30 pictures a second needs.
const BEST: u32 = 2_764_800;
const PACKET: usize = 1200;
/// Far from what the clock here shows.
const CLOCK_THERE: Duration = Duration::from_secs(86_400);

/// A path with a sender at one end that does as it is told.
struct Path {
    rate: Rate,
    now: Duration,
    bits_per_second: u64,
    /// Each packet is late by up to so much, for itself.
    jitter: Duration,
    /// One in so many is lost.
    lost_one_in: Option<u32>,
    /// Whether the receiver reports arrivals, or loss alone.
    reports_arrivals: bool,
    /// When the path is free again.
    free: Duration,
    next: Duration,
    under_way: VecDeque<Passed>,
    sent: u32,
    seed: u64,
    /// The longest that a packet waited, since it was last looked at.
    waited: Duration,
}

impl Path {
    fn new(bits_per_second: u64) -> Self {
        Self {
            rate: Rate::new(SIZE_720P, 30, None),
            now: Duration::ZERO,
            bits_per_second,
            jitter: Duration::ZERO,
            lost_one_in: None,
            reports_arrivals: true,
            free: Duration::ZERO,
            next: Duration::ZERO,
            under_way: VecDeque::new(),
            sent: 0,
            seed: 7,
            waited: Duration::ZERO,
        }
    }

    /// Lets time pass, and gives what is sent then.
    fn run(&mut self, seconds: u64) -> u32 {
        let until = self.now + Duration::from_secs(seconds);
        let (mut second, mut lost, mut all) = (self.now + Duration::from_secs(1), 0, 0);
        self.waited = Duration::ZERO;
        while self.now < until {
            self.now += 100 * MILLIS;
            while self.next < self.now {
                let bits = PACKET as u64 * 8;
                self.sent += 1;
                all += 1;
                if self.lost_one_in.is_some_and(|one_in| self.sent.is_multiple_of(one_in)) {
                    lost += 1;
                } else {
                    self.free =
                        self.free.max(self.next) + Duration::from_nanos(bits * 1_000_000_000 / self.bits_per_second);
                    self.waited = self.waited.max(self.free - self.next);
                    let late = self.jitter * self.random() / 1000;
                    let arrived = CLOCK_THERE + self.free + 20 * MILLIS + late;
                    self.under_way.push_back(Passed { left: self.next, arrived, bytes: PACKET });
                }
                self.next += Duration::from_nanos(bits * 1_000_000_000 / u64::from(self.rate.plan().bits_per_second));
            }
            let known = CLOCK_THERE + self.now;
            let arrived: Vec<Passed> = self.under_way.iter().filter(|packet| packet.arrived < known).copied().collect();
            self.under_way.retain(|packet| packet.arrived >= known);
            if self.reports_arrivals {
                self.rate.arrived(self.now, &arrived);
            }
            if self.now >= second {
                second += Duration::from_secs(1);
                self.rate.lost(self.now, f64::from(lost) / f64::from(all.max(1)));
                (lost, all) = (0, 0);
            }
        }
        self.rate.plan().bits_per_second
    }

    fn random(&mut self) -> u32 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        u32::try_from(self.seed % 1000).expect("less than a thousand")
    }
}

#[test]
fn on_a_wide_path_a_call_in_720p_is_at_its_best_within_four_seconds_and_never_at_half_the_pictures() {
    let mut path = Path::new(20_000_000);

    assert_eq!(path.rate.plan().bits_per_second, 1_000_000);
    assert_eq!(path.rate.plan().rate, 30);
    assert_eq!(path.run(4), BEST);
    assert_eq!(path.rate.plan().rate, 30);
}

#[test]
fn on_a_narrow_path_it_stays_below_what_gets_through_and_packets_wait_for_less_than_half_a_second() {
    let mut path = Path::new(600_000);
    path.run(10);

    for _ in 0..6 {
        let sent = path.run(5);

        assert!((300_000..=720_000).contains(&sent), "{sent}");
        assert!(path.waited < 500 * MILLIS, "{:?}", path.waited);
    }
}

#[test]
fn it_goes_down_within_three_seconds_of_a_path_becoming_narrow_and_up_within_fifteen_of_its_becoming_wide() {
    let mut path = Path::new(20_000_000);
    assert_eq!(path.run(5), BEST);

    path.bits_per_second = 500_000;
    let narrow = path.run(3);
    path.bits_per_second = 20_000_000;
    let wide = path.run(15);

    assert!(narrow <= 500_000, "{narrow}");
    assert_eq!(wide, BEST);
}

#[test]
fn packets_that_are_late_each_for_itself_hold_nothing_back() {
    let mut path = Path::new(20_000_000);
    path.jitter = 200 * MILLIS;

    path.run(4);
    for _ in 0..10 {
        assert!(path.run(2) > 2_000_000, "{:?}", path.rate.plan());
    }
}

#[test]
fn some_loss_stops_it_from_growing_and_much_takes_it_down() {
    for (one_in, is_right) in [(20, (|sent| sent == 1_000_000) as fn(u32) -> bool), (4, |sent| sent < 500_000)] {
        let mut path = Path::new(20_000_000);
        path.lost_one_in = Some(one_in);
        path.rate.lost(Duration::ZERO, 1.0 / f64::from(one_in));

        let sent = path.run(10);

        assert!(is_right(sent), "one in {one_in} lost: {sent}");
    }
}

#[test]
fn a_receiver_that_tells_of_loss_alone_is_sent_more_with_each_report() {
    let mut path = Path::new(20_000_000);
    path.reports_arrivals = false;

    assert_eq!(path.run(6), BEST);
}

#[test]
fn a_receiver_that_tells_of_loss_alone_is_sent_less_when_the_way_there_and_back_becomes_long() {
    let mut rate = Rate::new(SIZE_720P, 30, None);
    rate.round_trip(Duration::from_secs(1), 40 * MILLIS);
    let before = rate.plan().bits_per_second;

    rate.round_trip(Duration::from_secs(2), 400 * MILLIS);

    assert!(rate.plan().bits_per_second < before);
}

#[test]
fn what_the_receiver_takes_at_most_is_not_exceeded_and_less_of_it_means_fewer_pictures() {
    let mut rate = Rate::new(SIZE_720P, 30, None);

    let plans = [900_000, 500_000, 200_000].map(|most| {
        rate.cap(most);
        (rate.plan().bits_per_second, rate.plan().rate)
    });

    assert_eq!(plans, [(900_000, 30), (500_000, 15), (200_000, 8)]);
}

#[test]
fn another_path_is_tried_from_the_beginning() {
    let mut path = Path::new(300_000);
    path.run(10);
    path.bits_per_second = 20_000_000;
    path.free = path.now;

    path.rate.new_path();

    assert!(path.rate.plan().bits_per_second >= 500_000);
    assert_eq!(path.run(6), BEST);
}
