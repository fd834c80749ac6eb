//! What sounds look like, through the real commands: waveform, loudness over time, spectrogram.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use son1k_domain::ErrorCode;
use son1k_domain::id::{JobId, SoundId};
use son1k_domain::library::LibraryPage;
use son1k_domain::loudness::LoudnessCurve;
use son1k_domain::take::Peaks;
use son1k_domain::unit::{Db, Hertz, Seconds};
use son1k_support::tone;
use tempfile::tempdir;

use crate::desk::Desk;
use crate::library::wav;

fn taken_in(desk: &Desk, file: &Path) -> SoundId {
    let job: JobId = desk.done("import_sounds", json!({ "paths": [file], "collection": null }));
    desk.wait_for(&job, |job| job.state.is_final());
    let page: LibraryPage = desk.done("search_library", json!({ "query": { "limit": 10 } }));
    assert_eq!(page.rows.len(), 1, "{page:?}");
    page.rows[0].id.clone()
}

#[test]
fn a_sound_is_seen_at_every_zoom_and_from_the_cache_the_second_time() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("tone.wav");
    wav(&file, 997.0, 12.0);
    let data = folder.path().join("data");
    let desk = Desk::open(&data);
    let sound = taken_in(&desk, &file);

    let wave = |desk: &Desk, from: f64, to: f64, buckets: u32| -> Peaks {
        desk.done("get_sound_wave", json!({ "sound": sound, "from": from, "to": to, "buckets": buckets }))
    };
    let high = Db(-12.0).amplitude();
    for (from, to, buckets) in [(0.0, 12.0, 600), (3.0, 5.0, 200), (6.0, 6.01, 441), (11.9, 12.0, 4)] {
        let peaks = wave(&desk, from, to, buckets);
        assert_eq!(peaks.max.len(), buckets as usize);
        assert!((peaks.duration.0 - (to - from)).abs() < 1e-3, "{peaks:?}");
        let highest = peaks.max.iter().copied().fold(0.0, f32::max);
        assert!((highest - high).abs() < 0.01, "{from} {to}: {highest}");
    }
    // Half a period a frame at a time is the sine itself.
    let close = wave(&desk, 6.0, 6.0 + 44.0 / 44_100.0, 44);
    let expected = tone::sine(Hertz(997.0), Db(-12.0), Seconds(6.01));
    for (at, peak) in close.max.iter().enumerate() {
        assert!((peak - expected[2 * (6 * 44_100 + at)]).abs() < 1e-3, "{at}");
    }
    assert!((wave(&desk, 11.0, 99.0, 50).duration.0 - 1.0).abs() < 1e-6, "cut at the end");

    let curve: LoudnessCurve = desk.done("get_loudness_curve", json!({ "sound": sound }));
    assert_eq!((curve.spacing, curve.momentary.len()), (Seconds(0.1), 120));
    assert!((curve.momentary[60].unwrap().0 + 12.0).abs() < 0.5, "{:?}", curve.momentary[60]);

    let tile = |desk: &Desk, zoom: u8, index: u32| -> String {
        desk.done("get_spectrogram_tile", json!({ "sound": sound, "zoom": zoom, "index": index }))
    };
    let first = tile(&desk, 3, 1);
    assert!(first.starts_with("data:image/png;base64,iVBOR"), "{}", &first[..40]);
    assert_ne!(first, tile(&desk, 3, 0));
    // A second studio over the same data, without the file: all comes from the cache on the disk.
    let again = wave(&desk, 0.0, 12.0, 600);
    desk.close();
    let desk = Desk::open(&data);
    std::fs::remove_file(&file).unwrap();
    let started = Instant::now();
    assert_eq!(wave(&desk, 0.0, 12.0, 600), again);
    assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
    assert_eq!(tile(&desk, 3, 1), first);
    assert_eq!(
        desk.done::<LoudnessCurve>("get_loudness_curve", json!({ "sound": sound })).momentary.len(),
        120
    );
    let missing =
        desk.call::<String>("get_spectrogram_tile", json!({ "sound": sound, "zoom": 0, "index": 5 }));
    let missing = missing.unwrap_err();
    assert!(missing.code == ErrorCode::NotFound && !missing.hint.is_empty(), "{missing:?}");
    desk.close();
}

#[test]
fn wrong_stretches_zooms_and_sounds_are_refused() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("tone.wav");
    wav(&file, 300.0, 1.0);
    let desk = Desk::open(&folder.path().join("data"));
    let sound = taken_in(&desk, &file);
    let wave = |from: f64, to: f64, buckets: u32| json!({ "sound": sound, "from": from, "to": to, "buckets": buckets });
    for arguments in [wave(1.0, 0.0, 10), wave(0.0, 1.0, 0), wave(0.0, 1.0, 1_000_000)] {
        let refused = desk.call::<Peaks>("get_sound_wave", arguments).unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidField, "{refused:?}");
    }
    let zoom = desk.call::<String>("get_spectrogram_tile", json!({ "sound": sound, "zoom": 13, "index": 0 }));
    assert_eq!(zoom.unwrap_err().code, ErrorCode::InvalidField);
    let unknown = desk.call::<LoudnessCurve>("get_loudness_curve", json!({ "sound": "nobody" }));
    assert_eq!(unknown.unwrap_err().code, ErrorCode::NotFound);
    desk.close();
}
