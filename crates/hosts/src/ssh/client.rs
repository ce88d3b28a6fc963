//! OpenSSH's client with the options that Refit insists on.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use refit_model::SshAddress;

use super::{Link, SshError};

/// What holds whatever the user's own configuration says. A host is only talked to if it shows a
/// pinned key; no connection is shared, since a shared one was checked by other rules; nothing is
/// asked at the terminal, and nothing of this machine is lent to the host.
const OPTIONS: [&str; 23] = [
    "IgnoreUnknown=KnownHostsCommand",
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    "GlobalKnownHostsFile=/dev/null",
    "KnownHostsCommand=none",
    "VerifyHostKeyDNS=no",
    "UpdateHostKeys=no",
    "CheckHostIP=no",
    "NoHostAuthenticationForLocalhost=no",
    "ControlMaster=no",
    "ControlPath=none",
    "ControlPersist=no",
    "ForwardAgent=no",
    "ForwardX11=no",
    "GSSAPIDelegateCredentials=no",
    "PermitLocalCommand=no",
    "RemoteCommand=none",
    "RequestTTY=no",
    "EscapeChar=none",
    "ConnectTimeout=15",
    "ConnectionAttempts=1",
    "ServerAliveInterval=15",
    "ServerAliveCountMax=3",
];

/// The user's own OpenSSH client, for one host.
#[derive(Clone, Debug)]
pub struct SshClient {
    address: SshAddress,
    program: PathBuf,
}

impl SshClient {
    /// The client `ssh` in the `PATH`. Refused where a part of the address could be taken for an
    /// option.
    pub fn new(address: SshAddress) -> Result<Self, SshError> {
        if let Some((key, message)) = address.mistake() {
            let host = address.host().escape_debug().to_string();
            return Err(SshError::Unreachable { host, why: format!("`{key}`: {message}") });
        }
        Ok(Self { address, program: "ssh".into() })
    }

    /// The same with another program in place of `ssh`.
    #[must_use]
    pub fn with_program(self, program: &Path) -> Self {
        Self { program: program.to_owned(), ..self }
    }

    /// Where it leads.
    pub(super) fn address(&self) -> &SshAddress {
        &self.address
    }

    /// Runs a command line of the host's shell. It is never made of data.
    pub(super) fn run(&self, line: &'static str) -> Result<Link, SshError> {
        let words = ["-o", "LogLevel=ERROR", "--", &self.address.destination, line];
        self.start(|command| command.args(words))
    }

    /// A connection to `address`, which is `HOST:PORT`, from the host.
    pub fn forward(&self, address: &str) -> Result<Link, SshError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        if address.starts_with('-') || !address.bytes().all(plain) {
            let why = format!("`{}` is no address", address.escape_debug());
            return Err(SshError::Unreachable { host: self.address.host().to_owned(), why });
        }
        // That a port is closed is no error to the client.
        let words = ["-o", "LogLevel=INFO", "-W", address, "--", &self.address.destination];
        self.start(|command| command.args(words))
    }

    /// Why a link that has ended did not come about.
    pub fn failure(&self, link: &mut Link) -> SshError {
        super::failure::failure(&self.address, &link.last_words())
    }

    fn start(&self, rest: impl FnOnce(&mut Command) -> &mut Command) -> Result<Link, SshError> {
        let failed = |error: io::Error| SshError::Unreachable {
            host: self.address.host().to_owned(),
            why: format!("`{}` could not be started: {error}", self.program.display()),
        };
        Link::start(rest(&mut self.command())).map_err(failed)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env("LC_ALL", "C").args(["-T", "-x", "-a"]);
        for option in OPTIONS {
            command.args(["-o", option]);
        }
        command.arg("-o").arg(format!("UserKnownHostsFile={}", self.address.known_hosts));
        if let Some(port) = self.address.port {
            command.args(["-p", &port.to_string()]);
        }
        if let Some(identity) = &self.address.identity {
            command.args(["-o", "IdentitiesOnly=yes", "-i"]).arg(identity.as_path());
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(destination: &str) -> Result<SshClient, SshError> {
        SshClient::new(SshAddress {
            destination: destination.into(),
            port: Some(2222),
            known_hosts: "/etc/pinned".to_owned().into(),
            identity: Some("/etc/key".to_owned().into()),
        })
    }

    fn words(command: &Command) -> Vec<String> {
        command.get_args().map(|word| word.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn what_was_pinned_counts_and_nothing_else() {
        let words = words(&client("mq@mq1").unwrap().command());
        for option in [
            "StrictHostKeyChecking=yes",
            "UserKnownHostsFile=/etc/pinned",
            "GlobalKnownHostsFile=/dev/null",
            "BatchMode=yes",
            "ControlPath=none",
        ] {
            assert!(words.windows(2).any(|two| two == ["-o", option]), "{option}");
        }
        assert!(words.windows(2).any(|two| two == ["-i", "/etc/key"]));
    }

    #[test]
    fn no_option_comes_in_by_an_address() {
        assert!(client("-oProxyCommand=touch /tmp/x").is_err());
        let client = client("mq1").unwrap();
        for address in ["-oX:1", "a b:1", "$(id):1", "a\n:1"] {
            assert!(client.forward(address).is_err(), "{address}");
        }
    }
}
