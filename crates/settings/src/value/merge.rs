//! Three values of one key, settled part by part.

use std::collections::HashMap;

use super::jvm;
use super::uri::ConnectorUri;
use crate::ValueKind;
use crate::mark::has_mark;

/// The most parts of a value that are settled one by one.
const MAX_PARTS: usize = 1_000;

/// A part's name within the value, and its text.
type Part = (String, String);

/// A value made of the parts of two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Merged {
    pub(crate) text: String,
    /// The names of the parts that both sides changed, each in its own way: the site's hold.
    pub(crate) disputed: Vec<String>,
}

/// The value that holds what the site and what the vendor changed. None where a value does not have
/// the structure.
pub(crate) fn merge(kind: ValueKind, base: &str, site: &str, new: &str) -> Option<Merged> {
    let (base, site, new_parts) = (split(kind, base)?, split(kind, site)?, split(kind, new)?);
    let (merged, disputed) = merge_parts(&base, &site, &new_parts);
    Some(Merged { text: join(kind, &merged, new)?, disputed })
}

/// Whether two values say the same, where their form is not what matters.
pub(crate) fn same_value(kind: Option<ValueKind>, one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let Some(kind) = kind else {
        return false;
    };
    match (split(kind, one), split(kind, other)) {
        (Some(mut one), Some(mut other)) => {
            if kind == ValueKind::CommaList {
                one.sort();
                other.sort();
            }
            one == other
        }
        _ => false,
    }
}

fn split(kind: ValueKind, value: &str) -> Option<Vec<Part>> {
    let parts = match kind {
        ValueKind::Uri => ConnectorUri::parse(value)?.into_parts(),
        ValueKind::JvmArguments => {
            let named = |argument: String| (jvm::argument_key(&argument), argument);
            jvm::arguments(value).into_iter().map(named).collect()
        }
        ValueKind::CommaList => {
            let items = value.split(',').map(str::trim).filter(|item| !item.is_empty());
            items.map(|item| (item.to_owned(), item.to_owned())).collect()
        }
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

fn join(kind: ValueKind, parts: &[Part], like: &str) -> Option<String> {
    let texts = || parts.iter().map(|part| part.1.as_str()).collect::<Vec<_>>();
    match kind {
        ValueKind::Uri => {
            Some(ConnectorUri::from_parts(parts, &ConnectorUri::parse(like)?).to_string())
        }
        ValueKind::JvmArguments => Some(texts().join(" ")),
        ValueKind::CommaList => {
            let dense = like.contains(',') && !like.contains(", ");
            Some(texts().join(if dense { "," } else { ", " }))
        }
    }
}

/// The new parts with the site's changes in them, and the names of those that both sides changed.
fn merge_parts(base: &[Part], site: &[Part], new: &[Part]) -> (Vec<Part>, Vec<String>) {
    let mut merged: Vec<Part> = Vec::new();
    let mut disputed = Vec::new();
    let mut settled = |name: &String, site: Option<&str>, new: Option<&str>| {
        settle_part(find(base, name), site, new).unwrap_or_else(|Conflict| {
            disputed.push(name.clone());
            site.map(str::to_owned)
        })
    };
    for (name, new_text) in new {
        if let Some(text) = settled(name, find(site, name), Some(new_text)) {
            merged.push((name.clone(), text));
        }
    }
    for (index, (name, site_text)) in site.iter().enumerate() {
        if find(new, name).is_some() {
            continue;
        }
        if let Some(text) = settled(name, Some(site_text), None) {
            let mut before = site[..index].iter().rev();
            let after = before.find_map(|part| place(&merged, &part.0));
            let at = after.map_or(0, |place| place + 1);
            merged.insert(at, (name.clone(), text));
        }
    }
    (merged, disputed)
}

fn find<'a>(parts: &'a [Part], name: &str) -> Option<&'a str> {
    parts.iter().find(|part| part.0 == name).map(|part| part.1.as_str())
}

fn place(parts: &[Part], name: &str) -> Option<usize> {
    parts.iter().position(|part| part.0 == name)
}

