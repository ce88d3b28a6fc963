//! What starts the broker at boot, and what else outside the home names it.

use refit_hosts::{HostError, Kind, Reader};
use refit_model::{Folders, HostPath, Installation, Service};

use crate::Result;
use crate::gathered::Gathered;

/// Where systems keep what starts at boot or by the clock.
const STARTERS: [(&str, &str); 7] = [
    ("/etc/systemd/system", "systemd"),
    ("/lib/systemd/system", "systemd"),
    ("/usr/lib/systemd/system", "systemd"),
    ("/etc/init.d", "init"),
    ("/etc/rc.local", "init"),
    ("/etc/cron.d", "cron"),
    ("/var/spool/cron/crontabs", "cron"),
];
/// Where systems keep what names a broker's files without starting it.
const OTHERS: [&str; 4] = ["/etc/logrotate.d", "/etc/default", "/etc/zabbix", "/etc/nagios"];
/// Larger files are no unit, script or table.
const FILE_LIMIT: u64 = 256 * 1024;
/// The most files that are looked at in one place.
const MAX_FILES: usize = 20_000;

/// Looks for files outside the home that name it.
pub(crate) fn look(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    entry: &Installation,
    folders: &Folders,
) -> Result<()> {
    let mut names = vec![folders.home.to_string()];
    names.extend(folders.link.iter().map(|link| link.path.to_string()));
    let (mut starters, mut of_old, mut references) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen = true;
    for (place, kind) in STARTERS {
        for (path, text) in texts(reader, place, &mut seen)? {
            let starter = format!("{kind} {path}");
            if mentions(&text, &names[0]) {
                references.push(path);
                of_old.push(starter.clone());
            }
            if names.iter().any(|name| mentions(&text, name)) {
                starters.push(starter);
            }
        }
    }
    for place in OTHERS {
        let mut ignored = true;
        for (path, text) in texts(reader, place, &mut ignored)? {
            if mentions(&text, &names[0]) {
                references.push(path);
            }
        }
    }
    let unit = unit(gathered, entry, &starters);
    gathered.list("boot.starter", starters);
    gathered.list("boot.starts_old_home", of_old);
    gathered.list("references.to_old_home", references);
    gathered.fact("boot.seen", seen);
    if let Some(unit) = unit {
        gathered.fact("service.unit", unit);
    }
    if let Service::Systemd(unit) = &entry.service {
        let text = unit_text(reader, unit)?;
        let stops = text.lines().any(|line| {
            let command = line.trim().strip_prefix("ExecStop=");
            command.is_some_and(|command| command.contains("activemq"))
        });
        gathered.fact("service.stops_by_vendor_script", stops);
    }
    Ok(())
}

/// The unit that runs the broker: the one that the operator names, or one that names its home while
/// systemd is its parent.
fn unit(gathered: &Gathered, entry: &Installation, starters: &[String]) -> Option<String> {
    if let Service::Systemd(unit) = &entry.service {
        return Some(unit.clone());
    }
    let by_systemd = gathered.facts.text("process.started_by") == Some("systemd");
    let unit = starters.iter().find_map(|starter| starter.strip_prefix("systemd "));
    unit.filter(|_| by_systemd).map(str::to_owned)
}

/// Whether the text names the folder itself, not one whose name only begins like it.
fn mentions(text: &str, folder: &str) -> bool {
    text.match_indices(folder).any(|(at, _)| {
        let next = text[at + folder.len()..].chars().next();
        next.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))
    })
}

fn texts(reader: Reader<'_>, place: &str, seen: &mut bool) -> Result<Vec<(String, String)>> {
    let place = HostPath::from(place);
    let Some(found) = reader.stat(&place)? else { return Ok(Vec::new()) };
    let files = match found.kind {
        Kind::Folder => match reader.walk(&place, MAX_FILES) {
            Ok(entries) => entries
                .into_iter()
                .filter(|entry| entry.metadata.kind == Kind::File)
                .filter(|entry| entry.metadata.size <= FILE_LIMIT)
                .map(|entry| place.join(entry.path.as_path()))
                .collect(),
            Err(HostError::Denied { .. } | HostError::TooLarge { .. }) => {
                *seen = false;
                Vec::new()
            }
            Err(error) => return Err(error.into()),
        },
        _ => vec![place],
    };
    let mut texts = Vec::new();
    for path in files {
        match reader.read(&path, FILE_LIMIT) {
            Ok(bytes) => {
                texts.push((path.to_string(), String::from_utf8_lossy(&bytes).into_owned()));
            }
            Err(HostError::NotFound(_)) => {}
            Err(HostError::Denied { .. }) => *seen = false,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(texts)
}

fn unit_text(reader: Reader<'_>, unit: &str) -> Result<String> {
    let name = if unit.contains('.') { unit.to_owned() } else { format!("{unit}.service") };
    for (place, _) in STARTERS.iter().filter(|(_, kind)| *kind == "systemd") {
        match reader.read(&HostPath::from(*place).join(&name), FILE_LIMIT) {
            Ok(bytes) => return Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(HostError::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(String::new())
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn a_folder_is_named_by_itself_only() {
        assert!(mentions("ExecStart=/opt/mq/bin/activemq start", "/opt/mq"));
        assert!(mentions("/opt/mq", "/opt/mq"));
        assert!(!mentions("/opt/mq-5.16/bin", "/opt/mq"));
        assert!(mentions("/opt/mq-5.16 /opt/mq;", "/opt/mq"));
    }
}
