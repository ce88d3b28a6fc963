//! Whether the customer's last day holds, as things stand.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::{BusinessCalendar, Case, CaseState, Pace, Schedule};

/// That the hand-over may come after the customer's last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DeadlineRisk {
    /// The last day.
    pub deadline: Date,
    /// When the upgrade will be handed over if the rest takes its shortest.
    pub earliest: Timestamp,
    /// The same if it takes its longest: after the last day.
    pub latest: Timestamp,
    /// Whether it is too late even if the rest takes its shortest.
    pub is_certain: bool,
}

impl Case {
    /// Whether the forecast passes the deadline, in an open case that is not handed over.
    pub fn deadline_risk(&self, now: Timestamp) -> Option<DeadlineRisk> {
        self.deadline_at_risk_from().filter(|from| *from <= now)?;
        self.deadline_risk_at(now)
    }

    /// The same, where it is known that the forecast passes the deadline at that moment.
    pub(crate) fn deadline_risk_at(&self, now: Timestamp) -> Option<DeadlineRisk> {
        let request = self.request.as_ref()?;
        let deadline = request.fields.deadline;
        let end = |pace| Schedule::forecast(self, now, pace)?.handed_over(&self.process);
        let (earliest, latest) = (end(Pace::Shortest)?, end(Pace::Longest)?);
        let is_certain = earliest > request.customer.calendar.end_of(deadline);
        Some(DeadlineRisk { deadline, earliest, latest, is_certain })
    }

    /// From when on the forecast passes the deadline if nothing happens: looked for day by day.
    /// None in a case that is not open, or that is handed over.
    pub(crate) fn deadline_at_risk_from(&self) -> Option<Timestamp> {
        let request = self.request.as_ref()?;
        let is_agreed = |one: &&crate::Activity| self.process.clock_of(&one.rule).is_some();
        let mut agreed = self.activities.iter().filter(is_agreed);
        if self.state != CaseState::Open || agreed.all(|one| one.state.is_settled()) {
            return None;
        }
        let calendar = &request.customer.calendar;
        let changed = self.changed.unwrap_or(request.made);
        let deadline = calendar.end_of(request.fields.deadline);
        let days = Days { calendar, from: changed };
        let is_passed = |day: i64| {
            let forecast = Schedule::forecast(self, days.begin(day), Pace::Longest);
            forecast
                .and_then(|one| one.handed_over(&self.process))
                .is_some_and(|end| end > deadline)
        };
        // The later it is, the later the hand-over; on the day after the deadline it is too late.
        let (mut first, mut last) = (0, days.until(request.fields.deadline) + 1);
        while first < last {
            let middle = first + (last - first) / 2;
            if is_passed(middle) {
                last = middle;
            } else {
                first = middle + 1;
            }
        }
        is_passed(first).then(|| days.begin(first))
    }
}

/// Days from a moment on.
struct Days<'a> {
    calendar: &'a BusinessCalendar,
    from: Timestamp,
}

impl Days<'_> {
    /// How many days it is to a day; none if that is over.
    fn until(&self, date: Date) -> i64 {
        let today = self.calendar.date_of(self.from);
        i64::from((date - today).get_days()).max(0)
    }

    /// The begin of a day, counted from the first one, which begins at its moment.
    fn begin(&self, day: i64) -> Timestamp {
        let date = self.calendar.date_of(self.from).saturating_add(jiff::Span::new().days(day));
        self.calendar.begin_of(date).max(self.from)
    }
}
