use super::*;
use crate::master;
use crate::stems::StemWriter;
use son1k_domain::id::TrackId;
use son1k_domain::mastering::Preset;
use son1k_domain::music::{Key, Meter, Mode, PitchClass};
use son1k_domain::score::{Channel, MixPlan, Role, Sound, Track};
use son1k_domain::unit::{Bpm, Ticks};
use son1k_sound::Progress;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

mod realtime;
mod sounds;

/// Frames that a fade may touch.
const FADE: usize = 240;

fn track(id: &str) -> Track {
    Track {
        id: TrackId::from(id),
        name: id.into(),
        role: Role::Lead,
        sound: Sound::SoundFont { bank: 0, program: 0 },
        channel: Channel::default(),
        notes: Vec::new(),
    }
}

/// Two tracks of 2.5 seconds (tail included): a tone of 1 kHz on `high` and one of 200 Hz on `low`.
fn song(folder: &std::path::Path) -> Song {
    let score = Score {
        title: "two tones".into(),
        style: "test".into(),
        seed: 1,
        bpm: Bpm(120.0),
        meter: Meter::FOUR_FOUR,
        key: Key { tonic: PitchClass(0), mode: Mode::Major },
        length: Ticks(4 * 480),
        sections: Vec::new(),
        chords: Vec::new(),
        tracks: vec![track("high"), track("low")],
        mix: MixPlan {
            reverb_time: Seconds(1.0),
            delay_quarters: 0.75,
            delay_feedback: 0.3,
            low_shelf: Db(0.0),
            high_shelf: Db(0.0),
        },
    };
    let frames = crate::render::song_frames(&score);
    for (index, hertz) in [1_000.0, 200.0].into_iter().enumerate() {
        let tone: Vec<[f32; 2]> = (0..frames)
            .map(|frame| {
                let turns = frame as f64 * hertz / 44_100.0;
                let swell = 0.1 + 0.1 * frame as f64 / frames as f64;
                [(swell * (std::f64::consts::TAU * turns.fract()).sin()) as f32; 2]
            })
            .collect();
        let mut stem = StemWriter::create(folder, index).unwrap();
        stem.write(&tone).unwrap();
        stem.finish().unwrap();
    }
    let tracks = score.tracks.iter().map(|track| track.id.clone()).collect();
    let stems = StemSet::finish(folder, frames, tracks).unwrap();
    Song { score, stems, strips: Vec::new(), gain: Db(0.0) }
}

/// A player whose sound goes into the hands of the test.
struct Hands {
    player: Player,
    outlets: Receiver<Outlet>,
    outlet: Outlet,
    events: Receiver<PlayerEvent>,
    song: Song,
    _folder: tempfile::TempDir,
}

impl Hands {
    fn at(rate: u32) -> Self {
        let (taker, outlets) = channel();
        let (tell, events) = channel();
        let on_change = Box::new(move |event| drop(tell.send(event)));
        let player = Player::begin(Target::Hands { rate, taker }, on_change);
        let outlet = outlets.recv().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let song = song(folder.path());
        player.load(song.clone()).unwrap();
        Self { player, outlets, outlet, events, song, _folder: folder }
    }

    /// Takes frames as a device does, 256 at a time, but waits for them.
    fn take(&mut self, frames: usize) -> Vec<f32> {
        take(&self.player, &mut self.outlet, frames)
    }

    fn position(&self) -> usize {
        (self.player.frame().position.0 * 44_100.0).round() as usize
    }

    /// The left side of the song as the mixer makes it in one go.
    fn whole(&self) -> Vec<f32> {
        let mut mixer = crate::Mixer::new(&self.song.score, &self.song.strips);
        let frames = self.song.stems.frames() as usize + mixer.latency();
        let stems: Vec<Vec<f32>> = (0..2)
            .map(|index| {
                let mut stem = vec![0.0; frames * 2];
                self.song.stems.reader(index).unwrap().read(&mut stem).unwrap();
                stem
            })
            .collect();
        let mut mixed = vec![0.0; frames * 2];
        mixer.process(&stems, &mut mixed);
        mixed.iter().step_by(2).skip(mixer.latency()).copied().collect()
    }
}

