//! Voices changed: in files, and for sounds of the library as a job of the queue.

use std::ops::Range;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use son1k_domain::certificate::{ConsentReceipt, Making};
use son1k_domain::conversion::{Conversion, PresetConversion};
use son1k_domain::converter::Approach;
use son1k_domain::encoding::Encoding;
use son1k_domain::id::{JobId, SoundId};
use son1k_domain::job::{Priority, Stage, Work};
use son1k_domain::setting::Language;
use son1k_domain::unit::{Hertz, Seconds};
use son1k_inference::pitch;
use son1k_sound::encode::{Spec, Writer};
use son1k_sound::{Progress, Resampler, SAMPLE_RATE, SongTags, decode};
use son1k_voice::Track;

use super::delivering::{KEPT, RAW, Raw};
use super::{hearing, invalid};
use crate::birth::{self, Birth};
use crate::cleaning::different;
use crate::jobs::JobContext;
use crate::made::{Desk, Found, MADE, Offspring};
use crate::shelf::Shelf;
use crate::{Error, Result, Services};

pub(super) const PITCH: &str = "swift-f0";
/// As certificates name it.
pub(super) const ENGINE: &str = "son1k-voice 1";
/// Entries of the shelf that a conversion needs.
pub(super) const NEEDS: [&str; 2] = ["onnxruntime", PITCH];

/// Of the whole, where reading, hearing the pitch and converting end; the rest is writing.
const READ: f32 = 0.1;
const HEARD: f32 = 0.3;
const CONVERTED: f32 = 0.9;

/// Seconds over which a changed phrase begins and ends, so that nothing clicks where phrases meet.
const FADE: f32 = 0.005;

/// The melodies of voices: below a bass, above a soprano (J. Sundberg, "The Science of the Singing Voice", 1987, ch. 3).
const LOWEST: Hertz = Hertz(55.0);
const HIGHEST: Hertz = Hertz(1_100.0);

/// A voice as the converter takes it.
pub(super) struct Original {
    pub(super) mono: Vec<f32>,
    /// Frames a second.
    pub(super) rate: u32,
    pub(super) track: Track,
}

impl Original {
    /// Returns part of it, in frames of its track.
    pub(super) fn part(&self, frames: Range<usize>) -> Self {
        let mono = self.mono[self.samples(&frames)].to_vec();
        let hertz = &self.track.hertz;
        let hertz = hertz.get(frames.start..frames.end.min(hertz.len())).unwrap_or_default().to_vec();
        Self { mono, rate: self.rate, track: Track { hop: self.track.hop, hertz } }
    }

    /// Returns the samples of frames of its track. The last frame goes on to the end.
    pub(super) fn samples(&self, frames: &Range<usize>) -> Range<usize> {
        let hop = self.track.hop.0 * f64::from(self.rate);
        let sample = |frame: usize| ((frame as f64 * hop).round() as usize).min(self.mono.len());
        let end = if frames.end >= self.track.hertz.len() { self.mono.len() } else { sample(frames.end) };
        sample(frames.start).min(end)..end
    }

    /// Returns the frames of the track of so many seconds in which most has a pitch.
    pub(super) fn liveliest(&self, seconds: f32) -> Range<usize> {
        let voiced: Vec<usize> = self.track.hertz.iter().map(|hertz| usize::from(*hertz > 0.0)).collect();
        let frames = (f64::from(seconds) / self.track.hop.0.max(1e-6)).round() as usize;
        let frames = frames.clamp(1, voiced.len().max(1));
        let mut sum: usize = voiced.iter().take(frames).sum();
        let (mut best, mut start) = (sum, 0);
        for (last, more) in voiced.iter().enumerate().skip(frames) {
            sum = sum + more - voiced[last - frames];
            if sum > best {
                (best, start) = (sum, last + 1 - frames);
            }
        }
        start..start + frames
    }
}

/// What is done to a voice, for its certificate.
pub(super) struct Change<'a> {
    pub(super) making: Making,
    pub(super) engine: &'a str,
    pub(super) words: &'a str,
    /// Of everybody whose voice it is turned toward.
    pub(super) consent: &'a [ConsentReceipt],
}

