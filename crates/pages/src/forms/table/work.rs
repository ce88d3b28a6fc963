//! Forms of activities, of what the customer gives, and of the delivery.

use refit_desk::{ActionKind, UpgradeDocument as D};

use super::parts::{
    COMPONENT, DOCUMENT, ENVIRONMENT, ENVIRONMENT_KIND, HALT, INSTALLATION, PARTY, RUN, RUN_END,
    SHOWN_BY, SHOWN_IN, STEP, THE_ACTIVITY, THE_DEFECT, THE_DOCUMENT, THE_PLAN, TRIAL_VERDICT,
    WHAT_IS_SAID, WHY,
};
use crate::forms::field::{Field, FieldKind as K};

const RECORDED_RUN: &[Field] = &[
    Field::new("run", "Run", RUN),
    THE_PLAN,
    Field::new("journal", "Journal", K::Content),
    Field::new("end", "How it ended", RUN_END),
    Field::new("installed.environment", "Environment", ENVIRONMENT)
        .with("installed")
        .help("With the two below, where it is done: what is installed now."),
    Field::new("installed.installation", "Installation", INSTALLATION).with("installed"),
    Field::new("installed.version", "Its version now", K::Line).with("installed"),
];
/// What helps with a document.
const OF_DOCUMENT: &str = "It is checked, kept with the case, and shown.";
/// What helps with a field that the document says.
const ITS_OWN: &str = "Leave it open to take the document's own.";

const ASSESSMENT: &[Field] = &[
    Field::new("digest", "Assessment", K::Document(D::Assessment)).help(OF_DOCUMENT),
    Field::new("version", "Version that was found", K::Line).unless("digest").help(ITS_OWN),
    Field::new("blocking", "Findings that forbid a run", K::Lines)
        .optional()
        .help("One a line. Those of the document are added."),
    Field::new("customisations", "Customisations", K::Lines).optional().help("One a line."),
    Field::new("extension.range.least", "Longer execution: at least", K::Duration)
        .with("extension")
        .help("Only for a large installation, for example 2 weeks."),
    Field::new("extension.range.most", "Longer execution: at most", K::Duration).with("extension"),
    Field::new("extension.why", "Why it takes longer", K::Prose).with("extension"),
];

const TRIAL: &[Field] = &[
    Field::new("report", "Report", K::Document(D::Trial)).help(OF_DOCUMENT),
    Field::new("verdict", "Verdict", TRIAL_VERDICT).unless("report").help(ITS_OWN),
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

/// Forms of activities.
pub(super) fn of_activity(kind: ActionKind) -> Option<&'static [Field]> {
    use ActionKind as A;
    Some(match kind {
        A::StartActivity | A::ReleaseActivity => const { &[THE_ACTIVITY] },
        A::HoldActivity => {
            const {
                &[
                    THE_ACTIVITY,
                    Field::new("waits_for", "For whom it waits", PARTY),
                    Field::new("why", "What has to happen", K::Prose),
                ]
            }
        }
        A::FinishActivity => {
            const {
                &[
                    THE_ACTIVITY,
                    Field::new("note", "Note", K::Prose)
                        .optional()
                        .help("Needed from a consultant who does it on the customer's word."),
                    SHOWN_BY.with("evidence"),
                    SHOWN_IN.with("evidence"),
                ]
            }
        }
        A::SkipActivity | A::ExcludeActivity | A::ReopenActivity => const { &[THE_ACTIVITY, WHY] },
        _ => return None,
    })
}

/// Forms of what the customer gives.
pub(super) fn of_inputs(kind: ActionKind) -> Option<&'static [Field]> {
    use ActionKind as A;
    Some(match kind {
        A::SendDocument => {
            const {
                &[
                    Field::new("key", "Short name", DOCUMENT)
                        .help("It stands in addresses, for example test-cases."),
                    Field::new("title", "Title", K::Line),
                    Field::new("purpose", "What it is for", K::Prose),
                    Field::new("due_in", "How long the customer has for it", K::Duration)
                        .help("For example 5 days."),
                ]
            }
        }
        A::ReturnDocument => {
            const {
                &[
                    THE_DOCUMENT,
                    Field::new("digest", "File", K::File),
                    Field::new("name", "Name", K::FileName("digest"))
                        .optional()
                        .help("Leave it open to take the file's own."),
                ]
            }
        }
        A::FindIncomplete => {
            const { &[THE_DOCUMENT, Field::new("what", "What is missing", K::Prose)] }
        }
        A::ProcessDocument => const { &[THE_DOCUMENT] },
        A::RecordInventory => {
            const {
                &[Field::new("source", "Assessment", K::Document(D::Assessment)).help(
                    "Its facts answer questions beforehand; an answer that says something else \
                     is shown beside them.",
                )]
            }
        }
        A::RecordAccessCheck => {
            const {
                &[
                    Field::new("report", "Report of `refit access check`", K::Document(D::Access))
                        .optional()
                        .help("With it nothing but the kind has to be said."),
                    Field::new("kind", "Kind of the environment", ENVIRONMENT_KIND),
                    Field::new("environment", "Environment", ENVIRONMENT)
                        .unless("report")
                        .help(ITS_OWN),
                    Field::new("can_read", "Everything can be read", K::Tick),
                    Field::new("can_write", "Everything can be written", K::Tick),
                    Field::new("word", "Without a report: on whose word", K::Prose)
                        .optional()
                        .help("Who has tried it, and how. It is shown as their word."),
                    SHOWN_BY.with("evidence"),
                    SHOWN_IN.with("evidence"),
                ]
            }
        }
        _ => return None,
    })
}

