//! What is said to ElevenLabs, and what it answers: their REST interface, version 1
//! (elevenlabs.io/docs/api-reference).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use son1k_platform::web::{Answer, Question, ask};

use super::Trouble;

const ADDRESS: &str = "https://api.elevenlabs.io/v1";
const HEADER: &str = "xi-api-key";
/// Speaks 29 languages, English and Spanish among them; one character costs one.
pub(super) const MODEL: &str = "eleven_multilingual_v2";

/// Tries of one question, when the service wants it to be put later.
const ATTEMPTS: u32 = 4;
/// Wait after the first of them, where the service names none; doubled after each further one.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Who is told to wait longer tells the musician.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Bytes of the longest answers: of facts, and of sound (20 minutes of it).
const FACTS: usize = 8 << 20;
const SOUND: usize = 64 << 20;
/// Characters of what the service says about a refusal.
const TOLD: usize = 300;

/// Shorter and longer ones are none.
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 16..=200;

/// A key, which nothing writes down.
pub(super) struct Key(String);

impl Key {
    /// Returns the key that was typed.
    ///
    /// # Errors
    /// [`Trouble::NotAKey`].
    pub(super) fn new(text: &str) -> Result<Self, Trouble> {
        let text = text.trim();
        match KEY_LENGTHS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            true => Ok(Self(text.to_owned())),
            false => Err(Trouble::NotAKey),
        }
    }

    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}

/// A voice as the service describes it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Described {
    pub(super) voice_id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) labels: Option<Labels>,
    #[serde(default)]
    pub(super) preview_url: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Labels {
    pub(super) gender: Option<String>,
    pub(super) accent: Option<String>,
    pub(super) language: Option<String>,
}

#[derive(Deserialize)]
struct Voices {
    voices: Vec<Described>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Subscription {
    /// Characters that were used of the limit.
    pub(super) character_count: u64,
    pub(super) character_limit: u64,
}

/// What is to be said, and how.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Wish {
    pub(super) text: String,
    pub(super) model_id: &'static str,
    pub(super) voice_settings: Settings,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) previous_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_text: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Settings {
    pub(super) stability: f32,
    pub(super) similarity_boost: f32,
    pub(super) style: f32,
    pub(super) use_speaker_boost: bool,
    pub(super) speed: f32,
}

/// Speech as it came.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Speech {
    /// 16 bits, mono, 24 kHz.
    Pcm(Vec<u8>),
    Mp3(Vec<u8>),
}

/// Why one attempt failed.
enum Setback {
    /// The plan of the account does not have this format.
    Format,
    /// The service wants to be asked later, and may say when.
    Later(Trouble, Option<Duration>),
    Final(Trouble),
}

impl Setback {
    fn trouble(self) -> Trouble {
        match self {
            Self::Format => Trouble::Plan("the format of the sound".into()),
            Self::Later(trouble, _) | Self::Final(trouble) => trouble,
        }
    }
}

/// Speaks with the service.
pub(super) struct Client {
    address: String,
    /// Some plans have no plain samples; those get MP3 from then on.
    no_pcm: AtomicBool,
}

impl Client {
    /// Speaks with another address than that of ElevenLabs, if there is one.
    pub(super) fn new(address: Option<String>) -> Self {
        let address = address.unwrap_or_else(|| ADDRESS.to_owned());
        Self { address, no_pcm: AtomicBool::new(false) }
    }

    /// Returns the name of the key in the keychain: a key is for one address and is shown to no other.
    pub(super) fn key_name(&self) -> String {
        let host = self.address.split("://").last().and_then(|rest| rest.split('/').next());
        format!("{} key", host.unwrap_or_default())
    }

    /// Returns the voices of an account.
    pub(super) async fn voices(&self, key: &Key) -> Result<Vec<Described>, Trouble> {
        Ok(self.facts::<Voices>("voices", key).await?.voices)
    }

    /// Returns what is left on an account.
    pub(super) async fn subscription(&self, key: &Key) -> Result<Subscription, Trouble> {
        self.facts("user/subscription", key).await
    }

    /// Speaks. Its answer comes while the voice still speaks: where nothing comes any more, the line is dead. Whatever may
    /// have been billed is not asked for again.
    pub(super) async fn speak(&self, voice: &str, wish: &Wish, key: &Key) -> Result<Speech, Trouble> {
        let json = serde_json::to_vec(wish).map_err(|error| Trouble::Refused(error.to_string()))?;
        let path = |format: &str| format!("text-to-speech/{voice}/stream?output_format={format}");
        if !self.no_pcm.load(Ordering::Relaxed) {
            match self.patiently(&path("pcm_24000"), key, Some(&json), SOUND).await {
                Ok(bytes) => return Ok(Speech::Pcm(bytes)),
                Err(Setback::Format) => self.no_pcm.store(true, Ordering::Relaxed),
                Err(setback) => return Err(setback.trouble()),
            }
        }
        let spoken = self.patiently(&path("mp3_44100_128"), key, Some(&json), SOUND).await;
        spoken.map(Speech::Mp3).map_err(Setback::trouble)
    }

    /// Returns the sample of a voice, which is for everybody: no key is shown, and nothing is billed.
    pub(super) async fn sample(&self, url: &str, name: &str) -> Result<Vec<u8>, Trouble> {
        let answer = ask(&Question { url, key: None, json: None, limit: SOUND }).await.map_err(told)?;
        if answer.status == 200 { Ok(answer.body) } else { Err(Trouble::NoSample(name.to_owned())) }
    }

