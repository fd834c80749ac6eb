use std::collections::HashMap;
use std::f64::consts::TAU;
use std::sync::LazyLock;

use son1k_domain::spectrogram::{FREQUENCIES, LEVELS};

use super::*;
use crate::plan::{SHADES, frequency};

const RATE: u32 = 44_100;
const ROWS: u32 = 256;
/// 15 at 1.95 ms would be lost in windows of 372 ms; a tile of 4 s has columns of 7.8 ms.
const COLUMNS: u32 = 512;

/// Every test sees the same GPU: opening takes longer than drawing. Set-up installs a driver in software.
static GPU: LazyLock<Painter> = LazyLock::new(|| {
    let painter = Painter::on_any_adapter();
    assert!(!matches!(painter.drawn_by(), DrawnBy::Processor(_)), "no adapter: {:?}", painter.drawn_by());
    painter
});

fn mono(seconds: f64, sample: impl Fn(f64) -> f64) -> Vec<f32> {
    let frames = (seconds * f64::from(RATE)) as usize;
    (0..frames).flat_map(|frame| [sample(frame as f64 / f64::from(RATE)) as f32; 2]).collect()
}

/// From 20 Hz to 20 kHz, in even steps of frequency.
fn linear_chirp(seconds: f64) -> Vec<f32> {
    mono(seconds, |time| (TAU * (20.0 * time + 19_980.0 / seconds * time * time / 2.0)).sin())
}

/// From 20 Hz to 20 kHz, in even steps of pitch.
fn logarithmic_chirp(seconds: f64) -> Vec<f32> {
    let rise = 1_000f64.ln() / seconds;
    mono(seconds, |time| (TAU * 20.0 * ((rise * time).exp() - 1.0) / rise).sin())
}

fn noise(frames: usize, level: f32) -> Vec<f32> {
    let mut state = 0x2545_f491u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (f64::from(state) / f64::from(u32::MAX) * 2.0 - 1.0) as f32 * level
    };
    (0..2 * frames).map(|_| next()).collect()
}

fn view(seconds: f64) -> View {
    let column = |at: u32| f64::from(at) * seconds / f64::from(COLUMNS);
    View { columns: (0..COLUMNS).map(|at| column(at)..column(at + 1)).collect(), rows: ROWS, whole: COLUMNS }
}

fn drawn(painter: &Painter, samples: &[f32], seconds: f64) -> Picture {
    painter.draw(Passage { samples, rate: RATE }, &view(seconds))
}

/// Returns the shade of each pixel, none where one sees through: each colour is in the palette once.
fn shades(picture: &Picture) -> Vec<Option<u8>> {
    let known: HashMap<[u8; 4], u8> =
        palette().iter().enumerate().map(|(shade, colour)| (*colour, shade as u8)).collect();
    let pixels = picture.pixels.as_chunks::<4>().0.iter();
    pixels.map(|pixel| if pixel[3] == 0 { None } else { Some(known[pixel]) }).collect()
}

/// Returns the row of the highest shade in a column, counted from the lowest row; the middle of several.
fn ridge(shades: &[Option<u8>], column: usize) -> f64 {
    let at = |row: usize| shades[(ROWS as usize - 1 - row) * COLUMNS as usize + column];
    let highest = (0..ROWS as usize).filter_map(at).max();
    let rows: Vec<usize> = (0..ROWS as usize).filter(|row| at(*row) == highest).collect();
    rows.iter().sum::<usize>() as f64 / rows.len() as f64
}

fn row_of(hertz: f64) -> f64 {
    let [low, high] = FREQUENCIES.map(|frequency| f64::from(frequency.0));
    (hertz / low).ln() / (high / low).ln() * f64::from(ROWS - 1)
}

/// GPU and processor may differ by 1 shade of 255 in 0.1 % of the pixels, and by 3 nowhere.
#[track_caller]
fn assert_alike(one: &Picture, other: &Picture) {
    let (one, other) = (shades(one), shades(other));
    assert_eq!(one.len(), other.len());
    let differences: Vec<i32> = one
        .iter()
        .zip(&other)
        .map(|pair| match pair {
            (Some(one), Some(other)) => (i32::from(*one) - i32::from(*other)).abs(),
            (None, None) => 0,
            _ => i32::MAX,
        })
        .collect();
    let beyond = differences.iter().filter(|difference| **difference > 1).count();
    let most = differences.iter().max().copied().unwrap_or_default();
    let changed = differences.iter().filter(|difference| **difference > 0).count();
    println!("{changed} of {} pixels differ, {beyond} by more than 1, at most by {most}", one.len());
    assert!(
        most <= 3 && beyond * 1_000 <= one.len(),
        "{beyond} pixels differ by more than 1, at most by {most}"
    );
}

