//! From a request to a brief: what the prompt says in Spanish or English, what the fields say, and what is left to choose.
//!
//! Fields win over the prompt. Every value is shown as a chip with its source, and every word that cannot be followed is
//! listed. The words themselves are data files in `words/`.

mod choice;
mod fields;
mod key;
mod number;
mod reading;
mod title;
mod token;
mod vocabulary;
mod wish;

#[cfg(test)]
mod tests;

use std::ops::Range;

use son1k_domain::generation::{
    Brief, Chip, ChipKind, ChipSource, Palette, Request, StyleInfo, Understanding, limits,
};
use son1k_domain::music::{Key, Meter};
use son1k_domain::unit::{Bpm, Seconds};

use crate::{Error, Result};
use reading::Reading;
use wish::{Measure, Wish, Wishes};

pub use key::parse_key;

/// Words that are listed as not understood at most.
const LISTED: usize = 12;

/// Returns what the form can offer.
pub fn palette() -> Palette {
    Palette {
        styles: crate::style::styles(),
        moods: crate::mood::MOODS.map(str::to_owned).to_vec(),
        instruments: crate::instrument::INSTRUMENTS.map(str::to_owned).to_vec(),
    }
}

/// Understands a request. The same request and seed give the same understanding on every machine.
///
/// # Errors
/// [`Error::EmptyPrompt`] when nothing is said at all, [`Error::InvalidField`] when a field holds what it cannot hold.
pub fn understand(request: &Request, seed: u32) -> Result<Understanding> {
    fields::check(request)?;
    if fields::is_empty(request) {
        return Err(Error::EmptyPrompt);
    }
    let reading = reading::read(&request.prompt);
    let wishes = Wishes::of(&reading);
    let mut order = Order { request, reading: &reading, wishes: &wishes, seed, chips: Vec::new() };
    let brief = order.brief()?;
    Ok(Understanding { chips: order.chips, not_understood: not_understood(&reading, &wishes), brief })
}

/// A brief in the making, with its chips.
struct Order<'a> {
    request: &'a Request,
    reading: &'a Reading<'a>,
    wishes: &'a Wishes,
    seed: u32,
    chips: Vec<Chip>,
}

