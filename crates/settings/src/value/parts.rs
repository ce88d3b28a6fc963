//! A value's parts, each by a name.

use std::collections::HashMap;

use super::jvm;
use super::list::List;
use super::uri::ConnectorUri;
use crate::ValueKind;

/// The most parts of a value that are settled one by one.
const MAX_PARTS: usize = 1_000;

/// A part's name within the value, and its text.
pub(super) type Part = (String, String);

/// The parts of a value; none where it does not have the structure.
pub(super) fn split(kind: ValueKind, value: &str) -> Option<Vec<Part>> {
    let parts = match (kind, List::of(kind)) {
        (ValueKind::Uri, _) => ConnectorUri::parse(value)?.into_parts(),
        (ValueKind::JvmArguments, _) => {
            let named = |argument: String| (jvm::argument_key(&argument), argument);
            jvm::arguments(value).into_iter().map(named).collect()
        }
        (_, Some(list)) => {
            let named = |entry: &str| (entry.to_owned(), entry.to_owned());
            list.entries(value).map(named).collect()
        }
        (_, None) => return None,
    };
    (parts.len() <= MAX_PARTS).then(|| numbered(parts))
}

/// Parts of one name get numbers, so that each is found again.
fn numbered(mut parts: Vec<Part>) -> Vec<Part> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for part in &mut parts {
        let count = counts.entry(part.0.clone()).or_default();
        *count += 1;
        if *count > 1 {
            part.0 = format!("{}#{count}", part.0);
        }
    }
    parts
}

/// The value of these parts, written as those of `like` are: the first that shows how.
pub(super) fn join(kind: ValueKind, parts: &[Part], like: [&str; 3]) -> Option<String> {
    let texts: Vec<&str> = parts.iter().map(|part| part.1.as_str()).collect();
    match (kind, List::of(kind)) {
        (ValueKind::Uri, _) => {
            let mut separators =
                like.iter().filter_map(|text| ConnectorUri::parse(text)?.separator());
            let separator = separators.next().unwrap_or('&');
            Some(ConnectorUri::from_parts(parts, separator).to_string())
        }
        (ValueKind::JvmArguments, _) => Some(texts.join(" ")),
        (_, list) => Some(list?.joined(&texts, like[0])),
    }
}

/// Parts by their names.
pub(super) struct Named<'a>(HashMap<&'a str, &'a str>);

impl<'a> Named<'a> {
    pub(super) fn new(parts: &'a [Part]) -> Self {
        Self(parts.iter().map(|part| (part.0.as_str(), part.1.as_str())).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).copied()
    }
}
