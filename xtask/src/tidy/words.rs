//! No leftovers, and nothing of the machine that a file was written on.

use super::Texts;
use super::problem::Problem;

/// What must not stay in a file, in two halves so that this one may; and what it is.
const WORDS: [(&str, &str, &str); 16] = [
    ("TO", "DO", LEFTOVER),
    ("FIX", "ME", LEFTOVER),
    ("XX", "X", LEFTOVER),
    ("dbg", "!", LEFTOVER),
    ("/ro", "ot/", MACHINE),
    ("/wo", "rk/", MACHINE),
    ("/Us", "ers/", MACHINE),
    ("crates", ".io", REGISTRY),
    ("docs", ".rs", REGISTRY),
    ("maven", ".org", REGISTRY),
    ("maven.apa", "che.org", REGISTRY),
    ("pypi", ".org", REGISTRY),
    ("npm", "js.", REGISTRY),
    ("deb.deb", "ian.org", REGISTRY),
    ("proxy.gol", "ang.org", REGISTRY),
    ("mvn", "repository.com", REGISTRY),
];
const LEFTOVER: &str = "a leftover";
const MACHINE: &str = "a path of one machine";
const REGISTRY: &str = "the host of a package registry, which sites replace by their own";
/// Cargo writes its registry's address into this one.
const LOCK: &str = "Cargo.lock";

/// Words that must not be there.
pub fn check(texts: &Texts) -> Vec<Problem> {
    let words = WORDS.map(|(first, second, what)| (format!("{first}{second}"), what));
    let mut problems = Vec::new();
    for (path, text) in texts.iter().filter(|(path, _)| *path != LOCK) {
        for (index, line) in text.lines().enumerate() {
            let found = words.iter().filter(|(word, _)| contains_word(line, word));
            problems.extend(
                found.map(|(word, what)| Problem::at(path, index, format!("`{word}` is {what}"))),
            );
        }
    }
    problems
}

/// Whether the word is in the line, not as a part of a longer one: escapes like a backslash and
/// four digits are often written with letters for digits.
fn contains_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let begins = |c: char| c.is_alphanumeric() && word.starts_with(char::is_alphanumeric);
        let goes_on = |c: char| c.is_alphanumeric() && word.ends_with(char::is_alphanumeric);
        !before.is_some_and(begins) && !after.is_some_and(goes_on)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::{texts, told};

    #[test]
    fn every_word_is_found() {
        for (first, second, what) in WORDS {
            let text = format!("fine\n// {first}{second} x\n");
            let problems = told(&check(&texts(&[("a.rs", &text), (LOCK, &text)])));
            assert_eq!(problems, [format!("a.rs:2: `{first}{second}` is {what}")]);
        }
    }

    #[test]
    fn parts_of_longer_words_are_not() {
        let text = format!("\\u{0}{0}{1} and {0}{0}{1}{1}", "XX", "X");
        assert!(check(&texts(&[("a.rs", &text)])).is_empty());
    }
}
