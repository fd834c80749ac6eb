//! `son1k measure`

use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;
use son1k_domain::Problem;
use son1k_domain::loudness::{ChannelPeak, LoudnessCurve, Measurement};
use son1k_domain::sound::Damage;
use son1k_domain::unit::{Dbfs, Dbtp, Lu, Lufs, Seconds};
use son1k_services::measuring::measure_file;
use son1k_services::{Error, Result};

use crate::arguments::Measuring;
use crate::interrupt;
use crate::report::Report;
use crate::text::pick;

/// One file, as `--json` prints it: its values (null where there is nothing to measure), or its error.
#[derive(Debug, Serialize)]
struct Printed {
    path: String,
    #[serde(flatten)]
    found: Found,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Found {
    Measured(Box<Values>),
    Failed { error: Problem },
}

#[derive(Debug, Serialize)]
struct Values {
    integrated_lufs: Option<Lufs>,
    range_lu: Option<Lu>,
    max_momentary_lufs: Option<Lufs>,
    max_short_term_lufs: Option<Lufs>,
    sample_peak_dbfs: Option<Dbfs>,
    true_peak_dbtp: Option<Dbtp>,
    duration_s: Seconds,
    channels: Vec<Channel>,
    /// What could not be read of the file.
    #[serde(skip_serializing_if = "Damage::is_none")]
    damage: Damage,
    #[serde(skip_serializing_if = "Option::is_none")]
    curve: Option<Curve>,
}

#[derive(Debug, Serialize)]
struct Channel {
    sample_peak_dbfs: Option<Dbfs>,
    true_peak_dbtp: Option<Dbtp>,
}

#[derive(Debug, Serialize)]
struct Curve {
    spacing_s: Seconds,
    momentary_lufs: Vec<Option<Lufs>>,
    short_term_lufs: Vec<Option<Lufs>>,
}

impl Values {
    fn of(measurement: Measurement, damage: Damage, with_curve: bool) -> Self {
        let Measurement { loudness, channels, curve } = measurement;
        let channel = |peak: ChannelPeak| Channel {
            sample_peak_dbfs: peak.sample_peak,
            true_peak_dbtp: peak.true_peak,
        };
        let LoudnessCurve { spacing, momentary, short_term } = curve;
        Self {
            integrated_lufs: loudness.integrated,
            range_lu: loudness.range,
            max_momentary_lufs: loudness.max_momentary,
            max_short_term_lufs: loudness.max_short_term,
            sample_peak_dbfs: loudness.sample_peak,
            true_peak_dbtp: loudness.true_peak,
            duration_s: loudness.duration,
            channels: channels.into_iter().map(channel).collect(),
            damage,
            curve: with_curve.then_some(Curve {
                spacing_s: spacing,
                momentary_lufs: momentary,
                short_term_lufs: short_term,
            }),
        }
    }
}

/// Measures one file after the other; one that cannot be read does not keep the others from it. Exits with 1 when one
/// failed.
pub async fn run(wish: Measuring, report: &Report) -> Result<ExitCode> {
    let cancelled = interrupt::flag();
    let mut printed = Vec::new();
    if !report.json {
        print_head(report);
    }
    for path in wish.files {
        let (file, flag) = (path.clone(), cancelled.clone());
        let measured = tokio::task::spawn_blocking(move || measure_file(&file, &flag)).await;
        let found = match measured.map_err(|error| Error::Internal(error.to_string()))? {
            Err(Error::Cancelled) => return Err(Error::Cancelled),
            Ok((measurement, damage)) => {
                Found::Measured(Box::new(Values::of(measurement, damage, wish.curve)))
            }
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "not measured");
                Found::Failed { error: error.describe(report.language()) }
            }
        };
        if !report.json {
            print_line(&path, &found, report);
        }
        printed.push(Printed { path: path.display().to_string(), found });
    }
    if report.json {
        report.object(&serde_json::json!({ "files": printed }));
    }
    Ok(code(&printed))
}

