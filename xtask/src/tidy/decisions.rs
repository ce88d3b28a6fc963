//! Decision records are named by number, and cited where they bind.

use super::Texts;
use super::problem::Problem;

const FOLDER: &str = "docs/decisions/";
/// The parts that a record has.
const PARTS: [&str; 4] = ["## Context", "## Choice", "## Rejected", "## Consequences"];

/// Records that nobody cites, citations of none, and records that lack a part.
pub fn check(texts: &Texts) -> Vec<Problem> {
    let mut problems = Vec::new();
    let is_record = |path: &str| path.starts_with(FOLDER) && path.ends_with(".md");
    let mut numbers = Vec::new();
    for (path, text) in texts.iter().filter(|(path, _)| is_record(path)) {
        let Some(number) = number_of(&path[FOLDER.len()..]) else {
            problems.push(Problem::of(path, "a record is called NNNN-title.md"));
            continue;
        };
        numbers.push(number);
        let lacking = PARTS.iter().filter(|part| !text.lines().any(|line| line == **part));
        problems.extend(lacking.map(|part| Problem::of(path, format!("lacks `{part}`"))));
        let cited = citation(number);
        let others = texts.iter().filter(|(other, _)| !is_record(other));
        if !others.into_iter().any(|(_, text)| text.contains(&cited)) {
            problems.push(Problem::of(path, "cited nowhere"));
        }
    }
    problems.extend(citations_of_none(texts, &numbers));
    problems
}

/// What a text that cites a record holds.
fn citation(number: &str) -> String {
    format!("decisions/{number}")
}

fn number_of(name: &str) -> Option<&str> {
    let number = name.get(..4).filter(|number| number.chars().all(|c| c.is_ascii_digit()))?;
    name[4..].starts_with('-').then_some(number)
}

fn citations_of_none(texts: &Texts, numbers: &[&str]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in texts {
        for (index, line) in text.lines().enumerate() {
            let cited = line.split("decisions/").skip(1).filter_map(number_of);
            let unknown = cited.filter(|number| !numbers.contains(number));
            let problem = |number| Problem::at(path, index, format!("no decision {number}"));
            problems.extend(unknown.map(problem));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::{texts, told};

    const RECORD: &str = "# X\n## Context\n## Choice\n## Rejected\n## Consequences\n";

    #[test]
    fn a_record_is_whole_and_cited() {
        // In two halves, so that this file itself cites nothing.
        let record = concat!("docs/decisions", "/0001-x.md");
        let citing = format!("// see {record}\n");
        let files = [(record, RECORD), ("a.rs", citing.as_str())];
        assert!(check(&texts(&files)).is_empty());
        assert_eq!(told(&check(&texts(&files[..1]))), [format!("{record}: cited nowhere")]);
        let files = [(record, "## Context"), files[1]];
        assert_eq!(check(&texts(&files)).len(), 3);
    }

    #[test]
    fn names_and_citations_are_of_records() {
        let files = [("docs/decisions/x.md", RECORD)];
        assert!(told(&check(&texts(&files)))[0].ends_with("a record is called NNNN-title.md"));
        let cited = format!("// {}7-gone.md\n", "docs/decisions/000");
        let problems = told(&check(&texts(&[("a.rs", &cited)])));
        assert_eq!(problems, ["a.rs:1: no decision 0007"]);
    }
}
