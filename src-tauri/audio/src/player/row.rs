//! Sounds one after the other: without a gap to the sample, or going over into each other.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use super::source::{Length, Place, Spot, Step};
use super::tape::Tape;
use super::voice::{Filled, Voice};
use super::{Cue, Fault, PlayerEvent, SoundFile};
use crate::error::Result;

/// Frames given at a time: 12 ms.
pub(super) const BLOCK: usize = 512;

/// Seconds that are read ahead, beside those of a cross-fade: what a disk that wakes up may take.
const DEPTH: f64 = 2.0;

/// Seconds of a sound that must be there before one may go over into it.
const HEAD: f64 = 0.1;

pub(super) struct Entry {
    pub(super) key: u64,
    pub(super) path: PathBuf,
    /// In seconds; 0 where it is not known.
    pub(super) length: f64,
}

pub(super) struct Row {
    entries: Vec<Entry>,
    next_key: u64,
    /// Of the device, in hertz.
    rate: u32,
    repeat: bool,
    /// In seconds.
    crossfade: f64,
    lead: Option<Voice>,
    /// What follows, opened and read ahead.
    upcoming: Option<(u64, Tape)>,
    fading: Option<Fading>,
    /// Entries that cannot be played; they are passed over until somebody asks for them.
    broken: HashSet<u64>,
    news: Vec<PlayerEvent>,
    /// The two sides of a cross-fade.
    sides: [Vec<[f32; 2]>; 2],
}

/// A voice that goes, frames of it gone so far, and after how many it is silent.
struct Fading {
    voice: Voice,
    at: usize,
    length: usize,
}

impl Row {
    pub(super) fn new(files: Vec<SoundFile>, crossfade: f64, repeat: bool) -> Self {
        let mut row = Self {
            entries: Vec::new(),
            next_key: 0,
            rate: 0,
            repeat,
            crossfade,
            lead: None,
            upcoming: None,
            fading: None,
            broken: HashSet::new(),
            news: Vec::new(),
            sides: Default::default(),
        };
        row.append(files);
        row
    }

    pub(super) fn append(&mut self, files: Vec<SoundFile>) {
        for file in files {
            let length = file.duration.map_or(0.0, |duration| duration.0);
            self.entries.push(Entry { key: self.next_key, path: file.path, length });
            self.next_key += 1;
        }
        self.revise();
    }

    /// Takes an entry out, and returns where to go on if it was in use; `heard` is what is heard now.
    pub(super) fn remove(&mut self, index: usize, heard: Spot) -> Option<Spot> {
        if index >= self.entries.len() {
            return None;
        }
        let key = self.entries.remove(index).key;
        let leads = self.lead.as_ref().is_some_and(|voice| voice.key == key);
        self.revise();
        match heard.key == key {
            true => {
                let next = self.entries.get(index).or(self.entries.last());
                next.map(|entry| Spot { key: entry.key, seconds: 0.0 })
            }
            false => leads.then_some(heard),
        }
    }

    /// Returns the start of an entry that somebody asks for: it gets another chance.
    pub(super) fn start_of(&mut self, index: usize) -> Option<Spot> {
        let entry = self.entries.get(index)?;
        self.broken.remove(&entry.key);
        Some(Spot { key: entry.key, seconds: 0.0 })
    }

    pub(super) fn set_repeat(&mut self, repeat: bool) {
        self.repeat = repeat;
        self.revise();
    }

    pub(super) fn set_crossfade(&mut self, seconds: f64) {
        self.crossfade = seconds;
        let depth = self.depth();
        self.lead.iter().for_each(|voice| voice.tape.set_depth(depth));
        self.upcoming.iter().for_each(|(_, tape)| tape.set_depth(depth));
    }

    /// Lets go of what was opened ahead if something else follows now.
    fn revise(&mut self) {
        let following = self.following();
        if self.upcoming.as_ref().is_some_and(|(key, _)| Some(*key) != following) {
            self.upcoming = None;
        }
    }

