//! What is said, measured: against the same model run by onnxruntime 1.31.1 in Python, and with the studio's own ears.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use son1k_domain::unit::Hertz;

use super::*;
use crate::resample::Resampler;
use crate::sessions::weights;
use crate::{Progress, Runtime, gate, pitch};

/// "It was a bright cold day in April, and the clocks were striking thirteen."
pub(super) const PHRASE: &str = "ɪt wʌz ɐ bɹˈIt kˈOld dˈA ɪn ˈApɹəl, ænd ðə klˈɑks wɜɹ stɹˈIkɪŋ θɜɹtˈin.";
const HELLO: &str = "həlˈO wˈɜɹld.";

struct Stage {
    sessions: Sessions,
    model: PathBuf,
    mean: Style,
}

fn voice(name: &str) -> Style {
    Style::read(&std::fs::read(weights(&format!("kokoro-voices/{name}.bin"))).unwrap()).unwrap()
}

impl Stage {
    fn new() -> Self {
        let runtime = Runtime::open(&weights("onnxruntime/libonnxruntime.so")).unwrap();
        let names = ["af_heart", "af_bella", "am_michael", "am_adam", "bf_emma", "bm_george"];
        Self {
            sessions: Sessions::new(runtime, 512 << 20),
            model: weights("kokoro/kokoro.onnx"),
            mean: Style::mean(&names.map(voice)),
        }
    }

    fn speak(&self, name: &str, phonemes: &str, manner: Manner) -> Vec<f32> {
        speak(&self.sessions, &self.model, phonemes, &voice(name), &self.mean, &manner).unwrap()
    }

    /// Returns speech as the model gives it, with a little silence around it.
    fn untrimmed(&self, name: &str, phonemes: &str, manner: Manner) -> Vec<f32> {
        let (ids, style) = (vocabulary::ids(phonemes), voice(name));
        let delivery = manner.delivery(&ids, style.row(ids.len()), self.mean.row(ids.len()));
        self.sessions.with(&"kokoro".into(), &self.model, |session| say(session, &ids, delivery)).unwrap()
    }

    /// Returns the mean pitch in semitones over 55 Hz, and the span from the tenth to the ninetieth percentile.
    fn melody(&self, speech: &[f32]) -> (f32, f32) {
        let notes = notes(&self.sessions, speech);
        (notes.iter().sum::<f32>() / notes.len() as f32, span(&notes))
    }
}

/// Returns the notes of speech, lowest first, in semitones over 55 Hz.
pub(super) fn notes(sessions: &Sessions, speech: &[f32]) -> Vec<f32> {
    let quiet = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    let (model, range) = (weights("swift-f0/swift-f0.onnx"), Hertz(60.0)..=Hertz(500.0));
    let found = pitch::pitch(sessions, &model, &heard_at_16_khz(speech), range, &quiet).unwrap();
    let sung = found.hertz.iter().zip(&found.confidence).filter(|(_, sure)| **sure > 0.8);
    let mut notes: Vec<f32> = sung.map(|(hertz, _)| 12.0 * (hertz / 55.0).log2()).collect();
    notes.sort_by(f32::total_cmp);
    assert!(notes.len() > 30, "{} frames have a pitch", notes.len());
    notes
}

/// Returns the span of sorted notes from the tenth to the ninetieth percentile.
pub(super) fn span(notes: &[f32]) -> f32 {
    notes[notes.len() * 9 / 10] - notes[notes.len() / 10]
}

fn heard_at_16_khz(speech: &[f32]) -> Vec<f32> {
    Resampler::new(RATE as usize, 16_000).stretch(speech, 0..usize::MAX)
}

