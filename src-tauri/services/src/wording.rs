//! What problems are called in Spanish and English. The only place where the Rust side speaks to people.

mod converters;
mod copies;
mod field;
mod history;
mod profiles;
mod recording;
mod remote;
mod sound;
mod voice;

use son1k_domain::setting::Language;

use crate::Error;
use field::{field_en, field_es, field_hint_en, field_hint_es};

/// Returns message and hint of an error.
pub fn problem(error: &Error, language: Language) -> (String, String) {
    if let Error::Told(problem) = error {
        return (problem.message.clone(), problem.hint.clone());
    }
    let hint = match language {
        Language::En => english_hint(error),
        Language::Es => spanish_hint(error),
    };
    let message = match language {
        Language::En => english(error),
        Language::Es => spanish(error),
    };
    (message, fetching(error, language).unwrap_or_else(|| hint.to_owned()))
}

/// Returns the hint of what is mended by fetching, with the command that does so.
fn fetching(error: &Error, language: Language) -> Option<String> {
    match error {
        Error::ModelMissing { id, .. } => Some(fetch(id, language)),
        Error::ModelCorrupt { id, .. } => Some(fetch_again(id, language)),
        Error::Runtime(_) => Some(fetch_again("onnxruntime", language)),
        _ => None,
    }
}

/// Returns how an entry of the shelf that is not there is fetched.
pub fn fetch(id: &str, language: Language) -> String {
    match language {
        Language::En => format!("Fetch it in Settings, Models, or with: son1k models fetch {id}"),
        Language::Es => format!("Descárgalo en Ajustes, Modelos, o con: son1k models fetch {id}"),
    }
}

/// Returns how a damaged entry of the shelf is replaced.
pub fn fetch_again(id: &str, language: Language) -> String {
    match language {
        Language::En => format!("Fetch it again in Settings, Models, or with: son1k models fetch {id}"),
        Language::Es => format!("Descárgalo otra vez en Ajustes, Modelos, o con: son1k models fetch {id}"),
    }
}

fn english(error: &Error) -> String {
    match error {
        Error::EmptyPrompt => "There is nothing to make a song from yet.".into(),
        Error::PromptTooLong { bytes, limit } => {
            format!("The text is too long: {} of at most {}.", kilobytes(*bytes), kilobytes(*limit))
        }
        Error::NothingToSay => "There is nothing in this text that can be spoken.".into(),
        Error::TextTooLong { limit } => {
            format!("The text is longer than {} characters.", thousands(*limit, ','))
        }
        Error::InvalidField { field, value } => {
            format!("“{value}” is not a valid value for {}.", field_en(field))
        }
        Error::NotFound { what } => format!("{what} could not be found."),
        Error::Unreadable { path, .. } => format!("{path} could not be read."),
        Error::Unwritable { path, .. } => format!("{path} could not be written."),
        Error::DiskFull { path } if path.is_empty() => "The disk is full; the sound was not written.".into(),
        Error::DiskFull { path } => format!("The disk is full; {path} was not written."),
        Error::NoAudioDevice(_) => "No audio output could be opened.".into(),
        Error::Recording(trouble) => recording::english(trouble),
        Error::History(trouble) => history::english(trouble),
        Error::Copies(trouble) => copies::english(trouble),
        Error::Profiles(trouble) => profiles::english(trouble),
        Error::Converters(trouble) => converters::english(trouble),
        Error::Remote(trouble) => remote::english(trouble),
        Error::ModelMissing { name, .. } => format!("“{name}” is not on this machine yet."),
        Error::ModelCorrupt { name, .. } => format!("The file of “{name}” is damaged."),
        Error::Runtime(_) => "The ONNX Runtime library could not be used.".into(),
        Error::Download { what, .. } => format!("{what} could not be downloaded."),
        Error::DatabaseCorrupt { restored: true } => {
            "The studio's database was damaged; its last good copy is back.".into()
        }
        Error::DatabaseCorrupt { restored: false } => {
            "The studio's database was damaged and was started anew.".into()
        }
        Error::SettingsCorrupt => "The settings were damaged and are back at their defaults.".into(),
        Error::ProjectCorrupt(name) => format!("The project “{name}” is damaged."),
        Error::NewerVersion(what) => format!("{what} was made by a newer version of the studio."),
        Error::UnsupportedFile(name) => format!("“{name}” cannot be used here."),
        Error::SoundRefused(refusal) => sound::english(refusal),
        Error::OutOfReach { reached, wanted } => sound::out_of_reach_en(*reached, *wanted),
        Error::TooLarge { bytes, limit } => {
            format!("The file is too large: {} of at most {}.", size(*bytes), size(*limit))
        }
        Error::SoundMissing(path) => format!("{path} is not where it was."),
        Error::SoundSkipped { name, why } => format!("“{name}” was skipped. {}", english(why)),
        Error::SoundDamaged(name) => format!("Part of “{name}” is damaged and was not heard."),
        Error::TagsRefused { path, .. } => format!("The tags of {path} could not be written."),
        Error::SameFile(path) => format!("{path} is the file that is read; it is never overwritten."),
        Error::OnlySilence => "There is only silence in this sound; nothing of it would be left.".into(),
        Error::GateRefused(detail) => format!("No take passed the sound check: {detail}."),
        Error::Told(problem) => problem.message.clone(),
        Error::Cancelled => "Cancelled.".into(),
        Error::Busy(_) => "The studio is already open with this data.".into(),
        Error::Internal(_) => "Something went wrong inside the studio.".into(),
    }
}