#[test]
fn the_ridge_of_a_chirp_is_where_its_frequency_is_on_gpu_and_processor() {
    const SECONDS: f64 = 16.0;
    let rise = 1_000f64.ln() / SECONDS;
    let linear = |time: f64| 20.0 + 19_980.0 * time / SECONDS;
    let logarithmic = |time: f64| 20.0 * (rise * time).exp();
    let known: [&dyn Fn(f64) -> f64; 2] = [&linear, &logarithmic];
    for (samples, known) in [linear_chirp(SECONDS), logarithmic_chirp(SECONDS)].iter().zip(known) {
        for painter in [&*GPU, &Painter::on_processor()] {
            let shades = shades(&drawn(painter, samples, SECONDS));
            let mut furthest = 0f64;
            // At the ends, half of a window is silence; the first columns of the linear chirp cross an octave in one.
            for column in 12..COLUMNS as usize - 6 {
                let hertz = known((column as f64 + 0.5) * SECONDS / f64::from(COLUMNS));
                if hertz > 19_800.0 {
                    continue;
                }
                let away = (ridge(&shades, column) - row_of(hertz)).abs();
                furthest = furthest.max(away);
                assert!(
                    away <= 1.0,
                    "column {column}: {away} rows from {hertz} Hz, {:?}",
                    painter.drawn_by()
                );
            }
            println!("{:?}: at most {furthest:.2} rows away", painter.drawn_by());
        }
    }
}

#[test]
fn the_gpu_shows_what_the_reference_shows() {
    let frames = 8 * RATE as usize;
    let mut mixed = logarithmic_chirp(8.0);
    mixed.iter_mut().zip(noise(frames, 0.01)).for_each(|(sample, noise)| *sample = 0.8 * *sample + noise);
    mixed[frames..frames + 80_000].fill(0.0);
    let sounds = [
        ("chirp, noise and silence", mixed),
        ("chirp alone", linear_chirp(8.0)),
        ("noise", noise(frames, 1.0)),
        ("faint noise", noise(frames, 1e-4)),
        ("silence", vec![0.0; 2 * frames]),
    ];
    for (name, sound) in &sounds {
        for seconds in [0.5, 8.0] {
            print!("{name}, {seconds} s: ");
            let reference = drawn(&Painter::on_processor(), sound, seconds);
            assert_alike(&drawn(&GPU, sound, seconds), &reference);
        }
    }
}

#[test]
fn a_sine_of_full_scale_reads_0_db_wherever_it_falls() {
    for hertz in [27.5, 62.0, 110.0, 331.0, 999.0, 1_700.0, 4_321.0, 12_345.0] {
        let samples = mono(2.0, |time| (TAU * hertz * time).sin());
        for painter in [&*GPU, &Painter::on_processor()] {
            let shades = shades(&drawn(painter, &samples, 2.0));
            let column = COLUMNS as usize / 2;
            let highest = (0..ROWS as usize).filter_map(|row| shades[row * COLUMNS as usize + column]).max();
            let range = LEVELS[1] - LEVELS[0];
            let read = LEVELS[0] + f32::from(highest.unwrap()) / (SHADES - 1) as f32 * range;
            assert!(read.abs() < 1.5, "{hertz} Hz reads {read} dB, {:?}", painter.drawn_by());
            assert!((ridge(&shades, column) - row_of(hertz)).abs() <= 1.0, "{hertz}");
        }
    }
}

