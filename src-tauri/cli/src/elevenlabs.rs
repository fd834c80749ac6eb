//! `son1k elevenlabs`

use std::io::Read;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;
use son1k_domain::voice::RemoteAccount;
use son1k_services::voice::RemoteTrouble;
use son1k_services::{Error, Result, Services};

use crate::report::Report;
use crate::text::pick;

/// Bytes that are read of a key at most.
const LONGEST: u64 = 1_000;

/// What can be typed after `son1k elevenlabs`.
#[derive(Debug, Args)]
pub struct Wish {
    #[command(subcommand)]
    action: Action,
    /// Print one JSON object.
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say whether there is a key and how many characters are left, and look which voices there are.
    Account,
    /// Read a key from standard input, try it, and keep it in the keychain of this system.
    SetKey,
    /// Take the key out of the keychain; its voices are not listed any more.
    ForgetKey,
}

#[derive(Debug, Serialize)]
struct Printed {
    key: bool,
    #[serde(flatten)]
    account: Option<RemoteAccount>,
    voices: usize,
}

pub async fn run(wish: Wish, services: &Services, report: &Report) -> Result<ExitCode> {
    match wish.action {
        Action::Account => {}
        Action::SetKey => services.set_remote_key(&typed()?).await?,
        Action::ForgetKey => services.forget_remote_key().await?,
    }
    let account = services.remote_account().await?;
    let voices = services.list_voices().iter().filter(|voice| voice.id.remote().is_some()).count();
    if report.json {
        report.object(&Printed { key: account.is_some(), account, voices });
    } else {
        println!("{}", told(account, voices, report));
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns what stands on standard input: an argument would be in the history of the shell, and in the list of processes.
fn typed() -> Result<String> {
    let mut key = String::new();
    let read = std::io::stdin().lock().take(LONGEST).read_to_string(&mut key);
    read.map_err(|_| Error::from(RemoteTrouble::NotAKey))?;
    Ok(key)
}

fn told(account: Option<RemoteAccount>, voices: usize, report: &Report) -> String {
    let language = report.language();
    let Some(RemoteAccount { left, limit }) = account else {
        return pick(
            language,
            "no key; nothing is asked of ElevenLabs",
            "sin clave; nada se pide a ElevenLabs",
        )
        .into();
    };
    let (left, limit) = (count(left), count(limit));
    let left_of = pick(language, "characters left of", "caracteres quedan de");
    let called = pick(language, "voices", "voces");
    format!("{left} {left_of} {limit} · {voices} {called}")
}

/// A key may not be allowed to look at its account.
fn count(characters: Option<u32>) -> String {
    characters.map_or_else(|| "?".to_owned(), |characters| characters.to_string())
}
