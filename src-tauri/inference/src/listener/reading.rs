//! From the decoder's scores to tokens: what may be written where, which token is taken, and when to stop.
//!
//! The rules are those of the whisper package's `decoding.py` (Radford et al., 2022, §4.5), without the tokens of time.

use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;

use super::vocabulary::{END, FIRST_TIME};

/// The longest text of a window, in tokens: half of what the decoder remembers.
pub(super) const LONGEST: usize = 224;
/// A space by itself, which is no beginning.
const SPACE: u32 = 220;
/// Something written so many times in a row is a loop of the model when it is as long as this, in tokens.
const REPEATS: usize = 5;
const LOOPED: usize = 20;

/// A token with how sure the model was of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Token {
    pub(super) id: u32,
    /// 0 to 1.
    pub(super) probability: f32,
}

/// What was read of a window.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Text {
    pub(super) tokens: Vec<Token>,
    /// Mean logarithm of the probabilities, the end's among them.
    pub(super) mean_log: f32,
    /// Whether the model went round in circles; what it repeated is cut off.
    pub(super) looped: bool,
}

/// How tokens are taken.
pub(super) struct Reader<'a> {
    /// For each token whether it may never be written.
    pub(super) unwanted: &'a [bool],
    /// 0 takes the likeliest; above that others have their chance.
    pub(super) temperature: f32,
    pub(super) chance: Pcg32,
}

impl Reader<'_> {
    /// Reads until the end, given the scores behind the prompt; `next` gives those behind another token, `None` to stop.
    pub(super) fn read<E>(
        &mut self,
        mut scores: Vec<f32>,
        mut next: impl FnMut(u32) -> Result<Option<Vec<f32>>, E>,
    ) -> Result<Text, E> {
        let mut tokens: Vec<Token> = Vec::new();
        let (mut sum, mut count) = (0.0, 0);
        let mut looped = false;
        loop {
            self.silence(&mut scores, tokens.is_empty());
            let (id, log) = self.take(&scores);
            sum += log;
            count += 1;
            if id == END || tokens.len() == LONGEST {
                break;
            }
            tokens.push(Token { id, probability: log.exp() });
            if let Some(kept) = before_loop(&tokens) {
                tokens.truncate(kept);
                looped = true;
                break;
            }
            let Some(after) = next(id)? else { break };
            scores = after;
        }
        Ok(Text { tokens, mean_log: sum / count as f32, looped })
    }

    /// Takes the chance from everything that may not be written here.
    fn silence(&self, scores: &mut [f32], beginning: bool) {
        for (score, _) in scores.iter_mut().zip(self.unwanted).filter(|(_, unwanted)| **unwanted) {
            *score = f32::NEG_INFINITY;
        }
        scores.iter_mut().skip(FIRST_TIME as usize).for_each(|score| *score = f32::NEG_INFINITY);
        if beginning {
            for id in [SPACE, END] {
                scores[id as usize] = f32::NEG_INFINITY;
            }
        }
    }

    /// Returns a token and the logarithm of its probability.
    fn take(&mut self, scores: &[f32]) -> (u32, f32) {
        let all = log_sum(scores.iter().copied());
        let id = if self.temperature > 0.0 { self.drawn(scores) } else { likeliest(scores) };
        (id as u32, scores[id] - all)
    }

    fn drawn(&mut self, scores: &[f32]) -> usize {
        let heat = self.temperature;
        let all = log_sum(scores.iter().map(|score| score / heat));
        let mut left = self.chance.next_u32() as f32 / u32::MAX as f32;
        for (id, score) in scores.iter().enumerate() {
            left -= (score / heat - all).exp();
            if left <= 0.0 {
                return id;
            }
        }
        likeliest(scores)
    }
}

/// Returns the place of the highest score.
pub(super) fn likeliest(scores: &[f32]) -> usize {
    let places = scores.iter().enumerate();
    places.max_by(|a, b| a.1.total_cmp(b.1)).map_or(END as usize, |(place, _)| place)
}

