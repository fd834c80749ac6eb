//! What goes wrong with copies of the versions, and what helps.

use crate::copies::Trouble;

pub(super) fn english(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NoKeychain(_) => "The keychain of this system cannot be used.".into(),
        Trouble::Forgotten => "The keychain does not know the passphrase of this copy any more.".into(),
        Trouble::Weak(least) => format!("The passphrase is too short: it needs at least {least} characters."),
        Trouble::WrongPassphrase(place) => format!("The passphrase does not open the copy in {place}."),
        Trouble::NoCopy(place) => format!("There is no copy in {place}."),
        Trouble::NotThere(place) => format!("{place} is not there."),
        Trouble::Inside(place) => {
            format!("{place} cannot hold a copy: it belongs to the versions themselves.")
        }
        Trouble::Known(place) => format!("There is a copy in {place} already."),
        Trouble::Refused(place) => format!("The storage did not accept the keys for {place}."),
        Trouble::NoBucket(place) => format!("There is no bucket for {place}."),
        Trouble::Unreachable(place) => format!("{place} could not be reached."),
        Trouble::Full(place) => format!("There is no room left for the copy in {place}."),
        Trouble::ReadOnly(place) => format!("Nothing may be written in {place}."),
        Trouble::Damaged(file) => format!("Part of the copy is damaged: {file}."),
        Trouble::Busy(place) => format!("The copy in {place} is being worked on already."),
        Trouble::LeftOut(1) => "One version is damaged here and is not in the copy.".into(),
        Trouble::LeftOut(count) => format!("{count} versions are damaged here and are not in the copy."),
        Trouble::StayedBehind(1) => {
            "One version is damaged in the copy and did not come back; everything else did.".into()
        }
        Trouble::StayedBehind(count) => {
            format!("{count} versions are damaged in the copy and did not come back; everything else did.")
        }
    }
}

pub(super) fn english_hint(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::NoKeychain(_) => {
            "Unlock your keychain, or start one (GNOME Keyring, KWallet), then start the studio again. A passphrase is \
             kept nowhere else."
        }
        Trouble::Forgotten => "Remove the copy from the list and add it again with its passphrase.",
        Trouble::Weak(_) => "Take four words that do not belong together.",
        Trouble::WrongPassphrase(_) => "Type the passphrase that this copy was made with.",
        Trouble::NoCopy(_) => "Choose the folder or the bucket of a copy.",
        Trouble::NotThere(_) => "Plug the disk in, or choose another folder; the copy goes on where it was.",
        Trouble::Inside(_) => "Choose a folder on another disk.",
        Trouble::Known(_) => "Bring that copy up to date, or choose another place.",
        Trouble::Refused(_) => {
            "Check access key, secret key and region; the keys must be allowed to list, read and write."
        }
        Trouble::NoBucket(_) => "Check the name, or make the bucket at your storage first.",
        Trouble::Unreachable(_) => "Check your connection and the address; the copy goes on where it was.",
        Trouble::Full(_) => "Make room there; the copy goes on where it was.",
        Trouble::ReadOnly(_) => "Check that you may write there, or choose another place.",
        Trouble::Damaged(_) => "Make a new copy in another place; your versions here are untouched.",
        Trouble::Busy(_) => "Wait until it has finished, then try again.",
        Trouble::LeftOut(_) => {
            "Check the versions in History and mend them, then bring the copy up to date again."
        }
        Trouble::StayedBehind(_) => "If you have another copy, restore from it too, and make a new copy now.",
    }
}

pub(super) fn spanish(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NoKeychain(_) => "No se puede usar el llavero de este sistema.".into(),
        Trouble::Forgotten => "El llavero ya no tiene la frase de esta copia.".into(),
        Trouble::Weak(least) => format!("La frase es muy corta: necesita al menos {least} caracteres."),
        Trouble::WrongPassphrase(place) => format!("La frase no abre la copia de {place}."),
        Trouble::NoCopy(place) => format!("No hay ninguna copia en {place}."),
        Trouble::NotThere(place) => format!("{place} no está."),
        Trouble::Inside(place) => {
            format!("{place} no puede guardar una copia: es parte de las versiones mismas.")
        }
        Trouble::Known(place) => format!("Ya hay una copia en {place}."),
        Trouble::Refused(place) => format!("El almacenamiento no aceptó las claves para {place}."),
        Trouble::NoBucket(place) => format!("No existe el depósito (bucket) de {place}."),
        Trouble::Unreachable(place) => format!("No se pudo llegar a {place}."),
        Trouble::Full(place) => format!("No queda espacio para la copia en {place}."),
        Trouble::ReadOnly(place) => format!("No se puede escribir en {place}."),
        Trouble::Damaged(file) => format!("Una parte de la copia está dañada: {file}."),
        Trouble::Busy(place) => format!("Ya se está trabajando con la copia de {place}."),
        Trouble::LeftOut(1) => "Una versión está dañada aquí y no está en la copia.".into(),
        Trouble::LeftOut(count) => format!("{count} versiones están dañadas aquí y no están en la copia."),
        Trouble::StayedBehind(1) => {
            "Una versión está dañada en la copia y no volvió; todo lo demás sí.".into()
        }
        Trouble::StayedBehind(count) => {
            format!("{count} versiones están dañadas en la copia y no volvieron; todo lo demás sí.")
        }
    }
}

pub(super) fn spanish_hint(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::NoKeychain(_) => {
            "Desbloquea tu llavero, o inicia uno (GNOME Keyring, KWallet), y vuelve a abrir el estudio. La frase no se \
             guarda en ningún otro lugar."
        }
        Trouble::Forgotten => "Quita la copia de la lista y agrégala de nuevo con su frase.",
        Trouble::Weak(_) => "Usa cuatro palabras que no tengan nada que ver entre sí.",
        Trouble::WrongPassphrase(_) => "Escribe la frase con que se hizo esta copia.",
        Trouble::NoCopy(_) => "Elige la carpeta o el depósito de una copia.",
        Trouble::NotThere(_) => "Conecta el disco, o elige otra carpeta; la copia sigue donde quedó.",
        Trouble::Inside(_) => "Elige una carpeta en otro disco.",
        Trouble::Known(_) => "Pon al día esa copia, o elige otro lugar.",
        Trouble::Refused(_) => {
            "Revisa la clave de acceso, la clave secreta y la región; deben permitir listar, leer y escribir."
        }
        Trouble::NoBucket(_) => "Revisa el nombre, o crea primero el depósito en tu almacenamiento.",
        Trouble::Unreachable(_) => "Revisa tu conexión y la dirección; la copia sigue donde quedó.",
        Trouble::Full(_) => "Haz espacio ahí; la copia sigue donde quedó.",
        Trouble::ReadOnly(_) => "Revisa que puedas escribir ahí, o elige otro lugar.",
        Trouble::Damaged(_) => "Haz una copia nueva en otro lugar; tus versiones de aquí están intactas.",
        Trouble::Busy(_) => "Espera a que termine e inténtalo de nuevo.",
        Trouble::LeftOut(_) => {
            "Revisa las versiones en Historia y repáralas, y vuelve a poner al día la copia."
        }
        Trouble::StayedBehind(_) => {
            "Si tienes otra copia, recupera también de ella, y haz ahora una copia nueva."
        }
    }
}
