//! Who speaks: a stock voice, a blend of some, the closest voice of a profile, or a voice of ElevenLabs.

use son1k_domain::certificate::ConsentReceipt;
use son1k_domain::conversion::Conversion;
use son1k_domain::id::{ProfileId, VoiceId};
use son1k_domain::profile::{BlendPart, Closest, Profile, limits};
use son1k_domain::setting::Language;
use son1k_domain::voice::Voice;

use super::profiles::{Trouble, consent};
use super::{INSTANT, find, invalid, modulating, needs, voices};
use crate::shelf::Shelf;
use crate::{Error, Result, Services};

/// What the id of a profile's closest voice begins with.
const PROFILE: &str = "profile:";

/// Returns whether a voice is the closest voice of a profile.
pub(super) fn is_profile(id: &VoiceId) -> bool {
    id.as_str().starts_with(PROFILE)
}

/// A voice as it is put together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Casting {
    /// As it is shown; its accent is that of the greatest part.
    pub(super) voice: Voice,
    /// The greatest part first; a stock voice is one part, and a voice of ElevenLabs has none.
    pub(super) blend: Vec<BlendPart>,
    /// What is changed of what the blend says.
    pub(super) conversion: Option<Conversion>,
    /// Factor on the pace of the blend.
    pub(super) pace: f32,
    /// Who has consented to the use of a profile's voice; empty for stock voices and for the musician's own.
    pub(super) consent: Vec<ConsentReceipt>,
}

impl Services {
    /// Returns what a voice is called and which language it speaks: a stock voice, a blend, that of a profile, or one of
    /// ElevenLabs. Whether it is ready is not looked at.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for what is no voice, [`Error::NotFound`] without such a profile, [`Trouble::NoConsent`],
    /// [`Trouble::NoClosest`], [`Error::Remote`] for a voice of ElevenLabs that the account does not have.
    pub fn voice(&self, id: &VoiceId) -> Result<Voice> {
        Ok(self.cast(id)?.voice)
    }

    /// Returns the voice of an id: `af_heart`, `af_heart*0.6+af_bella*0.4`, `hibari`, `profile:…`, `elevenlabs:…`.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for what is no voice, [`Error::NotFound`] without such a profile, [`Trouble::NoConsent`],
    /// [`Trouble::NoClosest`], [`Error::Remote`] for a voice of ElevenLabs that the account does not have.
    pub(super) fn cast(&self, id: &VoiceId) -> Result<Casting> {
        if id.remote().is_some() {
            return Ok(Casting::of_remote(self.remote.voice(id)?));
        }
        match id.as_str().strip_prefix(PROFILE) {
            Some(profile) => of_profile(&self.profiles.get(&ProfileId(profile.to_owned()))?),
            None if id.as_str() == INSTANT => {
                Casting::of_stock(&[BlendPart { voice: id.clone(), weight: 1.0 }])
            }
            None => blend(id),
        }
    }

    /// Returns the profiles that have a closest voice, as voices. `ready` says whether a stock voice of a language is.
    pub(super) fn profile_voices(&self, ready: impl Fn(Language) -> bool) -> Vec<Voice> {
        let converts = self.shelf.require_all(&modulating::NEEDS).is_ok();
        let card = |profile: Profile| {
            let voice = card_of(&profile, profile.closest.as_ref()?)?;
            Some(Voice { ready: converts && ready(voice.language) && profile.is_consented(), ..voice })
        };
        self.profiles.list().into_iter().filter_map(card).collect()
    }
}

impl Casting {
    /// Returns a voice that is put together of stock voices.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a part that is no stock voice.
    pub(super) fn of_stock(blend: &[BlendPart]) -> Result<Self> {
        let first = blend.first().ok_or_else(|| invalid("voice", ""))?;
        let (voice, blend, consent) = (find(&first.voice)?, blend.to_vec(), Vec::new());
        Ok(Self { voice, blend, conversion: None, pace: 1.0, consent })
    }

    fn of_remote(voice: Voice) -> Self {
        Self { voice, blend: Vec::new(), conversion: None, pace: 1.0, consent: Vec::new() }
    }

    /// Returns whether it speaks elsewhere than on this machine.
    pub(super) fn is_remote(&self) -> bool {
        self.voice.id.remote().is_some()
    }

    /// Checks that all that it speaks with is on the shelf.
    ///
    /// # Errors
    /// [`Error::ModelMissing`], [`Error::ModelCorrupt`].
    pub(super) fn require(&self, shelf: &Shelf) -> Result<()> {
        if self.is_remote() {
            return Ok(());
        }
        let mut entries = needs(&self.voice);
        if self.conversion.is_some() {
            entries.extend(modulating::NEEDS);
        }
        shelf.require_all(&entries)
    }