/// Takes the left side of frames as a device does, 256 at a time, but waits for them.
fn take(player: &Player, outlet: &mut Outlet, frames: usize) -> Vec<f32> {
    let mut taken = Vec::with_capacity(frames);
    while taken.len() < frames {
        let count = (frames - taken.len()).min(256);
        let patience = Instant::now() + Duration::from_secs(2);
        while outlet.ready() < count && player.is_playing() && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(1));
            if outlet.line_is_draining() {
                break;
            }
        }
        outlet.fill(count, |frame| taken.push(frame[0]));
    }
    taken
}

fn assert_same(heard: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(heard.len(), expected.len());
    let worst =
        heard.iter().zip(expected).map(|(a, b)| (a - b).abs()).enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
    let (at, worst) = worst.unwrap();
    assert!(worst <= tolerance, "differs by {worst} at {at}");
}

fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32).sqrt()
}

/// The level of one frequency.
fn tone(samples: &[f32], hertz: f32, rate: f32) -> f32 {
    let (mut re, mut im) = (0.0f64, 0.0f64);
    for (n, sample) in samples.iter().enumerate() {
        let angle = std::f64::consts::TAU * f64::from(hertz) * n as f64 / f64::from(rate);
        re += f64::from(*sample) * angle.cos();
        im += f64::from(*sample) * angle.sin();
    }
    (2.0 * re.hypot(im) / samples.len() as f64) as f32
}

#[test]
fn what_plays_is_the_master() {
    let mut hands = Hands::at(44_100);
    let flag = AtomicBool::new(false);
    let progress = Progress { report: &|_| {}, cancelled: &flag };
    let song = hands.song.clone();
    let master = master(&song.score, &song.stems, &[], Preset::Streaming.target(), &progress).unwrap();
    hands.player.load(Song { gain: master.gain, ..song }).unwrap();
    hands.player.play().unwrap();
    let frames = hands.song.stems.frames() as usize;
    let heard = hands.take(frames);
    let expected: Vec<f32> = master.samples.iter().step_by(2).copied().collect();
    assert_same(&heard, &expected, 1e-3);
    assert_eq!(hands.player.underruns(), 0);
}

#[test]
fn a_song_begins_at_once_and_ends_stopped_at_its_start() {
    let mut hands = Hands::at(44_100);
    hands.player.play().unwrap();
    let whole = hands.whole();
    let heard = hands.take(whole.len());
    assert_same(&heard, &whole, 1e-6);
    assert_eq!(hands.take(300), vec![0.0; 300]);
    assert_eq!(hands.events.recv_timeout(Duration::from_secs(2)), Ok(PlayerEvent::Ended));
    assert_eq!(hands.player.state(), PlaybackState::Stopped);
    assert_eq!(hands.position(), 0);
    assert_eq!(hands.player.underruns(), 0);
    hands.player.play().unwrap();
    assert_same(&hands.take(2_000), &whole[..2_000], 1e-6);
}

#[test]
fn a_seek_is_exact_to_the_sample() {
    let mut hands = Hands::at(44_100);
    let whole = hands.whole();
    hands.player.seek(Seconds(1.234));
    let target = (1.234f64 * 44_100.0).round() as usize;
    assert_eq!(hands.position(), target);
    hands.player.play().unwrap();
    let heard = hands.take(4_000);
    assert_same(&heard[FADE..], &whole[target + FADE..target + 4_000], 1e-4);
    assert!(rms(&heard[..20]) < rms(&heard[FADE..2 * FADE]) / 4.0, "it fades in");
    assert_eq!(hands.position(), target + 4_000);
}

#[test]
fn a_seek_while_playing_leaves_no_gap_and_no_click() {
    let mut hands = Hands::at(44_100);
    let whole = hands.whole();
    hands.player.play().unwrap();
    hands.take(5_000);
    hands.player.seek(Seconds(1.5));
    std::thread::sleep(Duration::from_millis(60));
    let heard = hands.take(4_000);
    let target = 66_150;
    // The old sound fades over 5 ms, then comes the target.
    let begin = 221;
    assert_same(&heard[2 * FADE..], &whole[target + 2 * FADE - begin..][..4_000 - 2 * FADE], 5e-4);
    let steepest = heard.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(steepest < 0.06, "a step of {steepest}");
    assert_eq!(hands.player.underruns(), 0);
}

