//! Downloads over HTTP: resumed where they stopped, verified, and put in place in one step.

use std::io::SeekFrom;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::StreamExt;
use reqwest::header::{CONTENT_RANGE, ETAG, HeaderMap, IF_RANGE, RANGE};
use reqwest::{Client, Response, StatusCode};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

use crate::{Error, Report, Result, hash, machine, web};

/// What to download, and how to know it.
#[derive(Debug, Clone, Copy)]
pub struct Download<'a> {
    pub url: &'a str,
    /// The file to make; its folder must exist. Until it is whole, `.part` is added to its name.
    pub dest: &'a Path,
    /// 64 hex digits.
    pub sha256: &'a str,
    pub bytes: u64,
}

/// How patient a download is.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// Failures in a row, without a new byte between them, before giving up.
    attempts: u32,
    /// Wait after the first failure; doubled after each further one.
    first_wait: Duration,
    /// A connection that says nothing for so long is taken for dead.
    silence: Duration,
}

const PATIENCE: Patience =
    Patience { attempts: 5, first_wait: Duration::from_millis(500), silence: Duration::from_secs(30) };

/// Downloads one file. A part left by an earlier try is continued when the server still has the same file, and begun anew
/// otherwise; cut connections and busy servers are tried again with growing waits.
///
/// # Errors
/// [`Error::Network`], [`Error::Refused`], [`Error::Unexpected`] when the content is not the one asked for,
/// [`Error::DiskFull`], [`Error::Unwritable`], [`Error::Cancelled`] (the part stays, for the next time).
pub async fn download(what: &Download<'_>, report: Report<'_>, cancel: &CancellationToken) -> Result<()> {
    download_with(what, PATIENCE, report, cancel).await
}

async fn download_with(
    what: &Download<'_>,
    patience: Patience,
    report: Report<'_>,
    cancel: &CancellationToken,
) -> Result<()> {
    let work = async {
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(15))
            .read_timeout(patience.silence)
            .user_agent(concat!("son1k/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| network(what, &e))?;
        let transfer = Transfer { what, client, part: Part::beside(what.dest), report };
        transfer.run(patience).await
    };
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(Error::Cancelled),
        result = work => result,
    }
}

/// Why one attempt ended early.
enum Setback {
    /// Another attempt may go better.
    Passing(Error),
    Final(Error),
}

impl From<Error> for Setback {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}

/// The unfinished file, and the server's name for its version.
struct Part {
    file: PathBuf,
    version: PathBuf,
}

impl Part {
    fn beside(dest: &Path) -> Self {
        let with = |suffix: &str| {
            let mut name = dest.as_os_str().to_owned();
            name.push(suffix);
            PathBuf::from(name)
        };
        Self { file: with(".part"), version: with(".part.etag") }
    }

    async fn len(&self) -> u64 {
        fs::metadata(&self.file).await.map_or(0, |meta| meta.len())
    }

    async fn discard(&self) {
        let _not_there = fs::remove_file(&self.file).await;
        let _not_there = fs::remove_file(&self.version).await;
    }
}

struct Transfer<'a> {
    what: &'a Download<'a>,
    client: Client,
    part: Part,
    report: Report<'a>,
}

