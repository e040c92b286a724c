//! Shows a drawn talking head on this terminal, or measures what it costs.
//!
//! `cargo run --release -p meetme-call --example view -- show 10`: ten seconds of it; keys work as in a call.
//! `cargo run --release -p meetme-call --example view -- measure`: bytes and CPU per update, for `docs/measurements.md`.

use std::time::Duration;

use meetme_call::clock::Clock;
use meetme_call::media::{Size, VideoFrame, VideoSink as _};
use meetme_call::view::cells::Glyphs;
use meetme_call::view::colour::Depth;
use meetme_call::view::command::Command;
use meetme_call::view::detect::{Abilities, Graphics, Wish};
use meetme_call::view::layout::{Seen, page};
use meetme_call::view::paint::{Cost, Painter};
use meetme_call::view::picture::{Extent, Planes};
use meetme_call::view::scene::{Figures, Scene};
use meetme_call::view::{Screen, kitty, sixel};

const SIZE: Size = Size { width: 640, height: 360 };
const RATE: u64 = 30;

/// A head that nods and speaks before a background that pans, with the noise of a camera on all of it.
fn head(number: u64) -> VideoFrame {
    let time = number as f64 / RATE as f64;
    let (middle_x, middle_y) = (320.0 + 40.0 * (time * 1.3).sin(), 190.0 + 15.0 * (time * 2.1).sin());
    let mouth = 6.0 + 10.0 * (time * 17.0).sin().abs();
    let mut noise = 99_u32.wrapping_add(u32::try_from(number).unwrap_or(0).wrapping_mul(7919));
    let mut data = Vec::with_capacity(SIZE.bytes());
    for y in 0..SIZE.height {
        for x in 0..SIZE.width {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (dx, dy) = (x as f64 - middle_x, y as f64 - middle_y);
            let inside = |width: f64, height: f64, right: f64, down: f64| {
                ((dx - right) / width).powi(2) + ((dy - down) / height).powi(2) < 1.0
            };
            let level =
                if inside(24.0, mouth, 0.0, 60.0) || inside(9.0, 6.0, -35.0, -25.0) || inside(9.0, 6.0, 35.0, -25.0) {
                    50.0
                } else if inside(85.0, 115.0, 0.0, 0.0) {
                    185.0 - 0.4 * dx.abs()
                } else {
                    60.0 + ((x as f64 * 0.8 + time * 60.0) / 20.0).sin() * 25.0 + y as f64 * 0.15
                };
            let noise = f64::from(noise >> 28) - 7.5;
            // Within a byte by its making.
            data.push(format_level(level + noise * 0.5));
        }
    }
    let quarter = SIZE.width * SIZE.height / 4;
    data.extend(std::iter::repeat_n(118, quarter));
    data.extend(std::iter::repeat_n(142, quarter));
    VideoFrame::new(SIZE, data, Duration::from_millis(number * 1000 / RATE)).expect("the size is right")
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped to a byte")]
fn format_level(level: f64) -> u8 {
    level.clamp(16.0, 235.0) as u8
}

fn scene() -> Scene {
    let mut scene = Scene {
        me: "Grace".into(),
        peer: "Ada".into(),
        title: "A talking head".into(),
        state: "connected, direct".into(),
        connected: Some(Duration::ZERO),
        phrase: Some("otter lamp moon brave river stone".into()),
        figures: Some(Figures::default()),
        quality: "best".into(),
        ..Scene::default()
    };
    scene.said("Ada", "can you see me?", Duration::ZERO);
    scene
}

fn show(seconds: u64) -> Result<(), meetme_call::view::TerminalError> {
    let clock = Clock::start();
    let (screen, mut commands) = Screen::open(scene(), Wish::Auto, clock)?;
    let (mut peer, mut own) = (screen.peer_sink(), screen.own_sink());
    for number in 0..seconds * RATE {
        clock.wait_until(Duration::from_millis(number * 1000 / RATE));
        let frame = head(number);
        peer.show(&frame);
        own.show(&frame);
        while let Ok(command) = commands.try_recv() {
            match command {
                Command::HangUp => return Ok(()),
                Command::Say(words) => screen.change(|scene, now| scene.said("Grace", &words, now)),
                other => screen.change(|scene, now| scene.note(&format!("{other:?}"), now)),
            }
        }
        if commands.is_closed() {
            break;
        }
    }
    Ok(())
}

/// CPU time of this process.
fn cpu() -> Duration {
    let ticks = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    Duration::from_nanos(ticks.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0))
}

