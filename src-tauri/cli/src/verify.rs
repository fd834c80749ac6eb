//! `son1k verify`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use son1k_domain::certificate::{
    Certificate, ContentCredentials, CredentialState, FoundMark, Making, Verification,
};
use son1k_domain::setting::Language;
use son1k_services::verifying::verify_file;
use son1k_services::{Progress, Result};

use crate::report::Report;
use crate::text::pick;
use crate::watched::watched;

/// Nothing was found that marks the sound: it may be a recording, or made by others.
const UNMARKED: u8 = 3;

/// What can be typed after `son1k verify`.
#[derive(Debug, Args)]
pub struct Wish {
    /// Any sound file that the studio reads. Exits with 0 when it is marked as synthetic, with 3 when it is not.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Print one JSON object instead of words.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Serialize)]
struct Printed {
    path: PathBuf,
    marked: bool,
    #[serde(flatten)]
    found: Verification,
}

pub async fn run(wish: Wish, report: &Report) -> Result<ExitCode> {
    let what = pick(report.language(), "looking for marks", "buscando marcas");
    let path = wish.file.clone();
    let found = watched(what, move |progress: &Progress<'_>| verify_file(&wish.file, progress)).await?;
    let marked = found.is_marked();
    if report.json {
        report.object(&Printed { path, marked, found });
    } else {
        lines(&found, report.language()).iter().for_each(|line| println!("{line}"));
    }
    Ok(if marked { ExitCode::SUCCESS } else { ExitCode::from(UNMARKED) })
}

fn lines(found: &Verification, language: Language) -> Vec<String> {
    let verdict = match found.is_marked() {
        true => {
            pick(language, "This sound is marked as synthetic.", "Este sonido está marcado como sintético.")
        }
        false => pick(
            language,
            "Nothing marks this sound as synthetic. That does not prove that it is a recording.",
            "Nada marca este sonido como sintético. Eso no prueba que sea una grabación.",
        ),
    };
    let mut lines = vec![verdict.to_owned(), format!("  {}", mark(found, language))];
    match &found.certificate {
        Some(certificate) => lines.extend(certified(certificate, language)),
        None if found.certificate_damaged => {
            lines.push(format!("  {}", pick(language, "certificate: damaged", "certificado: dañado")))
        }
        None => lines.push(format!("  {}", pick(language, "certificate: none", "certificado: ninguno"))),
    }
    match found.agree {
        Some(true) => lines.push(format!(
            "  {}",
            pick(
                language,
                "mark and certificate belong together",
                "la marca y el certificado se corresponden"
            )
        )),
        Some(false) => lines.push(format!(
            "  {}",
            pick(
                language,
                "the certificate is not the one that this sound was made with",
                "el certificado no es el del nacimiento de este sonido"
            )
        )),
        None => {}
    }
    lines.extend(credentials(found.credentials.as_ref(), language));
    lines
}

fn credentials(found: Option<&ContentCredentials>, language: Language) -> Vec<String> {
    let name = pick(language, "content credentials", "credenciales de contenido");
    let Some(found) = found else {
        return vec![format!("  {name}: {}", pick(language, "none", "ninguna"))];
    };
    let state = match found.state {
        CredentialState::Intact => {
            pick(language, "intact, signer unknown", "intactas, de firmante desconocido")
        }
        CredentialState::Altered => {
            pick(language, "the file was changed since", "el archivo fue modificado después")
        }
        CredentialState::Unreadable => pick(language, "unreadable", "ilegibles"),
    };
    let generator = found.generator.iter().map(|generator| format!(" · {generator}")).collect::<String>();
    let mut lines = vec![format!("  {name}: {state}{generator}")];
    lines.extend((!found.actions.is_empty()).then(|| format!("    {}", found.actions.join(" · "))));
    lines.extend(found.source_type.iter().map(|source_type| format!("    {source_type}")));
    lines
}

fn mark(found: &Verification, language: Language) -> String {
    let name = pick(language, "mark in the sound", "marca en el sonido");
    match &found.mark {
        None if !found.mark_sought => {
            format!(
                "{name}: {}",
                pick(language, "not looked for at this rate", "no se busca a esta frecuencia")
            )
        }
        None => format!("{name}: {}", pick(language, "none", "ninguna")),
        Some(FoundMark { message, score, share }) => {
            let unread = pick(language, "there, too faint to read", "presente, demasiado débil para leerla");
            let says = message.as_deref().unwrap_or(unread);
            let part = pick(language, "of the sound", "del sonido");
            format!("{name}: {says} · {score:.1} σ · {:.0} % {part}", 100.0 * share)
        }
    }
}

fn certified(certificate: &Certificate, language: Language) -> Vec<String> {
    let made = match certificate.making {
        Making::Spoken => pick(language, "spoken by a machine", "hablado por una máquina"),
        Making::Changed => pick(language, "a voice that was changed", "una voz cambiada"),
        Making::Converted => {
            pick(language, "turned into another's voice", "convertido en la voz de otra persona")
        }
        Making::Mixed => pick(language, "a song with synthetic voices", "una canción con voces sintéticas"),
    };
    let name = pick(language, "certificate", "certificado");
    let mut lines = vec![
        format!("  {name}: {made} · {} · {}", certificate.voice, certificate.engine),
        format!("    {} · {}", certificate.studio, certificate.made),
        format!("    {}", certificate.digital_source_type),
    ];
    let allowed = pick(language, "allowed by", "con permiso de");
    lines.extend(
        certificate.consent.iter().map(|receipt| {
            format!("    {allowed} {} · {} · {}", receipt.person, receipt.purpose, receipt.date)
        }),
    );
    lines
}
