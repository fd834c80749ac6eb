//! Plays a preset of the SoundFont.

use std::sync::Arc;

use rustysynth::{SoundFont, Synthesizer, SynthesizerSettings};

use crate::SAMPLE_RATE;
use crate::chorus::Chorus;
use crate::error::{Error, Result};
use crate::instrument::{Instrument, PlayedNote};
use crate::level::peak;
use son1k_sound::biquad::{Biquad, Coefficients};

/// Frames in which notes start and stop: 0.7 ms. The synthesiser works in blocks.
const STEP: usize = 32;

/// Below this a note that has ended is over, −100 dB.
const SILENCE: f32 = 1e-5;

/// Seconds of silence after which nothing is computed until the next note.
const REST: f32 = 0.25;

/// MIDI channels over which keyboards are spread, low notes left.
const ZONES: u8 = 8;

/// A preset of a bank; bank 128 holds drum kits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Preset {
    pub bank: u8,
    pub program: u8,
}

impl Preset {
    pub fn of(preset: &rustysynth::Preset) -> Option<Self> {
        let bank = u8::try_from(preset.get_bank_number()).ok()?;
        let program = u8::try_from(preset.get_patch_number()).ok().filter(|p| *p < 128)?;
        Some(Self { bank, program })
    }

    /// How far the instrument is spread over the stereo field by pitch: it is as one sits before it.
    fn spread(self) -> f32 {
        match (self.bank, self.program) {
            (128, _) => 0.0,
            // Pianos, mallets, harp.
            (_, 0..=15 | 46) => 0.6,
            // Guitars.
            (_, 24..=31) => 0.15,
            _ => 0.0,
        }
    }

    /// The bank's samples are mono; ensembles and electric keys are wide in life.
    fn chorus(self) -> f32 {
        match (self.bank, self.program) {
            (128, _) => 0.0,
            (_, 4..=5 | 16..=23) => 0.4,
            (_, 44 | 48..=54 | 61..=63) => 0.7,
            (_, 80..=103) => 0.45,
            (_, 24..=31) => 0.3,
            (_, 40..=42 | 56..=60 | 64..=79) => 0.15,
            _ => 0.0,
        }
    }
}

/// Returns a synthesiser with its own effects off.
fn synthesizer(font: &Arc<SoundFont>, polyphony: usize) -> Result<Synthesizer> {
    let mut settings = SynthesizerSettings::new(SAMPLE_RATE as i32);
    settings.block_size = STEP;
    settings.maximum_polyphony = polyphony;
    settings.enable_reverb_and_chorus = false;
    Synthesizer::new(font, &settings).map_err(|e| Error::Sound(e.to_string()))
}

/// Chooses the preset on every channel and spreads the channels.
fn set_up(synth: &mut Synthesizer, preset: Preset) {
    for channel in 0..Synthesizer::CHANNEL_COUNT as i32 {
        // The percussion channel counts banks from 128 on.
        let bank = if channel == Synthesizer::PERCUSSION_CHANNEL as i32 { 0 } else { preset.bank };
        synth.process_midi_message(channel, 0xb0, 0, i32::from(bank));
        synth.process_midi_message(channel, 0xc0, i32::from(preset.program), 0);
        let place = (channel as f32 - f32::from(ZONES - 1) / 2.0) / (f32::from(ZONES - 1) / 2.0);
        let pan = 64.0 + 63.0 * preset.spread() * place.clamp(-1.0, 1.0);
        synth.process_midi_message(channel, 0xb0, 0x0a, pan as i32);
    }
}

/// Returns the channel of a key: percussion, or the place of its pitch.
fn channel(preset: Preset, key: u8) -> i32 {
    match preset.bank {
        128 => Synthesizer::PERCUSSION_CHANNEL as i32,
        _ => i32::from(key.clamp(28, 99) - 28) * i32::from(ZONES) / 72,
    }
}

/// Renders one stroke of a drum kit of the bank, for use as a layer of a kit of ours.
pub(crate) fn stroke(font: &Arc<SoundFont>, preset: Preset, key: u8, seconds: f32) -> Result<Vec<[f32; 2]>> {
    let mut synth = synthesizer(font, 16)?;
    set_up(&mut synth, preset);
    synth.note_on(channel(preset, key), i32::from(key), 110);
    let frames = (seconds * SAMPLE_RATE as f32) as usize;
    let (mut left, mut right) = (vec![0.0; frames], vec![0.0; frames]);
    synth.render(&mut left, &mut right);
    Ok(left.into_iter().zip(right).map(|(l, r)| [l, r]).collect())
}

