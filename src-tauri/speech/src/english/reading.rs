//! Tokens → phonemes. A sentence is read from its end, because how "the", "to" or "a" sounds depends on what follows. A word
//! of several parts ("lo-fi", "O'Brien's") is looked up whole, then by ever smaller parts.

use super::lexicon::{Ahead, Lexicon, is_to};
use super::stress::{self, PRIMARY, Stress, is_consonant, is_vowel};
use super::token::{Currency, Tag, Token, merged};
use super::{subtokens, unknown};

/// Parts that are looked up together at most. Longer ones are nothing that anybody says in one word, and every run of
/// parts is looked up.
const PARTS: usize = 32;

/// Marks that the voice knows.
fn is_punctuation(c: char) -> bool {
    ends_phrase(c) || matches!(c, '"' | '“' | '”')
}

/// Returns whether a mark is heard as a pause or a turn of the melody.
fn ends_phrase(c: char) -> bool {
    matches!(c, ';' | ':' | ',' | '.' | '!' | '?' | '—' | '…')
}

/// Marks inside words that are not read.
fn is_silent(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\'' | ',' | '-' | '.' | '_' | '‘' | '’' | '/'))
}

/// One token, or several that belong together.
enum Word {
    Whole(Token),
    Parts(Vec<Token>),
}

/// Reads tokens with a lexicon; `ask` says words that it does not know.
pub struct Voice<'a> {
    pub lexicon: &'a Lexicon,
    pub ask: &'a mut dyn FnMut(&str) -> Option<String>,
}

impl Voice<'_> {
    /// Returns the phonemes of a sentence, with a space where it has one.
    pub fn read(&mut self, tokens: Vec<Token>) -> String {
        let mut words = words(tokens);
        let mut ahead = Ahead::default();
        for word in words.iter_mut().rev() {
            ahead = match word {
                Word::Whole(token) => self.whole(token, ahead),
                Word::Parts(tokens) => match tokens.as_mut_slice() {
                    [token] => self.whole(token, ahead),
                    tokens => self.parts(tokens, ahead),
                },
            };
        }
        joined(&words)
    }

    fn whole(&mut self, token: &mut Token, ahead: Ahead) -> Ahead {
        let phonemes = token.phonemes.take().or_else(|| self.lexicon.read(token, ahead));
        let phonemes = phonemes.unwrap_or_else(|| unknown::read(self.lexicon, &token.text, self.ask));
        let behind = heard(ahead, &phonemes, token);
        token.phonemes = Some(phonemes);
        behind
    }

    /// Looks for the longest run of parts that is known, ever further to the left.
    fn parts(&mut self, tokens: &mut [Token], mut ahead: Ahead) -> Ahead {
        let (mut left, mut right) = (0, tokens.len());
        while left < right {
            match self.run(&tokens[left..right], ahead) {
                Some((phonemes, token)) => {
                    ahead = heard(ahead, &phonemes, &token);
                    read_as(&mut tokens[left..right], phonemes);
                    (left, right) = (0, left);
                }
                None if left + 1 < right => left += 1,
                None => {
                    right -= 1;
                    left = 0;
                    let part = &mut tokens[right];
                    if part.phonemes.is_none() && !is_silent(&part.text) && !unknown::is_mute(&part.text) {
                        let phonemes = unknown::read(self.lexicon, &merged(tokens).text, self.ask);
                        read_as(tokens, phonemes);
                        return ahead;
                    }
                    part.phonemes.get_or_insert_default();
                }
            }
        }
        set_apart(tokens);
        ahead
    }

    fn run(&self, tokens: &[Token], ahead: Ahead) -> Option<(String, Token)> {
        if !tokens.iter().all(Token::is_open) {
            return None;
        }
        let token = merged(tokens);
        let phonemes = self.lexicon.read(&token, ahead)?;
        Some((phonemes, token))
    }
}

/// Gives the phonemes of several tokens to the first of them.
fn read_as(tokens: &mut [Token], phonemes: String) {
    for token in tokens.iter_mut() {
        token.phonemes = Some(String::new());
    }
    if let Some(first) = tokens.first_mut() {
        first.phonemes = Some(phonemes);
    }
}