#[expect(clippy::print_stdout, reason = "it is what this example is for")]
fn measure() {
    let frames: Vec<VideoFrame> = (0..90).map(|number| head(number * 2)).collect();
    println!("| terminal | way of drawing | bytes an update | MB/s at 15/s | CPU ms an update |");
    println!("|---|---|---|---|---|");
    for size in [Extent { width: 80, height: 24 }, Extent { width: 200, height: 50 }] {
        let ways = [
            ("full redraw", Depth::True, 0, true),
            ("what changed", Depth::True, 0, false),
            ("what changed by more than 4", Depth::True, 4, false),
            ("what changed by more than 12", Depth::True, 12, false),
            ("256 colours", Depth::Ansi256, 0, false),
            ("16 colours", Depth::Ansi16, 0, false),
            ("monochrome", Depth::Mono, 0, false),
        ];
        for (name, depth, threshold, anew) in ways {
            let able = able(depth, Graphics::Cells);
            let mut painter = Painter::new(size);
            let cost = Cost { threshold, bytes: usize::MAX };
            report(size, name, &frames, |frame| {
                if anew {
                    painter.forget(size);
                }
                let seen = Seen { peer: Some(Planes::from(frame)), own: None };
                painter.update(&page(&scene(), seen, size, frame.at, &able, 0).grid, cost).bytes.len()
            });
        }
        for (name, graphics) in [("kitty, 40,000 pixels", Graphics::Kitty), ("sixel, 40,000 pixels", Graphics::Sixel)] {
            let able = able(Depth::True, graphics);
            report(size, name, &frames, |frame| {
                let seen = Seen { peer: Some(Planes::from(frame)), own: None };
                let image = page(&scene(), seen, size, frame.at, &able, 40_000).image.expect("a picture");
                match graphics {
                    Graphics::Kitty => kitty::picture(1, &image.pixels, image.cells).len(),
                    _ => sixel::picture(&image.pixels, image.scale).len(),
                }
            });
        }
    }
}

fn able(depth: Depth, graphics: Graphics) -> Abilities {
    Abilities { depth, glyphs: Glyphs::Blocks, graphics, cell: Extent { width: 10, height: 20 }, answers: true }
}

#[expect(clippy::print_stdout, reason = "it is what this example is for")]
fn report(size: Extent, name: &str, frames: &[VideoFrame], mut draw: impl FnMut(&VideoFrame) -> usize) {
    // The first update draws everything, however it is done.
    draw(&frames[0]);
    let began = cpu();
    let bytes: usize = frames[1..].iter().map(&mut draw).sum();
    let spent = cpu().saturating_sub(began);
    let count = frames.len() - 1;
    let each = bytes / count;
    println!(
        "| {}×{} | {name} | {each} | {:.2} | {:.2} |",
        size.width,
        size.height,
        each as f64 * 15.0 / 1e6,
        spent.as_secs_f64() * 1000.0 / count as f64
    );
}

#[expect(clippy::print_stderr, reason = "it is what this example is for")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("measure") => measure(),
        Some("show") => {
            let seconds = arguments.get(1).and_then(|seconds| seconds.parse().ok()).unwrap_or(10);
            if let Err(error) = show(seconds) {
                eprintln!("{error}");
            }
        }
        _ => eprintln!("view show [SECONDS] | view measure"),
    }
}
