//! The closest voice of a profile, as a job of the queue. It is found by what is measured, and is never called that person's
//! voice.

use son1k_domain::id::{JobId, ProfileId};
use son1k_domain::job::{Priority, Stage, Work};
use son1k_domain::profile::{Closest, Profile, Sample, Verdict};
use son1k_domain::setting::Language;
use son1k_domain::unit::Hertz;
use son1k_inference::likeness::{self, VoicePrint};
use son1k_inference::pitch;
use son1k_sound::Progress;
use son1k_voice::traits::Study;

use super::checks::WHO;
use super::matching::Search;
use super::recording::{RATE, Recording};
use super::{Trouble, consent, samples};
use crate::jobs::JobContext;
use crate::voice::converting::Goal;
use crate::voice::{ENGLISH, SPEAKING, hearing, modulating};
use crate::{Result, Services};

/// Of the whole, what listening to the samples takes.
const HEARD: f32 = 0.15;
/// Speech of a sample that is listened to: two minutes tell all.
const LISTENED: usize = 120 * RATE as usize;
/// Pitches of people who speak, from creak to scream.
const SPOKEN: std::ops::RangeInclusive<Hertz> = Hertz(55.0)..=Hertz(600.0);

impl Services {
    /// Queues the search for the voice of the studio that comes closest to that of a profile. It is kept in the profile and comes
    /// as `Event::ProfilesListed`. The first one in a language takes minutes, as every stock voice of it is spoken and
    /// listened to.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound), [`Trouble::NoConsent`], [`Trouble::NoSamples`],
    /// [`Error::ModelMissing`](crate::Error::ModelMissing), [`Error::ModelCorrupt`](crate::Error::ModelCorrupt).
    pub async fn find_closest_voice(&self, id: &ProfileId) -> Result<JobId> {
        let profile = self.profiles.get(id)?;
        usable(&profile)?;
        self.shelf.require_all(&needs(profile.language))?;
        self.jobs()?.push(Work::FindClosest { profile: id.clone() }, Priority::Pro).await
    }

    pub(crate) async fn run_find_closest(&self, context: &JobContext, id: &ProfileId) -> Result<()> {
        let profile = self.profiles.get(id)?;
        let closest = tokio::task::block_in_place(|| {
            let report = |done: f32| context.progress(Stage::Matching, done);
            let progress = Progress { report: &report, cancelled: context.cancelled_flag() };
            self.closest_voice(&profile, &progress)
        })?;
        let keep = |now: &mut Profile| {
            // Samples that came or went meanwhile make it another voice.
            if now.samples == profile.samples && now.language == profile.language {
                now.closest = Some(closest);
            }
            Ok(())
        };
        self.profiles.change(id, keep).await
    }

    /// Returns the closest voice of a profile. Blocks.
    pub(super) fn closest_voice(&self, profile: &Profile, progress: &Progress<'_>) -> Result<Closest> {
        let samples = usable(profile)?;
        self.shelf.require_all(&needs(profile.language))?;
        let goal = progress.part(0.0, HEARD, |progress| self.goal(profile, &samples, progress))?;
        let search = Search { services: self, goal: &goal, language: profile.language };
        progress.part(HEARD, 1.0, |progress| search.run(progress))
    }

    /// Listens to what the samples have in common.
    pub(super) fn goal(
        &self,
        profile: &Profile,
        samples: &[&Sample],
        progress: &Progress<'_>,
    ) -> Result<Goal> {
        let (mut prints, mut study) = (Vec::new(), Study::default());
        for (number, sample) in samples.iter().enumerate() {
            progress.at(number as f32 / samples.len() as f32)?;
            let quiet = Progress { report: &|_| (), cancelled: progress.cancelled };
            let recording = Recording::read(&self.profiles.file(&profile.id, sample), &self.shelf, &quiet)?;
            let speech = recording.spoken(LISTENED);
            prints.extend(self.shelf.hear(WHO, |sessions, model| {
                hearing(&quiet, |progress| likeness::prints(sessions, model, &speech, progress))
            })?);
            let heard = self.shelf.hear(modulating::PITCH, |sessions, model| {
                hearing(&quiet, |progress| pitch::pitch(sessions, model, &speech, SPOKEN, progress))
            })?;
            study.add(&speech, &modulating::track_of(&heard).hertz, heard.hop);
        }
        let print = VoicePrint::mean(&prints);
        let print = print.ok_or_else(|| Trouble::NoSamples(profile.name.clone()))?;
        Ok(Goal { print, traits: study.traits() })
    }
}

/// Returns the samples that can be used, if the voice may be.
///
/// # Errors
/// [`Trouble::NoConsent`], [`Trouble::NoSamples`].
pub(super) fn usable(profile: &Profile) -> Result<Vec<&Sample>> {
    let usable = |sample: &&Sample| sample.verdict() < Verdict::Unusable;
    let samples: Vec<&Sample> = profile.samples.iter().filter(usable).collect();
    if profile.samples.is_empty() {
        return Err(Trouble::NoSamples(profile.name.clone()).into());
    }
    consent::require(profile)?;
    if samples.is_empty() { Err(Trouble::NoSamples(profile.name.clone()).into()) } else { Ok(samples) }
}

/// Returns the entries of the shelf that the search needs.
fn needs(language: Language) -> Vec<&'static str> {
    let english = (language == Language::En).then_some(ENGLISH);
    let all = SPEAKING.into_iter().chain(english).chain(samples::NEEDS).chain(modulating::NEEDS);
    let mut needs: Vec<&str> = Vec::new();
    all.for_each(|entry| {
        if !needs.contains(&entry) {
            needs.push(entry)
        }
    });
    needs
}
