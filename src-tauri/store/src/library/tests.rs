//! The library with a real database.

use son1k_domain::ErrorCode;
use son1k_domain::Problem;
use son1k_domain::cleaning::NoteSheet;
use son1k_domain::id::CollectionId;
use son1k_domain::library::{
    AnalysisStep, LibraryFilter, LibraryPage, LibraryQuery, LibrarySort, SoundState, StepState,
};
use son1k_domain::listening::{Beat, HeardNote, Pulse};
use son1k_domain::music::{Key, Mode, PitchClass};
use son1k_domain::sound::{Codec, Container};
use son1k_domain::take::Tag;
use son1k_domain::unit::{Bpm, Dbfs, Dbtp, Lu, Lufs, Seconds};
use tempfile::TempDir;

use super::*;

async fn store() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Store::open(folder.path()).await.unwrap().0, folder)
}

fn found(name: &str) -> FoundSound {
    let mut content = [0; 32];
    content.iter_mut().zip(name.bytes().cycle()).for_each(|(to, byte)| *to = byte);
    content[31] = name.len() as u8;
    FoundSound {
        id: name.into(),
        path: format!("/music/{name}.wav"),
        content,
        modified_ms: 1.0,
        facts: SoundFacts {
            container: Container::Wave,
            codec: Codec::Pcm,
            rate: 48_000,
            channels: 2,
            bits: Some(24),
            duration: Some(Seconds(1.5)),
            bytes: 1000.0,
        },
        tags: FileTags::default(),
        has_cover: false,
        added_ms: 2.0,
    }
}

fn titled(name: &str, title: &str, artist: &str) -> FoundSound {
    FoundSound {
        tags: FileTags { title: title.into(), artist: artist.into(), ..FileTags::default() },
        ..found(name)
    }
}

fn loudness(integrated: f32) -> son1k_domain::loudness::Loudness {
    son1k_domain::loudness::Loudness {
        integrated: Some(Lufs(integrated)),
        range: Some(Lu(3.0)),
        max_momentary: Some(Lufs(integrated + 2.0)),
        max_short_term: None,
        sample_peak: Some(Dbfs(-1.0)),
        true_peak: Some(Dbtp(-0.5)),
        duration: Seconds(1.5),
    }
}

