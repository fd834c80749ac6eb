//! Sounds of the library, as the device hears them.

use super::*;
use son1k_domain::encoding::{Depth, Encoding};
use son1k_sound::encode::{SongTags, Spec, Writer};
use son1k_sound::loudness::Gauge;
use std::path::Path;
use std::sync::atomic::AtomicBool;

const RATE: u32 = 44_100;

const PLAIN: Listening = Listening { crossfade: Seconds(0.0), repeat: false, speed: 1.0 };

/// A steady tone told by its frame, so that pieces of it are pieces of one wave.
fn wave(hertz: f64, rate: u32, frames: std::ops::Range<usize>) -> Vec<f32> {
    frames
        .map(|frame| {
            let turns = (frame as f64 * hertz / f64::from(rate)).fract();
            (0.5 * (std::f64::consts::TAU * turns).sin()) as f32
        })
        .collect()
}

fn noise(seed: u32, level: f32, frames: usize) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        level * (f64::from(state) / f64::from(u32::MAX) * 2.0 - 1.0) as f32
    };
    (0..frames).map(|_| next()).collect()
}

/// A sound file with the same on all its channels: floating point as WAV, 24 bits as FLAC.
fn write(folder: &Path, name: &str, rate: u32, channels: u8, samples: &[f32]) -> SoundFile {
    let path = folder.join(name);
    let encoding = match name.ends_with("flac") {
        true => Encoding::Flac { depth: Depth::Int24 },
        false => Encoding::Wav { depth: Depth::Float32 },
    };
    let (spec, never) = (Spec { rate, channels }, AtomicBool::new(false));
    let mut writer = Writer::create(&path, spec, encoding, &SongTags::default(), &never).unwrap();
    let frames: Vec<f32> = samples.iter().flat_map(|sample| vec![*sample; channels.into()]).collect();
    writer.write(&frames).unwrap();
    writer.finish().unwrap();
    SoundFile { path, duration: Some(Seconds(samples.len() as f64 / f64::from(rate))) }
}

/// A player of sounds whose sound goes into the hands of the test.
struct Ear {
    player: Player,
    outlets: Receiver<Outlet>,
    outlet: Outlet,
    events: Receiver<PlayerEvent>,
    folder: tempfile::TempDir,
}

