//! SoundFont 3 into SoundFont 2: the same bank with its samples unpacked.
//!
//! An sf3 is an sf2 whose samples are Ogg Vorbis streams: `shdr` then holds byte offsets into `smpl`, loop points that
//! count from the sample's start, and the flag 0x10 in the sample type. The layout is that of the SoundFont Technical
//! Specification 2.04; the packing is MuseScore's, which sets the version to 3.

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::samples::decode_bytes;

/// Bytes of one sample header, SoundFont 2.04 section 7.10.
const HEADER: usize = 46;
/// Zero samples the specification wants after each sample (section 6.1).
const GUARD: usize = 46;
/// MuseScore's mark of a Vorbis-packed sample.
const PACKED: u16 = 0x10;
/// Most sample values a bank may hold: an sf2 counts bytes with 32 bits, and nobody's memory is endless.
const MAX_VALUES: usize = 512 * 1024 * 1024;

/// Returns the bank as an sf2. A bank that is already an sf2 comes out as an equal bank.
///
/// # Errors
/// [`Error::Sound`] when the bytes are no SoundFont, are cut off, point outside themselves or hold a sample that
/// cannot be decoded.
pub fn sf3_to_sf2(bytes: &[u8]) -> Result<Vec<u8>> {
    let bank = Bank::read(bytes)?;
    let samples =
        bank.headers.par_iter().map(|header| header.unpack(bank.samples)).collect::<Result<Vec<_>>>()?;
    let total: usize = samples.iter().map(|s| s.len() + GUARD).sum();
    if total > MAX_VALUES {
        return Err(damaged("it holds too many samples"));
    }
    let mut wave = Vec::with_capacity(total * 2);
    let mut headers = Vec::with_capacity((bank.headers.len() + 1) * HEADER);
    for (header, sample) in bank.headers.iter().zip(&samples) {
        headers.extend_from_slice(&header.moved_to((wave.len() / 2) as u32, sample.len() as u32));
        wave.extend(sample.iter().flat_map(|v| v.to_le_bytes()));
        wave.resize(wave.len() + GUARD * 2, 0);
    }
    headers.extend_from_slice(bank.terminator);
    Ok(bank.written(&wave, &headers))
}

fn damaged(what: &str) -> Error {
    Error::Sound(format!("the sound bank is damaged: {what}"))
}

/// A named stretch of bytes of a RIFF file.
struct Chunk<'a> {
    id: [u8; 4],
    data: &'a [u8],
}

/// Splits a RIFF list into its chunks.
fn chunks(mut rest: &[u8]) -> Result<Vec<Chunk<'_>>> {
    let mut found = Vec::new();
    while rest.len() >= 8 {
        let id = [rest[0], rest[1], rest[2], rest[3]];
        let size = u32::from_le_bytes([rest[4], rest[5], rest[6], rest[7]]) as usize;
        let data = rest.get(8..8usize.saturating_add(size)).ok_or_else(|| damaged("a chunk is cut off"))?;
        found.push(Chunk { id, data });
        // RIFF pads chunks to even sizes. Sf3 writers leave the pad out after an odd `smpl`, so look for it.
        let padded = size + (size & 1);
        rest = rest.get(8 + size..).unwrap_or_default();
        if padded > size && rest.first() == Some(&0) {
            rest = &rest[1..];
        }
    }
    Ok(found)
}

/// The parts of a bank that matter here.
struct Bank<'a> {
    info: Vec<Chunk<'a>>,
    samples: &'a [u8],
    parameters: Vec<Chunk<'a>>,
    headers: Vec<Header>,
    /// The last header, which ends the list.
    terminator: &'a [u8],
}

