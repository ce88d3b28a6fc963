//! Steps as commands of a POSIX shell with coreutils, tar, curl and iproute2 alone.
//!
//! What stands here does what the executor does, by the means of a person. The commands use a few
//! functions ([`FUNCTIONS`]) that are read in at the beginning of a session.

mod act;
mod attachment;
mod condition;
mod functions;
mod word;

use refit_model::{Digest, HostPath, Step, Undo};

pub use attachment::{Attachment, AttachmentPiece, SecretLine};
pub use functions::FUNCTIONS;
pub use word::word;

use act::act;
use condition::check;

/// What a person types for one step. Each entry is one command, which may have several lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShellStep {
    /// Does it.
    pub act: Vec<String>,
    /// Shows that it is done: ends with an error if it is not.
    pub verify: Vec<String>,
    /// Takes it back.
    pub undo: Vec<String>,
}

/// What commands find beside them.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// How the text of a template is at hand.
    pub text: &'a dyn Fn(Digest) -> Attachment,
    /// Since when files must not have changed, in seconds since 1970; `None` where that is not
    /// known, because nobody looked at the files.
    pub unchanged_since: Option<i64>,
}

/// The commands for a step.
pub fn lines(step: &Step, means: &Means<'_>) -> ShellStep {
    let undo = match &step.undo {
        Undo::By(acts) => acts
            .iter()
            .flat_map(|undo| {
                let mut lines = act(&undo.act, means);
                lines.extend(check(&undo.verify, means));
                lines
            })
            .collect(),
        Undo::Nothing(_) => Vec::new(),
        Undo::Impossible(why) => vec![comment(why)],
    };
    ShellStep { act: act(&step.act, means), verify: check(&step.verify, means), undo }
}

/// The commands as one block that stops at the first one that fails, and ends by saying how it
/// ended: `OK: done` or `FAILED: what`. `None` where there is nothing to type.
pub fn block(commands: &[String], what: &str, done: &str) -> Option<String> {
    if commands.iter().all(|command| is_comment(command)) {
        return (!commands.is_empty()).then(|| commands.join("\n"));
    }
    let mut lines: Vec<_> = commands
        .iter()
        .map(|command| if is_comment(command) { command.clone() } else { format!("{command} &&") })
        .collect();
    lines.push(format!("ok {} || failed {}", word(done), word(what)));
    Some(lines.join("\n"))
}

fn is_comment(command: &str) -> bool {
    command.starts_with('#')
}

/// A comment of one line.
fn comment(text: &str) -> String {
    format!("# {}", text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn p(path: &HostPath) -> String {
    word(&path.to_string())
}
