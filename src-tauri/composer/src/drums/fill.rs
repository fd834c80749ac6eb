//! Fills and rolls that lead from one section to the next.

use crate::form::Part;
use crate::grid::{EIGHTH, SIXTEENTH};
use crate::plan::{Plan, Strike};
use crate::random::Dice;
use crate::style::Fill;

use super::{KICK, SNARE, lanes};

/// A big fill where the section ends, a small one where a phrase of eight does.
pub(super) fn fills(
    plan: &Plan,
    part: &Part,
    next: Option<&Part>,
    from: usize,
    dice: &mut Dice,
    strikes: &mut Vec<Strike>,
) {
    for bar in 0..part.bars {
        let last = bar + 1 == part.bars;
        let rising = next.is_some_and(|next| next.energy > part.energy);
        let wanted = if last { next.is_some() } else { bar % 8 == 7 || (bar % 4 == 3 && dice.chance(35)) };
        if !wanted || part.energy < 35 || part.bars < 3 {
            continue;
        }
        let big = last && (rising || dice.chance(50));
        let choices: Vec<&Fill> = plan.style.drums.fills.iter().filter(|fill| fill.big == big).collect();
        if let Some(fill) = dice.pick(&choices) {
            play(plan, part, fill, bar, from, strikes);
        }
    }
}

fn play(plan: &Plan, part: &Part, fill: &Fill, bar: usize, from: usize, strikes: &mut Vec<Strike>) {
    let start = part.start + plan.grid.bar * u32::try_from(bar).unwrap_or(0);
    let pulses = plan.grid.pulses.len();
    // The fill keeps its distance from the end of the bar, however long the bar is.
    let first = (fill.from * pulses / 4).min(pulses - 1);
    let cut = start + plan.grid.pulses[first].start;
    let end = start + plan.grid.bar;
    let mut index = 0;
    strikes.retain(|strike| {
        index += 1;
        index <= from || strike.at < cut || strike.at >= end
    });
    let mut played = Vec::new();
    let half = if pulses == 2 { 1 } else { 0 };
    lanes(plan, &fill.lanes, half, start, &mut played);
    played.retain(|strike| strike.at >= cut);
    strikes.extend(played);
}

/// The roll of a build: quarters, eighths, sixteenths, then thirty-seconds, louder and louder, and a breath of silence.
pub(super) fn snare_roll(plan: &Plan, part: &Part, strikes: &mut Vec<Strike>) {
    let bars = u32::try_from(part.bars).unwrap_or(1);
    let whole = plan.grid.bar * bars;
    let gap = plan.grid.pulses.last().map_or(0, |pulse| pulse.length);
    let mut at = 0;
    while at < whole - gap {
        let step = match at * 8 / whole {
            0..=3 => 2 * EIGHTH,
            4 | 5 => EIGHTH,
            6 => SIXTEENTH,
            _ => SIXTEENTH / 2,
        };
        let force = 46 + i32::try_from(at * 58 / whole).unwrap_or(0);
        let accent = if (at / step).is_multiple_of(2) { 6 } else { 0 };
        strikes.push(Strike { at: part.start + at, length: step, pitch: SNARE, force: force + accent });
        if at % (2 * EIGHTH) == 0 && at * 8 / whole < 6 {
            strikes.push(Strike { at: part.start + at, length: EIGHTH, pitch: KICK, force: force + 24 });
        }
        at += step;
    }
}
