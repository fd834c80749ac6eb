//! Speaking and listening beside the same models in Python, every program on the same two cores in turn.

mod rivals;
pub(super) mod talker;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::reading::sentences;
use super::words::{Errors, Language, compare, words};
use crate::error::{Error, Result, io};
use crate::repository::Repository;
use rivals::Rivals;
use talker::Talker;

/// What is spoken at once, in sentences, and how often in each language. What comes of it are the clips that are heard.
const SENTENCES: usize = 12;
const TEXTS: usize = 5;
/// Single sentences in each language for the first sound.
const FIRSTS: usize = 10;
/// How often a program is started from nothing.
const COLD: usize = 3;
/// A listener works through windows of this many seconds.
const WINDOW: f64 = 30.0;

/// For a language: who reads the texts, who the single sentences, and who those that are prepared, so that nothing of them
/// is in the cache of results.
const VOICES: [(Language, &str, &str, &str); 2] = [
    (Language::English, "af_heart", "am_michael", "bf_emma"),
    (Language::Spanish, "ef_dora", "em_alex", "em_santa"),
];

/// The voice that speaks at once; Python has no other of that kind.
const INSTANT: &str = "hibari";

/// A text that was spoken, and how long both programs took.
struct Spoken {
    language: Language,
    sound: PathBuf,
    text: String,
    duration: f64,
    took: Round,
}

/// Seconds that the studio took for something, and Python with Kokoro as it is published.
type Round = [f64; 2];

/// Real-time factor, first sound and memory beside Python's ONNX Runtime; speed and word errors beside faster-whisper.
pub fn bench(repository: &Repository) -> Result<String> {
    super::build(
        repository,
        "son1k and its voices",
        &["-p", "son1k-cli", "--bin", "son1k", "--example", "voices"],
    )?;
    let rivals = Rivals::install(repository)?;
    let folder = repository.workshop().join("bench").join("voice");
    let _none_at_the_first_run = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(io("make the folder of the bench"))?;
    let desk = Desk { repository, rivals: &rivals, folder: &folder };
    let cold = desk.cold()?;
    let speech = desk.speak()?;
    let listened = desk.listen(&speech.spoken)?;
    Ok(format!("{}\n{listened}", speaking(&speech, &cold)))
}

/// Everything that was measured of speaking with the models in the room.
struct Speech {
    spoken: Vec<Spoken>,
    firsts: Vec<(Language, Vec<Round>)>,
    /// First sounds of texts that rested a moment before somebody asked for them, as the window has it, in seconds.
    prepared: Vec<(Language, Vec<f64>)>,
    /// First sounds of the voice that is there for that, in seconds.
    instant: Vec<f64>,
    /// Peaks in MiB.
    memory: Round,
}

struct Desk<'a> {
    repository: &'a Repository,
    rivals: &'a Rivals,
    folder: &'a Path,
}

