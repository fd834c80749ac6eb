//! From probabilities to notes, as Basic Pitch does it (0.4.0, `note_creation.py`): backwards from onset to onset, then
//! wherever much is left sounding without one.

use son1k_domain::listening::HeardNote;
use son1k_domain::unit::Seconds;

use super::{HOP, KEYS, NET_RATE, RUN, Settings};

/// MIDI key of the first column.
const LOWEST: u8 = 21;
/// A note goes on over a gap of fewer frames than this (0.13 s).
const GAP: usize = 11;
/// An onset is also where a key grew over this many frames.
const GROWTH: usize = 2;

/// A probability for each key and frame.
#[derive(Debug, Clone, Default)]
pub(super) struct Roll(Vec<f32>);

impl Roll {
    pub(super) fn extend(&mut self, rows: &[f32]) {
        self.0.extend_from_slice(rows);
    }

    fn frames(&self) -> usize {
        self.0.len() / KEYS
    }

    fn at(&self, frame: usize, key: usize) -> f32 {
        self.0[frame * KEYS + key]
    }

    fn max(&self) -> f32 {
        self.0.iter().copied().fold(0.0, f32::max)
    }

    /// Silences a key with both of its neighbours, which sound along with it.
    fn clear(&mut self, frame: usize, key: usize) {
        self.0[frame * KEYS..][key.saturating_sub(1)..(key + 2).min(KEYS)].fill(0.0);
    }
}

/// A note in frames.
struct Span {
    start: usize,
    end: usize,
    key: usize,
}

/// Returns the notes in the order of their starts, then of their keys.
pub(super) fn find(sounding: &Roll, struck: Roll, settings: Settings) -> Vec<HeardNote> {
    let shortest = (settings.shortest.0.max(0.0) * NET_RATE as f64 / HOP as f64).round() as usize;
    let onsets = with_growth(struck, sounding);
    let mut search = Search { left: sounding.clone(), frame: settings.frame, shortest, found: Vec::new() };
    for (frame, key) in peaks(&onsets, settings.onset).into_iter().rev() {
        search.begin_at(frame, key);
    }
    search.without_onset();
    let mut notes: Vec<HeardNote> = search.found.iter().map(|span| note(span, sounding)).collect();
    notes.sort_by(|a, b| a.start.0.total_cmp(&b.start.0).then(a.pitch.cmp(&b.pitch)));
    notes
}

fn note(span: &Span, sounding: &Roll) -> HeardNote {
    let seconds = |frame: usize| Seconds((frame * HOP) as f64 / NET_RATE as f64);
    let sum: f32 = (span.start..span.end).map(|frame| sounding.at(frame, span.key)).sum();
    let mean = sum / (span.end - span.start) as f32;
    HeardNote {
        start: seconds(span.start),
        length: seconds(span.end - span.start),
        pitch: LOWEST + span.key as u8,
        velocity: (127.0 * mean).round().clamp(1.0, 127.0) as u8,
    }
}

/// Raises onsets to where the keys grow, on the scale of the surest onset. Between two runs of the net nothing is compared:
/// it brings each of them to a loudness of its own.
fn with_growth(mut onsets: Roll, sounding: &Roll) -> Roll {
    let grown = |frame: usize, key: usize| {
        let since = |frames: usize| sounding.at(frame, key) - sounding.at(frame - frames, key);
        (1..=GROWTH).map(since).fold(f32::INFINITY, f32::min).max(0.0)
    };
    let frames = || (GROWTH..sounding.frames()).filter(|frame| frame % RUN >= GROWTH);
    let places = || frames().flat_map(|frame| (0..KEYS).map(move |key| (frame, key)));
    let most = places().map(|(frame, key)| grown(frame, key)).fold(0.0, f32::max);
    if most > 0.0 {
        let scale = onsets.max() / most;
        for (frame, key) in places() {
            let onset = &mut onsets.0[frame * KEYS + key];
            *onset = onset.max(scale * grown(frame, key));
        }
    }
    onsets
}

/// Returns where a key's probability is higher than before and after, and at least `threshold`, in the order of time.
fn peaks(onsets: &Roll, threshold: f32) -> Vec<(usize, usize)> {
    let is_peak = |frame: usize, key: usize| {
        let value = onsets.at(frame, key);
        value >= threshold && value > onsets.at(frame - 1, key) && value > onsets.at(frame + 1, key)
    };
    let frames = 1..onsets.frames().saturating_sub(1);
    frames.flat_map(|frame| (0..KEYS).map(move |key| (frame, key))).filter(|&(f, k)| is_peak(f, k)).collect()
}

struct Search {
    /// What no note has taken yet.
    left: Roll,
    frame: f32,
    /// Frames.
    shortest: usize,
    found: Vec<Span>,
}

