//! What there is to show beside the pictures: who, how the call stands, what was said. The same for a screen and for lines.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// How many lines of talk are kept.
const MOST_TALK: usize = 200;
/// How long something said stays on the screen by itself.
pub const TALK_STAYS: Duration = Duration::from_secs(30);
/// The longest thing that may be said at once, in characters.
pub const LONGEST_SAID: usize = 2000;

/// What there is to show. Time is the call's, and never goes back.
#[derive(Debug, Clone, Default)]
pub struct Scene {
    /// Who looks at this.
    pub me: String,
    /// Whom they meet.
    pub peer: String,
    /// What about.
    pub title: String,
    /// How the call stands, in words.
    pub state: String,
    /// Since when the two see each other.
    pub connected: Option<Duration>,
    /// What was measured last.
    pub figures: Option<Figures>,
    /// The words that both should read the same.
    pub phrase: Option<String>,
    /// Whether one's microphone is off.
    pub muted: bool,
    /// Whether one's camera is off.
    pub unseen: bool,
    /// Whether what comes is recorded.
    pub recording: bool,
    /// Whether the other records what goes there.
    pub peer_records: bool,
    /// The quality that is asked for, in a word.
    pub quality: String,
    /// Whether one's own picture is left out.
    pub without_own: bool,
    /// What was said and what happened, oldest first.
    pub talk: VecDeque<Said>,
    /// What is being typed.
    pub draft: Option<Draft>,
    /// Whether the help is open.
    pub help: bool,
    /// Whether hanging up waits for a yes.
    pub leaving: bool,
    /// The file that is offered, in words.
    pub offer: Option<String>,
}

/// One line of talk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// When.
    pub at: Duration,
    /// By whom; none: it is a note about the call.
    pub by: Option<String>,
    /// Without control characters.
    pub words: String,
}

/// A line that is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it is going to be.
    pub what: Typing,
    /// So far.
    pub words: String,
}

/// What a typed line is going to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    /// Something said, or behind a `/` a command.
    Chat,
    /// The path of a file to send.
    File,
}

/// What is measured each second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// There and back.
    pub rtt: Option<Duration>,
    /// Packets lost of a thousand.
    pub lost_permille: u32,
    /// Thousands of bits a second that come.
    pub kbit_in: u32,
    /// Thousands of bits a second that go.
    pub kbit_out: u32,
    /// Pictures shown in the last second.
    pub pictures: u32,
    /// Width and height of what comes.
    pub size: Option<(usize, usize)>,
}

impl Scene {
    /// Adds what somebody said.
    pub fn said(&mut self, by: &str, words: &str, at: Duration) {
        self.add(Said { at, by: Some(clean(by)), words: clean(words) });
    }

    /// Adds a note about the call.
    pub fn note(&mut self, words: &str, at: Duration) {
        self.add(Said { at, by: None, words: clean(words) });
    }

    fn add(&mut self, said: Said) {
        if self.talk.len() == MOST_TALK {
            self.talk.pop_front();
        }
        self.talk.push_back(said);
    }

    /// What wants a yes or no.
    pub fn question(&self) -> Option<String> {
        if self.leaving {
            return Some("Hang up? y: yes, any other key: no".to_owned());
        }
        self.offer.as_ref().map(|offer| format!("{} offers {offer}. y: take it, n: refuse", self.peer))
    }

    /// How long the two have seen each other.
    pub fn lasted(&self, now: Duration) -> Option<Duration> {
        self.connected.map(|since| now.saturating_sub(since))
    }

    /// What is off or on that usually is not, in words.
    pub fn marks(&self) -> Vec<&'static str> {
        let marks = [
            (self.peer_records, "the other records"),
            (self.recording, "recording"),
            (self.muted, "muted"),
            (self.unseen, "camera off"),
        ];
        marks.into_iter().filter_map(|(is, word)| is.then_some(word)).collect()
    }
}

