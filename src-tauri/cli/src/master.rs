//! `son1k master`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use son1k_domain::encoding::{Depth, Encoding};
use son1k_domain::mastering::{LoudnessTarget, MasterRequest, MasterResult, Preset, Remark};
use son1k_domain::setting::Language;
use son1k_domain::unit::{Dbtp, Lufs};
use son1k_services::mastering::{master_files, places};
use son1k_services::{Error, Result, Watch};

use crate::generate::invalid;
use crate::interrupt;
use crate::report::Report;
use crate::text::pick;
use crate::watched::watched_in_stages;

/// What can be typed after `son1k master`.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct Wish {
    /// The sound files.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// ebu-r128 (−23), podcast (−16), streaming (−14), apple (−16) or announcement (−16).
    #[arg(long, value_name = "NAME")]
    pub preset: Option<String>,
    /// Loudness to reach, in LUFS, −40 to −5. Without it and without a preset: −16.
    #[arg(long, value_name = "LUFS")]
    pub lufs: Option<String>,
    /// Highest true peak, in dBTP, −9 to 0. Without it: −1.
    #[arg(long, value_name = "DBTP")]
    pub true_peak: Option<String>,
    /// wav, wav16, wav32f, aiff, flac, mp3, ogg or opus. Without it: the ending of --out, or mp3.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Kilobits a second of mp3 (192) and opus (160).
    #[arg(long, value_name = "KBPS")]
    pub bitrate: Option<String>,
    /// One gain for all files, so that they keep their distances.
    #[arg(long)]
    pub album: bool,
    /// The folder for the results, or, for one file, the file to write.
    #[arg(long, value_name = "PATH")]
    pub out: PathBuf,
    /// Print one JSON object instead of words.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Serialize)]
struct Printed<'a> {
    target_lufs: f32,
    ceiling_dbtp: f32,
    files: &'a [MasterResult],
}

