//! Voices turned toward those of profiles: in files, as a job of the queue, and tried. Nobody's voice is used without consent,
//! and whoever gave it stands in the certificate of what is made.

use std::path::Path;

use son1k_domain::converter::{Approach, Toward};
use son1k_domain::encoding::Encoding;
use son1k_domain::id::{JobId, ProfileId, SoundId};
use son1k_domain::job::{Priority, Work};
use son1k_inference::likeness::VoicePrint;
use son1k_sound::Progress;

use super::converting::{Engine, Trouble, print_of};
use super::delivering::KEPT;
use super::modulating::{Change, Original};
use super::profiles::Target;
use crate::jobs::JobContext;
use crate::{Result, Services};

/// Of the whole, what listening to the samples takes.
const HEARD: f32 = 0.15;
/// Of the change, what turning the voice takes; the rest is listening to what came of it.
const TURNED: f32 = 0.9;
/// Seconds of both sounds that are listened to.
const LISTENED: f32 = 20.0;

impl Services {
    /// Writes a sound with its voice turned toward that of a profile, mono at 44.1 kHz, and returns how near it came. Half an
    /// hour at most. Blocks; the file appears whole or not at all.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound), [`Error::Profiles`](crate::Error::Profiles) without consent or samples,
    /// [`Error::Converters`](crate::Error::Converters) for a converter that breaks its contract or a voice that cannot be
    /// matched, and those of [`Services::modulate_to_file`].
    pub fn modulate_toward_to_file(
        &self,
        input: &Path,
        (profile, engine): (&ProfileId, &Engine),
        out: &Path,
        encoding: Encoding,
        progress: &Progress<'_>,
    ) -> Result<Approach> {
        let target = progress.part(0.0, HEARD, |progress| self.target(profile, progress))?;
        let (name, words) = (engine.name(), format!("toward {}", target.name));
        let making = engine.making();
        let change = Change { making, engine: &name, words: &words, consent: &target.consent };
        let (mut similarity_before, mut similarity) = (0.0, 0.0);
        let work = |original: &Original, progress: &Progress<'_>| {
            let turned = progress
                .part(0.0, TURNED, |progress| engine.turn(&self.shelf, original, &target, progress))?;
            (similarity_before, similarity) = self.compare(original, &turned, &target, progress)?;
            Ok(turned)
        };
        let duration = progress
            .part(HEARD, 1.0, |progress| self.change_file(input, out, encoding, &change, work, progress))?;
        Ok(Approach { duration, similarity_before, similarity })
    }

    /// Returns how alike a voice was to the target, and how alike it is now.
    fn compare(
        &self,
        original: &Original,
        turned: &[f32],
        target: &Target,
        progress: &Progress<'_>,
    ) -> Result<(f32, f32)> {
        let part = original.samples(&original.liveliest(LISTENED));
        let print = |voice: &[f32]| print_of(&self.shelf, voice, original.rate, progress);
        let before = print(&original.mono[part.clone()])?.ok_or(Trouble::NoVoice)?;
        let after = print(turned.get(part).unwrap_or_default())?;
        let alike = |print: &VoicePrint| print.likeness(&target.goal.print);
        Ok((alike(&before), after.as_ref().map_or(0.0, alike)))
    }

    /// Queues a sound to be made anew with its voice turned toward that of a profile; it comes as `Event::SoundsMade`.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound), [`Error::SoundMissing`](crate::Error::SoundMissing),
    /// [`Error::Profiles`](crate::Error::Profiles) without consent or samples,
    /// [`Error::Converters`](crate::Error::Converters), [`Error::ModelMissing`](crate::Error::ModelMissing),
    /// [`Error::ModelCorrupt`](crate::Error::ModelCorrupt).
    pub async fn modulate_toward(&self, sound: SoundId, toward: Toward) -> Result<JobId> {
        self.check_target(&toward.profile)?;
        self.library.present(&sound).await?;
        tokio::task::block_in_place(|| self.engine(toward.converter.as_ref()))?;
        self.jobs()?.push(Work::ModulateToward { sound, toward }, Priority::Pro).await
    }

    pub(crate) async fn run_turning(
        &self,
        context: &JobContext,
        id: &SoundId,
        toward: &Toward,
    ) -> Result<()> {
        let make = |input: &Path, file: &Path, progress: &Progress<'_>| {
            let engine = self.engine(toward.converter.as_ref())?;
            self.modulate_toward_to_file(input, (&toward.profile, &engine), file, KEPT, progress).map(Some)
        };
        self.make_voice(context, id, make).await
    }

    /// Plays some seconds of a sound with its voice turned toward that of a profile, from where the playhead is in it; as it
    /// is, it is side A of the comparison.
    ///
    /// # Errors
    /// As [`Services::modulate_toward`], and [`Error::NoAudioDevice`](crate::Error::NoAudioDevice).
    pub async fn preview_toward(&self, sound: &SoundId, toward: Toward) -> Result<()> {
        self.check_target(&toward.profile)?;
        let change = |original: &Original, progress: &Progress<'_>| {
            let target = self.target(&toward.profile, progress)?;
            self.engine(toward.converter.as_ref())?.turn(&self.shelf, original, &target, progress)
        };
        self.try_change(sound, change).await
    }
}
