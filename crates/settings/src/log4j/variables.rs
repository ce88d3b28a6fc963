//! `${name}` in log4j 1 and 2.

use std::collections::BTreeMap;

/// A value of log4j 1 as log4j 2 reads it: what the file itself defines stays `${name}`, all else
/// is a system property.
pub(super) fn translated(value: &str, own: &BTreeMap<String, String>) -> String {
    let mut written = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find("${") {
        let inside = &rest[at + 2..];
        let Some(end) = inside.find('}') else {
            break;
        };
        let name = &inside[..end];
        written.push_str(&rest[..at]);
        let prefix = if own.contains_key(name) { "" } else { "sys:" };
        written.push_str(&format!("${{{prefix}{name}}}"));
        rest = &inside[end + 1..];
    }
    written.push_str(rest);
    written
}

/// Whether a value uses `${name}`.
pub(super) fn uses(value: &str, name: &str) -> bool {
    value.contains(&format!("${{{name}}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_names_stay_and_others_are_system_properties() {
        let own = BTreeMap::from([("dir".to_owned(), "x".to_owned())]);
        assert_eq!(translated("${activemq.data}/${dir}/a", &own), "${sys:activemq.data}/${dir}/a");
        assert_eq!(translated("a${b", &own), "a${b");
        assert!(uses("${dir}/x", "dir"));
    }
}
