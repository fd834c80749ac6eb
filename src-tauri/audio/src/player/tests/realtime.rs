//! That the device's thread takes no lock, allocates nothing and makes no system call, under a guard that says no.
//!
//! Each case is this program again, as a process of its own: the guards end it.

use super::*;
use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use std::process::{Command as Process, ExitStatus};
use std::sync::atomic::{AtomicU64, Ordering};

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

/// Says to the process which case it is.
const CASE: &str = "SON1K_REALTIME_CASE";

const RATE: u32 = 44_100;
const PERIOD: usize = 512;
const CALLS: u64 = 3 * RATE as u64 / PERIOD as u64;

fn end_of(case: &str) -> ExitStatus {
    let this = std::env::current_exe().unwrap();
    let mut process = Process::new(this);
    process.args(["--exact", "player::tests::realtime::in_a_process_of_its_own", "--ignored", "--nocapture"]);
    process.env(CASE, case).output().unwrap().status
}

#[test]
fn the_device_s_side_allocates_nothing_and_makes_no_system_call() {
    assert!(end_of("as it is").success());
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_s_side_that_locks_logs_or_allocates_is_ended() {
    use std::os::unix::process::ExitStatusExt;
    const SIGABRT: i32 = 6;
    const SIGSYS: i32 = 31;
    for case in ["waits for a lock", "writes a log", "maps memory"] {
        assert_eq!(end_of(case).signal(), Some(SIGSYS), "{case}");
    }
    assert_eq!(end_of("allocates").signal(), Some(SIGABRT));
}

// Not skipped: `end_of` runs it with `--ignored`, once for each case, in a process that the filter may kill. Run like the
// others it would have no case, and pass without having tried anything.
#[test]
#[ignore = "the child process of the tests above, which start it once for each case"]
fn in_a_process_of_its_own() {
    let Ok(case) = std::env::var(CASE) else { return };
    let (taker, outlets) = channel();
    let player = Player::begin(Target::Hands { rate: RATE, taker }, Box::new(|_| {}));
    let mut outlet = outlets.recv().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = noise_file(folder.path());
    let listening = Listening { crossfade: Seconds(0.2), repeat: true, speed: 1.0 };
    player.load_sounds(vec![file.clone(), file], 0, listening).unwrap();
    player.play().unwrap();

    let calls = Arc::new(AtomicU64::new(0));
    let heard = Arc::new(AtomicU64::new(0));
    let taken = Arc::new(Mutex::new(()));
    let held = taken.lock().unwrap();
    let (counted, sounded, contended) = (Arc::clone(&calls), Arc::clone(&heard), Arc::clone(&taken));
    std::thread::spawn(move || {
        let mut block = [0i16; 2 * PERIOD];
        if case != "allocates" {
            permit_no_system_call();
        }
        let begun = Instant::now();
        for call in 1..=CALLS {
            assert_no_alloc(|| {
                crate::device::pour(&mut outlet, &mut block, 2, Instant::now());
                if case == "allocates" {
                    std::hint::black_box(Box::new(call));
                }
            });
            match case.as_str() {
                "waits for a lock" => drop(contended.lock()),
                "writes a log" => eprintln!("call {call}"),
                "maps memory" => drop(std::hint::black_box(vec![call; 1 << 20])),
                _ => {}
            }
            sounded.fetch_add(u64::from(block.iter().any(|sample| *sample != 0)), Ordering::Relaxed);
            counted.store(call, Ordering::Release);
            // Neither sleeping nor yielding: both are system calls.
            let next = Duration::from_secs_f64(call as f64 * PERIOD as f64 / f64::from(RATE));
            while begun.elapsed() < next {
                std::hint::spin_loop();
            }
        }
        // Ending a thread is a system call too; the process ends for it.
        loop {
            std::hint::spin_loop();
        }
    });
    disturb(&player, &calls);
    drop(held);
    let enough = heard.load(Ordering::Relaxed) > CALLS / 2;
    std::process::exit(if enough { 0 } else { 3 });
}

/// Does everything that a musician can do while it plays.
fn disturb(player: &Player, calls: &AtomicU64) {
    let patience = Instant::now() + Duration::from_secs(30);
    let mut turn = 0u32;
    while calls.load(Ordering::Acquire) < CALLS && Instant::now() < patience {
        match turn % 8 {
            0 => player.seek(Seconds(f64::from(turn % 5) * 0.1)),
            1 => player.set_volume(0.5 + 0.1 * (turn % 5) as f32),
            2 => player.pause(),
            3 => player.play().unwrap(),
            4 => player.set_speed(if turn % 16 == 4 { 1.5 } else { 1.0 }),
            5 => player.go_to(1),
            6 => player.select((turn % 16 == 6).then_some(Span { from: Seconds(0.1), to: Seconds(0.3) })),
            _ => drop(player.frame()),
        }
        turn += 1;
        std::thread::sleep(Duration::from_millis(30));
    }
}

fn noise_file(folder: &std::path::Path) -> SoundFile {
    let path = folder.join("noise.wav");
    let mut bytes = b"RIFF".to_vec();
    let size = 4 * RATE;
    bytes.extend((36 + size).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    bytes.extend([RATE, 4 * RATE].iter().flat_map(|value| value.to_le_bytes()));
    bytes.extend(b"\x04\0\x10\0data");
    bytes.extend(size.to_le_bytes());
    bytes.extend(
        (0..2 * RATE).flat_map(|n| (n.wrapping_mul(2_654_435_761) >> 17).to_le_bytes()[..2].to_vec()),
    );
    std::fs::write(&path, bytes).unwrap();
    SoundFile { path, duration: Some(Seconds(1.0)) }
}

/// From here on any system call of this thread ends the process.
#[cfg(target_os = "linux")]
fn permit_no_system_call() {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
    let arch = std::env::consts::ARCH.try_into().unwrap();
    let filter =
        SeccompFilter::new(Default::default(), SeccompAction::KillProcess, SeccompAction::Allow, arch)
            .unwrap();
    let program: BpfProgram = filter.try_into().unwrap();
    seccompiler::apply_filter(&program).unwrap();
}

#[cfg(not(target_os = "linux"))]
fn permit_no_system_call() {}
