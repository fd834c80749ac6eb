//! The moods a musician can ask for, by id.

/// Ids of every mood, in the order in which menus show them.
pub const MOODS: [&str; 16] = [
    "happy",
    "sad",
    "dark",
    "calm",
    "energetic",
    "romantic",
    "epic",
    "dreamy",
    "aggressive",
    "melancholic",
    "nostalgic",
    "tense",
    "sensual",
    "hopeful",
    "mysterious",
    "playful",
];
