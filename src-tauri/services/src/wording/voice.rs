//! What the fields of speech, transcripts and conversions are called, and how to fill them in.

use son1k_domain::setting::Language;

/// A field in both languages, English first.
struct Field {
    name: &'static str,
    called: [&'static str; 2],
    hint: [&'static str; 2],
}

const FIELDS: [Field; 29] = [
    Field {
        name: "voice",
        called: ["the voice", "la voz"],
        hint: [
            "Choose a voice such as af_heart, bm_george or ef_dora; son1k voices lists them.",
            "Elige una voz como ef_dora, em_alex o af_heart; son1k voices las muestra.",
        ],
    },
    Field {
        name: "voice_blend",
        called: ["the blend of voices", "la mezcla de voces"],
        hint: [
            "Blend two or three voices of one language, such as af_heart*0.6+af_bella*0.4.",
            "Mezcla dos o tres voces de un mismo idioma, como ef_dora*0.6+em_alex*0.4.",
        ],
    },
    Field {
        name: "profile_name",
        called: ["the name of the profile", "el nombre del perfil"],
        hint: ["Use 1 to 120 characters.", "Usa de 1 a 120 caracteres."],
    },
    Field {
        name: "profile_notes",
        called: ["the notes of the profile", "las notas del perfil"],
        hint: ["Use at most 4,000 characters.", "Usa como máximo 4000 caracteres."],
    },
    Field {
        name: "consent_person",
        called: ["the person who consents", "la persona que consiente"],
        hint: [
            "Write the name of the person whose voice it is, in up to 120 characters.",
            "Escribe el nombre de la persona de quien es la voz, con hasta 120 caracteres.",
        ],
    },
    Field {
        name: "consent_purpose",
        called: ["what the consent is for", "para qué es el consentimiento"],
        hint: [
            "Write what the voice may be used for, in up to 120 characters.",
            "Escribe para qué se puede usar la voz, con hasta 120 caracteres.",
        ],
    },
    Field {
        name: "language",
        called: ["the language", "el idioma"],
        hint: ["Choose en or es.", "Elige en o es."],
    },
    Field {
        name: "voice_language",
        called: ["the language of the voice", "el idioma de la voz"],
        hint: [
            "Choose a voice of that language; son1k voices lists them.",
            "Elige una voz de ese idioma; son1k voices las muestra.",
        ],
    },
    Field {
        name: "text_file",
        called: ["the text to speak", "el texto que se dice"],
        hint: ["Use a text file in UTF-8.", "Usa un archivo de texto en UTF-8."],
    },
    Field {
        name: "pace",
        called: ["the pace", "el ritmo"],
        hint: ["Use a pace between 0.5 and 2.", "Usa un ritmo entre 0,5 y 2."],
    },
    Field {
        name: "remote_pace",
        called: ["the pace of an ElevenLabs voice", "el ritmo de una voz de ElevenLabs"],
        hint: [
            "Use a pace between 0.7 and 1.2: these voices read no slower and no faster.",
            "Usa un ritmo entre 0,7 y 1,2: estas voces no leen más despacio ni más rápido.",
        ],
    },
    Field {
        name: "pauses",
        called: ["the pauses", "las pausas"],
        hint: ["Use a factor between 0 and 3; 1 is natural.", "Usa un factor entre 0 y 3; 1 es lo natural."],
    },
    Field {
        name: "speech_loudness",
        called: ["the loudness of the speech", "la sonoridad de la voz"],
        hint: ["Use a loudness between −36 and −9 LUFS.", "Usa una sonoridad entre −36 y −9 LUFS."],
    },
    Field {
        name: "voice_style",
        called: ["the style of the voice", "el estilo de la voz"],
        hint: ["Use a value from 0 to 1.", "Usa un valor de 0 a 1."],
    },
    Field {
        name: "stability",
        called: ["the stability", "la estabilidad"],
        hint: ["Use a value from 0 to 1.", "Usa un valor de 0 a 1."],
    },
    Field {
        name: "similarity_boost",
        called: ["the similarity", "la similitud"],
        hint: ["Use a value from 0 to 1.", "Usa un valor de 0 a 1."],
    },
    Field {
        name: "dictionary",
        called: ["the dictionary", "el diccionario"],
        hint: [
            "Keep at most 1,000 words, and give each one what it says, in up to 200 characters.",
            "Guarda hasta 1000 palabras, y escribe para cada una cómo se dice, con hasta 200 caracteres.",
        ],
    },
    Field {
        name: "lines",
        called: ["the number of lines", "el número de líneas"],
        hint: ["Keep at most 86,400 lines.", "Conserva como máximo 86 400 líneas."],
    },
    Field {
        name: "line",
        called: ["a line of the transcript", "una línea de la transcripción"],
        hint: ["Use at most 2,000 characters a line.", "Usa como máximo 2000 caracteres por línea."],
    },
    Field {
        name: "line_times",
        called: ["the times of a line", "los tiempos de una línea"],
        hint: [
            "Let each line and each word end after it begins, within the sound.",
            "Haz que cada línea y cada palabra termine después de empezar, dentro del sonido.",
        ],
    },
    Field {
        name: "conversion",
        called: ["the change of the voice", "el cambio de la voz"],
        hint: [
            "Choose a preset, or change at least one value.",
            "Elige un ajuste, o cambia al menos un valor.",
        ],
    },
    Field {
        name: "conversion_preset",
        called: ["the preset", "el ajuste"],
        hint: [
            "Choose deeper, higher, woman, man, child, old, whisper, robot, telephone, radio, monster, choir, harmony, \
             autotune, vocoder or doubling.",
            "Elige deeper, higher, woman, man, child, old, whisper, robot, telephone, radio, monster, choir, harmony, \
             autotune, vocoder o doubling.",
        ],
    },
    Field {
        name: "pitch_shift",
        called: ["the pitch", "el tono"],
        hint: ["Use −24 to 24 semitones.", "Usa de −24 a 24 semitonos."],
    },
    Field {
        name: "formants",
        called: ["the formants", "los formantes"],
        hint: ["Use −12 to 12 semitones.", "Usa de −12 a 12 semitonos."],
    },
    Field {
        name: "range",
        called: ["the span of the melody", "la amplitud de la melodía"],
        hint: ["Use a factor from 0 to 2.", "Usa un factor de 0 a 2."],
    },
    Field {
        name: "tune",
        called: ["the tuning", "la afinación"],
        hint: ["Use a value from 0 to 1.", "Usa un valor de 0 a 1."],
    },
    Field {
        name: "doubling",
        called: ["the doubling", "la duplicación"],
        hint: ["Use a value from 0 to 1.", "Usa un valor de 0 a 1."],
    },
    Field {
        name: "breath",
        called: ["the breath", "el aire"],
        hint: ["Use a value from 0 to 1.", "Usa un valor de 0 a 1."],
    },
    Field {
        name: "mix",
        called: ["the mix", "la mezcla"],
        hint: ["Use a value from 0 (as it was) to 1.", "Usa un valor de 0 (como era) a 1."],
    },
];

fn find(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}

fn of(texts: [&'static str; 2], language: Language) -> &'static str {
    match language {
        Language::En => texts[0],
        Language::Es => texts[1],
    }
}

/// Returns what a field is called.
pub(super) fn called(name: &str, language: Language) -> Option<&'static str> {
    find(name).map(|field| of(field.called, language))
}

/// Returns how to fill a field in.
pub(super) fn hint(name: &str, language: Language) -> Option<&'static str> {
    find(name).map(|field| of(field.hint, language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use son1k_domain::conversion::ConversionPreset;

    #[test]
    fn every_field_has_a_name_and_a_sentence_in_both_languages() {
        for Field { name, called, hint } in &FIELDS {
            assert!(called[0] != called[1], "{name}");
            assert!(hint.iter().all(|hint| hint.ends_with('.')), "{name}");
            assert_eq!(FIELDS.iter().filter(|field| field.name == *name).count(), 1);
        }
    }

    #[test]
    fn the_hint_about_presets_names_each_one() {
        for preset in ConversionPreset::ALL {
            for language in [Language::En, Language::Es] {
                assert!(hint("conversion_preset", language).unwrap().contains(preset.id()), "{preset:?}");
            }
        }
    }
}
