//! Words of the terminal in both languages.

use son1k_domain::history::Occasion;
use son1k_domain::job::Stage;
use son1k_domain::setting::Language;
use son1k_domain::system::CheckState;

/// Returns what a running job is at.
pub fn stage(stage: Stage, language: Language) -> &'static str {
    let (english, spanish) = match stage {
        Stage::Waiting => ("waiting", "en espera"),
        Stage::Understanding => ("understanding", "entendiendo"),
        Stage::Composing => ("composing", "componiendo"),
        Stage::Rendering => ("playing", "tocando"),
        Stage::Mastering => ("mastering", "masterizando"),
        Stage::Checking => ("checking", "revisando"),
        Stage::Saving => ("saving", "guardando"),
        Stage::Downloading => ("fetching", "descargando"),
        Stage::Converting => ("converting", "convirtiendo"),
        Stage::Encoding => ("encoding", "codificando"),
        Stage::Importing => ("importing", "importando"),
        Stage::Analysing => ("listening", "escuchando"),
        Stage::Searching => ("searching", "buscando"),
        Stage::Cleaning => ("cleaning", "limpiando"),
        Stage::Speaking => ("speaking", "hablando"),
        Stage::Listening => ("listening", "escuchando"),
        Stage::Matching => ("looking for the closest voice", "buscando la voz más cercana"),
        Stage::Modulating => ("changing the voice", "cambiando la voz"),
        Stage::Copying => ("copying", "copiando"),
        Stage::Pruning => ("tidying", "ordenando"),
    };
    pick(language, english, spanish)
}

/// Returns the mark and the word of a check.
pub fn check(state: CheckState, language: Language) -> &'static str {
    let (english, spanish) = match state {
        CheckState::Works => ("✓ works  ", "✓ funciona"),
        CheckState::Limited => ("~ limited", "~ limitado"),
        CheckState::Fails => ("✗ missing", "✗ falta   "),
    };
    pick(language, english, spanish)
}

/// Returns why a version was kept; the window says it in the same words.
pub fn occasion(occasion: Occasion, language: Language) -> &'static str {
    let (english, spanish) = match occasion {
        Occasion::Named => ("Kept by hand", "Guardada a mano"),
        Occasion::Pause => ("Kept in a pause", "Guardada en una pausa"),
        Occasion::Before => ("Kept before a big change", "Guardada antes de un gran cambio"),
        Occasion::Close => ("Kept on closing", "Guardada al cerrar"),
        Occasion::Branch => ("Branch began here", "Aquí empezó una rama"),
        Occasion::Merge => ("Branches brought together", "Ramas unidas"),
        Occasion::Outside => ("Changed by another program", "Cambiada por otro programa"),
    };
    pick(language, english, spanish)
}

/// Returns a number with what is counted, each as one and as many, in English and Spanish.
pub fn counted(count: usize, english: [&str; 2], spanish: [&str; 2], language: Language) -> String {
    let [one, many] = match language {
        Language::En => english,
        Language::Es => spanish,
    };
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Returns the words of the language.
pub fn pick<'a>(language: Language, english: &'a str, spanish: &'a str) -> &'a str {
    match language {
        Language::En => english,
        Language::Es => spanish,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_not_counted_as_many() {
        let conflicts = |count, language| {
            counted(count, ["conflict", "conflicts"], ["conflicto", "conflictos"], language)
        };
        assert_eq!(conflicts(1, Language::En), "1 conflict");
        assert_eq!(conflicts(1, Language::Es), "1 conflicto");
        assert_eq!(conflicts(0, Language::En), "0 conflicts");
        assert_eq!(conflicts(2, Language::Es), "2 conflictos");
    }
}