/// Returns the logarithm of the sum of what the values are logarithms of.
pub(super) fn log_sum(values: impl Iterator<Item = f32> + Clone) -> f32 {
    let most = values.clone().fold(f32::MIN, f32::max);
    most + values.map(|value| (value - most).exp()).sum::<f32>().ln()
}

/// Returns how many tokens to keep when the last ones are the same few again and again: up to the first time.
fn before_loop(tokens: &[Token]) -> Option<usize> {
    (1..=tokens.len() / REPEATS).find_map(|period| {
        let repeats = REPEATS.max(LOOPED.div_ceil(period));
        let from = tokens.len().checked_sub(repeats * period)?;
        let tail = &tokens[from..];
        let same = tail.iter().zip(&tail[period..]).all(|(a, b)| a.id == b.id);
        same.then_some(from + period)
    })
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary::COUNT;
    use super::*;

    /// Scores that are sure of one token.
    fn sure(id: u32) -> Vec<f32> {
        let mut scores = vec![0.0; COUNT];
        scores[id as usize] = 20.0;
        scores
    }

    fn reader(unwanted: &[bool], temperature: f32) -> Reader<'_> {
        Reader { unwanted, temperature, chance: Pcg32::new(1, 1) }
    }

    /// Reads what a model says that is sure of `said`, one after the other.
    fn read(said: &[u32], unwanted: &[bool]) -> Text {
        let mut rest = said[1..].iter();
        let next = |_| Ok::<_, ()>(Some(sure(rest.next().copied().unwrap_or(END))));
        reader(unwanted, 0.0).read(sure(said[0]), next).unwrap()
    }

    fn ids(text: &Text) -> Vec<u32> {
        text.tokens.iter().map(|token| token.id).collect()
    }

    #[test]
    fn the_likeliest_tokens_are_taken_until_the_end() {
        let text = read(&[5, 6, 7], &[]);
        assert_eq!(ids(&text), [5, 6, 7]);
        assert!(text.mean_log > -0.01 && !text.looped);
        assert!(text.tokens.iter().all(|token| token.probability > 0.99));
    }

    #[test]
    fn unwanted_tokens_and_times_are_never_taken_and_a_text_does_not_begin_with_its_end() {
        let mut unwanted = vec![false; COUNT];
        unwanted[5] = true;
        let text = read(&[5, 6, FIRST_TIME + 3], &unwanted);
        assert!(!ids(&text).contains(&5) && ids(&text).iter().all(|id| *id < FIRST_TIME));
        assert!(!ids(&read(&[END, 7], &[])).is_empty());
    }

    #[test]
    fn circles_are_cut_to_their_first_round() {
        let mut said = vec![1, 2, 3];
        said.extend([10, 11, 12].repeat(30));
        let text = read(&said, &[]);
        assert!(text.looped);
        assert_eq!(ids(&text), [1, 2, 3, 10, 11, 12]);
        let sung = read(&[[9, 8].repeat(4), vec![7]].concat(), &[]);
        assert!(!sung.looped, "four times is no loop");
        assert_eq!(sung.tokens.len(), 9);
    }

    #[test]
    fn a_text_without_an_end_is_cut() {
        let endless: Vec<u32> = (1_000..2_000).collect();
        assert_eq!(read(&endless, &[]).tokens.len(), LONGEST);
    }

    #[test]
    fn with_a_temperature_the_same_seed_gives_the_same_tokens() {
        let draw = |temperature| {
            let mut scores = vec![f32::NEG_INFINITY; COUNT];
            (100..200).for_each(|id| scores[id] = (id % 7) as f32);
            let (mut reader, mut left) = (reader(&[], temperature), 30);
            let text = reader.read(scores.clone(), |_| {
                left -= 1;
                Ok::<_, ()>((left > 0).then(|| scores.clone()))
            });
            ids(&text.unwrap())
        };
        assert_eq!(draw(0.8), draw(0.8));
        assert!(draw(1.0).iter().collect::<std::collections::HashSet<_>>().len() > 5);
    }
}
