//! A transcript as files that others read: plain text, SubRip and WebVTT.

use son1k_domain::unit::Seconds;
use son1k_domain::voice::{HeardLine, TranscriptFormat};

/// Characters of a row of subtitles; longer lines take two rows (Netflix, Timed Text Style Guide, 2024).
const ROW: usize = 42;

/// Returns the lines as a file.
pub fn write(lines: &[HeardLine], format: TranscriptFormat) -> String {
    match format {
        TranscriptFormat::Txt => plain(lines),
        TranscriptFormat::Srt => subrip(lines),
        TranscriptFormat::Vtt => webvtt(lines),
    }
}

fn plain(lines: &[HeardLine]) -> String {
    lines.iter().map(|line| format!("{}\n", one_line(&line.text))).collect()
}

/// SubRip, as its players agree on it: a number, the times with a comma, the rows, an empty line.
fn subrip(lines: &[HeardLine]) -> String {
    let mut out = String::new();
    for (number, line) in (1..).zip(lines) {
        let (start, end) = (time(line.start, ','), time(line.end, ','));
        out += &format!("{number}\n{start} --> {end}\n{}\n\n", rows(&line.text));
    }
    out
}

/// W3C, "WebVTT: The Web Video Text Tracks Format", 2019, §4.
fn webvtt(lines: &[HeardLine]) -> String {
    let mut out = String::from("WEBVTT\n\n");
    for line in lines {
        // A row is as long as it is read, not as it is written.
        let text = rows(&line.text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        out += &format!("{} --> {}\n{text}\n\n", time(line.start, '.'), time(line.end, '.'));
    }
    out
}

/// Writes a time as hours, minutes, seconds and milliseconds.
fn time(Seconds(seconds): Seconds, mark: char) -> String {
    let all = (seconds.max(0.0) * 1_000.0).round() as u64;
    let (minutes, hours) = (all / 60_000, all / 3_600_000);
    format!("{hours:02}:{:02}:{:02}{mark}{:03}", minutes % 60, all / 1_000 % 60, all % 1_000)
}

/// An empty line would end the subtitle before its time.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a line as one row, or as two that are as even as its words allow.
fn rows(text: &str) -> String {
    let text = one_line(text);
    let length = text.chars().count();
    if length <= ROW {
        return text;
    }
    let middle = |at: &usize| text[..*at].chars().count().abs_diff(length / 2);
    let spaces = text.match_indices(' ').map(|(at, _)| at);
    match spaces.min_by_key(middle) {
        Some(at) => format!("{}\n{}", &text[..at], &text[at + 1..]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, start: f64, end: f64) -> HeardLine {
        HeardLine { text: text.into(), start: Seconds(start), end: Seconds(end), words: Vec::new() }
    }

    #[test]
    fn subrip_counts_its_subtitles_and_has_commas_in_its_times() {
        let lines = [line("Good evening.", 0.5, 2.25), line("¿Qué tal?", 3_661.0, 3_662.999_6)];
        let expected = "1\n00:00:00,500 --> 00:00:02,250\nGood evening.\n\n\
                        2\n01:01:01,000 --> 01:01:03,000\n¿Qué tal?\n\n";
        assert_eq!(write(&lines, TranscriptFormat::Srt), expected);
    }

    #[test]
    fn webvtt_has_its_head_and_no_sign_that_means_something_else_there() {
        let lines = [line("Rock & roll --> <b>now</b>", 1.0, 2.0)];
        let expected =
            "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nRock &amp; roll --&gt; &lt;b&gt;now&lt;/b&gt;\n\n";
        assert_eq!(write(&lines, TranscriptFormat::Vtt), expected);
        assert_eq!(write(&[], TranscriptFormat::Vtt), "WEBVTT\n\n");
    }

    #[test]
    fn a_long_line_takes_two_even_rows_and_an_empty_line_ends_nothing() {
        let long = "This is a line that is much too long for one row of a subtitle";
        let rows = rows(long);
        let [first, second] = rows.split('\n').collect::<Vec<_>>()[..] else { panic!("{rows}") };
        assert!(first.len().abs_diff(second.len()) < 8, "{rows}");
        let broken = [line("one\n\n\ntwo  three", 0.0, 1.0)];
        assert_eq!(write(&broken, TranscriptFormat::Txt), "one two three\n");
        assert_eq!(super::rows(&"ñ".repeat(100)), "ñ".repeat(100));
    }
}
