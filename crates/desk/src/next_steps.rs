//! What is promised to the customer at the beginning: who is in touch when, and what comes next.

use crate::process::keys;
use crate::written::prose;
use crate::{Allotment, Case, DocumentState, Duty, MAX_PROSE, Prose, Rules};

/// What stands before the steps.
const BEGIN: &str = "We have received your request. This is what happens next:";
/// What stands before what the customer gives.
const WANTED: &str = "What we need from you:";

impl Case {
    /// Within which time the formal acknowledgement comes, and from whom, as the process says;
    /// nothing once it is there, or where it has no time.
    pub fn promise_of_contact(&self) -> Option<String> {
        let activity = self.activity(keys::ACKNOWLEDGE).filter(|one| !one.state.is_settled())?;
        let Allotment::Own(range) = &activity.rule.allotment else { return None };
        let owner = activity.rule.owners.first()?;
        Some(format!("The {owner} will be in touch within {}.", range.words()))
    }

    /// An overview of the next steps for the formal acknowledgement, as the process has them: each
    /// activity that is to come with its owner and its time, then what the customer has to give.
    pub fn next_steps(&self, rules: &Rules) -> Prose {
        let is_acknowledging = |key: &str| key == keys::ACKNOWLEDGE;
        let open = self.activities.iter().filter(|activity| {
            !activity.state.is_settled() && !is_acknowledging(activity.key.as_str())
        });
        let steps = open.zip(1..).map(|(activity, number)| {
            let owners: Vec<_> = activity.rule.owners.iter().map(|party| party.word()).collect();
            let time = match &activity.rule.allotment {
                Allotment::NotApplicable | Allotment::Open => String::new(),
                _ => format!(", {}", activity.rule.duration_words(&self.process)),
            };
            format!("{number}. {}: {}{time}", activity.title(), owners.join(" and "))
        });
        let wanted = self.wanted(rules).into_iter().map(|one| format!("- {one}"));
        let lines = [BEGIN.to_owned()].into_iter().chain(steps);
        joined(lines.chain([String::new(), WANTED.to_owned()]).chain(wanted))
    }

    /// What the customer has to give before the execution can begin.
    fn wanted(&self, rules: &Rules) -> Vec<String> {
        let documents = if self.documents.is_empty() {
            let sent = |one: &crate::DocumentTemplate| {
                format!("{}, within {}", one.title, one.due_in.words())
            };
            rules.documents.iter().map(sent).collect::<Vec<_>>()
        } else {
            let is_open = |one: &&crate::Document| !matches!(one.state, DocumentState::Processed);
            let date = |at| {
                self.calendar()
                    .map_or_else(String::new, |calendar| format!(", by {}", calendar.date_of(at)))
            };
            let open = self.documents.iter().filter(is_open);
            open.map(|one| format!("{}{}", one.template.title, date(one.due))).collect()
        };
        let access = "access to a development or staging environment, to read and to write";
        let is_without = |duty: &Duty| !self.contacts.iter().any(|one| one.duty == *duty);
        let people = Duty::ALL
            .into_iter()
            .filter(is_without)
            .map(|duty| format!("{}, and when this person is there", duty.with_article()));
        documents.into_iter().chain([access.to_owned()]).chain(people).collect()
    }
}

/// Lines, as many as a text takes.
fn joined(lines: impl Iterator<Item = String>) -> Prose {
    let mut text = String::new();
    let mut left = MAX_PROSE;
    for line in lines {
        let Some(rest) = left.checked_sub(line.chars().count() + 1) else { break };
        left = rest;
        text.push_str(&line);
        text.push('\n');
    }
    prose(&text)
}
