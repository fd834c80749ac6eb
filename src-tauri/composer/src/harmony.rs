//! The harmony: progressions of the genre laid over the form.

use son1k_domain::music::{Key, Mode};
use son1k_domain::score::{ChordSpan, SectionKind};
use son1k_domain::unit::Ticks;

use crate::form::{Form, Part};
use crate::grid::Grid;
use crate::random::Dice;
use crate::style::Style;
use crate::theory::{Chord, Colour};

/// A chord and where it sounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) start: u32,
    pub(crate) length: u32,
    pub(crate) chord: Chord,
}

impl Change {
    pub(crate) fn end(&self) -> u32 {
        self.start + self.length
    }

    pub(crate) fn span(&self) -> ChordSpan {
        ChordSpan {
            start: Ticks(self.start),
            length: Ticks(self.length),
            symbol: self.chord.symbol.clone(),
            numeral: self.chord.numeral.clone(),
            tones: self.chord.tones(),
            bass: self.chord.bass,
        }
    }
}

/// Lays progressions over every section, a cadence before the last chord, and the tonic at the end.
pub(crate) fn harmonise(style: &Style, form: &Form, grid: &Grid, key: Key, seed: u32) -> Vec<Change> {
    let mut changes = Vec::new();
    for (index, part) in form.parts.iter().enumerate() {
        let next = form.parts.get(index + 1);
        lay(style, part, next, grid, key, seed, &mut changes);
    }
    end(style, form, grid, key, &mut changes);
    merge(changes)
}

fn lay(
    style: &Style,
    part: &Part,
    next: Option<&Part>,
    grid: &Grid,
    key: Key,
    seed: u32,
    changes: &mut Vec<Change>,
) {
    let bars = progression(style, part, key, seed);
    let whole = part.length.div_ceil(grid.bar) as usize;
    for bar in 0..whole {
        let start = part.start + grid.bar * u32::try_from(bar).unwrap_or(0);
        let length = grid.bar.min(part.start + part.length - start);
        let chords = &bars[bar % bars.len()];
        let turns = bar + 1 == whole && next.is_some() && whole > 2 && bar % bars.len() != bars.len() - 1;
        if turns {
            // A progression cut short still leads on: its last bar becomes the dominant.
            changes.extend(in_bar(&dominant(style, key), start, length, grid));
        } else {
            changes.extend(in_bar(chords, start, length, grid));
        }
    }
}

fn dominant(style: &Style, key: Key) -> Vec<Chord> {
    let family = family(key.mode);
    let numeral = style.cadence.get(family).map_or("V", |cadence| cadence[0].as_str());
    numeral.split_whitespace().filter_map(|n| Chord::read(n, key, style.colour)).collect()
}

/// Chords of one bar, shared out over its pulses.
fn in_bar(chords: &[Chord], start: u32, length: u32, grid: &Grid) -> Vec<Change> {
    let pulses = grid.pulses.len().max(1);
    let count = chords.len().clamp(1, pulses);
    let edge = |index: usize| {
        let pulse = (index * pulses).div_ceil(count);
        grid.pulses.get(pulse).map_or(length, |p| p.start.min(length))
    };
    (0..count)
        .filter_map(|index| {
            let (from, to) = (edge(index), if index + 1 == count { length } else { edge(index + 1) });
            let chord = chords.get(index)?.clone();
            (to > from).then_some(Change { start: start + from, length: to - from, chord })
        })
        .collect()
}

/// The progression of a kind of section: the same whenever the section returns.
fn progression(style: &Style, part: &Part, key: Key, seed: u32) -> Vec<Vec<Chord>> {
    let mode = mode_word(key.mode);
    let borrowed = !style.harmony.contains_key(mode);
    let table = style.harmony.get(mode).or_else(|| style.harmony.get(family(key.mode)));
    let kinds = fallbacks(part.kind);
    let found = kinds.iter().find_map(|kind| table?.get(*kind).map(|choices| (kind, choices)));
    let Some((kind, choices)) = found else { return vec![tonic(style, key)] };
    let mut dice = Dice::new(seed, &format!("harmony/{kind}"));
    let text = if borrowed && dice.chance(75) {
        modal(key.mode, &mut dice)
    } else {
        dice.pick(choices).map_or("I", String::as_str)
    };
    let mut bars: Vec<Vec<Chord>> = Vec::new();
    for bar in text.split('|') {
        let chords: Vec<Chord> = if bar.trim() == "%" {
            bars.last().cloned().unwrap_or_default()
        } else {
            bar.split_whitespace().filter_map(|n| Chord::read(n, key, style.colour)).collect()
        };
        bars.push(if chords.is_empty() { tonic(style, key) } else { chords });
    }
    bars
}

