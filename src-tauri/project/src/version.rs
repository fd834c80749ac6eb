//! A point in a document's own history.

use std::fmt;
use std::str::FromStr;

use loro::Frontiers;

use crate::steps::{from_hex, to_hex};
use crate::{Error, Result};

/// A state that a document was in once: it can be forked, exported and looked at from there. As text it can be kept
/// beside other things; it means something only to documents that have this state in their history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(pub(crate) Frontiers);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl FromStr for Version {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        from_hex(text).map(Self).ok_or_else(|| Error::NoVersion(text.chars().take(80).collect()))
    }
}
