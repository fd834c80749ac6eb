//! Second voices and textures: guide tones, doublings, answers, beds and risers.

use son1k_domain::score::{SectionKind, Sound};

use crate::cast::Player;
use crate::form::{Part, word};
use crate::grid::EIGHTH;
use crate::melody::lattice::Lattice;
use crate::plan::{Plan, Strike};
use crate::style::Practice;
use crate::theory::voicing::nearest_pitch;

/// Key at which beds and risers are played.
const BED_KEY: u8 = 60;

/// Writes a counter voice against the tune.
pub(crate) fn counter(plan: &Plan, player: &Player, tune: &[Strike]) -> Vec<Strike> {
    let mut strikes = Vec::new();
    for part in &plan.form.parts {
        let Some(level) = plan.level(player, part) else { continue };
        let end = (part.start + part.length).min(plan.form.ending);
        let within: Vec<Strike> = tune.iter().copied().filter(|s| s.at >= part.start && s.at < end).collect();
        match player.plan.practice {
            Practice::Octave if !within.is_empty() => double(player, &within, &mut strikes),
            Practice::Thirds if !within.is_empty() => thirds(plan, player, &within, &mut strikes),
            Practice::Answer if !within.is_empty() => {
                let said = strikes.len();
                answer(plan, player, part, &within, end, &mut strikes);
                if strikes.len() == said {
                    guide(plan, player, part, level, end, &mut strikes);
                }
            }
            _ => guide(plan, player, part, level, end, &mut strikes),
        }
    }
    strikes
}

/// Holds the third or the seventh of every chord, moving as little as it can.
fn guide(plan: &Plan, player: &Player, part: &Part, level: usize, end: u32, strikes: &mut Vec<Strike>) {
    let [low, high] = player.range;
    let mut pitch = low + (high - low) / 2;
    for change in plan.changes.iter().filter(|c| c.start < end && c.end() > part.start) {
        let (at, until) = (change.start.max(part.start), change.end().min(end));
        let third = nearest_pitch(change.chord.third(), pitch);
        let other = nearest_pitch(change.chord.seventh().unwrap_or(change.chord.fifth()), pitch);
        let nearer = if third.abs_diff(pitch) <= other.abs_diff(pitch) { third } else { other };
        pitch = inside(nearer, low, high);
        let length = until - at;
        // A fuller level moves on to a neighbour half-way through long chords.
        let moves = level >= 2 && length >= plan.grid.bar && plan.grid.pulses.len() > 1;
        let first = if moves { plan.grid.pulses[plan.grid.pulses.len() / 2].start } else { length };
        strikes.push(Strike { at, length: first.min(length), pitch, force: 70 });
        if moves {
            let lattice = Lattice::new(plan, player.range);
            let near = lattice.neighbour(pitch, if pitch > low + (high - low) / 2 { -1 } else { 1 });
            strikes.push(Strike { at: at + first, length: length - first, pitch: near, force: 64 });
        }
    }
}

fn inside(pitch: u8, low: u8, high: u8) -> u8 {
    let mut pitch = pitch;
    while pitch < low {
        pitch += 12;
    }
    while pitch > high && pitch >= 12 {
        pitch -= 12;
    }
    pitch
}

fn double(player: &Player, tune: &[Strike], strikes: &mut Vec<Strike>) {
    let [low, high] = player.range;
    let middle = u32::from(low) + u32::from(high);
    let sum: u32 = tune.iter().map(|s| u32::from(s.pitch)).sum();
    let mean = sum / u32::try_from(tune.len()).unwrap_or(1).max(1);
    let up = middle / 2 > mean;
    for strike in tune {
        let pitch = if up { strike.pitch + 12 } else { strike.pitch.saturating_sub(12) };
        strikes.push(Strike { pitch: inside(pitch, low, high), force: strike.force - 14, ..*strike });
    }
}