impl Transfer<'_> {
    async fn run(&self, patience: Patience) -> Result<()> {
        self.check_room().await?;
        let mut failures = 0;
        let mut resumed = self.part.len().await > 0;
        loop {
            let before = self.part.len().await;
            match self.attempt().await {
                Ok(()) => match self.finish().await {
                    // A continued part may be of another version of the file: once more from the start.
                    Err(Error::Unexpected { .. }) if resumed => resumed = false,
                    done => return done,
                },
                Err(Setback::Final(error)) => return Err(error),
                Err(Setback::Passing(error)) => {
                    let now = self.part.len().await;
                    failures = if now > before { 1 } else { failures + 1 };
                    if failures >= patience.attempts {
                        return Err(error);
                    }
                    tracing::debug!(%error, failures, "download interrupted");
                    resumed = now > 0;
                    tokio::time::sleep(patience.first_wait * 2_u32.pow(failures - 1)).await;
                }
            }
        }
    }

    /// Says that the disk is full before filling it.
    async fn check_room(&self) -> Result<()> {
        let missing = self.what.bytes.saturating_sub(self.part.len().await);
        match machine::free_disk(self.what.dest) {
            Some(free) if free < missing => Err(Error::DiskFull { path: self.what.dest.to_owned() }),
            _ => Ok(()),
        }
    }

    async fn attempt(&self) -> Result<(), Setback> {
        let have = self.part.len().await;
        if have == self.what.bytes {
            return Ok(());
        }
        if have > self.what.bytes {
            self.part.discard().await;
        }
        let response = self.ask(self.part.len().await).await?;
        let start = self.start_of(&response).await?;
        self.receive(response, start).await
    }

    async fn ask(&self, have: u64) -> Result<Response, Setback> {
        let mut request = self.client.get(self.what.url);
        if have > 0 {
            request = request.header(RANGE, format!("bytes={have}-"));
            if let Ok(version) = fs::read_to_string(&self.part.version).await {
                request = request.header(IF_RANGE, version);
            }
        }
        request.send().await.map_err(|e| Setback::Passing(network(self.what, &e)))
    }

    /// Returns where the answer's bytes belong in the file.
    async fn start_of(&self, response: &Response) -> Result<u64, Setback> {
        let status = response.status();
        let refused = || Error::Refused { url: self.what.url.to_owned(), status: status.as_u16() };
        match status {
            StatusCode::PARTIAL_CONTENT => match range_start(response.headers()) {
                Some(start) if start == self.part.len().await => Ok(start),
                _ => {
                    self.part.discard().await;
                    Err(Setback::Passing(refused()))
                }
            },
            StatusCode::RANGE_NOT_SATISFIABLE => {
                self.part.discard().await;
                Err(Setback::Passing(refused()))
            }
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Err(Setback::Passing(refused())),
            status if status.is_server_error() => Err(Setback::Passing(refused())),
            status if status.is_success() => {
                self.remember_version(response.headers()).await?;
                Ok(0)
            }
            _ => Err(Setback::Final(refused())),
        }
    }

    async fn remember_version(&self, headers: &HeaderMap) -> Result<()> {
        let etag = headers.get(ETAG).and_then(|etag| etag.to_str().ok());
        match etag {
            // RFC 9110 §13.1.5: If-Range takes strong validators only.
            Some(etag) if !etag.starts_with("W/") => {
                fs::write(&self.part.version, etag).await.map_err(|e| Error::writing(&self.part.version, e))
            }
            _ => {
                let _not_there = fs::remove_file(&self.part.version).await;
                Ok(())
            }
        }
    }

    async fn receive(&self, response: Response, start: u64) -> Result<(), Setback> {
        let path = &self.part.file;
        let writing = |e| Setback::Final(Error::writing(path, e));
        let mut file = self.open(start).await?;
        let mut have = start;
        let mut stream = response.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = match chunk {
                Ok(chunk) => chunk,
                Err(e) => {
                    file.flush().await.map_err(writing)?;
                    return Err(Setback::Passing(network(self.what, &e)));
                }
            };
            have += chunk.len() as u64;
            if have > self.what.bytes {
                drop(file);
                self.part.discard().await;
                return Err(Setback::Final(self.wrong_length(format!("at least {have} bytes"))));
            }
            file.write_all(&chunk).await.map_err(writing)?;
            (self.report)(have as f32 / self.what.bytes.max(1) as f32);
        }
        file.flush().await.map_err(writing)?;
        if have < self.what.bytes {
            return Err(Setback::Passing(self.wrong_length(format!("{have} bytes"))));
        }
        file.sync_all().await.map_err(writing)
    }

    async fn open(&self, start: u64) -> Result<File> {
        let path = &self.part.file;
        let writing = |e| Error::writing(path, e);
        let mut file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(start == 0)
            .open(path)
            .await
            .map_err(writing)?;
        file.seek(SeekFrom::Start(start)).await.map_err(writing)?;
        Ok(file)
    }

    fn wrong_length(&self, found: String) -> Error {
        let expected = format!("{} bytes", self.what.bytes);
        Error::Unexpected { file: self.what.url.to_owned(), expected, found }
    }

    /// Verifies the part and gives it its name; a wrong one is thrown away.
    async fn finish(&self) -> Result<()> {
        let (file, sha256, bytes) = (self.part.file.clone(), self.what.sha256.to_owned(), self.what.bytes);
        let verdict = tokio::task::spawn_blocking(move || hash::verify(&file, &sha256, bytes)).await;
        let verdict = verdict.map_err(|e| Error::Unreadable {
            path: self.part.file.clone(),
            source: std::io::Error::other(e),
        })?;
        if let Err(error) = verdict {
            self.part.discard().await;
            return Err(error);
        }
        fs::rename(&self.part.file, self.what.dest).await.map_err(|e| Error::writing(self.what.dest, e))?;
        self.part.discard().await;
        Ok(())
    }
}

fn range_start(headers: &HeaderMap) -> Option<u64> {
    let range = headers.get(CONTENT_RANGE)?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split('-').next()?.trim().parse().ok()
}

fn network(what: &Download<'_>, error: &reqwest::Error) -> Error {
    Error::Network { url: what.url.to_owned(), reason: web::cause(error) }
}

#[cfg(test)]
mod tests;
