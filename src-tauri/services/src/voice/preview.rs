//! Voices heard at once: a text while the rest of it is still made, and some seconds of a sound as they would be changed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use son1k_audio::player::{Listening, SoundFile};
use son1k_domain::conversion::Conversion;
use son1k_domain::id::SoundId;
use son1k_domain::loudness::Loudness;
use son1k_domain::playback::{Compared, Queue, QueueEntry, Side};
use son1k_domain::unit::Seconds;
use son1k_domain::voice::SpeechRequest;
use son1k_inference::speaker;
use son1k_sound::encode::{Spec, Writer};
use son1k_sound::{Progress, Reader, Resampler, SAMPLE_RATE, SongTags};
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::boost::Boost;
use super::booth::Booth;
use super::delivering::RAW;
use super::modulating::{self, Original, convert};
use super::narrator::{Narrator, Said};
use crate::listening::gains;
use crate::measuring::measure_file;
use crate::playback::Turn;
use crate::{Error, Result, Services, Transport};

/// Sentences that are made ahead of the one that is heard; of those that cost something, one: what nobody hears is not paid
/// for.
const AHEAD: usize = 8;
const AHEAD_PAID: usize = 1;
/// How often it is looked whether the next one is wanted yet.
const LOOK: Duration = Duration::from_millis(100);
/// As much of a sound as is changed to be tried, in seconds.
const TRIED: f64 = 12.0;
/// Peaks of what is tried at most: a changed voice may go over full scale, and nothing limits it here.
const PEAK: f32 = 0.9;

/// What is previewed, for as long as nothing else is.
pub(super) struct Preview {
    /// Gone with it.
    _files: TempDir,
    /// When it is the voice of a sound that is tried.
    pub(super) tried: Option<Tried>,
}

/// A stretch of a sound whose voice is tried.
#[derive(Debug, Clone)]
pub(super) struct Tried {
    sound: SoundId,
    /// Where it begins in the sound.
    from: Seconds,
    /// When it was put under the playhead.
    turn: Turn,
}

impl Services {
    /// Speaks a text at once: its first phrase is heard while the rest is made, sentence by sentence. It returns when the
    /// first phrase can be heard. Whatever else is played, or a stop, ends it.
    ///
    /// # Errors
    /// [`Error::NothingToSay`], [`Error::TextTooLong`], [`Error::InvalidField`], [`Error::ModelMissing`],
    /// [`Error::ModelCorrupt`], [`Error::Runtime`], [`Error::Remote`], [`Error::NoAudioDevice`].
    pub async fn preview_voice(&self, request: SpeechRequest) -> Result<()> {
        let transport = self.transport()?;
        let narrator = tokio::task::block_in_place(|| self.narrator(request))?;
        let files = self.preview_folder()?;
        let reading = Reading::new(transport, self.booth.clone(), files, &narrator);
        let (started, begun) = oneshot::channel();
        tokio::task::spawn_blocking(move || reading.run(&narrator, started));
        begun.await.map_err(|_| Error::Internal("the preview ended before it began".into()))?
    }

    /// Plays some seconds of a sound with its voice changed, from where the playhead is in it; as it is, it is side A of
    /// the comparison.
    ///
    /// # Errors
    /// As [`Services::modulate_to_file`], and [`Error::SoundMissing`], [`Error::NoAudioDevice`].
    pub async fn preview_modulation(&self, sound: &SoundId, conversion: Conversion) -> Result<()> {
        modulating::check(&conversion)?;
        let change = |original: &Original, progress: &Progress<'_>| convert(original, &conversion, progress);
        self.try_change(sound, change).await
    }

