//! A song as an endless supply of mixed frames at the rate of the device, from any frame on.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};
use son1k_domain::project::Strip;

use super::Song;
use crate::SAMPLE_RATE;
use crate::error::{Error, Result};
use crate::mixer::Mixer;
use crate::stems::StemReader;

/// Frames mixed at a time: 12 ms.
const BLOCK: usize = 512;

/// Frames mixed unheard before a seek's target, so that rooms and echoes of what came before ring on: 0.5 s.
const LEAD: u64 = SAMPLE_RATE as u64 / 2;

/// Stems, mixer and resampler of one song.
pub(super) struct Source {
    pub(super) mixer: Mixer,
    readers: Vec<StemReader>,
    stems: Vec<Vec<f32>>,
    mixed: Vec<f32>,
    /// Mixed frames that are not to be heard: the lead and the mixer's delay.
    unheard: usize,
    resampler: Option<Resampling>,
    rate: u32,
    /// Frames of the device that are still to come.
    left: u64,
    ready: Vec<[f32; 2]>,
}

/// From the song's rate to the device's.
struct Resampling {
    fft: Fft<f32>,
    /// Mixed samples that do not fill a chunk yet.
    waiting: Vec<f32>,
    out: Vec<f32>,
    /// Frames of the resampler's own delay that are still to be dropped.
    late: usize,
}

impl Source {
    /// Opens the stems; nothing is read yet.
    pub(super) fn open(song: &Song) -> Result<Self> {
        if !song.stems.tracks().iter().eq(song.score.tracks.iter().map(|track| &track.id)) {
            return Err(Error::Stems("they belong to another score".into()));
        }
        let count = song.stems.tracks().len();
        let readers = (0..count).map(|index| song.stems.reader(index)).collect::<Result<Vec<_>>>()?;
        let mut mixer = Mixer::new(&song.score, &song.strips);
        mixer.set_gain(song.gain);
        Ok(Self {
            mixer,
            readers,
            stems: vec![vec![0.0; BLOCK * 2]; count],
            mixed: vec![0.0; BLOCK * 2],
            unheard: 0,
            resampler: None,
            rate: SAMPLE_RATE,
            left: 0,
            ready: Vec::new(),
        })
    }

    /// Returns the length of the song in its own frames.
    pub(super) fn frames(&self) -> u64 {
        self.mixer.frames()
    }

    pub(super) fn set_strips(&mut self, strips: &[Strip]) {
        self.mixer.set_strips(strips);
    }

    /// Makes the next frames those from `frame` of the song on, for a device of `rate`.
    pub(super) fn seek(&mut self, frame: u64, rate: u32) -> Result<()> {
        let frame = frame.min(self.frames());
        let from = frame.saturating_sub(LEAD);
        self.mixer.seek(from);
        for reader in &mut self.readers {
            reader.seek(from)?;
        }
        self.unheard = (frame - from) as usize + self.mixer.latency();
        self.ready.clear();
        let remaining = self.frames() - frame;
        self.left = (u128::from(remaining) * u128::from(rate)).div_ceil(u128::from(SAMPLE_RATE)) as u64;
        match &mut self.resampler {
            _ if rate == SAMPLE_RATE => self.resampler = None,
            Some(resampling) if self.rate == rate => resampling.reset(),
            other => *other = Some(Resampling::new(rate)?),
        }
        self.rate = rate;
        while self.unheard > BLOCK {
            self.mix(BLOCK)?;
            self.unheard -= BLOCK;
        }
        // What was only mixed to fill the rooms is not to be seen either.
        self.mixer.meters_mut().restart();
        Ok(())
    }

    /// Returns the next frames; none when the song is over. The mixer's meters then stand at their end.
    pub(super) fn next(&mut self) -> Result<&[[f32; 2]]> {
        self.ready.clear();
        while self.left > 0 && self.ready.is_empty() {
            self.mix(BLOCK)?;
            let unheard = self.unheard.min(BLOCK);
            self.unheard -= unheard;
            let heard = &self.mixed[unheard * 2..];
            match &mut self.resampler {
                None => self.ready.extend_from_slice(heard.as_chunks().0),
                Some(resampling) => resampling.run(heard, &mut self.ready)?,
            }
        }
        self.ready.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= self.ready.len() as u64;
        Ok(&self.ready)
    }

    fn mix(&mut self, frames: usize) -> Result<()> {
        for (reader, stem) in self.readers.iter_mut().zip(&mut self.stems) {
            reader.read(&mut stem[..frames * 2])?;
        }
        self.mixer.process(&self.stems, &mut self.mixed[..frames * 2]);
        Ok(())
    }
}

impl Resampling {
    fn new(rate: u32) -> Result<Self> {
        let fft =
            Fft::new(SAMPLE_RATE as usize, rate as usize, BLOCK, 2, FixedSync::Input).map_err(failed)?;
        let (late, out) = (fft.output_delay(), vec![0.0; fft.output_frames_max() * 2]);
        Ok(Self { fft, waiting: Vec::new(), out, late })
    }

    fn reset(&mut self) {
        self.fft.reset();
        self.waiting.clear();
        self.late = self.fft.output_delay();
    }

    fn run(&mut self, samples: &[f32], ready: &mut Vec<[f32; 2]>) -> Result<()> {
        self.waiting.extend_from_slice(samples);
        let mut used = 0;
        loop {
            let needed = self.fft.input_frames_next();
            let Some(chunk) = self.waiting.get(used..used + needed * 2) else { break };
            let input = InterleavedSlice::new(chunk, 2, needed).map_err(failed)?;
            let room = self.out.len() / 2;
            let mut output = InterleavedSlice::new_mut(&mut self.out, 2, room).map_err(failed)?;
            let (_, made) = self.fft.process_into_buffer(&input, &mut output, None).map_err(failed)?;
            used += needed * 2;
            let dropped = self.late.min(made);
            self.late -= dropped;
            ready.extend_from_slice(self.out[dropped * 2..made * 2].as_chunks().0);
        }
        self.waiting.drain(..used);
        Ok(())
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Device(format!("its sample rate: {error}"))
}