impl Services {
    /// Returns the conversions that are offered by name.
    pub fn list_presets(&self) -> Vec<PresetConversion> {
        son1k_voice::presets::all()
    }

    /// Writes a sound with its voice changed, mono at 44.1 kHz, and returns its length. Half an hour at most. Blocks; the
    /// file appears whole or not at all.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a conversion that changes nothing or cannot be, [`Error::NotFound`],
    /// [`Error::Unreadable`], [`Error::SoundRefused`], [`Error::SameFile`], [`Error::ModelMissing`],
    /// [`Error::ModelCorrupt`], [`Error::Runtime`], [`Error::Unwritable`], [`Error::DiskFull`], [`Error::Cancelled`].
    pub fn modulate_to_file(
        &self,
        input: &Path,
        conversion: &Conversion,
        out: &Path,
        encoding: Encoding,
        progress: &Progress<'_>,
    ) -> Result<Seconds> {
        check(conversion)?;
        let words = in_words(conversion);
        let change = Change { making: Making::Changed, engine: ENGINE, words: &words, consent: &[] };
        let work = |original: &Original, progress: &Progress<'_>| convert(original, conversion, progress);
        self.change_file(input, out, encoding, &change, work, progress)
    }

    /// Writes what is made of the voice in a file, mono at 44.1 kHz and marked, and returns its length.
    ///
    /// # Errors
    /// As [`Services::modulate_to_file`], and those of the work.
    pub(super) fn change_file(
        &self,
        input: &Path,
        out: &Path,
        encoding: Encoding,
        change: &Change<'_>,
        work: impl FnOnce(&Original, &Progress<'_>) -> Result<Vec<f32>>,
        progress: &Progress<'_>,
    ) -> Result<Seconds> {
        different(input, out)?;
        progress.at(0.0)?;
        let stereo = decode(input).map_err(|error| Error::of_reading(input, error))?;
        self.shelf.require_all(&NEEDS)?;
        let raw = Raw::beside(out)?;
        progress.at(READ)?;
        let original = progress.part(READ, HEARD, |progress| self.original(&stereo, progress))?;
        drop(stereo);
        let changed = progress.part(HEARD, CONVERTED, |progress| work(&original, progress))?;
        drop(original);
        let Change { making, engine, words, consent } = change;
        let source = birth::of_file(input)?;
        let birth = Birth::new(*making, engine, words, &source, consent)?.made_of(input)?;
        let seconds = Seconds(changed.len() as f64 / f64::from(SAMPLE_RATE));
        let mut marked = Vec::with_capacity(changed.len());
        let mut marker = birth.marker(SAMPLE_RATE)?;
        marker.push(&changed, &mut marked);
        marker.finish(&mut marked);
        drop(changed);
        write(&marked, raw.file(), input, progress).map_err(|error| Error::of_writing(out, error))?;
        progress.part(CONVERTED, 1.0, |progress| raw.deliver(out, encoding, None, Some(&birth), progress))?;
        Ok(seconds)
    }

    /// Queues a sound to be made anew with its voice changed; it comes as `Event::SoundsMade`.
    ///
    /// # Errors
    /// [`Error::InvalidField`], [`Error::NotFound`], [`Error::SoundMissing`], [`Error::ModelMissing`],
    /// [`Error::ModelCorrupt`].
    pub async fn modulate(&self, sound: SoundId, conversion: Conversion) -> Result<JobId> {
        check(&conversion)?;
        self.library.present(&sound).await?;
        self.shelf.require_all(&NEEDS)?;
        self.jobs()?.push(Work::Modulate { sound, conversion }, Priority::Pro).await
    }

    pub(crate) async fn run_modulation(
        &self,
        context: &JobContext,
        id: &SoundId,
        conversion: &Conversion,
    ) -> Result<()> {
        let make = |input: &Path, file: &Path, progress: &Progress<'_>| {
            self.modulate_to_file(input, conversion, file, KEPT, progress).map(|_| None)
        };
        self.make_voice(context, id, make).await
    }

