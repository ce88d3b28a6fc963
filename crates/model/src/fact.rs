//! Facts about an installation, and conditions over them: the one mechanism of packs.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Version;

/// The value of a fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum FactValue {
    /// Yes or no.
    Flag(bool),
    /// A whole number; its unit stands in the fact's name.
    Number(i64),
    /// A text.
    Text(String),
    /// Several texts, in order.
    List(Vec<String>),
}

/// Facts by name. A fact that is not there is *unknown*, which is no `false`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Facts(BTreeMap<String, FactValue>);

impl Facts {
    /// No facts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records a fact.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<FactValue>) {
        self.0.insert(name.into(), value.into());
    }

    /// The value of a fact, if it is known.
    pub fn get(&self, name: &str) -> Option<&FactValue> {
        self.0.get(name)
    }

    /// The text of a fact, if it is known and a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(FactValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The entries of a list fact; none if it is unknown.
    pub fn list(&self, name: &str) -> &[String] {
        match self.get(name) {
            Some(FactValue::List(items)) => items,
            _ => &[],
        }
    }

    /// Whether the fact is known and true.
    pub fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some(&FactValue::Flag(true))
    }

    /// All facts, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FactValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl From<bool> for FactValue {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl From<i64> for FactValue {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for FactValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for FactValue {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<String>> for FactValue {
    fn from(value: Vec<String>) -> Self {
        Self::List(value)
    }
}

impl fmt::Display for FactValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(true) => f.write_str("yes"),
            Self::Flag(false) => f.write_str("no"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::List(items) => f.write_str(&items.join(", ")),
        }
    }
}

/// A condition over facts, as packs write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum When {
    /// Every one holds.
    All(Vec<When>),
    /// At least one holds.
    Any(Vec<When>),
    /// The condition does not hold.
    Not(Box<When>),
    /// The fact is known.
    Known(String),
    /// The fact is known and true.
    True(String),
    /// The fact has this value.
    Is {
        /// The fact's name.
        fact: String,
        /// The value to compare with.
        value: FactValue,
    },
    /// The list fact has this entry, or the text fact holds this text.
    Contains {
        /// The fact's name.
        fact: String,
        /// The entry or text.
        value: String,
    },
    /// The text fact is a version below this one.
    Below {
        /// The fact's name.
        fact: String,
        /// The version.
        version: Version,
    },
    /// The text fact is this version or a later one.
    AtLeast {
        /// The fact's name.
        fact: String,
        /// The version.
        version: Version,
    },
    /// The number fact is greater than this.
    Above {
        /// The fact's name.
        fact: String,
        /// The number.
        number: i64,
    },
}

/// The answer to a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// A fact that decides it is not known.
    Unknown,
}

impl When {
    /// The facts that the condition names, in its order, each once. How deep it can go is bounded
    /// by the parser that read it.
    pub fn fact_names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.collect_fact_names(&mut names);
        names
    }

    fn collect_fact_names<'a>(&'a self, names: &mut Vec<&'a str>) {
        match self {
            Self::All(items) | Self::Any(items) => {
                for item in items {
                    item.collect_fact_names(names);
                }
            }
            Self::Not(item) => item.collect_fact_names(names),
            Self::Known(fact)
            | Self::True(fact)
            | Self::Is { fact, .. }
            | Self::Contains { fact, .. }
            | Self::Below { fact, .. }
            | Self::AtLeast { fact, .. }
            | Self::Above { fact, .. } => {
                if !names.contains(&fact.as_str()) {
                    names.push(fact);
                }
            }
        }
    }

    /// Whether the condition holds for `facts`.
    pub fn evaluate(&self, facts: &Facts) -> Truth {
        match self {
            Self::All(items) => Truth::all(items.iter().map(|item| item.evaluate(facts))),
            Self::Any(items) => {
                Truth::all(items.iter().map(|item| item.evaluate(facts).negated())).negated()
            }
            Self::Not(item) => item.evaluate(facts).negated(),
            Self::Known(fact) => Truth::from(facts.get(fact).is_some()),
            Self::True(fact) => Truth::about(facts.get(fact), |value| match value {
                FactValue::Flag(flag) => Some(*flag),
                _ => None,
            }),
            Self::Is { fact, value } => Truth::about(facts.get(fact), |known| Some(known == value)),
            Self::Contains { fact, value } => Truth::about(facts.get(fact), |known| match known {
                FactValue::List(items) => Some(items.contains(value)),
                FactValue::Text(text) => Some(text.contains(value.as_str())),
                FactValue::Flag(_) | FactValue::Number(_) => None,
            }),
            Self::Below { fact, version } => {
                Truth::about(facts.get(fact), |known| Some(as_version(known)? < *version))
            }
            Self::AtLeast { fact, version } => {
                Truth::about(facts.get(fact), |known| Some(as_version(known)? >= *version))
            }
            Self::Above { fact, number } => Truth::about(facts.get(fact), |known| match known {
                FactValue::Number(value) => Some(value > number),
                _ => None,
            }),
        }
    }
}

fn as_version(value: &FactValue) -> Option<Version> {
    match value {
        FactValue::Text(text) => text.parse().ok(),
        _ => None,
    }
}

impl Truth {
    fn about(value: Option<&FactValue>, test: impl FnOnce(&FactValue) -> Option<bool>) -> Self {
        value.and_then(test).map_or(Self::Unknown, Self::from)
    }

    fn all(items: impl Iterator<Item = Self>) -> Self {
        items.fold(Self::Yes, |so_far, item| match (so_far, item) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Yes, Self::Yes) => Self::Yes,
        })
    }

    fn negated(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        let mut facts = Facts::new();
        facts.set("store.kind", "kahadb");
        facts.set("version", "5.16.7");
        facts.set("connectors", vec!["stomp".to_owned()]);
        facts.set("disk.free_mebibytes", 100);
        facts.set("running", true);
        facts
    }

    fn is(fact: &str, value: &str) -> When {
        When::Is { fact: fact.into(), value: value.into() }
    }

    #[test]
    fn an_unknown_fact_is_no_false() {
        assert_eq!(is("no.such", "x").evaluate(&facts()), Truth::Unknown);
        assert_eq!(When::Not(Box::new(is("no.such", "x"))).evaluate(&facts()), Truth::Unknown);
        let any = When::Any(vec![is("no.such", "x"), is("store.kind", "kahadb")]);
        assert_eq!(any.evaluate(&facts()), Truth::Yes);
        let all = When::All(vec![is("no.such", "x"), is("store.kind", "leveldb")]);
        assert_eq!(all.evaluate(&facts()), Truth::No);
    }

    #[test]
    fn comparisons() {
        let below = When::Below { fact: "version".into(), version: "5.17.0".parse().unwrap() };
        assert_eq!(below.evaluate(&facts()), Truth::Yes);
        let least = When::AtLeast { fact: "version".into(), version: "5.17.0".parse().unwrap() };
        assert_eq!(least.evaluate(&facts()), Truth::No);
        let contains = When::Contains { fact: "connectors".into(), value: "stomp".into() };
        assert_eq!(contains.evaluate(&facts()), Truth::Yes);
        let above = When::Above { fact: "disk.free_mebibytes".into(), number: 100 };
        assert_eq!(above.evaluate(&facts()), Truth::No);
        assert_eq!(When::True("running".into()).evaluate(&facts()), Truth::Yes);
        assert_eq!(When::True("version".into()).evaluate(&facts()), Truth::Unknown);
    }
}
