//! Lists of row numbers that were found, kept as long as nothing changes: whoever scrolls through what was found asks
//! for the same list again and again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Lists that are kept; one of 100,000 rows takes 400 kB.
const KEPT: usize = 16;

/// Row numbers.
pub(super) type Numbers = Arc<Vec<u32>>;

/// The lists found last, newest last.
#[derive(Debug, Default)]
pub(crate) struct Lists(Mutex<VecDeque<Kept>>);

#[derive(Debug)]
struct Kept {
    revision: i64,
    /// What was asked.
    question: String,
    numbers: Numbers,
}

impl Lists {
    /// Returns the answer to a question, if it was given at this revision of the library.
    pub(super) fn get(&self, revision: i64, question: &str) -> Option<Numbers> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|kept| kept.revision == revision);
        let at = kept.iter().position(|kept| kept.question == question)?;
        let found = kept.remove(at)?;
        let numbers = found.numbers.clone();
        kept.push_back(found);
        Some(numbers)
    }

    pub(super) fn keep(&self, revision: i64, question: String, numbers: Numbers) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(Kept { revision, question, numbers });
    }
}

/// A set of row numbers.
pub(super) struct Set(Vec<u64>);

impl Set {
    pub(super) fn of(numbers: &[u32]) -> Self {
        let most = numbers.iter().copied().max().unwrap_or(0) as usize;
        let mut bits = vec![0u64; most / 64 + 1];
        for number in numbers {
            bits[*number as usize / 64] |= 1 << (number % 64);
        }
        Self(bits)
    }

    pub(super) fn has(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|bits| bits & (1 << (number % 64)) != 0)
    }
}