fn english_hint(error: &Error) -> &'static str {
    match error {
        Error::EmptyPrompt => "Write a few words about the song, or choose a style.",
        Error::PromptTooLong { .. } => "Shorten the prompt; lyrics have their own field.",
        Error::NothingToSay => "Write at least one word or number; signs and emoji alone have no sound.",
        Error::TextTooLong { .. } => "Cut it into parts and have them spoken one after the other.",
        Error::InvalidField { field, .. } => field_hint_en(field),
        Error::NotFound { .. } => {
            "It may have been moved or deleted: check its name, or refresh the list, and try again."
        }
        Error::Unreadable { .. } => "Check that you may read it, and that its disk is still there.",
        Error::Unwritable { .. } => "Choose another folder, or check that you may write there.",
        Error::DiskFull { .. } => "Free some space, or clear the result cache in Settings.",
        Error::Recording(trouble) => recording::english_hint(trouble),
        Error::History(trouble) => history::english_hint(trouble),
        Error::Copies(trouble) => copies::english_hint(trouble),
        Error::Profiles(trouble) => profiles::english_hint(trouble),
        Error::Converters(trouble) => converters::english_hint(trouble),
        Error::Remote(trouble) => remote::english_hint(trouble),
        Error::NoAudioDevice(_) => {
            "Connect headphones or speakers, or close other programs that use them, then press play again."
        }
        Error::Download { .. } => {
            "Check the network connection and try again; what was fetched so far is kept."
        }
        Error::DatabaseCorrupt { .. } => {
            "The damaged file was kept beside it. Your projects are in their own folders and are not affected."
        }
        Error::SettingsCorrupt => "Check language and audio output in Settings.",
        Error::ProjectCorrupt(_) => {
            "Open another project; the folder was left as it is, with its last good copy beside it."
        }
        Error::NewerVersion(_) => "Update the studio, then open it again.",
        Error::UnsupportedFile(_) => {
            "Use a text file (.txt, .md or .lrc, in UTF-8) with lyrics, or a project folder."
        }
        Error::SoundRefused(refusal) => sound::english_hint(refusal),
        Error::OutOfReach { .. } => {
            "Lower the loudness, raise the ceiling, or tame the peaks of the source first."
        }
        Error::TooLarge { .. } => "Cut it into shorter files, or use a smaller picture.",
        Error::SoundMissing(_) => "Link it again: choose the file, or a folder to look in.",
        Error::SoundSkipped { why, .. } => english_hint(why),
        Error::SoundDamaged(_) => "Copy it again from where it came from, or export it anew.",
        Error::TagsRefused { .. } => {
            "The file was left as it was. Save it as FLAC, MP3 or WAV to give it tags and a cover."
        }
        Error::SameFile(_) => "Choose another name or folder for the result.",
        Error::OnlySilence => "Choose another sound, or clean it without trimming the silence.",
        Error::GateRefused(_) => "Try another seed, or loosen tempo, key or length.",
        // The last three are worded with their command.
        Error::Told(_)
        | Error::Cancelled
        | Error::ModelMissing { .. }
        | Error::ModelCorrupt { .. }
        | Error::Runtime(_) => "",
        Error::Busy(_) => "Close the other window, or use another data folder.",
        Error::Internal(_) => "Try again. If it happens again, the log in Settings says more.",
    }
}

