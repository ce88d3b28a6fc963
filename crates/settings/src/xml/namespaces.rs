//! The namespaces that hold inside an element.

use std::collections::BTreeMap;

use roxmltree::Document;

/// Namespaces by prefix; the default one has none.
pub(crate) type Namespaces = BTreeMap<Option<String>, String>;

/// What holds inside the element that begins at `start`.
pub(crate) fn namespaces_inside(text: &str, start: usize) -> Namespaces {
    let Ok(document) = Document::parse(text) else {
        return Namespaces::new();
    };
    let element =
        document.descendants().find(|node| node.is_element() && node.range().start == start);
    let Some(element) = element else {
        return Namespaces::new();
    };
    let declared = element.namespaces().filter(|namespace| namespace.name() != Some("xml"));
    declared
        .filter(|namespace| namespace.name().is_some() || !namespace.uri().is_empty())
        .map(|namespace| (namespace.name().map(str::to_owned), namespace.uri().to_owned()))
        .collect()
}
