//! Conditions as lines for a shell: each ends with an error if the condition does not hold.

use refit_model::{BrokerCheck, Check, Condition, EndpointCheck, HostPath, ProcessMatch, Protocol};

use super::{comment, word};

/// The lines that show whether a check holds, with the waiting that it allows.
pub(super) fn check(check: &Check) -> Vec<String> {
    let lines = condition(&check.condition);
    if check.within_seconds == 0 {
        return lines;
    }
    let waiting = |line: String| {
        if line.starts_with('#') || line.starts_with("pid=") || line.starts_with("within ") {
            line
        } else if is_plain_command(&line) {
            format!("within {} {line}", check.within_seconds)
        } else {
            line
        }
    };
    lines.into_iter().map(waiting).collect()
}

/// Whether the line is one command with words, which `within` can repeat.
fn is_plain_command(line: &str) -> bool {
    ["listens ", "tells_openwire ", "tells_stomp "].iter().any(|name| line.starts_with(name))
}

/// The lines that show whether a condition holds.
pub(super) fn condition(wanted: &Condition) -> Vec<String> {
    match wanted {
        Condition::All(all) => all.iter().flat_map(condition).collect(),
        // The lock is released by the end of the process, which is asked beside it.
        Condition::Never | Condition::Unlocked(_) => Vec::new(),
        Condition::Exists(path) => vec![format!("[ -e {0} ] || [ -L {0} ]", p(path))],
        Condition::Absent(path) => vec![format!("[ ! -e {0} ] && [ ! -L {0} ]", p(path))],
        Condition::LinksTo { path, target } => {
            vec![format!("[ \"$(readlink {})\" = {} ]", p(path), p(target))]
        }
        Condition::Unchanged(files) => {
            let text = format!(
                "{} files of the old home must be as they were when this was written: let nobody \
                 change the configuration until the upgrade is done",
                files.len()
            );
            vec![comment(&text)]
        }
        Condition::HasDigest { path, digest } => {
            vec![format!("echo '{}  '{} | sha256sum --check --quiet", digest.to_hex(), p(path))]
        }
        Condition::Holds { path, mode, .. } => {
            vec![format!("[ \"$(stat -c %a {})\" = {mode:o} ]", p(path))]
        }
        Condition::SameAs(pairs) => {
            pairs.iter().map(|pair| format!("same {} {}", p(&pair.from), p(&pair.to))).collect()
        }
        Condition::Unpacked { into, .. } => vec![format!("[ -d {} ]", p(into))],
        Condition::Runs(wanted) => vec![format!("{} >/dev/null", process(wanted))],
        Condition::Gone(wanted) => vec![format!("! {} >/dev/null", process(wanted))],
        Condition::FreeSpace { path, bytes } => {
            vec![format!("[ \"$(df --output=avail -B1 {} | tail -n 1)\" -ge {bytes} ]", p(path))]
        }
        Condition::Broker(check) => broker(check),
        Condition::RestorePoint(at) => vec![format!(
            "for sum in {0}/*.sha256; do name=${{sum##*/}}; \
             [ \"$(tar -C {0} -cf - \"${{name%.sha256}}\" | sha256sum)\" = \"$(cat \"$sum\")\" ] \
             || echo \"damaged: $sum\"; done",
            p(at)
        )],
    }
}

/// The command that tells the process.
pub(super) fn process(wanted: &ProcessMatch) -> String {
    format!(
        "process_of {} {} {}",
        word(&wanted.executable),
        word(&wanted.argument_prefix),
        p(&wanted.folder)
    )
}

/// The process listens on every port, and tells the version where that needs no password.
fn broker(check: &BrokerCheck) -> Vec<String> {
    let mut lines = vec![format!("within 15 {} && pid=$({0})", process(&check.process))];
    for endpoint in &check.endpoints {
        let port = endpoint.address.rsplit_once(':').map_or("", |(_, port)| port);
        lines.push(format!("listens \"$pid\" {}", word(port)));
    }
    let version = check.version.to_string();
    let plain = |protocol: Protocol| {
        let of = move |one: &&EndpointCheck| one.protocol == protocol && !one.tls;
        check.endpoints.iter().find(of)
    };
    if let Some(openwire) = plain(Protocol::Openwire) {
        lines.push(format!("tells_openwire {} {version}", word(&openwire.address)));
    } else if let Some(stomp) = plain(Protocol::Stomp) {
        lines.push(format!(
            "tells_stomp {} {version} \"$BROKER_USER\" \"$SECRETS/broker-password\"",
            word(&stomp.address)
        ));
    } else {
        lines.push(comment(&format!(
            "no plain OpenWire or STOMP connector: look in the console that it says {version}"
        )));
    }
    if check.again_after_milliseconds > 0 {
        let seconds = check.again_after_milliseconds.div_ceil(1000);
        lines.push(format!("sleep {seconds}; ! is_gone \"$pid\""));
    }
    lines
}

fn p(path: &HostPath) -> String {
    word(&path.to_string())
}
