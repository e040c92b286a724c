//! When the next update is due and how much it may cost: as often as eyes want, as little as the terminal takes.
//!
//! Behind each update the terminal is asked whether it is well (DSR). Its answer says that it has taken everything before
//! it, through ssh and tmux and whatever else lies between: how long that takes is what the budget follows. A terminal
//! that never answers is judged by how long writing to it takes.

use std::time::Duration;

use super::paint::Cost;

/// What is written behind an update.
pub const ASK: &[u8] = b"\x1b[5n";

/// The shortest time between two updates: 15 a second.
pub const INTERVAL: Duration = Duration::from_micros(66_667);
/// An answer that comes so much later than the way is long says that the terminal does not keep up.
const LATE: Duration = Duration::from_millis(80);
/// An answer that has not come by then is not waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// An update of so few bytes takes as long as the way.
const SMALL: usize = 2 << 10;
const LEAST_BYTES: usize = 1 << 10;
const FIRST_BYTES: usize = 64 << 10;
const MOST_BYTES: usize = 512 << 10;

/// Below this eyes see no difference, and cameras always make one.
const LEAST_THRESHOLD: u8 = 4;
const MOST_THRESHOLD: u8 = 24;

/// What a pixel of a compressed picture is taken to cost before one was sent, in thousandths of a byte.
const FIRST_PIXEL_COST: usize = 2000;

/// Follows how fast a terminal is. Time is any that never goes back.
#[derive(Debug, Clone)]
pub struct Pace {
    last: Option<Duration>,
    asked: Option<Duration>,
    /// How long the way there and back is by itself.
    way: Duration,
    last_bytes: usize,
    used_most: bool,
    bytes: usize,
    threshold: u8,
    pixel_cost: usize,
}

impl Pace {
    /// For a terminal that answers to a few bytes after `way`.
    pub fn new(way: Duration) -> Self {
        Self {
            last: None,
            asked: None,
            way,
            last_bytes: 0,
            used_most: false,
            bytes: FIRST_BYTES,
            threshold: LEAST_THRESHOLD,
            pixel_cost: FIRST_PIXEL_COST,
        }
    }

    /// How long to wait until an update may be made; nothing left to wait is `ZERO`.
    pub fn wait(&self, now: Duration) -> Duration {
        let free = self.last.map_or(now, |last| last + INTERVAL);
        // One update is on its way at a time: what the terminal has not shown yet is old when it does.
        let answered = self.asked.map_or(now, |asked| asked + PATIENCE);
        free.max(answered).saturating_sub(now)
    }

    /// What an update may cost now.
    pub fn cost(&self) -> Cost {
        Cost { threshold: self.threshold, bytes: self.bytes }
    }

    /// How many pixels a compressed picture may have now.
    pub fn pixels(&self) -> usize {
        self.bytes * 1000 / self.pixel_cost
    }

    /// An update of so many bytes has been written, and the terminal has been asked behind it.
    pub fn sent(&mut self, bytes: usize, whole: bool, now: Duration) {
        if self.asked.is_some_and(|asked| now >= asked + PATIENCE) {
            self.shrink();
        }
        (self.last, self.asked, self.last_bytes) = (Some(now), Some(now), bytes);
        self.used_most = !whole || bytes > self.bytes / 2;
        self.threshold = if !whole {
            (self.threshold + 2).min(MOST_THRESHOLD)
        } else if bytes < self.bytes / 2 {
            (self.threshold - 1).max(LEAST_THRESHOLD)
        } else {
            self.threshold
        };
    }

    /// A compressed picture of so many pixels took so many bytes.
    pub fn sent_pixels(&mut self, pixels: usize, bytes: usize) {
        let cost = bytes * 1000 / pixels.max(1);
        self.pixel_cost = ((self.pixel_cost * 3 + cost) / 4).max(1);
    }

    /// The terminal has answered.
    pub fn answered(&mut self, now: Duration) {
        let Some(asked) = self.asked.take() else { return };
        self.took(now.saturating_sub(asked));
    }

    /// The terminal never answers: this long writing took.
    pub fn wrote(&mut self, took: Duration) {
        self.asked = None;
        self.took(took);
    }

    fn took(&mut self, took: Duration) {
        if took > self.way + LATE {
            self.shrink();
        } else if self.used_most {
            self.bytes = (self.bytes + self.bytes / 8).min(MOST_BYTES);
        }
        // Only a small update tells of the way alone. If the way became longer for good, updates shrink until they are
        // small, and it is found out.
        self.way = if self.last_bytes <= SMALL && took > self.way {
            self.way + (took - self.way) / 8
        } else {
            took.min(self.way)
        };
    }