    fn depth(&self) -> f64 {
        DEPTH + self.crossfade
    }

    /// Returns the entry after the one that leads.
    fn following(&self) -> Option<u64> {
        let lead = self.lead.as_ref()?;
        let at = self.entries.iter().position(|entry| entry.key == lead.key)?;
        let (before, after) = self.entries.split_at(at + 1);
        let again = before.iter().filter(|_| self.repeat);
        after.iter().chain(again).map(|entry| entry.key).find(|key| !self.broken.contains(key))
    }

    fn entry(&self, key: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Goes to a spot; `span` is the part of the sound that is played again and again.
    pub(super) fn seek(&mut self, spot: Spot, span: Option<(f64, f64)>, rate: u32) {
        (self.rate, self.fading) = (rate, None);
        let cue = Cue { at: spot.seconds, span };
        let old = self.lead.take().map(|voice| (voice.key, voice.tape));
        let known = [old, self.upcoming.take()].into_iter().flatten().find(|(key, _)| *key == spot.key);
        let known = known.map(|(_, tape)| tape).filter(|tape| !tape.is_dead());
        let tape = match (known, self.entry(spot.key)) {
            (Some(tape), _) => {
                tape.cue(cue);
                tape
            }
            (None, Some(entry)) => Tape::start(entry.path.clone(), cue, self.depth()),
            (None, None) => return,
        };
        self.lead = Some(Voice::new(spot.key, tape, rate));
    }

    /// Opens what follows, and passes over what cannot be opened.
    fn look_ahead(&mut self) {
        while let Some((key, fault)) =
            self.upcoming.as_ref().and_then(|(key, tape)| Some((*key, tape.refusal()?)))
        {
            self.tell(key, fault);
            self.upcoming = None;
        }
        if self.upcoming.is_none()
            && let Some(entry) = self.following().and_then(|key| self.entry(key))
        {
            let tape = Tape::start(entry.path.clone(), Cue { at: 0.0, span: None }, self.depth());
            self.upcoming = Some((entry.key, tape));
        }
    }

    fn tell(&mut self, key: u64, fault: Fault) {
        // A file that is only damaged may be heard again as far as it goes.
        let fresh = self.broken.insert(key);
        if fault == Fault::Damaged {
            self.broken.remove(&key);
        }
        if fresh && let Some(index) = self.entries.iter().position(|entry| entry.key == key) {
            self.news.push(PlayerEvent::Skipped { index, fault });
        }
    }

    /// Adds the next frames to `out`.
    pub(super) fn next(&mut self, out: &mut Vec<[f32; 2]>) -> Result<Step> {
        loop {
            self.look_ahead();
            if self.fading.is_some() {
                return self.cross(out);
            }
            let Some(lead) = &mut self.lead else { return Ok(Step::Over) };
            if let Some(fault) = lead.tape.fault() {
                let key = lead.key;
                self.tell(key, fault);
                continue;
            }
            let Some(most) = self.until_fade() else {
                self.begin_fade();
                continue;
            };
            let Some(lead) = &mut self.lead else { return Ok(Step::Over) };
            let filled = lead.fill(most)?;
            if lead.rail.ready() > 0 {
                return Ok(Step::Sound(lead.rail.give(most, out)));
            }
            match filled {
                Filled::Later | Filled::Full => return Ok(Step::Later),
                Filled::Over => {
                    if let Some(step) = self.turn_over(out)? {
                        return Ok(step);
                    }
                }
            }
        }
    }

    /// Returns how many frames may be given before the lead begins to go; none when it is to go now.
    fn until_fade(&self) -> Option<usize> {
        let (Some(lead), Some((key, tape))) = (&self.lead, &self.upcoming) else { return Some(BLOCK) };
        if self.crossfade <= 0.0 || !tape.is_ready(HEAD) {
            return Some(BLOCK);
        }
        let Some(remaining) = lead.remaining() else { return Some(BLOCK) };
        // Half of each sound is heard alone.
        let halves = [lead.key, *key].into_iter().filter_map(|key| self.entry(key));
        let halves = halves.map(|entry| entry.length / 2.0).filter(|half| *half > 0.0);
        let seconds = halves.fold(self.crossfade, f64::min);
        let length = (seconds * f64::from(self.rate)) as usize;
        (remaining > length || remaining == 0).then(|| (remaining - length.min(remaining)).clamp(1, BLOCK))
    }

    fn begin_fade(&mut self) {
        let Some((key, tape)) = self.upcoming.take() else { return };
        let voice = self.lead.replace(Voice::new(key, tape, self.rate));
        self.fading =
            voice.map(|voice| Fading { at: 0, length: voice.remaining().unwrap_or(0).max(1), voice });
    }

    /// The lead's tape is empty and its rail too, but for what the resampler holds back: goes on with what follows.
    fn turn_over(&mut self, out: &mut Vec<[f32; 2]>) -> Result<Option<Step>> {
        let Some(lead) = &mut self.lead else { return Ok(Some(Step::Over)) };
        match &self.upcoming {
            Some((_, tape)) if tape.rate().is_none() => return Ok(Some(Step::Later)),
            Some(_) => {}
            None => {
                lead.rail.finish()?;
                let rest = lead.rail.ready() > 0;
                return Ok(Some(if rest { Step::Sound(lead.rail.give(BLOCK, out)) } else { Step::Over }));
            }
        }
        // The rail stays: sounds of one rate are one stream for it.
        if let Some((key, tape)) = self.upcoming.take() {
            (lead.key, lead.tape) = (key, tape);
        }
        Ok(None)
    }

    /// One sound goes over into the next with equal power.
    fn cross(&mut self, out: &mut Vec<[f32; 2]>) -> Result<Step> {
        let (Some(fading), Some(lead)) = (&mut self.fading, &mut self.lead) else { return Ok(Step::Later) };
        let left = BLOCK.min(fading.length - fading.at);
        let Some(coming) = lead.fill_to_end(left)? else { return Ok(Step::Later) };
        let Some(going) = fading.voice.fill_to_end(left)? else { return Ok(Step::Later) };
        if coming == 0 {
            self.fading = None;
            return Ok(Step::Later);
        }
        let going_ends = going == 0;
        let count = if going_ends { coming } else { coming.min(going) };
        let [outgoing, incoming] = &mut self.sides;
        outgoing.clear();
        incoming.clear();
        let place: Place = lead.rail.give(count, incoming);
        while outgoing.len() < incoming.len() && fading.voice.rail.ready() > 0 {
            fading.voice.rail.give(incoming.len() - outgoing.len(), outgoing);
        }
        outgoing.resize(incoming.len(), [0.0; 2]);
        for (index, (old, new)) in outgoing.iter().zip(incoming.iter()).enumerate() {
            let part = (fading.at + index) as f32 + 0.5;
            let (gain_in, gain_out) = (part / fading.length as f32 * std::f32::consts::FRAC_PI_2).sin_cos();
            out.push([0, 1].map(|side: usize| old[side] * gain_out + new[side] * gain_in));
        }
        fading.at += incoming.len();
        if fading.at >= fading.length {
            self.fading = None;
        }
        Ok(Step::Sound(place))
    }

    pub(super) fn wait(&self, patience: Duration) {
        match &self.lead {
            Some(voice) => voice.tape.wait(patience),
            None => std::thread::sleep(patience),
        }
    }

    pub(super) fn news(&mut self) -> Vec<PlayerEvent> {
        std::mem::take(&mut self.news)
    }

    pub(super) fn lengths(&self) -> Vec<Length> {
        self.entries.iter().map(|entry| Length { key: entry.key, seconds: entry.length }).collect()
    }
}
