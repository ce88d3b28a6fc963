//! Files that the new version does not ship any more.

use std::collections::HashSet;

use refit_model::{KeyOutcome, Outcome, Remark, RuleRef, SettledFile, Settlement, Shown};

use super::base::BaseView;
use super::judge::{Answer, Demand, Judge, rule_ref};
use super::known::note_unknown;
use super::records::Records;
use super::rules::{Prepared, prepare};
use super::site_only::is_changed;
use super::values::refusal;
use super::whole::{open, size_of};
use super::{SettleInput, Settled};
use crate::key::Key;

/// A file that the site wrote stays; one that the vendor shipped goes if the site left it alone,
/// and is a question otherwise.
pub(super) fn settle(input: &SettleInput) -> Settled {
    let mut records = Records::default();
    let mut base = match &input.base {
        Some(base) => BaseView::of(base),
        None => BaseView::of(&super::Base::Document(input.site)),
    };
    let Prepared { site, directives, gone, moved, .. } = prepare(input, &mut base, &mut records);
    note_unknown(input.site, &mut records);
    let file = input.file();
    let judge = Judge { file, spec: site.spec(), decisions: input.decisions, directives };
    let keys: Vec<Key> = site.keys().into_iter().filter(|key| key.live).collect();
    let own = input.base.is_none();
    let mut asked = asked_keys(&judge, &base, &keys, own);
    if !own {
        asked.extend(asked_absences(&judge, &base, &keys));
    }
    let everything_ruled = keys.is_empty() && !gone.is_empty();
    let changed = !own && !everything_ruled && differs(&judge, &base, &keys);
    let whole = open(
        input,
        "The new version ships this file no more, and the site had changed it. Keep it?",
    );
    let (fate, result) = match whole.settlement.result {
        _ if asked.iter().any(|asked| asked.answer.is_none()) => (Outcome::Kept, SettledFile::Open),
        _ if !asked.is_empty() => by_answers(&asked),
        _ if own && gone.is_empty() => (Outcome::Kept, SettledFile::AsSite),
        _ if !changed => (unshipped(), SettledFile::Absent),
        SettledFile::AsSite => (Outcome::Kept, SettledFile::AsSite),
        SettledFile::Absent => (unshipped(), SettledFile::Absent),
        _ => (Outcome::Kept, SettledFile::Open),
    };
    let kept = fate == Outcome::Kept;
    let mut outcomes: Vec<KeyOutcome> = keys.iter().map(|key| outcome(key, &base, &fate)).collect();
    for asked in &asked {
        if let Some(outcome) = outcomes.iter_mut().find(|outcome| outcome.key == asked.path) {
            outcome.rule = Some(asked.rule.clone());
            if asked.answer.is_none() {
                outcome.outcome = Outcome::NeedsDecision(asked.question.clone());
                outcome.result = None;
            }
        } else {
            outcomes.push(absence(asked, &base));
        }
    }
    if result == SettledFile::Open && asked.is_empty() {
        outcomes.extend(whole.settlement.outcomes.clone());
    }
    outcomes.extend(gone.into_iter().map(|gone| KeyOutcome {
        key: gone.path,
        outcome: gone.outcome,
        base: None,
        site: gone.site,
        new: None,
        result: None,
        rule: gone.rule,
    }));
    if own && kept {
        let text = format!("The site's own file ({}): it stays as it is.", size_of(input.site));
        records.remarks.push(Remark { key: None, text, source: None });
    }
    let settlement = Settlement { outcomes, remarks: records.remarks, result, ..whole.settlement };
    Settled { settlement, content: None, moved, companion: None }
}

fn unshipped() -> Outcome {
    Outcome::Dropped("the new version does not ship this file".to_owned())
}

fn outcome(key: &Key, base: &BaseView, fate: &Outcome) -> KeyOutcome {
    let site = key.shown().or_else(|| Some(Shown::Text("(holds others)".to_owned())));
    KeyOutcome {
        key: key.path.clone(),
        outcome: fate.clone(),
        base: base.live_value(&key.path).map(crate::key::shown_value),
        result: if fate == &Outcome::Kept { site.clone() } else { None },
        site,
        new: None,
        rule: None,
    }
}

/// Whether the file as a whole differs from the old default.
fn differs(judge: &Judge, base: &BaseView, keys: &[Key]) -> bool {
    let known: HashSet<&str> = keys.iter().map(|key| key.path.as_str()).collect();
    keys.iter().any(|key| is_changed(judge, base, &key.path, key.value.as_deref()))
        || base.keys().iter().any(|key| key.live && !known.contains(key.path.as_str()))
}

/// A key about which a rule asks.
struct Asked {
    path: String,
    question: String,
    rule: RuleRef,
    answer: Option<Answer>,
}

fn asked_keys(judge: &Judge, base: &BaseView, keys: &[Key], own: bool) -> Vec<Asked> {
    let mut asked: Vec<Asked> = Vec::new();
    for key in keys {
        let inside = |above: &Asked| super::base::is_under(&key.path, &above.path);
        let Some(directive) = judge.directive(&key.path).filter(|_| !asked.iter().any(inside))
        else {
            continue;
        };
        let changed = own || is_changed(judge, base, &key.path, key.value.as_deref());
        let question = match &directive.demand {
            Demand::KeepSite | Demand::Remove => continue,
            Demand::Ask(_) if !changed => continue,
            Demand::Ask(question) => question.clone(),
            Demand::Refuse => refusal(&directive.rule.why),
        };
        let refused = directive.demand == Demand::Refuse;
        let answer = judge.answer(&key.path, key.shown().as_ref(), None).filter(|_| !refused);
        asked.push(Asked {
            path: key.path.clone(),
            question,
            rule: rule_ref(directive.rule),
            answer,
        });
    }
    asked
}

/// What a rule asks about, and the site had taken out of the old default.
fn asked_absences(judge: &Judge, base: &BaseView, keys: &[Key]) -> Vec<Asked> {
    let known: HashSet<&str> = keys.iter().map(|key| key.path.as_str()).collect();
    let mut asked: Vec<Asked> = Vec::new();
    for key in base.keys().iter().filter(|key| key.live && !known.contains(key.path.as_str())) {
        let inside = |above: &Asked| super::base::is_under(&key.path, &above.path);
        let Some(directive) = judge.directive(&key.path).filter(|_| !asked.iter().any(inside))
        else {
            continue;
        };
        if let Demand::Ask(question) = &directive.demand {
            asked.push(Asked {
                path: key.path.clone(),
                question: format!("The site had taken this out of the old default. {question}"),
                rule: rule_ref(directive.rule),
                answer: judge.answer(&key.path, None, None),
            });
        }
    }
    asked
}

fn absence(asked: &Asked, base: &BaseView) -> KeyOutcome {
    let outcome = match asked.answer {
        None => Outcome::NeedsDecision(asked.question.clone()),
        Some(_) => unshipped(),
    };
    KeyOutcome {
        key: asked.path.clone(),
        outcome,
        base: base.live_value(&asked.path).map(crate::key::shown_value),
        site: None,
        new: None,
        result: None,
        rule: Some(asked.rule.clone()),
    }
}

/// One key that is to be kept keeps the file.
fn by_answers(asked: &[Asked]) -> (Outcome, SettledFile) {
    if asked.iter().any(|asked| asked.answer == Some(Answer::KeepSite)) {
        (Outcome::Kept, SettledFile::AsSite)
    } else {
        (unshipped(), SettledFile::Absent)
    }
}