/// One decision.
const CHOICE: &[Field] = &[
    Field::new("subject", "What is decided", K::Prose),
    Field::new("choice", "What is chosen", K::Prose).optional(),
];

/// What is decided about a plan.
const DECISIONS: &[Field] = &[
    THE_PLAN,
    Field::new("choices", "Decisions", K::Rows(CHOICE)).optional(),
    Field::new("why", "Why", K::Prose),
    Field::new("word", "How the customer has given its word", K::Prose)
        .optional()
        .help("Needed from a consultant who decides on the customer's word."),
];

/// Software on the host.
const SOFTWARE: &[Field] = &[
    Field::new("placed_by", "Who placed it", PARTY),
    Field::new("digest", "Digest of the file on the host", K::Digest).optional().help(
        "sha256: and what `sha256sum` prints there. It is compared with the \
                 releases that the pack knows, and with the plan. Left open, the server \
                 looks at its own archives, where it stands on the upgrade machine.",
    ),
    Field::new("word", "Where nothing can be compared: on whose word", K::Prose)
        .optional()
        .help("Who has said how that it is the right one. It is shown as a word."),
    SHOWN_BY.with("evidence"),
    SHOWN_IN.with("evidence"),
];

/// A run that stands still.
const HALTED: &[Field] = &[
    Field::new("run", "Run", RUN),
    THE_PLAN,
    Field::new("why", "Why it stands still", HALT),
    Field::new("step", "Step", STEP)
        .optional()
        .help("The one at which it stands, if it stands at one."),
    Field::new("waits_for", "Who has to do something", PARTY),
    Field::new("since", "Since when", K::Moment),
];

/// Forms of the delivery.
pub(super) fn of_delivery(kind: ActionKind) -> Option<&'static [Field]> {
    use ActionKind as A;
    Some(match kind {
        A::RecordAssessment => ASSESSMENT,
        A::PostPlan => {
            const {
                &[
                    Field::new("digest", "Plan", K::Document(D::Plan)).help(OF_DOCUMENT),
                    Field::new("assessment", "Assessment that it is made from", K::Digest),
                    Field::new("documentation", "Documentation", K::Digests).optional(),
                    Field::new("summary", "What it means for the customer", K::Prose),
                ]
            }
        }
        A::TakeDecisions => DECISIONS,
        A::AcceptPlan => {
            const {
                &[
                    THE_PLAN,
                    Field::new(
                        "accepts_extension",
                        "The longer time is accepted, too, if the plan needs one",
                        K::Tick,
                    ),
                ]
            }
        }
        A::ObjectToPlan => {
            const { &[THE_PLAN, Field::new("why", "What is wrong with it", K::Prose)] }
        }
        A::RecordSoftware => SOFTWARE,
        A::RecordRun => RECORDED_RUN,
        A::RecordHalt => HALTED,
        A::RecordGoingOn => const { &[Field::new("run", "Run", RUN)] },
        A::TickStep => const { &[THE_PLAN, Field::new("step", "Step", STEP)] },
        A::RecordTrial => TRIAL,
        A::FixDefect => const { &[THE_DEFECT, Field::new("how", "What was done", K::Prose)] },
        A::DocumentDefect => const { &[THE_DEFECT, WHAT_IS_SAID] },
        A::DeliverResources => {
            const {
                &[
                    Field::new("playbook", "Playbook", K::Document(D::Playbook)).optional().help(
                        "Refit makes the bundle of it: Playbook, settled files, checksums, and \
                             the posted documentation of the upgrade. Left open, the latest \
                             version that was posted is taken.",
                    ),
                    Field::new("bundle", "Another bundle", K::Content)
                        .unless("playbook")
                        .help("Only where Refit cannot make it."),
                    Field::new("contents", "What is in the other bundle", K::Lines)
                        .optional()
                        .help("One a line. Refit lists its own."),
                ]
            }
        }
        _ => return None,
    })
}
