//! The settings of `rabbitmq.config`, each in the file that can hold it.

use std::collections::{HashMap, HashSet};

use super::table::{Row, rows};
use super::value::{address, said};
use crate::comment::{comment_id, is_decoration};
use crate::mark::has_mark;
use crate::render::{Plan, render};
use crate::settle::{BaseView, comparable};
use crate::tree::{Item, ItemId, ItemKind, ROOT, Tree};
use crate::{Document, ParseError};
use refit_model::Version;

/// An entry of `rabbitmq.conf`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ConfEntry {
    /// The key path in `rabbitmq.config`.
    pub(super) from: String,
    /// The key of `rabbitmq.conf`.
    pub(super) key: String,
    /// Its value.
    pub(super) value: String,
    /// The entries under this key are one list: others of it would be in force too.
    pub(super) list: Option<&'static str>,
}

/// A setting that `rabbitmq.conf` can say.
#[derive(Debug)]
pub(super) struct ConfSetting {
    /// The site's notes at the setting, line by line.
    pub(super) notes: Vec<String>,
    pub(super) entries: Vec<ConfEntry>,
}

/// A `rabbitmq.config` taken apart.
#[derive(Debug)]
pub(super) struct Split {
    /// What `rabbitmq.conf` says, in the order of the old file.
    pub(super) conf: Vec<ConfSetting>,
    /// What became of the items of the old file; of those that are not named here, nothing did.
    pub(super) fates: HashMap<ItemId, Fate>,
    /// What is left of the old file for `advanced.config`; none where no setting is.
    pub(super) advanced: Option<Document>,
    /// The site's notes that stand at no setting, where there is no `advanced.config` to hold them.
    pub(super) notes: Vec<String>,
}

/// Where an item of the old file went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It said what the old default says: the new one holds.
    LeftAlone,
    Conf,
    Advanced,
}

/// What taking the file apart needs beside it.
pub(super) struct Splitter<'a> {
    pub(super) site: &'a Document,
    pub(super) base: Option<&'a BaseView>,
    /// Whether an entry can stand in the new file.
    pub(super) can_stand: &'a dyn Fn(&ConfEntry) -> bool,
}

