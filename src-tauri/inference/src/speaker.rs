//! Speech from phonemes: Kokoro-82M in eight bits.
//!
//! hexgrad, "Kokoro-82M", 2025, which is StyleTTS 2 (Y. A. Li, C. Han, V. S. Raghavan, G. Mischler and N. Mesgarani, NeurIPS
//! 2023) with an iSTFTNet for its voice. A run says one phrase, and on one machine the same phrase sounds the same each time.

mod edges;
mod hibari;
mod manner;
mod melody;
mod style;
mod vocabulary;

use std::path::Path;

use ort::session::Session;
use ort::value::Tensor;

use crate::{Result, Sessions};
pub use edges::trimmed;
pub use hibari::speak_instantly;
use manner::Delivery;
pub use manner::Manner;
pub use style::Style;

/// Rate of the speech, in hertz.
pub const RATE: u32 = 24_000;

/// The ends of what the model makes sound of there being nothing before and behind them: 12.5 of the 50 ms of silence there.
const END: usize = RATE as usize / 80;

/// Returns a phrase, mono at [`RATE`]: without silence around it, faded in and out over 5 ms, without DC. `phonemes` are those
/// of Kokoro; what it does not know is left out, and so is what comes after 510 of them. Pauses and marks alone, and no
/// phonemes at all, give nothing. `mean` is the mean of the voices that `style` is one of: see [`Manner`].
///
/// A run takes about 0.2 of the phrase's own duration on two cores and cannot be stopped in between.
///
/// # Errors
/// [`crate::Error::ModelMissing`], [`crate::Error::ModelUnusable`].
pub fn speak(
    sessions: &Sessions,
    model: &Path,
    phonemes: &str,
    style: &Style,
    mean: &Style,
    manner: &Manner,
) -> Result<Vec<f32>> {
    let ids = vocabulary::ids(phonemes);
    if !vocabulary::sounds(&ids) {
        return Ok(Vec::new());
    }
    let delivery = manner.delivery(&ids, style.row(ids.len()), mean.row(ids.len()));
    let speech = sessions.with(&"kokoro".into(), model, |session| say(session, &ids, delivery))?;
    Ok(edges::trimmed(speech))
}

fn say(session: &mut Session, ids: &[i64], delivery: Delivery) -> ort::Result<Vec<f32>> {
    // The model was trained with a blank around each phrase.
    let tokens: Vec<i64> = [0].into_iter().chain(ids.iter().copied()).chain([0]).collect();
    let tokens = Tensor::from_array(([1, tokens.len()], tokens))?;
    let style = Tensor::from_array(([1, style::WIDTH], delivery.style))?;
    let speed = Tensor::from_array(([1], vec![delivery.speed]))?;
    let outputs = session.run(ort::inputs!["tokens" => tokens, "style" => style, "speed" => speed])?;
    let (_, speech) = outputs["audio"].try_extract_tensor::<f32>()?;
    let end = END.min(speech.len() / 2);
    Ok(speech[end..speech.len() - end].to_vec())
}

#[cfg(test)]
mod tests;
