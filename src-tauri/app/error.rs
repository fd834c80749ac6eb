//! The error as it crosses to the page.

use serde::{Deserialize, Serialize};
use son1k_domain::{ErrorCode, Problem};
use son1k_services::{Error, Services};
use specta::Type;

/// What a command could not do: a code for the page, message and hint in the user's language.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct CommandError {
    pub code: ErrorCode,
    pub message: String,
    pub hint: String,
}

pub type Result<T = ()> = std::result::Result<T, CommandError>;

impl From<Problem> for CommandError {
    fn from(Problem { code, message, hint }: Problem) -> Self {
        Self { code, message, hint }
    }
}

/// Words an error in the language of the studio.
pub trait Worded<T> {
    fn worded(self, services: &Services) -> Result<T>;
}

impl<T> Worded<T> for son1k_services::Result<T> {
    fn worded(self, services: &Services) -> Result<T> {
        self.map_err(|error| {
            if matches!(error, Error::Internal(_)) {
                tracing::error!(%error, "command failed");
            }
            error.describe(services.settings.language()).into()
        })
    }
}
