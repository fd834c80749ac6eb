//! Files looked at for marks: those that are none, unmarked ones, and marked ones that somebody has tampered with.

use std::path::Path;

use serde_json::Value;
use son1k_domain::ErrorCode::{NotFound, UnsupportedFile};
use son1k_domain::unit::{Db, Seconds};
use son1k_support::tone;

use super::Bench;
use crate::library::write_wav;

/// As `son1k verify` exits when nothing marks a sound.
const UNMARKED: i32 = 3;

impl Bench {
    #[track_caller]
    fn verify(&self, path: &str, code: i32) -> Value {
        let said = self.son1k.run(&["verify", path, "--json"]);
        assert_eq!(said.code, Some(code), "{said:?}");
        said.json()
    }

    fn speak(&self, name: &str) -> String {
        let out = self.path(name);
        let text = "Buenas noches. Esta es la radio de la ciudad, y suena hasta el amanecer para todos.";
        let said = self.son1k.run(&["speak", "--text", text, "--voice", "ef_dora", "--out", &out]);
        assert_eq!(said.code, Some(0), "{said:?}");
        out
    }
}

#[test]
fn what_is_no_sound_is_refused_and_what_nobody_marked_is_said_to_be_unmarked() {
    let bench = Bench::new();
    bench.son1k.run(&["verify", &bench.path("none.wav"), "--json"]).refusal(NotFound);
    for (name, bytes) in [("empty.wav", &b""[..]), ("text.mp3", b"no sound at all")] {
        std::fs::write(bench.path(name), bytes).unwrap();
        bench.son1k.run(&["verify", &bench.path(name), "--json"]).refusal(UnsupportedFile);
    }
    for (name, samples) in [
        ("silence.wav", tone::silence(Seconds(3.0))),
        ("noise.wav", tone::noise(1, Db(-20.0), Seconds(6.0))),
        ("blink.wav", tone::noise(2, Db(-20.0), Seconds(0.01))),
    ] {
        write_wav(Path::new(&bench.path(name)), &samples);
        let found = bench.verify(&bench.path(name), UNMARKED);
        assert!(found["mark"].is_null() && found["certificate"].is_null(), "{name}: {found}");
        assert!(found["credentials"].is_null(), "{name}: {found}");
    }
}

#[test]
fn a_file_that_somebody_changed_is_no_longer_the_one_that_was_signed() {
    let bench = Bench::new();
    for (name, holds) in [("said.wav", true), ("said.flac", true), ("said.mp3", true), ("said.ogg", false)] {
        let said = bench.speak(name);
        let whole = bench.verify(&said, 0)["credentials"].clone();
        if !holds {
            assert!(whole.is_null(), "{name}: {whole}");
            continue;
        }
        assert_eq!(
            (&whole["state"], &whole["synthetic"]),
            (&"intact".into(), &true.into()),
            "{name}: {whole}"
        );
        // One that is damaged is no FLAC any more.
        if name.ends_with("flac") {
            continue;
        }
        let mut bytes = std::fs::read(&said).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&said, bytes).unwrap();
        assert_eq!(bench.verify(&said, 0)["credentials"]["state"], "altered", "{name}");
    }
    let said = bench.speak("said.wav");
    let copied = bench.ffmpeg(&said, &["-c:a", "copy"], "copied.wav");
    assert!(bench.verify(&copied, 0)["credentials"].is_null(), "what strips them leaves the mark");
}

#[test]
fn a_mark_outlives_its_certificate_and_a_forged_one_is_noticed() {
    let bench = Bench::new();
    for name in ["said.ogg", "said.flac", "said.wav"] {
        let whole = bench.verify(&bench.speak(name), 0);
        assert_eq!((&whole["agree"], &whole["certificate_damaged"]), (&true.into(), &false.into()), "{name}");
    }
    let said = bench.speak("said.mp3");
    let whole = bench.verify(&said, 0);
    assert_eq!((&whole["agree"], &whole["certificate"]["voice"]), (&true.into(), &"ef_dora".into()));
    let message = &whole["mark"]["message"];
    assert!(message.is_string(), "{whole}");

    let stripped = bench.ffmpeg(&said, &["-map_metadata", "-1", "-b:a", "192k"], "stripped.mp3");
    let found = bench.verify(&stripped, 0);
    assert!(found["certificate"].is_null() && found["mark"]["message"] == *message, "{found}");

    let forged = "SON1K_CERTIFICATE={}";
    let forged = bench.ffmpeg(&said, &["-metadata", forged, "-c:a", "copy"], "forged.mp3");
    let found = bench.verify(&forged, 0);
    assert_eq!((&found["certificate_damaged"], &found["agree"]), (&true.into(), &false.into()), "{found}");

    let telephone = bench.ffmpeg(&said, &["-map_metadata", "-1", "-ar", "8000"], "telephone.wav");
    let found = bench.verify(&telephone, UNMARKED);
    assert_eq!(found["mark_sought"], false);
    let bytes = std::fs::read(&said).unwrap();
    std::fs::write(bench.path("half.mp3"), &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(bench.verify(&bench.path("half.mp3"), 0)["marked"], true);
}
