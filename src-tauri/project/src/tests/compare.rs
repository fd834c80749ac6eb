//! What changed, as it is told to a musician.

use proptest::prelude::*;
use son1k_domain::comparison::{Bars, Change, Comparison, Control, Figure, Found};
use son1k_domain::id::{ProjectId, SectionId, TakeId, TrackId};
use son1k_domain::project::{Step, StripChange};
use son1k_domain::score::SectionKind;
use son1k_domain::unit::{Bpm, Db};
use tempfile::TempDir;

use super::edits::{Edit, Piece, any_edit, make, rearrange};
use super::sample::{key, score, take};
use crate::Document;

fn song() -> (TempDir, Document, Document) {
    let folder = tempfile::tempdir().unwrap();
    let mut before = Document::create(folder.path(), ProjectId::from("p"), "Song").unwrap();
    before.add_take(take("a"), &score(300), true).unwrap();
    before.set_lyrics("Noche de verano").unwrap();
    let after = before.fork_at(&before.version(), folder.path()).unwrap();
    (folder, before, after)
}

#[test]
fn a_version_is_told_by_what_matters_first() {
    let (_folder, before, mut after) = song();
    after.set_strip(&TrackId::from("bass"), StripChange::Level(Db(-3.0)), None).unwrap();
    after.set_lyrics("Noche de invierno").unwrap();
    after.star_take(&TakeId::from("a"), true).unwrap();
    after.rework(Step::Notes, "", None, |s| s.tracks[1].notes.truncate(90)).unwrap();
    after.rework(Step::Notes, "", None, |s| s.tracks[0].notes[0].pitch = 99).unwrap();
    after.rework(Step::Key, "", None, |s| s.key = key(2)).unwrap();
    after.rework(Step::Tempo, "", None, |s| s.bpm = Bpm(120.0)).unwrap();
    after
        .rework(Step::Sections, "", None, |s| {
            rearrange(s, |form| form.insert(8, Piece::New(SectionId::from("outro"))))
        })
        .unwrap();
    let bars = |first, last| vec![Bars { first, last }];
    let (bass, drums) = (TrackId::from("bass"), TrackId::from("drums"));
    let comparison = before.compare(&after);
    let [tempo, changed_key, section, ten, one, lyrics, fader, star] = comparison.changes.as_slice() else {
        panic!("{comparison:#?}")
    };
    assert_eq!(tempo, &Change::Tempo { before: Bpm(95.1), after: Bpm(120.0) });
    assert_eq!(changed_key, &Change::Key { before: key(9), after: key(2) });
    let outro = Change::SectionAdded {
        section: SectionId::from("outro"),
        section_kind: SectionKind::Bridge,
        bars: Bars { first: 129, last: 132 },
    };
    assert_eq!(section, &outro);
    let gone = Change::Notes {
        track: bass.clone(),
        name: "Name of bass".into(),
        added: 0,
        removed: 10,
        changed: 0,
        before: bars(116, 127),
        after: vec![],
    };
    assert!(
        matches!(ten, Change::Notes { removed: 10, added: 0, changed: 0, after, .. } if after.is_empty()),
        "{ten:?} {gone:?}"
    );
    let moved = Change::Notes {
        track: drums,
        name: "Name of drums".into(),
        added: 0,
        removed: 0,
        changed: 1,
        before: bars(1, 1),
        after: bars(1, 1),
    };
    assert_eq!(one, &moved);
    assert_eq!(lyrics, &Change::Lyrics { added: 1, removed: 1 });
    let moved = Change::Mixer {
        track: Some(bass),
        name: "Name of bass".into(),
        control: Control::Fader,
        before: Figure::Db(Db(0.0)),
        after: Figure::Db(Db(-3.0)),
    };
    assert_eq!(fader, &moved);
    assert!(matches!(star, Change::TakeStarred { before: false, after: true, .. }));
    let words: Vec<_> = comparison.lyrics.iter().map(|span| (span.found, span.text.as_str())).collect();
    assert_eq!(words, [(Found::InBoth, "Noche de "), (Found::Before, "verano"), (Found::After, "invierno")]);
}

#[test]
fn a_section_put_in_early_is_not_told_as_a_change_of_all_that_follows() {
    let (_folder, before, mut after) = song();
    after
        .rework(Step::Sections, "", None, |s| {
            rearrange(s, |form| form.insert(0, Piece::New(SectionId::from("intro"))));
        })
        .unwrap();
    let changes = before.compare(&after).changes;
    assert!(matches!(changes.as_slice(), [Change::SectionAdded { .. }]), "{changes:?}");
    let mut moved = after.fork_at(&after.version(), after.folder()).unwrap();
    moved
        .rework(Step::Sections, "", None, |s| {
            rearrange(s, |form| {
                let piece = form.remove(1);
                form.push(piece);
            });
        })
        .unwrap();
    let changes = after.compare(&moved).changes;
    let [Change::SectionMoved { section, before, after, .. }] = changes.as_slice() else {
        panic!("{changes:?}")
    };
    assert_eq!((section.as_str(), before.first, after.first), ("verse-0", 5, 117));
}

