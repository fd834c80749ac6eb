//! Texts spoken and read back, over the models that the set-up fetched.

mod queue;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use son1k_domain::conversion::Conversion;
use son1k_domain::encoding::{Depth, Encoding};
use son1k_domain::unit::{Db, Hertz, Lufs, Seconds};
use son1k_domain::voice::{Pronunciation, SpeechRequest, TranscriptFormat, VoiceSettings};
use son1k_sound::{Progress, Reader, SongTags, tags};
use son1k_support::{clone, tone};
use tempfile::TempDir;

use super::*;
use crate::Options;

const WAV: Encoding = Encoding::Wav { depth: Depth::Int24 };
const ENGLISH_TEXT: &str =
    "Good evening. The concert begins at half past eight, and the doors are open. Welcome!";
const SPANISH_TEXT: &str =
    "Buenas noches. El concierto empieza a las ocho y media, y las puertas están abiertas.";

#[tokio::test(flavor = "multi_thread")]
async fn the_beginning_is_there_before_anybody_asks_and_is_spoken_once() {
    let desk = Desk::new().await;
    let wish = request("ef_dora", &format!("{SPANISH_TEXT} Uno. Dos."));
    let (one, other) =
        tokio::join!(desk.services.prepare_voice(wish.clone()), desk.services.prepare_voice(wish.clone()));
    one.and(other).unwrap();
    let before = desk.services.cache_stats().await.unwrap();
    let spoken = desk.speak(&wish, "prepared.wav").unwrap();
    let after = desk.services.cache_stats().await.unwrap();
    let there = (after.hits - before.hits) as usize;
    assert!(there >= 1 && there < spoken.phrases.len() - 1, "{there} of {}", spoken.phrases.len());
    assert_eq!(
        (before.entries as usize, before.hits as usize),
        (there, there),
        "each was spoken once and found once"
    );
    let nothing = desk.services.prepare_voice(request("ef_dora", "…")).await;
    assert!(matches!(nothing, Err(Error::NothingToSay)), "{nothing:?}");
    let unknown = desk.services.prepare_voice(request("nobody", "Uno.")).await;
    assert!(unknown.is_err());
}

static NOBODY_CANCELS: AtomicBool = AtomicBool::new(false);

fn quiet() -> Progress<'static> {
    Progress { report: &|_| (), cancelled: &NOBODY_CANCELS }
}

struct Desk {
    folder: TempDir,
    services: Arc<Services>,
}

impl Desk {
    async fn new() -> Self {
        Self::with_models(clone::weights()).await
    }

    async fn with_models(models: PathBuf) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            data_dir: Some(folder.path().join("data")),
            models: Some(models),
            ..Options::default()
        };
        Self { services: Services::open(options).await.unwrap(), folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Speaks into a file, from whichever thread the test is on.
    fn speak(&self, request: &SpeechRequest, name: &str) -> Result<Spoken> {
        let out = self.path(name);
        tokio::task::block_in_place(|| self.services.speak_to_file(request, &out, WAV, &quiet()))
    }

    fn transcribe(&self, file: &Path) -> Heard {
        tokio::task::block_in_place(|| self.services.transcribe_speech(file, None, &quiet())).unwrap()
    }

    fn sound(&self, name: &str, stereo: &[f32]) -> PathBuf {
        let path = self.path(name);
        son1k_sound::encode(stereo, WAV, &path, &SongTags::default(), &quiet()).unwrap();
        path
    }
}

fn request(voice: &str, text: &str) -> SpeechRequest {
    SpeechRequest {
        text: text.into(),
        voice: voice.into(),
        settings: VoiceSettings::default(),
        speed: 1.0,
        pauses: 1.0,
        loudness: None,
        dictionary: Vec::new(),
    }
}

/// Returns the words of a text, small and without signs.
fn words(text: &str) -> Vec<String> {
    let bare = |word: &str| word.chars().filter(|sign| sign.is_alphanumeric()).collect::<String>();
    text.split_whitespace().map(|word| bare(word).to_lowercase()).filter(|word| !word.is_empty()).collect()
}

/// Returns how many words of the one are not in the other.
fn lost(said: &str, heard: &str) -> usize {
    let heard = words(heard);
    words(said).iter().filter(|word| !heard.contains(word)).count()
}

