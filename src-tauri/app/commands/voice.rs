//! Texts spoken, speech written down, voices changed.

use son1k_domain::conversion::{Conversion, PresetConversion};
use son1k_domain::converter::{Converter, Toward};
use son1k_domain::id::{ConverterId, JobId, SoundId};
use son1k_domain::setting::Language;
use son1k_domain::unit::Seconds;
use son1k_domain::voice::{SpeechRequest, Transcript, TranscriptFormat, Voice};

use super::Studio;
use crate::error::{Result, Worded};

#[tauri::command]
#[specta::specta]
pub async fn list_voices(studio: Studio<'_>) -> Result<Vec<Voice>> {
    Ok(studio.list_voices())
}

/// Speaks a text; it comes as `Event::SpeechMade`.
#[tauri::command]
#[specta::specta]
pub async fn speak(studio: Studio<'_>, request: SpeechRequest) -> Result<JobId> {
    studio.speak(request).await.worded(&studio)
}

/// Speaks a short text at once, while the rest of it is made; `stop` ends it.
#[tauri::command]
#[specta::specta]
pub async fn preview_voice(studio: Studio<'_>, request: SpeechRequest) -> Result {
    studio.preview_voice(request).await.worded(&studio)
}

/// Speaks the beginning of a text before anybody asks for it, so that it is heard at once when they do.
#[tauri::command]
#[specta::specta]
pub async fn prepare_voice(studio: Studio<'_>, request: SpeechRequest) -> Result {
    studio.prepare_voice(request).await.worded(&studio)
}

/// Listens for what is said in a sound; it comes as `Event::SpeechHeard` and replaces what was heard earlier. Without a
/// language, the one that is heard.
#[tauri::command]
#[specta::specta]
pub async fn hear_speech(studio: Studio<'_>, sound: SoundId, language: Option<Language>) -> Result<JobId> {
    studio.hear_speech(sound, language).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn get_transcript(studio: Studio<'_>, sound: SoundId) -> Result<Option<Transcript>> {
    studio.transcript(&sound).await.worded(&studio)
}

/// Keeps a transcript that was mended; it comes back as `Event::SpeechHeard`.
#[tauri::command]
#[specta::specta]
pub async fn set_transcript(studio: Studio<'_>, transcript: Transcript) -> Result {
    studio.set_transcript(transcript).await.worded(&studio)
}

/// Writes what is said in a sound as a text or as subtitles.
#[tauri::command]
#[specta::specta]
pub async fn export_transcript(
    studio: Studio<'_>,
    sound: SoundId,
    format: TranscriptFormat,
    path: String,
) -> Result {
    studio.export_transcript(&sound, format, &path).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn list_presets(studio: Studio<'_>) -> Result<Vec<PresetConversion>> {
    Ok(studio.list_presets())
}

/// Makes a sound with its voice changed; it comes as `Event::SoundsMade`.
#[tauri::command]
#[specta::specta]
pub async fn modulate_sound(studio: Studio<'_>, sound: SoundId, conversion: Conversion) -> Result<JobId> {
    studio.modulate(sound, conversion).await.worded(&studio)
}

/// Puts a sound on a track of its own of the take on the lanes; it comes as a take beside that one.
#[tauri::command]
#[specta::specta]
pub async fn put_on_track(studio: Studio<'_>, sound: SoundId, at: Seconds) -> Result<JobId> {
    studio.put_on_track(sound, at).await.worded(&studio)
}

/// Plays some seconds of a sound with its voice changed, from where the playhead is in it; the sound as it is, is side A
/// of the comparison.
#[tauri::command]
#[specta::specta]
pub async fn preview_modulation(studio: Studio<'_>, sound: SoundId, conversion: Conversion) -> Result {
    studio.preview_modulation(&sound, conversion).await.worded(&studio)
}

/// Makes a sound with its voice turned toward that of a profile; it comes as `Event::SoundsMade`.
#[tauri::command]
#[specta::specta]
pub async fn modulate_toward(studio: Studio<'_>, sound: SoundId, toward: Toward) -> Result<JobId> {
    studio.modulate_toward(sound, toward).await.worded(&studio)
}

/// Plays some seconds of a sound with its voice turned toward that of a profile, against the sound as it is.
#[tauri::command]
#[specta::specta]
pub async fn preview_toward(studio: Studio<'_>, sound: SoundId, toward: Toward) -> Result {
    studio.preview_toward(&sound, toward).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn list_converters(studio: Studio<'_>) -> Result<Vec<Converter>> {
    Ok(studio.list_converters())
}

/// Copies a converter into the studio; it comes as `Event::ConvertersListed`.
#[tauri::command]
#[specta::specta]
pub async fn add_converter(studio: Studio<'_>, path: String) -> Result<ConverterId> {
    studio.add_converter(&path).await.worded(&studio)
}

/// Lets go of a converter; it goes as `Event::ConvertersListed`.
#[tauri::command]
#[specta::specta]
pub async fn remove_converter(studio: Studio<'_>, converter: ConverterId) -> Result {
    studio.remove_converter(&converter).await.worded(&studio)
}
