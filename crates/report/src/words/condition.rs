//! Conditions in words.

use refit_model::{BrokerCheck, Check, Condition, FilePair, PlannedFile, ProcessMatch};

use super::{count, size};

/// So many files are named; more are counted.
const NAMED_FILES: usize = 6;

/// What must hold, one sentence each, and how long it may take.
pub(crate) fn check(check: &Check) -> Vec<String> {
    let mut sentences = condition(&check.condition);
    if check.within_seconds > 0 && !sentences.is_empty() {
        sentences.push(format!("all of it within {} s", check.within_seconds));
    }
    sentences
}

/// What must hold, one sentence each.
pub(crate) fn condition(condition: &Condition) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut left = vec![condition];
    while let Some(condition) = left.pop() {
        match condition {
            Condition::All(all) => left.extend(all.iter().rev()),
            Condition::Never => {}
            one => sentences.extend(single(one)),
        }
    }
    sentences
}

fn single(condition: &Condition) -> Vec<String> {
    let sentence = match condition {
        Condition::All(_) | Condition::Never => return Vec::new(),
        Condition::Exists(path) => format!("`{path}` exists"),
        Condition::Absent(path) => format!("nothing is at `{path}`"),
        Condition::LinksTo { path, target } => format!("`{path}` is a link to `{target}`"),
        Condition::Unchanged(files) => unchanged(files),
        Condition::HasDigest { path, digest } => {
            format!("`{path}` has the SHA-256 `{}`", digest.to_hex())
        }
        Condition::Holds { path, mode, .. } => {
            format!("`{path}` holds what was settled, with the mode {mode:04o}")
        }
        Condition::SameAs(pairs) => return pairs.iter().map(same).collect(),
        Condition::Unpacked { archive, into, .. } => {
            format!("`{into}` holds every file of `{archive}`")
        }
        Condition::Runs(process) => format!("{} runs", one_process(process)),
        Condition::Gone(process) => format!("no {} runs", process_words(process)),
        Condition::Unlocked(path) => format!("no process holds a lock on `{path}`"),
        Condition::FreeSpace { path, bytes } => {
            format!("at least {} are free at `{path}`", size(*bytes))
        }
        Condition::Broker(check) => return broker(check),
        Condition::RestorePoint(path) => {
            format!("the restore point `{path}` is complete, by its manifest")
        }
    };
    vec![sentence]
}

fn same(pair: &FilePair) -> String {
    format!("`{}` equals `{}`", pair.to, pair.from)
}

fn unchanged(files: &[PlannedFile]) -> String {
    let names: Vec<_> = files.iter().map(|file| format!("`{}`", file.path)).collect();
    if names.len() > NAMED_FILES {
        let number = count(names.len(), "file is", "files are");
        return format!("{number} as when the plan was made");
    }
    format!("as when the plan was made: {}", names.join(", "))
}

fn broker(check: &BrokerCheck) -> Vec<String> {
    let doors: Vec<_> = check
        .endpoints
        .iter()
        .map(|door| {
            let tls = if door.tls { " over TLS" } else { "" };
            format!("`{}` at {}{tls}", door.name, door.address)
        })
        .collect();
    let mut sentences = vec![format!(
        "the broker tells the version {} and listens on {}",
        check.version,
        doors.join(", ")
    )];
    if doors.is_empty() {
        sentences = vec![format!("the broker tells the version {}", check.version)];
    }
    sentences.push(format!("every one of its sockets belongs to {}", one_process(&check.process)));
    for folder in &check.folders {
        sentences.push(format!("its `{}` leads to `{}`", folder.argument_prefix, folder.folder));
    }
    if check.again_after_milliseconds > 0 {
        let after = super::duration(check.again_after_milliseconds);
        sentences.push(format!("asked again after {after}, it still does"));
    }
    sentences
}

fn one_process(process: &ProcessMatch) -> String {
    format!("exactly one {}", process_words(process))
}

/// For example: `java` process with `-Dactivemq.home=/opt/activemq`.
pub(super) fn process_words(process: &ProcessMatch) -> String {
    format!("`{}` process with `{}{}`", process.executable, process.argument_prefix, process.folder)
}
