//! Pieces of a text, from whole words down to what the lexicon is asked for.

/// A part of speech of the Penn Treebank: `NN`, `VBD` …
pub type Tag = &'static str;

/// The parts of speech that the tagger tells apart.
pub const TAGS: [Tag; 50] = [
    "$", "''", ",", "-LRB-", "-RRB-", ".", ":", "ADD", "AFX", "CC", "CD", "DT", "EX", "FW", "HYPH", "IN",
    "JJ", "JJR", "JJS", "LS", "MD", "NFP", "NN", "NNP", "NNPS", "NNS", "PDT", "POS", "PRP", "PRP$", "RB",
    "RBR", "RBS", "RP", "SYM", "TO", "UH", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "WDT", "WP", "WP$",
    "WRB", "XX", "_SP", "``",
];

/// Money that the lexicon reads itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Currency {
    Dollar,
    Pound,
    Euro,
}

impl Currency {
    pub fn of(sign: &str) -> Option<Self> {
        match sign {
            "$" => Some(Self::Dollar),
            "£" => Some(Self::Pound),
            "€" => Some(Self::Euro),
            _ => None,
        }
    }

    /// Returns the names of the whole and of its hundredth.
    pub fn names(self) -> [&'static str; 2] {
        match self {
            Self::Dollar => ["dollar", "cent"],
            Self::Pound => ["pound", "pence"],
            Self::Euro => ["euro", "cent"],
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub text: String,
    pub tag: Tag,
    /// Whether a space follows.
    pub space: bool,
    /// `None` until it has been read.
    pub phonemes: Option<String>,
    /// Whether it is the first of its word.
    pub head: bool,
    /// Read instead of its text.
    pub alias: Option<&'static str>,
    /// What it counts.
    pub currency: Option<Currency>,
    /// Whether its phonemes stand apart from those before it.
    pub apart: bool,
}

impl Token {
    pub fn new(text: impl Into<String>, tag: Tag, space: bool) -> Self {
        Self {
            text: text.into(),
            tag,
            space,
            phonemes: None,
            head: true,
            alias: None,
            currency: None,
            apart: false,
        }
    }

    /// Returns whether nothing says yet how it is read.
    pub fn is_open(&self) -> bool {
        self.alias.is_none() && self.phonemes.is_none()
    }
}

/// Returns tokens that belong together as one that is still to be read, with the tag of the heaviest.
pub fn merged(tokens: &[Token]) -> Token {
    let weight = |token: &Token| {
        token.text.chars().map(|c| if c.to_lowercase().eq([c]) { 1 } else { 2 }).sum::<usize>()
    };
    // The first of the heaviest, as `max` of Python has it; Rust's would be the last.
    let heaviest = tokens.iter().rev().max_by_key(|token| weight(token));
    let mut whole = Token::new(
        "",
        heaviest.map_or("NN", |token| token.tag),
        tokens.last().is_some_and(|last| last.space),
    );
    whole.text = tokens.iter().map(|token| token.text.as_str()).collect();
    whole.currency = tokens.iter().filter_map(|token| token.currency).max();
    whole.head = tokens.first().is_some_and(|first| first.head);
    whole
}
