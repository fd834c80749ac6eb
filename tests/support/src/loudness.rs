//! Loudness as ffmpeg's `ebur128` measures it.

use std::path::Path;

use son1k_domain::unit::{Dbtp, Lufs};

use crate::Asked;
use crate::judge::ask;

/// Loudness and peak of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loudness {
    /// Integrated over the whole file, gated (EBU R128).
    pub integrated: Lufs,
    pub true_peak: Dbtp,
}

/// Asks ffmpeg for the loudness of a file.
///
/// # Errors
/// When ffmpeg is missing or cannot read the file.
pub fn loudness(file: &Path) -> Asked<Loudness> {
    let name = file.to_string_lossy();
    let arguments =
        ["-hide_banner", "-nostats", "-i", &name, "-filter:a", "ebur128=peak=true", "-f", "null", "-"];
    let printed = ask("ffmpeg", &arguments)?;
    parse(&printed).ok_or_else(|| format!("ffmpeg measured no loudness on {name}: {printed}"))
}

/// Fails unless a file is as loud as it should be, by ffmpeg's meter.
///
/// # Panics
/// When it is not, or cannot be measured: this is an assertion.
#[track_caller]
#[expect(clippy::panic, reason = "an assertion of tests")]
pub fn assert_lufs(file: &Path, wanted: Lufs, tolerance: f32) {
    match loudness(file) {
        Ok(found) if (found.integrated.0 - wanted.0).abs() <= tolerance => {}
        Ok(found) => {
            panic!("{} has {} LUFS, not {} ± {tolerance}", file.display(), found.integrated.0, wanted.0)
        }
        Err(trouble) => panic!("{trouble}"),
    }
}

/// Reads the summary that closes ffmpeg's output.
fn parse(printed: &str) -> Option<Loudness> {
    let summary = &printed[printed.rfind("Summary:")?..];
    let number = |label: &str, unit: &str| {
        let line =
            summary.lines().map(str::trim).find(|line| line.starts_with(label) && line.ends_with(unit))?;
        line[label.len()..line.len() - unit.len()].trim().parse::<f32>().ok()
    };
    Some(Loudness { integrated: Lufs(number("I:", "LUFS")?), true_peak: Dbtp(number("Peak:", "dBFS")?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_is_read_and_the_running_values_are_not() {
        let printed = "t: 1 I: -30.0 LUFS\n[Parsed_ebur128_0 @ 0x1] Summary:\n\n  Integrated loudness:\n    I:         -14.1 LUFS\n    \
                       Threshold: -24.2 LUFS\n\n  True peak:\n    Peak:       -1.2 dBFS\n";
        assert_eq!(parse(printed), Some(Loudness { integrated: Lufs(-14.1), true_peak: Dbtp(-1.2) }));
        assert_eq!(parse("Summary: nothing"), None);
    }
}
