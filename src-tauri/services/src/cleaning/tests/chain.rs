//! What needs no model, and the noise of long sounds.

use son1k_domain::cleaning::{CleaningReport, Hum};
use son1k_sound::Reader;
use son1k_sound::encode::{Spec, Writer};

use super::*;

const FLOAT: Encoding = Encoding::Wav { depth: Depth::Float32 };

impl Desk {
    fn write(&self, name: &str, spec: Spec, encoding: Encoding, samples: &[f32]) -> PathBuf {
        let path = self.path(name);
        let never = AtomicBool::new(false);
        let mut writer = Writer::create(&path, spec, encoding, &SongTags::default(), &never).unwrap();
        writer.write(samples).unwrap();
        writer.finish().unwrap();
        path
    }

    fn clean(&self, input: &Path, out: &str, cleaning: &Cleaning) -> Result<Cleaned> {
        self.services.clean_file(input, &self.path(out), None, cleaning, &quiet())
    }
}

async fn without_models() -> Desk {
    Desk::with_models(tempfile::tempdir().unwrap().path().join("none")).await
}

/// Reads a file as it is.
fn samples(path: &Path) -> (Vec<f32>, Spec) {
    let mut reader = Reader::open(path).unwrap();
    let (mut all, mut block) = (Vec::new(), Vec::new());
    while reader.read(&mut block).unwrap() > 0 {
        all.extend_from_slice(&block);
    }
    (all, reader.spec())
}

/// Two seconds of a hushed room, six of a steady tone under hum with three clicks, one of room; mono at 48 kHz.
fn take() -> Vec<f32> {
    let mut state = 9u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 16_777_216.0 - 0.5
    };
    let mut take: Vec<f32> = (0..9 * 48_000)
        .map(|n| {
            let t = n as f32 / 48_000.0;
            let hum =
                (t * 60.0 * std::f32::consts::TAU).sin() + 0.5 * (t * 180.0 * std::f32::consts::TAU).sin();
            let swell = ((t - 2.0) / 0.05).min((8.0 - t) / 0.05).clamp(0.0, 1.0);
            let tone = swell * (t * 441.0 * std::f32::consts::TAU).sin();
            0.2 * tone + 2e-4 * noise() + 1e-3 * hum
        })
        .collect();
    for (place, height) in [(150_000, 0.5), (200_003, -0.4), (300_100, 0.6)] {
        take[place..place + 5].iter_mut().for_each(|sample| *sample += height);
    }
    take
}

#[tokio::test]
async fn clicks_hum_and_silence_go_and_rate_and_channels_stay() {
    let desk = without_models().await;
    let spec = Spec { rate: 48_000, channels: 1 };
    let input = desk.write("take.wav", spec, PARTS, &take());
    let before = std::fs::read(&input).unwrap();
    let cleaning = Cleaning {
        declick: true,
        hum: Some(Hum::Heard),
        trim: true,
        fade_in: Seconds(0.5),
        fade_out: Seconds(1.0),
        ..Cleaning::default()
    };
    let cleaned = desk.clean(&input, "clean.wav", &cleaning).unwrap();
    assert_eq!(std::fs::read(&input).unwrap(), before, "the source is never touched");
    let report = cleaned.report;
    assert_eq!(report.clicks, 3);
    assert!((report.hum.unwrap() - 60.0).abs() < 0.02, "{report:?}");
    assert!((1.9..=2.03).contains(&report.trimmed_start.0), "{report:?}");
    assert!((0.8..=1.0).contains(&report.trimmed_end.0), "{report:?}");
    let (clean, written) = samples(&desk.path("clean.wav"));
    assert_eq!(written, spec);
    assert!((clean.len() as f64 / 48_000.0 - cleaned.duration.0).abs() < 1e-9);
    assert!((cleaned.duration.0 + report.trimmed_start.0 + report.trimmed_end.0 - 9.0).abs() < 1e-6);
    assert!(clean[0].abs() < 1e-6 && clean.last().unwrap().abs() < 1e-6, "faded");
    assert!(clean.iter().all(|sample| sample.abs() < 0.21), "no click is left");
    let names: Vec<_> =
        std::fs::read_dir(desk.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3, "nothing but the data, the take and its clean copy: {names:?}");
}

#[tokio::test]
async fn a_float_file_stays_one_and_fades_are_to_the_sample() {
    let desk = without_models().await;
    let spec = Spec { rate: 96_000, channels: 3 };
    let sound: Vec<f32> = (0..96_000).flat_map(|_| [1.5, -0.5, 0.25]).collect();
    let input = desk.write("loud.wav", spec, FLOAT, &sound);
    let cleaning = Cleaning { fade_in: Seconds(0.25), fade_out: Seconds(0.75), ..Cleaning::default() };
    let cleaned = desk.clean(&input, "clean.wav", &cleaning).unwrap();
    assert_eq!(cleaned.report, CleaningReport::default());
    let (clean, written) = samples(&desk.path("clean.wav"));
    assert_eq!((written, clean.len()), (spec, sound.len()));
    assert_eq!(clean[0], 0.0);
    assert_eq!(clean[24_000 * 3..24_001 * 3], sound[..3], "over full scale, as it was");
    assert!(clean[23_000 * 3] < 1.5 && clean[25_000 * 3] < 1.5);
}

