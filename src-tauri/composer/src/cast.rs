//! The cast: who plays which part, after what was wanted and what was refused.

mod channel;

use son1k_domain::generation::Brief;
use son1k_domain::score::{Channel, Patch, Role, Sound};

use crate::instrument::{self, Instrument, instrument, refuses};
use crate::mood::Feel;
use crate::random::Dice;
use crate::style::{Practice, SoundPlan, Style, TrackPlan};

/// Most tracks a piece has.
const MOST: usize = 9;

/// A part with the instrument that plays it.
#[derive(Debug, Clone)]
pub(crate) struct Player {
    pub(crate) plan: TrackPlan,
    pub(crate) name: String,
    pub(crate) instrument: String,
    pub(crate) sound: Sound,
    pub(crate) range: [u8; 2],
    /// Whether the style's arrangements name it; a guest plays wherever the piece is not thin.
    pub(crate) guest: bool,
    pub(crate) channel: Channel,
}

/// Casts every part of the style.
pub(crate) fn cast(style: &Style, brief: &Brief, seed: u32, feel: Feel) -> Vec<Player> {
    let wanted: Vec<&str> =
        brief.instruments.iter().map(String::as_str).filter(|id| !refused(id, brief)).collect();
    let mut players: Vec<Player> =
        style.tracks.iter().filter_map(|plan| engage(plan, brief, &wanted, seed)).collect();
    let mut taken: Vec<usize> = Vec::new();
    for id in wanted {
        invite(id, &mut players, &mut taken);
    }
    make_room(&mut players, &taken);
    channel::wire(&mut players, feel);
    players
}

fn refused(id: &str, brief: &Brief) -> bool {
    let sound = instrument(id).map_or(Sound::SoundFont { bank: 0, program: 0 }, |i| i.sound);
    brief.without.iter().any(|no| refuses(no, id, &sound))
}

/// Chooses a sound for a part: a wanted one, else by the seed among those not refused, else a stand-in.
fn engage(plan: &TrackPlan, brief: &Brief, wanted: &[&str], seed: u32) -> Option<Player> {
    let drums = matches!(plan.role, Role::Drums | Role::Percussion);
    let bar = |id: &str| brief.without.iter().any(|no| no == id);
    if (drums && bar("drums")) || (plan.role == Role::Percussion && bar("percussion")) {
        return None;
    }
    if plan.role == Role::Bass && bar("bass") {
        return None;
    }
    if plan.on_request && !plan.sounds.iter().any(|sound| wanted.contains(&sound.instrument.as_str())) {
        return None;
    }
    let allowed: Vec<&SoundPlan> = plan
        .sounds
        .iter()
        .filter(|s| !brief.without.iter().any(|no| refuses(no, &s.instrument, &sound(s))))
        .collect();
    let asked = allowed.iter().find(|s| wanted.contains(&s.instrument.as_str())).copied();
    let weights: Vec<u32> = allowed.iter().map(|s| s.weight).collect();
    let drawn = Dice::new(seed, &format!("cast/{}", plan.id)).weighted(&weights);
    match asked.or_else(|| allowed.get(drawn).copied()) {
        Some(chosen) => Some(Player {
            name: chosen.name.clone(),
            instrument: chosen.instrument.clone(),
            sound: sound(chosen),
            range: plan.range,
            guest: false,
            channel: channel::channel(&plan.channel),
            plan: plan.clone(),
        }),
        None => stand_in(plan, brief),
    }
}

fn stand_in(plan: &TrackPlan, brief: &Brief) -> Option<Player> {
    let id = instrument::stand_ins(plan.role).iter().find(|id| !refused(id, brief))?;
    let found = instrument(id)?;
    Some(Player {
        name: found.name.to_owned(),
        instrument: (*id).to_owned(),
        sound: found.sound,
        range: inside(plan.range, found.range),
        guest: false,
        channel: channel::channel(&plan.channel),
        plan: plan.clone(),
    })
}

fn sound(plan: &SoundPlan) -> Sound {
    match (plan.kit, plan.patch, plan.drum_kit) {
        (Some(kit), _, _) => Sound::Kit { kit },
        (_, Some(patch), _) => Sound::Synth { patch },
        (_, _, Some(program)) => Sound::SoundFont { bank: 128, program },
        _ => Sound::SoundFont { bank: 0, program: plan.program.unwrap_or(0) },
    }
}

