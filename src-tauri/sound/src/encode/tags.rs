//! What a song file says about itself.

use son1k_domain::music::{Key, PITCH_NAMES};
use son1k_domain::unit::Bpm;

/// Texts that travel inside a song file. Empty texts are left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SongTags {
    pub title: String,
    pub artist: String,
    pub comment: String,
    pub bpm: Option<Bpm>,
    pub key: Option<Key>,
}

impl SongTags {
    /// Returns the tags under the names of Vorbis comments (FLAC and Ogg).
    pub(super) fn vorbis_comments(&self) -> Vec<(&'static str, String)> {
        self.named(["TITLE", "ARTIST", "COMMENT", "BPM", "KEY"])
    }

    /// Returns the tags as an ID3v2.4 block (id3.org, "ID3 tag version 2.4.0", native frames); empty without tags.
    pub(super) fn id3(&self) -> Vec<u8> {
        let mut frames = Vec::new();
        for (name, text) in self.named(["TIT2", "TPE1", "COMM", "TBPM", "TKEY"]) {
            let mut body = vec![UTF8];
            if name == "COMM" {
                body.extend_from_slice(b"eng\0");
            }
            body.extend_from_slice(text.as_bytes());
            frames.extend_from_slice(name.as_bytes());
            frames.extend_from_slice(&syncsafe(body.len()));
            frames.extend_from_slice(&[0, 0]);
            frames.extend_from_slice(&body);
        }
        if frames.is_empty() {
            return frames;
        }
        let mut block = b"ID3\x04\0\0".to_vec();
        block.extend_from_slice(&syncsafe(frames.len()));
        block.extend_from_slice(&frames);
        block
    }

    /// Returns the texts of a RIFF INFO list (title, artist, comment), zero-terminated.
    pub(super) fn riff_info(&self) -> Vec<u8> {
        let mut list = b"INFO".to_vec();
        for (name, text) in self.named(["INAM", "IART", "ICMT", "", ""]) {
            if name.is_empty() {
                continue;
            }
            list.extend_from_slice(name.as_bytes());
            list.extend_from_slice(&(text.len() as u32 + 1).to_le_bytes());
            list.extend_from_slice(text.as_bytes());
            list.push(0);
            if text.len() % 2 == 0 {
                list.push(0);
            }
        }
        if list.len() == 4 { Vec::new() } else { list }
    }

    fn named(&self, names: [&'static str; 5]) -> Vec<(&'static str, String)> {
        let values = [
            clean(&self.title),
            clean(&self.artist),
            clean(&self.comment),
            self.bpm.map(|bpm| format!("{}", bpm.0.round())).unwrap_or_default(),
            self.key.map(short_key).unwrap_or_default(),
        ];
        names.into_iter().zip(values).filter(|(_, value)| !value.is_empty()).collect()
    }
}

const UTF8: u8 = 3;

/// No tag of a song needs more, and every format holds this much without trouble.
const LONGEST_TEXT: usize = 4_096;

/// A zero byte ends a text in every format here, so none may be inside.
fn clean(text: &str) -> String {
    let mut clean: String = text.trim().chars().filter(|c| *c != '\0').collect();
    let end = (0..=LONGEST_TEXT.min(clean.len())).rev().find(|&at| clean.is_char_boundary(at)).unwrap_or(0);
    clean.truncate(end);
    clean
}

/// Writes a key in the three characters that TKEY allows; the other modes become the one with the same third.
fn short_key(key: Key) -> String {
    let name = PITCH_NAMES[usize::from(key.tonic.0 % 12)];
    if key.mode.is_minor() { format!("{name}m") } else { name.to_owned() }
}

/// Writes a length with seven bits a byte, as ID3 does.
fn syncsafe(length: usize) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| (length >> shift) as u8 & 0x7F)
}

#[cfg(test)]
mod tests {
    use super::*;
    use son1k_domain::music::{Mode, PitchClass};

    #[test]
    fn a_key_fits_the_three_characters_of_id3() {
        assert_eq!(short_key(Key { tonic: PitchClass(6), mode: Mode::Dorian }), "F#m");
        assert_eq!(short_key(Key { tonic: PitchClass(10), mode: Mode::Lydian }), "Bb");
    }

    #[test]
    fn empty_tags_write_nothing() {
        assert!(SongTags::default().id3().is_empty());
        assert!(SongTags::default().riff_info().is_empty());
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let tags = SongTags { title: "ñ".repeat(5_000), ..SongTags::default() };
        assert_eq!(tags.vorbis_comments()[0].1.chars().count(), 2_048);
    }
}
