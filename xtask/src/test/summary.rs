//! How the parts went, at the end.

use std::time::Duration;

use super::cargo_tests::Count;
use super::part::{Outcome, Part};

/// How the parts went that were done.
#[derive(Debug, Default)]
pub struct Summary {
    lines: Vec<(Part, String)>,
    count: Option<Count>,
    is_bad: bool,
}

impl Summary {
    /// Takes how a part went; gives its line.
    pub fn add(&mut self, part: Part, took: Duration, outcome: Outcome) -> &str {
        let seconds = took.as_secs_f64();
        let result = match outcome {
            Outcome::Passed => format!("passed in {seconds:.1} s"),
            Outcome::Tested(count) => self.add_tests(count, seconds),
            Outcome::Skipped(why) => format!("SKIPPED: {why}"),
            Outcome::Failed(error) => {
                self.is_bad = true;
                format!("FAILED after {seconds:.1} s: {}", error.chain())
            }
        };
        self.lines.push((part, format!("{part:<7} {result}", part = part.to_string())));
        &self.lines[self.lines.len() - 1].1
    }

    fn add_tests(&mut self, count: Count, seconds: f64) -> String {
        let failed = count.failed;
        self.is_bad |= failed > 0;
        self.count = Some(count);
        if failed > 0 {
            format!("FAILED after {seconds:.1} s: {failed} tests failed")
        } else {
            format!("passed in {seconds:.1} s")
        }
    }

    /// Whether nothing failed.
    pub fn is_good(&self) -> bool {
        !self.is_bad
    }

    /// Every part that was asked for, also those that were not reached, and the tests' own count.
    pub fn text(&self, asked: &[Part]) -> String {
        let mut text = "Summary\n".to_owned();
        for part in asked {
            let line = self.lines.iter().find(|(done, _)| done == part);
            let unreached = || format!("{part:<7} not reached", part = part.to_string());
            text += &format!("  {}\n", line.map_or_else(unreached, |(_, line)| line.clone()));
        }
        if let Some(count) = &self.count {
            for line in &count.skipped {
                text += &format!("  {line}\n");
            }
            let skipped = count.skipped.len() + count.ignored;
            let Count { passed, failed, .. } = count;
            text += &format!("{passed} passed, {failed} failed, {skipped} skipped\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    const SECOND: Duration = Duration::from_secs(1);

    fn failure() -> Outcome {
        Outcome::Failed(Error::Missing { what: "x".to_owned(), how: "get it".to_owned() })
    }

    #[test]
    fn what_was_not_reached_is_told() {
        let mut summary = Summary::default();
        summary.add(Part::Fmt, SECOND, Outcome::Passed);
        summary.add(Part::Tidy, SECOND, failure());
        assert!(!summary.is_good());
        let text = summary.text(&[Part::Fmt, Part::Tidy, Part::Tests]);
        let expected = "Summary\n  fmt     passed in 1.0 s\n  tidy    FAILED after 1.0 s: x is needed \
                        and not there; get it\n  tests   not reached\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn skipped_tests_are_named_and_counted() {
        let mut summary = Summary::default();
        let skipped = vec!["SKIPPED kept: needs a JDK".to_owned()];
        let count = Count { passed: 7, failed: 0, ignored: 1, skipped, ..Count::default() };
        summary.add(Part::Tests, SECOND, Outcome::Tested(count));
        summary.add(Part::Deny, SECOND, Outcome::Skipped("no such program".to_owned()));
        assert!(summary.is_good());
        let text = summary.text(&[Part::Deny, Part::Tests]);
        assert!(text.contains("  deny    SKIPPED: no such program\n"), "{text}");
        assert!(text.contains("  SKIPPED kept: needs a JDK\n"), "{text}");
        assert!(text.ends_with("\n7 passed, 0 failed, 2 skipped\n"), "{text}");
    }

    #[test]
    fn a_failed_test_is_a_failure() {
        let mut summary = Summary::default();
        let count = Count { passed: 7, failed: 2, ..Count::default() };
        summary.add(Part::Tests, SECOND, Outcome::Tested(count));
        assert!(!summary.is_good());
        let text = summary.text(&[Part::Tests]);
        assert!(text.contains("  tests   FAILED after 1.0 s: 2 tests failed\n"), "{text}");
        assert!(text.ends_with("\n7 passed, 2 failed, 0 skipped\n"), "{text}");
    }
}