impl Figures {
    /// The most of it in the fewest columns.
    pub fn in_short(&self) -> String {
        let rtt = self.rtt.map(|rtt| format!("{} ms ", rtt.as_millis())).unwrap_or_default();
        let Self { lost_permille, kbit_in, kbit_out, .. } = self;
        format!("{rtt}{}.{} % {kbit_in}/{kbit_out} kbit/s", lost_permille / 10, lost_permille % 10)
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.by {
            Some(by) => write!(f, "{by}: {}", self.words),
            None => write!(f, "* {}", self.words),
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(rtt) = self.rtt {
            write!(f, "rtt {} ms, ", rtt.as_millis())?;
        }
        write!(f, "loss {}.{} %, ", self.lost_permille / 10, self.lost_permille % 10)?;
        write!(f, "in {} out {} kbit/s", self.kbit_in, self.kbit_out)?;
        if let Some((width, height)) = self.size {
            write!(f, ", {width}×{height} {}/s", self.pictures)?;
        }
        Ok(())
    }
}

/// Minutes and seconds, and hours once there are some.
pub fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// Words of somebody else as they may be shown: [`harmless`], and not without end.
pub fn clean(words: &str) -> String {
    harmless(words).chars().take(LONGEST_SAID).collect()
}

/// One line of words, with nothing that moves a cursor, changes colours, turns the direction of writing, or cannot be seen.
pub fn harmless(words: &str) -> String {
    let kept = words.chars().map(|glyph| if glyph.is_whitespace() { ' ' } else { glyph });
    kept.filter(|glyph| !glyph.is_control() && !is_unseen(*glyph)).collect()
}

/// Marks of direction and of joining, and tags: nothing is seen of them but what they do to others.
fn is_unseen(glyph: char) -> bool {
    matches!(
        glyph,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_said_cannot_command_the_terminal() {
        assert_eq!(clean("a\x1b[31mb\r\nc\u{9b}2J\u{202e}d\u{7}"), "a[31mb  c2Jd");
        assert_eq!(clean("\u{61c}a\u{e0041}\u{feff}b\u{ad}c\u{85}\u{2028}d"), "abc  d");
        assert_eq!(clean(&"x".repeat(5000)).len(), LONGEST_SAID);
        assert_eq!(clean("Grüße, 日本 🙂"), "Grüße, 日本 🙂");
    }

    #[test]
    fn talk_is_kept_up_to_a_limit_oldest_first() {
        let mut scene = Scene::default();
        for number in 0..MOST_TALK + 5 {
            scene.said("Ada", &number.to_string(), Duration::ZERO);
        }
        assert_eq!(scene.talk.len(), MOST_TALK);
        assert_eq!(scene.talk[0].to_string(), "Ada: 5");
    }

    #[test]
    fn whoever_is_leaving_is_asked_about_nothing_else() {
        let mut scene = Scene { peer: "Ada".into(), offer: Some("a.txt (1 KB)".into()), ..Scene::default() };
        assert!(scene.question().is_some_and(|question| question.starts_with("Ada offers a.txt")));
        scene.leaving = true;
        assert!(scene.question().is_some_and(|question| question.starts_with("Hang up?")));
    }

    #[test]
    fn figures_read_as_a_line() {
        let figures = Figures {
            rtt: Some(Duration::from_millis(23)),
            lost_permille: 12,
            kbit_in: 512,
            kbit_out: 480,
            pictures: 30,
            size: Some((640, 360)),
        };
        assert_eq!(figures.to_string(), "rtt 23 ms, loss 1.2 %, in 512 out 480 kbit/s, 640×360 30/s");
    }

    #[test]
    fn a_clock_has_hours_once_there_are_some() {
        assert_eq!(clock(Duration::from_secs(59)), "0:59");
        assert_eq!(clock(Duration::from_secs(3725)), "1:02:05");
    }
}
