//! Settings of the mixer compared.

use loro::LoroValue;
use son1k_domain::comparison::{Change, Control};
use son1k_domain::id::TrackId;

use super::Lanes;
use crate::node::Node;
use crate::words::{channel_control, figure, mix_control, strip_control};

pub(super) fn compare(old: &Lanes, new: &Lanes, changes: &mut Vec<Change>) {
    for (key, track) in new.node.items("tracks") {
        let Some(was) = old.track(key) else { continue };
        let id = Some(TrackId(track.text("id").to_owned()));
        let name = track.text("name");
        settings((id.clone(), name), (was, track), "strip", strip_control, changes);
        settings((id, name), (was, track), "channel", channel_control, changes);
    }
    settings((None, ""), (old.node, new.node), "mix", mix_control, changes);
}

fn settings(
    (track, name): (Option<TrackId>, &str),
    (was, is): (&Node, &Node),
    key: &str,
    control: impl Fn(&str) -> Option<Control>,
    changes: &mut Vec<Change>,
) {
    let (was, is) = (was.field(key), is.field(key));
    if was == is {
        return;
    }
    let keys = |node: Option<&Node>| -> Vec<String> {
        node.and_then(Node::fields).map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
    };
    let mut all = keys(was);
    all.extend(keys(is));
    all.sort();
    all.dedup();
    for key in all {
        let Some(control) = control(&key) else { continue };
        let (before, after) = (setting(was, &key, control), setting(is, &key, control));
        if before != after {
            let (before, after) = (figure(control, &before), figure(control, &after));
            changes.push(Change::Mixer {
                track: track.clone(),
                name: name.to_owned(),
                control,
                before,
                after,
            });
        }
    }
}

/// Returns what a control is set to; a strip that nobody touched is neutral.
fn setting(node: Option<&Node>, key: &str, control: Control) -> LoroValue {
    let value = node.map_or(&LoroValue::Null, |node| node.value(key));
    match (value, control) {
        (LoroValue::Null, Control::Fader | Control::Pan) => LoroValue::Double(0.0),
        (LoroValue::Null, Control::Mute | Control::Solo) => LoroValue::Bool(false),
        (value, _) => value.clone(),
    }
}
