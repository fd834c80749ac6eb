//! A take leaves the studio as files.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use son1k_audio as audio;
use son1k_domain::id::{JobId, TakeId};
use son1k_domain::job::{Priority, Stage, Work};
use son1k_domain::mastering::Preset;
use son1k_domain::project::Strip;
use son1k_domain::score::Score;
use son1k_domain::take::{ExportFormat, Peaks, Take};
use son1k_sound::{self as sound, Progress};

use crate::jobs::JobContext;
use crate::make::{Studio, Watch, neutral_strips, recordings_of, song_tags};
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
            ExportFormat::Flac if self.untouched() => copy_whole(&self.master, target),
            _ => {
                let encoding =
                    format.encoding().ok_or_else(|| Error::Internal(format!("{format:?} is no sound")))?;
                let samples = self.samples(studio, watch)?;
                let report = |done: f32| (watch.report)(Stage::Encoding, 0.7 + 0.3 * done);
                let progress = Progress { report: &report, cancelled: watch.cancelled };
                sound::encode(&samples, encoding, target, &song_tags(&self.score), &progress)
                    .map_err(|error| Error::of_writing(target, error))
            }
        }
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
        audio::export_stems(&self.score, &stems, &self.strips, self.gain, folder, &progress)
            .map(drop)
            .map_err(|error| Error::of_writing(folder, error))
    }
}

pub(crate) fn write_whole(target: &Path, bytes: &[u8]) -> Result<()> {
    in_place_of(target, |file| std::io::Write::write_all(file, bytes)).map_err(|e| Error::writing(target, e))
}

fn copy_whole(source: &Path, target: &Path) -> Result<()> {
    let mut source = std::fs::File::open(source).map_err(sound::Error::from)?;
    in_place_of(target, |file| std::io::copy(&mut source, file).map(drop))
        .map_err(|e| Error::writing(target, e))
}

/// Lets `write` fill a new file that then takes the place of `target`.
pub(crate) fn in_place_of(
    target: &Path,
    write: impl FnOnce(&mut std::fs::File) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let folder = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new();
    // As the user's other files, not for their eyes only.
    #[cfg(unix)]
    file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = file.tempfile_in(folder)?;
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
