//! What a dropped file is good for, judged before anything is read whole.

use std::path::Path;

use son1k_domain::generation::limits;
use son1k_domain::setting::Language;
use son1k_domain::system::{DropUse, DropVerdict};

use crate::{Error, Result, library};

/// Judges each file by kind and size.
pub fn judge(paths: &[String], language: Language) -> Vec<DropVerdict> {
    paths.iter().map(|path| verdict(path, language)).collect()
}

fn verdict(path: &str, language: Language) -> DropVerdict {
    let file = Path::new(path);
    let name = file.file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned());
    let (accepted_as, problem) = match use_of(file, &name) {
        Ok(accepted) => (Some(accepted), None),
        Err(error) => (None, Some(error.describe(language))),
    };
    DropVerdict { path: path.to_owned(), name, accepted_as, problem }
}

fn use_of(file: &Path, name: &str) -> Result<DropUse> {
    let facts = file.metadata().map_err(|_| Error::NotFound { what: name.to_owned() })?;
    if facts.is_dir() && file.join(son1k_project::DOCUMENT).is_file() || name == son1k_project::DOCUMENT {
        return Ok(DropUse::Project);
    }
    if facts.is_dir() {
        return Ok(DropUse::Sounds);
    }
    if !is_text(file) {
        return library::check(file).map(|_| DropUse::Sounds);
    }
    if facts.len() > limits::LYRICS_BYTES as u64 {
        let value = format!("{name} ({} kB)", facts.len() / 1000);
        return Err(Error::InvalidField { field: "lyrics".into(), value });
    }
    Ok(DropUse::Lyrics)
}

/// The only kind that is told by its name: any bytes may be a text.
fn is_text(file: &Path) -> bool {
    let extension = file.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    matches!(extension.as_deref(), Some("txt" | "md" | "lrc"))
}

/// Reads a text file of lyrics that [`judge`] accepted.
pub fn read_lyrics(path: &Path) -> Result<String> {
    let name = path.display().to_string();
    let facts = path.metadata().map_err(|_| Error::NotFound { what: name.clone() })?;
    if facts.is_dir() || !is_text(path) {
        return Err(Error::UnsupportedFile(name));
    }
    use_of(path, &name)?;
    let bytes = std::fs::read(path).map_err(|_| Error::NotFound { what: path.display().to_string() })?;
    String::from_utf8(bytes).map_err(|_| Error::UnsupportedFile(path.display().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_lyrics_and_a_picture_is_refused_with_a_hint() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("letra.txt");
        let picture = folder.path().join("foto.png");
        std::fs::write(&text, "la noche").unwrap();
        std::fs::write(&picture, [0u8; 8]).unwrap();
        let paths = [text, picture, folder.path().join("nada.txt")].map(|path| path.display().to_string());
        let verdicts = judge(&paths, Language::Es);
        assert_eq!(verdicts[0].accepted_as, Some(DropUse::Lyrics));
        let refused = verdicts[1].problem.as_ref().unwrap();
        assert!(!refused.message.is_empty() && refused.hint.contains("FLAC"), "{refused:?}");
        assert!(verdicts[2].problem.is_some());
    }

    #[test]
    fn a_huge_text_is_refused_without_reading_it() {
        let folder = tempfile::tempdir().unwrap();
        let huge = folder.path().join("huge.txt");
        std::fs::File::create(&huge).unwrap().set_len(4 << 30).unwrap();
        assert!(judge(&[huge.display().to_string()], Language::En)[0].problem.is_some());
        assert!(read_lyrics(&huge).is_err());
    }
}
