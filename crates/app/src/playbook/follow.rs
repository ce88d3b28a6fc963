//! A plan that follows a playbook, and what differs from where that was learned.

use refit_model::{Decision, DriftReport, Finding, Plan, Playbook, Stored};
use refit_playbook::{Here, drift, replay};

use crate::plan::with_seen;
use crate::{App, AppError, AssessmentPair, Result, Target};

/// A playbook followed in another environment.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The plan.
    pub plan: Stored<Plan>,
    /// What differs.
    pub drift: Stored<DriftReport>,
    /// What was found.
    pub found: AssessmentPair,
    decisions: Vec<Decision>,
}

impl Applied {
    /// The findings that forbid a run.
    pub fn blocking(&self) -> Vec<&Finding> {
        self.found.blocking()
    }
}

impl App<'_> {
    /// Assesses an environment and plans for it as the playbook says, without making that its
    /// newest plan: nothing of the environment is changed.
    pub fn follow_playbook(&self, target: &Target, playbook: &Stored<Playbook>) -> Result<Applied> {
        check_platform(target, &playbook.body)?;
        let found = self.look_for(target, &playbook.body)?;
        let own = self.newest(target)?.decisions;
        let follows = Some(playbook.digest);
        let (undecided, _) = self.plan_from(&found.assessment, &own, follows)?;
        let replayed = replay(&playbook.body.decisions, &own, &undecided.body);
        let decisions: Vec<_> = replayed
            .decisions
            .into_iter()
            .map(|decision| with_seen(decision, &undecided.body))
            .collect();
        let (plan, decisions) = self.plan_from(&found.assessment, &decisions, follows)?;
        let here = Here {
            assessment: &found.assessment.body,
            observed: &found.observations.body.findings,
            plan: &plan.body,
            decisions: &replayed.fates,
        };
        let drift = self.state.save(drift(playbook, &here))?;
        Ok(Applied { plan, drift, found, decisions })
    }

    /// The same, and makes it the environment's newest plan.
    pub fn apply_playbook(&self, target: &Target, playbook: &Stored<Playbook>) -> Result<Applied> {
        let applied = self.follow_playbook(target, playbook)?;
        let artifacts = self.artifacts_folder(&self.newest(target)?);
        self.update(target, |newest| {
            newest.assessment = Some(applied.found.assessment.digest);
            newest.observations = Some(applied.found.observations.digest);
            newest.artifacts = Some(artifacts);
            newest.plan = Some(applied.plan.digest);
            newest.decisions.clone_from(&applied.decisions);
            newest.playbook = Some(playbook.digest);
        })?;
        Ok(applied)
    }

    /// Assesses for the playbook's version, and keeps what was found.
    fn look_for(&self, target: &Target, playbook: &Playbook) -> Result<AssessmentPair> {
        let assessed = self.look(target, Some(&playbook.to))?;
        let installed = &assessed.assessment.installed;
        if *installed == playbook.to {
            return Err(AppError::First {
                what: format!("{} runs {installed} already", target.shown()),
                how: "this playbook has nothing to do there".into(),
            });
        }
        for template in assessed.templates {
            self.state.save(template)?;
        }
        Ok(AssessmentPair {
            assessment: self.state.save(assessed.assessment)?,
            observations: self.state.save(assessed.observations)?,
        })
    }
}

fn check_platform(target: &Target, playbook: &Playbook) -> Result<()> {
    let (platform, there) = (&playbook.pack.platform, &target.entry().platform);
    if platform == there {
        return Ok(());
    }
    let target = target.shown();
    Err(AppError::Usage(format!("the playbook is for {platform}, and {target} is {there}")))
}
