//! `son1k speak`

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use son1k_domain::encoding::Encoding;
use son1k_domain::id::VoiceId;
use son1k_domain::setting::Language;
use son1k_domain::unit::Lufs;
use son1k_domain::voice::{Pronunciation, SpeechRequest, SpokenPhrase, VoiceSettings, limits};
use son1k_services::voice::{RemoteTrouble, Spoken};
use son1k_services::{Error, Progress, Result, Services};

use crate::generate::{format_of, invalid};
use crate::report::Report;
use crate::text::pick;
use crate::watched::watched;

/// What can be typed after `son1k speak`.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct Wish {
    /// What is said; `*word*` is emphasised, an empty line is a long pause. `-` reads it from standard input.
    #[arg(long, value_name = "TEXT", required_unless_present = "file", conflicts_with = "file")]
    pub text: Option<String>,
    /// A text file in UTF-8 with what is said, 50,000 characters at most.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Who says it, such as af_heart or em_alex, or a blend such as af_heart*0.6+af_bella*0.4; `son1k voices` lists them, with
    /// the closest voices of profiles and those of ElevenLabs. Without it: the first of the language.
    #[arg(long, value_name = "VOICE")]
    pub voice: Option<String>,
    /// en or es. Without it: that of the voice, or English. Voices of ElevenLabs speak both.
    #[arg(long, value_name = "LANGUAGE")]
    pub lang: Option<String>,
    /// The file to write; its ending chooses WAV, FLAC, MP3 (192 kb/s) or OGG.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Pace, 0.5 to 2.
    #[arg(long, value_name = "FACTOR", default_value = "1")]
    pub speed: String,
    /// How long pauses are, 0 to 3.
    #[arg(long, value_name = "FACTOR", default_value = "1")]
    pub pauses: String,
    /// How far the melody is stretched beyond the plain reading, 0 to 1.
    #[arg(long, value_name = "N", default_value = "0.15")]
    pub style: String,
    /// How evenly it is read, 0 to 1.
    #[arg(long, value_name = "N", default_value = "1")]
    pub stability: String,
    /// How much of its own timbre the voice has, 0 to 1.
    #[arg(long, value_name = "N", default_value = "0.5")]
    pub similarity: String,
    /// Leave the voice as the model gives it, without presence and with its rumble.
    #[arg(long)]
    pub no_boost: bool,
    /// Loudness to reach, −36 to −9 LUFS. Without it: as the model gives it.
    #[arg(long, value_name = "LUFS")]
    pub loudness: Option<String>,
    /// How a word is said, respelled; may be given several times.
    #[arg(long, value_name = "WORD=SAYS")]
    pub say: Vec<String>,
    /// Speak with a voice of ElevenLabs also where that costs something; without it, the cost is told and nothing is spoken.
    #[arg(long)]
    pub yes: bool,
    /// Print one JSON object instead of words.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Serialize)]
struct Printed {
    files: Vec<PathBuf>,
    voice: VoiceId,
    phrases: Vec<SpokenPhrase>,
    /// How each phrase was read, in Kokoro's alphabet; nothing for voices of ElevenLabs.
    phonemes: Vec<String>,
    loudness_lufs: Option<f32>,
    true_peak_dbtp: Option<f32>,
    duration_s: f64,
    /// When the first phrase was there to be heard.
    first_sound_s: Option<f64>,
    elapsed_s: f64,
}

pub async fn run(wish: Wish, services: Arc<Services>, report: &Report) -> Result<ExitCode> {
    let encoding = encoding_of(&wish.out)?;
    let request = request(&wish, &services)?;
    let cost = services.speech_cost(&request).await?;
    if cost.characters > 0 && !wish.yes {
        return Err(RemoteTrouble::Unconfirmed(cost).into());
    }
    let what = pick(report.language(), "speaking", "hablando");
    let (out, voice) = (wish.out.clone(), request.voice.clone());
    let work = move |progress: &Progress<'_>| speak(&services, &request, &wish.out, encoding, progress);
    let (spoken, times) = watched(what, work).await?;
    print(out, voice, spoken, times, report);
    Ok(ExitCode::SUCCESS)
}

/// How long it took, in seconds.
struct Times {
    first_sound: Option<f64>,
    all: f64,
}

/// Speaks, and looks at the clock when the first phrase is there and at the end.
fn speak(
    services: &Services,
    request: &SpeechRequest,
    out: &Path,
    encoding: Encoding,
    progress: &Progress<'_>,
) -> Result<(Spoken, Times)> {
    let (started, first_sound) = (Instant::now(), OnceLock::new());
    let elapsed = || started.elapsed().as_secs_f64();
    let report = |done: f32| {
        if done > 0.0 {
            first_sound.get_or_init(elapsed);
        }
        (progress.report)(done);
    };
    let progress = Progress { report: &report, cancelled: progress.cancelled };
    let spoken = services.speak_to_file(request, out, encoding, &progress)?;
    Ok((spoken, Times { first_sound: first_sound.get().copied(), all: elapsed() }))
}

/// Returns the sound format that a name ends in.
pub fn encoding_of(out: &Path) -> Result<Encoding> {
    format_of(out)?.encoding().ok_or_else(|| invalid("out", &out.display().to_string()))
}

/// Returns the language of its two letters.
pub fn language_of(text: &str) -> Result<Language> {
    match text.trim().to_lowercase().as_str() {
        "en" => Ok(Language::En),
        "es" => Ok(Language::Es),
        _ => Err(invalid("language", text)),
    }
}

