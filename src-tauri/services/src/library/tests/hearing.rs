//! The analysis: done, cancelled, taken up again.

use son1k_domain::library::{AnalysisStep, StepState};

use super::*;

fn is_heard(sound: &LibrarySound) -> bool {
    AnalysisStep::ALL.iter().all(|step| match step {
        // The shelf is empty.
        AnalysisStep::SoundsLike | AnalysisStep::Beats => {
            sound.analysis.steps.get(*step) == StepState::NeedsModel
        }
        step => sound.analysis.steps.get(*step) == StepState::Done,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_sound_is_heard_in_the_background() {
    let desk = Desk::open().await;
    tone(&desk.music().join("a.wav"), 997.0, 5.0);
    desk.take_in().await;
    let sounds = desk.until("heard", |all| all.iter().all(is_heard)).await;
    let loudness = sounds[0].analysis.loudness.unwrap();
    // A sine of 0.25 in both channels: −12 dBFS, and K-weighting adds what the constant takes off (BS.1770-4).
    assert!((loudness.integrated.unwrap().0 + 12.0).abs() < 0.2, "{loudness:?}");
    assert!((loudness.true_peak.unwrap().0 + 12.04).abs() < 0.1, "{loudness:?}");
    let peaks = desk.library().peaks(&sounds[0].id, 100).await.unwrap();
    assert_eq!(peaks.min.len(), 100);
    assert!(peaks.max.iter().all(|peak| (peak - 0.25).abs() < 0.01), "{peaks:?}");
    std::fs::remove_file(desk.music().join("a.wav")).unwrap();
    desk.library().peaks(&sounds[0].id, 10).await.expect("the picture outlives the file");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_analysis_is_taken_up_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("music")).unwrap();
    for number in 0..4 {
        tone(&folder.path().join(format!("music/{number}.wav")), 300.0 + number as f32, 1.0);
    }
    let headless = open(folder.path(), false).await;
    let desk = Desk { services: headless, folder };
    assert_eq!(desk.take_in().await.added.len(), 4);
    assert!(desk.all().await.iter().all(|sound| sound.analysis.steps.peaks == StepState::Waiting));
    let desk = desk.reopened().await;
    desk.until("heard after a restart", |all| all.iter().all(is_heard)).await;
    assert_eq!(desk.library().status().await.unwrap().unanalysed, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_that_are_cancelled_are_not_done_until_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("music")).unwrap();
    tone(&folder.path().join("music/a.wav"), 300.0, 1.0);
    let desk = Desk { services: open(folder.path(), false).await, folder };
    desk.take_in().await;
    let id = desk.only().await.id;
    desk.library().cancel_analysis(std::slice::from_ref(&id), &[AnalysisStep::Rhythm]).await.unwrap();
    let desk = desk.reopened().await;
    let all = desk
        .until("heard but for one step", |all| all[0].analysis.steps.sounds_like == StepState::NeedsModel);
    assert_eq!(all.await[0].analysis.steps.rhythm, StepState::Cancelled);
    desk.library().analyse(&[id], &[AnalysisStep::Rhythm]).await.unwrap();
    desk.until("all heard", |all| is_heard(&all[0])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_that_cannot_be_decoded_fails_with_a_reason_and_the_others_are_heard() {
    let desk = Desk::open().await;
    tone(&desk.music().join("a.flac"), 300.0, 1.0);
    tone(&desk.music().join("b.flac"), 400.0, 1.0);
    let mut bytes = std::fs::read(desk.music().join("b.flac")).unwrap();
    let head = bytes.len() / 10;
    bytes[head..].fill(0);
    std::fs::write(desk.music().join("b.flac"), bytes).unwrap();
    let report = desk.take_in().await;
    let all = desk.until("an end", |all| {
        let ended = |sound: &LibrarySound| sound.analysis.steps.peaks != StepState::Waiting;
        all.iter().all(|sound| ended(sound) && sound.analysis.steps.peaks != StepState::Running)
    });
    let all = all.await;
    let good = all.iter().find(|sound| sound.name == "a.flac").unwrap();
    assert_eq!(good.analysis.steps.peaks, StepState::Done);
    match all.iter().find(|sound| sound.name == "b.flac") {
        Some(bad) if bad.analysis.steps.peaks == StepState::Failed => {
            let problem = bad.analysis.problem.as_ref().unwrap();
            assert!(!problem.message.is_empty() && !problem.hint.is_empty());
        }
        // What could be saved of it was heard, or it was refused at once.
        Some(saved) => assert_eq!(saved.analysis.steps.peaks, StepState::Done),
        None => assert_eq!(report.refused.len(), 1),
    }
}
