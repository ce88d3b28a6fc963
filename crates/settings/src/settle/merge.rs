//! The replay: the site's tree walked beside the vendor's new one, from the outside in.

use std::collections::{HashMap, HashSet};

use refit_model::Outcome;

use super::adopt::Adopter;
use super::base::{BaseView, comparable};
use super::comments::{adjoin, own_comments};
use super::judge::{Answer, Demand, Judge, rule_ref};
use super::new_only::replacements;
use super::records::{Held, Records};
use super::sections::{Sections, Spot};
use super::shown::shown_item;
use super::side::Side;
use super::site_only::changed_since;
use super::twins::twins;
use super::values::{EXAMPLE_CHANGED, refusal};
use crate::Format;
use crate::render::{Insert, Piece, Plan};
use crate::tree::{ItemId, ItemKind, ROOT};

/// The walk, and what it finds.
pub(super) struct Merge<'a> {
    pub(super) judge: &'a Judge<'a>,
    pub(super) base: &'a BaseView,
    pub(super) site: &'a Side,
    pub(super) new: &'a Side,
    pub(super) plan: Plan,
    pub(super) records: Records,
    adopter: Adopter,
    /// The site's own comments.
    pub(super) own: HashSet<ItemId>,
    /// Items of the new default whose fate was decided from the site's side.
    pub(super) settled: HashSet<ItemId>,
    /// The vendor changed nothing, so that the site's own text is the result: nothing needs a place
    /// in the new default.
    pub(super) site_stays: bool,
    /// By what holds them and their name: what the site put where the vendor put something else.
    pub(super) replaced: HashMap<(String, String), String>,
    /// The vendor's comments in the site's file and in the new default.
    pub(super) twins: HashMap<ItemId, ItemId>,
    /// Those of the new default among them.
    has_twin: HashSet<ItemId>,
    sections: Sections,
}

/// A place among the children of an item of the new default.
#[derive(Clone, Copy)]
pub(super) struct Anchor {
    pub(super) holder: ItemId,
    pub(super) after: Option<ItemId>,
}

impl<'a> Merge<'a> {
    pub(super) fn new(
        judge: &'a Judge<'a>,
        base: &'a BaseView,
        site: &'a Side,
        new: &'a Side,
        records: Records,
        site_stays: bool,
    ) -> Self {
        let twins = twins(site, new);
        Self {
            judge,
            base,
            site,
            new,
            plan: Plan::default(),
            records,
            adopter: Adopter::default(),
            own: own_comments(site, base, new),
            settled: HashSet::new(),
            site_stays,
            replaced: replacements(base, site, new),
            has_twin: twins.values().copied().collect(),
            twins,
            sections: Sections::of(new),
        }
    }

    /// Walks the whole file.
    pub(super) fn run(&mut self) {
        self.children(ROOT, ROOT);
        let live = self.base.keys().iter().filter(|key| key.live);
        let gone: Vec<String> = live
            .map(|key| key.path.clone())
            .filter(|path| self.records.get(path).is_none())
            .collect();
        for path in gone {
            // Neither the site nor the new default has it.
            self.records.set(&path, Outcome::TakenFromNew, None);
            let rule = self.judge.directive(&path).map(|directive| rule_ref(directive.rule));
            self.records.by_rule(&path, rule);
        }
        self.record_unmet();
        self.drop_emptied_blocks();
    }

    /// Keys that stand elsewhere in the site's file, inside of something about which as a whole was
    /// judged: the vendor's place was left as it is. Whether the result fits is checked at the end.
    fn record_unmet(&mut self) {
        for (path, held) in self.new.keys_under(ROOT) {
            if self.records.get(&path).is_none() {
                self.records.set(&path, Outcome::TakenFromNew, Some(held));
            }
        }
    }

    /// The children of an item that both files have. Recursive, as deep as the trees.
    fn children(&mut self, site: ItemId, new: ItemId) {
        self.replay(site, Anchor { holder: new, after: None });
        for &child in &self.new.item(new).children {
            self.of_new_only(child);
        }
        self.keep_order(site, new);
    }

    /// Replays the children of a site's item among those of `anchor`'s holder; returns where the
    /// last one ended.
    fn replay(&mut self, site: ItemId, mut anchor: Anchor) -> Anchor {
        for &child in &self.site.item(site).children {
            match self.site.item(child).kind {
                ItemKind::Comment => self.comment(child, &mut anchor),
                ItemKind::Key => self.key(child, &mut anchor),
                ItemKind::Root | ItemKind::Other => {}
            }
        }
        anchor
    }

