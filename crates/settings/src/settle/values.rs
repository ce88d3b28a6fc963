//! Judging one value by its three sides.

use refit_model::{Outcome, RuleRef};

use super::base::comparable;
use super::judge::{Answer, Demand, Judge, rule_ref};
use crate::key::shown_value;
use crate::mark::has_mark;
use crate::value::{ConnectorUri, merge, same_value};
use crate::{Format, ValueKind};

/// The three sides of a value. A side without the key, or without a value, has none.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    /// With bare marks.
    pub(super) base: Option<&'a str>,
    pub(super) site: Option<&'a str>,
    pub(super) new: Option<&'a str>,
    /// The old value is an example that the site switched on: by that the site chose it.
    pub(super) example: bool,
}

/// What a value is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Take {
    Site,
    New,
    Text(String),
}

/// The judgement.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) take: Take,
    pub(super) outcome: Outcome,
    pub(super) rule: Option<RuleRef>,
    /// What the reader should know.
    pub(super) remark: Option<String>,
}

impl Verdict {
    fn plain(take: Take, outcome: Outcome) -> Self {
        Self { take, outcome, rule: None, remark: None }
    }

    /// A question. Until it is answered, the site's value stands in.
    fn ask(question: impl Into<String>) -> Self {
        Self::plain(Take::Site, Outcome::NeedsDecision(question.into()))
    }
}

/// Whether two values mean the same.
pub(super) fn same(format: Format, kind: Option<ValueKind>, one: &str, other: &str) -> bool {
    let (one, other) = (comparable(one), comparable(other));
    if format == Format::Xml {
        // An XML value may be broken into lines without a change of its meaning.
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (one, other) = (words(&one), words(&other));
        return one == other || same_value(kind, &one, &other);
    }
    one == other || same_value(kind, &one, &other)
}

/// Judges the value of `path`.
pub(super) fn judge_value(judge: &Judge, path: &str, sides: Sides) -> Verdict {
    let kind = judge.kind(path);
    let equal = |one: Option<&str>, other: Option<&str>| match (one, other) {
        (Some(one), Some(other)) => same(judge.spec.format, kind, one, other),
        (one, other) => one.is_none() && other.is_none(),
    };
    if let Some(verdict) = told(judge, path, sides, &equal) {
        return verdict;
    }
    let secret = sides.site.is_some_and(has_mark);
    if equal(sides.site, sides.new) {
        // Of a secret it is not known whether it is the same: the site's stays.
        return if secret {
            Verdict::plain(Take::Site, Outcome::Kept)
        } else if sides.site == sides.new {
            Verdict::plain(Take::New, Outcome::Kept)
        } else {
            // The same, written in another way.
            Verdict::plain(Take::New, Outcome::TakenFromNew)
        };
    }
    if equal(sides.new, sides.base) {
        return Verdict::plain(Take::Site, Outcome::Kept);
    }
    if sides.example && sides.site.is_some() && sides.new.is_some() {
        let kept = Verdict::plain(Take::Site, Outcome::Kept);
        return Verdict { remark: Some(EXAMPLE_CHANGED.to_owned()), ..kept };
    }
    if !secret && equal(sides.site, sides.base) {
        return untouched(judge, path, sides, kind);
    }
    both_changed(sides, kind)
}

/// What a rule or a person says.
fn told(
    judge: &Judge,
    path: &str,
    sides: Sides,
    equal: &impl Fn(Option<&str>, Option<&str>) -> bool,
) -> Option<Verdict> {
    let directive = judge.directive(path);
    let rule = directive.map(|directive| rule_ref(directive.rule));
    let demand = directive.map(|directive| &directive.demand);
    if demand == Some(&Demand::Refuse) && sides.site.is_some() {
        let why = directive.map(|directive| directive.rule.why.as_str()).unwrap_or_default();
        return Some(Verdict { rule, ..Verdict::ask(refusal(why)) });
    }
    let shown = |value: Option<&str>| value.map(shown_value);
    let (site, new) = (shown(sides.site), shown(sides.new));
    if let Some(answer) = judge.answer(path, site.as_ref(), new.as_ref()) {
        return Some(Verdict { rule, ..answered(answer, sides) });
    }
    if judge.is_of_version(path) && sides.new.is_some() && !equal(sides.site, sides.new) {
        let remark = Some(OF_VERSION.to_owned());
        return Some(Verdict { remark, ..Verdict::plain(Take::New, Outcome::TakenFromNew) });
    }
    // Of a secret it is not known whether it is the vendor's.
    let is_vendors = equal(sides.site, sides.new) && !sides.site.is_some_and(has_mark);
    let unsettled = || !equal(sides.site, sides.base) || sides.new.is_some();
    match demand {
        Some(Demand::KeepSite) => {
            Some(Verdict { rule, ..Verdict::plain(Take::Site, Outcome::Kept) })
        }
        Some(Demand::Ask(question)) if !is_vendors && unsettled() => {
            Some(Verdict { rule, ..Verdict::ask(question.clone()) })
        }
        _ => None,
    }
}

