//! Opening, the first picture, changing what is open, and closing.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use son1k_domain::id::{ProjectId, TakeId, TrackId};
use son1k_domain::project::StripChange;
use son1k_domain::setting::{Language, Settings};
use son1k_domain::system::{DropVerdict, Notice, Welcome};
use son1k_store::{Found, Store};

use crate::cache::Cache;
use crate::copies::Copies;
use crate::events::Events;
use crate::history::History;
use crate::jobs::Jobs;
use crate::library::Library;
use crate::make::Studio;
use crate::peaks::PeakMemory;
use crate::projects::Projects;
use crate::recording::Deck;
use crate::settings::CurrentSettings;
use crate::shelf::Shelf;
use crate::voice::{Dictating, LiveVoice, Profiles, Remote};
use crate::{Error, Options, Result, Services, Transport, drops};

/// How long another project waits for the version of the one that is closed.
const PUT_AWAY: Duration = Duration::from_secs(2);

impl Services {
    /// Opens everything; what was damaged and repaired is told in [`Welcome::notices`].
    ///
    /// # Errors
    /// [`Error::Unwritable`] or [`Error::DiskFull`] for the folders, [`Error::NewerVersion`] for data of a newer studio,
    /// [`Error::Busy`] when another program runs the queue of the same data.
    pub async fn open(options: Options) -> Result<Arc<Self>> {
        let paths = options.paths()?;
        paths.create()?;
        let (store, found) = Store::open(&paths.data).await?;
        let events = Events::default();
        let system_language = crate::system_language();
        let record = store.settings().await?;
        let settings = Arc::new(CurrentSettings::new(record, system_language, store.clone(), events.clone()));
        let now = settings.get();
        let shelf = Arc::new(Shelf::new(&paths, now.model_budget_mib)?);
        let cache = Arc::new(Cache::open(store.clone(), &paths.cache, mib(now.cache_mib)).await?);
        let library = Arc::new(Library::new(
            store.clone(),
            events.clone(),
            settings.clone(),
            shelf.clone(),
            cache.clone(),
        ));
        let folder = now.projects_folder.clone().map_or_else(|| paths.projects.clone(), Into::into);
        let deck = options.sound.then(|| {
            let folder = paths.recordings.clone();
            Deck::new(folder, &paths.data, settings.clone(), events.clone(), library.clone())
        });
        let projects = Arc::new(Projects::new(store.clone(), events.clone(), folder.clone()));
        let history =
            History::new(projects.clone(), settings.clone(), store.clone(), events.clone(), &paths.data);
        let history = Arc::new(history);
        let copies = Copies::new(history.clone(), settings.clone(), store.clone(), events.clone(), folder);
        let mut services = Self {
            history,
            copies: Arc::new(copies),
            waves: tokio::sync::Mutex::default(),
            studio: Arc::new(Studio::new(cache.clone(), shelf.clone())),
            projects,
            transport: options.sound.then(|| Transport::open(settings.clone(), events.clone())),
            deck,
            live: options.sound.then(|| LiveVoice::new(settings.clone(), events.clone())),
            dictating: Dictating::default(),
            notices: notices(found, settings.language()),
            jobs: OnceLock::new(),
            booth: Arc::default(),
            profiles: Profiles::open(store.clone(), events.clone(), &paths.data).await,
            remote: Arc::new(Remote::open(options.elevenlabs, &paths.data)),
            peaks: PeakMemory::default(),
            library,
            events,
            settings,
            shelf,
            cache,
            paths,
            store,
        };
        if options.queue {
            services.open_last_project().await?;
        }
        let services = Arc::new(services);
        if options.queue {
            services.start_queue().await?;
            // Only the program that runs the queue: another may be recording with the same data.
            if let Some(deck) = &services.deck {
                deck.start();
            }
            services.history.watch_project();
            services.copies.start();
        }
        // Stems that the cache let go are rendered again, which may take longer than a window should stay away.
        let opened = services.clone();
        tokio::spawn(async move { opened.bring_current().await });
        Ok(services)
    }

