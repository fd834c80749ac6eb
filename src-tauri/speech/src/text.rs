//! A text parted into what is said in one breath.
//!
//! Cuts fall where a reader would breathe: at the end of a sentence; in a long one at a clause, then at a comma, then
//! before a small word such as "and", then between any two words. They never fall inside a word, a number, an
//! abbreviation or an address, unless it is longer than anybody can say at once. Each character is looked at a fixed
//! number of times, so that a text without any mark takes no longer than another.

mod cleaning;
mod cut;
mod sentence;

#[cfg(test)]
mod tests;

use std::ops::Range;

use son1k_domain::unit::Seconds;

use sentence::Break;

/// What is said in one breath.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    /// As it is shown: cleaned, on one line, without the stars of emphasis.
    pub(crate) text: String,
    /// Whether its writer put it between stars.
    pub(crate) emphasised: bool,
    /// Silence behind it.
    pub(crate) pause: Seconds,
    pub(crate) ends_sentence: bool,
    /// Whether the sentence goes on behind it though no mark says so.
    pub(crate) goes_on: bool,
}

/// A line that is shorter ends where its writer wanted it to; a longer one was wrapped by a machine.
const SHORT_LINE: usize = 60;

/// More than this without a space is no word; it is taken in parts of [`PART`].
const LONGEST_WORD: usize = 60;
const LONGEST_ADDRESS: usize = 200;
const PART: usize = 40;

/// Returns the silence that a cut leaves, in a voice's own pace. The model makes those within a phrase.
fn pause(after: Break) -> Seconds {
    Seconds(match after {
        Break::Word => 0.05,
        Break::Comma => 0.15,
        Break::Clause => 0.25,
        Break::Line => 0.35,
        Break::Sentence => 0.4,
        Break::Paragraph => 0.8,
    })
}

/// On both sides of what is emphasised: long enough to be heard, too short to end anything.
const AROUND_EMPHASIS: Seconds = Seconds(0.12);

/// Parts a text. What cannot be read (see [`cleaning`]) is left out; every word that can is in one piece, in order.
pub(crate) fn split(text: &str) -> Vec<Piece> {
    let marked = cleaning::clean(text);
    let (text, emphasis) = emphasis(&marked);
    let words = words(&text, &emphasis);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut start = 0;
    for (at, word) in words.iter().enumerate() {
        if word.after >= Break::Line || at + 1 == words.len() {
            for cut in cut::cut(&words[start..=at], pieces.len()) {
                let cut = start + cut.start..start + cut.end;
                pieces.extend(piece(&text, &words, cut));
            }
            start = at + 1;
        }
    }
    if let Some(last) = pieces.last_mut() {
        (last.pause, last.ends_sentence, last.goes_on) = (Seconds(0.0), true, false);
    }
    pieces
}

/// What stands between two spaces.
#[derive(Debug, Clone, PartialEq)]
struct Word {
    range: Range<usize>,
    /// Its letters, as it is said: see [`spoken`].
    length: usize,
    after: Break,
    /// Which of the emphasised stretches it is in.
    emphasis: Option<usize>,
    /// Whether it is a small word before which a breath is natural.
    joins: bool,
    /// Whether it leads a group of words, before which a breath is possible.
    leads: bool,
}

/// Small words before which a long sentence may be cut, in both languages.
const JOINING: &[&str] = &[
    "y", "e", "o", "u", "ni", "que", "pero", "porque", "cuando", "donde", "mientras", "para", "aunque",
    "como", "si", "sino", "con", "and", "or", "but", "nor", "because", "when", "where", "while", "that",
    "which", "who", "for", "if", "although", "as", "with",
];

/// Prepositions, articles and their like, which lead a group of words, in both languages.
const LEADING: &[&str] = &[
    "a", "en", "al", "por", "desde", "hasta", "sin", "sobre", "entre", "durante", "según", "tras", "el",
    "la", "los", "las", "un", "una", "unos", "unas", "mi", "mis", "tu", "tus", "su", "sus", "este", "esta",
    "estos", "estas", "ese", "esa", "in", "on", "at", "by", "from", "to", "into", "about", "after", "before",
    "without", "between", "during", "since", "until", "the", "an", "my", "your", "his", "its", "our",
    "their", "this", "these", "those",
];

