//! The document file: a magic number, the format, the blake3 hash of the rest, then a loro snapshot.
//!
//! The hash is checked before the library sees a byte: its decoder is lazy, so that damage would show up late.

use std::panic::{AssertUnwindSafe, catch_unwind};

use loro::{ExportMode, LoroDoc};

const MAGIC: &[u8; 6] = b"SON1K\x01";
const HASH: usize = blake3::OUT_LEN;

/// Wraps a snapshot of the whole history. Never a shallow one: those make the library panic (loro issues 924, 1068).
pub(crate) fn seal(doc: &LoroDoc) -> std::result::Result<Vec<u8>, String> {
    let snapshot = guarded(|| doc.export(ExportMode::Snapshot).map_err(|e| e.to_string()))?;
    Ok(wrap(&snapshot))
}

fn wrap(snapshot: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(MAGIC.len() + HASH + snapshot.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(blake3::hash(snapshot).as_bytes());
    bytes.extend_from_slice(snapshot);
    bytes
}

/// Returns the snapshot inside, if the file is whole.
pub(crate) fn content(bytes: &[u8]) -> std::result::Result<&[u8], String> {
    let rest = bytes.strip_prefix(MAGIC).ok_or("it is not a project document")?;
    let (hash, snapshot) = rest.split_at_checked(HASH).ok_or("it ends too early")?;
    if blake3::hash(snapshot).as_bytes() == hash {
        Ok(snapshot)
    } else {
        Err("its content is damaged".to_owned())
    }
}

/// Reads a document out of the bytes of a file.
pub(crate) fn unseal(bytes: &[u8]) -> std::result::Result<LoroDoc, String> {
    let snapshot = content(bytes)?;
    guarded(|| {
        let meta = LoroDoc::decode_import_blob_meta(snapshot, true).map_err(|e| e.to_string())?;
        if !matches!(meta.mode, loro::EncodedBlobMode::Snapshot) {
            return Err("it is not a full snapshot".to_owned());
        }
        let doc = LoroDoc::from_snapshot(snapshot).map_err(|e| e.to_string())?;
        // Decodes everything now, so that a hostile document fails here and not in the middle of a session.
        doc.get_deep_value();
        Ok(doc)
    })
}

/// Turns a panic of the library into an error: on hostile bytes its decoder is not free of them.
fn guarded<T>(work: impl FnOnce() -> std::result::Result<T, String>) -> std::result::Result<T, String> {
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
        let read = unseal(&seal(&doc).unwrap()).unwrap();
        assert_eq!(read.get_deep_value(), doc.get_deep_value());
    }

    #[test]
    fn every_truncation_is_refused() {
        let bytes = seal(&sample()).unwrap();
        for length in 0..bytes.len() {
            assert!(unseal(&bytes[..length]).is_err(), "{length} of {} bytes", bytes.len());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_flipped_bit_is_refused(at in any::<prop::sample::Index>(), bit in 0..8u8) {
            let mut bytes = seal(&sample()).unwrap();
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
            if let Ok(read) = unseal(&wrap(&snapshot)) {
                prop_assert_eq!(read.get_deep_value(), doc.get_deep_value());
            }
        }

        #[test]
        fn noise_is_refused(noise in prop::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(unseal(&wrap(&noise)).is_err());
            prop_assert!(unseal(&noise).is_err());
        }
    }
}