/// Returns what is ahead of the word before `token`.
fn heard(ahead: Ahead, phonemes: &str, token: &Token) -> Ahead {
    let first = phonemes.chars().find(|&c| is_vowel(c) || is_consonant(c) || ends_phrase(c));
    let vowel = match first {
        Some(c) if ends_phrase(c) => None,
        Some(c) => Some(is_vowel(c)),
        None => ahead.vowel,
    };
    Ahead { vowel, to: is_to(&token.text, token.tag) }
}

/// Parts tokens further, tells marks and money from words, and joins what stands together without a space.
fn words(tokens: Vec<Token>) -> Vec<Word> {
    let mut words = Vec::with_capacity(tokens.len());
    let mut currency = None;
    // Whether what comes next can open something.
    let mut free = true;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(mut token) = tokens.next() {
        let opens = free && !token.space;
        free = token.space || matches!(token.text.as_str(), "(" | "[" | "{" | "—" | "–");
        if let Some(quote) = quote(&token.text, opens).filter(|_| token.is_open()) {
            free |= opens;
            token.phonemes = Some(quote.to_owned());
            words.push(Word::Whole(token));
            continue;
        }
        let last_amount = tokens.peek().is_none_or(|next| next.tag != "CD");
        let parts = subtokens(token);
        let texts: Vec<String> = parts.iter().map(|part| part.text.clone()).collect();
        for (place, mut part) in parts.into_iter().enumerate() {
            let last = last_amount && place + 1 == texts.len();
            if part.is_open() {
                tell(&mut part, &mut currency, last, || is_between_letters(&texts, place));
            }
            push(&mut words, part);
        }
    }
    words
}

/// Returns a quotation mark as the voice knows it. hibari asks its tagger, which takes most of them for nouns, so that the
/// words beside them are read as unknown ones.
fn quote(text: &str, opens: bool) -> Option<&'static str> {
    match text {
        "“" | "„" | "«" => Some("“"),
        "”" | "»" => Some("”"),
        "\"" => Some(if opens { "“" } else { "”" }),
        _ => None,
    }
}

fn subtokens(token: Token) -> Vec<Token> {
    if !token.is_open() {
        return vec![token];
    }
    let mut parts: Vec<Token> =
        subtokens::parts(&token.text).into_iter().map(|part| Token::new(part, token.tag, false)).collect();
    if let Some(last) = parts.last_mut() {
        last.space = token.space;
    }
    parts
}

/// Says of a part whether it is a mark, a sign of money, an amount, or the "2" of "B2B". `last`: no further amount follows.
fn tell(
    part: &mut Token,
    currency: &mut Option<Currency>,
    last: bool,
    between_letters: impl FnOnce() -> bool,
) {
    let sign = Currency::of(&part.text).filter(|_| part.tag == "$");
    let spelled = part.text.chars().all(|c| c.to_ascii_lowercase().is_ascii_lowercase());
    if sign.is_some() {
        *currency = sign;
        part.phonemes = Some(String::new());
    } else if part.tag == ":" && matches!(part.text.as_str(), "-" | "–") {
        part.phonemes = Some("—".to_owned());
    } else if is_mark(part.tag) && !spelled {
        part.phonemes = Some(mark(part));
    } else if currency.is_some() {
        match part.tag {
            "CD" if last => part.currency = *currency,
            "CD" => {}
            _ => *currency = None,
        }
    } else if part.text == "2" && between_letters() {
        part.alias = Some("to");
    }
}

fn is_mark(tag: Tag) -> bool {
    matches!(tag, "." | "," | "-LRB-" | "-RRB-" | "``" | "\"\"" | "''" | ":" | "$" | "#" | "NFP")
}

fn mark(part: &Token) -> String {
    match part.tag {
        "-LRB-" => "(".to_owned(),
        "-RRB-" => ")".to_owned(),
        "``" => "“".to_owned(),
        "''" | "\"\"" => "”".to_owned(),
        _ => part.text.chars().filter(|&c| is_punctuation(c)).collect(),
    }
}

