//! Why an action is refused.

use jiff::Timestamp;
use refit_model::Digest;
use serde::Serialize;
use thiserror::Error;

use crate::case::ApplyError;
use crate::{
    ActionKind, ActivityKey, AnswerClash, EngagementKind, IllegalTransition, InvalidAnswer, Party,
    QuestionId, RequestProblem, Role,
};

/// Why an action is refused; what to do instead is in the words.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The role may not do it.
    #[error("a {role} may not {action}; this is for: {}", roles(*action))]
    Role {
        /// The role.
        role: Role,
        /// The action.
        action: ActionKind,
    },
    /// The case is not to be seen by the person. To the outside this is the same as no case.
    #[error("there is no such case, or you are not one of those who see it")]
    NotVisible,
    /// The request names another organisation than the person's.
    #[error("a request can only be made for one's own organisation")]
    OtherOrganisation,
    /// There is no request yet.
    #[error("there is no request yet: make one first")]
    NoRequest,
    /// There is a request already.
    #[error("the case has a request already")]
    RequestExists,
    /// The fields do not fit together.
    #[error("the request does not fit together: {}", list(.0))]
    Request(Vec<RequestProblem>),
    /// The case is withdrawn or closed.
    #[error("the case is {0}: it has to be reopened first")]
    NotOpen(&'static str),
    /// A thing is not there.
    #[error("there is no {0}")]
    NotFound(String),
    /// A thing is there already.
    #[error("there already is {0}")]
    AlreadyThere(String),
    /// A state machine does not allow it.
    #[error(transparent)]
    Illegal(#[from] IllegalTransition),
    /// The activity is somebody else's.
    #[error("`{activity}` belongs to the {}", joined(owners))]
    NotOwner {
        /// The activity.
        activity: ActivityKey,
        /// Whose it is.
        owners: Vec<Party>,
    },
    /// Something has to be there first.
    #[error("this is missing first: {}", list(.0))]
    Missing(Vec<Missing>),
    /// Something must be said with it.
    #[error("{0}")]
    Say(&'static str),
    /// What is approved, or referred to, is not the content that counts now.
    #[error("{what} has the digest {current} now, not {given}: look at it again")]
    Stale {
        /// What.
        what: &'static str,
        /// The digest that was given.
        given: Digest,
        /// The one that counts.
        current: Digest,
    },
    /// It was approved already; approvals cannot be changed.
    #[error("this {0} is approved already; an approval cannot be changed")]
    Approved(&'static str),
    /// Somebody else approves.
    #[error("only a named approver of the customer can do this; named are: {}", list(.0))]
    NotApprover(Vec<String>),
    /// Somebody else decides what a plan leaves open.
    #[error(
        "only a named approver or technical contact of the customer, or a consultant on the \
         customer's word, can do this; named are: {}", list(.0)
    )]
    NotDecider(Vec<String>),
    /// It is none of a question's answers.
    #[error("this is no answer to `{subject}`; the answers are: {}", list(known))]
    NoAnswer {
        /// What is asked about.
        subject: String,
        /// The answers.
        known: Vec<String>,
    },
    /// An answer does not look as it should.
    #[error("the answer to `{question}`: {why}")]
    Answer {
        /// The question.
        question: QuestionId,
        /// What is wrong.
        why: InvalidAnswer,
    },
    /// Somebody has answered meanwhile.
    #[error("these questions were answered meanwhile: {}", list(.0))]
    Answered(Vec<AnswerClash>),
    /// There are too many of something.
    #[error("there are more than {most} {what}")]
    TooMany {
        /// What.
        what: &'static str,
        /// The most.
        most: usize,
    },
    /// The window is empty or too long.
    #[error("on-call support is from one moment to a later one, at most {most_days} days")]
    Window {
        /// The most days.
        most_days: u16,
    },
    /// There is no on-call support at this moment.
    #[error("there is no on-call support at {at}: {said}")]
    NoOnCall {
        /// The moment.
        at: Timestamp,
        /// What there was or will be.
        said: String,
    },
    /// It needs a paid engagement that was not accepted.
    #[error("this needs an accepted engagement: {}", .0.words())]
    Engagement(EngagementKind),
    /// Nothing decides about this kind of action; a defect of this program.
    #[error("nothing decides how to {0}: please report this")]
    NotRouted(ActionKind),
    /// The events would not fold; a defect of this program.
    #[error("this cannot be recorded: {0}")]
    Apply(#[from] ApplyError),
}

/// What is missing, and from whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// What.
    pub what: String,
    /// From whom.
    pub from: Party,
}

impl Missing {
    /// Something that is missing from somebody.
    pub fn from(from: Party, what: impl Into<String>) -> Self {
        Self { what: what.into(), from }
    }
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (from the {})", self.what, self.from)
    }
}

fn list<T: ToString>(items: &[T]) -> String {
    if items.is_empty() {
        return "nobody".to_owned();
    }
    items.iter().map(T::to_string).collect::<Vec<_>>().join("; ")
}

fn joined(parties: &[Party]) -> String {
    parties.iter().map(|party| party.word()).collect::<Vec<_>>().join(" and ")
}

fn roles(action: ActionKind) -> String {
    action.roles().iter().map(|role| role.word()).collect::<Vec<_>>().join(", ")
}
