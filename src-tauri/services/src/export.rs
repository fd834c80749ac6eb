//! A take leaves the studio as files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use son1k_audio as audio;
use son1k_domain::id::{JobId, TakeId};
use son1k_domain::job::{Priority, Stage, Work};
use son1k_domain::mastering::Preset;
use son1k_domain::project::Strip;
use son1k_domain::score::{Score, Sound};
use son1k_domain::take::{ExportFormat, Peaks, Take};
use son1k_sound::{self as sound, Progress, tags};
use tempfile::TempDir;

use crate::birth::{Birth, sha256};
use crate::jobs::JobContext;
use crate::make::{Studio, Watch, engine, neutral_strips, recordings_of, song_tags};
use crate::vouching::Former;
use crate::{Error, Result, Services};

/// What an export needs, gathered before the long work starts.
pub struct Export {
    pub score: Score,
    pub strips: Vec<Strip>,
    pub recordings: audio::Recordings,
    pub gain: son1k_domain::unit::Db,
    /// The finished master of the untouched mixer.
    pub master: PathBuf,
}

impl Export {
    /// Writes the file, or the folder of stems. Blocks; the target is written whole or not at all.
    pub fn write(
        &self,
        studio: &Studio,
        format: ExportFormat,
        target: &Path,
        watch: Watch<'_>,
    ) -> Result<()> {
        match format {
            ExportFormat::Midi => write_whole(target, &son1k_composer::midi(&self.score)),
            ExportFormat::Stems => self.write_stems(studio, target, watch),
            // The master is such a file already; to write it anew would only add dither.
            ExportFormat::Flac if self.untouched() => {
                let mut master = std::fs::File::open(&self.master).map_err(sound::Error::from)?;
                self.certified(target, |file| {
                    in_place_of(file, |file| std::io::copy(&mut master, file).map(drop))
                        .map_err(|error| Error::writing(target, error))
                })
            }
            _ => {
                let encoding =
                    format.encoding().ok_or_else(|| Error::Internal(format!("{format:?} is no sound")))?;
                let samples = self.samples(studio, watch)?;
                let report = |done: f32| (watch.report)(Stage::Encoding, 0.7 + 0.3 * done);
                let progress = Progress { report: &report, cancelled: watch.cancelled };
                self.certified(target, |file| {
                    sound::encode(&samples, encoding, file, &song_tags(&self.score), &progress)
                        .map_err(|error| Error::of_writing(target, error))
                })
            }
        }
    }

    /// Lets `write` write the song, which appears with its certificate when a synthetic voice is heard in it.
    fn certified(&self, target: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        let Some(birth) = self.birth()? else { return write(target) };
        let desk = room_beside(target)?;
        let made = desk.path().join(target.file_name().unwrap_or_default());
        write(&made)?;
        birth.certify(&made).map_err(|error| Error::of_writing(target, error))?;
        std::fs::rename(&made, target).map_err(|error| Error::writing(target, error))
    }

    /// Returns the certificate of the song, if a synthetic voice is heard in it.
    fn birth(&self) -> Result<Option<Birth>> {
        let mut voices = BTreeMap::new();
        for track in audio::heard(&self.score, &self.strips) {
            voices.extend(self.voice(track)?);
        }
        let score = serde_json::to_vec(&self.score).map_err(|error| Error::Internal(error.to_string()))?;
        let birth = Birth::mixed(&engine(), &sha256(&score), voices.values())?;
        birth.map(|birth| voices.keys().try_fold(birth, |birth, voice| birth.made_of(voice))).transpose()
    }

    /// Returns the recording that a track plays and its certificate, if it is synthetic.
    fn voice(&self, track: usize) -> Result<Option<(&Path, String)>> {
        let Sound::Recording { recording } = &self.score.tracks[track].sound else { return Ok(None) };
        let Some(file) = self.recordings.get(recording) else { return Ok(None) };
        let certificate = tags::read_certificate(file).map_err(|error| Error::of_reading(file, error))?;
        Ok(certificate.map(|certificate| (file.as_path(), certificate)))
    }

    fn untouched(&self) -> bool {
        self.strips == neutral_strips(&self.score)
    }

    /// Mastered anew from the stems when the mixer was touched, so that the file is what one hears, at the target.
    fn samples(&self, studio: &Studio, watch: Watch<'_>) -> Result<Vec<f32>> {
        if self.untouched() {
            (watch.report)(Stage::Encoding, 0.0);
            return Ok(sound::decode(&self.master)?);
        }
        let stems = studio.stems(&self.score, &self.recordings, watch)?;
        let report = |done: f32| (watch.report)(Stage::Mastering, 0.4 + 0.3 * done);
        let progress = Progress { report: &report, cancelled: watch.cancelled };
        Ok(audio::master(&self.score, &stems, &self.strips, Preset::Streaming.target(), &progress)?.samples)
    }

