//! What hibari's `normalize.py` makes of the same texts.

use std::sync::LazyLock;

use super::Normalizer;

static NORMALIZER: LazyLock<Normalizer> = LazyLock::new(|| {
    let file = super::super::tests::file("normalize.json");
    Normalizer::new(serde_json::from_slice(&file).unwrap())
});

#[track_caller]
fn becomes(pairs: &[(&str, &str)]) {
    for (text, normal) in pairs {
        assert_eq!(NORMALIZER.normalize(text), *normal, "{text:?}");
    }
}

#[test]
fn times_are_said_with_their_half_of_the_day() {
    becomes(&[
        ("at 3:45 pm", "at three forty-five P.M."),
        ("at 3:05 a.m. sharp", "at three oh five A.M. sharp"),
        ("it is 12:00", "it is twelve o'clock"),
        ("at 10:00 PM.", "at ten P.M."),
        (
            "at 1:02:01 or 23:59:59",
            "at one oh two and one second or twenty-three fifty-nine and fifty-nine seconds",
        ),
        ("25:61 and 3:455", "25:61 and 3:455"),
        ("3:45 ambient", "three forty-five ambient"),
    ]);
}

#[test]
fn dates_have_their_month_in_words() {
    becomes(&[
        (
            "12/25/2024, 31/12/99 and 1/1/31",
            "December twenty-fifth, 2024, December thirty-first, 1999 and January first, 1931",
        ),
        ("2025-01-31 and 2000-13-01", "January thirty-first, 2025 and 2000-13-01"),
        ("March 3, 1975", "March third, 1975"),
        ("Sept. 11, 2001 and Dec 32", "September eleventh, 2001 and Dec 32"),
        ("3 March and the 4th of July", "the third of March and the 4th of July"),
        ("the 21 June.", "the twenty-first of June"),
        ("March 5:30, May 1%", "March five thirty, May 1%"),
    ]);
}

#[test]
fn amounts_have_their_names() {
    becomes(&[
        ("$1.5 million, £3b and $5k", "1.5 million dollars, 3 billion pounds and 5 thousand dollars"),
        ("50¢ and 1¢", "50 cents and 1 cent"),
        ("¥500, Rs. 300 and EUR 2 million", "500 yen, 300 rupees and 2 million euros"),
        (
            "5 kg, 1 lb, 44.1kHz and 1,000 km/h",
            "5 kilograms, 1 pound, 44.1 kilohertz and 1,000 kilometers per hour",
        ),
        ("20°C, -5 °F, 1° and 45°x", "20 degrees Celsius, -5 degrees Fahrenheit, 1 degree and 45 degrees x"),
        ("1,2345 kg", "1,2345 kilograms"),
    ]);
}

#[test]
fn parts_and_ranges_are_said() {
    becomes(&[
        ("1/2, 3/4 and 1/3", "one half, 3 quarters and 1 third"),
        ("9/11, 13/13 and 0/5", "September eleventh, 13 slash 13 and 0 slash 5"),
        ("10-20, 1990 – 1995 and 10-20%", "10 to 20, 1990 to 1995 and 10-20%"),
        ("555-1234 or 212-555-0199 now", "5 5 5, 1 2 3 4 or 2 1 2, 5 5 5, 0 1 9 9 now"),
        ("+5 and ++5", "plus 5 and ++5"),
    ]);
}

#[test]
fn names_and_numerals_are_written_out() {
    becomes(&[
        ("Dr. Smith of St Ives on Main St.", "Dr Smith of Saint Ives on Main Street."),
        ("vs. w/ cheese, approx. 5", "versus with cheese, approximately 5"),
        ("No. 5, Nos. 1 and #1", "Number 5, Numbers 1 and number 1"),
        ("Chapter IV, World War II, Part IIII", "Chapter 4, World War 2, Part IIII"),
        ("Henry VIII, Louis XIV, King I.a", "Henry the eighth, Louis the fourteenth, King I.a"),
        ("a = b, a<b, x > , ~5 and C#", "a equals b, a less than b, x greater than, about 5 and C hashtag"),
        ("½ of 5² is *not* |this|", "one half of 5 squared is not, this,"),
        ("  two   spaces , here ! ", "two spaces, here!"),
    ]);
}

#[test]
fn what_only_begins_like_a_numeral_is_none() {
    becomes(&[
        ("King Charles and Part Introduction", "King Charles and Part Introduction"),
        ("Peter I think, Peter I was", "Peter I think, Peter the first was"),
    ]);
}
