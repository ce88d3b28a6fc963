//! When activities would begin and end if each took its time: estimates and planned bars.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    ActivityKey, ActivityRule, Allotment, BusinessCalendar, Case, Process, Start, WorkTime,
};

/// A planned activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// The activity.
    pub key: ActivityKey,
    /// When it begins.
    pub begins: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
    /// Whether the whole ends later if this one does.
    pub is_critical: bool,
}

/// All planned activities, in the order of the process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Schedule {
    /// The activities.
    pub activities: Vec<Planned>,
}

/// Which of the agreed times an estimate takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// The shortest.
    Shortest,
    /// The longest.
    Longest,
}

impl Schedule {
    /// Lays the process out from `from` on; what needs its inputs begins not before
    /// `execution_from`.
    pub fn new(
        process: &Process,
        calendar: &BusinessCalendar,
        from: Timestamp,
        execution_from: Timestamp,
        pace: Pace,
    ) -> Self {
        Self::laid_out(process, from, |rule, begins| {
            let is_gated = rule.start == Start::WhenInputsAreThere;
            let begins = if is_gated { begins.max(execution_from) } else { begins };
            (begins, end_of(process, calendar, rule, begins, pace))
        })
    }

    /// Lays the rest of a case's process out from `now` on, after what was really done: what goes
    /// on ends when its share of time is used up, not before now; what is planned takes its time.
    pub fn forecast(case: &Case, now: Timestamp, pace: Pace) -> Option<Self> {
        let request = case.request.as_ref()?;
        let calendar = &request.customer.calendar;
        let execution_from = calendar.begin_of(request.fields.ideal_start);
        Some(Self::laid_out(&case.process, request.made, |rule, begins| {
            let activity = case.activity(rule.key.as_str());
            match activity.map(|one| (one.started, one.ended, one.state.is_settled())) {
                Some((started, Some(ended), true)) => (started.unwrap_or(ended), ended),
                Some((Some(started), ..)) => {
                    (started, end_of(&case.process, calendar, rule, started, pace).max(now))
                }
                _ => {
                    let is_gated = rule.start == Start::WhenInputsAreThere;
                    let gate = if is_gated { execution_from } else { now };
                    let begins = begins.max(now).max(gate);
                    (begins, end_of(&case.process, calendar, rule, begins, pace))
                }
            }
        }))
    }

    /// Asks for each activity, from when what it needs has ended, from when to when it is.
    fn laid_out(
        process: &Process,
        from: Timestamp,
        span: impl Fn(&ActivityRule, Timestamp) -> (Timestamp, Timestamp),
    ) -> Self {
        let mut ended: BTreeMap<&ActivityKey, Timestamp> = BTreeMap::new();
        let mut activities = Vec::new();
        for rule in process.0.iter().filter(|rule| rule.start != Start::ForEachEnvironment) {
            let needed = rule.needs.iter().filter_map(|need| ended.get(need)).max();
            let (begins, ends) = span(rule, needed.copied().unwrap_or(from));
            ended.insert(&rule.key, ends);
            let key = rule.key.clone();
            activities.push(Planned { key, begins, ends, is_critical: false });
        }
        let mut schedule = Self { activities };
        schedule.mark_critical(process);
        schedule
    }

    /// A planned activity.
    pub fn get(&self, key: &ActivityKey) -> Option<&Planned> {
        self.activities.iter().find(|planned| planned.key == *key)
    }

    /// When the upgrade is handed over: the end of the last activity with an agreed time.
    pub fn handed_over(&self, process: &Process) -> Option<Timestamp> {
        let agreed = self.activities.iter().filter(|planned| {
            process.get(planned.key.as_str()).is_some_and(|rule| process.clock_of(rule).is_some())
        });
        agreed.map(|planned| planned.ends).max()
    }

    /// Walks back from the end over what each activity waited for.
    fn mark_critical(&mut self, process: &Process) {
        let Some(last) = self.handed_over(process) else { return };
        let ends_last = |planned: &Planned| {
            planned.ends == last
                && process
                    .get(planned.key.as_str())
                    .is_some_and(|rule| process.clock_of(rule).is_some())
        };
        for index in (0..self.activities.len()).rev() {
            let planned = &self.activities[index];
            let holds_up = self.activities[index + 1..].iter().any(|later| {
                later.is_critical
                    && later.begins == planned.ends
                    && process
                        .get(later.key.as_str())
                        .is_some_and(|rule| rule.needs.contains(&planned.key))
            });
            self.activities[index].is_critical = holds_up || ends_last(planned);
        }
    }
}

fn end_of(
    process: &Process,
    calendar: &BusinessCalendar,
    rule: &ActivityRule,
    begins: Timestamp,
    pace: Pace,
) -> Timestamp {
    if let Allotment::AtMostDays(days) = rule.allotment {
        let day = calendar.date_of(begins).saturating_add(jiff::Span::new().days(i64::from(days)));
        return calendar.begin_of(day).max(begins);
    }
    calendar.add(begins, share_of(process, calendar, rule, pace))
}

/// The activity's time; of a shared time, an equal part.
fn share_of(
    process: &Process,
    calendar: &BusinessCalendar,
    rule: &ActivityRule,
    pace: Pace,
) -> WorkTime {
    let Some(clock) = process.clock_of(rule) else { return WorkTime::ZERO };
    let Some(allotted) = process.allotted(&clock) else { return WorkTime::ZERO };
    let amount = match pace {
        Pace::Shortest => allotted.least,
        Pace::Longest => allotted.most,
    };
    let sharers = process.on_clock(&clock).count();
    calendar.work_in(amount).part(u64::try_from(sharers).unwrap_or(1))
}
