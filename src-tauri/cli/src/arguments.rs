//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{elevenlabs, history, master, modulate, speak, transcribe, verify, voices};

/// Son1k Studio without a window: songs from words, offline.
#[derive(Debug, Parser)]
#[command(name = "son1k", version, about)]
pub struct Arguments {
    /// Keep everything (database, cache, logs, projects) in this folder.
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a song from a prompt in Spanish or English.
    Generate(Box<Wish>),
    /// Bring sound files to a loudness, under a true peak, measured again as they were written.
    Master(master::Wish),
    /// Measure loudness and peaks of sound files: ITU-R BS.1770-4, EBU R 128.
    Measure(Measuring),
    /// Take clicks, hum, noise and silence out of a sound, and fade its ends.
    Clean(Box<Clean>),
    /// Take the noise out of a voice.
    Denoise(Denoise),
    /// Split a song into voice and backing.
    Split(Split),
    /// Write the notes of a sound as a MIDI file.
    Notes(Notes),
    /// Speak a text with one of the voices, in English or Spanish.
    Speak(Box<speak::Wish>),
    /// List the voices that can speak.
    Voices(voices::Wish),
    /// Voices of your ElevenLabs account: what they say is sent there, and billed there.
    Elevenlabs(elevenlabs::Wish),
    /// Write down what is said in a recording.
    Transcribe(transcribe::Wish),
    /// Make a voice another one: pitch, formants, effects.
    Modulate(Box<modulate::Wish>),
    /// Say whether a sound is marked as synthetic, and what its certificate says.
    Verify(verify::Wish),
    /// Draw the spectrogram of a whole sound file as a picture.
    Spectrogram(Drawing),
    /// Say what works on this machine, what is missing, and how to mend it.
    Doctor {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// The past of a project: keep versions of any folder, go back, branch and merge.
    History(Box<history::Past>),
    /// The library of your own sounds.
    Library {
        #[command(subcommand)]
        action: LibraryAction,
    },
    /// Hear files: loudness, tempo, key, and what they sound like.
    Analyze {
        #[arg(required = true, value_name = "FILES")]
        files: Vec<PathBuf>,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// The models, sound banks and libraries the studio uses.
    Models {
        #[command(subcommand)]
        action: ModelsAction,
    },
}

impl Command {
    pub fn wants_json(&self) -> bool {
        match self {
            Self::Generate(wish) => wish.json,
            Self::Master(wish) => wish.json,
            Self::Measure(wish) => wish.json,
            Self::Clean(wish) => wish.json,
            Self::Denoise(wish) => wish.json,
            Self::Split(wish) => wish.json,
            Self::Notes(wish) => wish.json,
            Self::Speak(wish) => wish.json,
            Self::Voices(wish) => wish.json,
            Self::Elevenlabs(wish) => wish.json,
            Self::Transcribe(wish) => wish.json,
            Self::Modulate(wish) => wish.json,
            Self::Verify(wish) => wish.json,
            Self::Spectrogram(wish) => wish.json,
            Self::Doctor { json } => *json,
            Self::History(past) => past.json,
            Self::Models { action: ModelsAction::List { json } } => *json,
            Self::Models { action: ModelsAction::Fetch { .. } } => false,
            Self::Library {
                action: LibraryAction::Import { json, .. } | LibraryAction::Search { json, .. },
            } => *json,
            Self::Analyze { json, .. } => *json,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum LibraryAction {
    /// Take files and whole folders in; they stay where they are.
    Import {
        #[arg(required = true, value_name = "PATHS")]
        paths: Vec<PathBuf>,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Find sounds by the beginnings of words, tempo, key or loudness.
    Search {
        #[arg(default_value = "")]
        text: String,
        /// Print at most so many.
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: u32,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum ModelsAction {
    /// List what is there and what is missing.
    List {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Fetch what is missing: the named entries, or all.
    Fetch { ids: Vec<String> },
}

#[derive(Debug, Args)]
pub struct Measuring {
    /// WAV, AIFF, CAF, FLAC, MP3, AAC, ALAC, Vorbis, MKV or MP4.
    #[arg(required = true, value_name = "FILES")]
    pub files: Vec<PathBuf>,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    pub json: bool,
    /// With --json: also loudness over time, a value every 100 ms.
    #[arg(long, requires = "json")]
    pub curve: bool,
}

#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct Wish {
    /// What you hear, in your own words; `-` reads it from standard input.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub prompt: String,
    /// A text file with lyrics, kept with the song.
    #[arg(long, value_name = "FILE")]
    pub lyrics: Option<PathBuf>,
    /// reggaeton, trap, house, synthwave, lo-fi, pop, rock, ambient, jazz or cinematic.
    #[arg(long)]
    pub style: Option<String>,
    /// Tempo in beats a minute, 40 to 240.
    #[arg(long, value_name = "N")]
    pub bpm: Option<String>,
    /// Such as "A minor", "F# dorian", "sol mayor".
    #[arg(long)]
    pub key: Option<String>,
    /// Length in seconds, 10 to 600.
    #[arg(long, value_name = "SECONDS")]
    pub duration: Option<String>,
    /// The same request with the same seed gives the same file.
    #[arg(long, value_name = "N")]
    pub seed: Option<String>,
    /// How many takes to make, 1 to 8.
    #[arg(long, value_name = "N")]
    pub variations: Option<String>,
    /// The file to write; its ending chooses WAV, FLAC, MP3 (192 kb/s) or OGG. Without it: a WAV named after the song.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Also write one WAV a track into this folder.
    #[arg(long, value_name = "DIR")]
    pub stems: Option<PathBuf>,
    /// Also write the score as a MIDI file.
    #[arg(long, value_name = "FILE")]
    pub midi: Option<PathBuf>,
    /// Print one JSON object instead of words.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct Clean {
    /// A recording of any length, rate and channels: WAV, AIFF, CAF, FLAC, MP3, AAC, ALAC, Vorbis or Opus.
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// The file to write; its ending chooses WAV, FLAC, MP3 (192 kb/s) or OGG.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Mend clicks and crackle.
    #[arg(long)]
    pub declick: bool,
    /// Filter the hum of the mains: whichever is heard, or only that of 50 or 60 Hz.
    #[arg(long, value_name = "MAINS", num_args = 0..=1, default_missing_value = "heard")]
    pub hum: Option<String>,
    /// Take noise out with the model that hears voices; so much of its work is kept, 0 to 1.
    #[arg(long, value_name = "SHARE", num_args = 0..=1, default_missing_value = "1")]
    pub denoise: Option<String>,
    /// Cut the silence off before and behind the sound.
    #[arg(long)]
    pub trim: bool,
    /// Length of the fade at the beginning.
    #[arg(long, value_name = "SECONDS", default_value = "0")]
    pub fade_in: String,
    /// Length of the fade at the end.
    #[arg(long, value_name = "SECONDS", default_value = "0")]
    pub fade_out: String,
    /// Print one JSON object instead of words.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct Denoise {
    /// A recording of a voice: WAV, AIFF, FLAC, MP3, AAC, ALAC or Vorbis.
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// The file to write; its ending chooses WAV, FLAC, MP3 (192 kb/s) or OGG.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// How far noise is turned down at most, in decibels, 0 to 100.
    #[arg(long, value_name = "DB", default_value = "100")]
    pub strength: String,
    /// Print one JSON object instead of words.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Split {
    /// A song: WAV, AIFF, FLAC, MP3, AAC, ALAC or Vorbis.
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// The folder for vocals.wav and backing.wav.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Print one JSON object instead of words.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct Notes {
    /// An instrument or a voice: WAV, AIFF, FLAC, MP3, AAC, ALAC or Vorbis.
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// The MIDI file to write.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// How sure the beginning of a note must be, 0 to 1.
    #[arg(long, value_name = "N", default_value = "0.5")]
    pub onset: String,
    /// How sure a note must be to last, 0 to 1.
    #[arg(long, value_name = "N", default_value = "0.3")]
    pub frame: String,
    /// Shorter notes are left out.
    #[arg(long, value_name = "MILLISECONDS", default_value = "128")]
    pub shortest: String,
    /// Print one JSON object, with the notes and the beats, instead of words.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Drawing {
    /// Any sound file that the studio reads.
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// The picture to write: 20 Hz to 20 kHz from bottom to top, −110 to 0 dBFS from black to white.
    #[arg(long, value_name = "PNG")]
    pub out: PathBuf,
    /// Columns of the picture, 1 to 16384.
    #[arg(long, value_name = "PIXELS", default_value = "1600")]
    pub width: String,
    /// Rows of the picture, 2 to 4096.
    #[arg(long, value_name = "PIXELS", default_value = "512")]
    pub height: String,
    /// Draw on the processor, also where there is a GPU.
    #[arg(long)]
    pub cpu: bool,
    /// Print one JSON object instead of words.
    #[arg(long)]
    pub json: bool,
}
