//! Questions to a service, answered whole. A key is shown to whom it belongs and to nobody else: redirects are not
//! followed, and only a test speaks without TLS.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};

use crate::{Error, Result};

const CONNECTING: Duration = Duration::from_secs(15);
/// A service that says nothing for so long is taken for dead.
const SILENCE: Duration = Duration::from_secs(60);
/// Where nobody can listen in.
const THIS_MACHINE: &str = "http://127.0.0.1:";

/// What is asked. It holds a key, so it has no `Debug`.
pub struct Question<'a> {
    pub url: &'a str,
    /// The name of a header and what it says.
    pub key: Option<(&'static str, &'a str)>,
    /// What is posted; without it, the question is a GET.
    pub json: Option<Vec<u8>>,
    /// Longest answer that is taken, in bytes.
    pub limit: usize,
}

/// What a service said, whatever it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// How long it wants to be left alone.
    pub retry_after: Option<Duration>,
    pub body: Vec<u8>,
}

/// Asks once and waits for the whole answer.
///
/// # Errors
/// [`Error::Network`] when the question never arrived, [`Error::Cut`] when it may have and the answer did not,
/// [`Error::Unexpected`] for an answer that is too long.
pub async fn ask(question: &Question<'_>) -> Result<Answer> {
    let url = question.url.to_owned();
    let sent = request(question)?.send().await;
    let mut response = sent.map_err(|error| match error.is_connect() || error.is_builder() {
        true => Error::Network { url: url.clone(), reason: cause(&error) },
        false => Error::Cut { url: url.clone(), reason: cause(&error) },
    })?;
    let (status, retry_after) = (response.status().as_u16(), retry_after(&response));
    let mut body = Vec::new();
    let cut = |error| Error::Cut { url: url.clone(), reason: cause(&error) };
    while let Some(chunk) = response.chunk().await.map_err(cut)? {
        if body.len() + chunk.len() > question.limit {
            let expected = format!("at most {} bytes", question.limit);
            return Err(Error::Unexpected { file: url, expected, found: "more".into() });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, retry_after, body })
}

fn request(question: &Question<'_>) -> Result<RequestBuilder> {
    let failed = |reason: String| Error::Network { url: question.url.to_owned(), reason };
    let client = Client::builder()
        .https_only(!question.url.starts_with(THIS_MACHINE))
        .redirect(Policy::none())
        .connect_timeout(CONNECTING)
        .read_timeout(SILENCE)
        .user_agent(concat!("son1k/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| failed(cause(&error)))?;
    let mut request = match &question.json {
        Some(json) => client.post(question.url).header(CONTENT_TYPE, "application/json").body(json.clone()),
        None => client.get(question.url),
    };
    if let Some((name, key)) = question.key {
        // The text of this error would not hold the key, but neither does it help.
        let mut value =
            HeaderValue::from_str(key).map_err(|_| failed("the key is no text of one line".into()))?;
        value.set_sensitive(true);
        request = request.header(name, value);
    }
    Ok(request)
}

/// RFC 9110 §10.2.3, in seconds; a date is as good as nothing said.
fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

/// Returns the innermost cause: the outer texts of the HTTP client only repeat the address.
pub(crate) fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
