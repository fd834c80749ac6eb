//! The search for the closest voice: which stock voices come near, which blend of them comes nearer, and what the closest
//! match adds. Every step is spoken and heard; what is kept is what was measured.

use std::sync::atomic::AtomicBool;

use son1k_domain::conversion::Conversion;
use son1k_domain::profile::{BlendPart, Closest};
use son1k_domain::setting::Language;
use son1k_domain::voice::{SpeechRequest, VoiceSettings};
use son1k_inference::likeness::VoicePrint;
use son1k_inference::speaker;
use son1k_sound::Progress;

use crate::cache::Kind;
use crate::voice::casting::Casting;
use crate::voice::converting::{Goal, fit, print_of, silent};
use crate::voice::modulating::{convert, original_of};
use crate::voice::voices;
use crate::{Error, Result, Services};

/// What every voice says to be compared: about four seconds, with every vowel; more would only take longer. Changed when
/// the texts are.
const TEXTS: (u32, [&str; 2]) = (
    2,
    [
        "The old boat moved slowly under the bridge, and nobody said a word.",
        "El viejo barco pasó despacio bajo el puente, y nadie dijo una palabra.",
    ],
);

/// Of the whole, where each part of the search ends.
const STOCK: f32 = 0.6;
const BLENDED: f32 = 0.8;

/// Shares of the second voice of a blend that are tried, and of the third.
const SECOND: [f32; 2] = [0.35, 0.5];
const THIRD: f32 = 0.25;
/// Pace is matched so far; beyond, a voice sounds broken.
const PACE: std::ops::RangeInclusive<f32> = 0.75..=1.3;

/// A blend that was spoken.
struct Candidate {
    blend: Vec<BlendPart>,
    /// At [`speaker::RATE`].
    speech: Vec<f32>,
    likeness: f32,
}

/// Looks for the closest voice to a goal.
pub(super) struct Search<'a> {
    pub(super) services: &'a Services,
    pub(super) goal: &'a Goal,
    pub(super) language: Language,
}

