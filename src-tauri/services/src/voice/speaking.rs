//! Texts spoken into files, at once or as a job of the queue.

use std::path::{Path, PathBuf};

use son1k_domain::Event;
use son1k_domain::certificate::Making;
use son1k_domain::encoding::Encoding;
use son1k_domain::id::JobId;
use son1k_domain::job::{Priority, Stage, Work};
use son1k_domain::loudness::Loudness;
use son1k_domain::unit::Seconds;
use son1k_domain::voice::{SpeechMade, SpeechRequest, SpokenPhrase, Voice};
use son1k_inference::speaker::RATE;
use son1k_sound::encode::{Spec, Writer};
use son1k_sound::{Progress, SongTags};

use super::boost::Boost;
use super::casting::is_profile;
use super::check;
use super::delivering::{KEPT, RAW, Raw};
use super::narrator::Narrator;
use crate::birth::{Birth, sha256};
use crate::jobs::JobContext;
use crate::made::{Desk, MADE, cut};
use crate::{Error, Result, Services};

/// Of the whole, what speaking takes; the rest is for loudness and format.
const SPOKEN: f32 = 0.9;
/// Longest name of a sound that is taken from its text, in characters.
const NAME: usize = 48;

/// A text that was spoken into a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    pub duration: Seconds,
    /// In the order of the text.
    pub phrases: Vec<SpokenPhrase>,
    /// What the voice was given for each phrase, in Kokoro's alphabet; nothing for voices of ElevenLabs.
    pub phonemes: Vec<String>,
    /// As measured in the file.
    pub loudness: Loudness,
}

impl Services {
    /// Writes a text as it is spoken; brought to the wished loudness within 0.1 LU, and never over −1 dBTP. Phrases that
    /// were spoken before are taken from the result cache. Blocks; the file appears whole or not at all.
    ///
    /// # Errors
    /// [`Error::NothingToSay`] for a text without a word, [`Error::TextTooLong`], [`Error::InvalidField`],
    /// [`Error::NotFound`] and [`Error::Profiles`] for the voice of a profile, [`Error::Remote`] for one of ElevenLabs,
    /// [`Error::ModelMissing`], [`Error::ModelCorrupt`], [`Error::Runtime`], [`Error::OutOfReach`],
    /// [`Error::Unwritable`], [`Error::DiskFull`], [`Error::Cancelled`].
    pub fn speak_to_file(
        &self,
        request: &SpeechRequest,
        out: &Path,
        encoding: Encoding,
        progress: &Progress<'_>,
    ) -> Result<Spoken> {
        let narrator = self.narrator(request.clone())?;
        let raw = Raw::beside(out)?;
        let voice = request.voice.as_str();
        let text = sha256(request.text.as_bytes());
        let birth = Birth::new(Making::Spoken, narrator.engine(), voice, &text, narrator.consent())?;
        let said =
            progress.part(0.0, SPOKEN, |progress| narrate(&narrator, &birth, raw.file(), out, progress))?;
        let loudness = progress.part(SPOKEN, 1.0, |progress| {
            raw.deliver(out, encoding, request.loudness, Some(&birth), progress)
        })?;
        let (phrases, phonemes) = said.into_iter().unzip();
        Ok(Spoken { duration: loudness.duration, phrases, phonemes, loudness })
    }

    /// Queues a text to be spoken; the sound comes as `Event::SpeechMade`.
    ///
    /// # Errors
    /// [`Error::NothingToSay`], [`Error::TextTooLong`], [`Error::InvalidField`], [`Error::ModelMissing`],
    /// [`Error::ModelCorrupt`]; for the voice of a profile also [`Error::NotFound`] and
    /// [`Error::Profiles`], for one of ElevenLabs [`Error::Remote`].
    pub async fn speak(&self, request: SpeechRequest) -> Result<JobId> {
        check(&request)?;
        self.cast(&request.voice)?.require(&self.shelf)?;
        self.jobs()?.push(Work::Speak { request }, Priority::Pro).await
    }

    pub(crate) async fn run_speaking(&self, context: &JobContext, request: &SpeechRequest) -> Result<()> {
        let desk = Desk::new(&self.paths.voices)?;
        let file: PathBuf = desk.path().join("spoken.wav");
        let spoken = tokio::task::block_in_place(|| {
            let report = |done: f32| context.progress(Stage::Speaking, MADE * done);
            let progress = Progress { report: &report, cancelled: context.cancelled_flag() };
            self.speak_to_file(request, &file, KEPT, &progress)
        })?;
        context.progress(Stage::Saving, MADE);
        let place = tokio::task::block_in_place(|| desk.publish(&file, &file_name(&request.text)))?;
        let sound = self.take_made(context, place).await?;
        let made = SpeechMade { job: context.id.clone(), sound, phrases: spoken.phrases };
        self.events.send(Event::SpeechMade(made));
        Ok(())
    }
}

