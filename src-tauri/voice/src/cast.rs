//! Who sings in a conversion.

use son1k_domain::conversion::{Character, Conversion, limits};

use crate::singer::{Line, Part, Roughness, Singer};

/// Singers of a conversion.
pub(crate) struct Cast {
    /// The voice as it was, only where its pace is changed.
    pub own: Option<Singer>,
    /// The first voice, only where it is changed.
    pub lead: Option<Singer>,
    pub others: Vec<Singer>,
    /// In samples.
    pub latency: usize,
}

/// Delays of other singers in seconds: from where two takes are heard as two (about 15 ms) to where they fall apart.
const DELAYS: [f64; 8] = [0.018, 0.026, 0.021, 0.032, 0.015, 0.029, 0.023, 0.035];
/// Their place beside the note in semitones.
const DETUNES: [f32; 8] = [0.07, -0.09, 0.12, -0.05, -0.13, 0.1, -0.07, 0.04];
/// Their formants in semitones: no two heads are of one size.
const HEADS: [f32; 8] = [0.3, -0.4, 0.7, -0.8, 0.5, -0.2, 1.0, -0.6];

/// Returns who sings. `longest` is the longest period in samples; `prompt` singers wait for nothing they can do without.
pub(crate) fn of(conversion: &Conversion, rate: u32, longest: f64, prompt: bool) -> Cast {
    let speed = f64::from(conversion.speed);
    let mut latency = 0;
    let mut seed = 0;
    let mut hire = |part: Part| {
        seed += 1;
        let singer = Singer::new(part, rate, speed, longest, prompt, seed);
        latency = latency.max(singer.latency());
        singer
    };
    let own = (speed != 1.0).then(|| hire(Part::new(Line::Own, 1.0)));
    let lead = changes_lead(conversion).then(|| hire(lead(conversion)));
    let others = others(conversion).into_iter().map(hire).collect();
    Cast { own, lead, others, latency }
}

/// Returns whether the first voice sings other notes or with another head.
fn changes_lead(conversion: &Conversion) -> bool {
    let character = matches!(conversion.character, Character::Robot | Character::Monster | Character::Old);
    let tuned = conversion.tune.is_some_and(|tune| tune.amount > 0.0) || conversion.range != 1.0;
    let moved = conversion.pitch != 0.0 || conversion.formants != 0.0;
    let pitched = conversion.vocoder.is_none() && conversion.character != Character::Whisper;
    conversion.formants != 0.0 || (pitched && (character || tuned || moved))
}

fn lead(conversion: &Conversion) -> Part {
    let line = match (&conversion.vocoder, conversion.character) {
        // Of a whisper and of a synthesiser, no pitch is heard.
        (Some(_), _) | (_, Character::Whisper) => Line::Own,
        _ => Line::Lead,
    };
    let roughness = match conversion.character {
        // Ageing voices: jitter and shimmer two to three times those of the young (S. Linville, "Vocal Aging", 2001).
        Character::Old => Roughness { jitter: 0.012, shimmer: 0.12, tremor: 0.3, growl: 0.0 },
        Character::Monster => Roughness { jitter: 0.01, shimmer: 0.1, tremor: 0.0, growl: 0.6 },
        _ => Roughness::default(),
    };
    Part { roughness, ..Part::new(line, semitones(conversion.formants)) }
}

/// Returns the parts beside the first.
fn others(conversion: &Conversion) -> Vec<Part> {
    let mut parts = Vec::new();
    let beside = |n: usize, line: Line, gain: f32, consonants: f32| {
        let n = n % DELAYS.len();
        Part {
            detune: DETUNES[n],
            wander: 0.06,
            delay: DELAYS[n],
            gain,
            consonants,
            ..Part::new(line, semitones(conversion.formants + HEADS[n]))
        }
    };
    if conversion.doubling > 0.0 {
        let take = beside(0, Line::Lead, 0.9 * conversion.doubling, 0.7);
        // The same throat twice.
        parts.push(Part { formants: semitones(conversion.formants), ..take });
    }
    for n in 0..conversion.harmony.len().min(limits::VOICES) {
        parts.push(beside(n + 1, Line::Harmony(n), 0.65, 0.4));
    }
    for n in 0..usize::from(conversion.choir.min(limits::CHOIR)) {
        parts.push(beside(n, Line::Lead, 0.75, 0.4));
    }
    parts
}

fn semitones(semitones: f32) -> f64 {
    (f64::from(semitones) / 12.0).exp2()
}
