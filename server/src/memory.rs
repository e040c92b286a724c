//! How the allocator gives memory back.

/// Blocks from this size on are mapped for themselves and unmapped when they are freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const MAPPED_FROM: libc::c_int = 1024 * 1024;

/// Has large blocks returned to the system as soon as they are freed. glibc would learn from the first
/// 19 MiB of a password's hash to keep such blocks, several for every thread that ever hashed one.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the standard library has no word for it")]
pub fn return_large_blocks() {
    // SAFETY: mallopt takes two numbers and may be called at any time.
    let done = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_FROM) };
    if done != 1 {
        tracing::debug!("the allocator decides for itself what it keeps");
    }
}

/// Other allocators do so by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn return_large_blocks() {}
