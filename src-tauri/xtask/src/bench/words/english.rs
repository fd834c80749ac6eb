//! English in one form: figures in words without "and", years and days as cardinals, sums of money without "cents".

use super::{Token, amount, as_time, looked_up, push};

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
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Abbreviations, and words that are spelled in two ways.
const ALIKE: [(&str, &str); 16] = [
    ("dr", "doctor"),
    ("mr", "mister"),
    ("mrs", "missus"),
    ("bpm", "beats per minute"),
    ("db", "decibels"),
    ("km", "kilometers"),
    ("kilometres", "kilometers"),
    ("cm", "centimeters"),
    ("theatre", "theater"),
    ("colour", "color"),
    ("favourite", "favorite"),
    ("centre", "center"),
    ("practises", "practices"),
    ("synthesiser", "synthesizer"),
    ("ok", "okay"),
    ("percents", "percent"),
];

const ORDINALS: [(&str, &str); 8] = [
    ("first", "one"),
    ("second", "two"),
    ("third", "three"),
    ("fifth", "five"),
    ("eighth", "eight"),
    ("ninth", "nine"),
    ("twelfth", "twelve"),
    ("twentieth", "twenty"),
];

pub fn words(tokens: &[Token]) -> Vec<String> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Word(word) => push(&mut words, looked_up(&ALIKE, word)),
            Token::Sign('$' | '€' | '£') if matches!(tokens.get(at), Some(Token::Figure(_))) => {
                if let Some(Token::Figure(figure)) = tokens.get(at) {
                    at += 1;
                    push(&mut words, &money(figure, token));
                }
            }
            Token::Sign(sign) => push(&mut words, name(*sign)),
            Token::Figure(figure) => {
                let ending = match tokens.get(at) {
                    Some(Token::Word(word)) if ["st", "nd", "rd", "th"].contains(&word.as_str()) => 1,
                    _ => 0,
                };
                let time = as_time(figure, tokens.get(at), &["am", "pm", "in", "o'clock"]);
                at += ending;
                let said = figure_in_words(time.as_ref().unwrap_or(figure));
                push(&mut words, &if ending > 0 { ordinal(&said) } else { said });
            }
        }
    }
    settled(words)
}

fn name(sign: char) -> &'static str {
    match sign {
        '$' => "dollars",
        '€' => "euros",
        '£' => "pounds",
        '%' => "percent",
        '°' => "degrees",
        '&' => "and",
        '+' => "plus",
        '@' => "at",
        '#' | '♯' => "sharp",
        '♭' => "flat",
        _ => "",
    }
}

fn money(figure: &str, sign: &Token) -> String {
    let (whole, part) = amount(figure);
    let currency = if let Token::Sign(sign) = sign { name(*sign) } else { "" };
    match part.filter(|part| part.len() == 2) {
        Some(part) => format!("{} {currency} {}", cardinal(&whole), cardinal(&part)),
        None => format!("{} {currency}", figure_in_words(figure)),
    }
}

fn figure_in_words(figure: &str) -> String {
    if figure.contains(':') {
        let mut parts = figure.split(':');
        let hour = cardinal(parts.next().unwrap_or_default());
        return parts.fold(hour, |said, minutes| format!("{said} {}", minutes_in_words(minutes)));
    }
    match amount(figure) {
        (whole, None) => cardinal(&whole),
        (whole, Some(part)) => format!("{} point {}", cardinal(&whole), figure_by_figure(&part)),
    }
}

fn minutes_in_words(minutes: &str) -> String {
    match minutes.strip_prefix('0') {
        Some("0") => String::new(),
        Some(few) => format!("oh {}", cardinal(few)),
        None => cardinal(minutes),
    }
}

fn figure_by_figure(digits: &str) -> String {
    let names = digits.bytes().filter_map(|digit| ONES.get(usize::from(digit - b'0')).copied());
    names.collect::<Vec<_>>().join(" ")
}

