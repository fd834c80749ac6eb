use super::*;

fn en(text: &str) -> String {
    words(text, Language::English).join(" ")
}

fn es(text: &str) -> String {
    words(text, Language::Spanish).join(" ")
}

#[test]
fn english_figures_and_words_are_alike() {
    for (one, other) in [
        ("at 7:30", "At seven-thirty."),
        ("7:30 in the evening", "7.30 in the evening"),
        ("9:05", "nine oh five"),
        ("8:00", "eight"),
        ("March 15, 1998", "March 15th nineteen ninety-eight"),
        ("July 4, 1976", "july fourth, nineteen seventy six"),
        ("October 31", "October thirty-first"),
        ("in 2015", "in twenty fifteen"),
        ("since 2008", "since two thousand and eight"),
        ("January 1, 2020", "January first, twenty twenty"),
        ("$12.50", "twelve dollars and fifty cents"),
        ("$45", "45 dollars"),
        ("$1,250", "one thousand two hundred and fifty dollars"),
        ("15,000 copies", "fifteen thousand copies"),
        ("60%", "sixty per cent"),
        ("7:30 p.m.", "seven thirty PM"),
        ("3/4 time", "three-four time"),
        ("C# minor", "C sharp minor"),
        ("Dr. Morgan", "Doctor Morgan"),
        ("35°", "thirty-five degrees"),
        ("a 5th", "a fifth"),
        ("2.5", "two point five"),
    ] {
        assert_eq!(en(one), en(other));
    }
    assert_eq!(en("120 BPM"), "one hundred twenty beats per minute");
    assert_eq!(en("365"), "three hundred sixty five");
}

#[test]
fn spanish_figures_and_words_are_alike() {
    for (one, other) in [
        ("a las 7:30", "a las siete y media"),
        ("a las 7:30 de la tarde", "a las 7.30 de la tarde"),
        ("a las 6:45", "a las seis cuarenta y cinco"),
        ("15 de marzo de 1998", "Quince de marzo de mil novecientos noventa y ocho"),
        ("1 de enero de 2020", "primero de enero de dos mil veinte"),
        ("500 personas", "quinientas personas"),
        ("21 canciones", "veintiuna canciones"),
        ("31 discos", "treinta y un discos"),
        ("15.000 copias", "15,000 copias"),
        ("2.400 butacas", "dos mil cuatrocientas butacas"),
        ("60 %", "sesenta por ciento"),
        ("45 €", "cuarenta y cinco euros"),
        ("3,5", "3.5"),
        ("la 3ª", "la tercero"),
        ("¿Qué tal?", "que tal"),
        ("Sra. Ruiz", "señora Ruiz"),
    ] {
        assert_eq!(es(one), es(other));
    }
    assert_eq!(es("el año"), "el año", "ñ is a letter of its own");
}

#[test]
fn what_is_said_otherwise_stays_otherwise() {
    for (one, other) in
        [("strings", "string"), ("it's", "its"), ("the song", "a song"), ("Michael", "Mikael"), ("15", "50")]
    {
        assert_ne!(en(one), en(other));
    }
    assert_ne!(es("la guitarra"), es("las guitarras"));
}

#[test]
fn errors_are_the_fewest_that_explain_what_was_heard() {
    let english = |text| words(text, Language::English);
    let errors =
        compare(&english("the old theater was built here"), &english("the cold theater built here again"));
    assert_eq!((errors.substituted, errors.left_out, errors.added, errors.of), (1, 1, 1, 6));
    assert_eq!(errors.list, ["the (old|cold)", "theater (was|)", "here (|again)"]);
    assert!((errors.rate() - 0.5).abs() < 1e-9);
    let none = compare(&[], &[]);
    assert_eq!((none.rate(), none.of), (0.0, 0));
}
