//! What a version sounds like: found as a file, or rendered once.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use son1k_audio::{self as audio, Recordings};
use son1k_domain::encoding::{Depth, Encoding};
use son1k_domain::history::{Heard, SoundComparison};
use son1k_domain::id::{AssetId, VersionId};
use son1k_domain::job::Stage;
use son1k_domain::mastering::Preset;
use son1k_domain::project::{Project, Strip};
use son1k_domain::score::Score;
use son1k_domain::take::{Peaks, Take};
use son1k_project::{Assets, Document};
use son1k_sound::{self as sound, Progress};

use super::listing::Listing;
use super::place::is_beside;
use super::restoring::asset_path;
use super::{Here, History, Trouble};
use crate::cache::{Cache, Kind};
use crate::make::{Studio, Watch, engine, neutral_strips, recordings_of, song_tags};
use crate::measuring::measure_file;
use crate::{Error, Result};

/// Buckets of the waves that are laid over each other.
const BUCKETS: usize = 1_000;
/// Endings of the files by which a folder without a document is heard.
const ENDINGS: [&str; 10] = ["wav", "flac", "aif", "aiff", "mp3", "ogg", "m4a", "opus", "caf", "wave"];
/// Looks at the spectrum in a second.
const LOOKS: u32 = 30;

/// What a version is heard by.
#[derive(Debug, Clone)]
pub(super) enum Material {
    /// A file of a version that may be nowhere else.
    Stored {
        version: VersionId,
        path: PathBuf,
        content: String,
    },
    File(PathBuf),
    /// To be played and mixed; `take` is the master of what it came from.
    Mix(Box<Mix>),
}

/// A song with its mixer.
#[derive(Debug, Clone)]
pub(super) struct Mix {
    pub score: Score,
    pub strips: Vec<Strip>,
    pub recordings: Recordings,
    /// The master of the untouched take.
    pub take: Option<Box<Material>>,
}

/// Plays, mixes and keeps what is heard.
#[derive(Clone)]
pub(super) struct Sounder {
    pub studio: std::sync::Arc<Studio>,
    pub cache: std::sync::Arc<Cache>,
}

impl History {
    /// Returns what a version, or the project as it is, is heard by.
    ///
    /// # Errors
    /// [`Trouble::Soundless`] where nothing sounds, [`Trouble::NoVersion`], [`Trouble::Damaged`].
    pub(super) fn material(&self, version: Option<&VersionId>) -> Result<Material> {
        let here = self.here()?;
        let found = if here.document {
            match version {
                Some(id) => self.of_document(&here, &*self.document(&here, id)?, Some(id))?,
                None => {
                    let project = self.projects.get()?;
                    let made = |take: &Take| self.projects.read(|document| Ok(document.score(&take.id)?));
                    self.of_project(&here, &project, None, made)?
                }
            }
        } else {
            None
        };
        let found = match found {
            Some(material) => Some(material),
            None => self.first_file(&here, version)?,
        };
        found.ok_or_else(|| Trouble::Soundless.into())
    }

    fn of_document(
        &self,
        here: &Here,
        document: &Document,
        id: Option<&VersionId>,
    ) -> Result<Option<Material>> {
        let made = |take: &Take| match document.score(&take.id) {
            Ok(score) => Ok(score),
            Err(_) => self.stored_score(id, take),
        };
        self.of_project(here, &document.view()?, id, made)
    }

    /// Reads the score of a take whose asset is only in the store.
    fn stored_score(&self, id: Option<&VersionId>, take: &Take) -> Result<Score> {
        let missing = || Error::NotFound { what: take.score.to_string() };
        let (id, path) = (id.ok_or_else(missing)?, asset_path(&take.score).ok_or_else(missing)?);
        let bytes = self.vault()?.read(&super::to_engine(id), &path)?;
        serde_json::from_slice(&bytes).map_err(|error| Error::ProjectCorrupt(error.to_string()))
    }

