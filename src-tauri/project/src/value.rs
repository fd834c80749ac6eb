//! Plain values on their way into the document and back.

use loro::LoroValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// Turns plain data into one value of the document, and makes sure that it can be read back.
pub(crate) fn plain<T: Serialize + DeserializeOwned>(what: &'static str, data: &T) -> Result<LoroValue> {
    let refuse = |e: serde_json::Error| Error::Unkeepable { what, why: e.to_string() };
    let json = serde_json::to_value(data).map_err(refuse)?;
    // JSON has no "not a number": such a value would become null and make the document unreadable.
    T::deserialize(&json).map_err(refuse)?;
    Ok(json.into())
}

/// Reads plain data out of a value of the document.
pub(crate) fn read<T: DeserializeOwned>(value: &LoroValue) -> std::result::Result<T, String> {
    serde_json::from_value(serde_json::Value::from(value.clone())).map_err(|e| e.to_string())
}

/// Returns the entry of a map value; absent entries and values of another kind are `Null`.
pub(crate) fn entry<'a>(map: &'a LoroValue, key: &str) -> &'a LoroValue {
    static NULL: LoroValue = LoroValue::Null;
    match map {
        LoroValue::Map(map) => map.get(key).unwrap_or(&NULL),
        _ => &NULL,
    }
}

/// Reads the entry of a map value; the error names the key.
pub(crate) fn field<T: DeserializeOwned>(map: &LoroValue, key: &str) -> std::result::Result<T, String> {
    read(entry(map, key)).map_err(|e| format!("{key}: {e}"))
}

/// Returns the elements of a list value; anything else has none.
pub(crate) fn items(list: &LoroValue) -> &[LoroValue] {
    match list {
        LoroValue::List(list) => list,
        _ => &[],
    }
}

/// Returns the text of a string value; anything else is empty.
pub(crate) fn text(value: &LoroValue) -> &str {
    match value {
        LoroValue::String(text) => text,
        _ => "",
    }
}