/// Both sides changed one part, each in its own way.
struct Conflict;

/// The text of one part, or its absence.
fn settle_part(
    base: Option<&str>,
    site: Option<&str>,
    new: Option<&str>,
) -> Result<Option<String>, Conflict> {
    let settled = chosen_part(base, site, new)?;
    Ok(settled.map(str::to_owned))
}

fn chosen_part<'a>(
    base: Option<&'a str>,
    site: Option<&'a str>,
    new: Option<&'a str>,
) -> Result<Option<&'a str>, Conflict> {
    // Whether the site changed a secret is not known: its own stays, and is never dropped.
    if site.is_some_and(has_mark) {
        let stays = new == base || new.is_some_and(has_mark);
        return if stays { Ok(site) } else { Err(Conflict) };
    }
    if site == new || site == base {
        Ok(new)
    } else if new == base {
        Ok(site)
    } else {
        Err(Conflict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use refit_model::Template;

    fn merge(kind: ValueKind, base: &str, site: &str, new: &str) -> Option<String> {
        let merged = super::merge(kind, base, site, new)?;
        merged.disputed.is_empty().then_some(merged.text)
    }

    const URI: ValueKind = ValueKind::Uri;
    const JVM: ValueKind = ValueKind::JvmArguments;
    const LIST: ValueKind = ValueKind::CommaList;

    #[test]
    fn parameters_of_a_uri_are_settled_one_by_one() {
        let merged = merge(
            URI,
            "tcp://0.0.0.0:61616?max=1000&frame=100",
            "ssl://0.0.0.0:61617?max=1000&frame=100&own=1",
            "tcp://0.0.0.0:61616?max=1000&frame=10&more=2",
        );
        assert_eq!(merged.as_deref(), Some("ssl://0.0.0.0:61617?max=1000&frame=10&own=1&more=2"));
        assert_eq!(merge(URI, "tcp://h:1?a=1", "tcp://h:2?a=1", "tcp://h:3?a=1"), None);
        let disputed = super::merge(URI, "tcp://h:1?a=1", "tcp://h:2?a=1", "tcp://h:3?a=2");
        let expected =
            Merged { text: "tcp://h:2?a=2".to_owned(), disputed: vec!["port".to_owned()] };
        assert_eq!(disputed, Some(expected));
        assert_eq!(merge(URI, "static:(a)", "static:(b)", "static:(a)"), None);
    }

    #[test]
    fn arguments_are_settled_one_by_one() {
        let merged = merge(
            JVM,
            "-Xms64M -Xmx1G -Da=1",
            "-Xms512M -Xmx4G -Da=1 -Down=1",
            "-Xms64M -Xmx1G $OOM -Da=2",
        );
        assert_eq!(merged.as_deref(), Some("-Xms512M -Xmx4G $OOM -Da=2 -Down=1"));
        assert_eq!(merge(JVM, "-Xmx1G", "-Xmx4G", "-Xmx2G"), None);
        assert_eq!(merge(JVM, "-Xmx1G -Da=1", "-Xmx1G", "-Xmx2G -Da=1").as_deref(), Some("-Xmx2G"));
    }

    #[test]
    fn lists_are_sets() {
        assert_eq!(merge(LIST, "a,b", "a,b,own", "a,b,c").as_deref(), Some("a,b,own,c"));
        assert_eq!(merge(LIST, "a, b", "b", "a, b, c").as_deref(), Some("b, c"));
        assert!(same_value(Some(LIST), "a,b", "b, a"));
        assert!(!same_value(None, "a,b", "b, a"));
    }

    #[test]
    fn the_sites_secret_stays() {
        let mark = Template::mark("f#k");
        let site = format!("ssl://h:1?password={mark}");
        let merged = merge(URI, "ssl://h:1?password=x", &site, "ssl://h:1?password=x&a=1");
        assert_eq!(merged, Some(format!("{site}&a=1")));
        assert_eq!(merge(URI, "ssl://h:1?password=x", &site, "ssl://h:1"), None);
    }
}
