//! What one can do in a call: every key has a word, for the line and for `--plain`.

use std::path::PathBuf;

use super::input::Key;
use super::scene::{Draft, LONGEST_SAID, Scene, Typing};
use crate::handle::Quality;

/// Something one wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The microphone.
    Microphone(Switch),
    /// The camera.
    Camera(Switch),
    /// The recording of what comes.
    Record(Switch),
    /// One's own picture on the screen.
    Own(Switch),
    /// How good the picture should be; none: the next.
    Quality(Option<Quality>),
    /// Says something.
    Say(String),
    /// Offers a file.
    Send(PathBuf),
    /// Takes the file that is offered, or not.
    Take(bool),
    /// Ends the call for both.
    HangUp,
    /// Tells how the call stands.
    Status,
    /// Tells what can be done.
    Help,
    /// Draws everything anew.
    Redraw,
    /// A line that is none: say so.
    Wrong(NoCommand),
}

/// What to do with something that is on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
    /// The other way round.
    Turn,
}

/// A line that is no command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoCommand {
    /// The first word is none that is known.
    #[error("there is no command “{0}”; `help` lists them")]
    Unknown(String),
    /// Something is missing behind the word.
    #[error("what is missing: `{0}`")]
    Incomplete(&'static str),
}

/// Keys, words, and what they do.
pub const HELP: &[(&str, &str, &str)] = &[
    ("m", "mute, unmute", "microphone off and on"),
    ("v", "camera on, off", "camera on and off"),
    ("l", "quality WORD", "best, saving or least; the key takes the next"),
    ("o", "own on, off", "one's own picture"),
    ("r", "record on, off", "record what comes"),
    ("t", "say WORDS", "write to the other; /WORD there is a command"),
    ("f", "send FILE", "offer a file"),
    ("y n", "take, refuse", "answer when a file is offered"),
    ("s", "status", "how the call stands"),
    ("h", "help", "this list"),
    ("q", "hang up", "end the call; ctrl-c at once"),
];

impl Switch {
    /// What becomes of something that is `on`.
    pub fn of(self, on: bool) -> bool {
        match self {
            Self::On => true,
            Self::Off => false,
            Self::Turn => !on,
        }
    }
}

/// A typed line.
pub fn read(line: &str) -> Result<Option<Command>, NoCommand> {
    let line = line.trim();
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let word = word.to_lowercase();
    let switch = |usage: &'static str| match rest {
        "" => Ok(Switch::Turn),
        "on" => Ok(Switch::On),
        "off" => Ok(Switch::Off),
        _ => Err(NoCommand::Incomplete(usage)),
    };
    let some = |usage: &'static str| if rest.is_empty() { Err(NoCommand::Incomplete(usage)) } else { Ok(rest) };
    Ok(Some(match word.as_str() {
        "" => return Ok(None),
        "mute" => Command::Microphone(Switch::Off),
        "unmute" => Command::Microphone(Switch::On),
        "microphone" => Command::Microphone(switch("microphone on|off")?),
        "camera" => Command::Camera(switch("camera on|off")?),
        "record" => Command::Record(switch("record on|off")?),
        "own" => Command::Own(switch("own on|off")?),
        "quality" => Command::Quality(match rest {
            "" => None,
            "best" => Some(Quality::Best),
            "saving" => Some(Quality::Saving),
            "least" => Some(Quality::Least),
            _ => return Err(NoCommand::Incomplete("quality best|saving|least")),
        }),
        "say" => Command::Say(some("say WORDS")?.to_owned()),
        "send" => Command::Send(PathBuf::from(some("send FILE")?)),
        "take" | "accept" | "yes" => Command::Take(true),
        "refuse" | "decline" | "no" => Command::Take(false),
        "status" | "phrase" => Command::Status,
        "help" => Command::Help,
        "redraw" => Command::Redraw,
        "quit" | "bye" | "hangup" => Command::HangUp,
        "hang" if rest == "up" => Command::HangUp,
        _ => return Err(NoCommand::Unknown(word)),
    }))
}

