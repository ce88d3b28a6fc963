//! Any action of a kind that is of the delivery.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use refit_desk::*;
use refit_model::TrialVerdict;

use crate::actions::{
    any_assessment, any_digest, any_end, any_evidence, any_failure, any_installed, any_line,
    any_moment, any_name, any_prose, number,
};

pub fn of_delivery(kind: ActionKind) -> Option<BoxedStrategy<Action>> {
    use ActionKind as K;
    Some(match kind {
        K::RecordAssessment => any_assessment().prop_map(Action::RecordAssessment).boxed(),
        K::PostPlan => (any_digest(), any_digest(), vec(any_digest(), 0..4), any_prose())
            .prop_map(|(digest, assessment, documentation, summary)| {
                let steps = Vec::new();
                Action::PostPlan(PostedPlan { digest, assessment, documentation, summary, steps })
            })
            .boxed(),
        K::TakeDecisions => any_decisions(),
        K::AcceptPlan => (any_digest(), any::<bool>())
            .prop_map(|(plan, accepts_extension)| Action::AcceptPlan { plan, accepts_extension })
            .boxed(),
        K::ObjectToPlan => (any_digest(), any_prose())
            .prop_map(|(plan, why)| Action::ObjectToPlan { plan, why })
            .boxed(),
        K::RecordSoftware => any_software(),
        K::RecordHalt => any_halt().prop_map(Action::RecordHalt).boxed(),
        K::RecordGoingOn => {
            any_name().prop_map(|run| Action::RecordGoingOn(GoingOn { run })).boxed()
        }
        K::RecordRun => {
            (any_name(), any_digest(), any_digest(), any_end(), option::of(any_installed()))
                .prop_map(|(run, plan, journal, end, installed)| {
                    Action::RecordRun(RecordedRun { run, plan, journal, end, installed })
                })
                .boxed()
        }
        K::TickStep => (any_digest(), any_name())
            .prop_map(|(plan, step)| Action::TickStep { plan, step })
            .boxed(),
        K::RecordTrial => {
            use TrialVerdict::{Fail, Inconclusive, Invalid, Pass};
            let verdict = select(vec![Pass, Fail, Inconclusive, Invalid]);
            (any_digest(), verdict, vec(any_failure(), 0..5))
                .prop_map(|(report, verdict, failures)| Action::RecordTrial {
                    report,
                    verdict,
                    failures,
                })
                .boxed()
        }
        K::FixDefect => (number(), any_prose())
            .prop_map(|(defect, how)| Action::FixDefect { defect, how })
            .boxed(),
        K::DocumentDefect => (number(), any_prose())
            .prop_map(|(defect, text)| Action::DocumentDefect { defect, text })
            .boxed(),
        K::DeliverResources => (any_digest(), option::of(any_digest()), vec(any_line(), 0..5))
            .prop_map(|(bundle, playbook, contents)| {
                Action::DeliverResources(Resources { bundle, playbook, contents })
            })
            .boxed(),
        _ => return None,
    })
}

fn any_decisions() -> BoxedStrategy<Action> {
    let choice = (any_prose(), option::of(any_prose()))
        .prop_map(|(subject, choice)| PlanChoice { subject, choice });
    (any_digest(), vec(choice, 0..4), any_prose(), option::of(any_prose()))
        .prop_map(|(plan, choices, why, word)| Action::TakeDecisions { plan, choices, why, word })
        .boxed()
}

fn any_software() -> BoxedStrategy<Action> {
    let (digest, word) = (option::of(any_digest()), option::of(any_prose()));
    (select(Party::ALL.to_vec()), digest, word, option::of(any_evidence()))
        .prop_map(|(placed_by, digest, word, evidence)| {
            let (is_verified, against) = (false, Vec::new());
            Action::RecordSoftware(SoftwarePlaced {
                placed_by,
                is_verified,
                digest,
                against,
                word,
                evidence,
            })
        })
        .boxed()
}

fn any_halt() -> BoxedStrategy<HaltedRun> {
    let kinds = vec![HaltKind::Failed, HaltKind::InDoubt, HaltKind::Waiting];
    let place = (any_name(), any_digest(), option::of(any_name()));
    (place, select(kinds), select(Party::ALL.to_vec()), any_moment())
        .prop_map(|((run, plan, step), why, waits_for, since)| HaltedRun {
            run,
            plan,
            why,
            step,
            waits_for,
            since,
        })
        .boxed()
}
