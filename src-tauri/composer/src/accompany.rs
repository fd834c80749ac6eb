//! Accompaniment: comping, pads and arpeggios over voicings that lead into each other.

use son1k_domain::score::Role;

use crate::cast::Player;
use crate::form::{Part, word};
use crate::grid::EIGHTH;
use crate::harmony::Change;
use crate::plan::{Plan, Strike};
use crate::style::Practice;
use crate::theory::Chord;
use crate::theory::voicing::{Space, voice};

/// The hands of a chord player: the voicing of every change, each found from the one before.
pub(crate) struct Voicings {
    by_change: Vec<(u32, Vec<u8>)>,
}

impl Voicings {
    pub(crate) fn new(plan: &Plan, player: &Player) -> Self {
        let space = space(plan, player);
        let mut by_change: Vec<(u32, Vec<u8>)> = Vec::with_capacity(plan.changes.len());
        for change in &plan.changes {
            let before = by_change.last().map(|(_, notes)| notes.as_slice());
            // Every section starts from the same hand, so that what returns sounds the same.
            let opens = plan.form.parts.iter().any(|part| part.start == change.start);
            let before = if opens { None } else { before };
            by_change.push((change.start, grip(player, &change.chord, space, before)));
        }
        Self { by_change }
    }

    fn of(&self, change: &Change) -> &[u8] {
        let found = self.by_change.binary_search_by_key(&change.start, |(start, _)| *start);
        found.ok().and_then(|i| self.by_change.get(i)).map_or(&[], |(_, notes)| notes.as_slice())
    }
}

/// Takes a chord as the player's hand does.
pub(crate) fn grip(player: &Player, chord: &Chord, space: Space, before: Option<&[u8]>) -> Vec<u8> {
    match player.plan.practice {
        Practice::Power => power(chord, space),
        _ => voice(chord, space, before),
    }
}

/// Root, fifth and octave from the lowest root of the space.
fn power(chord: &Chord, space: Space) -> Vec<u8> {
    let root = space.low + (chord.root + 12 - space.low % 12) % 12;
    let fifth = root + (chord.fifth() + 12 - chord.root) % 12;
    [root, fifth, root + 12].into_iter().take(space.voices.max(2)).collect()
}

fn space(plan: &Plan, player: &Player) -> Space {
    let [low, high] = player.range;
    let shift =
        |pitch: u8| u8::try_from((i32::from(pitch) + plan.feel.register).clamp(24, 108)).unwrap_or(pitch);
    Space { low: shift(low), high: shift(high), voices: player.plan.voices }
}

/// Writes chords, pads and arpeggios.
pub(crate) fn accompany(plan: &Plan, player: &Player) -> Vec<Strike> {
    let voicings = Voicings::new(plan, player);
    let mut strikes = Vec::new();
    for part in &plan.form.parts {
        let Some(level) = plan.level(player, part) else { continue };
        let sustained = player.plan.practice == Practice::Sustain || player.plan.patterns.is_empty();
        if sustained {
            hold(plan, part, &voicings, &mut strikes);
        } else if player.plan.role == Role::Arpeggio {
            arpeggio(plan, player, part, level, &mut strikes);
        } else {
            comp(plan, player, part, level, &voicings, &mut strikes);
        }
    }
    strikes.retain(|strike| strike.at < plan.form.ending);
    for strike in &mut strikes {
        strike.length = strike.length.min(plan.form.ending - strike.at);
    }
    strikes
}

/// Chords held as long as they last, common tones struck softer; they swell with the section.
fn hold(plan: &Plan, part: &Part, voicings: &Voicings, strikes: &mut Vec<Strike>) {
    let end = (part.start + part.length).min(plan.form.ending);
    let mut before: &[u8] = &[];
    for change in plan.changes.iter().filter(|c| c.start < end && c.end() > part.start) {
        let at = change.start.max(part.start);
        let until = change.end().min(end);
        let along = i32::try_from((at - part.start) * 10 / part.length.max(1)).unwrap_or(0);
        let notes = voicings.of(change);
        for pitch in notes {
            let force = 64 + along - if before.contains(pitch) { 6 } else { 0 };
            strikes.push(Strike { at, length: until - at, pitch: *pitch, force });
        }
        before = notes;
    }
}

