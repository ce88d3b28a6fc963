//! Letters about activities, plans, runs and trials.

use refit_desk::{
    ActivityEvent, ActivityKey, ApprovalSubject, Case, Change, DefectState, Event, HaltKind,
    HaltedRun, PostedPlan, RecordedRun, RunEnd, Trial, Wait,
};
use refit_model::TrialVerdict;

use super::{LetterView, Told, moment_of};

/// What a letter about one of these says.
pub(super) fn told(view: LetterView<'_>, event: &Event) -> Option<Told> {
    let case = view.case;
    Some(match &event.change {
        Change::ExecutionClockStarted { clock } => begun(case, clock),
        Change::ActivityMoved { activity, event: ActivityEvent::Held(wait) } => {
            held(case, activity, wait)
        }
        Change::PlanPosted(plan) => posted(view, plan),
        Change::PlanObjected { why, .. } => Told::new("The customer objects to the plan")
            .more([format!("Why: {why}"), "Post another one, or talk about it.".to_owned()])
            .on("upgrade"),
        Change::Approved(approval) => {
            let what = approval.subject.word();
            let by = view.people.name(&approval.by);
            let told = Told::new(format!("The customer approved: {what}")).more([format!(
                "{by} approved the {what} {} on {}.",
                approval.digest.short(),
                moment_of(case, approval.at)
            )]);
            let is_playbook = approval.subject == ApprovalSubject::Playbook;
            told.on(if is_playbook { "playbook" } else { "upgrade" })
        }
        Change::RunHalted(halted) => stands_still(case, halted),
        Change::RunRecorded(run) => ended(run),
        Change::TrialRecorded(trial) => tried(case, trial),
        _ => return None,
    })
}

fn begun(case: &Case, clock: &ActivityKey) -> Told {
    let time = case
        .process
        .allotted(clock)
        .map(|range| format!("It takes {}, and the clock runs from now on.", range.words()));
    Told::new("The execution begins")
        .more(["Access is verified, and all documents are processed."])
        .more(time)
}

fn held(case: &Case, key: &ActivityKey, wait: &Wait) -> Told {
    let activity = case.activity(key.as_str());
    let name = activity.map_or_else(|| key.to_string(), refit_desk::Activity::title);
    Told::new(format!("\u{201c}{name}\u{201d} waits for the {}", wait.waits_for))
        .more([
            format!("What is wanted: {}", wait.why),
            format!("It waits since {}.", moment_of(case, wait.since)),
        ])
        .on("activities")
}

fn posted(view: LetterView<'_>, plan: &PostedPlan) -> Told {
    let case = view.case;
    let facts: Vec<_> = view.plan.iter().map(|(label, text)| format!("{label}: {text}")).collect();
    let facts = Some(facts.join("\n")).filter(|facts| !facts.is_empty());
    let assessment = case.assessments.iter().find(|one| one.digest == plan.assessment);
    let longer = assessment.and_then(|one| one.extension.as_ref()).map(|extension| {
        format!("It needs more time than usual, {}: {}", extension.range.words(), extension.why)
    });
    Told::new("A plan is there for your acceptance")
        .more([plan.summary.to_string()])
        .more(facts)
        .more(longer)
        .more(["An approver accepts it on the page, or objects and says why."])
        .on("upgrade")
}

fn stands_still(case: &Case, halted: &HaltedRun) -> Told {
    let next = match halted.why {
        HaltKind::Failed => "On its page: try it again, take the run back, or end it as it stands.",
        HaltKind::InDoubt => "Somebody looks on the machine what was done, and says it there.",
        HaltKind::Waiting => "On its page stands what is awaited.",
    };
    let since = moment_of(case, halted.since);
    Told::new(format!("The run {} stands still", halted.run))
        .more([
            format!("Why: {}.", halted.words()),
            format!("It waits for the {} since {since}.", halted.waits_for),
            next.to_owned(),
        ])
        .on("upgrade")
}

fn ended(run: &RecordedRun) -> Told {
    let installed = run.installed.as_ref().map(|one| {
        format!("{} in {} has the version {} now.", one.installation, one.environment, one.version)
    });
    let meaning = match run.end {
        RunEnd::Done => "Every step is settled. What comes next are the tests.",
        RunEnd::RolledBack => "It was taken back: what was before the run is there again.",
        RunEnd::Stopped => "A person ended it as it stood. What comes next is to be agreed.",
    };
    Told::new(format!("The run {} is {}", run.run, run.end.word()))
        .more([meaning])
        .more(installed)
        .on("upgrade")
}

fn tried(case: &Case, trial: &Trial) -> Told {
    let meaning = match trial.verdict {
        TrialVerdict::Pass => "Everything that was tested holds.",
        TrialVerdict::Fail => "Something does not hold.",
        TrialVerdict::Inconclusive => "It cannot be told: it is tried again.",
        TrialVerdict::Invalid => "The measurement was no good: it is tried again.",
    };
    let defects = case.defects.iter().filter(|defect| trial.defects.contains(&defect.number));
    let defects = defects.map(|defect| {
        let is_excluded = matches!(defect.state, DefectState::Excluded(_));
        let outside = if is_excluded { " (not of the vendor: outside of the service)" } else { "" };
        let failure = &defect.failure;
        format!("Defect {}: {}{outside}: {}", defect.number, failure.component, failure.what)
    });
    let (number, verdict) = (trial.number, trial.verdict.word());
    Told::new(format!("Trial {number}: {verdict}")).more([meaning]).more(defects).on("upgrade")
}
