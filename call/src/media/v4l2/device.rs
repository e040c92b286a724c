//! The camera itself: what is asked of a V4L2 device, and what it answers, field by field.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

/// A request, by the number that `videodev2.h` gives it on 64-bit Linux. The number holds the size of its argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Request(pub u32);

impl Request {
    /// Who are you?
    pub const QUERYCAP: Self = Self(0x8068_5600);
    /// Which formats have you?
    pub const ENUM_FMT: Self = Self(0xc040_5602);
    /// Use this format, or the nearest you have.
    pub const S_FMT: Self = Self(0xc0d0_5605);
    /// Make so many buffers.
    pub const REQBUFS: Self = Self(0xc014_5608);
    /// Where is this buffer?
    pub const QUERYBUF: Self = Self(0xc058_5609);
    /// This buffer may be filled.
    pub const QBUF: Self = Self(0xc058_560f);
    /// Which buffer is filled?
    pub const DQBUF: Self = Self(0xc058_5611);
    /// Begin.
    pub const STREAMON: Self = Self(0x4004_5612);
    /// Stop.
    pub const STREAMOFF: Self = Self(0x4004_5613);
    /// So many pictures a second, or about.
    pub const S_PARM: Self = Self(0xc0cc_5616);

    /// Bytes of its argument.
    pub fn size(self) -> usize {
        usize::try_from((self.0 >> 16) & 0x3fff).expect("it is small")
    }
}

/// The argument of a request: bytes with numbers at known places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument(pub Vec<u8>);

impl Argument {
    /// Zeros.
    pub fn of(request: Request) -> Self {
        Self(vec![0; request.size()])
    }

    /// With a number at a place.
    #[must_use]
    pub fn with(mut self, at: usize, number: u32) -> Self {
        self.0[at..at + 4].copy_from_slice(&number.to_ne_bytes());
        self
    }

    /// The number at a place.
    pub fn number(&self, at: usize) -> u32 {
        u32::from_ne_bytes(self.0[at..at + 4].try_into().expect("four bytes"))
    }

    /// The words at a place, up to a zero.
    pub fn words(&self, at: usize, most: usize) -> String {
        let bytes = self.0[at..at + most].split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    }
}

/// What a camera needs of the system. Tests answer from what a camera answered.
pub trait Device: Send {
    /// Asks; the answer is in the argument.
    fn ask(&self, request: Request, argument: &mut Argument) -> io::Result<()>;
    /// Waits until a buffer is filled. False: none was in this time.
    fn wait(&self, most: Duration) -> io::Result<bool>;
    /// Makes the buffer at an offset readable as the next one.
    fn map(&mut self, offset: u32, length: usize) -> io::Result<()>;
    /// A buffer that was mapped, by its number.
    fn buffer(&self, index: usize) -> Option<&[u8]>;
}

/// A device file.
#[derive(Debug)]
pub struct Opened {
    // Before the file: what is mapped goes first.
    maps: Vec<Map>,
    file: File,
}

impl Opened {
    /// Opens a device; asking it never blocks.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).custom_flags(libc::O_NONBLOCK).open(path)?;
        Ok(Self { maps: Vec::new(), file })
    }
}

impl Device for Opened {
    #[expect(unsafe_code, reason = "the standard library has no ioctl")]
    fn ask(&self, request: Request, argument: &mut Argument) -> io::Result<()> {
        assert_eq!(argument.0.len(), request.size(), "the argument is of the request's size");
        loop {
            // SAFETY: the argument has as many bytes as the number of the request says that it reads and writes, and
            // none of the requests used here has pointers in it.
            let answer = unsafe { libc::ioctl(self.file.as_raw_fd(), request.0.into(), argument.0.as_mut_ptr()) };
            if answer >= 0 {
                return Ok(());
            }
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        }
    }

    #[expect(unsafe_code, reason = "the standard library has no poll")]
    fn wait(&self, most: Duration) -> io::Result<bool> {
        let mut asked = libc::pollfd { fd: self.file.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        let milliseconds = i32::try_from(most.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: one whole entry.
        match unsafe { libc::poll(&raw mut asked, 1, milliseconds) } {
            -1 => Err(io::Error::last_os_error()),
            0 => Ok(false),
            _ => Ok(true),
        }
    }

    #[expect(unsafe_code, reason = "the driver's buffers are its own memory")]
    fn map(&mut self, offset: u32, length: usize) -> io::Result<()> {
        let (protection, descriptor) = (libc::PROT_READ, self.file.as_raw_fd());
        let offset = libc::off_t::from(offset);
        // SAFETY: a new mapping at a place that the system chooses.
        let start =
            unsafe { libc::mmap(std::ptr::null_mut(), length, protection, libc::MAP_SHARED, descriptor, offset) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        self.maps.push(Map { start: start as usize, length });
        Ok(())
    }

    #[expect(unsafe_code, reason = "the driver's buffers are its own memory")]
    fn buffer(&self, index: usize) -> Option<&[u8]> {
        let map = self.maps.get(index)?;
        // SAFETY: mapped for reading as long as `self` lives. The driver writes to a buffer only while it is queued, and
        // the camera reads one only while it is not.
        Some(unsafe { std::slice::from_raw_parts(map.start as *const u8, map.length) })
    }
}

/// A mapping; its place as a number, so that it may move between threads.
#[derive(Debug)]
struct Map {
    start: usize,
    length: usize,
}

impl Drop for Map {
    #[expect(unsafe_code, reason = "the driver's buffers are its own memory")]
    fn drop(&mut self) {
        // SAFETY: unmaps what was mapped, once; nobody borrows it any longer.
        unsafe { libc::munmap(self.start as *mut libc::c_void, self.length) };
    }
}
