//! Names that people give: of environments, hosts, installations, steps and so on.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// The longest name, in characters. Names become parts of file names.
pub const MAX_NAME_LENGTH: usize = 80;

/// What a name is of. Implemented by marker types only, so that names cannot be mixed up.
pub trait NameKind {
    /// The word for error texts, for example `environment`.
    const KIND: &'static str;
}

/// A checked name: lower-case letters, digits, `-`, `_` and `.`, beginning with a letter or digit.
pub struct Name<K> {
    text: String,
    kind: PhantomData<fn() -> K>,
}

/// The text is no valid name.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "`{text}` is no valid {kind} name: use lower-case letters, digits, `-`, `_` and `.`, begin with a letter or digit, at most {MAX_NAME_LENGTH} characters"
)]
pub struct InvalidName {
    text: String,
    kind: &'static str,
}

impl<K: NameKind> Name<K> {
    /// Checks `text`.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidName> {
        let text = text.into();
        let first_ok = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        let rest_ok = text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'));
        if first_ok && rest_ok && text.len() <= MAX_NAME_LENGTH {
            Ok(Self { text, kind: PhantomData })
        } else {
            Err(InvalidName { text, kind: K::KIND })
        }
    }
}

impl<K> Name<K> {
    /// The text of the name.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<K> Clone for Name<K> {
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), kind: PhantomData }
    }
}

impl<K> fmt::Display for Name<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl<K> fmt::Debug for Name<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<K> PartialEq for Name<K> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<K> Eq for Name<K> {}

impl<K> PartialOrd for Name<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Name<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl<K> Hash for Name<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<K: NameKind> FromStr for Name<K> {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl<K> Serialize for Name<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, K: NameKind> Deserialize<'de> for Name<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl<K: NameKind> JsonSchema for Name<K> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}-name", K::KIND).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[a-z0-9][a-z0-9._-]*$",
            "maxLength": MAX_NAME_LENGTH,
        })
    }
}

/// Marker of [`EnvironmentName`].
pub enum OfEnvironment {}
/// Marker of [`HostName`].
pub enum OfHost {}
/// Marker of [`InstallationName`].
pub enum OfInstallation {}
/// Marker of [`PlatformName`].
pub enum OfPlatform {}
/// Marker of [`StepId`].
pub enum OfStep {}
/// Marker of [`RunId`].
pub enum OfRun {}

impl NameKind for OfEnvironment {
    const KIND: &'static str = "environment";
}
impl NameKind for OfHost {
    const KIND: &'static str = "host";
}
impl NameKind for OfInstallation {
    const KIND: &'static str = "installation";
}
impl NameKind for OfPlatform {
    const KIND: &'static str = "platform";
}
impl NameKind for OfStep {
    const KIND: &'static str = "step";
}
impl NameKind for OfRun {
    const KIND: &'static str = "run";
}

/// The name of an environment, for example `staging`.
pub type EnvironmentName = Name<OfEnvironment>;
/// The name of a host within its environment.
pub type HostName = Name<OfHost>;
/// The name of an installation within its environment.
pub type InstallationName = Name<OfInstallation>;
/// The name of a platform and of its pack, for example `activemq-classic`.
pub type PlatformName = Name<OfPlatform>;
/// The id of a step within its plan, for example `stop-old`.
pub type StepId = Name<OfStep>;
/// The id of a run: environment, ordinal and the beginning of the plan's digest.
pub type RunId = Name<OfRun>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_and_bad_names() {
        for good in ["staging", "a", "0", "orders-2.eu_west"] {
            assert_eq!(EnvironmentName::new(good).unwrap().as_str(), good);
        }
        let long = "a".repeat(MAX_NAME_LENGTH + 1);
        for bad in ["", "-a", "../x", "A", "a b", "é", "a/b", ".hidden", &long] {
            assert!(EnvironmentName::new(bad).is_err(), "{bad}");
        }
    }
}