    /// Plays some seconds of a sound as they are, side A, and as they would be.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::SoundMissing`], [`Error::NoAudioDevice`], [`Error::ModelMissing`],
    /// [`Error::ModelCorrupt`], and those of the change.
    pub(super) async fn try_change(
        &self,
        sound: &SoundId,
        change: impl FnOnce(&Original, &Progress<'_>) -> Result<Vec<f32>>,
    ) -> Result<()> {
        let transport = self.transport()?;
        let source = self.library.present(sound).await?;
        self.shelf.require_all(&modulating::NEEDS)?;
        let (from, position) = self.tried_before(&transport, sound);
        let title = source.tags.title.trim();
        let name = if title.is_empty() { source.name.clone() } else { title.to_owned() };
        let files = self.preview_folder()?;
        let sides = tokio::task::block_in_place(|| {
            self.try_voice(Path::new(&source.path), from, change, files.path())
        })?;
        let turn = compare(&transport, sides, &name, position)?;
        let tried = Some(Tried { sound: sound.clone(), from, turn });
        self.booth.keep(Preview { _files: files, tried });
        transport.start()
    }

    /// Returns where the stretch begins that is tried, and where in it the playhead is, if it is in it.
    fn tried_before(&self, transport: &Transport, sound: &SoundId) -> (Seconds, Option<Seconds>) {
        let before = self.booth.tried();
        match before.filter(|tried| tried.sound == *sound && transport.is_turn(tried.turn)) {
            Some(tried) => (tried.from, Some(transport.frame().position)),
            None => (transport.place_in(&[sound]).0.unwrap_or(Seconds(0.0)), None),
        }
    }

    /// Makes both sides of the comparison: the stretch as it is, and as it would be.
    fn try_voice(
        &self,
        input: &Path,
        from: Seconds,
        change: impl FnOnce(&Original, &Progress<'_>) -> Result<Vec<f32>>,
        folder: &Path,
    ) -> Result<[PathBuf; 2]> {
        let nobody = AtomicBool::new(false);
        let quiet = Progress { report: &|_| (), cancelled: &nobody };
        let stereo = stretch(input, from)?;
        let original = self.original(&stereo, &quiet)?;
        let mut changed = change(&original, &quiet)?;
        let peak = changed.iter().fold(PEAK, |peak: f32, sample| peak.max(sample.abs()));
        changed.iter_mut().for_each(|sample| *sample *= PEAK / peak);
        let sides = [folder.join("as it is.wav"), folder.join("changed.wav")];
        for (samples, path) in [&original.mono, &changed].into_iter().zip(&sides) {
            write(samples, SAMPLE_RATE, path)?;
        }
        Ok(sides)
    }

    /// Plays a file that is not of the library.
    ///
    /// # Errors
    /// [`Error::NoAudioDevice`], [`Error::NotFound`], [`Error::SoundRefused`].
    pub(super) fn hear_file(&self, path: PathBuf, name: &str, duration: Seconds) -> Result<()> {
        let transport = self.transport()?;
        let listening = Listening { crossfade: Seconds(0.0), repeat: false, ..transport.listening() };
        let entry = QueueEntry { sound: None, version: None, name: name.to_owned(), duration };
        {
            let _turn = transport.turn();
            let file = SoundFile { path, duration: Some(duration) };
            transport.player().load_sounds(vec![file], 0, listening)?;
            transport.put_queue(queue_of(vec![entry], listening, None));
        }
        transport.start()
    }

    /// Plays a sound that is in no file.
    ///
    /// # Errors
    /// [`Error::NoAudioDevice`], [`Error::SoundRefused`], [`Error::Unwritable`].
    pub(super) fn hear_bytes(&self, sound: &[u8], name: &str) -> Result<()> {
        let files = self.preview_folder()?;
        let path = files.path().join("sample");
        std::fs::write(&path, sound).map_err(|error| Error::writing(&path, error))?;
        let reader = Reader::open(&path).map_err(|error| Error::of_reading(&path, error))?;
        let duration = reader.facts().duration.unwrap_or(Seconds(0.0));
        self.hear_file(path, name, duration)?;
        self.booth.keep(Preview { _files: files, tried: None });
        Ok(())
    }

    fn preview_folder(&self) -> Result<TempDir> {
        let folder = &self.paths.cache;
        let made = tempfile::Builder::new().prefix("preview-").tempdir_in(folder);
        made.map_err(|error| Error::writing(folder, error))
    }
}

/// A text on its way from the voice to the ear.
struct Reading {
    transport: Arc<Transport>,
    booth: Arc<Booth>,
    /// Of the booth, once something is heard.
    files: Option<TempDir>,
    folder: PathBuf,
    boost: Option<Boost>,
    ahead: usize,
    parts: usize,
    turn: Option<Turn>,
    samples: Vec<f32>,
    text: String,
}

impl Reading {
    fn new(transport: Arc<Transport>, booth: Arc<Booth>, files: TempDir, narrator: &Narrator) -> Self {
        Self {
            transport,
            booth,
            folder: files.path().to_owned(),
            files: Some(files),
            boost: narrator.is_boosted().then(|| Boost::new(speaker::RATE)),
            ahead: if narrator.is_remote() { AHEAD_PAID } else { AHEAD },
            parts: 0,
            turn: None,
            samples: Vec::new(),
            text: String::new(),
        }
    }

    /// Reads the text; tells when the first phrase can be heard, or why it cannot.
    fn run(mut self, narrator: &Narrator, started: oneshot::Sender<Result<()>>) {
        let mut started = Some(started);
        let mut tell = |told: Result<()>| match started.take() {
            // Whoever asked may be gone.
            Some(asked) => drop(asked.send(told)),
            None => {
                let error = told.err().filter(|error| !matches!(error, Error::Cancelled));
                error.iter().for_each(|error| tracing::warn!(%error, "the preview ended early"));
            }
        };
        let nobody = AtomicBool::new(false);
        let read = narrator.read(&nobody, |said| {
            let first = self.turn.is_none();
            self.take(said)?;
            if first {
                tell(Ok(()));
            }
            Ok(())
        });
        match read.and_then(|()| self.hand_over()) {
            Ok(()) if self.turn.is_none() => tell(Err(Error::NothingToSay)),
            other => tell(other),
        }
    }

    /// Takes the next phrase. It is heard at once where nothing else is left to be heard, and otherwise sentence by sentence.
    fn take(&mut self, said: Said) -> Result<()> {
        let pause = (said.pause.0 * f64::from(speaker::RATE)).round() as usize;
        self.samples.extend(said.samples);
        self.samples.resize(self.samples.len() + pause, 0.0);
        self.text.push_str(&said.text);
        self.text.push(' ');
        if self.transport.ahead() == 0 || self.turn.is_none() || said.ends_sentence {
            self.hand_over()?;
        }
        Ok(())
    }

    /// Lets what was collected be heard behind what is.
    fn hand_over(&mut self) -> Result<()> {
        let mut samples = std::mem::take(&mut self.samples);
        if samples.is_empty() {
            return Ok(());
        }
        self.boost.iter_mut().for_each(|boost| boost.run(&mut samples));
        self.parts += 1;
        let path = self.folder.join(format!("{}.wav", self.parts));
        write(&samples, speaker::RATE, &path)?;
        let duration = Seconds(samples.len() as f64 / f64::from(speaker::RATE));
        let name = std::mem::take(&mut self.text).trim().to_owned();
        let entry = QueueEntry { sound: None, version: None, name, duration };
        let file = SoundFile { path, duration: Some(duration) };
        match self.turn {
            None => self.begin(file, entry),
            Some(turn) => self.go_on(turn, file, entry),
        }
    }

    fn begin(&mut self, file: SoundFile, entry: QueueEntry) -> Result<()> {
        // One sentence follows the other as they are: nothing of them goes over into the next.
        let listening = Listening { crossfade: Seconds(0.0), repeat: false, ..self.transport.listening() };
        {
            let _turn = self.transport.turn();
            self.transport.player().load_sounds(vec![file], 0, listening)?;
            let queue = queue_of(vec![entry], listening, None);
            self.turn = Some(self.transport.put_open_queue(queue));
        }
        if let Some(files) = self.files.take() {
            self.booth.keep(Preview { _files: files, tried: None });
        }
        self.transport.start()
    }

    fn go_on(&self, turn: Turn, file: SoundFile, entry: QueueEntry) -> Result<()> {
        while self.transport.ahead() > self.ahead && self.transport.is_turn(turn) {
            std::thread::sleep(LOOK);
        }
        if self.transport.add(turn, file, entry)? { Ok(()) } else { Err(Error::Cancelled) }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if let Some(turn) = self.turn {
            self.transport.complete(turn);
        }
    }
}

/// Puts both sides at the same place and the same loudness, and lets the changed one be heard.
fn compare(
    transport: &Transport,
    sides: [PathBuf; 2],
    name: &str,
    position: Option<Seconds>,
) -> Result<Turn> {
    let measured =
        |path: &PathBuf| -> Result<Loudness> { Ok(measure_file(path, &AtomicBool::new(false))?.0.loudness) };
    let loudness = [measured(&sides[0])?, measured(&sides[1])?];
    let gains = gains(loudness.map(|side| side.integrated));
    let duration = loudness.map(|side| side.duration);
    let [a, b] = sides;
    let files = [(a, duration[0]), (b, duration[1])];
    let files = files.map(|(path, duration)| SoundFile { path, duration: Some(duration) });
    let entry = |duration| QueueEntry { sound: None, version: None, name: name.to_owned(), duration };
    let _turn = transport.turn();
    let listening = transport.listening();
    transport.player().compare(files, gains, listening)?;
    if let Some(position) = position {
        transport.player().seek(position);
    }
    transport.player().hear(Side::B);
    let compared = Some(Compared { side: Side::B, gains });
    Ok(transport.put_queue(queue_of(duration.map(entry).into(), listening, compared)))
}

fn queue_of(entries: Vec<QueueEntry>, listening: Listening, compared: Option<Compared>) -> Queue {
    Queue {
        entries,
        current: 0,
        crossfade: listening.crossfade,
        repeat: listening.repeat,
        speed: listening.speed,
        selection: None,
        compared,
    }
}

/// Returns some seconds of a sound in stereo at [`SAMPLE_RATE`].
fn stretch(input: &Path, Seconds(from): Seconds) -> Result<Vec<f32>> {
    let reading = |error| Error::of_reading(input, error);
    let mut reader = Reader::open(input).map_err(reading)?;
    let rate = f64::from(reader.spec().rate);
    let wanted = (TRIED * rate) as u64;
    // At the very end there is nothing to try: its last seconds are.
    let last = reader.frames().map(|frames| frames.saturating_sub(wanted));
    let start = ((from * rate) as u64).min(last.unwrap_or(u64::MAX));
    if start > 0 {
        reader.seek(start).map_err(reading)?;
    }
    let (downmix, mut block, mut stereo) = (reader.downmix(), Vec::new(), Vec::new());
    while (stereo.len() as u64) < 2 * wanted && reader.read(&mut block).map_err(reading)? > 0 {
        downmix.append(&block, &mut stereo);
    }
    stereo.truncate(2 * wanted as usize);
    Ok(Resampler::new(reader.spec().rate, SAMPLE_RATE, 2)?.whole(&stereo)?)
}

fn write(mono: &[f32], rate: u32, path: &Path) -> Result<()> {
    let nobody = AtomicBool::new(false);
    let spec = Spec { rate, channels: 1 };
    let written = Writer::create(path, spec, RAW, &SongTags::default(), &nobody).and_then(|mut writer| {
        writer.write(mono)?;
        writer.finish()
    });
    written.map_err(|error| Error::of_writing(path, error))
}
