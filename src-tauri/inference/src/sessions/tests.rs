//! The budget, seen from outside, with two real models of equal size.

use std::path::PathBuf;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use ort::value::Tensor;

use super::*;

/// What one of the two models is counted with.
fn one() -> u64 {
    cost(&file("msd")).unwrap()
}

fn file(which: &str) -> PathBuf {
    weights(&format!("musicnn-{which}/musicnn-{which}.onnx"))
}

fn sessions(budget: u64) -> Sessions {
    let runtime = Runtime::open(&weights("onnxruntime/libonnxruntime.so")).unwrap();
    Sessions::new(runtime, budget)
}

/// Tags silence and returns the first score.
fn run(sessions: &Sessions, which: &str) -> Result<f32> {
    sessions.with(&which.into(), &file(which), tag_silence)
}

fn tag_silence(session: &mut Session) -> ort::Result<f32> {
    let silence = Tensor::from_array(([1, 187, 96], vec![0.0_f32; 187 * 96]))?;
    let outputs = session.run(ort::inputs!["mel" => silence])?;
    Ok(outputs["tags"].try_extract_tensor::<f32>()?.1[0])
}

fn names(sessions: &Sessions) -> Vec<String> {
    sessions.loaded().into_iter().map(|(id, _)| id.0).collect()
}

#[test]
fn models_are_loaded_when_first_used_and_kept_while_there_is_room() {
    let sessions = sessions(4 * one());
    assert!(names(&sessions).is_empty());
    let first = run(&sessions, "msd").unwrap();
    assert_eq!(names(&sessions), ["msd"]);
    run(&sessions, "mtt").unwrap();
    assert_eq!(names(&sessions), ["msd", "mtt"]);
    assert_eq!(sessions.used(), 2 * one());
    assert_eq!(run(&sessions, "msd").unwrap(), first);
}

#[test]
fn the_least_recently_used_model_makes_room() {
    let sessions = sessions(2 * one());
    let third = tempfile::tempdir().unwrap();
    let copy = third.path().join("copy.onnx");
    fs::copy(file("msd"), &copy).unwrap();
    run(&sessions, "msd").unwrap();
    run(&sessions, "mtt").unwrap();
    run(&sessions, "msd").unwrap();
    sessions.with(&"copy".into(), &copy, tag_silence).unwrap();
    assert_eq!(names(&sessions), ["copy", "msd"]);
    run(&sessions, "mtt").unwrap();
    assert_eq!(names(&sessions), ["copy", "mtt"]);
}

#[test]
fn two_models_of_one_entry_are_kept_apart_and_shown_as_one() {
    let sessions = sessions(4 * one());
    let run = |which| sessions.with(&"both".into(), &file(which), tag_silence).unwrap();
    assert!(run("msd") != run("mtt"), "each answers for itself");
    assert_eq!(sessions.loaded(), [("both".into(), 2 * one())]);
    sessions.unload(&"both".into());
    assert_eq!(sessions.used(), 0);
}

#[test]
fn a_model_larger_than_the_budget_runs_alone() {
    let sessions = sessions(one() / 2);
    assert_eq!(run(&sessions, "msd").unwrap(), run(&sessions, "msd").unwrap());
    run(&sessions, "mtt").unwrap();
    assert!(names(&sessions).is_empty(), "it does not stay over the budget");
}

#[test]
fn threads_that_want_more_than_fits_wait_and_none_fails() {
    let sessions = sessions(one());
    let runs = AtomicU32::new(0);
    thread::scope(|scope| {
        for which in ["msd", "mtt", "msd", "mtt"] {
            let (sessions, runs) = (&sessions, &runs);
            scope.spawn(move || {
                for _ in 0..5 {
                    run(sessions, which).unwrap();
                    runs.fetch_add(1, Ordering::SeqCst);
                    assert!(sessions.used() <= sessions.budget());
                }
            });
        }
    });
    assert_eq!(runs.into_inner(), 20);
}

#[test]
fn a_smaller_budget_drops_the_oldest_at_once() {
    let sessions = sessions(2 * one());
    run(&sessions, "msd").unwrap();
    run(&sessions, "mtt").unwrap();
    sessions.set_budget(one());
    assert_eq!(names(&sessions), ["mtt"]);
}

#[test]
fn a_model_in_use_is_not_unloaded() {
    let sessions = sessions(one());
    thread::scope(|scope| {
        let held = sessions.lease(&"msd".into(), &file("msd")).unwrap();
        let other = scope.spawn(|| run(&sessions, "mtt"));
        thread::sleep(Duration::from_millis(100));
        sessions.unload(&"msd".into());
        assert_eq!(names(&sessions), ["msd"], "the other thread waits");
        drop(held);
        other.join().unwrap().unwrap();
        assert_eq!(names(&sessions), ["mtt"]);
    });
}

#[test]
fn a_broken_file_is_an_error_and_takes_no_room() {
    let sessions = sessions(4 * one());
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.onnx");
    let whole = fs::read(file("msd")).unwrap();
    run(&sessions, "mtt").unwrap();
    for bytes in [&b"no model"[..], &whole[..whole.len() / 3], &[]] {
        fs::write(&broken, bytes).unwrap();
        let result = sessions.with(&"broken".into(), &broken, tag_silence);
        assert!(matches!(result, Err(Error::ModelUnusable { .. })), "{result:?}");
    }
    let result = sessions.with(&"broken".into(), &folder.path().join("none"), tag_silence);
    assert!(matches!(result, Err(Error::ModelMissing(_))), "{result:?}");
    assert!(!names(&sessions).contains(&"broken".to_owned()));
}

#[test]
fn a_panic_and_a_second_model_inside_of_the_work_lock_nobody_out() {
    let sessions = sessions(4 * one());
    let nested = sessions.with(&"msd".into(), &file("msd"), |_| Ok(run(&sessions, "mtt")));
    assert!(matches!(nested.unwrap(), Err(Error::Nested(_))));
    let panicking = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        sessions
            .with(&"msd".into(), &file("msd"), |_| -> ort::Result<()> { panic!("in the middle of the work") })
    }));
    assert!(panicking.is_err());
    run(&sessions, "msd").unwrap();
}
