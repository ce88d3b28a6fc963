//! Who and what this machine is.

use crate::{HostError, Identity, Result};

pub(super) fn identity() -> Result<Identity> {
    let name = rustix::system::uname();
    let uid = rustix::process::geteuid().as_raw();
    let passwd = std::fs::read_to_string("/etc/passwd")
        .map_err(|error| HostError::io("read", "/etc/passwd", error))?;
    let account = account(&passwd, uid);
    Ok(Identity {
        hostname: name.nodename().to_string_lossy().into_owned(),
        user: account.as_ref().map_or_else(|| uid.to_string(), |account| account.0.clone()),
        uid,
        user_home: account.map_or_else(|| "/".into(), |account| account.1).into(),
        system: system_name(),
        architecture: name.machine().to_string_lossy().into_owned(),
        available_memory_mebibytes: available_memory()?,
    })
}

/// Name and home folder of the account with this number.
fn account(passwd: &str, uid: u32) -> Option<(String, String)> {
    passwd.lines().find_map(|line| {
        let fields: Vec<_> = line.split(':').collect();
        let found = fields.get(2)?.parse::<u32>().ok()? == uid;
        found.then(|| Some((fields[0].to_owned(), (*fields.get(5)?).to_owned())))?
    })
}

fn system_name() -> String {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let pretty = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    pretty.map_or_else(|| "unknown system".to_owned(), |name| name.trim_matches('"').to_owned())
}

fn available_memory() -> Result<u64> {
    let text = std::fs::read_to_string("/proc/meminfo")
        .map_err(|error| HostError::io("read", "/proc/meminfo", error))?;
    let kibibytes = text
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    Ok(kibibytes.unwrap_or(0) / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_found_by_number() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nbroken\nmq:x:105:110::/var/lib/mq:/bin/sh\n";
        assert_eq!(account(passwd, 105), Some(("mq".into(), "/var/lib/mq".into())));
        assert_eq!(account(passwd, 7), None);
    }

    #[test]
    fn this_machine_has_an_identity() {
        let identity = identity().unwrap();
        assert!(!identity.architecture.is_empty());
        assert!(identity.available_memory_mebibytes > 0);
    }
}
