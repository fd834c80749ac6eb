//! Numbers in words. A number is given as its digits; one of more than 36 digits is read digit by digit.

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SCALES: [&str; 12] = [
    "",
    " thousand",
    " million",
    " billion",
    " trillion",
    " quadrillion",
    " quintillion",
    " sextillion",
    " septillion",
    " octillion",
    " nonillion",
    " decillion",
];
/// Digits that the names of the short scale reach.
const DIGITS: usize = 3 * SCALES.len();

/// Returns "one thousand, two hundred and thirty-four". What is not a digit is skipped.
pub fn cardinal(digits: &str) -> String {
    let digits = digits.trim_start_matches('0');
    match digits.len() <= DIGITS {
        true => named(digits.bytes().fold(0, |sum, b| sum * 10 + u128::from(b.saturating_sub(b'0').min(9)))),
        false => one_by_one(digits),
    }
}

/// Returns "one two three".
pub fn one_by_one(digits: &str) -> String {
    let names: Vec<&str> =
        digits.chars().filter_map(|c| ONES.get(c.to_digit(10)? as usize)).copied().collect();
    names.join(" ")
}

/// Returns "twenty-third", "one hundred and first", "thousandth".
pub fn ordinal(digits: &str) -> String {
    let cardinal = cardinal(digits);
    let last = cardinal.rfind([' ', '-']).map_or(0, |before| before + 1);
    let (head, word) = cardinal.split_at(last);
    let irregular = match word {
        "one" => "first",
        "two" => "second",
        "three" => "third",
        "five" => "fifth",
        "eight" => "eighth",
        "nine" => "ninth",
        "twelve" => "twelfth",
        _ => "",
    };
    match (irregular, word.strip_suffix('y')) {
        ("", Some(stem)) => format!("{head}{stem}ieth"),
        ("", None) => format!("{head}{word}th"),
        _ => format!("{head}{irregular}"),
    }
}

/// Returns a year of up to four digits: "nineteen oh-five", "two thousand and five", "twenty ten".
pub fn year(digits: &str) -> String {
    let (century, rest) = digits.split_at(digits.len().saturating_sub(2));
    let below_ten = rest.starts_with('0');
    let thousands = century.trim_start_matches('0').is_empty() || (century.ends_with('0') && below_ten);
    match rest {
        _ if thousands => cardinal(digits),
        "00" => cardinal(century) + " hundred",
        _ if below_ten => format!("{} oh-{}", cardinal(century), cardinal(rest)),
        _ => format!("{} {}", cardinal(century), cardinal(rest)),
    }
}

/// Returns "three point one four" for "3.14"; zeros at the end are not read.
pub fn decimal(number: &str) -> String {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    match part.trim_end_matches('0') {
        "" => cardinal(whole),
        part => format!("{} point {}", cardinal(whole), one_by_one(part)),
    }
}

fn named(mut number: u128) -> String {
    let mut groups = Vec::new();
    for scale in SCALES {
        let group = number % 1000;
        number /= 1000;
        if group > 0 || (groups.is_empty() && number == 0) {
            groups.push((group, scale));
        }
        if number == 0 {
            break;
        }
    }
    let below_hundred = groups.first().is_some_and(|&(group, scale)| group < 100 && scale.is_empty());
    let mut text = String::new();
    let count = groups.len();
    for (place, (group, scale)) in groups.into_iter().rev().enumerate() {
        let joint = match place {
            0 => "",
            _ if place + 1 == count && below_hundred => " and ",
            _ => ", ",
        };
        text = text + joint + &below_thousand(group) + scale;
    }
    text
}

fn below_thousand(number: u128) -> String {
    let ones = |n: u128| ONES.get(n as usize).copied().unwrap_or_default();
    let tens = |n: u128| TENS.get(n as usize).copied().unwrap_or_default();
    match (number / 100, number % 100) {
        (0, n @ 0..20) => ones(n).to_owned(),
        (0, n) if n % 10 == 0 => tens(n / 10).to_owned(),
        (0, n) => format!("{}-{}", tens(n / 10), ones(n % 10)),
        (hundreds, 0) => ones(hundreds).to_owned() + " hundred",
        (hundreds, n) => format!("{} hundred and {}", ones(hundreds), below_thousand(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cardinals_join_what_is_below_a_hundred_with_and() {
        let said =
            ["0", "7", "20", "42", "100", "101", "1000", "1001", "1234", "1000000", "2000005"].map(cardinal);
        let words = [
            "zero",
            "seven",
            "twenty",
            "forty-two",
            "one hundred",
            "one hundred and one",
            "one thousand",
            "one thousand and one",
            "one thousand, two hundred and thirty-four",
            "one million",
            "two million and five",
        ];
        assert_eq!(said, words);
    }

    #[test]
    fn a_number_beyond_every_name_is_read_digit_by_digit() {
        assert!(cardinal(&"9".repeat(36)).starts_with("nine hundred and ninety-nine decillion"));
        assert_eq!(cardinal(&"1".repeat(37)), vec!["one"; 37].join(" "));
    }

    #[test]
    fn ordinals_change_the_last_word_only() {
        let said = ["1", "12", "20", "23", "101", "1000"].map(ordinal);
        assert_eq!(
            said,
            ["first", "twelfth", "twentieth", "twenty-third", "one hundred and first", "one thousandth"]
        );
    }

    #[test]
    fn years_are_read_in_pairs() {
        let said = ["1905", "1999", "2000", "2005", "2024", "1900", "0800", "0042"].map(year);
        let words = [
            "nineteen oh-five",
            "nineteen ninety-nine",
            "two thousand",
            "two thousand and five",
            "twenty twenty-four",
            "nineteen hundred",
            "eight hundred",
            "forty-two",
        ];
        assert_eq!(said, words);
    }

    #[test]
    fn decimals_are_read_digit_by_digit_behind_the_point() {
        assert_eq!(["3.14", "0.50", "10.0"].map(decimal), ["three point one four", "zero point five", "ten"]);
    }
}
