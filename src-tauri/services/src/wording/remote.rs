//! What goes wrong with the voices of ElevenLabs, and what helps.

use son1k_domain::voice::SpeechCost;

use super::thousands;
use crate::voice::RemoteTrouble as Trouble;

pub(super) fn english(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NoKey => "There is no ElevenLabs key on this machine.".into(),
        Trouble::NoKeychain(_) => "The keychain of this system cannot be used.".into(),
        Trouble::NotAKey => "This is not an ElevenLabs key.".into(),
        Trouble::WrongKey => "ElevenLabs does not accept the key.".into(),
        Trouble::NotAllowed(why) => format!("The ElevenLabs key is not allowed to do this. {why}"),
        Trouble::Quota => "The characters of your ElevenLabs account are used up.".into(),
        Trouble::Plan(why) => format!("Your ElevenLabs plan does not include this. {why}"),
        Trouble::NoVoice(voice) => format!("Your ElevenLabs account does not have the voice {voice}."),
        Trouble::NoSample(voice) => format!("ElevenLabs has no sample of {voice}."),
        Trouble::Refused(why) => format!("ElevenLabs did not take this. {why}"),
        Trouble::Busy => "ElevenLabs is busy with what your account asked for.".into(),
        Trouble::Down(status) => format!("ElevenLabs is out of order (status {status})."),
        Trouble::Offline(_) => "ElevenLabs could not be reached.".into(),
        Trouble::Cut(_) => "The answer of ElevenLabs broke off.".into(),
        Trouble::Broken => "The speech that came from ElevenLabs is not whole.".into(),
        Trouble::Unconfirmed(SpeechCost { characters, left }) => {
            let of = left.map_or_else(String::new, |left| format!(" of the {} left", number(left, ',')));
            format!(
                "Speaking this bills {} characters{of} on your ElevenLabs account.",
                number(*characters, ',')
            )
        }
    }
}

pub(super) fn english_hint(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::NoKey => {
            "Enter one in Clone Station, below the voices, or with: son1k elevenlabs set-key. The studio's own voices need \
             none."
        }
        Trouble::NoKeychain(_) => {
            "Unlock your keychain, or start one (GNOME Keyring, KWallet), then try again. The key is kept nowhere else."
        }
        Trouble::NotAKey => {
            "Copy the key from your ElevenLabs account, under API keys, whole and without spaces."
        }
        Trouble::WrongKey => "Make a new key in your ElevenLabs account and enter it here.",
        Trouble::NotAllowed(_) => {
            "Let the key use Text to Speech and read Voices (and User, to see what is left) in your ElevenLabs account."
        }
        Trouble::Quota => {
            "Fill the account up, wait for its next month, or use one of the studio's own voices. What was spoken is kept."
        }
        Trouble::Plan(_) => "Choose another voice, or change the plan at ElevenLabs.",
        Trouble::NoVoice(_) => "Choose another voice; son1k voices lists them.",
        Trouble::NoSample(_) => "Write a few words and preview them instead; that is billed.",
        Trouble::Refused(_) => "Change the text or the settings of the voice, and try again.",
        Trouble::Busy => "Wait a minute and try again; what was spoken is kept.",
        Trouble::Down(_) => "Try again later; what was spoken is kept. The studio's own voices still speak.",
        Trouble::Offline(_) => {
            "Check your connection; what was spoken is kept. The studio's own voices need no network."
        }
        Trouble::Cut(_) => {
            "Try again: what came whole is kept and not billed again. The piece that broke off may be billed twice."
        }
        Trouble::Broken => "Try again: what came whole is kept; this one piece is billed once more.",
        Trouble::Unconfirmed(_) => {
            "Say so with --yes, or use one of the studio's own voices, which cost nothing."
        }
    }
}

