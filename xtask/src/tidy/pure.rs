//! The core does no I/O and reads no clock: what it gives depends on what it is given alone.

use super::Texts;
use super::problem::Problem;

/// Folders of code that is pure.
const PURE: [&str; 11] = [
    "crates/model/src/",
    "crates/settings/src/",
    "crates/packs/src/",
    "crates/java/src/",
    "crates/plan/src/",
    "crates/playbook/src/",
    "crates/report/src/",
    "crates/desk/src/",
    "crates/pages/src/",
    "crates/trial/src/comparison/",
    "crates/trial/src/statistics/",
];
/// Packs are read from a folder here, and nowhere else.
const EXCEPT: &str = "crates/packs/src/files.rs";
/// Ways to the world outside.
const OUTSIDE: [&str; 9] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::thread",
    "std::process::Command",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
];
/// What begins the tests of a file, which may do what they need.
const TESTS: &str = "#[cfg(test)]";

/// Pure code that reaches outside.
pub fn check(texts: &Texts) -> Vec<Problem> {
    let is_pure = |path: &str| path != EXCEPT && PURE.iter().any(|pure| path.starts_with(pure));
    let mut problems = Vec::new();
    for (path, text) in texts.iter().filter(|(path, _)| is_pure(path)) {
        let lines = text.lines().enumerate().take_while(|(_, line)| !line.starts_with(TESTS));
        for (index, line) in lines {
            let found = OUTSIDE.iter().filter(|way| line.contains(*way));
            let problem = |way: &&str| Problem::at(path, index, format!("`{way}` in pure code"));
            problems.extend(found.map(problem));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::{texts, told};

    #[test]
    fn pure_code_reaches_nowhere() {
        for way in OUTSIDE {
            let text = format!("use {way};\n");
            let files = [
                ("crates/plan/src/a.rs", text.as_str()),
                ("crates/hosts/src/a.rs", &text),
                (EXCEPT, &text),
            ];
            let problems = told(&check(&texts(&files)));
            let expected = format!("crates/plan/src/a.rs:1: `{way}` in pure code");
            assert!(problems.contains(&expected), "{problems:?}");
            assert!(problems.iter().all(|told| told.starts_with("crates/plan/")), "{problems:?}");
        }
    }

    #[test]
    fn tests_may_reach_anywhere() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
        assert!(check(&texts(&[("crates/model/src/a.rs", text)])).is_empty());
    }
}
