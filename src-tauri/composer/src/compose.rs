//! From a brief to a score.

use son1k_domain::generation::{Brief, limits};
use son1k_domain::id::{SectionId, TrackId};
use son1k_domain::score::{MixPlan, Role, Score, Section, Track};
use son1k_domain::unit::{Db, Seconds, Ticks};

use crate::cast::{self, Player};
use crate::form::word;
use crate::plan::{Plan, Strike};
use crate::style::{Mix, find};
use crate::{Error, Result, accompany, bass, counter, drums, ending, melody, perform};

/// Composes the piece that a brief orders; the same brief and seed give the same score on every machine.
///
/// # Errors
/// [`Error::UnknownStyle`] when no style has the brief's id, [`Error::InvalidField`] for a tempo, length or meter outside
/// the limits of a request.
pub fn compose(brief: &Brief, seed: u32) -> Result<Score> {
    check(brief)?;
    let style = find(&brief.style)?;
    let plan = Plan::new(style, brief, seed);
    let players = cast::cast(style, brief, seed, plan.feel);
    let tune: Vec<Strike> =
        players.iter().find(|p| p.plan.role == Role::Lead).map_or(Vec::new(), |p| melody::tune(&plan, p));
    let tracks = players.iter().map(|player| track(&plan, player, &players, &tune)).collect::<Vec<_>>();
    Ok(Score {
        title: brief.title.clone(),
        style: brief.style.clone(),
        seed,
        bpm: brief.bpm,
        meter: brief.meter,
        key: brief.key,
        length: Ticks(plan.form.length),
        sections: sections(&plan),
        chords: plan.changes.iter().map(crate::harmony::Change::span).collect(),
        tracks: tracks.into_iter().filter(|track| !track.notes.is_empty()).collect(),
        mix: mix(style.mix, &plan),
    })
}

fn check(brief: &Brief) -> Result<()> {
    let invalid = |field, value: String| Err(Error::InvalidField { field, value });
    if !limits::BPM.contains(&brief.bpm.0) {
        return invalid("bpm", brief.bpm.0.to_string());
    }
    if !limits::DURATION_S.contains(&brief.duration.0) {
        return invalid("duration", brief.duration.0.to_string());
    }
    let meter = brief.meter;
    if !(1..=16).contains(&meter.beats) || !matches!(meter.unit, 2 | 4 | 8 | 16) || meter.bar().0 < 480 {
        return invalid("meter", meter.to_string());
    }
    if brief.key.tonic.0 > 11 {
        return invalid("key", brief.key.tonic.0.to_string());
    }
    Ok(())
}

fn track(plan: &Plan, player: &Player, players: &[Player], tune: &[Strike]) -> Track {
    let mut strikes = match player.plan.role {
        Role::Drums | Role::Percussion => drums::beat(plan, player),
        Role::Bass => bass::line(plan, player, players),
        Role::Chords | Role::Pad | Role::Arpeggio => accompany::accompany(plan, player),
        Role::Lead => tune.to_vec(),
        Role::Counter => counter::counter(plan, player, tune),
        Role::Texture => counter::texture(plan, player),
        Role::Vocal => Vec::new(),
    };
    ending::land(plan, player, &mut strikes);
    Track {
        id: TrackId(player.plan.id.clone()),
        name: player.name.clone(),
        role: player.plan.role,
        sound: player.sound.clone(),
        channel: player.channel.clone(),
        notes: perform::perform(plan, player, strikes),
    }
}

fn sections(plan: &Plan) -> Vec<Section> {
    let parts = plan.form.parts.iter();
    parts
        .map(|part| Section {
            id: SectionId(format!("{}-{}", word(part.kind), part.occurrence)),
            kind: part.kind,
            start: Ticks(part.start),
            length: Ticks(part.length),
            energy: f32::from(u8::try_from(part.energy.min(100)).unwrap_or(100)) / 100.0,
        })
        .collect()
}

fn mix(mix: Mix, plan: &Plan) -> MixPlan {
    let bright = f32::from(i8::try_from(plan.feel.bright).unwrap_or(0));
    MixPlan {
        reverb_time: Seconds(mix.reverb_time),
        delay_quarters: mix.delay_quarters,
        delay_feedback: mix.delay_feedback,
        low_shelf: Db(mix.low_shelf),
        high_shelf: Db(mix.high_shelf + bright * 0.5),
    }
}

#[cfg(test)]
mod tests;
