//! The performance: swing, the hand's imprecision, accents and dynamics; then notes as the score wants them.

use son1k_domain::score::{Note, Patch, Role, Sound};
use son1k_domain::unit::Ticks;

use crate::cast::Player;
use crate::drums::{KICK, SNARE};
use crate::grid::{EIGHTH, SIXTEENTH};
use crate::plan::{Plan, Strike};
use crate::random::Dice;

/// Shortest note that is worth playing, in ticks.
const SHORTEST: u32 = 20;

/// Plays a part: from strikes on the grid to notes of the score, sorted, inside the piece, none over itself.
pub(crate) fn perform(plan: &Plan, player: &Player, mut strikes: Vec<Strike>) -> Vec<Note> {
    strikes.sort_by_key(|strike| (strike.at, strike.pitch));
    let mut dice = plan.dice(&format!("hand/{}", player.plan.id));
    let mut together = (u32::MAX, 0);
    let mut notes: Vec<Note> = Vec::with_capacity(strikes.len());
    for strike in &strikes {
        // Notes of one chord fall together.
        if strike.at != together.0 {
            together = (strike.at, stray(plan, player, strike, &mut dice));
        }
        let start = shifted(swung(plan, strike.at), together.1).min(plan.form.length - 1);
        let end = shifted(swung(plan, strike.at + strike.length), together.1).min(plan.form.length);
        let length = end.saturating_sub(start).max(SHORTEST).min(plan.form.length - start);
        let velocity = velocity(plan, player, strike, &mut dice);
        notes.push(Note { start: Ticks(start), length: Ticks(length), pitch: strike.pitch, velocity });
    }
    tidy(notes)
}

fn shifted(tick: u32, by: i32) -> u32 {
    tick.saturating_add_signed(by)
}

/// Moves off-beats later: eighths inside quarters, sixteenths inside eighths. Compound pulses stay as they are.
fn swung(plan: &Plan, tick: u32) -> u32 {
    let bar = tick / plan.grid.bar * plan.grid.bar;
    let inside = tick - bar;
    let Some(pulse) = plan.grid.pulses.iter().rfind(|pulse| pulse.start <= inside) else { return tick };
    // Triplets already swing.
    let triplet = plan.style.swing8 != 50 && (inside - pulse.start).is_multiple_of(2 * EIGHTH / 3);
    if pulse.length != 2 * EIGHTH || triplet {
        return tick;
    }
    let within = bend(inside - pulse.start, 2 * EIGHTH, plan.style.swing8);
    let eighth = within / EIGHTH * EIGHTH;
    let straight = plan.style.swing8 == 50;
    let within =
        if straight { eighth + bend(within - eighth, 2 * SIXTEENTH, plan.style.swing16) } else { within };
    bar + pulse.start + within
}

/// Bends a stretch so that its middle falls at `percent`.
fn bend(tick: u32, whole: u32, percent: u32) -> u32 {
    let (half, middle) = (whole / 2, whole * percent / 100);
    if tick < half { tick * middle / half } else { middle + (tick - half) * (whole - middle) / half }
}

/// How far a hand strays, in ticks.
fn stray(plan: &Plan, player: &Player, strike: &Strike, dice: &mut Dice) -> i32 {
    let human = &plan.style.human;
    let drums = player.plan.role == Role::Drums;
    if player.plan.role == Role::Texture || strike.at == 0 || strike.at >= plan.form.ending {
        return 0;
    }
    let machine =
        matches!(player.sound, Sound::Synth { patch: Patch::ArpBass | Patch::Pluck | Patch::Sub808 });
    let spread = match (drums && strike.pitch == KICK) || machine {
        true => human.timing_ms / 3,
        false => human.timing_ms,
    };
    let late = match player.plan.role {
        Role::Drums if matches!(strike.pitch, SNARE | 37 | 39 | 40) => human.snare_late_ms,
        Role::Drums => 0,
        Role::Bass => human.band_late_ms / 2,
        _ => human.band_late_ms,
    };
    plan.ticks(late + dice.bell(spread))
}

/// Loudness: the pattern's, the section's energy, a swell into bigger sections, the hand.
fn velocity(plan: &Plan, player: &Player, strike: &Strike, dice: &mut Dice) -> u8 {
    let mut force = strike.force + plan.feel.force;
    if let Some(part) = plan.part(strike.at) {
        force += (i32::try_from(part.energy).unwrap_or(60) - 65) / 5;
        let end = part.start + part.length;
        let next = plan.form.parts.iter().find(|next| next.start == end);
        let rises = next.is_some_and(|next| next.energy > part.energy + 10);
        if rises && strike.at + 2 * plan.grid.bar >= end {
            let into = 2 * plan.grid.bar - (end - strike.at).min(2 * plan.grid.bar);
            force += i32::try_from(into * 8 / (2 * plan.grid.bar)).unwrap_or(0);
        }
    }
    if matches!(player.plan.role, Role::Chords | Role::Arpeggio | Role::Lead | Role::Counter) {
        force += i32::from(plan.grid.strength(strike.at)) - 1;
    }
    force += dice.bell(plan.style.human.velocity);
    u8::try_from(force.clamp(8, 125)).unwrap_or(80)
}

/// Sorts, and lets no note run over the next of its own pitch.
fn tidy(mut notes: Vec<Note>) -> Vec<Note> {
    notes.sort_by_key(|note| (note.start, note.pitch, std::cmp::Reverse(note.velocity)));
    notes.dedup_by_key(|note| (note.start, note.pitch));
    let mut last: [Option<usize>; 128] = [None; 128];
    let mut drop = vec![false; notes.len()];
    for index in 0..notes.len() {
        let (start, pitch) = (notes[index].start.0, usize::from(notes[index].pitch.min(127)));
        if let Some(before) = last[pitch] {
            let gap = start - notes[before].start.0;
            if gap < SHORTEST {
                drop[index] = true;
                continue;
            }
            notes[before].length.0 = notes[before].length.0.min(gap - 1);
        }
        last[pitch] = Some(index);
    }
    let mut keep = drop.iter();
    notes.retain(|_| keep.next().is_none_or(|dropped| !dropped));
    notes
}