#[test]
fn a_pause_goes_on_with_the_very_next_sample() {
    let mut hands = Hands::at(44_100);
    let whole = hands.whole();
    hands.player.play().unwrap();
    hands.take(10_000);
    hands.player.pause();
    let fading = hands.take(1_000);
    assert!(rms(&fading[FADE..]) == 0.0 && rms(&fading[..100]) > 0.01);
    let held = hands.position();
    assert!((10_000..10_000 + FADE).contains(&held), "{held}");
    assert_eq!(hands.player.state(), PlaybackState::Stopped);
    hands.take(3_000);
    assert_eq!(hands.position(), held);
    hands.player.play().unwrap();
    let heard = hands.take(8_000);
    assert_same(&heard[FADE..], &whole[held + FADE..held + 8_000], 1e-6);
    hands.player.stop();
    hands.take(1_000);
    assert_eq!(hands.position(), 0);
}

#[test]
fn mute_solo_and_level_are_heard_within_100_ms() {
    let mut hands = Hands::at(44_100);
    hands.player.play().unwrap();
    let strip = |track: &str| Strip::neutral(TrackId::from(track));
    for (strips, high, low) in [
        (vec![Strip { mute: true, ..strip("high") }, strip("low")], 0.0, 1.0),
        (vec![Strip { solo: true, ..strip("high") }, strip("low")], 1.0, 0.0),
        (vec![Strip { level: Db(-6.02), ..strip("high") }, strip("low")], 0.5, 1.0),
    ] {
        let before = hands.position();
        hands.player.set_strips(strips);
        // The command is taken before the next answer comes.
        hands.player.ask(Command::Hello);
        hands.take(4_410);
        let heard = hands.take(8_820);
        let full = 0.1 + 0.1 * (before + 4_410 + 4_410) as f32 / hands.song.stems.frames() as f32;
        assert!((tone(&heard, 1_000.0, 44_100.0) / full - high).abs() < 0.05, "high after {before}");
        assert!((tone(&heard, 200.0, 44_100.0) / full - low).abs() < 0.05, "low after {before}");
    }
}

#[test]
fn another_rate_keeps_pitch_level_and_length() {
    let mut hands = Hands::at(48_000);
    hands.player.play().unwrap();
    let length = (hands.song.stems.frames() as usize * 48_000).div_ceil(44_100);
    let heard = hands.take(length + 500);
    assert_eq!(heard.iter().rposition(|s| *s != 0.0).unwrap() / 1_000, (length - 1) / 1_000, "{length}");
    let middle = &heard[24_000..28_800];
    let expected = 0.1 + 0.1 * 26_400.0 / length as f32;
    assert!((tone(middle, 1_000.0, 48_000.0) / expected - 1.0).abs() < 0.02);
    assert_eq!(hands.events.recv_timeout(Duration::from_secs(2)), Ok(PlayerEvent::Ended));
    hands.player.seek(Seconds(1.0));
    assert_eq!(hands.position(), 44_100);
    hands.player.play().unwrap();
    hands.take(4_800);
    assert!(hands.position().abs_diff(44_100 + 4_410) <= 1, "{}", hands.position());
}

#[test]
fn a_lost_device_pauses_and_play_opens_it_again() {
    let mut hands = Hands::at(44_100);
    let whole = hands.whole();
    hands.player.play().unwrap();
    hands.take(6_000);
    hands.outlet.complain(Trouble::Lost("unplugged".into()));
    let event = hands.events.recv_timeout(Duration::from_secs(2)).unwrap();
    assert_eq!(event, PlayerEvent::DeviceLost("unplugged".into()));
    assert_eq!(hands.player.state(), PlaybackState::Stopped);
    assert_eq!((hands.player.device(), hands.player.problem()), (None, Some("unplugged".into())));
    assert_eq!(hands.position(), 6_000);
    hands.player.play().unwrap();
    hands.outlet = hands.outlets.recv().unwrap();
    assert_eq!(hands.player.problem(), None);
    let heard = hands.take(3_000);
    assert_same(&heard[FADE..], &whole[6_000 + FADE..9_000], 1e-4);
}