impl Ear {
    fn at(rate: u32) -> Self {
        let (taker, outlets) = channel();
        let (tell, events) = channel();
        let player =
            Player::begin(Target::Hands { rate, taker }, Box::new(move |event| drop(tell.send(event))));
        let outlet = outlets.recv().unwrap();
        Self { player, outlets, outlet, events, folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, samples: &[f32]) -> SoundFile {
        write(self.folder.path(), name, RATE, 2, samples)
    }

    fn take(&mut self, frames: usize) -> Vec<f32> {
        take(&self.player, &mut self.outlet, frames)
    }

    /// Takes everything up to the end, without the silence after it.
    fn take_all(&mut self) -> Vec<f32> {
        let mut heard = Vec::new();
        while self.player.is_playing() && heard.len() < 100 * RATE as usize {
            heard.extend(self.take(4_096));
            std::thread::sleep(Duration::from_millis(if self.outlet.line_is_draining() { 15 } else { 0 }));
        }
        heard.truncate(heard.iter().rposition(|sample| *sample != 0.0).map_or(0, |last| last + 1));
        heard
    }

    fn event(&self) -> PlayerEvent {
        self.events.recv_timeout(Duration::from_secs(3)).unwrap()
    }

    fn position(&self) -> f64 {
        self.player.frame().position.0
    }
}

fn steepest(samples: &[f32]) -> f32 {
    samples.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
}

/// The loudest frequency, from a transform over 0.74 s.
fn pitch(samples: &[f32]) -> f64 {
    let length = 32_768;
    let transform = realfft::RealFftPlanner::<f32>::new().plan_fft_forward(length);
    let mut input = samples[..length].to_vec();
    let turn = std::f32::consts::TAU / length as f32;
    input.iter_mut().enumerate().for_each(|(n, sample)| *sample *= 0.5 - 0.5 * (turn * n as f32).cos());
    let mut output = transform.make_output_vec();
    transform.process(&mut input, &mut output).unwrap();
    let loudest = output.iter().enumerate().max_by(|a, b| a.1.norm_sqr().total_cmp(&b.1.norm_sqr())).unwrap();
    loudest.0 as f64 * f64::from(RATE) / length as f64
}

#[test]
fn a_wave_cut_into_three_files_of_two_formats_plays_as_one() {
    let cuts = [0, 30_011, 53_777, 91_003];
    for rate in [44_100, 48_000] {
        let mut ear = Ear::at(rate);
        let whole = wave(441.3, RATE, 0..cuts[3]);
        let part = |n: usize| &whole[cuts[n]..cuts[n + 1]];
        let files = vec![ear.file("1.wav", part(0)), ear.file("2.flac", part(1)), ear.file("3.wav", part(2))];
        ear.player.load_sounds(files, 0, PLAIN).unwrap();
        ear.player.play().unwrap();
        let heard = ear.take_all();
        let stereo: Vec<f32> = whole.iter().flat_map(|sample| [*sample; 2]).collect();
        let expected = son1k_sound::Resampler::new(RATE, rate, 2).unwrap().whole(&stereo).unwrap();
        let expected: Vec<f32> = expected.iter().step_by(2).copied().collect();
        assert!(heard.len().abs_diff(expected.len()) <= 1, "{} of {}", heard.len(), expected.len());
        let count = heard.len().min(expected.len());
        assert_same(&heard[..count], &expected[..count], 2e-6);
        assert!(steepest(&heard[..count - 300]) < 0.5 * std::f32::consts::TAU * 441.3 / 44_100.0 * 1.01);
        assert_eq!(ear.player.underruns(), 0);
    }
}

#[test]
fn the_sound_that_is_heard_is_told_and_the_end_is_stopped_at_the_start() {
    let mut ear = Ear::at(RATE);
    let tone = wave(300.0, RATE, 0..20_000);
    let files = vec![ear.file("1.wav", &tone), ear.file("2.wav", &tone[..15_000])];
    ear.player.load_sounds(files, 0, PLAIN).unwrap();
    assert_eq!((ear.player.state(), ear.player.current()), (PlaybackState::Stopped, Some(0)));
    ear.player.play().unwrap();
    ear.take(19_000);
    assert_eq!(ear.player.current(), Some(0));
    assert!((ear.position() - 19_000.0 / 44_100.0).abs() < 1e-9);
    ear.take(2_000);
    assert_eq!(ear.event(), PlayerEvent::Moved);
    assert_eq!((ear.player.current(), ear.player.duration()), (Some(1), Seconds(15_000.0 / 44_100.0)));
    assert!((ear.position() - 1_000.0 / 44_100.0).abs() < 1e-9, "{}", ear.position());
    ear.take_all();
    assert_eq!(ear.event(), PlayerEvent::Ended);
    assert_eq!((ear.player.state(), ear.player.current()), (PlaybackState::Stopped, Some(0)));
    assert_eq!(ear.position(), 0.0);
    ear.player.play().unwrap();
    assert_same(&ear.take(5_000), &tone[..5_000], 0.0);
}

#[test]
fn a_queue_that_repeats_goes_on_without_a_gap() {
    let mut ear = Ear::at(RATE);
    let tone = noise(3, 0.5, 9_001);
    let file = ear.file("1.wav", &tone);
    ear.player.load_sounds(vec![file], 0, Listening { repeat: true, ..PLAIN }).unwrap();
    ear.player.play().unwrap();
    let expected: Vec<f32> = tone.iter().cycle().take(40_000).copied().collect();
    assert_same(&ear.take(40_000), &expected, 0.0);
}

#[test]
fn a_cross_fade_keeps_the_power_and_takes_its_time() {
    let mut ear = Ear::at(RATE);
    let frames = 3 * RATE as usize;
    let files = vec![ear.file("1.wav", &noise(1, 0.4, frames)), ear.file("2.wav", &noise(2, 0.4, frames))];
    ear.player.load_sounds(files, 0, Listening { crossfade: Seconds(1.0), ..PLAIN }).unwrap();
    ear.player.play().unwrap();
    let heard = ear.take_all();
    assert!(heard.len().abs_diff(5 * RATE as usize) <= 1, "{}", heard.len());
    let full = rms(&heard[..RATE as usize]);
    for (index, part) in heard.chunks_exact(4_410).enumerate() {
        let level = 20.0 * (rms(part) / full).log10();
        assert!(level.abs() < 0.5, "{level} dB after {index} tenths");
    }
}

#[test]
fn a_selection_is_played_in_rounds_of_its_exact_length() {
    let mut ear = Ear::at(RATE);
    let sound = noise(7, 0.5, 2 * RATE as usize);
    let file = ear.file("1.flac", &sound);
    ear.player.load_sounds(vec![file], 0, PLAIN).unwrap();
    ear.player.seek(Seconds(0.5));
    ear.player.select(Some(Span { from: Seconds(0.5), to: Seconds(0.9) }));
    ear.player.play().unwrap();
    let (from, length, seam) = (22_050, 17_640, 221);
    let heard = ear.take(10 * length);
    for (round, part) in heard.chunks_exact(length).enumerate() {
        let begin = if round == 0 { FADE } else { 0 };
        assert_same(&part[begin..length - seam], &sound[from + begin..from + length - seam], 1e-6);
    }
    assert!((ear.position() - 0.5).abs() < 1e-6 || (ear.position() - 0.9).abs() < 1e-6, "{}", ear.position());
    ear.player.select(None);
    ear.take(RATE as usize / 2);
    assert!(ear.position() > 0.9, "it goes on behind the selection");
}

#[test]
fn a_seam_is_covered_only_if_it_would_click() {
    // 441 Hz is a wave in 100 frames: 44 waves need no cover, 44 and a quarter would click.
    for (length, touched) in [(4_400, false), (4_425, true)] {
        let mut ear = Ear::at(RATE);
        let sound = wave(441.0, RATE, 0..RATE as usize);
        let file = ear.file("1.wav", &sound);
        ear.player.load_sounds(vec![file], 0, PLAIN).unwrap();
        let to = Seconds(f64::from(8_820 + length) / 44_100.0);
        ear.player.select(Some(Span { from: Seconds(0.2), to }));
        ear.player.seek(Seconds(0.2));
        ear.player.play().unwrap();
        let heard = ear.take(30_000);
        let exact = (FADE..20_000).all(|n| heard[n] == sound[8_820 + n % length as usize]);
        assert_eq!(exact, !touched);
        let step = steepest(&heard);
        assert!(step < 0.5 * std::f32::consts::TAU / 100.0 * 1.3, "a step of {step}");
    }
}

#[test]
fn another_speed_keeps_the_pitch_and_changes_the_time() {
    for speed in [0.25, 0.5, 1.5, 2.0, 4.0f32] {
        let mut ear = Ear::at(RATE);
        // Silence, then a tone from 1 s on: the tone must begin when it should.
        let mut sound = vec![0.0; RATE as usize];
        sound.extend(wave(1_000.0, RATE, 0..4 * RATE as usize));
        let file = ear.file("1.wav", &sound);
        ear.player.load_sounds(vec![file], 0, Listening { speed, ..PLAIN }).unwrap();
        ear.player.play().unwrap();
        let mut heard = ear.take(RATE as usize / 2);
        let place = ear.position();
        assert!((place - f64::from(speed) * 0.5).abs() < 0.01, "{speed}: {place}");
        heard.extend(ear.take_all());
        let expected = sound.len() as f32 / speed;
        assert!((heard.len() as f32 - expected).abs() < 0.02 * RATE as f32, "{speed}: {}", heard.len());
        let begin = heard.windows(100).position(|part| rms(part) > 0.18).unwrap() as f32 / RATE as f32;
        // The stretcher's windows are drawn out with the sound.
        let smear = 0.04 + 0.01 / speed;
        assert!((begin - 1.0 / speed).abs() < smear, "{speed}: begins at {begin} s");
        let middle = heard.len() * 3 / 5 - 16_384;
        let hertz = pitch(&heard[middle.min(heard.len() - 32_768)..]);
        // The stretcher's phases begin at random; ten cents is what few ears tell apart.
        let cents = 1_200.0 * (hertz / 1_000.0).log2();
        assert!(cents.abs() < if speed < 0.5 { 20.0 } else { 10.0 }, "{speed}: {hertz} Hz");
        // Of a single tone at a quarter of the speed, some of the grains cancel.
        let level = 20.0 * (rms(&heard[heard.len() / 2..][..8_000]) / 0.3536).log10();
        assert!(level.abs() < if speed < 0.5 { 4.0 } else { 1.0 }, "{speed}: {level} dB");
    }
}

#[test]
fn at_natural_speed_every_sample_is_that_of_the_file() {
    let mut ear = Ear::at(RATE);
    let sound = noise(11, 0.9, 60_000);
    let file = ear.file("1.wav", &sound);
    ear.player.load_sounds(vec![file], 0, Listening { speed: 2.0, ..PLAIN }).unwrap();
    ear.player.play().unwrap();
    ear.take(2_000);
    ear.player.set_speed(1.0);
    ear.take(1_000);
    let at = (ear.position() * 44_100.0).round() as usize;
    assert_same(&ear.take(20_000), &sound[at..at + 20_000], 0.0);
}

#[test]
fn a_seek_in_a_sound_lands_on_the_sample() {
    for name in ["1.wav", "1.flac"] {
        let mut ear = Ear::at(RATE);
        let sound = noise(5, 0.5, 3 * RATE as usize);
        let file = ear.file(name, &sound);
        ear.player.load_sounds(vec![file], 0, PLAIN).unwrap();
        let target = (1.234_567f64 * 44_100.0).round() as usize;
        ear.player.seek(Seconds(1.234_567));
        ear.player.play().unwrap();
        let heard = ear.take(4_000);
        assert_same(&heard[FADE..], &sound[target + FADE..target + 4_000], 1e-6);
        ear.player.seek(Seconds(0.25));
        ear.take(4_000);
        let at = (ear.position() * 44_100.0).round() as usize;
        assert_same(&ear.take(4_000), &sound[at..at + 4_000], 1e-6);
    }
}

#[test]
fn any_rate_and_any_channels_are_brought_to_the_device() {
    let folder = tempfile::tempdir().unwrap();
    for (rate, channels, device) in [(22_050, 1, 48_000), (96_000, 2, 44_100), (48_000, 6, 44_100)] {
        let mut ear = Ear::at(device);
        let sound = wave(500.0, rate, 0..2 * rate as usize);
        let file = write(folder.path(), "odd.wav", rate, channels, &sound);
        ear.player.load_sounds(vec![file], 0, PLAIN).unwrap();
        ear.player.play().unwrap();
        let heard = ear.take_all();
        assert!(heard.len().abs_diff(2 * device as usize) < 200, "{rate} Hz: {}", heard.len());
        let level = tone(&heard[4_000..40_000], 500.0, device as f32);
        assert!((level / 0.5 - 1.0).abs() < 0.02, "{channels} channels: {level}");
    }
}

#[test]
fn two_sounds_are_compared_at_the_same_place_and_loudness_without_a_click() {
    let mut ear = Ear::at(RATE);
    let frames = 12 * RATE as usize;
    let (quiet, loud) = (wave(997.0, RATE, 0..frames), noise(9, 0.9, frames));
    let files = [ear.file("a.wav", &quiet), ear.file("b.flac", &loud)];
    let flag = AtomicBool::new(false);
    let progress = Progress { report: &|_| {}, cancelled: &flag };
    let loudness = |samples: &[f32]| {
        let stereo: Vec<f32> = samples.iter().flat_map(|sample| [*sample; 2]).collect();
        Gauge::song().integrated(&stereo, &progress).unwrap().unwrap().0
    };
    let (of_a, of_b) = (loudness(&quiet), loudness(&loud));
    let lower = of_a.min(of_b);
    let gains = [Db(lower - of_a), Db(lower - of_b)];
    ear.player.compare(files, gains, PLAIN).unwrap();
    ear.player.play().unwrap();
    let a = ear.take(4 * RATE as usize);
    assert_eq!(ear.player.current(), Some(0));
    ear.player.hear(Side::B);
    ear.take(4_410);
    assert_eq!(ear.player.current(), Some(1));
    let at = (ear.position() * 44_100.0).round() as usize;
    let b = ear.take(4 * RATE as usize);
    let expected: Vec<f32> = loud[at..at + b.len()].iter().map(|s| s * gains[1].amplitude()).collect();
    assert_same(&b, &expected, 1e-5);
    assert!((loudness(&a) - loudness(&b)).abs() < 0.2, "{} and {} LUFS", loudness(&a), loudness(&b));
}

#[test]
fn the_switch_between_two_sounds_is_no_click() {
    let mut ear = Ear::at(RATE);
    let one = wave(220.0, RATE, 0..2 * RATE as usize);
    // The same note half a wave later: the worst case, which a jump would make a click of a whole wave.
    let other: Vec<f32> = one.iter().map(|sample| -sample).collect();
    let files = [ear.file("a.wav", &one), ear.file("b.wav", &other)];
    ear.player.compare(files, [Db(0.0); 2], PLAIN).unwrap();
    ear.player.play().unwrap();
    ear.take(10_000);
    ear.player.hear(Side::B);
    let heard = ear.take(20_000);
    assert!(steepest(&heard) < 0.022, "a step of {}", steepest(&heard));
    let at = (ear.position() * 44_100.0).round() as usize;
    assert_same(&ear.take(2_000), &other[at..at + 2_000], 1e-6);
}

#[test]
fn what_cannot_be_played_is_passed_over_and_told() {
    let mut ear = Ear::at(RATE);
    let tone = wave(441.0, RATE, 0..20_000);
    let words = ear.folder.path().join("words.wav");
    std::fs::write(&words, "no sound at all").unwrap();
    let nowhere = ear.folder.path().join("nowhere.wav");
    let unknown = |path| SoundFile { path, duration: None };
    let files = vec![
        unknown(nowhere.clone()),
        ear.file("1.wav", &tone[..9_000]),
        unknown(nowhere),
        unknown(words),
        ear.file("2.wav", &tone[9_000..]),
    ];
    ear.player.load_sounds(files, 0, PLAIN).unwrap();
    ear.player.play().unwrap();
    let heard = ear.take_all();
    assert_same(&heard, &tone[..heard.len()], 1e-6);
    assert!(heard.len() >= 19_999);
    let events: Vec<PlayerEvent> = ear.events.try_iter().collect();
    let skipped = |index: usize| {
        events.iter().find_map(|event| match event {
            PlayerEvent::Skipped { index: at, fault } if *at == index => Some(fault.clone()),
            _ => None,
        })
    };
    assert_eq!((skipped(0), skipped(2)), (Some(Fault::Missing), Some(Fault::Missing)));
    assert!(matches!(skipped(3), Some(Fault::Refused(_))), "{events:?}");
    assert!(skipped(1).is_none() && skipped(4).is_none());
}

#[test]
fn a_lost_device_keeps_queue_place_and_selection() {
    let mut ear = Ear::at(RATE);
    let sound = noise(13, 0.5, 2 * RATE as usize);
    let files = vec![ear.file("1.wav", &sound), ear.file("2.wav", &sound)];
    ear.player.load_sounds(files, 1, PLAIN).unwrap();
    ear.player.play().unwrap();
    ear.take(30_000);
    ear.outlet.complain(Trouble::Lost("unplugged".into()));
    assert_eq!(ear.event(), PlayerEvent::DeviceLost("unplugged".into()));
    assert_eq!((ear.player.current(), ear.player.state()), (Some(1), PlaybackState::Stopped));
    assert!((ear.position() - 30_000.0 / 44_100.0).abs() < 1e-9);
    ear.player.play().unwrap();
    ear.outlet = ear.outlets.recv().unwrap();
    assert_same(&ear.take(5_000)[FADE..], &sound[30_000 + FADE..35_000], 0.0);
    // Another output, while it plays.
    ear.player.set_device(None).unwrap();
    ear.outlet = ear.outlets.recv().unwrap();
    assert_eq!((ear.player.current(), ear.player.is_playing()), (Some(1), true));
    let heard = ear.take(5_000);
    assert_same(&heard[FADE..], &sound[35_000 + FADE..40_000], 0.0);
}

#[test]
fn a_queue_grows_and_shrinks_while_it_plays() {
    let mut ear = Ear::at(RATE);
    let (one, two, three) = (noise(1, 0.5, 12_000), noise(2, 0.5, 12_000), noise(3, 0.5, 12_000));
    let files = vec![ear.file("1.wav", &one), ear.file("2.wav", &two)];
    ear.player.load_sounds(files, 0, PLAIN).unwrap();
    ear.player.play().unwrap();
    ear.take(3_000);
    ear.player.remove(1);
    let third = ear.file("3.wav", &three);
    ear.player.append(vec![third.clone()]);
    let heard = ear.take(15_000);
    assert_same(&heard[..9_000], &one[3_000..], 0.0);
    assert_same(&heard[9_000..], &three[..6_000], 0.0);
    assert_eq!(ear.player.current(), Some(1));
    // The one that is heard leaves: the one in its place is next, here the last that is left.
    ear.player.remove(1);
    ear.take(1_000);
    assert_eq!(ear.player.current(), Some(0));
    // Its end is on its way already when another comes.
    ear.take(10_200);
    ear.player.append(vec![third]);
    let rest = ear.take(8_000);
    assert!(rms(&rest[6_000..]) > 0.2, "it goes on with the new one");
}

#[test]
fn dragging_lets_grains_be_heard_and_letting_go_stays_there() {
    let mut ear = Ear::at(RATE);
    let sound = wave(600.0, RATE, 0..4 * RATE as usize);
    let file = ear.file("1.wav", &sound);
    ear.player.load_sounds(vec![file], 0, PLAIN).unwrap();
    let mut heard = Vec::new();
    for step in 0..20 {
        ear.player.scrub(Some(Seconds(1.0 + 0.05 * f64::from(step))));
        std::thread::sleep(Duration::from_millis(40));
        heard.extend(ear.take(1_764));
    }
    assert!((ear.position() - 1.95).abs() < 1e-9 && !ear.player.is_playing());
    assert!(rms(&heard[8_000..]) > 0.1, "grains are heard: {}", rms(&heard[8_000..]));
    assert!(steepest(&heard) < 0.1, "and do not click: {}", steepest(&heard));
    std::thread::sleep(Duration::from_millis(300));
    for _ in 0..8 {
        ear.take(1_764);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(rms(&ear.take(1_000)), 0.0, "a pointer that rests is silent");
    ear.player.scrub(None);
    assert!(!ear.player.is_playing());
    assert!((ear.position() - 1.95).abs() < 1e-9);
    ear.player.play().unwrap();
    ear.take(1_000);
    ear.player.scrub(Some(Seconds(3.0)));
    ear.player.scrub(None);
    assert!(ear.player.is_playing());
    ear.take(2_000);
    assert!((ear.position() - 3.0).abs() < 0.1, "{}", ear.position());
}

#[test]
fn meters_of_a_sound_show_what_is_heard_until_they_begin_anew() {
    let mut ear = Ear::at(48_000);
    let file = ear.file("1.wav", &wave(1_000.0, RATE, 0..5 * RATE as usize));
    ear.player.load_sounds(vec![file], 0, PLAIN).unwrap();
    ear.player.play().unwrap();
    ear.take(4 * 48_000);
    let frame = ear.player.frame();
    let integrated = frame.integrated.unwrap();
    assert!((integrated + 6.02).abs() < 0.2 && (frame.short_term + 6.02).abs() < 0.2, "{frame:?}");
    assert!((frame.true_peak.0 + 6.02).abs() < 0.1 && frame.correlation > 0.999);
    assert_eq!(frame.spectrum.len(), 48);
    ear.player.pause();
    let still = ear.player.frame();
    assert_eq!((still.integrated, still.momentary), (Some(integrated), -120.0));
    ear.player.restart_meters();
    assert_eq!((ear.player.frame().integrated, ear.player.frame().true_peak), (None, Db(-120.0)));
}

#[test]
fn a_long_file_is_read_only_some_way_ahead() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "long.wav", RATE, 1, &vec![0.1; 60 * RATE as usize]);
    let tape = tape::Tape::start(file.path, Cue { at: 30.0, span: None }, 1.0);
    std::thread::sleep(Duration::from_millis(500));
    assert!(tape.is_ready(1.0) && !tape.is_ready(1.5) && tape.left().is_none());
    let tape::Taken::Piece(first) = tape.take() else { panic!("a piece") };
    assert_eq!(first.at, 30 * u64::from(RATE));
}