fn content_of(sound: &FoundSound) -> String {
    sound.content.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn names(page: &LibraryPage) -> Vec<&str> {
    page.rows.iter().map(|sound| sound.id.as_str()).collect()
}

fn asking(text: &str) -> LibraryQuery {
    LibraryQuery { text: text.into(), limit: 100, ..LibraryQuery::default() }
}

async fn search(store: &Store, text: &str) -> Vec<String> {
    let page = store.search_sounds(&asking(text)).await.unwrap();
    assert_eq!(page.total as usize, page.rows.len());
    names(&page).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_sound_is_found_by_the_beginnings_of_its_words_without_case_and_accents() {
    let (store, _folder) = store().await;
    let night = titled("a", "Noche Eléctrica", "Río");
    let day = titled("b", "Día lo-fi", "Mar");
    store.add_sounds(&[night, day]).await.unwrap();
    assert_eq!(search(&store, "noc elec").await, ["a"]);
    assert_eq!(search(&store, "RIO").await, ["a"]);
    assert_eq!(search(&store, "lo-f mar").await, ["b"]);
    assert_eq!(search(&store, "oche").await, Vec::<String>::new());
    assert_eq!(search(&store, "a.wav").await, ["a"]);
    assert_eq!(search(&store, " \"*( ").await, ["a", "b"]);
}

#[tokio::test]
async fn what_was_heard_is_found_sorted_and_filtered_by() {
    let (store, _folder) = store().await;
    let sounds = ["a", "b", "c"].map(found);
    store.add_sounds(&sounds).await.unwrap();
    let key = Key { tonic: PitchClass(9), mode: Mode::Minor };
    let tag = Tag { name: "guitar".into(), score: 0.8 };
    for (sound, heard) in [
        (&sounds[0], Heard::Rhythm { bpm: Some(Bpm(96.0)), key: Some(key) }),
        (&sounds[0], Heard::Loudness(loudness(-14.0))),
        (&sounds[1], Heard::Rhythm { bpm: Some(Bpm(128.0)), key: None }),
        (&sounds[1], Heard::Loudness(loudness(-9.0))),
        (&sounds[2], Heard::SoundsLike(vec![tag.clone()])),
    ] {
        store.note_heard(&sound.id, &content_of(sound), &heard).await.unwrap().unwrap();
    }
    assert_eq!(search(&store, "guit").await, ["c"]);
    assert_eq!(search(&store, "96bpm").await, ["a"]);
    assert_eq!(search(&store, "a minor").await, ["a"]);
    assert_eq!(search(&store, "9lufs").await, ["b"]);
    let filtered = async |filter| {
        let page = store.search_sounds(&LibraryQuery { filter, ..asking("") }).await.unwrap();
        names(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let faster = LibraryFilter { bpm_min: Some(Bpm(100.0)), ..LibraryFilter::default() };
    assert_eq!(filtered(faster).await, ["b"]);
    let quieter = LibraryFilter { loudness_max: Some(Lufs(-10.0)), ..LibraryFilter::default() };
    assert_eq!(filtered(quieter).await, ["a"]);
    assert_eq!(filtered(LibraryFilter { key: Some(key), ..LibraryFilter::default() }).await, ["a"]);
    let none = LibraryFilter { bpm_max: Some(Bpm(f32::NAN)), ..LibraryFilter::default() };
    assert_eq!(filtered(none).await, Vec::<String>::new());

    let by_tempo = LibraryQuery { sort: LibrarySort::Bpm, descending: true, ..asking("") };
    let page = store.search_sounds(&by_tempo).await.unwrap();
    assert_eq!(names(&page), ["b", "a", "c"], "what has no tempo comes last");
    assert_eq!(page.rows[1].analysis.key, Some(key));
    assert_eq!(page.rows[2].analysis.sounds_like, [tag]);
    assert_eq!(page.rows[0].analysis.loudness, Some(loudness(-9.0)));
}

#[tokio::test]
async fn every_order_is_the_same_for_few_rows_for_many_and_for_all() {
    let (store, _folder) = store().await;
    let count = 5_000;
    let sounds: Vec<_> = (0..count)
        .map(|at| {
            let title = if at % 7 == 0 { String::new() } else { format!("Title {}", at * 7919 % 997) };
            titled(&format!("s{at}"), &title, if at % 2 == 0 { "even" } else { "odd" })
        })
        .collect();
    store.add_sounds(&sounds).await.unwrap();
    for descending in [false, true] {
        let all = |text: &str, offset, limit| LibraryQuery {
            sort: LibrarySort::Title,
            descending,
            offset,
            limit,
            ..asking(text)
        };
        let mut expected: Vec<usize> = (0..count).filter(|at| at % 2 == 0).collect();
        let key = |at: &usize| (words::sort_key(&sounds[*at].tags.title), *at);
        expected.sort_by_key(key);
        if descending {
            expected.reverse();
        } else {
            let untitled = expected.iter().filter(|at| **at % 7 == 0).count();
            expected.rotate_left(untitled);
        }
        let expected: Vec<String> = expected.iter().map(|at| format!("s{at}")).collect();
        for offset in [0, 1234, 2490] {
            let page = store.search_sounds(&all("even", offset, 10)).await.unwrap();
            assert_eq!(page.total, 2500);
            assert_eq!(
                names(&page),
                expected[offset as usize..offset as usize + 10],
                "{descending} {offset}"
            );
            let few = store.search_sounds(&all("even s1", offset / 10, 10)).await.unwrap();
            let with: Vec<&str> = expected.iter().map(|id| &**id).filter(|id| id.starts_with("s1")).collect();
            assert_eq!(names(&few), with[offset as usize / 10..offset as usize / 10 + 10]);
        }
        for offset in [0, 4_280, 4_990] {
            let page = store.search_sounds(&all("", offset, 10)).await.unwrap();
            assert_eq!((page.total, page.rows.len()), (5_000, 10));
            let mut row =
                page.rows.iter().map(|sound| words::sort_key(&sound.tags.title)).filter(|t| !t.is_empty());
            let keys: Vec<_> = row.by_ref().collect();
            assert!(if descending { keys.iter().rev().is_sorted() } else { keys.is_sorted() });
        }
        let last = store.search_sounds(&all("", 4_990, 100)).await.unwrap();
        assert!(last.rows.iter().all(|sound| sound.tags.title.is_empty()), "no title comes last");
        assert_eq!(last.rows.len(), 10);
    }
}

#[tokio::test]
async fn the_same_content_twice_is_one_sound_and_a_changed_file_is_heard_again() {
    let (store, _folder) = store().await;
    let first = found("a");
    let copy = FoundSound { id: "b".into(), path: "/copy.wav".into(), ..first.clone() };
    let added = store.add_sounds(&[first.clone(), copy, first.clone()]).await.unwrap();
    let of_path = first.path.clone();
    assert_eq!(added[0], Added::New("a".into()));
    assert_eq!(added[1], Added::Duplicate { of: "a".into(), of_path });
    assert_eq!(added[2], Added::Known("a".into()));

    let content = content_of(&first);
    store.note_heard(&first.id, &content, &Heard::Loudness(loudness(-14.0))).await.unwrap().unwrap();
    let changed = FoundSound { content: [7; 32], ..titled("a", "New", "") };
    assert_eq!(store.add_sounds(&[changed]).await.unwrap(), [Added::Changed("a".into())]);
    let sound = store.sound(&"a".into()).await.unwrap().unwrap();
    assert_eq!((sound.analysis.loudness, sound.analysis.steps.loudness), (None, StepState::Waiting));
    assert_eq!(search(&store, "new").await, ["a"]);
    let late = store.note_heard(&first.id, &content, &Heard::Peaks).await.unwrap();
    assert_eq!(late, None, "what was heard of the old content is not kept");
}

#[tokio::test]
async fn a_missing_sound_is_linked_again_and_never_to_the_place_of_another() {
    let (store, _folder) = store().await;
    store.add_sounds(&[found("a"), found("b")]).await.unwrap();
    store.mark_missing(&["a".into()], true).await.unwrap();
    assert_eq!(store.count_sounds().await.unwrap(), (2, 1));
    let missing = LibraryFilter { missing_only: true, ..LibraryFilter::default() };
    let page = store.search_sounds(&LibraryQuery { filter: missing, ..asking("") }).await.unwrap();
    assert_eq!((names(&page), page.rows[0].state), (vec!["a"], SoundState::Missing));
    assert_eq!(store.sound_places(true).await.unwrap()[0].path, "/music/a.wav");

    let taken = store.relink_sound(&"a".into(), &found("b")).await.unwrap();
    assert_eq!(taken, None);
    let moved = FoundSound { path: "/elsewhere/moved.wav".into(), ..found("a") };
    let linked = store.relink_sound(&"a".into(), &moved).await.unwrap().unwrap();
    assert_eq!((linked.name.as_str(), linked.state), ("moved.wav", SoundState::Present));
    assert_eq!(search(&store, "moved").await, ["a"]);
    store.mark_missing(&["b".into()], true).await.unwrap();
    assert_eq!(store.add_sounds(&[found("b")]).await.unwrap(), [Added::Back("b".into())]);
}

#[tokio::test]
async fn a_collection_holds_sounds_and_outlives_none_of_its_own() {
    let (store, _folder) = store().await;
    let id = CollectionId::from("beds");
    store.add_sounds(&["a", "b", "c"].map(found)).await.unwrap();
    store.create_collection(&id, "Beds").await.unwrap();
    assert!(store.collect_sounds(&id, &["a".into(), "b".into(), "a".into()]).await.unwrap());
    assert!(!store.collect_sounds(&"none".into(), &["a".into()]).await.unwrap());
    assert_eq!(store.collections().await.unwrap()[0].sounds, 2);
    let filter = LibraryFilter { collection: Some(id.clone()), ..LibraryFilter::default() };
    let in_it = LibraryQuery { filter, ..asking("") };
    assert_eq!(names(&store.search_sounds(&in_it).await.unwrap()), ["a", "b"]);
    store.uncollect_sounds(&id, &["a".into()]).await.unwrap();
    store.remove_sounds(&["b".into()]).await.unwrap();
    assert_eq!(store.search_sounds(&in_it).await.unwrap().total, 0);
    assert!(store.rename_collection(&id, "Music beds").await.unwrap());
    assert_eq!(store.collections().await.unwrap()[0].name, "Music beds");
    assert!(store.delete_collection(&id).await.unwrap());
    assert_eq!(search(&store, "").await, ["a", "c"]);
}

#[tokio::test]
async fn a_removed_sound_is_found_no_more_and_stars_are_kept() {
    let (store, _folder) = store().await;
    store.add_sounds(&["a", "b"].map(found)).await.unwrap();
    store.rate_sounds(&["b".into()], 4).await.unwrap();
    let good = LibraryFilter { rating_min: 3, ..LibraryFilter::default() };
    let page = store.search_sounds(&LibraryQuery { filter: good, ..asking("") }).await.unwrap();
    assert_eq!((names(&page), page.rows[0].rating), (vec!["b"], 4));
    assert_eq!(store.remove_sounds(&["b".into()]).await.unwrap(), 1);
    assert_eq!(search(&store, "b").await, Vec::<String>::new());
    assert_eq!(store.add_sounds(&[found("b")]).await.unwrap(), [Added::New("b".into())]);
}

#[tokio::test]
async fn steps_wait_are_cancelled_and_asked_for_again() {
    let (store, _folder) = store().await;
    let sounds = ["a", "b"].map(found);
    store.add_sounds(&sounds).await.unwrap();
    assert_eq!(store.count_waiting_sounds().await.unwrap(), 2);
    assert_eq!(store.next_waiting_sound().await.unwrap().unwrap().id, sounds[1].id, "the last added first");
    let cancelled = [StepState::Waiting];
    store.set_steps(&["b".into()], &AnalysisStep::ALL, &cancelled, StepState::Cancelled).await.unwrap();
    let next = store.next_waiting_sound().await.unwrap().unwrap();
    assert_eq!((next.id, next.content), (sounds[0].id.clone(), content_of(&sounds[0])));
    let late = store.note_heard(&sounds[1].id, &content_of(&sounds[1]), &Heard::Peaks).await.unwrap();
    assert_eq!(late, None, "a cancelled step stays cancelled");
    let problem = Problem { code: ErrorCode::UnsupportedFile, message: "no".into(), hint: "yes".into() };
    for step in AnalysisStep::ALL {
        let failed = Heard::Failed(step, problem.clone());
        store.note_heard(&sounds[0].id, &content_of(&sounds[0]), &failed).await.unwrap().unwrap();
    }
    assert_eq!(store.next_waiting_sound().await.unwrap(), None);
    let failed = store.sound(&"a".into()).await.unwrap().unwrap();
    assert_eq!((failed.analysis.problem, failed.analysis.steps.peaks), (Some(problem), StepState::Failed));
    let again = [StepState::Cancelled, StepState::Failed];
    let moved = store.set_steps(&[], &[AnalysisStep::Rhythm], &again, StepState::Waiting).await.unwrap();
    assert_eq!((moved, store.count_waiting_sounds().await.unwrap()), (2, 2));
}

#[tokio::test]
async fn a_page_after_a_change_is_new() {
    let (store, _folder) = store().await;
    store.add_sounds(&[titled("a", "x", "")]).await.unwrap();
    let by_title = LibraryQuery { sort: LibrarySort::Title, ..asking("x") };
    assert_eq!(store.search_sounds(&by_title).await.unwrap().total, 1);
    store.add_sounds(&[titled("b", "x", "")]).await.unwrap();
    assert_eq!(store.search_sounds(&by_title).await.unwrap().total, 2);
    store.optimise_library().await.unwrap();
    assert_eq!(store.search_sounds(&by_title).await.unwrap().total, 2);
}

#[tokio::test]
async fn the_tempo_of_the_beats_counts_until_the_sound_is_another() {
    let (store, _folder) = store().await;
    let mut sound = found("a");
    store.add_sounds(std::slice::from_ref(&sound)).await.unwrap();
    let pulse =
        Pulse { bpm: Bpm(90.0), beats_a_bar: 3, beats: vec![Beat { at: Seconds(0.5), downbeat: true }] };
    assert_eq!(store.beats(&sound.id).await.unwrap(), None);
    let content = content_of(&sound);
    let heard = store.note_heard(&sound.id, &content, &Heard::Beats(Some(pulse.clone()))).await.unwrap();
    assert_eq!(heard.unwrap().analysis.bpm, Some(Bpm(90.0)));
    assert_eq!(store.beats(&sound.id).await.unwrap(), Some(pulse));
    let rhythm = Heard::Rhythm { bpm: Some(Bpm(180.0)), key: None };
    let heard = store.note_heard(&sound.id, &content, &rhythm).await.unwrap().unwrap();
    assert_eq!((heard.analysis.bpm, heard.analysis.steps.beats), (Some(Bpm(90.0)), StepState::Done));
    sound.content[0] ^= 1;
    store.add_sounds(std::slice::from_ref(&sound)).await.unwrap();
    assert_eq!(store.beats(&sound.id).await.unwrap(), None);
    let changed = store.sound(&sound.id).await.unwrap().unwrap();
    assert_eq!((changed.analysis.bpm, changed.analysis.steps.beats), (None, StepState::Waiting));
    let unclear = store.note_heard(&sound.id, &content_of(&sound), &Heard::Beats(None)).await.unwrap();
    assert_eq!(unclear.unwrap().analysis.steps.beats, StepState::Done);
}

#[tokio::test]
async fn the_notes_of_a_sound_go_with_it() {
    let (store, _folder) = store().await;
    let sound = found("a");
    store.add_sounds(std::slice::from_ref(&sound)).await.unwrap();
    let note = HeardNote { start: Seconds(0.0), length: Seconds(1.0), pitch: 60, velocity: 90 };
    let sheet = NoteSheet {
        sound: sound.id.clone(),
        notes: vec![note],
        bpm: None,
        duration: Seconds(1.5),
        edited: true,
    };
    store.save_notes(&NoteSheet { notes: Vec::new(), ..sheet.clone() }).await.unwrap();
    store.save_notes(&sheet).await.unwrap();
    assert_eq!(store.notes(&sound.id).await.unwrap(), Some(sheet.clone()));
    store.remove_sounds(std::slice::from_ref(&sound.id)).await.unwrap();
    assert_eq!(store.notes(&sound.id).await.unwrap(), None);
    assert!(store.save_notes(&sheet).await.is_err(), "there are no notes of nothing");
}
