//! Ghost Studio: a typed idea becomes a song in the project.

use std::path::Path;

use son1k_domain::generation::{Palette, Request, Understanding, limits};
use son1k_domain::id::{JobId, ProjectId, TakeId};
use son1k_domain::job::{Priority, Stage, Work};
use son1k_domain::score::Score;
use son1k_domain::take::Take;
use son1k_project::Assets;

use crate::jobs::JobContext;
use crate::make::{Song, Watch};
use crate::shelf::Shelf;
use crate::{Error, Result, Services};

impl Services {
    /// Returns the styles, moods and instruments on offer.
    pub fn palette(&self) -> Palette {
        son1k_composer::palette()
    }

    /// Returns what the studio reads out of a request; nothing is made.
    pub fn understand(&self, request: &Request) -> Result<Understanding> {
        check(request)?;
        Ok(son1k_composer::understand(request, request.seed.unwrap_or_default())?)
    }

    /// Queues a song for the open project and returns the job at once.
    ///
    /// # Errors
    /// [`Error::EmptyPrompt`], [`Error::PromptTooLong`], [`Error::InvalidField`]: nothing is queued then.
    pub async fn generate(&self, request: Request, priority: Priority) -> Result<JobId> {
        let request = settle(request)?;
        let project = self.projects.current()?;
        self.jobs()?.push(Work::Generate { project, request }, priority).await
    }

    /// Makes every variation of a request that [`settle`] has completed, and gives each to `done`.
    pub(crate) async fn make_all(
        &self,
        context: &JobContext,
        project: &ProjectId,
        request: &Request,
    ) -> Result<()> {
        let count = request.variations.max(1);
        for index in 0..count {
            let song = self.make_one(context, request, index, count).await?;
            let id = TakeId(format!("{}-{index}", context.id));
            let lyrics = request.lyrics.clone();
            self.projects.add_take(project, |assets| take_of(song, id, lyrics, assets)).await?;
            self.bring_current().await;
        }
        Ok(())
    }

    async fn make_one(&self, context: &JobContext, request: &Request, index: u8, count: u8) -> Result<Song> {
        let request = variation(request, index);
        let (studio, shelf) = (self.studio.clone(), self.shelf.clone());
        let context = context.clone();
        let making = tokio::task::spawn_blocking(move || {
            let report = |stage: Stage, done: f32| {
                context.progress(stage, (f32::from(index) + done) / f32::from(count));
            };
            let watch = Watch { report: &report, cancelled: context.cancelled_flag() };
            studio.song(&request, watch).map_err(|error| blame(error, &shelf))
        });
        making.await.map_err(|error| Error::Internal(error.to_string()))?
    }

    /// Makes one song now, without project and queue: the headless way.
    pub fn make_now(&self, request: &Request, index: u8, watch: Watch<'_>) -> Result<Song> {
        self.studio.song(&variation(request, index), watch).map_err(|error| blame(error, &self.shelf))
    }
}

/// An engine that stumbled may have been given damaged sounds of the right size: then they are at fault, by name.
fn blame(error: Error, shelf: &Shelf) -> Error {
    match error {
        Error::Internal(reason) => shelf.damage_of_sounds().unwrap_or(Error::Internal(reason)),
        other => other,
    }
}

/// Checks a request and fixes what was left to chance, so that the same job always makes the same song.
pub fn settle(request: Request) -> Result<Request> {
    check(&request)?;
    let seed = request.seed.unwrap_or_else(random_seed);
    son1k_composer::understand(&request, seed)?;
    Ok(Request { seed: Some(seed), variations: request.variations.max(1), ..request })
}

fn random_seed() -> u32 {
    // Short enough to be read aloud and typed again.
    u32::from_be_bytes(uuid::Uuid::new_v4().as_bytes()[..4].try_into().unwrap_or_default()) % 1_000_000
}

fn variation(request: &Request, index: u8) -> Request {
    let seed = request.seed.unwrap_or_default().wrapping_add(u32::from(index));
    Request { seed: Some(seed), variations: 1, ..request.clone() }
}

fn check(request: &Request) -> Result<()> {
    if request.prompt.len() > limits::PROMPT_BYTES {
        return Err(Error::PromptTooLong { bytes: request.prompt.len(), limit: limits::PROMPT_BYTES });
    }
    if request.lyrics.len() > limits::LYRICS_BYTES {
        let value = format!("{} kB", request.lyrics.len() / 1000);
        return Err(Error::InvalidField { field: "lyrics".into(), value });
    }
    if request.variations > *limits::VARIATIONS.end() {
        return Err(Error::InvalidField {
            field: "variations".into(),
            value: request.variations.to_string(),
        });
    }
    Ok(())
}

fn take_of(song: Song, id: TakeId, lyrics: String, assets: &Assets) -> Result<(Take, Score)> {
    let score = song.read_score()?;
    let put = |path: &Path| Ok::<_, Error>(assets.put_file(path)?);
    let (score_asset, audio_asset) = (put(&song.score)?, put(&song.audio)?);
    let record = song.record;
    let take = Take {
        id,
        title: record.title,
        request: Request { lyrics, ..record.request },
        understanding: record.understanding,
        seed: record.seed,
        engine: record.engine,
        score: score_asset,
        audio: audio_asset,
        measured: record.measured,
        master_gain: record.master_gain,
        refused: record.refused,
        tags: record.tags,
        starred: false,
        created_ms: crate::clock::now_ms(),
        elapsed: record.elapsed,
    };
    Ok((take, score))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settling_a_request_fixes_its_seed() {
        let request = Request { prompt: "lofi para estudiar".into(), ..Request::default() };
        let settled = settle(request).unwrap();
        assert!(settled.seed.is_some());
        assert_eq!(settled.variations, 1);
    }

    #[test]
    fn a_megabyte_of_prompt_is_refused_with_its_size() {
        let request = Request { prompt: "a".repeat(1_000_000), ..Request::default() };
        assert!(matches!(settle(request), Err(Error::PromptTooLong { bytes: 1_000_000, .. })));
    }

    #[test]
    fn variations_use_the_following_seeds() {
        let request = Request { prompt: "jazz".into(), seed: Some(7), variations: 3, ..Request::default() };
        assert_eq!(variation(&request, 2).seed, Some(9));
    }
}
