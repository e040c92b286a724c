//! A small file handed over: offered with its size and digest, taken or refused, sent in pieces, compared with its digest.
//!
//! A message of the files' channel is either a line of JSON or a piece of the file: a zero byte, and the bytes behind it.
//! The receiver says how far it is, and no more than [`WINDOW`] is on its way. One file goes in each direction at a time,
//! so pieces need no number: the channel keeps their order.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The biggest file that is handed over.
pub const MOST_BYTES: usize = 16 << 20;
/// Bytes of the file in one message.
const PIECE: usize = 15 << 10;
/// Bytes that may be on their way.
const WINDOW: usize = 16 * PIECE;
/// The receiver tells how far it is after so many bytes.
const TELL: usize = 4 * PIECE;
/// The longest name.
const MOST_NAME: usize = 120;

/// One line of the channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "file", rename_all = "kebab-case")]
enum Line {
    /// Here is one.
    Offer { name: String, size: usize, sha256: String },
    /// It is wanted.
    Take {},
    /// It is not, or no longer.
    Refuse { why: String },
    /// So many bytes have come.
    Got { bytes: usize },
    /// All of it has come, and is what was offered.
    Done {},
    /// The sender gives up.
    Stop {},
}

/// What has to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Send this message.
    Send(Bytes),
    /// Tell this.
    Tell(Note),
    /// Keep what arrived.
    Keep {
        /// A plain name, without a way to it.
        name: String,
        /// Just as it was sent.
        content: Vec<u8>,
    },
}

/// What happened to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The other offers one: ask.
    Offered {
        /// Its name.
        name: String,
        /// Its size in bytes.
        size: usize,
    },
    /// The offer that was asked about does not stand any longer.
    Withdrawn,
    /// The other took it, and has it.
    Sent {
        /// Its name.
        name: String,
    },
    /// The other did not take it.
    Refused {
        /// Its name.
        name: String,
        /// In the other's words.
        why: String,
    },
    /// It came to nothing.
    Broken {
        /// In words.
        why: &'static str,
    },
}

/// Why a file is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotOffered {
    /// One is on its way.
    #[error("another file is on its way; one at a time")]
    Busy,
    /// It is too big.
    #[error("the file is bigger than 16 MiB")]
    TooBig,
}

/// Both directions.
#[derive(Debug, Default)]
pub struct Files {
    going: Option<Going>,
    coming: Option<Coming>,
}

#[derive(Debug)]
struct Going {
    name: String,
    content: Vec<u8>,
    sent: usize,
    taken: bool,
}

#[derive(Debug)]
struct Coming {
    name: String,
    size: usize,
    sha256: String,
    content: Vec<u8>,
    taken: bool,
    told: usize,
}

impl Files {
    /// Offers a file. It goes when the other takes it.
    pub fn offer(&mut self, name: &str, content: Vec<u8>) -> Result<Vec<Act>, NotOffered> {
        if self.going.is_some() {
            return Err(NotOffered::Busy);
        }
        if content.len() > MOST_BYTES {
            return Err(NotOffered::TooBig);
        }
        let (name, size, sha256) = (plain_name(name), content.len(), digest(&content));
        self.going = Some(Going { name: name.clone(), content, sent: 0, taken: false });
        Ok(vec![line(&Line::Offer { name, size, sha256 })])
    }

    /// Answers the offer that stands. Without one nothing happens.
    pub fn answer(&mut self, take: bool) -> Vec<Act> {
        let Some(coming) = self.coming.as_mut().filter(|coming| !coming.taken) else { return Vec::new() };
        if !take {
            self.coming = None;
            return vec![line(&Line::Refuse { why: "refused".to_owned() })];
        }
        coming.taken = true;
        let mut acts = vec![line(&Line::Take {})];
        acts.extend(self.finish());
        acts
    }

    /// The other is gone: nothing goes on.
    pub fn reset(&mut self) -> Vec<Act> {
        let asked = self.coming.as_ref().is_some_and(|coming| !coming.taken);
        let broken = self.going.is_some() || self.coming.is_some();
        *self = Self::default();
        let withdrawn = asked.then_some(Act::Tell(Note::Withdrawn));
        let broken = broken.then_some(Act::Tell(Note::Broken { why: "the connection was lost" }));
        withdrawn.into_iter().chain(broken).collect()
    }

