//! Text made ready to be spoken: numbers and signs in words, sentences parted into phrases, phrases into phonemes.
//!
//! Nothing here knows a sound, a model or a file. Phonemes are those of Kokoro-82M's alphabet (misaki's for English, the
//! International Phonetic Alphabet for Spanish).

mod dictionary;
mod english;
mod error;
mod phrase;
mod spanish;
mod text;
mod written;

pub use english::{English, Sources};
pub use error::{Error, Result};
pub use phrase::{Phrase, Reader};
pub use written::{Written, written};
