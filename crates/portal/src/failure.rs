//! Why a request is not answered as it was meant. What people are told never tells more than they
//! may know; the log gets the cause.

use std::error::Error;
use std::fmt;

use axum::http::StatusCode;
use jiff::Timestamp;
use refit_desk::Refusal;
use refit_model::with_causes;
use refit_store::{BlobError, MirrorError, StoreError};
use tracing::{error, info};

use crate::password::PasswordFailure;

/// Why a request is not answered as it was meant.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    /// What is told, in one line without a full stop.
    pub(crate) what: String,
    /// What to do now.
    pub(crate) remedy: String,
    /// For the log alone.
    pub(crate) cause: Option<Box<dyn Error + Send + Sync>>,
}

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// Nobody is logged in, or the token does not count.
    Unknown,
    /// The person, or the token, may not do that.
    Forbidden,
    /// The rules ask the person for a second factor, and there is none.
    NoFactor,
    /// There is no such thing for this person.
    NotFound,
    /// What came in cannot be understood.
    Invalid,
    /// What came in is understood, and refused by the rules.
    Refused,
    /// The address does not answer to this method.
    Method,
    /// Somebody changed it meanwhile.
    Conflict,
    /// What came in is too large.
    TooLarge,
    /// What came in came too slowly.
    Slow,
    /// What came in is of a kind that is not taken.
    MediaType,
    /// Too many attempts.
    TooMany,
    /// The server could not do it now.
    Unavailable,
    /// A defect, or the machine.
    Internal,
}

impl FailureKind {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Unknown => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::NoFactor => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Invalid => StatusCode::BAD_REQUEST,
            Self::Refused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Its word in problem documents.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown-person",
            Self::Forbidden => "forbidden",
            Self::NoFactor => "no-second-factor",
            Self::NotFound => "not-found",
            Self::Invalid => "invalid",
            Self::Refused => "refused",
            Self::Method => "method",
            Self::Conflict => "conflict",
            Self::TooLarge => "too-large",
            Self::Slow => "slow",
            Self::MediaType => "media-type",
            Self::TooMany => "too-many-attempts",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}

impl Failure {
    pub(crate) fn new(
        kind: FailureKind,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { kind, what: what.into(), remedy: remedy.into(), cause: None }
    }

    /// What is behind it, in words for those who run the server.
    pub(crate) fn causes(&self) -> Option<String> {
        self.cause.as_ref().map(|cause| with_causes(cause.as_ref()))
    }

    /// Tells those who run the server.
    pub(crate) fn log(&self) {
        if let Some(cause) = self.causes() {
            error!(what = self.what, cause, "failed");
        } else {
            info!(what = self.what, "refused");
        }
    }

    pub(crate) fn not_found() -> Self {
        let remedy = "Check the address. What you are not concerned with is not shown to you.";
        Self::new(FailureKind::NotFound, "There is no such page for you", remedy)
    }

    pub(crate) fn unknown() -> Self {
        Self::new(FailureKind::Unknown, "You are not logged in", "Log in, and try again.")
    }

    pub(crate) fn forbidden() -> Self {
        let remedy = "If you should be able to, ask your administrator.";
        Self::new(FailureKind::Forbidden, "You may not do this", remedy)
    }

    pub(crate) fn no_factor() -> Self {
        let what = "The rules ask for a second factor";
        Self::new(FailureKind::NoFactor, what, "Set it up on the page of your account.")
    }

    pub(crate) fn forged() -> Self {
        let remedy = "Go back, load the page again, and send it once more.";
        Self::new(FailureKind::Forbidden, "The form does not belong to your session", remedy)
    }

    pub(crate) fn invalid(what: impl Into<String>) -> Self {
        Self::new(FailureKind::Invalid, what, "Go back, and send it once more.")
    }

    pub(crate) fn stale() -> Self {
        let remedy = "Load the page again, look at what has changed, and decide again.";
        Self::new(FailureKind::Conflict, "Somebody changed this meanwhile", remedy)
    }

    pub(crate) fn too_many(again_at: Timestamp) -> Self {
        let remedy = format!("Try again after {}.", again_at.strftime("%H:%M:%S UTC"));
        Self::new(FailureKind::TooMany, "Too many attempts have failed", remedy)
    }

    /// Something that is nobody's fault who asks.
    pub(crate) fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let remedy = "Try again; if it stays so, tell your administrator the id below.";
        let plain = Self::new(FailureKind::Internal, "The server could not do this", remedy);
        Self { cause: Some(cause.into()), ..plain }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Stale { .. } => Self::stale(),
            StoreError::Taken { what, .. } => {
                let remedy = "Choose another one.";
                Self::new(FailureKind::Conflict, format!("The {what} is taken"), remedy)
            }
            StoreError::Invalid(why) => {
                Self::new(FailureKind::Invalid, format!("This cannot be kept: {why}"), "Change it.")
            }
            _ if error.is_transient() => {
                let remedy = "Try again in a moment.";
                let plain = Self::new(FailureKind::Unavailable, "The records are busy", remedy);
                Self { cause: Some(error.into()), ..plain }
            }
            _ => Self::internal(error),
        }
    }
}

impl From<MirrorError> for Failure {
    fn from(error: MirrorError) -> Self {
        match error {
            MirrorError::Store(error) => error.into(),
            MirrorError::OtherCase { .. } => {
                Self::new(FailureKind::Refused, error.to_string(), "Look at the other request.")
            }
            MirrorError::Gap { .. } | MirrorError::Differs { .. } => Self::internal(error),
        }
    }
}

impl From<BlobError> for Failure {
    fn from(error: BlobError) -> Self {
        match &error {
            BlobError::TooLarge { limit } => {
                let what = format!("A file has more than {} MiB", limit / 1024 / 1024);
                Self::new(FailureKind::TooLarge, what, "Send a smaller one.")
            }
            _ => Self::internal(error),
        }
    }
}

impl From<PasswordFailure> for Failure {
    fn from(error: PasswordFailure) -> Self {
        Self::internal(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotVisible => Self::not_found(),
            Refusal::Role { .. } | Refusal::NotOwner { .. } | Refusal::NotApprover(_) => {
                let remedy = "If you should be able to, ask your administrator.";
                Self::new(FailureKind::Forbidden, refusal.to_string(), remedy)
            }
            Refusal::NotRouted(_) | Refusal::Apply(_) => Self::internal(refusal),
            other => {
                let remedy = "Look at the request as it stands now.";
                Self::new(FailureKind::Refused, other.to_string(), remedy)
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}", self.what, self.remedy)
    }
}
