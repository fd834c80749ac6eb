//! Mixer channels from a style's plan.

use son1k_domain::id::TrackId;
use son1k_domain::score::{Channel, Compressor, Duck, EqBand, Role};
use son1k_domain::unit::{Db, Hertz, Pan};

use super::Player;
use crate::mood::Feel;
use crate::style::ChannelPlan;

/// Keys of the kick drum in General MIDI.
const KICKS: [u8; 2] = [35, 36];

pub(super) fn channel(plan: &ChannelPlan) -> Channel {
    Channel {
        level: Db(plan.level),
        pan: Pan(plan.pan),
        width: plan.width.unwrap_or(1.0),
        high_pass: plan.high_pass.map(Hertz),
        low_pass: plan.low_pass.map(Hertz),
        eq: plan
            .eq
            .iter()
            .map(|[f, gain, q]| EqBand { frequency: Hertz(*f), gain: Db(*gain), q: *q })
            .collect(),
        compressor: plan.comp.map(|[threshold, ratio, attack_ms, release_ms, makeup]| Compressor {
            threshold: Db(threshold),
            ratio,
            attack_ms,
            release_ms,
            makeup: Db(makeup),
        }),
        drive: plan.drive,
        reverb: plan.reverb.map(Db),
        delay: plan.delay.map(Db),
        duck: None,
    }
}

/// A channel for someone the style did not plan with.
pub(super) fn guest(level: f32) -> ChannelPlan {
    ChannelPlan { level, reverb: Some(-14.0), high_pass: Some(80.0), ..ChannelPlan::default() }
}

/// Ties the side-chains to the drums and gives every send the mood's space.
pub(super) fn wire(players: &mut [Player], feel: Feel) {
    let drums = players.iter().find(|p| p.plan.role == Role::Drums).map(|p| TrackId(p.plan.id.clone()));
    let space = f32::from(i8::try_from(feel.space).unwrap_or(0));
    for player in players {
        if let (Some(from), Some([depth, release_ms])) = (&drums, player.plan.channel.duck) {
            player.channel.duck =
                Some(Duck { from: from.clone(), keys: KICKS.to_vec(), depth: Db(depth), release_ms });
        }
        player.channel.reverb = player.channel.reverb.map(|send| Db((send.0 + space).min(0.0)));
    }
}
