//! What is left when the power goes: everything that was answered, and nothing by halves.

pub(crate) mod disk;

use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use meetme_core::booking::Status;
use meetme_core::id::BookingId;
use meetme_core::time::{Minutes, Span};
use meetme_server::store::sqlite::{SqliteOptions, SqliteStore, Synchronous};
use meetme_server::store::{ChangeError, Store, StoreError};
use tempfile::TempDir;

use self::disk::{Disk, Fate, Image};
use crate::players::Dice;
use crate::store_contract::Backend;
use crate::store_contract::world::{World, ask, booking_id, hour, session, user};

const GUESTS: usize = 16;
const SLOTS_EACH: usize = 24;
const CUTS: usize = 40;
/// Calls between two cuts, at most.
const CALLS: usize = 60;

/// A store on a disk that forgets.
struct OnDisk {
    dir: TempDir,
    name: String,
    disk: &'static Disk,
    synchronous: Synchronous,
}

impl OnDisk {
    fn new(name: &str, synchronous: Synchronous) -> Self {
        Self { dir: tempfile::tempdir().unwrap(), name: name.to_owned(), disk: Disk::install(name), synchronous }
    }
}

#[async_trait]
impl Backend for OnDisk {
    async fn open(&self) -> Arc<dyn Store> {
        let options = SqliteOptions {
            vfs: Some(self.name.clone()),
            synchronous: self.synchronous,
            // So that the write-ahead log is folded into the file, and begun anew, all the time.
            checkpoint_pages: 40,
            ..SqliteOptions::new(1)
        };
        Arc::new(SqliteStore::open(self.dir.path(), options).unwrap())
    }

    async fn dump(&self) -> String {
        unreachable!("nobody asks")
    }

    async fn faults(&self) -> Vec<String> {
        unreachable!("nobody asks")
    }

    async fn restored(&self) -> Arc<dyn Store> {
        unreachable!("nobody asks")
    }
}

/// Guests book against each other, two for each slot, while the power goes again and again.
async fn images(on: &OnDisk, seed: u64) -> Vec<Image> {
    let world = World::new(on).await;
    for n in 0..GUESTS {
        let name = format!("g{n}");
        world.store.create_user(user(&name), session(&name, &name)).await.unwrap();
    }
    let answered = Arc::new(Mutex::new(Vec::new()));
    let mut dice = Dice::new(seed);
    let mut call = 0;
    let cuts = (0..CUTS).map(|_| {
        call += 1 + dice.roll(CALLS) as u64;
        call
    });
    let seen = Arc::clone(&answered);
    on.disk.plan(cuts.collect(), Box::new(move || seen.lock().unwrap().clone()));
    let mut guests = Vec::new();
    for n in 0..GUESTS {
        guests.push(tokio::spawn(book_many(Arc::clone(&world.store), n, Arc::clone(&answered))));
    }
    for guest in guests {
        guest.await.unwrap();
    }
    assert_eq!(answered.lock().unwrap().len(), GUESTS / 2 * SLOTS_EACH);
    on.disk.images()
}

async fn book_many(store: Arc<dyn Store>, guest: usize, answered: Arc<Mutex<Vec<BookingId>>>) {
    let event = if guest % 4 < 2 { "chat" } else { "tea" };
    for i in 0..SLOTS_EACH {
        // Guests 0 and 1 want the same slots, 2 and 3 the same ones of another host, and so on.
        let hours = u32::try_from(guest / 4 * SLOTS_EACH + i).unwrap();
        let slot = Span::lasting(hour("2026-03-02T00:00:00Z").start() + Minutes(60 * hours).delta(), Minutes(60));
        let ask = ask(&format!("g{guest}-{i}"), &format!("g{guest}"), event, slot);
        match store.change(ask.scope(), ask.decide()).await {
            Ok(_) => answered.lock().unwrap().push(ask.id),
            Err(ChangeError::Refused(_)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// How many answered bookings are not there after the power is back.
async fn lost(image: &Image, dir: &Path, fate: Fate, seed: u64) -> usize {
    image.restore(dir, fate, &mut Dice::new(seed));
    let store = SqliteStore::open(dir, SqliteOptions::new(2)).unwrap();
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new(), "{fate:?} {seed}");
    let mut lost = 0;
    for id in &image.answered {
        let there = store.booking(*id).await.unwrap().is_some_and(|file| file.booking.status == Status::Confirmed);
        lost += usize::from(!there);
    }
    lost
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_loses_no_answered_booking_and_doubles_none() {
    let on = OnDisk::new("power-loss-full", Synchronous::Full);
    let images = images(&on, 2026).await;
    assert_eq!(images.len(), CUTS);
    let mut asked_for = 0;

    for (i, image) in images.iter().enumerate() {
        for (k, fate) in [Fate::Undone, Fate::InOrder, Fate::Some, Fate::Torn].into_iter().enumerate() {
            let dir = tempfile::tempdir().unwrap();
            let seed = (i * 4 + k) as u64;
            assert_eq!(lost(image, dir.path(), fate, seed).await, 0, "cut {i}, {fate:?}");
        }
        asked_for += image.answered.len();
    }

    assert!(asked_for > CUTS, "the cuts came before anything was answered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_forgetful_disk_does_lose_what_was_not_synced() {
    let on = OnDisk::new("power-loss-off", Synchronous::Off);
    let images = images(&on, 2026).await;
    let last = images.last().unwrap();
    let dir = tempfile::tempdir().unwrap();

    let lost = lost(last, dir.path(), Fate::Undone, 0).await;

    assert!(lost > 0, "{} were answered", last.answered.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_fails_half_way_leaves_the_outcome_open_and_can_be_repeated() {
    let on = OnDisk::new("power-loss-sync", Synchronous::Full);
    let world = World::new(&on).await;
    let ask = ask("b1", "bob", "chat", hour("2026-03-02T09:00:00Z")).key("k");
    on.disk.fail_next_sync();

    let unknown = world.book(&ask).await;

    assert!(matches!(unknown, Err(ChangeError::OutcomeUnknown)), "{unknown:?}");
    world.book(&ask).await.unwrap();
    assert_eq!(world.in_use("ann").await.len(), 1);
    assert_eq!(world.log("bob").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_changes_nothing() {
    let on = OnDisk::new("power-loss-full-disk", Synchronous::Full);
    let world = World::new(&on).await;
    let ask = ask("b1", "bob", "chat", hour("2026-03-02T09:00:00Z"));
    on.disk.fill_at_next_write();

    let full = world.book(&ask).await;

    assert!(matches!(full, Err(ChangeError::Store(StoreError::Full))), "{full:?}");
    assert_eq!(world.store.booking(booking_id("b1")).await.unwrap(), None);
    world.book(&ask).await.unwrap();
    on.disk.fill_at_next_write();
    assert!(matches!(world.store.probe().await, Err(StoreError::Full)));
}
