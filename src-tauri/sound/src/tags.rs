//! Tags and covers of sound files: read where they are, written to a copy that then takes the file's place.

use std::fs::File;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use lofty::TextEncoding;
use lofty::config::{ParseOptions, WriteOptions};
use lofty::error::FileEncodingError;
use lofty::file::{TaggedFile, TaggedFileExt};
use lofty::id3::v2::{ExtendedTextFrame, Frame, Id3v2Tag};
use lofty::ogg::tag::VorbisComments;
use lofty::picture::{Picture, PictureType};
use lofty::probe::Probe;
use lofty::tag::items::Timestamp;
use lofty::tag::{Accessor, ItemKey, Tag, TagExt, TagType};
use son1k_domain::library::{FileTags, TagChange, limits};
use son1k_domain::loudness::Loudness;

use crate::error::{Error, Result};

/// The loudness that ReplayGain 2.0 plays everything at, in LUFS.
const REFERENCE: f32 = -18.0;

/// The picture of a cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// `image/jpeg`, `image/png` …
    pub mime: String,
    pub bytes: Vec<u8>,
}

/// Returns the tags of a file, and whether it has a cover. A file of a kind without tags has none; tags that cannot be
/// read are none either, as the sound may still be good.
///
/// # Errors
/// [`Error::Io`] when the file cannot be read.
pub fn read_tags(path: &Path) -> Result<(FileTags, bool)> {
    Ok(open(path, true)?.map(|file| (tags_of(&file), cover_of(&file).is_some())).unwrap_or_default())
}

/// Returns the cover of a file: the front, or else the first picture.
///
/// # Errors
/// [`Error::Io`] when the file cannot be read.
pub fn read_cover(path: &Path) -> Result<Option<Cover>> {
    let Some(file) = open(path, true)? else { return Ok(None) };
    Ok(cover_of(&file).map(|picture| Cover {
        mime: picture.mime_type().map_or("image/jpeg", |mime| mime.as_str()).to_owned(),
        bytes: picture.data().to_vec(),
    }))
}

/// Writes a change of tags into every tag that a file has, and returns whether a file of this kind holds tags at all.
///
/// # Errors
/// [`Error::Io`] when the file cannot be read or written, [`Error::Tags`] when its tags cannot be.
pub fn write_tags(path: &Path, change: &TagChange) -> Result<bool> {
    rewrite(path, |tags| tags.iter_mut().for_each(|tag| apply(tag, change)))
}

/// Writes a cover into a file, `None` takes every picture out; returns whether a file of this kind holds pictures.
///
/// # Errors
/// [`Error::Tags`] for bytes that are no picture; as [`write_tags`].
pub fn write_cover(path: &Path, picture: Option<&[u8]>) -> Result<bool> {
    let picture = picture.map(|mut bytes| Picture::from_reader(&mut bytes)).transpose();
    let mut picture = picture.map_err(|error| Error::Tags(error.to_string()))?;
    if let Some(picture) = &mut picture {
        picture.set_pic_type(PictureType::CoverFront);
    }
    rewrite(path, |tags| {
        for tag in tags.iter_mut() {
            while tag.picture_count() > 0 {
                tag.remove_picture(0);
            }
        }
        if let (Some(first), Some(picture)) = (tags.first_mut(), picture) {
            first.push_picture(picture);
        }
    })
}

/// Writes the tags, the cover and the birth certificate of `source`, and its loudness as ReplayGain 2.0, into a finished
/// `file`; returns whether it holds any.
///
/// # Errors
/// [`Error::Io`] when a file cannot be read or written; [`Error::Refused`] when the file would not be readable
/// afterwards; [`Error::Tags`].
pub fn carry(source: &Path, file: &Path, loudness: &Loudness) -> Result<bool> {
    let before = crate::probe(file)?;
    let Some(finished) = open(file, false)? else { return Ok(false) };
    let kind = finished.primary_tag_type();
    let carried = open(source, true)?.and_then(|source| in_order(&source).first().copied().cloned());
    let certificate = carried.as_ref().and_then(certificate_of);
    let mut tag = carried.map_or_else(|| Tag::new(kind), without_credentials);
    tag.re_map(kind);
    add_replay_gain(&mut tag, loudness);
    // What was synthetic before it was cleaned or mastered is so afterwards.
    let _kinds_without_fields_of_their_own = certificate.map(|certificate| certify(&mut tag, &certificate));
    if !tag.is_empty() {
        let save = || save(&tag, file);
        let saved =
            catch_unwind(AssertUnwindSafe(save)).map_err(|_| Error::Tags("the file is damaged".into()))?;
        saved.map_err(|error| refused(&error))?;
    }
    let after = crate::probe(file)?;
    Ok((before.rate, before.channels, before.codec) == (after.rate, after.channels, after.codec))
}

/// The field of the birth certificate: a text with a name of its own in ID3v2, or a Vorbis comment.
const CERTIFICATE: &str = "SON1K_CERTIFICATE";