    /// Returns what its sound depends on beside the conversion: the same text for the same blend.
    pub(super) fn key(&self) -> String {
        match &self.blend[..] {
            [only] => only.voice.to_string(),
            parts => {
                let part = |part: &BlendPart| format!("{}*{:.3}", part.voice, part.weight);
                parts.iter().map(part).collect::<Vec<_>>().join("+")
            }
        }
    }
}

fn of_profile(profile: &Profile) -> Result<Casting> {
    consent::require(profile)?;
    let none = || Error::from(Trouble::NoClosest(profile.name.clone()));
    let closest = profile.closest.as_ref().ok_or_else(none)?;
    let voice = card_of(profile, closest).ok_or_else(none)?;
    let changes = !closest.conversion.is_neutral();
    Ok(Casting {
        voice,
        blend: closest.blend.clone(),
        conversion: changes.then(|| closest.conversion.clone()),
        pace: closest.pace,
        consent: if profile.own { Vec::new() } else { profile.consent.clone() },
    })
}

fn card_of(profile: &Profile, closest: &Closest) -> Option<Voice> {
    let like = find(&closest.blend.first()?.voice).ok()?;
    let id = VoiceId(format!("{PROFILE}{}", profile.id));
    Some(Voice { id, name: profile.name.clone(), ..like })
}

/// Returns the blend of stock voices that an id writes out; one voice is a blend of itself.
fn blend(id: &VoiceId) -> Result<Casting> {
    let wrong = || invalid("voice", id);
    let stock = voices();
    let mut parts = Vec::new();
    for text in id.as_str().split('+') {
        let (name, weight) = match text.split_once('*') {
            Some((name, weight)) => (name.trim(), weight.trim().parse().map_err(|_| wrong())?),
            None => (text.trim(), 1.0_f32),
        };
        let voice = stock.iter().find(|voice| voice.id.as_str() == name).ok_or_else(wrong)?;
        if !weight.is_finite() || weight <= 0.0 || parts.iter().any(|(other, _)| *other == voice) {
            return Err(wrong());
        }
        parts.push((voice, weight));
    }
    let one_language = parts.windows(2).all(|pair| pair[0].0.language == pair[1].0.language);
    if parts.len() > limits::BLEND || !one_language {
        return Err(invalid("voice_blend", id));
    }
    parts.sort_by(|a, b| b.1.total_cmp(&a.1));
    let sum: f32 = parts.iter().map(|(_, weight)| weight).sum();
    let names: Vec<&str> = parts.iter().map(|(voice, _)| voice.name.as_str()).collect();
    let (name, first) = (names.join(" + "), parts[0].0.clone());
    let part = |(voice, weight): &(&Voice, f32)| BlendPart { voice: voice.id.clone(), weight: weight / sum };
    Ok(Casting {
        voice: Voice { id: if parts.len() == 1 { first.id.clone() } else { id.clone() }, name, ..first },
        blend: parts.iter().map(part).collect(),
        conversion: None,
        pace: 1.0,
        consent: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use son1k_domain::voice::Accent;

    fn cast(id: &str) -> Result<Casting> {
        blend(&id.into())
    }

    #[test]
    fn a_stock_voice_is_a_blend_of_itself() {
        let heart = cast("af_heart").unwrap();
        assert_eq!((heart.key().as_str(), heart.voice.name.as_str()), ("af_heart", "Heart"));
        assert_eq!(cast("af_heart*0.3").unwrap(), heart);
    }

    #[test]
    fn a_blend_is_the_same_in_whichever_order_and_measure_it_is_written() {
        let blend = cast("af_bella*2+bm_george*3").unwrap();
        assert_eq!(blend.key(), "bm_george*0.600+af_bella*0.400");
        assert_eq!(cast("bm_george * 0.6 + af_bella * 0.4").unwrap().blend, blend.blend);
        assert_eq!((blend.voice.accent, blend.voice.name.as_str()), (Accent::British, "George + Bella"));
        assert_eq!(cast("af_heart+am_adam").unwrap().key(), "af_heart*0.500+am_adam*0.500");
    }

    #[test]
    fn what_cannot_be_blended_is_refused_by_name() {
        let field = |id: &str| match cast(id) {
            Err(Error::InvalidField { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        for wrong in
            ["", "nobody", "af_heart+", "af_heart*-1", "af_heart*NaN", "af_heart+af_heart", "af_heart*x"]
        {
            assert_eq!(field(wrong), "voice", "{wrong}");
        }
        assert_eq!(field("af_heart+ef_dora"), "voice_blend");
        assert_eq!(field("af_heart+af_bella+am_adam+bm_george"), "voice_blend");
    }
}
