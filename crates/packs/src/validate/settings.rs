//! Configuration files, migrations and rules.

use super::Problems;

const FILE: &str = "settings.toml";

pub(super) fn check(problems: &mut Problems<'_>) {
    let settings = &problems.pack.settings;
    let paths = settings.file.iter().map(|file| file.path.as_str());
    problems.unique(FILE, paths, |index| format!("file[{index}].path"), "file");
    let migrations = settings.migration.iter().map(|m| m.id.as_str());
    let key = |index| format!("migration[{index}].id");
    problems.unique(FILE, migrations, key, "migration");
    let rules = settings.rule.iter().map(|rule| rule.id.as_str());
    problems.unique(FILE, rules, |index| format!("rule[{index}].id"), "rule");
    for (index, file) in settings.file.iter().enumerate() {
        if !is_relative(&file.path) {
            let what = format!("`{}` must be a path below the home", file.path);
            problems.add(FILE, &format!("file[{index}].path"), what);
        }
    }
    for (index, rule) in settings.rule.iter().enumerate() {
        if rule.why.trim().is_empty() {
            let what = "a rule must say why, for the reader of the report";
            problems.add(FILE, &format!("rule[{index}].why"), what);
        }
    }
}

fn is_relative(path: &str) -> bool {
    !path.is_empty() && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}
