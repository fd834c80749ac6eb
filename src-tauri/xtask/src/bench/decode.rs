//! Decoding beside ffmpeg.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use super::loudness::write_music;
use super::{ROUNDS, measure, median};
use crate::error::{Error, Result, io};
use crate::repository::Repository;
use crate::step;

/// What is decoded, and how ffmpeg is asked to write it.
const KINDS: [(&str, &str, &[&str]); 5] = [
    ("MP3, 192 kb/s", "music.mp3", &["-c:a", "libmp3lame", "-b:a", "192k"]),
    ("FLAC", "music.flac", &["-c:a", "flac"]),
    ("AAC, 192 kb/s", "music.m4a", &["-c:a", "aac", "-b:a", "192k"]),
    ("Vorbis, quality 6", "music.ogg", &["-c:a", "libvorbis", "-q:a", "6"]),
    ("Opus, 128 kb/s", "music.opus", &["-c:a", "libopus", "-b:a", "128k"]),
];

/// Ten minutes of stereo at 48 kHz in each kind, decoded to nothing.
pub fn bench(repository: &Repository) -> Result<String> {
    super::build(repository, "the decoder", &["-p", "son1k-sound", "--example", "decode"])?;
    let folder = repository.workshop().join("bench");
    fs::create_dir_all(&folder).map_err(io("make the folder of the bench"))?;
    let music = folder.join("decode.wav");
    write_music(&music).map_err(io("write the music to decode"))?;
    let mut table = format!(
        "### Decoding 10 minutes of stereo at 48 kHz (median of {ROUNDS})\n\n\
         | kind | son1k | ffmpeg | ffmpeg's time to ours | memory |\n|---|---|---|---|---|\n"
    );
    for (kind, name, arguments) in KINDS {
        let file = folder.join(name);
        encode(repository, &music, &file, arguments)?;
        let ours = median(|_| {
            let mut decode = repository.command(repository.target.join("release/examples/decode"));
            decode.arg(&file).stdout(Stdio::null());
            measure(decode)
        })?;
        let theirs = median(|_| {
            let mut ffmpeg = repository.command("ffmpeg");
            ffmpeg.args(["-v", "error", "-i"]).arg(&file).args(["-f", "null", "-"]);
            measure(ffmpeg)
        })?;
        table += &format!(
            "| {kind} | {} | {} | {:.2} × | {:.0} MiB |\n",
            step::seconds(ours.time),
            step::seconds(theirs.time),
            theirs.time.as_secs_f64() / ours.time.as_secs_f64(),
            ours.memory
        );
        let _the_next_run_writes_it_anew = fs::remove_file(&file);
    }
    let _the_next_run_writes_it_anew = fs::remove_file(&music);
    Ok(table)
}

fn encode(repository: &Repository, music: &Path, file: &Path, arguments: &[&str]) -> Result<()> {
    let mut ffmpeg = repository.command("ffmpeg");
    ffmpeg.args(["-v", "error", "-y", "-i"]).arg(music).args(arguments).arg(file);
    let made = ffmpeg.status().map_err(io("start ffmpeg"))?;
    match made.success() {
        true => Ok(()),
        false => {
            Err(Error::new(format!("ffmpeg did not write {}", file.display()), "Run it by hand to see why."))
        }
    }
}
