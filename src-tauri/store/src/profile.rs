//! Table `profile`: voices of one's own and of others.

use son1k_domain::id::ProfileId;
use son1k_domain::profile::Profile;

use crate::{Result, Store};

impl Store {
    /// Returns every profile, the oldest first.
    pub async fn profiles(&self) -> Result<Vec<Profile>> {
        let kept: Vec<String> =
            sqlx::query_scalar("SELECT profile FROM profile").fetch_all(&self.reader).await?;
        let mut profiles =
            kept.iter().map(|text| serde_json::from_str(text)).collect::<Result<Vec<Profile>, _>>()?;
        profiles.sort_by(|a, b| a.created_ms.total_cmp(&b.created_ms).then_with(|| a.id.cmp(&b.id)));
        Ok(profiles)
    }

    /// Keeps a profile, in the place of what was kept of it.
    pub async fn save_profile(&self, profile: &Profile) -> Result<()> {
        sqlx::query("INSERT OR REPLACE INTO profile (id, profile) VALUES (?1, ?2)")
            .bind(profile.id.0.clone())
            .bind(serde_json::to_string(profile)?)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Forgets a profile.
    pub async fn remove_profile(&self, id: &ProfileId) -> Result<()> {
        sqlx::query("DELETE FROM profile WHERE id = ?1").bind(id.0.clone()).execute(&self.writer).await?;
        Ok(())
    }
}
