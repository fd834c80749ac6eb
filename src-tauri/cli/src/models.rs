//! `son1k models`

use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use son1k_domain::id::ModelId;
use son1k_domain::model::{Model, ModelState};
use son1k_services::{Result, Services};

use crate::arguments::ModelsAction;
use crate::report::Report;
use crate::text::pick;

pub async fn run(action: ModelsAction, services: &Services, report: &Report) -> Result<ExitCode> {
    match action {
        ModelsAction::List { .. } => list(services, report),
        ModelsAction::Fetch { ids } => return fetch(ids, services, report).await,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(services: &Services, report: &Report) {
    let shelf = services.list_models();
    if report.json {
        return report.object(&shelf);
    }
    for model in shelf.models {
        println!(
            "{:<16} {:<10} {:>7.1} MB  {:<28} {} · {}",
            model.id,
            state(&model, report),
            model.bytes / 1e6,
            model.licence,
            model.name,
            model.credit
        );
    }
}

fn state(model: &Model, report: &Report) -> &'static str {
    let language = report.language();
    match model.state {
        ModelState::Missing | ModelState::Fetching { .. } => pick(language, "missing", "falta"),
        ModelState::Ready | ModelState::Loaded { .. } => pick(language, "ready", "listo"),
        ModelState::Corrupt => pick(language, "damaged", "dañado"),
    }
}

/// Fetches one after the other; an entry that cannot be had does not keep the others from coming.
async fn fetch(ids: Vec<String>, services: &Services, report: &Report) -> Result<ExitCode> {
    let wanted: Vec<Model> =
        services.list_models().models.into_iter().filter(|model| wants(&ids, model)).collect();
    if let Some(unknown) = ids.iter().find(|id| !wanted.iter().any(|model| model.id.as_str() == id.as_str()))
    {
        return Err(son1k_services::Error::NotFound { what: unknown.clone() });
    }
    let mut code = ExitCode::SUCCESS;
    for model in wanted {
        if ids.is_empty() && matches!(model.state, ModelState::Ready | ModelState::Loaded { .. }) {
            continue;
        }
        if let Err(error) = fetch_one(&model.id, services).await {
            eprint!("{}: ", model.id);
            code = report.failure(&error);
        }
    }
    Ok(code)
}

fn wants(ids: &[String], model: &Model) -> bool {
    ids.is_empty() || ids.iter().any(|id| id == model.id.as_str())
}

async fn fetch_one(id: &ModelId, services: &Services) -> Result<()> {
    let bar = ProgressBar::new(1000);
    if let Ok(style) = ProgressStyle::with_template("{prefix:<16} {bar:32.cyan/black} {percent:>3} %") {
        bar.set_style(style);
    }
    bar.set_prefix(id.to_string());
    let report = |done: f32| bar.set_position((done * 1000.0) as u64);
    services.fetch_model_now(id, &report).await?;
    bar.finish_and_clear();
    eprintln!("✓ {id}");
    Ok(())
}