/// Kinds whose progression a section may share, nearest first.
fn fallbacks(kind: SectionKind) -> &'static [&'static str] {
    match kind {
        SectionKind::Intro => &["intro", "verse", "chorus"],
        SectionKind::Verse => &["verse", "chorus"],
        SectionKind::PreChorus => &["pre", "verse"],
        SectionKind::Chorus => &["chorus", "verse"],
        SectionKind::Bridge => &["bridge", "pre", "verse"],
        SectionKind::Solo => &["solo", "verse"],
        SectionKind::Build => &["build", "pre", "drop", "chorus", "verse"],
        SectionKind::Drop => &["drop", "chorus", "verse"],
        SectionKind::Breakdown => &["breakdown", "bridge", "verse"],
        SectionKind::Outro => &["outro", "intro", "verse", "chorus"],
    }
}

/// Vamps that show what is particular in a mode, for genres that do not say.
fn modal(mode: Mode, dice: &mut Dice) -> &'static str {
    let vamps: &[&str] = match mode {
        Mode::Dorian => &["i | IV | i | IV", "i | ii | IV | i", "i | IV | bVII | i"],
        Mode::Phrygian => &["i | bII | i | bvii", "i | bII | bIII | bII", "i | bVI | bII | i"],
        Mode::Lydian => &["I | II | I | II", "I | II | vi | I", "I@ | II@ | I@ | vii"],
        Mode::Mixolydian => &["I | bVII | IV | I", "I | v | bVII | I", "I | IV | bVII | I"],
        Mode::Major => &["I | V | vi | IV"],
        Mode::Minor => &["i | VI | III | VII"],
    };
    dice.pick(vamps).copied().unwrap_or("I")
}

pub(crate) fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Major => "major",
        Mode::Minor => "minor",
        Mode::Dorian => "dorian",
        Mode::Phrygian => "phrygian",
        Mode::Lydian => "lydian",
        Mode::Mixolydian => "mixolydian",
    }
}

fn family(mode: Mode) -> &'static str {
    if mode.is_minor() { "minor" } else { "major" }
}

fn tonic(style: &Style, key: Key) -> Vec<Chord> {
    let numeral = if key.mode.is_minor() { "i" } else { "I" };
    Chord::read(numeral, key, style.colour).into_iter().collect()
}

/// Puts the cadence into the bar before the last chord and the tonic under it.
fn end(style: &Style, form: &Form, grid: &Grid, key: Key, changes: &mut Vec<Change>) {
    changes.retain(|change| change.start < form.ending);
    for change in changes.iter_mut() {
        change.length = change.length.min(form.ending - change.start);
    }
    if form.ending >= 2 * grid.bar {
        let start = form.ending - grid.bar;
        changes.retain(|change| change.start < start);
        changes.extend(in_bar(&dominant(style, key), start, grid.bar, grid));
    }
    let last = style.cadence.get(family(key.mode)).map_or("", |cadence| cadence[1].as_str());
    let chord = Chord::read(last, key, Colour::Triad).into_iter().chain(tonic(style, key)).next();
    if let Some(chord) = chord {
        changes.push(Change { start: form.ending, length: form.length - form.ending, chord });
    }
    // A piece opens at home.
    if let (Some(home), Some(first)) = (tonic(style, key).pop(), changes.first_mut())
        && first.chord.root != key.tonic.0
        && form.ending >= 8 * grid.bar
    {
        first.chord = home;
    }
}

/// Joins neighbours that are the same chord inside one bar's repeat.
fn merge(changes: Vec<Change>) -> Vec<Change> {
    let mut merged: Vec<Change> = Vec::with_capacity(changes.len());
    for change in changes {
        match merged.last_mut() {
            Some(last) if last.chord == change.chord && last.end() == change.start => {
                last.length += change.length
            }
            _ => merged.push(change),
        }
    }
    merged
}
