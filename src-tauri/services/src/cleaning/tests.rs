//! Files in, files out, over the models that the set-up fetched.

mod chain;
mod queue;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use son1k_domain::encoding::Depth;
use son1k_sound::SongTags;
use son1k_support::{clone, tone, voice};
use tempfile::TempDir;

use super::*;
use crate::Options;

const PARTS: Encoding = Encoding::Wav { depth: Depth::Int24 };

struct Desk {
    folder: TempDir,
    services: Arc<Services>,
}

impl Desk {
    async fn new() -> Self {
        Self::with_models(clone::weights()).await
    }

    async fn with_models(models: PathBuf) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            data_dir: Some(folder.path().join("data")),
            models: Some(models),
            ..Options::default()
        };
        Self { services: Services::open(options).await.unwrap(), folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn sound(&self, name: &str, samples: &[f32]) -> PathBuf {
        let path = self.path(name);
        sound::encode(samples, PARTS, &path, &SongTags::default(), &quiet()).unwrap();
        path
    }

    fn denoise(&self, input: &Path, out: &Path, strength: f32) -> Result<Seconds> {
        self.services.denoise(input, out, PARTS, Db(strength), &quiet())
    }
}

static NOBODY_CANCELS: AtomicBool = AtomicBool::new(false);

fn quiet() -> Progress<'static> {
    Progress { report: &|_| (), cancelled: &NOBODY_CANCELS }
}

fn noisy(seconds: f64) -> Vec<f32> {
    let noise = tone::noise(5, Db(-25.0), Seconds(seconds));
    voice::talking(Seconds(seconds)).iter().zip(noise).map(|(voice, noise)| voice + noise).collect()
}

#[tokio::test]
async fn a_denoised_file_lies_beside_the_untouched_recording() {
    let desk = Desk::new().await;
    let (input, out) = (desk.sound("take.wav", &noisy(3.0)), desk.path("clean.wav"));
    let before = std::fs::read(&input).unwrap();
    let duration = desk.denoise(&input, &out, 100.0).unwrap();
    assert!((duration.0 - 3.0).abs() < 1e-9);
    assert_eq!(std::fs::read(&input).unwrap(), before);
    let (noisy, clean) = (sound::decode(&input).unwrap(), sound::decode(&out).unwrap());
    assert_eq!(noisy.len(), clean.len());
    let pause = voice::pauses(Seconds(3.0)).remove(1);
    let loudest =
        |samples: &[f32]| samples[2 * pause.start..2 * pause.end].iter().fold(0.0_f32, |m, s| m.max(s.abs()));
    assert!(loudest(&clean) < 0.1 * loudest(&noisy));
}

#[tokio::test]
async fn what_cannot_be_done_is_said_before_anything_is_written() {
    let desk = Desk::new().await;
    let (input, out) = (desk.sound("take.wav", &noisy(0.5)), desk.path("clean.wav"));
    let words = desk.path("words.wav");
    std::fs::write(&words, "these are words").unwrap();
    assert!(matches!(desk.denoise(&desk.path("none.wav"), &out, 100.0), Err(Error::NotFound { .. })));
    assert!(matches!(desk.denoise(&words, &out, 100.0), Err(Error::SoundRefused(_))));
    assert!(matches!(desk.denoise(&input, &input, 100.0), Err(Error::SameFile(_))));
    for strength in [-1.0, 100.5, f32::NAN] {
        assert!(matches!(desk.denoise(&input, &out, strength), Err(Error::InvalidField { .. })));
    }
    let settings = Settings { onset: 1.5, ..Settings::default() };
    let refused = desk.services.transcribe(&input, &out, settings, &quiet());
    assert!(matches!(refused, Err(Error::InvalidField { .. })));
    let cancelled = AtomicBool::new(true);
    let unwanted = Progress { report: &|_| (), cancelled: &cancelled };
    assert!(matches!(desk.services.split(&input, &desk.path("parts"), &unwanted), Err(Error::Cancelled)));
    assert!(!out.exists() && !desk.path("parts").exists());
}

#[tokio::test]
async fn a_missing_model_is_named() {
    let empty = tempfile::tempdir().unwrap();
    let desk = Desk::with_models(empty.path().to_owned()).await;
    let (input, out) = (desk.sound("take.wav", &noisy(0.5)), desk.path("out"));
    let missing = |result: Result<()>| match result {
        Err(Error::ModelMissing { id, .. }) => id,
        other => panic!("{other:?}"),
    };
    assert_eq!(missing(desk.denoise(&input, &out, 100.0).map(drop)), "deepfilternet3");
    assert_eq!(missing(desk.services.split(&input, &out, &quiet()).map(drop)), "spleeter-2stems");
    let heard = desk.services.transcribe(&input, &out, Settings::default(), &quiet());
    assert_eq!(missing(heard.map(drop)), "basic-pitch");
}

#[tokio::test]
async fn the_two_parts_of_a_song_sum_to_it() {
    let desk = Desk::new().await;
    let song = noisy(2.0);
    let parts = desk.services.split(&desk.sound("song.wav", &song), &desk.path("parts"), &quiet()).unwrap();
    assert_eq!(parts.vocals, desk.path("parts/vocals.wav"));
    let (vocals, backing) = (sound::decode(&parts.vocals).unwrap(), sound::decode(&parts.backing).unwrap());
    assert_eq!((vocals.len(), backing.len()), (song.len(), song.len()));
    // Both files and the song were rounded to 24 bits with dither.
    let off = song.iter().zip(vocals.iter().zip(&backing)).map(|(song, (a, b))| (song - a - b).abs());
    assert!(off.fold(0.0, f32::max) < 1e-5);
}

#[tokio::test]
async fn the_notes_of_a_sound_become_a_midi_file() {
    let desk = Desk::new().await;
    let length = Seconds(2.0);
    let chord: Vec<f32> = [261.63, 329.63, 392.0]
        .map(|hz| tone::sine(son1k_domain::unit::Hertz(hz), Db(-16.0), length))
        .into_iter()
        .reduce(|sum, tone| sum.iter().zip(tone).map(|(a, b)| a + b).collect())
        .unwrap();
    let out = desk.path("chord.mid");
    let input = desk.sound("chord.wav", &chord);
    let transcript = desk.services.transcribe(&input, &out, Settings::default(), &quiet()).unwrap();
    let pitches: Vec<u8> = transcript.notes.iter().map(|note| note.pitch).collect();
    assert!([60, 64, 67].iter().all(|pitch| pitches.contains(pitch)), "{pitches:?}");
    assert!(transcript.deaf.is_none() && transcript.pulse.is_none());
    assert!(std::fs::read(&out).unwrap().starts_with(b"MThd"));
}