    /// Makes another voice of a sound of the library on behalf of a job, and takes it into the library.
    pub(super) async fn make_voice(
        &self,
        context: &JobContext,
        id: &SoundId,
        make: impl FnOnce(&Path, &Path, &Progress<'_>) -> Result<Option<Approach>>,
    ) -> Result<()> {
        let source = self.library.present(id).await?;
        let desk = Desk::new(&self.paths.voices)?;
        let file = desk.path().join("changed.wav");
        let approach = tokio::task::block_in_place(|| {
            let report = |done: f32| context.progress(Stage::Modulating, MADE * done);
            let progress = Progress { report: &report, cancelled: context.cancelled_flag() };
            make(Path::new(&source.path), &file, &progress)
        })?;
        let word = match self.settings.language() {
            Language::En => "other voice",
            Language::Es => "otra voz",
        };
        let found = Found { approach, ..Found::default() };
        self.hand_in(context, &desk, &source, &[Offspring { word, file }], found).await
    }

    /// Mixes a sound down and hears its pitch. `stereo` is interleaved at [`SAMPLE_RATE`].
    pub(super) fn original(&self, stereo: &[f32], progress: &Progress<'_>) -> Result<Original> {
        let mono: Vec<f32> =
            stereo.as_chunks::<2>().0.iter().map(|[left, right]| 0.5 * (left + right)).collect();
        original_of(&self.shelf, mono, SAMPLE_RATE, progress)
    }
}

/// Hears the pitch of a voice.
pub(super) fn original_of(
    shelf: &Shelf,
    mono: Vec<f32>,
    rate: u32,
    progress: &Progress<'_>,
) -> Result<Original> {
    let heard = Resampler::new(rate, pitch::RATE, 1)?.whole(&mono)?;
    let pitch = shelf.hear(PITCH, |sessions, model| {
        hearing(progress, |progress| pitch::pitch(sessions, model, &heard, LOWEST..=HIGHEST, progress))
    })?;
    Ok(Original { mono, rate, track: track_of(&pitch) })
}

/// Returns a phrase with its voice changed, as long as it was or as much shorter as it is quicker; silent at both ends.
pub(super) fn change_phrase(
    shelf: &Shelf,
    mono: &[f32],
    rate: u32,
    conversion: &Conversion,
) -> Result<Vec<f32>> {
    if mono.is_empty() {
        return Ok(Vec::new());
    }
    let nobody = AtomicBool::new(false);
    let quiet = Progress { report: &|_| (), cancelled: &nobody };
    let original = original_of(shelf, mono.to_vec(), rate, &quiet)?;
    let mut changed = convert(&original, conversion, &quiet)?;
    let fade = (FADE * rate as f32) as usize;
    let last = changed.len().saturating_sub(1);
    for place in 0..fade.min(changed.len()) {
        let gain = place as f32 / fade as f32;
        changed[place] *= gain;
        changed[last - place] *= gain;
    }
    Ok(changed)
}

/// Returns the track of a pitch: 0 where there is no tone.
pub(super) fn track_of(pitch: &pitch::Pitch) -> Track {
    let sure = pitch.hertz.iter().zip(&pitch.confidence);
    Track {
        hop: Seconds(pitch.hop as f64 / f64::from(pitch.rate)),
        hertz: sure
            .map(|(hertz, confidence)| if *confidence >= pitch::VOICED { *hertz } else { 0.0 })
            .collect(),
    }
}

/// Returns the changed voice, at the same rate.
pub(super) fn convert(
    original: &Original,
    conversion: &Conversion,
    progress: &Progress<'_>,
) -> Result<Vec<f32>> {
    let progress = son1k_voice::Progress { report: progress.report, cancelled: progress.cancelled };
    let Original { mono, rate, track } = original;
    son1k_voice::convert(mono, *rate, track, conversion, &progress).map_err(|error| match error {
        son1k_voice::Error::Cancelled => Error::Cancelled,
        other => Error::Internal(other.to_string()),
    })
}

fn write(mono: &[f32], raw: &Path, source: &Path, progress: &Progress<'_>) -> son1k_sound::Result<()> {
    let tags = SongTags {
        title: source.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        comment: "voice changed: Son1k Studio".into(),
        ..SongTags::default()
    };
    let spec = Spec { rate: SAMPLE_RATE, channels: 1 };
    let mut writer = Writer::create(raw, spec, RAW, &tags, progress.cancelled)?;
    writer.write(mono)?;
    writer.finish()
}

/// Returns what was changed, for a certificate: the preset, or that there was none.
fn in_words(conversion: &Conversion) -> String {
    let preset = son1k_voice::presets::all().into_iter().find(|offered| offered.conversion == *conversion);
    preset.map_or_else(|| "changed by hand".to_owned(), |offered| offered.preset.id().to_owned())
}

/// Checks a conversion before anything is done.
///
/// # Errors
/// [`Error::InvalidField`].
pub(super) fn check(conversion: &Conversion) -> Result<()> {
    if conversion.is_neutral() {
        return Err(invalid("conversion", ""));
    }
    within(conversion)
}

/// Checks its values; it may change nothing.
///
/// # Errors
/// [`Error::InvalidField`].
pub(super) fn within(conversion: &Conversion) -> Result<()> {
    match conversion.clone().within_limits() == *conversion {
        true => Ok(()),
        false => Err(beyond(conversion)),
    }
}

/// Names the first value that is beyond its limits.
fn beyond(conversion: &Conversion) -> Error {
    use son1k_domain::conversion::limits;
    let Conversion { pitch, formants, range, doubling, breath, speed, mix, .. } = conversion;
    let tune = conversion.tune.map_or(0.0, |tune| tune.amount);
    let values = [
        ("pitch_shift", pitch, limits::PITCH),
        ("formants", formants, limits::FORMANTS),
        ("range", range, limits::RANGE),
        ("tune", &tune, limits::AMOUNT),
        ("doubling", doubling, limits::AMOUNT),
        ("breath", breath, limits::AMOUNT),
        ("pace", speed, limits::SPEED),
        ("mix", mix, limits::AMOUNT),
    ];
    let wrong = values.into_iter().find(|(_, value, allowed)| !allowed.contains(value));
    wrong.map_or_else(|| invalid("conversion", ""), |(field, value, _)| invalid(field, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversion_that_changes_nothing_or_too_much_is_refused_by_name() {
        let wrong = |change: Conversion| match check(&change) {
            Err(Error::InvalidField { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        assert_eq!(wrong(Conversion::default()), "conversion");
        assert_eq!(wrong(Conversion { pitch: 25.0, ..Conversion::default() }), "pitch_shift");
        assert_eq!(wrong(Conversion { formants: f32::NAN, ..Conversion::default() }), "formants");
        assert_eq!(wrong(Conversion { speed: 9.0, ..Conversion::default() }), "pace");
        assert_eq!(wrong(Conversion { choir: 99, ..Conversion::default() }), "conversion");
        assert!(check(&Conversion { pitch: -24.0, ..Conversion::default() }).is_ok());
    }

    #[test]
    fn the_liveliest_part_is_where_most_is_sung() {
        let hertz = [vec![0.0; 10], vec![200.0; 10], vec![0.0; 5]].concat();
        let track = Track { hop: Seconds(0.01), hertz };
        let original = Original { mono: (0..2_500).map(|n| n as f32).collect(), rate: 10_000, track };
        assert_eq!(original.liveliest(0.05), 10..15);
        let part = original.part(original.liveliest(0.12));
        assert_eq!((part.mono[0], part.mono.len(), part.track.hertz.len()), (800.0, 1_200, 12));
        let all = original.part(original.liveliest(9.0));
        assert_eq!((all.mono.len(), all.track.hertz.len()), (2_500, 25));
        let nothing = Original { mono: vec![], track: Track { hop: Seconds(0.01), hertz: vec![] }, ..all };
        assert!(nothing.part(nothing.liveliest(1.0)).mono.is_empty());
    }

    #[test]
    fn what_is_not_sure_has_no_pitch() {
        let pitch =
            pitch::Pitch { hop: 256, rate: 16_000, hertz: vec![220.0, 220.0], confidence: vec![0.95, 0.4] };
        let track = track_of(&pitch);
        assert_eq!((track.hop, track.hertz), (Seconds(0.016), vec![220.0, 0.0]));
    }
}
