//! People, and a desk to act at.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use refit_desk::{
    Action, Actor, BusinessCalendar, Case, Event, Refusal, Role, Rules, TimeOfDay, UserId,
};
use refit_pages::{CaseView, People, Person, Shell, Viewer};

pub use crate::short::*;

/// The people of the tests: user, name, role.
pub const ANNA: (&str, &str, Role) = ("anna.berger", "Anna Berger", Role::Customer);
pub const OTTO: (&str, &str, Role) = ("otto.lind", "Otto Lind", Role::Customer);
pub const BEN: (&str, &str, Role) = ("ben.okafor", "Ben Okafor", Role::Consultant);
pub const PIA: (&str, &str, Role) = ("pia.rossi", "Pia Rossi", Role::ProjectManager);
pub const ADA: (&str, &str, Role) = ("ada.novak", "Ada Novak", Role::Administrator);
pub const ALL: [(&str, &str, Role); 5] = [ANNA, OTTO, BEN, PIA, ADA];

/// Where the customer is.
pub static VIENNA: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZoneDatabase::bundled().get("Europe/Vienna").unwrap());

/// A moment in Vienna, `2026-11-02 14:00`.
pub fn at(text: &str) -> Timestamp {
    let local: jiff::civil::DateTime = text.parse().unwrap();
    VIENNA.to_timestamp(local).unwrap()
}

/// The platforms that can be upgraded.
pub static PLATFORMS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let named = [("activemq-classic", "ActiveMQ Classic"), ("rabbitmq", "RabbitMQ")];
    named.map(|(name, title)| (name.to_owned(), title.to_owned())).into()
});

/// Monday to Friday, 9 to 17 in Vienna; with holidays.
pub fn vienna() -> BusinessCalendar {
    let hours = (TimeOfDay::hour(9), TimeOfDay::hour(17));
    let calendar = BusinessCalendar::weekdays("Europe/Vienna", hours.0, hours.1).unwrap();
    let mut fields = calendar.fields().clone();
    fields.holidays.insert(date("2026-12-08"), "Immaculate Conception".to_owned());
    fields.holidays.insert(date("2026-12-25"), "Christmas".to_owned());
    BusinessCalendar::new(fields).unwrap()
}

pub fn actor((user, _, role): (&str, &str, Role)) -> Actor {
    let organisation = if role == Role::Customer { "nordwind" } else { "team" };
    Actor { user: name(user), role, organisation: name(organisation) }
}

pub fn people() -> People {
    let person = |(user, name, role): (&str, &str, Role)| {
        (UserId::new(user).unwrap(), Person { name: name.to_owned(), role })
    };
    People(ALL.into_iter().map(person).collect())
}

/// What stands around a page for one person.
pub fn shell<'a>(actor: &'a Actor, person: (&'a str, &'a str, Role)) -> Shell<'a> {
    let organisation =
        if person.2 == Role::Customer { "Nordwind Logistik GmbH" } else { "Upgrade Desk" };
    Shell {
        viewer: Some(Viewer { actor, name: person.1, organisation }),
        csrf: "Zm9yZ2VyeS10b2tlbg",
        zone: &VIENNA,
        notice: None,
        platforms: PLATFORMS.as_slice(),
    }
}

/// Nobody has logged in.
pub fn nobody() -> Shell<'static> {
    Shell {
        viewer: None,
        csrf: "Zm9yZ2VyeS10b2tlbg",
        zone: &VIENNA,
        notice: None,
        platforms: PLATFORMS.as_slice(),
    }
}

/// A case that people act on; what was decided is applied.
pub struct Desk {
    pub case: Case,
    pub events: Vec<Event>,
    pub rules: Rules,
    pub now: Timestamp,
}

impl Desk {
    pub fn new(id: &str, now: &str) -> Self {
        let (case, rules) = (Case::new(name(id)), Rules::default());
        Self { case, events: Vec::new(), rules, now: at(now) }
    }

    pub fn tries(&mut self, who: (&str, &str, Role), action: Action) -> Result<(), Refusal> {
        let events = self.case.decide(action, &actor(who), self.now, &self.rules)?;
        for event in &events {
            self.case.apply(event).unwrap();
        }
        self.events.extend(events);
        Ok(())
    }

    #[track_caller]
    pub fn does(&mut self, who: (&str, &str, Role), action: Action) {
        let kind = action.kind();
        if let Err(refusal) = self.tries(who, action) {
            panic!("{kind}: {refusal}");
        }
    }
}

/// A case as pages get it, with no document besides.
pub fn case_view<'a>(desk: &'a Desk, people: &'a People) -> CaseView<'a> {
    CaseView {
        case: &desk.case,
        rules: &desk.rules,
        now: desk.now,
        people,
        documents: &[],
        at_hand: &[],
    }
}
