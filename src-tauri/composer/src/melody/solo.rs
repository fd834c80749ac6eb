//! Solos: improvised lines over the changes.

use crate::cast::Player;
use crate::form::Part;
use crate::grid::EIGHTH;
use crate::plan::{Plan, Strike};
use crate::random::Dice;
use crate::theory::Chord;

use super::lattice::Lattice;

/// Rhythms of rock licks, one bar each.
const LICKS: [&str; 7] = [
    "x-x-x-x-x-x-x---",
    "x--x--x-x-x-x---",
    "..x-x-x-x---x---",
    "x-xxx-xxx-xxx---",
    "x-----x-x-x-x-x-",
    "xxxxxxxxx-------",
    "x-------....x-x-",
];

/// A line of eighths: a chord tone on every beat, guided into the next by scale, chromatic step or enclosure.
pub(crate) fn bebop(plan: &Plan, player: &Player, part: &Part, strikes: &mut Vec<Strike>) {
    let mut dice = plan.dice(&format!("solo/{}", part.occurrence));
    let end = (part.start + part.length).min(plan.form.ending);
    let beats = beats(plan, part, end);
    let targets = targets(plan, player, &beats, &mut dice);
    let phrase = plan.grid.pulses.len() * 4;
    let mut rest_from = rest(phrase, &mut dice);
    let mut entry = dice.below(2);
    for (index, (at, length)) in beats.iter().enumerate() {
        let place = index % phrase;
        if place == 0 {
            rest_from = rest(phrase, &mut dice);
            entry = dice.below(3);
        }
        if place >= rest_from || place < entry {
            continue;
        }
        let (now, next) = (targets[index], targets.get(index + 1).copied().unwrap_or(targets[index]));
        let last = place + 1 == rest_from || index + 1 == beats.len();
        beat(plan, *at, *length, now, if last { None } else { Some(next) }, &mut dice, strikes);
    }
}

fn rest(phrase: usize, dice: &mut Dice) -> usize {
    phrase - 1 - dice.below(phrase / 4 + 1)
}

fn beats(plan: &Plan, part: &Part, end: u32) -> Vec<(u32, u32)> {
    let mut beats = Vec::new();
    for bar in 0..part.bars {
        let start = part.start + plan.grid.bar * u32::try_from(bar).unwrap_or(0);
        let pulses = plan.grid.pulses.iter().map(|pulse| (start + pulse.start, pulse.length));
        beats.extend(pulses.filter(|(at, _)| *at < end));
    }
    beats
}

/// One chord tone for each beat; thirds and sevenths where the chord changes.
fn targets(plan: &Plan, player: &Player, beats: &[(u32, u32)], dice: &mut Dice) -> Vec<u8> {
    let (low, high) = (i32::from(player.range[0]), i32::from(player.range[1]));
    let mut pitch = (low + high) / 2;
    let mut direction = 1;
    let mut targets = Vec::with_capacity(beats.len());
    for (at, _) in beats {
        let Some(change) = plan.change(*at) else { continue };
        if pitch > high - 5 || (pitch >= low + 6 && direction > 0 && dice.chance(28)) {
            direction = -1;
        } else if pitch < low + 5 || (direction < 0 && dice.chance(28)) {
            direction = 1;
        }
        let aim = pitch + direction * dice.range(2, 5);
        let guide = *at == change.start;
        pitch = tone_near(&change.chord, aim, guide).clamp(low, high);
        targets.push(u8::try_from(pitch).unwrap_or(64));
    }
    targets
}

fn tone_near(chord: &Chord, aim: i32, guide: bool) -> i32 {
    let fits = |pitch: i32| {
        let class = u8::try_from(pitch.rem_euclid(12)).unwrap_or(0);
        if guide { class == chord.third() || Some(class) == chord.seventh() } else { chord.has(class) }
    };
    (0..12).flat_map(|away| [aim - away, aim + away]).find(|pitch| fits(*pitch)).unwrap_or(aim)
}

