//! Values of items that both the site's file and the new default have.

use super::merge::Merge;
use super::new_only::said_otherwise;
use super::records::Held;
use super::values::{Sides, Take, Verdict, judge_value};
use crate::Format;
use crate::edit::Place;
use crate::mark::has_mark;
use crate::tree::{Attribute, ItemId};

impl Merge<'_> {
    /// The items' own values.
    pub(super) fn own_value(&mut self, site: ItemId, new: ItemId) {
        let path = self.site.path(site).to_owned();
        let ours = self.site.item(site).value.clone();
        let theirs = self.new.item(new).value.clone();
        if ours.is_none() && theirs.is_none() {
            self.records.set(&path, refit_model::Outcome::Kept, Some(Held::Others));
            return;
        }
        let sides = Sides {
            base: self.base.live_value(&path),
            site: ours.as_ref().map(|value| value.text.as_str()),
            new: theirs.as_ref().map(|value| value.text.as_str()),
            example: self.new.document.spec().format != Format::Xml && self.base.is_example(&path),
        };
        let verdict = judge_value(self.judge, &path, sides);
        let raw = match &verdict.take {
            Take::New => None,
            Take::Site => match ours.as_ref().map(|value| value.span.clone()) {
                Some(Some(span)) => Some(self.site.document.text()[span].to_owned()),
                Some(None) => None,
                None => Some(String::new()),
            },
            Take::Text(text) => self.written(site, new, text),
        };
        let result = match &verdict.take {
            Take::New => theirs.map(|value| value.text),
            Take::Site => ours.map(|value| value.text),
            Take::Text(text) => Some(text.clone()),
        };
        if let Some(raw) = raw {
            self.plan.values.insert(new, raw);
        }
        self.record(&path, verdict, Some(Held::of(result)));
    }

    /// A text as the own value of an item of the new default.
    fn written(&self, site: ItemId, new: ItemId, text: &str) -> Option<String> {
        // The quotes around a secret must be those that it stood in.
        let (from, id) = if has_mark(text) { (self.site, site) } else { (self.new, new) };
        let place = Place { id, item: from.item(id), attribute: None };
        from.document.raw(place, text).ok()
    }

    fn record(&mut self, path: &str, verdict: Verdict, result: Option<Held>) {
        self.records.set(path, verdict.outcome, result);
        if let Some(remark) = verdict.remark {
            self.records.remark(path, remark);
        }
        self.records.by_rule(path, verdict.rule);
    }

    /// The attributes of two elements.
    pub(super) fn attributes(&mut self, site: ItemId, new: ItemId) {
        let mut behind = None;
        for (index, ours) in self.site.item(site).attributes.iter().enumerate() {
            let path = self.site.attribute_path(site, ours);
            let twin = self.attribute_of_new(new, &path);
            match twin {
                Some(place) if ours.identity && self.new.item(new).attributes[place].identity => {}
                _ => self.attribute((site, Some(index)), (new, twin), &path, behind),
            }
            behind = twin.or(behind);
        }
        for (index, theirs) in self.new.item(new).attributes.iter().enumerate() {
            let path = self.new.attribute_path(new, theirs);
            let ours = self.site.item(site).attributes.iter();
            if !ours.into_iter().any(|ours| self.site.attribute_path(site, ours) == path) {
                self.attribute((site, None), (new, Some(index)), &path, None);
            }
        }
    }

    fn attribute_of_new(&self, new: ItemId, path: &str) -> Option<usize> {
        let mut attributes = self.new.item(new).attributes.iter();
        attributes.position(|theirs| self.new.attribute_path(new, theirs) == path)
    }

    /// One attribute. `behind` is the vendor's attribute behind which the site has it.
    fn attribute(
        &mut self,
        (site, ours): (ItemId, Option<usize>),
        (new, theirs): (ItemId, Option<usize>),
        path: &str,
        behind: Option<usize>,
    ) {
        let site_attribute = ours.map(|index| &self.site.item(site).attributes[index]);
        let new_attribute = theirs.map(|index| &self.new.item(new).attributes[index]);
        let text = |attribute: &Attribute| attribute.value.text.clone();
        let (site_value, new_value) = (site_attribute.map(text), new_attribute.map(text));
        let sides = Sides {
            base: self.base.live_value(path),
            site: site_value.as_deref(),
            new: new_value.as_deref(),
            example: false,
        };
        let chosen = self.chosen_otherwise(path, sides);
        let verdict = chosen.unwrap_or_else(|| judge_value(self.judge, path, sides));
        let raw = self.raw_attribute(&verdict.take, (site, ours), (new, theirs));
        match (&verdict.take, theirs, raw) {
            (Take::Site, Some(theirs), raw) => {
                self.plan.attributes.insert((new, theirs), raw);
            }
            (Take::Text(_), Some(theirs), Some(raw)) => {
                self.plan.attributes.insert((new, theirs), Some(raw));
            }
            (Take::Site, None, Some(_)) => {
                let outer = site_attribute.map(|ours| ours.outer.clone()).unwrap_or_default();
                let raw = self.site.document.text()[outer].to_owned();
                self.plan.added_attributes.entry(new).or_default().push((behind, raw));
            }
            _ => {}
        }
        if site_attribute.or(new_attribute).is_some_and(|found| !found.identity) {
            let result = match &verdict.take {
                Take::New => new_value,
                Take::Site => site_value,
                Take::Text(text) => Some(text.clone()),
            };
            self.record(path, verdict, result.map(Held::Value));
        }
    }

    /// The verdict on an attribute that only the new default has, where the site has chosen another
    /// one that says the same thing: the vendor's is not taken.
    fn chosen_otherwise(&self, path: &str, sides: Sides) -> Option<Verdict> {
        let only_new = sides.site.is_none() && sides.base.is_none();
        let chosen = only_new.then(|| self.alternative(path)).flatten()?;
        Some(Verdict {
            take: Take::Site,
            outcome: refit_model::Outcome::Kept,
            rule: None,
            remark: Some(said_otherwise(chosen)),
        })
    }

    /// An attribute's value with its quotes, as it is to stand in the new default; none where
    /// there is none.
    fn raw_attribute(
        &self,
        take: &Take,
        (site, ours): (ItemId, Option<usize>),
        (new, theirs): (ItemId, Option<usize>),
    ) -> Option<String> {
        match take {
            Take::New => None,
            Take::Site => {
                let span = self.site.item(site).attributes[ours?].value.span.clone()?;
                Some(self.site.document.text()[span.start - 1..=span.end].to_owned())
            }
            Take::Text(text) => {
                // The quotes around a secret must be those that it stood in.
                let (from, id, index) = match ours.filter(|_| has_mark(text)) {
                    Some(index) => (self.site, site, index),
                    None => (self.new, new, theirs?),
                };
                let place = Place { id, item: from.item(id), attribute: Some(index) };
                from.document.raw(place, text).ok()
            }
        }
    }
}
