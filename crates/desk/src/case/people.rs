//! Who sees a case, who is missing, and when nobody is there.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Case;
use crate::process::keys;
use crate::{ActivityState, Actor, Change, Contact, Duty, Event, Missing, Pace, Party, Post};

impl Case {
    /// Whether a person sees the case. Its customer's people see it once it is set up only if they
    /// belong to its support group, asked for it, or have a duty in it; the team's people see it
    /// before, as part of the queue. Administrators see all.
    pub fn is_visible_to(&self, actor: &Actor) -> bool {
        self.audience().is_none_or(|audience| audience.includes(actor))
    }

    /// Whether a post is vacant in an open case, and since when.
    pub fn vacant_since(&self, post: Post) -> Option<Timestamp> {
        let is_open = self.state == super::CaseState::Open;
        let request = self.request.as_ref().filter(|_| is_open)?;
        let since = self.vacated.get(&post).copied().unwrap_or(request.made);
        self.holder(post).is_none().then_some(since)
    }

    /// Duties without a person, and business days of the project, from what happened last on, on
    /// which no person with a duty is there.
    pub fn gaps_of_people(&self) -> Vec<Missing> {
        let days = self.planned_days();
        let gaps = Duty::ALL.into_iter().filter_map(|duty| {
            let who: Vec<_> = self.contacts.iter().filter(|one| one.duty == duty).collect();
            let what = if who.is_empty() {
                duty.with_article().to_owned()
            } else {
                format!("{} for {}", duty.with_article(), uncovered(&who, &days)?)
            };
            Some(Missing::from(Party::Customer, what))
        });
        gaps.collect()
    }

    /// The same, once the project was set up: nothing new begins before they are closed.
    pub(crate) fn gaps_since_set_up(&self) -> Vec<Missing> {
        // Looked for when something happened that can make one: it costs a schedule.
        if self.gap_since.is_some() { self.gaps_of_people() } else { Vec::new() }
    }

    /// Notes since when there is a gap, after what can make or close one.
    pub(super) fn note_gaps(&mut self, event: &Event) {
        let can_change = match &event.change {
            Change::ContactNamed(_)
            | Change::ContactRemoved { .. }
            | Change::RequestAmended { .. }
            | Change::Approved(_) => true,
            Change::ActivityMoved { activity, .. } => activity.as_str() == keys::SET_UP,
            _ => false,
        };
        if can_change {
            let set_up = self.activity(keys::SET_UP);
            let is_done = set_up.is_some_and(|one| one.state == ActivityState::Done);
            let has_gap = is_done && !self.gaps_of_people().is_empty();
            self.gap_since = has_gap.then(|| self.gap_since.unwrap_or(event.at));
        }
    }

    /// The business days from the ideal start to the hand-over, if everything takes its longest.
    fn planned_days(&self) -> Vec<Date> {
        let (Some(request), Some(schedule)) = (&self.request, self.schedule(Pace::Longest)) else {
            return Vec::new();
        };
        let calendar = &request.customer.calendar;
        let end = schedule.handed_over(&self.process).map(|end| calendar.date_of(end));
        let changed = self.changed.unwrap_or(request.made);
        let first = calendar.date_of(changed).max(request.fields.ideal_start);
        let days = std::iter::successors(Some(first), |date| date.tomorrow().ok());
        let days = days.take_while(|date| end.is_some_and(|end| *date <= end));
        days.filter(|date| calendar.is_business_day(*date)).collect()
    }
}

/// The days on which nobody is there, as text; none if there is always somebody.
fn uncovered(contacts: &[&Contact], days: &[Date]) -> Option<String> {
    let is_there =
        |date: Date| contacts.iter().any(|one| one.available.iter().any(|p| p.contains(date)));
    let missing: Vec<_> = days.iter().filter(|date| !is_there(**date)).collect();
    let (first, last) = (missing.first()?, missing.last()?);
    Some(match missing.len() {
        1 => first.to_string(),
        number => format!("{number} business days between {first} and {last}"),
    })
}