/// Returns the birth certificate of a file, as it was written.
///
/// # Errors
/// [`Error::Io`] when the file cannot be read.
pub fn read_certificate(path: &Path) -> Result<Option<String>> {
    let Some(file) = open(path, false)? else { return Ok(None) };
    Ok(in_order(&file).into_iter().find_map(certificate_of))
}

fn certificate_of(tag: &Tag) -> Option<String> {
    match tag.tag_type() {
        TagType::Id3v2 => Id3v2Tag::from(tag.clone()).into_iter().find_map(|frame| match frame {
            Frame::UserText(text) if text.description == CERTIFICATE => Some(text.content.to_string()),
            _ => None,
        }),
        TagType::VorbisComments => VorbisComments::from(tag.clone()).get(CERTIFICATE).map(str::to_owned),
        _ => None,
    }
}

/// Writes a birth certificate into a field of its own, in place of one that is there; returns whether a file of this kind
/// has such fields. All that the studio writes have.
///
/// # Errors
/// As [`write_tags`].
pub fn write_certificate(path: &Path, certificate: &str) -> Result<bool> {
    let mut written = false;
    rewrite(path, |tags| {
        for tag in tags.iter_mut() {
            written |= certify(tag, certificate);
        }
    })?;
    Ok(written)
}

/// Content credentials are of one file: they are not true of what was made of it.
fn without_credentials(tag: Tag) -> Tag {
    if tag.tag_type() != TagType::Id3v2 {
        return tag;
    }
    let mut own = Id3v2Tag::new();
    for frame in Id3v2Tag::from(tag).into_iter().filter(|frame| !is_credentials(frame)) {
        own.insert(frame);
    }
    own.into()
}

/// An encapsulated object: behind the byte of the encoding is its media type.
fn is_credentials(frame: &Frame<'_>) -> bool {
    let Frame::Binary(object) = frame else { return false };
    let media_type = object.data.get(1..).unwrap_or_default();
    frame.id().as_str() == "GEOB"
        && [&b"application/c2pa\0"[..], b"application/x-c2pa-manifest-store\0"]
            .iter()
            .any(|known| media_type.starts_with(known))
}

fn certify(tag: &mut Tag, certificate: &str) -> bool {
    match tag.tag_type() {
        TagType::Id3v2 => {
            let mut own = Id3v2Tag::from(tag.clone());
            let text = ExtendedTextFrame::new(TextEncoding::UTF8, CERTIFICATE, certificate.to_owned());
            own.insert(Frame::UserText(text));
            *tag = own.into();
        }
        TagType::VorbisComments => {
            let mut own = VorbisComments::from(tag.clone());
            own.remove(CERTIFICATE).for_each(drop);
            own.push(CERTIFICATE.to_owned(), certificate.to_owned());
            *tag = own.into();
        }
        _ => return false,
    }
    true
}

/// What was measured of the source no longer holds.
fn add_replay_gain(tag: &mut Tag, loudness: &Loudness) {
    for stale in [ItemKey::ReplayGainAlbumGain, ItemKey::ReplayGainAlbumPeak] {
        tag.remove_key(stale);
    }
    if let Some(integrated) = loudness.integrated {
        tag.insert_text(ItemKey::ReplayGainTrackGain, format!("{:.2} dB", REFERENCE - integrated.0));
    }
    if let Some(peak) = loudness.true_peak {
        tag.insert_text(ItemKey::ReplayGainTrackPeak, format!("{:.6}", 10f32.powf(peak.0 / 20.0)));
    }
}

/// A disk that is full is not the fault of the tags.
fn refused(error: &(dyn std::error::Error + 'static)) -> Error {
    let mut cause = Some(error);
    while let Some(here) = cause {
        if let Some(io) = here.downcast_ref::<std::io::Error>() {
            return Error::Io(io.kind().into());
        }
        cause = here.source();
    }
    Error::Tags(error.to_string())
}

/// Returns a file with its tags; none for a kind that has no tags, or when they cannot be read.
fn open(path: &Path, pictures: bool) -> Result<Option<TaggedFile>> {
    let file = File::open(path)?;
    let mut options = ParseOptions::new();
    options.read_properties(false).read_cover_art(pictures);
    let parse = || {
        let probe = Probe::new(std::io::BufReader::new(file)).options(options).guess_file_type()?;
        Ok::<_, std::io::Error>(probe.file_type().is_some().then(|| probe.read().ok()).flatten())
    };
    // The parsers are written for files in good faith; a file made to break them must not take the studio along.
    Ok(catch_unwind(AssertUnwindSafe(parse)).unwrap_or(Ok(None))?)
}

fn tags_of(file: &TaggedFile) -> FileTags {
    let tags = in_order(file);
    let text = |get: fn(&Tag) -> Option<std::borrow::Cow<'_, str>>| {
        let found = tags.iter().filter_map(|tag| get(tag)).map(|text| clean(&text));
        found.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    };
    FileTags {
        title: text(Accessor::title),
        artist: text(Accessor::artist),
        album: text(Accessor::album),
        genre: text(Accessor::genre),
        year: tags.iter().find_map(|tag| tag.date()).map(|date| date.year).filter(|year| *year > 0),
        comment: text(Accessor::comment),
    }
}

