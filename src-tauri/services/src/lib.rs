//! The use cases of the studio: the only crate that joins engines, store and platform.
//!
//! One file per room or shared concern. Nothing here knows a window, a terminal or a web page: shells call these methods
//! and listen to [`Events`].

mod birth;
pub mod cache;
pub mod cleaning;
mod clock;
mod convert;
pub mod copies;
pub mod doctor;
mod drops;
mod error;
pub mod events;
pub mod export;
pub mod ghost;
pub mod history;
pub mod jobs;
mod keychain;
pub mod library;
mod listening;
pub mod logs;
mod made;
pub mod make;
pub mod mastering;
pub mod measuring;
mod opening;
mod peaks;
mod playback;
pub mod projects;
pub mod recording;
pub mod seeing;
pub mod settings;
pub mod shelf;
pub mod verifying;
pub mod voice;
mod vouching;
mod wording;
mod work;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use son1k_domain::system::Notice;
use son1k_store::Store;

pub use drops::read_lyrics;
pub use error::{Error, Result};
pub use events::Events;
pub use ghost::settle;
pub use make::Watch;
pub use playback::Transport;
pub use son1k_composer::parse_key;
pub use son1k_gpu::Painter;
pub use son1k_inference::transcriber::Settings as NoteSettings;
pub use son1k_platform::system_language;
pub use son1k_sound::Progress;

use cache::Cache;
use copies::Copies;
use history::History;
use jobs::Jobs;
use library::Library;
use make::Studio;
use peaks::PeakMemory;
use projects::Projects;
use recording::Deck;
use settings::CurrentSettings;
use shelf::Shelf;
use voice::booth::Booth;
use voice::{Dictating, LiveVoice, Profiles, Remote};

/// How the studio is opened.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Everything in one folder instead of the user's own folders.
    pub data_dir: Option<PathBuf>,
    /// The folder of models, sound banks and libraries, instead of the usual one.
    pub models: Option<PathBuf>,
    /// Whether jobs run here; only one program may do so with the same data.
    pub queue: bool,
    /// Whether to open an audio output.
    pub sound: bool,
    /// The address that stands in for ElevenLabs, such as that of a test; `None` is their own.
    pub elevenlabs: Option<String>,
}

impl Options {
    /// Returns the folders that will be used.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the user has no home folder.
    pub fn paths(&self) -> Result<son1k_platform::Paths> {
        let mut paths = match &self.data_dir {
            Some(folder) => son1k_platform::Paths::in_folder(folder),
            None => son1k_platform::Paths::system()?,
        };
        if let Some(models) = &self.models {
            paths.models.clone_from(models);
        }
        Ok(paths)
    }
}

/// The open studio.
pub struct Services {
    pub events: Events,
    pub settings: Arc<CurrentSettings>,
    pub projects: Arc<Projects>,
    pub shelf: Arc<Shelf>,
    pub library: Arc<Library>,
    pub history: Arc<History>,
    pub copies: Arc<Copies>,
    pub profiles: Profiles,
    remote: Arc<Remote>,
    /// Held while the wave of a version is drawn: a timeline asks for many at once.
    waves: tokio::sync::Mutex<()>,
    studio: Arc<Studio>,
    cache: Arc<Cache>,
    booth: Arc<Booth>,
    peaks: PeakMemory,
    transport: Option<Arc<Transport>>,
    deck: Option<Arc<Deck>>,
    live: Option<Arc<LiveVoice>>,
    dictating: Dictating,
    jobs: OnceLock<Jobs>,
    paths: son1k_platform::Paths,
    notices: Vec<Notice>,
    store: Store,
}

impl Services {
    /// Returns the queue.
    ///
    /// # Errors
    /// [`Error::Busy`] in a program that was opened without one.
    fn jobs(&self) -> Result<&Jobs> {
        self.jobs.get().ok_or_else(|| Error::Busy("opened without a queue".into()))
    }
}
