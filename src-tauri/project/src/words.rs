//! From the tree to the words of music: controls, figures, notes.

use loro::LoroValue;
use serde::de::DeserializeOwned;
use son1k_domain::comparison::{Control, Figure};
use son1k_domain::score::Note;
use son1k_domain::unit::{Db, Hertz, Pan, Seconds, Ticks};

use crate::arrangement::note_figures;
use crate::node::Node;
use crate::value::{items, read};

/// Returns the control that a field of a strip sets.
pub(crate) fn strip_control(key: &str) -> Option<Control> {
    Some(match key {
        "level" => Control::Fader,
        "pan" => Control::Pan,
        "mute" => Control::Mute,
        "solo" => Control::Solo,
        _ => return None,
    })
}

/// Returns the control that a field of a track's channel sets.
pub(crate) fn channel_control(key: &str) -> Option<Control> {
    Some(match key {
        "level" => Control::Level,
        "pan" => Control::Balance,
        "width" => Control::Width,
        "high_pass" => Control::HighPass,
        "low_pass" => Control::LowPass,
        "eq" => Control::Equaliser,
        "compressor" => Control::Compressor,
        "drive" => Control::Drive,
        "reverb" => Control::Reverb,
        "delay" => Control::Delay,
        "duck" => Control::Ducking,
        _ => return None,
    })
}

/// Returns the control that a field of the mix sets.
pub(crate) fn mix_control(key: &str) -> Option<Control> {
    Some(match key {
        "reverb_time" => Control::ReverbTime,
        "delay_quarters" => Control::DelayTime,
        "delay_feedback" => Control::DelayFeedback,
        "low_shelf" => Control::LowShelf,
        "high_shelf" => Control::HighShelf,
        _ => return None,
    })
}

/// Reads what a control is set to; nothing is off.
pub(crate) fn figure(control: Control, value: &LoroValue) -> Figure {
    use Control as C;
    let number = match value {
        LoroValue::Double(number) => *number,
        LoroValue::I64(number) => *number as f64,
        LoroValue::Bool(on) => return Figure::Switch(*on),
        LoroValue::List(list) => return Figure::Several(u32::try_from(list.len()).unwrap_or(u32::MAX)),
        LoroValue::Map(map) => return Figure::Several(u32::try_from(map.len()).unwrap_or(u32::MAX)),
        _ => return Figure::Off,
    };
    let small = number as f32;
    match control {
        C::Pan | C::Balance => Figure::Pan(Pan(small)),
        C::HighPass | C::LowPass => Figure::Hertz(Hertz(small)),
        C::ReverbTime => Figure::Seconds(Seconds(number)),
        C::Width | C::Drive | C::DelayTime | C::DelayFeedback => Figure::Amount(small),
        _ => Figure::Db(Db(small)),
    }
}

/// Reads a note; its start counts from the start of its clip.
pub(crate) fn note(node: &Node) -> Option<Note> {
    let Node::Value(value) = node else { return None };
    let [start, length, pitch, velocity] = note_figures(value)?;
    Some(Note {
        start: Ticks(u32::try_from(start).ok()?),
        length: Ticks(u32::try_from(length).ok()?),
        pitch: u8::try_from(pitch).ok()?,
        velocity: u8::try_from(velocity).ok()?,
    })
}

/// Returns how many notes a track has.
pub(crate) fn note_count(track: &Node) -> u32 {
    let notes = track.items("clips").iter().map(|(_, clip)| clip.items("notes").len()).sum::<usize>();
    u32::try_from(notes).unwrap_or(u32::MAX)
}

/// Reads a plain value as what it is.
pub(crate) fn typed<T: DeserializeOwned>(node: Option<&Node>) -> Option<T> {
    match node {
        Some(Node::Value(value)) => read(value).ok(),
        _ => None,
    }
}

/// Writes any node as JSON, for what has no words of its own.
pub(crate) fn json(node: &Node) -> String {
    fn value(node: &Node) -> serde_json::Value {
        match node {
            Node::Value(value) => value.clone().into(),
            Node::Text(text) => text.clone().into(),
            Node::Fields(fields) => fields.iter().map(|(key, node)| (key.clone(), value(node))).collect(),
            Node::Items(items) => items.iter().map(|(_, node)| value(node)).collect(),
        }
    }
    // Equal nodes are equal text, in whatever order the document has their fields.
    let mut value = value(node);
    value.sort_all_objects();
    value.to_string()
}

/// Returns the symbol of a chord.
pub(crate) fn symbol(chord: &LoroValue) -> &str {
    crate::value::text(crate::value::entry(chord, "symbol"))
}

/// Returns what a note is beside its id.
pub(crate) fn without_id(note: &LoroValue) -> &[LoroValue] {
    items(note).get(1..).unwrap_or_default()
}