impl Order<'_> {
    fn brief(&mut self) -> Result<Brief> {
        let wishes = self.wishes;
        let moods = union(&self.request.moods, &wishes.moods, &[]);
        let instruments = union(&self.request.instruments, &wishes.instruments, &self.request.without);
        let without = union(&self.request.without, &wishes.without, &self.request.instruments);
        let style = self.style(&moods, &instruments)?;
        let bpm = self.tempo(&style, &moods);
        let key = self.key(&style, &moods)?;
        let meter = self.meter();
        let duration = self.length(&style);
        self.list(ChipKind::Mood, &moods, &wishes.moods);
        self.list(ChipKind::Instrument, &instruments, &wishes.instruments);
        self.list(ChipKind::Without, &without, &wishes.without);
        let title = title::title(self.reading, &style, key);
        Ok(Brief { title, style: style.id, bpm, key, meter, duration, moods, instruments, without })
    }

    fn style(&mut self, moods: &[String], instruments: &[String]) -> Result<StyleInfo> {
        let asked_tempo = self.request.bpm.map(|bpm| bpm.0).or(match self.wishes.tempo {
            Some(Wish { value: Measure::Exact(bpm), .. }) => Some(bpm),
            _ => None,
        });
        let (id, source, spans) = match (&self.request.style, &self.wishes.style, &self.wishes.near) {
            (Some(id), _, _) => (id.clone(), ChipSource::Field, None),
            (None, Some(wish), _) => (wish.value.clone(), ChipSource::Prompt, Some(&wish.spans)),
            (None, None, Some(near)) => (near.clone(), ChipSource::Chosen, None),
            _ => (choice::style(moods, instruments, asked_tempo, self.seed)?, ChipSource::Chosen, None),
        };
        self.chip(ChipKind::Style, id.clone(), source, spans);
        let found = crate::style::styles().into_iter().find(|s| s.id == id);
        found.ok_or(Error::UnknownStyle(id))
    }

    fn tempo(&mut self, style: &StyleInfo, moods: &[String]) -> Bpm {
        let wish = self.wishes.tempo.as_ref();
        let (bpm, source, spans) = match (self.request.bpm, wish) {
            (Some(bpm), _) => (bpm, ChipSource::Field, None),
            (None, Some(wish)) => {
                let bpm = match wish.value {
                    Measure::Exact(bpm) => Bpm(bpm),
                    Measure::PerCent(place) => choice::paced(style, place, self.seed),
                };
                (bpm, ChipSource::Prompt, Some(&wish.spans))
            }
            (None, None) => (choice::tempo(style, moods, self.seed), ChipSource::Chosen, None),
        };
        self.chip(ChipKind::Tempo, tempo_text(bpm), source, spans);
        bpm
    }

    fn key(&mut self, style: &StyleInfo, moods: &[String]) -> Result<Key> {
        if let Some(key) = self.request.key {
            self.chip(ChipKind::Key, key.to_string(), ChipSource::Field, None);
            return Ok(key);
        }
        let (tonic, mode) = (self.wishes.tonic.as_ref(), self.wishes.mode.as_ref());
        let mut spans: Vec<Range<usize>> = tonic.iter().flat_map(|w| w.spans.clone()).collect();
        spans.extend(mode.iter().flat_map(|w| w.spans.clone()));
        spans.sort_by_key(|span| span.start);
        spans.dedup();
        let key = Key {
            tonic: tonic.map_or_else(|| choice::tonic(self.seed), |wish| wish.value),
            mode: match mode {
                Some(wish) => wish.value,
                None => choice::mode(&style.id, moods, self.seed)?,
            },
        };
        let source = if spans.is_empty() { ChipSource::Chosen } else { ChipSource::Prompt };
        self.chip(ChipKind::Key, key.to_string(), source, Some(&spans));
        Ok(key)
    }

    fn meter(&mut self) -> Meter {
        let (meter, source, spans) = match (self.request.meter, &self.wishes.meter) {
            (Some(meter), _) => (meter, ChipSource::Field, None),
            (None, Some(wish)) => (wish.value, ChipSource::Prompt, Some(&wish.spans)),
            (None, None) => (Meter::FOUR_FOUR, ChipSource::Chosen, None),
        };
        self.chip(ChipKind::Meter, meter.to_string(), source, spans);
        meter
    }

    fn length(&mut self, style: &StyleInfo) -> Seconds {
        let wish = self.wishes.length.as_ref();
        let (duration, source, spans) = match (self.request.duration, wish) {
            (Some(duration), _) => (duration, ChipSource::Field, None),
            (None, Some(wish)) => {
                let seconds = match wish.value {
                    Measure::Exact(seconds) => seconds,
                    Measure::PerCent(share) => (style.duration_typical.0 * f64::from(share) / 100.0).round(),
                };
                let allowed = seconds.clamp(*limits::DURATION_S.start(), *limits::DURATION_S.end());
                (Seconds(allowed), ChipSource::Prompt, Some(&wish.spans))
            }
            (None, None) => (style.duration_typical, ChipSource::Chosen, None),
        };
        self.chip(ChipKind::Length, format!("{}", (duration.0 * 10.0).round() / 10.0), source, spans);
        duration
    }

    /// One chip for each id: those of the field first.
    fn list(&mut self, kind: ChipKind, ids: &[String], wishes: &[Wish<String>]) {
        let field = match kind {
            ChipKind::Mood => &self.request.moods,
            ChipKind::Instrument => &self.request.instruments,
            _ => &self.request.without,
        };
        for id in ids {
            if field.contains(id) {
                self.chip(kind, id.clone(), ChipSource::Field, None);
            } else if let Some(wish) = wishes.iter().find(|w| w.value == *id) {
                self.chip(kind, id.clone(), ChipSource::Prompt, Some(&wish.spans));
            }
        }
    }

    fn chip(&mut self, kind: ChipKind, value: String, source: ChipSource, spans: Option<&Vec<Range<usize>>>) {
        let words = spans.map(|spans| written(self.reading, spans)).unwrap_or_default();
        self.chips.push(Chip { kind, value, source, words });
    }
}

/// The words as they stand in the prompt; separate places are joined by an ellipsis.
fn written(reading: &Reading<'_>, spans: &[Range<usize>]) -> String {
    let mut words: Vec<&str> = spans.iter().map(|span| reading.words(span)).collect();
    words.dedup();
    words.join(" … ")
}

/// The ids of a field and then those of the prompt, each once, without those that another field rules out.
fn union(field: &[String], wishes: &[Wish<String>], ruled_out: &[String]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for id in field.iter().chain(wishes.iter().map(|w| &w.value)) {
        if !ids.contains(id) && !ruled_out.contains(id) {
            ids.push(id.clone());
        }
    }
    ids
}

fn tempo_text(bpm: Bpm) -> String {
    format!("{}", (bpm.0 * 10.0).round() / 10.0)
}

/// Lists, in the order of the prompt and each once, the words without a meaning and the wishes that cannot be followed.
fn not_understood(reading: &Reading<'_>, wishes: &Wishes) -> Vec<String> {
    let mut spans: Vec<Range<usize>> = reading.unknown.iter().map(|at| *at..at + 1).collect();
    spans.extend(wishes.missed.iter().cloned());
    spans.sort_by_key(|span| span.start);
    let mut listed: Vec<String> = Vec::new();
    for span in &spans {
        let words = reading.words(span);
        let again = listed.iter().any(|seen| seen.to_lowercase() == words.to_lowercase());
        if !again && !words.is_empty() && listed.len() < LISTED {
            listed.push(words.to_owned());
        }
    }
    listed
}