/// Brings files to a loudness; the exit code is 1 when one of them could not be.
pub async fn run(wish: Wish, report: &Report) -> Result<ExitCode> {
    let request = request(&wish)?;
    let places = match wish.as_one_file() {
        Some(file) => vec![file.to_owned()],
        None => places(&request.files, &wish.out, request.encoding.extension()),
    };
    for folder in places.iter().filter_map(|place| place.parent()) {
        std::fs::create_dir_all(folder).map_err(|error| Error::writing(folder, error))?;
    }
    let (language, order) = (report.language(), request.clone());
    let work = move |watch: Watch<'_>| master_files(&order, &places, language, watch);
    let results = watched_in_stages(language, interrupt::flag(), work).await?;
    print(&request, &results, report);
    let failed = results.iter().any(|result| result.problem.is_some());
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

impl Wish {
    /// Returns the file that `--out` names, when it names one and not a folder.
    fn as_one_file(&self) -> Option<&Path> {
        let one = self.files.len() == 1 && self.out.extension().is_some() && !self.out.is_dir();
        one.then_some(self.out.as_path())
    }
}

fn request(wish: &Wish) -> Result<MasterRequest> {
    let preset = wish.preset.as_deref().map_or(Ok(Preset::Announcement), preset)?;
    let target = preset.target();
    let loudness = number(wish.lufs.as_deref(), "lufs", -40.0..=-5.0)?.map_or(target.loudness, Lufs);
    let ceiling = number(wish.true_peak.as_deref(), "true-peak", -9.0..=0.0)?.map_or(target.ceiling, Dbtp);
    Ok(MasterRequest {
        files: wish.files.iter().map(|file| file.display().to_string()).collect(),
        target: LoudnessTarget { loudness, ceiling },
        encoding: encoding(wish)?,
        album: wish.album,
        folder: wish.out.display().to_string(),
        into_library: false,
    })
}

fn preset(name: &str) -> Result<Preset> {
    match name {
        "ebu-r128" => Ok(Preset::EbuR128),
        "podcast" => Ok(Preset::Podcast),
        "streaming" => Ok(Preset::Streaming),
        "apple" => Ok(Preset::Apple),
        "announcement" => Ok(Preset::Announcement),
        _ => Err(invalid("preset", name)),
    }
}

fn encoding(wish: &Wish) -> Result<Encoding> {
    let ending =
        wish.as_one_file().and_then(Path::extension).map(|ending| ending.to_string_lossy().to_lowercase());
    let name = wish.format.clone().or(ending).unwrap_or_else(|| "mp3".into());
    let kbps = wish
        .bitrate
        .as_deref()
        .map(|text| text.trim().parse().map_err(|_| invalid("bitrate", text)))
        .transpose()?;
    Ok(match name.as_str() {
        "wav" => Encoding::Wav { depth: Depth::Int24 },
        "wav16" => Encoding::Wav { depth: Depth::Int16 },
        "wav32f" => Encoding::Wav { depth: Depth::Float32 },
        "aiff" | "aif" => Encoding::Aiff { depth: Depth::Int24 },
        "flac" => Encoding::Flac { depth: Depth::Int24 },
        "mp3" => Encoding::Mp3 { kbps: kbps.unwrap_or(192) },
        "ogg" => Encoding::Vorbis { quality: 7 },
        "opus" => Encoding::Opus { kbps: kbps.unwrap_or(160) },
        _ => return Err(invalid("format", &name)),
    })
}

fn number(text: Option<&str>, field: &str, allowed: std::ops::RangeInclusive<f32>) -> Result<Option<f32>> {
    let Some(text) = text else { return Ok(None) };
    let number = text.trim().replace('−', "-").parse().ok();
    number.filter(|number| allowed.contains(number)).map(Some).ok_or_else(|| invalid(field, text))
}

fn print(request: &MasterRequest, results: &[MasterResult], report: &Report) {
    let (target_lufs, ceiling_dbtp) = (request.target.loudness.0, request.target.ceiling.0);
    if report.json {
        report.object(&Printed { target_lufs, ceiling_dbtp, files: results });
        return;
    }
    for result in results {
        match (&result.mastered, &result.problem) {
            (Some(mastered), _) => {
                let lufs = |loudness: Option<Lufs>| {
                    loudness.map_or("−∞".into(), |loudness| format!("{:.1}", loudness.0))
                };
                let peak = mastered.after.true_peak.map_or("−∞".into(), |peak| format!("{:.1}", peak.0));
                let (before, after) = (lufs(mastered.before.integrated), lufs(mastered.after.integrated));
                println!(
                    "✓ {}  {before} → {after} LUFS  {peak} dBTP  {:+.1} dB",
                    mastered.path, mastered.gain.0
                );
                for remark in &mastered.remarks {
                    println!("    {}", words(*remark, report.language()));
                }
            }
            (None, Some(problem)) => {
                println!("✗ {}  {}\n    {}", result.source, problem.message, problem.hint)
            }
            (None, None) => {}
        }
    }
}

fn words(remark: Remark, language: Language) -> String {
    match remark {
        Remark::Silent => pick(language, "silent: left as it is", "en silencio: queda como está").into(),
        Remark::Short => pick(
            language,
            "shorter than 400 ms: measured as if it were repeated",
            "más corto que 400 ms: se midió como si se repitiera",
        )
        .into(),
        Remark::Limited(by) => match language {
            Language::En => format!("the peaks had no room: the limiter took up to {:.1} dB", by.0),
            Language::Es => format!("los picos no cabían: el limitador quitó hasta {:.1} dB", by.0),
        },
        Remark::FormatPeaks(by) => match language {
            Language::En => format!("the format lifts peaks: limited {:.1} dB lower", by.0),
            Language::Es => format!("el formato eleva los picos: limitado {:.1} dB más abajo", by.0),
        },
        Remark::Resampled(rate) => match language {
            Language::En => format!("the format lacks the rate: now {rate} Hz"),
            Language::Es => format!("el formato no tiene esa frecuencia: ahora {rate} Hz"),
        },
        Remark::MixedDown => pick(
            language,
            "the format lacks the channels: mixed to stereo",
            "el formato no tiene esos canales: mezclado a estéreo",
        )
        .into(),
        Remark::TagsLost => pick(
            language,
            "the file has no place for the tags of its source",
            "el archivo no tiene lugar para las etiquetas del original",
        )
        .into(),
        Remark::Damaged => {
            pick(language, "part of the source could not be read", "una parte del original no se pudo leer")
                .into()
        }
    }
}
