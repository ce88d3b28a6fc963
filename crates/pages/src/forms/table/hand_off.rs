//! Forms of the hand-off: Playbook, on-call support, other environments, engagements.

use refit_desk::{ActionKind, UpgradeDocument as D};

use super::parts::{
    CHANGE, COUNT, ENGAGEMENT, ENVIRONMENT, NUMBER, RUN_END, SHOWN_BY, SHOWN_IN, STEP, THE_CHANGE,
    THE_ENGAGEMENT, THE_PLAYBOOK, THE_PROBLEM, WHAT_IS_SAID, WHY,
};
use crate::forms::field::{Field, FieldKind as K};

const OTHER_UPGRADE: &[Field] = &[
    Field::new("environment", "Environment", ENVIRONMENT),
    Field::new("version", "Version of the Playbook", NUMBER),
    Field::new("drift.report", "Drift report", K::Document(D::Drift)),
    Field::new("drift.differences", "Differences in it", COUNT),
    Field::new("drift.steps", "Steps that they touch", COUNT),
    Field::new("end", "How it ended", RUN_END),
    SHOWN_BY,
    SHOWN_IN,
];

/// Forms of the Playbook and its review.
pub(super) fn of_playbook(kind: ActionKind) -> Option<&'static [Field]> {
    use ActionKind as A;
    Some(match kind {
        A::PostPlaybook => {
            const {
                &[
                    Field::new("digest", "Playbook", K::Document(D::Playbook))
                        .help("It is checked, kept with the case, and shown."),
                    Field::new("summary", "What is new in it", K::Prose),
                    Field::new("makes", "Agreed changes that it has", K::Numbers).optional(),
                    Field::new("corrects", "Replicated problems that it corrects", K::Numbers)
                        .optional(),
                ]
            }
        }
        A::AskForChange => {
            const {
                &[
                    Field::new("version", "Version", NUMBER),
                    Field::new("step", "Step", STEP).optional().help("If it is about one."),
                    Field::new("kind", "Kind", CHANGE),
                    Field::new("text", "What you ask for", K::Prose),
                ]
            }
        }
        A::DiscussChange | A::AnswerChange => const { &[THE_CHANGE, WHAT_IS_SAID] },
        A::AgreeToChange => {
            const { &[THE_CHANGE, Field::new("how", "How it will be made", K::Prose)] }
        }
        A::DeclineChange => const { &[THE_CHANGE, WHY] },
        A::WithdrawChange => const { &[THE_CHANGE] },
        A::ApprovePlaybook | A::DeliverPlaybook => const { &[THE_PLAYBOOK] },
        A::OpenOnCall => {
            const {
                &[
                    THE_PLAYBOOK,
                    Field::new("from", "From", K::Moment),
                    Field::new("until", "Until", K::Moment).help("At most a week later."),
                ]
            }
        }
        _ => return None,
    })
}

/// Forms of support, of other environments, and of engagements.
pub(super) fn of_support(kind: ActionKind) -> Option<&'static [Field]> {
    use ActionKind as A;
    Some(match kind {
        A::ReportProblem => {
            const {
                &[
                    Field::new("environment", "Environment", ENVIRONMENT),
                    Field::new("step", "Step of the Playbook", STEP),
                    Field::new("text", "What was seen", K::Prose),
                ]
            }
        }
        A::RecordReplicated => const { &[THE_PROBLEM, SHOWN_BY, SHOWN_IN] },
        A::RecordNotReplicated => {
            const {
                &[
                    THE_PROBLEM,
                    Field::new("finding.reason", "Why, as the customer is told", K::Prose),
                    Field::new("finding.evidence.what", "What shows it", K::Prose),
                    Field::new("finding.evidence.digest", "Its content", K::Content),
                ]
            }
        }
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
        _ => return None,
    })
}
