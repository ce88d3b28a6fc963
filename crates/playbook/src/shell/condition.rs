//! Conditions as commands of a shell: each ends with an error if the condition does not hold.

use std::path::{Path, PathBuf};

use refit_model::{
    BrokerCheck, Check, Condition, EndpointCheck, PlannedFile, ProcessMatch, Protocol,
};

use super::act::{check_sums, content};
use super::{Means, comment, p, word};

/// The commands that show whether a check holds, with the waiting that it allows.
pub(super) fn check(check: &Check, means: &Means<'_>) -> Vec<String> {
    condition(&check.condition, check.within_seconds, means)
}

/// The commands that show whether a condition holds, or comes to hold within so many seconds.
fn condition(wanted: &Condition, within_seconds: u32, means: &Means<'_>) -> Vec<String> {
    let waiting = |command: String| vec![within(within_seconds, &command)];
    match wanted {
        Condition::All(all) => {
            all.iter().flat_map(|one| condition(one, within_seconds, means)).collect()
        }
        Condition::Never => Vec::new(),
        Condition::Exists(path) => waiting(format!("there {}", p(path))),
        Condition::Absent(path) => waiting(format!("vacant {}", p(path))),
        Condition::LinksTo { path, target } => {
            waiting(format!("links_to {} {}", p(path), p(target)))
        }
        Condition::Unchanged(files) => unchanged(files, means),
        Condition::HasDigest { path, digest } => {
            waiting(format!("has_sum {} {}", p(path), digest.to_hex()))
        }
        Condition::Holds { path, template, mode, .. } => vec![
            format!("has_mode {} {mode:o}", p(path)),
            format!("{} | holds {}", content(*template, means), p(path)),
        ],
        Condition::SameAs(pairs) => {
            pairs.iter().map(|pair| format!("same {} {}", p(&pair.from), p(&pair.to))).collect()
        }
        Condition::Unpacked { archive, into, .. } => {
            vec![format!("unpacked {} {}", p(archive), p(into))]
        }
        Condition::Runs(process) => {
            vec![format!("{} >/dev/null", within(within_seconds, &runs(process)))]
        }
        Condition::Gone(process) => waiting(format!("gone {}", process_words(process))),
        Condition::Unlocked(path) => waiting(format!("unlocked {}", p(path))),
        Condition::FreeSpace { path, bytes } => waiting(format!("room {} {bytes}", p(path))),
        Condition::Broker(check) => broker(check, within_seconds),
        Condition::RestorePoint(at) => vec![check_sums(at)],
    }
}

/// The command, repeated until it succeeds where waiting is allowed.
fn within(seconds: u32, command: &str) -> String {
    if seconds == 0 { command.to_owned() } else { format!("within {seconds} {command}") }
}

fn runs(process: &ProcessMatch) -> String {
    format!("runs {}", process_words(process))
}

/// How a process is named to the functions.
pub(super) fn process_words(process: &ProcessMatch) -> String {
    format!(
        "{} {} {}",
        word(&process.executable),
        word(&process.argument_prefix),
        p(&process.folder)
    )
}

/// Fingerprints are keyed, and the key stays with Refit; a person goes by the files' times.
fn unchanged(files: &[PlannedFile], means: &Means<'_>) -> Vec<String> {
    let (there, absent): (Vec<_>, Vec<_>) =
        files.iter().partition(|file| file.fingerprint.is_some());
    let folder = common_folder(&there);
    let names: Vec<_> = there
        .iter()
        .map(|file| file.path.as_path())
        .map(|path| path.strip_prefix(&folder).unwrap_or(path))
        .map(|name| word(&name.to_string_lossy()))
        .collect();
    let mut lines = Vec::new();
    match means.unchanged_since {
        Some(moment) if !names.is_empty() => lines.push(format!(
            "(cd {} && unchanged_since {moment} {})",
            word(&folder.to_string_lossy()),
            names.join(" ")
        )),
        _ => lines.push(comment(&format!(
            "Nobody may have changed one of these files of {} since the assessment: {}",
            folder.display(),
            names.join(" ")
        ))),
    }
    lines.extend(absent.iter().map(|file| format!("vacant {}", p(&file.path))));
    lines
}

/// The deepest folder that holds all of the files.
fn common_folder(files: &[&PlannedFile]) -> PathBuf {
    let folder = |file: &&PlannedFile| file.path.as_path().parent().map(Path::to_owned);
    let mut folders = files.iter().filter_map(folder);
    let mut common = folders.next().unwrap_or_default();
    for other in folders {
        while !other.starts_with(&common) {
            common.pop();
        }
    }
    common
}

/// One process runs, uses the right folders, listens on every port itself, and tells the version.
fn broker(check: &BrokerCheck, within_seconds: u32) -> Vec<String> {
    let wait = |command: &str| within(within_seconds, command);
    let ports: Vec<_> = check
        .endpoints
        .iter()
        .filter_map(|endpoint| endpoint.address.rsplit_once(':'))
        .map(|(_, port)| word(port))
        .collect();
    let listens = format!("listens \"$pid\" {}", ports.join(" "));
    let tells = tells(check);
    let mut lines = vec![
        format!("{} >/dev/null", wait(&runs(&check.process))),
        format!("pid=$({})", runs(&check.process)),
    ];
    lines.extend(check.folders.iter().map(|folder| {
        format!("uses \"$pid\" {} {}", word(&folder.argument_prefix), p(&folder.folder))
    }));
    if !ports.is_empty() {
        lines.push(wait(&listens));
    }
    lines.push(tells.as_deref().map_or_else(|| silent(check), wait));
    if check.again_after_milliseconds > 0 {
        lines.push(format!("sleep {}", check.again_after_milliseconds.div_ceil(1000)));
        lines.push("is_alive \"$pid\"".to_owned());
        if !ports.is_empty() {
            lines.push(listens);
        }
        lines.extend(tells);
    }
    lines
}

/// The command that shows the version, by the protocol that needs the least.
fn tells(check: &BrokerCheck) -> Option<String> {
    let version = check.version.to_string();
    let at = |wanted: Protocol| {
        let fits = |one: &&EndpointCheck| one.protocol == wanted && !one.tls;
        Some(word(&check.endpoints.iter().find(fits)?.address))
    };
    if let Some(address) = at(Protocol::Openwire) {
        return Some(format!("tells_openwire {address} {version}"));
    }
    if let Some(address) = at(Protocol::Stomp) {
        return Some(format!("tells_stomp {address} {version} \"$BROKER_USER\""));
    }
    at(Protocol::Http).map(|address| format!("tells_console {address} {version}"))
}

fn silent(check: &BrokerCheck) -> String {
    comment(&format!(
        "no connector without TLS tells the version: look in the broker's log that {} has started",
        check.version
    ))
}
