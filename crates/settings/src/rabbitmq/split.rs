//! The settings of `rabbitmq.config`, each in the file that can hold it.

use std::collections::{HashMap, HashSet};

use refit_model::{Template, Version};

use super::table::{Row, rows};
use super::value::{address, said};
use crate::render::{Plan, render};
use crate::tree::{Item, ItemId, ItemKind, ROOT, Tree};
use crate::{Document, ParseError};

/// A setting of `rabbitmq.config` that `rabbitmq.conf` can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfEntry {
    /// The key path in `rabbitmq.config`.
    pub from: String,
    /// The key of `rabbitmq.conf`.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// A `rabbitmq.config` taken apart.
#[derive(Clone, Debug)]
pub struct SplitConfig {
    /// What `rabbitmq.conf` says, in the order of the old file.
    pub conf: Vec<ConfEntry>,
    /// The old file without those: what `advanced.config` is to hold, with all comments. None where
    /// nothing but comments is left; they are the caller's to keep.
    pub advanced: Option<Template>,
}

/// Takes a `rabbitmq.config` apart for `target`.
///
/// A setting goes to `rabbitmq.conf` if the target's schema has a key for it that gives the very
/// same term. A block goes as a whole or not at all: for RabbitMQ, what `advanced.config` says of a
/// key of an application stands in the place of all that `rabbitmq.conf` says of it. Secrets stay
/// where they are, in the quotes that they stand in.
pub fn split_rabbitmq_config(site: &Document, target: &Version) -> Result<SplitConfig, ParseError> {
    let rows = rows(target);
    let tree = site.tree();
    let mut conf = Vec::new();
    let mut plan = Plan::default();
    for setting in settings(tree) {
        if let Some(entries) = entries(tree, setting, &rows) {
            conf.extend(entries);
            plan.removed.insert(setting);
        }
    }
    let rest = site.with_text(render(site, &plan))?;
    let is_value = |item: &Item| item.is_live_key() && item.value.is_some();
    let left = rest.tree().items.iter().any(is_value);
    Ok(SplitConfig { conf, advanced: left.then(|| rest.template()) })
}

/// The settings of all applications. One that stands twice is none: which one counts is not said.
fn settings(tree: &Tree) -> Vec<ItemId> {
    let keys = |id: ItemId| {
        let children = tree.item(id).children.iter().copied();
        children.filter(|&child| tree.item(child).is_live_key())
    };
    let applications: Vec<ItemId> = keys(ROOT).flat_map(keys).collect();
    let mut settings = Vec::new();
    for &application in &applications {
        let name = &tree.item(application).segment;
        let again = applications.iter().filter(|&&other| &tree.item(other).segment == name);
        if again.count() > 1 {
            continue;
        }
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for setting in keys(application) {
            *counts.entry(tree.item(setting).segment.as_str()).or_default() += 1;
        }
        let single = |setting: &ItemId| counts[tree.item(*setting).segment.as_str()] == 1;
        settings.extend(keys(application).filter(single));
    }
    settings
}

/// A setting as entries of `rabbitmq.conf`; none where one part of it has no such entry.
fn entries(
    tree: &Tree,
    setting: ItemId,
    rows: &HashMap<&'static str, Row>,
) -> Option<Vec<ConfEntry>> {
    let item = tree.item(setting);
    let row = rows.get(item.path.as_str());
    if let Some(row) = row.filter(|row| row.kind == "listeners" && item.value.is_none()) {
        return addresses(tree, item, row);
    }
    let mut found = Vec::new();
    let mut names = HashSet::new();
    for id in tree.subtree(setting) {
        let part = tree.item(id);
        // Notes and examples inside would be gone with the block.
        if part.kind != ItemKind::Key || !names.insert((part.parent, &part.segment)) {
            return None;
        }
        let Some(value) = &part.value else {
            continue;
        };
        let row = rows.get(part.path.as_str())?;
        found.extend(said(row.kind, &value.text)?.into_iter().map(|(key, value)| ConfEntry {
            from: part.path.clone(),
            key: format!("{}{key}", row.to),
            value,
        }));
    }
    (!found.is_empty()).then_some(found)
}

