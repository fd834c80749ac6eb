//! Fields, sources, choices and errors.

use son1k_domain::generation::{ChipKind, ChipSource, Request, limits};
use son1k_domain::music::{Key, Meter, Mode, PitchClass};
use son1k_domain::unit::{Bpm, Seconds};

use super::{asked, of};
use crate::{Error, palette, understand};

fn request(prompt: &str) -> Request {
    Request { prompt: prompt.into(), ..Request::default() }
}

#[test]
fn fields_win_over_the_prompt_and_say_so() {
    let key = Key { tonic: PitchClass(4), mode: Mode::Phrygian };
    let full = Request {
        style: Some("jazz".into()),
        bpm: Some(Bpm(111.5)),
        key: Some(key),
        meter: Some(Meter { beats: 5, unit: 4 }),
        duration: Some(Seconds(61.0)),
        instruments: vec!["drums".into(), "harp".into()],
        without: vec!["piano".into()],
        moods: vec!["tense".into()],
        ..request("happy rock at 95 bpm in C major, 3/4, two minutes, no drums, with piano and flute")
    };
    let understood = understand(&full, 3).unwrap();
    let expected = "style jazz, tempo 111.5, key E phrygian, meter 5/4, length 61, tense, happy, +drums, +harp, +flute, -piano";
    assert_eq!(asked(&understood), expected);
    let from_prompt: Vec<_> = understood.chips.iter().filter(|c| c.source == ChipSource::Prompt).collect();
    assert_eq!(from_prompt.iter().map(|c| c.words.as_str()).collect::<Vec<_>>(), ["happy", "flute"]);
    assert_eq!(understood.brief.key, key);
    assert_eq!((understood.brief.bpm, understood.brief.duration), (Bpm(111.5), Seconds(61.0)));
}

#[test]
fn what_nobody_asked_for_is_chosen_and_marked() {
    let understood = of("lo-fi");
    let chosen: Vec<ChipKind> =
        understood.chips.iter().filter(|c| c.source == ChipSource::Chosen).map(|c| c.kind).collect();
    assert_eq!(chosen, [ChipKind::Tempo, ChipKind::Key, ChipKind::Meter, ChipKind::Length]);
    assert!(understood.chips.iter().filter(|c| c.source == ChipSource::Chosen).all(|c| c.words.is_empty()));
    let style = palette().styles.into_iter().find(|s| s.id == "lo-fi").unwrap();
    assert!((style.bpm_min.0..=style.bpm_max.0).contains(&understood.brief.bpm.0));
    assert_eq!(understood.brief.duration, style.duration_typical);
}

#[test]
fn the_same_seed_is_the_same_brief_and_seeds_differ() {
    let brief = |seed| understand(&request("something sad"), seed).unwrap();
    assert_eq!(brief(5), brief(5));
    let keys: std::collections::BTreeSet<String> = (0..20).map(|s| brief(s).brief.key.to_string()).collect();
    let styles: std::collections::BTreeSet<String> = (0..20).map(|s| brief(s).brief.style).collect();
    assert!(keys.len() > 3 && styles.len() > 1, "{keys:?} {styles:?}");
    assert!(styles.iter().all(|s| ["pop", "lo-fi", "cinematic"].contains(&s.as_str())), "{styles:?}");
}

#[test]
fn a_tempo_without_a_style_chooses_a_style_that_plays_it() {
    for seed in 0..20 {
        let brief = understand(&request("190 bpm"), seed).unwrap().brief;
        let style = palette().styles.into_iter().find(|s| s.id == brief.style).unwrap();
        assert!(style.bpm_max.0 >= 190.0, "{}", style.id);
    }
}

#[test]
fn pace_words_scale_within_the_range_of_the_style() {
    for style in palette().styles {
        let bpm = |pace: &str| of(&format!("{pace} {}", style.id)).brief.bpm.0;
        let speeds = [bpm("very slow"), bpm("slow"), bpm("mid-tempo"), bpm("fast"), bpm("very fast")];
        assert!(speeds.windows(2).all(|w| matches!(w, [a, b] if a < b)), "{}: {speeds:?}", style.id);
        assert!(
            speeds.iter().all(|s| (style.bpm_min.0..=style.bpm_max.0).contains(s)),
            "{}: {speeds:?}",
            style.id
        );
    }
}

#[test]
fn an_empty_prompt_is_an_error_unless_a_field_says_something() {
    for prompt in ["", "   \n\t"] {
        assert_eq!(understand(&request(prompt), 1).err(), Some(Error::EmptyPrompt));
    }
    let style = Request { style: Some("house".into()), ..Request::default() };
    assert_eq!(understand(&style, 1).unwrap().brief.style, "house");
    let refused = Request { without: vec!["drums".into()], ..Request::default() };
    assert!(understand(&refused, 1).is_ok());
}

#[test]
fn fields_that_cannot_be_used_are_refused_by_name() {
    let base = || request("pop");
    let cases: Vec<(&str, Request)> = vec![
        ("bpm", Request { bpm: Some(Bpm(5000.0)), ..base() }),
        ("bpm", Request { bpm: Some(Bpm(f32::NAN)), ..base() }),
        ("bpm", Request { bpm: Some(Bpm(-1.0)), ..base() }),
        ("duration", Request { duration: Some(Seconds(-1.0)), ..base() }),
        ("duration", Request { duration: Some(Seconds(0.0)), ..base() }),
        ("duration", Request { duration: Some(Seconds(f64::INFINITY)), ..base() }),
        ("duration", Request { duration: Some(Seconds(3600.0)), ..base() }),
        ("meter", Request { meter: Some(Meter { beats: 0, unit: 4 }), ..base() }),
        ("meter", Request { meter: Some(Meter { beats: 4, unit: 0 }), ..base() }),
        ("meter", Request { meter: Some(Meter { beats: 4, unit: 3 }), ..base() }),
        ("key", Request { key: Some(Key { tonic: PitchClass(12), mode: Mode::Major }), ..base() }),
        ("style", Request { style: Some("polka".into()), ..base() }),
        ("instruments", Request { instruments: vec!["kazoo".into()], ..base() }),
        ("without", Request { without: vec!["kazoo".into()], ..base() }),
        ("without", Request { instruments: vec!["harp".into()], without: vec!["harp".into()], ..base() }),
        ("moods", Request { moods: vec!["hangry".into()], ..base() }),
        ("variations", Request { variations: 9, ..base() }),
        ("lyrics", Request { lyrics: "x".repeat(limits::LYRICS_BYTES + 1), ..base() }),
        ("prompt", request(&"x".repeat(limits::PROMPT_BYTES + 1))),
    ];
    for (name, request) in cases {
        match understand(&request, 1) {
            Err(Error::InvalidField { field, value }) => {
                assert_eq!(field, name);
                assert!(value.len() < 300);
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(understand(&Request { variations: 0, ..base() }, 1).is_ok());
}

#[test]
fn the_list_of_what_was_not_understood_is_bounded_and_has_no_doubles() {
    let words: String = (0..40).map(|i| format!("zq{i}x Zq{i}X ")).collect();
    let listed = of(&words).not_understood;
    assert_eq!(listed.len(), 12);
    assert_eq!(listed.first().map(String::as_str), Some("zq0x"));
    assert_eq!(listed.get(1).map(String::as_str), Some("zq1x"));
}
