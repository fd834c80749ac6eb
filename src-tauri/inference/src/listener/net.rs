//! The two nets: what is heard of a window, and the tokens that come of it.

use ort::session::{Session, SessionInputValue};
use ort::value::{DynValue, Tensor};

use super::spectrogram::{BANDS, FRAMES};
use super::vocabulary::{COUNT, END, NO_TIMES, START, TRANSCRIBE};

/// Layers of the decoder; the keys and values of each; its heads and their width.
const NOTHING: [usize; 5] = [6, 2, 8, 0, 64];

/// What the decoder attends to: the encoder's outputs under their names, which are also the decoder's inputs.
pub(super) struct Sound(Vec<(String, DynValue)>);

impl Sound {
    /// Hears a window, given its spectrogram.
    pub(super) fn hear(session: &mut Session, mel: Vec<f32>) -> ort::Result<Self> {
        let mel = Tensor::from_array(([1, BANDS, FRAMES], mel))?;
        let outputs = session.run(ort::inputs!["mel" => mel])?;
        Ok(Self(outputs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
    }
}

/// The decoder with the tokens that it was given so far.
pub(super) struct Decoder<'a> {
    session: &'a mut Session,
    sound: &'a Sound,
    memory: DynValue,
}

/// What a run of the decoder gives.
struct Answer {
    scores: Vec<f32>,
    alignment: Vec<f32>,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(session: &'a mut Session, sound: &'a Sound) -> ort::Result<Self> {
        Ok(Self { session, sound, memory: nothing()? })
    }

    /// Begins anew, and returns the scores of what follows the beginning alone: the language among them.
    pub(super) fn open(&mut self) -> ort::Result<Vec<f32>> {
        self.memory = nothing()?;
        Ok(self.run(&[START])?.scores)
    }

    /// Begins anew, and returns the scores of the text's first token.
    pub(super) fn begin(&mut self, language: u32) -> ort::Result<Vec<f32>> {
        self.memory = nothing()?;
        Ok(self.run(&prompt(language))?.scores)
    }

    /// Returns the scores of what follows another token.
    pub(super) fn next(&mut self, token: u32) -> ort::Result<Vec<f32>> {
        Ok(self.run(&[token])?.scores)
    }

    /// Returns where in the window each token of a finished text is heard: for each head of the alignment, for each token
    /// of [`prompt`], the text and the end, how much it attends to each place.
    pub(super) fn align(&mut self, language: u32, text: impl Iterator<Item = u32>) -> ort::Result<Vec<f32>> {
        self.memory = nothing()?;
        let tokens: Vec<u32> = prompt(language).into_iter().chain(text).chain([END]).collect();
        Ok(self.run(&tokens)?.alignment)
    }

    fn run(&mut self, tokens: &[u32]) -> ort::Result<Answer> {
        let tokens: Vec<i64> = tokens.iter().copied().map(i64::from).collect();
        let tokens = Tensor::from_array(([tokens.len()], tokens))?;
        let sound = self.sound.0.iter().map(|(name, value)| (name.as_str(), SessionInputValue::from(value)));
        let given = [("tokens", tokens.into()), ("memory", SessionInputValue::from(&self.memory))];
        let mut outputs = self.session.run(sound.chain(given).collect::<Vec<_>>())?;
        let values = |name: &str| Ok::<_, ort::Error>(outputs[name].try_extract_tensor::<f32>()?.1.to_vec());
        let answer = Answer { scores: values("logits")?, alignment: values("alignment")? };
        if answer.scores.len() != COUNT {
            return Err(ort::Error::new("it knows other tokens than Whisper base"));
        }
        if let Some(memory) = outputs.remove("memory_after") {
            self.memory = memory;
        }
        Ok(answer)
    }
}

fn nothing() -> ort::Result<DynValue> {
    Ok(Tensor::from_array((NOTHING, Vec::<f32>::new()))?.into_dyn())
}

/// Returns the tokens before a text.
fn prompt(language: u32) -> [u32; PROMPT] {
    [START, language, TRANSCRIBE, NO_TIMES]
}

/// Tokens before a text.
pub(super) const PROMPT: usize = 4;
