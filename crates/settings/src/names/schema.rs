//! What a schema says about names, and nothing else of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The place of a type in its schema.
pub(super) type TypeId = u32;

/// The names that a schema knows, by namespace and by place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// The elements that may stand anywhere, by namespace.
    pub(super) elements: BTreeMap<String, BTreeMap<String, TypeId>>,
    pub(super) types: Vec<Names>,
    /// Namespaces whose elements stand for Spring beans, as `XBean` reads them.
    pub(super) beans: BTreeSet<String>,
}

/// The names that can stand in one element. Namespaces of children are not kept: no schema has two
/// of one name at one place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Names {
    pub(super) attributes: BTreeSet<String>,
    pub(super) children: BTreeMap<String, TypeId>,
    /// Attributes of any name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) open: bool,
    /// Which other elements of the schema's own namespace can stand there.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) own: Wildcard,
    /// Which elements of other namespaces can stand there.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) other: Wildcard,
}

/// Which elements can stand at a place beside those that are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Wildcard {
    /// None.
    #[default]
    None,
    /// Those that may stand anywhere.
    Known,
    /// All.
    All,
}

impl Schema {
    /// Whether the schema is about this namespace.
    pub fn knows(&self, namespace: &str) -> bool {
        self.elements.contains_key(namespace)
    }

    /// The namespaces that it is about.
    pub fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.elements.keys().map(String::as_str)
    }

    /// The names inside an element that may stand anywhere.
    pub(super) fn global(&self, namespace: &str, element: &str) -> Option<TypeId> {
        self.elements.get(namespace)?.get(element).copied()
    }

    pub(super) fn names(&self, id: TypeId) -> Option<&Names> {
        self.types.get(usize::try_from(id).ok()?)
    }
}

impl Names {
    /// A place where everything can stand.
    pub(super) fn anything() -> Self {
        Self { open: true, own: Wildcard::All, other: Wildcard::All, ..Self::default() }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
