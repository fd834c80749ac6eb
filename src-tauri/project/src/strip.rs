//! The mixer: the root map `mixer` has one map for each track that somebody could have touched.

use loro::{Container, LoroDoc, LoroMap, LoroValue, ValueOrContainer};
use son1k_domain::id::TrackId;
use son1k_domain::project::{Strip, StripChange};
use son1k_domain::score::Track;
use son1k_domain::unit::{Db, Pan};

use crate::Result;
use crate::node::Node;
use crate::value::{entry, field, plain};

/// Lowest and highest level of a fader; the lowest is off.
const LEVEL: (f32, f32) = (-60.0, 12.0);

/// Makes a neutral strip for each track.
pub(crate) fn lay_out(tracks: &[Track]) -> Result<Node> {
    let neutral = neutral()?;
    Ok(Node::Fields(tracks.iter().map(|track| (track.id.0.clone(), neutral.clone())).collect()))
}

fn neutral() -> Result<Node> {
    let controls = [
        StripChange::Level(Db(0.0)),
        StripChange::Pan(Pan(0.0)),
        StripChange::Mute(false),
        StripChange::Solo(false),
    ];
    let entries = controls.iter().map(|change| {
        let (key, value) = entry_of(change)?;
        Ok((key.to_owned(), Node::Value(value)))
    });
    Ok(Node::Fields(entries.collect::<Result<_>>()?))
}

/// Writes one change, kept inside the range of its control.
pub(crate) fn set(doc: &LoroDoc, track: &TrackId, change: &StripChange) -> Result<()> {
    let (key, value) = entry_of(change)?;
    let mixer = doc.get_map("mixer");
    let strip = match mixer.get(track.as_str()) {
        Some(ValueOrContainer::Container(Container::Map(strip))) => strip,
        _ => mixer.insert_container(track.as_str(), LoroMap::new())?,
    };
    strip.insert(key, value)?;
    Ok(())
}

fn entry_of(change: &StripChange) -> Result<(&'static str, LoroValue)> {
    Ok(match change {
        StripChange::Level(Db(db)) => ("level", plain("a level", &Db(db.clamp(LEVEL.0, LEVEL.1)))?),
        StripChange::Pan(Pan(pan)) => ("pan", plain("a pan", &Pan(pan.clamp(-1.0, 1.0)))?),
        StripChange::Mute(mute) => ("mute", (*mute).into()),
        StripChange::Solo(solo) => ("solo", (*solo).into()),
    })
}

/// Reads one strip for each track out of the deep value of the mixer.
pub(crate) fn read_all(tracks: Vec<TrackId>, mixer: &LoroValue) -> Vec<Strip> {
    let read = |track: TrackId| {
        let map = entry(mixer, track.as_str());
        read_one(track, map)
    };
    tracks.into_iter().map(read).collect()
}

fn read_one(track: TrackId, map: &LoroValue) -> Strip {
    let neutral = Strip::neutral(track);
    Strip {
        level: field(map, "level").unwrap_or(neutral.level),
        pan: field(map, "pan").unwrap_or(neutral.pan),
        mute: field(map, "mute").unwrap_or(neutral.mute),
        solo: field(map, "solo").unwrap_or(neutral.solo),
        track: neutral.track,
    }
}
