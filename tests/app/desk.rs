//! A studio for one test: the real commands over a mock webview, real store, queue and engines in a temporary folder.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use son1k_domain::id::JobId;
use son1k_domain::job::Job;
use son1k_domain::project::Project;
use son1k_services::{Options, Services};
use son1k_studio::error::CommandError;
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindow, WebviewWindowBuilder};

/// Songs are short, but two cores may be busy with other tests.
const PATIENCE: Duration = Duration::from_secs(120);

/// An open studio. Dropping it leaves as a killed program would; [`Desk::close`] leaves politely.
pub struct Desk {
    pub services: Arc<Services>,
    window: WebviewWindow<MockRuntime>,
    _app: App<MockRuntime>,
}

impl Desk {
    /// Opens the studio whose data is in `folder`.
    pub fn open(folder: &Path) -> Self {
        // Set-up puts bank, one-shots and models there; without them no song can be made.
        let models = son1k_support::clone::weights();
        assert!(models.is_dir(), "run `cargo xtask setup` first");
        let data_dir = Some(folder.to_owned());
        let options =
            Options { data_dir, models: Some(models), queue: true, sound: true, ..Options::default() };
        let services = tauri::async_runtime::block_on(Services::open(options)).expect("the studio opens");
        let app = son1k_studio::build(mock_builder(), mock_context(noop_assets()), services.clone())
            .expect("builds");
        let window = WebviewWindowBuilder::new(&app, "main", Default::default()).build().expect("a window");
        Self { services, window, _app: app }
    }

    /// Calls a command as the page would.
    pub fn call<T: DeserializeOwned>(&self, command: &str, arguments: Value) -> Result<T, CommandError> {
        let request = InvokeRequest {
            cmd: command.into(),
            callback: tauri::ipc::CallbackFn(0),
            error: tauri::ipc::CallbackFn(1),
            url: "tauri://localhost".parse().expect("an address"),
            body: arguments.into(),
            headers: Default::default(),
            invoke_key: INVOKE_KEY.to_string(),
        };
        match get_ipc_response(&self.window, request) {
            Ok(body) => Ok(body.deserialize().expect("the answer has the promised shape")),
            Err(error) => {
                Err(serde_json::from_value(error.clone()).unwrap_or_else(|_| panic!("{command}: {error}")))
            }
        }
    }

    /// Calls a command that must work.
    pub fn done<T: DeserializeOwned>(&self, command: &str, arguments: Value) -> T {
        self.call(command, arguments).unwrap_or_else(|error| panic!("{command}: {error:?}"))
    }

    pub fn project(&self) -> Project {
        self.done("get_project", json!({}))
    }

    /// Queues a song.
    pub fn generate(&self, request: Value) -> JobId {
        self.done("generate", json!({ "request": request, "priority": "pro" }))
    }

    pub fn job(&self, id: &JobId) -> Job {
        let jobs: Vec<Job> = self.done("list_jobs", json!({}));
        jobs.into_iter().find(|job| job.id == *id).expect("the job is listed")
    }

    /// Waits until a job is as wanted.
    pub fn wait_for(&self, id: &JobId, wanted: impl Fn(&Job) -> bool) -> Job {
        let started = Instant::now();
        loop {
            let job = self.job(id);
            if wanted(&job) {
                return job;
            }
            assert!(started.elapsed() < PATIENCE, "waited too long for {job:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Makes a song of the request and returns the project with it.
    pub fn song(&self, request: Value) -> Project {
        let id = self.generate(request);
        let job = self.wait_for(&id, |job| job.state.is_final());
        assert_eq!(job.problem, None, "{job:?}");
        self.project()
    }

    /// Leaves politely: running jobs go back into the queue.
    pub fn close(self) {
        tauri::async_runtime::block_on(self.services.close(Duration::from_secs(5)));
    }
}
