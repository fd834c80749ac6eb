use std::sync::atomic::AtomicBool;

use ebur128::{EbuR128, Mode};
use son1k_domain::unit::{Db, Dbtp, Lufs};
use son1k_support::tone::noise;

use super::*;
use crate::error::Error;
use crate::progress::Progress;

fn with_progress<T>(work: impl FnOnce(&Progress) -> T) -> T {
    work(&Progress { report: &|_| {}, cancelled: &AtomicBool::new(false) })
}

fn measure(samples: &[f32], rate: u32, channels: usize) -> Measurement {
    with_progress(|p| Gauge::new(rate, channels).unwrap().measure(samples, p)).unwrap()
}

/// Noise that swells and fades, each channel quieter than the one before, so that all gates have something to do.
fn swelling(frames: usize, channels: usize) -> Vec<f32> {
    let white = noise(9, Db(0.0), Seconds((frames * channels) as f64 / 44_100.0 + 1.0));
    let wave = |frame: usize| (0.5 + 0.5 * (frame as f32 / 44_100.0 * 0.4).sin()).powi(6);
    (0..frames * channels)
        .map(|n| white[n * 2] * wave(n / channels) * 0.6 / (1 + n % channels) as f32)
        .collect()
}

/// What libebur128 finds, which is not ours.
struct Judged {
    integrated: f64,
    range: f64,
    sample_peaks: Vec<f64>,
    true_peaks: Vec<f64>,
}

fn judge(samples: &[f32], rate: u32, channels: usize) -> Judged {
    let modes = Mode::I | Mode::LRA | Mode::SAMPLE_PEAK | Mode::TRUE_PEAK;
    let mut meter = EbuR128::new(channels as u32, rate, modes).unwrap();
    meter.add_frames_f32(samples).unwrap();
    let (integrated, range) = (meter.loudness_global().unwrap(), meter.loudness_range().unwrap());
    // It does not look at what rings on between the last samples by itself.
    meter.add_frames_f32(&vec![0.0; 64 * channels]).unwrap();
    let level = |peak: f64| 20.0 * peak.log10();
    Judged {
        integrated,
        range,
        sample_peaks: (0..channels as u32).map(|c| level(meter.sample_peak(c).unwrap())).collect(),
        true_peaks: (0..channels as u32).map(|c| level(meter.true_peak(c).unwrap())).collect(),
    }
}

#[track_caller]
fn assert_near(got: f32, wanted: f64, tolerance: f64, what: &str) {
    assert!((f64::from(got) - wanted).abs() <= tolerance, "{what}: {got}, another meter {wanted}");
}

#[test]
fn another_meter_measures_the_same_at_any_rate_with_any_channels() {
    let cases = [
        (8_000, 1),
        (11_025, 2),
        (22_050, 1),
        (44_100, 2),
        (48_000, 5),
        (48_000, 6),
        (96_000, 2),
        (192_000, 1),
        (384_000, 2),
    ];
    for (rate, channels) in cases {
        let samples = swelling(rate as usize * 13 + 77, channels);
        let (ours, theirs) = (measure(&samples, rate, channels), judge(&samples, rate, channels));
        let what = format!("{rate} Hz, {channels} channels");
        assert_near(ours.loudness.integrated.unwrap().0, theirs.integrated, 0.02, &what);
        for (channel, peak) in ours.channels.iter().enumerate() {
            assert_near(peak.sample_peak.unwrap().0, theirs.sample_peaks[channel], 1e-3, &what);
            assert_near(peak.true_peak.unwrap().0, theirs.true_peaks[channel], 2e-3, &what);
        }
        assert_eq!(ours.loudness.true_peak, ours.channels[0].true_peak, "{what}");
    }
}

