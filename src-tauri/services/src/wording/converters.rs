//! What goes wrong with converters of voices, and what helps.

use son1k_domain::converter::limits;
use son1k_inference::converter::Breach;

use crate::voice::ConverterTrouble as Trouble;

pub(super) fn english(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Breach { name, breach } => {
            format!("“{name}” cannot be used as a converter: {}.", breach_en(breach))
        }
        Trouble::Damaged(name) => format!("The file of the converter “{name}” is damaged or gone."),
        Trouble::TooMany => format!("There are {} converters, which is the limit.", limits::CONVERTERS),
        Trouble::NoVoice => "There is too little voice in this sound.".into(),
        Trouble::NoMelody(name) => format!("The samples of “{name}” have too little pitch to be matched."),
    }
}

fn breach_en(breach: &Breach) -> String {
    match breach {
        Breach::NoModel(_) => "it is no whole ONNX model in one file".into(),
        Breach::NoSource => "it has no input “source”".into(),
        Breach::NoTarget => "it has neither an input “target” nor an input “reference”".into(),
        Breach::NoConverted => "it has no output “converted”".into(),
        Breach::UnknownInput(input) => format!("it wants an input “{input}”, which nothing here can give"),
        Breach::Tensor { name, found, wanted } => format!("“{name}” is {found}, and should be {wanted}"),
        Breach::NoMetadata(key) => format!("“{key}” is missing in its metadata"),
        Breach::Metadata { key, value } => format!("“{key}” cannot be “{value}”"),
        Breach::Length { asked, given } => format!("for {asked} samples it gave {given}"),
        Breach::NotFinite => "it gave samples that are no numbers".into(),
        Breach::Failed(_) => "it stopped while it was at work".into(),
    }
}

pub(super) fn english_hint(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::Breach { breach, .. } => breach_hint_en(breach),
        Trouble::Damaged(_) => "Remove it and add its file again, or choose the closest match.",
        Trouble::TooMany => "Remove those that you do not use.",
        Trouble::NoVoice => {
            "Choose a recording in which somebody speaks or sings alone, for a second or longer."
        }
        Trouble::NoMelody(_) => {
            "Add a sample in which the person speaks aloud, not in a whisper; or use a converter."
        }
    }
}

fn breach_hint_en(breach: &Breach) -> &'static str {
    match breach {
        Breach::NoModel(_) => {
            "Export the converter again as a single .onnx file of at most 2 GB, or bring it once more."
        }
        Breach::NoMetadata(_) | Breach::Metadata { .. } => {
            "Write its metadata as docs/converters.md says: rate, name and licence; hop and window where it has them."
        }
        Breach::Length { .. } | Breach::NotFinite | Breach::Failed(_) => {
            "Try it with another sound; if it does so again, ask whoever made it, or choose the closest match."
        }
        _ => "Export it with the inputs and outputs that docs/converters.md names.",
    }
}

pub(super) fn spanish(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Breach { name, breach } => {
            format!("«{name}» no sirve como conversor: {}.", breach_es(breach))
        }
        Trouble::Damaged(name) => format!("El archivo del conversor «{name}» está dañado o no está."),
        Trouble::TooMany => format!("Hay {} conversores, que es el máximo.", limits::CONVERTERS),
        Trouble::NoVoice => "En este sonido hay muy poca voz.".into(),
        Trouble::NoMelody(name) => {
            format!("Las muestras de «{name}» tienen muy poco tono para ajustarse a él.")
        }
    }
}

fn breach_es(breach: &Breach) -> String {
    match breach {
        Breach::NoModel(_) => "no es un modelo ONNX completo en un solo archivo".into(),
        Breach::NoSource => "no tiene la entrada «source»".into(),
        Breach::NoTarget => "no tiene ni la entrada «target» ni la entrada «reference»".into(),
        Breach::NoConverted => "no tiene la salida «converted»".into(),
        Breach::UnknownInput(input) => format!("pide una entrada «{input}», que aquí nada puede dar"),
        Breach::Tensor { name, found, wanted } => format!("«{name}» es {found} y debería ser {wanted}"),
        Breach::NoMetadata(key) => format!("falta «{key}» en sus metadatos"),
        Breach::Metadata { key, value } => format!("«{key}» no puede ser «{value}»"),
        Breach::Length { asked, given } => format!("por {asked} muestras dio {given}"),
        Breach::NotFinite => "dio muestras que no son números".into(),
        Breach::Failed(_) => "se detuvo mientras trabajaba".into(),
    }
}

pub(super) fn spanish_hint(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::Breach { breach, .. } => breach_hint_es(breach),
        Trouble::Damaged(_) => "Quítalo y añade otra vez su archivo, o elige el ajuste más cercano.",
        Trouble::TooMany => "Quita los que no uses.",
        Trouble::NoVoice => {
            "Elige una grabación en la que alguien hable o cante a solas, durante un segundo o más."
        }
        Trouble::NoMelody(_) => {
            "Añade una muestra en la que la persona hable en voz alta, sin susurrar; o usa un conversor."
        }
    }
}

fn breach_hint_es(breach: &Breach) -> &'static str {
    match breach {
        Breach::NoModel(_) => {
            "Exporta otra vez el conversor como un solo archivo .onnx de 2 GB como máximo, o tráelo de nuevo."
        }
        Breach::NoMetadata(_) | Breach::Metadata { .. } => {
            "Escribe sus metadatos como dice docs/converters.md: rate, name y licence; hop y window si los tiene."
        }
        Breach::Length { .. } | Breach::NotFinite | Breach::Failed(_) => {
            "Pruébalo con otro sonido; si vuelve a pasar, pregunta a quien lo hizo, o elige el ajuste más cercano."
        }
        _ => "Expórtalo con las entradas y salidas que nombra docs/converters.md.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_breach_names_what_is_missing_and_helps_in_both_languages() {
        let breaches = [
            (Breach::NoModel("protobuf".into()), "ONNX"),
            (Breach::NoSource, "source"),
            (Breach::NoTarget, "reference"),
            (Breach::NoConverted, "converted"),
            (Breach::UnknownInput("phonemes".into()), "phonemes"),
            (
                Breach::Tensor { name: "target".into(), found: "x".into(), wanted: "f32 [1, 256]" },
                "f32 [1, 256]",
            ),
            (Breach::NoMetadata("son1k.rate"), "son1k.rate"),
            (Breach::Metadata { key: "son1k.hop", value: "0".into() }, "son1k.hop"),
            (Breach::Length { asked: 10, given: 20 }, "20"),
        ];
        for (breach, named) in breaches {
            let trouble = Trouble::Breach { name: "a.onnx".into(), breach };
            let messages = [english(&trouble), spanish(&trouble)];
            assert!(
                messages.iter().all(|text| text.contains("a.onnx") && text.contains(named)),
                "{messages:?}"
            );
            assert!(messages[0] != messages[1] && english_hint(&trouble) != spanish_hint(&trouble));
        }
    }
}
