//! Where each column of a picture looks, and what each row shows: worked out once, followed by GPU and processor alike.

use std::f64::consts::PI;
use std::ops::Range;

use bytemuck::{Pod, Zeroable};
use son1k_domain::spectrogram::{FREQUENCIES, LEVELS};

use crate::Passage;
use crate::ladder::{Ladder, RUNGS, STEP};

/// Samples of a window on every rung.
pub(crate) const WINDOW: usize = 1024;
/// Frequencies of a window, up to but without half its rate.
pub(crate) const BINS: usize = WINDOW / 2;
/// Windows that one column sees of a rung at most, spread evenly. They overlap by half up to columns of 0.75 s.
const MOST_LOOKS: usize = 64;
/// The level below which nothing is told apart, in dBFS: far enough below black that a curve through it is none.
pub(crate) const FLOOR: f32 = -130.0;
/// Octaves in which one rung fades into the next, in Hz: above, a row is wider than a frequency of the faster rung.
const FADES: [Range<f64>; RUNGS - 1] = [1_200.0..2_400.0, 200.0..400.0];
/// Shades between black and white; one number of a byte is left for what is not there.
pub(crate) const SHADES: usize = 255;

/// What is drawn of a passage.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The stretch of time of each column, in seconds from the first sample, all equally long. What lies around it is
    /// looked at too, as far as it is there: half a window, [`View::MARGIN`].
    pub columns: Vec<Range<f64>>,
    pub rows: u32,
    /// Columns that hold sound; one sees through the rest.
    pub whole: u32,
}

impl View {
    /// Seconds before and behind a column that its windows reach.
    pub const MARGIN: f64 = 0.25;
}

/// A rung, as the shader knows it.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Layer {
    /// Its first frame among the samples of all rungs.
    pub first: u32,
    pub frames: u32,
    /// Windows that one column sees.
    pub looks: u32,
    /// The first window of its first column among the starts of all.
    pub starts: u32,
}

/// What a row shows of one rung.
#[derive(Debug, Clone, Copy, Default, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Reach {
    pub layer: u32,
    /// Its share; 0 for none.
    pub weight: f32,
    /// The row's own frequency, in bins.
    pub middle: f32,
    /// Half bins inside the row.
    pub first: u32,
    pub count: u32,
}

pub(crate) struct Plan {
    pub columns: usize,
    pub rows: usize,
    pub whole: usize,
    pub layers: [Layer; RUNGS],
    /// Of all rungs, stereo interleaved.
    pub samples: Vec<f32>,
    /// The first frame of each window on its rung; it may lie outside of the sound, which is silence there.
    pub starts: Vec<i32>,
    /// Two for each row, the highest first.
    pub reaches: Vec<[Reach; 2]>,
}

impl Plan {
    pub fn new(passage: Passage<'_>, view: &View) -> Self {
        let ladder = Ladder::new(passage);
        let length = view.columns.first().map_or(0.0, |column| column.end - column.start);
        let (mut samples, mut starts) = (Vec::new(), Vec::new());
        let mut layers = [Layer::default(); RUNGS];
        for (rung, layer) in layers.iter_mut().enumerate() {
            let rate = ladder.rate_of(rung);
            let looks = (length * rate / BINS as f64).ceil().clamp(1.0, MOST_LOOKS as f64) as usize;
            *layer = Layer {
                first: (samples.len() / 2) as u32,
                frames: (ladder.rungs[rung].len() / 2) as u32,
                looks: looks as u32,
                starts: starts.len() as u32,
            };
            samples.extend_from_slice(&ladder.rungs[rung]);
            for column in &view.columns {
                let middle = |look: usize| {
                    column.start + (look as f64 + 0.5) / looks as f64 * (column.end - column.start)
                };
                starts.extend((0..looks).map(|look| (middle(look) * rate).round() as i32 - BINS as i32));
            }
        }
        let rows = view.rows as usize;
        let reaches = (0..rows).rev().map(|row| reaches(row, rows, &ladder)).collect();
        let whole = (view.whole as usize).min(view.columns.len());
        Self { columns: view.columns.len(), rows, whole, layers, samples, starts, reaches }
    }
}

/// Returns the frequency of a row, counted from the lowest; half rows are the edges between.
pub(crate) fn frequency(row: f64, rows: usize) -> f64 {
    let [low, high] = FREQUENCIES.map(|frequency| f64::from(frequency.0));
    low * (high / low).powf(row / (rows.max(2) - 1) as f64)
}

