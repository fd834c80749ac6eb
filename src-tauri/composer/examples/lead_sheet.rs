//! Prints a score as text, to be read by a musician: form, chords, and what each track plays in every bar.
//!
//! `cargo run -p son1k-composer --example lead_sheet -- jazz 7 60 [bpm] [beats/unit] [bars shown]`

use son1k_composer::{compose, style};
use son1k_domain::generation::Brief;
use son1k_domain::music::{Key, Meter, Mode, PITCH_NAMES, PitchClass};
use son1k_domain::score::{Role, Score, Track};
use son1k_domain::unit::{Bpm, Seconds, Ticks};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let text = |index: usize, default: &str| args.get(index).cloned().unwrap_or_else(|| default.to_owned());
    let style = style::find(&text(0, "pop"))?;
    let meter = text(4, "4/4");
    let (beats, unit) = meter.split_once('/').ok_or("cannot read the meter")?;
    let mode = style.modes.first().map_or(Mode::Major, |m| m.mode);
    let brief = Brief {
        title: "Lead sheet".to_owned(),
        style: style.id.clone(),
        bpm: Bpm(text(3, &style.bpm[1].to_string()).parse()?),
        key: Key { tonic: PitchClass(if mode.is_minor() { 9 } else { 0 }), mode },
        meter: Meter { beats: beats.parse()?, unit: unit.parse()? },
        duration: Seconds(text(2, "60").parse()?),
        moods: Vec::new(),
        instruments: Vec::new(),
        without: Vec::new(),
    };
    let started = std::time::Instant::now();
    let score = compose(&brief, text(1, "1").parse()?)?;
    let took = started.elapsed();
    print(&score, text(5, "400").parse()?);
    println!("composed in {took:?}");
    Ok(())
}

fn print(score: &Score, shown: u32) {
    let bar = score.meter.bar().0;
    let seconds = score.length.seconds(score.bpm).0;
    println!("{} · {} · {} · {} BPM · {seconds:.1} s", score.style, score.key, score.meter, score.bpm.0);
    for track in &score.tracks {
        println!("  {:14} {:22} {} notes", track.id.as_str(), track.name, track.notes.len());
    }
    for number in 0..score.length.0.div_ceil(bar).min(shown) {
        let (from, to) = (number * bar, (number + 1) * bar);
        for section in score.sections.iter().filter(|s| s.start.0 == from) {
            println!("\n== {} ({:.0} %)", section.id, section.energy * 100.0);
        }
        let chords = score.chords.iter().filter(|c| c.start.0 < to && c.start.0 + c.length.0 > from);
        let names: Vec<String> = chords.map(|c| format!("{} {}", c.symbol, c.numeral)).collect();
        println!("{:>3}. {}", number + 1, names.join(" | "));
        for track in &score.tracks {
            let line = line(track, from, to);
            if !line.trim().is_empty() {
                println!("       {:12} {line}", track.id.as_str());
            }
        }
    }
}

fn line(track: &Track, from: u32, to: u32) -> String {
    let inside = |start: Ticks| start.0 + 40 >= from && start.0 + 40 < to;
    let notes = track.notes.iter().filter(|n| inside(n.start));
    let drums = matches!(track.role, Role::Drums | Role::Percussion);
    let words = notes.map(|note| {
        let beat = f64::from((note.start.0 + 40 - from) / 60) / 8.0 + 1.0;
        let name = if drums { note.pitch.to_string() } else { pitch(note.pitch) };
        format!("{beat}:{name}({})", note.velocity)
    });
    words.collect::<Vec<_>>().join(" ")
}

fn pitch(key: u8) -> String {
    format!("{}{}", PITCH_NAMES[usize::from(key % 12)], i32::from(key / 12) - 1)
}