    /// Takes a message.
    pub fn receive(&mut self, message: &[u8]) -> Vec<Act> {
        if let Some((0, piece)) = message.split_first() {
            return self.piece(piece);
        }
        // What a later version says is nothing to this one.
        let Ok(line) = serde_json::from_slice(message) else { return Vec::new() };
        match line {
            Line::Offer { name, size, sha256 } => self.offered(&name, size, sha256),
            Line::Take {} => {
                if let Some(going) = &mut self.going {
                    going.taken = true;
                }
                self.go(0)
            }
            Line::Got { bytes } => self.go(bytes),
            Line::Refuse { why } => {
                let refused = |going: Going| Note::Refused { name: going.name, why: crate::view::scene::clean(&why) };
                self.going.take().map(refused).map(Act::Tell).into_iter().collect()
            }
            Line::Done {} => {
                let finished = self.going.take_if(|going| going.taken && going.sent == going.content.len());
                finished.map(|going| Act::Tell(Note::Sent { name: going.name })).into_iter().collect()
            }
            Line::Stop {} => match self.coming.take() {
                Some(coming) if coming.taken => vec![Act::Tell(Note::Broken { why: "the other stopped sending" })],
                Some(_) => vec![Act::Tell(Note::Withdrawn)],
                None => Vec::new(),
            },
        }
    }

    fn offered(&mut self, name: &str, size: usize, sha256: String) -> Vec<Act> {
        let refuse = |why: &str| vec![line(&Line::Refuse { why: why.to_owned() })];
        if self.coming.is_some() {
            return refuse("another file is on its way");
        }
        if size > MOST_BYTES {
            return refuse("too big");
        }
        let name = plain_name(name);
        self.coming = Some(Coming { name: name.clone(), size, sha256, content: Vec::new(), taken: false, told: 0 });
        vec![Act::Tell(Note::Offered { name, size })]
    }

    /// Sends on, up to a window behind what has arrived.
    fn go(&mut self, arrived: usize) -> Vec<Act> {
        let Some(going) = self.going.as_mut().filter(|going| going.taken) else { return Vec::new() };
        let end = arrived.saturating_add(WINDOW).min(going.content.len());
        let mut acts = Vec::new();
        while going.sent < end {
            let next = (going.sent + PIECE).min(going.content.len());
            let mut message = Vec::with_capacity(1 + next - going.sent);
            message.push(0);
            message.extend_from_slice(&going.content[going.sent..next]);
            acts.push(Act::Send(Bytes::from(message)));
            going.sent = next;
        }
        acts
    }

    fn piece(&mut self, piece: &[u8]) -> Vec<Act> {
        let Some(coming) = self.coming.as_mut().filter(|coming| coming.taken) else { return Vec::new() };
        if coming.content.len() + piece.len() > coming.size {
            self.coming = None;
            let refuse = line(&Line::Refuse { why: "more came than was offered".to_owned() });
            return vec![refuse, Act::Tell(Note::Broken { why: "more came than was offered" })];
        }
        coming.content.extend_from_slice(piece);
        if coming.content.len() >= coming.told + TELL {
            coming.told = coming.content.len();
            let bytes = coming.told;
            let mut acts = self.finish();
            acts.insert(0, line(&Line::Got { bytes }));
            return acts;
        }
        self.finish()
    }

    /// Compares and keeps what has come, once all of it has.
    fn finish(&mut self) -> Vec<Act> {
        let whole = |coming: &mut Coming| coming.taken && coming.content.len() == coming.size;
        let Some(coming) = self.coming.take_if(whole) else { return Vec::new() };
        if !digest(&coming.content).eq_ignore_ascii_case(&coming.sha256) {
            let refuse = line(&Line::Refuse { why: "what came is not what was offered".to_owned() });
            return vec![refuse, Act::Tell(Note::Broken { why: "what came is not what was offered" })];
        }
        vec![Act::Keep { name: coming.name, content: coming.content }, line(&Line::Done {})]
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offered { name, size } => write!(f, "{name} ({})", size_in_words(*size)),
            Self::Withdrawn => write!(f, "the file is no longer offered"),
            Self::Sent { name } => write!(f, "{name} was sent, and has arrived whole"),
            Self::Refused { name, why } => write!(f, "{name} was not taken: {why}"),
            Self::Broken { why } => write!(f, "the file was lost: {why}"),
        }
    }
}

/// A name of somebody else as a file here may have it: no way, nothing hidden, nothing that cannot be shown.
pub fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = crate::view::scene::clean(last);
    let kept: String = shown.trim().trim_start_matches('.').chars().filter(|c| !r#"<>:"|?*"#.contains(*c)).collect();
    // A name may have 255 bytes; a character at most four of them.
    let mut short = String::new();
    for glyph in kept.chars() {
        if short.len() + glyph.len_utf8() > MOST_NAME {
            break;
        }
        short.push(glyph);
    }
    if short.trim().is_empty() { "file".to_owned() } else { short }
}

/// A size as it is said.
pub fn size_in_words(bytes: usize) -> String {
    match bytes {
        0..1000 => format!("{bytes} bytes"),
        1000..1_000_000 => format!("{} KB", bytes.div_ceil(1000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

fn line(line: &Line) -> Act {
    Act::Send(Bytes::from(serde_json::to_vec(line).expect("a line is plain JSON")))
}

fn digest(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}