impl<'a> Bank<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self> {
        if bytes.len() < 12 || &bytes[..4] != b"RIFF" || &bytes[8..12] != b"sfbk" {
            return Err(Error::Sound("the file is not a SoundFont".into()));
        }
        let lists = chunks(&bytes[12..])?;
        let list = |kind: &[u8; 4]| {
            lists
                .iter()
                .find(|c| &c.id == b"LIST" && c.data.starts_with(kind))
                .map(|c| &c.data[4..])
                .ok_or_else(|| damaged("a part is missing"))
        };
        let sample_chunks = chunks(list(b"sdta")?)?;
        let samples = find(&sample_chunks, b"smpl")?;
        let parameters = chunks(list(b"pdta")?)?;
        let table = find(&parameters, b"shdr")?;
        if table.len() < HEADER || table.len() % HEADER != 0 {
            return Err(damaged("the list of samples has a wrong size"));
        }
        let (table, terminator) = table.split_at(table.len() - HEADER);
        let headers = table.chunks_exact(HEADER).map(Header::read).collect();
        Ok(Self { info: chunks(list(b"INFO")?)?, samples, parameters, headers, terminator })
    }

    /// Writes the bank with new samples and sample headers.
    fn written(&self, wave: &[u8], headers: &[u8]) -> Vec<u8> {
        let mut info = b"INFO".to_vec();
        for chunk in &self.info {
            // Version 2.04 in place of 3: that is what the result is.
            let data: &[u8] = if &chunk.id == b"ifil" { &[2, 0, 4, 0] } else { chunk.data };
            put(&mut info, &chunk.id, data);
        }
        let mut parameters = b"pdta".to_vec();
        for chunk in &self.parameters {
            put(&mut parameters, &chunk.id, if &chunk.id == b"shdr" { headers } else { chunk.data });
        }
        let sample_list = wave.len() + 12;
        let body = 4 + (8 + info.len()) + (8 + sample_list) + (8 + parameters.len());
        let mut out = Vec::with_capacity(body + 8);
        out.extend_from_slice(b"RIFF");
        out.extend_from_slice(&(body as u32).to_le_bytes());
        out.extend_from_slice(b"sfbk");
        put(&mut out, b"LIST", &info);
        out.extend_from_slice(b"LIST");
        out.extend_from_slice(&(sample_list as u32).to_le_bytes());
        out.extend_from_slice(b"sdta");
        put(&mut out, b"smpl", wave);
        put(&mut out, b"LIST", &parameters);
        out
    }
}

fn find<'a>(list: &[Chunk<'a>], id: &[u8; 4]) -> Result<&'a [u8]> {
    list.iter().find(|c| &c.id == id).map(|c| c.data).ok_or_else(|| damaged("a part is missing"))
}

/// Appends a chunk, padded to an even size.
fn put(out: &mut Vec<u8>, id: &[u8; 4], data: &[u8]) {
    out.extend_from_slice(id);
    out.extend_from_slice(&(data.len() as u32).to_le_bytes());
    out.extend_from_slice(data);
    if data.len() % 2 == 1 {
        out.push(0);
    }
}

/// A sample header.
struct Header {
    bytes: [u8; HEADER],
}

impl Header {
    fn read(bytes: &[u8]) -> Self {
        let mut copy = [0; HEADER];
        copy.copy_from_slice(bytes);
        Self { bytes: copy }
    }

    fn field(&self, at: usize) -> u32 {
        u32::from_le_bytes([self.bytes[at], self.bytes[at + 1], self.bytes[at + 2], self.bytes[at + 3]])
    }

    fn kind(&self) -> u16 {
        u16::from_le_bytes([self.bytes[44], self.bytes[45]])
    }

    fn packed(&self) -> bool {
        self.kind() & PACKED != 0
    }

