//! Voices in a song: a sound of the library on a track of its own.
//!
//! The take that it is put into stays as it is; what comes of it is another take beside it.

use std::path::Path;
use std::time::Instant;

use son1k_domain::id::{AssetId, JobId, ProjectId, SoundId, TakeId, TrackId};
use son1k_domain::job::{Priority, Stage, Work};
use son1k_domain::library::LibrarySound;
use son1k_domain::score::{Channel, Note, Role, Score, Sound, Track};
use son1k_domain::take::Take;
use son1k_domain::unit::{Db, Hertz, Lufs, Seconds, Ticks};

use super::invalid;
use crate::jobs::JobContext;
use crate::make::{Watch, recordings_of};
use crate::{Error, Result, Services};

/// How loud a voice is put into a mix whose instruments are at −20 LUFS each: in front of them.
const LEVEL: Lufs = Lufs(-17.0);
/// How far a recording is turned up or down for that, in dB.
const REACH: f32 = 24.0;
/// Below a voice there is only what the room and the hand at the microphone did.
const HIGH_PASS: Hertz = Hertz(80.0);
/// Enough of the song's room that the voice stands in it.
const REVERB: Db = Db(-18.0);
/// Middle C at the velocity that leaves a recording as loud as it is.
const PITCH: u8 = 60;
const VELOCITY: u8 = 100;

impl Services {
    /// Queues a sound of the library to be put into the take on the lanes, on a track of its own that starts at `at`. What
    /// reaches beyond the end of the song is cut off.
    ///
    /// # Errors
    /// [`Error::NotFound`] without a take, [`Error::SoundMissing`], [`Error::InvalidField`] for a place that is not in
    /// the song: nothing is queued then.
    pub async fn put_on_track(&self, sound: SoundId, at: Seconds) -> Result<JobId> {
        let project = self.projects.get()?;
        let take = project.current.ok_or_else(|| Error::NotFound { what: "a take".into() })?;
        let (_, score, _) = self.projects.take(&take)?;
        if !(0.0..score.length.seconds(score.bpm).0).contains(&at.0) {
            return Err(invalid("at", at.0));
        }
        self.library.present(&sound).await?;
        self.jobs()?.push(Work::PutOnTrack { project: project.id, take, sound, at }, Priority::Pro).await
    }

    pub(crate) async fn run_placing(
        &self,
        context: &JobContext,
        project: &ProjectId,
        take: &TakeId,
        sound: &SoundId,
        at: Seconds,
    ) -> Result<()> {
        let started = Instant::now();
        let source = self.library.present(sound).await?;
        let (origin, mut score, _) = self.projects.take(take)?;
        let assets = self.projects.assets()?;
        let recording = tokio::task::block_in_place(|| assets.put_file(Path::new(&source.path)))?;
        let track = track(&score, &source, recording, at);
        score.tracks.push(track);
        let recordings = recordings_of(&score, &assets)?;
        let mixed = tokio::task::block_in_place(|| {
            let report = |stage: Stage, done: f32| context.progress(stage, done);
            let watch = Watch { report: &report, cancelled: context.cancelled_flag() };
            self.studio.remix(&score, &recordings, watch)
        })?;
        let id = TakeId(context.id.to_string());
        let build = |assets: &son1k_project::Assets| {
            let take = Take {
                id,
                title: format!("{} + {}", origin.title, name(&source)),
                audio: assets.put_file(&mixed.audio())?,
                measured: mixed.measured.clone(),
                master_gain: mixed.gain,
                refused: Vec::new(),
                tags: mixed.tags.clone(),
                starred: false,
                created_ms: crate::clock::now_ms(),
                elapsed: Seconds(started.elapsed().as_secs_f64()),
                ..origin
            };
            Ok((take, score))
        };
        self.projects.add_take_of(project, Some(take), build).await?;
        self.bring_current().await;
        Ok(())
    }
}

/// Returns a track that plays a recording once.
fn track(score: &Score, source: &LibrarySound, recording: AssetId, at: Seconds) -> Track {
    let start = Ticks::at(at, score.bpm);
    // A file that does not tell how long it is plays up to the end of the song.
    let end = source.facts.duration.map(|duration| Ticks::at(Seconds(at.0 + duration.0), score.bpm));
    let end = end.unwrap_or(score.length).0.min(score.length.0);
    let length = Ticks(end.saturating_sub(start.0).max(1));
    let loudness = source.analysis.loudness.as_ref().and_then(|loudness| loudness.integrated);
    let level = Db(loudness.map_or(0.0, |loudness| (LEVEL.0 - loudness.0).clamp(-REACH, REACH)));
    Track {
        id: free_id(score),
        name: name(source),
        role: Role::Vocal,
        sound: Sound::Recording { recording },
        channel: Channel { level, high_pass: Some(HIGH_PASS), reverb: Some(REVERB), ..Channel::default() },
        notes: vec![Note { start, length, pitch: PITCH, velocity: VELOCITY }],
    }
}

fn name(source: &LibrarySound) -> String {
    let stem = || Path::new(&source.name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    if source.tags.title.is_empty() { stem() } else { source.tags.title.clone() }
}

/// Returns `voice`, or with a number when there is one already.
fn free_id(score: &Score) -> TrackId {
    let taken = |id: &TrackId| score.tracks.iter().any(|track| track.id == *id);
    let numbered = (2..).map(|number| TrackId(format!("voice-{number}")));
    let mut ids = std::iter::once(TrackId::from("voice")).chain(numbered);
    ids.find(|id| !taken(id)).unwrap_or_else(|| TrackId::from("voice"))
}
