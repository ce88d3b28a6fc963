//! The documents of a real upgrade in the server's own state directory, as `refit demo` leaves
//! them.

use refit_app::{AnyDocument, StateDir, StateError, playbook_bundle};
use refit_desk::example::{RealTrial, RealUpgrade};
use refit_desk::{AssessmentSummary, Line, Prose};
use refit_model::{Assessment, Digest, Plan, Playbook, Stored, Template};
use refit_report::strategy_words;
use refit_trial::report::TrialReport;

use crate::blocking::blocking;
use crate::failure::Failure;
use crate::portal::Portal;

/// What is in every bundle.
const BUNDLED: [&str; 5] =
    ["README.txt", "playbook.html", "playbook.md", "playbook.json", "SHA256SUMS"];

/// A real upgrade, and its documents.
pub(super) struct Found {
    pub(super) upgrade: RealUpgrade,
    pub(super) documents: Vec<AnyDocument>,
    /// The bundle of its Playbook.
    pub(super) bundle: Vec<u8>,
}

/// The upgrade of which the last Playbook was made; none where there is no Playbook.
pub(super) async fn find(portal: &Portal) -> Result<Option<Found>, Failure> {
    let Some(state) = portal.state().cloned() else { return Ok(None) };
    blocking(move || of_state(&state)).await?
}

fn of_state(state: &StateDir) -> Result<Option<Found>, Failure> {
    let found = |error: StateError| match error {
        StateError::Missing { .. } => Ok(None),
        error => Err(Failure::internal(error)),
    };
    let playbooks = state.latest::<Playbook>(1).map_err(Failure::internal)?;
    let Some(playbook) = playbooks.into_iter().next() else { return Ok(None) };
    let plan: Stored<Plan> = match state.load(playbook.body.plan) {
        Ok(plan) => plan,
        Err(error) => return found(error),
    };
    let assessment: Stored<Assessment> = match state.load(plan.body.assessment) {
        Ok(assessment) => assessment,
        Err(error) => return found(error),
    };
    let trial = playbook.body.trials.first().map(|trial| state.load::<TrialReport>(trial.report));
    let trial = trial.and_then(Result::ok);
    let text = |digest| state.load::<Template>(digest).ok().map(|text| text.body);
    let bundle = playbook_bundle(&playbook, &text).map_err(Failure::internal)?;
    Ok(Some(Found {
        upgrade: upgrade(&assessment, &plan, trial.as_ref(), &playbook, &bundle)?,
        bundle,
        documents: [
            AnyDocument::Assessment(Box::new(assessment)),
            AnyDocument::Plan(Box::new(plan)),
            AnyDocument::Playbook(Box::new(playbook)),
        ]
        .into_iter()
        .chain(trial.map(Box::new).map(AnyDocument::Trial))
        .collect(),
    }))
}

fn upgrade(
    assessment: &Stored<Assessment>,
    plan: &Stored<Plan>,
    trial: Option<&Stored<TrialReport>>,
    playbook: &Stored<Playbook>,
    bundle: &[u8],
) -> Result<RealUpgrade, Failure> {
    let line = |text: &str| Line::new(text).map_err(Failure::internal);
    let blocking: Result<_, _> =
        assessment.body.blocking().map(|finding| line(&finding.title)).collect();
    let summary = format!(
        "{} to {}, {}. Clients are cut off for about {} s.",
        plan.body.from,
        plan.body.to,
        strategy_words(plan.body.strategy),
        plan.body.downtime_milliseconds().div_ceil(1_000)
    );
    Ok(RealUpgrade {
        assessment: AssessmentSummary {
            digest: assessment.digest,
            blocking: blocking?,
            customisations: Vec::new(),
            version: line(&assessment.body.installed.to_string())?,
            extension: None,
        },
        plan: plan.digest,
        plan_summary: Prose::new(&summary).map_err(Failure::internal)?,
        run: playbook.body.run.clone(),
        journal: playbook.body.journal,
        trial: trial.map(|trial| RealTrial { report: trial.digest, verdict: trial.body.verdict }),
        playbook: playbook.digest,
        bundle: Digest::of(bundle),
        files: BUNDLED.into_iter().map(line).collect::<Result<_, _>>()?,
    })
}
