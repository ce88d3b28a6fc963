//! What is missing before something can begin or end, and from whom. The same answer is shown and
//! applied.

use super::Case;
use crate::eligibility::Verdict;
use crate::process::keys;
use crate::{
    AccessCheck, AccessPromise, Activity, ActivityState, ApprovalSubject, DocumentState,
    EngagementKind, FileKind, Missing, Party, PlanStep, PlaybookVersion, Post, Role, Rules, RunEnd,
    Start,
};
use jiff::Timestamp;
use refit_model::TrialVerdict;

const WHOLE_UPGRADE: EngagementKind = EngagementKind::WholeUpgrade;

impl Case {
    /// What is missing before the weeks of the execution begin: verified access, and every
    /// document processed.
    pub fn missing_inputs(&self) -> Vec<Missing> {
        let mut missing: Vec<_> = self.missing_access().into_iter().collect();
        if self.documents.is_empty() {
            missing.push(Missing::from(Party::Consultant, "the questionnaire and the documents"));
        }
        let open = self.documents.iter().filter_map(|document| {
            let title = &document.template.title;
            let (party, what) = match &document.state {
                DocumentState::Sent => (Party::Customer, format!("{title}: to be returned")),
                DocumentState::Incomplete(what) => {
                    (Party::Customer, format!("{title}: incomplete, {what}"))
                }
                DocumentState::Returned => (Party::Consultant, format!("{title}: to be processed")),
                DocumentState::Processed => return None,
            };
            Some(Missing::from(party, what))
        });
        missing.extend(open);
        missing
    }

    fn missing_access(&self) -> Option<Missing> {
        if self.access.last().is_some_and(AccessCheck::is_verified) {
            return None;
        }
        let promised = self.request.as_ref().map(|request| request.fields.access);
        if promised == Some(AccessPromise::None) {
            let is_accepted = self.has_engagement(EngagementKind::NoAccess);
            let what = "access, or acceptance of the engagement without access";
            return (!is_accepted).then(|| Missing::from(Party::Customer, what));
        }
        Some(match self.access.last() {
            None => Missing::from(Party::Consultant, "a check of the access"),
            Some(check) if check.can_read => Missing::from(Party::Customer, "access to write"),
            Some(_) => Missing::from(Party::Customer, "access to read and to write"),
        })
    }

    /// What is missing before an activity can start.
    pub fn missing_to_start(&self, activity: &Activity) -> Vec<Missing> {
        let needs = activity.rule.needs.iter().filter_map(|key| self.activity(key.as_str()));
        let open = needs.filter(|need| !need.state.is_settled()).filter_map(|need| {
            let owner = need.rule.owners.first()?;
            Some(Missing::from(*owner, need.rule.name.to_string()))
        });
        let mut missing: Vec<_> = open.collect();
        if activity.rule.start == Start::WhenInputsAreThere {
            missing.extend(self.missing_inputs());
        }
        // The customer's own upgrades hang on nobody's duty.
        if activity.rule.start != Start::ForEachEnvironment {
            missing.extend(self.gaps_since_set_up());
        }
        missing
    }

    /// The activities that somebody is at, or that could be begun, each with since when.
    pub fn at_hand(&self) -> impl Iterator<Item = (&Activity, Timestamp)> {
        self.activities.iter().filter_map(|activity| {
            let since = match activity.state {
                ActivityState::Running => activity.started,
                _ => self.ready_since(activity),
            };
            Some((activity, since?))
        })
    }

    /// Since when an activity could be begun; none if it is begun, or something is missing.
    fn ready_since(&self, activity: &Activity) -> Option<Timestamp> {
        let is_ready = activity.state == ActivityState::Planned
            && activity.rule.start != Start::ForEachEnvironment
            && self.missing_to_start(activity).is_empty();
        let needs = activity.rule.needs.iter().filter_map(|key| self.activity(key.as_str()));
        let made = self.request.as_ref()?.made;
        is_ready.then(|| needs.filter_map(|need| need.ended).max().unwrap_or(made))
    }

