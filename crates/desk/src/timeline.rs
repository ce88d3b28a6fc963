//! The timeline of a case, planned against actual: data for a picture.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::{
    Activity, ActivityKey, ActivityState, Arithmetic, Case, Line, Pace, Party, Planned, Prose,
    RequestRemark, Schedule, VersionStanding, Wait,
};

/// Everything that a picture of a case's time needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Timeline {
    /// Its first moment.
    pub from: Timestamp,
    /// Its last moment.
    pub until: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// The end of the customer's last day.
    pub deadline: Timestamp,
    /// When the upgrade will be handed over, as things stand, if the rest takes its shortest and
    /// its longest.
    pub handed_over: Option<(Timestamp, Timestamp)>,
    /// One bar for each activity.
    pub bars: Vec<Bar>,
    /// The milestones.
    pub milestones: Vec<Milestone>,
}

/// An activity in a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bar {
    /// The activity.
    pub key: ActivityKey,
    /// Its name, with the environment's where there is one.
    pub title: String,
    /// Its phase.
    pub phase: Line,
    /// Whose it is.
    pub owners: Vec<Party>,
    /// Where it stands.
    pub state: &'static str,
    /// For whom it waits, why, and since when.
    pub wait: Option<Wait>,
    /// Why it was left out.
    pub why: Option<Prose>,
    /// From when to when it is planned, if everything takes its longest.
    pub planned: Option<(Timestamp, Timestamp)>,
    /// From when to when it was planned when the first plan was accepted, where that is another
    /// time.
    pub planned_first: Option<(Timestamp, Timestamp)>,
    /// From when to when it really went; to now while it goes on.
    pub actual: Option<(Timestamp, Timestamp)>,
    /// When its clock is due and how that comes about, while the clock runs or stands still.
    pub due: Option<Arithmetic>,
    /// Whether it is late.
    pub is_late: bool,
    /// From when to when the rest of it is expected, if everything takes its longest; none if
    /// it is settled.
    pub expected: Option<(Timestamp, Timestamp)>,
    /// Whether the hand-over comes later if this does, or came when it came because of this.
    pub is_critical: bool,
}

/// A milestone in a timeline: reached when all its activities are settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Milestone {
    /// Its phase.
    pub phase: Line,
    /// Its name.
    pub name: Line,
    /// When it is planned.
    pub planned: Option<Timestamp>,
    /// When it was planned when the first plan was accepted, where that is another time.
    pub planned_first: Option<Timestamp>,
    /// When it was reached.
    pub reached: Option<Timestamp>,
}

impl Timeline {
    /// Whether anything is planned for another time than when the first plan was accepted.
    pub fn has_moved(&self) -> bool {
        self.bars.iter().any(|bar| bar.planned_first.is_some())
    }
}

impl Activity {
    /// Its name, with the environment's where there is one.
    pub fn title(&self) -> String {
        match &self.environment {
            Some(environment) => format!("{} ({environment})", self.rule.name),
            None => self.rule.name.to_string(),
        }
    }
}

impl Case {
    /// When activities would begin and end from the request on: the plan that the actual times are
    /// compared with.
    pub fn schedule(&self, pace: Pace) -> Option<Schedule> {
        let request = self.request.as_ref()?;
        let calendar = &request.customer.calendar;
        let execution = calendar.begin_of(request.fields.ideal_start);
        Some(Schedule::new(&self.process, calendar, request.made, execution, pace))
    }

    /// What has to be said about the request at once.
    pub fn request_remarks(&self) -> Vec<RequestRemark> {
        let mut remarks = Vec::new();
        let Some(request) = &self.request else { return remarks };
        let deadline = request.fields.deadline;
        // The earliest start counts: the question is what is possible.
        let end = |pace, start: Date| {
            let calendar = &request.customer.calendar;
            let from = calendar.begin_of(start);
            let schedule = Schedule::new(&self.process, calendar, request.made, from, pace);
            schedule.handed_over(&self.process).map(|end| calendar.date_of(end))
        };
        let possible = end(Pace::Shortest, request.fields.earliest_start);
        let sure = end(Pace::Longest, request.fields.ideal_start);
        match (possible, sure) {
            (Some(possible), _) if possible > deadline => {
                remarks.push(RequestRemark::ImpossibleDeadline { deadline, possible });
            }
            (_, Some(sure)) if sure > deadline => {
                remarks.push(RequestRemark::TightDeadline { deadline, sure });
            }
            _ => {}
        }
        if request.version == VersionStanding::Unconfirmed {
            let version = request.fields.current_version.clone();
            remarks.push(RequestRemark::UnconfirmedVersion(version));
        }
        remarks
    }