    fn key(&mut self, child: ItemId, anchor: &mut Anchor) {
        let path = self.site.path(child);
        match self.new.live(path) {
            Some(twin) => {
                self.note_other_block(child, twin);
                self.pair(child, twin);
                self.move_behind(anchor, twin);
            }
            // A block of the old default that the new one has no more, while the variables inside
            // stand elsewhere.
            None if self.base.live(path).is_some() && self.holds_moved(child) => {
                self.records.set(path, Outcome::TakenFromNew, None);
                *anchor = self.replay(child, *anchor);
            }
            None => match self.section_of_site_only(child) {
                Some(header) if self.sections.is_placed(header) => self.insert(child, *anchor),
                Some(_) => {}
                None => self.of_site_only(child, *anchor),
            },
        }
    }

    /// The line that opens an item's section, where the new default has no such section: what
    /// becomes of it was judged with that line.
    fn section_of_site_only(&self, child: ItemId) -> Option<ItemId> {
        let header = self.site.item(child).section?.header?;
        self.new.live(self.site.path(header)).is_none().then_some(header)
    }

    /// Inside of an `if`, a setting holds only there.
    fn note_other_block(&mut self, child: ItemId, twin: ItemId) {
        let ours = self.site.path(self.site.item(child).parent);
        let theirs = self.new.path(self.new.item(twin).parent);
        if self.new.document.spec().format == Format::ShellEnvironment && ours != theirs {
            let place = |block: &str| match block {
                "" => "outside of any block".to_owned(),
                block => format!("inside `{block}`"),
            };
            let text = format!(
                "The new default sets this {}, the site's file {}: the new default's place holds.",
                place(theirs),
                place(ours)
            );
            self.records.remark(self.site.path(child), text);
        }
    }

    /// Whether something inside a shell block of the site's stands elsewhere in the new default.
    pub(super) fn holds_moved(&self, item: ItemId) -> bool {
        let path = self.site.path(item);
        let inner = || self.site.keys_under(item);
        !self.site_stays
            && is_block(self.site, item)
            && inner().iter().any(|(key, _)| key != path && self.new.live(key).is_some())
    }

    /// Where the anchor's holder has `twin` among its children, or something that holds it, what
    /// follows stands behind that.
    pub(super) fn move_behind(&mut self, anchor: &mut Anchor, twin: ItemId) {
        let mut place = twin;
        while place != ROOT && self.new.item(place).parent != anchor.holder {
            place = self.new.item(place).parent;
        }
        if place != ROOT {
            anchor.after = Some(self.end_of_words(place));
            if anchor.holder == ROOT && self.new.item(place).is_live_key() {
                self.sections.pass(place);
            }
        }
    }

    /// The last of the vendor's comments that go on where this one ends, as far as the site's file
    /// does not have them: nothing of the site's comes between the lines of one explanation.
    fn end_of_words(&self, place: ItemId) -> ItemId {
        let comment = |id: ItemId| {
            let item = self.new.item(id);
            item.kind == ItemKind::Comment && item.children.is_empty()
        };
        if !comment(place) || !self.new.document.spec().format.shape().line_comments {
            return place;
        }
        let siblings = &self.new.item(self.new.item(place).parent).children;
        let mut last = place;
        for &next in &siblings[self.new.item(place).place + 1..] {
            let goes_on = comment(next) && adjoin(self.new, last, next);
            if !goes_on || self.has_twin.contains(&next) {
                break;
            }
            last = next;
        }
        last
    }

    /// An item that both have.
    fn pair(&mut self, site: ItemId, new: ItemId) {
        self.settled.insert(new);
        if self.whole_by_word(site, new) || self.value_or_block(site, new) {
            return;
        }
        self.own_value(site, new);
        self.attributes(site, new);
        self.children(site, new);
    }

