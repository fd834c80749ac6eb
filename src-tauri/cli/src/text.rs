//! Words of the terminal in both languages.

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

/// Returns the words of the language.
pub fn pick<'a>(language: Language, english: &'a str, spanish: &'a str) -> &'a str {
    match language {
        Language::En => english,
        Language::Es => spanish,
    }
}
