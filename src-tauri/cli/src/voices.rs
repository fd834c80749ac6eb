//! `son1k voices`

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use son1k_domain::voice::{Accent, Gender, Voice};
use son1k_services::{Result, Services};

use crate::report::Report;
use crate::text::pick;

/// What can be typed after `son1k voices`.
#[derive(Debug, Args)]
pub struct Wish {
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Serialize)]
struct Printed {
    voices: Vec<Voice>,
}

pub fn run(services: &Services, report: &Report) -> Result<ExitCode> {
    let voices = services.list_voices();
    if report.json {
        report.object(&Printed { voices });
    } else {
        voices.iter().for_each(|voice| println!("{}", row(voice, report)));
    }
    Ok(ExitCode::SUCCESS)
}

fn row(voice: &Voice, report: &Report) -> String {
    let language = report.language();
    let gender = match voice.gender {
        Gender::Female => pick(language, "woman", "mujer"),
        Gender::Male => pick(language, "man", "hombre"),
        Gender::Neutral => "",
    };
    let accent = match voice.accent {
        Accent::American => pick(language, "English, American", "inglés, americano"),
        Accent::British => pick(language, "English, British", "inglés, británico"),
        Accent::Spanish => pick(language, "Spanish", "español"),
        Accent::Other => pick(language, "English", "inglés"),
    };
    let ready = match voice.ready {
        _ if voice.id.remote().is_some() => pick(language, "remote, billed", "remota, se cobra"),
        true => pick(language, "ready", "lista"),
        false => pick(language, "not fetched yet", "falta descargarla"),
    };
    format!("{:<14} {:<10} {gender:<7} {accent:<19} {ready}", voice.id, voice.name)
}
