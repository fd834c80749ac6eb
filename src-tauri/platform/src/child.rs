//! Programs run as children: cancelled with everything they started, and heard when they fail.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use crate::{Error, Result};

/// How often `tick` is called while the child runs.
const TICK: Duration = Duration::from_millis(200);

/// Of what a failed program said, so much of the end is kept.
const TAIL: usize = 600;

/// Runs a program to its end. `client` names it in errors; `tick` is called five times a second meanwhile.
///
/// # Errors
/// [`Error::ClientMissing`], [`Error::Client`] with the end of what it said, [`Error::Cancelled`].
pub(crate) async fn run(
    client: &str,
    mut command: Command,
    tick: &(dyn Fn() + Send + Sync),
    cancel: &CancellationToken,
) -> Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn().map_err(|e| missing_or_failed(client, &e))?;
    let mut group = Group::of(&child);
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let finished = async {
        let (out, err) = tokio::join!(last_words(out), last_words(err));
        (child.wait().await, if err.trim().is_empty() { out } else { err })
    };
    tokio::pin!(finished);
    let mut ticks = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(Error::Cancelled),
            (status, words) = &mut finished => {
                group.is_done();
                return judge(client, status, &words);
            }
            _ = ticks.tick() => tick(),
        }
    }
}

fn missing_or_failed(client: &str, error: &std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::NotFound => Error::ClientMissing(client.to_owned()),
        _ => Error::Client { client: client.to_owned(), detail: error.to_string() },
    }
}

fn judge(client: &str, status: std::io::Result<std::process::ExitStatus>, words: &str) -> Result<()> {
    let detail = match status {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) if words.trim().is_empty() => status.to_string(),
        Ok(_) => words.trim().to_owned(),
        Err(e) => e.to_string(),
    };
    Err(Error::Client { client: client.to_owned(), detail })
}

/// Reads everything, so that the child never blocks, and keeps the end.
async fn last_words(stream: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut stream) = stream else { return String::new() };
    let mut kept = Vec::new();
    let mut buffer = [0_u8; 4096];
    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
        kept.extend_from_slice(&buffer[..read]);
        let surplus = kept.len().saturating_sub(TAIL);
        kept.drain(..surplus);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// The child and all that it started; killed when dropped before it is done. `npm` and `pip` start programs of their own,
/// which a plain kill would leave behind.
struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl Group {
    #[cfg(unix)]
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self { leader: id.and_then(rustix::process::Pid::from_raw) }
    }

    #[cfg(not(unix))]
    fn of(_child: &Child) -> Self {
        Self {}
    }

    fn is_done(&mut self) {
        #[cfg(unix)]
        {
            self.leader = None;
        }
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            let _already_gone = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[tokio::test]
    async fn a_failed_program_is_quoted() {
        let cancel = CancellationToken::new();
        let result = run("sh", shell("echo out; echo no such thing >&2; exit 3"), &|| (), &cancel).await;
        assert_eq!(result.unwrap_err().to_string(), "sh failed: no such thing");
        run("sh", shell("exit 0"), &|| (), &cancel).await.unwrap();
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_named() {
        let command = Command::new("son1k-no-such-program");
        let result = run("the program", command, &|| (), &CancellationToken::new()).await;
        assert!(matches!(result, Err(Error::ClientMissing(name)) if name == "the program"));
    }

    #[tokio::test]
    async fn cancelling_kills_the_grandchildren_within_200_ms() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("alive");
        let script = format!("(sleep 1; touch '{}') & wait", mark.display());
        let cancel = CancellationToken::new();
        let soon = cancel.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            soon.cancel();
        });
        let started = Instant::now();
        let result = run("sh", shell(&script), &|| (), &cancel).await;
        assert!(matches!(result, Err(Error::Cancelled)));
        assert!(started.elapsed() < Duration::from_millis(300), "{:?}", started.elapsed());
        tokio::time::sleep(Duration::from_millis(1300)).await;
        assert!(!mark.exists(), "a grandchild survived");
    }
}
