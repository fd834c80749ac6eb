//! A score as a Standard MIDI File.
use midly::{Format, Header, Smf, Timing};
use son1k_domain::score::Score;
use son1k_domain::unit::TICKS_PER_QUARTER;

/// Writes the header of a score's file.
pub fn midi(_score: &Score) -> Vec<u8> {
    let resolution = u16::try_from(TICKS_PER_QUARTER).unwrap_or(480);
    let smf = Smf::new(Header::new(Format::Parallel, Timing::Metrical(resolution.into())));
    let mut bytes = Vec::new();
    smf.write_std(&mut bytes).map(|()| bytes).unwrap_or_default()
}
