//! When each token is said, by what the decoder looks at while it writes it.
//!
//! It follows `find_alignment` of the whisper package's `timing.py`: the attention of a few heads, made even and smooth, and
//! the cheapest way through it in time (dynamic time warping: H. Sakoe and S. Chiba, "Dynamic programming algorithm
//! optimization for spoken word recognition", 1978).

use super::net::PROMPT;

/// Places of a window that the decoder looks at, 20 ms each.
pub(super) const PLACES: usize = 1_500;
/// Places over which the median is taken.
const MEDIAN: usize = 7;
const REACH: usize = MEDIAN / 2;

/// Returns the place at which each token of the text begins, and at last the one at which the text ends. `scores` has for
/// each head, for each of `tokens` (prompt, text and end) the [`PLACES`]; only the first `places` hold sound.
pub(super) fn beginnings(scores: &[f32], tokens: usize, places: usize) -> Vec<usize> {
    let places = places.clamp(1, PLACES);
    let mut attention = vec![0.0; tokens * places];
    for head in scores.chunks_exact(tokens * PLACES) {
        let rows = head.chunks_exact(PLACES).flat_map(|row| shares(&row[..places]));
        let mut shares: Vec<f32> = rows.collect();
        even_out(&mut shares, places);
        for (sum, row) in attention.chunks_exact_mut(places).zip(shares.chunks_exact(places)) {
            sum.iter_mut().zip(smooth(row)).for_each(|(sum, share)| *sum += share);
        }
    }
    // What looks at a place is the token before the one that is then written there.
    path(&attention[(PROMPT - 1) * places..(tokens - 1) * places], places)
}

/// The softmax.
fn shares(scores: &[f32]) -> Vec<f32> {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    let powers: Vec<f32> = scores.iter().map(|score| (score - most).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

/// Brings each place to the same mean and spread over all tokens, as some are looked at by each of them.
fn even_out(shares: &mut [f32], places: usize) {
    let tokens = (shares.len() / places) as f32;
    for place in 0..places {
        let of_place = || shares.iter().skip(place).step_by(places);
        let mean = of_place().sum::<f32>() / tokens;
        let variance = of_place().map(|share| (share - mean).powi(2)).sum::<f32>() / tokens;
        let spread = variance.sqrt().max(f32::MIN_POSITIVE);
        shares.iter_mut().skip(place).step_by(places).for_each(|share| *share = (*share - mean) / spread);
    }
}

/// The median around each place; at both edges the row is mirrored.
fn smooth(row: &[f32]) -> Vec<f32> {
    let last = row.len() - 1;
    if last < REACH {
        return row.to_vec();
    }
    let at = |place: isize| row[last - last.abs_diff(place.unsigned_abs())];
    let median = |place: usize| {
        let mut around: [f32; MEDIAN] = std::array::from_fn(|n| at((place + n) as isize - REACH as isize));
        around.sort_unstable_by(f32::total_cmp);
        around[REACH]
    };
    (0..row.len()).map(median).collect()
}

/// Where a way came from.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Both,
    Row,
    Place,
}

/// Returns the place at which the way with the most attention enters each row.
fn path(attention: &[f32], places: usize) -> Vec<usize> {
    let rows = attention.len() / places;
    let mut steps = Vec::with_capacity(attention.len());
    let mut above = vec![f32::INFINITY; places + 1];
    above[0] = 0.0;
    for row in attention.chunks_exact(places) {
        let mut costs = vec![f32::INFINITY; places + 1];
        for (place, attention) in row.iter().enumerate() {
            let (both, row, before) = (above[place], above[place + 1], costs[place]);
            let (cost, step) = if both < row && both < before {
                (both, Step::Both)
            } else if row < both && row < before {
                (row, Step::Row)
            } else {
                (before, Step::Place)
            };
            costs[place + 1] = cost - attention;
            steps.push(step);
        }
        above = costs;
    }
    back(&steps, rows, places)
}

fn back(steps: &[Step], rows: usize, places: usize) -> Vec<usize> {
    let mut beginnings = vec![0; rows];
    let (mut row, mut place) = (rows, places);
    while row > 0 && place > 0 {
        beginnings[row - 1] = place - 1;
        let step = steps[(row - 1) * places + place - 1];
        row -= usize::from(step != Step::Place);
        place -= usize::from(step != Step::Row);
    }
    beginnings
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One head whose tokens look at the places given, the first three of them (the prompt) at none.
    fn looking(at: &[std::ops::Range<usize>]) -> Vec<f32> {
        let mut scores = vec![0.0; (PROMPT - 1) * PLACES];
        for range in at {
            scores.extend((0..PLACES).map(|place| if range.contains(&place) { 8.0 } else { 0.0 }));
        }
        scores
    }

    #[test]
    fn tokens_begin_where_they_are_looked_at() {
        // The last row is that of the end token, which is of no account.
        let at = [0..20, 20..35, 35..80, 80..100, 0..1];
        let scores = looking(&at);
        let beginnings = beginnings(&[scores.clone(), scores].concat(), at.len() + PROMPT - 1, 100);
        assert_eq!(beginnings.len(), 4);
        for (beginning, at) in beginnings.iter().zip(&at) {
            assert!(beginning.abs_diff(at.start) <= REACH, "{beginnings:?}");
        }
    }

    #[test]
    fn the_way_goes_forward_only() {
        let at = [50..60, 0..10, 90..100, 20..30, 0..1];
        assert!(beginnings(&looking(&at), at.len() + PROMPT - 1, 100).is_sorted());
        assert_eq!(beginnings(&looking(&at), at.len() + PROMPT - 1, 1), [0; 4], "one place for all");
    }

    #[test]
    fn the_median_takes_peaks_of_noise_away_and_keeps_edges() {
        let mut row = vec![0.0; 20];
        row[4] = 9.0;
        row[10..].fill(1.0);
        let expected: Vec<f32> = (0..20).map(|place| if place < 10 { 0.0 } else { 1.0 }).collect();
        assert_eq!(smooth(&row), expected);
        assert_eq!(smooth(&[3.0, 1.0, 2.0]), [3.0, 1.0, 2.0]);
    }
}
