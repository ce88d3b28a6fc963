//! Three values of one key, settled part by part.

use super::duration::same_duration;
use super::list::List;
use super::parts::{Named, Part, join, split};
use super::size::same_size;
use crate::ValueKind;
use crate::mark::has_mark;

/// A value made of the parts of two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Merged {
    pub(crate) text: String,
    /// The names of the parts that both sides changed, each in its own way: the site's hold.
    pub(crate) disputed: Vec<String>,
}

/// The value that holds what the site and what the vendor changed. None where a value does not have
/// the structure, or cannot be settled by its parts.
pub(crate) fn merge(kind: ValueKind, base: &str, site: &str, new: &str) -> Option<Merged> {
    let (base_parts, site_parts, new_parts) =
        (split(kind, base)?, split(kind, site)?, split(kind, new)?);
    if let Some(list) = List::of(kind) {
        let same_order = |one: &[Part], other: &[Part]| !list.ordered || in_order(one, other);
        let sides = [&base_parts, &site_parts, &new_parts];
        let wildcard = |part: &Part| list.has_wildcard(&part.1);
        if !same_order(&base_parts, &site_parts)
            || !same_order(&base_parts, &new_parts)
            || sides.into_iter().flatten().any(wildcard)
        {
            return None;
        }
    }
    let (merged, disputed) = merge_parts(kind, &base_parts, &site_parts, &new_parts);
    Some(Merged { text: join(kind, &merged, [new, site, base])?, disputed })
}

/// Whether two values say the same, where their form is not what matters.
pub(crate) fn same_value(kind: Option<ValueKind>, one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let Some(kind) = kind else {
        return false;
    };
    match kind {
        ValueKind::Size => return same_size(one, other),
        ValueKind::Duration => return same_duration(one, other),
        _ => {}
    }
    match (split(kind, one), split(kind, other)) {
        (Some(mut one), Some(mut other)) => {
            if kind == ValueKind::Uri || List::of(kind).is_some_and(|list| !list.ordered) {
                one.sort();
                other.sort();
            }
            one == other
        }
        _ => false,
    }
}

/// Whether what both have stands in the same order.
fn in_order(one: &[Part], other: &[Part]) -> bool {
    let places: std::collections::HashMap<&str, usize> =
        other.iter().enumerate().map(|(place, part)| (part.0.as_str(), place)).collect();
    one.iter().filter_map(|part| places.get(part.0.as_str())).is_sorted()
}

/// The new parts with the site's changes in them, and the names of those that both sides changed.
fn merge_parts(
    kind: ValueKind,
    base: &[Part],
    site: &[Part],
    new: &[Part],
) -> (Vec<Part>, Vec<String>) {
    let (old, ours, theirs) = (Named::new(base), Named::new(site), Named::new(new));
    let mut merged: Vec<Part> = Vec::new();
    let mut disputed = Vec::new();
    let mut settled = |name: &String, site: Option<&str>, new: Option<&str>| {
        let base = old.get(name);
        settle_part(base, site, new).unwrap_or_else(|Conflict| {
            merge_inside(kind, base, site, new).or_else(|| {
                disputed.push(name.clone());
                site.map(str::to_owned)
            })
        })
    };
    for (name, new_text) in new {
        if let Some(text) = settled(name, ours.get(name), Some(new_text)) {
            merged.push((name.clone(), text));
        }
    }
    for (index, (name, site_text)) in site.iter().enumerate() {
        if theirs.get(name).is_some() {
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

/// A parameter of a URI that is a list, such as `protocols=CORE,AMQP`.
fn merge_inside(
    kind: ValueKind,
    base: Option<&str>,
    site: Option<&str>,
    new: Option<&str>,
) -> Option<String> {
    let (base, site, new) = (base?, site?, new?);
    let list = [base, site, new].iter().any(|text| text.contains(','));
    let (name, base) = base.split_once('=').filter(|_| kind == ValueKind::Uri && list)?;
    let (site, new) = (site.split_once('=')?.1, new.split_once('=')?.1);
    let merged = merge(ValueKind::CommaList, base, site, new)?;
    merged.disputed.is_empty().then(|| format!("{name}={}", merged.text.replace(", ", ",")))
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
    fn parameters_may_be_lists_and_have_semicolons() {
        let merged = merge(
            URI,
            "tcp://0.0.0.0:61616?buffer=1;protocols=CORE,AMQP",
            "tcp://0.0.0.0:61616?buffer=1;protocols=CORE,AMQP,STOMP;epoll=true",
            "tcp://0.0.0.0:61616?buffer=2;protocols=CORE,AMQP,MQTT",
        );
        let expected = "tcp://0.0.0.0:61616?buffer=2;protocols=CORE,AMQP,STOMP,MQTT;epoll=true";
        assert_eq!(merged.as_deref(), Some(expected));
        let merged = merge(URI, "tcp://h:1?a=1", "tcp://h:1?a=1;b=2", "tcp://h:1?a=3");
        assert_eq!(merged.as_deref(), Some("tcp://h:1?a=3;b=2"));
        let amqp = ("amqp://u@h:5672/%2f?heartbeat=10", "amqp://u@h:5672/own?heartbeat=10");
        let merged = merge(URI, amqp.0, amqp.1, "amqps://u@h:5671/%2f?heartbeat=30");
        assert_eq!(merged.as_deref(), Some("amqps://u@h:5671/own?heartbeat=30"));
        assert!(same_value(Some(URI), "tcp://h:1?a=1&b=2", "tcp://h:1?b=2;a=1"));
    }

    #[test]
    fn a_wildcard_is_no_entry_like_others() {
        let kind = ValueKind::PermissionList;
        assert_eq!(merge(kind, "a,b", "a,b,c", "b,a,d").as_deref(), Some("b,c,a,d"));
        assert_eq!(merge(kind, "*", "admins", "users"), None);
        assert!(same_value(Some(kind), "admins,users", "users, admins"));
    }

    #[test]
    fn the_order_of_some_lists_matters() {
        let (semicolons, spaces) = (ValueKind::SemicolonList, ValueKind::SpaceList);
        assert_eq!(merge(spaces, "a b", "a b own", "a b  c").as_deref(), Some("a b own c"));
        assert_eq!(merge(semicolons, "a;b", "b;a", "a;b;c"), None);
        assert!(!same_value(Some(semicolons), "a;b", "b;a"));
        assert!(same_value(Some(semicolons), "a;b", "a; b;"));
    }

    #[test]
    fn another_form_of_a_number_is_no_change() {
        assert!(same_value(Some(ValueKind::Size), "64mb", "65536kb"));
        assert!(same_value(Some(ValueKind::Duration), "5m", "PT300S"));
        assert_eq!(merge(ValueKind::Size, "1m", "2m", "3m"), None);
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
