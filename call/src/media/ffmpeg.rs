//! Files of other kinds, by `ffmpeg` as a child: pictures come as Y4M, sound as WAV, through a pipe.

use std::io::{BufReader, ErrorKind};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use super::wav::Wav;
use super::y4m::Y4m;
use super::{AudioFrame, AudioSource, MediaError, Size, VideoFrame, VideoSource};

const PROGRAM: &str = "ffmpeg";
/// Larger pictures are made smaller: nothing else could be encoded in time.
const MAX_WIDTH: usize = 1280;

/// A child that ends with whoever reads from it.
struct Tethered(Child);

impl Drop for Tethered {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What another program reads of a file.
pub struct Piped<S> {
    source: S,
    _child: Tethered,
}

type Pipe = BufReader<ChildStdout>;

/// Pictures of a file.
///
/// # Errors
/// If `ffmpeg` is not there or finds no pictures.
pub fn video(path: &Path) -> Result<Piped<Y4m<Pipe>>, MediaError> {
    let scale = format!("scale='trunc(min(iw,{MAX_WIDTH})/2)*2':-2");
    let filters = ["-an", "-vf", &scale, "-pix_fmt", "yuv420p", "-f", "yuv4mpegpipe"];
    let (child, pipe) = start(path, &filters)?;
    Ok(Piped { source: Y4m::open(pipe)?, _child: child })
}

/// Sound of a file.
///
/// # Errors
/// If `ffmpeg` is not there or finds no sound.
pub fn audio(path: &Path) -> Result<Piped<Wav<Pipe>>, MediaError> {
    let (child, pipe) = start(path, &["-vn", "-ac", "1", "-ar", "48000", "-c:a", "pcm_s16le", "-f", "wav"])?;
    Ok(Piped { source: Wav::open(pipe)?, _child: child })
}

fn start(path: &Path, arguments: &[&str]) -> Result<(Tethered, Pipe), MediaError> {
    let mut child = Command::new(PROGRAM)
        .args(["-nostdin", "-v", "quiet", "-i"])
        .arg(absolute(path))
        .args(arguments)
        .arg("pipe:1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|source| match source.kind() {
            ErrorKind::NotFound => MediaError::Program { program: PROGRAM, path: path.display().to_string() },
            _ => MediaError::Open { path: path.display().to_string(), source },
        })?;
    let pipe = child.stdout.take().expect("the pipe was asked for");
    Ok((Tethered(child), BufReader::with_capacity(1 << 20, pipe)))
}

/// A name that cannot be taken for an option or an address.
fn absolute(path: &Path) -> std::path::PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

impl<S: VideoSource> VideoSource for Piped<S> {
    fn next(&mut self) -> Result<Option<VideoFrame>, MediaError> {
        self.source.next()
    }

    fn size(&self) -> Size {
        self.source.size()
    }

    fn rate(&self) -> u32 {
        self.source.rate()
    }
}

impl<S: AudioSource> AudioSource for Piped<S> {
    fn next(&mut self) -> Result<Option<AudioFrame>, MediaError> {
        self.source.next()
    }
}