#[test]
fn a_device_that_stumbles_is_lost_only_if_it_stays_down() {
    let mut hands = Hands::at(44_100);
    hands.player.play().unwrap();
    hands.take(6_000);
    hands.outlet.complain(Trouble::Stumbled("hiccup".into()));
    hands.take(6_000);
    assert!(hands.events.recv_timeout(Duration::from_millis(700)).is_err());
    assert!(hands.player.is_playing());
    hands.outlet.complain(Trouble::Stumbled("hiccup".into()));
    let event = hands.events.recv_timeout(Duration::from_secs(2)).unwrap();
    assert_eq!(event, PlayerEvent::DeviceLost("hiccup".into()));
}

#[test]
fn without_a_device_everything_but_sound_works() {
    let (taker, outlets) = channel();
    drop(outlets);
    let player = Player::begin(Target::Hands { rate: 44_100, taker }, Box::new(|_| {}));
    assert_eq!(player.device(), None);
    assert!(player.problem().is_some());
    let folder = tempfile::tempdir().unwrap();
    player.load(song(folder.path())).unwrap();
    assert_eq!(player.duration(), Seconds(2.5));
    player.seek(Seconds(1.0));
    assert_eq!(player.frame().position, Seconds(1.0));
    assert!(matches!(player.play(), Err(Error::Device(_))));
    assert!(!player.is_playing());
    player.unload();
    assert_eq!((player.state(), player.duration()), (PlaybackState::Empty, Seconds(0.0)));
}

#[test]
fn meters_show_what_is_heard_and_fall_silent() {
    let mut hands = Hands::at(44_100);
    hands.player.play().unwrap();
    hands.player.frame();
    let heard = hands.take(22_050);
    let frame = hands.player.frame();
    assert!(frame.playing && (frame.position.0 - 0.5).abs() < 0.001);
    let peak = heard.iter().fold(0.0f32, |peak, s| peak.max(s.abs()));
    assert!((frame.peak[0].amplitude() / peak - 1.0).abs() < 0.05, "{:?}, {peak}", frame.peak);
    let expected = Db::from_amplitude(rms(&heard[8_820..]));
    assert!((frame.rms[0].0 - expected.0).abs() < 1.0, "{:?}, {expected:?}", frame.rms);
    assert!((-30.0..-8.0).contains(&frame.momentary), "{}", frame.momentary);
    assert!((frame.tracks[1].peak.amplitude() / 0.118 - 1.0).abs() < 0.1, "{:?}", frame.tracks);
    hands.player.pause();
    let still = hands.player.frame();
    assert!(!still.playing && still.peak[0].0 <= -120.0 && still.tracks[0].peak.0 <= -120.0);
}

#[test]
fn volume_is_for_the_ear_only() {
    let mut hands = Hands::at(44_100);
    hands.player.set_volume(0.5);
    hands.player.play().unwrap();
    let whole = hands.whole();
    let heard = hands.take(10_000);
    let ratio = rms(&heard[4_000..]) / rms(&whole[4_000..10_000]);
    assert!((ratio - 0.5).abs() < 0.01, "{ratio}");
    assert!(hands.player.frame().peak[0].amplitude() > 0.19);
}

#[test]
fn a_device_that_is_too_greedy_hears_silence_and_is_counted() {
    let mut hands = Hands::at(44_100);
    hands.player.play().unwrap();
    let mut last = 1.0;
    hands.outlet.fill(20_000, |frame| last = frame[0]);
    assert_eq!(last, 0.0);
    assert!(hands.player.underruns() > 10_000);
    assert!(hands.take(4_000)[3_000..].iter().any(|s| *s != 0.0), "it recovers");
}

#[test]
fn stems_of_another_song_are_refused() {
    let hands = Hands::at(44_100);
    let mut other = hands.song.clone();
    other.score.tracks.pop();
    assert!(matches!(hands.player.load(other), Err(Error::Stems(_))));
    let player = Arc::new(Mutex::new(hands.player));
    assert!(player.lock().is_ok_and(|player| player.play().is_ok()), "the song before is still there");
}
