//! The walk of demonstrations: the desk allows all of it.

use refit_desk::example::{Cast, Plot, RealTrial, RealUpgrade, Stage, digest, walk};
use refit_desk::*;
use refit_model::TrialVerdict;

use crate::support::*;

fn cast() -> Cast {
    let technician = Actor { user: name("otto"), ..actor(ANNA) };
    Cast {
        customer: request().customer,
        approver: actor(ANNA),
        approver_name: line("Anna"),
        technician,
        technician_name: line("Otto"),
        consultant: actor(BEN),
        manager: actor(PIA),
        manager_name: line("Pia"),
        administrator: actor(ADA),
    }
}

fn plot(real: Option<RealUpgrade>) -> Plot {
    Plot {
        case: name("demo-1"),
        platform: name("activemq-classic"),
        version: line("5.16.6"),
        standing: VersionStanding::Known,
        reason: prose("The version's support ends."),
        additions: Vec::new(),
        real,
    }
}

fn real(trial: Option<TrialVerdict>) -> RealUpgrade {
    RealUpgrade {
        assessment: AssessmentSummary {
            digest: digest("real assessment"),
            blocking: Vec::new(),
            customisations: Vec::new(),
            version: line("5.16.6"),
            extension: None,
        },
        plan: digest("real plan"),
        plan_summary: prose("One restart."),
        run: name("staging-1"),
        journal: digest("journal"),
        trial: trial.map(|verdict| RealTrial { report: digest("trial"), verdict }),
        playbook: digest("real playbook"),
        bundle: digest("bundle"),
        files: vec![line("playbook.md")],
    }
}

#[test]
fn every_stage_can_be_walked_to_and_each_goes_further() {
    let (cast, plot, rules) = (cast(), plot(None), Rules::default());
    let mut before = 0;
    for stage in Stage::ALL {
        let walked = walk(&cast, &plot, date("2026-11-02"), stage, &rules).unwrap();
        assert!(walked.case.events > before, "{stage:?}");
        before = walked.case.events;
        let last = walked.done.last().unwrap().at;
        let (day, hour) = stage.last();
        let local = vienna().zone().to_datetime(last);
        assert_eq!(
            (local.date(), local.hour()),
            (date("2026-11-02").saturating_add(jiff::Span::new().days(day)), hour),
            "{stage:?}"
        );
        let events = walked.done.iter().flat_map(|done| &done.events);
        assert_eq!(Case::replay(plot.case.clone(), events).unwrap(), walked.case);
    }
}

#[test]
fn a_real_upgrade_is_walked_with_its_own_documents() {
    let (cast, rules) = (cast(), Rules::default());
    for trial in [None, Some(TrialVerdict::Pass), Some(TrialVerdict::Inconclusive)] {
        let plot = plot(Some(real(trial)));
        let monday = date("2026-11-02");
        let case = walk(&cast, &plot, monday, Stage::Closed, &rules).unwrap().case;
        assert_eq!(case.plan().unwrap().digest, digest("real plan"));
        assert_eq!(case.trials.len(), usize::from(trial.is_some()));
        let named = case.upgrade_document(digest("real playbook"));
        assert_eq!(named, Some(UpgradeDocument::Playbook));
        assert_eq!(case.upgrade_document(digest("another")), None);
    }
}
