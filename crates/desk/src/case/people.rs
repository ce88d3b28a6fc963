//! Who sees a case, who is missing, and when nobody is there.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Case;
use crate::{Actor, Contact, Duty, Missing, Pace, Party, Post};

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
        self.holder(post).is_none().then_some(request.made)
    }

    /// Duties without a person, and business days of the project on which no person with a duty is
    /// there.
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

    /// The business days from the ideal start to the hand-over, if everything takes its longest.
    fn planned_days(&self) -> Vec<Date> {
        let (Some(request), Some(schedule)) = (&self.request, self.schedule(Pace::Longest)) else {
            return Vec::new();
        };
        let calendar = &request.customer.calendar;
        let end = schedule.handed_over(&self.process).map(|end| calendar.date_of(end));
        let first = calendar.date_of(request.made).max(request.fields.ideal_start);
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