/// Returns a number that was typed.
pub fn number(field: &str, text: &str) -> Result<f32> {
    let number = text.trim().replace('−', "-").parse().ok();
    number.filter(|number: &f32| number.is_finite()).ok_or_else(|| invalid(field, text))
}

fn request(wish: &Wish, services: &Services) -> Result<SpeechRequest> {
    let language = wish.lang.as_deref().map(language_of).transpose()?;
    Ok(SpeechRequest {
        text: text(wish)?,
        voice: voice(wish.voice.as_deref(), language, services)?,
        settings: VoiceSettings {
            style: number("voice_style", &wish.style)?,
            stability: number("stability", &wish.stability)?,
            similarity_boost: number("similarity_boost", &wish.similarity)?,
            use_speaker_boost: !wish.no_boost,
        },
        speed: number("pace", &wish.speed)?,
        pauses: number("pauses", &wish.pauses)?,
        loudness: wish.loudness.as_deref().map(|text| number("speech_loudness", text)).transpose()?.map(Lufs),
        dictionary: wish.say.iter().map(|word| pronunciation(word)).collect::<Result<_>>()?,
    })
}

/// Returns the voice that was named, or the first of the language.
fn voice(named: Option<&str>, language: Option<Language>, services: &Services) -> Result<VoiceId> {
    let Some(named) = named else {
        let language = language.unwrap_or(Language::En);
        let first = services.list_voices().into_iter().find(|voice| voice.language == language);
        return first.map(|voice| voice.id).ok_or_else(|| invalid("voice", ""));
    };
    let voice = services.voice(&named.into())?;
    match language {
        Some(language) if voice.language != language && voice.id.remote().is_none() => {
            Err(invalid("voice_language", named))
        }
        _ => Ok(voice.id),
    }
}

fn text(wish: &Wish) -> Result<String> {
    match (&wish.file, wish.text.as_deref()) {
        (Some(path), _) => {
            let unreadable = |source: std::io::Error| match source.kind() {
                std::io::ErrorKind::NotFound => Error::NotFound { what: path.display().to_string() },
                _ => Error::Unreadable { path: path.display().to_string(), source },
            };
            read(File::open(path).map_err(unreadable)?, unreadable)
        }
        (None, Some("-")) => read(std::io::stdin().lock(), |error| Error::Internal(error.to_string())),
        (None, text) => Ok(text.unwrap_or_default().to_owned()),
    }
}

/// Reads no more than can be spoken: a stream may never end.
fn read(stream: impl Read, refused: impl Fn(std::io::Error) -> Error) -> Result<String> {
    // A character takes four bytes at most, and the mark at the beginning of some files three.
    let most = 4 * limits::CHARACTERS + 3;
    let mut bytes = Vec::new();
    stream.take(most as u64 + 1).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() > most {
        return Err(Error::TextTooLong { limit: limits::CHARACTERS });
    }
    let text = String::from_utf8(bytes);
    let text = text.map_err(|error| {
        let start: String = String::from_utf8_lossy(error.as_bytes()).chars().take(40).collect();
        invalid("text_file", &start)
    })?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

fn pronunciation(text: &str) -> Result<Pronunciation> {
    let (word, says) = text.split_once('=').ok_or_else(|| invalid("dictionary", text))?;
    Ok(Pronunciation { word: word.trim().to_owned(), says: says.trim().to_owned() })
}

fn print(out: PathBuf, voice: VoiceId, spoken: Spoken, times: Times, report: &Report) {
    let Spoken { duration, phrases, phonemes, loudness } = spoken;
    let Times { first_sound: first_sound_s, all: elapsed_s } = times;
    if report.json {
        let loudness_lufs = loudness.integrated.map(|loudness| loudness.0);
        let true_peak_dbtp = loudness.true_peak.map(|peak| peak.0);
        let files = vec![out];
        let duration_s = duration.0;
        return report.object(&Printed {
            files,
            voice,
            phrases,
            phonemes,
            loudness_lufs,
            true_peak_dbtp,
            duration_s,
            first_sound_s,
            elapsed_s,
        });
    }
    let lufs = loudness.integrated.map_or_else(|| "−∞".to_owned(), |loudness| format!("{:.1}", loudness.0));
    let made = pick(report.language(), "made in", "hecho en");
    println!("{voice} · {:.1} s · {lufs} LUFS · {made} {elapsed_s:.1} s", duration.0);
    println!("  {}", out.display());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_far_as_it_can_be_spoken_and_no_further() {
        let endless = std::io::repeat(b'a');
        let refused = |error: std::io::Error| Error::Internal(error.to_string());
        assert!(matches!(read(endless, refused), Err(Error::TextTooLong { limit: 50_000 })));
        assert_eq!(read("\u{feff}¡Hola!".as_bytes(), refused).unwrap(), "¡Hola!");
        assert!(matches!(read(&b"caf\xe9"[..], refused), Err(Error::InvalidField { .. })));
    }

    #[test]
    fn a_word_and_what_it_says_are_parted_at_the_first_sign() {
        let says = pronunciation("SQL = sequel").unwrap();
        assert_eq!((says.word.as_str(), says.says.as_str()), ("SQL", "sequel"));
        assert!(pronunciation("SQL").is_err());
    }
}