/// Gives a wanted instrument a part: its own if it has one already, else the best part nobody else was wanted for, else
/// a new one.
fn invite(id: &str, players: &mut Vec<Player>, taken: &mut Vec<usize>) {
    if let Some(index) = players.iter().position(|p| p.instrument == id) {
        taken.push(index);
        return;
    }
    let Some(found) = instrument(id) else { return };
    // A bed does not take the place of a riser: textures join.
    let free = |role: &Role| {
        let fits = |i: &usize| players[*i].plan.role == *role && *role != Role::Texture && !taken.contains(i);
        (0..players.len()).find(fits)
    };
    match found.roles.iter().find_map(free) {
        Some(index) => {
            let player = &mut players[index];
            player.range = inside(player.plan.range, found.range);
            player.name = found.name.to_owned();
            player.instrument = id.to_owned();
            player.sound = role_sound(found, player.plan.role);
            taken.push(index);
        }
        None => {
            taken.push(players.len());
            players.push(guest(id, found, players.len()));
        }
    }
}

/// A synthesiser asked for by name sounds as its part needs.
fn role_sound(found: Instrument, role: Role) -> Sound {
    match (found.sound, role) {
        (Sound::Synth { patch: Patch::SawLead }, Role::Chords) => Sound::Synth { patch: Patch::Supersaw },
        (Sound::Synth { patch: Patch::SawLead }, Role::Arpeggio) => Sound::Synth { patch: Patch::Pluck },
        (sound, _) => sound,
    }
}

fn guest(id: &str, found: Instrument, index: usize) -> Player {
    let role = found.roles.first().copied().unwrap_or(Role::Counter);
    let (practice, patterns, level) = match role {
        Role::Pad | Role::Chords => (Practice::Sustain, Vec::new(), -12.0),
        Role::Arpeggio => (Practice::Pattern, vec![vec!["0.1.2.3.4.3.2.1.".to_owned()]], -12.0),
        Role::Bass => (Practice::Pattern, vec![vec!["R---..R-R---..5-".to_owned()]], -3.0),
        Role::Texture | Role::Vocal => (Practice::Bed, Vec::new(), -22.0),
        Role::Drums | Role::Percussion => (Practice::Pattern, Vec::new(), -4.0),
        Role::Lead | Role::Counter => (Practice::Answer, Vec::new(), -7.0),
    };
    let plan = TrackPlan {
        id: format!("{id}-{index}"),
        role: if role == Role::Lead { Role::Counter } else { role },
        sounds: Vec::new(),
        range: found.range,
        voices: 3,
        practice,
        patterns,
        strum_ms: 0,
        on_request: false,
        channel: channel::guest(level),
    };
    Player {
        name: found.name.to_owned(),
        instrument: id.to_owned(),
        sound: found.sound,
        range: found.range,
        guest: true,
        channel: channel::channel(&plan.channel),
        plan,
    }
}

/// Moves a part's range by octaves into an instrument's, then cuts it to fit.
fn inside(part: [u8; 2], own: [u8; 2]) -> [u8; 2] {
    let (mut low, mut high) = (i32::from(part[0]), i32::from(part[1]));
    let (own_low, own_high) = (i32::from(own[0]), i32::from(own[1]));
    while (low + high) / 2 < own_low + 5 {
        (low, high) = (low + 12, high + 12);
    }
    while (low + high) / 2 > own_high - 5 && low >= 12 {
        (low, high) = (low - 12, high - 12);
    }
    let (low, high) = (low.max(own_low), high.min(own_high));
    if high - low < 11 { own } else { [key(low), key(high)] }
}

fn key(value: i32) -> u8 {
    u8::try_from(value.clamp(0, 127)).unwrap_or(60)
}

/// Lets the least important players go until the stage is not crowded.
fn make_room(players: &mut Vec<Player>, taken: &[usize]) {
    let wanted: Vec<String> =
        taken.iter().filter_map(|i| players.get(*i)).map(|p| p.plan.id.clone()).collect();
    while players.len() > MOST {
        let rank = |role: Role| match role {
            Role::Texture | Role::Vocal => 6,
            Role::Percussion => 5,
            Role::Counter => 4,
            Role::Arpeggio => 3,
            Role::Pad => 2,
            Role::Chords => 1,
            Role::Drums | Role::Bass | Role::Lead => 0,
        };
        let spare = (0..players.len())
            .filter(|i| !wanted.contains(&players[*i].plan.id))
            .max_by_key(|i| rank(players[*i].plan.role));
        match spare {
            Some(index) => players.remove(index),
            None => players.remove(players.len() - 1),
        };
    }
}
