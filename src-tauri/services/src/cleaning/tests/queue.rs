//! Sounds of the library, through the queue. What needs a model is only refused here.

use std::time::Duration;

use son1k_domain::Event;
use son1k_domain::cleaning::{Hum, NoteSheet, SoundsMade};
use son1k_domain::id::{JobId, SoundId};
use son1k_domain::job::JobState;
use son1k_domain::library::TagChange;
use son1k_domain::unit::{Bpm, Hertz};
use son1k_sound::tags;
use tokio::sync::broadcast::Receiver;

use super::*;
use crate::make::Watch;

const PATIENCE: Duration = Duration::from_secs(60);

struct Room {
    folder: TempDir,
    services: Arc<Services>,
    events: Receiver<Event>,
}

impl Room {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            data_dir: Some(folder.path().join("data")),
            models: Some(folder.path().join("none")),
            queue: true,
            ..Options::default()
        };
        let services = Services::open(options).await.unwrap();
        Self { events: services.events.subscribe(), services, folder }
    }

    /// Takes a tone with silence around it into the library.
    async fn take_in(&self, name: &str, title: &str) -> SoundId {
        let path = self.folder.path().join(name);
        let silence = tone::silence(Seconds(1.0));
        let sound = tone::sine(Hertz(440.0), Db(-12.0), Seconds(1.0));
        let samples = [silence.clone(), sound, silence].concat();
        sound::encode(&samples, PARTS, &path, &SongTags::default(), &quiet()).unwrap();
        let change =
            TagChange { title: Some(title.into()), artist: Some("Ana".into()), ..TagChange::default() };
        tags::write_tags(&path, &change).unwrap();
        let watch = Watch { report: &|_, _| (), cancelled: &NOBODY_CANCELS };
        let report = self.services.library.take_in(&[path.display().to_string()], None, watch).await.unwrap();
        report.added[0].clone()
    }

    async fn made(&mut self) -> SoundsMade {
        loop {
            match tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("in time").unwrap() {
                Event::SoundsMade(made) => return made,
                Event::JobChanged(job) => assert!(job.state != JobState::Failed, "{job:?}"),
                _ => {}
            }
        }
    }

    async fn heard(&mut self) -> NoteSheet {
        loop {
            let event = tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("in time").unwrap();
            if let Event::NotesHeard(sheet) = event {
                return sheet;
            }
        }
    }

    async fn ended(&self, id: &JobId) -> JobState {
        loop {
            let jobs = self.services.list_jobs().await.unwrap();
            match jobs.into_iter().find(|job| job.id == *id) {
                Some(job) if job.state.is_final() => return job.state,
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }
}

/// The desk of a job that has just told of its end may still be there.
fn finished_in(folder: &Path) -> usize {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| !name.to_string_lossy().starts_with(tags::UNFINISHED)).count()
}

