//! The mixer: the same code mixes a song for its master and plays it live.
//!
//! After construction nothing allocates, locks or fails, so it may run on the device's thread. Results do not depend
//! on how a song is cut into blocks.

mod lane;
mod room;

use son1k_domain::project::Strip;
use son1k_domain::score::Score;
use son1k_domain::unit::Db;

use crate::SAMPLE_RATE;
use crate::chain::MasterChain;
use lane::Lane;
pub(crate) use room::Room;

/// Most frames handled at a time; longer calls are cut up.
const BLOCK: usize = 1_024;

/// Seconds in which faders, pans and mutes move.
pub(crate) const SMOOTHING: f32 = 0.010;

/// Mixes the stems of one song.
#[derive(Debug)]
pub struct Mixer {
    faders: Faders,
    room: Room,
    chain: MasterChain,
    /// Of the tracks after their faders, linear.
    peaks: Vec<f32>,
    buses: Buses,
}

/// The tracks' faders, pans and sends.
#[derive(Debug)]
pub(crate) struct Faders(Vec<Lane>);

/// What the faders fill and the room empties.
#[derive(Debug, Clone)]
pub(crate) struct Buses {
    pub sum: Vec<[f32; 2]>,
    pub reverb: Vec<[f32; 2]>,
    pub delay: Vec<[f32; 2]>,
}

impl Buses {
    pub fn new(frames: usize) -> Self {
        let silence = || vec![[0.0; 2]; frames];
        Self { sum: silence(), reverb: silence(), delay: silence() }
    }

    fn clear(&mut self, frames: usize) {
        for bus in [&mut self.sum, &mut self.reverb, &mut self.delay] {
            bus[..frames].fill([0.0; 2]);
        }
    }
}

impl Faders {
    fn new(score: &Score, strips: &[Strip]) -> Self {
        let mut faders = Self(score.tracks.iter().map(Lane::new).collect());
        faders.set(strips);
        faders.jump();
        faders
    }

    fn set(&mut self, strips: &[Strip]) {
        let solo = strips.iter().any(|s| s.solo);
        self.0.iter_mut().for_each(|lane| lane.aim(strips, solo));
    }

    fn jump(&mut self) {
        self.0.iter_mut().for_each(Lane::jump);
    }

    /// Sums the next `frames`; `stem` gives each track's interleaved samples, `peak` takes its level after the fader.
    pub fn sum<'a>(
        &mut self,
        frames: usize,
        stem: impl Fn(usize) -> &'a [f32],
        buses: &mut Buses,
        mut peak: impl FnMut(usize, f32),
    ) {
        buses.clear(frames);
        let Buses { sum, reverb, delay } = buses;
        for (index, lane) in self.0.iter_mut().enumerate() {
            let stem = stem(index);
            let stem = &stem[..stem.len().min(frames * 2)];
            peak(index, lane.add(stem, &mut sum[..frames], &mut reverb[..frames], &mut delay[..frames]));
        }
    }
}

impl Mixer {
    /// Builds the mixer of a score. Strips are found by their track; a track without a strip is neutral. The gain of
    /// the master is 0 dB.
    pub fn new(score: &Score, strips: &[Strip]) -> Self {
        Self {
            faders: Faders::new(score, strips),
            room: Room::new(score),
            chain: MasterChain::new(&score.mix),
            peaks: vec![0.0; score.tracks.len()],
            buses: Buses::new(BLOCK),
        }
    }

    /// Takes the mixer apart, for who runs faders and room side by side.
    pub(crate) fn into_parts(self) -> (Faders, Room, MasterChain) {
        (self.faders, self.room, self.chain)
    }

    /// Returns the frames by which [`Mixer::process`] is late.
    pub fn latency(&self) -> usize {
        self.chain.latency()
    }

    /// Returns the length of the song in frames, tail included.
    pub fn frames(&self) -> u64 {
        self.room.end()
    }

    /// Moves faders, pans, mutes and solos, smoothly.
    pub fn set_strips(&mut self, strips: &[Strip]) {
        self.faders.set(strips);
    }

    /// Sets the gain before the limiter, smoothly while playing.
    pub fn set_gain(&mut self, gain: Db) {
        self.chain.set_gain(gain);
    }

    /// Goes to a frame of the song: rooms and echoes fall silent.
    pub fn seek(&mut self, frame: u64) {
        self.room.seek(frame);
        self.chain.reset();
        self.restart_peaks();
        self.faders.jump();
    }

    /// Returns the frame of the song that the next block begins with.
    pub fn position(&self) -> u64 {
        self.room.position()
    }

    /// Returns the peak of each track after its fader, linear, since the last [`Mixer::restart_peaks`].
    pub fn peaks(&self) -> &[f32] {
        &self.peaks
    }

    /// Begins a new stretch of peaks.
    pub fn restart_peaks(&mut self) {
        self.peaks.fill(0.0);
    }

    /// Mixes the next frames into `out` (interleaved), through the master's limiter. `stems` holds, for each track of
    /// the score in its order, at least as many interleaved values as `out`.
    pub fn process<S: AsRef<[f32]>>(&mut self, stems: &[S], out: &mut [f32]) {
        self.blocks(stems, out, |mixer, block| mixer.chain.run(block));
    }

    /// Mixes the next frames as [`Mixer::process`] does, up to the point before the master's gain.
    pub(crate) fn sum<S: AsRef<[f32]>>(&mut self, stems: &[S], out: &mut [f32]) {
        self.blocks(stems, out, |mixer, block| mixer.chain.tone(block));
    }

    fn blocks<S: AsRef<[f32]>>(
        &mut self,
        stems: &[S],
        out: &mut [f32],
        mut finish: impl FnMut(&mut Self, &mut [[f32; 2]]),
    ) {
        for (index, part) in out.chunks_mut(BLOCK * 2).enumerate() {
            let frames = part.len() / 2;
            let offset = index * BLOCK * 2;
            let stem = |track: usize| {
                let stem = stems.get(track).map_or(&[][..], |s| s.as_ref());
                stem.get(offset..).unwrap_or_default()
            };
            self.faders.sum(frames, stem, &mut self.buses, |track, peak| {
                if let Some(highest) = self.peaks.get_mut(track) {
                    *highest = highest.max(peak);
                }
            });
            self.room.add(&mut self.buses, frames);
            let mut sum = std::mem::take(&mut self.buses.sum);
            finish(self, &mut sum[..frames]);
            part.copy_from_slice(sum[..frames].as_flattened());
            self.buses.sum = sum;
        }
    }
}

/// Frames in which a move is done.
pub(crate) fn smoothing_frames() -> u32 {
    (SMOOTHING * SAMPLE_RATE as f32) as u32
}