    /// An element about which as a whole a rule or a person has spoken.
    fn whole_by_word(&mut self, site: ItemId, new: ItemId) -> bool {
        let path = self.site.path(site);
        let (ours, theirs) = (self.site.item(site), self.new.item(new));
        let simple = ours.attributes.is_empty() && ours.children.is_empty();
        let valued = ours.value.is_some() || theirs.value.is_some();
        if simple || valued || path.is_empty() || !self.judge.speaks_about(path) {
            return false;
        }
        let (ours, theirs) = (shown_item(self.site, site), shown_item(self.new, new));
        let answer = self.judge.answer(path, Some(&ours), Some(&theirs));
        let directive = self.judge.directive(path);
        let differs = comparable_keys(self.site, site) != comparable_keys(self.new, new);
        match (answer, directive.map(|directive| (&directive.demand, directive.rule))) {
            (_, Some((Demand::Refuse, rule))) => {
                self.all_from_site(site, new);
                self.records.ask(path, &refusal(&rule.why));
            }
            (Some(Answer::TakeNew), _) => self.all_from_new(new),
            (Some(Answer::KeepSite), _) | (None, Some((Demand::KeepSite, _))) if differs => {
                self.all_from_site(site, new);
            }
            (None, Some((Demand::Ask(question), _))) if differs => {
                self.all_from_site(site, new);
                self.records.ask(path, question);
            }
            _ => return false,
        }
        self.records.by_rule(path, directive.map(|directive| rule_ref(directive.rule)));
        true
    }

    /// What is a single value in one file and a block in the other cannot be settled part by
    /// part.
    fn value_or_block(&mut self, site: ItemId, new: ItemId) -> bool {
        let opens = self.new.document.spec().format.syntax().opens_values();
        let block = |side: &Side, item| side.item(item).body.is_some();
        if opens || block(self.site, site) == block(self.new, new) {
            return false;
        }
        let path = self.site.path(site).to_owned();
        let changed =
            |side: &Side, item| changed_since(self.judge, self.base, &path, &side.keys_under(item));
        let (ours, theirs) = (changed(self.site, site), changed(self.new, new));
        if !ours {
            self.all_from_new(new);
            return true;
        }
        self.all_from_site(site, new);
        if theirs && self.base.is_example(&path) {
            self.records.remark(&path, EXAMPLE_CHANGED);
        } else if theirs {
            let question = "This is a single value on one side and a block of values on the \
                            other, and both have changed. Which holds?";
            self.records.ask(&path, question);
        }
        true
    }

    /// The site's element in the place of the vendor's.
    fn all_from_site(&mut self, site: ItemId, new: ItemId) {
        let holder = self.new.item(new).parent;
        let piece = self.piece(site, holder);
        self.plan.replaced.insert(new, piece.text);
        for (path, _) in self.new.keys_under(new) {
            self.records.set(&path, Outcome::Kept, None);
        }
        let keys = self.site.keys_under(site);
        for (path, held) in &keys {
            self.records.set(path, Outcome::Kept, Some(held.clone()));
        }
        self.ask_about_parts(self.site.path(site), &keys);
        self.settled.extend(self.new.document.tree().subtree(new));
    }

    fn all_from_new(&mut self, new: ItemId) {
        for (path, held) in self.new.keys_under(new) {
            self.records.set(&path, Outcome::TakenFromNew, Some(held));
        }
        self.settled.extend(self.new.document.tree().subtree(new));
    }

    /// A piece of the site's text, as it can stand under an item of the new default.
    pub(super) fn piece(&mut self, site: ItemId, holder: ItemId) -> Piece {
        self.adopter.piece(&self.site.document, site, &self.new.document, holder)
    }

    /// Puts a piece of the site's text behind the anchor, or where its section is.
    pub(super) fn insert(&mut self, item: ItemId, anchor: Anchor) {
        let piece = self.piece(item, anchor.holder);
        let Spot { after, rank } = self.sections.spot(item, anchor, self.site, self.new);
        let inserts = self.plan.inserted.entry(anchor.holder).or_default();
        inserts.push(Insert { after, rank, piece });
    }
}

/// Whether the item is an `if` block of a shell file.
pub(super) fn is_block(side: &Side, item: ItemId) -> bool {
    let format = side.document.spec().format;
    format == Format::ShellEnvironment && side.item(item).body.is_some()
}

fn comparable_keys(side: &Side, item: ItemId) -> Vec<(String, Held)> {
    let comparable = |(path, held): (String, Held)| match held {
        Held::Value(value) => (path, Held::Value(comparable(&value))),
        Held::Others => (path, Held::Others),
    };
    let mut keys: Vec<_> = side.keys_under(item).into_iter().map(comparable).collect();
    keys.sort();
    keys
}
