//! The fields of every kind of action.

use refit_desk::{ActionKind, OfActivity, OfDocument, OfUser};
use refit_model::{OfEnvironment, OfPlatform, OfRun, OfStep};

use super::field::{Field, FieldKind as K, is_name};

/// Where the values of an action come from.
#[derive(Clone, Copy, Debug)]
pub enum FormOf {
    /// From these fields; none for an action that says everything by its kind.
    Fields(&'static [Field]),
    /// From the questions of the case: [`super::read_answers`].
    Questionnaire,
    /// From the server alone, for this reason.
    Server(&'static str),
}

/// The largest number of a thing within a case.
const NUMBER: K = K::Number { least: 1, most: 1_000_000 };
/// The largest count.
const COUNT: K = K::Number { least: 0, most: 1_000_000_000 };
const USER: K = K::Name(is_name::<OfUser>);
const ACTIVITY: K = K::Name(is_name::<OfActivity>);
const DOCUMENT: K = K::Name(is_name::<OfDocument>);
const ENVIRONMENT: K = K::Name(is_name::<OfEnvironment>);
const STEP: K = K::Name(is_name::<OfStep>);
const RUN: K = K::Name(is_name::<OfRun>);

const PARTY: K = K::Choice(&[
    ("customer", "customer"),
    ("consultant", "consultant"),
    ("project-manager", "project manager"),
]);
const POST: K =
    K::Choice(&[("consultant", "consultant"), ("project-manager", "project manager")]);
const DUTY: K = K::Choice(&[
    ("technical-contact", "technical contact"),
    ("reviewer", "reviewer"),
    ("approver", "approver"),
]);
const FILE_KIND: K = K::Choice(&[
    ("initial-document", "initial document"),
    ("upgrade-documentation", "documentation of the upgrade"),
    ("other", "something else"),
]);
const SCOPE: K = K::Choice(&[("everyone", "everyone in the case"), ("team", "the team alone")]);
const ENVIRONMENT_KIND: K = K::Choice(&[("development", "development"), ("staging", "staging")]);
const RUN_END: K = K::Choice(&[
    ("done", "every step is settled"),
    ("rolled-back", "it was rolled back"),
    ("stopped", "a person ended it"),
]);
const TRIAL_VERDICT: K = K::Choice(&[
    ("pass", "PASS: everything holds"),
    ("fail", "FAIL: something does not hold"),
    ("inconclusive", "INCONCLUSIVE: it cannot be told"),
    ("invalid", "INVALID: the measurement was no good"),
]);
const COMPONENT: K = K::Choice(&[
    ("standard", "standard: the vendor ships it"),
    ("custom", "custom: the customer's own, or a third party's"),
]);
const CHANGE: K = K::Choice(&[
    ("change", "change: the Playbook should be changed"),
    ("clarification", "clarification: something should be explained"),
]);
const ENGAGEMENT: K = K::Choice(&[
    ("no-access", "upgrade without access, by screen sharing"),
    ("other-environments", "upgrade of other environments"),
    ("problems-elsewhere", "help with problems in other environments"),
    ("customisations", "customised plugins or services"),
]);
const DEPLOYMENT: K = K::Choice(&[
    ("on-premises", "on our own hosts"),
    ("hosted", "on hosts of somebody else, as a service"),
    ("unknown", "I do not know"),
]);
const ACCESS: K = K::Choice(&[
    (
        "read-and-write",
        "We acknowledge that access, to read and to write, to a development or staging system \
         will be provided",
    ),
    ("none", "We give no access (then the upgrade is a paid engagement by screen sharing)"),
]);

const WHY: Field = Field::new("why", "Why", K::Prose);
const WHAT_IS_SAID: Field = Field::new("text", "Text", K::Prose);
const THE_ACTIVITY: Field = Field::new("activity", "Activity", ACTIVITY);
const THE_DOCUMENT: Field = Field::new("document", "Document", DOCUMENT);
const THE_CHANGE: Field = Field::new("change", "Change request", NUMBER);
const THE_PROBLEM: Field = Field::new("problem", "Problem", NUMBER);
const THE_DEFECT: Field = Field::new("defect", "Defect", NUMBER);
const THE_ENGAGEMENT: Field = Field::new("engagement", "Engagement", NUMBER);
const THE_PLAN: Field = Field::new("plan", "Plan", K::Digest);
const THE_PLAYBOOK: Field = Field::new("playbook", "Playbook version", K::Digest);
const SHOWN_BY: Field = Field::new("evidence.what", "What shows it", K::Prose)
    .help("Say in words what the content is, for example: journal of the run.");
const SHOWN_IN: Field = Field::new("evidence.digest", "Its content", K::Content)
    .help("The digest that Refit printed, or the file.");

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
        "There from and to",
        K::Rows(&[
            Field::new("from", "From", K::Date),
            Field::new("to", "To", K::Date),
        ]),
    )
    .help("Both days included. At least one period."),
];

