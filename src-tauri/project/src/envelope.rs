//! The document file: a magic number, the blake3 hash of the rest, then the length of a loro snapshot, the snapshot and
//! the steps that can be taken back. Both are in one file, so that no crash can set them at odds. The first format had
//! the snapshot alone behind the hash; it is still read.
//!
//! The hash is checked before the library sees a byte: its decoder is lazy, so that damage would show up late.

use std::panic::{AssertUnwindSafe, catch_unwind};

use loro::{ExportMode, Frontiers, LoroDoc};

const MAGIC: &[u8; 6] = b"SON1K\x02";
const WITHOUT_STEPS: &[u8; 6] = b"SON1K\x01";
const UPDATES: &[u8; 6] = b"SON1K\x55";
const HASH: usize = blake3::OUT_LEN;
const LENGTH: usize = size_of::<u64>();

/// What is in a document file.
#[derive(Debug, PartialEq)]
pub(crate) struct Content<'a> {
    snapshot: &'a [u8],
    pub steps: &'a [u8],
}

/// Wraps a snapshot of the whole history. Never a shallow one: those make the library panic (loro issues 924, 1068).
pub(crate) fn seal(doc: &LoroDoc, steps: &[u8]) -> std::result::Result<Vec<u8>, String> {
    let snapshot = guarded(|| doc.export(ExportMode::Snapshot).map_err(|e| e.to_string()))?;
    Ok(wrap(MAGIC, &snapshot, steps))
}

fn wrap(magic: &[u8], first: &[u8], second: &[u8]) -> Vec<u8> {
    let mut rest = Vec::with_capacity(LENGTH + first.len() + second.len());
    rest.extend_from_slice(&(first.len() as u64).to_le_bytes());
    rest.extend_from_slice(first);
    rest.extend_from_slice(second);
    [magic, blake3::hash(&rest).as_bytes(), &rest].concat()
}

fn whole(rest: &[u8]) -> std::result::Result<&[u8], String> {
    let (hash, content) = rest.split_at_checked(HASH).ok_or("it ends too early")?;
    let intact = blake3::hash(content).as_bytes() == hash;
    if intact { Ok(content) } else { Err("its content is damaged".to_owned()) }
}

fn unwrap(content: &[u8]) -> std::result::Result<(&[u8], &[u8]), String> {
    let (length, rest) = content.split_first_chunk::<LENGTH>().ok_or("it ends too early")?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|e| e.to_string())?;
    Ok(rest.split_at_checked(length).ok_or("it ends too early")?)
}

/// Returns what is inside, if the file is whole.
pub(crate) fn content(bytes: &[u8]) -> std::result::Result<Content<'_>, String> {
    if let Some(rest) = bytes.strip_prefix(WITHOUT_STEPS) {
        return Ok(Content { snapshot: whole(rest)?, steps: &[] });
    }
    let rest = bytes.strip_prefix(MAGIC).ok_or("it is not a project document")?;
    let (snapshot, steps) = unwrap(whole(rest)?)?;
    Ok(Content { snapshot, steps })
}

/// Reads a document, and the steps beside it, out of the bytes of a file.
pub(crate) fn unseal(bytes: &[u8]) -> std::result::Result<(LoroDoc, &[u8]), String> {
    let Content { snapshot, steps } = content(bytes)?;
    let doc = guarded(|| {
        let meta = LoroDoc::decode_import_blob_meta(snapshot, true).map_err(|e| e.to_string())?;
        if !matches!(meta.mode, loro::EncodedBlobMode::Snapshot) {
            return Err("it is not a full snapshot".to_owned());
        }
        let doc = LoroDoc::from_snapshot(snapshot).map_err(|e| e.to_string())?;
        // Decodes everything now, so that a hostile document fails here and not in the middle of a session.
        doc.get_deep_value();
        Ok(doc)
    })?;
    Ok((doc, steps))
}

/// Wraps what `doc` has beyond `known`, and the version that this leads to.
pub(crate) fn seal_updates(
    doc: &LoroDoc,
    known: &loro::VersionVector,
) -> std::result::Result<Vec<u8>, String> {
    let updates = guarded(|| doc.export(ExportMode::updates(known)).map_err(|e| e.to_string()))?;
    Ok(wrap(UPDATES, &doc.state_frontiers().encode(), &updates))
}

/// Returns the version that updates lead to, and the updates, if they are whole.
pub(crate) fn unseal_updates(bytes: &[u8]) -> std::result::Result<(Frontiers, &[u8]), String> {
    let rest = bytes.strip_prefix(UPDATES).ok_or("it is no change of a project")?;
    let (version, updates) = unwrap(whole(rest)?)?;
    Ok((Frontiers::decode(version).map_err(|e| e.to_string())?, updates))
}

/// Turns a panic of the library into an error: on hostile bytes its decoder is not free of them.
pub(crate) fn guarded<T>(
    work: impl FnOnce() -> std::result::Result<T, String>,
) -> std::result::Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("the library gave up on it".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> LoroDoc {
        let doc = LoroDoc::new();
        doc.get_text("lyrics").insert(0, "one two three").unwrap();
        for i in 0..200 {
            doc.get_list("notes").push(vec![i.into(), (i * 7).into()] as Vec<loro::LoroValue>).unwrap();
        }
        doc.commit();
        doc
    }

    #[test]
    fn a_sealed_document_reads_back() {
        let doc = sample();
        let bytes = seal(&doc, b"steps").unwrap();
        let (read, steps) = unseal(&bytes).unwrap();
        assert_eq!((read.get_deep_value(), steps), (doc.get_deep_value(), &b"steps"[..]));
    }

    #[test]
    fn a_document_of_the_first_format_still_opens() {
        let doc = sample();
        let snapshot = doc.export(ExportMode::Snapshot).unwrap();
        let bytes = [&WITHOUT_STEPS[..], blake3::hash(&snapshot).as_bytes(), &snapshot].concat();
        let (read, steps) = unseal(&bytes).unwrap();
        assert_eq!((read.get_deep_value(), steps), (doc.get_deep_value(), &b""[..]));
        assert!(unseal(&bytes[..bytes.len() - 1]).is_err());
    }

    #[test]
    fn every_truncation_is_refused() {
        let bytes = seal(&sample(), b"[]").unwrap();
        for length in 0..bytes.len() {
            assert!(unseal(&bytes[..length]).is_err(), "{length} of {} bytes", bytes.len());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_flipped_bit_is_refused(at in any::<prop::sample::Index>(), bit in 0..8u8) {
            let mut bytes = seal(&sample(), b"[]").unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(unseal(&bytes).is_err());
        }

        /// A forger can make the outer hash right; the library must then answer or fail, never take the studio down.
        #[test]
        fn forged_content_never_panics(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
            let doc = sample();
            let mut snapshot = doc.export(ExportMode::Snapshot).unwrap();
            for (at, byte) in flips {
                let at = at.index(snapshot.len());
                snapshot[at] = byte;
            }
            if let Ok((read, _)) = unseal(&wrap(MAGIC, &snapshot, &[])) {
                prop_assert_eq!(read.get_deep_value(), doc.get_deep_value());
            }
        }

        #[test]
        fn noise_is_refused(noise in prop::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(unseal(&wrap(MAGIC, &noise, &noise)).is_err());
            prop_assert!(unseal_updates(&noise).is_err());
            prop_assert!(unseal(&noise).is_err());
        }
    }
}
