//! Table `version_seen`: what each version of a project changed. A cache of what the versions themselves say.

use std::collections::BTreeMap;

use son1k_domain::comparison::Change;
use son1k_domain::id::{ProjectId, VersionId};
use sqlx::Row;

use crate::{Result, Store};

/// What a version changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VersionSeen {
    /// How many changes there are to the version before.
    pub changes: u32,
    /// The foremost of them.
    pub foremost: Vec<Change>,
}

impl Store {
    /// Returns what is known of a project's versions. What an older studio wrote and nobody can read is not known.
    pub async fn versions_seen(&self, project: &ProjectId) -> Result<BTreeMap<VersionId, VersionSeen>> {
        let rows = sqlx::query("SELECT version, changes, foremost FROM version_seen WHERE project = ?1")
            .bind(project.0.clone())
            .fetch_all(&self.reader)
            .await?;
        let mut seen = BTreeMap::new();
        for row in &rows {
            let foremost: String = row.try_get("foremost")?;
            if let Ok(foremost) = serde_json::from_str(&foremost) {
                let changes = row.try_get("changes")?;
                seen.insert(VersionId(row.try_get("version")?), VersionSeen { changes, foremost });
            }
        }
        Ok(seen)
    }

    /// Keeps what a version changed.
    pub async fn save_version_seen(
        &self,
        project: &ProjectId,
        version: &VersionId,
        seen: &VersionSeen,
    ) -> Result<()> {
        sqlx::query(
            "INSERT OR REPLACE INTO version_seen (version, project, changes, foremost) VALUES (?1, ?2, ?3, ?4)",
        )
        .bind(version.0.clone())
        .bind(project.0.clone())
        .bind(seen.changes)
        .bind(serde_json::to_string(&seen.foremost)?)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Forgets what versions changed that were let go.
    pub async fn forget_versions_seen(&self, versions: &[VersionId]) -> Result<()> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        for version in versions {
            sqlx::query("DELETE FROM version_seen WHERE version = ?1")
                .bind(version.0.clone())
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use son1k_domain::unit::Bpm;

    #[tokio::test]
    async fn what_a_version_changed_is_known_until_it_is_let_go() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(folder.path()).await?;
        let (project, version) = (ProjectId::from("song"), VersionId::from("abc"));
        let tempo = Change::Tempo { before: Bpm(95.1), after: Bpm(100.0) };
        let seen = VersionSeen { changes: 7, foremost: vec![tempo] };
        store.save_version_seen(&project, &version, &seen).await?;
        assert_eq!(store.versions_seen(&project).await?[&version], seen);
        assert!(store.versions_seen(&"other".into()).await?.is_empty());
        store.forget_versions_seen(std::slice::from_ref(&version)).await?;
        assert!(store.versions_seen(&project).await?.is_empty());
        Ok(())
    }
}
