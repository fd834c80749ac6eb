//! What goes wrong with profiles of voices, and what helps.

use son1k_domain::profile::limits;

use crate::voice::Trouble;

pub(super) fn english(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NoConsent(name) => format!("There is no consent to use the voice of “{name}”."),
        Trouble::NothingToConsent => "There is no sample yet that a consent could be given for.".into(),
        Trouble::OwnVoice => "This profile is your own voice; it needs no consent.".into(),
        Trouble::NoSamples(name) => format!("“{name}” has no sample that can be used."),
        Trouble::NoSpeech => "Nobody speaks in this sample.".into(),
        Trouble::NoClosest(name) => format!("The closest voice to “{name}” was not looked for yet."),
        Trouble::TooManyProfiles => format!("There are {} profiles, which is the limit.", limits::PROFILES),
        Trouble::TooManySamples => format!("A profile holds {} samples at most.", limits::SAMPLES),
        Trouble::SampleTwice(name) => format!("“{name}” is in this profile already."),
        Trouble::SampleTooLong(name) => format!("“{name}” is longer than ten minutes."),
        Trouble::SampleRefused { name, why } => format!("“{name}” was not added. {}", super::english(why)),
        Trouble::NoProfile { name, .. } => format!("“{name}” is not a whole profile of a voice."),
    }
}

pub(super) fn english_hint(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::NoConsent(_) => {
            "Ask the person, and note in the profile who consents and what for; or say that the voice is your own."
        }
        Trouble::NothingToConsent => "Add a sample first.",
        Trouble::OwnVoice => "Turn off “my own voice” if it is somebody else's.",
        Trouble::NoSamples(_) => {
            "Add a recording of at least 3 s of one person who speaks, without music, with little noise; 10 s and more are better."
        }
        Trouble::NoSpeech => "Choose a recording in which somebody speaks.",
        Trouble::NoClosest(_) => "Look for it in the profile, then speak.",
        Trouble::TooManyProfiles => "Export and delete the ones that you do not need.",
        Trouble::TooManySamples => "Remove some of the poorer ones.",
        Trouble::SampleTwice(_) => "Record or choose another.",
        Trouble::SampleTooLong(_) => "Cut a part of a minute or so out of it; more does not help.",
        Trouble::SampleRefused { why, .. } => super::english_hint(why),
        Trouble::NoProfile { .. } => "Use a .son1kvoice file as it was exported, or export it again.",
    }
}

pub(super) fn spanish(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NoConsent(name) => format!("No hay consentimiento para usar la voz de «{name}»."),
        Trouble::NothingToConsent => "Todavía no hay ninguna muestra para la que se pueda consentir.".into(),
        Trouble::OwnVoice => "Este perfil es tu propia voz; no necesita consentimiento.".into(),
        Trouble::NoSamples(name) => format!("«{name}» no tiene ninguna muestra que se pueda usar."),
        Trouble::NoSpeech => "En esta muestra no habla nadie.".into(),
        Trouble::NoClosest(name) => format!("Todavía no se buscó la voz más cercana a «{name}»."),
        Trouble::TooManyProfiles => format!("Hay {} perfiles, que es el máximo.", limits::PROFILES),
        Trouble::TooManySamples => format!("Un perfil guarda {} muestras como máximo.", limits::SAMPLES),
        Trouble::SampleTwice(name) => format!("«{name}» ya está en este perfil."),
        Trouble::SampleTooLong(name) => format!("«{name}» dura más de diez minutos."),
        Trouble::SampleRefused { name, why } => format!("No se añadió «{name}». {}", super::spanish(why)),
        Trouble::NoProfile { name, .. } => format!("«{name}» no es un perfil de voz completo."),
    }
}

pub(super) fn spanish_hint(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::NoConsent(_) => {
            "Pídeselo a la persona y anota en el perfil quién consiente y para qué; o indica que la voz es tuya."
        }
        Trouble::NothingToConsent => "Añade primero una muestra.",
        Trouble::OwnVoice => "Desactiva «es mi propia voz» si es la de otra persona.",
        Trouble::NoSamples(_) => {
            "Añade una grabación de al menos 3 s de una sola persona que hable, sin música y con poco ruido; 10 s o más es mejor."
        }
        Trouble::NoSpeech => "Elige una grabación en la que alguien hable.",
        Trouble::NoClosest(_) => "Búscala en el perfil y luego haz que hable.",
        Trouble::TooManyProfiles => "Exporta y borra los que no necesites.",
        Trouble::TooManySamples => "Quita algunas de las peores.",
        Trouble::SampleTwice(_) => "Graba o elige otra.",
        Trouble::SampleTooLong(_) => "Corta de él un minuto o poco más; más no ayuda.",
        Trouble::SampleRefused { why, .. } => super::spanish_hint(why),
        Trouble::NoProfile { .. } => "Usa un archivo .son1kvoice tal como se exportó, o expórtalo de nuevo.",
    }
}