    /// What is missing before an activity can be said to be done.
    pub fn missing_to_finish(&self, activity: &Activity, rules: &Rules) -> Vec<Missing> {
        let when = |is_missing: bool, party, what: &str| {
            is_missing.then(|| Missing::from(party, what)).into_iter().collect()
        };
        let by_consultant =
            |is_missing: bool, what: &str| when(is_missing, Party::Consultant, what);
        match activity.key.as_str() {
            keys::RESPOND => self.missing_to_respond(),
            keys::ACKNOWLEDGE => {
                when(self.acknowledgement.is_none(), Party::ProjectManager, "the acknowledgement")
            }
            keys::SET_UP => self.missing_to_set_up(rules),
            keys::PREPARE => {
                let has = self.files.iter().any(|one| is_documentation(one.file.kind));
                by_consultant(!has, "documentation of the upgrade")
            }
            keys::ASSESS => by_consultant(self.assessments.is_empty(), "the assessment"),
            keys::PLAN => self.missing_to_accept(),
            keys::PREPARE_ENVIRONMENT => {
                let is_there = self.software.last().is_some_and(|placed| placed.is_verified);
                when(!is_there, Party::Customer, "the newest software, verified on the host")
            }
            keys::BACK_UP => {
                let has = self
                    .evidence
                    .iter()
                    .any(|one| one.activity == activity.key && one.evidence.is_some());
                by_consultant(!has, "what shows that the backup is there")
            }
            keys::UPGRADE if self.has_engagement(EngagementKind::NoAccess) => self.missing_ticks(),
            keys::UPGRADE => {
                let is_done = self.runs.iter().any(|run| run.end == RunEnd::Done);
                by_consultant(!is_done, "a run of the accepted plan that is done")
            }
            keys::TEST => by_consultant(self.trials.is_empty(), "a trial"),
            keys::FIX => self.missing_to_fix(),
            keys::DELIVER_RESOURCES => by_consultant(self.resources.is_none(), "the bundle"),
            keys::CREATE_PLAYBOOK => {
                by_consultant(self.playbooks.is_empty(), "a version of the Playbook")
            }
            keys::CHANGES => self.missing_to_deliver(),
            keys::ON_CALL => self.missing_to_end_support(),
            _ => Vec::new(),
        }
    }

    fn missing_to_end_support(&self) -> Vec<Missing> {
        if self.on_call.is_empty() {
            return vec![Missing::from(Party::Consultant, "a time of on-call support")];
        }
        let open = self.problems.iter().filter(|problem| !problem.state.is_settled());
        let open = open.map(|problem| {
            let what = format!("an end of problem {}", problem.number);
            Missing::from(Party::Consultant, what)
        });
        open.chain(self.missing_to_correct()).collect()
    }

    /// The response alone is not all: the customer has to have something to work on.
    pub(crate) fn missing_to_respond(&self) -> Vec<Missing> {
        let response = self.response.is_none().then_some("the response");
        let questionnaire =
            self.questionnaire.is_none().then_some("the questionnaire, which is not yet sent");
        let missing = response.into_iter().chain(questionnaire);
        missing.map(|what| Missing::from(Party::Consultant, what)).collect()
    }

    fn missing_to_set_up(&self, rules: &Rules) -> Vec<Missing> {
        let mut missing = Vec::new();
        for post in Post::ALL {
            if self.holder(post).is_none() {
                let what = format!("a {}", post.role());
                missing.push(Missing::from(Party::ProjectManager, what));
            }
        }
        match self.eligibility_verdict(rules) {
            Verdict::Holds => {}
            Verdict::Fails | Verdict::Unknown if self.eligibility.is_some() => {
                let what = format!("acceptance of the engagement: {}", WHOLE_UPGRADE.words());
                missing.push(Missing::from(Party::Customer, what));
            }
            Verdict::Fails | Verdict::Unknown => {
                let what = "a decision about eligibility";
                missing.push(Missing::from(Party::ProjectManager, what));
            }
        }
        if self.group.is_none() {
            missing.push(Missing::from(Party::Consultant, "the support group"));
        }
        if !self.files.iter().any(|one| one.file.kind == FileKind::InitialDocument) {
            missing.push(Missing::from(Party::Consultant, "the initial documents"));
        }
        if self.kick_off.is_none() {
            missing.push(Missing::from(Party::Consultant, "the kick-off"));
        }
        missing.extend(self.gaps_of_people());
        missing
    }

    fn missing_to_accept(&self) -> Vec<Missing> {
        let Some(plan) = self.plan() else {
            return vec![Missing::from(Party::Consultant, "the plan")];
        };
        let mut missing = Vec::new();
        if self.approval(ApprovalSubject::Plan, plan.digest).is_none() {
            missing.push(Missing::from(Party::Customer, "acceptance of the plan"));
        }
        let assessment = self.assessments.iter().find(|one| one.digest == plan.assessment);
        let is_longer = assessment.is_some_and(|one| one.extension.is_some());
        if is_longer && self.approval(ApprovalSubject::Extension, plan.assessment).is_none() {
            missing.push(Missing::from(Party::Customer, "acceptance of the longer time"));
        }
        missing
    }

