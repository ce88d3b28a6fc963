//! Where a walk ends.

/// The stages of the process at which a walk can end, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The request was just made.
    New,
    /// The consultant has answered; the formal acknowledgement is missing.
    Responded,
    /// The questionnaire is with the customer, and the project was set up.
    Asked,
    /// The plan waits for its acceptance.
    Planned,
    /// The plan is accepted; software, answers and access are missing.
    Accepted,
    /// Everything is there that the execution needs.
    Ready,
    /// The backups are made.
    BackedUp,
    /// The environment is upgraded.
    Upgraded,
    /// The upgrade was tested, and what failed is fixed.
    Tested,
    /// The material for other environments is delivered.
    Delivered,
    /// The Playbook is reviewed.
    Reviewed,
    /// On-call support is open.
    OnCall,
    /// Everything is done.
    Closed,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 13] = [
        Self::New,
        Self::Responded,
        Self::Asked,
        Self::Planned,
        Self::Accepted,
        Self::Ready,
        Self::BackedUp,
        Self::Upgraded,
        Self::Tested,
        Self::Delivered,
        Self::Reviewed,
        Self::OnCall,
        Self::Closed,
    ];

    /// The days on which something is done up to here, counted from the first one. All of them are
    /// days of work where the first one is a Monday.
    pub fn days(self) -> Vec<i32> {
        const DAYS: [i32; 19] =
            [0, 1, 2, 3, 4, 7, 8, 9, 14, 15, 16, 17, 18, 21, 22, 28, 29, 30, 35];
        let (last, _) = self.last();
        DAYS.into_iter().filter(|day| *day <= last).collect()
    }

    /// The last thing of it: days after the one on which the request was made, and the hour.
    pub fn last(self) -> (i32, i8) {
        match self {
            Self::New => (0, 14),
            Self::Responded => (0, 15),
            Self::Asked => (2, 10),
            Self::Planned => (3, 9),
            Self::Accepted => (4, 11),
            Self::Ready => (9, 10),
            Self::BackedUp => (14, 15),
            Self::Upgraded => (15, 15),
            Self::Tested => (16, 11),
            Self::Delivered => (17, 16),
            Self::Reviewed => (21, 15),
            Self::OnCall => (29, 8),
            Self::Closed => (35, 10),
        }
    }
}
