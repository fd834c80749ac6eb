//! The moods a musician can ask for, and what each does to a piece.

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

/// What the moods of a brief add up to; zero is the genre as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Feel {
    /// Semitones by which chords and tune lie higher.
    pub(crate) register: i32,
    /// Levels by which patterns are fuller.
    pub(crate) density: i32,
    /// Levels by which drums are fuller.
    pub(crate) drums: i32,
    /// Velocity added to every note.
    pub(crate) force: i32,
    /// Decibels of treble on the master.
    pub(crate) bright: i32,
    /// Decibels of reverb sent by everyone.
    pub(crate) space: i32,
}

impl Feel {
    /// Adds up what the moods do.
    pub(crate) fn of(moods: &[String]) -> Self {
        let sum = moods.iter().fold(Self::default(), |sum, mood| sum.plus(effect(mood)));
        Self {
            register: sum.register.clamp(-5, 5),
            density: sum.density.clamp(-2, 2),
            drums: sum.drums.clamp(-2, 2),
            force: sum.force.clamp(-18, 14),
            bright: sum.bright.clamp(-3, 3),
            space: sum.space.clamp(-4, 6),
        }
    }

    fn plus(self, [register, density, drums, force, bright, space]: [i32; 6]) -> Self {
        Self {
            register: self.register + register,
            density: self.density + density,
            drums: self.drums + drums,
            force: self.force + force,
            bright: self.bright + bright,
            space: self.space + space,
        }
    }
}

/// Register, density, drums, force, brightness, space.
fn effect(mood: &str) -> [i32; 6] {
    match mood {
        "happy" => [2, 0, 0, 3, 1, 0],
        "sad" => [-2, -1, -1, -8, -1, 2],
        "dark" => [-4, -1, 0, 0, -2, 1],
        "calm" => [0, -1, -1, -12, -1, 2],
        "energetic" => [1, 1, 1, 8, 1, -1],
        "romantic" => [0, 0, -1, -6, 0, 2],
        "epic" => [0, 1, 1, 8, 1, 3],
        "dreamy" => [1, -1, -1, -8, -1, 4],
        "aggressive" => [-2, 1, 1, 12, 1, -2],
        "melancholic" => [-2, -1, 0, -6, -1, 2],
        "nostalgic" => [0, 0, 0, -4, -1, 1],
        "tense" => [-1, 1, 0, 4, 0, 0],
        "sensual" => [-2, 0, 0, -4, -1, 1],
        "hopeful" => [2, 0, 0, 2, 1, 1],
        "mysterious" => [-2, -1, -1, -4, -1, 3],
        "playful" => [3, 1, 0, 2, 1, -1],
        _ => [0; 6],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mood_changes_something_and_opposites_differ() {
        for mood in MOODS {
            assert_ne!(Feel::of(&[mood.to_owned()]), Feel::default(), "{mood}");
        }
        let (dark, happy) = (Feel::of(&["dark".to_owned()]), Feel::of(&["happy".to_owned()]));
        assert!(dark.register < happy.register && dark.bright < happy.bright);
    }
}