#[test]
fn opposite_sides_do_not_cancel_and_silence_is_black() {
    let mut samples = mono(2.0, |time| 0.5 * (TAU * 440.0 * time).sin());
    samples.iter_mut().skip(1).step_by(2).for_each(|right| *right = -*right);
    let shades_of = |samples: &[f32]| shades(&drawn(&Painter::on_processor(), samples, 2.0));
    let loudest = shades_of(&samples).into_iter().flatten().max().unwrap();
    let read = LEVELS[0] + f32::from(loudest) / 254.0 * (LEVELS[1] - LEVELS[0]);
    assert!((read + 6.0).abs() < 1.0, "{read}");
    assert!(shades_of(&vec![0.0; 2 * 88_200]).into_iter().all(|shade| shade == Some(0)));
}

#[test]
fn a_click_in_a_long_column_is_seen() {
    let mut samples = vec![0.0; 2 * 100 * RATE as usize];
    samples[2 * 50 * RATE as usize..][..64].fill(0.9);
    for painter in [&*GPU, &Painter::on_processor()] {
        let shades = shades(&drawn(painter, &samples, 100.0));
        let brightest = |column: usize| {
            (0..ROWS as usize).filter_map(|row| shades[row * COLUMNS as usize + column]).max().unwrap()
        };
        assert!(brightest(256) > 80, "{}", brightest(256));
        assert_eq!(brightest(100), 0);
    }
}

#[test]
fn one_sees_through_columns_behind_the_end() {
    let samples = noise(RATE as usize, 0.5);
    let view = View { whole: 200, ..view(1.0) };
    for painter in [&*GPU, &Painter::on_processor()] {
        let picture = painter.draw(Passage { samples: &samples, rate: RATE }, &view);
        for line in shades(&picture).chunks_exact(COLUMNS as usize) {
            assert!(line[..200].iter().all(Option::is_some) && line[200..].iter().all(Option::is_none));
        }
        let nothing = painter.draw(Passage { samples: &[], rate: RATE }, &View { whole: 0, ..view.clone() });
        assert_eq!(nothing, Picture::empty(COLUMNS, ROWS));
    }
}

#[test]
fn every_rate_of_a_file_shows_a_tone_in_its_row() {
    for rate in [8_000, 11_025, 32_000, 96_000, 192_000] {
        let samples: Vec<f32> = (0..2 * rate)
            .flat_map(|frame| [(TAU * 1_000.0 * f64::from(frame) / f64::from(rate)).sin() as f32; 2])
            .collect();
        let picture = Painter::on_processor().draw(Passage { samples: &samples, rate }, &view(2.0));
        let row = ridge(&shades(&picture), COLUMNS as usize / 2);
        assert!((row - row_of(1_000.0)).abs() <= 1.0, "{rate}: {row}");
    }
}

#[test]
fn a_lost_gpu_is_replaced_by_the_processor() {
    let painter = Painter::on_any_adapter();
    let samples = linear_chirp(1.0);
    let before = drawn(&painter, &samples, 1.0);
    painter.lose();
    let after = drawn(&painter, &samples, 1.0);
    assert_alike(&before, &after);
    assert!(
        matches!(painter.drawn_by(), DrawnBy::Processor(Some(Error::Lost(_)))),
        "{:?}",
        painter.drawn_by()
    );
    assert_eq!(after, drawn(&Painter::on_processor(), &samples, 1.0));
}

#[test]
fn a_picture_is_pasted_beside_another_and_cut_at_the_edge() {
    let mut picture = Picture::empty(4, 2);
    let patch = Picture { width: 2, height: 2, pixels: vec![9; 16] };
    picture.paste(&patch, 3);
    assert_eq!(picture.pixels[..16], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9]);
    picture.paste(&patch, 4);
    assert_eq!(picture.pixels.iter().filter(|byte| **byte == 9).count(), 8);
}

#[test]
fn rows_are_even_steps_of_pitch_from_20_hz_to_20_khz() {
    assert!((frequency(0.0, 256) - 20.0).abs() < 1e-9 && (frequency(255.0, 256) - 20_000.0).abs() < 1e-6);
    assert!((row_of(frequency(100.0, 256)) - 100.0).abs() < 1e-9);
}

#[test]
fn a_driver_in_software_is_left_for_the_processor() {
    let painter = Painter::open();
    match GPU.drawn_by() {
        DrawnBy::Gpu(name) if name.contains("llvmpipe") => {
            assert_eq!(painter.drawn_by(), DrawnBy::Processor(Some(Error::OnlySoftware(name))));
        }
        by => assert_eq!(painter.drawn_by(), by),
    }
}