#[tokio::test]
async fn what_would_leave_nothing_or_cannot_be_is_refused_with_nothing_written() {
    let desk = without_models().await;
    let spec = Spec { rate: 44_100, channels: 1 };
    let tone: Vec<f32> = tone::sine(son1k_domain::unit::Hertz(440.0), Db(-12.0), Seconds(1.0));
    let sound = desk.write("tone.wav", spec, PARTS, &tone[..44_100]);
    let silence = desk.write("silence.wav", spec, PARTS, &[0.0; 44_100]);
    let refused = |input: &Path, cleaning: Cleaning| desk.clean(input, "clean.wav", &cleaning).unwrap_err();
    let trim = Cleaning { trim: true, ..Cleaning::default() };
    assert!(matches!(refused(&silence, trim.clone()), Error::OnlySilence));
    let fade = |fade_in: f64| Cleaning { fade_in: Seconds(fade_in), ..Cleaning::default() };
    for fade_in in [1.01, -1.0, f64::NAN, f64::INFINITY] {
        assert!(
            matches!(refused(&sound, fade(fade_in)), Error::InvalidField { field, .. } if field == "fade")
        );
    }
    let fade_after_trim = Cleaning { trim: true, ..fade(1.5) };
    assert!(matches!(refused(&sound, fade_after_trim), Error::InvalidField { field, .. } if field == "fade"));
    for share in [-0.1, 1.1, f32::NAN] {
        let denoise = Cleaning { denoise: Some(share), ..Cleaning::default() };
        assert!(matches!(refused(&sound, denoise), Error::InvalidField { field, .. } if field == "denoise"));
    }
    let nothing = refused(&sound, Cleaning::default());
    assert!(matches!(&nothing, Error::InvalidField { field, .. } if field == "cleaning"));
    for language in [son1k_domain::setting::Language::En, son1k_domain::setting::Language::Es] {
        let problem = Error::OnlySilence.describe(language);
        assert!(!problem.message.is_empty() && !problem.hint.is_empty());
    }
    let denoise = Cleaning { denoise: Some(1.0), ..Cleaning::default() };
    assert!(matches!(refused(&sound, denoise), Error::ModelMissing { id, .. } if id == "deepfilternet3"));
    let cancelled = AtomicBool::new(true);
    let unwanted = Progress { report: &|_| (), cancelled: &cancelled };
    let out = desk.path("clean.wav");
    let stopped = desk.services.clean_file(&sound, &out, None, &trim, &unwanted);
    assert!(matches!(stopped, Err(Error::Cancelled)));
    assert!(!out.exists());
}

#[tokio::test]
async fn the_noise_of_a_long_sound_is_taken_out_without_a_seam() {
    let desk = Desk::new().await;
    // Longer than the model gets at a time; at a rate that is not its own.
    let noisy = noisy(70.0);
    let mono: Vec<f32> = noisy.iter().step_by(2).copied().collect();
    let spec = Spec { rate: 44_100, channels: 1 };
    let input = desk.write("take.wav", spec, PARTS, &mono);
    let cleaning = Cleaning { denoise: Some(1.0), ..Cleaning::default() };
    desk.clean(&input, "clean.wav", &cleaning).unwrap();
    let (clean, written) = samples(&desk.path("clean.wav"));
    assert_eq!((written, clean.len()), (spec, mono.len()));
    let loudest = |range: std::ops::Range<usize>| clean[range].iter().fold(0.0_f32, |m, s| m.max(s.abs()));
    let hushed =
        voice::pauses(Seconds(70.0)).into_iter().filter(|pause| loudest(pause.clone()) < 0.01).count();
    assert_eq!(hushed, voice::pauses(Seconds(70.0)).len(), "every pause is quiet, those at the seam too");
    let half = Cleaning { denoise: Some(0.5), ..Cleaning::default() };
    let short = desk.write("short.wav", spec, FLOAT, &mono[..132_300]);
    desk.clean(&short, "half.wav", &half).unwrap();
    desk.clean(&short, "all.wav", &cleaning).unwrap();
    let (half, all) = (samples(&desk.path("half.wav")).0, samples(&desk.path("all.wav")).0);
    let off =
        half.iter().zip(all.iter().zip(&mono)).map(|(half, (all, dry))| (half - 0.5 * (all + dry)).abs());
    assert!(off.fold(0.0, f32::max) < 1e-5);
}

#[tokio::test]
async fn the_parts_of_a_song_have_its_rate_and_its_channels() {
    let desk = Desk::new().await;
    let spec = Spec { rate: 48_000, channels: 1 };
    let song: Vec<f32> = noisy(2.0).into_iter().step_by(2).collect();
    let input = desk.write("song.wav", spec, PARTS, &song);
    desk.services.split(&input, &desk.path("parts"), &quiet()).unwrap();
    let (vocals, of_vocals) = samples(&desk.path("parts/vocals.wav"));
    let (backing, of_backing) = samples(&desk.path("parts/backing.wav"));
    assert_eq!((of_vocals, of_backing), (spec, spec));
    assert_eq!((vocals.len(), backing.len()), (song.len(), song.len()));
    let off = song.iter().zip(vocals.iter().zip(&backing)).map(|(song, (a, b))| (song - a - b).abs());
    assert!(off.fold(0.0, f32::max) < 1e-5);
}
