//! The mixer: the same code mixes a song for its master and plays it live.
//!
//! After construction nothing allocates, locks or fails, so it may run on the device's thread. Results do not depend
//! on how a song is cut into blocks.

mod lane;

use son1k_domain::project::Strip;
use son1k_domain::score::Score;
use son1k_domain::unit::Db;

use crate::SAMPLE_RATE;
use crate::chain::MasterChain;
use crate::delay::Delay;
use crate::instrument::frame_of;
use crate::meters::Meters;
use crate::render::song_frames;
use crate::reverb::Reverb;
use lane::Lane;

/// Most frames handled at a time; longer calls are cut up.
const BLOCK: usize = 1_024;

/// Seconds in which faders, pans and mutes move.
pub(crate) const SMOOTHING: f32 = 0.010;

/// Mixes the stems of one song.
#[derive(Debug)]
pub struct Mixer {
    lanes: Vec<Lane>,
    reverb: Reverb,
    delay: Delay,
    chain: MasterChain,
    meters: Meters,
    position: u64,
    end: u64,
    fade: u64,
    buses: Buses,
}

/// Working memory.
#[derive(Debug)]
struct Buses {
    sum: Vec<[f32; 2]>,
    reverb: Vec<[f32; 2]>,
    delay: Vec<[f32; 2]>,
}

impl Mixer {
    /// Builds the mixer of a score. Strips are found by their track; a track without a strip is neutral. The gain of
    /// the master is 0 dB.
    pub fn new(score: &Score, strips: &[Strip]) -> Self {
        let mut mixer = Self {
            lanes: score.tracks.iter().map(Lane::new).collect(),
            reverb: Reverb::new(score.mix.reverb_time),
            delay: Delay::new(score.bpm, score.mix.delay_quarters, score.mix.delay_feedback),
            chain: MasterChain::new(&score.mix),
            meters: Meters::new(score.tracks.len()),
            position: 0,
            end: song_frames(score),
            fade: frame_of(score.length, score.bpm),
            buses: Buses {
                sum: vec![[0.0; 2]; BLOCK],
                reverb: vec![[0.0; 2]; BLOCK],
                delay: vec![[0.0; 2]; BLOCK],
            },
        };
        mixer.set_strips(strips);
        mixer.lanes.iter_mut().for_each(Lane::jump);
        mixer
    }

    /// Returns the frames by which [`Mixer::process`] is late.
    pub fn latency(&self) -> usize {
        crate::limiter::LATENCY
    }

    /// Returns the length of the song in frames, tail included.
    pub fn frames(&self) -> u64 {
        self.end
    }

    /// Moves faders, pans, mutes and solos, smoothly.
    pub fn set_strips(&mut self, strips: &[Strip]) {
        let solo = strips.iter().any(|s| s.solo);
        for lane in &mut self.lanes {
            lane.aim(strips, solo);
        }
    }

    /// Sets the gain before the limiter, smoothly while playing.
    pub fn set_gain(&mut self, gain: Db) {
        self.chain.set_gain(gain);
    }

    /// Goes to a frame of the song: rooms, echoes and meters fall silent.
    pub fn seek(&mut self, frame: u64) {
        self.position = frame;
        self.reverb.reset();
        self.delay.reset();
        self.chain.reset();
        self.meters.reset();
        self.lanes.iter_mut().for_each(Lane::jump);
    }

    /// Returns the frame of the song that the next block begins with.
    pub fn position(&self) -> u64 {
        self.position
    }

    pub fn meters(&self) -> &Meters {
        &self.meters
    }

    pub fn meters_mut(&mut self) -> &mut Meters {
        &mut self.meters
    }

    /// Mixes the next frames into `out` (interleaved), through the master's limiter. `stems` holds, for each track of
    /// the score in its order, at least as many interleaved values as `out`.
    pub fn process<S: AsRef<[f32]>>(&mut self, stems: &[S], out: &mut [f32]) {
        self.blocks(stems, out, |mixer, block| {
            mixer.chain.run(block);
            mixer.meters.master(block);
        });
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
            let mut sum = std::mem::take(&mut self.buses.sum);
            self.mix(stems, index * BLOCK * 2, &mut sum[..frames]);
            finish(self, &mut sum[..frames]);
            for (values, frame) in part.chunks_exact_mut(2).zip(&sum) {
                values.copy_from_slice(frame);
            }
            self.buses.sum = sum;
        }
    }

    /// Sums faders and effects of one block, `offset` values into the stems.
    fn mix<S: AsRef<[f32]>>(&mut self, stems: &[S], offset: usize, sum: &mut [[f32; 2]]) {
        let frames = sum.len();
        let (reverb, delay) = (&mut self.buses.reverb[..frames], &mut self.buses.delay[..frames]);
        sum.fill([0.0; 2]);
        reverb.fill([0.0; 2]);
        delay.fill([0.0; 2]);
        for (index, lane) in self.lanes.iter_mut().enumerate() {
            let stem = stems.get(index).map_or(&[][..], |s| s.as_ref());
            let stem = stem.get(offset..(offset + frames * 2).min(stem.len())).unwrap_or_default();
            let peak = lane.add(stem, sum, reverb, delay);
            self.meters.track(index, peak);
        }
        self.reverb.run(reverb, sum);
        self.delay.run(delay, sum);
        self.fade(sum);
        self.position += frames as u64;
    }

    /// Lets the tail end at the end of the song.
    fn fade(&self, sum: &mut [[f32; 2]]) {
        if self.position + (sum.len() as u64) < self.fade {
            return;
        }
        let length = self.end.saturating_sub(self.fade).max(1) as f32;
        for (n, frame) in sum.iter_mut().enumerate() {
            let past = (self.position + n as u64).saturating_sub(self.fade) as f32 / length;
            let level = 0.5 + 0.5 * (std::f32::consts::PI * past.min(1.0)).cos();
            *frame = [frame[0] * level, frame[1] * level];
        }
    }
}

/// Frames in which a move is done.
pub(crate) fn smoothing_frames() -> u32 {
    (SMOOTHING * SAMPLE_RATE as f32) as u32
}