fn spanish(error: &Error) -> String {
    match error {
        Error::EmptyPrompt => "Todavía no hay nada con qué hacer una canción.".into(),
        Error::PromptTooLong { bytes, limit } => {
            format!(
                "El texto es demasiado largo: {} de un máximo de {}.",
                kilobytes(*bytes),
                kilobytes(*limit)
            )
        }
        Error::NothingToSay => "En este texto no hay nada que se pueda decir.".into(),
        Error::TextTooLong { limit } => {
            format!("El texto tiene más de {} caracteres.", thousands(*limit, '\u{a0}'))
        }
        Error::InvalidField { field, value } => {
            format!("«{value}» no es un valor válido para {}.", field_es(field))
        }
        Error::NotFound { what } => format!("No se encontró {what}."),
        Error::Unreadable { path, .. } => format!("No se pudo leer {path}."),
        Error::Unwritable { path, .. } => format!("No se pudo escribir {path}."),
        Error::DiskFull { path } if path.is_empty() => {
            "El disco está lleno; no se escribió el sonido.".into()
        }
        Error::DiskFull { path } => format!("El disco está lleno; no se escribió {path}."),
        Error::Recording(trouble) => recording::spanish(trouble),
        Error::History(trouble) => history::spanish(trouble),
        Error::Copies(trouble) => copies::spanish(trouble),
        Error::Profiles(trouble) => profiles::spanish(trouble),
        Error::Converters(trouble) => converters::spanish(trouble),
        Error::Remote(trouble) => remote::spanish(trouble),
        Error::NoAudioDevice(_) => "No se pudo abrir ninguna salida de audio.".into(),
        Error::ModelMissing { name, .. } => format!("«{name}» todavía no está en este equipo."),
        Error::ModelCorrupt { name, .. } => format!("El archivo de «{name}» está dañado."),
        Error::Runtime(_) => "No se pudo usar la biblioteca ONNX Runtime.".into(),
        Error::Download { what, .. } => format!("No se pudo descargar {what}."),
        Error::DatabaseCorrupt { restored: true } => {
            "La base de datos estaba dañada; se recuperó la última copia buena.".into()
        }
        Error::DatabaseCorrupt { restored: false } => {
            "La base de datos estaba dañada y se empezó de nuevo.".into()
        }
        Error::SettingsCorrupt => "Los ajustes estaban dañados y volvieron a sus valores iniciales.".into(),
        Error::ProjectCorrupt(name) => format!("El proyecto «{name}» está dañado."),
        Error::NewerVersion(what) => format!("{what} se hizo con una versión más nueva del estudio."),
        Error::UnsupportedFile(name) => format!("«{name}» no se puede usar aquí."),
        Error::SoundRefused(refusal) => sound::spanish(refusal),
        Error::OutOfReach { reached, wanted } => sound::out_of_reach_es(*reached, *wanted),
        Error::TooLarge { bytes, limit } => {
            format!("El archivo es demasiado grande: {} de un máximo de {}.", size(*bytes), size(*limit))
        }
        Error::SoundMissing(path) => format!("{path} ya no está donde estaba."),
        Error::SoundSkipped { name, why } => format!("Se saltó «{name}». {}", spanish(why)),
        Error::SoundDamaged(name) => format!("Una parte de «{name}» está dañada y no se oyó."),
        Error::TagsRefused { path, .. } => format!("No se pudieron escribir las etiquetas de {path}."),
        Error::SameFile(path) => format!("{path} es el archivo que se lee; nunca se sobrescribe."),
        Error::OnlySilence => "En este sonido solo hay silencio; no quedaría nada de él.".into(),
        Error::GateRefused(detail) => format!("Ninguna toma pasó la revisión de sonido: {detail}."),
        Error::Told(problem) => problem.message.clone(),
        Error::Cancelled => "Cancelado.".into(),
        Error::Busy(_) => "El estudio ya está abierto con estos datos.".into(),
        Error::Internal(_) => "Algo falló dentro del estudio.".into(),
    }
}

