//! A service that speaks as much of ElevenLabs' REST interface as the studio asks for, with the bad days of a real one.
//! Its voice is a tone.

use std::collections::VecDeque;
use std::io::{self, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

use crate::http::{Answer, Request, lock, read, send};

/// The only key that is taken.
pub const KEY: &str = "sk_4f1e9ab03c77d6528e";
/// The voice that has a sample, and the one that speaks Spanish.
pub const RACHEL: &str = "21m00Tcm4TlvDq8ikWAM";
pub const MATEO: &str = "Mateo0123456789abcde";
/// Characters that the plan has, and how many of them are used at first.
pub const LIMIT: u64 = 10_000;
pub const USED: u64 = 1_500;

/// Of the tone: its rate, its pitch in hertz, and how many characters are a second of it.
const RATE: usize = 24_000;
const PITCH: f64 = 220.0;
const PACE: usize = 15;

/// What becomes of one request for speech.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Spoken,
    /// 429, with the wish to be asked again at once.
    Busy,
    /// 503, without it.
    Down,
    /// 401 with `quota_exceeded`.
    Quota,
    /// The line is cut half-way through the sound.
    Cut,
    /// A fifth of the sound, as if that were all.
    Truncated,
}

#[derive(Default)]
struct State {
    fates: Mutex<VecDeque<Fate>>,
    wishes: Mutex<Vec<Wish>>,
    billed: Mutex<u64>,
    mp3: Mutex<Option<Vec<u8>>>,
    unseen: Mutex<bool>,
}

/// A request for speech as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    pub voice: String,
    pub format: String,
    pub body: Value,
}

/// The service, at work until the test's process ends.
pub struct Speaker {
    address: String,
    state: Arc<State>,
}

impl Speaker {
    /// Opens one that is well.
    pub fn open() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let host = listener.local_addr()?.to_string();
        let state = Arc::new(State::default());
        let (own, name) = (state.clone(), host.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, host) = (own.clone(), name.clone());
                thread::spawn(move || state.serve(&stream, &host));
            }
        });
        Ok(Self { address: format!("http://{host}/v1"), state })
    }

    /// Returns the address that a program is told.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Says what becomes of the next requests for speech; those behind them are spoken.
    pub fn decide(&self, fates: &[Fate]) {
        lock(&self.state.fates).extend(fates);
    }

    /// Lets the plan have no plain samples, but this.
    pub fn give_mp3(&self, sound: Vec<u8>) {
        *lock(&self.state.mp3) = Some(sound);
    }

    /// Lets the key speak and list voices, but not look at the account.
    pub fn hide_account(&self) {
        *lock(&self.state.unseen) = true;
    }

    /// Returns the requests for speech, those that were refused among them.
    pub fn wishes(&self) -> Vec<Wish> {
        lock(&self.state.wishes).clone()
    }

    /// Returns the characters that were billed.
    pub fn billed(&self) -> u64 {
        *lock(&self.state.billed)
    }
}

impl State {
    fn serve(&self, stream: &TcpStream, host: &str) -> Option<()> {
        let mut reader = BufReader::new(stream);
        loop {
            let request = read(&mut reader)?;
            let (answer, whole) = self.answer(&request, host);
            let bytes = if whole { usize::MAX } else { answer.body.len() / 2 };
            send(stream, &request, &answer, bytes).ok()?;
            if !whole {
                return None;
            }
        }
    }

