//! Loudness over time, kept in the cache under the content it was measured of.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use son1k_domain::id::SoundId;
use son1k_domain::loudness::LoudnessCurve;
use son1k_domain::unit::{Lufs, Seconds};

use super::Library;
use crate::cache::Kind;
use crate::measuring::measure_file;
use crate::{Error, Result};

/// Decides with the content what is kept.
const VERSION: &str = "curve 1";
/// Values that a page gets at most: 40 minutes at 100 ms. A longer sound is thinned, for no screen is wider.
const MOST: usize = 24_000;
/// Steps in a unit of loudness: finer than what ears and meters tell apart.
const STEPS: f32 = 100.0;
const NOTHING: i16 = i16::MIN;

impl Library {
    /// Returns the loudness of a sound over time, measured now where it was not before.
    ///
    /// # Errors
    /// [`Error::SoundMissing`], and why a file cannot be read or measured.
    pub async fn loudness_curve(&self, id: &SoundId) -> Result<LoudnessCurve> {
        let sound = self.known(id).await?;
        let content = self.content_of(&sound.path).await?;
        if let Some(kept) = content.as_deref().and_then(|content| self.kept_curve(content)) {
            return Ok(thinned(kept, MOST));
        }
        let path = self.present(id).await?.path;
        let measuring = tokio::task::spawn_blocking(move || {
            measure_file(Path::new(&path), &AtomicBool::new(false)).map(|(measurement, _)| measurement.curve)
        });
        let curve = measuring.await.map_err(|error| Error::Internal(error.to_string()))??;
        if let Some(content) = content {
            self.keep_curve(&content, &curve);
        }
        Ok(thinned(curve, MOST))
    }

    fn kept_curve(&self, content: &str) -> Option<LoudnessCurve> {
        let key = Kind::Curve.key(VERSION, &content, 0).ok()?;
        unpacked(&self.cache.get_bytes(Kind::Curve, &key)?)
    }

    /// A curve that cannot be kept is measured again.
    pub(super) fn keep_curve(&self, content: &str, curve: &LoudnessCurve) {
        let kept = Kind::Curve
            .key(VERSION, &content, 0)
            .and_then(|key| self.cache.put_bytes(Kind::Curve, &key, &packed(curve)));
        if let Err(error) = kept {
            tracing::warn!(%error, "a curve of loudness could not be kept");
        }
    }
}

/// The spacing, how many values are momentary, those, then the others; hundredths of a unit in 16 bits.
fn packed(curve: &LoudnessCurve) -> Vec<u8> {
    let mut bytes = curve.spacing.0.to_le_bytes().to_vec();
    bytes.extend((curve.momentary.len() as u64).to_le_bytes());
    let steps = |level: Lufs| ((level.0 * STEPS).round() as i16).max(NOTHING + 1);
    for level in curve.momentary.iter().chain(&curve.short_term) {
        bytes.extend(level.map_or(NOTHING, steps).to_le_bytes());
    }
    bytes
}

fn unpacked(bytes: &[u8]) -> Option<LoudnessCurve> {
    let (spacing, rest) = bytes.split_first_chunk::<8>()?;
    let (count, values) = rest.split_first_chunk::<8>()?;
    let (values, rest) = values.as_chunks::<2>();
    let count = usize::try_from(u64::from_le_bytes(*count)).ok()?;
    if count > values.len() || !rest.is_empty() {
        return None;
    }
    let level = |bytes: &[u8; 2]| match i16::from_le_bytes(*bytes) {
        NOTHING => None,
        steps => Some(Lufs(f32::from(steps) / STEPS)),
    };
    Some(LoudnessCurve {
        spacing: Seconds(f64::from_le_bytes(*spacing)),
        momentary: values[..count].iter().map(level).collect(),
        short_term: values[count..].iter().map(level).collect(),
    })
}

/// Keeps the loudest of equal groups, so that no peak is lost; the spacing says how wide they are.
fn thinned(curve: LoudnessCurve, most: usize) -> LoudnessCurve {
    let group = curve.momentary.len().max(curve.short_term.len()).div_ceil(most);
    if group <= 1 {
        return curve;
    }
    let loudest = |levels: &[Option<Lufs>]| {
        let levels = levels.iter().flatten().map(|level| level.0);
        levels.reduce(f32::max).map(Lufs)
    };
    let each = |levels: &[Option<Lufs>]| levels.chunks(group).map(loudest).collect();
    LoudnessCurve {
        spacing: Seconds(curve.spacing.0 * group as f64),
        momentary: each(&curve.momentary),
        short_term: each(&curve.short_term),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(levels: &[Option<f32>]) -> LoudnessCurve {
        let momentary: Vec<_> = levels.iter().map(|level| level.map(Lufs)).collect();
        LoudnessCurve { spacing: Seconds(0.1), short_term: momentary[1..].to_vec(), momentary }
    }

    #[test]
    fn a_kept_curve_is_the_curve() {
        let curve = curve(&[None, Some(-70.0), Some(-14.23), Some(3.5), None]);
        assert_eq!(unpacked(&packed(&curve)), Some(curve.clone()));
        assert_eq!(unpacked(&packed(&curve)[..21]), None);
        assert_eq!(unpacked(&[]), None);
    }

    #[test]
    fn a_long_curve_is_thinned_to_its_loudest_and_says_how_far() {
        let levels: Vec<_> = (0..1_000).map(|at| (at >= 10).then_some(-(at as f32) / 10.0)).collect();
        let thin = thinned(curve(&levels), 100);
        assert_eq!((thin.momentary.len(), thin.spacing), (100, Seconds(1.0)));
        assert_eq!(thin.momentary[..3], [None, Some(Lufs(-1.0)), Some(Lufs(-2.0))]);
        let whole = curve(&levels);
        assert_eq!(thinned(whole.clone(), 1_000), whole);
    }
}
