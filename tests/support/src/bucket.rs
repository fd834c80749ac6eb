//! A storage that speaks as much of S3 as the studio asks of one, with the bad days of a real one: the network goes, the
//! room runs out, a byte flips.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::http::{Answer, Request, lock, read, send};

/// The only bucket there is.
pub const BUCKET: &str = "songs";
/// The only key that is taken.
pub const ACCESS_KEY: &str = "MUSICIAN";
/// Objects on one page of a list: few, so that every list of some length has several.
const PAGE: usize = 20;

#[derive(Default)]
struct State {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
    received: AtomicU64,
    sent: AtomicU64,
    down: AtomicBool,
    /// What may still come in before the line goes down, and before the room runs out.
    until_down: Mutex<Option<u64>>,
    room: Mutex<Option<u64>>,
}

/// A storage with one bucket, at work until the test's process ends.
pub struct Storage {
    address: String,
    state: Arc<State>,
}

impl Storage {
    /// Opens an empty one.
    pub fn open() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let state = Arc::new(State::default());
        let own = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = own.clone();
                thread::spawn(move || state.serve(&stream));
            }
        });
        Ok(Self { address, state })
    }

    /// Returns the address that a program is told.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Returns the bytes that came in.
    pub fn received(&self) -> u64 {
        self.state.received.load(Ordering::Relaxed)
    }

    /// Returns the bytes of objects that were read.
    pub fn sent(&self) -> u64 {
        self.state.sent.load(Ordering::Relaxed)
    }

    /// Lets so many bytes come in, then the line is down.
    pub fn lose_line_after(&self, bytes: u64) {
        *lock(&self.state.until_down) = Some(bytes);
    }

    /// The line is there again.
    pub fn find_line(&self) {
        *lock(&self.state.until_down) = None;
        self.state.down.store(false, Ordering::Relaxed);
    }

    /// Takes so many bytes more; `None` takes everything.
    pub fn limit_room(&self, bytes: Option<u64>) {
        *lock(&self.state.room) = bytes;
    }

    /// Returns the names of the objects.
    pub fn names(&self) -> Vec<String> {
        lock(&self.state.objects).keys().cloned().collect()
    }

    /// Changes one byte in the middle of an object; returns whether there is one of the name.
    pub fn flip(&self, name: &str) -> bool {
        let mut objects = lock(&self.state.objects);
        let Some(content) = objects.get_mut(name) else { return false };
        let middle = content.len() / 2;
        content[middle] ^= 0x10;
        true
    }

    /// Returns what an object holds.
    pub fn object(&self, name: &str) -> Option<Vec<u8>> {
        lock(&self.state.objects).get(name).cloned()
    }
}

