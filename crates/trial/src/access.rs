//! Who may connect, and who may not.

use std::time::Duration;

use refit_model::{Document, Secret};
use refit_wire::stomp::{OutgoingMessage, StompLogin};
use refit_wire::{Credentials, WireError};
use serde::{Deserialize, Serialize};

use crate::StompBroker;
use refit_model::with_causes;

/// How long one answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// One attempt to be made, with what is expected of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessCase {
    /// Who it is, for the report.
    pub who: String,
    /// The user and the password; none connects without.
    pub credentials: Option<Credentials>,
    /// What is attempted.
    pub attempt: Attempt,
    /// Whether it must succeed. Otherwise it must be refused.
    pub allowed: bool,
}

/// What is attempted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Attempt {
    /// To connect.
    Connect,
    /// To send to a destination, for example `/queue/orders`. What is sent has already expired and
    /// need not be kept, so that nothing stays where it is let through.
    Send {
        /// The destination.
        destination: String,
    },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum AccessOutcome {
    /// The broker let it happen.
    LetIn,
    /// The broker refused because of who it is.
    Refused,
    /// The broker did something else, so it is not known.
    Unknown {
        /// What it did.
        why: String,
    },
}

/// One attempt that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessLine {
    /// Who it was.
    pub who: String,
    /// What was attempted.
    pub attempt: Attempt,
    /// Whether it was to succeed.
    pub allowed: bool,
    /// What came of it.
    pub outcome: AccessOutcome,
}

/// The result of all attempts. Holds no passwords.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessResult {
    /// The attempts in their order.
    pub lines: Vec<AccessLine>,
}

impl Document for AccessResult {
    const TYPE: &'static str = "access";
    const SCHEMA: u32 = 1;
}

impl AccessCase {
    /// A user who may connect.
    pub fn user(credentials: Credentials) -> Self {
        Self {
            who: format!("user {}", credentials.user),
            credentials: Some(credentials),
            attempt: Attempt::Connect,
            allowed: true,
        }
    }

    /// This user sending to a destination.
    #[must_use]
    pub fn sending_to(self, destination: impl Into<String>, allowed: bool) -> Self {
        let attempt = Attempt::Send { destination: destination.into() };
        Self { attempt, allowed, ..self }
    }

    /// Those who may not connect to a broker that knows `user`: someone unknown, the user with
    /// another password, and someone without a name.
    pub fn strangers(user: &Credentials) -> [Self; 3] {
        let mut wrong = user.password.expose().to_vec();
        wrong.push(b'x');
        let stranger = |who: String, credentials: Option<Credentials>| Self {
            who,
            credentials,
            attempt: Attempt::Connect,
            allowed: false,
        };
        let unknown = Credentials::new("refit-nobody", Secret::new("no password at all"));
        let wrong = Credentials::new(&user.user, Secret::new(wrong));
        [
            stranger("an unknown user".to_owned(), Some(unknown)),
            stranger(format!("user {} with a wrong password", user.user), Some(wrong)),
            stranger("nobody, without a login".to_owned(), None),
        ]
    }
}

impl AccessLine {
    /// Whether it came out as it was to; none if that is not known.
    pub fn is_right(&self) -> Option<bool> {
        match self.outcome {
            AccessOutcome::LetIn => Some(self.allowed),
            AccessOutcome::Refused => Some(!self.allowed),
            AccessOutcome::Unknown { .. } => None,
        }
    }
}

/// Makes the attempts, one after another, each with a connection of its own.
pub fn try_access(broker: StompBroker<'_>, cases: &[AccessCase]) -> AccessResult {
    let line = |case: &AccessCase| AccessLine {
        who: case.who.clone(),
        attempt: case.attempt.clone(),
        allowed: case.allowed,
        outcome: outcome(attempt(broker, case)),
    };
    AccessResult { lines: cases.iter().map(line).collect() }
}

fn attempt(broker: StompBroker<'_>, case: &AccessCase) -> Result<(), WireError> {
    let login = StompLogin::new(case.credentials.clone());
    let mut client = broker.log_in(&login, ANSWER_WITHIN)?;
    if let Attempt::Send { destination } = &case.attempt {
        let message = OutgoingMessage::transient(destination, "refit").with("expires", "1");
        client.send(&message, broker.clock.now() + ANSWER_WITHIN)?;
    }
    client.disconnect(broker.clock.now() + ANSWER_WITHIN)
}

fn outcome(result: Result<(), WireError>) -> AccessOutcome {
    match result {
        Ok(()) => AccessOutcome::LetIn,
        Err(WireError::WrongCredentials { .. } | WireError::NotPermitted { .. }) => {
            AccessOutcome::Refused
        }
        Err(other) => AccessOutcome::Unknown { why: with_causes(&other) },
    }
}
