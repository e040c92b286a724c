//! Keeps a device on: one that is gone is followed by itself, once it is back, or by the system's next one. Everything
//! about it is done on a thread of its own, since a system may take its time, and some streams stay where they were made.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender, sync_channel};
use std::time::Duration;

use crate::media::MediaError;
use crate::media::news::News;
use crate::media::sound::in_time;

/// Before a device that is gone is looked for again.
const RETRY: Duration = Duration::from_millis(500);
/// How long a device must work before it is believed.
const TRUSTED: Duration = Duration::from_millis(500);

/// A device that is kept on until this is dropped.
#[derive(Debug)]
pub(super) struct Kept {
    off: Arc<AtomicBool>,
    signs: Signs,
}

/// By what a stream says that it is of no use any more. Saying so waits for nobody.
#[derive(Debug, Clone)]
pub(super) struct Signs(SyncSender<()>);

/// A stream, and what people call its device.
pub(super) type On<S> = (S, String);

/// How it is tried to keep a device on.
#[derive(Debug, Clone, Copy)]
struct Pace {
    retry: Duration,
    trusted: Duration,
}

struct Keeper<O> {
    kind: &'static str,
    name: Option<String>,
    open: O,
    off: Arc<AtomicBool>,
    signs: Signs,
    seen: Receiver<()>,
    news: News,
    pace: Pace,
}

impl Signs {
    pub(super) fn give(&self) {
        // There is one already: that will do.
        let _ = self.0.try_send(());
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.off.store(true, Ordering::Release);
        self.signs.give();
    }
}

/// Switches the device of this name on, without one the default, and keeps it on. `kind` is what is told of.
///
/// # Errors
/// If it does not work now, or does not answer.
pub(super) fn keep<S>(
    kind: &'static str,
    name: Option<&str>,
    news: &News,
    open: impl FnMut(Option<&str>, &Signs) -> Result<On<S>, MediaError> + Send + 'static,
) -> Result<Kept, MediaError> {
    start(kind, name, news, Pace { retry: RETRY, trusted: TRUSTED }, open)
}

fn start<S>(
    kind: &'static str,
    name: Option<&str>,
    news: &News,
    pace: Pace,
    open: impl FnMut(Option<&str>, &Signs) -> Result<On<S>, MediaError> + Send + 'static,
) -> Result<Kept, MediaError> {
    let (signs, seen) = sync_channel(1);
    let kept = Kept { off: Arc::default(), signs: Signs(signs) };
    let keeper = Keeper {
        kind,
        name: name.map(str::to_owned),
        open,
        off: Arc::clone(&kept.off),
        signs: kept.signs.clone(),
        seen,
        news: news.clone(),
        pace,
    };
    let (first, answer) = mpsc::channel();
    std::thread::Builder::new().name(kind.to_owned()).spawn(move || keeper.run(&first))?;
    // What answers too late is switched off again: `kept` is dropped.
    in_time(&answer)?;
    Ok(kept)
}

impl<S, O: FnMut(Option<&str>, &Signs) -> Result<On<S>, MediaError>> Keeper<O> {
    fn run(mut self, first: &Sender<Result<(), MediaError>>) {
        let (mut stream, mut what) = match (self.open)(self.name.as_deref(), &self.signs) {
            Ok(on) => on,
            Err(error) => return drop(first.send(Err(error))),
        };
        drop(first.send(Ok(())));
        // A sign says that the stream is of no use, or that nobody wants it any more.
        while self.seen.recv().is_ok() && !self.is_off() {
            drop(stream);
            let Some(next) = self.next(&what) else { return };
            (stream, what) = next;
        }
    }

    /// What follows a device whose stream is of no use any more; none when nobody wants anything. If it is the same device
    /// at once, nobody need know.
    fn next(&mut self, before: &str) -> Option<On<S>> {
        let kind = self.kind;
        if let Some((stream, what)) = self.tried() {
            if what != before {
                self.news.tell(format!("{kind}: {before} is gone; {what} takes its place"));
            }
            return Some((stream, what));
        }
        if self.is_off() {
            return None;
        }
        self.news.tell(format!("{kind}: {before} is gone; silence until it or another is there"));
        let (stream, what) = self.again()?;
        self.news.tell(format!("{kind}: {what}"));
        Some((stream, what))
    }

    /// A device that works again; none when nobody wants one any more.
    fn again(&mut self) -> Option<On<S>> {
        loop {
            let _ = self.seen.recv_timeout(self.pace.retry);
            if self.is_off() {
                return None;
            }
            if let Some(on) = self.tried() {
                return Some(on);
            }
        }
    }

    /// A device that works, and goes on doing so for a moment.
    fn tried(&mut self) -> Option<On<S>> {
        // What the last stream said is over. Being switched off is not: that is looked at besides.
        let _ = self.seen.try_recv();
        let on = self.any()?;
        (!self.is_off() && self.seen.recv_timeout(self.pace.trusted).is_err()).then_some(on)
    }

    /// The device that was meant, else the default.
    fn any(&mut self) -> Option<On<S>> {
        let meant = (self.open)(self.name.as_deref(), &self.signs).ok();
        meant.or_else(|| self.name.is_some().then(|| (self.open)(None, &self.signs).ok())?)
    }