impl State {
    fn serve(&self, stream: &TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream);
        loop {
            let request = read(&mut reader)?;
            let size = request.body.len() as u64;
            if self.is_lost(size) {
                return None;
            }
            self.received.fetch_add(size, Ordering::Relaxed);
            let answer = self.answer(&request);
            send(stream, &request, &answer, usize::MAX).ok()?;
        }
    }

    fn is_lost(&self, size: u64) -> bool {
        if let Some(left) = &mut *lock(&self.until_down) {
            match left.checked_sub(size) {
                Some(rest) => *left = rest,
                None => self.down.store(true, Ordering::Relaxed),
            }
        }
        self.down.load(Ordering::Relaxed)
    }

    fn answer(&self, request: &Request) -> Answer {
        let signed = request.headers.get("authorization").map_or("", String::as_str);
        let expected = format!("AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/");
        if !signed.starts_with(&expected) || !signed.contains("Signature=") {
            return refusal(403, "InvalidAccessKeyId");
        }
        let path = request.path.trim_start_matches('/');
        let (bucket, name) = path.split_once('/').unwrap_or((path, ""));
        if bucket != BUCKET {
            return refusal(404, "NoSuchBucket");
        }
        match request.method.as_str() {
            "GET" if name.is_empty() => self.list(&request.query),
            "GET" | "HEAD" => self.give(name, request.headers.get("range")),
            "PUT" => self.take(name, &request.body),
            "DELETE" => {
                lock(&self.objects).remove(name);
                Answer { status: 204, headers: Vec::new(), body: Vec::new() }
            }
            _ => refusal(501, "NotImplemented"),
        }
    }

    fn take(&self, name: &str, body: &[u8]) -> Answer {
        if let Some(room) = &mut *lock(&self.room) {
            match room.checked_sub(body.len() as u64) {
                Some(rest) => *room = rest,
                None => return refusal(403, "QuotaExceeded"),
            }
        }
        lock(&self.objects).insert(name.to_owned(), body.to_vec());
        Answer { status: 200, headers: vec![("ETag".into(), "\"0\"".into())], body: Vec::new() }
    }

    fn give(&self, name: &str, range: Option<&String>) -> Answer {
        let Some(content) = lock(&self.objects).get(name).cloned() else { return refusal(404, "NoSuchKey") };
        let headers = vec![("ETag".into(), "\"0\"".into())];
        let Some(range) = range.and_then(|range| range.strip_prefix("bytes=")) else {
            self.sent.fetch_add(content.len() as u64, Ordering::Relaxed);
            return Answer { status: 200, headers, body: content };
        };
        let (from, to) = range.split_once('-').unwrap_or((range, ""));
        let from: usize = from.parse().unwrap_or(0);
        let to = to.parse().map_or(content.len(), |to: usize| (to + 1).min(content.len()));
        if from >= to {
            return refusal(416, "InvalidRange");
        }
        let told = ("Content-Range".into(), format!("bytes {from}-{}/{}", to - 1, content.len()));
        self.sent.fetch_add((to - from) as u64, Ordering::Relaxed);
        Answer { status: 206, headers: [headers, vec![told]].concat(), body: content[from..to].to_vec() }
    }

    /// ListObjectsV2.
    fn list(&self, query: &BTreeMap<String, String>) -> Answer {
        let text = |name: &str| query.get(name).map_or("", String::as_str);
        let (prefix, delimiter) = (text("prefix"), text("delimiter"));
        let after = [text("continuation-token"), text("start-after")].into_iter().max().unwrap_or_default();
        let page = text("max-keys").parse().unwrap_or(PAGE).min(PAGE);
        let mut rows: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for (name, content) in lock(&self.objects).iter().filter(|(name, _)| name.starts_with(prefix)) {
            match name[prefix.len()..].split_once(delimiter).filter(|_| !delimiter.is_empty()) {
                Some((folder, _)) => rows.insert(format!("{prefix}{folder}{delimiter}"), None),
                None => rows.insert(name.clone(), Some(content.len())),
            };
        }
        let rest: Vec<(String, Option<usize>)> =
            rows.into_iter().filter(|(name, _)| name.as_str() > after).collect();
        let more = rest.len() > page;
        let mut body = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult>");
        let _written = write!(body, "<Name>{BUCKET}</Name><IsTruncated>{more}</IsTruncated>");
        for (name, size) in rest.iter().take(page) {
            let _written = match size {
                Some(size) => write!(
                    body,
                    "<Contents><Key>{name}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>\
                     <ETag>\"0\"</ETag><Size>{size}</Size></Contents>"
                ),
                None => write!(body, "<CommonPrefixes><Prefix>{name}</Prefix></CommonPrefixes>"),
            };
        }
        if let Some((last, _)) = rest.get(page.saturating_sub(1)).filter(|_| more) {
            let _written = write!(body, "<NextContinuationToken>{last}</NextContinuationToken>");
        }
        body.push_str("</ListBucketResult>");
        let headers = vec![("Content-Type".into(), "application/xml".into())];
        Answer { status: 200, headers, body: body.into_bytes() }
    }
}

fn refusal(status: u16, code: &str) -> Answer {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>");
    let headers = vec![("Content-Type".into(), "application/xml".into())];
    Answer { status, headers, body: body.into_bytes() }
}
