//! Downloads against a small server that misbehaves on demand.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;

const QUICK: Patience =
    Patience { attempts: 3, first_wait: Duration::from_millis(5), silence: Duration::from_secs(5) };

/// How the server answers.
#[derive(Clone)]
struct Manners {
    body: Arc<Vec<u8>>,
    etag: Arc<Mutex<String>>,
    ranges: bool,
    /// Each answer breaks off after so many bytes.
    cut_after: usize,
    /// Waits before each 1,000 bytes.
    pause: Duration,
    /// Answers that come before the first good one.
    busy: Arc<AtomicUsize>,
}

struct Server {
    url: String,
    manners: Manners,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(change: impl FnOnce(&mut Manners)) -> Self {
        let body: Vec<u8> = (0..50_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let mut manners = Manners {
            body: Arc::new(body),
            etag: Arc::new(Mutex::new("\"one\"".into())),
            ranges: true,
            cut_after: usize::MAX,
            pause: Duration::ZERO,
            busy: Arc::new(AtomicUsize::new(0)),
        };
        change(&mut manners);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/file", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let server = Self { url, manners: manners.clone(), requests: requests.clone() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, manners.clone(), requests.clone()));
            }
        });
        server
    }

    fn sha256(&self) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("body");
        std::fs::write(&path, &*self.manners.body).unwrap();
        hash::sha256(&path).unwrap()
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn answer(mut stream: TcpStream, manners: Manners, requests: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    requests.lock().unwrap().push(head.clone());
    if manners.busy.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok() {
        stream
            .write_all(b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .await
            .ok()?;
        return stream.shutdown().await.ok();
    }
    if head.starts_with("get /gone") {
        stream
            .write_all(b"HTTP/1.1 404 Gone\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .await
            .ok()?;
        return stream.shutdown().await.ok();
    }
    let field =
        |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim).map(str::to_owned);
    let etag = manners.etag.lock().unwrap().clone();
    let same = field("if-range:").is_none_or(|version| version == etag);
    let start = field("range: bytes=").and_then(|range| range.trim_end_matches('-').parse::<usize>().ok());
    let start = start.filter(|_| manners.ranges && same);
    let total = manners.body.len();
    let body = &manners.body[start.unwrap_or(0)..];
    let status = match start {
        Some(start) => format!("206 Part\r\ncontent-range: bytes {start}-{}/{total}", total - 1),
        None => "200 OK".into(),
    };
    let lines = format!(
        "HTTP/1.1 {status}\r\netag: {etag}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(lines.as_bytes()).await.ok()?;
    for chunk in body[..body.len().min(manners.cut_after)].chunks(1000) {
        tokio::time::sleep(manners.pause).await;
        stream.write_all(chunk).await.ok()?;
    }
    stream.shutdown().await.ok()
}

struct Place {
    _folder: TempDir,
    dest: PathBuf,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    Place { dest: folder.path().join("file.bin"), _folder: folder }
}

async fn get(server: &Server, dest: &Path, sha256: &str) -> Result<()> {
    let what = Download { url: &server.url, dest, sha256, bytes: server.manners.body.len() as u64 };
    download_with(&what, QUICK, &|_| (), &CancellationToken::new()).await
}

fn listing(dest: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dest.parent().unwrap()).unwrap();
    let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_file_arrives_whole_and_reports_its_progress() {
    let server = Server::start(|_| ()).await;
    let place = place();
    let seen = Mutex::new(Vec::new());
    let sha256 = server.sha256();
    let what = Download { url: &server.url, dest: &place.dest, sha256: &sha256, bytes: 50_000 };
    download(&what, &|part| seen.lock().unwrap().push(part), &CancellationToken::new()).await.unwrap();
    assert_eq!(std::fs::read(&place.dest).unwrap(), *server.manners.body);
    assert_eq!(listing(&place.dest), ["file.bin"]);
    let seen = seen.into_inner().unwrap();
    assert!(seen.is_sorted() && seen.last() == Some(&1.0), "{seen:?}");
}

#[tokio::test]
async fn a_cut_connection_is_continued_where_it_broke() {
    let server = Server::start(|m| m.cut_after = 12_000).await;
    let place = place();
    get(&server, &place.dest, &server.sha256()).await.unwrap();
    assert_eq!(std::fs::read(&place.dest).unwrap(), *server.manners.body);
    let requests = server.requests();
    assert!(requests.len() >= 5, "{}", requests.len());
    assert!(
        requests[1].contains("range: bytes=12000-") && requests[1].contains("if-range: \"one\""),
        "{}",
        requests[1]
    );
}

#[tokio::test]
async fn a_server_without_ranges_starts_again() {
    let server = Server::start(|m| m.ranges = false).await;
    let place = place();
    std::fs::write(Part::beside(&place.dest).file, vec![7; 30_000]).unwrap();
    get(&server, &place.dest, &server.sha256()).await.unwrap();
    assert_eq!(std::fs::read(&place.dest).unwrap(), *server.manners.body);
}

#[tokio::test]
async fn a_changed_file_on_the_server_is_not_mixed_with_the_old_part() {
    let server = Server::start(|m| *m.etag.lock().unwrap() = "\"two\"".into()).await;
    let place = place();
    let part = Part::beside(&place.dest);
    std::fs::write(&part.file, vec![7; 30_000]).unwrap();
    std::fs::write(&part.version, "\"one\"").unwrap();
    get(&server, &place.dest, &server.sha256()).await.unwrap();
    assert_eq!(std::fs::read(&place.dest).unwrap(), *server.manners.body);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_damaged_part_is_begun_anew_once() {
    let server = Server::start(|_| ()).await;
    let place = place();
    std::fs::write(Part::beside(&place.dest).file, vec![7; 30_000]).unwrap();
    get(&server, &place.dest, &server.sha256()).await.unwrap();
    assert_eq!(std::fs::read(&place.dest).unwrap(), *server.manners.body);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn wrong_content_is_refused_and_leaves_nothing() {
    let server = Server::start(|_| ()).await;
    let place = place();
    let result = get(&server, &place.dest, &"0".repeat(64)).await;
    assert!(matches!(result, Err(Error::Unexpected { .. })), "{result:?}");
    assert!(listing(&place.dest).is_empty());
}

#[tokio::test]
async fn a_file_longer_than_promised_is_refused() {
    let server = Server::start(|_| ()).await;
    let place = place();
    let what = Download { url: &server.url, dest: &place.dest, sha256: "", bytes: 40_000 };
    let result = download_with(&what, QUICK, &|_| (), &CancellationToken::new()).await;
    assert!(matches!(result, Err(Error::Unexpected { .. })), "{result:?}");
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_a_missing_file_is_not() {
    let server = Server::start(|m| m.busy = Arc::new(AtomicUsize::new(2))).await;
    let here = place();
    get(&server, &here.dest, &server.sha256()).await.unwrap();
    assert_eq!(server.requests().len(), 3);

    let always = Server::start(|m| m.busy = Arc::new(AtomicUsize::new(100))).await;
    let result = get(&always, &place().dest, "").await;
    assert!(matches!(result, Err(Error::Refused { status: 503, .. })), "{result:?}");
    assert_eq!(always.requests().len(), QUICK.attempts as usize);

    let gone = always.url.replace("/file", "/gone");
    always.manners.busy.store(0, Ordering::SeqCst);
    let what = Download { url: &gone, dest: &here.dest, sha256: "", bytes: 1 };
    let result = download_with(&what, QUICK, &|_| (), &CancellationToken::new()).await;
    assert!(matches!(result, Err(Error::Refused { status: 404, .. })), "{result:?}");
    assert_eq!(always.requests().len(), QUICK.attempts as usize + 1);
}

#[tokio::test]
async fn cancelling_takes_effect_within_200_ms_and_keeps_the_part() {
    let server = Server::start(|m| m.pause = Duration::from_millis(20)).await;
    let place = place();
    let (sha256, cancel) = (server.sha256(), CancellationToken::new());
    let what = Download { url: &server.url, dest: &place.dest, sha256: &sha256, bytes: 50_000 };
    let asked = Arc::new(Mutex::new(None));
    let (soon, when) = (cancel.clone(), asked.clone());
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        *when.lock().unwrap() = Some(Instant::now());
        soon.cancel();
    });
    let result = download_with(&what, QUICK, &|_| (), &cancel).await;
    assert!(matches!(result, Err(Error::Cancelled)), "{result:?}");
    assert!(asked.lock().unwrap().unwrap().elapsed() < Duration::from_millis(200));
    let kept = std::fs::metadata(Part::beside(&place.dest).file).unwrap().len();
    assert!(kept > 0 && kept < 50_000, "{kept}");
    get(&server, &place.dest, &sha256).await.unwrap();
    assert!(server.requests()[1].contains("range: bytes="));
}

#[tokio::test]
async fn without_a_network_the_address_is_named() {
    let unused = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = format!("http://{unused}/file");
    let place = place();
    let what = Download { url: &url, dest: &place.dest, sha256: "", bytes: 1 };
    match download_with(&what, QUICK, &|_| (), &CancellationToken::new()).await {
        Err(Error::Network { url: named, reason }) => assert!(named == url && !reason.is_empty()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    let server = Server::start(|m| m.pause = Duration::from_secs(60)).await;
    let impatient = Patience { attempts: 2, silence: Duration::from_millis(50), ..QUICK };
    let place = place();
    let what = Download { url: &server.url, dest: &place.dest, sha256: "", bytes: 50_000 };
    let result = download_with(&what, impatient, &|_| (), &CancellationToken::new()).await;
    assert!(matches!(result, Err(Error::Network { .. })), "{result:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_told_from_other_trouble() {
    let server = Server::start(|_| ()).await;
    let here = place();
    std::os::unix::fs::symlink("/dev/full", Part::beside(&here.dest).file).unwrap();
    let result = get(&server, &here.dest, "").await;
    assert!(matches!(result, Err(Error::DiskFull { .. })), "{result:?}");

    let what = Download { url: &server.url, dest: &place().dest, sha256: "", bytes: u64::MAX };
    let result = download_with(&what, QUICK, &|_| (), &CancellationToken::new()).await;
    assert!(matches!(result, Err(Error::DiskFull { .. })), "{result:?}");
    assert_eq!(server.requests().len(), 1);
}
