//! When activities would begin and end if each took its time: estimates and planned bars.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    ActivityKey, ActivityRule, Allotment, BusinessCalendar, BusinessDuration, Case, DurationRange,
    Process, Start, WorkTime,
};

/// A planned activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
        Self::laid_out(process, from, execution_from, |rule, needed| {
            let is_gated = rule.start == Start::WhenInputsAreThere;
            let begins = if is_gated { needed.max(execution_from) } else { needed };
            (begins, end_of(process, calendar, rule, begins, pace))
        })
    }

    /// Lays the rest of a case's process out from `now` on, after what was really done: what a
    /// clock measures ends when the clock is due, not before now; what is planned takes its time.
    pub fn forecast(case: &Case, now: Timestamp, pace: Pace) -> Option<Self> {
        let request = case.request.as_ref()?;
        let calendar = &request.customer.calendar;
        let execution_from = calendar.begin_of(request.fields.ideal_start);
        let forecast = Forecast { case, calendar, execution_from, now, pace };
        let span = |rule: &ActivityRule, needed| forecast.span(rule, needed);
        Some(Self::laid_out(&case.process, request.made, execution_from, span))
    }

    /// Asks for each activity, from when what it needs has ended, from when to when it is.
    fn laid_out(
        process: &Process,
        from: Timestamp,
        execution_from: Timestamp,
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
        schedule.mark_critical(process, execution_from);
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

    /// Walks back from the end over what each activity waited for, or waits for.
    fn mark_critical(&mut self, process: &Process, execution_from: Timestamp) {
        let Some(last) = self.handed_over(process) else { return };
        let rule_of = |planned: &Planned| process.get(planned.key.as_str());
        for index in (0..self.activities.len()).rev() {
            let planned = &self.activities[index];
            let is_agreed = rule_of(planned).is_some_and(|rule| process.clock_of(rule).is_some());
            let later = self.activities[index + 1..].iter().filter(|later| later.is_critical);
            let holds_up =
                later.filter_map(rule_of).any(|rule| self.holds_up(planned, rule, execution_from));
            self.activities[index].is_critical = holds_up || (is_agreed && planned.ends == last);
        }
    }

    /// Whether it is what an activity of this rule waits for: the last of what that one needs to
    /// end, unless the agreed day comes later still.
    fn holds_up(&self, planned: &Planned, rule: &ActivityRule, execution_from: Timestamp) -> bool {
        let needs = rule.needs.iter().filter_map(|need| self.get(need));
        let is_gated = rule.start == Start::WhenInputsAreThere && execution_from > planned.ends;
        rule.needs.contains(&planned.key)
            && !is_gated
            && needs.map(|need| need.ends).max() == Some(planned.ends)
    }
}

/// What a forecast is made of.
struct Forecast<'a> {
    case: &'a Case,
    calendar: &'a BusinessCalendar,
    execution_from: Timestamp,
    now: Timestamp,
    pace: Pace,
}

impl Forecast<'_> {
    fn span(&self, rule: &ActivityRule, needed: Timestamp) -> (Timestamp, Timestamp) {
        let activity = self.case.activity(rule.key.as_str());
        let started = activity.and_then(|one| one.started);
        if let Some(ended) = activity.filter(|one| one.state.is_settled()).and_then(|one| one.ended)
        {
            return (started.unwrap_or(ended), ended);
        }
        let is_gated = rule.start == Start::WhenInputsAreThere && started.is_none();
        let gate = if is_gated { self.execution_from } else { self.now };
        let goes_on = needed.max(self.now).max(gate);
        let begins = started.unwrap_or(goes_on);
        let ends = match self.case.process.clock_of(rule) {
            Some(clock) => {
                let share = self.share(rule, &clock, goes_on, started.is_some());
                self.calendar.add(goes_on, share)
            }
            None => end_of(&self.case.process, self.calendar, rule, begins, self.pace),
        };
        (begins, ends.max(goes_on))
    }

    /// The time that an activity has from `goes_on` on: of what is left on its clock an equal part
    /// with those after it, so that the last of them ends when the clock is due. Once that is over,
    /// what was begun ends at once, and what was not takes its part of the whole.
    fn share(
        &self,
        rule: &ActivityRule,
        clock: &ActivityKey,
        goes_on: Timestamp,
        is_begun: bool,
    ) -> WorkTime {
        let process = &self.case.process;
        let Some(allotted) = process.allotted(clock) else { return WorkTime::ZERO };
        let amount = self.calendar.work_in(amount_at(allotted, self.pace));
        let is_open = |rule: &&ActivityRule| !self.case.is_settled(rule.key.as_str());
        let open: Vec<_> = process.on_clock(clock).filter(is_open).collect();
        let part = |work: WorkTime, sharers: usize| work.part(u64::try_from(sharers).unwrap_or(1));
        let Some(running) = self.case.clocks.get(clock) else { return part(amount, open.len()) };
        let due = running.moment_of(self.calendar, self.now, amount);
        if due > goes_on {
            let before = open.iter().take_while(|one| one.key != rule.key).count();
            return part(self.calendar.between(goes_on, due), open.len() - before);
        }
        if is_begun { WorkTime::ZERO } else { part(amount, process.on_clock(clock).count()) }
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
    let sharers = process.on_clock(&clock).count();
    calendar.work_in(amount_at(allotted, pace)).part(u64::try_from(sharers).unwrap_or(1))
}

fn amount_at(allotted: DurationRange, pace: Pace) -> BusinessDuration {
    match pace {
        Pace::Shortest => allotted.least,
        Pace::Longest => allotted.most,
    }
}
