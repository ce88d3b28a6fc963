//! The settlement of a carried-over file: every key of both files with its outcome.

use std::collections::{BTreeMap, BTreeSet};

use refit_model::{KeyOutcome, Outcome, Remark, RuleRef, SettledFile, Settlement, Shown, Template};

use super::edits::Line;
use super::replay::{Fate, Replay};
use crate::comment::{comment_id, is_decoration};
use crate::key::{Key, shown_value};
use crate::mark::has_mark;
use crate::opaque::WHOLE_FILE;
use crate::pattern::without_number;
use crate::settle::{Answer, Base, Judge, SettleInput, Settled, filled_from_vendor};
use crate::{Document, Migration};

/// Writes the new file, reads it again, and reports.
pub(super) fn report(migration: &Migration, input: &SettleInput, replay: &Replay) -> Settled {
    let Some(new) = input.new else {
        return crate::settle::settle(input);
    };
    let report = Report { migration, input, replay, new };
    let template = report.template();
    let mut outcomes = report.old_keys();
    outcomes.extend(report.new_keys());
    let problem = report.problem(&template);
    outcomes.extend(problem.map(|question| report.whole_file(question)));
    let open = outcomes.iter().any(|key| matches!(key.outcome, Outcome::NeedsDecision(_)));
    let unchanged = new.print().ok().is_some_and(|bytes| {
        template.slots.is_empty() && template.fill(|_| None).is_ok_and(|text| text == bytes)
    });
    let result = match refit_model::Document::digest(&template) {
        _ if open => SettledFile::Open,
        _ if unchanged => SettledFile::AsNew,
        Ok(digest) => SettledFile::Written(digest),
        Err(_) => SettledFile::Open,
    };
    Settled {
        settlement: Settlement {
            file: new.spec().path.clone(),
            sources: vec![input.site.spec().path.clone()],
            lineage: input.lineage.clone(),
            target: input.target.clone(),
            outcomes,
            remarks: report.remarks(),
            result,
        },
        content: matches!(result, SettledFile::Written(_)).then_some(template),
        moved: Vec::new(),
        companion: None,
    }
}

struct Report<'a> {
    migration: &'a Migration,
    input: &'a SettleInput<'a>,
    replay: &'a Replay,
    new: &'a Document,
}

