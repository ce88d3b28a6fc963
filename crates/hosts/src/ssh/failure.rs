//! What OpenSSH's client says when no connection comes about, in types.

use refit_model::SshAddress;

use super::{HostKeyTrouble, SshError};

/// The most characters of a foreign text that are told on.
const TOLD: usize = 400;

/// Why there is no connection, by what the client wrote to standard error.
pub(super) fn failure(address: &SshAddress, said: &str) -> SshError {
    let host = address.host().to_owned();
    if let Some(trouble) = key_trouble(said) {
        return SshError::HostKey { host, trouble, known_hosts: address.known_hosts.clone() };
    }
    let why = shown(said);
    if said.contains("Permission denied") || said.contains("Too many authentication failures") {
        return SshError::LoginRefused { host, why };
    }
    SshError::Unreachable { host, why }
}

/// Revoked before changed: of a revoked key the client says both.
fn key_trouble(said: &str) -> Option<HostKeyTrouble> {
    if said.contains("REVOKED HOST KEY") || said.contains("marked as revoked") {
        Some(HostKeyTrouble::Revoked)
    } else if said.contains("REMOTE HOST IDENTIFICATION HAS CHANGED") {
        Some(HostKeyTrouble::Changed)
    } else if said.contains("host key is known for")
        || said.contains("Host key verification failed")
    {
        Some(HostKeyTrouble::Unknown)
    } else {
        None
    }
}

/// The end of a foreign text in one line, without anything that a terminal would obey.
pub(super) fn shown(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<_> = plain.split_whitespace().collect();
    let line = words.join(" ");
    if line.is_empty() {
        return "nothing is said of why".to_owned();
    }
    let length = line.chars().count();
    if length <= TOLD { line } else { line.chars().skip(length - TOLD).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(said: &str) -> SshError {
        let address = SshAddress {
            destination: "mq@mq1".into(),
            port: None,
            known_hosts: "/keys".to_owned().into(),
            identity: None,
        };
        failure(&address, said)
    }

    #[test]
    fn each_kind_of_failure_has_its_own_type() {
        let refused = failed("ssh: connect to host mq1 port 22: Connection refused\r\n");
        assert_eq!(
            refused.to_string(),
            "the host mq1 cannot be reached: ssh: connect to host mq1 port 22: Connection refused"
        );
        assert!(refused.may_pass());
        let denied = failed("mq@mq1: Permission denied (publickey).\r\n");
        assert!(matches!(denied, SshError::LoginRefused { .. }) && !denied.may_pass());
    }

    #[test]
    fn foreign_texts_come_out_inert_and_short() {
        assert_eq!(shown("a\u{1b}[31m\r\n b\n"), "a [31m b");
        assert_eq!(shown(" \n"), "nothing is said of why");
        assert_eq!(shown(&"é".repeat(1000)).chars().count(), TOLD);
    }
}