const FILE: &[Field] = &[
    Field::new("kind", "Kind", FILE_KIND),
    Field::new("digest", "File", K::File),
    Field::new("name", "Name", K::FileName("digest"))
        .help("Leave it open to take the file's own. The same name makes a new version."),
    Field::new("source", "Where it comes from", K::Line),
];

const ASSESSMENT: &[Field] = &[
    Field::new("digest", "Assessment", K::Content),
    Field::new("version", "Version that was found", K::Line),
    Field::new("blocking", "Findings that forbid a run", K::Lines).optional().help("One a line."),
    Field::new("customisations", "Customisations", K::Lines).optional().help("One a line."),
    Field::new("extension.range.least", "Longer execution: at least", K::Duration)
        .with("extension")
        .help("Only for a large installation, for example 2 weeks."),
    Field::new("extension.range.most", "Longer execution: at most", K::Duration).with("extension"),
    Field::new("extension.why", "Why it takes longer", K::Prose).with("extension"),
];

const TRIAL: &[Field] = &[
    Field::new("report", "Report", K::Content),
    Field::new("verdict", "Verdict", TRIAL_VERDICT),
    Field::new(
        "failures",
        "Failures that were traced to a component",
        K::Rows(&[
            Field::new("component", "Component", K::Line),
            Field::new("kind", "Whose it is", COMPONENT),
            Field::new("what", "What does not hold", K::Prose),
        ]),
    )
    .optional(),
];

const OTHER_UPGRADE: &[Field] = &[
    Field::new("environment", "Environment", ENVIRONMENT),
    Field::new("version", "Version of the Playbook", NUMBER),
    Field::new("drift.report", "Drift report", K::Content),
    Field::new("drift.differences", "Differences in it", COUNT),
    Field::new("drift.steps", "Steps that they touch", COUNT),
    Field::new("end", "How it ended", RUN_END),
    SHOWN_BY,
    SHOWN_IN,
];

