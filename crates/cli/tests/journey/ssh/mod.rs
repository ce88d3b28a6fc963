//! Another host, by OpenSSH: a real `sshd` on a free port of the loopback address, with keys of its
//! own. Each test says loudly that it skips where there is no `sshd`.

mod cut;
#[expect(dead_code, reason = "the tests of runs use more of it")]
#[path = "../../../../execute/tests/runs/site.rs"]
mod files;
mod hostile;
mod keys;
mod over;
mod session;
mod sshd;
mod upgrade;
