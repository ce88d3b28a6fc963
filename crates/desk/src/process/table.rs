//! The process of the managed upgrade, as it is before an administrator changes it.

use super::{ActivityRule, Allotment, Process, Start, keys};
use crate::written::{line, name, prose};
use crate::{BusinessDuration, DurationRange, Party};

impl Default for Process {
    /// The process of the managed upgrade.
    fn default() -> Self {
        Self(TABLE.iter().map(Row::rule).collect())
    }
}

/// A row of the default process.
struct Row {
    key: &'static str,
    phase: &'static str,
    milestone: &'static str,
    name: &'static str,
    details: &'static str,
    owners: &'static [Party],
    time: Time,
    needs: &'static [&'static str],
    start: Start,
}

/// The allotment of a row.
enum Time {
    None,
    Open,
    Days(u16),
    Weeks(u16, u16),
    With(&'static str),
    AtMostDays(u16),
}

impl Row {
    fn rule(&self) -> ActivityRule {
        ActivityRule {
            key: name(self.key),
            phase: line(self.phase),
            milestone: line(self.milestone),
            name: line(self.name),
            details: prose(self.details),
            owners: self.owners.to_vec(),
            allotment: self.time.allotment(),
            needs: self.needs.iter().map(|need| name(need)).collect(),
            start: self.start,
        }
    }
}

impl Time {
    fn allotment(&self) -> Allotment {
        match *self {
            Self::None => Allotment::NotApplicable,
            Self::Open => Allotment::Open,
            Self::Days(days) => {
                Allotment::Own(DurationRange::exactly(BusinessDuration::Days(days)))
            }
            Self::Weeks(least, most) => Allotment::Own(DurationRange {
                least: BusinessDuration::Weeks(least),
                most: BusinessDuration::Weeks(most),
            }),
            Self::With(key) => Allotment::Shared(name(key)),
            Self::AtMostDays(days) => Allotment::AtMostDays(days),
        }
    }
}

const CUSTOMER: &[Party] = &[Party::Customer];
const CONSULTANT: &[Party] = &[Party::Consultant];
const MANAGER: &[Party] = &[Party::ProjectManager];
const BOTH: &[Party] = &[Party::Customer, Party::Consultant];

const INITIATION: &str = "Initiation";
const PREPARATION: &str = "Preparation";
const EXECUTION: &str = "Execution";
const POST_EXECUTION: &str = "Post Execution";
const REQUEST: &str = "Upgrade Request";
const SET_UP: &str = "Project Set Up";
const UPGRADE_PREPARATION: &str = "Upgrade Preparation";
const DELIVERY: &str = "Upgrade Delivery";
const HAND_OFF: &str = "Upgrade Hand-off";

/// The process of the managed upgrade, one row for each activity.
const TABLE: [Row; 18] = [
    Row {
        key: keys::CREATE,
        phase: INITIATION,
        milestone: REQUEST,
        name: "Create Request Case",
        details: "The request with current version, earliest start, ideal start, deadline, reason \
                  for the deadline, and the acknowledgement that access to a development or \
                  staging system will be provided, to read and to write.",
        owners: CUSTOMER,
        time: Time::None,
        needs: &[],
        start: Start::WhenReady,
    },
    Row {
        key: keys::RESPOND,
        phase: INITIATION,
        milestone: REQUEST,
        name: "Respond to Request",
        details: "Receipt is acknowledged; questionnaire and documents are worked on with the \
                  customer, who is told that the project manager will be in touch within a day.",
        owners: CONSULTANT,
        time: Time::Days(1),
        needs: &[keys::CREATE],
        start: Start::WhenReady,
    },
    Row {
        key: keys::ACKNOWLEDGE,
        phase: INITIATION,
        milestone: REQUEST,
        name: "Acknowledge Request Formally",
        details: "An e-mail acknowledges receipt, and gives an overview of the next steps.",
        owners: MANAGER,
        time: Time::Days(1),
        needs: &[keys::CREATE],
        start: Start::WhenReady,
    },
    Row {
        key: keys::SET_UP,
        phase: INITIATION,
        milestone: SET_UP,
        name: "Set Up Project Framework",
        details: "The project gets its support group and the initial documents. At the kick-off \
                  deliverables, plan, dependencies with dates and the escalation path are agreed; \
                  the customer names technical contact, reviewer and approver, and when they are \
                  there.",
        owners: CONSULTANT,
        time: Time::Days(2),
        needs: &[keys::RESPOND, keys::ACKNOWLEDGE],
        start: Start::WhenReady,
    },
    Row {
        key: keys::PREPARE,
        phase: PREPARATION,
        milestone: UPGRADE_PREPARATION,
        name: "Prepare for Upgrade",
        details: "The documentation of the upgrade is put together, versioned, and attached to \
                  the plan.",
        owners: CONSULTANT,
        time: Time::Days(1),
        needs: &[keys::SET_UP],
        start: Start::WhenReady,
    },
    Row {
        key: keys::ASSESS,
        phase: PREPARATION,
        milestone: UPGRADE_PREPARATION,
        name: "Assess the Installation",
        details: "What is there is compared with what the new version needs; customisations are \
                  analysed.",
        owners: CONSULTANT,
        time: Time::With(keys::PREPARE),
        needs: &[keys::PREPARE],
        start: Start::WhenReady,
    },
    Row {
        key: keys::PLAN,
        phase: PREPARATION,
        milestone: UPGRADE_PREPARATION,
        name: "Plan the Upgrade",
        details: "Plan and timeline, and an extension for a large installation, are discussed \
                  with the customer, who accepts them.",
        owners: CONSULTANT,
        time: Time::With(keys::PREPARE),
        needs: &[keys::ASSESS],
        start: Start::WhenReady,
    },
    Row {
        key: keys::PREPARE_ENVIRONMENT,
        phase: PREPARATION,
        milestone: UPGRADE_PREPARATION,
        name: "Prepare Environment for Upgrade",
        details: "The newest software is fetched from the downloads page and placed on the host; \
                  Refit verifies it there.",
        owners: CUSTOMER,
        time: Time::Open,
        needs: &[keys::SET_UP],
        start: Start::WhenReady,
    },
    Row {
        key: keys::BACK_UP,
        phase: EXECUTION,
        milestone: DELIVERY,
        name: "Backup Configuration Files",
        details: "The folders of the installation that hold configuration are backed up.",
        owners: CONSULTANT,
        time: Time::Weeks(1, 2),
        needs: &[keys::PREPARE, keys::PLAN, keys::PREPARE_ENVIRONMENT],
        start: Start::WhenInputsAreThere,
    },
    Row {
        key: keys::UPGRADE,
        phase: EXECUTION,
        milestone: DELIVERY,
        name: "Upgrade a Development or a Staging Environment",
        details: "The plan is run; settings are applied again as needed.",
        owners: CONSULTANT,
        time: Time::With(keys::BACK_UP),
        needs: &[keys::BACK_UP],
        start: Start::ByHand,
    },
    Row {
        key: keys::TEST,
        phase: EXECUTION,
        milestone: DELIVERY,
        name: "Test",
        details: "Non-functional tests are run.",
        owners: CONSULTANT,
        time: Time::With(keys::BACK_UP),
        needs: &[keys::UPGRADE],
        start: Start::ByHand,
    },
    Row {
        key: keys::FIX,
        phase: EXECUTION,
        milestone: DELIVERY,
        name: "Fix Issues and Retest",
        details: "Defects of standard components are solved, with numbered retests, or \
                  documented. Those of custom components are documented, and excluded.",
        owners: CONSULTANT,
        time: Time::With(keys::BACK_UP),
        needs: &[keys::TEST],
        start: Start::ByHand,
    },
    Row {
        key: keys::DELIVER_RESOURCES,
        phase: EXECUTION,
        milestone: HAND_OFF,
        name: "Deliver Upgrade Resources",
        details: "The material for the other environments, in the form of a Playbook: settled \
                  files, checksums, documentation, nothing secret.",
        owners: CONSULTANT,
        time: Time::With(keys::BACK_UP),
        needs: &[keys::FIX],
        start: Start::ByHand,
    },
    Row {
        key: keys::CREATE_PLAYBOOK,
        phase: POST_EXECUTION,
        milestone: HAND_OFF,
        name: "Create Playbook",
        details: "Detailed notes are consolidated, step by step.",
        owners: CONSULTANT,
        time: Time::Days(2),
        needs: &[keys::DELIVER_RESOURCES],
        start: Start::WhenReady,
    },
    Row {
        key: keys::REVIEW,
        phase: POST_EXECUTION,
        milestone: HAND_OFF,
        name: "Deliver Playbook",
        details: "The Playbook is reviewed; changes and clarifications are submitted.",
        owners: CUSTOMER,
        time: Time::Days(2),
        needs: &[keys::CREATE_PLAYBOOK],
        start: Start::WhenReady,
    },
    Row {
        key: keys::CHANGES,
        phase: POST_EXECUTION,
        milestone: HAND_OFF,
        name: "Deliver Playbook: changes and clarifications",
        details: "Change requests are reviewed, discussed, and made as agreed; clarifications are \
                  answered; then the final Playbook is delivered.",
        owners: BOTH,
        time: Time::With(keys::REVIEW),
        needs: &[keys::REVIEW],
        start: Start::WhenReady,
    },
    Row {
        key: keys::ON_CALL,
        phase: POST_EXECUTION,
        milestone: HAND_OFF,
        name: "On-call support",
        details: "Support for this version of the Playbook; a problem names its step.",
        owners: CONSULTANT,
        time: Time::AtMostDays(7),
        needs: &[keys::CHANGES],
        start: Start::ByHand,
    },
    Row {
        key: keys::OTHER,
        phase: POST_EXECUTION,
        milestone: HAND_OFF,
        name: "Upgrade of other environments",
        details: "The customer upgrades its other environments with the Playbook.",
        owners: CUSTOMER,
        time: Time::Open,
        needs: &[keys::CHANGES],
        start: Start::ForEachEnvironment,
    },
];
