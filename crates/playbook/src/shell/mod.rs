//! Steps as lines for a POSIX shell with coreutils, tar, curl and iproute2 alone.
//!
//! What stands here does what the executor does, by the means of a person. The lines use a few
//! functions ([`PRELUDE`]) that are defined once at the beginning of a session.

mod act;
mod condition;
mod prelude;
mod word;

use refit_model::{Condition, Step, Undo};

pub use act::{Attachment, AttachmentPiece};
pub use prelude::PRELUDE;
pub use word::word;

use act::act;
use condition::{check, condition};

/// What a person types for one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShellStep {
    /// Does it.
    pub act: Vec<String>,
    /// Shows that it is done: ends with an error if it is not.
    pub verify: Vec<String>,
    /// Takes it back.
    pub undo: Vec<String>,
}

/// The lines for a step. `attachment` tells how a template's text is at hand.
pub fn lines(step: &Step, attachment: &dyn Fn(refit_model::Digest) -> Attachment) -> ShellStep {
    let undo = match &step.undo {
        Undo::By(acts) => acts
            .iter()
            .flat_map(|undo| {
                let mut lines = act(&undo.act, attachment);
                lines.extend(check(&undo.verify));
                lines
            })
            .collect(),
        Undo::Nothing(_) => Vec::new(),
        Undo::Impossible(why) => vec![comment(why)],
    };
    ShellStep { act: act(&step.act, attachment), verify: check(&step.verify), undo }
}

/// The lines that show whether a condition holds.
pub fn condition_lines(wanted: &Condition) -> Vec<String> {
    condition(wanted)
}

/// A comment of one line.
fn comment(text: &str) -> String {
    format!("# {}", text.split_whitespace().collect::<Vec<_>>().join(" "))
}
