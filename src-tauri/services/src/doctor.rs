//! What works on this machine, what is missing, and how to mend it.

use son1k_domain::id::ModelId;
use son1k_domain::model::ModelState;
use son1k_domain::setting::Language;
use son1k_domain::system::{Check, CheckState};

use crate::{Error, Services};

/// Below this, a long song may not fit with its stems.
const SCARCE_DISK: u64 = 2 << 30;
/// Below this, models and songs take turns in memory.
const SCARCE_MEMORY: u64 = 2 << 30;

impl Services {
    /// Examines the machine. Takes up to a second, as the audio output is really opened.
    pub async fn examine(&self) -> Vec<Check> {
        let mut checks = vec![self.examine_output(), self.examine_database().await];
        checks.extend(self.examine_models());
        checks.extend([self.examine_provider(), self.examine_disk(), self.examine_memory()]);
        checks
    }

    fn wording(&self, error: &Error) -> String {
        error.describe(self.settings.language()).hint
    }

    fn say(&self, english: &str, spanish: &str) -> String {
        match self.settings.language() {
            Language::En => english.to_owned(),
            Language::Es => spanish.to_owned(),
        }
    }

    fn examine_output(&self) -> Check {
        match son1k_audio::device::probe(self.settings.get().output_device.as_deref()) {
            Ok(name) => works("audio_output", name),
            Err(error) => {
                let hint = self.wording(&Error::NoAudioDevice(String::new()));
                check("audio_output", CheckState::Limited, error.to_string(), hint)
            }
        }
    }

    async fn examine_database(&self) -> Check {
        match self.store.check().await {
            Ok(()) => works("database", self.paths.data.join("studio.db").display().to_string()),
            Err(error) => {
                let found = error.to_string();
                check("database", CheckState::Fails, found, self.wording(&Error::from(error)))
            }
        }
    }

    fn examine_models(&self) -> Vec<Check> {
        let examine = |model: son1k_domain::model::Model| {
            let id = model.id.as_str();
            match model.state {
                ModelState::Ready | ModelState::Loaded { .. } => {
                    works(id, format!("{} ({})", model.name, model.licence))
                }
                ModelState::Missing | ModelState::Fetching { .. } | ModelState::Corrupt => {
                    let state = if model.required { CheckState::Fails } else { CheckState::Limited };
                    check(id, state, model.name.clone(), self.fetch_hint(&model.id))
                }
            }
        };
        self.shelf.list().models.into_iter().map(examine).collect()
    }

    fn fetch_hint(&self, id: &ModelId) -> String {
        let english = format!("Fetch it in Settings, Models, or with: son1k models fetch {id}");
        let spanish = format!("Descárgalo en Ajustes, Modelos, o con: son1k models fetch {id}");
        self.say(&english, &spanish)
    }

    fn examine_provider(&self) -> Check {
        match self.shelf.list().provider {
            Some(provider) => works("execution_provider", provider),
            None => check(
                "execution_provider",
                CheckState::Limited,
                String::new(),
                self.fetch_hint(&"onnxruntime".into()),
            ),
        }
    }

    fn examine_disk(&self) -> Check {
        let Some(free) = son1k_platform::machine::free_disk(&self.paths.projects) else {
            return works("disk", self.paths.projects.display().to_string());
        };
        let found = format!("{:.1} GB · {}", free as f64 / 1e9, self.paths.projects.display());
        if free >= SCARCE_DISK {
            return works("disk", found);
        }
        check("disk", CheckState::Limited, found, self.wording(&Error::DiskFull { path: String::new() }))
    }

    fn examine_memory(&self) -> Check {
        let Some(memory) = son1k_platform::machine::memory() else { return works("memory", String::new()) };
        let found = format!("{:.1} / {:.1} GB", memory.available as f64 / 1e9, memory.total as f64 / 1e9);
        if memory.available >= SCARCE_MEMORY {
            return works("memory", found);
        }
        let hint = self.say(
            "Close other programs; until then everything works, only slower.",
            "Cierra otros programas; mientras tanto todo funciona, solo que más lento.",
        );
        check("memory", CheckState::Limited, found, hint)
    }
}

fn works(id: &str, found: String) -> Check {
    check(id, CheckState::Works, found, String::new())
}

fn check(id: &str, state: CheckState, found: String, hint: String) -> Check {
    Check { id: id.to_owned(), state, found, hint }
}
