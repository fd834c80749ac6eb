//! Good files, a second long, from which bad ones are made.

use std::process::Command;
use std::sync::atomic::AtomicBool;

use son1k_domain::take::ExportFormat;
use son1k_domain::unit::{Db, Seconds};
use son1k_sound::{Progress, SongTags, encode};
use son1k_support::tone::noise;

/// What ffmpeg adds to what our own encoders write.
const THEIRS: [(&str, &[&str]); 14] = [
    ("float.wav", &["-c:a", "pcm_f32le"]),
    ("adpcm.wav", &["-c:a", "adpcm_ima_wav"]),
    ("six.wav", &["-ac", "6"]),
    ("sony.w64", &[]),
    ("big.rf64.wav", &["-rf64", "always"]),
    ("a.aiff", &[]),
    ("a.caf", &[]),
    ("aac.m4a", &["-c:a", "aac"]),
    ("alac.m4a", &["-c:a", "alac"]),
    ("fragments.mp4", &["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"]),
    ("a.aac", &[]),
    ("a.opus", &[]),
    ("flac.mka", &["-c:a", "flac"]),
    ("opus.webm", &["-c:a", "libopus"]),
];

/// Returns names and bytes.
pub fn seeds() -> Vec<(String, Vec<u8>)> {
    let folder = tempfile::tempdir().unwrap();
    let samples = noise(7, Db(-20.0), Seconds(1.0));
    let progress = Progress { report: &|_| {}, cancelled: &AtomicBool::new(false) };
    let mut seeds = Vec::new();
    let mut keep = |name: &str| {
        let path = folder.path().join(name);
        seeds.push((name.to_owned(), std::fs::read(path).unwrap()));
    };
    let ours = [ExportFormat::Wav, ExportFormat::Flac, ExportFormat::Mp3192, ExportFormat::Ogg];
    for (format, name) in ours.into_iter().zip(["ours.wav", "ours.flac", "ours.mp3", "ours.ogg"]) {
        let path = folder.path().join(name);
        encode(&samples, format, &path, &SongTags::default(), &progress).unwrap();
        keep(name);
    }
    for (name, arguments) in THEIRS {
        let made = Command::new("ffmpeg")
            .args(["-v", "error", "-y", "-i"])
            .arg(folder.path().join("ours.wav"))
            .args(["-fflags", "+bitexact", "-flags", "+bitexact"])
            .args(arguments)
            .arg(folder.path().join(name))
            .status();
        assert!(made.is_ok_and(|made| made.success()), "ffmpeg writes {name}");
        keep(name);
    }
    seeds
}
