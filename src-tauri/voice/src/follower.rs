//! The pitch of a voice while it goes on, from what was heard so far.
//!
//! YIN (A. de Cheveigné & H. Kawahara, "YIN, a fundamental frequency estimator for speech and music", 2002), its window at
//! the very end of the sound: what it says is late by about a period, and nothing has to wait for it.

/// About the rate at which it listens, in Hz: below, the highest pitch has too few samples in a period.
const RATE: u32 = 12_000;
/// Pitches that are looked for, in Hz: a man's lowest to a soprano's high C.
const LOWEST: f32 = 80.0;
const HIGHEST: f32 = 1_050.0;
/// The first lag that is less unlike than this is the period (de Cheveigné & Kawahara, step 4).
const UNLIKE: f32 = 0.15;
/// Where no lag is, the least unlike one is taken up to here: a hoarse voice. Beyond, there is no pitch.
const HOARSE: f32 = 0.3;
/// Mean square of −66 dBFS: what is more silent is no voice.
const SILENT: f32 = 2.5e-7;

/// Follows the pitch of one voice.
#[derive(Debug)]
pub(crate) struct Follower {
    /// Samples that become one.
    step: usize,
    rate: f32,
    sum: f32,
    count: usize,
    /// The latest, twice as many as the longest period has.
    heard: Vec<f32>,
    unlike: Vec<f32>,
}

impl Follower {
    pub fn new(rate: u32) -> Self {
        let step = (rate / RATE).max(1) as usize;
        let rate = rate as f32 / step as f32;
        let longest = (rate / LOWEST) as usize;
        let (heard, unlike) = (vec![0.0; 2 * longest + 2], vec![1.0; longest + 2]);
        Self { step, rate, sum: 0.0, count: 0, heard, unlike }
    }

    /// Takes samples and returns the pitch at their end in Hz, 0 for none.
    pub fn follow(&mut self, sound: &[f32]) -> f32 {
        for &sample in sound {
            self.sum += if sample.is_finite() { sample } else { 0.0 };
            self.count += 1;
            if self.count == self.step {
                self.heard.rotate_left(1);
                if let Some(last) = self.heard.last_mut() {
                    *last = self.sum / self.step as f32;
                }
                (self.sum, self.count) = (0.0, 0);
            }
        }
        self.pitch().unwrap_or(0.0)
    }

    fn pitch(&mut self) -> Option<f32> {
        let longest = self.unlike.len() - 1;
        let (past, now) = self.heard.split_at(self.heard.len() - longest);
        let loud = now.iter().map(|x| x * x).sum::<f32>() / now.len() as f32;
        if loud < SILENT {
            return None;
        }
        let mut all = 0.0;
        for lag in 1..=longest {
            let before = past[past.len() - lag.min(past.len())..].iter().chain(now);
            let difference: f32 = before.zip(now).map(|(before, now)| (now - before) * (now - before)).sum();
            all += difference;
            self.unlike[lag] = if all > 0.0 { difference * lag as f32 / all } else { 1.0 };
        }
        let lag = self.period()?;
        Some(self.rate / self.between(lag))
    }

    /// Returns the lag of the period in whole samples.
    fn period(&self) -> Option<usize> {
        let shortest = (self.rate / HIGHEST) as usize;
        let mut lags = shortest.max(2)..self.unlike.len() - 1;
        if let Some(first) = lags.clone().find(|&lag| self.unlike[lag] < UNLIKE) {
            return lags.find(|&lag| lag >= first && self.unlike[lag + 1] >= self.unlike[lag]);
        }
        let least = lags.min_by(|&a, &b| self.unlike[a].total_cmp(&self.unlike[b]))?;
        (self.unlike[least] < HOARSE).then_some(least)
    }

    /// Returns the bottom of the parabola through a lag and its neighbours.
    fn between(&self, lag: usize) -> f32 {
        let [before, least, after] = [lag - 1, lag, lag + 1].map(|lag| self.unlike[lag]);
        let bend = before - 2.0 * least + after;
        let away = if bend > 0.0 { 0.5 * (before - after) / bend } else { 0.0 };
        lag as f32 + away.clamp(-0.5, 0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::Noise;
    use crate::tests::support::{cents, sing, words};

    /// Returns what is heard at the end of each 128 samples.
    fn followed(sound: &[f32], rate: u32) -> Vec<f32> {
        let mut follower = Follower::new(rate);
        sound.chunks(128).map(|block| follower.follow(block)).collect()
    }

    #[test]
    fn every_pitch_of_a_voice_is_followed_at_every_rate() {
        for rate in [16_000, 44_100, 48_000, 96_000] {
            for hertz in [85.0, 110.0, 180.0, 261.6, 440.0, 700.0] {
                let take = sing(rate, 0.5, |_| hertz);
                let heard = followed(&take.sound, rate);
                let settled = &heard[heard.len() / 5..];
                let near =
                    settled.iter().filter(|&&pitch| cents(f64::from(pitch), hertz).abs() < 60.0).count();
                assert!(
                    near * 100 >= settled.len() * 97,
                    "{hertz} Hz at {rate}: {near} of {}",
                    settled.len()
                );
            }
        }
    }

    #[test]
    fn a_voice_is_noticed_within_thirty_milliseconds_and_noise_is_none() {
        let rate = 48_000;
        let take = sing(rate, 1.0, |t| if t < 0.5 { 0.0 } else { 150.0 });
        let heard = followed(&take.sound, rate);
        let begun = heard.iter().rposition(|&pitch| pitch == 0.0).unwrap() as f64 * 128.0 / 48_000.0;
        assert!((0.49..0.53).contains(&begun), "{begun}");
        let mut noise = Noise::new(5);
        let hiss: Vec<f32> = (0..rate).map(|_| 0.3 * noise.even()).collect();
        let heard = followed(&hiss, rate);
        let voiced = heard.iter().filter(|&&pitch| pitch > 0.0).count();
        assert!(voiced * 20 < heard.len(), "{voiced} of {}", heard.len());
        assert!(followed(&[0.0; 9_600], rate).iter().all(|&pitch| pitch == 0.0));
    }

    #[test]
    fn a_melody_is_followed_near_enough_to_be_sung() {
        let take = sing(48_000, 2.0, words);
        let heard = followed(&take.sound, 48_000);
        let (mut near, mut all) = (0, 0);
        for (n, &pitch) in heard.iter().enumerate() {
            let (now, past) =
                ((n + 1) as f64 * 128.0 / 48_000.0, (n as f64 * 128.0 / 48_000.0 - 0.04).max(0.0));
            if words(now) > 0.0 && words(past) > 0.0 {
                all += 1;
                near += usize::from(cents(f64::from(pitch), words(now)).abs() < 150.0);
            }
        }
        assert!(near * 100 > all * 95, "{near} of {all}");
    }
}
