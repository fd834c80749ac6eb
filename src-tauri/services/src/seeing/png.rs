//! Pictures as PNG files.

use std::collections::HashMap;

use son1k_gpu::Picture;

use crate::{Error, Result};

/// Encodes a picture by its colours, a byte a pixel: a spectrogram has no more than 255 and the empty one.
///
/// # Errors
/// [`Error::Internal`] for a picture of more colours, or of none.
pub(super) fn encode(picture: &Picture) -> Result<Vec<u8>> {
    let (mut known, mut colours, mut opacities) = (HashMap::new(), Vec::new(), Vec::new());
    let mut pixels = Vec::with_capacity(picture.pixels.len() / 4);
    for pixel in picture.pixels.as_chunks::<4>().0 {
        let next = known.len();
        let index = *known.entry(*pixel).or_insert(next);
        if index == next {
            colours.extend_from_slice(&pixel[..3]);
            opacities.push(pixel[3]);
        }
        let index = u8::try_from(index);
        pixels.push(index.map_err(|_| Error::Internal("a picture has too many colours".into()))?);
    }
    let refused = |error: png::EncodingError| Error::Internal(format!("could not encode a picture: {error}"));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width, picture.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(colours);
    encoder.set_trns(opacities);
    encoder.set_compression(png::Compression::Balanced);
    // Neighbouring numbers are no neighbouring colours: filters would only get in the way.
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().map_err(refused)?;
    writer.write_image_data(&pixels).map_err(refused)?;
    writer.finish().map_err(refused)?;
    Ok(bytes)
}

#[cfg(test)]
pub(super) fn decode(bytes: &[u8]) -> Picture {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    Picture { width: info.width, height: info.height, pixels }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_what_was_drawn() {
        let pixels = (0..64u8).flat_map(|at| [at / 8, 200 - at / 8, 7, if at < 60 { 255 } else { 0 }]);
        let picture = Picture { width: 8, height: 8, pixels: pixels.collect() };
        assert_eq!(decode(&encode(&picture).unwrap()), picture);
    }
}