    fn is_off(&self) -> bool {
        self.off.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    const QUICK: Pace = Pace { retry: Duration::from_millis(5), trusted: Duration::from_millis(50) };

    /// Devices that come and go.
    #[derive(Default)]
    struct World {
        there: Mutex<Vec<&'static str>>,
        on: Mutex<Vec<(&'static str, Signs)>>,
        opened: Mutex<usize>,
    }

    /// A stream of a device of that world.
    struct Flow(Arc<World>, &'static str);

    impl Drop for Flow {
        fn drop(&mut self) {
            self.0.on.lock().unwrap().retain(|(name, _)| *name != self.1);
        }
    }

    impl World {
        fn of(there: &[&'static str]) -> Arc<Self> {
            let world = Self::default();
            world.there.lock().unwrap().extend(there);
            Arc::new(world)
        }

        fn keep(self: &Arc<Self>, name: Option<&str>, news: &News) -> Result<Kept, MediaError> {
            let world = Arc::clone(self);
            start("microphone", name, news, QUICK, move |name, signs| {
                *world.opened.lock().unwrap() += 1;
                let there = world.there.lock().unwrap();
                let found = there.iter().find(|one| name.is_none_or(|name| **one == name));
                let found = *found.ok_or(MediaError::NoServer)?;
                world.on.lock().unwrap().push((found, signs.clone()));
                Ok((Flow(Arc::clone(&world), found), found.to_owned()))
            })
        }

        /// The device is pulled out.
        fn lose(&self, name: &str) {
            self.there.lock().unwrap().retain(|one| *one != name);
            self.on.lock().unwrap().iter().filter(|(one, _)| *one == name).for_each(|(_, signs)| signs.give());
        }

        fn is_on(&self) -> Vec<&'static str> {
            self.on.lock().unwrap().iter().map(|(name, _)| *name).collect()
        }

        fn until_on(&self, names: &[&str]) {
            let clock = crate::clock::Clock::start();
            while self.is_on() != names {
                assert!(clock.now() < Duration::from_secs(10), "{:?} is on, not {names:?}", self.is_on());
                clock.wait_until(clock.now() + Duration::from_millis(2));
            }
        }
    }

    fn next(told: &mut tokio::sync::mpsc::Receiver<String>) -> String {
        told.blocking_recv().expect("news")
    }

    #[test]
    fn what_is_not_there_at_first_is_an_error() {
        assert!(World::of(&[]).keep(None, &News::default()).is_err());
        assert!(World::of(&["headset"]).keep(Some("tv"), &News::default()).is_err());
    }

    #[test]
    fn a_device_that_is_gone_is_followed_by_the_next_one_and_that_is_told() {
        let world = World::of(&["headset", "built-in"]);
        let (news, mut told) = News::channel();
        let kept = world.keep(Some("headset"), &news).expect("it is on");
        world.lose("headset");
        assert_eq!(next(&mut told), "microphone: headset is gone; built-in takes its place");
        assert_eq!(world.is_on(), ["built-in"]);
        drop(kept);
        world.until_on(&[]);
    }

    #[test]
    fn a_device_that_is_back_is_used_again() {
        let world = World::of(&["headset"]);
        let (news, mut told) = News::channel();
        let _kept = world.keep(Some("headset"), &news).expect("it is on");
        world.lose("headset");
        assert_eq!(next(&mut told), "microphone: headset is gone; silence until it or another is there");
        assert!(world.is_on().is_empty());
        world.there.lock().unwrap().push("headset");
        assert_eq!(next(&mut told), "microphone: headset");
        world.until_on(&["headset"]);
    }

    #[test]
    fn a_stream_that_ends_while_its_device_is_there_is_begun_anew_and_not_told_of() {
        let world = World::of(&["headset"]);
        let (news, mut told) = News::channel();
        let _kept = world.keep(None, &news).expect("it is on");
        world.on.lock().unwrap().iter().for_each(|(_, signs)| signs.give());
        let clock = crate::clock::Clock::start();
        while *world.opened.lock().unwrap() < 2 {
            assert!(clock.now() < Duration::from_secs(10), "it is not begun anew");
            clock.wait_until(clock.now() + Duration::from_millis(2));
        }
        world.lose("headset");
        assert_eq!(next(&mut told), "microphone: headset is gone; silence until it or another is there");
    }

    #[test]
    fn a_device_that_fails_as_soon_as_it_is_on_is_tried_at_a_pace_and_not_told_of() {
        let world = World::of(&["loose"]);
        let (news, mut told) = News::channel();
        let _kept = world.keep(None, &news).expect("it is on");
        let clock = crate::clock::Clock::start();
        while clock.now() < Duration::from_millis(300) {
            world.on.lock().unwrap().iter().for_each(|(_, signs)| signs.give());
            clock.wait_until(clock.now() + Duration::from_millis(1));
        }
        assert_eq!(next(&mut told), "microphone: loose is gone; silence until it or another is there");
        assert!(told.try_recv().is_err());
        let opened = *world.opened.lock().unwrap();
        assert!((2..120).contains(&opened), "{opened} times in 300 ms");
        assert_eq!(next(&mut told), "microphone: loose", "it holds at last");
    }

    #[test]
    fn a_device_that_nobody_wants_any_more_is_not_looked_for() {
        let world = World::of(&["headset"]);
        let (news, mut told) = News::channel();
        let kept = world.keep(None, &news).expect("it is on");
        world.lose("headset");
        next(&mut told);
        drop(kept);
        // The keeper's own end of it goes with the keeper.
        drop(news);
        assert_eq!(told.blocking_recv(), None);
    }
}
