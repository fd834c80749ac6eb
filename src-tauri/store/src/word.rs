//! Values of enumerations as they stand in the database: the names they have on every wire.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// Returns the name of an enumeration's value.
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(Error::Damaged(format!("{other} is not a word"))),
    }
}

/// Returns the value of a name.
pub(crate) fn from_word<T: DeserializeOwned>(word: String) -> Result<T> {
    Ok(serde_json::from_value(serde_json::Value::String(word))?)
}