/// Returns the tags of a file, the one that its kind prefers first.
fn in_order(file: &TaggedFile) -> Vec<&Tag> {
    let primary = file.primary_tag_type();
    let mut tags: Vec<&Tag> = file.tags().iter().collect();
    tags.sort_by_key(|tag| tag.tag_type() != primary);
    tags
}

fn cover_of(file: &TaggedFile) -> Option<&Picture> {
    let pictures: Vec<&Picture> = in_order(file).into_iter().flat_map(Tag::pictures).collect();
    let front = pictures.iter().find(|picture| picture.pic_type() == PictureType::CoverFront);
    front.or(pictures.first()).copied()
}

/// A text to write, with how it is written and how it is taken out.
type Text<'a> = (&'a Option<String>, fn(&mut Tag, String), fn(&mut Tag));

fn apply(tag: &mut Tag, change: &TagChange) {
    let texts: [Text; 5] = [
        (&change.title, Accessor::set_title, Accessor::remove_title),
        (&change.artist, Accessor::set_artist, Accessor::remove_artist),
        (&change.album, Accessor::set_album, Accessor::remove_album),
        (&change.genre, Accessor::set_genre, Accessor::remove_genre),
        (&change.comment, Accessor::set_comment, Accessor::remove_comment),
    ];
    for (wanted, set, remove) in texts {
        match wanted.as_deref().map(clean) {
            None => {}
            Some(text) if text.is_empty() => remove(tag),
            Some(text) => set(tag, text),
        }
    }
    match change.year {
        None => {}
        Some(0) => tag.remove_date(),
        Some(year) => tag.set_date(Timestamp { year, ..Timestamp::default() }),
    }
}

/// A zero byte ends a text in many formats, so none may be inside.
fn clean(text: &str) -> String {
    text.trim().chars().filter(|c| *c != '\0').take(limits::TAG_CHARS).collect()
}

/// Changes the tags of a copy, which takes the file's place once it is whole; the first of the tags is the one that the
/// file's kind prefers. Returns whether there can be any.
fn rewrite(path: &Path, change: impl FnOnce(&mut [Tag])) -> Result<bool> {
    let Some(file) = open(path, true)? else { return Ok(false) };
    let mut tags: Vec<Tag> = in_order(&file).into_iter().cloned().collect();
    if tags.first().is_none_or(|tag| tag.tag_type() != file.primary_tag_type()) {
        tags.insert(0, Tag::new(file.primary_tag_type()));
    }
    change(&mut tags);
    tags.retain(|tag| file.tag_support(tag.tag_type()).is_writable());
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut copy = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
    std::io::copy(&mut File::open(path)?, copy.as_file_mut())?;
    copy.as_file_mut().flush()?;
    copy.as_file().set_permissions(path.metadata()?.permissions())?;
    let save = || tags.iter().try_for_each(|tag| save(tag, copy.path()));
    let saved =
        catch_unwind(AssertUnwindSafe(save)).map_err(|_| Error::Tags("the file is damaged".into()))?;
    saved.map_err(|error| Error::Tags(error.to_string()))?;
    crate::probe(copy.path())?;
    copy.as_file().sync_all()?;
    copy.persist(path).map_err(|refused| refused.error)?;
    Ok(true)
}

/// Writes one tag into a file, with what only its own format knows.
fn save(tag: &Tag, path: &Path) -> std::result::Result<(), FileEncodingError> {
    match tag.tag_type() {
        TagType::Id3v2 => save_frames(tag, path),
        TagType::VorbisComments => {
            VorbisComments::from(tag.clone()).save_to_path(path, WriteOptions::default())
        }
        _ => tag.save_to_path(path, WriteOptions::default()),
    }
}

/// The frames of ID3 come out of a map without an order of its own, and the same tags must be the same bytes.
fn save_frames(tag: &Tag, path: &Path) -> std::result::Result<(), FileEncodingError> {
    let mut frames: Vec<Frame> = Id3v2Tag::from(tag.clone()).into_iter().collect();
    frames.sort_by_cached_key(|frame| {
        let description =
            if let Frame::UserText(text) = frame { text.description.to_string() } else { String::new() };
        (frame.id().as_str().to_owned(), description)
    });
    let mut ordered = Id3v2Tag::new();
    for frame in frames {
        ordered.insert(frame);
    }
    ordered.save_to_path(path, WriteOptions::default())
}

/// How the names of copies begin that are not whole yet.
pub const UNFINISHED: &str = ".son1k-";

#[cfg(test)]
mod tests;
