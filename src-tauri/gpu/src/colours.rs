//! The colours of levels: from blue-black over cyan and magenta to white, each brighter than the one before.

use std::sync::OnceLock;

use crate::plan::SHADES;

/// Levels (0 to 1) and their colours in sRGB, those of the house where they are bright enough. Between them one goes
/// straight through Oklab (Ottosson, 2020), where equal steps look equal.
const STOPS: [(f64, u32); 8] = [
    (0.00, 0x04_06_0d),
    (0.26, 0x0f_20_52),
    (0.46, 0x14_41_82),
    (0.61, 0x15_77_a9),
    (0.71, 0x20_a2_c2),
    (0.79, 0x9c_9c_ff),
    (0.87, 0xff_84_d4),
    (1.00, 0xff_ff_ff),
];

/// Returns the colour of each level, from black to white: red, green, blue and full opacity.
pub fn palette() -> &'static [[u8; 4]; SHADES] {
    static PALETTE: OnceLock<[[u8; 4]; SHADES]> = OnceLock::new();
    PALETTE.get_or_init(|| std::array::from_fn(|shade| colour(shade as f64 / (SHADES - 1) as f64)))
}

fn colour(level: f64) -> [u8; 4] {
    let above = STOPS.iter().position(|(at, _)| *at >= level).unwrap_or(STOPS.len() - 1).max(1);
    let ((from, one), (to, other)) = (STOPS[above - 1], STOPS[above]);
    let part = (level - from) / (to - from);
    let (one, other) = (oklab(one), oklab(other));
    let [red, green, blue] = srgb(std::array::from_fn(|axis| one[axis] + part * (other[axis] - one[axis])));
    [red, green, blue, u8::MAX]
}

fn oklab(colour: u32) -> [f64; 3] {
    let [_, red, green, blue] = colour.to_be_bytes();
    let [red, green, blue] = [red, green, blue].map(linear);
    let l = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
    let m = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
    let s = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
    [
        0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
        1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
        0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
    ]
}

fn srgb([light, a, b]: [f64; 3]) -> [u8; 3] {
    let l = (light + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (light - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (light - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
    .map(encoded)
}

/// The curve of sRGB (IEC 61966-2-1).
fn linear(value: u8) -> f64 {
    let value = f64::from(value) / 255.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn encoded(value: f64) -> u8 {
    let value = value.clamp(0.0, 1.0);
    let encoded = if value <= 0.003_130_8 { 12.92 * value } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
    (255.0 * encoded).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance([red, green, blue, _]: [u8; 4]) -> f64 {
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    #[test]
    fn each_colour_is_brighter_than_the_one_before_and_none_comes_twice() {
        let palette = palette();
        for pair in palette.windows(2) {
            assert_ne!(pair[0], pair[1]);
            assert!(luminance(pair[1]) >= luminance(pair[0]), "{pair:?}");
        }
        let steps = palette.windows(16).filter(|some| luminance(some[15]) <= luminance(some[0])).count();
        assert_eq!(steps, 0);
        assert_eq!((palette[0], palette[SHADES - 1]), ([4, 6, 13, 255], [255, 255, 255, 255]));
    }
}
