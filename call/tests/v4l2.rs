//! Cameras, against the answers that one gives.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use meetme_call::clock::Clock;
use meetme_call::media::v4l2::device::{Argument, Device, Request};
use meetme_call::media::v4l2::{Camera, Format, convert, name};
use meetme_call::media::{MediaError, Size, VideoSource as _};

/// A camera as `uvcvideo` presents one: the values stand where videodev2.h puts them.
#[derive(Clone)]
struct Webcam {
    capabilities: u32,
    formats: Vec<[u8; 4]>,
    /// What it makes of the size that is wished for.
    size: (u32, u32),
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    asked: Vec<Request>,
    /// Pictures to come: the bytes, and whether they are damaged.
    pictures: VecDeque<(Vec<u8>, bool)>,
    /// Buffers by number: what is in them; those that may be filled.
    buffers: Vec<Vec<u8>>,
    free: VecDeque<u32>,
    on: bool,
}

impl Webcam {
    fn new(formats: &[[u8; 4]], size: (u32, u32), pictures: Vec<(Vec<u8>, bool)>) -> Self {
        let state = State { pictures: pictures.into(), ..State::default() };
        Self { capabilities: 0x8520_0001, formats: formats.to_vec(), size, state: Arc::new(Mutex::new(state)) }
    }

    fn start(&self) -> Result<Camera<Seat>, MediaError> {
        let wish = Size::new(640, 360).expect("even");
        Camera::start(Seat { webcam: self.clone(), seen: Vec::new() }, wish, 30, Clock::start())
    }

    fn asked(&self, request: Request) -> usize {
        self.state.lock().expect("no test panicked").asked.iter().filter(|asked| **asked == request).count()
    }
}

/// A process that uses it. What it sees of the buffers is what is in them when it looks.
struct Seat {
    webcam: Webcam,
    seen: Vec<&'static [u8]>,
}