fn reaches(row: usize, rows: usize, ladder: &Ladder<'_>) -> [Reach; 2] {
    let at = row as f64;
    let middle = frequency(at, rows);
    if middle >= ladder.highest {
        return [Reach::default(); 2];
    }
    let edges = frequency(at - 0.5, rows)..frequency(at + 0.5, rows);
    let (fast, share) = match &FADES {
        [upper, _] if middle >= upper.start => (0, faded(upper, middle)),
        [_, lower] => (1, faded(lower, middle)),
    };
    let reach = |layer: usize, weight: f64| {
        let bin = ladder.rate / STEP.pow(layer as u32) as f64 / WINDOW as f64;
        let first = (2.0 * edges.start / bin).ceil();
        let last = (2.0 * edges.end / bin).floor().min((2 * BINS - 2) as f64);
        Reach {
            layer: layer as u32,
            weight: weight as f32,
            middle: (middle / bin).min((BINS - 1) as f64) as f32,
            first: first as u32,
            count: (last - first + 1.0).max(0.0) as u32,
        }
    };
    [reach(fast, share), reach(fast + 1, 1.0 - share)]
}

/// Returns the share of the faster rung: 0 at the start of the fade, 1 at its end, evenly by pitch.
fn faded(fade: &Range<f64>, frequency: f64) -> f64 {
    ((frequency / fade.start).ln() / (fade.end / fade.start).ln()).clamp(0.0, 1.0)
}

/// Returns Hann's window (the periodic one), and the cosine and negative sine of each part of the circle.
pub(crate) fn tables() -> Vec<[f32; 4]> {
    let part = |at: usize| 2.0 * PI * at as f64 / WINDOW as f64;
    let row = |at: usize| {
        let angle = part(at);
        [angle.cos() as f32, -angle.sin() as f32, (0.5 - 0.5 * angle.cos()) as f32, 0.0]
    };
    (0..WINDOW).map(row).collect()
}

/// Power of a bin for that of a sine of full scale: Hann's window takes half, the two sides of a spectrum share the rest.
pub(crate) const CALIBRATION: f32 = (16.0 / (WINDOW * WINDOW) as f64) as f32;

/// Returns the black and the range of the picture, in dB.
pub(crate) fn range() -> [f32; 2] {
    [LEVELS[0], LEVELS[1] - LEVELS[0]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_shows_its_frequency_in_full_and_rungs_fade_into_one_another() {
        let samples = vec![0.0; 88_200];
        let view = View { columns: vec![0.0..1.0], rows: 256, whole: 1 };
        let plan = Plan::new(Passage { samples: &samples, rate: 44_100 }, &view);
        assert_eq!(plan.reaches.len(), 256);
        for [fast, slow] in &plan.reaches {
            assert!((fast.weight + slow.weight - 1.0).abs() < 1e-6);
        }
        let [top, bottom] = [plan.reaches[0], plan.reaches[255]];
        assert!(top[0].layer == 0 && top[0].weight == 1.0 && top[0].count > 20, "{top:?}");
        assert!(bottom[1].layer == 2 && bottom[1].weight == 1.0, "{bottom:?}");
        assert!((f64::from(bottom[1].middle) * 44_100.0 / 16.0 / 1024.0 - 20.0).abs() < 1e-3);
    }

    #[test]
    fn a_row_above_half_the_rate_shows_nothing() {
        let samples = vec![0.0; 16_000];
        let view = View { columns: vec![0.0..1.0], rows: 256, whole: 1 };
        let plan = Plan::new(Passage { samples: &samples, rate: 8_000 }, &view);
        let silent = plan.reaches.iter().filter(|[fast, slow]| fast.weight + slow.weight == 0.0).count();
        // 4 to 20 kHz are 2.32 of 9.97 octaves.
        assert_eq!(silent, (256.0 * 2.322 / 9.966_f64).round() as usize);
    }

    #[test]
    fn the_work_for_a_column_is_bounded_however_long_it_is() {
        let samples = vec![0.0; 88_200];
        let looks = |length: f64| {
            let view = View { columns: vec![0.0..length], rows: 16, whole: 1 };
            Plan::new(Passage { samples: &samples, rate: 44_100 }, &view).layers.map(|layer| layer.looks)
        };
        assert_eq!(looks(0.002), [1, 1, 1]);
        assert_eq!(looks(0.5), [44, 11, 3]);
        assert_eq!(looks(3_600.0), [64, 64, 64]);
    }
}
