use super::*;
use son1k_domain::music::{Mode, PitchClass};

const RATE: f32 = 44_100.0;

/// Seconds of a mono function of time, on both sides.
fn sound(seconds: f32, mut sample: impl FnMut(f32) -> f32) -> Vec<f32> {
    (0..(seconds * RATE) as usize)
        .flat_map(|frame| {
            let sample = sample(frame as f32 / RATE);
            [sample, sample]
        })
        .collect()
}

fn sine(hertz: f32, t: f32) -> f32 {
    (std::f32::consts::TAU * (hertz * t).fract()).sin()
}

fn noise(t: f32) -> f32 {
    let mut bits = (t * RATE) as u32;
    bits = (bits ^ 61) ^ (bits >> 16);
    bits = bits.wrapping_mul(9);
    bits = (bits ^ (bits >> 4)).wrapping_mul(0x27d4_eb2d);
    (bits ^ (bits >> 15)) as f32 / u32::MAX as f32 * 2.0 - 1.0
}

fn key(tonic: u8, mode: Mode) -> Key {
    Key { tonic: PitchClass(tonic), mode }
}

fn expected(seconds: f64, bpm: f32) -> Expected {
    Expected { duration: Seconds(seconds), bpm: Bpm(bpm), key: key(0, Mode::Major) }
}

fn with_progress<T, E: std::fmt::Debug>(work: impl FnOnce(&Progress) -> std::result::Result<T, E>) -> T {
    let cancelled = std::sync::atomic::AtomicBool::new(false);
    work(&Progress { report: &|_| {}, cancelled: &cancelled }).unwrap()
}

fn measure(samples: &[f32], expected: &Expected) -> Measured {
    with_progress(|p| super::measure(samples, expected, p))
}

/// Brings samples to −14 LUFS, as the master does.
fn mastered(mut samples: Vec<f32>) -> Vec<f32> {
    let loudness = with_progress(|p| integrated(&samples, p));
    let gain = Db(LOUDNESS.0 - loudness.0).amplitude();
    samples.iter_mut().for_each(|sample| *sample *= gain);
    samples
}

fn reason(samples: &[f32], expected: &Expected) -> Option<GateReason> {
    verdict(&measure(samples, expected), expected).err().map(|refusal| refusal.reason)
}

/// A kick on the beats, hats on the eighths, a snare on two and four.
fn drums(seconds: f32, bpm: f32) -> Vec<f32> {
    let beat = 60.0 / bpm;
    sound(seconds, |t| {
        let since = |every: f32, first: f32| if t < first { 9.0 } else { (t - first).rem_euclid(every) };
        let kick = 0.8 * sine(60.0, since(beat, 0.0)) * (-since(beat, 0.0) * 25.0).exp();
        let snare = 0.4 * noise(t) * (-since(2.0 * beat, beat) * 30.0).exp();
        let hat = 0.15 * noise(t) * (-since(beat / 2.0, 0.0) * 90.0).exp();
        0.4 * (kick + snare + hat)
    })
}

/// Four chords of saw-like tones, one a bar, from the pitch classes of triads.
fn chords(triads: &[[u8; 3]], bar: f32, bars: usize) -> Vec<f32> {
    sound(bar * bars as f32, |t| {
        let triad = triads[(t / bar) as usize % triads.len()];
        let voices = [triad[0] + 36, triad[0] + 48, triad[1] + 60, triad[2] + 60];
        voices
            .iter()
            .map(|&midi| {
                let hertz = 440.0 * 2f32.powf((f32::from(midi) - 69.0) / 12.0);
                (1..=6).map(|overtone| sine(hertz * overtone as f32, t) / overtone as f32).sum::<f32>()
            })
            .sum::<f32>()
            * 0.05
    })
}

#[test]
fn a_steady_tone_at_the_target_passes() {
    let samples = mastered(sound(10.0, |t| 0.2 * sine(261.6, t)));
    let expected = expected(10.0, 120.0);
    let measured = measure(&samples, &expected);
    assert!((measured.loudness.0 + 14.0).abs() < 0.05, "{measured:?}");
    assert!(measured.true_peak.0 < -1.0 && measured.dc_offset.0 < -80.0, "{measured:?}");
    assert_eq!(measured.bpm, None, "a tone has no beat");
    assert_eq!(verdict(&measured, &expected), Ok(()));
}

#[test]
fn broken_sound_is_refused_for_its_reason() {
    let good = mastered(sound(10.0, |t| 0.2 * sine(261.6, t)));
    let expected = expected(10.0, 120.0);
    assert_eq!(reason(&[], &expected), Some(GateReason::Silent));
    assert_eq!(reason(&vec![0.0; 882_000], &expected), Some(GateReason::Silent));
    let mut not_a_number = good.clone();
    not_a_number[5_000] = f32::NAN;
    assert_eq!(reason(&not_a_number, &expected), Some(GateReason::NotANumber));
    not_a_number[5_000] = f32::INFINITY;
    assert_eq!(reason(&not_a_number, &expected), Some(GateReason::NotANumber));
    let mut clipped = good.clone();
    clipped[5_000] = 1.0;
    assert_eq!(reason(&clipped, &expected), Some(GateReason::Clipping));
    let offset: Vec<f32> = good.iter().map(|sample| sample + 0.01).collect();
    assert_eq!(reason(&offset, &expected), Some(GateReason::DcOffset));
    let loud: Vec<f32> = good.iter().map(|sample| sample * 1.04).collect();
    assert_eq!(reason(&loud, &expected), Some(GateReason::Loudness));
    assert_eq!(reason(&good[..2 * 330_000], &expected), Some(GateReason::Length));
}