    fn shrink(&mut self) {
        self.bytes = (self.bytes * 3 / 4).max(LEAST_BYTES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A terminal that takes so many bytes a second, over a way of some length, shown a moving picture that costs 60 KB.
    /// Says how many bytes were sent in each of the last ten updates, and how long the last answer took.
    fn settle(speed: usize, way: Duration) -> (Vec<usize>, Duration) {
        let mut pace = Pace::new(Duration::from_millis(1));
        let (mut now, mut sent, mut took) = (Duration::ZERO, Vec::new(), Duration::ZERO);
        for _ in 0..300 {
            now += pace.wait(now);
            let bytes = pace.cost().bytes.min(60_000);
            pace.sent(bytes, bytes == 60_000, now);
            took = way + Duration::from_secs(1) * u32::try_from(bytes).unwrap() / u32::try_from(speed).unwrap();
            now += took;
            pace.answered(now);
            sent.push(bytes);
        }
        (sent.split_off(290), took)
    }

    #[test]
    fn a_fast_terminal_gets_the_whole_picture_fifteen_times_a_second() {
        let (sent, _) = settle(50_000_000, Duration::from_millis(1));
        assert_eq!(sent, [60_000; 10]);

        let mut pace = Pace::new(Duration::from_millis(1));
        pace.sent(100, true, Duration::ZERO);
        pace.answered(Duration::from_millis(2));
        assert_eq!(pace.wait(Duration::from_millis(2)), Duration::from_micros(64_667));
    }

    #[test]
    fn a_terminal_that_never_answers_is_judged_by_how_long_writing_takes() {
        let mut pace = Pace::new(Duration::from_millis(1));
        let before = pace.cost().bytes;
        pace.sent(before, true, Duration::ZERO);
        pace.wrote(Duration::from_millis(300));
        assert!(pace.cost().bytes < before);
        assert_eq!(pace.wait(Duration::from_millis(300)), Duration::ZERO, "it is not waited for");
    }

    #[test]
    fn a_budget_has_bounds_and_grows_only_where_it_is_used() {
        let answers = |bytes: usize, after: u64| {
            let mut pace = Pace::new(Duration::from_millis(1));
            for step in 0..200 {
                let now = Duration::from_secs(step);
                pace.sent(bytes.min(pace.cost().bytes), true, now);
                pace.answered(now + Duration::from_millis(after));
            }
            pace.cost().bytes
        };
        assert_eq!(answers(100, 1), FIRST_BYTES);
        assert_eq!(answers(usize::MAX, 1), 512 << 10);
        // So late each time that no way is as long.
        let mut pace = Pace::new(Duration::from_millis(1));
        for step in 0..100 {
            pace.sent(100_000, true, Duration::from_secs(10 * step));
        }
        assert_eq!(pace.cost().bytes, 1 << 10);
    }

    #[test]
    fn a_slow_terminal_gets_less_until_it_answers_soon() {
        let (sent, took) = settle(100_000, Duration::from_millis(1));
        assert!(took < Duration::from_millis(150), "{took:?} {sent:?}");
        assert!(sent.iter().all(|bytes| (2_000..16_000).contains(bytes)), "{sent:?}");
    }

    #[test]
    fn a_way_that_became_longer_is_found_out() {
        let mut pace = Pace::new(Duration::from_millis(1));
        let (mut now, mut least) = (Duration::ZERO, usize::MAX);
        for _ in 0..200 {
            now += pace.wait(now);
            least = least.min(pace.cost().bytes);
            pace.sent(pace.cost().bytes, false, now);
            now += Duration::from_millis(300);
            pace.answered(now);
        }
        assert!(least <= SMALL && pace.cost().bytes > 100_000, "{least}, then {pace:?}");
    }

    #[test]
    fn a_long_way_is_not_taken_for_a_slow_terminal() {
        let (sent, _) = settle(50_000_000, Duration::from_millis(250));
        assert_eq!(sent, [60_000; 10]);
    }

    #[test]
    fn nothing_is_sent_while_the_terminal_has_not_answered_but_not_for_ever() {
        let mut pace = Pace::new(Duration::from_millis(1));
        pace.sent(1000, true, Duration::ZERO);
        assert_eq!(pace.wait(Duration::from_millis(500)), Duration::from_millis(1500));
        assert_eq!(pace.wait(Duration::from_secs(3)), Duration::ZERO);

        let before = pace.cost().bytes;
        pace.sent(1000, true, Duration::from_secs(3));
        assert!(pace.cost().bytes < before);
    }

    #[test]
    fn colours_may_be_further_off_while_the_picture_does_not_fit_and_come_back_when_it_does() {
        let mut pace = Pace::new(Duration::from_millis(1));
        for step in 0..20 {
            pace.sent(70_000, false, INTERVAL * step);
        }
        assert_eq!(pace.cost().threshold, MOST_THRESHOLD);
        for step in 0..30 {
            pace.sent(100, true, INTERVAL * step);
        }
        assert_eq!(pace.cost().threshold, LEAST_THRESHOLD);
    }

    #[test]
    fn pictures_get_as_many_pixels_as_their_cost_allows() {
        let mut pace = Pace::new(Duration::from_millis(1));
        let before = pace.pixels();
        for _ in 0..20 {
            pace.sent_pixels(10_000, 40_000);
        }
        assert!(pace.pixels() < before * 2 / 3, "{} of {before}", pace.pixels());
    }
}