fn trimming() -> Cleaning {
    Cleaning { declick: true, hum: Some(Hum::Heard), trim: true, ..Cleaning::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cleaned_sound_is_new_in_the_library_with_the_tags_of_its_source() {
    let mut room = Room::open().await;
    let source = room.take_in("Café take.wav", "Despertar").await;
    room.services.clean_sound(source.clone(), trimming()).await.unwrap();
    let made = room.made().await;
    assert_eq!(made.source, source);
    let report = made.report.clone().unwrap();
    assert!((report.trimmed_start.0 - 0.98).abs() < 0.02 && (report.trimmed_end.0 - 0.95).abs() < 0.02);
    assert_eq!((report.clicks, report.hum), (0, None));
    let [id] = made.made.as_slice() else { panic!("{made:?}") };
    let sound = room.services.library.sound(id).await.unwrap();
    assert_eq!(sound.tags.artist, "Ana");
    let word = sound.name.trim_start_matches("Café take (").trim_end_matches(").wav").to_owned();
    assert!(["clean", "limpio"].contains(&word.as_str()), "{}", sound.name);
    assert_eq!(sound.tags.title, format!("Despertar ({word})"));
    let duration = sound.facts.duration.unwrap().0;
    assert!((duration - 1.07).abs() < 0.03, "{duration}");
    // Once more: the same sound comes out, and no second file of it is left.
    room.services.clean_sound(source, trimming()).await.unwrap();
    assert_eq!(room.made().await.made, made.made);
    let folder = Path::new(&sound.path).parent().unwrap();
    assert_eq!(finished_in(folder), 1);
    // Another cleaning is another sound, and overwrites nothing.
    let faded = Cleaning { fade_in: Seconds(0.1), ..trimming() };
    room.services.clean_sound(made.source, faded).await.unwrap();
    let other = room.made().await;
    assert_ne!(other.made, made.made);
    assert!(Path::new(&sound.path).is_file());
    assert_eq!(finished_in(folder), 2);
    room.services.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_to_a_sound_is_said_at_once_or_by_its_job() {
    let room = Room::open().await;
    let sound = room.take_in("a.wav", "A").await;
    let services = &room.services;
    let id = |result: Result<JobId>| match result {
        Err(Error::ModelMissing { id, .. }) => id,
        other => panic!("{other:?}"),
    };
    let denoise = Cleaning { denoise: Some(1.0), ..Cleaning::default() };
    assert_eq!(id(services.clean_sound(sound.clone(), denoise).await), "deepfilternet3");
    assert_eq!(id(services.split_sound(sound.clone()).await), "spleeter-2stems");
    assert_eq!(id(services.hear_notes(sound.clone()).await), "basic-pitch");
    let unknown = services.clean_sound("nobody".into(), trimming()).await;
    assert!(matches!(unknown, Err(Error::NotFound { .. })));
    let nothing = services.clean_sound(sound.clone(), Cleaning::default()).await;
    assert!(matches!(nothing, Err(Error::InvalidField { .. })));
    let too_long = Cleaning { fade_in: Seconds(100.0), ..Cleaning::default() };
    let job = services.clean_sound(sound.clone(), too_long).await.unwrap();
    assert_eq!(room.ended(&job).await, JobState::Failed);
    let made = room.folder.path().join("data/cleaned");
    assert_eq!(std::fs::read_dir(made).unwrap().count(), 0, "nothing is left of what failed");
    std::fs::remove_file(room.folder.path().join("a.wav")).unwrap();
    let gone = services.clean_sound(sound, trimming()).await;
    assert!(matches!(gone, Err(Error::SoundMissing(_))));
    services.close(Duration::from_secs(5)).await;
}

fn note(start: f64, length: f64, pitch: u8, velocity: u8) -> HeardNote {
    HeardNote { start: Seconds(start), length: Seconds(length), pitch, velocity }
}

#[tokio::test(flavor = "multi_thread")]
async fn mended_notes_are_kept_in_order_and_written_as_midi() {
    let mut room = Room::open().await;
    let sound = room.take_in("a.wav", "A").await;
    let services = room.services.clone();
    let path = room.folder.path().join("a.mid");
    let out = path.display().to_string();
    assert_eq!(services.notes(&sound).await.unwrap(), None);
    assert!(matches!(services.export_notes(&sound, &out).await, Err(Error::NotFound { .. })));
    let sheet = NoteSheet {
        sound: sound.clone(),
        notes: vec![note(1.5, 0.5, 127, 127), note(0.0, 0.25, 0, 1)],
        bpm: Some(Bpm(96.0)),
        duration: Seconds(1_000.0),
        edited: false,
    };
    services.save_notes(sheet.clone()).await.unwrap();
    let kept = room.heard().await;
    assert!(kept.edited && kept.duration == Seconds(3.0), "{kept:?}");
    assert_eq!(kept.notes, [sheet.notes[1], sheet.notes[0]]);
    assert_eq!(services.notes(&sound).await.unwrap(), Some(kept));
    services.export_notes(&sound, &out).await.unwrap();
    assert!(std::fs::read(&path).unwrap().starts_with(b"MThd"));
    assert!(matches!(services.export_notes(&sound, "a.mid").await, Err(Error::InvalidField { .. })));
    services.library.remove(std::slice::from_ref(&sound)).await.unwrap();
    assert!(matches!(services.notes(&sound).await, Err(Error::NotFound { .. })));
    services.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_that_are_none_are_refused_and_the_kept_ones_stay() {
    let room = Room::open().await;
    let sound = room.take_in("a.wav", "A").await;
    let services = &room.services;
    let sheet = |notes: Vec<HeardNote>| NoteSheet {
        sound: sound.clone(),
        notes,
        bpm: None,
        duration: Seconds(3.0),
        edited: false,
    };
    let good = sheet(vec![note(0.5, 2.5, 60, 90)]);
    services.save_notes(good.clone()).await.unwrap();
    for (field, bad) in [
        ("pitch", note(0.0, 1.0, 128, 90)),
        ("velocity", note(0.0, 1.0, 60, 0)),
        ("velocity", note(0.0, 1.0, 60, 128)),
        ("note", note(0.0, 0.0, 60, 90)),
        ("note", note(-0.1, 1.0, 60, 90)),
        ("note", note(2.0, 1.5, 60, 90)),
        ("note", note(f64::NAN, 1.0, 60, 90)),
        ("note", note(0.0, f64::INFINITY, 60, 90)),
    ] {
        let refused = services.save_notes(sheet(vec![bad])).await;
        assert!(matches!(&refused, Err(Error::InvalidField { field: f, .. }) if f == field), "{refused:?}");
    }
    let many = services.save_notes(sheet(vec![note(0.0, 1.0, 60, 90); 100_001])).await;
    assert!(matches!(many, Err(Error::InvalidField { field, .. }) if field == "notes"));
    let tempo = NoteSheet { bpm: Some(Bpm(f32::NAN)), ..good.clone() };
    assert!(matches!(services.save_notes(tempo).await, Err(Error::InvalidField { .. })));
    assert_eq!(services.notes(&sound).await.unwrap().unwrap().notes, good.notes);
    services.close(Duration::from_secs(5)).await;
}
