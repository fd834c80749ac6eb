//! What stands where: a block is two seconds or so of tiles, and each tile carries a sign of one symbol of the message.

use crc::{CRC_16_IBM_3740, Crc};

use crate::grid::BANDS;

/// Frames of half a tile, 35 ms: its first half is turned up and its second down, or the other way round.
pub(crate) const HALF: usize = 7;
/// Tiles of a block, one after the other.
pub(crate) const ROWS: usize = 28;
/// Frames of a tile, and of a block: 1.96 s.
pub(crate) const TILE: usize = 2 * HALF;
pub(crate) const BLOCK: usize = ROWS * TILE;
/// Bits of the message and of its checksum.
pub(crate) const BITS: usize = 32 + 16;
/// Symbols that are the same in every mark, by which its place is found.
pub(crate) const PILOTS: usize = 20;
pub(crate) const SYMBOLS: usize = BITS + PILOTS;

/// The key of the studio's marks. It is no secret: who can read marks can tell the public what is synthetic.
const KEY: u64 = 0x534F_4E31_4B4D_524B;

const CHECKSUM: Crc<u16> = Crc::<u16>::new(&CRC_16_IBM_3740);

/// A tile of the block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tile {
    pub symbol: usize,
    /// 1 or −1.
    pub sign: f32,
}

/// The tiles of a block.
pub(crate) struct Code(Vec<Tile>);

impl Code {
    /// Strews the symbols over the block, so that whatever is lost of it is lost of all of them alike.
    pub fn new() -> Self {
        let mut chance = Chance(KEY);
        let count = ROWS * BANDS;
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            let other = (chance.next() % (last as u64 + 1)) as usize;
            order.swap(last, other);
        }
        let mut tiles = vec![Tile { symbol: 0, sign: 1.0 }; count];
        for (number, place) in order.into_iter().enumerate() {
            let sign = if chance.next() >> 63 == 0 { 1.0 } else { -1.0 };
            tiles[place] = Tile { symbol: number % SYMBOLS, sign };
        }
        Self(tiles)
    }

    /// Returns the tiles of a row, a band each.
    pub fn row(&self, row: usize) -> &[Tile] {
        &self.0[row * BANDS..(row + 1) * BANDS]
    }
}

/// Returns the symbols of a message: 1 or −1 each.
pub(crate) fn symbols(message: u32) -> [f32; SYMBOLS] {
    let bits = u64::from(message) << 16 | u64::from(CHECKSUM.checksum(&message.to_be_bytes()));
    std::array::from_fn(|symbol| if symbol < BITS && bits >> symbol & 1 == 0 { -1.0 } else { 1.0 })
}

/// Returns the message of symbols as they were heard, with at most `wrong` (2) of the [`FAINT`] faintest bits the other way
/// round; `None` when no checksum is right.
pub(crate) fn mended(heard: &[f32; SYMBOLS], wrong: usize) -> Option<u32> {
    let mut faint: Vec<usize> = (0..BITS).collect();
    faint.sort_by(|one, other| heard[*one].abs().total_cmp(&heard[*other].abs()));
    faint.truncate(FAINT);
    let turned = |places: &[usize]| {
        let mut turned = *heard;
        places.iter().for_each(|place| turned[*place] = -turned[*place]);
        message(&turned)
    };
    let ones = || faint.iter().map(|place| vec![*place]);
    let pairs = (0..FAINT).flat_map(|one| (0..one).map(move |other| [one, other]));
    let pairs = pairs.map(|pair| pair.map(|at| faint[at]).to_vec());
    let tries = std::iter::once(Vec::new()).chain(ones()).chain(pairs);
    tries.take_while(|places| places.len() <= wrong).find_map(|places| turned(&places))
}

/// Bits that may be mended. With 1 + 12 + 66 tries of a checksum of 16 bits, chance is right once in 830 times, and only
/// where a mark was found.
const FAINT: usize = 12;

/// Returns the message of symbols as they were heard; `None` when its checksum is wrong.
fn message(heard: &[f32; SYMBOLS]) -> Option<u32> {
    let bits = (0..BITS).filter(|bit| heard[*bit] > 0.0).fold(0u64, |bits, bit| bits | 1 << bit);
    let message = (bits >> 16) as u32;
    (CHECKSUM.checksum(&message.to_be_bytes()) == (bits & 0xFFFF) as u16).then_some(message)
}

/// SplitMix64 (G. Steele, D. Lea & C. Flood, "Fast splittable pseudorandom number generators", 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ bits >> 31
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_as_it_was_written_and_a_wrong_bit_is_noticed() {
        for written in [0, 1, 0xDEAD_BEEF, u32::MAX] {
            let heard = symbols(written);
            assert_eq!(message(&heard), Some(written));
            for bit in 0..BITS {
                let mut wrong = heard;
                wrong[bit] = -wrong[bit];
                assert_eq!(message(&wrong), None, "{written:x}, bit {bit}");
            }
        }
    }

    #[test]
    fn faint_bits_that_are_wrong_are_mended_and_loud_ones_are_not() {
        let mut heard = symbols(0x1234_5678).map(|bit| 3.0 * bit);
        (heard[3], heard[40]) = (-heard[3] / 9.0, -heard[40] / 9.0);
        assert_eq!([0, 1, 2].map(|wrong| mended(&heard, wrong)), [None, None, Some(0x1234_5678)]);
        let mut loud = symbols(7);
        loud[..20].iter_mut().for_each(|bit| *bit *= -1.0);
        assert_eq!(mended(&loud, 0), None);
    }

    #[test]
    fn every_symbol_has_its_share_of_tiles_and_of_both_signs() {
        let code = Code::new();
        for symbol in 0..SYMBOLS {
            let tiles: Vec<&Tile> = code.0.iter().filter(|tile| tile.symbol == symbol).collect();
            assert!((27..=28).contains(&tiles.len()), "{}", tiles.len());
            let balance: f32 = tiles.iter().map(|tile| tile.sign).sum();
            assert!(balance.abs() <= 18.0, "{symbol}: {balance}");
        }
    }
}
