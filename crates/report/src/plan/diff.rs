//! What differs between two plans.

use std::collections::BTreeMap;

use refit_model::{Plan, Question, Settlement, Step, StepId};
use serde::Serialize;

use crate::Style;
use crate::text::{Page, bad, care, faint, good, plain, strong};
use crate::view::FileView;
use crate::words;

/// What differs between two plans: `refit diff`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PlanDiff {
    /// What the plans are for and rest on.
    pub about: Vec<Changed>,
    /// Steps and parts of steps.
    pub steps: Vec<Changed>,
    /// Keys of configuration files, as `FILE#KEY`, and whole files.
    pub settings: Vec<Changed>,
    /// Site values.
    pub parameters: Vec<Changed>,
    /// Decisions and open questions.
    pub decisions: Vec<Changed>,
}

/// One thing that is not the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// What it is.
    pub what: String,
    /// How it was; `None` if it was not there.
    pub before: Option<String>,
    /// How it is; `None` if it is gone.
    pub after: Option<String>,
}

impl PlanDiff {
    /// Compares two plans.
    pub fn between(before: &Plan, after: &Plan) -> Self {
        Self {
            about: compare(&about(before), &about(after)),
            steps: compare_steps(before, after),
            settings: compare(&settings(before), &settings(after)),
            parameters: compare(&parameters(before), &parameters(after)),
            decisions: compare(&decisions(before), &decisions(after)),
        }
    }

    /// Whether the plans are the same in everything that is compared.
    pub fn is_empty(&self) -> bool {
        self.sections().iter().all(|(_, changes)| changes.is_empty())
    }

    /// As text for the terminal.
    pub fn to_text(&self, style: Style) -> String {
        let mut page = Page::new(style);
        page.title(&self.summary());
        for (title, changes) in self.sections() {
            if !changes.is_empty() {
                page.heading(title);
            }
            for change in changes {
                change.write(&mut page);
            }
        }
        page.finish()
    }

    fn summary(&self) -> String {
        if self.is_empty() {
            return "The plans do not differ.".to_owned();
        }
        let sections = self.sections();
        let all = sections.iter().flat_map(|(_, changes)| changes.iter());
        let (mut added, mut changed, mut removed) = (0, 0, 0);
        for change in all {
            match (&change.before, &change.after) {
                (None, _) => added += 1,
                (_, None) => removed += 1,
                _ => changed += 1,
            }
        }
        format!("The plans differ: {added} added, {changed} changed, {removed} removed.")
    }

