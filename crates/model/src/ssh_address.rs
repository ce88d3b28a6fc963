//! Where a host is reached by OpenSSH, and how it proves that it is the one that is meant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::HostPath;

/// A host as OpenSSH's client finds it. The user's own configuration of OpenSSH counts for
/// everything that is not said here, except for how host keys are checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SshAddress {
    /// `HOST` or `USER@HOST`; the host may be a name of the user's own OpenSSH configuration.
    pub destination: String,
    /// The port; OpenSSH's own choice where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub port: Option<u16>,
    /// The file on the controlling machine that holds the host's keys, in the format of OpenSSH. No
    /// key is ever added to it: a host that it does not name is refused.
    pub known_hosts: HostPath,
    /// The private key to log in with; OpenSSH's own choice where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<HostPath>,
}

impl SshAddress {
    /// The host, without the user.
    pub fn host(&self) -> &str {
        self.destination.rsplit_once('@').map_or(&self.destination, |(_, host)| host)
    }

    /// The first part that cannot be handed to OpenSSH as what it is: its key, and what is wrong.
    /// Nothing passes that OpenSSH would take for an option, a pattern or a second value.
    pub fn mistake(&self) -> Option<(&'static str, String)> {
        let (user, host) = match self.destination.split_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, self.destination.as_str()),
        };
        if !user.is_none_or(is_user) || !is_host(host) {
            let what =
                "is no destination: expected HOST or USER@HOST, with letters, digits and `.-_:`";
            return Some(("destination", format!("`{}` {what}", self.destination.escape_debug())));
        }
        if self.port == Some(0) {
            return Some(("port", "0 is no port".to_owned()));
        }
        let paths =
            [("known_hosts", Some(&self.known_hosts)), ("identity", self.identity.as_ref())];
        let (key, path) =
            paths.into_iter().find_map(|(key, path)| Some((key, path.filter(|p| !is_path(p))?)))?;
        let what = "is no absolute path without `.`, `..`, spaces, quotes and any of `%$~#`";
        Some((key, format!("`{}` {what}", path.to_string().escape_debug())))
    }
}

fn is_user(user: &str) -> bool {
    is_word(user) && user.bytes().all(|byte| byte != b':')
}

fn is_host(host: &str) -> bool {
    is_word(host)
}

/// Of characters that mean nothing to OpenSSH, and not the beginning of an option.
fn is_word(word: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte);
    !word.is_empty() && !word.starts_with('-') && word.bytes().all(plain)
}

/// OpenSSH splits such values at spaces, and replaces what begins with some signs.
fn is_path(path: &HostPath) -> bool {
    let means_something = |c: char| c.is_whitespace() || c.is_control() || "\"'\\%$~#".contains(c);
    path.is_plain_absolute() && path.to_str().is_some_and(|text| !text.contains(means_something))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(destination: &str, known_hosts: &str) -> SshAddress {
        SshAddress {
            destination: destination.into(),
            port: None,
            known_hosts: known_hosts.to_owned().into(),
            identity: None,
        }
    }

    #[test]
    fn what_openssh_would_take_for_something_else_is_refused() {
        let good = ["mq1", "mq@mq1.example.org", "mq@10.0.0.1", "mq@fe80::1", "the_host-2"];
        for destination in good {
            assert_eq!(address(destination, "/etc/hosts.pinned").mistake(), None, "{destination}");
        }
        let bad = [
            "",
            "-oProxyCommand=id",
            "@mq1",
            "mq@",
            "mq@-oX",
            "-l@mq1",
            "a b",
            "mq1\nid",
            "mq1;id",
            "ssh://mq1",
            "a@b@c",
            "%h",
            "$(id)",
            "mq:x@host",
            "h\u{e9}",
            "mq1 -oX=y",
            "*",
        ];
        for destination in bad {
            let mistake = address(destination, "/etc/hosts.pinned").mistake();
            assert!(matches!(mistake, Some(("destination", _))), "{destination}");
        }
    }

    #[test]
    fn paths_that_openssh_would_split_or_replace_are_refused() {
        for path in ["keys", "/a b", "/a\"b", "/%h", "/${HOME}", "/a/../b", "/a#b", "/a\nb", "/~x"]
        {
            let mistake = address("mq1", path).mistake();
            assert!(matches!(mistake, Some(("known_hosts", _))), "{path}");
            let identity = Some(HostPath::from(path.to_owned()));
            let mistake = SshAddress { identity, ..address("mq1", "/keys") }.mistake();
            assert!(matches!(mistake, Some(("identity", _))), "{path}");
        }
        let zero = SshAddress { port: Some(0), ..address("mq1", "/keys") };
        assert_eq!(zero.mistake(), Some(("port", "0 is no port".into())));
    }

    #[test]
    fn the_host_is_without_the_user() {
        assert_eq!(address("mq@mq1", "/k").host(), "mq1");
        assert_eq!(address("mq1", "/k").host(), "mq1");
    }
}