impl Report<'_> {
    fn rule(&self) -> RuleRef {
        RuleRef { id: self.migration.id.clone(), source: self.migration.source.clone() }
    }

    fn template(&self) -> Template {
        let heading = format!("The site's own settings, from {}", self.input.site.spec().path);
        let text = self.replay.edits.apply(self.new, &heading);
        let slots = self.input.site.slots().to_vec();
        filled_from_vendor(&Template { encoding: self.new.encoding(), slots, text }, self.new)
    }

    /// What the written file does not say as it should.
    fn problem(&self, template: &Template) -> Option<String> {
        let Ok(result) = Document::parse_template(template, self.new.spec()) else {
            return Some("The carried-over file does not read back. Take the vendor's?".to_owned());
        };
        let keys: BTreeMap<String, String> = result
            .keys()
            .into_iter()
            .filter(|key| key.live)
            .map(|key| (key.path, key.value.unwrap_or_default()))
            .collect();
        let written = self.replay.edits.written();
        let wrong = |(key, value): (&&str, &&str)| {
            keys.get(*key).is_none_or(|found| found != value && !has_mark(found))
        };
        let twice = keys.keys().any(|key| without_number(key) != key && !self.has_new(key));
        let mut removed = self.replay.edits.removed.iter();
        let left = removed.any(|key| keys.contains_key(key) && !written.contains_key(key.as_str()));
        let bad = written.iter().any(wrong) || twice || left;
        bad.then(|| {
            "The carried-over settings could not be written. Take the vendor's file?".to_owned()
        })
    }

    fn has_new(&self, key: &str) -> bool {
        self.new.live_value(key).is_some()
    }

    fn whole_file(&self, question: String) -> KeyOutcome {
        KeyOutcome {
            key: WHOLE_FILE.to_owned(),
            outcome: Outcome::NeedsDecision(question),
            base: None,
            site: None,
            new: None,
            result: None,
            rule: Some(self.rule()),
        }
    }

    fn base_keys(&self) -> Vec<(String, Option<String>)> {
        match &self.input.base {
            Some(Base::Document(base)) => {
                base.keys().into_iter().map(|key| (key.path, key.value)).collect()
            }
            Some(Base::Shipped(base)) => {
                base.keys.iter().map(|key| (key.path.clone(), key.value.clone())).collect()
            }
            None => Vec::new(),
        }
    }

    /// The keys of the old file, and of its old default.
    fn old_keys(&self) -> Vec<KeyOutcome> {
        let base: BTreeMap<String, Option<String>> = self.base_keys().into_iter().collect();
        let site = self.input.site.keys();
        let known: BTreeSet<&String> = site.iter().map(|key| &key.path).collect();
        let mut outcomes: Vec<KeyOutcome> =
            site.iter().map(|key| self.old_key(key, base.get(&key.path))).collect();
        for (path, value) in base.iter().filter(|found| !known.contains(found.0)) {
            let gone = Key {
                path: path.clone(),
                value: None,
                line: 0,
                live: !path.starts_with(crate::tree::OFF),
                secret: false,
                quoted: false,
            };
            let outcome = KeyOutcome { site: None, ..self.old_key(&gone, Some(value)) };
            outcomes.push(outcome);
        }
        outcomes
    }

    fn old_key(&self, key: &Key, base: Option<&Option<String>>) -> KeyOutcome {
        let shown = |value: &Option<String>| value.as_deref().map(shown_value);
        let (outcome, result) = if key.live {
            self.live_fate(key)
        } else if base.is_some() {
            (Outcome::TakenFromNew, None)
        } else {
            let why = "it was commented out, in log4j 1's way";
            (Outcome::Dropped(why.to_owned()), None)
        };
        KeyOutcome {
            key: key.path.clone(),
            outcome,
            base: base.and_then(shown),
            site: key.shown(),
            new: None,
            result,
            rule: Some(self.rule()),
        }
    }

    fn live_fate(&self, key: &Key) -> (Outcome, Option<Shown>) {
        let name = without_number(&key.path).replace("%2F", "/");
        let fate = self.replay.fates.get(&name);
        match fate {
            Some(Fate::Taken) => (Outcome::TakenFromNew, None),
            Some(Fate::Carried(None)) => (Outcome::Kept, None),
            Some(Fate::Carried(Some(to))) => {
                let written = self.replay.edits.written();
                let value = written.get(to.as_str()).copied().or(self.replay.target.value(to));
                let place = format!("{}#{to}", self.new.spec().path);
                (Outcome::Moved(place), value.map(shown_value))
            }
            Some(Fate::Dropped(why)) => (Outcome::Dropped(why.clone()), None),
            Some(Fate::Ask(question)) => self.asked(key, question),
            None => self.asked(key, "Refit does not know this key. Leave it out (take-new)?"),
        }
    }

    fn asked(&self, key: &Key, question: &str) -> (Outcome, Option<Shown>) {
        let judge = Judge {
            file: &self.new.spec().path,
            spec: self.new.spec(),
            decisions: self.input.decisions,
            directives: Vec::new(),
        };
        match judge.answer(&key.path, key.shown().as_ref(), None) {
            Some(Answer::TakeNew) => {
                (Outcome::Dropped("it was decided to leave it out".to_owned()), None)
            }
            _ => (Outcome::NeedsDecision(question.to_owned()), None),
        }
    }

    /// The keys of the new file.
    fn new_keys(&self) -> Vec<KeyOutcome> {
        let written = self.replay.edits.written();
        let mut outcomes = Vec::new();
        for key in self.new.keys() {
            let set = written.get(key.path.as_str()).filter(|_| key.live);
            let removed = key.live && self.replay.edits.removed.contains(&key.path);
            let (outcome, result) = match set {
                Some(value) => (Outcome::Translated, Some(shown_value(value))),
                None if removed => (Outcome::Kept, None),
                None => (Outcome::TakenFromNew, key.shown()),
            };
            let rule = (set.is_some() || removed).then(|| self.rule());
            let new = key.shown();
            outcomes.push(KeyOutcome {
                key: key.path,
                outcome,
                base: None,
                site: None,
                new,
                result,
                rule,
            });
        }
        for (key, value) in written {
            if !self.has_new(key) {
                outcomes.push(KeyOutcome {
                    key: key.to_owned(),
                    outcome: Outcome::Translated,
                    base: None,
                    site: None,
                    new: None,
                    result: Some(shown_value(value)),
                    rule: Some(self.rule()),
                });
            }
        }
        outcomes
    }

    fn remarks(&self) -> Vec<Remark> {
        let source = Some(self.migration.source.clone());
        let remark = |(key, text): &(String, String)| Remark {
            key: Some(key.clone()),
            text: text.clone(),
            source: source.clone(),
        };
        self.replay.remarks.iter().map(remark).collect()
    }
}

/// The site's own notes, without what is only switched off, as lines for the end.
pub(super) fn notes(input: &SettleInput) -> Vec<Line> {
    let mut known: BTreeSet<String> = match &input.base {
        Some(Base::Document(base)) => base.comments().map(comment_id).collect(),
        Some(Base::Shipped(base)) => base.comments.iter().cloned().collect(),
        None => BTreeSet::new(),
    };
    known.extend(input.new.iter().flat_map(|new| new.comments()).map(comment_id));
    let items = input.site.tree().items.iter();
    let comments = items.filter(|item| item.kind == crate::tree::ItemKind::Comment);
    let own = comments.filter(|item| item.children.is_empty()).filter_map(|item| {
        let text = item.value.as_ref()?.text.clone();
        (!is_decoration(&text) && !known.contains(&comment_id(&text))).then_some(Line::Note(text))
    });
    own.collect()
}