/// Of what the site switched on, and the vendor says otherwise now.
pub(super) const EXAMPLE_CHANGED: &str = "The site had switched on the vendor's example, which has \
    another value now: the site's value stays.";

/// Of what the site changed and the new default no longer has.
pub(super) const STAYS_THOUGH_GONE: &str = "The site changed this, and the new default no longer \
    has it. It stays: see whether the new version still knows it.";

/// Of what leads to the version itself.
const OF_VERSION: &str = "This says where the version itself lies: with the site's value the old \
    version would be started again. The new default's holds.";

/// Begins the text of a question that no answer settles.
pub(super) const REFUSAL: &str = "This file cannot be settled:";

/// The text of a question that no answer settles.
pub(super) fn refusal(why: &str) -> String {
    format!("{REFUSAL} {why}")
}

fn answered(answer: Answer, sides: Sides) -> Verdict {
    match answer {
        Answer::KeepSite => Verdict::plain(Take::Site, Outcome::Kept),
        Answer::TakeNew => Verdict::plain(Take::New, Outcome::TakenFromNew),
        Answer::Own(text) if sides.site == Some(&text) => Verdict::plain(Take::Site, Outcome::Kept),
        Answer::Own(text) if sides.new == Some(&text) => {
            Verdict::plain(Take::New, Outcome::TakenFromNew)
        }
        Answer::Own(text) => Verdict::plain(Take::Text(text), Outcome::Combined),
    }
}

/// The site left the vendor's old value; the vendor has another one now.
fn untouched(judge: &Judge, path: &str, sides: Sides, kind: Option<ValueKind>) -> Verdict {
    let taken = Verdict::plain(Take::New, Outcome::TakenFromNew);
    let Some(guard) = judge.guard(path) else {
        return taken;
    };
    let what = &guard.what;
    let (Some(site), Some(new)) = (sides.site, sides.new) else {
        return match sides.site {
            Some(_) => Verdict::ask(format!(
                "This value ({what}) is in force, and the new default no longer has it. Keep it?"
            )),
            None => taken,
        };
    };
    let moved = kind == Some(ValueKind::Uri) && endpoint(site) != endpoint(new);
    let guarded_value = kind != Some(ValueKind::Uri) && judge.value_guard(path).is_some();
    if moved || guarded_value {
        let remark =
            format!("The new default has another value here ({what}). The one in force stays.");
        return Verdict { remark: Some(remark), ..Verdict::plain(Take::Site, Outcome::Kept) };
    }
    let remark = format!("The vendor changed this ({what}), and the site had left it as it was.");
    Verdict { remark: Some(remark), ..taken }
}

/// What clients have to know of a URI.
fn endpoint(uri: &str) -> Option<(String, String, Option<u16>)> {
    let uri = ConnectorUri::parse(uri)?;
    Some((uri.scheme().to_owned(), uri.host().to_owned(), uri.port()))
}

/// The site set this value, whatever the default was: its own holds, and the reader is told.
fn both_changed(sides: Sides, kind: Option<ValueKind>) -> Verdict {
    if let (Some(kind), Some(base), Some(site), Some(new)) =
        (kind, sides.base, sides.site, sides.new)
        && let Some(merged) = merge(kind, base, site, new)
    {
        let disputed = merged.disputed.join(", ");
        let told = format!(
            "Both the site and the vendor changed parts of this ({disputed}): the site's hold."
        );
        return Verdict {
            remark: (!merged.disputed.is_empty()).then_some(told),
            ..Verdict::plain(Take::Text(merged.text), Outcome::Combined)
        };
    }
    let remark = match (sides.base, sides.site, sides.new) {
        (_, None, _) => {
            "The site had taken this out; the vendor changed it meanwhile. It stays out."
        }
        (_, _, None) => STAYS_THOUGH_GONE,
        (None, ..) => "Both the site and the vendor added this: the site's value holds.",
        _ => "Both the site and the vendor changed this: the site's value holds.",
    };
    Verdict { remark: Some(remark.to_owned()), ..Verdict::plain(Take::Site, Outcome::Kept) }
}
