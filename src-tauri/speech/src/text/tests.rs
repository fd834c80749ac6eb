//! Texts and where they are parted.

use std::time::{Duration, Instant};

use super::*;

fn texts(text: &str) -> Vec<String> {
    split(text).into_iter().map(|piece| piece.text).collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn sentences_are_parted() {
    assert_eq!(texts("Hola. ¿Qué tal? ¡Bien! Adiós"), ["Hola.", "¿Qué tal?", "¡Bien!", "Adiós"]);
}

#[test]
fn a_stop_that_ends_no_sentence_is_left_alone() {
    let whole = [
        "El Sr. López llegó.",
        "Vive en EE. UU. ahora.",
        "Mr. Brown met Dr. Who.",
        "J. S. Bach nació allí.",
        "Cuesta 3.50 hoy.",
        "Está en la pág. 12.",
        "Mira son1k.com/a.b hoy.",
        "Escribe a a.b@c.com hoy.",
        "A las 8 p. m. en casa.",
        "Es No. 5 en la lista.",
        "p. ej. esto",
        "1. Intro",
    ];
    for text in whole {
        assert_eq!(texts(text), [text]);
    }
}

#[test]
fn a_shortened_word_may_end_a_sentence() {
    assert_eq!(texts("Discos, cintas, etc. Luego nada."), ["Discos, cintas, etc.", "Luego nada."]);
    assert_eq!(texts("Plan B. Luego nada."), ["Plan B.", "Luego nada."]);
    assert_eq!(texts("No. Yo no."), ["No.", "Yo no."]);
}

#[test]
fn pauses_tell_what_parts_two_pieces() {
    let pauses: Vec<f64> =
        split("Uno.\n\nDos.\nTres\nCuatro. Fin").iter().map(|piece| piece.pause.0).collect();
    let wanted = [0.8, 0.4, 0.35, 0.4, 0.0];
    assert_eq!(pauses.len(), wanted.len());
    for (pause, wanted) in pauses.iter().zip(wanted) {
        assert!((pause - wanted).abs() < 1e-6, "{pauses:?}");
    }
}

#[test]
fn wrapped_lines_are_one_sentence() {
    let text = "Esta es una línea que alguien partió porque no cabía en su pantalla\nde sesenta letras.";
    assert_eq!(texts(text).join(" "), text.replace('\n', " "));
    assert!(split(text).iter().all(|piece| piece.pause.0 < 0.3));
}

#[test]
fn a_long_sentence_is_cut_where_a_reader_breathes() {
    let text = "Cuando llegó la noche, los músicos afinaron sus guitarras y el público, que llevaba horas esperando, \
                empezó a cantar las canciones que conocía desde niño; nadie quería irse a casa.";
    let pieces = texts(text);
    assert_eq!(pieces[0], "Cuando llegó la noche,");
    assert_eq!(pieces.join(" "), text);
    assert!(pieces.iter().all(|piece| piece.chars().count() <= 220), "{pieces:?}");
}

#[test]
fn the_first_piece_is_short_because_somebody_waits_for_it() {
    for (text, first) in [
        ("The rehearsal begins at 7:30 in the evening.", "The rehearsal begins"),
        ("Vendieron mil copias en la primera semana.", "Vendieron mil copias"),
        ("Could you turn the vocals up a little?", "Could you turn"),
        ("Su primer disco salió el 15 de marzo de 1998.", "Su primer disco salió"),
        ("We recorded 24 takes and kept only 3 of them.", "We recorded 24 takes"),
        ("El estudio abre de 9 a 5 entre semana.", "El estudio abre de 9 a 5"),
        ("The ticket costs $45 at the door.", "The ticket costs"),
        ("La entrada cuesta 45 euros en la puerta.", "La entrada cuesta"),
        ("Please turn track 3 up until it clips.", "Please turn track 3 up"),
        ("Vinieron más de 45 personas al concierto.", "Vinieron más de 45 personas"),
        ("On January 1, 2020, the band moved to Nashville.", "On January 1, 2020,"),
        ("Vinieron a escuchar a todas las bandas del pueblo.", "Vinieron a escuchar"),
        ("Laura and Michael wrote the bridge.", "Laura and Michael wrote the bridge."),
        ("¿Puedes subir un poco la voz?", "¿Puedes subir un poco la voz?"),
        ("Nothing here allows breaths anywhere.", "Nothing here allows breaths anywhere."),
    ] {
        assert_eq!(texts(text)[0], first);
    }
    let text = "Primero esto. Vendieron mil copias en la primera semana.";
    assert_eq!(texts(text)[1], "Vendieron mil copias en la primera semana.", "nobody waits for the others");
}

#[test]
fn a_sentence_without_marks_is_cut_between_words() {
    let text = "palabra ".repeat(200);
    let pieces = texts(&text);
    assert!(pieces.iter().all(|piece| piece.chars().count() <= 280 && piece.ends_with("palabra")));
    assert_eq!(letters(&pieces.concat()), letters(&text));
}

#[test]
fn what_is_emphasised_is_a_piece_of_its_own() {
    let pieces = split("No quiero cantar *nunca* con 2*3 luces, **de** *verdad*.");
    let shown: Vec<(&str, bool)> =
        pieces.iter().map(|piece| (piece.text.as_str(), piece.emphasised)).collect();
    let wanted = [
        ("No quiero cantar", false),
        ("nunca", true),
        ("con 2×3 luces,", false),
        ("de", true),
        ("verdad.", true),
    ];
    assert_eq!(shown, wanted);
    assert!(pieces[0].goes_on);
}

#[test]
fn several_words_and_none_may_be_emphasised() {
    assert_eq!(texts("*muy bien* * dicho *"), ["muy bien", "dicho"]);
    assert_eq!(texts("una * sola"), ["una sola"]);
    assert_eq!(texts("*sin cerrar"), ["sin cerrar"]);
}

#[test]
fn what_cannot_be_read_is_left_out() {
    assert_eq!(texts("Hola 👋🏽 mundo\u{200b}!\u{7}"), ["Hola mundo!"]);
    assert_eq!(texts("Привет 漢字 hola"), ["hola"]);
    assert_eq!(texts("٣ y ３ y 𝟑"), ["3 y 3 y 3"]);
    assert_eq!(texts("cafe\u{301} H̸̡e̴l̶l̵o"), ["café Hello"]);
    assert!(split("👍🎉 … — ???").is_empty());
    assert!(split("").is_empty());
}

#[test]
fn quotes_and_dashes_are_of_one_kind() {
    assert_eq!(texts("“Hola” — dijo—‘bien’..."), ["\"Hola\" — dijo — 'bien'…"]);
}

#[test]
fn a_megabyte_without_a_mark_takes_a_moment() {
    for text in [
        "a".repeat(1_000_000),
        "la ".repeat(333_333),
        "a,".repeat(500_000),
        "*a ".repeat(333_333),
        "1.".repeat(500_000),
    ] {
        let begun = Instant::now();
        let pieces = split(&text);
        // Seconds on an idle machine; a quadratic way would take hours.
        assert!(begun.elapsed() < Duration::from_secs(300), "{} {:?}", &text[..4], begun.elapsed());
        assert_eq!(
            letters(&pieces.iter().map(|piece| piece.text.as_str()).collect::<String>()),
            letters(&text)
        );
    }
}
