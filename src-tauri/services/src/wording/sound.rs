//! Why a sound file is refused, and what helps.

use son1k_domain::sound::Refusal;

pub(super) fn english(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotAFile => "This is not a file.".into(),
        Refusal::Empty => "The file is empty.".into(),
        Refusal::NotSound(None) => "This is not a sound file.".into(),
        Refusal::NotSound(Some(what)) => format!("This is not a sound file but {what}."),
        Refusal::UnknownKind(kind) => format!("Sound of the kind “{kind}” cannot be read."),
        Refusal::NoAudioTrack => "There is no sound in the file.".into(),
        Refusal::Protected => "The file is copy-protected.".into(),
        Refusal::TooShort => "The file holds no sound, only a header.".into(),
        Refusal::TooLong(most) => format!("The sound is longer than {:.0} minutes.", most.0 / 60.0),
        Refusal::Rate(rate) => format!("A sample rate of {rate} Hz cannot be used."),
        Refusal::Channels(count) => format!("Sound with {count} channels cannot be used."),
        Refusal::Damaged => "The sound file is damaged; nothing of it could be saved.".into(),
    }
}

pub(super) fn english_hint(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotAFile => "Choose a sound file, or a folder that holds some.",
        Refusal::Empty | Refusal::TooShort | Refusal::Damaged => {
            "Copy it again from where it came from, or export it anew."
        }
        Refusal::NotSound(_) => "Use WAV, AIFF, CAF, FLAC, MP3, AAC or M4A, Ogg Vorbis, Opus, MKA or WebM.",
        Refusal::UnknownKind(_) => {
            "Convert it to WAV or FLAC with the program that made it, then bring in that file."
        }
        Refusal::NoAudioTrack => "Choose a file with a sound track.",
        Refusal::Protected => {
            "Use a copy without protection, as sold by most shops today or ripped from the disc."
        }
        Refusal::TooLong(_) => "Cut it into shorter files.",
        Refusal::Rate(_) => "Export it at a rate between 8 and 384 kHz.",
        Refusal::Channels(_) => "Export it as mono, stereo or surround, with at most 64 channels.",
    }
}

pub(super) fn spanish(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotAFile => "Esto no es un archivo.".into(),
        Refusal::Empty => "El archivo está vacío.".into(),
        Refusal::NotSound(None) => "Esto no es un archivo de sonido.".into(),
        Refusal::NotSound(Some(what)) => format!("Esto no es un archivo de sonido, sino {what}."),
        Refusal::UnknownKind(kind) => format!("No se puede leer sonido del tipo «{kind}»."),
        Refusal::NoAudioTrack => "El archivo no contiene sonido.".into(),
        Refusal::Protected => "El archivo está protegido contra copia.".into(),
        Refusal::TooShort => "El archivo no contiene sonido, solo una cabecera.".into(),
        Refusal::TooLong(most) => format!("El sonido dura más de {:.0} minutos.", most.0 / 60.0),
        Refusal::Rate(rate) => format!("No se puede usar una frecuencia de muestreo de {rate} Hz."),
        Refusal::Channels(count) => format!("No se puede usar sonido con {count} canales."),
        Refusal::Damaged => "El archivo de sonido está dañado; no se pudo salvar nada.".into(),
    }
}

pub(super) fn spanish_hint(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotAFile => "Elige un archivo de sonido, o una carpeta que los contenga.",
        Refusal::Empty | Refusal::TooShort | Refusal::Damaged => {
            "Cópialo otra vez desde su origen, o expórtalo de nuevo."
        }
        Refusal::NotSound(_) => "Usa WAV, AIFF, CAF, FLAC, MP3, AAC o M4A, Ogg Vorbis, Opus, MKA o WebM.",
        Refusal::UnknownKind(_) => {
            "Conviértelo a WAV o FLAC con el programa que lo creó, y trae ese archivo."
        }
        Refusal::NoAudioTrack => "Elige un archivo con una pista de sonido.",
        Refusal::Protected => {
            "Usa una copia sin protección, como las que hoy vende la mayoría de las tiendas o la del disco."
        }
        Refusal::TooLong(_) => "Córtalo en archivos más cortos.",
        Refusal::Rate(_) => "Expórtalo con una frecuencia entre 8 y 384 kHz.",
        Refusal::Channels(_) => "Expórtalo en mono, estéreo o envolvente, con un máximo de 64 canales.",
    }
}
