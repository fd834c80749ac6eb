//! A look at a shared library before the system loads it.
//!
//! The loader maps a truncated library, and the program dies when it touches a page behind the end of the file; so that
//! is found out here, where it can still be said.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Layout of the ELF64 header (System V ABI, "ELF Header").
const HEADER_BYTES: usize = 64;
const SECTION_TABLE: usize = 0x28;
const SECTION_BYTES: usize = 0x3A;
const SECTION_COUNT: usize = 0x3C;

/// Returns why the file cannot be a whole library of this system; `None` when nothing speaks against loading it.
pub(crate) fn flaw(path: &Path) -> Option<String> {
    match head(path) {
        Err(error) => Some(error.to_string()),
        Ok((header, bytes)) if cfg!(target_os = "linux") => elf_flaw(&header, bytes),
        Ok(_) => None,
    }
}

fn head(path: &Path) -> io::Result<([u8; HEADER_BYTES], u64)> {
    let mut header = [0; HEADER_BYTES];
    let mut file = File::open(path)?;
    file.read_exact(&mut header)?;
    Ok((header, file.metadata()?.len()))
}

fn elf_flaw(header: &[u8; HEADER_BYTES], bytes: u64) -> Option<String> {
    // 2 = 64 bit, 1 = little-endian: the desktops that have an ONNX Runtime.
    if !header.starts_with(b"\x7fELF\x02\x01") {
        return Some("it is no library of this system".into());
    }
    let short = |at: usize| u64::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let mut offset = [0; 8];
    offset.copy_from_slice(&header[SECTION_TABLE..SECTION_TABLE + 8]);
    // Linkers write the section table last.
    let end = u64::from_le_bytes(offset).saturating_add(short(SECTION_BYTES) * short(SECTION_COUNT));
    (bytes < end).then(|| format!("it is cut short: {bytes} of {end} bytes"))
}
