//! Motifs: a rhythm with a contour, invented several times over, of which the most singable is kept.

use crate::form::Part;
use crate::grid::{EIGHTH, Hit};
use crate::plan::{Plan, Strike};
use crate::random::Dice;

use super::lattice::Lattice;

/// Contours tried before one is kept.
const ATTEMPTS: usize = 32;
/// A note of at least this length must belong to its chord.
const LONG: u32 = 2 * EIGHTH;

/// Rungs above the home of the section, note by note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contour(Vec<i32>);

impl Contour {
    /// Turns every rise into a fall, around the first note.
    pub(crate) fn inverted(&self) -> Self {
        let first = self.0.first().copied().unwrap_or(0);
        Self(self.0.iter().map(|step| 2 * first - step).collect())
    }

    fn at(&self, index: usize) -> i32 {
        self.0.get(index % self.0.len().max(1)).copied().unwrap_or(0)
    }
}

/// A rhythm and its contour.
pub(crate) struct Motif {
    pub(crate) rhythm: Vec<Hit>,
    pub(crate) contour: Contour,
}

/// Invents the contour of a rhythm: of many drawn, the one that sings best over the section's first chords.
pub(crate) fn invent(
    plan: &Plan,
    part: &Part,
    rhythm: &[Hit],
    lattice: &Lattice,
    home: i32,
    dice: &mut Dice,
) -> Contour {
    let mut best = (i32::MIN, Contour(vec![0]));
    for _ in 0..ATTEMPTS {
        let contour = draw(plan, rhythm, dice);
        let motif = Motif { rhythm: rhythm.to_vec(), contour };
        let notes = realise(plan, &motif, lattice, home, part.start);
        let score = song(&notes);
        if score > best.0 {
            best = (score, motif.contour);
        }
    }
    best.1
}

fn draw(plan: &Plan, rhythm: &[Hit], dice: &mut Dice) -> Contour {
    let half = rhythm.iter().filter(|hit| hit.at < plan.grid.bar).count();
    let shape = dice.below(5);
    let mut rungs = Vec::with_capacity(rhythm.len());
    let mut rung = dice.range(-1, 2);
    let mut leapt = 0;
    for index in 0..rhythm.len() {
        rungs.push(rung);
        let rising = match shape {
            0 => index < half,
            1 => index >= half,
            2 => index % 4 < 2,
            3 => index < half / 2,
            _ => dice.chance(50),
        };
        // After a leap a tune turns round and steps.
        if leapt != 0 {
            rung -= leapt;
            leapt = 0;
            continue;
        }
        let size = [0, 1, 2, 3, plan.style.melody.leap][dice.weighted(&[16, 52, 20, 7, 5])];
        // A motif stays within an octave or so of its home.
        let direction = match rung {
            5.. => -1,
            ..=-4 => 1,
            _ if rising == dice.chance(80) => 1,
            _ => -1,
        };
        if size >= 3 {
            leapt = direction;
        }
        rung += direction * size;
    }
    // The second bar takes up the first where its rhythm repeats: that is what makes a motif stick.
    if dice.chance(45) && rungs.len() >= 2 * half && half > 1 {
        let shift = dice.range(-2, 1);
        for index in half..(2 * half - 1).min(rungs.len()) {
            rungs[index] = rungs[index - half] + shift;
        }
    }
    Contour(rungs)
}

/// Plays a motif: chord tones where it counts, the chord's scale elsewhere.
pub(crate) fn realise(plan: &Plan, motif: &Motif, lattice: &Lattice, home: i32, start: u32) -> Vec<Strike> {
    let mut notes: Vec<Strike> = Vec::with_capacity(motif.rhythm.len());
    for (index, hit) in motif.rhythm.iter().enumerate() {
        let at = start + hit.at;
        let Some(change) = plan.change(at) else { continue };
        // A note struck just before a change and held over it belongs to the chord to come.
        let chord = match plan.next_change(at) {
            Some(next) if next.start - at <= EIGHTH && at + hit.length > next.start + EIGHTH => &next.chord,
            _ => &change.chord,
        };
        let strength = plan.grid.strength(hit.at);
        let wanted = lattice.pitch(home + motif.contour.at(index));
        let counts = strength >= 2 || hit.length >= LONG;
        let scale = chord.scale(plan.key);
        let pitch = if counts {
            lattice.nearest(wanted, |p| chord.has(p))
        } else {
            lattice.nearest(wanted, |p| scale[usize::from(p % 12)])
        };
        let height = i32::from(pitch) - i32::from(lattice.pitch(home));
        let force = 78 + i32::from(strength) * 4 + height.clamp(-8, 10) / 2;
        notes.push(Strike { at, length: breath(hit), pitch, force });
    }
    notes
}

/// Leaves a little air after every note that is not tied to the next.
fn breath(hit: &Hit) -> u32 {
    if hit.length > LONG { hit.length - 40 } else { hit.length * 15 / 16 }
}

/// How well a line sings.
fn song(notes: &[Strike]) -> i32 {
    let mut score = 0;
    let mut same = 0;
    for pair in notes.windows(2) {
        let interval = (i32::from(pair[1].pitch) - i32::from(pair[0].pitch)).abs();
        same = if interval == 0 { same + 1 } else { 0 };
        score += match interval {
            0 if same > 2 => -5,
            0 => 0,
            1 | 2 => 3,
            3..=5 => 2,
            6 => -3,
            7 => 1,
            8 | 9 | 12 => -2,
            _ => -8,
        };
    }
    for three in notes.windows(3) {
        let (first, second) = (
            i32::from(three[1].pitch) - i32::from(three[0].pitch),
            i32::from(three[2].pitch) - i32::from(three[1].pitch),
        );
        if first.abs() >= 5 {
            score += if first.signum() == -second.signum() && second.abs() <= 4 { 3 } else { -3 };
        }
    }
    let mut pitches: Vec<u8> = notes.iter().map(|note| note.pitch).collect();
    pitches.sort_unstable();
    let span = pitches.last().copied().unwrap_or(0) - pitches.first().copied().unwrap_or(0);
    pitches.dedup();
    let apexes = notes.iter().filter(|n| Some(&n.pitch) == pitches.last()).count();
    score + shape(span, pitches.len(), apexes, notes.len())
}

fn shape(span: u8, distinct: usize, apexes: usize, count: usize) -> i32 {
    let spread = match span {
        0..=2 if count > 4 => -8,
        3..=4 => 1,
        5..=12 => 5,
        13..=14 => 0,
        _ => -6,
    };
    let variety = if (3..=6).contains(&distinct) { 4 } else { 0 };
    spread + variety + if apexes == 1 { 3 } else { 0 }
}
