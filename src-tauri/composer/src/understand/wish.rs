//! What the prompt wishes for, one value of each kind; of two that contradict each other one is not understood.

use std::ops::Range;

use son1k_domain::music::{Meter, Mode, PitchClass};

use super::reading::{Fact, Finding, Reading};

/// A value with the words that ask for it, in tokens.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wish<T> {
    pub value: T,
    pub spans: Vec<Range<usize>>,
}

/// Tempo and length are asked for exactly or as a place in the style's range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Measure<T> {
    Exact(T),
    PerCent(u32),
}

/// Everything the prompt asks for.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    pub style: Option<Wish<String>>,
    /// The style nearest to a genre that the studio does not have.
    pub near: Option<String>,
    pub moods: Vec<Wish<String>>,
    pub instruments: Vec<Wish<String>>,
    pub without: Vec<Wish<String>>,
    pub tempo: Option<Wish<Measure<f32>>>,
    pub meter: Option<Wish<Meter>>,
    pub length: Option<Wish<Measure<f64>>>,
    pub tonic: Option<Wish<PitchClass>>,
    pub mode: Option<Wish<Mode>>,
    /// What was understood but cannot be followed, in tokens.
    pub missed: Vec<Range<usize>>,
}

impl Wishes {
    /// Sorts out what a reading found.
    pub fn of(reading: &Reading<'_>) -> Self {
        let mut wishes = Self::default();
        for finding in &reading.findings {
            if !wishes.take(finding) {
                wishes.missed.push(finding.span.clone());
            }
        }
        wishes
    }

    /// Returns whether the finding is followed.
    fn take(&mut self, finding: &Finding) -> bool {
        let span = &finding.span;
        match &finding.fact {
            Fact::Instrument(ids) => {
                ids.iter().for_each(|id| self.instrument(id, finding.refused, span));
                true
            }
            // "Not too sad", "nothing like rock": what it should be in their place is left open.
            _ if finding.refused => false,
            Fact::Style(id) => set(&mut self.style, id.clone(), span),
            Fact::Near(id) => {
                self.near.get_or_insert_with(|| id.clone());
                false
            }
            Fact::Mood(id) => {
                add(&mut self.moods, id, span);
                true
            }
            Fact::Pace(place) => set_vague(&mut self.tempo, *place, span),
            Fact::Tempo(bpm) => set_exact(&mut self.tempo, *bpm, span),
            Fact::Meter(meter) => set(&mut self.meter, *meter, span),
            Fact::Seconds(seconds) => set_exact(&mut self.length, *seconds, span),
            Fact::Length(per_cent) => set_vague(&mut self.length, *per_cent, span),
            Fact::Key(words) => {
                let tonic = words.tonic.is_none_or(|tonic| set(&mut self.tonic, tonic, span));
                tonic && words.mode.is_none_or(|mode| set(&mut self.mode, mode, span))
            }
        }
    }

    /// The last word about an instrument counts.
    fn instrument(&mut self, id: &str, refused: bool, span: &Range<usize>) {
        let (to, from) = if refused {
            (&mut self.without, &mut self.instruments)
        } else {
            (&mut self.instruments, &mut self.without)
        };
        if let Some(at) = from.iter().position(|wish| wish.value == id) {
            self.missed.extend(from.remove(at).spans);
        }
        add(to, id, span);
    }
}

/// Takes the first value; the same one again is one more wording.
fn set<T: PartialEq>(slot: &mut Option<Wish<T>>, value: T, span: &Range<usize>) -> bool {
    match slot {
        Some(wish) if wish.value == value => {
            wish.spans.push(span.clone());
            true
        }
        Some(_) => false,
        None => {
            *slot = Some(Wish { value, spans: vec![span.clone()] });
            true
        }
    }
}

/// An exact figure takes the place of a vague word before it.
fn set_exact<T: PartialEq>(slot: &mut Option<Wish<Measure<T>>>, value: T, span: &Range<usize>) -> bool {
    if let Some(wish) = slot
        && matches!(wish.value, Measure::PerCent(_))
    {
        wish.value = Measure::Exact(value);
        wish.spans.push(span.clone());
        return true;
    }
    set(slot, Measure::Exact(value), span)
}

/// "Slow, at 70 bpm" is one wish in two wordings: beside an exact figure the vague word says nothing new.
fn set_vague<T: PartialEq>(slot: &mut Option<Wish<Measure<T>>>, per_cent: u32, span: &Range<usize>) -> bool {
    match slot {
        Some(Wish { value: Measure::Exact(_), spans }) => {
            spans.push(span.clone());
            true
        }
        _ => set(slot, Measure::PerCent(per_cent), span),
    }
}

fn add(wishes: &mut Vec<Wish<String>>, id: &str, span: &Range<usize>) {
    match wishes.iter_mut().find(|wish| wish.value == id) {
        Some(wish) => wish.spans.push(span.clone()),
        None => wishes.push(Wish { value: id.to_owned(), spans: vec![span.clone()] }),
    }
}
