use std::path::Path;
use std::sync::atomic::AtomicBool;

use son1k_domain::encoding::{Depth, Encoding};
use son1k_domain::spectrogram::{COLUMNS, ROWS};
use son1k_gpu::Picture;
use son1k_sound::{Progress, SongTags, encode};

use super::*;

const WAV: Encoding = Encoding::Wav { depth: Depth::Int24 };

/// Writes a tone that begins at `from` and ends at `to`, in a sound of so many seconds.
fn tone(path: &Path, format: Encoding, hertz: f64, (from, to): (f64, f64), seconds: f64) {
    let at = |frame: usize| {
        let time = frame as f64 / 44_100.0;
        let loud = if (from..to).contains(&time) { 0.5 } else { 0.0 };
        (loud * (std::f64::consts::TAU * hertz * time).sin()) as f32
    };
    let samples: Vec<f32> = (0..(44_100.0 * seconds) as usize).flat_map(|frame| [at(frame); 2]).collect();
    let progress = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    encode(&samples, format, path, &SongTags::default(), &progress).unwrap();
}

fn seer() -> Arc<Seer> {
    let seer = Seer::default();
    assert!(seer.painter.set(Painter::on_processor()).is_ok());
    Arc::new(seer)
}

async fn tile(seer: &Arc<Seer>, path: &Path, zoom: u8, index: u32) -> Picture {
    let tile = Tile::new("content".into(), zoom, index).unwrap();
    png::decode(&seer.draw(path.to_owned(), tile).await.unwrap())
}

/// Returns how bright a pixel is, none where one sees through.
fn brightness(picture: &Picture, column: u32, row: u32) -> Option<u32> {
    let at = 4 * (row * picture.width + column) as usize;
    let pixel = &picture.pixels[at..at + 4];
    (pixel[3] > 0).then(|| pixel[..3].iter().map(|value| u32::from(*value)).sum())
}

/// Returns the row in which `hertz` is, from the highest.
fn row(hertz: f64) -> u32 {
    let from_below = (hertz / 20.0).ln() / 1_000f64.ln() * f64::from(ROWS - 1);
    ROWS - 1 - from_below.round() as u32
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tone_is_where_it_sounds_in_tiles_of_every_zoom() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tone.wav");
    tone(&path, WAV, 1_000.0, (10.0, 20.0), 30.0);
    let seer = seer();
    for zoom in 0..=MAX_ZOOM {
        let length = tile_seconds(zoom);
        let column_of = |time: f64| ((time / length).fract() * f64::from(COLUMNS)) as u32;
        let index_of = |time: f64| (time / length) as u32;
        let inside = tile(&seer, &path, zoom, index_of(15.5)).await;
        assert_eq!((inside.width, inside.height), (COLUMNS, ROWS));
        let column = column_of(15.5);
        let loud = brightness(&inside, column, row(1_000.0)).unwrap();
        let beside = brightness(&inside, column, row(4_000.0)).unwrap();
        assert!(loud > 350 && beside < 60, "zoom {zoom}: {loud} {beside}");
        let before = tile(&seer, &path, zoom, index_of(3.0)).await;
        let quiet = brightness(&before, column_of(3.0), row(1_000.0)).unwrap();
        assert!(quiet < 60, "zoom {zoom}: {quiet}");
        let behind = tile(&seer, &path, zoom, index_of(46.0)).await;
        assert_eq!(brightness(&behind, column_of(46.0), row(1_000.0)), None, "zoom {zoom}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn neighbouring_tiles_meet_without_a_seam_and_come_from_memory_the_second_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tone.flac");
    tone(&path, Encoding::Flac { depth: Depth::Int16 }, 700.0, (0.0, 40.0), 40.0);
    let seer = seer();
    let (left, right) = (tile(&seer, &path, 2, 1).await, tile(&seer, &path, 2, 2).await);
    for row in 0..ROWS {
        let ends = [brightness(&left, COLUMNS - 1, row).unwrap(), brightness(&right, 0, row).unwrap()];
        assert!(ends[0].abs_diff(ends[1]) < 12, "row {row}: {ends:?}");
    }
    std::fs::remove_file(&path).unwrap();
    assert_eq!(tile(&seer, &path, 2, 1).await, left);
    let tile = Tile::new("content".into(), 2, 9).unwrap();
    assert!(matches!(seer.draw(path, tile).await, Err(Error::NotFound { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_off_file_is_drawn_as_far_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("half.wav");
    tone(&path, WAV, 1_000.0, (0.0, 16.0), 16.0);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let picture = tile(&seer(), &path, 4, 0).await;
    assert!(brightness(&picture, COLUMNS / 2 - 8, row(1_000.0)).unwrap() > 350);
    assert_eq!(brightness(&picture, COLUMNS / 2 + 2, row(1_000.0)), None);
    std::fs::write(&path, b"only words").unwrap();
    let tile = Tile::new("words".into(), 4, 0).unwrap();
    assert!(matches!(seer().draw(path, tile).await, Err(Error::SoundRefused(_))));
    assert!(matches!(Tile::new(String::new(), MAX_ZOOM + 1, 0), Err(Error::InvalidField { .. })));
}

#[test]
fn a_whole_file_is_one_picture_and_wrong_wishes_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, out) = (folder.path().join("tone.mp3"), folder.path().join("tone.png"));
    tone(&path, Encoding::Mp3 { kbps: 192 }, 440.0, (0.0, 90.0), 180.0);
    let cancelled = AtomicBool::new(false);
    let progress = Progress { report: &|_| (), cancelled: &cancelled };
    let painter = Painter::on_processor();
    let size = PictureSize { width: 300, height: ROWS };
    let draw = |out: &Path, size| draw_file(&path, out, size, &painter, &progress);
    let drawn = draw(&out, size).unwrap();
    assert!((drawn.duration.0 - 180.0).abs() < 0.1 && drawn.is_whole, "{drawn:?}");
    assert_eq!(drawn.by, DrawnBy::Processor(None));
    let picture = png::decode(&std::fs::read(&out).unwrap());
    assert_eq!((picture.width, picture.height), (300, ROWS));
    assert!(brightness(&picture, 140, row(440.0)).unwrap() > 350);
    assert!(brightness(&picture, 160, row(440.0)).unwrap() < 60);
    assert!(brightness(&picture, 298, row(440.0)).is_some());

    let field = |drawn: Result<Drawn>| match drawn {
        Err(Error::InvalidField { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(field(draw(&folder.path().join("tone.jpg"), size)), "picture");
    assert_eq!(field(draw(&out, PictureSize { width: 0, ..size })), "width");
    assert_eq!(field(draw(&out, PictureSize { height: 5_000, ..size })), "height");
    let nowhere = draw(&folder.path().join("no/where.png"), size);
    assert!(matches!(nowhere, Err(Error::Unwritable { .. })), "{nowhere:?}");
    cancelled.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(matches!(draw(&out, size), Err(Error::Cancelled)));
}
