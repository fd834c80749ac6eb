//! Drums and percussion: grooves, ghost notes, fills, rolls and crashes.

mod fill;

use std::collections::BTreeMap;

use son1k_domain::score::{Role, SectionKind};

use crate::cast::Player;
use crate::form::{Part, word};
use crate::grid::{EIGHTH, SIXTEENTH};
use crate::plan::{Plan, Strike};
use crate::random::Dice;
use crate::style::Groove;

/// Lanes with their General MIDI percussion keys.
const KEYS: [(&str, u8); 27] = [
    ("kick", 36),
    ("rim", 37),
    ("snare", 38),
    ("ghost", 38),
    ("clap", 39),
    ("snare2", 40),
    ("tom_low", 45),
    ("tom_floor", 41),
    ("tom_mid", 47),
    ("tom_high", 50),
    ("hat", 42),
    ("pedal", 44),
    ("open", 46),
    ("crash", 49),
    ("ride", 51),
    ("bell", 53),
    ("tambourine", 54),
    ("cowbell", 56),
    ("bongo_high", 60),
    ("bongo_low", 61),
    ("conga_slap", 62),
    ("conga_high", 63),
    ("conga_low", 64),
    ("shaker", 70),
    ("guiro", 73),
    ("clave", 75),
    ("triangle", 81),
];

pub(crate) const KICK: u8 = 36;
pub(crate) const SNARE: u8 = 38;
const HAT: u8 = 42;
pub(crate) const CRASH: u8 = 49;

/// A groove for parts the style did not plan, such as percussion that was asked for.
const SHAKER: &str = "5.3.7.3.5.3.7.3.";

pub(super) fn key(lane: &str) -> Option<u8> {
    KEYS.iter().find(|(name, _)| *name == lane).map(|(_, key)| *key)
}

/// Lanes that keep time: they keep ticking through long pulses.
fn keeps_time(lane: &str) -> bool {
    matches!(lane, "hat" | "ride" | "shaker" | "tambourine" | "guiro" | "pedal")
}

/// Writes a drum or percussion track.
pub(crate) fn beat(plan: &Plan, player: &Player) -> Vec<Strike> {
    let percussion = player.plan.role == Role::Percussion;
    let mut strikes = Vec::new();
    let mut playing = false;
    for (index, part) in plan.form.parts.iter().enumerate() {
        let Some(level) = plan.level(player, part) else {
            playing = false;
            continue;
        };
        let from = strikes.len();
        groove(plan, part, level, percussion, &mut strikes);
        if !percussion {
            dress(plan, part, plan.form.parts.get(index + 1), playing, from, &mut strikes);
        }
        playing = true;
    }
    strikes.retain(|strike| strike.at < plan.form.ending);
    strikes
}

/// Returns where the kicks of a section fall, whoever plays them.
pub(crate) fn kicks(plan: &Plan, part: &Part, level: usize) -> Vec<Strike> {
    let mut strikes = Vec::new();
    groove(plan, part, level, false, &mut strikes);
    strikes.retain(|strike| strike.pitch == KICK);
    strikes
}

fn groove(plan: &Plan, part: &Part, level: usize, percussion: bool, strikes: &mut Vec<Strike>) {
    let grooves = if percussion { &plan.style.percussion } else { &plan.style.drums.grooves };
    let concern = if percussion { "percussion" } else { "groove" };
    let mut dice = plan.dice(&format!("{concern}/{}", word(part.kind)));
    let Some(level) = nearest_level(grooves, level) else {
        return shake(plan, part, strikes);
    };
    let choices: Vec<&Groove> = grooves.iter().filter(|groove| groove.level == level).collect();
    let Some(groove) = dice.pick(&choices) else { return };
    for bar in 0..part.bars {
        let start = part.start + plan.grid.bar * u32::try_from(bar).unwrap_or(0);
        lanes(plan, &groove.lanes, bar, start, strikes);
    }
}

/// The fullest level that is not above the one asked for, else the thinnest.
fn nearest_level(grooves: &[Groove], level: usize) -> Option<u32> {
    let wanted = u32::try_from(level).unwrap_or(0);
    let below = grooves.iter().map(|g| g.level).filter(|l| *l <= wanted).max();
    below.or_else(|| grooves.iter().map(|g| g.level).min())
}

