//! What must not lose a take: devices that go, disks that fill up, kills.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use super::*;

/// Names the file to a child of these tests, which records into it.
const TAKE: &str = "SON1K_TEST_TAKE";

/// Sound that may be missing at the end of a take after a kill.
const LATE: u64 = RATE as u64 / 4;

/// Fails unless the file holds the numbers from the first frame on, all but the last quarter of a second.
#[track_caller]
fn assert_holds(path: &Path, fed: u64) -> u64 {
    // A file without a frame is none to read.
    let numbers = if fed > LATE || Reader::open(path).is_ok() { numbers(path) } else { Vec::new() };
    assert!(numbers.iter().enumerate().all(|(n, number)| *number == n as u64 % (1 << 23)));
    let frames = numbers.len() as u64 / 2;
    assert!(frames + LATE >= fed, "{frames} of {fed}");
    frames
}

#[test]
fn a_copy_of_the_file_made_at_any_moment_is_valid_and_holds_all_but_the_last_blink() {
    let mut hands = Hands::open();
    hands.record(0).unwrap();
    let start = Instant::now();
    let copy = hands.folder.path().join("copy.wav");
    let mut lengths = Vec::new();
    for n in 1..=250u64 {
        let due = start + Duration::from_millis(10 * n);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        hands.feed(480);
        // A busy machine may hold the writer up for a while; it must not take the test for a lost take.
        if n % 7 == 0 {
            std::fs::copy(hands.path(), &copy).unwrap();
            let fed = hands.next.min(480 * (start.elapsed().as_millis() as u64 / 10));
            lengths.push(assert_holds(&copy, fed));
        }
    }
    assert!(lengths.is_sorted() && lengths[30] > 2 * u64::from(RATE) - LATE, "{lengths:?}");
    assert_eq!(hands.recorder.stop().unwrap().duration, Seconds(2.5));
}

#[test]
fn an_input_that_is_pulled_out_leaves_what_was_recorded() {
    let mut hands = Hands::open();
    hands.record(0).unwrap();
    hands.feed(24_000);
    hands.inlet.as_ref().unwrap().signs().complain(Trouble::Lost("unplugged".into()));
    let RecorderEvent::BrokenOff { take: Some(take), cut } = hands.event() else { panic!("no take") };
    assert_eq!((take.duration, cut), (Seconds(0.5), Cut::Lost("unplugged".into())));
    assert_eq!(hands.numbers().len(), 48_000);
    assert_eq!(hands.recorder.state(), RecorderState::Closed);
    hands.open_with(&InputSettings { channels: 2, ..InputSettings::default() });
    hands.inlet.as_ref().unwrap().signs().complain(Trouble::Lost("again".into()));
    assert_eq!(hands.event(), RecorderEvent::InputLost("again".into()));
    assert_eq!(hands.recorder.state(), RecorderState::Closed);
}

#[test]
fn a_count_that_nobody_can_hear_any_more_ends_without_a_take() {
    let mut hands = Hands::open();
    hands.feed(480);
    hands.record(4).unwrap();
    let phones = hands.outputs.recv().unwrap();
    phones.signs().complain(Trouble::Lost("pulled".into()));
    assert_eq!(hands.event(), RecorderEvent::BrokenOff { take: None, cut: Cut::Unheard("pulled".into()) });
    assert!(!hands.path().exists());
    assert_eq!(hands.recorder.state(), RecorderState::Ready);
}

#[test]
fn leaving_finishes_the_take() {
    let mut hands = Hands::open();
    hands.record(0).unwrap();
    hands.feed(4_801);
    let Hands { recorder, folder, .. } = hands;
    drop(recorder);
    assert_eq!(numbers(&folder.path().join("take.wav")).len(), 9_602);
}

/// Records into the file that the environment names, until it is killed or the disk is full, and says what it gives.
// Not skipped: the tests below run it with `--ignored`, in a process that they kill or whose disk is full. Run like the
// others it would have no file, and pass without having recorded.
#[test]
#[ignore = "the child process of the tests below, which start it, kill it and read what it left"]
fn a_child_that_records() {
    let Some(path) = std::env::var_os(TAKE).map(PathBuf::from) else { return };
    let mut hands = Hands::open();
    let file = File::create_new(&path).unwrap();
    hands.recorder.record(path, file, (0, Bpm(120.0)), None).unwrap();
    let start = Instant::now();
    let mut out = std::io::stdout();
    for n in 1.. {
        hands.feed(480);
        writeln!(out, "fed {}", hands.next).unwrap();
        match hands.events.try_recv() {
            Ok(event) => {
                writeln!(out, "event {event:?}").unwrap();
                return;
            }
            Err(_) => {
                let due = start + Duration::from_millis(10 * n);
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        }
    }
}

fn child(take: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "recorder::tests::harm::a_child_that_records", "--ignored", "--nocapture"]);
    command.env(TAKE, take);
    command
}

#[test]
fn a_kill_at_any_moment_leaves_a_valid_take() {
    let folder = tempfile::tempdir().unwrap();
    for (n, millis) in [60, 150, 333, 501, 777, 1_234, 1_999].into_iter().enumerate() {
        let take = folder.path().join(format!("{n}.wav"));
        let mut running = child(&take).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
        let said = |line: String| line.rsplit_once("fed ")?.1.trim().parse::<u64>().ok();
        let first = lines.by_ref().map_while(|line| line.ok()).find_map(said).unwrap();
        std::thread::sleep(Duration::from_millis(millis));
        running.kill().unwrap();
        running.wait().unwrap();
        let fed = lines.map_while(|line| line.ok()).filter_map(said).last().unwrap_or(first);
        let held = assert_holds(&take, fed);
        let whole = repair(&take).unwrap().0 * f64::from(RATE);
        assert!(whole.round() as u64 >= held && whole.round() as u64 <= fed, "{held} {whole} {fed}");
        if whole > 0.0 {
            assert_eq!(assert_holds(&take, fed), whole.round() as u64);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_full_disk_ends_the_take_and_keeps_what_is_on_it() {
    use son1k_support::room::Room;
    let folder = tempfile::tempdir().unwrap();
    for room in Room::every_kind(folder.path(), 4 << 20) {
        // A second of stereo is 288 kB.
        room.fill(700_000);
        let take = room.folder().join("take.wav");
        let output = room.within(&child(&take)).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let fed = said.lines().filter_map(|line| line.rsplit_once("fed ")?.1.trim().parse().ok()).next_back();
        assert!(said.contains("cut: Full"), "{room:?}: {said}");
        let held = assert_holds(&room.seen(&take), fed.unwrap());
        assert!((100_000..120_000).contains(&held), "{room:?}: {held}");
        let bytes = std::fs::read(room.seen(&take)).unwrap();
        assert_eq!(u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize, bytes.len() - 8);
    }
}
