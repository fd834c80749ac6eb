//! The same as jobs of the queue, whose results are in the library.

use std::time::Duration;

use son1k_domain::Event;
use son1k_domain::cleaning::SoundsMade;
use son1k_domain::id::{JobId, SoundId};
use son1k_domain::job::{Job, JobState, Work};
use son1k_domain::voice::{HeardLine, HeardWord, SpeechMade, Transcript};
use tokio::sync::broadcast::Receiver;

use super::*;
use crate::make::Watch;

const PATIENCE: Duration = Duration::from_secs(120);

struct Room {
    folder: TempDir,
    services: Arc<Services>,
    events: Receiver<Event>,
}

impl Room {
    async fn open(models: PathBuf) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            data_dir: Some(folder.path().join("data")),
            models: Some(models),
            queue: true,
            ..Options::default()
        };
        let services = Services::open(options).await.unwrap();
        Self { events: services.events.subscribe(), services, folder }
    }

    /// Waits for what a job tells in the end.
    async fn told<T>(&mut self, wanted: impl Fn(Event) -> Option<T>) -> T {
        loop {
            let event = tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("in time").unwrap();
            if let Event::JobChanged(job) = &event {
                assert!(job.state != JobState::Failed, "{job:?}");
            }
            if let Some(found) = wanted(event) {
                return found;
            }
        }
    }

    async fn spoken(&mut self) -> SpeechMade {
        self.told(|event| if let Event::SpeechMade(made) = event { Some(made) } else { None }).await
    }

    async fn heard(&mut self) -> Transcript {
        self.told(|event| if let Event::SpeechHeard(heard) = event { Some(heard) } else { None }).await
    }

    async fn made(&mut self) -> SoundsMade {
        self.told(|event| if let Event::SoundsMade(made) = event { Some(made) } else { None }).await
    }

    /// Takes three seconds of a tone into the library.
    async fn take_in(&self) -> SoundId {
        let path = self.folder.path().join("a.wav");
        let sound = tone::sine(Hertz(440.0), Db(-12.0), Seconds(3.0));
        son1k_sound::encode(&sound, WAV, &path, &SongTags::default(), &quiet()).unwrap();
        let watch = Watch { report: &|_, _| (), cancelled: &NOBODY_CANCELS };
        let report = self.services.library.take_in(&[path.display().to_string()], None, watch).await.unwrap();
        report.added[0].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spoken_text_is_a_sound_of_the_library_that_is_heard_and_changed_like_any_other() {
    let mut room = Room::open(clone::weights()).await;
    let services = room.services.clone();
    let job = services.speak(request("ef_dora", SPANISH_TEXT)).await.unwrap();
    let spoken = room.spoken().await;
    assert_eq!(spoken.job, job);
    let sound = services.library.sound(&spoken.sound).await.unwrap();
    assert_eq!(sound.name, "Buenas noches. El concierto empieza a las ocho y.wav");
    assert!(sound.path.contains("voices") && sound.tags.comment.contains("synthetic speech"), "{sound:?}");
    let duration = sound.facts.duration.unwrap().0;
    assert!((spoken.phrases.last().unwrap().end.0 - duration).abs() < 0.01);

    services.hear_speech(spoken.sound.clone(), None).await.unwrap();
    let heard = room.heard().await;
    assert_eq!((heard.language, heard.edited), (Some(Language::Es), false));
    assert_eq!(services.transcript(&spoken.sound).await.unwrap(), Some(heard));

    let deeper = Conversion { pitch: -4.0, ..Conversion::default() };
    services.modulate(spoken.sound.clone(), deeper).await.unwrap();
    let changed = room.made().await;
    assert_eq!((changed.source, changed.made.len()), (spoken.sound, 1));
    let other = services.library.sound(&changed.made[0]).await.unwrap();
    assert!(["other voice", "otra voz"].iter().any(|word| other.name.contains(word)), "{}", other.name);
    assert!((other.facts.duration.unwrap().0 - duration).abs() < 0.01);
    services.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mended_transcript_is_kept_in_order_and_written_as_subtitles() {
    let mut room = Room::open(clone::weights()).await;
    let (services, sound) = (room.services.clone(), room.take_in().await);
    let out = room.folder.path().join("a.vtt");
    let path = out.display().to_string();
    assert_eq!(services.transcript(&sound).await.unwrap(), None);
    let early = services.export_transcript(&sound, TranscriptFormat::Vtt, &path).await;
    assert!(matches!(early, Err(Error::NotFound { .. })));
    let line = |text: &str, start: f64, end: f64| HeardLine {
        text: text.into(),
        start: Seconds(start),
        end: Seconds(end),
        words: vec![HeardWord {
            text: text.into(),
            start: Seconds(start),
            end: Seconds(end),
            confidence: 0.5,
        }],
    };
    let transcript = |lines: Vec<HeardLine>| Transcript {
        sound: sound.clone(),
        lines,
        language: Some(Language::Es),
        duration: Seconds(1_000.0),
        edited: false,
    };
    services.set_transcript(transcript(vec![line("dos", 1.0, 2.0), line("uno", 0.0, 1.0)])).await.unwrap();
    let kept = room.heard().await;
    assert!(kept.edited && kept.duration == Seconds(3.0), "{kept:?}");
    assert_eq!(kept.lines, [line("uno", 0.0, 1.0), line("dos", 1.0, 2.0)]);
    services.export_transcript(&sound, TranscriptFormat::Vtt, &path).await.unwrap();
    let vtt = std::fs::read_to_string(&out).unwrap();
    assert!(vtt.starts_with("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nuno\n"), "{vtt}");
    for (field, bad) in [
        ("line_times", line("tres", 2.0, 1.0)),
        ("line_times", line("tres", 2.0, 9.0)),
        ("line_times", line("tres", f64::NAN, 1.0)),
        ("line", line(&"a".repeat(2_001), 0.0, 1.0)),
    ] {
        let refused = services.set_transcript(transcript(vec![bad])).await;
        assert!(matches!(&refused, Err(Error::InvalidField { field: f, .. }) if f == field), "{refused:?}");
    }
    let relative = services.export_transcript(&sound, TranscriptFormat::Srt, "a.srt").await;
    assert!(matches!(relative, Err(Error::InvalidField { .. })));
    assert_eq!(services.transcript(&sound).await.unwrap().unwrap().lines, kept.lines);
    services.library.remove(std::slice::from_ref(&sound)).await.unwrap();
    assert!(matches!(services.transcript(&sound).await, Err(Error::NotFound { .. })));
    services.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_said_before_it_is_queued() {
    let empty = tempfile::tempdir().unwrap();
    let room = Room::open(empty.path().to_owned()).await;
    let (services, sound) = (&room.services, room.take_in().await);
    let missing = |result: Result<JobId>| matches!(result, Err(Error::ModelMissing { .. }));
    assert!(missing(services.speak(request("af_heart", "Hello.")).await));
    assert!(missing(services.hear_speech(sound.clone(), None).await));
    let deeper = Conversion { pitch: -4.0, ..Conversion::default() };
    assert!(missing(services.modulate(sound.clone(), deeper.clone()).await));
    assert!(matches!(services.speak(request("af_heart", "🎸")).await, Err(Error::NothingToSay)));
    let nobody = services.modulate("nobody".into(), deeper).await;
    assert!(matches!(nobody, Err(Error::NotFound { .. })));
    let nothing = services.modulate(sound, Conversion::default()).await;
    assert!(matches!(nothing, Err(Error::InvalidField { .. })));
    let voices =
        |job: &Job| matches!(job.work, Work::Speak { .. } | Work::HearSpeech { .. } | Work::Modulate { .. });
    assert!(!services.list_jobs().await.unwrap().iter().any(voices));
    services.close(Duration::from_secs(5)).await;
}