impl Desk<'_> {
    /// Opens the studio without a window, as it is when a musician has it open.
    fn studio(&self, data: &str) -> Result<Talker> {
        let program = format!("release/examples/voices{}", std::env::consts::EXE_SUFFIX);
        let mut command = self.repository.command(self.repository.target.join(program));
        command.arg(self.folder.join(data));
        Talker::start("son1k", command)
    }

    fn kokoro(&self) -> Result<Talker> {
        Talker::start("onnxruntime", self.rivals.kokoro(self.repository))
    }

    /// Returns what the studio tells of a text that it spoke.
    fn say(&self, studio: &mut Talker, voice: &str, text: &str, name: &str) -> Result<Value> {
        studio.ask(&json!({ "speak": text, "voice": voice, "out": self.folder.join(name) }))
    }

    fn repeat(&self, kokoro: &mut Talker, voice: &str, phonemes: &Value) -> Result<Value> {
        let style = self.repository.weights().join(format!("kokoro-voices/{voice}.bin"));
        kokoro.ask(&json!({ "style": style, "phonemes": phonemes }))
    }

    /// From the start of a program to its first sound.
    fn cold(&self) -> Result<Vec<Round>> {
        let (_, _, voice, _) = VOICES[0];
        let sentence = sentences(self.repository, Language::English)?.pop().unwrap_or_default();
        let mut firsts = Vec::new();
        for round in 0..COLD {
            println!("  … first sound from nothing, {} of {COLD}", round + 1);
            let mut studio = self.studio(&format!("cold-{round}"))?;
            let said = self.say(&mut studio, voice, &sentence, "cold.wav")?;
            let ours = studio.opening.as_secs_f64() + number_of(&said, "first")?;
            drop(studio);
            let mut kokoro = self.kokoro()?;
            let repeated = self.repeat(&mut kokoro, voice, &said["phonemes"])?;
            firsts.push([ours, kokoro.opening.as_secs_f64() + number_of(&repeated, "first")?]);
        }
        Ok(firsts)
    }

    fn speak(&self) -> Result<Speech> {
        let (mut studio, mut kokoro) = (self.studio("data")?, self.kokoro()?);
        let (mut spoken, mut firsts) = (Vec::new(), Vec::new());
        for (language, voice, other, _) in VOICES {
            let sentences = sentences(self.repository, language)?;
            // Models and lexicon are in the room before anything counts.
            self.say_both(&mut studio, &mut kokoro, voice, ("1 2 3", "warm.wav"))?;
            for (number, part) in sentences.chunks(SENTENCES).take(TEXTS).enumerate() {
                println!("  … speaking {}, text {} of {TEXTS}", language.code(), number + 1);
                let (text, name) = (part.join("\n\n"), format!("{}-{number}.wav", language.code()));
                let (said, repeated) = self.say_both(&mut studio, &mut kokoro, voice, (&text, &name))?;
                spoken.push(Spoken {
                    language,
                    sound: self.folder.join(name),
                    text,
                    duration: number_of(&said, "duration")?,
                    took: times("elapsed", &said, &repeated)?,
                });
            }
            let mut of_language = Vec::new();
            for sentence in sentences.iter().take(FIRSTS) {
                let (said, repeated) =
                    self.say_both(&mut studio, &mut kokoro, other, (sentence, "first.wav"))?;
                of_language.push(times("first", &said, &repeated)?);
            }
            firsts.push((language, of_language));
        }
        let (instant, prepared) = (self.instant(&mut studio)?, self.prepared(&mut studio)?);
        let memory = [studio.memory(), kokoro.memory()];
        Ok(Speech { spoken, firsts, prepared, instant, memory })
    }

    fn instant(&self, studio: &mut Talker) -> Result<Vec<f64>> {
        let mut say = |text: &str| self.say(studio, INSTANT, text, "instant.wav");
        say("1 2 3")?;
        let sentences = sentences(self.repository, Language::English)?;
        sentences.iter().take(FIRSTS).map(|sentence| number_of(&say(sentence)?, "first")).collect()
    }

    fn prepared(&self, studio: &mut Talker) -> Result<Vec<(Language, Vec<f64>)>> {
        let out = self.folder.join("prepared.wav");
        let mut say = |voice: &str, sentence: &String| {
            let wish = json!({ "speak": sentence, "voice": voice, "out": out, "prepared": true });
            number_of(&studio.ask(&wish)?, "first")
        };
        let of_language = |(language, _, _, voice)| {
            let sentences = sentences(self.repository, language)?;
            let firsts = sentences.iter().take(FIRSTS).map(|sentence| say(voice, sentence));
            Ok((language, firsts.collect::<Result<_>>()?))
        };
        VOICES.into_iter().map(of_language).collect()
    }

    /// Lets the studio say a text, and Python the phonemes of it.
    fn say_both(
        &self,
        studio: &mut Talker,
        kokoro: &mut Talker,
        voice: &str,
        (text, name): (&str, &str),
    ) -> Result<(Value, Value)> {
        let said = self.say(studio, voice, text, name)?;
        let repeated = self.repeat(kokoro, voice, &said["phonemes"])?;
        Ok((said, repeated))
    }

    fn listen(&self, clips: &[Spoken]) -> Result<String> {
        let mut ears = [
            Ear {
                name: "son1k transcribe",
                talker: self.studio("data")?,
                asks: json!({}),
                heard: Vec::new(),
            },
            Ear {
                name: "faster-whisper base int8, beam 1, voice activity, word times: the same work",
                talker: Talker::start("faster-whisper", self.rivals.whisper(self.repository))?,
                asks: json!({ "beam": 1, "gate": true, "times": true }),
                heard: Vec::new(),
            },
            Ear {
                name: "faster-whisper base int8, as it comes (beam 5)",
                talker: Talker::start("faster-whisper", self.rivals.whisper(self.repository))?,
                asks: json!({ "beam": 5, "gate": false, "times": false }),
                heard: Vec::new(),
            },
        ];
        // The first clip once without counting: models are in the room then.
        if let Some(first) = clips.first() {
            ears.iter_mut().try_for_each(|ear| ear.hear(first).map(drop))?;
        }
        for (number, clip) in clips.iter().enumerate() {
            println!("  … hearing clip {} of {}", number + 1, clips.len());
            // Each is the first in turn.
            for turn in 0..ears.len() {
                let ear = (number + turn) % ears.len();
                let heard = ears[ear].hear(clip)?;
                ears[ear].heard.push(heard);
            }
        }
        Ok(listening(&ears, clips))
    }
}

/// A program that listens.
struct Ear {
    name: &'static str,
    talker: Talker,
    asks: Value,
    /// Of each clip: seconds for 30 s of it, and the errors.
    heard: Vec<(f64, Errors)>,
}

impl Ear {
    fn hear(&mut self, clip: &Spoken) -> Result<(f64, Errors)> {
        let mut ask = self.asks.clone();
        ask["hear"] = json!(clip.sound);
        ask["language"] = json!(clip.language.code());
        let answer = self.talker.ask(&ask)?;
        let heard = words(answer["text"].as_str().unwrap_or_default(), clip.language);
        let errors = compare(&words(&clip.text, clip.language), &heard);
        Ok((WINDOW * number_of(&answer, "elapsed")? / clip.duration, errors))
    }
}

