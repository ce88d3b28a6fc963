//! The ways a file can be settled: merged key by key, kept as the site wrote it, or as a whole.

use std::collections::BTreeMap;

use refit_model::{KeyOutcome, Lineage, Outcome, Remark, SettledFile, Settlement, Shown};

use super::base::{BaseView, comparable};
use super::finish::Ending;
use super::judge::{Answer, Judge};
use super::known::note_unknown;
use super::merge::Merge;
use super::records::{Held, Records};
use super::rules::{Prepared, prepare};
use super::side::Side;
use super::switch::switched_on;
use super::{Base, SettleInput, Settled, gone, opaque};
use crate::data::ENTRY;
use crate::opaque::WHOLE_FILE;
use crate::settle::align::Reference;
use crate::tree::{ItemKind, ROOT};
use crate::{Document, Format, erlang};

/// Before the ids of the new default's slots, so that they are not taken for the site's.
pub(crate) const NEW_SLOT: &str = "new:";

/// A file made from the vendor's has at least one in so many of its comments.
const REWRITTEN_SHARE: usize = 10;
/// Of a default with fewer comments it cannot be told whether a file was made from it.
const FEW_COMMENTS: usize = 20;

/// Settles one file.
pub(super) fn settle(input: &SettleInput) -> Settled {
    let Some(new) = input.new else {
        return gone::settle(input);
    };
    if new.spec().format != input.site.spec().format {
        let question = "The new default is written in another format. Keep the site's file?";
        return open(input, question);
    }
    if new.spec().format == Format::Opaque {
        return opaque::settle(input, new);
    }
    if root_names(input.site) != root_names(new) {
        let question = "The new default has another root element. Keep the site's file?";
        return open(input, question);
    }
    match new.with_slot_prefix(NEW_SLOT) {
        Ok(new) => merged(input, &new),
        Err(_) => open(
            input,
            "The new default cannot be read apart from its secrets. Keep the site's file?",
        ),
    }
}

fn root_names(document: &Document) -> Vec<&str> {
    if document.spec().format != Format::Xml {
        return Vec::new();
    }
    let tree = document.tree();
    let children = tree.item(ROOT).children.iter().map(|&child| tree.item(child));
    children.filter(|item| item.kind == ItemKind::Key).map(|item| item.name.as_str()).collect()
}

fn merged(input: &SettleInput, new: &Document) -> Settled {
    let mut records = Records::default();
    let vendor_unchanged = is_vendor_unchanged(input);
    let mut base = match &input.base {
        Some(base) => BaseView::of(base),
        None => BaseView::of(&Base::Document(new)),
    };
    let mut prepared = prepare(input, &mut base, &mut records);
    prepared.bring(input, &mut records);
    let Prepared { site, directives, gone, written, moved } = prepared;
    let judge =
        Judge { file: input.file(), spec: new.spec(), decisions: input.decisions, directives };
    let site = Side::new(&site, &reference(&base, None));
    let against_site = reference(&base, Some(&site));
    let mut target = Side::new(new, &against_site);
    let new_off = target.off_values();
    // Where the vendor changed nothing, the site's own text stays, down to the last blank.
    let rewritten = !vendor_unchanged && is_rewritten(&base, &site, &target);
    if rewritten {
        let text = "The site's file has next to nothing of the vendor's text, and the defaults say \
                    the same: it stays as the site wrote it.";
        records.remarks.push(Remark { key: None, text: text.to_owned(), source: None });
    }
    let site_text = (vendor_unchanged || rewritten) && !judge.has_decisions();
    let on = || switched_on(&judge, &mut base, &site, &target, &mut records);
    if let Some(on) = (!site_text).then(on).flatten() {
        target = Side::new(&on, &reference(&base, Some(&site)));
    }
    if input.lineage == &Lineage::Own {
        let text = "No vendor's default is behind this file: what the site wrote stays.".to_owned();
        records.remarks.push(Remark { key: None, text, source: None });
    }
    note_duplicates(&site, &base, &mut records);
    note_unknown(input.site, &mut records);
    note_bare_binaries(&site, &mut records);
    note_late_comments(&site, &mut records);
    let mut merge = Merge::new(&judge, &base, &site, &target, records, site_text);
    merge.run();
    let Merge { plan, mut records, .. } = merge;
    for gone in &gone {
        if records.get(&gone.path).is_none_or(|record| record.result.is_none()) {
            records.set(&gone.path, gone.outcome.clone(), None);
            records.by_rule(&gone.path, gone.rule.clone());
        }
    }
    for (path, (rule, _)) in &written {
        let kept = records.get(path).is_some_and(|record| record.outcome == Outcome::Kept);
        if kept {
            let result = records.get(path).and_then(|record| record.result.clone());
            records.set(path, Outcome::Translated, result);
            records.by_rule(path, Some(rule.clone()));
        }
    }
    let ending = Ending {
        judge: &judge,
        base: &base,
        site: &site,
        new: &target,
        plan: &plan,
        new_off,
        site_text,
        site_size: size_of(input.site),
        new_size: input.new.map(size_of).unwrap_or_default(),
        gone,
        written,
    };
    Settled { moved, ..ending.finish(input, records) }
}

/// Whether the new default is the old one, or nothing is known about an old one.
fn is_vendor_unchanged(input: &SettleInput) -> bool {
    let Some(new) = input.new else {
        return false;
    };
    match input.base {
        None => true,
        Some(Base::Document(base)) => base.is_same_as(new),
        Some(Base::Shipped(base)) => {
            let bytes = new.print().ok();
            bytes.is_some_and(|bytes| refit_model::Digest::of(bytes.expose()) == base.digest)
        }
    }
}

