//! How a session of the shell begins.

/// How a session of the shell begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// What is typed first; one entry is one command.
    pub commands: Vec<String>,
    /// The words of the shell that commands use.
    pub words: Vec<ShellWord>,
    /// Files with secrets that commands read.
    pub secrets: Vec<SecretFile>,
    /// Where other secrets come from, in words; empty where there are none.
    pub other_secrets: String,
    /// The functions that commands use, as they are read in.
    pub functions: String,
}

/// A word of the shell that commands use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellWord {
    /// The word, for example `$ARTIFACTS`.
    pub word: String,
    /// What it stands for.
    pub meaning: String,
}

/// A file with the mode 0600 that commands read a secret from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretFile {
    /// Where it is to be.
    pub path: String,
    /// What it must hold, and what needs it.
    pub holds: String,
}
