//! Where the analysis of each sound stands, and what was heard.

use son1k_domain::Problem;
use son1k_domain::id::SoundId;
use son1k_domain::library::{AnalysisStep, LibrarySound, StepState};
use son1k_domain::listening::Pulse;
use son1k_domain::loudness::Loudness;
use son1k_domain::music::Key;
use son1k_domain::take::Tag;
use son1k_domain::unit::Bpm;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Row};

use super::{count, index_again, json_of, row};
use crate::word::word;
use crate::{Result, Store};

/// The condition of the index `sound_waiting`.
const WAITS: &str = "(peaks_step = 'waiting' OR loudness_step = 'waiting' OR rhythm_step = 'waiting'
    OR sounds_like_step = 'waiting' OR beats_step = 'waiting')";

/// A sound with steps to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    pub id: SoundId,
    /// The blake3 hash of the file's bytes in hexadecimal.
    pub content: String,
}

/// What a step has found out.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// The picture itself is in the cache.
    Peaks,
    Loudness(Loudness),
    Rhythm {
        bpm: Option<Bpm>,
        key: Option<Key>,
    },
    /// `None` when no beat is clear.
    Beats(Option<Pulse>),
    SoundsLike(Vec<Tag>),
    Failed(AnalysisStep, Problem),
    NeedsModel(AnalysisStep),
}

impl Heard {
    /// Returns the step that it is the outcome of.
    pub fn step(&self) -> AnalysisStep {
        match self {
            Self::Peaks => AnalysisStep::Peaks,
            Self::Loudness(_) => AnalysisStep::Loudness,
            Self::Rhythm { .. } => AnalysisStep::Rhythm,
            Self::Beats(_) => AnalysisStep::Beats,
            Self::SoundsLike(_) => AnalysisStep::SoundsLike,
            Self::Failed(step, _) | Self::NeedsModel(step) => *step,
        }
    }

    fn state(&self) -> StepState {
        match self {
            Self::Failed(..) => StepState::Failed,
            Self::NeedsModel(_) => StepState::NeedsModel,
            _ => StepState::Done,
        }
    }
}

impl Store {
    /// Returns a sound that has steps to do and whose file is there: the one that was added last, as that is the one
    /// that is looked at.
    pub async fn next_waiting_sound(&self) -> Result<Option<Waiting>> {
        let found = sqlx::query(AssertSqlSafe(format!(
            "SELECT id, lower(hex(content)) AS content
             FROM sound WHERE {WAITS} AND missing = 0 ORDER BY number DESC LIMIT 1"
        )))
        .fetch_optional(&self.reader)
        .await?;
        let read = |found: &sqlx::sqlite::SqliteRow| {
            Ok(Waiting { id: SoundId(found.try_get("id")?), content: found.try_get("content")? })
        };
        found.as_ref().map(read).transpose()
    }

