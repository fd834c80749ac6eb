use std::f32::consts::TAU;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use son1k_domain::encoding::Depth;
use son1k_domain::mastering::Preset;
use son1k_domain::unit::{Dbtp, Seconds};
use son1k_support::tone;

use super::*;
use crate::encode::Spec;

static GO: AtomicBool = AtomicBool::new(false);

const WAV: Encoding = Encoding::Wav { depth: Depth::Float32 };
const ALL: [Encoding; 6] = [
    Encoding::Wav { depth: Depth::Int16 },
    Encoding::Aiff { depth: Depth::Int24 },
    Encoding::Flac { depth: Depth::Int24 },
    Encoding::Mp3 { kbps: 192 },
    Encoding::Vorbis { quality: 7 },
    Encoding::Opus { kbps: 160 },
];

fn quietly() -> Progress<'static> {
    Progress { report: &|_| {}, cancelled: &GO }
}

/// A bench with files on it.
struct Bench(tempfile::TempDir);

impl Bench {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, spec: Spec, samples: &[f32]) -> PathBuf {
        let path = self.path(name);
        let mut writer = Writer::create(&path, spec, WAV, &SongTags::default(), &GO).unwrap();
        writer.write(samples).unwrap();
        writer.finish().unwrap();
        path
    }

    fn deliver(&self, source: &Path, encoding: Encoding, target: LoudnessTarget) -> Result<Delivered> {
        let material = Material::open(source, encoding, &quietly())?;
        let out = self.path(&format!("out.{}", encoding.extension()));
        let order = Order { target, encoding, gain: None, out: &out };
        deliver(&material, &order, &quietly())
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap().flatten();
        let mut names: Vec<_> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn target(loudness: f32) -> LoudnessTarget {
    LoudnessTarget { loudness: Lufs(loudness), ceiling: Dbtp(-1.0) }
}

/// Chords with a beat on them: dynamics, and peaks well above the loudness.
fn music(rate: u32, channels: usize, seconds: usize) -> Vec<f32> {
    let frames = seconds * rate as usize;
    let sample = |frame: usize, channel: usize| {
        let t = frame as f32 / rate as f32;
        let chord: f32 = [220.0, 277.2, 329.6].iter().map(|f| (f * t * TAU).sin()).sum::<f32>() * 0.04;
        let beat = (-(t % 0.5) * 60.0).exp() * (90.0 * (t % 0.5) * TAU).sin() * 0.7;
        chord * (1.0 + 0.2 * channel as f32) + beat
    };
    (0..frames).flat_map(|frame| (0..channels).map(move |channel| sample(frame, channel))).collect()
}

const STEREO: Spec = Spec { rate: 48_000, channels: 2 };

#[test]
fn every_format_comes_out_at_its_target_and_under_its_ceiling() {
    let bench = Bench::new();
    let source = bench.write("source.wav", STEREO, &music(48_000, 2, 12));
    for encoding in ALL {
        for wanted in [-23.0, -16.0, -9.0] {
            let delivered = bench.deliver(&source, encoding, target(wanted)).unwrap();
            let after = delivered.after;
            let (loudness, peak) = (after.integrated.unwrap().0, after.true_peak.unwrap().0);
            assert!((loudness - wanted).abs() <= 0.1, "{encoding:?}: {loudness}, wanted {wanted}");
            assert!(peak <= -1.0, "{encoding:?} at {wanted}: {peak} dBTP");
        }
    }
}

#[test]
fn a_long_sound_is_coded_whole_but_once() {
    let bench = Bench::new();
    let source = bench.write("source.wav", STEREO, &music(48_000, 2, 95));
    let (encoding, out) = (Encoding::Mp3 { kbps: 128 }, bench.path("out.mp3"));
    let material = Material::open(&source, encoding, &quietly()).unwrap();
    for wanted in [-17.4, -12.0] {
        let order = Order { target: target(wanted), encoding, gain: None, out: &out };
        let mut plan = Plan::new(&material, &order);
        plan.prepare(&material, &order, &quietly()).unwrap();
        let whole = write(&material, &order, plan.level(), &quietly()).unwrap();
        let after = Material::measured(whole.path(), None, &quietly()).unwrap().loudness();
        assert!(plan.accept(&order, &after), "{after:?}");
        assert!(after.true_peak.unwrap().0 > -1.3, "it is not turned down more than it must be: {after:?}");
    }
}

#[test]
fn ffmpeg_measures_what_was_promised() {
    let bench = Bench::new();
    let source = bench.write("source.wav", STEREO, &music(48_000, 2, 12));
    for encoding in ALL {
        bench.deliver(&source, encoding, target(-14.0)).unwrap();
        let file = bench.path(&format!("out.{}", encoding.extension()));
        let heard = son1k_support::loudness::loudness(&file).unwrap();
        assert!((heard.integrated.0 + 14.0).abs() <= 0.15, "{encoding:?}: {heard:?}");
        assert!(heard.true_peak.0 <= -0.9, "{encoding:?}: {heard:?}");
    }
}

#[test]
fn a_target_with_room_is_reached_by_gain_alone_and_nothing_else_changes() {
    let bench = Bench::new();
    let samples = music(44_100, 2, 5);
    let source = bench.write("source.wav", Spec::SONG, &samples);
    let delivered = bench.deliver(&source, WAV, target(-30.0)).unwrap();
    assert_eq!(delivered.remarks, []);
    let gain = delivered.gain.amplitude();
    let written = crate::decode(&bench.path("out.wav")).unwrap();
    assert!(samples.iter().zip(&written).all(|(before, after)| (before * gain - after).abs() < 1e-6));
    assert_eq!(samples.len(), written.len());
}

#[test]
fn limiting_is_told_with_how_much() {
    let bench = Bench::new();
    let source = bench.write("source.wav", STEREO, &music(48_000, 2, 8));
    let delivered = bench.deliver(&source, WAV, target(-10.0)).unwrap();
    let limited = delivered.remarks.iter().find_map(|remark| match remark {
        Remark::Limited(by) => Some(by.0),
        _ => None,
    });
    assert!(limited.unwrap() > 1.0, "{delivered:?}");
}

#[test]
fn rate_and_channels_stay_unless_the_format_lacks_them_and_then_it_is_told() {
    let bench = Bench::new();
    let high = bench.write("high.wav", Spec { rate: 96_000, channels: 6 }, &music(96_000, 6, 4));
    let kept = bench.deliver(&high, Encoding::Flac { depth: Depth::Int24 }, target(-23.0)).unwrap();
    assert!(kept.remarks.iter().all(|remark| matches!(remark, Remark::Limited(_))), "{kept:?}");
    let reader = crate::decode::Reader::open(&bench.path("out.flac")).unwrap();
    assert_eq!((reader.facts().rate, reader.facts().channels), (96_000, 6));
    let changed = bench.deliver(&high, Encoding::Mp3 { kbps: 320 }, target(-23.0)).unwrap();
    assert!(changed.remarks.contains(&Remark::Resampled(48_000)), "{changed:?}");
    assert!(changed.remarks.contains(&Remark::MixedDown), "{changed:?}");
    assert!((changed.after.integrated.unwrap().0 + 23.0).abs() <= 0.1);
}

#[test]
fn silence_and_short_sounds_are_explained() {
    let bench = Bench::new();
    let silent = bench.write("silent.wav", Spec::SONG, &tone::silence(Seconds(3.0)));
    let delivered = bench.deliver(&silent, WAV, Preset::Announcement.target()).unwrap();
    assert_eq!((delivered.remarks, delivered.gain), (vec![Remark::Silent], Db(0.0)));
    let click = bench.write("click.wav", Spec::SONG, &music(44_100, 2, 1)[..2 * 8_820]);
    let delivered = bench.deliver(&click, WAV, Preset::EbuR128.target()).unwrap();
    assert!(delivered.remarks.contains(&Remark::Short), "{delivered:?}");
    assert!((delivered.after.integrated.unwrap().0 + 23.0).abs() <= 0.1, "{delivered:?}");
}

#[test]
fn what_cannot_be_reached_is_not_delivered() {
    let bench = Bench::new();
    // A single click a second: all peak and no loudness.
    let mut clicks = vec![0.0; 2 * 44_100 * 6];
    clicks.iter_mut().step_by(88_200).for_each(|sample| *sample = 0.5);
    let source = bench.write("clicks.wav", Spec::SONG, &clicks);
    let refused = bench.deliver(&source, WAV, target(-8.0));
    assert!(matches!(refused, Err(Error::OutOfReach { .. })), "{refused:?}");
    assert_eq!(bench.names(), ["clicks.wav"]);
}

#[test]
fn an_album_keeps_its_distances_and_comes_out_together() {
    let bench = Bench::new();
    let loud = music(44_100, 2, 6);
    let quiet: Vec<f32> = loud.iter().map(|sample| sample * 0.25).collect();
    let sources = [bench.write("loud.wav", Spec::SONG, &loud), bench.write("quiet.wav", Spec::SONG, &quiet)];
    let sounds: Vec<_> =
        sources.iter().map(|source| Material::open(source, WAV, &quietly()).unwrap()).collect();
    let gain = album_gain(&sounds, Lufs(-23.0)).unwrap();
    let after: Vec<f32> = sounds
        .iter()
        .enumerate()
        .map(|(index, sound)| {
            let out = bench.path(&format!("{index}.wav"));
            let order = Order { target: target(-23.0), encoding: WAV, gain: Some(gain), out: &out };
            let delivered = deliver(sound, &order, &quietly()).unwrap();
            assert_eq!(delivered.gain, gain);
            delivered.after.integrated.unwrap().0
        })
        .collect();
    assert!((after[0] - after[1] - 12.04).abs() < 0.05, "{after:?}");
    let outs: Vec<_> = (0..2)
        .map(|n| Material::measured(&bench.path(&format!("{n}.wav")), None, &quietly()).unwrap())
        .collect();
    assert!((Material::together(&outs).unwrap().0 + 23.0).abs() < 0.05);
}

#[test]
fn a_cancelled_delivery_leaves_the_old_file_alone() {
    let bench = Bench::new();
    let source = bench.write("source.wav", STEREO, &music(48_000, 2, 5));
    let material = Material::open(&source, WAV, &quietly()).unwrap();
    std::fs::write(bench.path("out.wav"), "the old one").unwrap();
    let cancelled = AtomicBool::new(true);
    let progress = Progress { report: &|_| {}, cancelled: &cancelled };
    let out = bench.path("out.wav");
    let order = Order { target: target(-16.0), encoding: WAV, gain: None, out: &out };
    assert!(matches!(deliver(&material, &order, &progress), Err(Error::Cancelled)));
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "the old one");
    assert_eq!(bench.names(), ["out.wav", "source.wav"]);
}
