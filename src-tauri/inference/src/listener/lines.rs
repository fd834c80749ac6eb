//! Words in lines as subtitles show them: short enough to be read at a glance, broken where a speaker pauses.

use son1k_domain::voice::{HeardLine, HeardWord};

/// Characters of a line, and the time it stands at most (BBC Subtitle Guidelines and Netflix Timed Text Style Guide:
/// 42 characters, 7 s).
const CHARACTERS: usize = 42;
const LONGEST: f64 = 7.0;
/// A pause that ends a line.
const PAUSE: f64 = 1.0;
/// What a comma is worth for a break, next to seconds of pause and a share of unevenness.
const MARK: f64 = 0.4;
/// Words with a full stop that end no sentence.
const ABBREVIATIONS: [&str; 12] =
    ["mr.", "mrs.", "ms.", "dr.", "dra.", "sr.", "sra.", "srta.", "st.", "vs.", "ud.", "uds."];

/// Returns the lines of words that are in order.
pub(super) fn lines(words: Vec<HeardWord>) -> Vec<HeardLine> {
    let mut lines = Vec::new();
    let mut sentence: Vec<HeardWord> = Vec::new();
    for word in words {
        let over = sentence.last().is_some_and(|last| ends_sentence(last) || pause(last, &word) >= PAUSE);
        if over {
            split(&sentence, &mut lines);
            sentence.clear();
        }
        sentence.push(word);
    }
    split(&sentence, &mut lines);
    lines
}

/// Adds the words as a line, or as several when they are too many for one: parted at the best place, and again.
fn split(words: &[HeardWord], lines: &mut Vec<HeardLine>) {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
    let long = characters(words) > CHARACTERS || last.end.0 - first.start.0 > LONGEST;
    match best_break(words) {
        Some(place) if long => {
            split(&words[..place], lines);
            split(&words[place..], lines);
        }
        _ => lines.push(HeardLine {
            text: words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "),
            start: first.start,
            end: last.end,
            words: words.to_vec(),
        }),
    }
}

/// Returns the word before which a break is best: at marks and pauses, and in the middle.
fn best_break(words: &[HeardWord]) -> Option<usize> {
    let all = characters(words) as f64;
    let mut left = 0;
    let worth = |(place, pair): (usize, &[HeardWord])| {
        left += pair[0].text.chars().count() + 1;
        let mark = if pair[0].text.ends_with([',', ';', ':', '—', '–']) { MARK } else { 0.0 };
        let unevenness = (2.0 * left as f64 - all).abs() / all;
        (place + 1, mark + pause(&pair[0], &pair[1]).clamp(0.0, PAUSE) - unevenness)
    };
    let worths = words.windows(2).enumerate().map(worth);
    worths.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(place, _)| place)
}

/// The characters of a line of words.
fn characters(words: &[HeardWord]) -> usize {
    words.iter().map(|word| word.text.chars().count() + 1).sum::<usize>().saturating_sub(1)
}

fn pause(last: &HeardWord, next: &HeardWord) -> f64 {
    next.start.0 - last.end.0
}

fn ends_sentence(word: &HeardWord) -> bool {
    let bare = word.text.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']']);
    bare.ends_with(['.', '?', '!', '…']) && !ABBREVIATIONS.contains(&bare.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use son1k_domain::unit::Seconds;

    use super::*;

    /// Words of 0.3 s each, 0.1 s apart; a number among them is a pause of so many seconds.
    fn spoken(text: &str) -> Vec<HeardWord> {
        let mut at = 0.0;
        let mut words = Vec::new();
        for word in text.split_whitespace() {
            if let Ok(pause) = word.parse::<f64>() {
                at += pause;
                continue;
            }
            words.push(HeardWord {
                text: word.into(),
                start: Seconds(at),
                end: Seconds(at + 0.3),
                confidence: 1.0,
            });
            at += 0.4;
        }
        words
    }

    fn texts(lines: &[HeardLine]) -> Vec<&str> {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn sentences_and_pauses_end_lines() {
        let lines = lines(spoken("Hello there. How are you, Dr. Smith? 2.5 I am fine 1.5 and you"));
        assert_eq!(texts(&lines), ["Hello there.", "How are you, Dr. Smith?", "I am fine", "and you"]);
    }

    #[test]
    fn long_sentences_are_broken_at_their_marks_and_no_line_is_too_long() {
        let text =
            "When the band had left the stage, nobody in the old hall wanted to go home before midnight";
        let lines = lines(spoken(text));
        assert_eq!(texts(&lines)[0], "When the band had left the stage,");
        assert!(lines.iter().all(|line| line.text.chars().count() <= CHARACTERS));
        assert!(lines.iter().all(|line| line.end.0 - line.start.0 <= LONGEST));
        assert_eq!(texts(&lines).join(" "), text);
    }

    #[test]
    fn slow_words_are_broken_by_time_and_a_long_word_stands_alone() {
        let slow = lines(spoken("a 0.8 b 0.8 c 0.8 d 0.8 e 0.8 f 0.8 g 0.8 h"));
        assert!(slow.len() > 1 && slow.iter().all(|line| line.end.0 - line.start.0 <= LONGEST));
        let long = "x".repeat(60);
        assert_eq!(texts(&lines(spoken(&format!("a {long} b")))), ["a", long.as_str(), "b"]);
        assert!(lines(Vec::new()).is_empty());
    }
}
