//! What works on this machine, what is missing, and how to mend it.

use son1k_domain::model::{Model, ModelState};
use son1k_domain::setting::Language;
use son1k_domain::system::{Check, CheckState};

use crate::seeing::DrawnBy;
use crate::{Error, Services, wording};

/// Below this, a long song may not fit with its stems.
const SCARCE_DISK: u64 = 2 << 30;
/// Below this, models and songs take turns in memory.
const SCARCE_MEMORY: u64 = 2 << 30;

impl Services {
    /// Examines the machine. Takes a second or two, as the audio output is really opened and models are read whole.
    pub async fn examine(&self) -> Vec<Check> {
        let mut checks = vec![self.examine_output(), self.examine_database().await];
        checks.extend(self.examine_models().await);
        checks.extend([self.examine_provider(), self.examine_pictures().await]);
        checks.extend([self.examine_disk(), self.examine_memory()]);
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

    /// By hash, for a file may have kept its size and lost its content.
    async fn examine_models(&self) -> Vec<Check> {
        let shelf = self.shelf.clone();
        if let Err(error) = tokio::task::spawn_blocking(move || shelf.verify_all()).await {
            tracing::error!(%error, "the shelf could not be verified");
        }
        self.shelf.list().models.iter().map(|model| self.examine_model(model)).collect()
    }

    fn examine_model(&self, model: &Model) -> Check {
        let (id, language) = (model.id.as_str(), self.settings.language());
        let (found, hint) = match model.state {
            ModelState::Ready | ModelState::Loaded { .. } => {
                return works(id, format!("{} ({})", model.name, model.licence));
            }
            ModelState::Missing | ModelState::Fetching { .. } => {
                (self.say("missing", "falta"), wording::fetch(id, language))
            }
            ModelState::Corrupt => (self.say("damaged", "dañado"), wording::fetch_again(id, language)),
        };
        let state = if model.required { CheckState::Fails } else { CheckState::Limited };
        check(id, state, format!("{}: {found}", model.name), hint)
    }

    fn examine_provider(&self) -> Check {
        match self.shelf.list().provider {
            Some(provider) => works("execution_provider", provider),
            None => check(
                "execution_provider",
                CheckState::Limited,
                String::new(),
                wording::fetch("onnxruntime", self.settings.language()),
            ),
        }
    }

    /// Spectrograms are drawn without a GPU too, and look the same.
    async fn examine_pictures(&self) -> Check {
        let hint = self.say(
            "Spectrograms take longer without a GPU. If there is one, install its driver (Vulkan, Metal or DirectX 12).",
            "Los espectrogramas tardan más sin GPU. Si hay una, instala su controlador (Vulkan, Metal o DirectX 12).",
        );
        let processor = self.say("the processor", "el procesador");
        let (found, why) = match self.library.drawn_by().await {
            Ok(DrawnBy::Gpu(name)) => return works("spectrogram", name),
            Ok(DrawnBy::Processor(why)) => (processor, why.map(|error| error.to_string())),
            Err(error) => (processor, Some(error.to_string())),
        };
        let found = why.map_or(found.clone(), |why| format!("{found} ({why})"));
        check("spectrogram", CheckState::Limited, found, hint)
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
