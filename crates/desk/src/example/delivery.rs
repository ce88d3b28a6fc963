//! Backups, run, tests, fixes.

use super::{RealTrial, RealUpgrade, Story};
use refit_model::TrialVerdict;

use crate::process::keys;
use crate::written::{line, name, prose};
use crate::{Action, ComponentKind, Failure, RecordedRun, Refusal, Resources, RunEnd};

impl Story<'_> {
    pub(super) fn back_up(&mut self) -> Result<(), Refusal> {
        let consultant = &self.cast.consultant;
        self.goes_to(14, 9, 0);
        self.does(consultant, Action::StartActivity { activity: name(keys::BACK_UP) })?;
        self.goes_to(14, 15, 0);
        let note = "Configuration folders, and the store. Restored once, to be sure.";
        let (note, evidence) =
            (Some(prose(note)), Some(self.evidence("manifest of restore point A")));
        let activity = name(keys::BACK_UP);
        self.does(consultant, Action::FinishActivity { activity, note, evidence })
    }

    pub(super) fn upgrade(&mut self) -> Result<(), Refusal> {
        let consultant = &self.cast.consultant;
        self.goes_to(15, 10, 0);
        self.does(consultant, Action::StartActivity { activity: name(keys::UPGRADE) })?;
        if let Some(real) = &self.plot.real {
            self.goes_to(15, 15, 0);
            let RealUpgrade { run, plan, journal, .. } = real.clone();
            let run = RecordedRun { run, plan, journal, end: RunEnd::Done, installed: None };
            return self.does(consultant, Action::RecordRun(run));
        }
        for (run, end) in [("staging-1", RunEnd::RolledBack), ("staging-2", RunEnd::Done)] {
            let (plan, journal) = (super::digest("plan"), self.file(run));
            let run = RecordedRun { run: name(run), plan, journal, end, installed: None };
            self.does(consultant, Action::RecordRun(run))?;
            self.goes_to(15, 15, 0);
        }
        Ok(())
    }

    pub(super) fn test(&mut self) -> Result<(), Refusal> {
        if let Some(real) = &self.plot.real {
            return self.test_really(real.trial);
        }
        let consultant = &self.cast.consultant;
        let failure = |component: &str, kind, what: &str| Failure {
            component: line(component),
            kind,
            what: prose(what),
        };
        let failures = vec![
            failure("KahaDB index", ComponentKind::Standard, "p99 is 2.3 times that of before."),
            failure(
                "audit-stamp",
                ComponentKind::Custom,
                "The plugin writes no stamp: it needs a class that is gone.",
            ),
        ];
        self.trial("trial 1", TrialVerdict::Fail, failures)?;
        self.finish(consultant, keys::TEST)?;
        self.goes_to(16, 11, 0);
        self.does(consultant, Action::StartActivity { activity: name(keys::FIX) })?;
        let how = prose("The index is rebuilt at the first start.");
        self.does(consultant, Action::FixDefect { defect: 1, how })?;
        self.trial("trial 2", TrialVerdict::Pass, Vec::new())
    }

    fn trial(
        &mut self,
        report: &str,
        verdict: TrialVerdict,
        failures: Vec<Failure>,
    ) -> Result<(), Refusal> {
        let report = super::digest(report);
        let action = Action::RecordTrial { report, verdict, failures };
        self.does(&self.cast.consultant.clone(), action)
    }

    /// What was really tried; where nothing was, or it did not pass, that is what the project
    /// manager leaves out.
    fn test_really(&mut self, trial: Option<RealTrial>) -> Result<(), Refusal> {
        let cast = self.cast;
        self.goes_to(16, 11, 0);
        match trial {
            Some(RealTrial { report, verdict }) => {
                let failures = Vec::new();
                let action = Action::RecordTrial { report, verdict, failures };
                self.does(&cast.consultant, action)?;
                self.finish(&cast.consultant, keys::TEST)?;
            }
            None => self.leave_out(keys::TEST, "The demonstration was made without a trial.")?,
        }
        match trial {
            Some(RealTrial { verdict: TrialVerdict::Pass, .. }) | None => {
                self.leave_out(keys::FIX, "The trial found nothing that has to be fixed.")
            }
            Some(_) => self.leave_out(
                keys::FIX,
                "The demonstration is measured for a few seconds only; a verdict that is not PASS \
                 is looked at with a longer trial.",
            ),
        }
    }

    fn leave_out(&mut self, key: &str, why: &str) -> Result<(), Refusal> {
        let (activity, why) = (name(key), prose(why));
        self.does(&self.cast.manager.clone(), Action::SkipActivity { activity, why })
    }

    pub(super) fn deliver(&mut self) -> Result<(), Refusal> {
        let cast = self.cast;
        self.goes_to(17, 16, 0);
        if self.plot.real.is_none() {
            let action = Action::AnswerOffer { engagement: 1, accepts: false };
            self.does(&cast.approver, action)?;
            self.finish(&cast.consultant, keys::FIX)?;
        }
        let (bundle, contents) = if let Some(real) = &self.plot.real {
            (real.bundle, real.files.clone())
        } else {
            let files = ["playbook.md", "settled/conf/activemq.xml", "SHA256SUMS"];
            (self.file("bundle"), super::lines(&files))
        };
        self.does(
            &cast.consultant,
            Action::DeliverResources(Resources { bundle, playbook: None, contents }),
        )
    }
}