impl Device for Seat {
    fn ask(&self, request: Request, argument: &mut Argument) -> io::Result<()> {
        let invalid = || io::Error::from_raw_os_error(22);
        let mut state = self.webcam.state.lock().expect("no test panicked");
        state.asked.push(request);
        let put = |argument: &mut Argument, at: usize, number: u32| {
            *argument = argument.clone().with(at, number);
        };
        match request {
            Request::QUERYCAP => {
                argument.0[16..16 + 14].copy_from_slice(b"HD Webcam C615");
                put(argument, 84, 0x84a0_0001);
                put(argument, 88, self.webcam.capabilities);
            }
            Request::ENUM_FMT => {
                let index = usize::try_from(argument.number(0)).expect("it is small");
                let code = self.webcam.formats.get(index).ok_or_else(invalid)?;
                put(argument, 44, u32::from_le_bytes(*code));
            }
            Request::S_FMT => {
                let (width, height) = self.webcam.size;
                put(argument, 8, width);
                put(argument, 12, height);
                put(argument, 24, width * 2);
                put(argument, 28, width * height * 2);
            }
            Request::S_PARM => {
                put(argument, 12, 1);
                put(argument, 16, 30);
            }
            Request::REQBUFS => {
                // Fewer than asked for, as drivers may.
                put(argument, 0, 3);
                state.buffers = vec![Vec::new(); 3];
            }
            Request::QUERYBUF => {
                put(argument, 64, argument.number(0) * 0x10_0000);
                put(argument, 72, 0x10_0000);
            }
            Request::QBUF => state.free.push_back(argument.number(0)),
            Request::DQBUF => {
                if state.pictures.is_empty() || state.free.is_empty() {
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                let index = state.free.pop_front().expect("one is there");
                let (picture, damaged) = state.pictures.pop_front().expect("one is there");
                put(argument, 0, index);
                put(argument, 8, u32::try_from(picture.len()).expect("it is small"));
                put(argument, 12, if damaged { 0x2041 } else { 0x2001 });
                let buffer = usize::try_from(index).expect("it is small");
                state.buffers[buffer][..picture.len()].copy_from_slice(&picture);
            }
            Request::STREAMON => state.on = true,
            Request::STREAMOFF => state.on = false,
            _ => return Err(invalid()),
        }
        Ok(())
    }

    fn wait(&self, _most: Duration) -> io::Result<bool> {
        Ok(!self.webcam.state.lock().expect("no test panicked").pictures.is_empty())
    }

    fn map(&mut self, _offset: u32, length: usize) -> io::Result<()> {
        // Reserved once: what is written later is seen, as through a mapping.
        let mut state = self.webcam.state.lock().expect("no test panicked");
        let index = self.seen.len();
        state.buffers[index] = vec![0; length];
        self.seen.push(&[]);
        Ok(())
    }

    fn buffer(&self, index: usize) -> Option<&[u8]> {
        self.seen.get(index)?;
        let state = self.webcam.state.lock().expect("no test panicked");
        // A test's buffers are few and small: what is in one now is kept for good.
        Some(Vec::leak(state.buffers[index].clone()))
    }
}

fn gradient(width: usize, height: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for row in 0..height {
        for pair in 0..width / 2 {
            let level = |x: usize| u8::try_from(16 + (x * 3 + row) % 200).expect("it is small");
            bytes.extend([level(2 * pair), 100, level(2 * pair + 1), 150]);
        }
    }
    bytes
}

#[test]
fn a_camera_that_gives_yuyv_shows_what_it_sees() {
    let webcam = Webcam::new(&[*b"MJPG", *b"YUYV"], (64, 36), vec![(gradient(64, 36), false)]);
    let mut camera = webcam.start().unwrap();
    assert_eq!((camera.format(), camera.rate()), (Format::Yuyv, 30));

    let frame = camera.next().unwrap().unwrap();

    assert_eq!(frame.size(), Size::new(64, 36).unwrap());
    assert_eq!(frame.y()[..4], [16, 19, 22, 25]);
    assert_eq!(frame.y()[64], 17);
    assert!(frame.u().iter().all(|level| *level == 100) && frame.v().iter().all(|level| *level == 150));
}

#[test]
fn of_pictures_that_wait_the_newest_is_shown_and_every_buffer_goes_back() {
    let shade = |level: u8| ([level, 128, level, 128].repeat(64 * 36 / 2), false);
    let webcam = Webcam::new(&[*b"YUYV"], (64, 36), vec![shade(50), shade(60), shade(70)]);
    let mut camera = webcam.start().unwrap();

    assert_eq!(camera.next().unwrap().unwrap().y()[0], 70);
    assert_eq!(webcam.state.lock().unwrap().free.len(), 3);
}

#[test]
fn a_damaged_picture_is_passed_over() {
    let whole = gradient(64, 36);
    let pictures = vec![(whole.clone(), true)];
    let webcam = Webcam::new(&[*b"YUYV"], (64, 36), pictures);
    let mut camera = webcam.start().unwrap();
    // Nothing but the damaged one is there; the camera is asked again, and has nothing more.
    assert!(camera.next().is_err());

    webcam.state.lock().unwrap().pictures.push_back((whole[..100].to_vec(), false));
    assert!(camera.next().is_err());
    webcam.state.lock().unwrap().pictures.push_back((whole, false));
    assert!(camera.next().is_ok());
}

#[test]
fn a_camera_is_switched_off_when_it_is_let_go() {
    let webcam = Webcam::new(&[*b"YUYV"], (64, 36), vec![]);
    let camera = webcam.start().unwrap();
    assert!(webcam.state.lock().unwrap().on);
    drop(camera);
    assert!(!webcam.state.lock().unwrap().on);
    assert_eq!(webcam.asked(Request::STREAMOFF), 1);
}

#[test]
fn what_is_no_camera_says_so_before_anything_is_switched_on() {
    let said = |webcam: &Webcam| webcam.start().err().unwrap().to_string();

    // The second file of a webcam gives metadata alone.
    let mut metadata = Webcam::new(&[*b"YUYV"], (64, 36), vec![]);
    metadata.capabilities = 0x04a0_0000;
    assert!(said(&metadata).contains("gives no pictures"));
    let depth = Webcam::new(&[*b"Z16 "], (64, 36), vec![]);
    assert!(said(&depth).contains("neither YUYV nor MJPEG"));
    let odd = Webcam::new(&[*b"YUYV"], (63, 35), vec![]);
    assert!(said(&odd).contains("not even"));
    assert_eq!(odd.asked(Request::STREAMON), 0);
    let seat = Seat { webcam: Webcam::new(&[], (2, 2), vec![]), seen: Vec::new() };
    assert_eq!(name(&seat).unwrap(), "HD Webcam C615");
}

/// 16×16 of one colour, as a camera sends it: without Huffman tables. Level 128 is coded as a difference of zero.
fn grey_jpeg() -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8];
    bytes.extend([0xff, 0xdb, 0, 67, 0]);
    bytes.extend([1; 64]);
    // Baseline, 16×16, three parts, the first at twice the width and height.
    bytes.extend([0xff, 0xc0, 0, 17, 8, 0, 16, 0, 16, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0]);
    bytes.extend([0xff, 0xda, 0, 12, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
    // Four blocks of luma (DC 00, end 1010) and two of colour (DC 00, end 00), then ones.
    bytes.extend([0b0010_1000, 0b1010_0010, 0b1000_1010, 0b0000_0000, 0xff, 0xd9]);
    bytes
}

#[test]
fn a_jpeg_without_its_tables_is_read() {
    let grey = convert::jpeg(&grey_jpeg(), Duration::ZERO).unwrap();
    assert_eq!(grey.size(), Size::new(16, 16).unwrap());
    // The middle of the full range, in video levels.
    assert!(grey.y().iter().all(|level| *level == 126), "{:?}", &grey.y()[..4]);
    assert!(grey.u().iter().chain(grey.v()).all(|level| *level == 128));
}

#[test]
fn a_camera_that_gives_jpegs_shows_what_it_sees() {
    let webcam = Webcam::new(&[*b"MJPG"], (16, 16), vec![(grey_jpeg(), false)]);
    let mut camera = webcam.start().unwrap();
    assert_eq!(camera.format(), Format::Mjpeg);
    assert!(camera.next().unwrap().unwrap().y().iter().all(|level| *level == 126));
}

#[test]
fn bytes_that_are_no_picture_are_an_error_and_nothing_worse() {
    let whole = grey_jpeg();
    for end in 0..whole.len() {
        let _ = convert::jpeg(&whole[..end], Duration::ZERO);
    }
    assert!(convert::jpeg(b"not a picture", Duration::ZERO).is_err());
    let size = Size::new(64, 36).unwrap();
    assert!(convert::yuyv(&[0; 100], size, 128, Duration::ZERO).is_err());
    assert!(convert::yuyv(&[0; 64 * 36 * 2], size, 64, Duration::ZERO).is_err());
}