#[test]
fn only_a_peak_between_the_samples_is_a_true_peak() {
    // A quarter of the sample rate, 45° off: the samples stay 3 dB below the crest.
    let crest = 0.93f32;
    let burst = |t: f32| {
        crest * (std::f32::consts::FRAC_PI_2 * (t * RATE).round() + std::f32::consts::FRAC_PI_4).sin()
    };
    let samples: Vec<f32> = sound(10.0, |t| if t < 0.5 { burst(t) } else { 0.2 * sine(261.6, t) });
    let measured = measure(&samples, &expected(10.0, 120.0));
    assert!((measured.true_peak.0 - 20.0 * crest.log10()).abs() < 0.2, "{}", measured.true_peak.0);
    assert_eq!(measured.clipped_samples, 0);
}

#[test]
fn a_gap_inside_counts_and_one_at_the_end_does_not() {
    let with_gap = |from: f32, to: f32| {
        mastered(sound(12.0, |t| if (from..to).contains(&t) { 0.0 } else { 0.2 * sine(261.6, t) }))
    };
    let expected = expected(12.0, 120.0);
    let inside = with_gap(5.0, 6.8);
    let measured = measure(&inside, &expected);
    assert!((measured.longest_silence.0 - 1.8).abs() < 0.05, "{}", measured.longest_silence.0);
    assert_eq!(reason(&inside, &expected), Some(GateReason::InnerSilence));
    assert_eq!(reason(&with_gap(5.0, 6.2), &expected), None);
    assert_eq!(reason(&with_gap(9.5, 12.0), &expected), None);
}

#[test]
fn the_tempo_of_drums_is_heard_from_60_to_200() {
    for bpm in [60.0, 66.0, 72.5, 80.0, 88.0, 95.0, 104.0, 118.0, 128.0, 140.0, 155.0, 174.0, 187.0, 200.0] {
        let heard = tempo::listen(&spectrum::half_rate_mono(&drums(30.0, bpm)), Some(Bpm(bpm)));
        let heard = heard.unwrap_or_else(|| panic!("{bpm}: nothing heard"));
        let ratio = heard.0 / bpm;
        let right = [0.5, 1.0, 2.0].iter().any(|octave| (ratio / octave - 1.0).abs() < 0.01);
        assert!(right, "{bpm}: heard {heard:?}");
    }
}

#[test]
fn the_wrong_tempo_is_refused() {
    let samples = drums(30.0, 110.0);
    let measured = measure(&samples, &expected(30.0, 128.0));
    assert!(measured.bpm.is_some() && !measured.bpm_matches, "{measured:?}");
    assert!(measure(&samples, &expected(30.0, 111.0)).bpm_matches);
    assert!(measure(&samples, &expected(30.0, 55.0)).bpm_matches);
}

#[test]
fn noise_and_slow_pads_have_no_tempo() {
    let hiss = sound(20.0, |t| 0.2 * noise(t));
    assert_eq!(tempo::listen(&spectrum::half_rate_mono(&hiss), Some(Bpm(97.0))), None);
    let swell = sound(20.0, |t| 0.2 * sine(220.0, t) * (0.6 + 0.4 * sine(0.13, t)));
    assert_eq!(tempo::listen(&spectrum::half_rate_mono(&swell), Some(Bpm(97.0))), None);
}

#[test]
fn the_key_of_a_cadence_is_heard_in_every_key() {
    for tonic in 0..12u8 {
        let triad = |root: u8, third: u8| [root, root + third, root + 7].map(|note| (note + tonic) % 12);
        let major = chords(&[triad(0, 4), triad(5, 4), triad(7, 4), triad(0, 4)], 1.0, 12);
        let heard = key::listen(&spectrum::half_rate_mono(&major), Some(key(tonic, Mode::Major)));
        assert_eq!(heard, Some(key(tonic, Mode::Major)));
        let minor = chords(&[triad(0, 3), triad(5, 3), triad(7, 3), triad(0, 3)], 1.0, 12);
        let heard = key::listen(&spectrum::half_rate_mono(&minor), Some(key(tonic, Mode::Minor)));
        assert_eq!(heard, Some(key(tonic, Mode::Minor)));
    }
}

#[test]
fn a_distant_key_is_refused_and_a_relative_one_is_not() {
    let pop = chords(&[[9, 0, 4], [5, 9, 0], [0, 4, 7], [7, 11, 2]], 1.5, 16);
    for (wanted, accepted) in [
        (key(9, Mode::Minor), true),
        (key(0, Mode::Major), true),
        (key(2, Mode::Dorian), true),
        (key(6, Mode::Major), false),
        (key(3, Mode::Minor), false),
    ] {
        let measured = measure(&pop, &Expected { key: wanted, ..expected(24.0, 120.0) });
        assert_eq!(measured.key_matches, accepted, "{wanted}: {:?}", measured.key);
        assert_eq!(measured.key.is_some() && !measured.key_matches, !accepted, "{wanted}");
    }
}

#[test]
fn drums_alone_have_no_key_that_refuses_them() {
    let samples = drums(20.0, 120.0);
    for tonic in 0..12 {
        let measured = measure(&samples, &Expected { key: key(tonic, Mode::Minor), ..expected(20.0, 120.0) });
        assert!(measured.key.is_none() || measured.key_matches, "{tonic}: {:?}", measured.key);
    }
}

#[test]
fn three_minutes_are_measured_quickly() {
    let samples = drums(180.0, 120.0);
    let started = std::time::Instant::now();
    measure(&samples, &expected(180.0, 120.0));
    let elapsed = started.elapsed();
    println!("three minutes measured in {elapsed:?}");
    // Generous, for a machine that builds something else at the same time.
    assert!(elapsed.as_secs_f32() < 3.0, "{elapsed:?}");
}
