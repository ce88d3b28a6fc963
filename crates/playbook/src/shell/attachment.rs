//! How the text of a written file is at hand.

use refit_model::HostPath;

use super::word;

/// The text of a written file, in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its pieces in order.
    pub pieces: Vec<AttachmentPiece>,
}

/// A piece of an attached text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttachmentPiece {
    /// A file, relative to the playbook's folder.
    File(String),
    /// A secret that stands on a line of a file of the old version.
    OnLine {
        /// The file on the host.
        file: HostPath,
        /// Where it stands there.
        line: SecretLine,
    },
    /// A secret in a file of its own, by its name in the folder with the secrets.
    Secret(String),
}

/// Where a secret stands in a text file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretLine {
    /// The line's number, from 1.
    pub number: usize,
    /// What stands before it, without blanks at the line's beginning.
    pub before: String,
    /// What stands after it, to the line's end.
    pub after: String,
}

impl AttachmentPiece {
    /// The command that writes the piece to standard output.
    pub(super) fn command(&self) -> String {
        match self {
            Self::File(file) => format!("cat \"$PLAYBOOK\"/{}", word(file)),
            Self::Secret(name) => format!("secret {}", word(name)),
            Self::OnLine { file, line } => format!(
                "secret_in {} {} {} {}",
                word(&file.to_string()),
                line.number,
                word(&line.before),
                word(&line.after)
            ),
        }
    }
}

impl SecretLine {
    /// What the function `secret_in` gives of this content; `None` where it refuses it.
    pub fn take<'a>(&self, content: &'a [u8]) -> Option<&'a [u8]> {
        let line = content.split(|&byte| byte == b'\n').nth(self.number.checked_sub(1)?)?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let before = self.before.as_bytes();
        let at = line.windows(before.len().max(1)).position(|window| window == before)?;
        let value = line[at + before.len()..].strip_suffix(self.after.as_bytes())?;
        (!value.is_empty() && !value.contains(&0)).then_some(value)
    }
}