/// A pressed key: changes what is being typed or asked, and says what is wanted of the call.
pub fn press(scene: &mut Scene, key: Key) -> Result<Option<Command>, NoCommand> {
    match key {
        Key::Ctrl('c') => return Ok(Some(Command::HangUp)),
        Key::Ctrl('l') => return Ok(Some(Command::Redraw)),
        _ => {}
    }
    if scene.draft.is_some() {
        return typed(scene, key);
    }
    if scene.leaving {
        scene.leaving = false;
        return Ok(matches!(key, Key::Char('y' | 'q') | Key::Enter).then_some(Command::HangUp));
    }
    if scene.help && matches!(key, Key::Escape | Key::Enter | Key::Char('q')) {
        scene.help = false;
        return Ok(None);
    }
    let Key::Char(glyph) = key else {
        if key == Key::Enter {
            scene.draft = Some(Draft { what: Typing::Chat, words: String::new() });
        }
        return Ok(None);
    };
    Ok(Some(match glyph {
        'm' => Command::Microphone(Switch::Turn),
        'v' => Command::Camera(Switch::Turn),
        'l' => Command::Quality(None),
        'o' => Command::Own(Switch::Turn),
        'r' => Command::Record(Switch::Turn),
        'y' if scene.offer.is_some() => Command::Take(true),
        'n' if scene.offer.is_some() => Command::Take(false),
        's' => Command::Status,
        'h' | '?' => Command::Help,
        't' | 'f' => {
            let what = if glyph == 't' { Typing::Chat } else { Typing::File };
            scene.draft = Some(Draft { what, words: String::new() });
            return Ok(None);
        }
        'q' => {
            scene.leaving = true;
            return Ok(None);
        }
        _ => return Ok(None),
    }))
}

fn typed(scene: &mut Scene, key: Key) -> Result<Option<Command>, NoCommand> {
    let Some(draft) = &mut scene.draft else { return Ok(None) };
    match key {
        Key::Char(glyph) if draft.words.chars().count() < LONGEST_SAID && !glyph.is_control() => {
            draft.words.push(glyph);
        }
        Key::Backspace => {
            draft.words.pop();
        }
        Key::Ctrl('u') => draft.words.clear(),
        Key::Escape => scene.draft = None,
        Key::Enter => {
            let Draft { what, words } = scene.draft.take().expect("it was there");
            let words = words.trim();
            return match (what, words.strip_prefix('/')) {
                _ if words.is_empty() => Ok(None),
                (Typing::File, _) => Ok(Some(Command::Send(PathBuf::from(words)))),
                (Typing::Chat, Some(command)) => read(command),
                (Typing::Chat, None) => Ok(Some(Command::Say(words.to_owned()))),
            };
        }
        _ => {}
    }
    Ok(None)
}