#[test]
fn another_meter_finds_the_same_range() {
    let (rate, swings) = (44_100, [0.02f32, 0.2, 0.05, 0.4, 0.1]);
    let passages = swings
        .into_iter()
        .flat_map(|gain| noise(3, Db(-3.0), Seconds(12.0)).into_iter().map(move |v| v * gain));
    let samples: Vec<f32> = passages.collect();
    let (ours, theirs) = (measure(&samples, rate, 2), judge(&samples, rate, 2));
    // It takes a short-term value every second, we take ten.
    assert_near(ours.loudness.range.unwrap().0, theirs.range, 0.5, "passages");
}

#[test]
fn segments_lanes_and_streams_measure_what_one_pass_does() {
    for (rate, seconds, channels) in
        [(44_100, 1, 2), (11_025, 9, 1), (44_100, 31, 2), (22_050, 12, 9), (44_101, 12, 1)]
    {
        let what = format!("{rate} Hz, {seconds} s, {channels} channels");
        let samples = swelling(rate as usize * seconds + 123, channels);
        let gauge = Gauge::new(rate, channels).unwrap();
        let mut meter = gauge.clone().meter();
        meter.add(&samples);
        let (one_pass, whole) = (meter.measured().unwrap(), measure(&samples, rate, channels));
        assert_eq!(
            (&one_pass.channels, one_pass.loudness.duration),
            (&whole.channels, whole.loudness.duration),
            "{what}"
        );
        let close = |one: Option<Lufs>, other: Option<Lufs>| match (one, other) {
            (Some(one), Some(other)) => assert!((one.0 - other.0).abs() < 1e-4, "{what}: {one:?} {other:?}"),
            (one, other) => assert_eq!(one, other, "{what}"),
        };
        close(one_pass.loudness.integrated, whole.loudness.integrated);
        close(one_pass.loudness.max_momentary, whole.loudness.max_momentary);
        close(one_pass.loudness.max_short_term, whole.loudness.max_short_term);
        assert_eq!(one_pass.curve.momentary.len(), whole.curve.momentary.len(), "{what}");
        one_pass
            .curve
            .short_term
            .iter()
            .zip(&whole.curve.short_term)
            .for_each(|(one, other)| close(*one, *other));
    }
}

#[test]
fn neither_threads_nor_the_size_of_what_comes_change_anything() {
    let samples = swelling(44_100 * 45 + 17, 2);
    let gauge = Gauge::song();
    let whole = measure(&samples, 44_100, 2);
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(|| measure(&samples, 44_100, 2)), whole, "{threads} threads");
        let mut left = &samples[..];
        let read = |room: &mut [f32]| {
            let count = room.len().min(left.len());
            room[..count].copy_from_slice(&left[..count]);
            left = &left[count..];
            Ok(count)
        };
        let streamed = pool.install(|| with_progress(|p| gauge.measure_stream(read, p))).unwrap();
        assert_eq!(streamed, whole, "{threads} threads");
    }
    let fed = |size: usize| {
        let mut meter = gauge.clone().meter();
        samples.chunks(size).for_each(|chunk| meter.add(chunk));
        meter.measured().unwrap()
    };
    let at_once = fed(samples.len());
    for size in [1, 3, 882, 12_345] {
        assert_eq!(fed(size), at_once, "{size} at a time");
    }
}

#[test]
fn a_stretch_can_be_measured_with_what_comes_before_it() {
    let samples = swelling(44_100 * 4, 2);
    let gauge = Gauge::song();
    let whole = gauge.energies(&samples, 0..44_100 * 4);
    let stretch = gauge.energies(&samples, 44_100..44_100 * 3);
    assert_eq!(stretch.len(), 200);
    for (one, other) in stretch.iter().zip(&whole[100..]) {
        assert!((one - other).abs() <= 1e-9 * other, "{one} {other}");
    }
}

