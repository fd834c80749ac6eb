//! What is written, and what is said.

use super::words;

#[track_caller]
fn say(pairs: &[(&str, &str)]) {
    for (written, said) in pairs {
        assert_eq!(words(written), *said, "{written:?}");
    }
}

#[test]
fn addresses_are_said_with_their_dots() {
    say(&[
        ("Visit https://www.example.com/music/new?id=5.", "Visit example dot com slash music slash new."),
        ("Go to son1k.io, or github.com/foo.", "Go to son1k dot I O, or github dot com slash foo."),
        ("(see www.my-band.co.uk)", "(see my dash band dot co dot U K)"),
        ("Write to jo.doe+demo@example.com!", "Write to jo dot doe plus demo at example dot com!"),
        ("Read [the manual](https://example.com/x) first.", "Read the manual first."),
        ("It ended.No space was left.", "It ended.No space was left."),
    ]);
}

#[test]
fn files_are_said_with_their_endings() {
    say(&[
        ("Open take_2.wav and mix.mp3.", "Open take 2 dot wave and mix dot M P 3."),
        ("Export drums.midi now", "Export drums dot midi now"),
    ]);
}

#[test]
fn phonemes_that_are_given_stay() {
    say(&[("[Kokoro](/kˈOkəɹO/) speaks", "[Kokoro](/kˈOkəɹO/) speaks")]);
}

#[test]
fn notes_and_chords_have_their_names() {
    say(&[
        ("F# and Bb are black, so is C♯.", "F sharp and B flat are black, so is C sharp."),
        (
            "Play Cmaj7, Am7, D/F# and G7sus4.",
            "Play C major seven, eh minor seven, D over F sharp and G seven sus four.",
        ),
        ("Dm – Gm – Em", "D minor – G minor – E minor"),
        ("Bbm7b5 in Ab", "B flat minor seven flat five in eh flat"),
        ("written in C#", "written in C sharp"),
        ("Am I late? I Am. An Em dash.", "Am I late? I eh minor. An Em dash."),
        (
            "Ask Abby and Ed about the Bees, A4 paper and 5 Gb.",
            "Ask Abby and Ed about the Bees, A4 paper and 5 Gb.",
        ),
    ]);
}

#[test]
fn the_letter_a_is_no_article_in_a_key() {
    say(&[
        ("It is in A minor.", "It is in eh minor."),
        ("A minor chord", "eh minor chord"),
        ("A minor problem", "A minor problem"),
        ("from A-flat to A major", "from eh-flat to eh major"),
        ("a minor mistake", "a minor mistake"),
    ]);
}

#[test]
fn progressions_are_said_by_degree() {
    say(&[
        ("a ii–V–I and I-V-vi-IV", "a two five one and one five six four"),
        ("World War I-II", "World War I-II"),
    ]);
}

#[test]
fn meters_are_no_fractions() {
    say(&[
        ("in 4/4 at 6/8", "in 4 4 at 6 8"),
        ("3/4 time, 7/8 groove, 7/8 of it, in 5/8", "3 4 time, 7 8 groove, 7/8 of it, in 5 8"),
        ("4/4/2024 and on 7/4", "4/4/2024 and on 7/4"),
    ]);
}

#[test]
fn machines_credits_and_works_are_said_as_musicians_say_them() {
    say(&[
        ("an 808 kick, TB-303, 909s", "an 8 oh 8 kick, TB-3 oh 3, 9 oh 9s"),
        ("$808, 808.5 and 1808", "$808, 808.5 and 1808"),
        (
            "Song (feat. Ana, ft. Bo, prod. by Cy), 5 ft. Down",
            "Song (featuring Ana, featuring Bo, produced by Cy), 5 ft. Down",
        ),
        ("Beethoven, Op. 27 No. 2", "Beethoven, opus 27 No. 2"),
    ]);
}