fn code(printed: &[Printed]) -> ExitCode {
    let failed = printed.iter().any(|file| matches!(file.found, Found::Failed { .. }));
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn print_head(report: &Report) {
    let length = pick(report.language(), "length", "duración");
    let file = pick(report.language(), "file", "archivo");
    println!("{}  {file}", row(["LUFS", "LRA", "max M", "max S", "dBFS", "dBTP", length].map(str::to_owned)));
}

fn print_line(path: &Path, found: &Found, report: &Report) {
    match found {
        Found::Measured(values) => {
            println!("{}  {}", row(cells(values)), path.display());
            if !values.damage.is_none() {
                let english = "the file is damaged; it was measured as far as it could be read";
                let spanish = "el archivo está dañado; se midió hasta donde se pudo leer";
                eprintln!("son1k: {}: {}", path.display(), pick(report.language(), english, spanish));
            }
        }
        Found::Failed { error } => report.warning(&path.display().to_string(), error),
    }
}

fn row(cells: [String; 7]) -> String {
    cells.map(|cell| format!("{cell:>8}")).join(" ")
}

/// A dash stands for what cannot be measured: silence, or a sound that is too short.
fn cells(values: &Values) -> [String; 7] {
    let cell = |value: Option<f32>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}"));
    let Seconds(seconds) = values.duration_s;
    [
        cell(values.integrated_lufs.map(|level| level.0)),
        cell(values.range_lu.map(|range| range.0)),
        cell(values.max_momentary_lufs.map(|level| level.0)),
        cell(values.max_short_term_lufs.map(|level| level.0)),
        cell(values.sample_peak_dbfs.map(|level| level.0)),
        cell(values.true_peak_dbtp.map(|level| level.0)),
        format!("{}:{:04.1}", (seconds / 60.0) as u64, seconds % 60.0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use son1k_domain::ErrorCode;

    fn silence() -> Measurement {
        let nothing = ChannelPeak { sample_peak: None, true_peak: None };
        let loudness = son1k_domain::loudness::Loudness {
            integrated: None,
            range: None,
            max_momentary: Some(Lufs(-21.25)),
            max_short_term: None,
            sample_peak: None,
            true_peak: Some(Dbtp(-0.96)),
            duration: Seconds(61.5),
        };
        let curve = LoudnessCurve { spacing: Seconds(0.1), momentary: Vec::new(), short_term: Vec::new() };
        Measurement { loudness, channels: vec![nothing], curve }
    }

    #[test]
    fn what_cannot_be_measured_is_a_dash_in_the_table_and_null_in_json() {
        let values = Values::of(silence(), Damage::default(), false);
        assert_eq!(cells(&values), ["–", "–", "-21.2", "–", "–", "-1.0", "1:01.5"].map(str::to_owned));
        let found = Found::Measured(Box::new(values));
        let json = serde_json::to_value(Printed { path: "a.wav".into(), found }).unwrap();
        assert_eq!(json["path"], "a.wav");
        assert!(json["integrated_lufs"].is_null() && json["range_lu"].is_null());
        assert_eq!((&json["max_momentary_lufs"], &json["duration_s"]), (&(-21.25).into(), &61.5.into()));
        assert!(json["curve"].is_null() && json["channels"][0]["true_peak_dbtp"].is_null());
    }

    #[test]
    fn a_file_that_fails_has_its_error_and_the_rest_its_values() {
        let error = Problem { code: ErrorCode::UnsupportedFile, message: "m".into(), hint: "h".into() };
        let failed = Printed { path: "a".into(), found: Found::Failed { error } };
        assert_eq!(serde_json::to_value(&failed).unwrap()["error"]["message"], "m");
        let measured = Found::Measured(Box::new(Values::of(silence(), Damage::default(), true)));
        let measured = Printed { path: "b".into(), found: measured };
        assert_eq!(serde_json::to_value(&measured).unwrap()["curve"]["spacing_s"], 0.1);
        assert_eq!(format!("{:?}", code(&[measured])), format!("{:?}", ExitCode::SUCCESS));
        assert_eq!(format!("{:?}", code(&[failed])), format!("{:?}", ExitCode::FAILURE));
    }
}
