//! What every score keeps, over styles, seeds, lengths, tempos and meters.

use super::*;
use crate::style;
use son1k_domain::music::{Key, Meter, Mode, PitchClass};
use son1k_domain::score::{Note, SectionKind};
use son1k_domain::unit::{Bpm, Seconds};

fn brief(style: &str, seconds: f64) -> Brief {
    let found = style::find(style).unwrap();
    let mode = found.modes[0].mode;
    Brief {
        title: "Test".to_owned(),
        style: style.to_owned(),
        bpm: found.info().bpm_typical,
        key: Key { tonic: PitchClass(9), mode },
        meter: Meter::FOUR_FOUR,
        duration: Seconds(seconds),
        moods: Vec::new(),
        instruments: Vec::new(),
        without: Vec::new(),
    }
}

fn ids() -> Vec<String> {
    style::all().iter().map(|style| style.id.clone()).collect()
}

fn fnv(values: impl Iterator<Item = u32>) -> u64 {
    values.fold(0xcbf2_9ce4_8422_2325, |hash, value| {
        value.to_le_bytes().iter().fold(hash, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
    })
}

fn fingerprint(score: &Score) -> u64 {
    let notes = score.tracks.iter().flat_map(|track| &track.notes);
    fnv(notes.flat_map(|n| [n.start.0, n.length.0, u32::from(n.pitch), u32::from(n.velocity)]))
}

fn pitched(score: &Score) -> impl Iterator<Item = &Track> {
    let silent = |role: Role| matches!(role, Role::Drums | Role::Percussion | Role::Texture);
    score.tracks.iter().filter(move |track| !silent(track.role))
}

fn assert_sound(score: &Score, brief: &Brief, what: &str) {
    let seconds = score.length.seconds(score.bpm).0;
    assert!((seconds - brief.duration.0).abs() <= 1.5, "{what}: {seconds} s");
    let mut at = 0;
    for section in &score.sections {
        assert_eq!(section.start.0, at, "{what}: gap before {}", section.id);
        assert!(section.length.0 > 0, "{what}: {} is empty", section.id);
        at += section.length.0;
    }
    assert_eq!(at, score.length.0, "{what}: sections do not fill the piece");
    let mut at = 0;
    for chord in &score.chords {
        assert_eq!(chord.start.0, at, "{what}: gap in the chords");
        assert!(chord.length.0 > 0 && !chord.symbol.is_empty() && !chord.numeral.is_empty(), "{what}");
        at += chord.length.0;
    }
    assert_eq!(at, score.length.0, "{what}: chords do not fill the piece");
    assert_eq!(score.chords.last().unwrap().tones[0], brief.key.tonic.0, "{what}: does not end at home");
    assert!((2..=9).contains(&score.tracks.len()), "{what}: {} tracks", score.tracks.len());
    for track in &score.tracks {
        assert_playable(&track.notes, score.length, &format!("{what}: {}", track.id));
    }
}

fn assert_playable(notes: &[Note], length: Ticks, what: &str) {
    let mut until = [0u32; 128];
    let mut before = (0, 0);
    for note in notes {
        let place = (note.start.0, note.pitch);
        assert!(place >= before, "{what}: not sorted");
        before = place;
        assert!(
            (1..=127).contains(&note.velocity) && note.pitch < 128 && note.length.0 > 0,
            "{what}: {note:?}"
        );
        assert!(note.start.0 + note.length.0 <= length.0, "{what}: {note:?} leaves the piece");
        assert!(note.start.0 >= until[usize::from(note.pitch)], "{what}: {note:?} overlaps itself");
        until[usize::from(note.pitch)] = note.start.0 + note.length.0;
    }
}

#[test]
fn every_style_keeps_its_shape_over_seeds_and_lengths() {
    for id in ids() {
        for seed in 0..6 {
            for seconds in [10.0, 15.0, 31.0, 60.0, 95.5, 180.0, 240.0, 600.0] {
                let brief = brief(&id, seconds);
                let score = compose(&brief, seed).unwrap();
                assert_sound(&score, &brief, &format!("{id} seed {seed} {seconds} s"));
            }
        }
    }
}

#[test]
fn every_style_fits_every_meter_and_tempo() {
    let meters = [(4, 4), (3, 4), (6, 8), (2, 4), (5, 4), (7, 8), (12, 8), (9, 8), (6, 4), (2, 2)];
    for id in ids() {
        for (beats, unit) in meters {
            for bpm in [40.0, 97.3, 240.0] {
                for seconds in [10.0, 47.0, 200.0] {
                    let meter = Meter { beats, unit };
                    let brief = Brief { meter, bpm: Bpm(bpm), ..brief(&id, seconds) };
                    let score = compose(&brief, 3).unwrap();
                    assert_sound(&score, &brief, &format!("{id} {meter} at {bpm} for {seconds} s"));
                }
            }
        }
    }
}

#[test]
fn every_style_plays_in_every_mode_and_key() {
    for id in ids() {
        for mode in Mode::ALL {
            for tonic in 0..12 {
                let brief = Brief { key: Key { tonic: PitchClass(tonic), mode }, ..brief(&id, 60.0) };
                let score = compose(&brief, u32::from(tonic)).unwrap();
                assert_sound(&score, &brief, &format!("{id} in {}", brief.key));
            }
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_score_and_another_seed_another() {
    for id in ids() {
        let brief = brief(&id, 90.0);
        let (one, again, other) =
            (compose(&brief, 1).unwrap(), compose(&brief, 1).unwrap(), compose(&brief, 2).unwrap());
        assert_eq!(one, again, "{id}");
        let notes = |score: &Score| {
            let tracks = pitched(score).flat_map(|t| t.notes.iter().map(|n| (n.start.0 / 60, n.pitch)));
            tracks.collect::<std::collections::BTreeSet<_>>()
        };
        let (a, b) = (notes(&one), notes(&other));
        let shared = a.intersection(&b).count();
        assert!(shared * 100 < a.len().max(b.len()) * 60, "{id}: {shared} of {} notes are the same", a.len());
    }
}

#[test]
fn what_returns_is_recognised() {
    for id in ids() {
        let score = compose(&brief(&id, 180.0), 5).unwrap();
        let lead = score.tracks.iter().find(|t| t.role == Role::Lead).unwrap();
        let mut compared = 0;
        for kind in [SectionKind::Verse, SectionKind::Chorus, SectionKind::Drop] {
            let same: Vec<&Section> = score.sections.iter().filter(|s| s.kind == kind).collect();
            let line = |section: &Section, length: u32| {
                let inside = |n: &&Note| n.start >= section.start && n.start.0 < section.start.0 + length;
                let notes = lead.notes.iter().filter(inside);
                notes.map(|n| ((n.start.0 - section.start.0 + 60) / 120, n.pitch)).collect::<Vec<_>>()
            };
            for pair in same.windows(2) {
                // The last two bars may turn towards what follows.
                let length = pair[0].length.0.min(pair[1].length.0).min(8 * 1920) - 2 * 1920;
                let (first, second) = (line(pair[0], length), line(pair[1], length));
                if first.is_empty() || second.is_empty() {
                    continue;
                }
                compared += 1;
                let kept = first.iter().filter(|note| second.contains(note)).count();
                assert!(
                    kept * 100 >= first.len() * 70,
                    "{id} {kind:?}: {kept} of {} notes return",
                    first.len()
                );
            }
        }
        assert!(compared > 0, "{id}: nothing returns");
    }
}

#[test]
fn choruses_are_fuller_than_verses() {
    for id in ids() {
        let score = compose(&brief(&id, 200.0), 2).unwrap();
        let density = |kinds: &[SectionKind]| {
            let sections: Vec<&Section> = score.sections.iter().filter(|s| kinds.contains(&s.kind)).collect();
            let length: u32 = sections.iter().map(|s| s.length.0).sum();
            let inside =
                |n: &Note| sections.iter().any(|s| n.start >= s.start && n.start.0 < s.start.0 + s.length.0);
            let notes = score.tracks.iter().flat_map(|t| &t.notes).filter(|n| inside(n)).count();
            notes as f64 * 1920.0 / f64::from(length.max(1))
        };
        let high = density(&[SectionKind::Chorus, SectionKind::Drop, SectionKind::Solo]);
        let low = density(&[SectionKind::Verse]);
        let intro = density(&[SectionKind::Intro]);
        assert!(high > low * 1.05 && low > intro, "{id}: intro {intro:.1}, verse {low:.1}, climax {high:.1}");
    }
}

#[test]
fn the_bass_stands_on_the_root_where_the_harmony_changes() {
    for id in ids() {
        for seed in 0..4 {
            let score = compose(&brief(&id, 120.0), seed).unwrap();
            let bass = score.tracks.iter().find(|t| t.role == Role::Bass).unwrap();
            let (mut right, mut heard) = (0, 0);
            for chord in &score.chords {
                let near = |n: &&Note| n.start.0.abs_diff(chord.start.0) <= 40;
                if let Some(note) = bass.notes.iter().find(near) {
                    heard += 1;
                    right += usize::from(note.pitch % 12 == chord.bass);
                }
            }
            assert!(heard > 4 && right * 100 >= heard * 95, "{id}: {right} of {heard}");
        }
    }
}

#[test]
fn chords_lead_into_each_other() {
    for id in ids() {
        let score = compose(&brief(&id, 120.0), 4).unwrap();
        let Some(pad) = score.tracks.iter().find(|t| t.role == Role::Pad) else { continue };
        let chords: Vec<Vec<u8>> = score
            .chords
            .iter()
            .map(|c| {
                let sounding = |n: &&Note| n.start.0.abs_diff(c.start.0) <= 40;
                pad.notes.iter().filter(sounding).map(|n| n.pitch).collect()
            })
            .collect();
        let (mut moved, mut voices) = (0, 0);
        for pair in chords.windows(2).filter(|p| p[0].len() == p[1].len() && !p[0].is_empty()) {
            moved += crate::theory::voicing::movement(&pair[1], &pair[0]);
            voices += i32::try_from(pair[0].len()).unwrap();
        }
        assert!(moved * 10 <= voices * 28, "{id}: {moved} semitones for {voices} voices");
    }
}

/// Krumhansl and Kessler's key profiles (1982).
const MAJOR: [f64; 12] = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88];
const MINOR: [f64; 12] = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17];

fn correlation(a: &[f64; 12], b: &[f64; 12], shift: usize) -> f64 {
    let mean = |x: &[f64; 12]| x.iter().sum::<f64>() / 12.0;
    let (ma, mb) = (mean(a), mean(b));
    let sum = |f: &dyn Fn(usize) -> f64| (0..12).map(f).sum::<f64>();
    let top = sum(&|i| (a[(i + shift) % 12] - ma) * (b[i] - mb));
    top / (sum(&|i| (a[i] - ma).powi(2)) * sum(&|i| (b[i] - mb).powi(2))).sqrt()
}

#[test]
fn a_key_detector_hears_the_key() {
    let (mut right, mut all, mut missed) = (0, 0, Vec::new());
    for id in ids() {
        for seed in 0..20 {
            let brief = brief(&id, 120.0);
            let score = compose(&brief, seed).unwrap();
            let mut chroma = [0.0; 12];
            for note in pitched(&score).flat_map(|t| &t.notes) {
                chroma[usize::from(note.pitch % 12)] +=
                    f64::from(note.length.0.min(960)) * f64::from(note.velocity);
            }
            let heard = (0..24).max_by(|a, b| {
                let score = |k: usize| correlation(&chroma, if k < 12 { &MAJOR } else { &MINOR }, k % 12);
                score(*a).total_cmp(&score(*b))
            });
            let wanted = usize::from(brief.key.tonic.0) + if brief.key.mode.is_minor() { 12 } else { 0 };
            all += 1;
            if heard == Some(wanted) {
                right += 1
            } else {
                missed.push(format!("{id}/{seed}: {heard:?} not {wanted}"))
            }
        }
    }
    assert!(right * 100 >= all * 94, "{right} of {all}: {missed:?}");
}

#[test]
fn refused_instruments_stay_away() {
    for id in ids() {
        let mut brief = brief(&id, 60.0);
        brief.without = vec!["drums".to_owned(), "piano".to_owned()];
        let score = compose(&brief, 1).unwrap();
        for track in &score.tracks {
            assert!(!matches!(track.role, Role::Drums | Role::Percussion), "{id} has {}", track.name);
            assert!(!track.name.to_lowercase().contains("grand piano"), "{id} has a piano");
        }
        brief.without = vec!["bass".to_owned()];
        let score = compose(&brief, 1).unwrap();
        assert!(score.tracks.iter().all(|t| t.role != Role::Bass), "{id} has a bass");
    }
}

#[test]
fn wanted_instruments_play() {
    for id in ids() {
        for wanted in crate::instrument::INSTRUMENTS {
            let brief = Brief { instruments: vec![wanted.to_owned()], ..brief(&id, 60.0) };
            let plan = Plan::new(find(&id).unwrap(), &brief, 1);
            let players = cast::cast(plan.style, &brief, 1, plan.feel);
            let who = players.iter().find(|p| p.instrument == wanted);
            let score = compose(&brief, 1).unwrap();
            let track = who.and_then(|w| score.tracks.iter().find(|t| t.id.as_str() == w.plan.id));
            assert!(track.is_some_and(|t| !t.notes.is_empty()), "{id} without {wanted}");
            assert_sound(&score, &brief, &format!("{id} with {wanted}"));
        }
    }
}

#[test]
fn moods_move_register_and_density() {
    for id in ids() {
        let mean = |moods: &[&str]| {
            let moods = moods.iter().map(|m| (*m).to_owned()).collect();
            let score = compose(&Brief { moods, ..brief(&id, 90.0) }, 1).unwrap();
            let upper = pitched(&score).filter(|t| t.role != Role::Bass);
            let notes: Vec<&Note> = upper.flat_map(|t| &t.notes).collect();
            let loud: u64 = notes.iter().map(|n| u64::from(n.velocity)).sum();
            let high: u64 = notes.iter().map(|n| u64::from(n.pitch)).sum();
            let count = notes.len() as u64;
            (
                high * 100 / count,
                loud * 100 / count,
                score.tracks.iter().map(|t| t.notes.len()).sum::<usize>(),
            )
        };
        let (dark, happy) = (mean(&["dark"]), mean(&["happy"]));
        let (calm, wild) = (mean(&["calm"]), mean(&["energetic"]));
        assert!(dark.0 < happy.0, "{id}: dark {dark:?}, happy {happy:?}");
        assert!(calm.1 < wild.1 && calm.2 <= wild.2, "{id}: calm {calm:?}, energetic {wild:?}");
    }
}

#[test]
fn a_brief_outside_the_limits_is_refused() {
    let good = brief("pop", 60.0);
    let field = |brief: Brief| match compose(&brief, 1) {
        Err(Error::InvalidField { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(field(Brief { bpm: Bpm(5000.0), ..good.clone() }), "bpm");
    assert_eq!(field(Brief { bpm: Bpm(f32::NAN), ..good.clone() }), "bpm");
    assert_eq!(field(Brief { duration: Seconds(-1.0), ..good.clone() }), "duration");
    assert_eq!(field(Brief { meter: Meter { beats: 0, unit: 4 }, ..good.clone() }), "meter");
    assert!(matches!(compose(&Brief { style: "polka".to_owned(), ..good }, 1), Err(Error::UnknownStyle(_))));
}

#[test]
fn scores_are_the_same_on_every_machine() {
    let pinned: Vec<(String, u64)> = ids()
        .into_iter()
        .map(|id| (id.clone(), fingerprint(&compose(&brief(&id, 120.0), 7).unwrap())))
        .collect();
    let known: Vec<(String, u64)> = PINNED.iter().map(|(id, hash)| ((*id).to_owned(), *hash)).collect();
    assert_eq!(pinned, known, "a changed score needs a new VERSION");
}

/// Fingerprints of each style's notes: seed 7, two minutes, typical tempo.
const PINNED: [(&str, u64); 10] = [
    ("reggaeton", 0x6c42_5166_f2e0_1f21),
    ("trap", 0x5ffb_a863_fdc0_06ff),
    ("house", 0x520b_5d77_2f74_6e03),
    ("synthwave", 0x5882_875a_0be2_2b91),
    ("lo-fi", 0xaddf_fa06_281b_a15d),
    ("pop", 0xfa5b_4bca_cdda_8fa7),
    ("rock", 0x3e1a_53f6_19a2_0ca8),
    ("ambient", 0x586d_755c_f258_ca2f),
    ("jazz", 0xe72c_8cef_eade_b6dd),
    ("cinematic", 0xeaf6_8101_8aea_8efa),
];
