//! Playbook, review, on-call support, the end.

use refit_model::{Digest, StepId};

use super::Story;
use crate::process::keys;
use crate::written::{name, prose};
use crate::{
    Action, Actor, ChangeRequestKind, Drift, NotReplicated, OtherUpgrade, Refusal, RunEnd,
};

/// What is new in the versions of the Playbook; the digests stand for them.
const FIRST: &str = "The first version, made from the run staging-2.";
const SECOND: &str = "With a note about the load balancer.";
const THIRD: &str = "The port is asked for before the start.";

impl Story<'_> {
    pub(super) fn review(&mut self) -> Result<(), Refusal> {
        let cast = self.cast;
        self.goes_to(18, 16, 0);
        if let Some(real) = &self.plot.real {
            let summary = format!("The first version, made from the run {}.", real.run);
            self.post_playbook(real.playbook, &summary, &[], &[])?;
            self.goes_to(21, 10, 0);
            let text = "Which of these steps need somebody at the console?";
            return self.ask_for(&cast.approver, None, ChangeRequestKind::Clarification, text);
        }
        self.post_playbook(super::digest(FIRST), FIRST, &[], &[])?;
        self.goes_to(21, 10, 0);
        let step = || Some(name("stop-broker"));
        let text = "Name the load balancer: it has to be drained before.";
        self.ask_for(&cast.approver, step(), ChangeRequestKind::Change, text)?;
        let text = "Why is the backup broker stopped first?";
        self.ask_for(&cast.technician, step(), ChangeRequestKind::Clarification, text)?;
        for (by, text) in [
            (&cast.consultant, "Which of the two load balancers?"),
            (&cast.approver, "The one in front, lb-1."),
        ] {
            self.does(by, Action::DiscussChange { change: 1, text: prose(text) })?;
        }
        let how = prose("A note at that step.");
        self.does(&cast.consultant, Action::AgreeToChange { change: 1, how })?;
        self.goes_to(21, 15, 0);
        self.post_playbook(super::digest(SECOND), SECOND, &[1], &[])
    }

    fn ask_for(
        &mut self,
        by: &Actor,
        step: Option<StepId>,
        kind: ChangeRequestKind,
        text: &str,
    ) -> Result<(), Refusal> {
        self.does(by, Action::AskForChange { version: 1, step, kind, text: prose(text) })
    }

    fn post_playbook(
        &mut self,
        digest: Digest,
        summary: &str,
        makes: &[u32],
        corrects: &[u32],
    ) -> Result<(), Refusal> {
        let makes = makes.iter().copied().collect();
        let corrects = corrects.iter().copied().collect();
        let summary = prose(summary);
        let action = Action::PostPlaybook { digest, summary, makes, corrects, steps: Vec::new() };
        self.does(&self.cast.consultant.clone(), action)
    }

    pub(super) fn on_call(&mut self) -> Result<(), Refusal> {
        let cast = self.cast;
        let (change, answer) = match self.plot.real {
            Some(_) => (1, "None: each is typed on the broker's host."),
            None => (2, "It takes over within a second, and clients notice nothing."),
        };
        self.does(&cast.consultant, Action::AnswerChange { change, text: prose(answer) })?;
        self.goes_to(22, 10, 0);
        let latest = self.walk.case.playbook().map(|version| version.digest);
        let playbook = latest.ok_or_else(|| Refusal::NotFound("Playbook".to_owned()))?;
        self.does(&cast.approver, Action::ApprovePlaybook { playbook })?;
        self.does(&cast.consultant, Action::DeliverPlaybook { playbook })?;
        let (from, until) = (self.at(28, 9, 0), self.at(35, 9, 0));
        self.does(&cast.consultant, Action::OpenOnCall { playbook, from, until })?;
        let production = || name("production");
        self.does(&cast.approver, Action::PlanEnvironment { environment: production() })?;
        if self.plot.real.is_some() {
            return Ok(());
        }
        self.goes_to(29, 8, 0);
        self.report("start-new-version", "The broker does not start: the port 61616 is taken.")?;
        let evidence = self.evidence("log of staging");
        self.does(&cast.consultant, Action::RecordReplicated { problem: 1, evidence })?;
        self.report("check-clients", "One client does not connect.")?;
        let reason = prose("A firewall of production is in between.");
        let evidence = self.evidence("connection from staging");
        let finding = NotReplicated { reason, evidence };
        self.does(&cast.consultant, Action::RecordNotReplicated { problem: 2, finding })
    }

    fn report(&mut self, step: &str, text: &str) -> Result<(), Refusal> {
        let (environment, step, text) = (name("production"), name(step), prose(text));
        let action = Action::ReportProblem { environment, step, text };
        self.does(&self.cast.technician.clone(), action)
    }

    pub(super) fn close(&mut self) -> Result<(), Refusal> {
        let cast = self.cast;
        if self.plot.real.is_none() {
            self.post_playbook(super::digest(THIRD), THIRD, &[], &[1])?;
            let playbook = super::digest(THIRD);
            self.does(&cast.approver, Action::ApprovePlaybook { playbook })?;
            self.does(&cast.consultant, Action::DeliverPlaybook { playbook })?;
            self.goes_to(30, 20, 0);
            let report = super::digest("drift");
            let other = OtherUpgrade {
                environment: name("production"),
                version: 3,
                drift: Drift { report, differences: 3, steps: 2 },
                end: RunEnd::Done,
                evidence: self.evidence("journal of production-1"),
            };
            self.does(&cast.approver, Action::RecordOtherUpgrade(other))?;
        }
        self.goes_to(35, 10, 0);
        self.finish(&cast.consultant, keys::ON_CALL)?;
        self.does(&cast.manager, Action::Close)
    }
}
