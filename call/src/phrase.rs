//! Words that two people compare to know that nobody sits between them.
//!
//! Media is encrypted between two certificates, of which each end knows the other's only from what the relay passed on. A
//! relay that puts its own in their place has other certificates on both sides, and so the two read other words.

use std::fmt;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::sdp::Fingerprint;

/// Words in a phrase, of eight bits each.
const WORDS_IN_PHRASE: usize = 6;

/// Times that the hash is taken again. A relay would have to look through some 2^24 certificates of its own for each end
/// to find two that give the same words: 3.4 * 10^12 hashes between hearing of a call and the end of everybody's patience.
/// That is out of reach of a server, and minutes of a machine made for hashing: the words stop who listens along, not
/// whoever has made ready for this call.
const ROUNDS: u32 = 100_000;

/// Words for the two ends of a connection: the same at both of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase([&'static str; WORDS_IN_PHRASE]);

/// The certificates at the two ends of a connection, whichever is one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ends([Fingerprint; 2]);

impl Ends {
    /// Of two certificates.
    pub fn new(one: &Fingerprint, other: &Fingerprint) -> Self {
        let (first, second) = if one <= other { (one, other) } else { (other, one) };
        Self([first.clone(), second.clone()])
    }

    /// The words for them. This takes some hundredths of a second of a processor, on purpose: not for a thread that
    /// others wait for.
    pub fn phrase(&self) -> Phrase {
        let Self([first, second]) = self;
        let mut hash = Sha256::new()
            .chain_update("meetme phrase 1\n")
            .chain_update(first.as_str())
            .chain_update("\n")
            .chain_update(second.as_str())
            .finalize();
        for _ in 0..ROUNDS {
            hash = Sha256::digest(hash);
        }
        Phrase(std::array::from_fn(|at| LIST[usize::from(hash[at])]))
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl Serialize for Phrase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// 256 words, each unlike the others when spoken.
#[rustfmt::skip]
const LIST: [&str; 256] = [
    "acid", "acorn", "actor", "album", "alley", "amber", "anchor", "angle",
    "apple", "apron", "arrow", "aspen", "atlas", "attic", "autumn", "axle",
    "bacon", "badge", "bagel", "baker", "balloon", "bamboo", "banjo", "barley",
    "basil", "basket", "beacon", "beaver", "berry", "birch", "bishop", "bison",
    "blanket", "blossom", "bonfire", "bottle", "breeze", "brick", "bridge", "bronze",
    "bucket", "buffalo", "butter", "button", "cabin", "cactus", "camel", "candle",
    "canoe", "canyon", "carbon", "cargo", "carpet", "castle", "cedar", "cello",
    "chalk", "cherry", "chimney", "cider", "circus", "citrus", "clover", "cobalt",
    "coconut", "comet", "copper", "coral", "cotton", "cougar", "crayon", "cricket",
    "crown", "crystal", "curtain", "cypress", "daisy", "dancer", "dolphin", "donkey",
    "dragon", "drum", "eagle", "ebony", "echo", "elbow", "elder", "ember",
    "engine", "falcon", "farmer", "feather", "fennel", "ferry", "fiddle", "finch",
    "flamingo", "flint", "forest", "fossil", "fox", "galaxy", "garden", "garlic",
    "gazelle", "geyser", "ginger", "glacier", "globe", "goblet", "granite", "grape",
    "gravel", "guitar", "hammer", "harbor", "harvest", "hazel", "helmet", "heron",
    "hickory", "honey", "hornet", "igloo", "indigo", "insect", "iris", "island",
    "ivory", "jacket", "jaguar", "jasmine", "jelly", "jigsaw", "jungle", "juniper",
    "kayak", "kettle", "kingdom", "kitten", "kiwi", "koala", "ladder", "lagoon",
    "lantern", "laurel", "lemon", "leopard", "lily", "linen", "lizard", "lobster",
    "locket", "lotus", "lumber", "magnet", "maple", "marble", "meadow", "melon",
    "mirror", "mitten", "monsoon", "moose", "mosaic", "mountain", "muffin", "mustard",
    "napkin", "nectar", "needle", "nickel", "nutmeg", "oasis", "oatmeal", "ocean",
    "olive", "onion", "opal", "orbit", "orchid", "otter", "oyster", "paddle",
    "panda", "panther", "papaya", "parade", "parrot", "pebble", "pelican", "pencil",
    "pepper", "piano", "pigeon", "pillow", "planet", "plum", "pocket", "poplar",
    "potato", "prairie", "puffin", "pumpkin", "puzzle", "quartz", "quilt", "rabbit",
    "raccoon", "radish", "raven", "ribbon", "river", "robin", "rocket", "saddle",
    "saffron", "salmon", "sandal", "sapphire", "saturn", "scarf", "shadow", "silver",
    "sparrow", "spinach", "spruce", "squirrel", "sulfur", "sunset", "swan", "table",
    "tango", "teapot", "temple", "thistle", "thunder", "ticket", "tiger", "timber",
    "tomato", "topaz", "tractor", "trumpet", "tulip", "tundra", "tunnel", "turtle",
    "umbrella", "velvet", "violin", "walnut", "walrus", "willow", "window", "yogurt",
];
