//! Settings: read once, changed as a whole, told to everyone.

use std::sync::{PoisonError, RwLock};

use son1k_domain::Event;
use son1k_domain::setting::{Language, Settings};
use son1k_store::Store;

use crate::events::Events;
use crate::{Error, Result};

/// The settings in force.
pub struct CurrentSettings {
    now: RwLock<Settings>,
    system_language: Language,
    store: Store,
    events: Events,
}

impl CurrentSettings {
    /// Takes what the store holds.
    pub fn new(settings: Settings, system_language: Language, store: Store, events: Events) -> Self {
        Self { now: RwLock::new(settings), system_language, store, events }
    }

    pub fn get(&self) -> Settings {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the interface language: the setting, or the system's.
    pub fn language(&self) -> Language {
        self.get().language.unwrap_or(self.system_language)
    }

    /// Keeps new settings.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a value out of range; nothing is changed then.
    pub async fn save(&self, settings: Settings) -> Result<()> {
        check(&settings)?;
        self.store.save_settings(&settings).await?;
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = settings.clone();
        self.events.send(Event::SettingsChanged(settings));
        Ok(())
    }
}

fn check(settings: &Settings) -> Result<()> {
    let invalid = |field: &str, value: String| Error::InvalidField { field: field.into(), value };
    if !(0.0..=1.0).contains(&settings.volume) {
        return Err(invalid("volume", settings.volume.to_string()));
    }
    if settings.cache_mib < 64 {
        return Err(invalid("cache_mib", settings.cache_mib.to_string()));
    }
    if settings.model_budget_mib == Some(0) {
        return Err(invalid("model_budget_mib", "0".into()));
    }
    Ok(())
}