    async fn open_last_project(&mut self) -> Result<()> {
        let problem = self.projects.open_last(self.first_name()).await?;
        let unsettled = self.settle().await.err();
        let notice =
            |error: Error| Notice { problem: error.describe(self.settings.language()), set_aside: None };
        self.notices.extend(problem.into_iter().chain(unsettled).map(notice).collect::<Vec<_>>());
        Ok(())
    }

    /// Ends what a crash cut short in the project that was just opened.
    async fn settle(&self) -> Result<()> {
        self.history.run(|history| history.settle()).await
    }

    async fn start_queue(self: &Arc<Self>) -> Result<()> {
        let weak = Arc::downgrade(self);
        let runner = move |context| {
            let services = weak.clone();
            async move {
                match services.upgrade() {
                    Some(services) => services.work(context).await,
                    None => Err(crate::jobs::JobError::Cancelled),
                }
            }
        };
        let jobs = Jobs::start(self.store.clone(), &self.paths.data, runner, self.events.clone()).await?;
        if self.jobs.set(jobs.clone()).is_err() {
            return Err(Error::Internal("the queue was started twice".into()));
        }
        self.library.start(jobs);
        Ok(())
    }

    /// Saves a moment after each edit and keeps a version when work pauses; runs as long as the studio is open.
    pub async fn autosave(self: Arc<Self>) {
        tokio::join!(self.projects.clone().autosave(), self.history.clone().follow());
    }

    /// Lets go of the microphone, finishes a take that is recorded and what is dictated, puts running jobs back into the
    /// queue, writes the project and closes the database.
    pub async fn close(&self, patience: Duration) {
        if let Some(live) = &self.live {
            live.leave().await;
        }
        if let Some(deck) = &self.deck {
            deck.leave().await;
        }
        self.dictating.leave(patience).await;
        self.library.stop();
        self.history.stop_watching();
        self.copies.stop();
        if let Some(jobs) = self.jobs.get() {
            jobs.shutdown(patience).await;
        }
        if (self.projects.is_unsaved() || self.jobs.get().is_some())
            && self.projects.current().is_ok()
            && let Err(error) = self.projects.save().await
        {
            tracing::error!(%error, "the project could not be saved on exit");
        }
        // Headless work keeps versions when it is asked to.
        if self.jobs.get().is_some() && self.projects.current().is_ok() {
            self.history.leave(patience).await;
        }
        self.store.close().await;
    }

    /// Returns what the page needs for its first picture.
    pub fn welcome(&self) -> Welcome {
        Welcome {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language: self.settings.language(),
            notices: self.notices.clone(),
            logs: self.paths.logs.display().to_string(),
        }
    }

    /// Keeps new settings and lets output, shelf and cache follow them.
    pub async fn save_settings(&self, settings: Settings) -> Result<()> {
        let before = self.settings.get();
        self.settings.save(settings.clone()).await?;
        if let Some(transport) = &self.transport
            && before.output_device != settings.output_device
        {
            transport.set_device(settings.output_device);
        }
        if before.model_budget_mib != settings.model_budget_mib {
            self.shelf.set_budget(settings.model_budget_mib);
        }
        if before.cache_mib != settings.cache_mib {
            self.cache.set_limit(mib(settings.cache_mib)).await?;
        }
        if before.watched_folders != settings.watched_folders {
            self.library.watch_folders();
        }
        Ok(())
    }