#[test]
fn low_frequencies_are_left_out_and_the_sides_count_more() {
    let alone = |channels: usize, channel: usize| {
        let sine = |n: usize| (std::f32::consts::TAU * 997.0 * n as f32 / 48_000.0).sin();
        let samples: Vec<f32> = (0..48_000 * channels)
            .map(|n| if n % channels == channel { sine(n / channels) } else { 0.0 })
            .collect();
        measure(&samples, 48_000, channels).loudness
    };
    // BS.1770-4: 997 Hz at 0 dBFS on one front channel is −3.01 LUFS.
    for (channels, channel) in [(1, 0), (2, 1), (3, 2), (6, 2), (8, 4), (10, 9)] {
        assert!((alone(channels, channel).integrated.unwrap().0 + 3.01).abs() < 0.02, "{channels} {channel}");
    }
    for (channels, channel) in [(4, 2), (5, 4), (6, 5), (7, 6), (8, 7)] {
        assert!((alone(channels, channel).integrated.unwrap().0 + 1.52).abs() < 0.02, "{channels} {channel}");
    }
    for channels in [6, 7, 8] {
        let found = alone(channels, 3);
        assert_eq!(found.integrated, None);
        assert!(found.true_peak.unwrap().0.abs() < 0.05, "its peaks count");
    }
}

#[test]
fn silence_and_what_is_too_short_have_no_loudness() {
    for frames in [0, 1, 100, 17_000, 200_000] {
        let found = measure(&vec![0.0; frames * 2], 48_000, 2);
        let Loudness { integrated, range, max_momentary, max_short_term, sample_peak, true_peak, duration } =
            found.loudness;
        assert_eq!((integrated, range, max_momentary, max_short_term), (None, None, None, None));
        assert_eq!((sample_peak, true_peak), (None, None));
        assert_eq!(duration, Seconds(frames as f64 / 48_000.0));
        assert_eq!(found.curve.momentary.len(), found.curve.short_term.len());
    }
    let blink = measure(&[0.5; 2 * 17_000], 48_000, 2).loudness;
    assert_eq!((blink.integrated, blink.max_momentary), (None, None));
    assert!(blink.true_peak.unwrap() >= Dbtp(-6.03));
    let second = measure(&swelling(48_000, 2), 48_000, 2).loudness;
    assert!(second.integrated.is_some() && second.max_momentary.is_some());
    assert_eq!((second.range, second.max_short_term), (None, None));
}

#[test]
fn a_sound_that_falls_silent_leaves_nothing_behind() {
    let mut samples = swelling(44_100 * 2, 1);
    samples.resize(44_100 * 20, 0.0);
    let curve = measure(&samples, 44_100, 1).curve;
    assert_eq!(curve.momentary.len(), 200);
    assert!(curve.momentary[10].is_some() && curve.momentary[30..].iter().all(Option::is_none));
    assert!(curve.short_term[45].is_some() && curve.short_term[55..].iter().all(Option::is_none));
}

#[test]
fn what_is_no_number_is_an_error_and_a_raised_flag_ends_the_work() {
    for broken in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for at in [0, 5_000, 5_003] {
            let mut samples = swelling(20_000, 6);
            samples[at] = broken;
            let gauge = Gauge::new(48_000, 6).unwrap();
            assert!(matches!(with_progress(|p| gauge.measure(&samples, p)), Err(Error::Measure(_))), "{at}");
            let mut meter = gauge.meter();
            meter.add(&samples);
            assert!(matches!(meter.measured(), Err(Error::Measure(_))), "{at}");
        }
    }
    assert!(measure(&[f32::MAX; 96_000], 48_000, 2).loudness.integrated.is_some());
    let cancelled = AtomicBool::new(true);
    let progress = Progress { report: &|_| {}, cancelled: &cancelled };
    let samples = swelling(44_100, 2);
    assert!(matches!(Gauge::song().integrated(&samples, &progress), Err(Error::Cancelled)));
    assert!(matches!(Gauge::song().true_peak(&samples, &progress), Err(Error::Cancelled)));
}

#[test]
fn rates_and_channels_that_are_no_sound_are_refused() {
    for (rate, channels) in [(0, 2), (1, 2), (7_999, 2), (1_000_000, 2), (48_000, 0), (48_000, 65)] {
        assert!(matches!(Gauge::new(rate, channels), Err(Error::Refused(_))), "{rate} Hz, {channels}");
    }
}