impl Search {
    fn begin_at(&mut self, start: usize, key: usize) {
        let end = self.end_of(start, key);
        if end <= start + self.shortest {
            return;
        }
        (start..end).for_each(|frame| self.left.clear(frame, key));
        self.found.push(Span { start, end, key });
    }

    /// Returns the frame behind the last one that sounds before a gap.
    fn end_of(&self, start: usize, key: usize) -> usize {
        let last = self.left.frames() - 1;
        let (mut frame, mut silent) = (start + 1, 0);
        while frame < last && silent < GAP {
            silent = if self.left.at(frame, key) < self.frame { silent + 1 } else { 0 };
            frame += 1;
        }
        frame - silent
    }

    /// Takes notes around what sounds most, as long as something sounds.
    fn without_onset(&mut self) {
        let loud = |(place, value): (usize, &f32)| (*value > self.frame).then_some((place, *value));
        let mut places: Vec<(usize, f32)> = self.left.0.iter().enumerate().filter_map(loud).collect();
        places.sort_by(|a, b| b.1.total_cmp(&a.1));
        for (place, _) in places {
            if self.left.0[place] > self.frame {
                self.around(place / KEYS, place % KEYS);
            }
        }
    }

    fn around(&mut self, middle: usize, key: usize) {
        self.left.0[middle * KEYS + key] = 0.0;
        let last = self.left.frames() - 1;
        let (mut after, mut silent) = (middle + 1, 0);
        while after < last && silent < GAP {
            silent = self.take(after, key, silent);
            after += 1;
        }
        let end = (after - 1).saturating_sub(silent);
        let (mut before, mut silent) = (middle, 0);
        while before > 1 && silent < GAP {
            before -= 1;
            silent = self.take(before, key, silent);
        }
        let start = before + silent;
        if end > start + self.shortest {
            self.found.push(Span { start, end, key });
        }
    }

    /// Clears a frame and returns how many silent ones there were in a row.
    fn take(&mut self, frame: usize, key: usize, silent: usize) -> usize {
        let silent = if self.left.at(frame, key) < self.frame { silent + 1 } else { 0 };
        self.left.clear(frame, key);
        silent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `frames` frames in which `key` sounds in some, with an onset where it begins.
    fn rolls(frames: usize, spans: &[(std::ops::Range<usize>, usize, f32)]) -> (Roll, Roll) {
        let (mut sounding, mut struck) = (Roll(vec![0.0; frames * KEYS]), Roll(vec![0.0; frames * KEYS]));
        for (span, key, strength) in spans {
            struck.0[span.start * KEYS + key] = 0.9;
            span.clone().for_each(|frame| sounding.0[frame * KEYS + key] = *strength);
        }
        (sounding, struck)
    }

    fn found(frames: usize, spans: &[(std::ops::Range<usize>, usize, f32)]) -> Vec<(u8, usize, usize, u8)> {
        let (sounding, struck) = rolls(frames, spans);
        let frames = |seconds: Seconds| (seconds.0 * NET_RATE as f64 / HOP as f64).round() as usize;
        let notes = find(&sounding, struck, Settings::default());
        notes.iter().map(|n| (n.pitch, frames(n.start), frames(n.length), n.velocity)).collect()
    }

    #[test]
    fn a_key_that_sounds_is_a_note_from_its_onset_to_its_end() {
        assert_eq!(found(100, &[(10..50, 39, 0.5)]), [(60, 10, 40, 64)]);
    }

    #[test]
    fn a_gap_is_bridged_and_a_blip_is_left_out() {
        let spans = [(10..30, 39, 0.5), (70..75, 50, 0.5)];
        assert_eq!(found(100, &spans), [(60, 10, 20, 64)]);
        let (mut sounding, struck) = rolls(100, &[(10..60, 39, 0.5)]);
        // Slowly enough to be no new onset.
        (28..40).for_each(|frame| {
            sounding.0[frame * KEYS + 39] = 0.5 - 0.06 * (6.0 - (frame as f32 - 33.5).abs())
        });
        assert_eq!(find(&sounding, struck, Settings::default()).len(), 1);
    }

    #[test]
    fn a_repeated_note_is_two_notes() {
        let spans = [(10..40, 39, 0.5), (40..80, 39, 0.6)];
        let notes = found(100, &spans);
        assert_eq!(notes.iter().map(|n| (n.1, n.2)).collect::<Vec<_>>(), [(10, 30), (40, 40)]);
    }

    #[test]
    fn what_sounds_without_an_onset_is_found_too() {
        let (mut sounding, struck) = rolls(200, &[(10..50, 39, 0.9)]);
        // It fades in, so nothing grows quickly.
        (60..150).for_each(|frame| sounding.0[frame * KEYS + 60] = (frame - 60) as f32 / 200.0);
        let notes = find(&sounding, struck, Settings::default());
        assert!(notes.iter().any(|note| note.pitch == 81), "{notes:?}");
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(found(0, &[]).is_empty() && found(1, &[]).is_empty() && found(100, &[]).is_empty());
    }
}