/// A block of addresses with their ports.
fn addresses(tree: &Tree, item: &Item, row: &Row) -> Option<Vec<ConfEntry>> {
    let entry = |(&child, number): (&ItemId, usize)| {
        let part = tree.item(child);
        let port = part.value.as_ref().filter(|_| part.is_live_key())?;
        let (key, value) = address(number, &part.name, &port.text)?;
        Some(ConfEntry { from: part.path.clone(), key: format!("{}{key}", row.to), value })
    };
    item.children.iter().zip(1..).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileSpec, Format};

    fn split(text: &str) -> (Vec<String>, Option<String>) {
        let spec = FileSpec::plain("etc/rabbitmq.config", Format::Erlang);
        let site = Document::parse(text.as_bytes(), &spec).unwrap();
        let split = split_rabbitmq_config(&site, &"3.13.7".parse().unwrap()).unwrap();
        let conf = split.conf.iter().map(|entry| format!("{} = {}", entry.key, entry.value));
        (conf.collect(), split.advanced.map(|advanced| advanced.text))
    }

    #[test]
    fn what_has_a_key_goes_and_the_rest_stays_with_its_notes() {
        let text = concat!(
            "[{rabbit, [\n  %% ours\n  {heartbeat, 60},\n  {tcp_listeners, [5672]}, % plain\n",
            "  {cluster_nodes, {['a@b'], disc}}\n ]},\n {rabbitmq_shovel, [{shovels, []}]}].\n"
        );
        let (conf, advanced) = split(text);
        assert_eq!(conf, ["heartbeat = 60", "listeners.tcp.1 = 5672"]);
        let advanced = advanced.unwrap();
        assert!(advanced.contains("{cluster_nodes, {['a@b'], disc}}"), "{advanced}");
        assert!(advanced.contains("%% ours") && advanced.contains("% plain"), "{advanced}");
        assert!(!advanced.contains("heartbeat"), "{advanced}");
    }

    #[test]
    fn a_block_goes_as_a_whole_or_not_at_all() {
        let tls = "{ssl_options, [{verify, verify_peer}, {cacertfile, \"/a.pem\"}]}";
        let (conf, advanced) = split(&format!("[{{rabbit, [{tls}]}}]."));
        assert_eq!(conf, ["ssl_options.verify = verify_peer", "ssl_options.cacertfile = /a.pem"]);
        assert_eq!(advanced, None);
        for other in ["{verify_fun, x}", "% note\n", "{verify, verify_none}", "{password, \"pw\"}"]
        {
            let comma = if other.starts_with('%') { "" } else { ", " };
            let text = format!("[{{rabbit, [{}{comma}{other}]}}]}}].", &tls[..tls.len() - 2]);
            let (conf, advanced) = split(&text);
            assert_eq!(conf, [""; 0], "{other}");
            assert!(advanced.is_some(), "{other}");
        }
    }

    #[test]
    fn addresses_are_listeners_and_doubled_settings_stay() {
        let (conf, advanced) =
            split("[{rabbit, [{tcp_listeners, [{\"127.0.0.1\", 5672}, {\"::1\", 5673}]}]}].");
        assert_eq!(conf, ["listeners.tcp.1 = 127.0.0.1:5672", "listeners.tcp.2 = ::1:5673"]);
        assert_eq!(advanced, None);
        let (conf, advanced) = split("[{rabbit, [{heartbeat, 1}, {heartbeat, 2}]}].");
        assert_eq!(conf, [""; 0]);
        assert!(advanced.is_some());
        let (conf, _) = split("[{rabbit, [{heartbeat, 1}]}, {rabbit, [{frame_max, 2}]}].");
        assert_eq!(conf, [""; 0]);
    }
}
