//! Where a long sentence is cut.

use std::ops::Range;

use super::{Break, Word};

/// Letters that pieces have at most where a clause, a comma or a small word allows it: the first sound is to come
/// quickly, and while one piece is heard the next is made, which on a slow machine takes half its time. So each may be
/// twice as long as the one before it.
const WANTED: [usize; 4] = [24, 48, 110, 220];
/// Of a long text.
const USUAL: usize = WANTED[WANTED.len() - 1];

/// A text that begins with something this short has it whole: a cut would hardly bring the first sound earlier.
const SHORT: usize = 32;

/// Letters that a piece has at most, whatever it costs. Some 14 of them are a second of speech.
const LONGEST: usize = 280;

/// Less than this is no piece of its own.
const SHORTEST: usize = 12;

/// Cuts one sentence, before which `made` pieces were made. What is emphasised is a piece of its own.
pub(super) fn cut(words: &[Word], made: usize) -> Vec<Range<usize>> {
    let mut cuts: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    while start < words.len() {
        let wanted = WANTED[(made + cuts.len()).min(WANTED.len() - 1)];
        let end = end(&words[start..], wanted, made + cuts.len() == 0) + start;
        cuts.push(start..end);
        start = end;
    }
    cuts
}

/// Returns how many words the next piece has.
fn end(words: &[Word], wanted: usize, first: bool) -> usize {
    let stretch = stretch(words);
    if stretch.fits(if first { SHORT } else { wanted }) {
        return stretch.count;
    }
    let good = |cut: &&Cut| cut.length >= SHORTEST && stretch.length_behind(cut) >= SHORTEST;
    let at_marks = stretch.cuts.iter().filter(|cut| cut.rank >= Rank::Comma).filter(good);
    let within = at_marks.clone().filter(|cut| cut.length <= wanted);
    // The first piece is as short as it may be, the others as whole.
    let best =
        if first { within.clone().next() } else { within.clone().max_by_key(|cut| (cut.rank, cut.length)) };
    let last = |rank| stretch.cuts.iter().filter(|cut| cut.rank == rank && cut.length <= wanted).rfind(good);
    let soonest = |rank| stretch.cuts.iter().filter(|cut| cut.rank >= rank).find(good);
    let chosen = best
        .or(last(Rank::Joint).filter(|cut| cut.length * 2 > wanted || first))
        .or_else(|| last(Rank::Group).filter(|_| first))
        .or_else(|| soonest(Rank::Group).filter(|_| first))
        .or_else(|| soonest(Rank::Comma).filter(|_| stretch.too_long || wanted < USUAL));
    match chosen {
        Some(cut) => cut.count,
        None if stretch.too_long => stretch.last_resort(),
        None => stretch.count,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Word,
    /// Good enough for the first piece, for which somebody waits.
    Group,
    Joint,
    Comma,
    Clause,
}

/// A place where a piece may end.
struct Cut {
    rank: Rank,
    /// Words before it, and their letters.
    count: usize,
    length: usize,
}

/// The words up to where emphasis begins or ends, or to the longest piece.
struct Stretch {
    cuts: Vec<Cut>,
    count: usize,
    length: usize,
    /// Whether it goes on beyond the longest piece.
    too_long: bool,
}

impl Stretch {
    fn fits(&self, wanted: usize) -> bool {
        !self.too_long && self.length <= wanted
    }

    /// Returns the words of the longest piece, up to a small word in its second half if there is one.
    fn last_resort(&self) -> usize {
        let joint = self.cuts.iter().rfind(|cut| cut.rank == Rank::Joint && cut.length * 2 > LONGEST);
        joint.or(self.cuts.last()).map_or(1, |cut| cut.count)
    }

    /// Letters that would be left of the stretch behind a cut and its space.
    fn length_behind(&self, cut: &Cut) -> usize {
        if self.too_long { usize::MAX } else { self.length - cut.length - 1 }
    }
}

fn stretch(words: &[Word]) -> Stretch {
    let mut stretch = Stretch { cuts: Vec::new(), count: 0, length: 0, too_long: false };
    for (at, word) in words.iter().enumerate() {
        if word.emphasis != words[0].emphasis {
            break;
        }
        if at > 0 {
            let rank = rank(&words[at - 1], word);
            stretch.cuts.push(Cut { rank, count: at, length: stretch.length });
            if stretch.length + 1 + word.length > LONGEST {
                stretch.too_long = true;
                break;
            }
            stretch.length += 1;
        }
        stretch.length += word.length;
        stretch.count = at + 1;
    }
    stretch
}

fn rank(before: &Word, word: &Word) -> Rank {
    match before.after {
        Break::Word if word.joins => Rank::Joint,
        Break::Word if word.leads => Rank::Group,
        Break::Word => Rank::Word,
        Break::Comma => Rank::Comma,
        _ => Rank::Clause,
    }
}
