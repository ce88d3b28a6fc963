//! Lines and files are short. The length of functions is clippy's.

use super::Texts;
use super::problem::Problem;

/// The longest line, in characters.
const LINE: usize = 100;
/// The longest file of code, in lines.
const FILE: usize = 500;

/// Long lines and long files.
pub fn check(texts: &Texts) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in texts.iter().filter(|(path, _)| is_ours(path)) {
        let lines = text.lines().enumerate();
        let long = lines.filter(|(_, line)| is_long(line));
        let what = format!("longer than {LINE} characters");
        problems.extend(long.map(|(index, _)| Problem::at(path, index, what.clone())));
        problems.extend(file(path, text.lines().count()));
    }
    problems
}

fn is_ours(path: &str) -> bool {
    path.ends_with(".rs") || path.starts_with(".ci/")
}

/// A text that is written out cannot be broken everywhere, and comments can.
fn is_long(line: &str) -> bool {
    let is_comment = line.trim_start().starts_with("//");
    line.chars().count() > LINE && (is_comment || !line.contains('"'))
}

fn file(path: &str, lines: usize) -> Option<Problem> {
    (lines > FILE).then(|| Problem::of(path, format!("{lines} lines, more than {FILE}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::{texts, told};

    #[test]
    fn long_lines_are_told_unless_a_text_makes_them_long() {
        let (word, comment) = ("x".repeat(101), format!("// \"{}\"", "x".repeat(100)));
        let text = format!("\"{word}\"\n{word}\n{comment}\n{}\n", "é".repeat(100));
        let problems = told(&check(&texts(&[("a.rs", &text), ("a.json", &word)])));
        assert_eq!(
            problems,
            ["a.rs:2: longer than 100 characters", "a.rs:3: longer than 100 characters"]
        );
    }

    #[test]
    fn long_files_are_told() {
        let (long, longest) = ("\n".repeat(501), "\n".repeat(500));
        let problems = check(&texts(&[("a.rs", &long), ("b.rs", &longest)]));
        assert_eq!(told(&problems), ["a.rs: 501 lines, more than 500"]);
    }
}