#[test]
fn another_take_on_the_lanes_comes_first_with_what_it_changes() {
    let (_folder, before, mut after) = song();
    let mut other = score(60);
    other.bpm = Bpm(70.0);
    after.add_take(take("b"), &other, true).unwrap();
    let changes = before.compare(&after).changes;
    assert!(
        matches!(&changes[0], Change::LanesReplaced { title, .. } if title == "Title of b"),
        "{changes:?}"
    );
    assert!(matches!(&changes[1], Change::TakeAdded { .. }));
    assert_eq!(changes[2], Change::Tempo { before: Bpm(95.1), after: Bpm(70.0) });
    assert!(changes.iter().any(|change| matches!(change, Change::Notes { changed: 0, .. })));
}

/// The same change seen from the later version, without names: those are always of the later one.
fn mirrored(change: Change) -> Change {
    use Change as C;
    let no = String::new;
    match change {
        C::LanesReplaced { before, after, .. } => {
            C::LanesReplaced { before: after, after: before, title: no() }
        }
        C::TakeAdded { take, .. } => C::TakeRemoved { take, title: no() },
        C::TakeRemoved { take, .. } => C::TakeAdded { take, title: no() },
        C::Tempo { before, after } => C::Tempo { before: after, after: before },
        C::Key { before, after } => C::Key { before: after, after: before },
        C::Meter { before, after } => C::Meter { before: after, after: before },
        C::SectionAdded { section, section_kind, bars } => C::SectionRemoved { section, section_kind, bars },
        C::SectionRemoved { section, section_kind, bars } => C::SectionAdded { section, section_kind, bars },
        C::SectionMoved { section, section_kind, before, after } => {
            C::SectionMoved { section, section_kind, before: after, after: before }
        }
        C::SectionResized { section, section_kind, before, after } => {
            C::SectionResized { section, section_kind, before: after, after: before }
        }
        C::SectionRenamed { section, before, after } => {
            C::SectionRenamed { section, before: after, after: before }
        }
        C::SectionEnergy { section, section_kind, before, after } => {
            C::SectionEnergy { section, section_kind, before: after, after: before }
        }
        C::TrackAdded { track, role, notes, .. } => C::TrackRemoved { track, name: no(), role, notes },
        C::TrackRemoved { track, role, notes, .. } => C::TrackAdded { track, name: no(), role, notes },
        C::TrackMoved { track, before, after, .. } => {
            C::TrackMoved { track, name: no(), before: after, after: before }
        }
        C::TrackRenamed { track, before, after } => C::TrackRenamed { track, before: after, after: before },
        C::TrackSound { track, before, after, .. } => {
            C::TrackSound { track, name: no(), before: after, after: before }
        }
        C::ClipAdded { track, section, section_kind, notes, .. } => {
            C::ClipRemoved { track, name: no(), section, section_kind, notes }
        }
        C::ClipRemoved { track, section, section_kind, notes, .. } => {
            C::ClipAdded { track, name: no(), section, section_kind, notes }
        }
        C::Notes { track, added, removed, changed, before, after, .. } => C::Notes {
            track,
            name: no(),
            added: removed,
            removed: added,
            changed,
            before: after,
            after: before,
        },
        C::Chords { added, removed, changed, before, after } => {
            C::Chords { added: removed, removed: added, changed, before: after, after: before }
        }
        C::Lyrics { added, removed } => C::Lyrics { added: removed, removed: added },
        C::Mixer { track, control, before, after, .. } => {
            C::Mixer { track, name: no(), control, before: after, after: before }
        }
        C::ProjectRenamed { before, after } => C::ProjectRenamed { before: after, after: before },
        C::TakeRenamed { take, before, after } => C::TakeRenamed { take, before: after, after: before },
        C::TakeStarred { take, before, after, .. } => {
            C::TakeStarred { take, title: no(), before: after, after: before }
        }
    }
}

fn sorted(comparison: Comparison, times: usize) -> Vec<String> {
    let turned = |change: Change| (0..times).fold(change, |change, _| mirrored(change));
    let mut all: Vec<String> =
        comparison.changes.into_iter().map(|change| format!("{:?}", turned(change))).collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_comparison_has_a_mirror_and_nothing_to_say_of_the_same(edits in prop::collection::vec(any_edit(), 0..12)) {
        let (_folder, before, mut after) = song();
        for edit in edits {
            let _refused = make(&mut after, edit);
        }
        let (there, back) = (before.compare(&after), after.compare(&before));
        prop_assert_eq!(sorted(there, 1), sorted(back, 2));
        prop_assert_eq!(after.compare(&after), Comparison { changes: vec![], lyrics: vec![] });
        let same = after.fork_at(&after.version(), after.folder()).unwrap();
        prop_assert_eq!(after.compare(&same).changes, vec![]);
    }

    #[test]
    fn a_comparison_survives_the_wire(edits in prop::collection::vec(any_edit(), 0..6)) {
        let (_folder, before, mut after) = song();
        for edit in edits {
            let _refused: Result<(), _> = make(&mut after, edit as Edit);
        }
        let comparison = before.compare(&after);
        let json = serde_json::to_string(&comparison).unwrap();
        prop_assert_eq!(serde_json::from_str::<Comparison>(&json).unwrap(), comparison);
    }
}
