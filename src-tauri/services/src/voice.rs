//! Voices: texts spoken, speech written down, voices changed.
//!
//! Everything runs on this machine, with models of the shelf under its one budget; only the voices of `remote` do not.

mod boost;
pub(crate) mod booth;
mod casting;
mod converters;
mod converting;
mod delivering;
mod dictating;
mod listening;
mod live;
mod modulating;
mod narrator;
mod placing;
mod preparing;
mod preview;
mod profiles;
mod remote;
mod speaking;
mod stretches;
mod subtitles;
mod transcripts;
mod turning;

use son1k_domain::id::VoiceId;
use son1k_domain::setting::Language;
use son1k_domain::voice::{Accent, Gender, Pronunciation, SpeechRequest, Voice, VoiceSettings, limits};
use son1k_inference::catalogue;

use crate::{Error, Result, Services};

pub use converting::{Engine, Trouble as ConverterTrouble};
pub(crate) use dictating::Dictating;
pub use listening::Heard;
pub use live::LiveVoice;
pub use profiles::{Profiles, Trouble};
pub use remote::{Remote, Trouble as RemoteTrouble};
pub use speaking::Spoken;
pub use transcripts::write_transcript;

/// Entries of the shelf: what every voice needs, and what only English needs.
const SPEAKING: [&str; 3] = ["onnxruntime", "kokoro", "kokoro-voices"];
const ENGLISH: &str = "english";
/// The voice that speaks at once: an entry of the shelf of its own, and nothing that could be blended.
const INSTANT: &str = "hibari";
/// Ending of a voice among the files of its entry.
const ENDING: &str = ".bin";

/// Most words of a dictionary, and characters of each and of what it says.
const WORDS: usize = 1_000;
const WORD: usize = 200;

impl Services {
    /// Returns the voices that can speak here, and whether each has what it needs: stock voices, then the closest voices of
    /// profiles, then those of ElevenLabs. Nobody is asked for them.
    pub fn list_voices(&self) -> Vec<Voice> {
        let has = |ids: &[&str]| self.shelf.require_all(ids).is_ok();
        let (any, english) = (has(&SPEAKING), has(&[ENGLISH]));
        let ready = |language| any && (english || language != Language::En);
        let stock = voices().into_iter().map(|voice| Voice { ready: ready(voice.language), ..voice });
        let instant = instant();
        let instant = Voice { ready: has(&needs(&instant)), ..instant };
        let own = self.profile_voices(ready);
        stock.chain([instant]).chain(own).chain(self.remote.voices()).collect()
    }
}

/// Returns the voice that speaks at once.
fn instant() -> Voice {
    let accent = Accent::American;
    let (id, name) = (INSTANT.into(), "Hibari".to_owned());
    Voice { id, name, gender: Gender::Female, accent, language: Language::En, ready: false }
}

/// Returns the voices of the catalogue; whether they are ready is not looked at.
fn voices() -> Vec<Voice> {
    let entry = catalogue::entry(&"kokoro-voices".into());
    let files = entry.map(|entry| entry.files.as_slice()).unwrap_or_default();
    files.iter().filter_map(|file| voice(file.name.strip_suffix(ENDING)?)).collect()
}

/// Returns the voice of an id such as `bm_george`: its accent, its gender and its given name are in it.
fn voice(id: &str) -> Option<Voice> {
    let (kind, name) = id.split_once('_')?;
    let (accent, gender) = match kind.as_bytes() {
        [accent, gender] => (accent, gender),
        _ => return None,
    };
    let accent = match accent {
        b'a' => Accent::American,
        b'b' => Accent::British,
        b'e' => Accent::Spanish,
        _ => return None,
    };
    let gender = match gender {
        b'f' => Gender::Female,
        b'm' => Gender::Male,
        _ => return None,
    };
    let first = name.get(..1)?.to_uppercase();
    let name = format!("{first}{}", name.get(1..)?);
    Some(Voice { id: id.into(), name, gender, accent, language: accent.language()?, ready: false })
}

/// Returns the stock voice of an id.
///
/// # Errors
/// [`Error::InvalidField`].
fn find(id: &VoiceId) -> Result<Voice> {
    let mut stock = voices().into_iter().chain([instant()]);
    stock.find(|voice| voice.id == *id).ok_or_else(|| invalid("voice", id))
}

/// Returns what speaking with a voice needs of the shelf.
fn needs(voice: &Voice) -> Vec<&'static str> {
    if voice.id.as_str() == INSTANT {
        return vec![SPEAKING[0], INSTANT, ENGLISH];
    }
    let english = (voice.language == Language::En).then_some(ENGLISH);
    SPEAKING.into_iter().chain(english).collect()
}

/// Checks a wish before anything is done.
///
/// # Errors
/// [`Error::NothingToSay`], [`Error::TextTooLong`], [`Error::InvalidField`].
fn check(request: &SpeechRequest) -> Result<()> {
    if request.text.chars().count() > limits::CHARACTERS {
        return Err(Error::TextTooLong { limit: limits::CHARACTERS });
    }
    if !request.text.chars().any(char::is_alphanumeric) {
        return Err(Error::NothingToSay);
    }
    within("pace", request.speed, limits::SPEED)?;
    if request.voice.remote().is_some() {
        within("remote_pace", request.speed, limits::REMOTE_SPEED)?;
    }
    within("pauses", request.pauses, limits::PAUSES)?;
    if let Some(loudness) = request.loudness {
        within("speech_loudness", loudness.0, limits::LOUDNESS)?;
    }
    let VoiceSettings { style, stability, similarity_boost, use_speaker_boost: _ } = request.settings;
    within("voice_style", style, limits::SETTING)?;
    within("stability", stability, limits::SETTING)?;
    within("similarity_boost", similarity_boost, limits::SETTING)?;
    if request.dictionary.len() > WORDS {
        return Err(invalid("dictionary", request.dictionary.len()));
    }
    request.dictionary.iter().try_for_each(check_word)
}

fn check_word(Pronunciation { word, says }: &Pronunciation) -> Result<()> {
    let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= WORD;
    match fits(word) && fits(says) {
        true => Ok(()),
        false => Err(invalid("dictionary", word.chars().take(40).collect::<String>())),
    }
}

fn within(field: &str, value: f32, allowed: std::ops::RangeInclusive<f32>) -> Result<()> {
    if allowed.contains(&value) { Ok(()) } else { Err(invalid(field, value)) }
}

fn invalid(field: &str, value: impl ToString) -> Error {
    Error::InvalidField { field: field.to_owned(), value: value.to_string() }
}

/// Lets an engine of `inference` work under the progress of the use case.
fn hearing<T>(
    progress: &son1k_sound::Progress<'_>,
    work: impl FnOnce(&son1k_inference::Progress<'_>) -> son1k_inference::Result<T>,
) -> son1k_inference::Result<T> {
    work(&son1k_inference::Progress { report: progress.report, cancelled: progress.cancelled })
}

#[cfg(test)]
mod tests;
