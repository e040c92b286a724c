//! What a terminal can do: guessed from the environment, corrected by its answers.

use super::cells::Glyphs;
use super::colour::Depth;
use super::input::Answer;
use super::kitty;
use super::picture::Extent;

/// What a terminal can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Abilities {
    /// How many colours it has.
    pub depth: Depth,
    /// What pictures are made of if it cannot show them by itself.
    pub glyphs: Glyphs,
    /// How it shows pictures.
    pub graphics: Graphics,
    /// The size of a cell in pixels; about, unless it told.
    pub cell: Extent,
    /// Whether it answers at all.
    pub answers: bool,
}

/// How a terminal shows pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Graphics {
    /// As characters.
    Cells,
    /// In kitty's protocol.
    Kitty,
    /// As sixels.
    Sixel,
}

/// A wish that overrules what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wish {
    /// None: what was found is used.
    #[default]
    Auto,
    /// Half blocks.
    Blocks,
    /// Characters of ASCII.
    Ascii,
    /// Kitty's protocol.
    Kitty,
    /// Sixels.
    Sixel,
}

/// The part of the environment that speaks of the terminal.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `TERM`.
    pub term: String,
    /// `COLORTERM`.
    pub colorterm: String,
    /// Whether `NO_COLOR` is set to something.
    pub no_color: bool,
    /// What decides about characters: the first of `LC_ALL`, `LC_CTYPE`, `LANG` that is set.
    pub locale: String,
}

impl Environment {
    /// As it is.
    pub fn of_process() -> Self {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            term: set("TERM").unwrap_or_default(),
            colorterm: set("COLORTERM").unwrap_or_default(),
            no_color: set("NO_COLOR").is_some(),
            locale: set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default(),
        }
    }

    /// Whether it can be drawn on at all.
    pub fn can_draw(&self) -> bool {
        !self.term.is_empty() && self.term != "dumb"
    }
}

/// Every question, the one that every terminal answers last: behind its answer nothing more comes.
pub fn questions() -> Vec<u8> {
    // Colours (XTGETTCAP `RGB`), updates as a whole (DECRQM), the size of a cell, and last the attributes (DA1).
    [kitty::ASK, b"\x1bP+q524742\x1b\\\x1b[?2026$p\x1b[16t\x1b[c"].concat()
}

impl Abilities {
    /// What the environment lets one hope for.
    pub fn guessed(environment: &Environment) -> Self {
        let term = environment.term.to_ascii_lowercase();
        let knows = |words: &[&str]| words.iter().any(|word| term.contains(word));
        let depth = if environment.no_color || knows(&["vt100", "vt220", "mono"]) {
            Depth::Mono
        } else if matches!(environment.colorterm.as_str(), "truecolor" | "24bit")
            || knows(&["direct", "kitty", "ghostty"])
        {
            Depth::True
        } else if knows(&["256", "alacritty", "foot", "wezterm"]) {
            Depth::Ansi256
        } else {
            Depth::Ansi16
        };
        let locale = environment.locale.to_ascii_lowercase();
        let utf8 = locale.contains("utf-8") || locale.contains("utf8");
        Self {
            depth,
            // A locale that says nothing is rather a bare environment than a terminal of the last century.
            glyphs: if utf8 || locale.is_empty() { Glyphs::Blocks } else { Glyphs::Ascii },
            graphics: Graphics::Cells,
            cell: Extent { width: 8, height: 16 },
            answers: false,
        }
    }

    /// Takes an answer into account. Says whether it was the last one.
    pub fn hear(&mut self, answer: Answer, environment: &Environment) -> bool {
        match answer {
            Answer::Kitty => self.graphics = Graphics::Kitty,
            Answer::Attributes { sixel } => {
                if sixel && self.graphics == Graphics::Cells {
                    self.graphics = Graphics::Sixel;
                }
                self.answers = true;
            }
            Answer::TrueColour if !environment.no_color => self.depth = Depth::True,
            Answer::CellSize { width, height } => self.cell = Extent { width, height },
            // Terminals that do not know the mode ignore it: it is always said.
            Answer::Synchronized | Answer::TrueColour | Answer::Well | Answer::Other => {}
        }
        // Somebody who wants no colours wants none in pictures either.
        if environment.no_color {
            self.graphics = Graphics::Cells;
        }
        matches!(answer, Answer::Attributes { .. })
    }

    /// Does as is wished.
    pub fn wish(&mut self, wish: Wish) {
        match wish {
            Wish::Auto => {}
            Wish::Blocks => (self.graphics, self.glyphs) = (Graphics::Cells, Glyphs::Blocks),
            Wish::Ascii => (self.graphics, self.glyphs) = (Graphics::Cells, Glyphs::Ascii),
            Wish::Kitty => self.graphics = Graphics::Kitty,
            Wish::Sixel => self.graphics = Graphics::Sixel,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(term: &str, colorterm: &str) -> Environment {
        Environment { term: term.into(), colorterm: colorterm.into(), no_color: false, locale: "C.UTF-8".into() }
    }

    #[test]
    fn the_environment_tells_how_many_colours_there_are() {
        let depth = |term, colorterm| Abilities::guessed(&environment(term, colorterm)).depth;
        assert_eq!(depth("xterm", ""), Depth::Ansi16);
        assert_eq!(depth("linux", ""), Depth::Ansi16);
        assert_eq!(depth("tmux-256color", ""), Depth::Ansi256);
        assert_eq!(depth("tmux-256color", "truecolor"), Depth::True);
        assert_eq!(depth("xterm-kitty", ""), Depth::True);
        assert_eq!(depth("vt100", ""), Depth::Mono);
        let no_color = Environment { no_color: true, ..environment("xterm-kitty", "truecolor") };
        assert_eq!(Abilities::guessed(&no_color).depth, Depth::Mono);
        assert!(!environment("dumb", "").can_draw());
    }

    #[test]
    fn a_locale_without_utf_8_gets_ascii() {
        let glyphs = |locale: &str| {
            Abilities::guessed(&Environment { locale: locale.into(), ..environment("xterm", "") }).glyphs
        };
        assert_eq!(glyphs("de_DE.ISO-8859-1"), Glyphs::Ascii);
        assert_eq!(glyphs("de_DE.UTF-8"), Glyphs::Blocks);
        assert_eq!(glyphs(""), Glyphs::Blocks);
    }

    #[test]
    fn answers_count_for_more_and_the_attributes_are_the_last() {
        let environment = environment("xterm-256color", "");
        let mut able = Abilities::guessed(&environment);
        let last: Vec<bool> = [
            Answer::Kitty,
            Answer::TrueColour,
            Answer::CellSize { width: 10, height: 22 },
            Answer::Attributes { sixel: true },
        ]
        .map(|answer| able.hear(answer, &environment))
        .into();
        assert_eq!(last, [false, false, false, true]);
        assert_eq!((able.graphics, able.depth), (Graphics::Kitty, Depth::True));
        assert_eq!(able.cell, Extent { width: 10, height: 22 });

        able.wish(Wish::Blocks);
        assert_eq!((able.graphics, able.glyphs), (Graphics::Cells, Glyphs::Blocks));
    }

    #[test]
    fn sixels_are_used_where_there_is_nothing_better() {
        let environment = environment("xterm-256color", "");
        let mut able = Abilities::guessed(&environment);
        able.hear(Answer::Attributes { sixel: true }, &environment);
        assert_eq!(able.graphics, Graphics::Sixel);
        let mut able = Abilities::guessed(&environment);
        able.hear(Answer::Attributes { sixel: false }, &environment);
        assert_eq!(able.graphics, Graphics::Cells);
    }
}