    fn sections(&self) -> [(&'static str, &[Changed]); 5] {
        [
            ("About the plans", &self.about),
            ("Steps", &self.steps),
            ("Settings", &self.settings),
            ("Site values", &self.parameters),
            ("Decisions", &self.decisions),
        ]
    }
}

impl Changed {
    fn write(&self, page: &mut Page) {
        match (&self.before, &self.after) {
            (None, Some(after)) => {
                page.spans(2, &[good("+"), strong(&self.what)]);
                page.paragraph(4, after);
            }
            (Some(before), None) => {
                page.spans(2, &[bad("-"), strong(&self.what)]);
                page.spans(4, &[faint(before)]);
            }
            (before, after) => {
                page.spans(2, &[care("~"), strong(&self.what)]);
                page.field(4, "before", 8, &[faint(before.as_deref().unwrap_or_default())]);
                page.field(4, "after", 8, &[plain(after.as_deref().unwrap_or_default())]);
            }
        }
    }
}

type Items = BTreeMap<String, String>;

fn compare(before: &Items, after: &Items) -> Vec<Changed> {
    let names: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let changes = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    changes
        .map(|name| Changed {
            what: name.clone(),
            before: before.get(name).cloned(),
            after: after.get(name).cloned(),
        })
        .collect()
}

fn about(plan: &Plan) -> Items {
    let hops = plan.way.iter().map(|hop| {
        let reads = words::store_reading(hop.old_reads_new_store);
        (format!("hop {} -> {}", hop.from, hop.to), format!("old reads new store: {reads}"))
    });
    let lines = [
        ("environment", plan.environment.to_string()),
        ("installation", plan.installation.to_string()),
        ("from", plan.from.to_string()),
        ("to", plan.to.to_string()),
        ("why this version", plan.why_this_version.clone()),
        ("assessment", plan.assessment.to_string()),
        ("knowledge", format!("of {} ({})", plan.pack.knowledge, plan.pack.digest)),
        ("strategy", words::strategy_words(plan.strategy).to_owned()),
        ("point of no return", super::point_of_no_return(&plan.point_of_no_return)),
    ];
    lines.map(|(name, text)| (name.to_owned(), text)).into_iter().chain(hops).collect()
}

fn compare_steps(before: &Plan, after: &Plan) -> Vec<Changed> {
    let mut changes = compare(&order(before, after), &order(after, before));
    for step in &before.steps {
        match after.step(&step.id) {
            None => changes.push(whole(&step.id, Some(step), None)),
            Some(other) if other != step => changes.extend(parts_changed(step, other)),
            Some(_) => {}
        }
    }
    let added = after.steps.iter().filter(|step| before.step(&step.id).is_none());
    changes.extend(added.map(|step| whole(&step.id, None, Some(step))));
    changes
}

/// The order of those steps that the other plan has too.
fn order(plan: &Plan, other: &Plan) -> Items {
    let common = plan.steps.iter().filter(|step| other.step(&step.id).is_some());
    let ids: Vec<_> = common.map(|step| step.id.as_str()).collect();
    [("order of the steps".to_owned(), ids.join(", "))].into()
}

fn whole(id: &StepId, before: Option<&Step>, after: Option<&Step>) -> Changed {
    let title = |step: Option<&Step>| step.map(|step| step.title.clone());
    Changed { what: id.to_string(), before: title(before), after: title(after) }
}

fn parts_changed(before: &Step, after: &Step) -> Vec<Changed> {
    let mut changes = compare(&parts(before), &parts(after));
    if changes.is_empty() {
        // The same in words, for example another template for the same file.
        changes.push(Changed {
            what: before.id.to_string(),
            before: Some("other content, the same in words".to_owned()),
            after: Some("other content, the same in words".to_owned()),
        });
    }
    changes
}

fn parts(step: &Step) -> Items {
    let parts = [
        ("title", step.title.clone()),
        ("reason", step.reason.clone()),
        ("phase", step.phase.word().to_owned()),
        ("host", step.host.to_string()),
        ("estimate", words::duration(step.estimate_milliseconds)),
        ("downtime", if step.downtime { "yes" } else { "no" }.to_owned()),
        ("may be skipped", if step.may_skip { "yes" } else { "no" }.to_owned()),
        ("is done when", words::condition(&step.probe).join("; ")),
        ("does", words::act(&step.act).join("; ")),
        ("verify", words::check(&step.verify).join("; ")),
        ("undo", words::undo(&step.undo).join("; ")),
    ];
    parts.map(|(name, text)| (format!("{}: {name}", step.id), text)).into()
}

fn settings(plan: &Plan) -> Items {
    plan.settlements.iter().flat_map(file_settings).collect()
}

fn file_settings(settlement: &Settlement) -> Items {
    let view = FileView::of(settlement);
    let entries = view.groups.iter().flat_map(|group| &group.keys);
    let keys = entries.flat_map(|entry| std::iter::once(entry).chain(&entry.within)).map(|key| {
        let name = format!("{}#{}", settlement.file, key.key);
        (name, format!("{}: {}", key.outcome, key.result.text()))
    });
    let mut items: Items = keys.collect();
    items.insert(settlement.file.clone(), view.becomes.to_owned());
    items
}

fn parameters(plan: &Plan) -> Items {
    plan.parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn decisions(plan: &Plan) -> Items {
    let made = plan.decisions.iter().map(|decision| {
        (decision.subject.clone(), format!("{}, by {}", decision.choice, decision.by))
    });
    let open = plan
        .questions
        .iter()
        .map(|question: &Question| (question.subject.clone(), format!("open: {}", question.text)));
    made.chain(open).collect()
}