    /// The timeline at the moment `now`; none before there is a request.
    pub fn timeline(&self, now: Timestamp) -> Option<Timeline> {
        let request = self.request.as_ref()?;
        let schedule = self.schedule(Pace::Longest)?;
        let shortest = Schedule::forecast(self, now, Pace::Shortest)?;
        let longest = Schedule::forecast(self, now, Pace::Longest)?;
        let ends = [&shortest, &longest].map(|forecast| forecast.handed_over(&self.process));
        let bar = |activity| self.bar(activity, &schedule, &longest, now);
        let bars: Vec<_> = self.activities.iter().map(bar).collect();
        let deadline = request.customer.calendar.end_of(request.fields.deadline);
        let handed_over = ends[0].zip(ends[1]);
        let spans = |bar: &Bar| [bar.planned, bar.planned_first, bar.actual, bar.expected];
        let ends = bars.iter().flat_map(spans).flatten();
        let until = ends.map(|(_, end)| end).chain([now, deadline]).max()?;
        let milestones = self.milestones(&schedule);
        Some(Timeline { from: request.made, until, now, deadline, handed_over, bars, milestones })
    }

    fn bar(
        &self,
        activity: &Activity,
        schedule: &Schedule,
        forecast: &Schedule,
        now: Timestamp,
    ) -> Bar {
        let span = |planned: &Planned| (planned.begins, planned.ends);
        let planned = schedule.get(&activity.key).map(span);
        let first = self.baseline.as_ref().and_then(|first| first.get(&activity.key)).map(span);
        let as_it_stands = forecast.get(&activity.key);
        let rest = as_it_stands.filter(|_| !activity.state.is_settled());
        let clock = self.clock(activity).filter(|_| !activity.state.is_settled());
        let calendar = self.calendar();
        let with_calendar = clock.zip(calendar);
        Bar {
            key: activity.key.clone(),
            title: activity.title(),
            phase: activity.rule.phase.clone(),
            owners: activity.rule.owners.clone(),
            state: crate::StateMachine::word(&activity.state),
            wait: match &activity.state {
                ActivityState::Waiting(wait) => Some(wait.clone()),
                _ => None,
            },
            why: match &activity.state {
                ActivityState::Skipped(why) | ActivityState::Excluded(why) => Some(why.clone()),
                _ => None,
            },
            planned,
            planned_first: first.filter(|first| Some(*first) != planned),
            actual: activity.started.map(|from| (from, activity.ended.unwrap_or(now.max(from)))),
            due: with_calendar.map(|(clock, calendar)| clock.arithmetic(calendar, now)),
            is_late: with_calendar.is_some_and(|(clock, calendar)| clock.is_late(calendar, now)),
            expected: rest.map(|rest| (rest.begins.max(now), rest.ends)),
            is_critical: as_it_stands.is_some_and(|planned| planned.is_critical),
        }
    }

    fn milestones(&self, schedule: &Schedule) -> Vec<Milestone> {
        let mut milestones: Vec<Milestone> = Vec::new();
        for activity in &self.activities {
            let (phase, name) = (&activity.rule.phase, &activity.rule.milestone);
            if milestones.iter().any(|one| one.phase == *phase && one.name == *name) {
                continue;
            }
            let of_it: Vec<_> = self
                .activities
                .iter()
                .filter(|one| one.rule.phase == *phase && one.rule.milestone == *name)
                .collect();
            let end_in = |schedule: &Schedule| {
                let planned = of_it.iter().filter_map(|one| schedule.get(&one.key));
                planned.map(|planned| planned.ends).max()
            };
            let planned = end_in(schedule);
            let first = self.baseline.as_ref().and_then(end_in);
            let is_reached = of_it.iter().all(|one| one.state.is_settled());
            let ends = of_it.iter().filter_map(|one| one.ended);
            milestones.push(Milestone {
                phase: phase.clone(),
                name: name.clone(),
                planned,
                planned_first: first.filter(|first| Some(*first) != planned),
                reached: ends.max().filter(|_| is_reached),
            });
        }
        milestones
    }
}