/// Returns the levels in decibels of 20 bands of a third of an octave from 100 Hz on, relative to all of them.
fn bands(speech: &[f32]) -> Vec<f32> {
    let mut stft = crate::stft::Stft::new(crate::stft::hann(1_024));
    let mut powers = [1e-9_f32; 20];
    let mut spectrum = vec![crate::stft::Bin::ZERO; stft.bins()];
    for start in (0..speech.len()).step_by(512) {
        stft.spectrum(speech, start as isize, &mut spectrum);
        for (bin, value) in spectrum.iter().enumerate().skip(5) {
            let hertz = bin as f32 * RATE as f32 / 1_024.0;
            let band = ((hertz / 100.0).log2() * 3.0) as usize;
            powers[band.min(19)] += value.norm_sqr();
        }
    }
    let sum: f32 = powers.iter().sum();
    powers.iter().map(|power| 10.0 * (power / sum).log10()).collect()
}

/// Returns the mean difference of the levels in bands, in decibels.
fn unlike(one: &[f32], other: &[f32]) -> f32 {
    let (one, other) = (bands(one), bands(other));
    one.iter().zip(&other).map(|(a, b)| (a - b).abs()).sum::<f32>() / one.len() as f32
}

#[test]
fn phrases_are_as_long_as_the_reference_makes_them() {
    let stage = Stage::new();
    let at = |speed| Manner { speed, ..Manner::default() };
    // What the reference makes of them from the first sample over 0.01 to the last.
    for (name, phonemes, speed, heard) in [
        ("af_heart", HELLO, 1.0, 8_696..27_498),
        ("am_michael", HELLO, 1.0, 9_088..30_780),
        ("em_alex", "ˈola mˈundo.", 1.0, 4_400..23_520),
        ("af_heart", HELLO, 2.0, 5_243..13_919),
    ] {
        let (all, trimmed) =
            (stage.untrimmed(name, phonemes, at(speed)).len(), stage.speak(name, phonemes, at(speed)).len());
        println!("{name} at {speed}: {trimmed} of {all} samples for {}", heard.len() + 480);
        // What is last heard of a sound depends on how its bytes are rounded: a few hundredths of a second.
        assert!(trimmed.abs_diff(heard.len() + 480) < RATE as usize / 40, "{name} at {speed}: {trimmed}");
        assert!(all - trimmed < RATE as usize / 4, "{name} at {speed}: silence is made");
    }
}

#[test]
fn speech_is_heard_as_speech_and_the_silence_around_it_is_not() {
    let stage = Stage::new();
    let silence = vec![0.0; RATE as usize];
    let speech = stage.speak("af_heart", PHRASE, Manner::default());
    let sound = [&silence[..], &speech, &silence].concat();
    let quiet = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    let model = weights("silero-vad/silero-vad.onnx");
    let found = gate::speech(&stage.sessions, &model, &heard_at_16_khz(&sound), &quiet).unwrap();
    let (first, last) = (found.first().unwrap().start, found.last().unwrap().end);
    let end = 16_000 + speech.len() * 2 / 3;
    println!("speech from 16000 to {end} found from {first} to {last}");
    assert!(first.abs_diff(16_000) < 1_600 && last.abs_diff(end) < 3_200);
    let spoken: usize = found.iter().map(ExactSizeIterator::len).sum();
    assert!(spoken * 10 > (end - 16_000) * 8, "{found:?}");
}

#[test]
fn style_widens_the_melody_and_leaves_pitch_and_pace() {
    let stage = Stage::new();
    for name in ["af_heart", "am_michael"] {
        let said = |style| stage.speak(name, PHRASE, Manner { style, ..Manner::default() });
        let (plain, slight, lively) = (said(0.0), said(0.15), said(1.0));
        let ((mean, span), (_, slightly), (lifted, wide)) =
            (stage.melody(&plain), stage.melody(&slight), stage.melody(&lively));
        println!("{name}: {span:.1}, {slightly:.1}, {wide:.1} semitones wide, {:.1} higher", lifted - mean);
        assert!(wide > 1.25 * span, "{name}: {span} to {wide}");
        assert!((lifted - mean).abs() < 2.0, "{name}: {mean} to {lifted}");
        assert!(lively.len().abs_diff(plain.len()) * 12 < plain.len(), "{name}: pace");
        assert!(slight.len().abs_diff(plain.len()) * 25 < plain.len(), "{name}: 0.15 is slight");
    }
}