    fn first_name(&self) -> &'static str {
        match self.settings.language() {
            Language::En => "Untitled",
            Language::Es => "Sin título",
        }
    }

    /// Makes and opens a project; without a name it gets a plain one.
    pub async fn new_project(&self, name: Option<String>) -> Result<ProjectId> {
        self.put_away().await;
        let made = self.projects.create(name.as_deref().unwrap_or(self.first_name())).await;
        self.begin_past();
        made
    }

    /// Keeps the open project as it is left.
    async fn put_away(&self) {
        self.unload();
        if self.jobs.get().is_some() {
            self.history.leave(PUT_AWAY).await;
        }
    }

    /// Tells the past of the project that is open now, and watches its folder.
    fn begin_past(&self) {
        if self.jobs.get().is_some() {
            self.history.watch_project();
            let history = self.history.clone();
            tokio::spawn(async move {
                history
                    .run(|history| {
                        history.tell();
                        history.tell_merge();
                        Ok(())
                    })
                    .await
            });
        }
    }

    pub async fn open_project(&self, id: &ProjectId) -> Result<()> {
        self.put_away().await;
        let recovered = self.projects.open(id).await;
        let unsettled = self.settle().await.err();
        self.begin_past();
        self.tell(recovered?);
        self.tell(unsettled);
        self.bring_current().await;
        Ok(())
    }

    pub async fn open_project_folder(&self, folder: &Path) -> Result<()> {
        self.put_away().await;
        let recovered = self.projects.open_folder(folder).await;
        let unsettled = self.settle().await.err();
        self.begin_past();
        self.tell(recovered?);
        self.tell(unsettled);
        self.bring_current().await;
        Ok(())
    }

    fn tell(&self, problem: Option<Error>) {
        if let Some(error) = problem {
            self.events.send(son1k_domain::Event::ProblemFound(error.describe(self.settings.language())));
        }
    }

    fn unload(&self) {
        if let Some(transport) = &self.transport {
            transport.unload_take();
        }
    }

    pub fn rename_project(&self, name: &str) -> Result<()> {
        let name = named("name", name)?;
        self.projects.edit(|project| project.rename(&name))
    }

    pub fn set_lyrics(&self, text: &str) -> Result<()> {
        if text.len() > son1k_domain::generation::limits::LYRICS_BYTES {
            let value = format!("{} kB", text.len() / 1000);
            return Err(Error::InvalidField { field: "lyrics".into(), value });
        }
        self.projects.edit(|project| project.set_lyrics(text))
    }

    /// Puts a take on the lanes and under the playhead.
    pub async fn use_take(&self, id: &TakeId) -> Result<()> {
        self.projects.edit(|project| project.use_take(id))?;
        if self.transport.is_some() { self.load_take(id).await } else { Ok(()) }
    }

    /// Deletes a take; undo brings it back.
    pub fn delete_take(&self, id: &TakeId) -> Result<()> {
        if let Some(transport) = &self.transport
            && transport.plays(id)
        {
            transport.unload();
        }
        self.projects.edit(|project| project.delete_take(id))
    }

    /// Moves a fader, a knob or a button, heard at once when its take is under the playhead.
    pub fn set_strip(&self, track: &TrackId, change: StripChange, gesture: u32) -> Result<()> {
        self.projects.set_strip(track, change, gesture)?;
        self.hear_mixer()
    }

    pub(crate) fn hear_mixer(&self) -> Result<()> {
        if let Some(transport) = &self.transport {
            let project = self.projects.get()?;
            if project.current.as_ref().is_some_and(|current| transport.plays(current)) {
                transport.set_strips(project.mixer);
            }
        }
        Ok(())
    }

    /// Says for each dropped file what it is good for.
    pub fn judge_drop(&self, paths: &[String]) -> Vec<DropVerdict> {
        drops::judge(paths, self.settings.language())
    }

    pub fn read_lyrics_file(&self, path: &Path) -> Result<String> {
        drops::read_lyrics(path)
    }
}

fn named(field: &str, name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 120 {
        return Err(Error::InvalidField { field: field.into(), value: name.chars().take(40).collect() });
    }
    Ok(name.to_owned())
}

fn mib(count: u32) -> u64 {
    u64::from(count) << 20
}

fn notices(found: Vec<Found>, language: Language) -> Vec<Notice> {
    let notice = |error: Error, set_aside: &Path| Notice {
        problem: error.describe(language),
        set_aside: Some(set_aside.display().to_string()),
    };
    let told = found.iter().map(|found| match found {
        Found::DatabaseCorrupt { set_aside, restored_from } => {
            notice(Error::DatabaseCorrupt { restored: restored_from.is_some() }, set_aside)
        }
        Found::SettingsCorrupt { set_aside } => notice(Error::SettingsCorrupt, set_aside),
    });
    told.collect()
}
