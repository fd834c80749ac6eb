//! Counts: how many tests a suite's output says passed and failed.

/// Tests that passed and failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    pub passed: usize,
    pub failed: usize,
}

impl Count {
    /// Adds another suite's.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }

    /// A suite that ended badly without a failed test (it did not compile, it crashed) counts as one failure.
    #[must_use]
    pub fn with_status(self, success: bool) -> Self {
        if !success && self.failed == 0 { Self { failed: 1, ..self } } else { self }
    }
}

/// A build without a warning is one check passed; cargo repeats the warnings of what it need not compile again.
pub fn of_lints(output: &str) -> Count {
    let warned = output.lines().any(|line| line.starts_with("warning") || line.starts_with("error"));
    Count { passed: usize::from(!warned), failed: usize::from(warned) }
}

/// Reads every `test result:` line of `cargo test`.
pub fn of_cargo(output: &str) -> Count {
    output.lines().filter(|line| line.starts_with("test result:")).fold(Count::default(), |sum, line| {
        sum.plus(Count { passed: before(line, " passed"), failed: before(line, " failed") })
    })
}

/// Reads the totals of vitest's JSON report.
pub fn of_vitest(report: &str) -> Count {
    Count { passed: after(report, "\"numPassedTests\":"), failed: after(report, "\"numFailedTests\":") }
}

/// Reads the closing comments of Node's TAP report.
pub fn of_tap(output: &str) -> Count {
    let total = |label: &str| {
        output.lines().rev().find_map(|line| line.strip_prefix(label)).map_or(0, |rest| after(rest, ""))
    };
    Count { passed: total("# pass "), failed: total("# fail ") + total("# cancelled ") }
}

fn before(line: &str, label: &str) -> usize {
    let number = line.split(label).next().and_then(|head| head.rsplit(' ').next());
    number.and_then(|digits| digits.parse().ok()).unwrap_or_default()
}

fn after(text: &str, label: &str) -> usize {
    let Some(rest) = text.split_once(label).map(|(_, rest)| rest.trim_start()) else { return 0 };
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_results_of_all_test_binaries_are_added() {
        let output = "test a ... ok\ntest result: ok. 12 passed; 0 failed; 0 ignored; finished in 0.00s\n\
                      test result: FAILED. 3 passed; 2 failed; 1 ignored; finished in 0.10s\n";
        assert_eq!(of_cargo(output), Count { passed: 15, failed: 2 });
    }

    #[test]
    fn a_warning_is_a_failure() {
        assert_eq!(of_lints("    Finished `dev` profile in 0.6s\n"), Count { passed: 1, failed: 0 });
        let warned = "warning: this lint expectation is unfulfilled\n --> src/lib.rs:1:1\n";
        assert_eq!(of_lints(warned), Count { passed: 0, failed: 1 });
    }

    #[test]
    fn the_totals_of_the_page_tests_are_read() {
        let report = r#"{"numTotalTests":9,"numPassedTests":8,"numFailedTests": 1,"success":false}"#;
        assert_eq!(of_vitest(report), Count { passed: 8, failed: 1 });
    }

    #[test]
    fn the_totals_of_the_window_tests_are_read() {
        let output = "TAP version 13\nok 1 - it plays\n1..1\n# tests 5\n# pass 3\n# fail 1\n# cancelled 1\n";
        assert_eq!(of_tap(output), Count { passed: 3, failed: 2 });
    }

    #[test]
    fn a_suite_that_did_not_even_start_counts_as_a_failure() {
        assert_eq!(Count::default().with_status(false), Count { passed: 0, failed: 1 });
        assert_eq!(Count { passed: 2, failed: 1 }.with_status(false), Count { passed: 2, failed: 1 });
        assert_eq!(Count { passed: 2, failed: 0 }.with_status(true), Count { passed: 2, failed: 0 });
    }
}