pub(super) fn spanish(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NoKey => "No hay ninguna clave de ElevenLabs en este equipo.".into(),
        Trouble::NoKeychain(_) => "No se puede usar el llavero de este sistema.".into(),
        Trouble::NotAKey => "Esto no es una clave de ElevenLabs.".into(),
        Trouble::WrongKey => "ElevenLabs no acepta la clave.".into(),
        Trouble::NotAllowed(why) => format!("La clave de ElevenLabs no tiene permiso para esto. {why}"),
        Trouble::Quota => "Se acabaron los caracteres de tu cuenta de ElevenLabs.".into(),
        Trouble::Plan(why) => format!("Tu plan de ElevenLabs no incluye esto. {why}"),
        Trouble::NoVoice(voice) => format!("Tu cuenta de ElevenLabs no tiene la voz {voice}."),
        Trouble::NoSample(voice) => format!("ElevenLabs no tiene una muestra de {voice}."),
        Trouble::Refused(why) => format!("ElevenLabs no aceptó esto. {why}"),
        Trouble::Busy => "ElevenLabs está ocupado con lo que pidió tu cuenta.".into(),
        Trouble::Down(status) => format!("ElevenLabs no funciona ahora (estado {status})."),
        Trouble::Offline(_) => "No se pudo llegar a ElevenLabs.".into(),
        Trouble::Cut(_) => "La respuesta de ElevenLabs se cortó.".into(),
        Trouble::Broken => "La voz que llegó de ElevenLabs no está completa.".into(),
        Trouble::Unconfirmed(SpeechCost { characters, left }) => {
            let of = left
                .map_or_else(String::new, |left| format!(" de los {} que quedan", number(left, '\u{a0}')));
            let characters = number(*characters, '\u{a0}');
            format!("Decir esto cobra {characters} caracteres{of} en tu cuenta de ElevenLabs.")
        }
    }
}

pub(super) fn spanish_hint(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::NoKey => {
            "Escribe una en Clone Station, debajo de las voces, o con: son1k elevenlabs set-key. Las voces del estudio no \
             la necesitan."
        }
        Trouble::NoKeychain(_) => {
            "Desbloquea tu llavero, o inicia uno (GNOME Keyring, KWallet), e inténtalo de nuevo. La clave no se guarda en \
             ningún otro lugar."
        }
        Trouble::NotAKey => "Copia la clave de tu cuenta de ElevenLabs, en API keys, entera y sin espacios.",
        Trouble::WrongKey => "Crea una clave nueva en tu cuenta de ElevenLabs y escríbela aquí.",
        Trouble::NotAllowed(_) => {
            "Permite a la clave usar Text to Speech y leer Voices (y User, para ver lo que queda) en tu cuenta de \
             ElevenLabs."
        }
        Trouble::Quota => {
            "Recarga la cuenta, espera a su próximo mes, o usa una voz del estudio. Lo ya dicho se conserva."
        }
        Trouble::Plan(_) => "Elige otra voz, o cambia de plan en ElevenLabs.",
        Trouble::NoVoice(_) => "Elige otra voz; son1k voices las muestra.",
        Trouble::NoSample(_) => "Escribe unas palabras y preescúchalas; eso sí se cobra.",
        Trouble::Refused(_) => "Cambia el texto o los ajustes de la voz, e inténtalo de nuevo.",
        Trouble::Busy => "Espera un minuto e inténtalo de nuevo; lo ya dicho se conserva.",
        Trouble::Down(_) => {
            "Inténtalo más tarde; lo ya dicho se conserva. Las voces del estudio siguen hablando."
        }
        Trouble::Offline(_) => {
            "Revisa tu conexión; lo ya dicho se conserva. Las voces del estudio no necesitan red."
        }
        Trouble::Cut(_) => {
            "Inténtalo de nuevo: lo que llegó entero se conserva y no se cobra otra vez. La parte cortada quizá se cobre \
             dos veces."
        }
        Trouble::Broken => {
            "Inténtalo de nuevo: lo que llegó entero se conserva; esta parte se cobra otra vez."
        }
        Trouble::Unconfirmed(_) => "Acéptalo con --yes, o usa una voz del estudio, que no cuesta nada.",
    }
}

fn number(count: u32, mark: char) -> String {
    thousands(count as usize, mark)
}
