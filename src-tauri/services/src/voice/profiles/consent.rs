//! Consent: a receipt for every sample of a voice that is not the musician's own, before it is used.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use son1k_domain::certificate::ConsentReceipt;
use son1k_domain::id::ProfileId;
use son1k_domain::profile::Profile;

use super::{Trouble, named};
use crate::clock::now_ms;
use crate::{Result, Services};

impl Services {
    /// Notes that `person` lets their voice be used for `purpose`: a receipt of today for each sample of the profile. Samples
    /// that are added later need it again.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound), [`Error::InvalidField`](crate::Error::InvalidField) for names that are
    /// empty or too long, [`Trouble::OwnVoice`], [`Trouble::NothingToConsent`].
    pub async fn give_consent(&self, id: &ProfileId, person: &str, purpose: &str) -> Result<()> {
        let (person, purpose) = (named("consent_person", person)?, named("consent_purpose", purpose)?);
        let date = day(now_ms());
        let give = |profile: &mut Profile| {
            if profile.own {
                return Err(Trouble::OwnVoice.into());
            }
            if profile.samples.is_empty() {
                return Err(Trouble::NothingToConsent.into());
            }
            let receipt = |sample: &str| ConsentReceipt {
                person: person.clone(),
                purpose: purpose.clone(),
                date: date.clone(),
                sample: sample.to_owned(),
            };
            profile.consent = profile.samples.iter().map(|sample| receipt(&sample.sha256)).collect();
            Ok(())
        };
        self.profiles.change(id, give).await
    }

    /// Lets go of every receipt of a profile; the voice is not used any more, unless it is the musician's own.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound).
    pub async fn withdraw_consent(&self, id: &ProfileId) -> Result<()> {
        self.profiles
            .change(id, |profile| {
                profile.consent.clear();
                Ok(())
            })
            .await
    }
}

/// Checks that a voice may be used.
///
/// # Errors
/// [`Trouble::NoConsent`].
pub(in crate::voice) fn require(profile: &Profile) -> Result<()> {
    if profile.is_consented() { Ok(()) } else { Err(Trouble::NoConsent(profile.name.clone()).into()) }
}

/// Returns the day of a time, where the musician is.
fn day(ms: f64) -> String {
    let time = Timestamp::from_millisecond(ms as i64).unwrap_or_default();
    time.to_zoned(TimeZone::system()).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_iso_8601_has_it() {
        assert_eq!(day(f64::NAN), day(0.0));
        let day = day(1_795_000_000_000.0);
        assert!(day.starts_with("2026-11-1") && day.len() == 10, "{day}");
    }
}
