//! What tells the entries of a list apart.

use super::name::ENTRY;
use super::node::{Block, Child, Content};
use crate::FileSpec;
use crate::secrets::shown_identity;
use crate::tree::identity;

/// Tells entries apart where the spec says nothing about their list.
const DEFAULT: [&str; 2] = ["id", "name"];

/// The segment of an entry of the list `element`: `name` alone, or with what identifies it.
pub(super) fn entry_segment<'a>(
    spec: &FileSpec,
    element: &str,
    name: &str,
    find: impl Fn(&str) -> Option<&'a str>,
) -> String {
    let declared = spec.identities.iter().find(|identity| identity.element == element);
    let named = match declared {
        Some(declared) => declared.attributes.iter().find_map(|key| find(key)),
        None => DEFAULT.iter().find_map(|key| find(key)),
    };
    match named {
        Some(text) => format!("{name}[{}]", identity(&shown_identity(text))),
        None => name.to_owned(),
    }
}

/// The segment of a list's entry that is one value: told apart by it, unless it is a secret.
pub(super) fn value_segment(spec: &FileSpec, above: &str, value: &str) -> String {
    let segment = format!("{ENTRY}[{}]", identity(&shown_identity(value)));
    let path = format!("{above}/{segment}");
    let declared = spec.secrets.iter().any(|pattern| pattern.matches(&path));
    let block = matches!(value, "" | "{}" | "[]");
    if declared || block { ENTRY.to_owned() } else { segment }
}

/// The single value of a key in a block.
pub(super) fn scalar<'a>(block: &'a Block, key: &str) -> Option<&'a str> {
    block.children.iter().find_map(|child| match child {
        Child::Entry(entry) if entry.key.len() == 1 && entry.key[0] == key => {
            match &entry.value.content {
                Content::Scalar(text) => Some(text.as_str()),
                Content::Map(_) | Content::List(_) => None,
            }
        }
        _ => None,
    })
}