    async fn facts<T: DeserializeOwned>(&self, path: &str, key: &Key) -> Result<T, Trouble> {
        let bytes = self.patiently(path, key, None, FACTS).await.map_err(Setback::trouble)?;
        serde_json::from_slice(&bytes).map_err(|error| {
            tracing::warn!(%error, path, "not what ElevenLabs promises to answer");
            Trouble::Refused("an answer that is not understood".into())
        })
    }

    /// Asks, and asks again when the service wants that.
    async fn patiently(
        &self,
        path: &str,
        key: &Key,
        json: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<u8>, Setback> {
        let url = format!("{}/{path}", self.address);
        let mut wait = FIRST_WAIT;
        for _ in 1..ATTEMPTS {
            match once(&url, key, json, limit).await {
                Err(Setback::Later(_, asked)) if asked.is_none_or(|asked| asked <= LONGEST_WAIT) => {
                    tokio::time::sleep(asked.unwrap_or(wait)).await;
                    wait *= 2;
                }
                done => return done,
            }
        }
        once(&url, key, json, limit).await
    }
}

async fn once(url: &str, key: &Key, json: Option<&[u8]>, limit: usize) -> Result<Vec<u8>, Setback> {
    let json = json.map(<[u8]>::to_vec);
    let question = Question { url, key: Some((HEADER, key.secret())), json, limit };
    let answer = ask(&question).await.map_err(|error| Setback::Final(told(error)))?;
    if answer.status == 200 { Ok(answer.body) } else { Err(refusal(&answer, key)) }
}

fn told(error: son1k_platform::Error) -> Trouble {
    use son1k_platform::Error as E;
    match error {
        E::Network { reason, .. } => Trouble::Offline(reason),
        E::Cut { reason, .. } => Trouble::Cut(reason),
        other => Trouble::Refused(other.to_string()),
    }
}

#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    detail: serde_json::Value,
}

/// Tells what a refusal means. Of one status there are several: a key that is wrong, one that may not do this and an
/// account that is used up are all 401.
fn refusal(answer: &Answer, key: &Key) -> Setback {
    let detail = serde_json::from_slice::<Refusal>(&answer.body).unwrap_or_default().detail;
    let field = |name: &str| detail.get(name).and_then(|value| value.as_str());
    let status = field("status").or(field("code")).unwrap_or_default();
    // Wrong fields come as a list, and some refusals as a bare text.
    let message = field("message").or(detail.as_str()).map_or_else(|| detail.to_string(), str::to_owned);
    let message: String = message.replace(key.secret(), "…").chars().take(TOLD).collect();
    let code = answer.status;
    Setback::Final(match status {
        "output_format_not_allowed" => return Setback::Format,
        "quota_exceeded" => Trouble::Quota,
        "missing_permissions" => Trouble::NotAllowed(message),
        "voice_not_found" => Trouble::NoVoice(String::new()),
        _ => match code {
            401 => Trouble::WrongKey,
            402 | 403 => Trouble::Plan(message),
            404 => Trouble::NoVoice(String::new()),
            429 => return Setback::Later(Trouble::Busy, answer.retry_after),
            500.. => return Setback::Later(Trouble::Down(code), answer.retry_after),
            _ => Trouble::Refused(message),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "sk_0123456789abcdef0123";

    fn trouble(status: u16, body: &str) -> String {
        let answer = Answer { status, retry_after: None, body: body.as_bytes().to_vec() };
        format!("{:?}", refusal(&answer, &Key::new(KEY).unwrap()).trouble())
    }

    #[test]
    fn each_refusal_is_told_by_what_it_says_and_never_says_the_key() {
        let said = |status: &str| format!(r#"{{"detail":{{"status":"{status}","message":"about {KEY}"}}}}"#);
        for (code, status, expected) in [
            (401, "invalid_api_key", "WrongKey"),
            (401, "quota_exceeded", "Quota"),
            (401, "missing_permissions", "NotAllowed(\"about …\")"),
            (402, "payment_required", "Plan(\"about …\")"),
            (400, "voice_not_found", "NoVoice(\"\")"),
            (429, "too_many_concurrent_requests", "Busy"),
            (429, "quota_exceeded", "Quota"),
            (503, "", "Down(503)"),
            (400, "max_character_limit_exceeded", "Refused(\"about …\")"),
        ] {
            assert_eq!(trouble(code, &said(status)), expected, "{code} {status}");
        }
        let fields = r#"{"detail":[{"loc":["body","text"],"msg":"field required"}]}"#;
        assert!(trouble(422, fields).contains("field required"));
        assert_eq!(trouble(400, r#"{"detail":"no"}"#), "Refused(\"no\")");
        assert_eq!(trouble(502, "<html>"), "Down(502)");
    }

    #[test]
    fn only_a_text_of_one_line_is_a_key() {
        assert_eq!(Key::new(&format!(" {KEY}\n")).unwrap().secret(), KEY);
        for wrong in ["", "short", "sk_0123456789 abcdef", "sk_0123456789\u{e9}abcdef", &"a".repeat(201)] {
            assert!(matches!(Key::new(wrong), Err(Trouble::NotAKey)), "{wrong}");
        }
    }

    #[test]
    fn a_key_is_kept_for_one_address() {
        assert_eq!(Client::new(None).key_name(), "api.elevenlabs.io key");
        assert_eq!(Client::new(Some("http://127.0.0.1:81/v1".into())).key_name(), "127.0.0.1:81 key");
    }
}
