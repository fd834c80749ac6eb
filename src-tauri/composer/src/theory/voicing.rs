//! Voicings: chords as real notes, each moving as little as it can from the one before.

use super::Chord;

/// Where a part may play and with how many notes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Lowest and highest MIDI key.
    pub low: u8,
    pub high: u8,
    pub voices: usize,
}

/// Voices a chord near the one before; without one, around the middle of the space.
pub fn voice(chord: &Chord, space: Space, before: Option<&[u8]>) -> Vec<u8> {
    let tones = chosen_tones(chord, space.voices);
    let mut best: Option<(i32, Vec<u8>)> = None;
    for rotation in 0..tones.len() {
        let closed = stack(&tones, rotation);
        for shape in [closed.clone(), dropped(&closed)] {
            for octave in 0..9i32 {
                let Some(notes) = placed(&shape, octave * 12, space) else { continue };
                let cost = cost(&notes, space, before);
                if best.as_ref().is_none_or(|(lowest, _)| cost < *lowest) {
                    best = Some((cost, notes));
                }
            }
        }
    }
    best.map(|(_, notes)| notes).unwrap_or_else(|| folded(&tones, space))
}

/// The tones that matter most: third and seventh, then colour, then root, then fifth.
fn chosen_tones(chord: &Chord, voices: usize) -> Vec<u8> {
    let mut ranked: Vec<(u8, u8)> =
        chord.intervals.iter().map(|i| (rank(*i, chord), (chord.root + i) % 12)).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.truncate(voices.max(1));
    let mut tones: Vec<u8> = ranked.into_iter().map(|(_, tone)| tone).collect();
    if tones.len() < voices && chord.intervals.len() == 2 {
        tones.push(chord.root);
    }
    tones.sort_by_key(|tone| (tone + 12 - chord.root) % 12);
    tones
}

fn rank(interval: u8, chord: &Chord) -> u8 {
    let rich = chord.intervals.len() > 4;
    match interval {
        2..=5 => 0,
        9..=11 => 1,
        0 if rich => 4,
        0 => 1,
        12.. => 2,
        _ if rich => 5,
        _ => 3,
    }
}

/// Stacks the tones upwards from one of them, as small offsets above C.
fn stack(tones: &[u8], rotation: usize) -> Vec<i32> {
    let mut notes: Vec<i32> = Vec::with_capacity(tones.len());
    for index in 0..tones.len() {
        let mut note = i32::from(tones[(rotation + index) % tones.len()]);
        while notes.last().is_some_and(|last| note <= *last) {
            note += 12;
        }
        notes.push(note);
    }
    notes
}

/// Drops the second voice from the top by an octave, which opens the chord.
fn dropped(closed: &[i32]) -> Vec<i32> {
    let mut open = closed.to_vec();
    if open.len() >= 4 {
        let second = open.len() - 2;
        open[second] -= 12;
        open.sort_unstable();
    }
    open
}

fn placed(shape: &[i32], shift: i32, space: Space) -> Option<Vec<u8>> {
    let notes: Vec<u8> = shape.iter().map(|n| u8::try_from(n + shift).ok()).collect::<Option<_>>()?;
    let inside = notes.iter().all(|n| (space.low..=space.high).contains(n));
    inside.then_some(notes)
}

fn cost(notes: &[u8], space: Space, before: Option<&[u8]>) -> i32 {
    let centre = (i32::from(space.low) + i32::from(space.high)) / 2;
    let middle =
        notes.iter().map(|n| i32::from(*n)).sum::<i32>() / i32::try_from(notes.len()).unwrap_or(1).max(1);
    let mud: i32 = notes.windows(2).filter(|pair| pair[0] < 50 && pair[1] - pair[0] < 4).count() as i32 * 12;
    let rub: i32 = notes.windows(2).filter(|pair| pair[1] - pair[0] == 1).count() as i32 * 2;
    let settled = (middle - centre).abs() / 2 + mud + rub;
    let Some(before) = before else { return settled * 4 };
    movement(notes, before) * 3 + parallels(notes, before) * 4 + settled
}

/// Sum of how far every voice goes to its nearest note of the chord before, and back.
pub fn movement(notes: &[u8], before: &[u8]) -> i32 {
    let nearest = |note: u8, others: &[u8]| {
        others.iter().map(|o| (i32::from(*o) - i32::from(note)).abs()).min().unwrap_or(0)
    };
    let there: i32 = notes.iter().map(|n| nearest(*n, before)).sum();
    let back: i32 = before.iter().map(|n| nearest(*n, notes)).sum();
    there.max(back)
}

/// Number of outer-voice octaves and fifths that move in parallel.
fn parallels(notes: &[u8], before: &[u8]) -> i32 {
    let (Some(low), Some(high), Some(old_low), Some(old_high)) =
        (notes.first(), notes.last(), before.first(), before.last())
    else {
        return 0;
    };
    let (now, then) = ((high - low) % 12, old_high.abs_diff(*old_low) % 12);
    i32::from(now == then && matches!(now, 0 | 7) && low != old_low)
}

/// A space too narrow for the chord: each tone goes to its octave inside.
fn folded(tones: &[u8], space: Space) -> Vec<u8> {
    let mut notes: Vec<u8> =
        tones.iter().map(|tone| nearest_pitch(*tone, (space.low + space.high) / 2)).collect();
    notes.sort_unstable();
    notes.dedup();
    notes
}

/// Returns the pitch of a class nearest to another pitch.
pub fn nearest_pitch(class: u8, near: u8) -> u8 {
    let up = (i32::from(class) - i32::from(near)).rem_euclid(12);
    let pitch = if up <= 6 { i32::from(near) + up } else { i32::from(near) + up - 12 };
    u8::try_from(pitch.clamp(0, 127)).unwrap_or(60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::Colour;
    use son1k_domain::music::{Key, Mode, PitchClass};

    const SPACE: Space = Space { low: 52, high: 76, voices: 4 };

    fn chord(numeral: &str, colour: Colour) -> Chord {
        Chord::read(numeral, Key { tonic: PitchClass(0), mode: Mode::Major }, colour).unwrap()
    }

    #[test]
    fn voices_move_by_small_steps() {
        let mut before = voice(&chord("I", Colour::Seventh), SPACE, None);
        for numeral in ["vi", "ii", "V", "I", "IV", "viih7", "iii", "vi"] {
            let next = voice(&chord(numeral, Colour::Seventh), SPACE, Some(&before));
            assert!(movement(&next, &before) <= 8, "{numeral}: {before:?} to {next:?}");
            before = next;
        }
    }

    #[test]
    fn a_rich_chord_gives_up_root_and_fifth_first() {
        let notes = voice(&chord("V13", Colour::Triad), Space { voices: 4, ..SPACE }, None);
        let classes: Vec<u8> = notes.iter().map(|n| n % 12).collect();
        assert!(classes.contains(&11) && classes.contains(&5));
        assert!(!classes.contains(&2) || !classes.contains(&7));
    }

    #[test]
    fn the_nearest_pitch_is_within_a_tritone() {
        for class in 0..12 {
            assert!(nearest_pitch(class, 60).abs_diff(60) <= 6);
        }
    }
}