    /// Says by what a project is heard: its lanes, as its take was made or mixed anew.
    pub(super) fn of_project(
        &self,
        here: &Here,
        project: &Project,
        version: Option<&VersionId>,
        made: impl Fn(&Take) -> Result<Score>,
    ) -> Result<Option<Material>> {
        let current =
            project.current.as_ref().and_then(|id| project.takes.iter().find(|take| take.id == *id));
        let (Some(take), Some(arrangement)) = (current, &project.arrangement) else {
            let newest = project.takes.first().map(|take| self.master_of(here, take, version));
            return Ok(newest.transpose()?.flatten());
        };
        let master = self.master_of(here, take, version)?;
        // Where the arrangement is as it was made, its stems are rendered already.
        let score = made(take).ok().filter(|score| same_music(score, arrangement));
        match (score, master) {
            (Some(score), Some(master)) if project.mixer == neutral_strips(&score) => Ok(Some(master)),
            (score, master) => {
                let score = score.unwrap_or_else(|| arrangement.clone());
                let recordings = recordings_of(&score, &Assets::of(&here.folder))?;
                let (strips, take) = (project.mixer.clone(), master.map(Box::new));
                Ok(Some(Material::Mix(Box::new(Mix { score, strips, recordings, take }))))
            }
        }
    }

    fn master_of(&self, here: &Here, take: &Take, version: Option<&VersionId>) -> Result<Option<Material>> {
        let Some(path) = asset_path(&take.audio) else { return Ok(None) };
        if here.folder.join(&path).is_file() {
            return Ok(Some(Material::File(here.folder.join(path))));
        }
        let Some(version) = version else { return Ok(None) };
        let held = self.stored(version)?;
        let content = take.audio.to_string();
        Ok(held.contains_key(&path).then(|| Material::Stored { version: version.clone(), path, content }))
    }

    fn first_file(&self, here: &Here, version: Option<&VersionId>) -> Result<Option<Material>> {
        let sounds = |path: &Path| {
            let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
            ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
        };
        let Some(version) = version else {
            let first = Listing::of(here).0.into_keys().map(PathBuf::from).find(|path| sounds(path));
            return Ok(first.map(|path| Material::File(here.folder.join(path))));
        };
        let held = self.stored(version)?;
        let first = held.into_iter().find(|(path, _)| is_beside(here, path) && sounds(path));
        Ok(first.map(|(path, (content, _))| Material::Stored {
            version: version.clone(),
            path,
            content: content.0,
        }))
    }

    /// Returns a file with what is heard. Blocks, for seconds where it has to be played first.
    pub(super) fn sound_file(&self, material: &Material, sounder: &Sounder) -> Result<PathBuf> {
        match material {
            Material::File(path) => Ok(path.clone()),
            Material::Stored { version, path, content } => {
                let ending =
                    path.extension().map_or("flac".into(), |ending| ending.to_string_lossy().into_owned());
                let name = format!("sound.{ending}");
                let key = Kind::Heard.key("store", &(content, &name), 0)?;
                if let Some(kept) = sounder.cache.get_path(Kind::Heard, &key) {
                    return Ok(kept.join(name));
                }
                let folder = sounder.cache.new_folder()?;
                self.copy_out(version, path, &folder.path().join(&name))?;
                Ok(sounder.cache.put_folder(Kind::Heard, &key, folder)?.join(name))
            }
            Material::Mix(mix) => sounder.mixed(mix),
        }
    }

    /// Returns the wave of a version. Until somebody hears a version whose mixer was touched, that of its take.
    ///
    /// # Errors
    /// [`Trouble::NoVersion`], [`Trouble::Damaged`], and why a file cannot be read.
    pub(super) fn wave(
        &self,
        version: &VersionId,
        buckets: usize,
        sounder: &Sounder,
    ) -> Result<Option<Peaks>> {
        let material = match self.material(Some(version)) {
            Err(Error::History(Trouble::Soundless)) => return Ok(None),
            material => material?,
        };
        let file = match material {
            Material::Mix(mix) => match (sounder.kept(&mix)?, mix.take) {
                (Some(kept), _) => kept,
                (None, Some(take)) => self.sound_file(&take, sounder)?,
                (None, None) => return Ok(None),
            },
            material => self.sound_file(&material, sounder)?,
        };
        // Most versions of a song are drawn from the master of the same take.
        let key = (AssetId(file.display().to_string()), u32::try_from(buckets).unwrap_or(u32::MAX));
        if let Some(peaks) = self.peaks.get(&key) {
            return Ok(Some(peaks));
        }
        let peaks = audio::peaks(&decode(&file)?, buckets);
        self.peaks.keep(key, peaks.clone());
        Ok(Some(peaks))
    }

