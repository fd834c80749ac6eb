//! The sounds a score is played with: a SoundFont, one-shots, and the levels that make them equally loud.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustysynth::SoundFont;
use serde::Deserialize;
use son1k_domain::id::AssetId;
use son1k_domain::score::{Kit, Patch, Sound};

use crate::error::{Error, Result};
use crate::instrument::{Instrument, PlayedNote};
use crate::kits::{KitPlayer, KitSheet, Oven};
use crate::recording::{RecordingPlayer, Recordings};
use crate::samples::decode_bytes;
use crate::soundfont::{FontPlayer, Preset};
use crate::synth;

/// Everything that makes sound. Cloning is cheap; clones share the samples.
#[derive(Clone)]
pub struct Sounds {
    bank: Arc<Inner>,
    recordings: Arc<Recordings>,
}

struct Inner {
    font: Arc<SoundFont>,
    presets: BTreeSet<Preset>,
    one_shots: PathBuf,
    levels: Levels,
    oven: Oven,
}

/// Gains in dB that bring each sound to the same loudness at velocity 100.
#[derive(Debug, Deserialize)]
struct Levels {
    patch: HashMap<Patch, f32>,
    kit: HashMap<Kit, f32>,
    /// By General MIDI program.
    program: Vec<f32>,
    /// By program of bank 128.
    drums: HashMap<String, f32>,
}

impl std::fmt::Debug for Sounds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sounds").field("presets", &self.bank.presets.len()).finish_non_exhaustive()
    }
}

impl Sounds {
    /// Loads a SoundFont 2 bank and checks that every one-shot of the kits is in the folder.
    ///
    /// # Errors
    /// [`Error::Io`] when the bank cannot be read; [`Error::Sound`] when it is damaged or one-shots are missing.
    pub fn load(sound_font: &Path, one_shots: &Path) -> Result<Self> {
        let mut file = BufReader::with_capacity(1 << 20, File::open(sound_font)?);
        // The reader of the bank indexes without checks in places; a damaged bank must not end the program.
        let font = catch_unwind(AssertUnwindSafe(|| SoundFont::new(&mut file)))
            .map_err(|_| Error::Sound("the sound bank is damaged".into()))?
            .map_err(|e| Error::Sound(e.to_string()))?;
        let presets = font.get_presets().iter().filter_map(Preset::of).collect();
        let levels = toml::from_str(include_str!("../levels.toml"))
            .map_err(|e| Error::Sound(e.message().to_owned()))?;
        let bank = Inner {
            font: Arc::new(font),
            presets,
            one_shots: one_shots.to_owned(),
            levels,
            oven: Oven::default(),
        };
        let sounds = Self { bank: Arc::new(bank), recordings: Arc::default() };
        sounds.check_one_shots()?;
        Ok(sounds)
    }

    /// Returns the same sounds with the recordings of a project.
    #[must_use]
    pub fn with_recordings(&self, recordings: Recordings) -> Self {
        Self { bank: self.bank.clone(), recordings: Arc::new(recordings) }
    }

    fn check_one_shots(&self) -> Result<()> {
        let mut missing = BTreeSet::new();
        for kit in crate::kits::ALL {
            missing.extend(KitSheet::read(kit)?.files().filter(|name| !self.file(name).is_file()));
        }
        if missing.is_empty() {
            return Ok(());
        }
        let names = missing.into_iter().collect::<Vec<_>>().join(", ");
        Err(Error::Sound(format!("one-shots are missing: {names}")))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.bank.one_shots.join(name).with_extension("flac")
    }

    /// Returns a one-shot as stereo frames.
    pub(crate) fn one_shot(&self, name: &str) -> Result<Vec<[f32; 2]>> {
        let bytes = std::fs::read(self.file(name))?;
        let sample = decode_bytes(bytes)?;
        if sample.rate != crate::SAMPLE_RATE {
            return Err(Error::Sound(format!("the one-shot {name} has a rate of {} Hz", sample.rate)));
        }
        Ok(sample.stereo())
    }

    /// Returns the preset to play: the wanted one, the same program of bank 0, or the first there is.
    pub(crate) fn preset(&self, bank: u8, program: u8) -> Preset {
        let wanted = Preset { bank, program };
        let choices = match bank {
            128 => [wanted, Preset { bank, program: program & 0xf8 }, Preset { bank, program: 0 }],
            _ => [wanted, Preset { bank: 0, program }, Preset { bank: 0, program: program & 0xf8 }],
        };
        let found = choices
            .into_iter()
            .find(|p| self.bank.presets.contains(p))
            .unwrap_or(Preset { bank: 0, program: 0 });
        if found != wanted {
            tracing::warn!(bank, program, instead = ?found, "the sound bank has no such preset");
        }
        found
    }

    pub(crate) fn font(&self) -> &Arc<SoundFont> {
        &self.bank.font
    }

    /// Returns the gain (linear) that brings a sound to the common loudness.
    fn level(&self, sound: &Sound) -> f32 {
        let levels = &self.bank.levels;
        let db = match sound {
            Sound::Synth { patch } => levels.patch.get(patch).copied(),
            Sound::Kit { kit } => levels.kit.get(kit).copied(),
            Sound::SoundFont { bank: 128, program } => levels.drums.get(&program.to_string()).copied(),
            Sound::SoundFont { program, .. } => levels.program.get(usize::from(*program)).copied(),
            // A recording is as loud as it was recorded; its channel brings it to the others.
            Sound::Recording { .. } => None,
        };
        10f32.powf(db.unwrap_or(0.0) / 20.0)
    }

    fn recording(&self, id: &AssetId, notes: Vec<PlayedNote>) -> Result<RecordingPlayer> {
        let file = self.recordings.get(id);
        let file = file.ok_or_else(|| Error::Sound(format!("the recording {id} is missing")))?;
        RecordingPlayer::open(file, notes)
    }

    /// Returns a player for a track's notes. The same seed gives the same sound.
    pub(crate) fn instrument(
        &self,
        sound: &Sound,
        notes: Vec<PlayedNote>,
        seed: u32,
    ) -> Result<Box<dyn Instrument>> {
        let gain = self.level(sound);
        Ok(match sound {
            Sound::Synth { patch } => synth::instrument(*patch, notes, seed, gain),
            Sound::Kit { kit } => {
                let keys = notes.iter().map(|n| n.pitch).collect();
                Box::new(KitPlayer::new(self.bank.oven.kit(*kit, &keys, self)?, notes, seed, gain))
            }
            Sound::Recording { recording } => Box::new(self.recording(recording, notes)?),
            Sound::SoundFont { bank, program } => {
                Box::new(FontPlayer::new(&self.bank.font, self.preset(*bank, *program), notes, gain)?)
            }
        })
    }
}
