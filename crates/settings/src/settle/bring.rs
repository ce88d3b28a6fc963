//! Values that other files' rules move into this one.

use refit_model::{KeyOutcome, Lineage, Outcome, SettledFile, Settlement, Template, Version};

use super::finish::{VendorTexts, slots_of};
use super::input::{Bringing, Brought, SettleInput, Settled};
use super::judge::{Demand, Directive};
use super::records::Records;
use super::rules::Prepared;
use super::whole::NEW_SLOT;
use crate::key::shown_value;
use crate::mark::replace_marks;
use crate::render::line_end;
use crate::{Document, ParseError};

impl<'a> Prepared<'a> {
    /// Gives the site's file what other files bring, as if the site had set it here.
    pub(super) fn bring(&mut self, input: &SettleInput<'a>, records: &mut Records) {
        for brought in input.brought.iter().filter(|brought| brought.file == input.file()) {
            if brought.how == Bringing::New && self.site.live_value(&brought.key).is_some() {
                self.ask_which(input, brought);
                continue;
            }
            match with_brought(&self.site, brought) {
                Some(site) => {
                    self.site = site;
                    self.written.insert(brought.key.clone(), (brought.rule.clone(), None));
                }
                None => records.ask(&brought.key, &by_hand(brought)),
            }
        }
    }

    /// Two files have had this key, and there is one for both now.
    fn ask_which(&mut self, input: &SettleInput<'a>, brought: &Brought) {
        let Some(rule) = input.rules.iter().find(|rule| rule.id == brought.rule.id) else { return };
        let question = format!(
            "{} has this too, and from now on there is one for both. Keep the one of this file? \
             (Where the other one must hold, write it here.)",
            brought.from
        );
        let only = Some(vec![brought.key.clone()]);
        self.directives.push(Directive { rule, only, demand: Demand::Ask(question) });
    }
}

fn by_hand(brought: &Brought) -> String {
    format!(
        "A setting of {} belongs here now, and could not be written. Write it by hand?",
        brought.from
    )
}

/// The document with a value that comes from another file.
fn with_brought(document: &Document, brought: &Brought) -> Option<Document> {
    let known = document.with_more_slots(&brought.slots);
    if let Some(place) = known.live_value(&brought.key) {
        let there = place.value().map_or("", |value| value.text.as_str());
        return known.with_value(&brought.key, &brought.beside(there)).ok();
    }
    let entry = known.spec().format.syntax().entry(&brought.key, &brought.value)?;
    let eol = line_end(known.text());
    let mut text = known.text().to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str(eol);
    }
    text.push_str(&entry);
    text.push_str(eol);
    let changed = known.with_text(text).ok()?;
    changed.live_value(&brought.key).is_some().then_some(changed)
}

impl Brought {
    /// What the key is to say where it says something already.
    fn beside(&self, there: &str) -> String {
        let mut entries = there.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        match self.how {
            Bringing::Set | Bringing::New => self.value.clone(),
            Bringing::Listed if entries.clone().next().is_none() => self.value.clone(),
            Bringing::Listed if entries.any(|entry| entry == self.value) => there.to_owned(),
            Bringing::Listed => format!("{there},{}", self.value),
        }
    }
}

/// Settles a file that the old version does not have: the vendor's, with what other files bring.
pub fn settle_brought(
    new: &Document,
    brought: &[Brought],
    target: &Version,
) -> Result<Settled, ParseError> {
    let file = &new.spec().path;
    let vendors = new.with_slot_prefix(NEW_SLOT)?;
    let mut changed = vendors.clone();
    let mut outcomes = Vec::new();
    for one in brought.iter().filter(|one| one.file == *file) {
        let outcome = match with_brought(&changed, one) {
            Some(with) => {
                changed = with;
                Outcome::Translated
            }
            None => Outcome::NeedsDecision(by_hand(one)),
        };
        let stands = |document: &Document| {
            let mut keys = document.keys().into_iter();
            keys.find(|key| key.live && key.path == one.key).and_then(|key| key.shown())
        };
        outcomes.retain(|known: &KeyOutcome| known.key != one.key);
        outcomes.push(KeyOutcome {
            key: one.key.clone(),
            outcome,
            base: None,
            site: Some(shown_value(&one.value)),
            new: stands(new),
            result: stands(&changed),
            rule: Some(one.rule.clone()),
        });
    }
    let told: Vec<String> = outcomes.iter().map(|outcome| outcome.key.clone()).collect();
    let untouched = new.keys().into_iter().filter(|key| !told.contains(&key.path));
    outcomes.extend(untouched.map(|key| KeyOutcome {
        outcome: Outcome::TakenFromNew,
        base: None,
        site: None,
        new: key.shown(),
        result: key.shown(),
        rule: None,
        key: key.path,
    }));
    let open = outcomes.iter().any(|key| matches!(key.outcome, Outcome::NeedsDecision(_)));
    let template = filled_from_vendor(&changed.template(), new);
    let result = match refit_model::Document::digest(&template) {
        Ok(digest) if !open => SettledFile::Written(digest),
        _ => SettledFile::Open,
    };
    let mut sources: Vec<String> = brought.iter().map(|one| one.from.clone()).collect();
    sources.dedup();
    let settlement = Settlement {
        file: file.clone(),
        sources,
        lineage: Lineage::Shipped(vec![target.clone()]),
        target: target.clone(),
        outcomes,
        remarks: Vec::new(),
        result,
    };
    Ok(Settled::new(settlement, (!open).then_some(template)))
}

/// The text, with the vendor's own words in the places of its secrets.
pub(crate) fn filled_from_vendor(changed: &Template, new: &Document) -> Template {
    let vendors = VendorTexts::of(new);
    let text = replace_marks(&changed.text, |id| {
        let text = vendors.get(id.strip_prefix(NEW_SLOT).unwrap_or(id));
        text.unwrap_or_else(|| Template::mark(id))
    });
    let slots = slots_of(&text, &changed.slots);
    Template { encoding: new.encoding(), slots, text: text.into_owned() }
}
