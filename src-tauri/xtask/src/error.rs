//! What went wrong and what to do about it.

use std::fmt;

/// The outcome of a step that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// A step that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What could not be done, in lower case.
    pub message: String,
    /// A full sentence that says what to do; may be empty.
    pub hint: String,
}

impl Error {
    /// Makes an error of what could not be done and what to do.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.hint.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}\n  {}", self.message, self.hint)
        }
    }
}

impl std::error::Error for Error {}

/// Says what was attempted when the system refuses.
pub fn io(attempt: &str) -> impl FnOnce(std::io::Error) -> Error + '_ {
    move |cause| Error::new(format!("could not {attempt}: {cause}"), "")
}
