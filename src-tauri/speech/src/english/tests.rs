//! The reader against the phonemes that hibari-tts 0.2.1 gives for the same sentences.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use super::{English, Sources, words};
use crate::Error;

/// Sentence, American phonemes, British phonemes; made by hibari without its net for unknown words.
const REFERENCE: &str = include_str!("tests/reference.tsv");

static AMERICAN: LazyLock<English> = LazyLock::new(|| english("us"));
static BRITISH: LazyLock<English> = LazyLock::new(|| english("gb"));

/// Returns the folder of the lexicon: below `SON1K_MODELS`, or the repository's `models/weights`.
fn shelf() -> PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/weights");
    std::env::var_os("SON1K_MODELS").map_or(repository, Into::into).join("english")
}

pub(super) fn file(name: &str) -> Vec<u8> {
    let path = shelf().join(name);
    std::fs::read(&path).unwrap_or_else(|_| panic!("{} is missing: run the set-up first", path.display()))
}

fn english(accent: &str) -> English {
    let [gold, silver] = ["gold", "silver"].map(|list| file(&format!("lexicon_{accent}_{list}.json.gz")));
    let [tagger, exceptions, normalize] =
        ["tagger.json.gz", "tokenizer_exceptions.json", "normalize.json"].map(file);
    let sources = Sources {
        gold: &gold,
        silver: &silver,
        tagger: &tagger,
        exceptions: &exceptions,
        normalize: &normalize,
    };
    English::new(sources, accent == "gb").unwrap()
}

/// Reads without asking for unknown words.
fn american(text: &str) -> String {
    AMERICAN.phonemes(text, &mut |_| Some(String::new()))
}

#[test]
fn sixty_sentences_sound_as_the_reference_has_them_in_both_accents() {
    let mut wrong = Vec::new();
    for line in REFERENCE.lines() {
        let [text, us, gb]: [&str; 3] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        for (english, phonemes) in [(&AMERICAN, us), (&BRITISH, gb)] {
            let said = english.phonemes(text, &mut |_| Some(String::new()));
            if said != phonemes {
                wrong.push(format!("{text}\n  {phonemes}\n  {said}"));
            }
        }
    }
    assert!(REFERENCE.lines().count() >= 60);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn words_of_music_are_read_as_musicians_say_them() {
    let said = |text: &str| american(&words(text));
    assert_eq!(said("F#"), "ˈɛf ʃˈɑɹp");
    assert_eq!(said("in A minor"), "ɪn ˈA mˈInəɹ");
    assert_eq!(said("-14 LUFS"), "mˈInəs fˌɔɹtˈin lˈʌfs");
    assert_eq!(said("120 BPM"), "wˈʌn hˈʌndɹəd twˈɛnti bˈits pɜɹ mˈɪnət");
    assert_eq!(said("4/4 time"), "fˈɔɹ fˈɔɹ tˈIm");
    assert_eq!(said("808 kick"), "ˈAt ˈO ˈAt kˈɪk");
    assert_eq!(said("example.com"), "ɪɡzˈæmpəl dˈɑt kˈɑm");
    assert_eq!(said("$3.50"), "θɹˈi dˈɑləɹz ænd fˈɪfti sˈɛnts");
}

#[test]
fn unknown_words_are_asked_for_once_and_as_they_are_written() {
    let mut asked = Vec::new();
    let said = AMERICAN.phonemes("Synthwave and Kokoro", &mut |word| {
        asked.push(word.to_owned());
        Some("ˈX".to_owned())
    });
    assert_eq!(asked, ["Kokoro", "Synthwave"]);
    assert_eq!(said, "ˈX ænd ˈX");
}

#[test]
fn a_word_that_nobody_knows_is_spelled() {
    assert_eq!(AMERICAN.phonemes("xqz", &mut |_| None), "ˌɛkskjˌuzˈi");
    assert_eq!(AMERICAN.phonemes("xéz", &mut |_| None), "ˌɛksˌizˈi");
    assert_eq!(AMERICAN.phonemes("日本 Привет", &mut |_| None), "");
}

#[test]
fn words_beside_quotation_marks_are_read_from_the_lexicon() {
    let mut unknown: HashSet<String> = HashSet::new();
    let said = AMERICAN.phonemes("\"Wait,\" she said, “you [two] are late.”", &mut |word| {
        unknown.insert(word.to_owned());
        None
    });
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(said.starts_with("“wˈAt,” ʃ") && said.ends_with(".”"), "{said}");
}

#[test]
fn phonemes_can_be_given_and_links_are_read_as_their_text() {
    assert_eq!(american("[Son1k](/sˈɑnɪk/) is here"), "sˈɑnɪk ɪz hˈɪɹ");
    assert_eq!(american("the [door](x) is"), american("the door is"));
}

#[test]
fn what_cannot_be_read_is_left_out() {
    assert_eq!(american("well 😀 done!"), "wˈɛl  dˈʌn!");
    for text in [
        "",
        " ",
        "\u{0}\u{7}",
        "😀",
        "\u{301}\u{301}",
        "中文",
        "﷽",
        "\u{202e}x\u{202c}",
        "ẞßſ",
        "İı",
        "[](",
        "][",
        "٣",
        "Éx٣0'",
        "é٣٤٥",
        "a½b²",
    ] {
        american(text);
        american(&words(text));
    }
}

#[test]
fn any_text_is_read_in_linear_time() {
    for unit in
        ["a", "ab ", "5", "-", "a-", ".", "\"", "(", "[a](", "aB", "1,", ",234", "'", "…", "é", "A.", "$5 "]
    {
        let text = unit.repeat(10_000 / unit.len());
        let start = Instant::now();
        american(&text);
        assert!(start.elapsed() < Duration::from_secs(30), "{unit:?} took {:?}", start.elapsed());
    }
}

#[test]
fn a_file_that_is_damaged_is_named() {
    let whole = file("normalize.json");
    let sources =
        |gold, normalize| Sources { gold, silver: b"{}", tagger: TAGGER, exceptions: b"{}", normalize };
    let why = |sources| English::new(sources, false).map(|_| ()).unwrap_err().to_string();
    assert!(English::new(sources(b"{\"a\":\"A\"}", &whole), false).is_ok());
    assert!(
        why(sources(b"{\"b\":\"b\",\"a\":\"A\"}", &whole))
            .contains("gold of the English lexicon: its words are not in order")
    );
    assert!(why(sources(b"\x1f\x8b\x08damaged", &whole)).contains("gold"));
    assert!(why(sources(b"{}", b"[]")).contains("normalize"));
    let error = English::new(sources(b"{\"a\":{\"NOUN\":\"A\"}}", &whole), false).map(|_| ()).unwrap_err();
    assert!(matches!(error, Error::Lexicon { file: "gold", .. }));
}

/// The smallest tagger.
const TAGGER: &[u8] = br#"{"tags":[],"tagdict":{"a":"DT"},"vocab":["a"],"weights":{"b":{"NN":0.5}}}"#;
