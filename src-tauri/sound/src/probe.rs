//! What a file is, without decoding it: for checks before an import.

use std::path::Path;

use son1k_domain::sound::{Refusal, SoundFacts};

use crate::decode::Reader;
use crate::error::Result;

/// Beginnings of files that are no sound, by what they are.
const NO_SOUND: &[(usize, &[u8], &str)] = &[
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"GIF8", "GIF"),
    (8, b"WEBP", "WebP"),
    (0, b"BM", "BMP"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"%PDF", "PDF"),
    (0, b"PK\x03\x04", "ZIP"),
    (0, b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (0, b"Rar!\x1a\x07", "RAR"),
    (0, b"\x1f\x8b\x08", "gzip"),
    (0, b"\x7fELF", "ELF"),
    (0, b"MZ", "EXE"),
    (0, b"MThd", "MIDI"),
    (8, b"sfbk", "SoundFont"),
    (0, b"SQLite format 3\0", "SQLite"),
    (0, b"<!DOCTYPE", "HTML"),
    (0, b"<html", "HTML"),
    (0, b"<?xml", "XML"),
];

/// Beginnings of sound files of kinds that are not read.
const UNREAD: &[(usize, &[u8], &str)] = &[
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "WMA"),
    (0, b"wvpk", "WavPack"),
    (0, b"MAC ", "Monkey's Audio"),
    (0, b"MPCK", "Musepack"),
    (0, b"MP+", "Musepack"),
    (0, b"TTA1", "True Audio"),
    (0, b"DSD ", "DSF"),
    (0, b"FRM8", "DSDIFF"),
    (0, b"#!AMR", "AMR"),
    (0, b".snd", "AU"),
    (0, b".RMF", "RealAudio"),
    (0, b"\x0b\x77", "AC-3"),
    (0, b"\x7f\xfe\x80\x01", "DTS"),
    (8, b"AVI ", "AVI"),
    (0, b"FLV\x01", "FLV"),
];

/// Returns what a sound file is. Reads its head and decodes its first packet: rate and channels are those one hears,
/// whatever the container says.
///
/// # Errors
/// [`crate::Error::Io`] when the file cannot be read, [`crate::Error::Refused`] with the reason when it is not taken.
pub fn probe(path: &Path) -> Result<SoundFacts> {
    Ok(*Reader::open(path)?.facts())
}

/// Returns why a file that begins so is refused, where its beginning tells.
pub(crate) fn look(head: &[u8]) -> Option<Refusal> {
    let starts =
        |&&(at, magic, _): &&(usize, &[u8], &str)| head.get(at..).is_some_and(|rest| rest.starts_with(magic));
    let name = |entry: &(usize, &[u8], &str)| entry.2.to_owned();
    let unread = UNREAD.iter().find(starts).map(|entry| Refusal::UnknownKind(name(entry)));
    unread.or_else(|| NO_SOUND.iter().find(starts).map(|entry| Refusal::NotSound(Some(name(entry)))))
}

#[cfg(test)]
mod tests;