/// Speaks a text into a file of its own rate, marked, and returns where each phrase is and how it was read. Errors name
/// the file that was asked for.
fn narrate(
    narrator: &Narrator,
    birth: &Birth,
    raw: &Path,
    out: &Path,
    progress: &Progress<'_>,
) -> Result<Vec<(SpokenPhrase, String)>> {
    let writing = |error: son1k_sound::Error| Error::of_writing(out, error);
    let request = narrator.request();
    let all = request.text.chars().count().max(1) as f32;
    let tags = tags_of(narrator.voice(), &request.text);
    let spec = Spec { rate: RATE, channels: 1 };
    let mut writer = Writer::create(raw, spec, RAW, &tags, progress.cancelled).map_err(writing)?;
    let mut boost = narrator.is_boosted().then(|| Boost::new(RATE));
    let mut marker = birth.marker(RATE)?;
    let mut write = |mut samples: Vec<f32>| {
        boost.iter_mut().for_each(|boost| boost.run(&mut samples));
        let mut marked = Vec::new();
        marker.push(&samples, &mut marked);
        writer.write(&marked).map_err(writing)
    };
    let (mut phrases, mut frames, mut silence, mut read) = (Vec::new(), 0, 0, 0);
    progress.at(0.0)?;
    narrator.read(progress.cancelled, |said| {
        // Nothing is silent behind the last phrase.
        write(vec![0.0; silence])?;
        frames += silence;
        let start = seconds(frames);
        frames += said.samples.len();
        silence = (said.pause.0 * f64::from(RATE)).round() as usize;
        read += said.text.chars().count();
        phrases.push((SpokenPhrase { text: said.text, start, end: seconds(frames) }, said.phonemes));
        write(said.samples)?;
        Ok(progress.at((read as f32 / all).min(1.0))?)
    })?;
    if phrases.is_empty() {
        return Err(Error::NothingToSay);
    }
    let mut rest = Vec::new();
    marker.finish(&mut rest);
    writer.write(&rest).map_err(writing)?;
    writer.finish().map_err(writing)?;
    Ok(phrases)
}

fn seconds(frames: usize) -> Seconds {
    Seconds(frames as f64 / f64::from(RATE))
}

/// Says in the file itself that nobody spoke this.
pub(super) fn tags_of(voice: &Voice, text: &str) -> SongTags {
    SongTags {
        title: first_words(text),
        // A profile is called after a person, who did not say this.
        artist: if is_profile(&voice.id) { format!("≈ {}", voice.name) } else { voice.name.clone() },
        comment: format!("synthetic speech: Son1k Studio, voice {}", voice.id),
        ..SongTags::default()
    }
}

/// Returns the beginning of a text, as far as it fits a name: whole words, in one line.
fn first_words(text: &str) -> String {
    let mut name = String::new();
    for word in text.split_whitespace() {
        let length = name.chars().count() + word.chars().count();
        if length + 1 > NAME && !name.is_empty() {
            break;
        }
        if !name.is_empty() {
            name.push(' ');
        }
        name.extend(word.chars().filter(|sign| !sign.is_control() && *sign != '*'));
    }
    let end = name.char_indices().nth(NAME).map_or(name.len(), |(end, _)| end);
    let name =
        name[..end].trim_end_matches(|sign: char| !sign.is_alphanumeric() && !"?!)»”\"'".contains(sign));
    name.trim().to_owned()
}

/// Returns the name of the file of a text, without an ending: what every file system takes.
fn file_name(text: &str) -> String {
    let refused = |sign: char| sign.is_control() || r#"/\:*?"<>|"#.contains(sign);
    let name: String = first_words(text).chars().map(|sign| if refused(sign) { ' ' } else { sign }).collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = cut(name.trim_matches(['.', ' '])).to_owned();
    if name.is_empty() { "Son1k".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_is_named_after_its_first_words_as_every_file_system_takes_them() {
        let long = "Buenas noches, esta es la radio de la ciudad y suena hasta el amanecer.";
        for (text, name) in [
            ("Hello there. How are you?", "Hello there. How are you"),
            ("  ¿Qué tal?\n\nBien.  ", "¿Qué tal Bien"),
            (long, "Buenas noches, esta es la radio de la ciudad y"),
            ("AC/DC: \"live\" <1991>", "AC DC live 1991"),
            ("*very* loud", "very loud"),
            ("...", "Son1k"),
            ("../../etc", "etc"),
        ] {
            assert_eq!(file_name(text), name, "{text}");
        }
        assert_eq!(file_name(&"a".repeat(1_000)).len(), NAME);
        assert!(file_name(&"ñ".repeat(1_000)).len() <= 180);
        assert_eq!(first_words("¿Qué tal? Bien."), "¿Qué tal? Bien");
    }
}
