//! Parameters: site values that steps name instead of holding.
//!
//! A plan's steps say `${new_home}/conf`; the plan's parameters say what that is here. So one set
//! of steps serves the run, the rehearsal (other values) and the playbook (values left open).
//! See `docs/decisions/0002-steps-hold-parameters.md`.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

/// Names and values. A name is lower-case letters, digits, `_` and `.`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parameters(BTreeMap<String, String>);

/// A text with `${...}` cannot be resolved.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ParameterError {
    /// The parameter has no value.
    #[error("the parameter `{0}` has no value")]
    Unknown(String),
    /// A `${` without its `}`, or a `$` before something else.
    #[error("`{0}` has a `$` that begins no parameter; a plain dollar sign is written `$$`")]
    Malformed(String),
    /// The value changed its shape while it was resolved. A defect in the type, not in the input.
    #[error("resolving parameters failed: {0}")]
    Shape(String),
}

impl Parameters {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `name` to `value`, in place of an earlier value.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// The value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All names and values, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// These parameters with those of `other` on top.
    #[must_use]
    pub fn overlaid(&self, other: &Parameters) -> Self {
        let mut all = self.clone();
        all.0.extend(other.0.clone());
        all
    }

    /// Replaces each `${name}` in `text` by its value, and `$$` by `$`.
    pub fn resolve(&self, text: &str) -> Result<String, ParameterError> {
        let mut resolved = String::with_capacity(text.len());
        each_piece(text, |piece| {
            match piece {
                Piece::Text(text) => resolved.push_str(text),
                Piece::Name(name) => {
                    let value =
                        self.get(name).ok_or_else(|| ParameterError::Unknown(name.to_owned()))?;
                    resolved.push_str(value);
                }
            }
            Ok(())
        })?;
        Ok(resolved)
    }

    /// Resolves every text inside `value`.
    pub fn bind<T: Serialize + DeserializeOwned>(&self, value: &T) -> Result<T, ParameterError> {
        let shape = |error: serde_json::Error| ParameterError::Shape(error.to_string());
        let mut tree = serde_json::to_value(value).map_err(shape)?;
        self.bind_tree(&mut tree)?;
        serde_json::from_value(tree).map_err(shape)
    }

    fn bind_tree(&self, value: &mut Value) -> Result<(), ParameterError> {
        match value {
            Value::String(text) => *text = self.resolve(text)?,
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.bind_tree(item))?,
            Value::Object(fields) => {
                fields.values_mut().try_for_each(|field| self.bind_tree(field))?;
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        Ok(())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Writes `text` so that [`Parameters::resolve`] gives it back unchanged.
pub fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

/// The names of all parameters that texts inside `value` use.
pub fn used_parameters<T: Serialize>(value: &T) -> Result<BTreeSet<String>, ParameterError> {
    let tree =
        serde_json::to_value(value).map_err(|error| ParameterError::Shape(error.to_string()))?;
    let mut names = BTreeSet::new();
    collect_names(&tree, &mut names)?;
    Ok(names)
}

fn collect_names(value: &Value, names: &mut BTreeSet<String>) -> Result<(), ParameterError> {
    match value {
        Value::String(text) => each_piece(text, |piece| {
            if let Piece::Name(name) = piece {
                names.insert(name.to_owned());
            }
            Ok(())
        }),
        Value::Array(items) => items.iter().try_for_each(|item| collect_names(item, names)),
        Value::Object(fields) => fields.values().try_for_each(|field| collect_names(field, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

fn each_piece<'a>(
    text: &'a str,
    mut take: impl FnMut(Piece<'a>) -> Result<(), ParameterError>,
) -> Result<(), ParameterError> {
    let malformed = || ParameterError::Malformed(text.to_owned());
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        take(Piece::Text(&rest[..dollar]))?;
        let after = &rest[dollar + 1..];
        if let Some(tail) = after.strip_prefix('$') {
            take(Piece::Text("$"))?;
            rest = tail;
        } else {
            let body = after.strip_prefix('{').ok_or_else(malformed)?;
            let end = body.find('}').ok_or_else(malformed)?;
            let name = &body[..end];
            if !is_parameter_name(name) {
                return Err(malformed());
            }
            take(Piece::Name(name))?;
            rest = &body[end + 1..];
        }
    }
    take(Piece::Text(rest))
}

fn is_parameter_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parameters() -> Parameters {
        [("home", "/opt/a$b"), ("port.stomp", "61613")].into_iter().collect()
    }

    #[test]
    fn names_are_replaced_and_values_are_not_resolved_again() {
        assert_eq!(parameters().resolve("${home}/x:${port.stomp}").unwrap(), "/opt/a$b/x:61613");
        assert_eq!(parameters().resolve("$$x").unwrap(), "$x");
    }

    #[test]
    fn unknown_and_malformed_are_errors() {
        assert_eq!(parameters().resolve("${no}"), Err(ParameterError::Unknown("no".into())));
        for bad in ["$x", "${", "${a", "${}", "${A}"] {
            let expected = Err(ParameterError::Malformed(bad.into()));
            assert_eq!(parameters().resolve(bad), expected, "{bad}");
        }
    }

    #[test]
    fn binding_reaches_every_text() {
        let value = vec![Some(("${home}".to_owned(), 3_u32))];
        assert_eq!(parameters().bind(&value).unwrap(), vec![Some(("/opt/a$b".to_owned(), 3))]);
        assert_eq!(used_parameters(&value).unwrap(), ["home".to_owned()].into());
    }

    proptest! {
        #[test]
        fn a_literal_resolves_to_itself(text in ".*") {
            prop_assert_eq!(Parameters::new().resolve(&literal(&text)), Ok(text));
        }
    }
}
