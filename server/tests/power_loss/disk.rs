//! A disk that forgets what was not synced, as a file layer of SQLite.
//!
//! It wraps the platform's own and remembers for each file what it held at the
//! last sync and what was written since. At a moment that a test chooses it
//! keeps an [`Image`] of that: all that a power cut then would leave behind.

#![expect(unsafe_code, reason = "SQLite's file layers are tables of C functions")]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use meetme_core::id::BookingId;
use rusqlite::ffi;

use crate::players::Dice;

/// What was done to a file since its last sync.
#[derive(Clone)]
enum Op {
    Write { offset: usize, data: Vec<u8> },
    Truncate { size: usize },
}

#[derive(Clone)]
struct Tracked {
    path: PathBuf,
    durable: Vec<u8>,
    pending: Vec<Op>,
}

/// What a power cut leaves: files with what was synced and what may or may not have been written.
pub(crate) struct Image {
    files: Vec<Tracked>,
    /// What had been answered before the cut.
    pub(crate) answered: Vec<BookingId>,
}

type Witness = Box<dyn Fn() -> Vec<BookingId> + Send>;

#[derive(Default)]
struct State {
    files: Vec<Tracked>,
    /// Calls that change files, since the cuts were planned.
    calls: u64,
    cuts: Vec<u64>,
    witness: Option<Witness>,
    images: Vec<Image>,
    /// What the next sync or write says instead of doing it.
    next_sync: Option<c_int>,
    next_write: Option<c_int>,
    full: bool,
}

/// The disk. Lives as long as the process, as SQLite wants it.
pub(crate) struct Disk {
    real: *mut ffi::sqlite3_vfs,
    state: Mutex<State>,
}

// SAFETY: the pointer is to SQLite's own file layer, which any thread may call.
unsafe impl Sync for Disk {}
// SAFETY: as above.
unsafe impl Send for Disk {}

impl Disk {
    /// Makes a disk and registers it under a name of its own.
    pub(crate) fn install(name: &str) -> &'static Self {
        // SAFETY: the default layer is there, and what is registered is never freed.
        unsafe {
            let real = ffi::sqlite3_vfs_find(std::ptr::null());
            assert!(!real.is_null());
            let disk: &'static Self = Box::leak(Box::new(Self { real, state: Mutex::default() }));
            let own = i32::try_from(size_of::<File>()).unwrap();
            let vfs = ffi::sqlite3_vfs {
                iVersion: 2,
                szOsFile: own + (*real).szOsFile,
                mxPathname: (*real).mxPathname,
                pNext: std::ptr::null_mut(),
                zName: CString::new(name).unwrap().into_raw(),
                pAppData: std::ptr::from_ref(disk).cast_mut().cast(),
                xOpen: Some(open),
                xDelete: Some(delete),
                xAccess: Some(access),
                xFullPathname: Some(full_pathname),
                xDlOpen: None,
                xDlError: None,
                xDlSym: None,
                xDlClose: None,
                xRandomness: Some(randomness),
                xSleep: Some(sleep),
                xCurrentTime: (*real).xCurrentTime,
                xGetLastError: (*real).xGetLastError,
                xCurrentTimeInt64: (*real).xCurrentTimeInt64,
                ..*real
            };
            assert_eq!(ffi::sqlite3_vfs_register(Box::leak(Box::new(vfs)), 0), ffi::SQLITE_OK);
            disk
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Plans power cuts after so many calls each; `witness` says then what was answered.
    pub(crate) fn plan(&self, mut cuts: Vec<u64>, witness: Witness) {
        cuts.sort_unstable();
        let mut state = self.state();
        (state.calls, state.cuts, state.witness) = (0, cuts, Some(witness));
    }

    /// The images that were kept at the planned cuts.
    pub(crate) fn images(&self) -> Vec<Image> {
        std::mem::take(&mut self.state().images)
    }

    /// Lets the next sync fail after it was half done.
    pub(crate) fn fail_next_sync(&self) {
        self.state().next_sync = Some(ffi::SQLITE_IOERR_FSYNC);
    }

    /// Lets the disk be full at the next write.
    pub(crate) fn fill_at_next_write(&self) {
        self.state().next_write = Some(ffi::SQLITE_FULL);
    }

    /// Lets the disk be full until there is room again.
    pub(crate) fn set_full(&self, full: bool) {
        self.state().full = full;
    }
}

impl State {
    /// Counts a call and keeps an image if one is planned for it.
    fn tick(&mut self) {
        self.calls += 1;
        if self.cuts.first() != Some(&self.calls) {
            return;
        }
        self.cuts.remove(0);
        // First what was answered, then the files: what is answered meanwhile is not asked for.
        let answered = self.witness.as_ref().map_or_else(Vec::new, |witness| witness());
        let files = self.files.clone();
        self.images.push(Image { files, answered });
    }

