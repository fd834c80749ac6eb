//! The instruments a musician can ask for or refuse: which sound each has and which parts it takes.

use son1k_domain::score::{Patch, Role, Sound};

/// Ids of every instrument, in the order in which menus show them.
pub const INSTRUMENTS: [&str; 31] = [
    "drums",
    "percussion",
    "bass",
    "piano",
    "electric_piano",
    "organ",
    "acoustic_guitar",
    "electric_guitar",
    "distorted_guitar",
    "strings",
    "violin",
    "cello",
    "choir",
    "brass",
    "trumpet",
    "trombone",
    "saxophone",
    "flute",
    "clarinet",
    "synth",
    "pad",
    "bells",
    "marimba",
    "vibraphone",
    "harp",
    "accordion",
    "harmonica",
    "banjo",
    "ukulele",
    "sub_bass",
    "vinyl",
];

/// What an instrument is when a musician asks for it by name.
#[derive(Debug, Clone)]
pub(crate) struct Instrument {
    pub(crate) name: &'static str,
    pub(crate) sound: Sound,
    /// Parts it takes, first choice first.
    pub(crate) roles: &'static [Role],
    /// Lowest and highest key where it sounds well.
    pub(crate) range: [u8; 2],
}

const LEADS: &[Role] = &[Role::Lead, Role::Counter];
const LOW_LEADS: &[Role] = &[Role::Counter, Role::Lead];
const KEYS: &[Role] = &[Role::Chords, Role::Arpeggio, Role::Counter];
const PADS: &[Role] = &[Role::Pad, Role::Chords];
const ARPS: &[Role] = &[Role::Arpeggio, Role::Counter, Role::Lead];

const fn gm(name: &'static str, program: u8, roles: &'static [Role], range: [u8; 2]) -> Instrument {
    Instrument { name, sound: Sound::SoundFont { bank: 0, program }, roles, range }
}

/// Returns the instrument of an id.
pub(crate) fn instrument(id: &str) -> Option<Instrument> {
    let found = match id {
        "drums" => Instrument {
            name: "Drum kit",
            sound: Sound::SoundFont { bank: 128, program: 0 },
            roles: &[Role::Drums],
            range: [27, 87],
        },
        "percussion" => Instrument {
            name: "Percussion",
            sound: Sound::SoundFont { bank: 128, program: 0 },
            roles: &[Role::Percussion],
            range: [27, 87],
        },
        "bass" => gm("Fingered bass", 33, &[Role::Bass], [28, 50]),
        "sub_bass" => synth("Sub bass", Patch::Sub808, &[Role::Bass], [26, 45]),
        "vinyl" => synth("Vinyl", Patch::Vinyl, &[Role::Texture], [60, 60]),
        "synth" => synth("Synth lead", Patch::SawLead, &[Role::Lead, Role::Chords, Role::Arpeggio], [55, 86]),
        "pad" => synth("Warm pad", Patch::WarmPad, PADS, [48, 76]),
        "piano" => gm("Grand piano", 0, KEYS, [40, 88]),
        "electric_piano" => gm("Electric piano", 4, KEYS, [43, 84]),
        "organ" => gm("Rock organ", 18, &[Role::Chords, Role::Pad], [43, 84]),
        "acoustic_guitar" => gm("Acoustic guitar", 25, KEYS, [40, 76]),
        "electric_guitar" => gm("Clean guitar", 27, KEYS, [40, 80]),
        "distorted_guitar" => gm("Distorted guitar", 30, &[Role::Chords, Role::Lead], [40, 76]),
        "banjo" => gm("Banjo", 105, &[Role::Arpeggio, Role::Chords], [48, 79]),
        "ukulele" => gm("Ukulele", 24, &[Role::Chords, Role::Arpeggio], [60, 81]),
        "accordion" => gm("Accordion", 21, &[Role::Lead, Role::Chords, Role::Counter], [53, 84]),
        "harmonica" => gm("Harmonica", 22, LEADS, [60, 84]),
        _ => return orchestral(id),
    };
    Some(found)
}

fn orchestral(id: &str) -> Option<Instrument> {
    let found = match id {
        "strings" => gm("String ensemble", 48, &[Role::Pad, Role::Counter, Role::Chords], [43, 84]),
        "choir" => gm("Choir", 52, &[Role::Pad, Role::Counter], [48, 79]),
        "violin" => gm("Violin", 40, LEADS, [57, 91]),
        "cello" => gm("Cello", 42, LOW_LEADS, [36, 69]),
        "brass" => gm("Brass section", 61, &[Role::Counter, Role::Lead, Role::Pad], [46, 79]),
        "trumpet" => gm("Trumpet", 56, LEADS, [55, 82]),
        "trombone" => gm("Trombone", 57, LOW_LEADS, [40, 69]),
        "saxophone" => gm("Alto saxophone", 65, LEADS, [52, 80]),
        "flute" => gm("Flute", 73, LEADS, [62, 93]),
        "clarinet" => gm("Clarinet", 71, LEADS, [53, 86]),
        "bells" => gm("Tubular bells", 14, ARPS, [60, 84]),
        "marimba" => gm("Marimba", 12, ARPS, [48, 84]),
        "vibraphone" => gm("Vibraphone", 11, &[Role::Lead, Role::Chords, Role::Arpeggio], [53, 86]),
        "harp" => gm("Harp", 46, ARPS, [43, 88]),
        _ => return None,
    };
    Some(found)
}

const fn synth(name: &'static str, patch: Patch, roles: &'static [Role], range: [u8; 2]) -> Instrument {
    Instrument { name, sound: Sound::Synth { patch }, roles, range }
}

/// Stand-ins for a part whose own sounds are refused, best first.
pub(crate) fn stand_ins(role: Role) -> &'static [&'static str] {
    match role {
        Role::Drums => &[],
        Role::Percussion => &["percussion"],
        Role::Bass => &["bass", "sub_bass"],
        Role::Chords => &["electric_piano", "piano", "electric_guitar", "organ", "acoustic_guitar"],
        Role::Pad => &["strings", "pad", "choir", "organ"],
        Role::Arpeggio => &["electric_guitar", "harp", "piano", "marimba"],
        Role::Lead => &["flute", "synth", "piano", "saxophone", "violin", "trumpet"],
        Role::Counter => &["strings", "cello", "clarinet", "electric_piano"],
        Role::Texture | Role::Vocal => &[],
    }
}

/// Returns whether refusing one instrument also refuses another: all drums, every bass, everything synthetic.
pub(crate) fn refuses(refused: &str, instrument: &str, sound: &Sound) -> bool {
    let synthetic = matches!(sound, Sound::Synth { patch } if *patch != Patch::Vinyl);
    match refused {
        "drums" => matches!(instrument, "drums" | "percussion"),
        "bass" => matches!(instrument, "bass" | "sub_bass"),
        "synth" => synthetic || instrument == "synth",
        _ => refused == instrument,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instrument_has_a_sound_and_a_part() {
        for id in INSTRUMENTS {
            let found = instrument(id);
            assert!(found.is_some_and(|i| !i.roles.is_empty() && i.range[0] <= i.range[1]), "{id}");
        }
        assert!(instrument("theremin").is_none());
    }

    #[test]
    fn refusing_drums_refuses_percussion_but_not_the_other_way() {
        let kit = Sound::SoundFont { bank: 128, program: 0 };
        assert!(refuses("drums", "percussion", &kit));
        assert!(!refuses("percussion", "drums", &kit));
    }
}
