//! The tempo heard in the sound: onsets, then the beat whose multiples explain them best.

use realfft::RealFftPlanner;
use son1k_domain::unit::Bpm;

use super::spectrum::{RATE, spectra};

const WINDOW: usize = 1_024;
const HOP: usize = 256;

/// Spectra a second.
const FRAMES: f32 = RATE / HOP as f32;

const BANDS: usize = 36;
const LOWEST: f32 = 30.0;
const HIGHEST: f32 = 10_000.0;

/// How strongly quiet sounds count beside loud ones (log compression, Klapuri, Eronen & Astola 2006).
const COMPRESSION: f32 = 1_000.0;

/// The tempos that are tried: 50 to 220, each 0.1 % above the one before.
const SLOWEST: f32 = 50.0;
const FASTEST: f32 = 220.0;
const STEP: f32 = 1.001;

/// Beats ahead at which the onsets should repeat, with their weights: a beat, the bar, and some bars for precision.
const COMB: [(f32, f32); 8] =
    [(1.0, 1.0), (2.0, 1.0), (3.0, 0.6), (4.0, 1.0), (6.0, 0.5), (8.0, 0.8), (12.0, 0.4), (16.0, 0.6)];

/// People tap most music near this tempo (Moelants 2002); the width is in octaves.
const USUAL: f32 = 115.0;
const USUAL_WIDTH: f32 = 1.1;

/// Mean onset of a sound in which nothing ever begins (36 bands together, in natural logarithms of loudness); a pad with
/// a chord a bar has about 0.15.
const NO_ONSETS: f32 = 0.02;

/// Below this self-similarity there is no beat to speak of.
const CLEAR: f32 = 0.1;

/// An expected tempo that explains the onsets this well beside the best one is not contradicted.
const NEARLY_AS_GOOD: f32 = 0.7;

/// Returns the tempo, or `None` when the onsets are weak, irregular, or fit the expected tempo, if any, nearly as well.
pub(super) fn listen(mono: &[f32], expected: Option<Bpm>) -> Option<Bpm> {
    let similarity = self_similarity(&onsets(mono))?;
    let score = |bpm: f32| comb(&similarity, bpm);
    let (bpm, _) =
        candidates().map(|bpm| (bpm, score(bpm) * prior(bpm))).max_by(|a, b| a.1.total_cmp(&b.1))?;
    let best = score(bpm);
    let heard = Bpm((bpm * 10.0).round() / 10.0);
    let contradicts =
        |expected: Bpm| !matches(heard, expected) && near(expected, score) > NEARLY_AS_GOOD * best;
    (best >= CLEAR && !expected.is_some_and(contradicts)).then_some(heard)
}

/// Returns whether two tempos are the same within 2 %, counted alike or by half, double, three or three halves.
pub(super) fn matches(heard: Bpm, expected: Bpm) -> bool {
    [1.0, 2.0, 0.5, 1.5, 2.0 / 3.0, 3.0, 1.0 / 3.0]
        .iter()
        .any(|ratio| (heard.0 / (expected.0 * ratio) - 1.0).abs() <= 0.02)
}

fn candidates() -> impl Iterator<Item = f32> {
    let count = ((FASTEST / SLOWEST).ln() / STEP.ln()) as i32;
    (0..=count).map(|step| SLOWEST * STEP.powi(step))
}

fn prior(bpm: f32) -> f32 {
    let octaves = (bpm / USUAL).log2() / USUAL_WIDTH;
    (-0.5 * octaves * octaves).exp()
}

/// Returns the best score within 2 % of the expected tempo, its half or its double.
fn near(expected: Bpm, score: impl Fn(f32) -> f32) -> f32 {
    let around = |centre: f32| (-20..=20).map(move |step| centre * STEP.powi(step));
    [0.5, 1.0, 2.0]
        .into_iter()
        .flat_map(|ratio| around(expected.0 * ratio))
        .filter(|bpm| (SLOWEST..=FASTEST).contains(bpm))
        .map(score)
        .fold(0.0, f32::max)
}

