//! Sounds of the library made clean, taken apart and written down, as jobs of the queue.
//!
//! What is made lies in the folder of made sounds under the name of its source, with its tags and its cover, and is in the
//! library at once. The source is never touched.

use std::path::{Path, PathBuf};

use son1k_domain::cleaning::Cleaning;
use son1k_domain::id::{JobId, SoundId};
use son1k_domain::job::{Priority, Stage, Work};
use son1k_domain::setting::Language;
use son1k_sound::Progress;

use super::chain;
use crate::jobs::JobContext;
use crate::made::{Desk, Found, MADE, Offspring};
use crate::{Result, Services};

/// What a made sound is of its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    Clean,
    Voice,
    Backing,
}

impl Made {
    fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Clean, Language::En) => "clean",
            (Self::Clean, Language::Es) => "limpio",
            (Self::Voice, Language::En) => "voice",
            (Self::Voice, Language::Es) => "voz",
            (Self::Backing, Language::En) => "backing",
            (Self::Backing, Language::Es) => "acompañamiento",
        }
    }
}

impl Services {
    /// Queues a cleaning; the new sound comes as `Event::SoundsMade`.
    ///
    /// # Errors
    /// [`InvalidField`](crate::Error::InvalidField), [`NotFound`](crate::Error::NotFound),
    /// [`SoundMissing`](crate::Error::SoundMissing), [`ModelMissing`](crate::Error::ModelMissing).
    pub async fn clean_sound(&self, sound: SoundId, cleaning: Cleaning) -> Result<JobId> {
        chain::check(&cleaning)?;
        self.library.present(&sound).await?;
        if cleaning.denoise.is_some() {
            self.shelf.require("deepfilternet3")?;
        }
        self.jobs()?.push(Work::Clean { sound, cleaning }, Priority::Pro).await
    }

    /// Queues the split of a song into voice and backing, which come as `Event::SoundsMade`.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound), [`SoundMissing`](crate::Error::SoundMissing),
    /// [`ModelMissing`](crate::Error::ModelMissing).
    pub async fn split_sound(&self, sound: SoundId) -> Result<JobId> {
        self.library.present(&sound).await?;
        self.shelf.require("spleeter-2stems")?;
        self.jobs()?.push(Work::Split { sound }, Priority::Pro).await
    }

    pub(crate) async fn run_cleaning(
        &self,
        context: &JobContext,
        id: &SoundId,
        cleaning: &Cleaning,
    ) -> Result<()> {
        let source = self.library.present(id).await?;
        let desk = Desk::new(&self.paths.made)?;
        let file = desk.path().join("clean.wav");
        let input = Path::new(&source.path);
        let cleaned = tokio::task::block_in_place(|| {
            let report = |done: f32| context.progress(Stage::Cleaning, MADE * done);
            let progress = Progress { report: &report, cancelled: context.cancelled_flag() };
            self.clean_file(input, &file, None, cleaning, &progress)
        })?;
        let found = Found { report: Some(cleaned.report), ..Found::default() };
        self.hand_in(context, &desk, &source, &[self.offspring(Made::Clean, file)], found).await
    }

    pub(crate) async fn run_split(&self, context: &JobContext, id: &SoundId) -> Result<()> {
        let source = self.library.present(id).await?;
        let desk = Desk::new(&self.paths.made)?;
        let input = Path::new(&source.path);
        let parts = tokio::task::block_in_place(|| {
            let report = |done: f32| context.progress(Stage::Cleaning, MADE * done);
            let progress = Progress { report: &report, cancelled: context.cancelled_flag() };
            self.split(input, desk.path(), &progress)
        })?;
        let made = [(Made::Voice, parts.vocals), (Made::Backing, parts.backing)];
        let made = made.map(|(what, file)| self.offspring(what, file));
        self.hand_in(context, &desk, &source, &made, Found::default()).await
    }

    fn offspring(&self, what: Made, file: PathBuf) -> Offspring {
        Offspring { word: what.word(self.settings.language()), file }
    }
}
