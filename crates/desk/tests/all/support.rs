//! A case with people around it, for tests to act on.

use jiff::Timestamp;
use refit_desk::{
    AccessPromise, Action, Actor, BusinessCalendar, Case, Customer, Deployment, Event, NewRequest,
    Refusal, RequestFields, Role, Rules, TimeOfDay, VersionStanding,
};

pub use crate::short::*;

/// The people of the tests.
pub const ANNA: (&str, Role) = ("anna", Role::Customer);
pub const BEN: (&str, Role) = ("ben", Role::Consultant);
pub const PIA: (&str, Role) = ("pia", Role::ProjectManager);
pub const ADA: (&str, Role) = ("ada", Role::Administrator);

pub fn actor((user, role): (&str, Role)) -> Actor {
    let organisation = if role == Role::Customer { "acme" } else { "team" };
    Actor { user: name(user), role, organisation: name(organisation) }
}

/// Monday to Friday, 9 to 17 in Vienna; Christmas is a holiday.
pub fn vienna() -> BusinessCalendar {
    let (nine, five) = (TimeOfDay::hour(9), TimeOfDay::hour(17));
    let mut fields =
        BusinessCalendar::weekdays("Europe/Vienna", nine, five).unwrap().fields().clone();
    fields.holidays.insert(date("2026-12-25"), "Christmas".to_owned());
    BusinessCalendar::new(fields).unwrap()
}

/// A moment in Vienna, `2026-11-02 14:00`.
pub fn at(text: &str) -> Timestamp {
    let local: jiff::civil::DateTime = text.parse().unwrap();
    vienna().zone().to_timestamp(local).unwrap()
}

pub fn request() -> NewRequest {
    NewRequest {
        customer: Customer {
            organisation: name("acme"),
            name: line("Acme"),
            support_plan: Some(line("Platinum")),
            calendar: vienna(),
        },
        fields: RequestFields {
            platform: name("activemq-classic"),
            current_version: line("5.16.6"),
            deployment: Deployment::OnPremises,
            earliest_start: date("2026-11-09"),
            ideal_start: date("2026-11-16"),
            deadline: date("2027-01-29"),
            deadline_reason: prose("The version's support ends."),
            access: AccessPromise::ReadAndWrite,
            environments: 1,
        },
        version: VersionStanding::Known,
        on_behalf: None,
    }
}

/// A case that a test acts on; what was decided is applied.
pub struct Desk {
    pub case: Case,
    pub events: Vec<Event>,
    pub rules: Rules,
    pub now: Timestamp,
}

impl Desk {
    /// Without a request, on a Monday at two.
    pub fn empty() -> Self {
        Self {
            case: Case::new(name("c-1")),
            events: Vec::new(),
            rules: Rules::default(),
            now: at("2026-11-02 14:00"),
        }
    }

    /// With the request of [`request`].
    pub fn new() -> Self {
        Self::with(request())
    }

    pub fn with(request: NewRequest) -> Self {
        let mut desk = Self::empty();
        desk.does(ANNA, Action::CreateRequest(Box::new(request)));
        desk
    }

    pub fn tries(&mut self, who: (&str, Role), action: Action) -> Result<(), Refusal> {
        let events = self.case.decide(action, &actor(who), self.now, &self.rules)?;
        for event in &events {
            self.case.apply(event).unwrap();
        }
        self.events.extend(events);
        Ok(())
    }

    #[track_caller]
    pub fn does(&mut self, who: (&str, Role), action: Action) {
        let kind = action.kind();
        if let Err(refusal) = self.tries(who, action) {
            panic!("{kind}: {refusal}");
        }
    }

    #[track_caller]
    pub fn refused(&mut self, who: (&str, Role), action: Action) -> Refusal {
        let before = self.case.clone();
        let refusal = self.tries(who, action).unwrap_err();
        assert_eq!(self.case, before);
        refusal
    }

    pub fn goes_to(&mut self, text: &str) {
        let later = at(text);
        assert!(later >= self.now, "{text} is over");
        self.now = later;
    }
}
