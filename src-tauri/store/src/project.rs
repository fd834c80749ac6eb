//! Table `project`: the projects this machine knows.

use son1k_domain::id::ProjectId;
use son1k_domain::project::ProjectInfo;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Result, Store};

impl Store {
    /// Returns all projects, the last changed first.
    pub async fn list_projects(&self) -> Result<Vec<ProjectInfo>> {
        let rows =
            sqlx::query("SELECT id, name, folder, modified_ms FROM project ORDER BY modified_ms DESC, id")
                .fetch_all(&self.reader)
                .await?;
        rows.iter().map(project).collect()
    }

    /// Returns one project.
    pub async fn project(&self, id: &ProjectId) -> Result<Option<ProjectInfo>> {
        let row = sqlx::query("SELECT id, name, folder, modified_ms FROM project WHERE id = ?1")
            .bind(id.as_str().to_owned())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(project).transpose()
    }

    /// Adds a project or replaces what is known of it; an older entry for the same folder goes.
    pub async fn touch_project(&self, info: &ProjectInfo) -> Result<()> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("DELETE FROM project WHERE folder = ?1 AND id <> ?2")
            .bind(info.folder.clone())
            .bind(info.id.0.clone())
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO project (id, name, folder, modified_ms) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE SET name = ?2, folder = ?3, modified_ms = ?4",
        )
        .bind(info.id.0.clone())
        .bind(info.name.clone())
        .bind(info.folder.clone())
        .bind(info.modified_ms)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Forgets a project; its folder stays. Returns whether it was known.
    pub async fn forget_project(&self, id: &ProjectId) -> Result<bool> {
        let done =
            sqlx::query("DELETE FROM project WHERE id = ?1").bind(id.0.clone()).execute(&self.writer).await?;
        Ok(done.rows_affected() > 0)
    }
}

fn project(row: &SqliteRow) -> Result<ProjectInfo> {
    Ok(ProjectInfo {
        id: ProjectId(row.try_get("id")?),
        name: row.try_get("name")?,
        folder: row.try_get("folder")?,
        modified_ms: row.try_get("modified_ms")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(id: &str, folder: &str, modified_ms: f64) -> ProjectInfo {
        ProjectInfo { id: id.into(), name: format!("song {id}"), folder: folder.into(), modified_ms }
    }

    #[tokio::test]
    async fn projects_are_listed_last_changed_first_and_can_be_forgotten() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(folder.path()).await?;
        store.touch_project(&info("a", "/a", 1.0)).await?;
        store.touch_project(&info("b", "/b", 2.0)).await?;
        store.touch_project(&info("a", "/a", 3.0)).await?;
        assert_eq!(store.list_projects().await?, [info("a", "/a", 3.0), info("b", "/b", 2.0)]);
        assert_eq!(store.project(&"b".into()).await?, Some(info("b", "/b", 2.0)));
        assert!(store.forget_project(&"a".into()).await?);
        assert!(!store.forget_project(&"a".into()).await?);
        assert_eq!(store.project(&"a".into()).await?, None);
        Ok(())
    }

    #[tokio::test]
    async fn a_folder_belongs_to_one_project() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(folder.path()).await?;
        store.touch_project(&info("old", "/song", 1.0)).await?;
        store.touch_project(&info("new", "/song", 2.0)).await?;
        assert_eq!(store.list_projects().await?, [info("new", "/song", 2.0)]);
        Ok(())
    }
}
