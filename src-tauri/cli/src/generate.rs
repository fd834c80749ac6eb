//! `son1k generate`

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use serde::Serialize;
use son1k_domain::Problem;
use son1k_domain::generation::{Chip, Request, limits};
use son1k_domain::job::Stage;
use son1k_domain::take::{ExportFormat, Refused, Tag};
use son1k_domain::unit::{Bpm, Seconds};
use son1k_services::make::{Song, Watch};
use son1k_services::{Error, Result, Services, parse_key, settle};

use crate::arguments::Wish;
use crate::interrupt;
use crate::report::Report;
use crate::stages::Stages;
use crate::text;
use crate::watched::watched_in_stages;

/// One finished take, as `--json` prints it.
#[derive(Debug, Clone, Serialize)]
struct Made {
    understood: Vec<Chip>,
    not_understood: Vec<String>,
    engine: String,
    title: String,
    seed: u32,
    files: Vec<PathBuf>,
    duration_s: f64,
    lufs: f32,
    true_peak_db: f32,
    bpm: f32,
    key: String,
    tags: Vec<Tag>,
    refused: Vec<Refused>,
    /// What the song is without, such as tags, and how to mend it.
    warnings: Vec<Problem>,
    from_cache: bool,
    elapsed_s: f64,
    /// Seconds by stage, `saving` with the files that were asked for.
    stages_s: BTreeMap<String, f64>,
    /// All takes, when several were asked for; the fields above are then the first one's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    takes: Vec<Made>,
}

pub async fn run(wish: Wish, services: Arc<Services>, report: &Report) -> Result<ExitCode> {
    let request = settle(request(&wish)?)?;
    let out = wish.out.as_deref().map(format_of).transpose()?;
    let cancelled = interrupt::flag();
    let mut made = Vec::new();
    for index in 0..request.variations {
        let places = Places::of(&wish, out, index, request.variations);
        let mut take = make(&services, &request, index, places, &cancelled, report).await?;
        if take.tags.is_empty() {
            take.warnings = no_tags(&services, report);
        }
        made.push(take);
    }
    print(made, report);
    Ok(ExitCode::SUCCESS)
}

fn request(wish: &Wish) -> Result<Request> {
    let prompt = match wish.prompt.as_str() {
        "-" => read_prompt(std::io::stdin().lock())?,
        text => text.to_owned(),
    };
    let key =
        wish.key.as_ref().map(|text| parse_key(text).ok_or_else(|| invalid("key", text))).transpose()?;
    Ok(Request {
        prompt,
        lyrics: wish.lyrics.as_deref().map(son1k_services::read_lyrics).transpose()?.unwrap_or_default(),
        style: wish.style.clone(),
        bpm: number(&wish.bpm, "bpm")?.map(Bpm),
        key,
        duration: number(&wish.duration, "duration")?.map(Seconds),
        seed: number(&wish.seed, "seed")?,
        variations: variations(&wish.variations)?,
        ..Request::default()
    })
}

/// A stream may never end; what is longer than this is refused whatever follows.
const LONGEST_STREAM: u64 = 8 << 20;

fn read_prompt(stream: impl Read) -> Result<String> {
    let mut bytes = Vec::new();
    let read = stream.take(LONGEST_STREAM).read_to_end(&mut bytes);
    read.map_err(|error| Error::Internal(error.to_string()))?;
    if bytes.len() > limits::PROMPT_BYTES {
        return Err(Error::PromptTooLong { bytes: bytes.len(), limit: limits::PROMPT_BYTES });
    }
    String::from_utf8(bytes).map_err(|error| invalid("prompt", &String::from_utf8_lossy(error.as_bytes())))
}

/// None at all is an order that makes no sense here, while elsewhere it means that nobody chose.
fn variations(wanted: &Option<String>) -> Result<u8> {
    match number(wanted, "variations")? {
        Some(0) => Err(invalid("variations", "0")),
        Some(count) => Ok(count),
        None => Ok(1),
    }
}

fn number<T: std::str::FromStr>(text: &Option<String>, field: &str) -> Result<Option<T>> {
    text.as_ref().map(|text| text.trim().parse().map_err(|_| invalid(field, text))).transpose()
}

pub fn invalid(field: &str, value: &str) -> Error {
    Error::InvalidField { field: field.to_owned(), value: value.to_owned() }
}

/// Returns the format that a name ends in.
pub fn format_of(path: &Path) -> Result<ExportFormat> {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    match extension.as_str() {
        "wav" => Ok(ExportFormat::Wav),
        "flac" => Ok(ExportFormat::Flac),
        "mp3" => Ok(ExportFormat::Mp3192),
        "ogg" => Ok(ExportFormat::Ogg),
        _ => Err(invalid("out", &path.display().to_string())),
    }
}

/// Where the files of one take go.
struct Places {
    out: Option<PathBuf>,
    format: ExportFormat,
    stems: Option<PathBuf>,
    midi: Option<PathBuf>,
    suffix: String,
}

impl Places {
    fn of(wish: &Wish, format: Option<ExportFormat>, index: u8, count: u8) -> Self {
        let suffix = if count > 1 { format!("-{}", index + 1) } else { String::new() };
        let numbered = |path: &PathBuf| number_file(path, &suffix);
        Self {
            out: wish.out.as_ref().map(numbered),
            format: format.unwrap_or(ExportFormat::Wav),
            stems: wish
                .stems
                .as_ref()
                .map(|folder| if count > 1 { folder.join((index + 1).to_string()) } else { folder.clone() }),
            midi: wish.midi.as_ref().map(numbered),
            suffix,
        }
    }