/// Returns how much of the onsets returns after the multiples of a beat, −1 to 1.
fn comb(similarity: &[f32], bpm: f32) -> f32 {
    let period = 60.0 * FRAMES / bpm;
    let (mut sum, mut weights) = (0.0, 0.0);
    for (beats, weight) in COMB {
        let lag = beats * period;
        let (whole, part) = (lag as usize, lag.fract());
        let Some(pair) = similarity.get(whole..whole + 2) else { break };
        sum += weight * (pair[0] * (1.0 - part) + pair[1] * part);
        weights += weight;
    }
    if weights > 0.0 { sum / weights } else { 0.0 }
}

/// Returns how much new sound begins at each frame, with the slow swell taken off.
fn onsets(mono: &[f32]) -> Vec<f32> {
    let bands = bands();
    let loudness = spectra(mono, WINDOW, HOP, |spectrum| {
        bands.each_ref().map(|&(from, to)| {
            let mean = spectrum[from..to].iter().sum::<f32>() / (to - from) as f32;
            (1.0 + COMPRESSION * mean).ln()
        })
    });
    let flux: Vec<f32> = loudness
        .windows(2)
        .map(|pair| pair[1].iter().zip(&pair[0]).map(|(now, before)| (now - before).max(0.0)).sum())
        .collect();
    let reach = (0.35 * FRAMES) as usize;
    let sums = prefix_sums(&flux);
    flux.iter()
        .enumerate()
        .map(|(at, flux)| {
            let (from, to) = (at.saturating_sub(reach), (at + reach + 1).min(sums.len() - 1));
            (flux - (sums[to] - sums[from]) as f32 / (to - from) as f32).max(0.0)
        })
        .collect()
}

fn prefix_sums(values: &[f32]) -> Vec<f64> {
    let mut sums = vec![0.0; values.len() + 1];
    for (at, value) in values.iter().enumerate() {
        sums[at + 1] = sums[at] + f64::from(*value);
    }
    sums
}

/// Returns the first and the end bin of bands that are equally wide to the ear (mel scale, O'Shaughnessy 1987).
fn bands() -> [(usize, usize); BANDS] {
    let mel = |hertz: f32| 2_595.0 * (1.0 + hertz / 700.0).log10();
    let hertz = |mel: f32| 700.0 * (10f32.powf(mel / 2_595.0) - 1.0);
    let edge = |index: usize| {
        let at = mel(LOWEST) + (mel(HIGHEST) - mel(LOWEST)) * index as f32 / BANDS as f32;
        (hertz(at) * WINDOW as f32 / RATE).round() as usize
    };
    std::array::from_fn(|index| (edge(index), edge(index + 1).max(edge(index) + 1)))
}

/// Returns the normalised autocorrelation for every lag up to half the song; `None` for a song without onsets.
fn self_similarity(onsets: &[f32]) -> Option<Vec<f32>> {
    let mean = onsets.iter().sum::<f32>() / onsets.len().max(1) as f32;
    let length = (2 * onsets.len()).next_power_of_two();
    if onsets.len() < 4 * FRAMES as usize || mean < NO_ONSETS {
        return None;
    }
    let mut planner = RealFftPlanner::<f32>::new();
    let forward = planner.plan_fft_forward(length);
    let mut signal = forward.make_input_vec();
    signal.iter_mut().zip(onsets).for_each(|(to, onset)| *to = onset - mean);
    let mut spectrum = forward.make_output_vec();
    forward.process(&mut signal, &mut spectrum).ok()?;
    for bin in &mut spectrum {
        *bin = (bin.norm_sqr()).into();
    }
    planner.plan_fft_inverse(length).process(&mut spectrum, &mut signal).ok()?;
    let whole = signal[0] / onsets.len() as f32;
    (whole > 0.0).then(|| {
        (0..onsets.len() / 2).map(|lag| signal[lag] / ((onsets.len() - lag) as f32 * whole)).collect()
    })
}