    fn write_stems(&self, studio: &Studio, folder: &Path, watch: Watch<'_>) -> Result<()> {
        let stems = studio.stems(&self.score, &self.recordings, watch)?;
        std::fs::create_dir_all(folder).map_err(|error| Error::writing(folder, error))?;
        let report = |done: f32| (watch.report)(Stage::Encoding, done);
        let progress = Progress { report: &report, cancelled: watch.cancelled };
        let files = audio::export_stems(&self.score, &stems, &self.strips, self.gain, folder, &progress)
            .map_err(|error| Error::of_writing(folder, error))?;
        for (track, file) in audio::heard(&self.score, &self.strips).into_iter().zip(&files) {
            let Some((voice, certificate)) = self.voice(track)? else { continue };
            let former = Former::of(voice).map_err(|error| Error::of_reading(voice, error))?;
            tags::write_certificate(file, &certificate)
                .and_then(|_| former.was_made_into(file))
                .map_err(|error| Error::of_writing(file, error))?;
        }
        Ok(())
    }
}

pub(crate) fn write_whole(target: &Path, bytes: &[u8]) -> Result<()> {
    in_place_of(target, |file| std::io::Write::write_all(file, bytes)).map_err(|e| Error::writing(target, e))
}

/// Returns a folder beside a file for what is not yet that file; gone when it is dropped.
///
/// # Errors
/// [`Error::Unwritable`], [`Error::DiskFull`], which name the file.
pub(crate) fn room_beside(target: &Path) -> Result<TempDir> {
    let room = tempfile::Builder::new().prefix(tags::UNFINISHED).tempdir_in(folder_of(target));
    room.map_err(|error| Error::writing(target, error))
}

/// Returns the folder that a file lies in, or will lie in.
pub(crate) fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Lets `write` fill a new file that then takes the place of `target`.
pub(crate) fn in_place_of(
    target: &Path,
    write: impl FnOnce(&mut std::fs::File) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let mut file = tempfile::Builder::new();
    // As the user's other files, not for their eyes only.
    #[cfg(unix)]
    file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = file.tempfile_in(folder_of(target))?;
    write(file.as_file_mut())?;
    file.persist(target)?;
    Ok(())
}

impl Services {
    /// Queues the export of a take of the open project.
    pub async fn export_take(&self, take: TakeId, format: ExportFormat, path: String) -> Result<JobId> {
        let project = self.projects.current()?;
        self.projects.take(&take)?;
        if !Path::new(&path).is_absolute() {
            return Err(Error::InvalidField { field: "path".into(), value: path });
        }
        self.jobs()?.push(Work::Export { project, take, format, path }, Priority::Pro).await
    }

    pub(crate) async fn run_export(
        &self,
        context: &JobContext,
        take: &TakeId,
        format: ExportFormat,
        path: &str,
    ) -> Result<()> {
        let export = self.gather(take)?;
        let (studio, path, context) = (self.studio.clone(), PathBuf::from(path), context.clone());
        let history = self.history.clone();
        let writing = tokio::task::spawn_blocking(move || {
            let report = |stage: Stage, done: f32| context.progress(stage, done);
            let watch = Watch { report: &report, cancelled: context.cancelled_flag() };
            export.write(&studio, format, &path, watch)?;
            history.wrote(&path);
            Ok(())
        });
        writing.await.map_err(|error| Error::Internal(error.to_string()))?
    }

    fn gather(&self, id: &TakeId) -> Result<Export> {
        let (Take { master_gain: gain, .. }, score, master) = self.projects.take(id)?;
        let project = self.projects.get()?;
        let is_current = project.current.as_ref() == Some(id);
        let strips = if is_current { project.mixer } else { neutral_strips(&score) };
        let recordings = recordings_of(&score, &self.projects.assets()?)?;
        Ok(Export { score, strips, recordings, gain, master })
    }

    /// Returns the peaks of a take's master for drawing, `buckets` of them.
    pub async fn peaks(&self, id: &TakeId, buckets: u32) -> Result<Peaks> {
        if !(1..=100_000).contains(&buckets) {
            return Err(Error::InvalidField { field: "buckets".into(), value: buckets.to_string() });
        }
        let (take, _, master) = self.projects.take(id)?;
        let kept = (take.audio, buckets);
        if let Some(peaks) = self.peaks.get(&kept) {
            return Ok(peaks);
        }
        let drawing = tokio::task::spawn_blocking(move || {
            let samples = sound::decode(&master)?;
            Ok::<_, Error>(audio::peaks(&samples, buckets as usize))
        });
        let peaks = drawing.await.map_err(|error| Error::Internal(error.to_string()))??;
        self.peaks.keep(kept, peaks.clone());
        Ok(peaks)
    }

    /// Writes a song that was made headless.
    pub fn export_song(&self, song: &crate::make::Song, format: ExportFormat, target: &Path) -> Result<()> {
        let score = song.read_score()?;
        let strips = neutral_strips(&score);
        let (gain, master) = (song.record.master_gain, song.audio.clone());
        let export = Export { score, strips, recordings: audio::Recordings::new(), gain, master };
        let nobody_cancels = AtomicBool::new(false);
        export.write(
            &self.studio,
            format,
            target,
            Watch { report: &|_: Stage, _| (), cancelled: &nobody_cancels },
        )
    }
}
