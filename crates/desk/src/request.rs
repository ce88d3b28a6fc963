//! Requests: what a customer asks for, and whether that fits together.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use refit_model::PlatformName;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{BusinessCalendar, Line, OrganisationId, Prose, UserId};

/// The years within which a request's dates lie.
const MAX_YEARS: i32 = 5;

/// A request as it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    /// Who asks. The server fills it in from the organisation's record.
    pub customer: Customer,
    /// What is asked for.
    pub fields: RequestFields,
    /// Whether the pack knows the version. The server asks the pack.
    pub version: VersionStanding,
    /// For whom it is made, where somebody of the team makes it.
    #[serde(default)]
    pub on_behalf: Option<OnBehalf>,
}

/// For whom somebody of the team makes a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnBehalf {
    /// The person who asks. The server has checked that it is one of the customer's.
    pub requester: UserId,
    /// How the person has given the word: a call, a letter, a meeting, and when.
    pub word: Prose,
}

/// The customer's organisation as the case needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its name.
    pub name: Line,
    /// Its support plan, if it has one.
    pub support_plan: Option<Line>,
    /// When it works.
    pub calendar: BusinessCalendar,
}

/// The fields of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestFields {
    /// The platform to upgrade.
    pub platform: PlatformName,
    /// The version that runs, as the customer writes it.
    pub current_version: Line,
    /// Where the installation is.
    pub deployment: Deployment,
    /// The first day on which work may be done.
    #[schemars(with = "String", extend("format" = "date"))]
    pub earliest_start: Date,
    /// The day on which work should begin.
    #[schemars(with = "String", extend("format" = "date"))]
    pub ideal_start: Date,
    /// The last day.
    #[schemars(with = "String", extend("format" = "date"))]
    pub deadline: Date,
    /// Why that day.
    pub deadline_reason: Prose,
    /// Which access will be provided.
    pub access: AccessPromise,
    /// How many environments the customer wants to have upgraded, at least one.
    pub environments: u16,
}

/// Where an installation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Deployment {
    /// On the customer's own hosts.
    OnPremises,
    /// On hosts of somebody else, as a service.
    Hosted,
    /// The customer did not say.
    Unknown,
}

/// Which access a customer promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AccessPromise {
    /// It acknowledges that access to a development or staging system will be provided, to read
    /// and to write.
    ReadAndWrite,
    /// It gives none.
    None,
}

/// Whether a version is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionStanding {
    /// The pack knows it.
    Known,
    /// The pack does not know it: it is asked for in the questionnaire.
    #[default]
    Unconfirmed,
}

/// A request that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The case's title.
    pub title: String,
    /// Who asks.
    pub customer: Customer,
    /// The person who asks.
    pub requester: UserId,
    /// How the person gave the word for it, where somebody of the team made the request.
    #[serde(default)]
    pub word: Option<Prose>,
    /// When.
    pub made: Timestamp,
    /// What is asked for.
    pub fields: RequestFields,
    /// Whether the version is known.
    pub version: VersionStanding,
}

/// Fields that do not fit together. Such a request is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Error)]
#[serde(rename_all = "kebab-case")]
pub enum RequestProblem {
    /// The earliest start is over.
    #[error("the earliest start {0} is in the past: choose today or a later day")]
    InThePast(Date),
    /// The ideal start is before the earliest.
    #[error("the ideal start {ideal} is before the earliest start {earliest}")]
    IdealBeforeEarliest {
        /// The ideal start.
        ideal: Date,
        /// The earliest start.
        earliest: Date,
    },
    /// The deadline is before the ideal start.
    #[error("the deadline {deadline} is before the ideal start {ideal}")]
    DeadlineBeforeStart {
        /// The deadline.
        deadline: Date,
        /// The ideal start.
        ideal: Date,
    },
    /// A date is far in the future.
    #[error("{0} is more than {MAX_YEARS} years ahead")]
    TooFar(Date),
    /// No environment is to be upgraded.
    #[error("at least one environment has to be upgraded")]
    NoEnvironment,
}

/// What is said about a request at once, although it is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestRemark {
    /// Even if everything takes its shortest time, the deadline cannot be met.
    ImpossibleDeadline {
        /// The last day that was asked for.
        deadline: Date,
        /// The first day on which it can be done.
        possible: Date,
    },
    /// If everything takes its longest time, the deadline is not met.
    TightDeadline {
        /// The last day that was asked for.
        deadline: Date,
        /// The day on which it is surely done.
        sure: Date,
    },
    /// The version is not known, and is asked for in the questionnaire.
    UnconfirmedVersion(Line),
}

impl RequestFields {
    /// Everything that does not fit together, on the day `today` of the customer.
    pub fn problems(&self, today: Date) -> Vec<RequestProblem> {
        let Self { earliest_start: earliest, ideal_start: ideal, deadline, .. } = *self;
        let far = today.saturating_add(MAX_YEARS.years());
        let mut problems = Vec::new();
        if earliest < today {
            problems.push(RequestProblem::InThePast(earliest));
        }
        if ideal < earliest {
            problems.push(RequestProblem::IdealBeforeEarliest { ideal, earliest });
        }
        if deadline < ideal {
            problems.push(RequestProblem::DeadlineBeforeStart { deadline, ideal });
        }
        let is_far = |date: &Date| *date > far;
        let dates = [earliest, ideal, deadline];
        problems.extend(dates.into_iter().filter(is_far).map(RequestProblem::TooFar));
        if self.environments == 0 {
            problems.push(RequestProblem::NoEnvironment);
        }
        problems
    }
}

impl Deployment {
    /// The word in facts.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::OnPremises => Some("on-premises"),
            Self::Hosted => Some("hosted"),
            Self::Unknown => None,
        }
    }
}

impl RequestRemark {
    /// The words for people.
    pub fn words(&self) -> String {
        match self {
            Self::ImpossibleDeadline { deadline, possible } => format!(
                "The deadline {deadline} cannot be met: even if everything takes its shortest \
                 time, the upgrade is handed over on {possible}."
            ),
            Self::TightDeadline { deadline, sure } => format!(
                "The deadline {deadline} is tight: if everything takes its longest time, the \
                 upgrade is handed over on {sure}."
            ),
            Self::UnconfirmedVersion(version) => format!(
                "The version {version} is not known here. The questionnaire asks for it again."
            ),
        }
    }
}