    /// Returns the answer, and whether it is sent to its end.
    fn answer(&self, request: &Request, host: &str) -> (Answer, bool) {
        let path: Vec<&str> = request.path.trim_matches('/').split('/').collect();
        if path == ["samples", "rachel"] {
            return (sound(wav(&tone(2 * RATE))), true);
        }
        if request.headers.get("xi-api-key").map(String::as_str) != Some(KEY) {
            return (refusal(401, "invalid_api_key", "Invalid API key"), true);
        }
        match (request.method.as_str(), &path[..]) {
            ("GET", ["v1", "voices"]) => (facts(&voices(host)), true),
            ("GET", ["v1", "user", "subscription"]) if *lock(&self.unseen) => (
                refusal(401, "missing_permissions", "The API key is missing the permission user_read."),
                true,
            ),
            ("GET", ["v1", "user", "subscription"]) => {
                let used = USED + *lock(&self.billed);
                (
                    facts(&json!({ "tier": "starter", "character_count": used, "character_limit": LIMIT })),
                    true,
                )
            }
            ("POST", ["v1", "text-to-speech", voice, "stream"]) => self.speak(voice, request),
            _ => (refusal(404, "not_found", "Not Found"), true),
        }
    }

    fn speak(&self, voice: &str, request: &Request) -> (Answer, bool) {
        let format = request.query.get("output_format").cloned().unwrap_or_default();
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let characters = body["text"].as_str().unwrap_or_default().chars().count();
        lock(&self.wishes).push(Wish { voice: voice.to_owned(), format: format.clone(), body });
        let mp3 = lock(&self.mp3).clone();
        if mp3.is_some() && format.starts_with("pcm") {
            return (refusal(403, "output_format_not_allowed", "Only on the Pro tier and above"), true);
        }
        let mut samples = mp3.unwrap_or_else(|| pcm(&tone(characters * RATE / PACE)));
        let fate = lock(&self.fates).pop_front().unwrap_or(Fate::Spoken);
        match fate {
            Fate::Busy => {
                let mut answer = refusal(429, "too_many_concurrent_requests", "Too many concurrent requests");
                answer.headers.push(("Retry-After".into(), "0".into()));
                return (answer, true);
            }
            Fate::Down => return (refusal(503, "system_busy", "Try again"), true),
            Fate::Quota => return (refusal(401, "quota_exceeded", "You have 3 credits remaining"), true),
            Fate::Spoken | Fate::Cut | Fate::Truncated => *lock(&self.billed) += characters as u64,
        }
        if fate == Fate::Truncated {
            samples.truncate(samples.len() / 10 * 2);
        }
        (sound(samples), fate != Fate::Cut)
    }
}

fn voices(host: &str) -> Value {
    json!({ "voices": [
        {
            "voice_id": RACHEL, "name": "Rachel", "category": "premade",
            "labels": { "accent": "american", "gender": "female", "language": "en", "use_case": "narration" },
            "preview_url": format!("http://{host}/samples/rachel"),
        },
        {
            "voice_id": MATEO, "name": "Mateo", "category": "cloned",
            "labels": { "accent": "mexican", "gender": "male" }, "preview_url": null,
        },
        { "voice_id": "../../etc", "name": "No voice", "labels": {} },
    ] })
}

fn facts(value: &Value) -> Answer {
    let headers = vec![("Content-Type".into(), "application/json".into())];
    Answer { status: 200, headers, body: value.to_string().into_bytes() }
}

fn refusal(status: u16, kind: &str, message: &str) -> Answer {
    Answer { status, ..facts(&json!({ "detail": { "status": kind, "message": message } })) }
}

fn sound(body: Vec<u8>) -> Answer {
    Answer { status: 200, headers: vec![("Content-Type".into(), "audio/pcm".into())], body }
}

fn tone(frames: usize) -> Vec<i16> {
    let sample = |frame: usize| (frame as f64 / RATE as f64 * PITCH * std::f64::consts::TAU).sin() * 12_000.0;
    (0..frames).map(|frame| sample(frame) as i16).collect()
}

fn pcm(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
}

fn wav(samples: &[i16]) -> Vec<u8> {
    let (data, rate) = (pcm(samples), RATE as u32);
    let mut file = Vec::with_capacity(data.len() + 44);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + data.len() as u32).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend_from_slice(&rate.to_le_bytes());
    file.extend_from_slice(&(2 * rate).to_le_bytes());
    file.extend_from_slice(b"\x02\0\x10\0data");
    file.extend_from_slice(&(data.len() as u32).to_le_bytes());
    file.extend_from_slice(&data);
    file
}