    /// Without access each step of the plan is ticked by both sides.
    fn missing_ticks(&self) -> Vec<Missing> {
        let Some(plan) = self.plan() else {
            return vec![Missing::from(Party::Consultant, "the plan")];
        };
        if plan.steps.is_empty() {
            let what = "the plan's file, whose steps are ticked";
            return vec![Missing::from(Party::Consultant, what)];
        }
        let sides = [(Role::Customer, Party::Customer), (Role::Consultant, Party::Consultant)];
        let missing = sides.into_iter().filter_map(|(role, party)| {
            let is_open = |step: &&PlanStep| !self.has_ticked(role, plan.digest, &step.id);
            let open = plan.steps.iter().filter(is_open).count();
            (open > 0).then(|| Missing::from(party, format!("ticks of {open} steps")))
        });
        missing.collect()
    }

    fn missing_to_fix(&self) -> Vec<Missing> {
        let open = self.defects.iter().filter(|defect| !defect.state.is_settled());
        let open = open.map(|defect| {
            let what = format!("defect {}, solved or documented", defect.number);
            Missing::from(Party::Consultant, what)
        });
        let mut missing: Vec<_> = open.collect();
        let Some(last) = self.trials.last() else { return missing };
        let of_last = match last.verdict {
            TrialVerdict::Inconclusive | TrialVerdict::Invalid => {
                Some("a retest that can be relied on".to_owned())
            }
            TrialVerdict::Fail if last.defects.is_empty() => Some(format!(
                "what the failure of trial {} was traced to, or a retest that passes",
                last.number
            )),
            TrialVerdict::Fail | TrialVerdict::Pass => None,
        };
        missing.extend(of_last.map(|what| Missing::from(Party::Consultant, what)));
        missing
    }

    /// What is missing before the final Playbook can be delivered: both changes and clarifications
    /// are answered, and the customer has approved exactly this version.
    pub fn missing_to_deliver(&self) -> Vec<Missing> {
        let Some(version) = self.playbook() else {
            return vec![Missing::from(Party::Consultant, "a version of the Playbook")];
        };
        let open = self.changes.iter().filter(|change| !change.state.is_settled());
        let open = open.map(|change| {
            let what = format!("an answer to change request {}", change.number);
            Missing::from(change.awaits, what)
        });
        let mut missing: Vec<_> = open.collect();
        if self.approval(ApprovalSubject::Playbook, version.digest).is_none() {
            let what = format!("approval of version {} of the Playbook", version.number);
            missing.push(Missing::from(Party::Customer, what));
        }
        missing
    }

    /// The version of the Playbook that came after a delivered one, and is not delivered itself:
    /// other environments cannot follow it yet.
    pub fn undelivered_correction(&self) -> Option<&PlaybookVersion> {
        let is_delivered = |version: &PlaybookVersion| version.delivered.is_some();
        let latest = self.playbook().filter(|version| !is_delivered(version))?;
        self.playbooks.iter().any(is_delivered).then_some(latest)
    }

    /// What is missing before a version that corrects a delivered one is delivered, too.
    fn missing_to_correct(&self) -> Vec<Missing> {
        let Some(version) = self.undelivered_correction() else { return Vec::new() };
        let mut missing = self.missing_to_deliver();
        if missing.is_empty() {
            let what = format!("final delivery of version {} of the Playbook", version.number);
            missing.push(Missing::from(Party::Consultant, what));
        }
        missing
    }

    /// What is missing before the case can be closed.
    pub(crate) fn missing_to_close(&self) -> Vec<Missing> {
        // Other environments are the customer's, and may take as long as they want; but not where
        // the team has taken them on.
        let are_others_ours = self.has_engagement(EngagementKind::OtherEnvironments);
        let open = self.activities.iter().filter(|activity| {
            let is_ours = activity.environment.is_none() || are_others_ours;
            is_ours && !activity.state.is_settled()
        });
        let open = open.filter_map(|activity| {
            let owner = activity.rule.owners.first()?;
            Some(Missing::from(*owner, activity.rule.name.to_string()))
        });
        open.chain(self.missing_to_correct()).collect()
    }
}

fn is_documentation(kind: FileKind) -> bool {
    kind == FileKind::UpgradeDocumentation
}
