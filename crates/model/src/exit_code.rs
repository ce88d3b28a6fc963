//! Exit codes: one table for all commands.

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Done.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// The command line or an input file is wrong.
    Usage = 2,
    /// Findings forbid it.
    Blocked = 3,
    /// A person must decide, approve or act.
    NeedsPerson = 4,
    /// Changes or drift were found (`diff`, `drift`).
    Changes = 5,
    /// A trial was not passed.
    TrialNotPassed = 6,
    /// The run ended rolled back.
    RolledBack = 7,
    /// Held by another run, stale, or in doubt.
    Held = 8,
    /// Interrupted by the operator.
    Interrupted = 130,
}

impl ExitCode {
    /// Every code, in order.
    pub const ALL: [Self; 10] = [
        Self::Done,
        Self::Failed,
        Self::Usage,
        Self::Blocked,
        Self::NeedsPerson,
        Self::Changes,
        Self::TrialNotPassed,
        Self::RolledBack,
        Self::Held,
        Self::Interrupted,
    ];

    /// The code of this number.
    pub fn of(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|code| *code as i32 == number)
    }

    /// What it means, for `--help` and the guide.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Usage => "wrong command line or input file",
            Self::Blocked => "blocked by findings",
            Self::NeedsPerson => "a person must decide, approve or act",
            Self::Changes => "changes or drift found",
            Self::TrialNotPassed => "a trial was not passed",
            Self::RolledBack => "a run ended rolled back",
            Self::Held => "held by another run, stale or in doubt",
            Self::Interrupted => "interrupted",
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
