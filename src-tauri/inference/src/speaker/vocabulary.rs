//! The symbols that Kokoro knows (`vocab.json` of kokoro-onnx).

/// Symbols in the order of their ids.
const SYMBOLS: [(char, i64); 114] = [
    (';', 1),
    (':', 2),
    (',', 3),
    ('.', 4),
    ('!', 5),
    ('?', 6),
    ('—', 9),
    ('…', 10),
    ('"', 11),
    ('(', 12),
    (')', 13),
    ('“', 14),
    ('”', 15),
    (' ', 16),
    ('\u{303}', 17),
    ('ʣ', 18),
    ('ʥ', 19),
    ('ʦ', 20),
    ('ʨ', 21),
    ('ᵝ', 22),
    ('ꭧ', 23),
    ('A', 24),
    ('I', 25),
    ('O', 31),
    ('Q', 33),
    ('S', 35),
    ('T', 36),
    ('W', 39),
    ('Y', 41),
    ('ᵊ', 42),
    ('a', 43),
    ('b', 44),
    ('c', 45),
    ('d', 46),
    ('e', 47),
    ('f', 48),
    ('h', 50),
    ('i', 51),
    ('j', 52),
    ('k', 53),
    ('l', 54),
    ('m', 55),
    ('n', 56),
    ('o', 57),
    ('p', 58),
    ('q', 59),
    ('r', 60),
    ('s', 61),
    ('t', 62),
    ('u', 63),
    ('v', 64),
    ('w', 65),
    ('x', 66),
    ('y', 67),
    ('z', 68),
    ('ɑ', 69),
    ('ɐ', 70),
    ('ɒ', 71),
    ('æ', 72),
    ('β', 75),
    ('ɔ', 76),
    ('ɕ', 77),
    ('ç', 78),
    ('ɖ', 80),
    ('ð', 81),
    ('ʤ', 82),
    ('ə', 83),
    ('ɚ', 85),
    ('ɛ', 86),
    ('ɜ', 87),
    ('ɟ', 90),
    ('ɡ', 92),
    ('ɥ', 99),
    ('ɨ', 101),
    ('ɪ', 102),
    ('ʝ', 103),
    ('ɯ', 110),
    ('ɰ', 111),
    ('ŋ', 112),
    ('ɳ', 113),
    ('ɲ', 114),
    ('ɴ', 115),
    ('ø', 116),
    ('ɸ', 118),
    ('θ', 119),
    ('œ', 120),
    ('ɹ', 123),
    ('ɾ', 125),
    ('ɻ', 126),
    ('ʁ', 128),
    ('ɽ', 129),
    ('ʂ', 130),
    ('ʃ', 131),
    ('ʈ', 132),
    ('ʧ', 133),
    ('ʊ', 135),
    ('ʋ', 136),
    ('ʌ', 138),
    ('ɣ', 139),
    ('ɤ', 140),
    ('χ', 142),
    ('ʎ', 143),
    ('ʒ', 147),
    ('ʔ', 148),
    ('ˈ', 156),
    ('ˌ', 157),
    ('ː', 158),
    ('ʰ', 162),
    ('ʲ', 164),
    ('↓', 169),
    ('→', 171),
    ('↗', 172),
    ('↘', 173),
    ('ᵻ', 177),
];

/// Most symbols that the model takes at once.
pub(super) const MOST: usize = 510;

/// Returns the ids of the symbols that the model knows; the others are left out, and so is what comes after [`MOST`].
pub(super) fn ids(phonemes: &str) -> Vec<i64> {
    phonemes.chars().filter_map(id).take(MOST).collect()
}

/// Returns whether something is to be said, and not only a pause or a stress marked.
pub(super) fn sounds(ids: &[i64]) -> bool {
    ids.iter().any(|id| match id {
        ..=16 => false,
        // Stress marks, the mark of length, and arrows of intonation.
        156..=158 | 169..=173 => false,
        _ => true,
    })
}

fn id(symbol: char) -> Option<i64> {
    SYMBOLS.iter().find(|(its, _)| *its == symbol).map(|(_, id)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_has_one_id_and_every_id_one_symbol() {
        assert!(SYMBOLS.is_sorted_by(|(_, one), (_, next)| one < next));
        assert!(SYMBOLS.iter().all(|(symbol, id)| self::id(*symbol) == Some(*id)));
    }

    #[test]
    fn a_phrase_is_read_as_the_reference_reads_it() {
        assert_eq!(ids("həlˈO wˈɜɹld."), [50, 83, 54, 156, 31, 16, 65, 156, 87, 123, 54, 46, 4]);
    }

    #[test]
    fn odd_symbols_are_left_out_and_much_too_long_a_phrase_is_cut() {
        assert_eq!(ids("a\u{200d}🎵b\n"), [43, 44]);
        assert_eq!(ids(&"a".repeat(2_000)).len(), MOST);
    }

    #[test]
    fn pauses_and_marks_alone_say_nothing() {
        for silent in ["", " ", "—…!?", "ˈˌː", "“ ”", "↗"] {
            assert!(!sounds(&ids(silent)), "{silent}");
        }
        assert!(sounds(&ids("ˈa")) && sounds(&ids("ʔ.")));
    }
}