/// Whether the site's file was written anew rather than made from the vendor's, while the vendor
/// changed no more than examples, explanations and what the site does not have.
fn is_rewritten(base: &BaseView, site: &Side, new: &Side) -> bool {
    if !new.document.spec().format.shape().line_comments {
        return false;
    }
    let live = base.keys().iter().filter(|key| key.live);
    let old: BTreeMap<&str, _> = live.map(|key| (key.path.as_str(), key.value.clone())).collect();
    let value = |held: &Held| held.value().map(comparable);
    let is_old = |(path, held): &(String, Held)| old.get(path.as_str()) == Some(&value(held));
    let keys = new.keys_under(ROOT);
    let gone = |path: &&&str| new.live(path).is_none();
    let unchanged =
        keys.iter().all(is_old) && old.keys().filter(gone).all(|path| site.live(path).is_none());
    let shared = site.comment_words().filter(|words| base.has_comment(words)).count();
    let few = base.comment_count() < FEW_COMMENTS;
    // A short default says little by its comments: then the settings must be others too.
    let flat = !new.document.spec().format.shape().nested;
    let is_others = || flat && !site.keys_under(ROOT).iter().any(is_old);
    unchanged && shared * REWRITTEN_SHARE < base.comment_count() && (!few || is_others())
}

/// The old default's keys, and those that only the site has.
fn reference(base: &BaseView, site: Option<&Side>) -> Reference {
    let mut reference = Reference::default();
    for key in base.keys().iter().filter(|key| key.live) {
        reference.push(&key.path, key.value.as_deref());
    }
    for (path, held) in site.map(|site| site.keys_under(ROOT)).into_iter().flatten() {
        reference.push(&path, held.value());
    }
    reference
}

/// What was wrong in the site's file before is told, never repaired.
fn note_duplicates(site: &Side, base: &BaseView, records: &mut Records) {
    let format = site.document.spec().format;
    for key in site.document.keys().into_iter().filter(|key| key.live) {
        let part = crate::settle::align::split_last(&key.path).1;
        let plain = crate::pattern::without_number(part);
        let numbered = plain != part && base.live(&key.path).is_none();
        let named = plain.contains('[');
        match format {
            // Entries of lists have no names that could be the same.
            _ if format.shape().last_counts && numbered && !named && plain != ENTRY => {
                let text = format!(
                    "Stands more than once in the site's file, here in line {}: the last one counts.",
                    key.line
                );
                records.remark(&key.path, text);
            }
            _ if format != Format::Lines && numbered && (named || format == Format::Erlang) => {
                let text =
                    format!("The site's file has several of these, one in line {}.", key.line);
                records.remark(&key.path, text);
            }
            _ => {}
        }
    }
}

/// `<<word>>` instead of `<<"word">>` is no term for Erlang: the file would not be read.
fn note_bare_binaries(site: &Side, records: &mut Records) {
    if site.document.spec().format != Format::Erlang {
        return;
    }
    let text = site.document.text();
    let live = site.document.tree().items.iter().filter(|item| item.is_live_key());
    for item in live {
        let span = item.value.as_ref().and_then(|value| value.span.clone());
        if span.is_some_and(|span| erlang::has_bare_binary(&text[span])) {
            let why = "Erlang does not read a word without quotes between << and >>; it stays as \
                       it is.";
            records.remark(&item.path, why);
        }
    }
}

/// Mosquitto has no comments behind a value: all of the line is read. Topics may hold a `#`.
fn note_late_comments(site: &Side, records: &mut Records) {
    if site.document.spec().format != Format::Mosquitto {
        return;
    }
    let live = site.document.tree().items.iter().filter(|item| item.is_live_key());
    for item in live.filter(|item| item.name != "topic") {
        if item.value.as_ref().is_some_and(|value| value.text.contains(" #")) {
            let text = "What stands behind the `#` is no comment for the broker, but a part of \
                        the value; it stays as it is.";
            records.remark(&item.path, text);
        }
    }
}

/// A settlement with one question about the whole file.
pub(crate) fn open(input: &SettleInput, question: &str) -> Settled {
    let site = Some(Shown::Text(size_of(input.site)));
    let new = input.new.map(|new| Shown::Text(size_of(new)));
    let judge = Judge {
        file: input.file(),
        spec: input.site.spec(),
        decisions: input.decisions,
        directives: Vec::new(),
    };
    let (outcome, taken, result) = match judge.answer(WHOLE_FILE, site.as_ref(), new.as_ref()) {
        Some(Answer::KeepSite) => (Outcome::Kept, site.clone(), SettledFile::AsSite),
        Some(Answer::TakeNew) if new.is_some() => {
            (Outcome::TakenFromNew, new.clone(), SettledFile::AsNew)
        }
        Some(Answer::TakeNew) => (Outcome::TakenFromNew, None, SettledFile::Absent),
        Some(Answer::Own(_)) | None => {
            (Outcome::NeedsDecision(question.to_owned()), None, SettledFile::Open)
        }
    };
    let outcomes = vec![KeyOutcome {
        key: WHOLE_FILE.to_owned(),
        outcome,
        base: None,
        site,
        new,
        result: taken,
        rule: None,
    }];
    let settlement = Settlement {
        file: input.file().to_owned(),
        sources: vec![input.site.spec().path.clone()],
        lineage: input.lineage.clone(),
        target: input.target.clone(),
        outcomes,
        remarks: Vec::new(),
        result,
    };
    Settled::new(settlement, None)
}

/// How a whole file is shown.
pub(super) fn size_of(document: &Document) -> String {
    let bytes = document.text().len();
    format!("the whole file, {bytes} bytes, {} lines", document.text().lines().count())
}
