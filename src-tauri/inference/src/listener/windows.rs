//! Where in a sound the model listens: stretches of speech, side by side in windows of at most 30 s, and the way back from a
//! place in a window to the time in the sound.

use std::ops::Range;

use super::spectrogram::{FRAMES, HOP, RATE};

/// Samples of a window.
pub(super) const LONGEST: usize = FRAMES * HOP;
/// Pauses shorter than this are within what is said: 0.3 s.
const BREATH: usize = 3 * RATE / 10;
/// Sound around what is said that is heard with it, where there is room: 0.2 s.
const AIR: usize = RATE / 5;
/// How far before the end of a window speech without a pause is cut at the latest: 10 s.
const CUT_WITHIN: usize = 10 * RATE;
/// Length over which the quietest place is looked for: 0.2 s.
const QUIET: usize = RATE / 5;

/// Something said without a pause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// Samples of the sound that are heard.
    pub(super) heard: Range<usize>,
    /// Those of them in which somebody speaks.
    pub(super) said: Range<usize>,
}

/// What is heard at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Window(Vec<Piece>);

impl Window {
    /// Returns how many samples it holds.
    pub(super) fn length(&self) -> usize {
        self.0.iter().map(|piece| piece.heard.len()).sum()
    }

    /// Returns its sound.
    pub(super) fn of(&self, mono: &[f32]) -> Vec<f32> {
        let pieces = self.0.iter().filter_map(|piece| mono.get(piece.heard.clone()));
        pieces.flatten().map(|sample| if sample.is_finite() { *sample } else { 0.0 }).collect()
    }

    /// Returns where in the sound what was heard at `place` (samples of the window) was said: within the piece that has
    /// most of it, as nobody speaks in a pause. `None` when nothing of it lies in the window.
    pub(super) fn said(&self, place: Range<usize>) -> Option<Range<usize>> {
        let mut at = 0;
        let mut most: Option<Range<usize>> = None;
        for piece in &self.0 {
            let in_sound = |sample: usize| (sample.max(at) - at + piece.heard.start).min(piece.heard.end);
            let (start, end) = (in_sound(place.start), in_sound(place.end));
            let both =
                start.clamp(piece.said.start, piece.said.end)..end.clamp(piece.said.start, piece.said.end);
            let inside = place.start < at + piece.heard.len() && place.end >= at;
            if inside && most.as_ref().is_none_or(|most| both.len() > most.len()) {
                most = Some(both);
            }
            at += piece.heard.len();
        }
        most
    }

    /// Returns what is said in it behind a sample of the sound.
    pub(super) fn behind(&self, sample: usize) -> Self {
        let rest = |piece: &Piece| {
            let from = |range: &Range<usize>| range.start.max(sample)..range.end.max(sample);
            Piece { heard: from(&piece.heard), said: from(&piece.said) }
        };
        Self(self.0.iter().map(rest).filter(|piece| !piece.said.is_empty()).collect())
    }

    /// Returns how many samples of it are speech.
    pub(super) fn speech(&self) -> usize {
        self.0.iter().map(|piece| piece.said.len()).sum()
    }
}

/// Returns the windows in which the stretches of speech are heard, in their order.
pub(super) fn windows(mono: &[f32], speech: &[Range<usize>]) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    for piece in pieces(mono, speech) {
        match windows.last_mut() {
            Some(window) if window.length() + piece.heard.len() <= LONGEST => window.0.push(piece),
            _ => windows.push(Window(vec![piece])),
        }
    }
    windows
}

fn pieces(mono: &[f32], speech: &[Range<usize>]) -> Vec<Piece> {
    let said = joined(mono.len(), speech);
    let mut pieces = Vec::with_capacity(said.len());
    for (number, said_here) in said.iter().enumerate() {
        let before = number.checked_sub(1).map_or(0, |before| said[before].end);
        let after = said.get(number + 1).map_or(mono.len(), |next| next.start);
        // Neighbours share the pause between them.
        let (first, last) = (number == 0, number + 1 == said.len());
        let room = |pause: usize, whole: bool| AIR.min(if whole { pause } else { pause / 2 });
        let start = said_here.start - room(said_here.start - before, first);
        let end = said_here.end + room(after - said_here.end, last);
        pieces.extend(cut(mono, Piece { heard: start..end, said: said_here.clone() }));
    }
    pieces
}

/// Returns the stretches within the sound, in order, those joined that no pause parts.
fn joined(length: usize, speech: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(speech.len());
    for stretch in speech.iter().map(|stretch| stretch.start..stretch.end.min(length)) {
        match joined.last_mut() {
            _ if stretch.is_empty() => {}
            Some(last) if stretch.start < last.end + BREATH => last.end = last.end.max(stretch.end),
            _ => joined.push(stretch),
        }
    }
    joined
}