fn mono(path: &Path) -> Vec<f32> {
    let mut reader = Reader::open(path).unwrap();
    let (mut block, mut all) = (Vec::new(), Vec::new());
    while reader.read(&mut block).unwrap() > 0 {
        all.extend_from_slice(&block);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_32_voices_with_names_and_accents() {
    let desk = Desk::new().await;
    let voices = desk.services.list_voices();
    let count = |accent| voices.iter().filter(|voice| voice.accent == accent).count();
    let counts = [Accent::American, Accent::British, Accent::Spanish].map(count);
    assert_eq!(counts, [21, 8, 3]);
    assert!(voices.iter().all(|voice| voice.ready && Some(voice.language) == voice.accent.language()));
    let george = voices.iter().find(|voice| voice.id.as_str() == "bm_george").unwrap();
    assert_eq!((george.name.as_str(), george.gender), ("George", Gender::Male));
    for no_voice in ["", "george", "zf_li", "am_", "ax_li", "amm_li"] {
        assert_eq!(voice(no_voice), None, "{no_voice}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_instant_voice_says_what_is_written_and_cannot_be_blended() {
    let desk = Desk::new().await;
    desk.speak(&request("hibari", ENGLISH_TEXT), "instant.wav").unwrap();
    let heard = desk.transcribe(&desk.path("instant.wav")).text();
    assert!(lost(ENGLISH_TEXT, &heard) <= 2, "{heard}");
    let blend = desk.speak(&request("hibari*0.5+af_heart*0.5", ENGLISH_TEXT), "none.wav");
    assert!(matches!(blend, Err(Error::InvalidField { .. })), "{blend:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_languages_are_spoken_at_the_wished_loudness_and_heard_as_they_were_written() {
    let desk = Desk::new().await;
    for (voice, text, language) in
        [("af_heart", ENGLISH_TEXT, Language::En), ("em_alex", SPANISH_TEXT, Language::Es)]
    {
        let wish = SpeechRequest { loudness: Some(Lufs(-16.0)), ..request(voice, text) };
        let spoken = desk.speak(&wish, "said.wav").unwrap();
        assert!((spoken.loudness.integrated.unwrap().0 + 16.0).abs() <= 0.1, "{:?}", spoken.loudness);
        assert!(spoken.loudness.true_peak.unwrap().0 <= -1.0);
        let phrases = spoken.phrases.iter().map(|phrase| phrase.text.trim()).collect::<Vec<_>>().join(" ");
        assert_eq!(words(&phrases), words(text));
        assert!(spoken.phrases.is_sorted_by(|a, b| a.end.0 <= b.start.0));
        assert!((spoken.phrases.last().unwrap().end.0 - spoken.duration.0).abs() < 0.01);
        let (tags, _) = tags::read_tags(&desk.path("said.wav")).unwrap();
        assert!(tags.comment.contains("synthetic speech") && tags.comment.contains(voice), "{tags:?}");
        let heard = desk.transcribe(&desk.path("said.wav"));
        assert_eq!(heard.language, Some(language));
        assert!(lost(text, &heard.text()) <= 1, "{}", heard.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_clicks_where_phrases_join() {
    let desk = Desk::new().await;
    // Without pauses and without boost the joins are as bare as they can be.
    let settings = VoiceSettings { use_speaker_boost: false, ..VoiceSettings::default() };
    let text = "One, two; three. Four! Five? Six: seven, and eight.";
    let spoken =
        desk.speak(&SpeechRequest { pauses: 0.0, settings, ..request("am_adam", text) }, "joined.wav");
    let (spoken, samples) = (spoken.unwrap(), mono(&desk.path("joined.wav")));
    assert!(spoken.phrases.len() > 3);
    for phrase in &spoken.phrases[1..] {
        let at = (phrase.start.0 * 24_000.0).round() as usize;
        let step =
            samples[at - 24..at + 24].windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(step < Db(-50.0).amplitude() * 3.0, "{step} at {}", phrase.start.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_was_stopped_goes_on_where_it_was() {
    let desk = Desk::new().await;
    let text = "The first sentence is here. The second sentence is there. The third one is nowhere at all.";
    let (wish, out) = (request("bf_emma", text), desk.path("whole.wav"));
    let (stop, told) = (AtomicBool::new(false), AtomicUsize::new(0));
    let report = |done: f32| {
        // After the first phrase.
        if done > 0.0 && told.fetch_add(1, Ordering::SeqCst) == 0 {
            stop.store(true, Ordering::SeqCst);
        }
    };
    let progress = Progress { report: &report, cancelled: &stop };
    let stopped = tokio::task::block_in_place(|| desk.services.speak_to_file(&wish, &out, WAV, &progress));
    assert!(matches!(stopped, Err(Error::Cancelled)));
    assert!(!out.exists());
    let before = desk.services.cache_stats().await.unwrap();
    let spoken = desk.speak(&wish, "whole.wav").unwrap();
    let after = desk.services.cache_stats().await.unwrap();
    // Whoever stops it may do so while the next one is being said.
    let (there, anew) = (after.hits - before.hits, after.misses - before.misses);
    assert!(there >= 1 && anew >= 1, "{there} phrases were there, {anew} were not");
    assert_eq!(there + anew, spoken.phrases.len() as u32);
    let left = std::fs::read_dir(desk.folder.path()).unwrap().count();
    assert_eq!(left, 2, "the data and the sound, and nothing unfinished");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_spoken_is_refused_before_anything_is() {
    let desk = Desk::new().await;
    let whole = request("ef_dora", "Hola.");
    let wrong = |wish: SpeechRequest| match desk.speak(&wish, "no.wav") {
        Err(Error::InvalidField { field, .. }) => field,
        Err(Error::NothingToSay) => "nothing".into(),
        Err(Error::TextTooLong { .. }) => "long".into(),
        other => panic!("{other:?}"),
    };
    for text in ["", "  \n\t", "🎸🎺🥁", "… — !"] {
        assert_eq!(wrong(request("ef_dora", text)), "nothing", "{text:?}");
        assert_eq!(wrong(request("af_heart", text)), "nothing", "{text:?}");
    }
    assert_eq!(wrong(request("ef_dora", &"a".repeat(50_001))), "long");
    assert_eq!(wrong(request("nobody", "Hola.")), "voice");
    for speed in [0.4, 2.1, f32::NAN] {
        assert_eq!(wrong(SpeechRequest { speed, ..whole.clone() }), "pace");
    }
    assert_eq!(wrong(SpeechRequest { pauses: -1.0, ..whole.clone() }), "pauses");
    assert_eq!(wrong(SpeechRequest { loudness: Some(Lufs(0.0)), ..whole.clone() }), "speech_loudness");
    let settings = VoiceSettings { stability: 1.1, ..VoiceSettings::default() };
    assert_eq!(wrong(SpeechRequest { settings, ..whole.clone() }), "stability");
    let dictionary = vec![Pronunciation { word: " ".into(), says: "nada".into() }];
    assert_eq!(wrong(SpeechRequest { dictionary, ..whole.clone() }), "dictionary");
    let nowhere = desk.path("none/no.wav");
    let unwritable =
        tokio::task::block_in_place(|| desk.services.speak_to_file(&whole, &nowhere, WAV, &quiet()));
    assert!(matches!(unwritable, Err(Error::Unwritable { .. })), "{unwritable:?}");
    assert!(!desk.path("no.wav").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_shelf_names_everything_that_is_missing() {
    let empty = tempfile::tempdir().unwrap();
    let desk = Desk::with_models(empty.path().to_owned()).await;
    assert!(desk.services.list_voices().iter().all(|voice| !voice.ready));
    let missing = |result: Result<()>| match result {
        Err(Error::ModelMissing { id, .. }) => id,
        other => panic!("{other:?}"),
    };
    let spoken = desk.speak(&request("af_heart", "Hello."), "no.wav");
    assert_eq!(missing(spoken.map(drop)), "onnxruntime kokoro kokoro-voices english");
    let spoken = desk.speak(&request("ef_dora", "Hola."), "no.wav");
    assert_eq!(missing(spoken.map(drop)), "onnxruntime kokoro kokoro-voices");
    let silence = desk.sound("silence.wav", &tone::silence(Seconds(1.0)));
    let heard = desk.services.transcribe_speech(&silence, None, &quiet());
    assert_eq!(missing(heard.map(drop)), "onnxruntime silero-vad whisper-base");
    let deeper = Conversion { pitch: -4.0, ..Conversion::default() };
    let changed = desk.services.modulate_to_file(&silence, &deeper, &desk.path("no.wav"), WAV, &quiet());
    assert_eq!(missing(changed.map(drop)), "onnxruntime swift-f0");
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_and_tones_say_nothing() {
    let desk = Desk::new().await;
    let silence = desk.sound("silence.wav", &tone::silence(Seconds(5.0)));
    let music = desk.sound("tone.wav", &tone::sine(Hertz(440.0), Db(-12.0), Seconds(5.0)));
    for file in [silence, music] {
        let heard = desk.transcribe(&file);
        assert_eq!((heard.lines.len(), heard.language), (0, None), "{heard:?}");
        assert!((heard.duration.0 - 5.0).abs() < 0.01);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn speech_conversion_and_listening_share_a_budget_that_no_two_models_fit() {
    let desk = Desk::new().await;
    desk.services.shelf.set_budget(Some(1));
    desk.speak(&request("am_michael", ENGLISH_TEXT), "said.wav").unwrap();
    let deeper = Conversion { pitch: -3.0, formants: -1.0, ..Conversion::default() };
    let (said, changed) = (desk.path("said.wav"), desk.path("deeper.wav"));
    let done = tokio::task::block_in_place(|| {
        desk.services.modulate_to_file(&said, &deeper, &changed, WAV, &quiet())
    });
    assert!(done.unwrap().0 > 3.0);
    let heard = desk.transcribe(&changed);
    assert!(lost(ENGLISH_TEXT, &heard.text()) <= 2, "{}", heard.text());
    assert!(desk.services.list_models().used_bytes == 0.0, "nothing that does not fit stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_voice_is_another_file_and_what_cannot_be_changed_is_told() {
    let desk = Desk::new().await;
    let voice = son1k_support::voice::talking(Seconds(3.0));
    let (input, out) = (desk.sound("take.wav", &voice), desk.path("changed.wav"));
    let before = std::fs::read(&input).unwrap();
    let change = |conversion: &Conversion, out: &Path| {
        tokio::task::block_in_place(|| desk.services.modulate_to_file(&input, conversion, out, WAV, &quiet()))
    };
    for offered in desk.services.list_presets() {
        let duration = change(&offered.conversion, &out).unwrap();
        let expected = 3.0 / f64::from(offered.conversion.speed);
        assert!((duration.0 - expected).abs() < 0.05, "{:?}: {}", offered.preset, duration.0);
        assert!(mono(&out).iter().any(|sample| sample.abs() > 0.01), "{:?}", offered.preset);
    }
    assert_eq!(std::fs::read(&input).unwrap(), before);
    let higher = Conversion { pitch: 4.0, ..Conversion::default() };
    assert!(matches!(change(&higher, &input), Err(Error::SameFile(_))));
    assert!(matches!(change(&Conversion::default(), &out), Err(Error::InvalidField { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transcript_is_written_as_text_and_as_subtitles() {
    let desk = Desk::new().await;
    desk.speak(&request("bm_george", "Good evening. Welcome to the show."), "said.wav").unwrap();
    let heard = desk.transcribe(&desk.path("said.wav"));
    assert!(!heard.lines.is_empty());
    for line in &heard.lines {
        assert!(line.start.0 < line.end.0 && line.end.0 <= heard.duration.0 + 0.1, "{line:?}");
        assert!(line.words.is_sorted_by(|a, b| a.start.0 <= b.start.0), "{line:?}");
    }
    let srt = desk.path("said.srt");
    write_transcript(&heard.lines, TranscriptFormat::Srt, &srt).unwrap();
    assert!(std::fs::read_to_string(&srt).unwrap().starts_with("1\n00:00:0"));
    let nowhere = desk.path("none/said.srt");
    let refused = write_transcript(&heard.lines, TranscriptFormat::Srt, &nowhere);
    assert!(matches!(refused, Err(Error::Unwritable { .. })));
}