fn is_between_letters(texts: &[String], place: usize) -> bool {
    let before = place.checked_sub(1).and_then(|before| texts.get(before)?.chars().next_back());
    let behind = texts.get(place + 1).and_then(|behind| behind.chars().next());
    before.zip(behind).is_some_and(|(before, behind)| before.is_alphabetic() && behind.is_alphabetic())
}

fn push(words: &mut Vec<Word>, mut part: Token) {
    let open = part.is_open();
    match words.last_mut() {
        _ if !open => words.push(Word::Whole(part)),
        Some(Word::Parts(parts)) if parts.len() < PARTS && parts.last().is_some_and(|last| !last.space) => {
            part.head = false;
            parts.push(part);
        }
        _ if part.space => words.push(Word::Whole(part)),
        _ => words.push(Word::Parts(vec![part])),
    }
}

/// Says which parts of a word are heard apart, and weakens some of those that are not.
fn set_apart(tokens: &mut [Token]) {
    let mixed = is_mixed(tokens);
    let last = tokens.len().saturating_sub(1);
    for (place, token) in tokens.iter_mut().enumerate() {
        if token.phonemes.is_none() {
            let mut chars = token.text.chars();
            let pause = chars.next().is_some_and(ends_phrase) && chars.next().is_none();
            if place == last && pause {
                token.phonemes = Some(token.text.clone());
            } else if is_silent(&token.text) {
                token.phonemes = Some(String::new());
            }
        } else if place > 0 {
            token.apart = mixed;
        }
    }
    if !mixed {
        weaken(tokens);
    }
}

/// Returns whether a word has letters, figures and signs in it, more than one of these kinds.
fn is_mixed(tokens: &[Token]) -> bool {
    let chars = || tokens.iter().flat_map(|token| token.text.chars());
    let mut kinds = [false; 3];
    for c in chars().filter(|c| !is_silent(c.encode_utf8(&mut [0; 4]))) {
        let kind = if c.is_alphabetic() { 0 } else { 2 - usize::from(c.is_ascii_digit()) };
        kinds[kind] = true;
    }
    chars().any(|c| matches!(c, ' ' | '/')) || kinds.into_iter().filter(|&kind| kind).count() > 1
}

/// Leaves the stress of a compound on its weightier parts.
fn weaken(tokens: &mut [Token]) {
    let mut read: Vec<(bool, usize, usize)> = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let phonemes = token.phonemes.as_deref().unwrap_or_default();
        if !phonemes.is_empty() {
            read.push((phonemes.contains(PRIMARY), stress::weight(phonemes), place));
        }
    }
    let strong = read.iter().filter(|(strong, ..)| *strong).count();
    let is_letter = |place: usize| tokens.get(place).is_some_and(|token| token.text.chars().nth(1).is_none());
    if read.len() == 2 && read.first().is_some_and(|&(.., place)| is_letter(place)) {
        read.remove(0);
    } else if read.len() > 1 && strong > read.len().div_ceil(2) {
        read.sort_unstable();
        read.truncate(read.len() / 2);
    } else {
        return;
    }
    for (.., place) in read {
        let token = &mut tokens[place];
        token.phonemes = token.phonemes.take().map(|phonemes| stress::apply(phonemes, Some(Stress::Weaker)));
    }
}

fn joined(words: &[Word]) -> String {
    let mut text = String::new();
    for word in words {
        let tokens = match word {
            Word::Whole(token) => std::slice::from_ref(token),
            Word::Parts(tokens) => tokens,
        };
        let start = text.len();
        for token in tokens {
            let phonemes = token.phonemes.as_deref().unwrap_or_default();
            let touches = text.len() > start && !text.ends_with(char::is_whitespace);
            if token.apart && touches && !phonemes.is_empty() {
                text.push(' ');
            }
            // The voices were trained with t where the lexicon has a glottal stop, and T where it has a flap.
            text.extend(phonemes.chars().map(|c| match c {
                'ɾ' => 'T',
                'ʔ' => 't',
                c => c,
            }));
        }
        if tokens.last().is_some_and(|last| last.space) {
            text.push(' ');
        }
    }
    text.trim().to_owned()
}
