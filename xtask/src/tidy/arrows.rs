//! Crates know only crates above them: arrows point up.

use super::crates::Crate;
use super::problem::Problem;

/// The crates, those that know least first.
const ORDER: [&str; 23] = [
    "refit-model",
    "refit-settings",
    "refit-packs",
    "refit-java",
    "refit-hosts",
    "refit-wire",
    "refit-truth",
    "refit-backup",
    "refit-repository",
    "refit-assess",
    "refit-plan",
    "refit-execute",
    "refit-sim",
    "refit-trial",
    "refit-playbook",
    "refit-report",
    "refit-desk",
    "refit-pages",
    "refit-store",
    "refit-app",
    "refit-demo",
    "refit-portal",
    "refit-cli",
];
/// What the order would allow, and must not be: the executor does what a plan says, whoever made
/// it, and what a trial is, it is told by the use cases.
const FORBIDDEN: [(&str, &str); 3] = [
    ("refit-execute", "refit-plan"),
    ("refit-execute", "refit-assess"),
    ("refit-trial", "refit-execute"),
];
/// What all other crates begin with.
const OURS: &str = "refit-";

/// Arrows that point down, and crates that have no place.
pub fn check(crates: &[Crate]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for one in crates.iter().filter(|one| one.name.starts_with(OURS)) {
        let Some(place) = place_of(&one.name) else {
            let what = "has no place in the order of crates: xtask/src/tidy/arrows.rs";
            problems.push(Problem::of(&one.name, what));
            continue;
        };
        for used in one.uses.iter().filter(|used| used.starts_with(OURS)) {
            let is_above = place_of(used).is_some_and(|above| above < place);
            if !is_above {
                problems.push(Problem::of(&one.name, format!("knows {used}, which is below it")));
            } else if FORBIDDEN.contains(&(one.name.as_str(), used.as_str())) {
                problems.push(Problem::of(&one.name, format!("must not know {used}")));
            }
        }
    }
    problems
}

fn place_of(name: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::told;

    fn one(name: &str, uses: &[&str]) -> Crate {
        let uses = uses.iter().map(|used| (*used).to_owned()).collect();
        Crate { name: name.to_owned(), uses, ..Crate::default() }
    }

    #[test]
    fn arrows_point_up() {
        let good = [
            one("refit-model", &["serde"]),
            one("refit-execute", &["refit-model", "refit-backup"]),
            one("xtask", &["refit-model", "refit-packs"]),
        ];
        assert!(check(&good).is_empty());
        for (from, to, what) in [
            ("refit-model", "refit-settings", "knows refit-settings, which is below it"),
            ("refit-plan", "refit-execute", "knows refit-execute, which is below it"),
            ("refit-execute", "refit-trial", "knows refit-trial, which is below it"),
            ("refit-execute", "refit-plan", "must not know refit-plan"),
            ("refit-app", "refit-unheard-of", "knows refit-unheard-of, which is below it"),
        ] {
            assert_eq!(told(&check(&[one(from, &[to])])), [format!("{from}: {what}")]);
        }
        let new = told(&check(&[one("refit-new", &[])]));
        assert!(new[0].contains("has no place"), "{new:?}");
    }
}