fn cardinal(digits: &str) -> String {
    match digits.parse::<u64>() {
        Ok(number) if number < 1_000_000_000 && (digits.len() == 1 || !digits.starts_with('0')) => {
            in_words(number)
        }
        _ => figure_by_figure(digits),
    }
}

fn in_words(number: u64) -> String {
    let rest = |rest: u64| if rest == 0 { String::new() } else { format!(" {}", in_words(rest)) };
    match number {
        0..20 => ONES[number as usize].to_owned(),
        20..100 => format!("{}{}", TENS[number as usize / 10], rest(number % 10)),
        100..1_000 => format!("{} hundred{}", in_words(number / 100), rest(number % 100)),
        1_000..1_000_000 => format!("{} thousand{}", in_words(number / 1_000), rest(number % 1_000)),
        _ => format!("{} million{}", in_words(number / 1_000_000), rest(number % 1_000_000)),
    }
}

fn ordinal(said: &str) -> String {
    let (before, last) = said.rsplit_once(' ').map_or(("", said), |(before, last)| (before, last));
    let known =
        ORDINALS.iter().find(|(_, cardinal)| *cardinal == last).map(|(ordinal, _)| (*ordinal).to_owned());
    let last = known.unwrap_or_else(|| match last.strip_suffix('y') {
        Some(stem) => format!("{stem}ieth"),
        None => format!("{last}th"),
    });
    format!("{before} {last}")
}

fn from_ordinal(word: &str) -> String {
    if let Some((_, cardinal)) = ORDINALS.iter().find(|(ordinal, _)| *ordinal == word) {
        return (*cardinal).to_owned();
    }
    match (word.strip_suffix("ieth"), word.strip_suffix("th")) {
        (Some(stem), _) if TENS.contains(&format!("{stem}y").as_str()) => format!("{stem}y"),
        (_, Some(stem)) if ONES.contains(&stem) => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// Makes alike what may be written in words in several ways.
fn settled(words: Vec<String>) -> Vec<String> {
    let mut settled: Vec<String> = Vec::with_capacity(words.len());
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).map_or("", String::as_str);
        let before = settled.last().map_or("", String::as_str);
        match word.as_str() {
            "and" if ["hundred", "thousand"].contains(&before) && is_number(next) => {}
            "and" if is_money(before) && is_number(next) => {}
            "cents" if is_number(before) && settled.iter().rev().take(4).any(|word| is_money(word)) => {}
            "per" if next == "cent" => {}
            "cent" => settled.push("percent".into()),
            _ => settled.push(word.clone()),
        }
    }
    days_and_years(settled)
}

fn days_and_years(mut words: Vec<String>) -> Vec<String> {
    for at in 1..words.len() {
        let after_month = MONTHS.contains(&words[at - 1].as_str());
        let after_tens =
            at > 1 && MONTHS.contains(&words[at - 2].as_str()) && TENS.contains(&words[at - 1].as_str());
        if after_month || after_tens {
            words[at] = from_ordinal(&words[at]);
        }
    }
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).map_or("", String::as_str);
        let is_day = at > 0 && MONTHS.contains(&words[at - 1].as_str());
        match century(word).filter(|_| !is_day && value(next).is_some_and(|next| next >= 10)) {
            Some(20) => push(&mut out, "two thousand"),
            Some(century) => push(&mut out, &format!("one thousand {} hundred", in_words(century - 10))),
            None => out.push(word.clone()),
        }
    }
    out
}

fn century(word: &str) -> Option<u64> {
    value(word).filter(|value| (11..=20).contains(value))
}

/// Returns the number of a word below a hundred.
fn value(word: &str) -> Option<u64> {
    let ones = ONES.iter().position(|one| *one == word);
    let tens = || TENS.iter().position(|ten| !ten.is_empty() && *ten == word).map(|ten| ten * 10);
    ones.or_else(tens).map(|value| value as u64)
}

fn is_number(word: &str) -> bool {
    value(word).is_some()
}

fn is_money(word: &str) -> bool {
    ["dollar", "dollars", "euro", "euros", "pound", "pounds"].contains(&word)
}
