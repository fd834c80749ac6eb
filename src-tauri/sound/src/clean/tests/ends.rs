use super::*;
use crate::Error;
use crate::clean::{Edges, Fades, Levels, Reel};

fn edges(samples: &[f32], spec: Spec) -> crate::Result<Edges> {
    let mut levels = Levels::new(spec);
    samples.chunks(1_000 * usize::from(spec.channels)).for_each(|block| levels.push(block));
    levels.edges()
}

/// A second and a half of room, two seconds of piano, one second of room.
fn take(room: f64) -> Vec<f32> {
    let mut sound = noise(4.5, room);
    for (sample, note) in sound[66_150..].iter_mut().zip(piano(2.0, RATE)) {
        *sample += note;
    }
    sound
}

#[test]
fn the_room_before_and_behind_the_music_is_cut_off() {
    for room in [0.0, 1e-5, 3e-4, 8e-4] {
        let edges = edges(&take(room), MONO).unwrap();
        // The music begins at 1.5 s and ends at 3.5 s; up to 20 ms before and 50 ms behind it are kept.
        let (start, end) = (edges.start as f64 / 44_100.0, edges.end as f64 / 44_100.0);
        assert!((1.465..=1.5).contains(&start), "{room}: {start}");
        assert!((3.4..=3.57).contains(&end), "{room}: {end}");
        assert!(edges.fade_in > 0 && edges.fade_out > 0);
    }
}

#[test]
fn a_sound_without_silence_is_not_cut() {
    for sound in [sawtooth(110.0, 3.0), noise(3.0, 0.05), noise(3.0, 1e-3), noise(0.003, 0.1)] {
        let whole = Edges { start: 0, end: sound.len() as u64, fade_in: 0, fade_out: 0 };
        assert_eq!(edges(&sound, MONO).unwrap(), whole);
    }
}

#[test]
fn a_quiet_beginning_of_a_song_is_music() {
    let mut song = piano(8.0, RATE);
    song[..88_200].iter_mut().for_each(|sample| *sample *= 0.05);
    let edges = edges(&song, MONO).unwrap();
    assert!(edges.start < 2_000, "{edges:?}");
}

#[test]
fn silence_alone_is_refused() {
    let dither: Vec<f32> = noise(2.0, 1.5e-5);
    for sound in [vec![0.0; 88_200], dither, Vec::new()] {
        assert!(matches!(edges(&sound, STEREO), Err(Error::Silent)));
    }
}

#[test]
fn fades_are_as_long_as_they_are_asked_to_be() {
    let fades = Fades { frames: 100, fade_in: 10, fade_out: 20 };
    let mut samples = vec![1.0; 200];
    // In two blocks, as sound comes.
    let (first, second) = samples.split_at_mut(90);
    fades.apply(0, 2, first);
    fades.apply(45, 2, second);
    let left: Vec<f32> = samples.iter().step_by(2).copied().collect();
    assert_eq!((left[0], left[99]), (0.0, 0.0));
    assert!(left[1] > 0.0 && left[9] < 1.0 && left[98] > 0.0 && left[80] < 1.0);
    assert!(left[10..80].iter().all(|sample| *sample == 1.0));
    assert!((left[5] - 0.5).abs() < 1e-6, "the middle of a fade is at −6 dB");
    assert!(left.windows(2).take(10).all(|pair| pair[0] < pair[1]));
    assert!(samples.chunks(2).all(|frame| frame[0] == frame[1]));
}

#[test]
fn fades_that_are_longer_than_the_sound_do_not_fit() {
    let fades = |fade_in, fade_out| Fades { frames: 100, fade_in, fade_out };
    assert!(fades(100, 0).fit() && fades(40, 60).fit() && fades(0, 0).fit());
    assert!(!fades(101, 0).fit() && !fades(60, 60).fit() && !fades(u64::MAX, 5).fit());
}

#[test]
fn a_reel_gives_back_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut reel = Reel::new(folder.path(), STEREO).unwrap();
    let sound: Vec<f32> = noise(2.0, 0.5);
    sound.chunks(1_234).for_each(|block| reel.write(block).unwrap());
    assert_eq!(reel.frames(), 44_100);
    let mut again = Vec::new();
    reel.play(100, 40_000, |block| {
        again.extend_from_slice(block);
        Ok(())
    })
    .unwrap();
    assert_eq!(again, sound[200..80_000]);
    reel.write(&[0.25, -0.25]).unwrap();
    let mut last = Vec::new();
    reel.play(44_100, u64::MAX, |block| {
        last.extend_from_slice(block);
        Ok(())
    })
    .unwrap();
    assert_eq!(last, [0.25, -0.25]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a reel has no name");
}
