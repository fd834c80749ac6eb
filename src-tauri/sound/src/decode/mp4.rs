//! What symphonia leaves unread in MP4 files (ISO/IEC 14496-12): the edit list, which says what of a track is sound and
//! what its encoder put before and behind, and whether a track is encrypted.

use super::source::Source;

/// Atoms looked at before giving up on a file.
const MOST_ATOMS: usize = 10_000;

/// What a track says about itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Track {
    pub(super) id: u32,
    sounds: bool,
    /// Ticks in a second of the track.
    scale: u32,
    /// Ticks of the track before its sound begins.
    start: u64,
    /// Length of the sound in ticks of the film; 0 is "all".
    length: u64,
    protected: bool,
}

/// What of a track is sound, in frames.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) lead: u64,
    pub(super) end: Option<u64>,
}

/// The tracks of a film.
#[derive(Debug, Default)]
pub(super) struct Film {
    scale: u32,
    tracks: Vec<Track>,
}

impl Film {
    /// Reads the atoms that matter; what is damaged stays at nothing.
    pub(super) fn read(source: &mut Source) -> Self {
        let mut walk = Walk { source, film: Self::default(), left: MOST_ATOMS };
        let end = walk.source.length();
        // What could not be read counts as not said.
        let _read = walk.inside(0, end, 0);
        walk.film
    }

    /// Returns whether there is sound, and all of it is encrypted.
    pub(super) fn is_protected(&self) -> bool {
        let mut sounds = self.tracks.iter().filter(|track| track.sounds).peekable();
        sounds.peek().is_some() && sounds.all(|track| track.protected)
    }

    /// Returns the edit of a track whose samples last `frames` at `rate`.
    pub(super) fn edit(&self, id: u32, rate: u32, frames: Option<u64>) -> Edit {
        let Some(track) = self.tracks.iter().find(|track| track.id == id && track.scale > 0) else {
            return Edit { lead: 0, end: frames };
        };
        let frames_of = |ticks: u64, scale: u32| {
            (u128::from(ticks) * u128::from(rate) / u128::from(scale.max(1))).min(u128::from(u64::MAX)) as u64
        };
        let lead = frames_of(track.start, track.scale);
        let left = frames.map(|frames| frames.saturating_sub(lead));
        let said = Some(frames_of(track.length, self.scale)).filter(|_| track.length > 0 && self.scale > 0);
        // The film counts in coarser ticks than the track: within one of them the track knows better.
        let tick = frames_of(1, self.scale) + 1;
        let end = match (left, said) {
            (Some(left), Some(said)) if left.abs_diff(said) > tick => Some(left.min(said)),
            (None, said) => said,
            (left, _) => left,
        };
        Edit { lead, end }
    }
}

struct Walk<'a> {
    source: &'a mut Source,
    film: Film,
    left: usize,
}

impl Walk<'_> {
    fn inside(&mut self, mut at: u64, end: u64, depth: u8) -> Option<()> {
        while at + 8 <= end {
            self.left = self.left.checked_sub(1)?;
            let mut head = [0; 16];
            let length = self.source.read_at(at, &mut head).ok()?;
            let (size, body) = match u32_at(&head, 0)? {
                _ if length < 8 => return None,
                0 => (end - at, at + 8),
                1 => (u64_at(&head, 8)?, at + 16),
                size => (u64::from(size), at + 8),
            };
            let next = at.checked_add(size).filter(|&next| next >= body && next <= end)?;
            match &head[4..8] {
                b"moov" | b"trak" | b"mdia" | b"minf" | b"stbl" | b"edts" if depth < 8 => {
                    if &head[4..8] == b"trak" {
                        self.film.tracks.push(Track::default());
                    }
                    self.inside(body, next, depth + 1)?;
                }
                name => self.take(name.try_into().ok()?, body, next),
            }
            at = next;
        }
        Some(())
    }

    fn take(&mut self, name: [u8; 4], body: u64, end: u64) {
        if ![b"mvhd", b"tkhd", b"mdhd", b"hdlr", b"elst", b"stsd"].contains(&&name) {
            return;
        }
        let mut bytes = [0; 64];
        let room = bytes.len().min((end - body) as usize);
        if self.source.read_at(body, &mut bytes[..room]).is_ok() {
            // A field that is cut off is not said.
            let _said = self.note(name, &bytes);
        }
    }

    fn note(&mut self, name: [u8; 4], bytes: &[u8]) -> Option<()> {
        let wide = bytes[0] == 1;
        if &name == b"mvhd" {
            self.film.scale = u32_at(bytes, if wide { 20 } else { 12 })?;
            return Some(());
        }
        let track = self.film.tracks.last_mut()?;
        match &name {
            b"tkhd" => track.id = u32_at(bytes, if wide { 20 } else { 12 })?,
            b"mdhd" => track.scale = u32_at(bytes, if wide { 20 } else { 12 })?,
            b"hdlr" => track.sounds = &bytes[8..12] == b"soun",
            b"stsd" => track.protected = [&b"enca"[..], b"drms"].contains(&&bytes[12..16]),
            b"elst" => (track.length, track.start) = first_edit(bytes, wide)?,
            _ => {}
        }
        Some(())
    }
}

/// Returns length and start of the first edit that is not empty: an empty one (start −1) only delays the track. With
/// several edits the length is left open, so that nothing is cut off.
fn first_edit(bytes: &[u8], wide: bool) -> Option<(u64, u64)> {
    let count = u32_at(bytes, 4)? as usize;
    for entry in 0..count {
        let at = 8 + entry * if wide { 20 } else { 12 };
        let (length, start) = match wide {
            true => (u64_at(bytes, at)?, u64_at(bytes, at + 8)? as i64),
            false => (u64::from(u32_at(bytes, at)?), i64::from(u32_at(bytes, at + 4)? as i32)),
        };
        if let Ok(start) = u64::try_from(start) {
            return Some((if entry + 1 == count { length } else { 0 }, start));
        }
    }
    None
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|bytes| u64::from_be_bytes(*bytes))
}
