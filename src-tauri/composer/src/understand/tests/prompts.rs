//! Prompts of both languages with what must be understood of them, and what must be listed as not understood.

use super::{asked, of};

/// Prompt, asked chips, not understood. `~` stands for a tempo that depends on style and seed.
const PROMPTS: &[(&str, &str, &str)] = &[
    ("reggaeton triste a 95 bpm en la menor", "style reggaeton, tempo 95, key A minor, sad", ""),
    ("Un perreo oscuro y sensual para mi novia", "style reggaeton, dark, sensual", "novia"),
    ("dembow 100bpm sin piano", "style reggaeton, tempo 100, -piano, -electric_piano", ""),
    ("urbano latino alegre, 3 minutos", "style reggaeton, length 180, happy", ""),
    (
        "a dark trap beat with 808 bass, 140 bpm, F#m",
        "style trap, tempo 140, key F# minor, dark, +sub_bass",
        "",
    ),
    ("UK drill aggressive, no pads", "style trap, aggressive, -pad", ""),
    ("phonk con campanas", "style trap, +bells", ""),
    ("deep house 124 bpm in C minor with a saxophone", "style house, tempo 124, key C minor, +saxophone", ""),
    ("techno rápido para bailar", "style house, tempo ~, energetic", ""),
    (
        "música electrónica sin guitarras",
        "style house, -acoustic_guitar, -electric_guitar, -distorted_guitar",
        "",
    ),
    ("retrowave like an 80s movie chase", "style synthwave, tense", "movie"),
    ("synthwave nostálgico de los ochenta, 2:30", "style synthwave, length 150, nostalgic", ""),
    ("Lo-Fi hip hop to study, rainy and melancholic", "style lo-fi, melancholic", "study"),
    ("chillhop suave con vinilo y rhodes", "style lo-fi, calm, +vinyl, +electric_piano", ""),
    ("lofi beats to relax to", "style lo-fi, calm", ""),
    (
        "balada romántica de piano y cuerdas, lento, 4 minutos",
        "style pop, tempo ~, length 240, romantic, +piano, +strings",
        "",
    ),
    ("upbeat pop song in Bb major about summer love", "style pop, key Bb major, happy, romantic", ""),
    ("indie pop with ukulele, handclaps and glockenspiel", "style pop, +ukulele, +bells", "handclaps"),
    ("k-pop energetic banger 128 BPM", "style pop, tempo 128, energetic", ""),
    ("hard rock with distorted guitars and organ", "style rock, +distorted_guitar, +organ", ""),
    ("punk furioso de 90 segundos", "style rock, length 90, aggressive", ""),
    ("metal épico en re menor, 160 bpm, sin teclado", "style rock, tempo 160, key D minor, epic, -synth", ""),
    ("indie rock in E mixolydian", "style rock, key E mixolydian", ""),
    ("drone meditation music, very slow, 10 minutes", "style ambient, tempo ~, length 600", ""),
    ("ambient espacial con coro y arpa, sin batería", "style ambient, dreamy, +choir, +harp, -drums", ""),
    ("paisaje sonoro tranquilo para dormir", "style ambient, calm", ""),
    ("bossa nova en fa mayor con flauta", "style jazz, key F major, +flute", ""),
    ("jazz waltz, 150 bpm, vibraphone", "style jazz, tempo 150, meter 3/4, +vibraphone", ""),
    ("slow blues in G with harmonica", "style jazz, tempo ~, key G ?, +harmonica", ""),
    ("swing allegro con trompeta y clarinete", "style jazz, tempo 132, +trumpet, +clarinet", ""),
    ("epic orchestral trailer, D minor, 6/8", "style cinematic, key D minor, meter 6/8, epic", ""),
    (
        "banda sonora misteriosa con violonchelo, dos minutos y medio",
        "style cinematic, length 150, mysterious, +cello",
        "",
    ),
    ("cinematic tension, no drums", "style cinematic, tense, -drums", ""),
    ("orquesta esperanzadora en sol mayor", "style cinematic, key G major, hopeful", ""),
    ("vals triste con acordeón en mi menor", "key E minor, meter 3/4, sad, +accordion", ""),
    ("compás de 6/8, andante, algo melancólico", "tempo 88, meter 6/8, melancholic", ""),
    ("6x8 folk con banjo", "meter 6/8, +banjo", "folk"),
    ("una salsa alegre", "happy", "salsa"),
    ("hip hop with piano", "+piano", "hip hop"),
    ("rock y trap", "style rock", "trap"),
    ("jazz but not sad", "style jazz", "not sad"),
    ("pop, nada triste", "style pop", "nada triste"),
    ("sin batería, con piano", "+piano, -drums", ""),
    (
        "without drums, bass and guitar",
        "-drums, -bass, -sub_bass, -acoustic_guitar, -electric_guitar, -distorted_guitar",
        "",
    ),
    ("no drums but soft strings", "calm, +strings, -drums", ""),
    ("no drums and a cello", "+cello, -drums", ""),
    ("no quiero que tenga batería ni bajo", "-drums, -bass, -sub_bass", ""),
    ("nada de sintetizadores", "-synth, -pad", ""),
    ("sin batería, lo-fi alegre", "style lo-fi, happy, -drums", ""),
    ("noventa y cinco pulsaciones por minuto, house", "style house, tempo 95", ""),
    ("one hundred and twenty bpm rock", "style rock, tempo 120", ""),
    ("tempo 88, lofi, key of D", "style lo-fi, tempo 88, key D ?", ""),
    ("en re dórico, jazz", "style jazz, key D dorian", ""),
    ("si bemol mayor, pop, minuto y medio", "style pop, key Bb major, length 90", ""),
    ("fa sostenido menor trap", "style trap, key F# minor", ""),
    ("tonalidad de sol, pop", "style pop, key G ?", ""),
    ("pop in a minor key", "style pop, key ? minor", ""),
    ("la noche en que mi amor se fue", "romantic", "noche, fue"),
    ("do you feel the love", "romantic", ""),
    ("la mayor parte de mi vida", "", "mayor, parte, vida"),
    ("sol y playa, reggaeton", "style reggaeton", "sol, playa"),
    ("a major hit, pop", "style pop", "major, hit"),
    ("I am sad", "sad", ""),
    ("si me dejas, balada", "style pop", "dejas"),
    ("TRISTEEE regaeton con guitara", "style reggaeton, sad, +acoustic_guitar", ""),
    ("melancholc saxaphone jazz", "style jazz, melancholic, +saxophone", ""),
    ("Make me a happy song con guitarra acústica, mid-tempo", "tempo ~, happy, +acoustic_guitar", ""),
    ("pop instrumental without vocals", "style pop", ""),
    ("rock with female vocals", "style rock", "female, vocals"),
    ("slow rock at 70 bpm", "style rock, tempo 70", ""),
    ("short jingle, playful, marimba", "length ~, playful, +marimba", ""),
    ("500 bpm gabber", "", "500, gabber"),
    ("90s house", "style house", "90s"),
    ("house de 90 s", "style house, length 90", ""),
    ("😢🌧", "sad, melancholic", ""),
    ("🔥🔥 trap 🦄", "style trap, energetic", "🦄"),
    ("asdf qwerty zxcv", "", "asdf, qwerty, zxcv"),
    (
        "G minor cinematic piece in 7/8 with choir and French horn",
        "style cinematic, key G minor, meter 7/8, +choir, +brass",
        "",
    ),
    (
        "dark ambient, no piano, no strings",
        "style ambient, dark, -piano, -electric_piano, -strings, -violin, -cello",
        "",
    ),
    ("quiero una canción para mi mamá, alegre y con mariachi", "happy", "mamá, mariachi"),
    ("sad pop over Am7", "style pop, sad", "Am7"),
    ("música para estudiar, 80 bpm, sin voz", "style lo-fi, tempo 80", ""),
    (
        "canción de amor en do mayor con guitarra española y percusión",
        "key C major, romantic, +acoustic_guitar, +percussion",
        "",
    ),
];