/// Where the values of an action of this kind come from.
pub fn form_of(kind: ActionKind) -> FormOf {
    use ActionKind as A;
    FormOf::Fields(match kind {
        A::CreateRequest | A::AmendRequest => REQUEST,
        A::Respond => const { &[Field::new("message", "Your response", K::Prose).help(
            "Acknowledge receipt, and say that the project manager will be in touch within a day.",
        )] },
        A::AcknowledgeFormally => const { &[Field::new("overview", "Overview of the next steps", K::Prose)] },
        A::TakeUp | A::Close | A::SubmitAnswers | A::AskForMissing | A::SendQuestionnaire => &[],
        A::Assign => const { &[
            Field::new("post", "Post", POST),
            Field::new("to", "Person", USER),
            WHY.optional().help("Needed where somebody else has the post."),
        ] },
        A::DecideEligibility => const { &[
            Field::new("is_eligible", "Does the customer get the service?", K::YesNo),
            WHY,
        ] },
        A::Withdraw | A::Reopen => const { &[WHY] },
        A::SetGroup => const { &[
            Field::new("name", "Name of the group", K::Line),
            Field::new("members", "Members", K::Names(is_name::<OfUser>))
                .optional()
                .help("They see the case; others do not."),
        ] },
        A::RecordKickOff => KICK_OFF,
        A::NameContact => CONTACT,
        A::RemoveContact => {
            const { &[Field::new("duty", "Duty", DUTY), Field::new("user", "Person", USER)] }
        }
        A::PostFile => FILE,
        A::AddNote => const { &[Field::new("scope", "Who may read it", SCOPE), WHAT_IS_SAID] },
        A::StartActivity | A::ReleaseActivity => const { &[THE_ACTIVITY] },
        A::HoldActivity => const { &[
            THE_ACTIVITY,
            Field::new("waits_for", "For whom it waits", PARTY),
            Field::new("why", "What has to happen", K::Prose),
        ] },
        A::FinishActivity => const { &[
            THE_ACTIVITY,
            Field::new("note", "Note", K::Prose)
                .optional()
                .help("Needed from a consultant who does it on the customer's word."),
            SHOWN_BY.with("evidence"),
            SHOWN_IN.with("evidence"),
        ] },
        A::SkipActivity | A::ExcludeActivity | A::ReopenActivity => const { &[THE_ACTIVITY, WHY] },
        A::SaveAnswers => return FormOf::Questionnaire,
        A::RecordInventory => {
            return FormOf::Server("facts come from an inventory that Refit took, not from a person");
        }
        _ => later_fields(kind),
    })
}

/// Fields from the documents on.
fn later_fields(kind: ActionKind) -> &'static [Field] {
    use ActionKind as A;
    match kind {
        A::SendDocument => const { &[
            Field::new("key", "Key", DOCUMENT).help("For example test-cases."),
            Field::new("title", "Title", K::Line),
            Field::new("purpose", "What it is for", K::Prose),
            Field::new("due_in", "How long the customer has for it", K::Duration)
                .help("For example 5 days."),
        ] },
        A::ReturnDocument => const { &[
            THE_DOCUMENT,
            Field::new("digest", "File", K::File),
            Field::new("name", "Name", K::FileName("digest"))
                .help("Leave it open to take the file's own."),
        ] },
        A::FindIncomplete => const { &[THE_DOCUMENT, Field::new("what", "What is missing", K::Prose)] },
        A::ProcessDocument => const { &[THE_DOCUMENT] },
        A::RecordAccessCheck => const { &[
            Field::new("environment", "Environment", ENVIRONMENT),
            Field::new("kind", "Kind", ENVIRONMENT_KIND),
            Field::new("can_read", "Everything can be read", K::Tick),
            Field::new("can_write", "Everything can be written", K::Tick),
            SHOWN_BY.help("For example: report of `refit access check`."),
            SHOWN_IN,
        ] },
        A::RecordAssessment => ASSESSMENT,
        A::PostPlan => const { &[
            Field::new("digest", "Plan", K::Content),
            Field::new("assessment", "Assessment that it is made from", K::Digest),
            Field::new("documentation", "Documentation", K::Digests).optional(),
            Field::new("summary", "What it means for the customer", K::Prose),
        ] },
        A::AcceptPlan => const { &[
            THE_PLAN,
            Field::new("accepts_extension", "The longer time is accepted, too", K::Tick),
        ] },
        A::ObjectToPlan => const { &[THE_PLAN, Field::new("why", "What is wrong with it", K::Prose)] },
        A::RecordSoftware => const { &[
            Field::new("placed_by", "Who placed it", PARTY),
            Field::new("is_verified", "The digest on the host is the expected one", K::Tick),
            SHOWN_BY,
            SHOWN_IN,
        ] },
        A::RecordRun => const { &[
            Field::new("run", "Run", RUN),
            THE_PLAN,
            Field::new("journal", "Journal", K::Content),
            Field::new("end", "How it ended", RUN_END),
        ] },
        A::TickStep => const { &[Field::new("run", "Run", RUN), Field::new("step", "Step", STEP)] },
        A::RecordTrial => TRIAL,
        A::FixDefect => const { &[THE_DEFECT, Field::new("how", "What was done", K::Prose)] },
        A::DocumentDefect => const { &[THE_DEFECT, WHAT_IS_SAID] },
        A::DeliverResources => const { &[
            Field::new("bundle", "Bundle", K::Content),
            Field::new("contents", "What is in it", K::Lines).optional().help("One a line."),
        ] },
        _ => hand_off_fields(kind),
    }
}

