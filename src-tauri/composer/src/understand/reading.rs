//! Reading a prompt from left to right: the longest phrase that means something wins at each word.

use std::ops::Range;

use son1k_domain::music::Meter;

use super::key::{KeyWords, key};
use super::number;
use super::token::{Token, tokens};
use super::vocabulary::{Meaning, Vocabulary, vocabulary};

/// A fact that a phrase of the prompt states.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fact {
    Style(String),
    Near(String),
    Mood(String),
    /// One instrument, or several that share a refused word.
    Instrument(Vec<String>),
    Pace(u32),
    Tempo(f32),
    Meter(Meter),
    Seconds(f64),
    /// Per cent of the typical length.
    Length(u32),
    Key(KeyWords),
}

/// A fact with the words that state it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding {
    pub fact: Fact,
    pub refused: bool,
    /// In tokens.
    pub span: Range<usize>,
}

/// A prompt as read.
pub(super) struct Reading<'a> {
    pub text: &'a str,
    pub tokens: Vec<Token>,
    pub findings: Vec<Finding>,
    /// Tokens that mean nothing to the studio and are not small words.
    pub unknown: Vec<usize>,
}

/// Reads a prompt.
pub(super) fn read(text: &str) -> Reading<'_> {
    let mut reader = Reader {
        words: vocabulary(),
        reading: Reading { text, tokens: tokens(text), findings: Vec::new(), unknown: Vec::new() },
        refusal: None,
    };
    let mut at = 0;
    while at < reader.reading.tokens.len() {
        at += reader.step(at).max(1);
    }
    reader.reading
}

impl Reading<'_> {
    /// Returns the words of a span as they were written.
    pub fn words(&self, span: &Range<usize>) -> &str {
        let first = self.tokens.get(span.start).map(|t| t.place.start);
        let last = span.end.checked_sub(1).and_then(|at| self.tokens.get(at)).map(|t| t.place.end);
        first.zip(last).and_then(|(start, end)| self.text.get(start..end)).unwrap_or_default()
    }
}

struct Reader<'a> {
    words: &'static Vocabulary,
    reading: Reading<'a>,
    /// Where the words began that refuse what follows.
    refusal: Option<usize>,
}

impl Reader<'_> {
    /// Reads what stands at a token and returns how many tokens that was.
    fn step(&mut self, at: usize) -> usize {
        if self.refusal.is_some() && self.ends_refusal(at) {
            self.refusal = None;
        }
        let (meaning, length) = match self.meaning(at) {
            Some(found) => found,
            None => return self.pass(at),
        };
        match meaning {
            Said::Refusing => self.refusal = Some(at),
            Said::Fulfilled => {}
            Said::Fact(fact) => self.note(fact, at, length),
        }
        length
    }

    fn meaning(&self, at: usize) -> Option<(Said, usize)> {
        let rest = self.reading.tokens.get(at..)?;
        let figures = [
            number::tempo(rest).map(|(v, n)| (Fact::Tempo(v), n)),
            number::seconds(rest).map(|(v, n)| (Fact::Seconds(v), n)),
            number::meter(rest).map(|(v, n)| (Fact::Meter(v), n)),
            key(self.reading.text, &self.reading.tokens, at).map(|(v, n)| (Fact::Key(v), n)),
        ];
        let figure = figures.into_iter().flatten().max_by_key(|(_, length)| *length);
        let phrase = self.words.phrase(rest);
        match (figure, phrase) {
            (Some((fact, length)), None) => Some((Said::Fact(fact), length)),
            (Some((fact, length)), Some((_, other))) if length >= other => Some((Said::Fact(fact), length)),
            (_, Some((meaning, length))) => Some((said(meaning), length)),
            (None, None) => {
                let first = rest.first()?;
                self.words.nearly(&first.word).map(|meaning| (said(meaning), 1))
            }
        }
    }

    /// A word without a meaning: small ones are passed over, the others are kept as not understood.
    fn pass(&mut self, at: usize) -> usize {
        let small = self.reading.tokens.get(at).is_none_or(|t| self.words.is_small(&t.word));
        if !small {
            self.reading.unknown.push(at);
            self.refusal = None;
        }
        1
    }

    fn note(&mut self, mut fact: Fact, at: usize, length: usize) {
        let mut span = at..at + length;
        if let (Some(from), Fact::Instrument(ids)) = (self.refusal, &mut fact) {
            let word = self.reading.tokens.get(at).map_or("", |t| t.word.as_str());
            if let Some(family) = self.words.family(word).filter(|_| length == 1) {
                *ids = family.to_vec();
            }
            // The first thing refused is shown with the word that refuses it.
            let first = !self.reading.findings.iter().any(|f| f.span.start >= from);
            span.start = if first { from } else { at };
        } else if let Some(from) = self.refusal {
            span.start = from;
        }
        self.reading.findings.push(Finding { fact, refused: self.refusal.is_some(), span });
    }

    /// `sin batería, con piano` · `no drums but piano` · `no drums and a piano`: the refusal ends before the piano.
    fn ends_refusal(&self, at: usize) -> bool {
        let word = |at: usize| self.reading.tokens.get(at).map_or("", |t| t.word.as_str());
        let Some(token) = self.reading.tokens.get(at) else { return true };
        let turns = matches!(
            token.word.as_str(),
            "con" | "with" | "but" | "pero" | "just" | "only" | "solo" | "plus" | "mas"
        );
        let another = matches!(word(at.wrapping_sub(1)), "and" | "y")
            && matches!(token.word.as_str(), "a" | "an" | "un" | "una" | "some" | "unos" | "unas");
        turns || another || (token.after_break && !self.goes_on(at))
    }

    /// Whether a list of bare instruments runs on to an `and`, `or` or `ni`: `without drums, bass and guitar`.
    fn goes_on(&self, mut at: usize) -> bool {
        if matches!(
            self.reading.tokens.get(at).map(|t| t.word.as_str()),
            Some("ni" | "nor" | "or" | "o" | "u")
        ) {
            return true;
        }
        // A list of more than a handful is prose.
        for _ in 0..8 {
            let Some(length) = self.instrument(at) else { return false };
            at += length;
            let Some(next) = self.reading.tokens.get(at) else { return false };
            if matches!(next.word.as_str(), "and" | "or" | "y" | "o" | "u" | "ni" | "nor") {
                return self.instrument(at + 1).is_some();
            }
            if !next.after_break {
                return false;
            }
        }
        false
    }

    fn instrument(&self, at: usize) -> Option<usize> {
        match self.words.phrase(self.reading.tokens.get(at..)?) {
            Some((Meaning::Instrument(_), length)) => Some(length),
            _ => None,
        }
    }
}

enum Said {
    Fact(Fact),
    Refusing,
    Fulfilled,
}

fn said(meaning: &Meaning) -> Said {
    Said::Fact(match meaning {
        Meaning::Style(id) => Fact::Style(id.clone()),
        Meaning::Near(id) => Fact::Near(id.clone()),
        Meaning::Mood(id) => Fact::Mood(id.clone()),
        Meaning::Instrument(id) => Fact::Instrument(vec![id.clone()]),
        Meaning::Pace(place) => Fact::Pace(*place),
        Meaning::Tempo(bpm) => Fact::Tempo(*bpm),
        Meaning::Meter(meter) => Fact::Meter(*meter),
        Meaning::Length(per_cent) => Fact::Length(*per_cent),
        Meaning::Refusing => return Said::Refusing,
        Meaning::Fulfilled => return Said::Fulfilled,
    })
}