impl Splitter<'_> {
    /// Takes the file apart for `target`.
    ///
    /// A setting goes to `rabbitmq.conf` if the target's schema has a key for it that gives the
    /// very same term. A block goes as a whole or not at all: for RabbitMQ, what `advanced.config`
    /// says of a key of an application stands in the place of all that `rabbitmq.conf` says of it.
    /// Secrets stay where they are, in the quotes that they stand in. The vendor's old comments and
    /// what the site left alone go nowhere.
    pub(super) fn split(&self, target: &Version) -> Result<Split, ParseError> {
        let rows = rows(target);
        let tree = self.site.tree();
        let mut conf = Vec::new();
        let mut fates = HashMap::new();
        let mut own = self.own_comments();
        let comments = |id: &ItemId| tree.item(*id).kind == ItemKind::Comment;
        let vendors =
            tree.subtree(ROOT).into_iter().filter(comments).filter(|id| !own.contains(id));
        let mut plan = Plan { removed: vendors.collect(), ..Plan::default() };
        for (setting, comments) in self.settings() {
            let fate = if self.is_left_alone(setting) {
                Fate::LeftAlone
            } else if let Some(entries) = self.entries(setting, &rows) {
                let notes: Vec<ItemId> =
                    comments.into_iter().filter(|comment| own.remove(comment)).collect();
                plan.removed.extend(&notes);
                for id in notes.iter().flat_map(|&note| tree.subtree(note)) {
                    fates.insert(id, Fate::Conf);
                }
                let notes = notes.into_iter().flat_map(|note| self.lines(note)).collect();
                conf.push(ConfSetting { notes, entries });
                Fate::Conf
            } else {
                Fate::Advanced
            };
            if fate != Fate::Advanced {
                plan.removed.insert(setting);
            }
            fates.extend(tree.subtree(setting).into_iter().map(|id| (id, fate)));
        }
        self.remove_emptied(&mut plan);
        let rest = self.site.with_text(render(self.site, &plan))?;
        let has_value = |item: &Item| item.is_live_key() && item.value.is_some();
        let advanced = rest.tree().items.iter().any(has_value).then_some(rest);
        let mut left: Vec<ItemId> = own.into_iter().collect();
        left.sort_by_key(|&id| tree.item(id).span.start);
        let fate = if advanced.is_some() { Fate::Advanced } else { Fate::Conf };
        for id in left.iter().flat_map(|&note| tree.subtree(note)) {
            fates.entry(id).or_insert(fate);
        }
        let left = left.into_iter().filter(|_| advanced.is_none());
        let notes = left.flat_map(|note| self.lines(note)).collect();
        Ok(Split { conf, fates, advanced, notes })
    }

    /// The comments that the old default does not have.
    fn own_comments(&self) -> HashSet<ItemId> {
        let items = self.site.tree().items.iter().enumerate();
        let own = |item: &Item| {
            let text = item.value.as_ref().map_or("", |value| &value.text);
            !self.base.is_some_and(|base| base.has_comment(&comment_id(text)))
        };
        let comments = items.filter(|(_, item)| item.kind == ItemKind::Comment && own(item));
        comments.map(|(id, _)| id).collect()
    }

    /// A comment's lines, without those that only decorate.
    fn lines(&self, comment: ItemId) -> Vec<String> {
        let text = self.site.tree().item(comment).value.as_ref().map_or("", |value| &value.text);
        if is_decoration(text) {
            return Vec::new();
        }
        text.lines().map(str::to_owned).collect()
    }

    /// The settings of all applications, with the comments right above them and behind them in
    /// their line. One that stands twice is none: which one counts is not said.
    fn settings(&self) -> Vec<(ItemId, Vec<ItemId>)> {
        let tree = self.site.tree();
        let applications = self.applications();
        let names = counts(tree, applications.iter().copied());
        let single = |id: &ItemId| names[tree.item(*id).segment.as_str()] == 1;
        let mut settings = Vec::new();
        for application in applications.iter().copied().filter(single) {
            let names = counts(tree, live_keys(tree, application));
            let with_comments = self.with_comments(application).into_iter();
            settings.extend(
                with_comments.filter(|(id, _)| names[tree.item(*id).segment.as_str()] == 1),
            );
        }
        settings
    }

    fn applications(&self) -> Vec<ItemId> {
        let tree = self.site.tree();
        live_keys(tree, ROOT).flat_map(|list| live_keys(tree, list)).collect()
    }

    fn with_comments(&self, application: ItemId) -> Vec<(ItemId, Vec<ItemId>)> {
        let tree = self.site.tree();
        let mut found: Vec<(ItemId, Vec<ItemId>)> = Vec::new();
        let mut waiting = Vec::new();
        let mut end = tree.item(application).span.start;
        for &child in &tree.item(application).children {
            let item = tree.item(child);
            let lines = self.site.text()[end..item.span.start.max(end)].matches('\n').count();
            end = item.span.end;
            if lines > 1 {
                waiting.clear();
            }
            if item.is_live_key() {
                found.push((child, std::mem::take(&mut waiting)));
            } else if item.kind == ItemKind::Comment {
                match found.last_mut().filter(|_| lines == 0 && waiting.is_empty()) {
                    Some(last) => last.1.push(child),
                    None => waiting.push(child),
                }
            }
        }
        found
    }

    /// Whether a setting says no more and no less than the old default, and nothing that is to
    /// stay in force whatever the vendor says.
    fn is_left_alone(&self, setting: ItemId) -> bool {
        let Some(base) = self.base else {
            return false;
        };
        let tree = self.site.tree();
        let inside = tree.subtree(setting).into_iter().map(|id| tree.item(id));
        let keys: Vec<&Item> = inside.filter(|item| item.is_live_key()).collect();
        let paths: HashSet<&str> = keys.iter().map(|key| key.path.as_str()).collect();
        let guards = &self.site.spec().guards;
        let same = |key: &&Item| {
            let value = key.value.as_ref().map(|value| value.text.as_str());
            let old = base.live(&key.path).map(|old| old.value.as_deref());
            old == Some(value.map(comparable).as_deref())
                && !value.is_some_and(has_mark)
                && !guards.iter().any(|guard| guard.key.matches(&key.path))
        };
        let path = &tree.item(setting).path;
        keys.iter().all(same) && base.under(path).all(|old| paths.contains(old.path.as_str()))
    }

    /// A setting as entries of `rabbitmq.conf`; none where one part of it has no such entry.
    fn entries(
        &self,
        setting: ItemId,
        rows: &HashMap<&'static str, Row>,
    ) -> Option<Vec<ConfEntry>> {
        let tree = self.site.tree();
        let item = tree.item(setting);
        let row = rows.get(item.path.as_str());
        let found = match row.filter(|row| row.kind == "listeners" && item.value.is_none()) {
            Some(row) => addresses(tree, item, row)?,
            None => parts(tree, setting, rows)?,
        };
        (!found.is_empty() && found.iter().all(self.can_stand)).then_some(found)
    }

    /// Applications in which nothing is left are nothing that one has to see.
    fn remove_emptied(&self, plan: &mut Plan) {
        let tree = self.site.tree();
        for application in self.applications() {
            let item = tree.item(application);
            let text = |id: &&ItemId| tree.item(**id).kind != ItemKind::Other;
            let gone = item.children.iter().filter(text).all(|child| plan.removed.contains(child));
            if gone && item.value.is_none() {
                plan.removed.insert(application);
            }
        }
    }
}

