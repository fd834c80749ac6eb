//! Table `setting`: one JSON record.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use son1k_domain::setting::Settings;

use crate::{Error, Result, Store};

impl Store {
    /// Returns the settings; what is missing or unreadable has its default.
    pub async fn settings(&self) -> Result<Settings> {
        Ok(self.settings_record().await?.map(|record| read(&record).0).unwrap_or_default())
    }

    /// Replaces the settings.
    pub async fn save_settings(&self, settings: &Settings) -> Result<()> {
        let record = serde_json::to_string(settings)?;
        sqlx::query(
            "INSERT INTO setting (id, record) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET record = ?1",
        )
        .bind(record)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Writes a record with unreadable parts to a file in `folder`, keeps the readable rest, and returns that file.
    pub(crate) async fn repair_settings(&self, folder: &Path) -> Result<Option<PathBuf>> {
        let Some(record) = self.settings_record().await? else { return Ok(None) };
        let (settings, whole) = read(&record);
        if whole {
            return Ok(None);
        }
        let set_aside = set_aside(folder, &record)?;
        self.save_settings(&settings).await?;
        Ok(Some(set_aside))
    }

    async fn settings_record(&self) -> Result<Option<String>> {
        Ok(sqlx::query_scalar("SELECT record FROM setting WHERE id = 1").fetch_optional(&self.reader).await?)
    }
}

/// Reads field by field, so that one bad value does not cost the others; the flag says whether all was readable.
fn read(record: &str) -> (Settings, bool) {
    if let Ok(settings) = serde_json::from_str(record) {
        return (settings, true);
    }
    let fields: Map<String, Value> = serde_json::from_str(record).unwrap_or_default();
    let mut settings = Settings::default();
    for (name, value) in fields {
        let Ok(Value::Object(mut tried)) = serde_json::to_value(&settings) else { continue };
        tried.insert(name, value);
        if let Ok(better) = serde_json::from_value(Value::Object(tried)) {
            settings = better;
        }
    }
    (settings, false)
}

fn set_aside(folder: &Path, record: &str) -> Result<PathBuf> {
    let mut number = 1;
    while folder.join(format!("settings.corrupt-{number}.json")).exists() {
        number += 1;
    }
    let to = folder.join(format!("settings.corrupt-{number}.json"));
    let unfinished = to.with_extension("json.part");
    std::fs::write(&unfinished, record).map_err(|e| Error::file(&unfinished, e))?;
    std::fs::rename(&unfinished, &to).map_err(|e| Error::file(&to, e))?;
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Found;

    #[tokio::test]
    async fn settings_come_back_after_reopening() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let (store, found) = Store::open(folder.path()).await?;
        assert_eq!((store.settings().await?, found), (Settings::default(), vec![]));
        let changed = Settings { volume: 0.25, welcomed: true, ..Settings::default() };
        store.save_settings(&changed).await?;
        store.close().await;
        assert_eq!(Store::open(folder.path()).await?.0.settings().await?, changed);
        Ok(())
    }

    async fn reopened_after(folder: &Path, record: &str) -> Result<(Settings, Vec<Found>)> {
        let (store, _) = Store::open(folder).await?;
        sqlx::query("INSERT OR REPLACE INTO setting (id, record) VALUES (1, ?1)")
            .bind(record.to_owned())
            .execute(&store.writer)
            .await?;
        store.close().await;
        let (store, found) = Store::open(folder).await?;
        Ok((store.settings().await?, found))
    }

    #[tokio::test]
    async fn a_bad_field_is_reported_and_costs_only_itself() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let record = r#"{"volume":"loud","cache_mib":77,"language":"es"}"#;
        let (settings, found) = reopened_after(folder.path(), record).await?;
        assert_eq!((settings.volume, settings.cache_mib), (1.0, 77));
        assert_eq!(settings.language, Some(son1k_domain::setting::Language::Es));
        let [Found::SettingsCorrupt { set_aside }] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(std::fs::read_to_string(set_aside).unwrap(), record);
        Ok(())
    }

    #[tokio::test]
    async fn a_record_that_is_no_json_gives_the_defaults_once() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let (settings, found) = reopened_after(folder.path(), "{\"volume\":0.").await?;
        assert_eq!(settings, Settings::default());
        assert!(matches!(found.as_slice(), [Found::SettingsCorrupt { .. }]));
        assert_eq!(Store::open(folder.path()).await?.1, vec![], "told once");
        Ok(())
    }
}
