//! What a kill, or a loss of power, left of a take: made whole, taken into the library and told.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use son1k_audio::recorder::{self, TakeFile};
use son1k_domain::unit::Seconds;

use super::Deck;
use super::journal::Entry;

/// What was found at the place of a noted take.
#[derive(Debug, PartialEq)]
enum Found {
    Take(Seconds),
    /// A take that had not begun, or none at all.
    Nothing,
    /// What cannot be looked at now.
    Unknown,
}

impl Deck {
    /// Looks after the takes that were noted when the studio started.
    pub(super) async fn recover(self: Arc<Self>, left: Vec<Entry>) {
        for entry in left {
            let take = entry.take.clone();
            let Ok(found) = tokio::task::spawn_blocking(move || look(&take)).await else { continue };
            match found {
                Found::Take(duration) => {
                    tracing::info!(seconds = duration.0, "a take that was cut off is made whole");
                    let take =
                        TakeFile { path: entry.take.clone(), duration, lost: Seconds(0.0), stumbles: 0 };
                    self.keep(take, Some(entry), None, true).await;
                }
                Found::Nothing => self.journal.end(&entry),
                Found::Unknown => {}
            }
        }
    }
}

fn look(take: &Path) -> Found {
    match recorder::repair(take) {
        Ok(Seconds(0.0)) => {
            if let Err(error) = std::fs::remove_file(take) {
                tracing::warn!(%error, "a take that had not begun could not be removed");
            }
            Found::Nothing
        }
        Ok(duration) => Found::Take(duration),
        Err(son1k_audio::Error::Io(error)) => match error.kind() {
            ErrorKind::InvalidData => {
                tracing::warn!(path = %take.display(), "what is in the place of a take is none, and left alone");
                Found::Nothing
            }
            // Its disk may come back.
            ErrorKind::NotFound if take.parent().is_some_and(Path::is_dir) => Found::Nothing,
            _ => Found::Unknown,
        },
        Err(error) => {
            tracing::warn!(%error, path = %take.display(), "a take that was cut off cannot be looked at");
            Found::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_takes_are_touched() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let empty = file("Take 1.wav", b"");
        assert_eq!((look(&empty), empty.exists()), (Found::Nothing, false));
        assert_eq!(look(&empty), Found::Nothing);
        let words = file("Take 2.wav", b"not a take but words");
        assert_eq!((look(&words), words.exists()), (Found::Nothing, true));
        assert_eq!(look(&folder.path().join("unplugged/Take 3.wav")), Found::Unknown);
    }
}