fn number_of(answer: &Value, name: &str) -> Result<f64> {
    answer[name]
        .as_f64()
        .ok_or_else(|| Error::new(format!("a program did not tell {name}"), answer.to_string()))
}

fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn times(name: &str, ours: &Value, theirs: &Value) -> Result<Round> {
    Ok([number_of(ours, name)?, number_of(theirs, name)?])
}

/// Words what was taken; ratios are the medians of those of each round.
fn beside(rounds: &[Round], word: fn(f64) -> String) -> String {
    let taken = |program: usize| word(median(rounds.iter().map(|round| round[program])));
    let ratio = median(rounds.iter().map(|[ours, theirs]| theirs / ours));
    format!("{} | {} | {ratio:.2} ×", taken(0), taken(1))
}

fn speaking(Speech { spoken, firsts, prepared, instant, memory }: &Speech, cold: &[Round]) -> String {
    let millis = |seconds: f64| format!("{:.0} ms", 1e3 * seconds);
    let mut table = format!(
        "### Speaking: {TEXTS} texts of {SENTENCES} sentences in each language (medians)\n\n\
         son1k reads a text into a file; onnxruntime in Python makes samples of its phonemes, with Kokoro as it is \
         published. × is to son1k.\n\n\
         | what | son1k | onnxruntime in Python | |\n|---|---|---|---|\n"
    );
    for language in Language::BOTH {
        let of = spoken.iter().filter(|one| one.language == language);
        let factors: Vec<Round> = of.map(|one| one.took.map(|took| took / one.duration)).collect();
        let factors = beside(&factors, |factor| format!("{factor:.3}"));
        table += &format!("| real-time factor, {} | {factors} |\n", language.code());
    }
    for (language, firsts) in firsts {
        let firsts = beside(firsts, millis);
        table += &format!(
            "| first sound, {FIRSTS} sentences, {}, model in the room | {firsts} |\n",
            language.code()
        );
    }
    for (language, prepared) in prepared {
        let prepared = millis(median(prepared.iter().copied()));
        table += &format!(
            "| first sound, {FIRSTS} sentences, {}, prepared while the text rested | {prepared} | | |\n",
            language.code()
        );
    }
    let instant = millis(median(instant.iter().copied()));
    table +=
        &format!("| first sound of Hibari, {FIRSTS} sentences, en, model in the room | {instant} | | |\n");
    table += &format!("| first sound from nothing, {COLD} starts | {} |\n", beside(cold, millis));
    table + &format!("| peak memory | {} |\n", beside(&[*memory], |memory| format!("{memory:.0} MiB")))
}

fn listening(ears: &[Ear], clips: &[Spoken]) -> String {
    let all: f64 = clips.iter().map(|clip| clip.duration).sum();
    let mut table = format!(
        "### Listening: {} clips of speech, {all:.0} s (medians)\n\n\
         | program | for 30 s | to ours | word errors, en | word errors, es | peak memory |\n|---|---|---|---|---|---|\n",
        clips.len()
    );
    let ours: Vec<f64> = ears[0].heard.iter().map(|(time, _)| *time).collect();
    for ear in ears {
        let time = median(ear.heard.iter().map(|(time, _)| *time));
        let ratio = median(ear.heard.iter().zip(&ours).map(|((theirs, _), ours)| theirs / ours));
        let rates = Language::BOTH.map(|language| {
            let mut errors = Errors::default();
            let of = ear.heard.iter().zip(clips).filter(|(_, clip)| clip.language == language);
            of.for_each(|((_, one), _)| errors.add(one.clone()));
            format!("{:.1} %", 100.0 * errors.rate())
        });
        let memory = ear.talker.memory();
        table += &format!(
            "| {} | {time:.2} s | {ratio:.2} × | {} | {memory:.0} MiB |\n",
            ear.name,
            rates.join(" | ")
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_the_median_of_the_rounds_and_not_of_the_medians() {
        let rounds = [[1.0, 2.0], [2.0, 2.0], [10.0, 40.0]];
        assert_eq!(beside(&rounds, |value| format!("{value}")), "2 | 2 | 2.00 ×");
        assert_eq!(median([]), 0.0);
    }

    #[test]
    fn a_table_tells_all_programs_and_their_ratios() {
        let one = |language| Spoken {
            language,
            sound: PathBuf::new(),
            text: String::new(),
            duration: 10.0,
            took: [2.0, 3.0],
        };
        let speech = Speech {
            spoken: Language::BOTH.map(one).into(),
            firsts: vec![(Language::English, vec![[0.3, 0.6]])],
            prepared: vec![(Language::English, vec![0.01])],
            instant: vec![0.02],
            memory: [200.0, 300.0],
        };
        let table = speaking(&speech, &[[1.0, 1.5]]);
        assert!(table.contains("| real-time factor, es | 0.200 | 0.300 | 1.50 × |"), "{table}");
        assert!(table.contains("model in the room | 300 ms | 600 ms | 2.00 × |"), "{table}");
        assert!(table.contains("| peak memory | 200 MiB | 300 MiB | 1.50 × |"), "{table}");
    }
}
