//! Any bytes, taken for a sound file: probed, read, gone to and fro in. Nothing may escape, hang or grow.
//!
//! The first corpus is any handful of short sound files of every kind; a second of each is enough.

#![no_main]

use std::sync::Once;

use libfuzzer_sys::fuzz_target;
use son1k_sound::Reader;

/// Frames read at most: what takes no bytes to say takes time to hear.
const MOST: u64 = 400_000;

static QUIET: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    // The fuzzer's own hook ends the process at a decoder's panic, which the reader catches. A panic that escapes still
    // ends it.
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let Ok(mut reader) = Reader::in_memory(bytes.to_vec()) else { return };
    let channels = usize::from(reader.facts().channels);
    let mut block = Vec::new();
    let mut hear = |reader: &mut Reader, most: u64| {
        let until = reader.position().saturating_add(most);
        while let Ok(frames @ 1..) = reader.read(&mut block) {
            assert_eq!(block.len(), frames * channels);
            assert!(block.iter().all(|sample| sample.is_finite()));
            if reader.position() > until {
                break;
            }
        }
    };
    hear(&mut reader, MOST);
    let middle = reader.frames().unwrap_or(reader.position()) / 2;
    for frame in [middle, 1, u64::MAX / 4] {
        if reader.seek(frame).is_ok() {
            hear(&mut reader, 10_000);
        }
    }
});
