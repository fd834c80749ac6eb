//! What is printed: words for people on standard error and output, one JSON object for programs.

use std::process::ExitCode;
use std::sync::{PoisonError, RwLock};

use son1k_domain::setting::Language;
use son1k_domain::system::Notice;
use son1k_domain::{ErrorCode, Problem};
use son1k_services::Error;

/// The printer of this run.
pub struct Report {
    pub json: bool,
    language: RwLock<Language>,
}

impl Report {
    pub fn new(json: bool) -> Self {
        Self { json, language: RwLock::new(son1k_services::system_language()) }
    }

    /// Speaks another language from now on.
    pub fn speak(&self, language: Language) {
        *self.language.write().unwrap_or_else(PoisonError::into_inner) = language;
    }

    pub fn language(&self) -> Language {
        *self.language.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prints the result object.
    pub fn object(&self, value: &impl serde::Serialize) {
        match serde_json::to_string_pretty(value) {
            Ok(text) => println!("{text}"),
            Err(error) => eprintln!("son1k: {error}"),
        }
    }

    /// Tells what was found damaged and mended on opening.
    pub fn notice(&self, notice: &Notice) {
        eprintln!("son1k: {} {}", notice.problem.message, notice.problem.hint);
        if let Some(file) = &notice.set_aside {
            eprintln!("       {file}");
        }
    }

    /// Tells what was left out, and how to mend it.
    pub fn warning(&self, what: &str, problem: &Problem) {
        eprintln!("son1k: {what}: {}", problem.message);
        eprintln!("       {}", problem.hint);
    }

    /// Prints what could not be done. Exit code 2 says that the request was wrong, 1 that the machine was.
    pub fn failure(&self, error: &Error) -> ExitCode {
        let problem = error.describe(self.language());
        if let Error::Internal(details) = error {
            tracing::error!(details, "failed");
        }
        if self.json {
            self.object(&serde_json::json!({ "error": problem }));
        }
        eprintln!("son1k: {}", problem.message);
        if !problem.hint.is_empty() {
            eprintln!("       {}", problem.hint);
        }
        match problem.code {
            ErrorCode::EmptyPrompt
            | ErrorCode::PromptTooLong
            | ErrorCode::InvalidField
            | ErrorCode::CostUnconfirmed => ExitCode::from(2),
            ErrorCode::Cancelled => ExitCode::from(130),
            _ => ExitCode::FAILURE,
        }
    }
}
