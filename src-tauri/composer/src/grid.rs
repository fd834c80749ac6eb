//! The metrical grid: where the pulses of a bar fall and how patterns written in four-four fit every meter.

use son1k_domain::music::Meter;
use son1k_domain::unit::TICKS_PER_QUARTER;

/// A dotted quarter: the pulse of compound meters.
const DOTTED: u32 = TICKS_PER_QUARTER * 3 / 2;
/// An eighth note.
pub(crate) const EIGHTH: u32 = TICKS_PER_QUARTER / 2;
/// A sixteenth note.
pub(crate) const SIXTEENTH: u32 = TICKS_PER_QUARTER / 4;

/// One felt beat of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pulse {
    pub(crate) start: u32,
    pub(crate) length: u32,
    /// The beat of a four-four pattern that is played here.
    source: usize,
}

/// The pulses of one bar of a meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) bar: u32,
    pub(crate) pulses: Vec<Pulse>,
}

/// One event of a pattern: where it is, how long it is held and the character that stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) at: u32,
    pub(crate) length: u32,
    pub(crate) mark: char,
}

impl Grid {
    /// Lays out the pulses of a meter: dotted quarters in compound meters, else quarters; an odd eighth joins the last.
    pub(crate) fn new(meter: Meter) -> Self {
        let bar = meter.bar().0.max(EIGHTH);
        let compound = meter.unit == 8 && meter.beats.is_multiple_of(3);
        let pulse = if compound { DOTTED } else { TICKS_PER_QUARTER };
        let count = (bar / pulse).max(1) as usize;
        let odd = !bar.is_multiple_of(pulse);
        let pulses = (0..count)
            .map(|index| {
                let start = pulse * u32::try_from(index).unwrap_or(0);
                let length = if index + 1 == count { bar - start } else { pulse };
                Pulse { start, length, source: source_beat(index, count, odd) }
            })
            .collect();
        Self { bar, pulses }
    }

    /// Returns how strong a place of the bar is: 4 the downbeat, 3 the half bar, 2 a pulse, 1 an eighth, 0 between.
    pub(crate) fn strength(&self, tick: u32) -> u8 {
        let tick = tick % self.bar;
        let Some(index) = self.pulses.iter().rposition(|pulse| pulse.start <= tick) else { return 0 };
        let within = tick - self.pulses[index].start;
        match (index, within) {
            (0, 0) => 4,
            (2, 0) if self.pulses.len() == 4 => 3,
            (_, 0) => 2,
            _ if within.is_multiple_of(EIGHTH) => 1,
            _ => 0,
        }
    }

    /// Reads `bars` bars of a pattern from its bar `first` on. `|` separates bars, each of 4 × n characters; `.` rests,
    /// `-` holds, anything else strikes. A `steady` lane keeps ticking through long pulses.
    pub(crate) fn hits(&self, pattern: &str, first: usize, bars: usize, steady: bool) -> Vec<Hit> {
        let lanes: Vec<Vec<char>> =
            pattern.split('|').map(|bar| bar.chars().filter(|c| !c.is_whitespace()).collect()).collect();
        let mut events = Vec::new();
        for bar in 0..bars {
            let offset = self.bar * u32::try_from(bar).unwrap_or(0);
            self.read_bar(&lanes, first + bar, offset, steady, &mut events);
        }
        let end = self.bar * u32::try_from(bars).unwrap_or(0);
        sustain(&events, end)
    }

    fn read_bar(
        &self,
        lanes: &[Vec<char>],
        bar: usize,
        offset: u32,
        steady: bool,
        events: &mut Vec<(u32, char)>,
    ) {
        // A bar of two pulses is half a bar of four: the pattern takes two of them.
        let halves = self.pulses.len() == 2;
        let (index, shift) = if halves { (bar / 2, 2 * (bar % 2)) } else { (bar, 0) };
        let lane = &lanes[index % lanes.len()];
        let cell = lane.len() / 4;
        if cell == 0 {
            return;
        }
        for pulse in &self.pulses {
            let source = (pulse.source + shift) % 4;
            let marks = &lane[source * cell..(source + 1) * cell];
            for (at, mark) in spread(marks, pulse.length, steady) {
                events.push((offset + pulse.start + at, mark));
            }
        }
    }
}