/// Cuts a piece that is longer than a window where it is quietest.
fn cut(mono: &[f32], mut piece: Piece) -> Vec<Piece> {
    let mut cut = Vec::new();
    while piece.heard.len() > LONGEST {
        let latest = piece.heard.start + LONGEST;
        let at = quietest(mono, latest - CUT_WITHIN..latest).clamp(piece.said.start, piece.said.end);
        cut.push(Piece { heard: piece.heard.start..at, said: piece.said.start..at });
        piece = Piece { heard: at..piece.heard.end, said: at..piece.said.end };
    }
    cut.push(piece);
    cut
}

/// Returns the middle of the quietest [`QUIET`] samples of a stretch.
fn quietest(mono: &[f32], stretch: Range<usize>) -> usize {
    let energy = |start: usize| mono[start..start + QUIET].iter().map(|sample| sample * sample).sum::<f32>();
    let starts = (stretch.start..stretch.end - QUIET).step_by(HOP);
    let quietest = starts.min_by(|a, b| energy(*a).total_cmp(&energy(*b)));
    quietest.unwrap_or(stretch.start) + QUIET / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: usize = RATE;

    fn seconds(ranges: &[(f64, f64)]) -> Vec<Range<usize>> {
        let at = |seconds: f64| (seconds * SECOND as f64).round() as usize;
        ranges.iter().map(|(start, end)| at(*start)..at(*end)).collect()
    }

    #[test]
    fn short_pauses_are_kept_and_long_ones_are_left_out() {
        let mono = vec![0.1; 60 * SECOND];
        let windows = windows(&mono, &seconds(&[(2.0, 4.0), (4.2, 6.0), (40.0, 42.0)]));
        assert_eq!(windows.len(), 1);
        assert_eq!(
            windows[0].0.iter().map(|piece| piece.said.clone()).collect::<Vec<_>>(),
            seconds(&[(2.0, 6.0), (40.0, 42.0)])
        );
        assert_eq!(windows[0].length(), 6 * SECOND + 4 * AIR, "with air around both");
    }

    #[test]
    fn no_window_is_longer_than_the_model_hears_and_none_loses_speech() {
        let mono: Vec<f32> =
            (0..200 * SECOND).map(|n| if n / SECOND % 7 == 3 { 0.001 } else { 0.1 }).collect();
        for speech in
            [seconds(&[(0.0, 200.0)]), seconds(&[(1.0, 21.0), (22.0, 43.0), (44.0, 50.0), (51.0, 53.0)])]
        {
            let windows = windows(&mono, &speech);
            assert!(windows.iter().all(|window| window.length() <= LONGEST && window.length() > 0));
            let heard: usize = windows.iter().map(Window::speech).sum();
            assert_eq!(heard, speech.iter().map(ExactSizeIterator::len).sum::<usize>());
        }
    }

    #[test]
    fn speech_without_a_pause_is_cut_where_it_is_quietest() {
        let mut mono = vec![0.1; 45 * SECOND];
        mono[25 * SECOND..25 * SECOND + QUIET].fill(0.01);
        let windows = windows(&mono, &seconds(&[(0.0, 45.0)]));
        let cut = windows[0].0[0].heard.end;
        assert!(cut.abs_diff(25 * SECOND + QUIET / 2) <= HOP, "{cut}");
        assert_eq!(windows[1].0[0].heard, cut..45 * SECOND);
    }

    #[test]
    fn places_in_a_window_are_found_in_the_sound_again() {
        let mono = vec![0.1; 60 * SECOND];
        let window = &windows(&mono, &seconds(&[(10.0, 12.0), (30.0, 31.0)]))[0];
        // The window begins with air: 0.2 s; the second piece begins at 2.4 s with its own.
        let at = |seconds: f64| (seconds * SECOND as f64).round() as usize;
        assert_eq!(window.said(at(0.5)..at(1.0)), Some(at(10.3)..at(10.8)));
        assert_eq!(window.said(at(2.7)..at(3.0)), Some(at(30.1)..at(30.4)));
        assert_eq!(
            window.said(at(2.0)..at(3.4)),
            Some(at(30.0)..at(30.8)),
            "most of it is in the second piece"
        );
        assert_eq!(
            window.said(at(0.0)..at(0.4)),
            Some(at(10.0)..at(10.2)),
            "nobody speaks before the beginning"
        );
        assert_eq!(window.said(at(20.0)..at(21.0)), None);
    }

    #[test]
    fn what_is_behind_a_sample_can_be_heard_again() {
        let mono = vec![0.1; 60 * SECOND];
        let window = &windows(&mono, &seconds(&[(10.0, 12.0), (30.0, 31.0)]))[0];
        assert_eq!(window.behind(11 * SECOND).speech(), 2 * SECOND);
        assert_eq!(window.behind(29 * SECOND).0.len(), 1);
        assert_eq!(window.behind(31 * SECOND), Window::default());
    }

    #[test]
    fn stretches_that_no_sound_has_are_left_out() {
        assert!(windows(&[], &seconds(&[(0.0, 1.0)])).is_empty());
        assert!(windows(&[0.1; 100], &[]).is_empty());
        assert_eq!(windows(&[0.1; 100], &seconds(&[(0.0, 9.0), (12.0, 20.0)]))[0].speech(), 100);
    }
}
