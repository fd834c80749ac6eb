//! Table `notes`: the notes that were heard in sounds of the library, as their musicians have mended them.

use son1k_domain::cleaning::NoteSheet;
use son1k_domain::id::SoundId;

use crate::{Result, Store};

impl Store {
    /// Returns the notes of a sound.
    pub async fn notes(&self, sound: &SoundId) -> Result<Option<NoteSheet>> {
        let sheet: Option<String> = sqlx::query_scalar("SELECT sheet FROM notes WHERE sound = ?1")
            .bind(sound.0.clone())
            .fetch_optional(&self.reader)
            .await?;
        Ok(sheet.as_deref().map(serde_json::from_str).transpose()?)
    }

    /// Keeps the notes of a sound of the library, in the place of earlier ones; they go with the sound.
    pub async fn save_notes(&self, sheet: &NoteSheet) -> Result<()> {
        sqlx::query("INSERT OR REPLACE INTO notes (sound, sheet) VALUES (?1, ?2)")
            .bind(sheet.sound.0.clone())
            .bind(serde_json::to_string(sheet)?)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