fn comp(
    plan: &Plan,
    player: &Player,
    part: &Part,
    level: usize,
    voicings: &Voicings,
    strikes: &mut Vec<Strike>,
) {
    for_bars(plan, player, part, level, |text, bar, start| {
        for hit in plan.grid.hits(text, bar, 1, false) {
            let at = start + hit.at;
            let Some(change) = plan.change(at) else { continue };
            // A push: struck just before the change, it already is the next chord.
            let pushed = plan
                .next_change(at)
                .filter(|next| next.start - at <= EIGHTH && at + hit.length >= next.start);
            let notes = match pushed {
                Some(next) if plan.grid.strength(hit.at) < 2 => voicings.of(next),
                _ => voicings.of(change),
            };
            let length = if pushed.is_some() { hit.length } else { hit.length.min(change.end() - at) };
            strum(plan, player, notes, hit.mark, (at, length), strikes);
        }
    });
}

fn strum(
    plan: &Plan,
    player: &Player,
    notes: &[u8],
    mark: char,
    (at, length): (u32, u32),
    strikes: &mut Vec<Strike>,
) {
    let force = 26 + mark.to_digit(10).and_then(|d| i32::try_from(d).ok()).unwrap_or(6) * 9;
    let chosen = match mark {
        'l' => &notes[..notes.len().min(1)],
        'h' => &notes[notes.len().min(1)..],
        _ => notes,
    };
    let spread = u32::try_from(plan.ticks(player.plan.strum_ms)).unwrap_or(0);
    let up = mark == 'u' || (player.plan.strum_ms > 0 && plan.grid.strength(at) == 0);
    let count = u32::try_from(chosen.len()).unwrap_or(0);
    for (index, pitch) in (0..count).zip(chosen) {
        let order = if up { count - 1 - index } else { index };
        let late = (order * spread).min(length / 3);
        let top = if index + 1 == count { 4 } else { 0 };
        strikes.push(Strike {
            at: at + late,
            length: (length - late).max(20),
            pitch: *pitch,
            force: force + top,
        });
    }
}

/// Digits climb the tones of the chord from the bottom of the range.
fn arpeggio(plan: &Plan, player: &Player, part: &Part, level: usize, strikes: &mut Vec<Strike>) {
    let range = space(plan, player);
    for_bars(plan, player, part, level, |text, bar, start| {
        for hit in plan.grid.hits(text, bar, 1, true) {
            let at = start + hit.at;
            let (Some(change), Some(rung)) = (plan.change(at), hit.mark.to_digit(10)) else { continue };
            let Some(pitch) = rung_of(&change.chord, range, rung) else { continue };
            let force = 66 + i32::from(plan.grid.strength(hit.at)) * 5;
            let length = (hit.length * 15 / 16).min(change.end() - at);
            strikes.push(Strike { at, length, pitch, force });
        }
    });
}

fn rung_of(chord: &Chord, range: Space, rung: u32) -> Option<u8> {
    let ladder: Vec<u8> = (range.low..=range.high).filter(|pitch| chord.has(*pitch)).collect();
    let count = ladder.len().max(1);
    let rung = rung as usize;
    // Beyond the top it turns back.
    let index = if rung < count { rung } else { (2 * count - 2).saturating_sub(rung) };
    ladder.get(index.min(count - 1)).copied()
}

/// Goes through the bars of a section: one pattern for the section, another in every fourth bar.
fn for_bars(plan: &Plan, player: &Player, part: &Part, level: usize, mut play: impl FnMut(&str, usize, u32)) {
    let patterns = &player.plan.patterns;
    let Some(choices) = patterns.get(level.min(patterns.len().saturating_sub(1))) else { return };
    let mut dice = plan.dice(&format!("{}/{}", player.plan.id, word(part.kind)));
    let (main, other) = (dice.below(choices.len()), dice.below(choices.len()));
    // With a large vocabulary every second bar says something else.
    let second = if choices.len() >= 4 { dice.below(choices.len()) } else { main };
    for bar in 0..part.bars {
        let start = part.start + plan.grid.bar * u32::try_from(bar).unwrap_or(0);
        if let Some(text) = choices.get([main, second, main, other][bar % 4]) {
            play(text, bar, start);
        }
    }
}