/// Puts `~` and `?` where the expectation has them.
fn masked(found: &str, expected: &str) -> String {
    let wanted: Vec<&str> = expected.split(", ").collect();
    let mask = |(at, chip): (usize, &str)| {
        let words: Vec<&str> = wanted.get(at).map(|w| w.split(' ').collect()).unwrap_or_default();
        let put = |(i, word): (usize, &str)| match words.get(i) {
            Some(w @ (&"~" | &"?")) => (*w).to_owned(),
            _ => word.to_owned(),
        };
        chip.split(' ').enumerate().map(put).collect::<Vec<_>>().join(" ")
    };
    found.split(", ").enumerate().map(mask).collect::<Vec<_>>().join(", ")
}

#[test]
fn prompts_of_both_languages_are_understood() {
    let mut wrong = Vec::new();
    for (prompt, chips, missed) in PROMPTS {
        let understood = of(prompt);
        let found = masked(&asked(&understood), chips);
        let listed = understood.not_understood.join(", ");
        if (found.as_str(), listed.as_str()) != (*chips, *missed) {
            wrong.push(format!(
                "{prompt}\n  wanted [{chips}] missed [{missed}]\n  found  [{found}] missed [{listed}]"
            ));
        }
    }
    assert!(PROMPTS.len() >= 60);
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), PROMPTS.len(), wrong.join("\n"));
}

#[test]
fn chips_show_the_words_as_they_were_written() {
    let understood = of("Un REGUETÓN muy Lento, a 85 BPM, en La Menor… sin Batería");
    let words: Vec<&str> = understood.chips.iter().map(|c| c.words.as_str()).collect();
    assert_eq!(words, ["REGUETÓN", "muy Lento … 85 BPM", "La Menor", "", "", "sin Batería"]);
}

#[test]
fn titles_come_from_the_prompts_own_words() {
    for (prompt, title) in [
        ("reggaeton triste sobre la lluvia en Madrid, 95 bpm", "La lluvia en Madrid"),
        ("a sad lofi song about empty streets of tokyo with piano", "Empty Streets of Tokyo"),
        ("rock titulado \"Fuego Negro\"", "Fuego Negro"),
        ("pop called midnight train", "Midnight Train"),
        ("neon highway synthwave", "Neon Highway"),
        ("una canción alegre para mi perro Max", "Perro Max"),
    ] {
        assert_eq!(of(prompt).brief.title, title, "{prompt}");
    }
    assert_eq!(of("jazz en la menor").brief.title, "Jazz en la menor");
    assert_eq!(of("jazz in D dorian").brief.title, "Jazz in D dorian");
    assert_eq!(of("trap oscuro, do menor, 140 bpm, 30 segundos").brief.title, "Trap en do menor");
    assert!(!of("!!!").brief.title.is_empty());
}
