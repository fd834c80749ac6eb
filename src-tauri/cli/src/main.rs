//! `son1k`: the studio without a window. Same use cases, no display, no sound card, no queue.

mod analyze;
mod arguments;
mod cleaning;
mod copying;
mod doctor;
mod elevenlabs;
mod generate;
mod history;
mod interrupt;
mod library;
mod master;
mod measure;
mod models;
mod modulate;
mod report;
mod speak;
mod spectrogram;
mod stages;
mod text;
mod transcribe;
mod verify;
mod voices;
mod watched;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use son1k_services::{Options, Services};

use arguments::{Arguments, Command};
use report::Report;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let report = Report::new(arguments.command.wants_json());
    match run(arguments, &report).await {
        Ok(code) => code,
        Err(error) => report.failure(&error),
    }
}

async fn run(arguments: Arguments, report: &Report) -> son1k_services::Result<ExitCode> {
    let options = Options { data_dir: arguments.data_dir, ..Options::default() };
    let _log = son1k_services::logs::write_to(&options.paths()?.logs)?;
    let services = Services::open(options).await?;
    report.speak(services.settings.language());
    for notice in services.welcome().notices {
        report.notice(&notice);
    }
    let code = dispatch(arguments.command, services.clone(), report).await;
    services.close(std::time::Duration::ZERO).await;
    code
}

async fn dispatch(
    command: Command,
    services: Arc<Services>,
    report: &Report,
) -> son1k_services::Result<ExitCode> {
    match command {
        Command::Generate(wish) => generate::run(*wish, services, report).await,
        Command::Master(wish) => master::run(wish, report).await,
        Command::Measure(wish) => measure::run(wish, report).await,
        Command::Clean(wish) => cleaning::clean(*wish, services, report).await,
        Command::Denoise(wish) => cleaning::denoise(wish, services, report).await,
        Command::Split(wish) => cleaning::split(wish, services, report).await,
        Command::Notes(wish) => cleaning::notes(wish, services, report).await,
        Command::Speak(wish) => speak::run(*wish, services, report).await,
        Command::Voices(_) => voices::run(&services, report),
        Command::Elevenlabs(wish) => elevenlabs::run(wish, &services, report).await,
        Command::Transcribe(wish) => transcribe::run(wish, services, report).await,
        Command::Modulate(wish) => modulate::run(*wish, services, report).await,
        Command::Verify(wish) => verify::run(wish, report).await,
        Command::Spectrogram(wish) => spectrogram::run(wish, report).await,
        Command::Doctor { .. } => doctor::run(&services, report).await,
        Command::History(past) => history::run(*past, services, report).await,
        Command::Library { action } => library::run(action, &services, report).await,
        Command::Analyze { files, .. } => analyze::run(files, services, report).await,
        Command::Models { action } => models::run(action, &services, report).await,
    }
}
