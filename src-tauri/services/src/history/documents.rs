//! Documents of versions, read out of the store and remembered: they never change.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};

use son1k_domain::id::VersionId;
use son1k_project::{DOCUMENT, Document};

use super::{Here, History, Trouble, lock, to_engine};
use crate::Result;

/// Documents that are remembered; one of a long song takes a few megabytes.
const KEPT: usize = 12;

/// The documents that were read last, the latest at the end.
#[derive(Default)]
pub(super) struct Documents(Mutex<VecDeque<(VersionId, Arc<Document>)>>);

impl Documents {
    fn get(&self, version: &VersionId) -> Option<Arc<Document>> {
        let mut kept = lock(&self.0);
        let at = kept.iter().position(|(known, _)| known == version)?;
        let found = kept.remove(at)?;
        kept.push_back(found.clone());
        Some(found.1)
    }

    fn keep(&self, version: &VersionId, document: Arc<Document>) {
        let mut kept = lock(&self.0);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((version.clone(), document));
    }
}

impl History {
    /// Returns the document of a version, with the assets of the project's folder.
    ///
    /// # Errors
    /// [`Trouble::NoDocument`] for a folder of files, [`Trouble::NoVersion`], [`Trouble::Damaged`],
    /// [`Error::ProjectCorrupt`](crate::Error::ProjectCorrupt).
    pub(super) fn document(&self, here: &Here, version: &VersionId) -> Result<Arc<Document>> {
        if !here.document {
            return Err(Trouble::NoDocument.into());
        }
        if let Some(document) = self.documents.get(version) {
            return Ok(document);
        }
        let bytes = self.vault()?.read(&to_engine(version), Path::new(DOCUMENT))?;
        let document = Arc::new(Document::from_bytes(&bytes, &here.folder)?);
        self.documents.keep(version, document.clone());
        Ok(document)
    }
}
