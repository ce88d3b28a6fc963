//! `refit rehearse`.

use refit_execute::{Rehearsed, rehearse};
use refit_model::{FactValue, Facts, HostPath, Plan, RehearsalReport, Stored};

use crate::fresh::check_fresh;
use crate::world::AppWorld;
use crate::{App, AppError, Result, Target};

impl App<'_> {
    /// Rehearses the newest plan of an installation, and stores what it showed.
    pub fn rehearse(&self, target: &Target) -> Result<Stored<RehearsalReport>> {
        let plan = self.newest_plan(target)?;
        check_no_open_questions(target, &plan)?;
        // A copy of a broker with partners would join them, one with a database would open it.
        self.check_not_blocked(target, &self.newest(target)?)?;
        let _lock = self.state.lock_rehearsal(target.environment_name(), &target.installation)?;
        let world = self.world(target, &plan.body)?;
        check_fresh(target, &plan, &world, None)?;
        let control = plan.body.parameters.get("control").unwrap_or_default().to_owned();
        let scratch = HostPath::from(format!("{control}-rehearsal"));
        let mut tell = |what: &str| self.person.tell(what);
        let shown = rehearse(&plan.body, &world, &scratch, &self.cancel, &mut tell)?;
        let report = self.state.save(report(&plan, shown))?;
        self.update(target, |newest| newest.rehearsal = Some(report.digest))?;
        Ok(report)
    }

    /// The world of the newest assessment that a plan was made from.
    pub(crate) fn world(&self, target: &Target, plan: &Plan) -> Result<AppWorld> {
        let assessment = self.state.load(plan.assessment)?;
        let newest = self.newest(target)?;
        let artifacts = self.artifacts_folder(&newest);
        AppWorld::new(self, target, &assessment.body, artifacts.into())
    }

    /// The newest plan of an installation.
    pub fn newest_plan(&self, target: &Target) -> Result<Stored<Plan>> {
        let newest = self.newest(target)?;
        let digest = newest.plan.ok_or_else(|| AppError::First {
            what: format!("there is no plan for {}", target.shown()),
            how: format!("make one with `refit plan {}`", target.shown()),
        })?;
        Ok(self.state.load(digest)?)
    }
}

/// A plan with an open question can be neither rehearsed nor approved.
pub(crate) fn check_no_open_questions(target: &Target, plan: &Stored<Plan>) -> Result<()> {
    let open: Vec<_> =
        plan.body.questions.iter().map(|question| question.subject.clone()).collect();
    if open.is_empty() {
        return Ok(());
    }
    Err(AppError::NeedsPerson(format!(
        "the plan has {} open questions: {}; decide with `refit plan {} --decide \
         SUBJECT=CHOICE` (`refit show {}` tells the choices)",
        open.len(),
        open.join(", "),
        target.shown(),
        plan.digest.short(),
    )))
}

fn report(plan: &Stored<Plan>, shown: Rehearsed) -> RehearsalReport {
    let mut facts = Facts::new();
    let started = i64::try_from(shown.start_milliseconds).unwrap_or(i64::MAX);
    facts.set("start_milliseconds", started);
    for (name, count) in shown.holdings.iter().flatten() {
        let count = i64::try_from(*count).unwrap_or(i64::MAX);
        facts.set(format!("messages.{name}"), FactValue::Number(count));
    }
    facts.set("complaints", shown.complaints);
    let passed = shown.checks.iter().all(|check| check.passed);
    RehearsalReport {
        plan: plan.digest,
        environment: plan.body.environment.clone(),
        version: passed.then(|| plan.body.to.clone()),
        log_tail: if passed { Vec::new() } else { shown.log_tail },
        checks: shown.checks,
        facts,
    }
}
