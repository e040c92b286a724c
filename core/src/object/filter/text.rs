//! CALDAV:text-match and its collations (RFC 4790, 5051).

use unicode_normalization::UnicodeNormalization;

/// CALDAV:text-match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextMatch {
    /// What is looked for.
    pub text: String,
    /// What counts as equal.
    pub collation: Collation,
    /// Whether it must not be there.
    pub negate: bool,
    /// Where it must be.
    pub match_type: MatchType,
}

/// What counts as equal in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Collation {
    /// `i;ascii-casemap`: a to z are A to Z.
    #[default]
    AsciiCasemap,
    /// `i;octet`: equal bytes.
    Octet,
    /// `i;unicode-casemap`: capitals and composed characters do not count (RFC 5051).
    UnicodeCasemap,
}

/// Where in a value a text must be (RFC 6352 10.5.4; RFC 4791 has the first alone).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum MatchType {
    /// Anywhere.
    #[default]
    Contains,
    /// It is the whole.
    Equals,
    /// At the start.
    StartsWith,
    /// At the end.
    EndsWith,
}

impl Collation {
    /// All that can be asked for, as CALDAV:supported-collation-set names them.
    pub const ALL: [Self; 3] = [Self::AsciiCasemap, Self::Octet, Self::UnicodeCasemap];

    /// Its name in the registry of RFC 4790.
    pub fn name(self) -> &'static str {
        match self {
            Self::AsciiCasemap => "i;ascii-casemap",
            Self::Octet => "i;octet",
            Self::UnicodeCasemap => "i;unicode-casemap",
        }
    }

    /// The collation of that name; `default` is `i;ascii-casemap` (RFC 4791 7.5).
    pub fn of(name: &str) -> Option<Self> {
        if name == "default" {
            return Some(Self::AsciiCasemap);
        }
        Self::ALL.into_iter().find(|collation| collation.name() == name)
    }

    fn mapped(self, text: &str) -> String {
        match self {
            Self::Octet => text.to_owned(),
            Self::AsciiCasemap => text.to_ascii_uppercase(),
            Self::UnicodeCasemap => text.chars().flat_map(char::to_uppercase).nfkd().collect(),
        }
    }
}

impl MatchType {
    /// The match type of that name.
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "contains" => Some(Self::Contains),
            "equals" => Some(Self::Equals),
            "starts-with" => Some(Self::StartsWith),
            "ends-with" => Some(Self::EndsWith),
            _ => None,
        }
    }
}

impl TextMatch {
    /// The texts among which one must match: looked for anywhere they are one text.
    pub(super) fn matches(&self, values: &[&str]) -> bool {
        let wanted = self.collation.mapped(&self.text);
        let found = values.iter().any(|value| {
            let value = self.collation.mapped(value);
            match self.match_type {
                MatchType::Contains => value.contains(&wanted),
                MatchType::Equals => value == wanted,
                MatchType::StartsWith => value.starts_with(&wanted),
                MatchType::EndsWith => value.ends_with(&wanted),
            }
        });
        found != self.negate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(collation: Collation, match_type: MatchType, text: &str, value: &str) -> bool {
        TextMatch { text: text.to_owned(), collation, negate: false, match_type }.matches(&[value])
    }

    #[test]
    fn collations_say_what_is_equal() {
        use Collation::{AsciiCasemap, Octet, UnicodeCasemap};
        for (collation, text, value, expected) in [
            (AsciiCasemap, "TEA", "green tea", true),
            (AsciiCasemap, "CAFÉ", "café", false),
            (Octet, "TEA", "tea", false),
            (Octet, "tea", "green tea", true),
            (UnicodeCasemap, "CAFÉ", "le café", true),
            (UnicodeCasemap, "cafe\u{301}", "CAFÉ", true),
            (UnicodeCasemap, "cafex", "café", false),
            (UnicodeCasemap, "strasse", "Straße", true),
            (UnicodeCasemap, "ΣΊΣΥΦΟΣ", "σίσυφος", true),
        ] {
            assert_eq!(found(collation, MatchType::Contains, text, value), expected, "{collation:?} {text} in {value}");
        }
    }

    #[test]
    fn match_types_say_where() {
        use MatchType::{Contains, EndsWith, Equals, StartsWith};
        let of = |match_type, text| found(Collation::AsciiCasemap, match_type, text, "Green tea");

        assert_eq!(
            [of(Contains, "n t"), of(Equals, "n t"), of(StartsWith, "n t"), of(EndsWith, "n t")],
            [true, false, false, false]
        );
        assert!(of(Equals, "GREEN TEA") && of(StartsWith, "green") && of(EndsWith, "TEA") && of(Contains, ""));
    }

    #[test]
    fn names_are_those_of_the_registry() {
        for collation in Collation::ALL {
            assert_eq!(Collation::of(collation.name()), Some(collation));
        }
        assert_eq!(Collation::of("i;basic"), None);
    }
}
