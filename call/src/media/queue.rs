//! Samples on their way between a device and the call. Neither waits for the other: a device asks and gives on a thread
//! that must not be held up, and what the call has no time for is lost.

use std::sync::atomic::{AtomicI16, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::news::News;
use super::{AudioFrame, FRAME_TIME, SAMPLES};
use crate::clock::Clock;

/// Samples that a ring holds: so many more than may wait that the writer does not come round to where the reader is.
const ROOM: usize = 1 << 14;
/// Sound from the microphone that nobody took in time: beyond this the oldest goes.
const MOST_HEARD: usize = 10 * SAMPLES;
/// Sound for the speaker: what waits before it begins, and beyond how much the oldest goes.
const FIRST_PLAYED: usize = 2 * SAMPLES;
const MOST_PLAYED: usize = 12 * SAMPLES;
/// What waits longer than so many samples without need is shortened by a frame: a jam must not stay as a delay.
const PATIENT_SAMPLES: usize = 100 * SAMPLES;
/// How long sound is waited for at once: who writes wakes without a lock, so that the reader may miss it.
const GLANCE: Duration = Duration::from_millis(5);
/// Frames of a microphone that did not come, one after the other, until that is told: a second of them.
const MOST_MISSED: u32 = 50;

/// Samples from one thread to one other. Writing never waits, and overwrites what nobody took.
#[derive(Debug)]
pub(super) struct Ring {
    samples: Box<[AtomicI16]>,
    /// How many were ever written.
    written: AtomicUsize,
    more: Condvar,
}

/// Where a ring is read.
#[derive(Debug)]
struct Reader {
    ring: Arc<Ring>,
    /// How many were ever read, or given up.
    read: usize,
}

/// The call's end of what a microphone hears.
#[derive(Debug)]
pub(super) struct Ear {
    heard: Reader,
    sleep: Mutex<()>,
    clock: Clock,
    /// When the last 20 ms were given out.
    last: Duration,
    /// Frames that were waited for in vain, one after the other.
    missed: u32,
    /// Who is told of that.
    pub(super) news: News,
}

/// The device's end of what a speaker plays.
#[derive(Debug)]
pub(super) struct Mouth {
    played: Reader,
    /// What must wait before it begins.
    first: usize,
    /// It has begun, and has not run dry since.
    flows: bool,
    /// The least that waited lately, and since how many samples.
    least: usize,
    since: usize,
}

impl Default for Ring {
    fn default() -> Self {
        let samples = (0..ROOM).map(|_| AtomicI16::new(0)).collect();
        Self { samples, written: AtomicUsize::new(0), more: Condvar::new() }
    }
}

impl Ring {
    /// Writes samples, and wakes who waits for them.
    pub(super) fn put(&self, samples: impl IntoIterator<Item = i16>) {
        let mut at = self.written.load(Ordering::Relaxed);
        for sample in samples {
            self.samples[at % ROOM].store(sample, Ordering::Relaxed);
            at = at.wrapping_add(1);
        }
        self.written.store(at, Ordering::Release);
        self.more.notify_one();
    }
}

impl Reader {
    /// Begins with what comes next.
    fn new(ring: Arc<Ring>) -> Self {
        let read = ring.written.load(Ordering::Acquire);
        Self { ring, read }
    }

    fn waiting(&self) -> usize {
        self.ring.written.load(Ordering::Acquire).wrapping_sub(self.read)
    }

    /// Beyond `most` the older half goes: a short gap instead of a delay that stays.
    fn trim(&mut self, most: usize) {
        let waiting = self.waiting();
        if waiting > most {
            self.skip(waiting - most / 2);
        }
    }

    fn skip(&mut self, samples: usize) {
        self.read = self.read.wrapping_add(samples);
    }

    fn sample(&mut self) -> Option<i16> {
        if self.waiting() == 0 {
            return None;
        }
        let sample = self.ring.samples[self.read % ROOM].load(Ordering::Relaxed);
        self.skip(1);
        Some(sample)
    }
}

impl Ear {
    /// Listens to what is put into a ring from now on.
    pub(super) fn new(ring: Arc<Ring>, clock: Clock) -> Self {
        let (heard, last) = (Reader::new(ring), clock.now());
        Self { heard, sleep: Mutex::default(), clock, last, missed: 0, news: News::default() }
    }

    /// The next 20 ms: silence when they do not come in time.
    pub(super) fn next(&mut self) -> AudioFrame {
        // A device's clock is not this one's: it may be late by a frame before it is taken for silent.
        let silent_at = self.last + 3 * FRAME_TIME;
        let waits = silent_at > self.clock.now();
        let samples = self.take(silent_at);
        let now = self.clock.now();
        self.last = if samples.is_some() { now } else { self.last + FRAME_TIME };
        self.count(samples.is_none(), waits);
        samples.map_or_else(|| AudioFrame::silence(now), |samples| AudioFrame { samples, at: now })
    }

    /// The next 20 ms as soon as they are there; none when they are not by then.
    pub(super) fn take(&mut self, until: Duration) -> Option<Vec<i16>> {
        loop {
            self.heard.trim(MOST_HEARD);
            if self.heard.waiting() >= SAMPLES {
                return Some(std::iter::from_fn(|| self.heard.sample()).take(SAMPLES).collect());
            }
            let left = until.saturating_sub(self.clock.now());
            if left.is_zero() {
                return None;
            }
            let asleep = self.sleep.lock().unwrap_or_else(PoisonError::into_inner);
            drop(self.heard.ring.more.wait_timeout(asleep, left.min(GLANCE)));
        }
    }

    /// Tells when nothing has come for a while, and when something comes again. What is missing because the machine
    /// slept was not waited for, and does not count.
    fn count(&mut self, missing: bool, waited: bool) {
        if !missing {
            if self.missed >= MOST_MISSED {
                self.news.tell("microphone: it is heard again");
            }
            self.missed = 0;
        } else if waited {
            self.missed = self.missed.saturating_add(1);
            if self.missed == MOST_MISSED {
                self.news.tell("microphone: nothing comes from it; silence is sent");
            }
        }
    }
}

impl Mouth {
    /// Says what is put into a ring from now on.
    pub(super) fn new(ring: Arc<Ring>) -> Self {
        Self { played: Reader::new(ring), first: FIRST_PLAYED, flows: false, least: usize::MAX, since: 0 }
    }

    /// A device is about to take so many samples at once: when that is much, more must wait before it begins, so that it
    /// does not run dry each time.
    #[cfg_attr(not(any(feature = "cpal", test)), expect(dead_code, reason = "sound servers are told what to ask for"))]
    pub(super) fn asked_for(&mut self, samples: usize) {
        self.first = self.first.max(samples + SAMPLES).min(MOST_PLAYED / 2);
        self.keep_up(samples);
    }

    /// The next so many samples: silence where there is nothing.
    pub(super) fn take(&mut self, samples: usize) -> impl Iterator<Item = i16> {
        self.keep_up(samples);
        (0..samples).map(|_| self.sample())
    }

    /// The next sample, after it was told how many are taken at once.
    pub(super) fn sample(&mut self) -> i16 {
        let sample = if self.flows { self.played.sample() } else { None };
        // Run dry: it begins anew with some ahead.
        self.flows &= sample.is_some();
        sample.unwrap_or(0)
    }

    /// Begins when enough waits, and takes a frame away now and then while more waits than is ever needed.
    fn keep_up(&mut self, samples: usize) {
        self.played.trim(MOST_PLAYED);
        let waiting = self.played.waiting();
        self.flows |= waiting >= self.first;
        self.least = self.least.min(waiting.saturating_sub(samples));
        self.since += samples;
        if self.since < PATIENT_SAMPLES {
            return;
        }
        if self.least > self.first {
            self.played.skip(SAMPLES);
        }
        (self.least, self.since) = (usize::MAX, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mouth() -> (Mouth, Arc<Ring>) {
        let ring = Arc::<Ring>::default();
        (Mouth::new(Arc::clone(&ring)), ring)
    }

    fn ear(clock: Clock) -> (Ear, Arc<Ring>) {
        let ring = Arc::<Ring>::default();
        (Ear::new(Arc::clone(&ring), clock), ring)
    }

    fn played(mouth: &mut Mouth, samples: usize) -> Vec<i16> {
        mouth.take(samples).collect()
    }

    #[test]
    fn the_speaker_is_silent_until_a_little_waits_and_again_when_it_ran_dry() {
        let (mut mouth, ring) = mouth();
        ring.put([7; SAMPLES]);
        assert_eq!(played(&mut mouth, 4), [0; 4]);
        ring.put([7; SAMPLES]);
        assert_eq!(played(&mut mouth, 2 * SAMPLES), [7; 2 * SAMPLES]);
        assert_eq!(played(&mut mouth, 1), [0]);
        ring.put([8; SAMPLES]);
        assert_eq!(played(&mut mouth, 1), [0], "it waits for some more first");
    }

    #[test]
    fn a_device_that_asks_for_much_at_once_begins_when_that_and_a_frame_wait() {
        let (mut mouth, ring) = mouth();
        mouth.asked_for(3 * SAMPLES);
        ring.put([7; 3 * SAMPLES]);
        assert_eq!(played(&mut mouth, 1), [0]);
        ring.put([7; SAMPLES]);
        assert_eq!(played(&mut mouth, 3 * SAMPLES), [7; 3 * SAMPLES]);
    }

    #[test]
    fn sound_that_waits_too_long_goes_so_that_the_delay_does_not_stay() {
        let (mut mouth, ring) = mouth();
        for number in 0..13 {
            ring.put([number; SAMPLES]);
        }
        assert_eq!(played(&mut mouth, 1), [7]);
        assert_eq!(mouth.played.waiting(), MOST_PLAYED / 2 - 1);
    }

    #[test]
    fn what_waits_without_need_becomes_less() {
        let (mut mouth, ring) = mouth();
        ring.put([1; 8 * SAMPLES]);
        for _ in 0..1000 {
            assert_eq!(played(&mut mouth, SAMPLES), [1; SAMPLES]);
            ring.put([1; SAMPLES]);
        }
        let left = mouth.played.waiting();
        assert!((FIRST_PLAYED..=FIRST_PLAYED + 2 * SAMPLES).contains(&left), "{left}");
    }

    #[test]
    fn a_silent_device_is_given_up_waiting_for_when_its_time_is_over() {
        let (mut ear, ring) = ear(Clock::start());
        ring.put([1, 2]);
        assert_eq!(ear.take(Duration::ZERO), None);
        ring.put([3; SAMPLES]);
        let frame = ear.take(Duration::ZERO).unwrap();
        assert_eq!((frame.len(), frame[0], frame[1], frame[2]), (SAMPLES, 1, 2, 3));
    }

    #[test]
    fn what_a_microphone_heard_while_nobody_listened_is_its_latest() {
        let (mut ear, ring) = ear(Clock::start());
        for number in 0..100 {
            ring.put([number; SAMPLES]);
        }
        assert_eq!(ear.next().samples, [95; SAMPLES]);
    }

    #[test]
    fn whoever_waits_is_woken_by_what_comes() {
        let clock = Clock::start();
        let (mut ear, ring) = ear(clock);
        let writer = std::thread::spawn(move || {
            for number in 0..200 {
                clock.wait_until(FRAME_TIME / 20 * number);
                ring.put([1; SAMPLES / 20]);
            }
        });
        let heard = (0..10).filter(|_| ear.next().samples == [1; SAMPLES]).count();
        writer.join().unwrap();
        assert!(heard >= 8, "{heard} of 10");
    }

    #[test]
    fn a_microphone_from_which_nothing_comes_is_told_of_once_and_so_is_its_return() {
        let (mut ear, ring) = ear(Clock::start());
        let (news, mut told) = News::channel();
        ear.news = news;
        for _ in 0..10 {
            ear.count(true, false);
        }
        for _ in 0..2 * MOST_MISSED {
            ear.count(true, true);
        }
        ring.put([1; SAMPLES]);
        ear.next();
        ear.count(false, true);
        assert_eq!(told.try_recv().unwrap(), "microphone: nothing comes from it; silence is sent");
        assert_eq!(told.try_recv().unwrap(), "microphone: it is heard again");
        assert!(told.try_recv().is_err());
    }
}
