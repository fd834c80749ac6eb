//! How much each channel counts (ITU-R BS.1770-4, table 3 and Annex 3).

/// Most channels of a sound.
pub const MOST_CHANNELS: usize = 64;

/// +1.5 dB, for what comes from the sides of the listener: azimuths of 60° to 120°.
const SIDE: f64 = 1.41;
/// The low-frequency channel is not heard by the measurement.
const LFE: f64 = 0.0;

/// Returns the weights of the channels in the order of WAVE files, which is that of the decoders. The back channels of
/// 6.1 and 7.1 stand behind 120°, so they count as the front does; channels without a place, more than eight, too.
pub(super) fn weights(channels: usize) -> Vec<f64> {
    match channels {
        // L, R, Ls, Rs
        4 => vec![1.0, 1.0, SIDE, SIDE],
        // L, R, C, Ls, Rs
        5 => vec![1.0, 1.0, 1.0, SIDE, SIDE],
        // L, R, C, LFE, Ls, Rs
        6 => vec![1.0, 1.0, 1.0, LFE, SIDE, SIDE],
        // L, R, C, LFE, back, Ls, Rs
        7 => vec![1.0, 1.0, 1.0, LFE, 1.0, SIDE, SIDE],
        // L, R, C, LFE, back left, back right, Ls, Rs
        8 => vec![1.0, 1.0, 1.0, LFE, 1.0, 1.0, SIDE, SIDE],
        // Mono, stereo, L R C, and what has no place
        count => vec![1.0; count],
    }
}