fn shake(plan: &Plan, part: &Part, strikes: &mut Vec<Strike>) {
    let lanes_of = BTreeMap::from([("shaker".to_owned(), SHAKER.to_owned())]);
    for bar in 0..part.bars {
        let start = part.start + plan.grid.bar * u32::try_from(bar).unwrap_or(0);
        lanes(plan, &lanes_of, bar, start, strikes);
    }
}

pub(super) fn lanes(
    plan: &Plan,
    lanes: &BTreeMap<String, String>,
    bar: usize,
    start: u32,
    strikes: &mut Vec<Strike>,
) {
    for (lane, pattern) in lanes {
        let Some(pitch) = key(lane) else { continue };
        for hit in plan.grid.hits(pattern, bar, 1, keeps_time(lane)) {
            let digit = hit.mark.to_digit(10).and_then(|d| i32::try_from(d).ok()).unwrap_or(7);
            let length = hit.length.clamp(SIXTEENTH / 2, EIGHTH);
            strikes.push(Strike { at: start + hit.at, length, pitch, force: digit * 11 + 12 });
        }
    }
}

/// Makes a groove a performance: a crash to open, rolls and ghost kicks inside, fills to lead on.
fn dress(
    plan: &Plan,
    part: &Part,
    next: Option<&Part>,
    playing: bool,
    from: usize,
    strikes: &mut Vec<Strike>,
) {
    let drums = &plan.style.drums;
    let mut dice = plan.dice(&format!("drums/{}/{}", word(part.kind), part.occurrence));
    let building = part.kind == SectionKind::Build && drums.snare_roll;
    if building {
        strikes.truncate(from);
        fill::snare_roll(plan, part, strikes);
        return;
    }
    vary(plan, part, from, &mut dice, strikes);
    if drums.rolls > 0 && part.energy >= 45 {
        rolls(plan, part, drums.rolls, from, &mut dice, strikes);
    }
    fill::fills(plan, part, next, from, &mut dice, strikes);
    if drums.crash && part.energy >= 60 && (playing || part.start == 0) {
        strikes.push(Strike { at: part.start, length: plan.grid.bar.min(960), pitch: CRASH, force: 96 });
    }
}

/// Every fourth bar differs: a kick more before the next bar, or a snare ghosted.
fn vary(plan: &Plan, part: &Part, from: usize, dice: &mut Dice, strikes: &mut Vec<Strike>) {
    let has = |pitch: u8, strikes: &[Strike]| strikes[from..].iter().any(|s| s.pitch == pitch);
    let (kick, snare) = (has(KICK, strikes), has(SNARE, strikes));
    for bar in (0..part.bars).filter(|bar| bar % 4 == 3 || (bar % 2 == 1 && part.energy > 70)) {
        let end = part.start + plan.grid.bar * u32::try_from(bar + 1).unwrap_or(1);
        if kick && dice.chance(45) {
            let early = if dice.chance(60) { EIGHTH } else { SIXTEENTH };
            strikes.push(Strike { at: end - early, length: SIXTEENTH, pitch: KICK, force: 76 });
        }
        if snare && dice.chance(40) && plan.grid.bar > 3 * EIGHTH {
            strikes.push(Strike { at: end - 3 * SIXTEENTH, length: SIXTEENTH, pitch: SNARE, force: 34 });
        }
    }
}

/// Hat rolls of trap: triplets or thirty-seconds that swell or fade over an eighth or a beat.
fn rolls(plan: &Plan, part: &Part, percent: u32, from: usize, dice: &mut Dice, strikes: &mut Vec<Strike>) {
    for bar in 0..part.bars {
        let start = part.start + plan.grid.bar * u32::try_from(bar).unwrap_or(0);
        let often = if bar % 4 == 3 { percent + 25 } else { percent };
        if !dice.chance(often) {
            continue;
        }
        let Some(pulse) = dice.pick(&plan.grid.pulses[plan.grid.pulses.len() / 2..]) else { continue };
        let (window, count) = [(EIGHTH, 3), (EIGHTH, 4), (2 * EIGHTH, 6), (2 * EIGHTH, 8)][dice.below(4)];
        let at = start + pulse.start + pulse.length.saturating_sub(window);
        let swell = dice.chance(65);
        let mut index = 0;
        strikes.retain(|s| {
            index += 1;
            index <= from || s.pitch != HAT || s.at < at || s.at >= at + window
        });
        for n in 0..count {
            let along = i32::try_from(n * 44 / count).unwrap_or(0);
            let force = if swell { 48 + along } else { 92 - along };
            strikes.push(Strike { at: at + n * window / count, length: window / count, pitch: HAT, force });
        }
    }
}
