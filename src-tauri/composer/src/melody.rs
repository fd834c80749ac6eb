//! The tune: motifs of rhythm and contour, developed over phrases, the same whenever a section returns.

mod contour;
pub(crate) mod lattice;
pub(crate) mod solo;

use son1k_domain::score::SectionKind;

use crate::cast::Player;
use crate::form::{Part, word};
use crate::grid::{EIGHTH, Hit, SIXTEENTH};
use crate::plan::{Plan, Strike};
use crate::random::Dice;
use crate::style::SoloPractice;
use contour::Motif;
use lattice::Lattice;

/// Phrases are made of units of two bars; four units make a period.
const UNIT_BARS: usize = 2;

/// Letters of the four units of a period and the steps by which each is moved.
const PERIODS: [[(usize, i32); 4]; 6] = [
    [(0, 0), (1, 0), (0, 0), (1, 0)],
    [(0, 0), (0, 1), (1, 1), (0, 0)],
    [(0, 0), (0, -1), (1, 0), (0, 0)],
    [(0, 0), (1, 0), (0, 2), (1, -1)],
    [(0, 0), (0, 0), (1, 2), (1, 0)],
    [(0, 0), (0, 0), (0, 1), (1, 0)],
];

/// Writes the tune of every section in which the player plays.
pub(crate) fn tune(plan: &Plan, player: &Player) -> Vec<Strike> {
    let mut strikes = Vec::new();
    for part in &plan.form.parts {
        if plan.level(player, part).is_none() {
            continue;
        }
        match (part.kind, plan.style.melody.solo) {
            (SectionKind::Solo, SoloPractice::Bebop) => solo::bebop(plan, player, part, &mut strikes),
            (SectionKind::Solo, SoloPractice::Pentatonic) => {
                solo::pentatonic(plan, player, part, &mut strikes)
            }
            _ => theme(plan, player, part, &mut strikes),
        }
    }
    strikes
}

/// The material of a section: two motifs, an order, a register.
struct Material {
    motifs: [Motif; 2],
    period: [(usize, i32); 4],
    home: i32,
}

fn theme(plan: &Plan, player: &Player, part: &Part, strikes: &mut Vec<Strike>) {
    let lattice = Lattice::new(plan, player.range);
    let Some(material) = material(plan, part, &lattice) else { return };
    let unit_ticks = plan.grid.bar * 2;
    let end = (part.start + part.length).min(plan.form.ending);
    let units = part.bars.div_ceil(UNIT_BARS);
    let mut before = None;
    for unit in 0..units {
        let start = part.start + unit_ticks * u32::try_from(unit).unwrap_or(0);
        let mut phrase = unit_notes(plan, &material, &lattice, unit, start, before);
        phrase.retain(|note| note.at < end);
        before = phrase.last().map(|note| note.pitch).or(before);
        let varied = part.occurrence > 1 || unit >= 4;
        if varied {
            let concern = format!("ornament/{}/{}/{unit}", word(part.kind), part.occurrence);
            ornament(plan, &lattice, &mut phrase, &mut plan.dice(&concern));
        }
        for note in &mut phrase {
            note.length = note.length.min(end - note.at);
        }
        strikes.extend(phrase);
    }
}

fn material(plan: &Plan, part: &Part, lattice: &Lattice) -> Option<Material> {
    let melody = &plan.style.melody;
    let (name, bank) =
        rhythm_names(part.kind).iter().find_map(|n| melody.rhythms.get(*n).map(|b| (*n, b)))?;
    let mut dice = plan.dice(&format!("melody/{name}"));
    let first = dice.below(bank.len());
    let second = if bank.len() > 1 { (first + 1 + dice.below(bank.len() - 1)) % bank.len() } else { first };
    let read = |index: usize| bank.get(index).map_or(Vec::new(), |text| rhythm(plan, text));
    let (one, two) = (read(first), read(second));
    let home = lattice.home(part.kind, plan.feel.register);
    let lead_in = contour::invent(plan, part, &one, lattice, home, &mut dice);
    let answer = match dice.below(3) {
        0 => lead_in.inverted(),
        _ => contour::invent(plan, part, &two, lattice, home, &mut dice),
    };
    let period = if melody.looped { PERIODS[0] } else { *dice.pick(&PERIODS)? };
    let motifs = [Motif { rhythm: one, contour: lead_in }, Motif { rhythm: two, contour: answer }];
    Some(Material { motifs, period, home })
}

