//! Good files, bent in every way that a disk, a network or an enemy bends them. The same on every machine.

use super::Hostile;

/// Marsaglia's xorshift, 64 bit.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

type Trick = fn(&mut Vec<u8>, &mut Dice);

const TRICKS: [(&str, Trick); 15] = [
    ("cut-early", |bytes, dice| bytes.truncate(dice.below(200))),
    ("cut-anywhere", |bytes, dice| bytes.truncate(dice.below(bytes.len()))),
    ("cut-at-the-end", |bytes, _| bytes.truncate(bytes.len() - 1)),
    ("head-flipped", |bytes, dice| flip(bytes, dice, 300, 6)),
    ("head-flipped-again", |bytes, dice| flip(bytes, dice, 120, 3)),
    ("head-shredded", |bytes, dice| flip(bytes, dice, 600, 60)),
    ("flipped", |bytes, dice| flip(bytes, dice, usize::MAX, 40)),
    ("flipped-all-over", |bytes, dice| flip(bytes, dice, usize::MAX, 4_000)),
    ("sizes-at-most", |bytes, dice| put(bytes, dice, 400, &[0xFF; 4])),
    ("sizes-at-zero", |bytes, dice| put(bytes, dice, 400, &[0; 4])),
    ("hole", |bytes, dice| hole(bytes, dice, 0)),
    ("hole-of-ones", |bytes, dice| hole(bytes, dice, 0xFF)),
    ("said-twice", |bytes, dice| {
        let at = dice.below(bytes.len());
        let part = bytes[at..(at + 5_000).min(bytes.len())].to_vec();
        bytes.splice(at..at, part);
    }),
    ("another-in-front", |bytes, dice| {
        let junk: Vec<u8> = (0..10_000).map(|_| dice.below(256) as u8).collect();
        bytes.splice(0..0, junk);
    }),
    ("end-first", |bytes, _| {
        let middle = bytes.len() / 2;
        bytes.rotate_left(middle);
    }),
];

fn flip(bytes: &mut [u8], dice: &mut Dice, reach: usize, times: usize) {
    for _ in 0..times {
        let at = dice.below(reach.min(bytes.len()));
        bytes[at] ^= 1 << dice.below(8);
    }
}

fn put(bytes: &mut [u8], dice: &mut Dice, reach: usize, value: &[u8; 4]) {
    for _ in 0..4 {
        let at = dice.below(reach.min(bytes.len()) - 4);
        bytes[at..at + 4].copy_from_slice(value);
    }
}

fn hole(bytes: &mut [u8], dice: &mut Dice, value: u8) {
    let at = dice.below(bytes.len());
    let end = (at + 20_000).min(bytes.len());
    bytes[at..end].fill(value);
}

/// Returns every trick played on every seed, and every seed under a wrong name.
pub fn played_on(seeds: &[(String, Vec<u8>)]) -> Vec<Hostile> {
    let mut files = Vec::new();
    for (number, (name, bytes)) in seeds.iter().enumerate() {
        for (round, (trick, play)) in TRICKS.iter().enumerate() {
            let mut bent = bytes.clone();
            play(&mut bent, &mut Dice(0x9E37_79B9_7F4A_7C15 ^ (number * 100 + round + 1) as u64));
            files.push(Hostile::new(format!("{trick}-{name}"), bent));
        }
        let other = &seeds[(number + 1) % seeds.len()].0;
        files.push(Hostile::new(format!("renamed-{number}-{other}"), bytes.clone()));
    }
    files
}
