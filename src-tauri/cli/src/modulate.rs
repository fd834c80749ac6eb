//! `son1k modulate`

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use son1k_domain::conversion::{Conversion, ConversionPreset, Tune};
use son1k_domain::converter::Approach;
use son1k_domain::encoding::Encoding;
use son1k_domain::id::ProfileId;
use son1k_domain::unit::Seconds;
use son1k_services::voice::Engine;
use son1k_services::{Progress, Result, Services, parse_key};

use crate::generate::invalid;
use crate::report::Report;
use crate::speak::{encoding_of, number};
use crate::text::pick;
use crate::watched::watched;

/// What can be typed after `son1k modulate`.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct Wish {
    /// A recording of a voice, half an hour at most: WAV, AIFF, CAF, FLAC, MP3, AAC, ALAC, Vorbis or Opus.
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// deeper, higher, woman, man, child, old, whisper, robot, telephone, radio, monster, choir, harmony, autotune,
    /// vocoder or doubling. Without it: only what is asked for below.
    #[arg(long, value_name = "NAME")]
    pub preset: Option<String>,
    /// Turn the voice toward that of a profile, by its name or its id. Needs the consent of whose voice it is, unless it is
    /// your own. By itself this is the closest match: pitch, range and formants are moved, and it is no copy of the voice.
    #[arg(long, value_name = "PROFILE", conflicts_with_all = ["preset", "pitch", "formants", "range", "key", "tune", "breath", "speed", "mix"])]
    pub to: Option<String>,
    /// With --to: a true converter, as a file or by the name of one that the studio keeps. What it has to be is in
    /// docs/converters.md.
    #[arg(long, value_name = "ONNX", requires = "to")]
    pub converter: Option<String>,
    /// The file to write; its ending chooses WAV, FLAC, MP3 (192 kb/s) or OGG.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Pitch, −24 to 24 semitones.
    #[arg(long, value_name = "SEMITONES")]
    pub pitch: Option<String>,
    /// Formants, −12 to 12 semitones: a smaller or a larger head.
    #[arg(long, value_name = "SEMITONES")]
    pub formants: Option<String>,
    /// Span of the melody, 0 (one tone) to 2.
    #[arg(long, value_name = "FACTOR")]
    pub range: Option<String>,
    /// The key of tuning, harmony and vocoder, such as "A minor" or "sol mayor".
    #[arg(long)]
    pub key: Option<String>,
    /// Draw the notes to the scale: how much of the way, 0 to 1.
    #[arg(long, value_name = "AMOUNT")]
    pub tune: Option<String>,
    /// Breath added, 0 to 1.
    #[arg(long, value_name = "AMOUNT")]
    pub breath: Option<String>,
    /// Pace, 0.5 to 2.
    #[arg(long, value_name = "FACTOR")]
    pub speed: Option<String>,
    /// 0 is the sound as it was, 1 the changed one.
    #[arg(long, value_name = "AMOUNT")]
    pub mix: Option<String>,
    /// Print one JSON object instead of words.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Serialize)]
struct Printed {
    files: Vec<PathBuf>,
    conversion: Conversion,
    duration_s: f64,
    elapsed_s: f64,
}

#[derive(Debug, Serialize)]
struct Turned {
    files: Vec<PathBuf>,
    /// As certificates name it.
    engine: String,
    duration_s: f64,
    similarity_before: f32,
    similarity: f32,
    elapsed_s: f64,
}

pub async fn run(wish: Wish, services: Arc<Services>, report: &Report) -> Result<ExitCode> {
    let encoding = encoding_of(&wish.out)?;
    if let Some(profile) = &wish.to {
        let profile = services.find_profile(profile)?;
        return turn(profile, encoding, wish, services, report).await;
    }
    let conversion = conversion(&wish, &services)?;
    let what = pick(report.language(), "changing the voice", "cambiando la voz");
    let started = Instant::now();
    let (out, asked) = (wish.out.clone(), conversion.clone());
    let work = move |progress: &Progress<'_>| {
        services.modulate_to_file(&wish.input, &asked, &wish.out, encoding, progress)
    };
    let duration = watched(what, work).await?;
    if report.json {
        let elapsed_s = started.elapsed().as_secs_f64();
        report.object(&Printed { files: vec![out], conversion, duration_s: duration.0, elapsed_s });
    } else {
        println!("  {}", out.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Turns the voice toward that of a profile.
async fn turn(
    profile: ProfileId,
    encoding: Encoding,
    wish: Wish,
    services: Arc<Services>,
    report: &Report,
) -> Result<ExitCode> {
    let what = pick(report.language(), "changing the voice", "cambiando la voz");
    let started = Instant::now();
    let out = wish.out.clone();
    let work = move |progress: &Progress<'_>| {
        let engine = match &wish.converter {
            Some(converter) => services.find_converter(converter)?,
            None => Engine::Matching,
        };
        let toward = (&profile, &engine);
        let made = services.modulate_toward_to_file(&wish.input, toward, &wish.out, encoding, progress)?;
        Result::Ok((engine.name(), made))
    };
    let (engine, Approach { duration, similarity_before, similarity }) = watched(what, work).await?;
    if report.json {
        let (files, duration_s, elapsed_s) = (vec![out], duration.0, started.elapsed().as_secs_f64());
        report.object(&Turned { files, engine, duration_s, similarity_before, similarity, elapsed_s });
    } else {
        println!("  {}", out.display());
        let alike = pick(report.language(), "similarity", "parecido");
        println!("  {alike}: {similarity_before:.2} → {similarity:.2}  ({engine})");
    }
    Ok(ExitCode::SUCCESS)
}

/// Time until a note is in tune, where nobody says otherwise: tuned, and not yet an effect.
const RETUNE: Seconds = Seconds(0.05);

/// Returns the preset with what was typed in its place.
fn conversion(wish: &Wish, services: &Services) -> Result<Conversion> {
    let mut conversion =
        wish.preset.as_deref().map_or_else(|| Ok(Conversion::default()), |name| preset(name, services))?;
    set(&mut conversion.pitch, "pitch_shift", wish.pitch.as_deref())?;
    set(&mut conversion.formants, "formants", wish.formants.as_deref())?;
    set(&mut conversion.range, "range", wish.range.as_deref())?;
    set(&mut conversion.breath, "breath", wish.breath.as_deref())?;
    set(&mut conversion.speed, "pace", wish.speed.as_deref())?;
    set(&mut conversion.mix, "mix", wish.mix.as_deref())?;
    if let Some(text) = &wish.key {
        conversion.key = Some(parse_key(text).ok_or_else(|| invalid("key", text))?);
    }
    if let Some(text) = &wish.tune {
        let amount = number("tune", text)?;
        let retune = conversion.tune.map_or(RETUNE, |tune| tune.retune);
        conversion.tune = Some(Tune { retune, amount });
    }
    Ok(conversion)
}

fn preset(name: &str, services: &Services) -> Result<Conversion> {
    let preset = ConversionPreset::by_id(name).ok_or_else(|| invalid("conversion_preset", name))?;
    let found = services.list_presets().into_iter().find(|offered| offered.preset == preset);
    found.map(|offered| offered.conversion).ok_or_else(|| invalid("conversion_preset", name))
}

fn set(value: &mut f32, field: &str, text: Option<&str>) -> Result<()> {
    if let Some(text) = text {
        *value = number(field, text)?;
    }
    Ok(())
}