/// Banks of rhythms a section may use, nearest first.
fn rhythm_names(kind: SectionKind) -> &'static [&'static str] {
    match kind {
        SectionKind::Chorus | SectionKind::Drop => &["chorus", "verse"],
        SectionKind::PreChorus | SectionKind::Build => &["pre", "verse"],
        SectionKind::Bridge | SectionKind::Breakdown => &["bridge", "verse"],
        SectionKind::Intro | SectionKind::Outro => &["intro", "verse"],
        SectionKind::Solo => &["solo", "chorus", "verse"],
        SectionKind::Verse => &["verse"],
    }
}

fn rhythm(plan: &Plan, text: &str) -> Vec<Hit> {
    plan.grid.hits(text, 0, UNIT_BARS, false)
}

/// Plays one motif over the chords of its two bars.
fn unit_notes(
    plan: &Plan,
    material: &Material,
    lattice: &Lattice,
    unit: usize,
    start: u32,
    before: Option<u8>,
) -> Vec<Strike> {
    let (letter, moved) = material.period[unit % 4];
    let motif = &material.motifs[letter];
    let mut notes = contour::realise(plan, motif, lattice, material.home + moved, start);
    cadence(plan, &mut notes, unit % 4, lattice);
    smooth(plan, &mut notes, before, lattice);
    notes
}

/// Ends question units open and answer units closed.
fn cadence(plan: &Plan, notes: &mut [Strike], unit: usize, lattice: &Lattice) {
    let tonic = plan.key.tonic.0 % 12;
    let Some(last) = notes.last_mut() else { return };
    let Some(change) = plan.change(last.at) else { return };
    let tones = change.chord.tones();
    let wanted: Vec<u8> = match unit {
        3 if tones.contains(&tonic) => vec![tonic],
        3 => vec![change.chord.root, change.chord.third()],
        1 => tones.iter().copied().filter(|t| *t != tonic).collect(),
        _ => return,
    };
    last.pitch = lattice.nearest(last.pitch, |pitch| wanted.contains(&(pitch % 12)));
    last.length = last.length.max(EIGHTH);
}

/// Brings a unit nearer when it would start with a leap of more than a sixth from the unit before.
fn smooth(plan: &Plan, notes: &mut [Strike], before: Option<u8>, lattice: &Lattice) {
    let (Some(before), Some(first)) = (before, notes.first().copied()) else { return };
    let leap = i32::from(first.pitch) - i32::from(before);
    if leap.abs() <= 9 {
        return;
    }
    let aim = u8::try_from(i32::from(before) + leap.signum() * 7).unwrap_or(first.pitch);
    let Some(change) = plan.change(first.at) else { return };
    let nearer = lattice.nearest(aim, |pitch| change.chord.has(pitch));
    // A leap is mended only where that does not tear another one open.
    if notes.get(1).is_none_or(|second| second.pitch.abs_diff(nearer) <= 7) {
        notes[0].pitch = nearer;
    }
}

/// Varies a returning phrase lightly: a neighbour note here, an anticipation there.
fn ornament(plan: &Plan, lattice: &Lattice, phrase: &mut Vec<Strike>, dice: &mut Dice) {
    let mut added = Vec::new();
    for index in 0..phrase.len().saturating_sub(1) {
        let (note, next) = (phrase[index], phrase[index + 1]);
        let long = note.length >= 2 * EIGHTH && next.at - note.at >= 2 * EIGHTH;
        if !long || !dice.chance(22) {
            continue;
        }
        let at = next.at - if dice.chance(60) { EIGHTH } else { SIXTEENTH };
        let up = dice.chance(50);
        let pitch = lattice.neighbour(next.pitch, if up { 1 } else { -1 });
        if plan.change(at).is_some_and(|change| change.chord.scale(plan.key)[usize::from(pitch % 12)]) {
            phrase[index].length = note.length.min(at - note.at);
            added.push(Strike { at, length: next.at - at, pitch, force: note.force - 8 });
        }
    }
    phrase.extend(added);
    phrase.sort_by_key(|note| note.at);
}
