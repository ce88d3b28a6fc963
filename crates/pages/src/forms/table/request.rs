//! Forms of the request and of the project.

use refit_desk::ActionKind;
use refit_desk::OfUser;
use refit_model::OfPlatform;

use super::parts::{
    ACCESS, DEPLOYMENT, DUTY, FILE_KIND, NUMBER, PARTY, POST, SCOPE, USER, WHAT_IS_SAID, WHY,
};
use crate::forms::field::{Field, FieldKind as K, is_name};

const REQUEST: &[Field] = &[
    Field::new("fields.platform", "Platform", K::Name(is_name::<OfPlatform>)),
    Field::new("fields.current_version", "Current version", K::Line)
        .help("As the broker tells it. A version that is not known here is asked for again."),
    Field::new("fields.deployment", "Where is the installation?", DEPLOYMENT),
    Field::new("fields.earliest_start", "Earliest start", K::Date)
        .help("The first day on which work may be done."),
    Field::new("fields.ideal_start", "Ideal start", K::Date)
        .help("The day on which work should begin; not before the earliest."),
    Field::new("fields.deadline", "Deadline", K::Date).help("The last day."),
    Field::new("fields.deadline_reason", "Reason for the deadline", K::Prose),
    Field::new("fields.access", "Access", ACCESS),
    Field::new(
        "fields.environments",
        "How many environments do you want to have upgraded?",
        K::Number { least: 1, most: 65_535 },
    )
    .help("One belongs to the service; you upgrade the others with the Playbook."),
];

/// The same with what somebody of the team says besides: for whom.
const NEW_REQUEST: &[Field] = &{
    let mut fields = [Field::new("on_behalf.requester", "For whom", USER).with(ON_BEHALF); 11];
    fields[1] = Field::new("on_behalf.word", "On whose word", K::Prose)
        .with(ON_BEHALF)
        .help("How and when the person asked: a call, a letter, a meeting.");
    let mut at = 0;
    while at < REQUEST.len() {
        fields[at + 2] = REQUEST[at];
        at += 1;
    }
    fields
};
/// What the names of these fields begin with.
pub(crate) const ON_BEHALF: &str = "on_behalf";

const KICK_OFF: &[Field] = &[
    Field::new("deliverables", "Deliverables", K::Lines).help("One on each line."),
    Field::new("plan", "Plan", K::Prose),
    Field::new(
        "dependencies",
        "Dependencies",
        K::Rows(&[
            Field::new("what", "What is needed", K::Line),
            Field::new("from", "From whom", PARTY),
            Field::new("due", "By which day", K::Date),
        ]),
    )
    .optional(),
    Field::new("escalation", "Escalation path", K::Lines)
        .help("Who is told when something does not go on: one on each line, the nearest first."),
];

const CONTACT: &[Field] = &[
    Field::new("duty", "Duty", DUTY),
    Field::new("user", "Person", USER),
    Field::new("name", "Name", K::Line),
    Field::new(
        "available",
        "When the person can be reached",
        K::Rows(&[Field::new("from", "First day", K::Date), Field::new("to", "Last day", K::Date)]),
    )
    .help("From the first to the last day. At least one period."),
];

const FILE: &[Field] = &[
    Field::new("kind", "Kind", FILE_KIND),
    Field::new("digest", "File", K::File),
    Field::new("name", "Name", K::FileName("digest"))
        .optional()
        .help("Leave it open to take the file's own. The same name makes a new version."),
    Field::new("source", "Where it comes from", K::Line),
];

/// Forms of the request itself.
pub(super) fn of_request(kind: ActionKind) -> Option<&'static [Field]> {
    use ActionKind as A;
    Some(match kind {
        A::CreateRequest => NEW_REQUEST,
        A::AmendRequest => REQUEST,
        A::Respond => {
            const {
                &[Field::new("message", "Your response", K::Prose).help(
            "Acknowledge receipt. Within which time the project manager is in touch is added by itself.",
        )]
            }
        }
        A::AcknowledgeFormally => {
            const {
                &[Field::new("overview", "Overview of the next steps", K::Prose)
                    .help("Proposed as the process has them: change what is not so.")]
            }
        }
        A::TakeUp | A::Close | A::SubmitAnswers | A::AskForMissing | A::SendQuestionnaire => &[],
        A::Assign => {
            const {
                &[
                    Field::new("post", "Post", POST),
                    Field::new("to", "Person", USER),
                    WHY.optional().help("Needed where somebody else has the post."),
                ]
            }
        }
        A::VacatePost => const { &[Field::new("post", "Post", POST), WHY] },
        A::DecideEligibility => {
            const { &[Field::new("is_eligible", "Does the customer get the service?", K::YesNo), WHY] }
        }
        A::Withdraw | A::Reopen => const { &[WHY] },
        _ => return None,
    })
}

/// Forms of the project.
pub(super) fn of_project(kind: ActionKind) -> Option<&'static [Field]> {
    use ActionKind as A;
    Some(match kind {
        A::SetGroup => {
            const {
                &[
                    Field::new("name", "Name of the group", K::Line),
                    Field::new("members", "Members", K::Names(is_name::<OfUser>))
                        .optional()
                        .help("They see the case; others do not."),
                ]
            }
        }
        A::RecordKickOff => KICK_OFF,
        A::MeetDependency => const { &[Field::new("dependency", "Dependency", NUMBER)] },
        A::NameContact => CONTACT,
        A::RemoveContact => {
            const { &[Field::new("duty", "Duty", DUTY), Field::new("user", "Person", USER)] }
        }
        A::PostFile => FILE,
        A::AddNote => const { &[Field::new("scope", "Who may read it", SCOPE), WHAT_IS_SAID] },
        _ => return None,
    })
}