impl Search<'_> {
    /// Returns the closest voice that was found.
    ///
    /// # Errors
    /// [`Error::ModelMissing`], [`Error::ModelCorrupt`], [`Error::Runtime`], [`Error::Cancelled`].
    pub(super) fn run(&self, progress: &Progress<'_>) -> Result<Closest> {
        let ranked = progress.part(0.0, STOCK, |progress| self.rank(progress))?;
        let similarity_before = ranked.first().map(|first| first.1).unwrap_or_default();
        let best = progress.part(STOCK, BLENDED, |progress| self.blend(&ranked, progress))?;
        progress.part(BLENDED, 1.0, |progress| self.shape(best, similarity_before, progress))
    }

    /// Returns the stock voices of the language, the most alike first.
    fn rank(&self, progress: &Progress<'_>) -> Result<Vec<(BlendPart, f32)>> {
        let stock: Vec<_> = voices().into_iter().filter(|voice| voice.language == self.language).collect();
        let mut ranked = Vec::with_capacity(stock.len());
        for (number, voice) in stock.iter().enumerate() {
            progress.at(number as f32 / stock.len() as f32)?;
            let part = BlendPart { voice: voice.id.clone(), weight: 1.0 };
            let likeness = self.stock_print(&part)?.likeness(&self.goal.print);
            ranked.push((part, likeness));
        }
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(ranked)
    }

    /// Returns the vector of a stock voice, from the cache or spoken now.
    fn stock_print(&self, part: &BlendPart) -> Result<VoicePrint> {
        let cache = &self.services.cache;
        let key = Kind::VoicePrint.key("resemblyzer 1", &(part.voice.as_str(), self.language), TEXTS.0)?;
        let kept = cache.get_bytes(Kind::VoicePrint, &key).and_then(|bytes| {
            let values = bytes.as_chunks::<4>().0.iter().map(|value| f32::from_le_bytes(*value));
            VoicePrint::towards(values.collect())
        });
        if let Some(print) = kept {
            return Ok(print);
        }
        let print = self.print_of(&self.speak(std::slice::from_ref(part), 1.0)?)?;
        let bytes: Vec<u8> = print.values().iter().flat_map(|value| value.to_le_bytes()).collect();
        // What cannot be kept is heard again another time.
        if let Err(error) = cache.put_bytes(Kind::VoicePrint, &key, &bytes) {
            tracing::warn!(%error, "the vector of a voice was not kept");
        }
        Ok(print)
    }

    /// Tries blends of the most alike three, and returns the best of them and the single ones.
    fn blend(&self, ranked: &[(BlendPart, f32)], progress: &Progress<'_>) -> Result<Candidate> {
        let first = ranked.first().ok_or_else(|| Error::Internal("no voice speaks the language".into()))?;
        let mut best = self.candidate(vec![first.0.clone()])?;
        let others = &ranked[1..ranked.len().min(3)];
        let all = others.len() * SECOND.len() + 1;
        let mut tried = 0;
        for (other, _) in others {
            for share in SECOND {
                progress.at(tried as f32 / all as f32)?;
                tried += 1;
                let candidate = self.candidate(mixed(std::slice::from_ref(&first.0), other, share))?;
                best = better(best, candidate);
            }
        }
        let outside = others.iter().map(|(part, _)| part);
        let third = outside.into_iter().find(|part| best.blend.iter().all(|used| used.voice != part.voice));
        if let (Some(third), true) = (third, best.blend.len() > 1) {
            progress.at(tried as f32 / all as f32)?;
            let candidate = self.candidate(mixed(&best.blend, third, THIRD))?;
            best = better(best, candidate);
        }
        best.blend.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        Ok(best)
    }

    fn candidate(&self, blend: Vec<BlendPart>) -> Result<Candidate> {
        let speech = self.speak(&blend, 1.0)?;
        let likeness = self.print_of(&speech)?.likeness(&self.goal.print);
        Ok(Candidate { blend, speech, likeness })
    }

    /// Matches pitch, range, formants and pace of a blend, as far as that brings it closer.
    fn shape(&self, best: Candidate, similarity_before: f32, progress: &Progress<'_>) -> Result<Closest> {
        let mut closest = Closest {
            blend: best.blend,
            conversion: Conversion::default(),
            pace: 1.0,
            similarity_before,
            similarity: best.likeness,
        };
        let Some(goal) = &self.goal.traits else { return Ok(closest) };
        let shelf = &self.services.shelf;
        let original = original_of(shelf, best.speech, speaker::RATE, &silent(progress))?;
        let Some(fit) = fit(shelf, &original, best.likeness, self.goal, progress)? else {
            return Ok(closest);
        };
        (closest.conversion, closest.similarity) = (fit.conversion, fit.similarity);
        let pace = (goal.pace / fit.own.pace.max(0.5)).clamp(*PACE.start(), *PACE.end());
        // A pace far from its own takes some voices further away than they were before anything was matched.
        for pace in [pace, (1.0 + pace) / 2.0] {
            let paced = Closest { pace, ..closest.clone() };
            let similarity = self.final_likeness(&paced)?;
            if similarity >= similarity_before {
                closest = Closest { similarity, ..paced };
                break;
            }
        }
        progress.at(1.0)?;
        Ok(closest)
    }

    /// Returns how alike the voice is as it will speak, with its pace.
    fn final_likeness(&self, closest: &Closest) -> Result<f32> {
        let nobody = AtomicBool::new(false);
        let quiet = Progress { report: &|_| (), cancelled: &nobody };
        let mut speech = self.speak(&closest.blend, closest.pace)?;
        if !closest.conversion.is_neutral() {
            let original = original_of(&self.services.shelf, speech, speaker::RATE, &quiet)?;
            speech = convert(&original, &closest.conversion, &quiet)?;
        }
        Ok(self.print_of(&speech)?.likeness(&self.goal.print))
    }

    /// Returns the text of the language as a blend says it, without its pauses. Phrases are kept in the result cache.
    fn speak(&self, blend: &[BlendPart], pace: f32) -> Result<Vec<f32>> {
        let casting = Casting { pace, ..Casting::of_stock(blend)? };
        let text = TEXTS.1[usize::from(self.language == Language::Es)];
        let request = SpeechRequest {
            text: text.to_owned(),
            voice: casting.voice.id.clone(),
            settings: VoiceSettings::default(),
            speed: 1.0,
            pauses: 0.0,
            loudness: None,
            dictionary: Vec::new(),
        };
        let (mut speech, nobody) = (Vec::new(), AtomicBool::new(false));
        self.services.narrator_of(casting, request)?.read(&nobody, |said| {
            speech.extend(said.samples);
            Ok(())
        })?;
        Ok(speech)
    }

    /// Returns the vector of speech at [`speaker::RATE`].
    fn print_of(&self, speech: &[f32]) -> Result<VoicePrint> {
        let nobody = AtomicBool::new(false);
        let quiet = Progress { report: &|_| (), cancelled: &nobody };
        let print = print_of(&self.services.shelf, speech, speaker::RATE, &quiet)?;
        print.ok_or_else(|| Error::Internal("a voice said nothing".into()))
    }
}

/// Returns a blend with a share of another voice.
fn mixed(blend: &[BlendPart], other: &BlendPart, share: f32) -> Vec<BlendPart> {
    let rest = blend.iter().map(|part| BlendPart { weight: part.weight * (1.0 - share), ..part.clone() });
    rest.chain([BlendPart { weight: share, ..other.clone() }]).collect()
}

fn better(one: Candidate, other: Candidate) -> Candidate {
    if other.likeness > one.likeness { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_blend_are_one_together() {
        let part = |voice: &str| BlendPart { voice: voice.into(), weight: 1.0 };
        let two = mixed(&[part("a")], &part("b"), 0.35);
        let three = mixed(&two, &part("c"), 0.25);
        assert!((three.iter().map(|part| part.weight).sum::<f32>() - 1.0).abs() < 1e-6);
        assert_eq!((three.len(), three[2].weight), (3, 0.25));
    }
}
