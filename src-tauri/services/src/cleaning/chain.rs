//! A file made clean: clicks, hum, noise, silence and edges, one after the other.
//!
//! The sound flows through in blocks at the file's own rate and with its own channels, however long it is; between the
//! passes it waits on the disk of the result.

use std::path::Path;

use son1k_domain::cleaning::{Cleaning, CleaningReport, Hum};
use son1k_domain::encoding::{Depth, Encoding};
use son1k_domain::library::limits;
use son1k_domain::sound::Codec;
use son1k_domain::unit::Seconds;
use son1k_sound::clean::{Declick, Edges, Fades, HumFilter, HumSearch, Levels, Mains, Reel};
use son1k_sound::encode::{Spec, Writer};
use son1k_sound::{Progress, Reader, Resampler, SAMPLE_RATE, SongTags};

use super::denoising::Denoising;
use super::{different, invalid, title};
use crate::export::folder_of;
use crate::{Error, Result, Services};

/// Of the whole, what the search for hum takes when there is one, and where writing begins.
const SEARCHED: f32 = 0.08;
const CLEANED: f32 = 0.9;

/// A sound that was made clean.
#[derive(Debug, Clone, PartialEq)]
pub struct Cleaned {
    pub report: CleaningReport,
    /// Length of the result.
    pub duration: Seconds,
}

impl Services {
    /// Writes the sound without what the cleaning names; without an encoding as [`encoding_of`] its source. Rate and
    /// channels stay, but for MP3, which has no place for all of them; the noise is heard at 48 kHz, and what the model
    /// leaves of the sound ends at 20 kHz. Blocks; the file appears whole or not at all.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a cleaning that does nothing, for shares and lengths that cannot be and for fades
    /// longer than the sound, [`Error::OnlySilence`] when nothing is left of it by trimming, [`Error::NotFound`],
    /// [`Error::Unreadable`], [`Error::SoundRefused`], [`Error::SameFile`], [`Error::ModelMissing`],
    /// [`Error::ModelCorrupt`], [`Error::Runtime`], [`Error::Unwritable`], [`Error::DiskFull`], [`Error::Cancelled`].
    pub fn clean_file(
        &self,
        input: &Path,
        out: &Path,
        encoding: Option<Encoding>,
        cleaning: &Cleaning,
        progress: &Progress<'_>,
    ) -> Result<Cleaned> {
        check(cleaning)?;
        different(input, out)?;
        if cleaning.denoise.is_some() {
            self.shelf.require("deepfilternet3")?;
        }
        progress.at(0.0)?;
        let reader = open(input)?;
        let encoding = encoding.unwrap_or_else(|| encoding_of(reader.facts().codec));
        let spec = reader.spec();
        let in_stereo = matches!(encoding, Encoding::Mp3 { .. } | Encoding::Opus { .. });
        if in_stereo && spec.channels > 2 {
            return Err(invalid("out", out.display()));
        }
        if let (false, Some(frames)) = (cleaning.trim, reader.frames()) {
            fades(cleaning, Edges { start: 0, end: frames, fade_in: 0, fade_out: 0 }, spec)?;
        }
        drop(reader);
        let mains = match cleaning.hum {
            Some(hum) => progress.part(0.0, SEARCHED, |progress| search(input, hum, progress))?,
            None => None,
        };
        let from = if cleaning.hum.is_some() { SEARCHED } else { 0.0 };
        let mut pass = Pass {
            reel: Reel::new(folder_of(out), spec).map_err(|error| Error::of_writing(out, error))?,
            levels: cleaning.trim.then(|| Levels::new(spec)),
            out,
        };
        let clicks = progress.part(from, CLEANED, |progress| {
            self.pass(input, cleaning, mains.as_ref(), &mut pass, progress)
        })?;
        let frames = pass.reel.frames();
        let edges = match pass.levels {
            Some(levels) => levels.edges()?,
            None => Edges { start: 0, end: frames, fade_in: 0, fade_out: 0 },
        };
        let fades = fades(cleaning, edges, spec)?;
        let tail = Tail { edges, fades, spec, encoding, out, title: title(input) };
        progress.part(CLEANED, 1.0, |progress| tail.write(&mut pass.reel, progress))?;
        progress.at(1.0)?;
        let seconds = |frames: u64| Seconds(frames as f64 / f64::from(spec.rate));
        let report = CleaningReport {
            clicks,
            hum: mains.map(|mains| mains.frequency as f32),
            trimmed_start: seconds(edges.start),
            trimmed_end: seconds(frames - edges.end),
        };
        Ok(Cleaned { report, duration: seconds(edges.end - edges.start) })
    }

    /// Lets the sound flow through all that is wanted into the reel, and returns how many clicks were mended.
    fn pass(
        &self,
        input: &Path,
        cleaning: &Cleaning,
        mains: Option<&Mains>,
        pass: &mut Pass<'_>,
        progress: &Progress<'_>,
    ) -> Result<u32> {
        let mut reader = open(input)?;
        let (spec, all) = (reader.spec(), reader.frames().unwrap_or_default().max(1));
        let mut declick = cleaning.declick.then(|| Declick::new(spec));
        let mut notches = mains.map(|mains| HumFilter::new(spec, mains));
        let denoising = cleaning.denoise.filter(|kept| *kept > 0.0);
        let mut denoising = denoising.map(|kept| Denoising::new(&self.shelf, spec, kept, all)).transpose()?;
        let mut blocks = [const { Vec::new() }; 4];
        loop {
            let [block, smooth, steady, quiet] = &mut blocks;
            let frames = reader.read(block).map_err(|error| Error::of_reading(input, error))?;
            // The model takes most of the time, and tells for itself.
            match &denoising {
                Some(_) => progress.check()?,
                None => progress.at(reader.position() as f32 / all as f32)?,
            }
            let mut flow = &*block;
            if let Some(declick) = &mut declick {
                smooth.clear();
                if frames > 0 {
                    declick.push(flow, smooth)
                } else {
                    declick.finish(smooth)
                }
                flow = smooth;
            }
            if let Some(notches) = &mut notches {
                steady.clear();
                notches.push(flow, steady);
                if frames == 0 {
                    notches.finish(steady);
                }
                flow = steady;
            }
            if let Some(denoising) = &mut denoising {
                quiet.clear();
                denoising.push(flow, quiet, progress)?;
                if frames == 0 {
                    denoising.finish(quiet, progress)?;
                }
                flow = quiet;
            }
            pass.take(flow)?;
            if frames == 0 {
                return Ok(declick.map_or(0, |declick| declick.clicks()));
            }
        }
    }
}

