//! The ladder of pitches a tune climbs: the notes of its scale inside the player's range.

use son1k_domain::score::SectionKind;

use crate::plan::Plan;
use crate::style::TuneScale;

const PENTATONIC_MINOR: [u8; 5] = [0, 3, 5, 7, 10];
const PENTATONIC_MAJOR: [u8; 5] = [0, 2, 4, 7, 9];

/// Ascending pitches.
pub(crate) struct Lattice {
    pitches: Vec<u8>,
}

impl Lattice {
    /// Builds the ladder of the style's tune scale.
    pub(crate) fn new(plan: &Plan, range: [u8; 2]) -> Self {
        match plan.style.melody.scale {
            TuneScale::Key => Self::of(plan, range, &plan.key.mode.degrees()),
            TuneScale::Pentatonic => Self::pentatonic(plan, range),
        }
    }

    /// Builds the pentatonic ladder of the key.
    pub(crate) fn pentatonic(plan: &Plan, range: [u8; 2]) -> Self {
        let degrees = if plan.key.mode.is_minor() { PENTATONIC_MINOR } else { PENTATONIC_MAJOR };
        Self::of(plan, range, &degrees)
    }

    fn of(plan: &Plan, range: [u8; 2], degrees: &[u8]) -> Self {
        let inside = |pitch: &u8| degrees.contains(&((pitch + 12 - plan.key.tonic.0 % 12) % 12));
        let pitches: Vec<u8> =
            (range[0]..=range[1].max(range[0].saturating_add(11))).filter(inside).collect();
        Self { pitches }
    }

    pub(crate) fn len(&self) -> i32 {
        i32::try_from(self.pitches.len()).unwrap_or(0)
    }

    /// Returns where the tune of a section is at home, as a rung.
    pub(crate) fn home(&self, kind: SectionKind, register: i32) -> i32 {
        let percent = match kind {
            SectionKind::Chorus | SectionKind::Drop => 62,
            SectionKind::Solo => 52,
            SectionKind::PreChorus | SectionKind::Build => 44,
            SectionKind::Bridge | SectionKind::Breakdown => 48,
            SectionKind::Verse => 34,
            SectionKind::Intro | SectionKind::Outro => 38,
        };
        (self.len() * percent / 100 + register / 2).clamp(0, self.len() - 1)
    }

    /// Returns the pitch of a rung; rungs beyond the ends are mirrored back inside.
    pub(crate) fn pitch(&self, rung: i32) -> u8 {
        let last = self.len() - 1;
        let mirrored = if rung < 0 {
            -rung
        } else if rung > last {
            2 * last - rung
        } else {
            rung
        };
        let index = usize::try_from(mirrored.clamp(0, last.max(0))).unwrap_or(0);
        self.pitches.get(index).copied().unwrap_or(60)
    }

    /// Returns the rung nearest to a pitch.
    pub(crate) fn rung(&self, pitch: u8) -> i32 {
        let nearest = (0..self.pitches.len()).min_by_key(|i| self.pitches[*i].abs_diff(pitch));
        nearest.and_then(|i| i32::try_from(i).ok()).unwrap_or(0)
    }

    /// Returns the pitch some rungs away.
    pub(crate) fn neighbour(&self, pitch: u8, steps: i32) -> u8 {
        self.pitch(self.rung(pitch) + steps)
    }

    /// Returns the pitch nearest to another that fits a condition, chromatic pitches included; itself if none does.
    pub(crate) fn nearest(&self, pitch: u8, fits: impl Fn(u8) -> bool) -> u8 {
        let (low, high) =
            (self.pitches.first().copied().unwrap_or(0), self.pitches.last().copied().unwrap_or(127));
        let in_scale = |p: u8| self.pitches.binary_search(&p).is_ok();
        (low..=high)
            .filter(|p| fits(*p))
            .min_by_key(|p| (p.abs_diff(pitch), !in_scale(*p), *p))
            .unwrap_or(pitch)
    }
}