/// Fields from the Playbook on.
fn hand_off_fields(kind: ActionKind) -> &'static [Field] {
    use ActionKind as A;
    match kind {
        A::PostPlaybook => const { &[
            Field::new("digest", "Playbook", K::Content),
            Field::new("summary", "What is new in it", K::Prose),
            Field::new("makes", "Agreed changes that it has", K::Numbers).optional(),
            Field::new("corrects", "Replicated problems that it corrects", K::Numbers).optional(),
        ] },
        A::AskForChange => const { &[
            Field::new("version", "Version", NUMBER),
            Field::new("step", "Step", STEP).optional().help("If it is about one."),
            Field::new("kind", "Kind", CHANGE),
            Field::new("text", "What you ask for", K::Prose),
        ] },
        A::DiscussChange | A::AnswerChange => const { &[THE_CHANGE, WHAT_IS_SAID] },
        A::AgreeToChange => const { &[THE_CHANGE, Field::new("how", "How it will be made", K::Prose)] },
        A::DeclineChange => const { &[THE_CHANGE, WHY] },
        A::WithdrawChange => const { &[THE_CHANGE] },
        A::ApprovePlaybook | A::DeliverPlaybook => const { &[THE_PLAYBOOK] },
        A::OpenOnCall => const { &[
            THE_PLAYBOOK,
            Field::new("from", "From", K::Moment),
            Field::new("until", "Until", K::Moment).help("At most a week later."),
        ] },
        A::ReportProblem => const { &[
            Field::new("environment", "Environment", ENVIRONMENT),
            Field::new("step", "Step of the Playbook", STEP),
            Field::new("text", "What was seen", K::Prose),
        ] },
        A::RecordReplicated => const { &[THE_PROBLEM, SHOWN_BY, SHOWN_IN] },
        A::RecordNotReplicated => const { &[
            THE_PROBLEM,
            Field::new("finding.reason", "Why, as the customer is told", K::Prose),
            Field::new("finding.evidence.what", "What shows it", K::Prose),
            Field::new("finding.evidence.digest", "Its content", K::Content),
        ] },
        A::AnswerProblem => const { &[THE_PROBLEM, WHAT_IS_SAID] },
        A::PlanEnvironment => const { &[Field::new("environment", "Environment", ENVIRONMENT)] },
        A::RecordOtherUpgrade => OTHER_UPGRADE,
        A::OfferEngagement => {
            const { &[Field::new("kind", "What for", ENGAGEMENT), WHY.help("The customer reads it.")] }
        }
        A::AnswerOffer => {
            const { &[THE_ENGAGEMENT, Field::new("accepts", "Do you accept it?", K::YesNo)] }
        }
        A::WithdrawOffer => const { &[THE_ENGAGEMENT] },
        // The others are told by the functions before; a test asks for all.
        _ => &[],
    }
}

/// Whether a person confirms the action with the password once more, because it approves or signs.
/// Running and rolling back are the server's own, and are confirmed in the same way.
pub fn needs_reauthentication(kind: ActionKind) -> bool {
    use ActionKind as A;
    matches!(kind, A::AcceptPlan | A::ApprovePlaybook | A::DeliverPlaybook)
}
