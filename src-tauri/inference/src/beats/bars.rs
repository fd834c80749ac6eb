//! The bars that explain the activations best: a pointer that goes round the bar at one of a range of tempi and may change
//! it at beats only, followed by Viterbi's algorithm.
//!
//! F. Krebs, S. Böck and G. Widmer, "An efficient state-space model for joint tempo and meter tracking", ISMIR 2015.

use super::Activation;

/// Steps of the pointer in a frame of the net: 10 ms are fine enough for quick beats, which 20 ms are not.
pub(super) const STEPS: usize = 2;
const STEP_RATE: f64 = super::FRAME_RATE * STEPS as f64;
/// Steps from beat to beat: 215 to 55 BPM.
const SHORTEST: usize = (60.0 * STEP_RATE / 215.0) as usize + 1;
const LONGEST: usize = (60.0 * STEP_RATE / 55.0) as usize;
const TEMPI: usize = LONGEST - SHORTEST + 1;
/// Meters that are tried.
const METERS: [usize; 2] = [4, 3];
/// A tempo changes by no more than a fifth from beat to beat.
const FURTHEST: f32 = 0.2;
/// How hard it is to change the tempo (Krebs et al.: λ = 100).
const STEADINESS: f32 = 100.0;
/// A beat is its first sixteenth.
const BEAT_SHARE: usize = 16;
/// Keeps logarithms finite.
const LEAST: f32 = 1e-6;

/// A beat that was decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub step: usize,
    /// Number in the bar, from 0.
    pub beat: usize,
}

/// Returns the beats of a bar and the places of all beats, in the order of time; `None` for less than two beats' time.
pub(super) fn beats(activations: &[Activation]) -> Option<(u8, Vec<Place>)> {
    if activations.len() * STEPS < 2 * LONGEST {
        return None;
    }
    let steps = steps(activations);
    let tried = METERS.map(|meter| (meter, Bar::new(meter).follow(&steps)));
    let (meter, (_, places)) = tried.into_iter().max_by(|a, b| a.1.0.total_cmp(&b.1.0))?;
    Some((meter as u8, places))
}

/// Lays steps on the straight lines between frames.
fn steps(activations: &[Activation]) -> Vec<Activation> {
    let next = activations.iter().skip(1).chain(activations.last());
    let between = |(now, next): (&Activation, &Activation)| {
        let (now, next) = (*now, *next);
        (0..STEPS).map(move |step| {
            let share = step as f32 / STEPS as f32;
            Activation {
                beat: now.beat + share * (next.beat - now.beat),
                downbeat: now.downbeat + share * (next.downbeat - now.downbeat),
            }
        })
    };
    activations.iter().zip(next).flat_map(between).collect()
}

/// How likely a frame is each of the three things, as logarithms.
struct Likelihood {
    beat: f32,
    downbeat: f32,
    between: f32,
}

impl From<&Activation> for Likelihood {
    fn from(activation: &Activation) -> Self {
        let neither = (1.0 - activation.either()) / (BEAT_SHARE - 1) as f32;
        Self {
            beat: activation.beat.max(LEAST).ln(),
            downbeat: activation.downbeat.max(LEAST).ln(),
            between: neither.max(LEAST).ln(),
        }
    }
}

/// All places of the pointer in a bar of one meter. A lane is one beat of the bar at one tempo; its places are kept in a
/// ring, so that going on by a frame moves nothing.
struct Bar {
    meter: usize,
    /// Scores of each lane's places, and where in the ring its first place is.
    lanes: Vec<Lane>,
    /// The tempi that each tempo can come from: the first one, and the scores from there on.
    changes: Vec<(usize, Vec<f32>)>,
    /// What was taken off all scores so far.
    total: f64,
    /// For each frame and lane: the tempo that the best way came from into the lane's first place.
    origins: Vec<u8>,
}

struct Lane {
    scores: Vec<f32>,
    head: usize,
}

impl Lane {
    /// Returns the ring's place of a position.
    fn place(&self, position: usize) -> usize {
        let place = self.head + position;
        if place >= self.scores.len() { place - self.scores.len() } else { place }
    }

    fn last(&self) -> f32 {
        self.scores[self.place(self.scores.len() - 1)]
    }

    /// Moves every score on by one; the first place is free then.
    fn step(&mut self) {
        self.head = if self.head == 0 { self.scores.len() - 1 } else { self.head - 1 };
    }
}

impl Bar {
    fn new(meter: usize) -> Self {
        let lane = |tempo: usize| Lane { scores: vec![0.0; SHORTEST + tempo], head: 0 };
        let lanes = (0..meter).flat_map(|_| (0..TEMPI).map(lane)).collect();
        Self { meter, lanes, changes: changes(), total: 0.0, origins: Vec::new() }
    }

    /// Returns the score of the best way through the activations, and its beats.
    fn follow(mut self, activations: &[Activation]) -> (f64, Vec<Place>) {
        self.origins = Vec::with_capacity(activations.len() * self.lanes.len());
        for activation in activations {
            self.step();
            self.weigh(&activation.into());
        }
        // The best place of the last frame has the score 0 after the weighing.
        (self.total, self.best_way(activations.len() - 1))
    }

    fn step(&mut self) {
        let ends: Vec<f32> = self.lanes.iter().map(Lane::last).collect();
        for (number, lane) in self.lanes.iter_mut().enumerate() {
            let (beat, tempo) = (number / TEMPI, number % TEMPI);
            let before = (beat + self.meter - 1) % self.meter * TEMPI;
            let (first, scores) = &self.changes[tempo];
            let ways = ends[before + first..].iter().zip(scores).map(|(end, change)| end + change);
            let (origin, score) = ways.enumerate().fold((0, f32::NEG_INFINITY), |best, (from, score)| {
                if score > best.1 { (from, score) } else { best }
            });
            lane.step();
            let head = lane.head;
            lane.scores[head] = score;
            self.origins.push((first + origin) as u8);
        }
    }