    /// Returns the 16-bit values of the sample, mono.
    fn unpack(&self, samples: &[u8]) -> Result<Vec<i16>> {
        let (start, end) = (self.field(20) as usize, self.field(24) as usize);
        // An unpacked sample counts in values of two bytes, a packed one in bytes.
        let unit = if self.packed() { 1 } else { 2 };
        let data = samples
            .get(start.saturating_mul(unit)..end.saturating_mul(unit))
            .ok_or_else(|| damaged("a sample lies outside the file"))?;
        if !self.packed() {
            return Ok(data.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect());
        }
        let sample = decode_bytes(data.to_vec()).map_err(|e| damaged(&e.to_string()))?;
        let to_i16 = |v: f32| (v * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16;
        Ok(sample.values.chunks_exact(sample.channels).map(|frame| to_i16(frame[0])).collect())
    }

    /// Returns the header for a sample of `length` values that now starts at value `start`.
    fn moved_to(&self, start: u32, length: u32) -> [u8; HEADER] {
        let origin = if self.packed() { 0 } else { self.field(20) };
        let moved = |at: usize| start + self.field(at).saturating_sub(origin).min(length);
        let mut bytes = self.bytes;
        for (at, value) in [(20, start), (24, start + length), (28, moved(28)), (32, moved(32))] {
            bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        }
        bytes[44..46].copy_from_slice(&(self.kind() & !PACKED).to_le_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bank without presets that holds one unpacked sample of `values`.
    fn bank(values: &[i16], header: impl Fn(&mut [u8; HEADER])) -> Vec<u8> {
        let mut record = [0u8; HEADER];
        record[24..28].copy_from_slice(&(values.len() as u32).to_le_bytes());
        record[32..36].copy_from_slice(&(values.len() as u32).to_le_bytes());
        header(&mut record);
        let mut table = record.to_vec();
        table.extend_from_slice(&[0; HEADER]);
        let mut info = b"INFO".to_vec();
        put(&mut info, b"ifil", &[3, 0, 1, 0]);
        let mut data = b"sdta".to_vec();
        put(&mut data, b"smpl", &values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>());
        let mut parameters = b"pdta".to_vec();
        put(&mut parameters, b"shdr", &table);
        let mut body = b"sfbk".to_vec();
        for list in [info, data, parameters] {
            put(&mut body, b"LIST", &list);
        }
        let mut out = Vec::new();
        put(&mut out, b"RIFF", &body);
        out
    }

    #[test]
    fn an_unpacked_sample_keeps_its_values_and_gets_its_guard() {
        let out = sf3_to_sf2(&bank(&[1, -2, 3, -4], |_| {})).unwrap();
        let read = Bank::read(&out).unwrap();
        assert_eq!(read.headers[0].unpack(read.samples).unwrap(), [1, -2, 3, -4]);
        assert_eq!(read.samples.len(), (4 + GUARD) * 2);
        assert_eq!(&read.info[0].data[..4], &[2, 0, 4, 0]);
    }

    #[test]
    fn damaged_banks_give_an_error() {
        let good = bank(&[1, -2, 3, -4], |_| {});
        for cut in 0..good.len() - 1 {
            assert!(sf3_to_sf2(&good[..cut]).is_err() || cut + 2 > good.len(), "cut at {cut}");
        }
        let outside = bank(&[1, 2], |h| h[24..28].copy_from_slice(&u32::MAX.to_le_bytes()));
        assert!(matches!(sf3_to_sf2(&outside), Err(Error::Sound(_))));
        let backwards = bank(&[1, 2], |h| h[20..24].copy_from_slice(&2u32.to_le_bytes()[..]));
        assert!(sf3_to_sf2(&backwards).is_ok_and(|b| b.len() > 12));
        let not_vorbis = bank(&[1, 2], |h| h[44] = PACKED as u8);
        assert!(matches!(sf3_to_sf2(&not_vorbis), Err(Error::Sound(_))));
    }

    #[test]
    fn every_flipped_byte_gives_an_answer_and_no_panic() {
        let good = bank(&[5; 16], |_| {});
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0xff;
            let _: Result<Vec<u8>> = sf3_to_sf2(&bad);
        }
    }
}