    /// Returns what two versions, or a version and the project as it is, sound like. Blocks for seconds.
    ///
    /// # Errors
    /// As [`Self::wave`], and [`Trouble::Soundless`].
    pub(super) fn compare_sound(
        &self,
        before: &VersionId,
        after: Option<&VersionId>,
        sounder: &Sounder,
    ) -> Result<SoundComparison> {
        let hear = |version| heard(&self.sound_file(&self.material(version)?, sounder)?);
        Ok(SoundComparison { before: hear(Some(before))?, after: hear(after)? })
    }
}

impl Sounder {
    fn key(mix: &Mix) -> Result<String> {
        Kind::Heard.key(&engine(), &(&mix.score, &mix.strips), mix.score.seed)
    }

    /// Returns the file of a mix that was heard before.
    fn kept(&self, mix: &Mix) -> Result<Option<PathBuf>> {
        Ok(self.cache.get_path(Kind::Heard, &Self::key(mix)?).map(|folder| folder.join(MIXED)))
    }

    /// Plays and masters a mix as an export does.
    fn mixed(&self, mix: &Mix) -> Result<PathBuf> {
        if let Some(kept) = self.kept(mix)? {
            return Ok(kept);
        }
        let nobody_cancels = AtomicBool::new(false);
        let watch = Watch { report: &|_: Stage, _| (), cancelled: &nobody_cancels };
        let stems = self.studio.stems(&mix.score, &mix.recordings, watch)?;
        let progress = Progress { report: &|_| (), cancelled: &nobody_cancels };
        let target = Preset::Streaming.target();
        let master = audio::master(&mix.score, &stems, &mix.strips, target, &progress)?;
        let folder = self.cache.new_folder()?;
        let file = folder.path().join(MIXED);
        let encoding = Encoding::Flac { depth: Depth::Int24 };
        sound::encode(&master.samples, encoding, &file, &song_tags(&mix.score), &progress)
            .map_err(|error| Error::of_writing(&file, error))?;
        Ok(self.cache.put_folder(Kind::Heard, &Self::key(mix)?, folder)?.join(MIXED))
    }
}

/// A mix in the cache.
const MIXED: &str = "mix.flac";

/// Whether two scores are played alike; what they are called does not matter.
fn same_music(one: &Score, other: &Score) -> bool {
    let untitled = |score: &Score| Score { title: String::new(), ..score.clone() };
    untitled(one) == untitled(other)
}

fn decode(path: &Path) -> Result<Vec<f32>> {
    sound::decode(path).map_err(|error| Error::of_reading(path, error))
}

/// Measures what one hears of a file.
fn heard(path: &Path) -> Result<Heard> {
    let (measured, _) = measure_file(path, &AtomicBool::new(false))?;
    let mut samples = decode(path)?;
    Ok(Heard {
        duration: measured.loudness.duration,
        loudness: measured.loudness.integrated,
        true_peak: measured.loudness.true_peak,
        wave: audio::peaks(&samples, BUCKETS),
        spectrum: spectrum(&mut samples)?,
    })
}

/// Returns the mean level of each band over the whole sound, in dB.
fn spectrum(samples: &mut [f32]) -> Result<Vec<f32>> {
    let mut meters = audio::meters::Meters::new(audio::SAMPLE_RATE)?;
    let mut powers = vec![0.0_f64; audio::meters::BANDS];
    let mut looks = 0_u32;
    let (frames, _) = samples.as_chunks_mut::<2>();
    for some in frames.chunks_mut((audio::SAMPLE_RATE / LOOKS) as usize) {
        meters.add(some);
        let reading = meters.read();
        for (power, band) in powers.iter_mut().zip(&reading.spectrum) {
            *power += 10.0_f64.powf(f64::from(*band) / 10.0);
        }
        looks += 1;
    }
    let mean = |power: f64| (10.0 * (power / f64::from(looks.max(1))).max(1e-12).log10()) as f32;
    Ok(powers.into_iter().map(mean).collect())
}
