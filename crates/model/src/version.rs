//! Versions of brokers, as their vendors number them.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A release number such as `5.18.3`: one to six numbers, optionally followed by a suffix
/// (`6.0.0-rc1`), which sorts before the same number without one.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version {
    numbers: Vec<u32>,
    suffix: Option<String>,
}

/// The text is no version.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("`{0}` is no version: expected numbers with dots between, for example 5.18.3")]
pub struct InvalidVersion(String);

impl Version {
    /// Whether this version belongs to `series`: `5.18.3` belongs to `5.18` and to `5`.
    pub fn is_of_series(&self, series: &Version) -> bool {
        self.numbers.starts_with(&series.numbers)
    }

    /// Stands for a version that nobody named: before all others.
    pub fn unnamed() -> Self {
        Self { numbers: vec![0], suffix: None }
    }

    /// Whether this is a finished release, not a release candidate or snapshot.
    pub fn is_release(&self) -> bool {
        self.suffix.is_none()
    }
}

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidVersion(text.to_owned());
        let (numbers, suffix) = match text.split_once('-') {
            Some((numbers, suffix)) => (numbers, Some(suffix)),
            None => (text, None),
        };
        let suffix_ok = suffix.is_none_or(|suffix| {
            !suffix.is_empty()
                && suffix.len() <= 32
                && suffix.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        });
        let numbers = numbers
            .split('.')
            .map(|part| {
                let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
                if digits { part.parse().ok() } else { None }
            })
            .collect::<Option<Vec<u32>>>()
            .ok_or_else(invalid)?;
        if !suffix_ok || numbers.len() > 6 {
            return Err(invalid());
        }
        Ok(Self { numbers, suffix: suffix.map(str::to_owned) })
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let suffix_rank = |version: &Self| (version.suffix.is_none(), version.suffix.clone());
        let length = self.numbers.len().max(other.numbers.len());
        let padded = |version: &Self| {
            let mut numbers = version.numbers.clone();
            numbers.resize(length, 0);
            numbers
        };
        padded(self)
            .cmp(&padded(other))
            .then_with(|| suffix_rank(self).cmp(&suffix_rank(other)))
            .then_with(|| self.numbers.len().cmp(&other.numbers.len()))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<_> = self.numbers.iter().map(u32::to_string).collect();
        let mut text = numbers.join(".");
        if let Some(suffix) = &self.suffix {
            text.push('-');
            text.push_str(suffix);
        }
        f.pad(&text)
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Version {
    type Error = InvalidVersion;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn order_is_by_number_and_releases_come_after_their_candidates() {
        let sorted = ["5.2", "5.16.7", "5.18.0", "5.18.3", "6.0.0-rc1", "6.0.0", "6.3.1"];
        for pair in sorted.windows(2) {
            assert!(version(pair[0]) < version(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn series_membership() {
        assert!(version("5.18.3").is_of_series(&version("5.18")));
        assert!(!version("5.1.3").is_of_series(&version("5.18")));
        assert!(!version("5.18").is_of_series(&version("5.18.3")));
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in ["", "5.", ".5", "5..1", "x", "5.18.x", "5 18", "1.2.3.4.5.6.7", "5-", "+5"] {
            assert!(bad.parse::<Version>().is_err(), "{bad}");
        }
    }
}