    fn weigh(&mut self, likelihood: &Likelihood) {
        for (number, lane) in self.lanes.iter_mut().enumerate() {
            lane.scores.iter_mut().for_each(|score| *score += likelihood.between);
            let on_beat = if number < TEMPI { likelihood.downbeat } else { likelihood.beat };
            // The places whose share of the beat is below one sixteenth.
            for position in 0..lane.scores.len().div_ceil(BEAT_SHARE) {
                let place = lane.place(position);
                lane.scores[place] += on_beat - likelihood.between;
            }
        }
        // Only differences count; without this, sums of hours would lose their digits.
        let best = self.lanes.iter().flat_map(|lane| &lane.scores).copied().fold(f32::NEG_INFINITY, f32::max);
        self.total += f64::from(best);
        self.lanes.iter_mut().flat_map(|lane| &mut lane.scores).for_each(|score| *score -= best);
    }

    /// Walks back from the best place of the last frame, from beat to beat.
    fn best_way(&self, last: usize) -> Vec<Place> {
        let places = self.lanes.iter().enumerate().flat_map(|(number, lane)| {
            (0..lane.scores.len()).map(move |position| (number, position, lane.scores[lane.place(position)]))
        });
        let Some((mut lane, position, _)) = places.max_by(|a, b| a.2.total_cmp(&b.2)) else {
            return Vec::new();
        };
        let mut places = Vec::new();
        let mut frame = last.checked_sub(position);
        while let Some(at) = frame {
            places.push(Place { step: at, beat: lane / TEMPI });
            let tempo = usize::from(self.origins[at * self.lanes.len() + lane]);
            lane = (lane / TEMPI + self.meter - 1) % self.meter * TEMPI + tempo;
            frame = at.checked_sub(SHORTEST + tempo);
        }
        places.reverse();
        places
    }
}

/// The further a tempo is from the one before, the less likely it is: exp(−λ · |to / from − 1|).
fn changes() -> Vec<(usize, Vec<f32>)> {
    let away = |from: usize, to: usize| ((SHORTEST + to) as f32 / (SHORTEST + from) as f32 - 1.0).abs();
    let score = |from: usize, to: usize| -STEADINESS * away(from, to);
    let sums: Vec<f32> =
        (0..TEMPI).map(|from| (0..TEMPI).map(|to| score(from, to).exp()).sum::<f32>().ln()).collect();
    let into = |to: usize| {
        let near = || (0..TEMPI).filter(move |from| away(*from, to) <= FURTHEST);
        (near().next().unwrap_or(to), near().map(|from| score(from, to) - sums[from]).collect())
    };
    (0..TEMPI).map(into).collect()
}

#[cfg(test)]
mod tests {
    use super::super::FRAME_RATE;
    use super::*;

    /// Activations of a metronome; `strong` is how sure it is of downbeats.
    fn metronome(bpm: f64, meter: usize, seconds: f64, strong: f32) -> Vec<Activation> {
        let frames = (seconds * FRAME_RATE) as usize;
        let mut activations = vec![Activation { beat: 0.01, downbeat: 0.01 }; frames];
        for beat in 0..(seconds * bpm / 60.0) as usize {
            let frame = (beat as f64 * 60.0 / bpm * FRAME_RATE).round() as usize + 7;
            let downbeat = if beat % meter == 0 { strong } else { 1.0 - strong };
            // The net is half sure one frame before and behind.
            for (frame, sure) in [(frame - 1, 0.45), (frame, 0.95), (frame + 1, 0.45)] {
                if let Some(activation) = activations.get_mut(frame) {
                    *activation = Activation { beat: sure * (1.0 - downbeat), downbeat: sure * downbeat };
                }
            }
        }
        activations
    }

    #[test]
    fn a_metronome_is_followed_with_its_bars() {
        for (bpm, meter) in [(60.0, 4), (90.0, 3), (120.0, 4), (133.0, 4), (174.0, 3), (210.0, 4)] {
            let (found, places) = beats(&metronome(bpm, meter, 30.0, 0.8)).unwrap();
            assert_eq!(usize::from(found), meter, "{bpm} BPM");
            let expected = 30.0 * bpm / 60.0;
            assert!((places.len() as f64 - expected).abs() <= 2.0, "{bpm} BPM: {}", places.len());
            for place in &places[1..places.len() - 1] {
                let number = (place.step as f64 / STEPS as f64 - 7.0) * bpm / 60.0 / FRAME_RATE;
                assert!((number - number.round()).abs() < 0.15, "{bpm} BPM: {place:?}");
                assert_eq!(place.beat, number.round() as usize % meter, "{bpm} BPM: {place:?}");
            }
        }
    }

    #[test]
    fn missing_beats_are_filled_in() {
        let mut activations = metronome(120.0, 4, 30.0, 0.8);
        activations[500..650].fill(Activation { beat: 0.01, downbeat: 0.01 });
        let (_, places) = beats(&activations).unwrap();
        assert!(places.windows(2).all(|pair| (48..=52).contains(&(pair[1].step - pair[0].step))));
    }

    #[test]
    fn a_moment_has_no_beats() {
        assert_eq!(beats(&[]), None);
        assert_eq!(beats(&metronome(120.0, 4, 1.0, 0.8)), None);
    }
}
