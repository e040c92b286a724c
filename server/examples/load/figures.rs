//! Many durations in a few figures.

use std::time::Duration;

/// How long each of many things took.
#[derive(Default)]
pub struct Durations(Vec<Duration>);

impl Durations {
    pub fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The median, the 99th percentile and the longest, in milliseconds.
    pub fn figures(&mut self) -> Figures {
        self.0.sort_unstable();
        let at = |percent: usize| {
            let place = (self.0.len() * percent / 100).min(self.0.len().saturating_sub(1));
            self.0.get(place).map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
        };
        Figures { p50: at(50), p99: at(99), max: at(100) }
    }
}

/// The middle one of several.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Milliseconds.
pub struct Figures {
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
}
