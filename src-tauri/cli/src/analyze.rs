//! `son1k analyze`

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::json;
use son1k_services::library::Analysed;
use son1k_services::{Error, Result, Services};

use crate::report::Report;

/// Hears one file after the other; one that cannot be heard does not keep the others from being.
pub async fn run(files: Vec<PathBuf>, services: Arc<Services>, report: &Report) -> Result<ExitCode> {
    let mut heard = Vec::new();
    let mut code = ExitCode::SUCCESS;
    for path in files {
        let (services, file) = (services.clone(), path.clone());
        let hearing = tokio::task::spawn_blocking(move || services.library.analyse_file(&file));
        match hearing.await.map_err(|error| Error::Internal(error.to_string()))? {
            Ok(analysed) if report.json => heard.push(json!(analysed)),
            Ok(analysed) => tell(&analysed),
            Err(error) => {
                let problem = error.describe(report.language());
                code = ExitCode::FAILURE;
                heard.push(json!({ "path": path, "error": problem }));
                report.warning(&path.display().to_string(), &problem);
            }
        }
    }
    if report.json {
        report.object(&json!({ "files": heard }));
    }
    Ok(code)
}

fn tell(heard: &Analysed) {
    let number = |value: Option<f32>, unit: &str| {
        value.map_or_else(|| format!("– {unit}"), |value| format!("{value:.1} {unit}"))
    };
    println!("{}", heard.path);
    println!(
        "    {} · {} · {} · {}",
        number(heard.loudness.integrated.map(|loudness| loudness.0), "LUFS"),
        number(heard.loudness.true_peak.map(|peak| peak.0), "dBTP"),
        number(heard.bpm.map(|bpm| bpm.0), "BPM"),
        heard.key.map_or_else(|| "–".to_owned(), |key| key.to_string()),
    );
    if let Some(pulse) = &heard.pulse {
        println!("    {} × {}/4", pulse.beats.len(), pulse.beats_a_bar);
    }
    let tags: Vec<&str> = heard.sounds_like.iter().take(8).map(|tag| tag.name.as_str()).collect();
    if !tags.is_empty() {
        println!("    {}", tags.join(", "));
    }
}
