//! Table `transcript`: what is said in sounds of the library, as their musicians have mended it.

use son1k_domain::id::SoundId;
use son1k_domain::voice::Transcript;

use crate::{Result, Store};

impl Store {
    /// Returns what is said in a sound.
    pub async fn transcript(&self, sound: &SoundId) -> Result<Option<Transcript>> {
        let kept: Option<String> = sqlx::query_scalar("SELECT transcript FROM transcript WHERE sound = ?1")
            .bind(sound.0.clone())
            .fetch_optional(&self.reader)
            .await?;
        Ok(kept.as_deref().map(serde_json::from_str).transpose()?)
    }

    /// Keeps what is said in a sound of the library, in the place of what was kept; it goes with the sound.
    pub async fn save_transcript(&self, transcript: &Transcript) -> Result<()> {
        sqlx::query("INSERT OR REPLACE INTO transcript (sound, transcript) VALUES (?1, ?2)")
            .bind(transcript.sound.0.clone())
            .bind(serde_json::to_string(transcript)?)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
