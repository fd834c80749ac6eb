//! Everything the players share: the form, the harmony, the grid, and who plays where.

use son1k_domain::generation::Brief;
use son1k_domain::music::Key;
use son1k_domain::score::Role;

use crate::cast::Player;
use crate::form::{Form, Part, word};
use crate::grid::Grid;
use crate::harmony::Change;
use crate::mood::Feel;
use crate::random::Dice;
use crate::style::Style;

/// A note before it is played by a human: on the grid, as loud as its pattern says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Strike {
    pub(crate) at: u32,
    pub(crate) length: u32,
    pub(crate) pitch: u8,
    pub(crate) force: i32,
}

/// The shared plan of a piece.
pub(crate) struct Plan<'a> {
    pub(crate) style: &'a Style,
    pub(crate) seed: u32,
    pub(crate) key: Key,
    pub(crate) bpm: f32,
    pub(crate) grid: Grid,
    pub(crate) form: Form,
    pub(crate) changes: Vec<Change>,
    pub(crate) feel: Feel,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(style: &'a Style, brief: &Brief, seed: u32) -> Self {
        let grid = Grid::new(brief.meter);
        let target = target(brief);
        let pulse = grid.pulses.first().map_or(grid.bar, |p| p.length);
        let form = crate::form::fit(style, seed, target, grid.bar, pulse);
        let changes = crate::harmony::harmonise(style, &form, &grid, brief.key, seed);
        let feel = Feel::of(&brief.moods);
        Self { style, seed, key: brief.key, bpm: brief.bpm.0, grid, form, changes, feel }
    }

    /// Opens the stream of choices of a concern.
    pub(crate) fn dice(&self, concern: &str) -> Dice {
        Dice::new(self.seed, concern)
    }

    /// Returns the chord that sounds at a tick.
    pub(crate) fn change(&self, tick: u32) -> Option<&Change> {
        let after = self.changes.partition_point(|change| change.start <= tick);
        self.changes.get(after.checked_sub(1)?)
    }

    /// Returns the chord after the one at a tick.
    pub(crate) fn next_change(&self, tick: u32) -> Option<&Change> {
        self.changes.get(self.changes.partition_point(|change| change.start <= tick))
    }

    /// Returns the section at a tick.
    pub(crate) fn part(&self, tick: u32) -> Option<&Part> {
        self.form.parts.iter().rfind(|part| part.start <= tick)
    }

    /// Converts milliseconds to ticks at the tempo of the piece.
    pub(crate) fn ticks(&self, ms: i32) -> i32 {
        // 480 ticks × beats a minute ÷ 60,000 ms; a product of exact numbers, rounded the same on every machine.
        let tempo = (self.bpm * 16.0).round() as i32;
        ms * tempo / 2000
    }

    /// Returns the level of the pattern a player has in a section; `None` where it rests.
    pub(crate) fn level(&self, player: &Player, part: &Part) -> Option<usize> {
        let planned =
            if player.guest { guest_level(player, part) } else { self.named_level(&player.plan.id, part) };
        let shift = match player.plan.role {
            Role::Drums | Role::Percussion => self.feel.drums,
            _ => self.feel.density,
        };
        let shifted = i32::try_from(planned?).unwrap_or(0) + shift;
        usize::try_from(shifted.max(0)).ok()
    }

    fn named_level(&self, id: &str, part: &Part) -> Option<usize> {
        let name = word(part.kind);
        let tokens = (2..=part.occurrence)
            .rev()
            .find_map(|n| self.style.play.get(&format!("{name}{n}")))
            .or_else(|| self.style.play.get(name))?;
        tokens.split_whitespace().find_map(|token| {
            let track = token.trim_end_matches(|c: char| c.is_ascii_digit());
            (track == id).then(|| token[track.len()..].parse().unwrap_or(1))
        })
    }
}

/// A guest rests where the piece is thin; a bed never does.
fn guest_level(player: &Player, part: &Part) -> Option<usize> {
    (part.energy >= 40 || player.plan.role == Role::Texture).then_some(1)
}

/// The length that is asked for, in ticks.
fn target(brief: &Brief) -> u32 {
    let ticks = brief.duration.0 * 8.0 * f64::from(brief.bpm.0);
    ticks.round().clamp(480.0, f64::from(u32::MAX / 4)) as u32
}