enum Turn {
    On(PlayedNote),
    Off { pitch: u8 },
}

/// Plays a track's notes with a preset.
pub(crate) struct FontPlayer {
    synth: Synthesizer,
    preset: Preset,
    /// Turns in order of their frames.
    turns: Vec<(u64, Turn)>,
    next: usize,
    gain: f32,
    /// Some of the bank's samples have an offset.
    subsonic: Biquad,
    chorus: Option<Chorus>,
    quiet_frames: usize,
    left: [f32; STEP],
    right: [f32; STEP],
}

impl FontPlayer {
    pub fn new(font: &Arc<SoundFont>, preset: Preset, notes: Vec<PlayedNote>, gain: f32) -> Result<Self> {
        let mut synth = synthesizer(font, 96)?;
        set_up(&mut synth, preset);
        let chorus = (preset.chorus() > 0.0).then(|| Chorus::new(preset.chorus()));
        let subsonic =
            Biquad::new(Coefficients::high_pass(SAMPLE_RATE, 18.0, std::f32::consts::FRAC_1_SQRT_2));
        let (left, right) = ([0.0; STEP], [0.0; STEP]);
        let quiet_frames = (REST * SAMPLE_RATE as f32) as usize;
        Ok(Self {
            synth,
            preset,
            turns: turns(notes),
            next: 0,
            gain,
            subsonic,
            chorus,
            quiet_frames,
            left,
            right,
        })
    }

    fn turn(&mut self, before: u64) {
        while let Some((_, turn)) = self.turns.get(self.next).filter(|(at, _)| *at < before) {
            match turn {
                Turn::On(n) => {
                    let channel = channel(self.preset, n.pitch);
                    self.synth.note_on(channel, i32::from(n.pitch), i32::from(n.velocity));
                    self.quiet_frames = 0;
                }
                Turn::Off { pitch } => self.synth.note_off(channel(self.preset, *pitch), i32::from(*pitch)),
            }
            self.next += 1;
        }
    }
}

/// Returns strokes and releases in order. A key struck again while it is held is released first, and a release that
/// belongs to an earlier stroke does not end the later one.
fn turns(notes: Vec<PlayedNote>) -> Vec<(u64, Turn)> {
    let mut list: Vec<(u64, u8, Turn)> = Vec::with_capacity(notes.len() * 2);
    for (index, note) in notes.iter().enumerate() {
        let again = notes[index + 1..].iter().find(|n| n.pitch == note.pitch).map(|n| n.start);
        let end = again.map_or(note.end, |start| note.end.min(start));
        list.push((note.start, 1, Turn::On(*note)));
        list.push((end.max(note.start + 1), 0, Turn::Off { pitch: note.pitch }));
    }
    list.sort_by_key(|(at, order, _)| (*at, *order));
    list.into_iter().map(|(at, _, turn)| (at, turn)).collect()
}

impl Instrument for FontPlayer {
    fn play(&mut self, at: u64, out: &mut [[f32; 2]]) -> bool {
        let rest = (REST * SAMPLE_RATE as f32) as usize;
        let end = at + out.len() as u64;
        let starts = self.turns.get(self.next).is_some_and(|(at, _)| *at < end);
        if self.quiet_frames >= rest && !starts {
            return false;
        }
        for (index, chunk) in out.chunks_mut(STEP).enumerate() {
            self.turn(at + ((index + 1) * STEP) as u64);
            let frames = chunk.len();
            self.synth.render(&mut self.left[..frames], &mut self.right[..frames]);
            // What is there already is silence: an instrument plays alone.
            for (frame, (l, r)) in chunk.iter_mut().zip(self.left.iter().zip(&self.right)) {
                *frame = [frame[0] + l * self.gain, frame[1] + r * self.gain];
            }
            self.quiet_frames = if peak(chunk) < SILENCE { self.quiet_frames + frames } else { 0 };
        }
        self.subsonic.run(out);
        if let Some(chorus) = &mut self.chorus {
            chorus.run(out);
        }
        true
    }
}
