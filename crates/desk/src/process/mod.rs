//! The process: which activities there are, in which order, whose, and how long each may take.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{ActivityKey, DurationRange, Line, Party, Prose};

pub mod keys;
mod table;

/// All activities, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Process(pub Vec<ActivityRule>);

/// What the process says about one activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivityRule {
    /// Its key.
    pub key: ActivityKey,
    /// The phase that it belongs to.
    pub phase: Line,
    /// The milestone that it belongs to.
    pub milestone: Line,
    /// Its name.
    pub name: Line,
    /// What is done.
    pub details: Prose,
    /// Whose it is; at least one.
    pub owners: Vec<Party>,
    /// How long it may take.
    pub allotment: Allotment,
    /// The activities that must be settled before it can start. All are earlier in the process.
    pub needs: Vec<ActivityKey>,
    /// How it starts.
    pub start: Start,
}

/// How long an activity may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Allotment {
    /// It takes no time of its own: `N/A`.
    NotApplicable,
    /// As long as its owner wants: `-`.
    Open,
    /// This long.
    Own(DurationRange),
    /// Out of the time of that activity, together with all others that name it.
    Shared(ActivityKey),
    /// As long as its owner wants, at most so many days by the calendar.
    AtMostDays(u16),
}

/// How an activity starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// As soon as everything that it needs is settled.
    WhenReady,
    /// When a person says so.
    ByHand,
    /// When a person says so, not before access is verified and all documents are processed. Its
    /// clock starts at that moment.
    WhenInputsAreThere,
    /// When a person says so; there is one for each environment, and none at first.
    ForEachEnvironment,
}

/// What is wrong with a process.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProcessProblem {
    /// Two activities have one key.
    #[error("the activity `{0}` is there twice")]
    Twice(ActivityKey),
    /// An activity needs, or shares time with, one that is not before it.
    #[error("`{activity}` names `{other}`, which is not before it")]
    NotBefore {
        /// The activity.
        activity: ActivityKey,
        /// The one that it names.
        other: ActivityKey,
    },
    /// Time is shared with an activity that has none of its own.
    #[error("`{activity}` shares the time of `{other}`, which has none of its own")]
    NothingToShare {
        /// The activity.
        activity: ActivityKey,
        /// The one that it names.
        other: ActivityKey,
    },
    /// An activity belongs to nobody.
    #[error("`{0}` has no owner")]
    NoOwner(ActivityKey),
    /// An activity that the desk needs is missing.
    #[error("the activity `{0}` is missing: it may be renamed and moved, not removed")]
    Missing(&'static str),
}

impl Process {
    /// The rule of an activity.
    pub fn get(&self, key: &str) -> Option<&ActivityRule> {
        self.0.iter().find(|rule| rule.key.as_str() == key)
    }

    /// Everything that is wrong with it; nothing if it can be used.
    pub fn problems(&self) -> Vec<ProcessProblem> {
        let mut problems = Vec::new();
        let mut seen = BTreeSet::new();
        for rule in &self.0 {
            let shared = match &rule.allotment {
                Allotment::Shared(with) => Some(with),
                _ => None,
            };
            let not_before = rule.needs.iter().chain(shared).filter(|other| !seen.contains(other));
            problems.extend(not_before.map(|other| ProcessProblem::NotBefore {
                activity: rule.key.clone(),
                other: other.clone(),
            }));
            if let Some(other) = shared.filter(|other| !self.has_own_time(other)) {
                let (activity, other) = (rule.key.clone(), other.clone());
                problems.push(ProcessProblem::NothingToShare { activity, other });
            }
            if rule.owners.is_empty() {
                problems.push(ProcessProblem::NoOwner(rule.key.clone()));
            }
            if !seen.insert(&rule.key) {
                problems.push(ProcessProblem::Twice(rule.key.clone()));
            }
        }
        let is_missing = |key: &&str| self.get(key).is_none();
        problems.extend(keys::ALL.into_iter().filter(is_missing).map(ProcessProblem::Missing));
        problems
    }

    /// The activity whose clock this one runs on, if it has a clock.
    pub fn clock_of(&self, rule: &ActivityRule) -> Option<ActivityKey> {
        match &rule.allotment {
            Allotment::Own(_) => Some(rule.key.clone()),
            Allotment::Shared(with) => Some(with.clone()),
            Allotment::NotApplicable | Allotment::Open | Allotment::AtMostDays(_) => None,
        }
    }

    /// The activities that share this clock.
    pub fn on_clock<'a>(
        &'a self,
        clock: &'a ActivityKey,
    ) -> impl Iterator<Item = &'a ActivityRule> {
        self.0.iter().filter(move |rule| self.clock_of(rule).as_ref() == Some(clock))
    }

    /// How long a clock may run.
    pub fn allotted(&self, clock: &ActivityKey) -> Option<DurationRange> {
        match self.get(clock.as_str())?.allotment {
            Allotment::Own(range) => Some(range),
            _ => None,
        }
    }

    fn has_own_time(&self, key: &ActivityKey) -> bool {
        self.allotted(key).is_some()
    }
}

impl ActivityRule {
    /// How long it may take, in words for people.
    pub fn duration_words(&self, process: &Process) -> String {
        match &self.allotment {
            Allotment::NotApplicable => "N/A".to_owned(),
            Allotment::Open => "-".to_owned(),
            Allotment::Own(range) if process.on_clock(&self.key).count() > 1 => {
                format!("{} in all", range.words())
            }
            Allotment::Own(range) => range.words(),
            Allotment::Shared(with) => match process.get(with.as_str()) {
                Some(rule) => format!("within the time of {}", rule.name),
                None => format!("within the time of {with}"),
            },
            Allotment::AtMostDays(7) => "at most 1 week".to_owned(),
            Allotment::AtMostDays(days) => format!("at most {days} days"),
        }
    }
}
