//! Voices of ElevenLabs: the key, the account, and what speaking costs.

use son1k_domain::id::VoiceId;
use son1k_domain::voice::{RemoteAccount, SpeechCost, SpeechRequest};

use super::Studio;
use crate::error::{Result, Worded};

/// Looks at the account and at its voices, which come as `Event::VoicesListed`; without a key there is none.
#[tauri::command]
#[specta::specta]
pub async fn remote_account(studio: Studio<'_>) -> Result<Option<RemoteAccount>> {
    studio.remote_account().await.worded(&studio)
}

/// Tries a key and keeps it in the keychain of the system; nothing gives it out again.
#[tauri::command]
#[specta::specta]
pub async fn set_remote_key(studio: Studio<'_>, key: String) -> Result {
    studio.set_remote_key(&key).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn forget_remote_key(studio: Studio<'_>) -> Result {
    studio.forget_remote_key().await.worded(&studio)
}

/// Returns what speaking a text will cost, before anything of it is spoken.
#[tauri::command]
#[specta::specta]
pub async fn get_speech_cost(studio: Studio<'_>, request: SpeechRequest) -> Result<SpeechCost> {
    studio.speech_cost(&request).await.worded(&studio)
}

/// Lets the sample of a voice of ElevenLabs be heard, which costs nothing; `stop` ends it.
#[tauri::command]
#[specta::specta]
pub async fn hear_voice_sample(studio: Studio<'_>, voice: VoiceId) -> Result {
    studio.hear_voice_sample(&voice).await.worded(&studio)
}
