//! One believable case, at every stage: the walk that demonstrations have.

use refit_desk::example::{self, Cast, Plot};
use refit_desk::*;

use crate::support::*;

pub use refit_desk::example::Stage;

/// The stages that pages are looked at.
pub const STAGES: [Stage; 7] = [
    Stage::New,
    Stage::Asked,
    Stage::Planned,
    Stage::Tested,
    Stage::Reviewed,
    Stage::OnCall,
    Stage::Closed,
];

/// The case as it is at a stage.
pub fn case_at(until: Stage) -> Desk {
    let (cast, plot, rules) = (cast(), plot(), Rules::default());
    let walk = example::walk(&cast, &plot, date("2026-11-02"), until, &rules).unwrap();
    let now = walk.done.last().unwrap().at;
    let events = walk.done.into_iter().flat_map(|done| done.events).collect();
    Desk { case: walk.case, events, rules, now }
}

fn cast() -> Cast {
    Cast {
        customer: customer(),
        approver: actor(ANNA),
        approver_name: line(ANNA.1),
        technician: actor(OTTO),
        technician_name: line(OTTO.1),
        consultant: actor(BEN),
        manager: actor(PIA),
        manager_name: line(PIA.1),
        administrator: actor(ADA),
    }
}

fn plot() -> Plot {
    Plot {
        case: name("nw-2026-014"),
        platform: name("activemq-classic"),
        version: line("5.16.6"),
        standing: VersionStanding::Known,
        reason: prose(
            "Support of 5.16 has ended, and our auditors want a supported version before the end \
             of the year.\nFrom 19 December on we have a change freeze.",
        ),
        additions: Vec::new(),
        real: None,
    }
}

pub fn customer() -> Customer {
    Customer {
        organisation: name("nordwind"),
        name: line("Nordwind Logistik GmbH"),
        support_plan: Some(line("Platinum")),
        calendar: vienna(),
    }
}

pub fn request_fields() -> RequestFields {
    case_at(Stage::New).case.request.unwrap().fields
}
