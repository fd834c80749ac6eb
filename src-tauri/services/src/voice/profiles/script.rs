//! Sentences to be read aloud for a sample: every sound of the language, questions, lists and numbers, about a minute in all.
//! Written for this studio.

use son1k_domain::profile::ScriptLine;
use son1k_domain::setting::Language;
use son1k_domain::unit::Seconds;

/// Characters that are read in a second, calmly.
const PACE: f64 = 14.0;

const ENGLISH: [&str; 12] = [
    "Good morning; this is my voice as it sounds when I am not in a hurry.",
    "The old piano by the window has been out of tune since the first of August.",
    "Could you bring the blue guitar, both cables, and a chair for George?",
    "We should measure the room before the choir arrives, or there will be trouble.",
    "A quick, thin rhythm jumps over the lazy bass; that is exactly the pleasure of it.",
    "Every Thursday at half past seven, three of us sing by the harbour.",
    "She laughed, shook her head, and pushed the faders up again: louder, louder!",
    "My father's voice was low and warm; my mother's was clear, like water.",
    "No, I do not think the second verse is finished. What would you change?",
    "Ten, twenty, fifty, a hundred: count slowly until the red light goes off.",
    "The north wind carried music from the village across the frozen lake.",
    "Thank you for listening. I enjoyed this more than I had thought I would.",
];

const SPANISH: [&str; 12] = [
    "Buenos días; esta es mi voz cuando hablo sin ninguna prisa.",
    "El viejo piano junto a la ventana está desafinado desde el primero de agosto.",
    "¿Puedes traer la guitarra azul, dos cables y una silla para Jorge?",
    "Hay que medir el cuarto antes de que llegue el coro, o tendremos problemas.",
    "Un ritmo rápido y ligero brinca sobre el bajo perezoso, y ahí está la gracia.",
    "Todos los jueves, a las siete y media, cantamos los tres cerca del puerto.",
    "Ella se rió, movió la cabeza y volvió a subir el volumen: ¡más fuerte, más fuerte!",
    "La voz de mi padre era grave y cálida; la de mi madre, clara como el agua.",
    "No, no creo que la segunda estrofa esté terminada. ¿Qué cambiarías tú?",
    "Diez, veinte, cincuenta, cien: cuenta despacio hasta que te dé la señal.",
    "Llovía sobre el valle, y el viento del norte traía música desde el pueblo.",
    "Gracias por escuchar. Ha sido mucho más divertido de lo que yo imaginaba.",
];

/// Returns the sentences of a language, in the order in which they are read.
pub(super) fn lines(language: Language) -> Vec<ScriptLine> {
    let texts = match language {
        Language::En => ENGLISH,
        Language::Es => SPANISH,
    };
    let line = |text: &str| ScriptLine {
        text: text.to_owned(),
        seconds: Seconds((text.chars().count() as f64 / PACE).round()),
    };
    texts.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_all_of_it_takes_about_a_minute() {
        for language in [Language::En, Language::Es] {
            let seconds: f64 = lines(language).iter().map(|line| line.seconds.0).sum();
            assert!((50.0..80.0).contains(&seconds), "{language:?}: {seconds} s");
        }
    }

    #[test]
    fn every_letter_is_read() {
        let letters = |language| -> std::collections::HashSet<char> {
            lines(language)
                .iter()
                .flat_map(|line| line.text.to_lowercase().chars().collect::<Vec<_>>())
                .collect()
        };
        assert!(('a'..='z').all(|letter| letters(Language::En).contains(&letter)));
        // K, w and x are in loanwords only.
        let spanish = letters(Language::Es);
        let missing: String =
            "abcdefghijlmnñopqrstuvyzáéíóú".chars().filter(|letter| !spanish.contains(letter)).collect();
        assert!(missing.is_empty(), "{missing}");
    }
}