    /// Returns how many sounds have steps to do and a file to do them with.
    pub async fn count_waiting_sounds(&self) -> Result<u32> {
        let sql = format!("SELECT COUNT(*) FROM sound WHERE {WAITS} AND missing = 0");
        Ok(count(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&self.reader).await?))
    }

    /// Notes what a step has found out, unless it was cancelled or asked for again meanwhile with another content.
    pub async fn note_heard(
        &self,
        id: &SoundId,
        content: &str,
        heard: &Heard,
    ) -> Result<Option<LibrarySound>> {
        let mut transaction = self.library_change().await?;
        let column = row::column(heard.step());
        let noted = sqlx::query(AssertSqlSafe(format!(
            "UPDATE sound SET {column} = ?3 WHERE id = ?1 AND lower(hex(content)) = ?2 AND {column} = 'waiting'"
        )))
        .bind(id.0.clone())
        .bind(content.to_owned())
        .bind(word(&heard.state())?)
        .execute(&mut *transaction)
        .await?;
        if noted.rows_affected() == 0 {
            return Ok(None);
        }
        note(&mut transaction, id, heard).await?;
        let sound = index_again(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(sound)
    }

    /// Returns the beats that were heard in a sound.
    pub async fn beats(&self, id: &SoundId) -> Result<Option<Pulse>> {
        let pulse: Option<String> = sqlx::query_scalar("SELECT pulse FROM beats WHERE sound = ?1")
            .bind(id.0.clone())
            .fetch_optional(&self.reader)
            .await?;
        Ok(pulse.as_deref().map(serde_json::from_str).transpose()?)
    }

    /// Moves steps from one of these states to another; no sounds are all sounds. Returns how many sounds that were.
    pub async fn set_steps(
        &self,
        sounds: &[SoundId],
        steps: &[AnalysisStep],
        from: &[StepState],
        to: StepState,
    ) -> Result<u32> {
        let mut transaction = self.library_change().await?;
        let mut moved = 0;
        for step in steps {
            let column = row::column(*step);
            let done = sqlx::query(AssertSqlSafe(format!(
                "UPDATE sound SET {column} = ?1,
                     problem = CASE ?1 WHEN 'waiting' THEN NULL ELSE problem END
                 WHERE {column} IN (SELECT value FROM json_each(?2))
                     AND (?3 = '[]' OR id IN (SELECT value FROM json_each(?3)))"
            )))
            .bind(word(&to)?)
            .bind(serde_json::to_string(from)?)
            .bind(json_of(sounds)?)
            .execute(&mut *transaction)
            .await?;
            moved = done.rows_affected().max(moved);
        }
        transaction.commit().await?;
        Ok(u32::try_from(moved).unwrap_or(u32::MAX))
    }
}

async fn note(connection: &mut SqliteConnection, id: &SoundId, heard: &Heard) -> Result<()> {
    let set = |columns: &str| AssertSqlSafe(format!("UPDATE sound SET {columns} WHERE id = ?1"));
    let id = id.0.clone();
    let query = match heard {
        Heard::Peaks | Heard::NeedsModel(_) => return Ok(()),
        Heard::Loudness(loudness) => sqlx::query(set("loudness = ?2, integrated = ?3"))
            .bind(id)
            .bind(serde_json::to_string(loudness)?)
            .bind(loudness.integrated.map(|integrated| f64::from(integrated.0))),
        // The tempo of the beats is the better one.
        Heard::Rhythm { bpm, key } => sqlx::query(set(
            "bpm = COALESCE((SELECT beats.bpm FROM beats WHERE beats.sound = ?1), ?2), key = ?3",
        ))
        .bind(id)
        .bind(bpm.map(|bpm| f64::from(bpm.0)))
        .bind(key.map(row::number_of)),
        Heard::Beats(pulse) => return note_beats(connection, &id, pulse.as_ref()).await,
        Heard::SoundsLike(tags) => {
            sqlx::query(set("sounds_like = ?2")).bind(id).bind(serde_json::to_string(tags)?)
        }
        Heard::Failed(_, problem) => {
            sqlx::query(set("problem = ?2")).bind(id).bind(serde_json::to_string(problem)?)
        }
    };
    query.execute(connection).await?;
    Ok(())
}

async fn note_beats(connection: &mut SqliteConnection, id: &str, pulse: Option<&Pulse>) -> Result<()> {
    let Some(pulse) = pulse else {
        sqlx::query("DELETE FROM beats WHERE sound = ?1").bind(id.to_owned()).execute(connection).await?;
        return Ok(());
    };
    let bpm = f64::from(pulse.bpm.0);
    sqlx::query("INSERT OR REPLACE INTO beats (sound, bpm, pulse) VALUES (?1, ?2, ?3)")
        .bind(id.to_owned())
        .bind(bpm)
        .bind(serde_json::to_string(pulse)?)
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE sound SET bpm = ?2 WHERE id = ?1")
        .bind(id.to_owned())
        .bind(bpm)
        .execute(connection)
        .await?;
    Ok(())
}