#[test]
fn similarity_changes_the_timbre_and_not_how_long_anything_takes() {
    let stage = Stage::new();
    for name in ["af_bella", "bm_george"] {
        let said = |similarity| stage.untrimmed(name, PHRASE, Manner { similarity, ..Manner::default() });
        let (mean, own, beyond) = (said(0.0), said(0.5), said(1.0));
        assert_eq!((mean.len(), beyond.len()), (own.len(), own.len()), "{name}");
        let (less, more) = (unlike(&mean, &own), unlike(&beyond, &own));
        println!("{name}: the mean is {less:.1} dB from the voice, beyond it is {more:.1} dB");
        assert!(less > 1.5 && more > 0.75, "{name}: {less} and {more} dB");
        assert!(unlike(&mean, &beyond) > less, "{name}: the voice is between");
    }
}

#[test]
fn an_unsteady_voice_varies_from_seed_to_seed_and_a_steady_one_never() {
    let stage = Stage::new();
    let said =
        |stability, seed| stage.untrimmed("af_heart", HELLO, Manner { stability, seed, ..Manner::default() });
    assert!(said(1.0, 1) == said(1.0, 2), "steady");
    let first = said(0.0, 1);
    assert!(first == said(0.0, 1), "the same seed says the same");
    let lengths: Vec<usize> = (1..6).map(|seed| said(0.0, seed).len()).collect();
    let (shortest, longest) = (lengths.iter().min().unwrap(), lengths.iter().max().unwrap());
    println!("one phrase in five ways: {lengths:?} samples");
    assert!(longest * 100 > shortest * 106, "{lengths:?}");
}

#[test]
fn the_smallest_and_the_largest_phrase_are_said() {
    let stage = Stage::new();
    for nothing in ["", " ", "…", "ˈ", "🎵\u{200d}"] {
        assert!(stage.speak("af_heart", nothing, Manner::default()).is_empty(), "{nothing}");
    }
    for (phonemes, least) in [("a", 0.05), ("a🎵", 0.05), ("ˈA", 0.1)] {
        let seconds = stage.speak("bf_emma", phonemes, Manner::default()).len() as f32 / RATE as f32;
        println!("{phonemes}: {seconds:.2} s");
        assert!((least..2.0).contains(&seconds), "{phonemes}: {seconds} s");
    }
    let long = stage.speak("af_heart", &"lˈɑ ".repeat(200), Manner { speed: 2.0, ..Manner::default() });
    assert!(long.len() > 10 * RATE as usize);
    assert!(long.iter().all(|sample| sample.abs() <= 1.5), "it is speech, not an explosion");
}

#[test]
fn phrases_begin_and_end_at_nothing() {
    let speech = Stage::new().speak("am_adam", HELLO, Manner::default());
    let loudest = |samples: &[f32]| samples.iter().fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
    assert!(loudest(&speech[..5]) < 1e-3 && loudest(&speech[speech.len() - 5..]) < 1e-3);
    let mean = speech.iter().sum::<f32>() / speech.len() as f32;
    assert!(mean.abs() < 1e-4, "{mean}");
    assert!(loudest(&speech) > 0.1);
}

#[test]
fn a_phrase_begins_with_its_voice_and_not_with_an_end_of_the_model() {
    // At the very end of what the model makes of this there was one sample of 0.01, 40 ms before the voice.
    let phonemes =
        "ðˌɛɹ ɑɹ θɹˈi hˈʌndɹəd sˈɪksti fˈIv dˈAz ɪn ɐ jˈɪɹ, ænd wi plˈAd ˌɔn tˈu hˈʌndɹəd ʌv ðˌɛm.";
    let speech = Stage::new().speak("am_michael", phonemes, Manner::default());
    let at = |milliseconds: usize| milliseconds * RATE as usize / 1_000;
    let begun = &speech[at(11)..at(30)];
    assert!(begun.iter().any(|sample| sample.abs() > 0.01), "{begun:?}");
}
