//! Quantities with their unit in the type, never a bare number.

use serde::{Deserialize, Serialize};
use specta::Type;

macro_rules! quantities {
    ($($(#[$doc:meta])* $name:ident($inner:ty)),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Serialize, Deserialize, Type)]
        #[serde(transparent)]
        pub struct $name(pub $inner);
    )+};
}

quantities! {
    /// Decibels of gain; 0 is unity.
    Db(f32),
    /// Loudness in LUFS (ITU-R BS.1770-4).
    Lufs(f32),
    /// A difference of loudness in LU (EBU Tech 3341).
    Lu(f32),
    /// Level of a sample in dBFS: 0 is full scale.
    Dbfs(f32),
    /// True peak in dBTP (ITU-R BS.1770-4 Annex 2).
    Dbtp(f32),
    /// Tempo in quarter notes a minute.
    Bpm(f32),
    /// Time in seconds.
    Seconds(f64),
    /// Frequency in hertz.
    Hertz(f32),
    /// Position in the stereo field: −1 is hard left, 0 is the centre, 1 is hard right.
    Pan(f32),
}

impl Db {
    /// Returns the linear amplitude factor.
    pub fn amplitude(self) -> f32 {
        10f32.powf(self.0 / 20.0)
    }

    /// Returns the gain of a linear amplitude; silence is −120 dB.
    pub fn from_amplitude(amplitude: f32) -> Self {
        Self(20.0 * amplitude.abs().max(1e-6).log10())
    }
}

/// Musical time in ticks of [`TICKS_PER_QUARTER`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct Ticks(pub u32);

/// Resolution of musical time: ticks in one quarter note.
pub const TICKS_PER_QUARTER: u32 = 480;

impl Ticks {
    /// Returns the time of this position at a constant tempo.
    pub fn seconds(self, bpm: Bpm) -> Seconds {
        Seconds(f64::from(self.0) * 60.0 / (f64::from(TICKS_PER_QUARTER) * f64::from(bpm.0)))
    }

    /// Returns the position nearest to a time at a constant tempo; none before the beginning.
    pub fn at(time: Seconds, bpm: Bpm) -> Self {
        Self((time.0 * f64::from(TICKS_PER_QUARTER) * f64::from(bpm.0) / 60.0).round().max(0.0) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_of_four_at_120_lasts_two_seconds() {
        assert_eq!(Ticks(4 * TICKS_PER_QUARTER).seconds(Bpm(120.0)), Seconds(2.0));
    }

    #[test]
    fn a_time_is_the_position_that_has_it() {
        assert_eq!(Ticks::at(Ticks(1_234).seconds(Bpm(97.0)), Bpm(97.0)), Ticks(1_234));
        assert_eq!(Ticks::at(Seconds(-1.0), Bpm(97.0)), Ticks(0));
    }

    #[test]
    fn six_decibels_are_about_twice_the_amplitude() {
        assert!((Db(6.0206).amplitude() - 2.0).abs() < 1e-3);
        assert!((Db::from_amplitude(0.5).0 + 6.0206).abs() < 1e-3);
    }
}