fn live_keys(tree: &Tree, id: ItemId) -> impl Iterator<Item = ItemId> {
    tree.item(id).children.iter().copied().filter(|&child| tree.item(child).is_live_key())
}

/// How often each name stands.
fn counts(tree: &Tree, keys: impl Iterator<Item = ItemId>) -> HashMap<&str, usize> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for key in keys {
        *counts.entry(tree.item(key).segment.as_str()).or_default() += 1;
    }
    counts
}

/// All that a setting and the blocks in it say.
fn parts(
    tree: &Tree,
    setting: ItemId,
    rows: &HashMap<&'static str, Row>,
) -> Option<Vec<ConfEntry>> {
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
            list: row.list(),
        }));
    }
    Some(found)
}

/// A block of addresses with their ports.
fn addresses(tree: &Tree, item: &Item, row: &Row) -> Option<Vec<ConfEntry>> {
    let entry = |(&child, number): (&ItemId, usize)| {
        let part = tree.item(child);
        let port = part.value.as_ref().filter(|_| part.is_live_key())?;
        let (key, value) = address(number, &part.name, &port.text)?;
        let key = format!("{}{key}", row.to);
        Some(ConfEntry { from: part.path.clone(), key, value, list: row.list() })
    };
    item.children.iter().zip(1..).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Base, FileSpec, Format};

    fn document(text: &str) -> Document {
        let spec = FileSpec::plain("etc/rabbitmq.config", Format::Erlang);
        Document::parse(text.as_bytes(), &spec).unwrap()
    }

    fn taken_apart(site: &Document, base: Option<&BaseView>) -> Split {
        let splitter = Splitter { site, base, can_stand: &|_| true };
        splitter.split(&"3.13.7".parse().unwrap()).unwrap()
    }

    fn split(text: &str) -> (Vec<String>, Option<String>) {
        let split = taken_apart(&document(text), None);
        let entries = split.conf.iter().flat_map(|setting| &setting.entries);
        let conf = entries.map(|entry| format!("{} = {}", entry.key, entry.value));
        (conf.collect(), split.advanced.map(|advanced| advanced.text().to_owned()))
    }

    #[test]
    fn what_has_a_key_goes_with_its_notes_and_the_rest_stays_with_its_own() {
        let text = concat!(
            "% head\n[{rabbit, [\n  % other\n\n  %% ours\n  {heartbeat, 60}, % beat\n",
            "  % nodes\n\n  % of ours\n  {cluster_nodes, {['a@b'], ram}}\n ]},\n",
            " {rabbitmq_management, [\n  {load_definitions, \"/d.json\"}]}].\n"
        );
        let found = taken_apart(&document(text), None);
        assert_eq!(found.conf[0].entries[0].key, "heartbeat");
        assert_eq!(found.conf[0].notes, [" ours", " beat"]);
        assert_eq!(found.notes, [""; 0]);
        let advanced = found.advanced.unwrap();
        assert_eq!(
            advanced.text(),
            "% head\n[{rabbit, [\n  % other\n  % nodes\n\n  % of ours\n  {cluster_nodes, {['a@b'], ram}}\n ]}].\n"
        );
    }

    #[test]
    fn only_what_the_site_changed_goes_anywhere() {
        let base = document(
            "[{rabbit, [\n % theirs\n {heartbeat, 60},\n {collect_statistics_interval, 1}\n]}].",
        );
        let view = BaseView::of(&Base::Document(&base));
        let site = document(
            "% ours\n[{rabbit, [\n % theirs\n {heartbeat, 60},\n {collect_statistics_interval, 2}\n]}].",
        );
        let found = taken_apart(&site, Some(&view));
        assert_eq!(found.conf.len(), 1);
        assert_eq!(found.conf[0].entries[0].key, "collect_statistics_interval");
        assert_eq!(found.notes, [" ours"]);
        assert!(found.advanced.is_none());
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
