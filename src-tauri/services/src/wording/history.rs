//! What goes wrong with versions, and what helps.

use crate::history::Trouble;

pub(super) fn english(trouble: &Trouble) -> String {
    match trouble {
        Trouble::WrongKey(store) => format!("The key does not open the versions in {}.", store.display()),
        Trouble::NoKey(key) => format!("The key of your versions, {}, is missing or empty.", key.display()),
        Trouble::NotAStore(store) => format!("There are no versions in {}.", store.display()),
        Trouble::Damaged(file) => format!("Part of the kept versions is damaged: {}.", file.display()),
        Trouble::Changing(file) => format!("{file} changed in the meantime, so this was not done."),
        Trouble::Locked(_) => "Another program is at work in the kept versions.".into(),
        Trouble::NoVersion(version) => format!("There is no version {}.", short(version)),
        Trouble::Ambiguous(version) => format!("Several versions begin with {}.", short(version)),
        Trouble::NoFile(file) => format!("The version has no {file}."),
        Trouble::NoBranch(name) => format!("There is no branch “{name}”."),
        Trouble::BranchExists(name) => format!("There is a branch “{name}” already."),
        Trouble::NothingToMerge(name) => format!("“{name}” has nothing that is not here already."),
        Trouble::NoConflict => "This was decided already, or the merge was taken back.".into(),
        Trouble::NoDocument => "This folder holds files only, no song with tracks and sections.".into(),
        Trouble::Soundless => "Nothing sounds in this version.".into(),
        Trouble::NotThisProject => "This belongs to another project.".into(),
        Trouble::OpenElsewhere => "The project is open in another window.".into(),
    }
}

pub(super) fn english_hint(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::WrongKey(_) => "Use the key or the passphrase that these versions were kept with.",
        Trouble::NoKey(_) => "Put the key file back, or restore your versions from a copy.",
        Trouble::NotAStore(_) => "Choose the folder of a copy.",
        Trouble::Damaged(_) => {
            "Check the versions in History and mend them; everything else can still be used."
        }
        Trouble::Changing(_) => "Wait until no other program writes to it, then try again.",
        Trouble::Locked(_) => {
            "Wait until it has finished, then try again. A restic that was killed is let go of with restic unlock."
        }
        Trouble::NoVersion(_) => "It may have been let go; choose another in the timeline.",
        Trouble::Ambiguous(_) => "Type more of its name.",
        Trouble::NoFile(_) => "Look at the list of the version's files.",
        Trouble::NoBranch(_) => "Choose one of the timeline's branches.",
        Trouble::BranchExists(_) => "Choose another name.",
        Trouble::NothingToMerge(_) => "Work on it first, or choose another branch.",
        Trouble::NoConflict => "Look at what is left to decide.",
        Trouble::NoDocument => "Restore the whole version, or one of its files.",
        Trouble::Soundless => "Choose a version with a take or a sound file.",
        Trouble::NotThisProject => "Open that project, or choose a branch of this one.",
        Trouble::OpenElsewhere => "Close it there, or do this in that window.",
    }
}

pub(super) fn spanish(trouble: &Trouble) -> String {
    match trouble {
        Trouble::WrongKey(store) => format!("La llave no abre las versiones de {}.", store.display()),
        Trouble::NoKey(key) => format!("La llave de tus versiones, {}, falta o está vacía.", key.display()),
        Trouble::NotAStore(store) => format!("No hay versiones en {}.", store.display()),
        Trouble::Damaged(file) => format!("Una parte de las versiones está dañada: {}.", file.display()),
        Trouble::Changing(file) => format!("{file} cambió mientras tanto, así que no se hizo."),
        Trouble::Locked(_) => "Otro programa está trabajando con las versiones guardadas.".into(),
        Trouble::NoVersion(version) => format!("No existe la versión {}.", short(version)),
        Trouble::Ambiguous(version) => format!("Varias versiones empiezan con {}.", short(version)),
        Trouble::NoFile(file) => format!("La versión no tiene {file}."),
        Trouble::NoBranch(name) => format!("No existe la rama «{name}»."),
        Trouble::BranchExists(name) => format!("Ya existe una rama «{name}»."),
        Trouble::NothingToMerge(name) => format!("«{name}» no tiene nada que no esté ya aquí."),
        Trouble::NoConflict => "Esto ya se decidió, o la unión se deshizo.".into(),
        Trouble::NoDocument => {
            "Esta carpeta solo tiene archivos, no una canción con pistas y secciones.".into()
        }
        Trouble::Soundless => "En esta versión no suena nada.".into(),
        Trouble::NotThisProject => "Esto es de otro proyecto.".into(),
        Trouble::OpenElsewhere => "El proyecto está abierto en otra ventana.".into(),
    }
}

pub(super) fn spanish_hint(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::WrongKey(_) => "Usa la llave o la frase con que se guardaron estas versiones.",
        Trouble::NoKey(_) => "Vuelve a poner el archivo de la llave, o recupera tus versiones de una copia.",
        Trouble::NotAStore(_) => "Elige la carpeta de una copia.",
        Trouble::Damaged(_) => {
            "Revisa las versiones en Historia y repáralas; todo lo demás se puede seguir usando."
        }
        Trouble::Changing(_) => "Espera a que ningún otro programa escriba ahí e inténtalo de nuevo.",
        Trouble::Locked(_) => {
            "Espera a que termine e inténtalo de nuevo. Lo que dejó un restic interrumpido se quita con restic unlock."
        }
        Trouble::NoVersion(_) => "Quizá se dejó ir; elige otra en la línea de tiempo.",
        Trouble::Ambiguous(_) => "Escribe más de su nombre.",
        Trouble::NoFile(_) => "Mira la lista de archivos de la versión.",
        Trouble::NoBranch(_) => "Elige una de las ramas de la línea de tiempo.",
        Trouble::BranchExists(_) => "Elige otro nombre.",
        Trouble::NothingToMerge(_) => "Trabaja primero en ella, o elige otra rama.",
        Trouble::NoConflict => "Mira lo que queda por decidir.",
        Trouble::NoDocument => "Recupera la versión entera, o uno de sus archivos.",
        Trouble::Soundless => "Elige una versión con una toma o un archivo de sonido.",
        Trouble::NotThisProject => "Abre ese proyecto, o elige una rama de este.",
        Trouble::OpenElsewhere => "Ciérralo allí, o haz esto en esa ventana.",
    }
}

/// Nobody reads 64 digits.
fn short(version: &str) -> String {
    version.chars().take(12).collect()
}
