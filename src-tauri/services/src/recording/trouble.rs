//! What can go wrong while recording.

use son1k_audio::recorder::Cut;
use son1k_domain::ErrorCode;
use son1k_domain::recording::limits;

use crate::Error;

/// Why nothing can be, or is no longer, recorded as it should be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Trouble {
    #[error("no input could be opened: {0}")]
    NoInput(String),
    #[error("the output for count and monitor could not be opened: {0}")]
    NoOutput(String),
    #[error("no input is open")]
    Closed,
    #[error("a take is being recorded")]
    Recording,
    /// The input has only so many.
    #[error("the input has {0} channels")]
    Channels(u16),
    #[error("{0} beats cannot be counted in")]
    Count(u8),
    #[error("a tempo of {0} cannot be counted")]
    Tempo(f32),
    #[error("there is no room for a recording")]
    NoRoom,
    /// There is room for so many seconds.
    #[error("there is room for {0} s")]
    LittleRoom(u32),
    #[error("the disk is full")]
    Full,
    #[error("the take could not be written: {0}")]
    Disk(String),
    #[error("the input was lost: {0}")]
    Lost(String),
    #[error("the output was lost: {0}")]
    Unheard(String),
    #[error("parts of the input were lost")]
    Dropped,
    /// So many seconds are silent in the take.
    #[error("{0} s of the input were lost")]
    Missing(f64),
    /// While a voice was heard live.
    #[error("the microphone was lost: {0}")]
    VoiceLost(String),
    /// There is no output on which a live voice could be heard, or no more.
    #[error("the voice cannot be heard: {0}")]
    VoiceUnheard(String),
}

impl Trouble {
    /// Returns the code that shells and scripts see.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoInput(_) | Self::NoOutput(_) | Self::Closed | Self::VoiceUnheard(_) => {
                ErrorCode::NoAudioDevice
            }
            Self::Recording | Self::Dropped | Self::Missing(_) => ErrorCode::Busy,
            Self::Channels(_) | Self::Count(_) | Self::Tempo(_) => ErrorCode::InvalidField,
            Self::NoRoom | Self::LittleRoom(_) | Self::Full => ErrorCode::DiskFull,
            Self::Disk(_) => ErrorCode::Unwritable,
            Self::Lost(_) | Self::Unheard(_) | Self::VoiceLost(_) => ErrorCode::AudioDeviceLost,
        }
    }

    /// Says whether the input can be had with these settings at all.
    pub(super) fn check(settings: &son1k_domain::recording::InputSettings) -> Result<(), Self> {
        if !(1..=limits::CHANNELS).contains(&settings.channels) {
            return Err(Self::Channels(limits::CHANNELS));
        }
        if settings.count_in_beats > limits::COUNT_IN_BEATS {
            return Err(Self::Count(settings.count_in_beats));
        }
        if !limits::BPM.contains(&settings.bpm.0) {
            return Err(Self::Tempo(settings.bpm.0));
        }
        Ok(())
    }

    /// Returns what ended a take.
    pub(super) fn of_cut(cut: Cut) -> Self {
        match cut {
            Cut::Full => Self::Full,
            Cut::Disk(reason) => Self::Disk(reason),
            Cut::Lost(reason) => Self::Lost(reason),
            Cut::Unheard(reason) => Self::Unheard(reason),
        }
    }
}

/// Returns the error of the recorder when `device` is what it could not open.
pub(crate) fn of_engine(error: son1k_audio::Error, device: fn(String) -> Trouble) -> Error {
    match error {
        son1k_audio::Error::Device(reason) => device(reason).into(),
        son1k_audio::Error::Channels(count) => Trouble::Channels(count).into(),
        son1k_audio::Error::Recording => Trouble::Recording.into(),
        other => other.into(),
    }
}
