//! What an import would do, while the files are still in the air.

use std::time::{Duration, Instant};

use son1k_domain::library::{ImportPreview, PreviewedSound, RefusedFile};
use son1k_domain::setting::Language;

use super::{Library, look, walk};
use crate::{Error, Result};

/// Whoever drags waits no longer for the picture.
const PATIENCE: Duration = Duration::from_millis(400);
const MOST_FILES: usize = 1_000;
/// Sounds and refused files that are named.
const NAMED: usize = 8;

impl Library {
    /// Says what of these files and folders can be taken, from the first bytes of each file.
    pub async fn preview(&self, paths: Vec<String>) -> Result<ImportPreview> {
        let language = self.settings.language();
        let looking = tokio::task::spawn_blocking(move || preview(&paths, language));
        looking.await.map_err(|error| Error::Internal(error.to_string()))
    }
}

fn preview(paths: &[String], language: Language) -> ImportPreview {
    let start = Instant::now();
    let mut preview = ImportPreview::default();
    for (index, path) in walk::files(paths).enumerate() {
        if index == MOST_FILES || (index > 0 && start.elapsed() > PATIENCE) {
            preview.more = true;
            break;
        }
        let text = path.display().to_string();
        match look::check(&path) {
            Ok(facts) => {
                preview.sounds += 1;
                preview.bytes += facts.bytes;
                if preview.first.len() < NAMED {
                    let name = son1k_store::library::name_of(&text).to_owned();
                    preview.first.push(PreviewedSound { path: text, name, facts });
                }
            }
            Err(error) => {
                preview.refused_total += 1;
                if preview.refused.len() < NAMED {
                    preview.refused.push(RefusedFile { path: text, problem: error.describe(language) });
                }
            }
        }
    }
    preview
}