/// The keys that are shown, with what they do now.
pub fn hints(scene: &Scene) -> [(&'static str, &'static str); 8] {
    let or = |is: bool, yes: &'static str, no: &'static str| if is { yes } else { no };
    [
        ("m", or(scene.muted, "unmute", "mute")),
        ("v", or(scene.unseen, "camera on", "camera off")),
        ("t", "chat"),
        ("f", "file"),
        ("r", or(scene.recording, "stop recording", "record")),
        ("l", "quality"),
        ("h", "help"),
        ("q", "hang up"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press_all(scene: &mut Scene, keys: &str) -> Vec<Command> {
        let key = |glyph| match glyph {
            '\n' => Key::Enter,
            '\x1b' => Key::Escape,
            '\x7f' => Key::Backspace,
            glyph => Key::Char(glyph),
        };
        keys.chars().filter_map(|glyph| press(scene, key(glyph)).unwrap()).collect()
    }

    #[test]
    fn every_key_of_the_help_has_a_word_that_does_the_same() {
        let pairs =
            [("m", "microphone"), ("v", "camera"), ("l", "quality"), ("o", "own"), ("r", "record"), ("s", "status")];
        for (key, word) in pairs {
            assert_eq!(press_all(&mut Scene::default(), key), [read(word).unwrap().unwrap()], "{key} and {word}");
        }
        assert_eq!(press_all(&mut Scene::default(), "thi\n"), [read("say hi").unwrap().unwrap()]);
        assert_eq!(press_all(&mut Scene::default(), "fa b\n"), [read("send a b").unwrap().unwrap()]);
        assert_eq!(press_all(&mut Scene::default(), "qy"), [read("hang up").unwrap().unwrap()]);
    }

    #[test]
    fn while_a_line_is_typed_keys_are_letters() {
        let mut scene = Scene::default();
        assert_eq!(press_all(&mut scene, "tmqq\x7f"), []);
        assert_eq!(scene.draft.as_ref().unwrap().words, "mq");
        assert_eq!(press_all(&mut scene, "\x1bm"), [Command::Microphone(Switch::Turn)]);
    }

    #[test]
    fn a_line_that_begins_with_a_slash_is_a_command() {
        assert_eq!(press_all(&mut Scene::default(), "t/mute\n"), [Command::Microphone(Switch::Off)]);
        let mut scene = Scene::default();
        press_all(&mut scene, "t/dance");
        assert_eq!(press(&mut scene, Key::Enter), Err(NoCommand::Unknown("dance".to_owned())));
    }

    #[test]
    fn hanging_up_is_asked_about_and_control_c_is_not() {
        let mut scene = Scene::default();
        assert_eq!(press_all(&mut scene, "qn"), []);
        assert!(!scene.leaving);
        assert_eq!(press(&mut scene, Key::Ctrl('c')), Ok(Some(Command::HangUp)));
    }

    #[test]
    fn a_line_can_be_cleared_and_has_an_end() {
        let mut scene = Scene::default();
        press_all(&mut scene, "twrong");
        assert_eq!(press(&mut scene, Key::Ctrl('u')), Ok(None));
        assert_eq!(press_all(&mut scene, "right\n"), [Command::Say("right".to_owned())]);
        let long = press_all(&mut scene, &format!("t{}\n", "x".repeat(LONGEST_SAID + 1)));
        assert_eq!(long, [Command::Say("x".repeat(LONGEST_SAID))]);
    }

    #[test]
    fn the_key_that_closes_the_help_does_nothing_else() {
        for key in ["q", "\n", "\x1b"] {
            let mut scene = Scene { help: true, ..Scene::default() };
            assert_eq!(press_all(&mut scene, key), []);
            assert!(!scene.help && !scene.leaving && scene.draft.is_none(), "{key:?}");
        }
        let mut scene = Scene { help: true, ..Scene::default() };
        assert_eq!(press_all(&mut scene, "m"), [Command::Microphone(Switch::Turn)]);
        assert!(scene.help, "others do what they always do");
    }

    #[test]
    fn a_key_is_shown_with_what_it_does_now() {
        let what = |scene: &Scene| hints(scene).map(|(_, what)| what);
        let usual = what(&Scene::default());
        assert_eq!(usual[..2], ["mute", "camera off"]);
        assert_eq!(usual[4], "record");
        let changed = what(&Scene { muted: true, unseen: true, recording: true, ..Scene::default() });
        assert_eq!(changed[..2], ["unmute", "camera on"]);
        assert_eq!(changed[4], "stop recording");
    }

    #[test]
    fn yes_and_no_mean_something_only_when_a_file_is_offered() {
        let mut scene = Scene::default();
        assert_eq!(press_all(&mut scene, "yn"), []);
        scene.offer = Some("notes.txt".to_owned());
        assert_eq!(press_all(&mut scene, "yn"), [Command::Take(true), Command::Take(false)]);
    }

    #[test]
    fn what_cannot_be_read_says_what_would_be() {
        assert_eq!(read("quality high").unwrap_err().to_string(), "what is missing: `quality best|saving|least`");
        assert_eq!(read("send").unwrap_err().to_string(), "what is missing: `send FILE`");
        assert_eq!(read("  "), Ok(None));
    }
}
