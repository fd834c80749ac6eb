use son1k_domain::encoding::{Depth, Encoding};
use son1k_sound::{Progress, SongTags, encode};

use super::*;

#[test]
fn a_close_up_shows_single_frames_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ramp.wav");
    let samples: Vec<f32> = (0..44_100).flat_map(|frame| [frame as f32 / 44_100.0, -0.25]).collect();
    let progress = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    let format = Encoding::Wav { depth: Depth::Int24 };
    encode(&samples, format, &path, &SongTags::default(), &progress).unwrap();
    let peaks = close_up(&path, 1_000..1_100, 100).unwrap();
    assert_eq!(peaks.max.len(), 100);
    for (at, highest) in peaks.max.iter().enumerate() {
        assert!((highest - (1_000 + at) as f32 / 44_100.0).abs() < 1e-5);
    }
    assert!(peaks.min.iter().all(|lowest| (lowest + 0.25).abs() < 1e-5));
    let few = close_up(&path, 44_090..44_200, 5).unwrap();
    assert!((few.duration.0 - 10.0 / 44_100.0).abs() < 1e-9 && few.max.len() == 5);
    assert!(close_up(&path, 50_000..50_010, 5).unwrap().max.is_empty());
    assert!(matches!(close_up(&folder.path().join("none.wav"), 0..9, 5), Err(Error::NotFound { .. })));
}