fn spanish_hint(error: &Error) -> &'static str {
    match error {
        Error::EmptyPrompt => "Escribe unas palabras sobre la canción, o elige un estilo.",
        Error::PromptTooLong { .. } => "Acorta la descripción; la letra tiene su propio espacio.",
        Error::NothingToSay => {
            "Escribe al menos una palabra o un número; los signos y los emojis solos no suenan."
        }
        Error::TextTooLong { .. } => "Córtalo en partes y haz que se digan una tras otra.",
        Error::InvalidField { field, .. } => field_hint_es(field),
        Error::NotFound { .. } => {
            "Quizá se movió o se borró: revisa el nombre, o actualiza la lista, e inténtalo de nuevo."
        }
        Error::Unreadable { .. } => "Revisa que puedas leerlo y que su disco siga conectado.",
        Error::Unwritable { .. } => "Elige otra carpeta, o revisa que puedas escribir en ella.",
        Error::DiskFull { .. } => "Libera espacio, o vacía la caché de resultados en Ajustes.",
        Error::Recording(trouble) => recording::spanish_hint(trouble),
        Error::History(trouble) => history::spanish_hint(trouble),
        Error::Copies(trouble) => copies::spanish_hint(trouble),
        Error::Profiles(trouble) => profiles::spanish_hint(trouble),
        Error::Converters(trouble) => converters::spanish_hint(trouble),
        Error::Remote(trouble) => remote::spanish_hint(trouble),
        Error::NoAudioDevice(_) => {
            "Conecta audífonos o parlantes, o cierra otros programas que los usen, y vuelve a reproducir."
        }
        Error::Download { .. } => "Revisa la conexión e inténtalo de nuevo; lo ya descargado se conserva.",
        Error::DatabaseCorrupt { .. } => {
            "El archivo dañado se guardó al lado. Tus proyectos están en sus propias carpetas y no se afectaron."
        }
        Error::SettingsCorrupt => "Revisa el idioma y la salida de audio en Ajustes.",
        Error::ProjectCorrupt(_) => {
            "Abre otro proyecto; la carpeta quedó como estaba, con su última copia buena al lado."
        }
        Error::NewerVersion(_) => "Actualiza el estudio y vuelve a abrirlo.",
        Error::UnsupportedFile(_) => {
            "Usa un archivo de texto (.txt, .md o .lrc, en UTF-8) con la letra, o una carpeta de proyecto."
        }
        Error::SoundRefused(refusal) => sound::spanish_hint(refusal),
        Error::OutOfReach { .. } => "Baja la sonoridad, sube el techo, o doma antes los picos del original.",
        Error::TooLarge { .. } => "Córtalo en archivos más cortos, o usa una imagen más pequeña.",
        Error::SoundMissing(_) => "Vuelve a enlazarlo: elige el archivo, o una carpeta donde buscarlo.",
        Error::SoundSkipped { why, .. } => spanish_hint(why),
        Error::SoundDamaged(_) => "Cópialo otra vez desde su origen, o expórtalo de nuevo.",
        Error::TagsRefused { .. } => {
            "El archivo quedó como estaba. Guárdalo como FLAC, MP3 o WAV para darle etiquetas y portada."
        }
        Error::SameFile(_) => "Elige otro nombre u otra carpeta para el resultado.",
        Error::OnlySilence => "Elige otro sonido, o límpialo sin recortar el silencio.",
        Error::GateRefused(_) => {
            "Prueba otra semilla, o deja más libres el tempo, la tonalidad o la duración."
        }
        // The last three are worded with their command.
        Error::Told(_)
        | Error::Cancelled
        | Error::ModelMissing { .. }
        | Error::ModelCorrupt { .. }
        | Error::Runtime(_) => "",
        Error::Busy(_) => "Cierra la otra ventana, o usa otra carpeta de datos.",
        Error::Internal(_) => "Inténtalo de nuevo. Si vuelve a pasar, el registro en Ajustes dice más.",
    }
}

fn kilobytes(bytes: usize) -> String {
    if bytes < 1000 { format!("{bytes} B") } else { format!("{} kB", bytes / 1000) }
}

/// Writes a number with a mark between its thousands.
fn thousands(number: usize, mark: char) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{}{mark}{:03}", thousands(number / 1_000, mark), number % 1_000),
    }
}

fn size(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_about_styles_names_each_one() {
        for style in son1k_composer::palette().styles {
            assert!(field_hint_en("style").contains(&style.id), "{}", style.id);
            assert!(field_hint_es("style").contains(&style.id), "{}", style.id);
        }
    }

    #[test]
    fn a_limit_is_written_as_each_language_writes_it() {
        let error = Error::TextTooLong { limit: 50_000 };
        assert!(problem(&error, Language::En).0.contains(" 50,000 "));
        assert!(problem(&error, Language::Es).0.contains(" 50\u{a0}000 "));
        assert_eq!(thousands(1_234_067, ','), "1,234,067");
    }

    #[test]
    fn what_is_missing_or_damaged_is_mended_with_a_command() {
        let (id, name) = ("fluidr3mono".to_owned(), "FluidR3 Mono GM".to_owned());
        let missing = Error::ModelMissing { id: id.clone(), name: name.clone() };
        for error in [missing, Error::ModelCorrupt { id, name }] {
            for language in [Language::En, Language::Es] {
                let (message, hint) = problem(&error, language);
                assert!(message.contains("FluidR3 Mono GM"), "{message}");
                assert!(hint.ends_with("son1k models fetch fluidr3mono"), "{hint}");
            }
        }
    }
}
