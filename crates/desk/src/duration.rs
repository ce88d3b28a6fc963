//! Amounts of work as people agree on them, and as they are measured.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The most hours, days or weeks that are read: calendars are gone through day by day.
const MAX_AMOUNT: u16 = 1000;

/// An agreed amount of work, written `4 hours`, `1 day`, `2 weeks`. Days and weeks are the
/// calendar's: see [`crate::BusinessCalendar::work_in`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum BusinessDuration {
    /// Hours of work.
    Hours(u16),
    /// Business days.
    Days(u16),
    /// Weeks of business days.
    Weeks(u16),
}

/// From the shortest to the longest amount that is agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DurationRange {
    /// The shortest.
    pub least: BusinessDuration,
    /// The longest; deadlines are made of this one.
    pub most: BusinessDuration,
}

/// Measured time of work, in seconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct WorkTime {
    seconds: u64,
}

/// The text is no amount of work.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "`{0}` is no amount of work: write a number up to 1000 and hours, days or weeks, for example `2 days`"
)]
pub struct InvalidDuration(String);

impl JsonSchema for BusinessDuration {
    fn schema_name() -> Cow<'static, str> {
        "duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]{1,4} (hour|day|week)s?$" })
    }
}

impl BusinessDuration {
    fn parts(self) -> (u16, &'static str) {
        match self {
            Self::Hours(number) => (number, "hour"),
            Self::Days(number) => (number, "day"),
            Self::Weeks(number) => (number, "week"),
        }
    }

    /// The words for people, which say that days are business days.
    pub fn words(self) -> String {
        match self {
            Self::Days(1) => "1 business day".to_owned(),
            Self::Days(number) => format!("{number} business days"),
            Self::Hours(_) | Self::Weeks(_) => self.to_string(),
        }
    }
}

impl DurationRange {
    /// One amount, no range.
    pub fn exactly(amount: BusinessDuration) -> Self {
        Self { least: amount, most: amount }
    }

    /// The words for people: `1 to 2 weeks`, `1 business day`.
    pub fn words(self) -> String {
        let (least, most) = (self.least.parts(), self.most.parts());
        if self.least == self.most {
            self.most.words()
        } else if least.1 == most.1 {
            format!("{} to {}", least.0, self.most.words())
        } else {
            format!("{} to {}", self.least.words(), self.most.words())
        }
    }
}

impl WorkTime {
    /// No time.
    pub const ZERO: Self = Self { seconds: 0 };

    /// So many seconds of work.
    pub fn of_seconds(seconds: u64) -> Self {
        Self { seconds }
    }

    /// So many minutes of work.
    pub fn of_minutes(minutes: u64) -> Self {
        Self { seconds: minutes.saturating_mul(60) }
    }

    /// Seconds of work.
    pub fn seconds(self) -> u64 {
        self.seconds
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { seconds: self.seconds.saturating_add(other.seconds) }
    }

    /// What is left of this after `other`; nothing if there is less.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self { seconds: self.seconds.saturating_sub(other.seconds) }
    }

    /// So often this.
    #[must_use]
    pub fn times(self, number: u64) -> Self {
        Self { seconds: self.seconds.saturating_mul(number) }
    }

    /// An equal part of this, rounded down to seconds.
    #[must_use]
    pub fn part(self, parts: u64) -> Self {
        Self { seconds: self.seconds / parts.max(1) }
    }
}

impl fmt::Display for WorkTime {
    /// `3 h`, `2 h 30 min`, `0 min`; seconds are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.seconds / 60;
        match (minutes / 60, minutes % 60) {
            (0, minutes) => write!(f, "{minutes} min"),
            (hours, 0) => write!(f, "{hours} h"),
            (hours, minutes) => write!(f, "{hours} h {minutes} min"),
        }
    }
}

impl fmt::Display for BusinessDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = self.parts();
        write!(f, "{number} {unit}{}", if number == 1 { "" } else { "s" })
    }
}

impl FromStr for BusinessDuration {
    type Err = InvalidDuration;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidDuration(text.chars().take(40).collect());
        let (number, unit) = text.trim().split_once(' ').ok_or_else(invalid)?;
        let number: u16 = number.parse().map_err(|_| invalid())?;
        if number > MAX_AMOUNT {
            return Err(invalid());
        }
        match unit {
            "hour" | "hours" => Ok(Self::Hours(number)),
            "day" | "days" => Ok(Self::Days(number)),
            "week" | "weeks" => Ok(Self::Weeks(number)),
            _ => Err(invalid()),
        }
    }
}

impl TryFrom<String> for BusinessDuration {
    type Error = InvalidDuration;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<BusinessDuration> for String {
    fn from(duration: BusinessDuration) -> Self {
        duration.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_they_are_written() {
        for text in ["1 hour", "4 hours", "1 day", "2 days", "0 days", "1 week", "2 weeks"] {
            assert_eq!(text.parse::<BusinessDuration>().unwrap().to_string(), text);
        }
        for bad in
            ["", "1", "day", "-1 days", "1.5 days", "1 month", "1001 days", "99999 days", "1  day"]
        {
            assert!(bad.parse::<BusinessDuration>().is_err(), "{bad}");
        }
    }

    #[test]
    fn measured_time_is_shown_in_hours_and_minutes() {
        for (minutes, text) in [(0, "0 min"), (59, "59 min"), (180, "3 h"), (150, "2 h 30 min")] {
            assert_eq!(WorkTime::of_minutes(minutes).to_string(), text);
        }
    }
}
