//! English text → phonemes, American or British, in the alphabet that Kokoro-82M was trained with.
//!
//! Ported from the G2P of hibari-tts 0.2.1 (M. Williams, Apache-2.0), which is itself a port of misaki 0.9.4 (hexgrad,
//! Apache-2.0) with the tokenizer rules of spaCy (ExplosionAI, MIT): normalise, part into tokens, tag, look up with the rules
//! of the sentence, ask for what no list has. Lexicons, tagger and tables are hibari's files. For any text,
//! [`English::phonemes`] gives what hibari gives, but for quotation marks and signs without a name, which leave the words
//! beside them alone here. Reading better than that is the business of [`words`], which stands before it.

mod letter;
mod lexicon;
mod normalize;
mod numbers;
mod reading;
mod rewrite;
mod stress;
mod subtokens;
mod tagger;
mod token;
mod tokenizer;
mod unknown;
mod wordlist;
mod words;

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;
use std::panic::resume_unwind;
use std::thread::ScopedJoinHandle;

use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;

use crate::{Error, Result};
use lexicon::Lexicon;
use normalize::Normalizer;
use reading::Voice;
use tagger::Tagger;
use token::Token;
use tokenizer::Tokenizer;
use wordlist::WordList;

pub(crate) use words::words;

/// Bytes that a file of the lexicon may have when it is unpacked; the largest has 5 MB.
const LARGEST: u64 = 64 << 20;

/// The files of the English lexicon as the shelf has them, each gzip or plain JSON.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// Words whose phonemes people have checked, in the accent that is to be spoken.
    pub gold: &'a [u8],
    /// Words whose phonemes a machine has made.
    pub silver: &'a [u8],
    pub tagger: &'a [u8],
    /// Words that the tokenizer parts otherwise than its rules have it.
    pub exceptions: &'a [u8],
    /// Names of months, units, titles, signs.
    pub normalize: &'a [u8],
}

/// A reader of English.
pub struct English {
    lexicon: Lexicon,
    tokenizer: Tokenizer,
    tagger: Tagger,
    normalizer: Normalizer,
}

impl English {
    /// Reads the lexicon of an accent.
    ///
    /// # Errors
    /// [`Error::Lexicon`] for a file that is not what it should be.
    pub fn new(sources: Sources<'_>, british: bool) -> Result<Self> {
        let words =
            |file, bytes| WordList::read(&unpacked(file, bytes)?).map_err(|error| unusable(file, error));
        // Somebody waits for the first word: the three long files are read side by side.
        std::thread::scope(|scope| {
            let gold = scope.spawn(move || words("gold", sources.gold));
            let silver = scope.spawn(move || words("silver", sources.silver));
            let tagger = parsed("tagger", sources.tagger);
            let exceptions = parsed::<HashMap<_, _>>("exceptions", sources.exceptions);
            let normalize = parsed("normalize", sources.normalize);
            Ok(Self {
                lexicon: Lexicon::new(joined(gold)?, joined(silver)?, british),
                tokenizer: Tokenizer::new(exceptions?),
                tagger: tagger?,
                normalizer: Normalizer::new(normalize?),
            })
        })
    }

    /// Returns the phonemes of a phrase, with the spaces and the marks that the voice knows. `[word](/phonemes/)` says a word
    /// as written. `unknown` reads a word of letters that no list has; where it gives `None`, the word is spelled out.
    /// What cannot be read is left out.
    pub fn phonemes(&self, phrase: &str, unknown: &mut dyn FnMut(&str) -> Option<String>) -> String {
        let text = self.normalizer.normalize(phrase);
        Voice { lexicon: &self.lexicon, ask: unknown }.read(self.tokens(&text))
    }

    fn tokens(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(link) = Link::first(rest) {
            self.push_tokens(link.before, &mut tokens);
            let mut token = Token::new(link.text, "NN", link.behind.starts_with(letter::is_space));
            token.phonemes = link.phonemes().map(str::to_owned);
            tokens.push(token);
            rest = link.behind;
        }
        self.push_tokens(rest, &mut tokens);
        tokens
    }

    fn push_tokens(&self, text: &str, tokens: &mut Vec<Token>) {
        let pieces = self.tokenizer.pieces(text);
        let words: Vec<&str> = pieces.iter().map(|(word, _)| *word).collect();
        let tags = self.tagger.tags(&words);
        tokens.extend(pieces.iter().zip(tags).map(|((word, space), tag)| Token::new(*word, tag, *space)));
    }
}

/// `[text](/phonemes/)`, or any other link of Markdown, which is read as its text.
struct Link<'a> {
    before: &'a str,
    text: &'a str,
    target: &'a str,
    behind: &'a str,
}

impl<'a> Link<'a> {
    /// Returns the first link of a text. Looks at each character once, whatever stands in brackets.
    fn first(text: &'a str) -> Option<Self> {
        let mut from = 0;
        while let Some(inside) =
            text[from..].split(']').next().filter(|inside| from + inside.len() < text.len())
        {
            let (close, open) = (from + inside.len(), inside.find('[').map(|open| from + open));
            let linked = open.filter(|open| open + 1 < close).zip(text[close..].strip_prefix("]("));
            if let Some((open, rest)) = linked {
                let (target, behind) = rest.split_once(')')?;
                return Some(Self { before: &text[..open], text: &text[open + 1..close], target, behind });
            }
            from = close + 1;
        }
        None
    }

    fn phonemes(&self) -> Option<&'a str> {
        let inner = self.target.strip_prefix('/')?;
        inner.ends_with('/').then(|| inner.trim_end_matches('/'))
    }
}

/// Returns what a thread made; its panic goes on here.
fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

fn parsed<T: DeserializeOwned>(file: &'static str, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(&unpacked(file, bytes)?).map_err(|error| unusable(file, error))
}

/// Returns a file as it was before gzip, or as it is.
fn unpacked<'a>(file: &'static str, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut unpacked = Vec::with_capacity(bytes.len() * 4);
    let read = GzDecoder::new(bytes).take(LARGEST).read_to_end(&mut unpacked);
    read.map_err(|error| unusable(file, error))?;
    Ok(Cow::Owned(unpacked))
}

fn unusable(file: &'static str, why: impl ToString) -> Error {
    Error::Lexicon { file, why: why.to_string() }
}

#[cfg(test)]
mod tests;