/// Which beat of a four-four bar stands at a pulse, so that one-two-three becomes boom-chick-chick.
fn source_beat(index: usize, count: usize, odd: bool) -> usize {
    const FIVE: [usize; 5] = [0, 1, 3, 2, 3];
    const SIX: [usize; 6] = [0, 1, 3, 2, 1, 3];
    const SEVEN: [usize; 7] = [0, 1, 2, 3, 2, 1, 3];
    match count {
        3 if !odd => [0, 1, 3][index],
        5 => FIVE[index],
        6 => SIX[index],
        7 => SEVEN[index],
        _ => index % 4,
    }
}

/// Places the characters of one beat inside a pulse.
fn spread(marks: &[char], length: u32, steady: bool) -> Vec<(u32, char)> {
    let struck = |index: usize| marks.get(index).is_some_and(|c| *c != '.' && *c != '-');
    if length > TICKS_PER_QUARTER && marks.len() == 4 {
        if steady && (0..4).all(struck) {
            let order = [0, 1, 2, 3, 2, 1];
            return order.iter().zip(0..).map(|(i, n)| (n * length / 6, marks[*i])).collect();
        }
        if steady && struck(2) {
            return vec![(0, marks[0]), (length / 3, marks[2]), (2 * length / 3, marks[2])];
        }
        let places = [0, length / 3, 2 * length / 3, 5 * length / 6];
        return places.into_iter().zip(marks.iter().copied()).collect();
    }
    let count = u32::try_from(marks.len()).unwrap_or(1).max(1);
    marks.iter().zip(0..).map(|(mark, index)| (index * length / count, *mark)).collect()
}

fn sustain(events: &[(u32, char)], end: u32) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (index, (at, mark)) in events.iter().enumerate() {
        if matches!(mark, '.' | '-') {
            continue;
        }
        let until = events[index + 1..].iter().find(|(_, next)| *next != '-').map_or(end, |(next, _)| *next);
        hits.push(Hit { at: *at, length: until - at, mark: *mark });
    }
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(beats: u8, unit: u8) -> Grid {
        Grid::new(Meter { beats, unit })
    }

    #[test]
    fn pulses_fill_the_bar_in_every_meter() {
        for (beats, unit) in [(4, 4), (3, 4), (6, 8), (2, 4), (5, 4), (7, 8), (12, 8), (9, 8), (5, 8), (2, 2)]
        {
            let grid = grid(beats, unit);
            assert_eq!(grid.pulses.iter().map(|p| p.length).sum::<u32>(), grid.bar, "{beats}/{unit}");
        }
    }

    #[test]
    fn held_characters_make_one_long_hit() {
        let hits = grid(4, 4).hits("x---..x-x.......", 0, 1, false);
        let read: Vec<(u32, u32)> = hits.iter().map(|h| (h.at, h.length)).collect();
        assert_eq!(read, [(0, 480), (720, 240), (960, 120)]);
    }

    #[test]
    fn a_backbeat_becomes_a_waltz() {
        let hits = grid(3, 4).hits("....x.......x...", 0, 1, false);
        assert_eq!(hits.iter().map(|h| h.at).collect::<Vec<_>>(), [480, 960]);
    }

    #[test]
    fn eighth_hats_become_three_eighths_in_compound_time() {
        let hits = grid(6, 8).hits("x.x.x.x.x.x.x.x.", 0, 1, true);
        assert_eq!(hits.iter().map(|h| h.at).collect::<Vec<_>>(), [0, 240, 480, 720, 960, 1200]);
    }
}
