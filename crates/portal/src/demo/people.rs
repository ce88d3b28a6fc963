//! Organisations and people of a demonstration.

use refit_desk::{BusinessCalendar, Customer, Line, Role, TimeOfDay};
use refit_model::Secret;
use refit_store::{JsonText, Organisation, User};
use serde_json::json;

use super::DemoPerson;
use crate::failure::Failure;
use crate::first::{TEAM, make_team};
use crate::password;
use crate::person::{OrganisationSettings, role_word};
use crate::portal::Portal;
use crate::record::Origin;
use crate::token::Token;

/// A customer: its key, name, support plan, time zone, and two people: who decides, and who knows
/// the hosts.
pub(super) struct DemoCustomer {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    plan: Option<&'static str>,
    zone: &'static str,
    pub(super) approver: (&'static str, &'static str),
    pub(super) technician: (&'static str, &'static str),
}

/// The customers.
pub(super) const CUSTOMERS: [DemoCustomer; 4] = [
    DemoCustomer {
        id: "nordwind",
        name: "Nordwind Logistik GmbH",
        plan: Some("Platinum"),
        zone: "Europe/Vienna",
        approver: ("anna.berger", "Anna Berger"),
        technician: ("otto.lind", "Otto Lind"),
    },
    DemoCustomer {
        id: "harbour",
        name: "Harbour Freight Services Ltd",
        plan: Some("Platinum"),
        zone: "Europe/London",
        approver: ("grace.hall", "Grace Hall"),
        technician: ("tom.reed", "Tom Reed"),
    },
    DemoCustomer {
        id: "hikari",
        name: "Hikari Rail",
        plan: Some("Platinum"),
        zone: "Asia/Tokyo",
        approver: ("yuki.sato", "Yuki Sato"),
        technician: ("ren.ito", "Ren Ito"),
    },
    DemoCustomer {
        id: "prairie",
        name: "Prairie Grid Cooperative",
        plan: None,
        zone: "America/Chicago",
        approver: ("june.carter", "June Carter"),
        technician: ("sam.wolf", "Sam Wolf"),
    },
];

/// The team.
pub(super) const CONSULTANTS: [(&str, &str); 2] =
    [("ben.okafor", "Ben Okafor"), ("cleo.martin", "Cleo Martin")];
pub(super) const MANAGER: (&str, &str) = ("pia.rossi", "Pia Rossi");
pub(super) const ADMINISTRATOR: (&str, &str) = ("ada.novak", "Ada Novak");

impl DemoCustomer {
    fn calendar(&self) -> Result<BusinessCalendar, Failure> {
        let (nine, five) = (TimeOfDay::hour(9), TimeOfDay::hour(17));
        BusinessCalendar::weekdays(self.zone, nine, five).map_err(Failure::internal)
    }

    /// The customer as a case needs it.
    pub(super) fn customer(&self) -> Result<Customer, Failure> {
        let line = |text: &str| Line::new(text).map_err(Failure::internal);
        Ok(Customer {
            organisation: self.id.parse().map_err(Failure::internal)?,
            name: line(self.name)?,
            support_plan: self.plan.map(line).transpose()?,
            calendar: self.calendar()?,
        })
    }
}

/// Makes all of them; they have one password, which nobody could guess.
pub(super) async fn make(
    portal: &Portal,
    origin: &Origin,
) -> Result<(Secret, Vec<DemoPerson>), Failure> {
    let password = Token::random().into_secret();
    let hash = password::hash(password.clone()).await?;
    make_team(portal, origin).await?;
    let mut people = Vec::new();
    let team = [
        (ADMINISTRATOR, Role::Administrator),
        (MANAGER, Role::ProjectManager),
        (CONSULTANTS[0], Role::Consultant),
        (CONSULTANTS[1], Role::Consultant),
    ];
    for (person, role) in team {
        people.push(make_person(portal, origin, &hash, person, role, (TEAM, "The team")).await?);
    }
    for customer in &CUSTOMERS {
        make_organisation(portal, origin, customer).await?;
        for person in [customer.approver, customer.technician] {
            let of = (customer.id, customer.name);
            people.push(make_person(portal, origin, &hash, person, Role::Customer, of).await?);
        }
    }
    Ok((password, people))
}

async fn make_organisation(
    portal: &Portal,
    origin: &Origin,
    customer: &DemoCustomer,
) -> Result<(), Failure> {
    let Customer { support_plan, calendar, .. } = customer.customer()?;
    let settings = OrganisationSettings { support_plan, calendar };
    let organisation = Organisation {
        id: customer.id.to_owned(),
        name: customer.name.to_owned(),
        settings: JsonText::of(&settings)?,
        disabled: None,
        version: 0,
    };
    let details = json!({ "organisation": customer.id });
    let record = origin.record("organisation-made", None, Some(TEAM), details)?;
    portal.store.save_organisation(&organisation, &record).await?;
    Ok(())
}

async fn make_person(
    portal: &Portal,
    origin: &Origin,
    hash: &str,
    (id, name): (&str, &str),
    role: Role,
    (organisation, of): (&str, &str),
) -> Result<DemoPerson, Failure> {
    let user = User {
        id: id.to_owned(),
        organisation: organisation.to_owned(),
        role: role_word(role).to_owned(),
        groups: Vec::new(),
        name: name.to_owned(),
        email: format!("{id}@{organisation}.example"),
        identity: None,
        password_hash: Some(hash.to_owned()),
        disabled: None,
        version: 0,
    };
    let details = json!({ "user": user.id, "role": user.role });
    let record = origin.record("user-made", None, Some(organisation), details)?;
    portal.store.save_user(&user, &record).await?;
    let (user, name, organisation) = (id.to_owned(), name.to_owned(), of.to_owned());
    Ok(DemoPerson { user, name, role: role.word(), organisation })
}
