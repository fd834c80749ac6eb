//! Words that no lexicon has, as hibari-tts 0.2.1 reads them.

use super::*;
use crate::Runtime;
use crate::sessions::weights;

fn sessions() -> Sessions {
    let runtime = Runtime::open(&weights("onnxruntime/libonnxruntime.so")).unwrap();
    Sessions::new(runtime, 64 << 20)
}

fn alphabet(name: &str) -> Alphabet {
    Alphabet::read(&std::fs::read(weights(&format!("english/{name}.json"))).unwrap()).unwrap()
}

#[test]
fn american_and_british_words_are_read_as_the_reference_reads_them() {
    const WORDS: [(&str, &str, &str); 9] = [
        ("synthwave", "sˈɪnθwAv", "sˈɪnθwAv"),
        ("TikTok", "tˈɪk tˈɑk", "tˈɪk tˈɒk"),
        ("mixtape", "mˈɪkstAp", "mˈɪkstAp"),
        ("reggaeton", "ɹˈɛɡitən", "ɹˈɛɡiːtən"),
        ("naïve", "nIˈiv", "nIˈiːv"),
        ("Bad Bunny", "bˈæd bˈʌni", "bˈad bˈʌni"),
        ("b4ckspin", "bˌisˌikˈAspˈɪn", "bˌiːsˌiːkˈAspˈɪn"),
        ("Übermix", "ˈubəɹmˌɪks", "ˈuːbəmˌɪks"),
        (
            "supercalifragilisticexpialidocious",
            "sˌupəɹkˌælɪfɹˌæʤɪlˈɪstɪkksp",
            "sˌuːpəkˌalˌɪfɹˌaʤɪlˌɪstɪsɪkspɪ",
        ),
    ];
    let sessions = sessions();
    for (name, british) in [("oov", false), ("oov_gb", true)] {
        let (model, alphabet) = (weights(&format!("english/{name}.onnx")), alphabet(name));
        for (word, american_says, british_says) in WORDS {
            let expected = if british { british_says } else { american_says };
            assert_eq!(
                spell(&sessions, &model, &alphabet, word).unwrap().as_deref(),
                Some(expected),
                "{word}"
            );
        }
    }
    assert_eq!(sessions.loaded().len(), 1, "both nets are one entry");
}

#[test]
fn a_word_without_a_letter_it_knows_is_not_read() {
    let (sessions, model, alphabet) = (sessions(), weights("english/oov.onnx"), alphabet("oov"));
    for word in ["", "電", "42", "🎧"] {
        assert_eq!(spell(&sessions, &model, &alphabet, word).unwrap(), None, "{word}");
    }
}

#[test]
fn repeats_are_one_and_blanks_part_them() {
    let alphabet =
        Alphabet::read(r#"{"in": ["x"], "out": ["a", "b"], "slots": 4, "maxlen": 24}"#.as_bytes()).unwrap();
    assert_eq!(alphabet.sounds(&[0, 1, 1, 0, 1, 2, 2, 0, 0]), "aab");
    assert_eq!(alphabet.sounds(&[7, -3, 1]), "a", "what stands for nothing is left out");
}

#[test]
fn what_is_no_alphabet_is_refused() {
    for json in [&b""[..], b"{}", b"[1, 2]"] {
        assert!(matches!(Alphabet::read(json), Err(Error::ModelUnusable { .. })));
    }
}