/// A third below the tune where the chord allows it, else the next chord tone down.
fn thirds(plan: &Plan, player: &Player, tune: &[Strike], strikes: &mut Vec<Strike>) {
    let [low, high] = player.range;
    let mut line: Vec<Strike> = Vec::with_capacity(tune.len());
    for strike in tune {
        let Some(change) = plan.change(strike.at) else { continue };
        let scale = change.chord.scale(plan.key);
        let held = strike.length >= 2 * EIGHTH;
        let fits = |pitch: u8| if held { change.chord.has(pitch) } else { scale[usize::from(pitch % 12)] };
        let below = (3..=9).filter_map(|n| strike.pitch.checked_sub(n)).find(|pitch| fits(*pitch));
        let Some(pitch) = below else { continue };
        line.push(Strike { pitch, force: strike.force - 12, ..*strike });
    }
    // The whole line goes to the octave of the instrument, so that it keeps its shape.
    let sum: u32 = line.iter().map(|s| u32::from(s.pitch)).sum();
    let mean = i32::try_from(sum / u32::try_from(line.len()).unwrap_or(1).max(1)).unwrap_or(60);
    let shift = (i32::from(low) + i32::from(high) - 2 * mean + 12).div_euclid(24);
    for strike in &mut line {
        let moved =
            u8::try_from((i32::from(strike.pitch) + shift * 12).clamp(0, 127)).unwrap_or(strike.pitch);
        strike.pitch = if moved + 4 < low || moved > high + 4 { inside(moved, low, high) } else { moved };
    }
    strikes.extend(line);
}

/// Fills the tune's rests with short figures; every rest of the same phrase gets the same figure.
fn answer(plan: &Plan, player: &Player, part: &Part, tune: &[Strike], end: u32, strikes: &mut Vec<Strike>) {
    let mut dice = plan.dice(&format!("answer/{}", word(part.kind)));
    let figures = [[0, 1, 2, 1], [2, 1, 0, 1], [0, 2, 1, 3], [3, 2, 1, 0]];
    let figure = *dice.pick(&figures).unwrap_or(&figures[0]);
    let step = if dice.chance(50) { EIGHTH } else { EIGHTH / 2 };
    let lattice = Lattice::new(plan, player.range);
    let ends = tune.iter().map(|s| s.at + s.length);
    let starts = tune.iter().skip(1).map(|s| s.at).chain([end]);
    for (from, to) in ends.zip(starts) {
        let from = from.div_ceil(EIGHTH) * EIGHTH;
        if to < from + 4 * EIGHTH {
            continue;
        }
        for (index, rung) in (0u32..4).zip(figure) {
            let at = from + index * step;
            let last = index == 3;
            let Some(change) = plan.change(at).filter(|_| at + step <= to) else { continue };
            let home = lattice.home(SectionKind::Chorus, 0);
            let wanted = lattice.pitch(home + rung * 2 - 2);
            let pitch = lattice.nearest(wanted, |p| change.chord.has(p));
            let length = if last { (to - at).min(3 * EIGHTH) } else { step * 15 / 16 };
            strikes.push(Strike { at, length, pitch, force: 68 + i32::try_from(index).unwrap_or(0) * 2 });
        }
    }
}

/// One sound under everything, or a rise into what comes.
pub(crate) fn texture(plan: &Plan, player: &Player) -> Vec<Strike> {
    match player.plan.practice {
        Practice::Riser => risers(plan, player),
        _ if matches!(player.sound, Sound::Synth { .. }) => bed(plan, player),
        _ => plan
            .form
            .parts
            .iter()
            .filter(|part| plan.level(player, part).is_some())
            .flat_map(|part| {
                let end = (part.start + part.length).min(plan.form.ending);
                let mut strikes = Vec::new();
                guide(plan, player, part, 1, end, &mut strikes);
                strikes
            })
            .collect(),
    }
}

fn bed(plan: &Plan, player: &Player) -> Vec<Strike> {
    let playing: Vec<&Part> =
        plan.form.parts.iter().filter(|part| plan.level(player, part).is_some()).collect();
    let mut strikes: Vec<Strike> = Vec::new();
    for part in playing {
        match strikes.last_mut() {
            Some(last) if last.at + last.length == part.start => last.length += part.length,
            _ => strikes.push(Strike { at: part.start, length: part.length, pitch: BED_KEY, force: 80 }),
        }
    }
    strikes
}

fn risers(plan: &Plan, player: &Player) -> Vec<Strike> {
    let pairs = plan.form.parts.windows(2);
    pairs
        .filter(|pair| pair[1].energy > pair[0].energy + 8 && plan.level(player, &pair[0]).is_some())
        .map(|pair| {
            let length = pair[0].length.min(plan.grid.bar * 4);
            Strike { at: pair[0].start + pair[0].length - length, length, pitch: BED_KEY, force: 88 }
        })
        .collect()
}