    fn audio(&self, title: &str) -> PathBuf {
        let safe: String =
            title.chars().map(|c| if c.is_alphanumeric() || " -_#".contains(c) { c } else { '_' }).collect();
        self.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}{}.wav", safe.trim(), self.suffix)))
    }
}

fn number_file(path: &Path, suffix: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension =
        path.extension().map(|extension| format!(".{}", extension.to_string_lossy())).unwrap_or_default();
    path.with_file_name(format!("{stem}{suffix}{extension}"))
}

async fn make(
    services: &Arc<Services>,
    request: &Request,
    index: u8,
    places: Places,
    cancelled: &Arc<AtomicBool>,
    report: &Report,
) -> Result<Made> {
    let started = Instant::now();
    let (services, request) = (services.clone(), request.clone());
    watched_in_stages(report.language(), cancelled.clone(), move |watch| {
        let stages = Stages::default();
        let tell = |stage: Stage, done: f32| {
            stages.enter(stage);
            (watch.report)(stage, done);
        };
        let song = services.make_now(&request, index, Watch { report: &tell, cancelled: watch.cancelled })?;
        let files = write(&services, &song, &places)?;
        Ok(Made { stages_s: stages.seconds(), ..describe(song, files, started.elapsed()) })
    })
    .await
}

fn write(services: &Services, song: &Song, places: &Places) -> Result<Vec<PathBuf>> {
    let audio = places.audio(&song.record.title);
    services.export_song(song, places.format, &audio)?;
    let mut files = vec![audio];
    let further = [(&places.stems, ExportFormat::Stems), (&places.midi, ExportFormat::Midi)];
    for (path, format) in further {
        if let Some(path) = path {
            services.export_song(song, format, path)?;
            files.push(path.clone());
        }
    }
    Ok(files)
}

/// Returns why songs get no tags: a model or the runtime library is missing or damaged.
fn no_tags(services: &Services, report: &Report) -> Vec<Problem> {
    let problem = services.shelf.can_tag().err().map(|error| error.describe(report.language()));
    problem.into_iter().collect()
}

fn describe(song: Song, files: Vec<PathBuf>, elapsed: Duration) -> Made {
    let Song { record, from_cache, .. } = song;
    Made {
        understood: record.understanding.chips,
        not_understood: record.understanding.not_understood,
        engine: record.engine,
        title: record.title,
        seed: record.seed,
        files,
        duration_s: record.measured.duration.0,
        lufs: record.measured.loudness.0,
        true_peak_db: record.measured.true_peak.0,
        bpm: record.understanding.brief.bpm.0,
        key: record.understanding.brief.key.to_string(),
        tags: record.tags,
        refused: record.refused,
        warnings: Vec::new(),
        from_cache,
        elapsed_s: elapsed.as_secs_f64(),
        stages_s: BTreeMap::new(),
        takes: Vec::new(),
    }
}

fn print(made: Vec<Made>, report: &Report) {
    if let Some(warning) = made.iter().flat_map(|take| &take.warnings).next() {
        report.warning(text::pick(report.language(), "no tags", "sin etiquetas"), warning);
    }
    if !report.json {
        made.iter().for_each(|take| print_words(take, report));
        return;
    }
    let Some(mut first) = made.first().cloned() else { return };
    if made.len() > 1 {
        first.takes = made;
    }
    report.object(&first);
}

fn print_words(take: &Made, report: &Report) {
    let seed = text::pick(report.language(), "seed", "semilla");
    println!(
        "{} · {:.0} BPM · {} · {:.0} s · {:.1} LUFS · {:.1} dBTP · {seed} {}",
        take.title, take.bpm, take.key, take.duration_s, take.lufs, take.true_peak_db, take.seed
    );
    if !take.not_understood.is_empty() {
        let words = text::pick(report.language(), "not understood", "no entendido");
        println!("  {words}: {}", take.not_understood.join(", "));
    }
    take.files.iter().for_each(|file| println!("  {}", file.display()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variations_are_numbered_before_the_ending() {
        assert_eq!(number_file(Path::new("out/song.mp3"), "-2"), Path::new("out/song-2.mp3"));
        assert_eq!(number_file(Path::new("song.mp3"), ""), Path::new("song.mp3"));
    }

    #[test]
    fn a_stream_without_end_is_a_prompt_that_is_too_long() {
        assert!(matches!(read_prompt(std::io::repeat(b'a')), Err(Error::PromptTooLong { .. })));
        assert_eq!(read_prompt("lo-fi".as_bytes()).unwrap(), "lo-fi");
    }

    #[test]
    fn an_unknown_ending_is_refused() {
        assert!(format_of(Path::new("song.xyz")).is_err());
        assert_eq!(format_of(Path::new("SONG.FLAC")).unwrap(), ExportFormat::Flac);
    }

    #[test]
    fn a_number_that_is_none_names_its_field() {
        let wrong = number::<f32>(&Some("fast".into()), "bpm");
        assert!(matches!(wrong, Err(Error::InvalidField { field, .. }) if field == "bpm"));
    }
}
