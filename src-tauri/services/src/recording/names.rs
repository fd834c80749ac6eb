//! The names of takes: a word and a number, in the language of the studio, never twice.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use son1k_domain::setting::Language;

/// Makes an empty file with the next free name, one above the highest number in the folder: whoever deletes a take in
/// the middle does not get another one there.
pub(super) fn create(folder: &Path, language: Language) -> io::Result<(PathBuf, File)> {
    let word = match language {
        Language::En => "Take",
        Language::Es => "Toma",
    };
    let names = std::fs::read_dir(folder)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut number = names.filter_map(|name| number_in(&name, word)).max().unwrap_or(0);
    loop {
        number += 1;
        let path = folder.join(format!("{word} {number}.wav"));
        match File::create_new(&path) {
            // Another program may have been faster.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => return Ok((path, made?)),
        }
    }
}

/// Returns the number of a take, whatever became of its file since: "Take 3.flac", "Take 3 (edited).wav".
fn number_in(name: &str, word: &str) -> Option<u64> {
    let rest = name.strip_prefix(word)?.strip_prefix(' ')?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).map_or(rest, |end| &rest[..end]);
    // A number that long is none that was counted up to.
    digits.parse().ok().filter(|number| *number < u64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_are_numbered_on_in_both_languages_and_never_overwrite() {
        let folder = tempfile::tempdir().unwrap();
        let made = |language| {
            let (path, _) = create(folder.path(), language).unwrap();
            path.file_name().unwrap().to_str().unwrap().to_owned()
        };
        assert_eq!(made(Language::En), "Take 1.wav");
        assert_eq!(made(Language::En), "Take 2.wav");
        assert_eq!(made(Language::Es), "Toma 1.wav");
        for other in [
            "Take 7 (edited).flac",
            "Take.wav",
            "Take 99999999999999999999.wav",
            "Retake 50.wav",
            "Toma x.wav",
        ] {
            std::fs::write(folder.path().join(other), "mine").unwrap();
        }
        std::fs::remove_file(folder.path().join("Take 1.wav")).unwrap();
        assert_eq!(made(Language::En), "Take 8.wav");
        assert_eq!(made(Language::Es), "Toma 2.wav");
        let kept = std::fs::read_to_string(folder.path().join("Take 7 (edited).flac")).unwrap();
        assert_eq!(kept, "mine");
    }
}