#[test]
fn levels_and_rates_have_their_units() {
    say(&[
        ("Bring it to -14 LUFS with −1 dBTP.", "Bring it to minus 14 luffs with minus 1 decibel true peak."),
        ("120 BPM, 90bpm, 128 kbps", "120 beats per minute, 90 beats per minute, 128 kilobits per second"),
        ("cut 3dB, 12 dB/oct", "cut 3 decibels, 12 decibels per octave"),
        ("24-bit/96kHz", "24-bit 96kHz"),
        ("the level in dB", "the level in decibels"),
        ("and/or, he/she, 5/day", "and/or, he/she, 5 per day"),
    ]);
}

#[test]
fn money_is_said_behind_its_amount() {
    say(&[
        ("$3.50 and $5 and £1.50", "$3.50 and $5 and £1.50"),
        ("$3.5 or €0.125", "3.5 dollars or 0.125 euros"),
        ("5€, 20 $, 9.99€", "€5, $20, €9.99"),
        ("US$5, C$10, 50 USD, 1 EUR", "5 US dollars, 10 Canadian dollars, 50 US dollars, 1 euro"),
        ("£3bn, $5-10, -$5, $-5", "3 billion pounds, 5 to 10 dollars, minus $5, minus $5"),
        ("$5/month", "$5 per month"),
    ]);
}

#[test]
fn times_and_dates_are_said_as_on_a_clock() {
    say(&[
        ("at 10am, 3 PM or 9 p.m. sharp", "at 10 A.M., 3 P.M. or 9 P.M. sharp"),
        (
            "The track is 3:45 long, a 3:00 song, a 1:30 edit.",
            "The track is 3 minutes and 45 seconds long, a 3 minute song, a 1 minute 30 second edit.",
        ),
        ("at 15:00 or 3:45", "at fifteen hundred or 3:45"),
        ("on 31.12.2024", "on 31 December 2024"),
        ("2h 30m, 1h30, 5h", "2 hours 30 minutes, 1 hour 30 minutes, 5 hours"),
    ]);
}

#[test]
fn figures_that_are_no_numbers_are_said_apart() {
    say(&[
        ("Call 555-1234.", "Call 5 5 5, 1 2 3 4."),
        ("+1 (555) 123-4567", "plus 1, 5 5 5, 1 2 3, 4 5 6 7"),
        ("1-800-555-0199", "1, 8 0 0, 5 5 5, 0 1 9 9"),
        ("open 24/7, 50/50", "open 24 7, fifty-fifty"),
        (
            "v2.0, version 1.0.3, 192.168.0.1",
            "version 2 point 0, version 1 point 0 point 3, 192 dot 168 dot 0 dot 1",
        ),
        ("2 1/2 cups, 2½ cups", "2 and 1/2 cups, 2 and one half cups"),
        ("1920x1080, 2x, 5*3", "1920 by 1080, 2 times, 5 times 3"),
        ("1.5M, 10k, 4K, 3B", "1.5 million, 10 thousand, 4K, 3 billion"),
        ("10-20%, 1ST, agent 007, -5, 5-3", "10 to 20%, 1st, agent oh oh 7, minus 5, 5-3"),
    ]);
}

#[test]
fn what_is_read_rightly_is_left_alone() {
    for text in [
        "Dr. Smith met Henry VIII on March 3, 1975 at 3:45 p.m. sharp.",
        "In the 1980s, 1,234 people paid $9.99 for 3.5 kg, or 50%.",
        "I'm #1, e.g. the U.S. vs. the U.K., No. 5.",
        "",
        "   \n\n ",
    ] {
        assert_eq!(words(text), text);
    }
}

#[test]
fn any_text_is_taken_in_linear_time() {
    for unit in [
        "a", "5", "1.", "[", "a/", "((", "5 ", "-", "A#", "@", "é", "e\u{301}", "😀", "[a](", "$5-", "1h",
        "www.",
    ] {
        let text = unit.repeat(40_000 / unit.len());
        let start = std::time::Instant::now();
        let _ = words(&text);
        assert!(start.elapsed().as_secs() < 20, "{unit:?} took {:?}", start.elapsed());
    }
}