/// Words that hold on to what follows them, besides those that join and lead: "all the songs", "se la dio", "of a song".
const HOLDING: &[&str] = &[
    "de", "del", "no", "se", "me", "te", "nos", "os", "le", "les", "lo", "muy", "más", "tan", "casi", "todo",
    "toda", "todos", "todas", "of", "not", "all", "both", "half", "such", "what", "quite", "only", "just",
    "than", "very", "almost",
];

/// Whether a group of words may begin with `word`, behind the word `before`: not in "all the songs" or "from 9 to 5".
fn leads(word: &str, before: Option<&str>, next: Option<&str>) -> bool {
    let lists = [JOINING, LEADING, HOLDING];
    let range = |before: &str| matches!(word, "a" | "to") && before.starts_with(|c: char| c.is_ascii_digit());
    let holds = |before: &str| range(before) || lists.iter().any(|list| list.contains(&before));
    let may = LEADING.contains(&word) || is_amount(word, next);
    may && !before.is_some_and(|before| holds(&before.to_lowercase()))
}

/// Whether `word` counts something: "$45", "24 takes", "45 euros"; but not the 3 in "track 3 is".
fn is_amount(word: &str, next: Option<&str>) -> bool {
    let plural =
        |next: &str| next.len() > 3 && next.trim_end_matches(|c: char| !c.is_alphanumeric()).ends_with('s');
    let has_figure = word.contains(|c: char| c.is_ascii_digit());
    has_figure
        && (word.contains(MONEY)
            || (word.starts_with(|c: char| c.is_ascii_digit()) && next.is_some_and(plural)))
}

/// Returns about how many letters a word has when it is said: five for a figure ("seven"), six for a sign ("dollar").
fn spoken(word: &str) -> usize {
    let letters = |character: char| match character {
        character if character.is_ascii_digit() => 5,
        character if SIGNS.contains(character) => 6,
        _ => 1,
    };
    word.chars().map(letters).sum()
}

/// Signs that are said as words.
const SIGNS: &str = "€£¥$%&+=@#";

/// Those of them that make a figure an amount.
const MONEY: [char; 4] = ['€', '£', '¥', '$'];

fn words(text: &str, emphasis: &[Range<usize>]) -> Vec<Word> {
    let mut words = Vec::new();
    for block in blocks(text) {
        let mut lines = block.into_iter().peekable();
        while let Some(line) = lines.next() {
            let next = lines.peek().and_then(|next| text[next.clone()].split_whitespace().next());
            push_line(text, &line, next, emphasis, &mut words);
            end_line(text, &line, &mut words);
        }
        if let Some(last) = words.last_mut() {
            last.after = Break::Paragraph;
        }
    }
    words
}

/// Returns the lines of each paragraph; empty lines part them.
fn blocks(text: &str) -> Vec<Vec<Range<usize>>> {
    let mut blocks = vec![Vec::new()];
    let mut start = 0;
    for line in text.split('\n') {
        let range = start..start + line.len();
        start = range.end + 1;
        if !line.trim().is_empty() {
            if let Some(block) = blocks.last_mut() {
                block.push(range);
            }
        } else if blocks.last().is_some_and(|block| !block.is_empty()) {
            blocks.push(Vec::new());
        }
    }
    blocks
}

fn spaced(text: &str, line: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let base = line.start;
    let line = &text[line];
    let origin = line.as_ptr() as usize;
    line.split(' ').filter(|token| !token.is_empty()).flat_map(move |token| {
        let start = base + (token.as_ptr() as usize - origin);
        parts(token).map(move |part| start + part.start..start + part.end)
    })
}