/// Plays one beat: its target and the way to the next.
fn beat(
    plan: &Plan,
    at: u32,
    length: u32,
    now: u8,
    next: Option<u8>,
    dice: &mut Dice,
    strikes: &mut Vec<Strike>,
) {
    let accent = 76 + i32::from(plan.grid.strength(at)) + dice.bell(6);
    let Some(next) = next else {
        strikes.push(Strike { at, length: length * 3 / 4, pitch: now, force: accent + 6 });
        return;
    };
    if length == 2 * EIGHTH && dice.chance(9) {
        // A triplet up or down the chord into the next beat.
        let Some(change) = plan.change(at) else { return };
        let up = next >= now;
        let one = tone_near(&change.chord, i32::from(now) + if up { 3 } else { -3 }, false);
        let two = tone_near(&change.chord, one + if up { 3 } else { -3 }, false);
        for (index, pitch) in [(0, i32::from(now)), (1, one), (2, two)] {
            let pitch = u8::try_from(pitch.clamp(0, 127)).unwrap_or(now);
            strikes.push(Strike {
                at: at + index * length / 3,
                length: length / 3 - 8,
                pitch,
                force: accent,
            });
        }
        return;
    }
    let half = length / 2;
    if !dice.chance(10) {
        strikes.push(Strike { at, length: half - 10, pitch: now, force: accent });
    }
    let passing = passing(plan, at + half, now, next, dice);
    strikes.push(Strike { at: at + half, length: half - 24, pitch: passing, force: accent + 5 });
}

/// The off-beat between two targets.
fn passing(plan: &Plan, at: u32, now: u8, next: u8, dice: &mut Dice) -> u8 {
    let gap = i32::from(next) - i32::from(now);
    let side = if gap == 0 { if dice.chance(50) { 1 } else { -1 } } else { gap.signum() };
    let chromatic = dice.chance(35);
    let scale = plan.change(at).map(|change| change.chord.scale(plan.key));
    let inside = |pitch: i32| {
        let class = usize::try_from(pitch.rem_euclid(12)).unwrap_or(0);
        scale.is_none_or(|scale| scale[class])
    };
    let pitch = match gap.abs() {
        // An enclosure: past the target and back, or the half-step below it.
        0..=2 if chromatic => i32::from(next) - 1,
        0..=2 => {
            (1..=3).map(|n| i32::from(next) + side * n).find(|p| inside(*p)).unwrap_or(i32::from(next) + 1)
        }
        _ if chromatic => i32::from(next) - side,
        _ => (1..=3).map(|n| i32::from(next) - side * n).find(|p| inside(*p)).unwrap_or(i32::from(now)),
    };
    u8::try_from(pitch.clamp(0, 127)).unwrap_or(now)
}

/// Pentatonic licks that climb through the section, each said twice, ending on long notes.
pub(crate) fn pentatonic(plan: &Plan, player: &Player, part: &Part, strikes: &mut Vec<Strike>) {
    let mut dice = plan.dice(&format!("solo/{}", part.occurrence));
    let lattice = Lattice::pentatonic(plan, player.range);
    let end = (part.start + part.length).min(plan.form.ending);
    let mut lick = 0;
    let mut figure = 0;
    for bar in 0..part.bars {
        // Question and repeat, then something new: two bars each.
        if bar % 4 != 1 {
            lick = dice.below(LICKS.len());
            figure = dice.below(4);
        }
        let start = part.start + plan.grid.bar * u32::try_from(bar).unwrap_or(0);
        let climb = i32::try_from(bar * 4 / part.bars.max(1)).unwrap_or(0);
        let home = lattice.len() * 2 / 5 + climb;
        let hits = plan.grid.hits(LICKS[lick], 0, 1, false);
        for (index, hit) in hits.iter().enumerate() {
            let at = start + hit.at;
            let Some(change) = plan.change(at).filter(|_| at < end) else { continue };
            let step = i32::try_from(index).unwrap_or(0);
            let rung = home
                + match figure {
                    0 => [0, 1, 2, 1][index % 4] + step / 4,
                    1 => 4 - step,
                    2 => [2, 0, 1][index % 3],
                    _ => step - [0, 2, 0, 3][index % 4],
                };
            let held = hit.length >= 2 * EIGHTH;
            let pitch = lattice.pitch(rung);
            let pitch = if held { lattice.nearest(pitch, |p| change.chord.has(p)) } else { pitch };
            let force = 86 + i32::from(plan.grid.strength(hit.at)) * 3 + if held { 6 } else { 0 };
            strikes.push(Strike { at, length: hit.length * 15 / 16, pitch, force });
        }
    }
}
