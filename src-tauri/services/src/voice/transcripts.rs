//! What is said in sounds of the library: mended by hand, written as files.

use std::path::Path;

use son1k_domain::Event;
use son1k_domain::id::SoundId;
use son1k_domain::unit::Seconds;
use son1k_domain::voice::{HeardLine, Transcript, TranscriptFormat};

use super::{invalid, subtitles};
use crate::export::write_whole;
use crate::{Error, Result, Services};

/// Most lines of a transcript: a day of one a second. And most characters of one.
const LINES: usize = 86_400;
const LINE: usize = 2_000;
/// Lengths are told in milliseconds here and there.
const ROUNDING: f64 = 0.001;

impl Services {
    /// Returns what is said in a sound; `None` before it was listened to.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown sound.
    pub async fn transcript(&self, sound: &SoundId) -> Result<Option<Transcript>> {
        self.library.known(sound).await?;
        Ok(self.store.transcript(sound).await?)
    }

    /// Keeps a transcript that was mended, in the order of its lines' starts; it comes back as `Event::SpeechHeard`.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for too many lines, lines that are too long, and times outside of the sound;
    /// [`Error::NotFound`] for an unknown sound.
    pub async fn set_transcript(&self, mut transcript: Transcript) -> Result<()> {
        let sound = self.library.known(&transcript.sound).await?;
        let heard = self.store.transcript(&transcript.sound).await?.map(|heard| heard.duration);
        if let Some(duration) = heard.or(sound.facts.duration) {
            transcript.duration = duration;
        }
        check(&transcript)?;
        transcript.lines.sort_by(|a, b| a.start.0.total_cmp(&b.start.0));
        transcript.edited = true;
        self.keep_transcript(transcript).await
    }

    pub(super) async fn keep_transcript(&self, transcript: Transcript) -> Result<()> {
        self.library.known(&transcript.sound).await?;
        self.store.save_transcript(&transcript).await?;
        self.events.send(Event::SpeechHeard(transcript));
        Ok(())
    }

    /// Writes what is said in a sound as a file. The file appears whole or not at all.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a path that is not absolute, [`Error::NotFound`] for an unknown sound or one that was
    /// not listened to, [`Error::Unwritable`], [`Error::DiskFull`].
    pub async fn export_transcript(
        &self,
        sound: &SoundId,
        format: TranscriptFormat,
        path: &str,
    ) -> Result<()> {
        if !Path::new(path).is_absolute() {
            return Err(invalid("path", path));
        }
        let known = self.library.known(sound).await?;
        let transcript = self.store.transcript(sound).await?;
        let transcript = transcript.ok_or(Error::NotFound { what: known.name })?;
        tokio::task::block_in_place(|| write_transcript(&transcript.lines, format, Path::new(path)))
    }
}

/// Writes lines as a file, whole or not at all.
///
/// # Errors
/// [`Error::Unwritable`], [`Error::DiskFull`].
pub fn write_transcript(lines: &[HeardLine], format: TranscriptFormat, path: &Path) -> Result<()> {
    write_whole(path, subtitles::write(lines, format).as_bytes())
}

fn check(transcript: &Transcript) -> Result<()> {
    if transcript.lines.len() > LINES {
        return Err(invalid("lines", transcript.lines.len()));
    }
    transcript.lines.iter().try_for_each(|line| check_line(line, transcript.duration))
}

fn check_line(line: &HeardLine, Seconds(duration): Seconds) -> Result<()> {
    if line.text.chars().count() > LINE {
        return Err(invalid("line", line.text.chars().take(40).collect::<String>()));
    }
    let within =
        |start: Seconds, end: Seconds| start.0 >= 0.0 && end.0 >= start.0 && end.0 <= duration + ROUNDING;
    let words =
        line.words.iter().all(|word| within(word.start, word.end) && (0.0..=1.0).contains(&word.confidence));
    match words && within(line.start, line.end) {
        true => Ok(()),
        false => Err(invalid("line_times", format!("{:.3}–{:.3} s", line.start.0, line.end.0))),
    }
}