/// Returns a word whole, or in parts when it is too long for one.
fn parts(token: &str) -> impl Iterator<Item = Range<usize>> {
    let is_address = token.contains("://") || token.contains('@') || token.starts_with("www.");
    let longest = if is_address { LONGEST_ADDRESS } else { LONGEST_WORD };
    let long = token.len() > longest && token.chars().count() > longest;
    let mut starts: Vec<usize> = vec![0];
    if long {
        starts.extend(token.char_indices().step_by(PART).skip(1).map(|(at, _)| at));
    }
    starts.push(token.len());
    (1..starts.len()).map(move |at| starts[at - 1]..starts[at])
}

/// Appends the words of a line; `next` is the first word of the next one.
fn push_line(
    text: &str,
    line: &Range<usize>,
    next: Option<&str>,
    emphasis: &[Range<usize>],
    words: &mut Vec<Word>,
) {
    let tokens: Vec<Range<usize>> = spaced(text, line.clone()).collect();
    let said = |at: usize| tokens.get(at).map(|range| &text[range.clone()]);
    for (at, range) in tokens.iter().enumerate() {
        let word = &text[range.clone()];
        let before = at.checked_sub(1).and_then(said);
        let split = tokens.get(at + 1).is_some_and(|next| next.start == range.end);
        let small = word.to_lowercase();
        words.push(Word {
            range: range.clone(),
            length: spoken(word),
            after: if split { Break::Word } else { sentence::after(word, before, said(at + 1).or(next)) },
            emphasis: emphasis_of(range, emphasis),
            joins: JOINING.contains(&small.as_str()),
            leads: leads(&small, before, said(at + 1)),
        });
    }
}

fn emphasis_of(word: &Range<usize>, emphasis: &[Range<usize>]) -> Option<usize> {
    let at = emphasis.partition_point(|emphasised| emphasised.end <= word.start);
    emphasis.get(at).filter(|emphasised| emphasised.start < word.end).map(|_| at)
}

/// The stop of an abbreviation at the end of a wrapped line looks like the end of a sentence, and so does no mark at all
/// at the end of a verse: the length of the line tells the two apart.
fn end_line(text: &str, line: &Range<usize>, words: &mut [Word]) {
    let short = text[line.clone()].chars().count() < SHORT_LINE;
    if let Some(last) = words.last_mut().filter(|last| short && last.after < Break::Line) {
        last.after = Break::Line;
    }
}

/// Returns the words of `cut` as a piece; none when nothing in them can be said.
fn piece(text: &str, words: &[Word], cut: Range<usize>) -> Option<Piece> {
    let inside = &words[cut.clone()];
    let (first, last) = (inside.first()?, inside.last()?);
    let source = &text[first.range.start..last.range.end];
    let edge = words.get(cut.end).is_some_and(|next| next.emphasis != last.emphasis);
    source.contains(is_said).then(|| Piece {
        text: source.split_whitespace().collect::<Vec<_>>().join(" "),
        emphasised: first.emphasis.is_some(),
        pause: if edge && last.after == Break::Word { AROUND_EMPHASIS } else { pause(last.after) },
        ends_sentence: last.after >= Break::Sentence,
        goes_on: last.after == Break::Word || last.after == Break::Line,
    })
}

fn is_said(character: char) -> bool {
    character.is_alphanumeric() || SIGNS.contains(character)
}

/// Takes the stars off `*emphasised words*`. A star counts when a word touches it inside and none does outside; the two
/// stand on one line.
fn emphasis(marked: &str) -> (String, Vec<Range<usize>>) {
    let mut text = String::with_capacity(marked.len());
    let mut ranges = Vec::new();
    let mut open: Option<usize> = None;
    let mut before = ' ';
    let mut rest = marked.chars().peekable();
    while let Some(character) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        match character {
            // Of several in a row the last one counts.
            '*' if next == '*' => continue,
            '*' => match open {
                Some(start) if !before.is_whitespace() && !next.is_alphanumeric() => {
                    ranges.push(start..text.len());
                    open = None;
                }
                None if !before.is_alphanumeric() && !next.is_whitespace() => open = Some(text.len()),
                _ => text.push(if before.is_alphanumeric() && next.is_alphanumeric() { '×' } else { ' ' }),
            },
            '\n' => {
                open = None;
                text.push(character);
            }
            _ => text.push(character),
        }
        before = character;
    }
    (text, ranges)
}