/// Where cleaned sound waits until its edges are known.
struct Pass<'a> {
    reel: Reel,
    levels: Option<Levels>,
    out: &'a Path,
}

impl Pass<'_> {
    fn take(&mut self, samples: &[f32]) -> Result<()> {
        if let Some(levels) = &mut self.levels {
            levels.push(samples);
        }
        self.reel.write(samples).map_err(|error| Error::of_writing(self.out, error))
    }
}

/// What is written in the end, and how.
struct Tail<'a> {
    edges: Edges,
    fades: Fades,
    spec: Spec,
    encoding: Encoding,
    out: &'a Path,
    title: String,
}

impl Tail<'_> {
    fn write(&self, reel: &mut Reel, progress: &Progress<'_>) -> Result<()> {
        let written = self.try_write(reel, progress);
        written.map_err(|error| Error::of_writing(self.out, error))
    }

    fn try_write(&self, reel: &mut Reel, progress: &Progress<'_>) -> son1k_sound::Result<()> {
        let (spec, channels) = (fitting(self.spec, self.encoding), usize::from(self.spec.channels));
        let tags =
            SongTags { title: self.title.clone(), comment: "Son1k Studio".into(), ..SongTags::default() };
        let mut writer = Writer::create(self.out, spec, self.encoding, &tags, progress.cancelled)?;
        let mut resampler = Resampler::new(self.spec.rate, spec.rate, channels)?;
        let (mut frame, mut ready) = (0, Vec::new());
        let soft =
            Fades { frames: self.fades.frames, fade_in: self.edges.fade_in, fade_out: self.edges.fade_out };
        reel.play(self.edges.start, self.edges.end, |samples| {
            progress.at(frame as f32 / self.fades.frames.max(1) as f32)?;
            soft.apply(frame, channels, samples);
            self.fades.apply(frame, channels, samples);
            frame += (samples.len() / channels) as u64;
            ready.clear();
            resampler.push(samples, &mut ready)?;
            writer.write(&ready)
        })?;
        ready.clear();
        resampler.finish(&mut ready)?;
        writer.write(&ready)?;
        writer.finish()
    }
}

/// Returns how what is made of a file is written: WAV with 24 bits, or as floating point if the source is.
pub(super) fn encoding_of(source: Codec) -> Encoding {
    let depth = if source == Codec::Float { Depth::Float32 } else { Depth::Int24 };
    Encoding::Wav { depth }
}

/// Returns the nearest rate that a format has a place for.
fn fitting(spec: Spec, encoding: Encoding) -> Spec {
    match encoding {
        Encoding::Mp3 { .. } if ![32_000, 44_100, 48_000].contains(&spec.rate) => {
            Spec { rate: SAMPLE_RATE, ..spec }
        }
        Encoding::Opus { .. } => Spec { rate: 48_000, ..spec },
        _ => spec,
    }
}

/// Checks a cleaning before anything is done.
///
/// # Errors
/// [`Error::InvalidField`].
pub(super) fn check(cleaning: &Cleaning) -> Result<()> {
    if *cleaning == Cleaning::default() {
        return Err(invalid("cleaning", ""));
    }
    if let Some(kept) = cleaning.denoise.filter(|kept| !(0.0..=1.0).contains(kept)) {
        return Err(invalid("denoise", kept));
    }
    for Seconds(seconds) in [cleaning.fade_in, cleaning.fade_out] {
        if !(0.0..=limits::DURATION_S).contains(&seconds) {
            return Err(invalid("fade", seconds));
        }
    }
    Ok(())
}

/// Returns the wanted fades of what is kept.
fn fades(cleaning: &Cleaning, edges: Edges, spec: Spec) -> Result<Fades> {
    let frames = |seconds: Seconds| (seconds.0 * f64::from(spec.rate)).round() as u64;
    let fades = Fades {
        frames: edges.end - edges.start,
        fade_in: frames(cleaning.fade_in),
        fade_out: frames(cleaning.fade_out),
    };
    if fades.fit() {
        return Ok(fades);
    }
    Err(invalid("fade", format!("{:.2} s", cleaning.fade_in.0 + cleaning.fade_out.0)))
}

fn search(input: &Path, hum: Hum, progress: &Progress<'_>) -> Result<Option<Mains>> {
    let reading = |error| Error::of_reading(input, error);
    let mut reader = open(input)?;
    let all = reader.frames().unwrap_or_default().max(1);
    let mut search = HumSearch::new(reader.spec(), hum)?;
    let mut block = Vec::new();
    while reader.read(&mut block).map_err(reading)? > 0 {
        progress.at(reader.position() as f32 / all as f32)?;
        search.push(&block)?;
    }
    Ok(search.finish()?)
}

fn open(input: &Path) -> Result<Reader> {
    Reader::open(input).map_err(|error| Error::of_reading(input, error))
}