    /// What the disk says to a write that it does not take.
    fn refusal(&mut self) -> Option<c_int> {
        self.next_write.take().or(self.full.then_some(ffi::SQLITE_FULL))
    }

    fn track(&mut self, path: PathBuf) -> usize {
        if let Some(known) = self.files.iter().position(|file| file.path == path) {
            return known;
        }
        let durable = std::fs::read(&path).unwrap_or_default();
        self.files.push(Tracked { path, durable, pending: Vec::new() });
        self.files.len() - 1
    }
}

/// How much of what was not synced reaches the disk.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
    /// Nothing.
    Undone,
    /// The first few writes.
    InOrder,
    /// Some writes, whatever their order.
    Some,
    /// Some sectors of some writes.
    Torn,
}

const SECTOR: usize = 512;

impl Image {
    /// Writes into `dir` what is on the disk after the power is back.
    pub(crate) fn restore(&self, dir: &Path, fate: Fate, dice: &mut Dice) {
        std::fs::create_dir_all(dir).unwrap();
        for file in &self.files {
            let mut bytes = file.durable.clone();
            let in_order = dice.roll(file.pending.len() + 1);
            for (i, op) in file.pending.iter().enumerate() {
                match (fate, op) {
                    (Fate::Undone, _) => {}
                    (Fate::InOrder, op) if i < in_order => op.apply(&mut bytes),
                    (Fate::Some | Fate::Torn, Op::Truncate { .. }) | (Fate::Some, _) if dice.roll(2) == 0 => {
                        op.apply(&mut bytes);
                    }
                    (Fate::Torn, Op::Write { offset, data }) => {
                        sectors(*offset, data).filter(|_| dice.roll(2) == 0).for_each(|part| part.apply(&mut bytes));
                    }
                    _ => {}
                }
            }
            std::fs::write(dir.join(file.path.file_name().unwrap()), bytes).unwrap();
        }
    }
}

/// A write cut at the disk's sectors.
fn sectors(offset: usize, data: &[u8]) -> impl Iterator<Item = Op> {
    let end = offset + data.len();
    let cuts = (offset / SECTOR..=(end - 1) / SECTOR).map(move |i| (offset.max(i * SECTOR), end.min((i + 1) * SECTOR)));
    cuts.map(move |(from, to)| Op::Write { offset: from, data: data[from - offset..to - offset].to_vec() })
}

impl Op {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write { offset, data } => {
                let end = offset + data.len();
                bytes.resize(bytes.len().max(end), 0);
                bytes[*offset..end].copy_from_slice(data);
            }
            Self::Truncate { size } => bytes.truncate(*size),
        }
    }
}

/// An open file; the platform's own stands right behind it in memory.
#[repr(C)]
struct File {
    base: ffi::sqlite3_file,
    disk: *const Disk,
    /// Which tracked file it is; none for temporary ones.
    key: Option<usize>,
}

unsafe fn disk_of<'a>(vfs: *mut ffi::sqlite3_vfs) -> &'a Disk {
    // SAFETY: `install` put it there and never frees it.
    unsafe { &*(*vfs).pAppData.cast::<Disk>() }
}

unsafe fn real_of(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: SQLite allocated szOsFile bytes, which is a `File` and the real file behind it.
    unsafe { file.cast::<File>().add(1).cast() }
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: the arguments are SQLite's; the real file gets the memory behind ours.
    unsafe {
        let (disk, own, inner) = (disk_of(vfs), file.cast::<File>(), real_of(file));
        (*own).base.pMethods = std::ptr::null();
        (*inner).pMethods = std::ptr::null();
        let code = (*disk.real).xOpen.unwrap()(disk.real, name, inner, flags, out);
        if code != ffi::SQLITE_OK {
            if !(*inner).pMethods.is_null() {
                (*(*inner).pMethods).xClose.unwrap()(inner);
            }
            return code;
        }
        let key = (!name.is_null()).then(|| {
            let path = CStr::from_ptr(name).to_str().unwrap();
            disk.state().track(PathBuf::from(path))
        });
        std::ptr::write(own, File { base: ffi::sqlite3_file { pMethods: &raw const METHODS }, disk, key });
        code
    }
}

unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe {
        let disk = disk_of(vfs);
        let path = PathBuf::from(CStr::from_ptr(name).to_str().unwrap());
        if let Some(file) = disk.state().files.iter_mut().find(|file| file.path == path) {
            (file.durable, file.pending) = (Vec::new(), Vec::new());
        }
        (*disk.real).xDelete.unwrap()(disk.real, name, sync)
    }
}

/// Functions that only pass their arguments on to the real layer.
macro_rules! pass_on {
    ($($name:ident = $method:ident($($arg:ident: $kind:ty),*);)*) => {
        $(unsafe extern "C" fn $name(vfs: *mut ffi::sqlite3_vfs, $($arg: $kind),*) -> c_int {
            // SAFETY: the arguments are SQLite's.
            unsafe {
                let real = disk_of(vfs).real;
                (*real).$method.unwrap()(real, $($arg),*)
            }
        })*
    };
}

pass_on! {
    access = xAccess(name: *const c_char, flags: c_int, out: *mut c_int);
    full_pathname = xFullPathname(name: *const c_char, size: c_int, out: *mut c_char);
    randomness = xRandomness(size: c_int, out: *mut c_char);
    sleep = xSleep(microseconds: c_int);
}

/// Functions on a file that only pass their arguments on to the real one.
macro_rules! pass_on_file {
    ($($name:ident = $method:ident($($arg:ident: $kind:ty),*) -> $back:ty;)*) => {
        $(unsafe extern "C" fn $name(file: *mut ffi::sqlite3_file, $($arg: $kind),*) -> $back {
            // SAFETY: the arguments are SQLite's.
            unsafe {
                let real = real_of(file);
                (*(*real).pMethods).$method.unwrap()(real, $($arg),*)
            }
        })*
    };
}

pass_on_file! {
    close = xClose() -> c_int;
    read = xRead(buffer: *mut c_void, size: c_int, offset: i64) -> c_int;
    file_size = xFileSize(size: *mut i64) -> c_int;
    lock = xLock(level: c_int) -> c_int;
    unlock = xUnlock(level: c_int) -> c_int;
    check_reserved_lock = xCheckReservedLock(out: *mut c_int) -> c_int;
    file_control = xFileControl(op: c_int, arg: *mut c_void) -> c_int;
    sector_size = xSectorSize() -> c_int;
    device_characteristics = xDeviceCharacteristics() -> c_int;
    shm_map = xShmMap(page: c_int, size: c_int, extend: c_int, out: *mut *mut c_void) -> c_int;
    shm_lock = xShmLock(offset: c_int, count: c_int, flags: c_int) -> c_int;
    shm_barrier = xShmBarrier() -> ();
    shm_unmap = xShmUnmap(delete: c_int) -> c_int;
    real_write = xWrite(buffer: *const c_void, size: c_int, offset: i64) -> c_int;
    real_truncate = xTruncate(size: i64) -> c_int;
    real_sync = xSync(flags: c_int) -> c_int;
}

/// Notes something about a file and counts it.
unsafe fn note(file: *mut ffi::sqlite3_file, what: impl FnOnce(&mut Tracked)) {
    // SAFETY: `open` filled it in.
    let (disk, key) = unsafe { (&*(*file.cast::<File>()).disk, (*file.cast::<File>()).key) };
    if let Some(key) = key {
        let mut state = disk.state();
        what(&mut state.files[key]);
        state.tick();
    }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, buffer: *const c_void, size: c_int, offset: i64) -> c_int {
    // SAFETY: SQLite gives a buffer of that size.
    unsafe {
        let disk = &*(*file.cast::<File>()).disk;
        if let Some(code) = disk.state().refusal() {
            return code;
        }
        let data = std::slice::from_raw_parts(buffer.cast::<u8>(), usize::try_from(size).unwrap()).to_vec();
        note(file, |tracked| tracked.pending.push(Op::Write { offset: usize::try_from(offset).unwrap(), data }));
        real_write(file, buffer, size, offset)
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: as for the others.
    unsafe {
        note(file, |tracked| tracked.pending.push(Op::Truncate { size: usize::try_from(size).unwrap() }));
        real_truncate(file, size)
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: as for the others.
    unsafe {
        let disk = &*(*file.cast::<File>()).disk;
        if let Some(code) = disk.state().next_sync.take() {
            return code;
        }
        note(file, |tracked| {
            for op in std::mem::take(&mut tracked.pending) {
                op.apply(&mut tracked.durable);
            }
        });
        real_sync(file, flags)
    }
}

/// Without xFetch, so that nothing is written past us through memory.
static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};
