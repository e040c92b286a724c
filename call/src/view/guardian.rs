//! Puts a terminal right after a death that lets nobody do anything: `kill -9`, a crash inside a library.
//!
//! A child process waits at a pipe. If a byte comes, all is well and it ends. If the pipe closes without one, the process
//! that drew is gone, and the child does what that one would have done.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd, RawFd};

/// Watches over a terminal while this lives. Dropping it without [`Guardian::dismiss`] lets the child restore.
#[derive(Debug)]
pub struct Guardian {
    pipe: File,
    child: libc::pid_t,
}

impl Guardian {
    /// Begins to watch: `restore` would be written to `terminal`, and `modes` set on it.
    #[expect(unsafe_code, reason = "the standard library cannot fork")]
    pub fn begin(terminal: &File, modes: &libc::termios, restore: &[u8]) -> io::Result<Self> {
        let (reader, writer) = pipe()?;
        let terminal = terminal.as_raw_fd();
        // SAFETY: the child calls nothing but `watch`, which allocates nothing, takes no lock, and never returns.
        match unsafe { libc::fork() } {
            -1 => Err(io::Error::last_os_error()),
            0 => watch(reader.as_raw_fd(), terminal, modes, restore),
            child => Ok(Self { pipe: File::from(writer), child }),
        }
    }

    /// The terminal has been put right: nothing is left to do.
    #[expect(unsafe_code, reason = "the standard library waits only for children that it made")]
    pub fn dismiss(mut self) {
        let _ = self.pipe.write_all(b".");
        let mut status = 0;
        // SAFETY: waits for our own child, which ends as soon as it has read the byte.
        unsafe { libc::waitpid(self.child, &raw mut status, 0) };
    }
}

#[expect(unsafe_code, reason = "a pipe that programs started meanwhile do not inherit")]
fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let mut ends: [RawFd; 2] = [0; 2];
    // SAFETY: `ends` has room for both; they are owned by nobody yet.
    unsafe {
        if libc::pipe(ends.as_mut_ptr()) != 0 {
            return Err(io::Error::last_os_error());
        }
        for end in ends {
            libc::fcntl(end, libc::F_SETFD, libc::FD_CLOEXEC);
        }
        Ok((OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])))
    }
}

/// The child's life. It runs after a fork of a process with threads: only calls that POSIX allows there.
#[expect(unsafe_code, reason = "only bare system calls are allowed after a fork")]
fn watch(pipe: RawFd, terminal: RawFd, modes: &libc::termios, restore: &[u8]) -> ! {
    // SAFETY: every call is async-signal-safe, the pointers are valid in the child's copy of the memory, and the
    // descriptors that are closed are the child's own copies.
    unsafe {
        // A group of its own: what is meant for the call must not end its guardian first.
        libc::setpgid(0, 0);
        for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT, libc::SIGTTOU, libc::SIGTSTP] {
            libc::signal(signal, libc::SIG_IGN);
        }
        // No socket, device or file of the call may live on in here.
        libc::dup2(pipe, 0);
        libc::dup2(terminal, 1);
        close_from(2);
        let mut byte = 0_u8;
        let read = loop {
            let read = libc::read(0, (&raw mut byte).cast(), 1);
            if read >= 0 || *errno() != libc::EINTR {
                break read;
            }
        };
        if read != 1 {
            libc::tcsetattr(1, libc::TCSANOW, modes);
            libc::write(1, restore.as_ptr().cast(), restore.len());
        }
        libc::_exit(0)
    }
}

#[expect(unsafe_code, reason = "a bare system call")]
unsafe fn close_from(first: libc::c_uint) {
    // SAFETY: the caller owns every descriptor that is closed.
    unsafe {
        #[cfg(target_os = "linux")]
        if libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, 0) == 0 {
            return;
        }
        for descriptor in first..1024 {
            libc::close(descriptor.cast_signed());
        }
    }
}

#[expect(unsafe_code, reason = "the standard library's way to errno allocates")]
unsafe fn errno() -> *mut libc::c_int {
    // SAFETY: the system gives a valid place.
    unsafe {
        #[cfg(target_os = "linux")]
        return libc::__errno_location();
        #[cfg(not(target_os = "linux"))]
        return libc::__error();
    }
}
