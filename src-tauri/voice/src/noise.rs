//! Chance that is the same each time.

/// White noise by the generator xorshift64* (S. Vigna, "An experimental exploration of Marsaglia's xorshift
/// generators, scrambled", 2016).
#[derive(Debug, Clone)]
pub(crate) struct Noise(u64);

impl Noise {
    pub fn new(seed: u64) -> Self {
        // Seeds that lie side by side must not start side by side.
        Self((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Returns an even value from −1 to 1.
    pub fn even(&mut self) -> f32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let top = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40;
        top as f32 / (1 << 23) as f32 - 1.0
    }
}

/// A value that wanders around 0, as the pitch of somebody who holds a note (an Ornstein–Uhlenbeck process).
#[derive(Debug, Clone)]
pub(crate) struct Wander {
    noise: Noise,
    value: f32,
    /// Standard deviation.
    width: f32,
    /// Seconds after which it has forgotten where it was.
    memory: f32,
}

impl Wander {
    pub fn new(seed: u64, width: f32, memory: f32) -> Self {
        Self { noise: Noise::new(seed), value: 0.0, width, memory }
    }

    /// Lets `seconds` pass and returns the value.
    pub fn after(&mut self, seconds: f32) -> f32 {
        let kept = (-seconds / self.memory).exp();
        // An even value from −1 to 1 has a variance of a third.
        let step = self.width * (3.0 * (1.0 - kept * kept)).sqrt();
        self.value = kept * self.value + step * self.noise.even();
        self.value
    }
}
