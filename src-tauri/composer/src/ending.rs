//! The last chord: everyone lands together on the tonic and lets it ring.

use son1k_domain::score::Role;

use crate::cast::Player;
use crate::drums::{CRASH, KICK};
use crate::plan::{Plan, Strike};
use crate::style::Practice;
use crate::theory::voicing::{Space, nearest_pitch};

/// Adds a player's last notes to its part.
pub(crate) fn land(plan: &Plan, player: &Player, strikes: &mut Vec<Strike>) {
    let Some(change) = plan.changes.last() else { return };
    let (at, length) = (plan.form.ending, plan.form.length - plan.form.ending);
    let present = plan.form.parts.last().is_some_and(|part| plan.level(player, part).is_some());
    let before = strikes.iter().filter(|s| s.at < at).max_by_key(|s| (s.at, s.pitch)).map(|s| s.pitch);
    let chord = &change.chord;
    let mut ring = |pitch: u8, force: i32| strikes.push(Strike { at, length, pitch, force });
    match player.plan.role {
        Role::Drums if present => {
            ring(KICK, 92);
            if plan.style.drums.crash {
                ring(CRASH, 84);
            }
        }
        Role::Bass => {
            let mut hand = crate::bass::Hand::new(player);
            ring(hand.place(chord.bass), 88);
        }
        Role::Chords | Role::Pad => {
            let space = Space { low: player.range[0], high: player.range[1], voices: player.plan.voices };
            for pitch in crate::accompany::grip(player, chord, space, None) {
                ring(pitch, 72);
            }
        }
        Role::Arpeggio if present => {
            let tones: Vec<u8> =
                (player.range[0]..=player.range[1]).filter(|p| chord.has(*p)).take(4).collect();
            let step = (length / 8).min(120);
            for (index, pitch) in (0u32..).zip(tones) {
                let late = index * step;
                strikes.push(Strike { at: at + late, length: length - late, pitch, force: 70 });
            }
        }
        Role::Lead if present => ring(home(plan, player, before), 80),
        Role::Counter if present && player.plan.practice != Practice::Octave => {
            ring(nearest_pitch(chord.fifth(), before.unwrap_or(67)), 66);
        }
        _ => {}
    }
}

/// The tonic nearest to where the tune was.
fn home(plan: &Plan, player: &Player, before: Option<u8>) -> u8 {
    let middle = player.range[0] + (player.range[1] - player.range[0]) / 2;
    let pitch = nearest_pitch(plan.key.tonic.0, before.unwrap_or(middle));
    if pitch > player.range[1] {
        pitch - 12
    } else if pitch < player.range[0] {
        pitch + 12
    } else {
        pitch
    }
}
