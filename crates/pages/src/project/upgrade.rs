//! The upgrade itself: access, assessment, plan, runs, settlements, trials, defects, resources.

use askama::Template;
use askama::filters::Safe;
use jiff::Timestamp;
use refit_desk::{
    ActionKind, Approval, ApprovalSubject, ComponentKind, Defect, DefectState, EngagementKind,
    PlanStep, PostedPlan, Role, StateMachine, StepTick, Trial, UpgradeDocument,
};
use refit_model::{
    Digest, Finding, KeyOutcome, Outcome, Plan, Question, RunId, Settlement, Severity, Shown,
    TrialVerdict,
};

use super::assessment::AssessmentDetail;
use super::case_view::{CaseView, Part, Subject};
use super::decisions::{Decisions, DecisionsView};
use super::live::StepTone;
use super::plan::{PlanDetail, file_of};
use super::trial::TrialDetail;
use crate::show::count;
use crate::{Html, Shell, paths};

/// What the page of the upgrade shows besides the case.
#[derive(Clone, Copy, Debug, Default)]
pub struct UpgradeView<'a> {
    /// The runs that have a page, the latest first.
    pub runs: &'a [RunLink],
    /// Why the accepted plan cannot be run from the portal.
    pub lacking: Option<&'a str>,
    /// Assessments in detail, as far as they are at hand.
    pub assessments: &'a [AssessmentDetail],
    /// Plans in detail, as far as they are at hand.
    pub plans: &'a [PlanDetail],
    /// Trials in detail, by number.
    pub trials: &'a [TrialDetail],
    /// What becomes of configuration files by the plan that counts.
    pub settlements: &'a [SettlementView],
    /// What the plan that counts leaves open, where it is at hand.
    pub decisions: Option<DecisionsView<'a>>,
}

/// The way to a run's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunLink {
    /// The run.
    pub run: RunId,
    /// Where it stands, in words.
    pub state: String,
    /// How that looks.
    pub tone: StepTone,
}

/// What became of a configuration file, with what has to be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementView {
    /// The settlement.
    pub settlement: Settlement,
    /// Its open questions.
    pub questions: Vec<Question>,
}

impl SettlementView {
    /// What a plan settles, file by file: those with open questions first, then those that were
    /// written anew.
    pub fn of_plan(plan: &Plan) -> Vec<Self> {
        let view = |settlement: &Settlement| {
            let is_its = |question: &&Question| file_of(plan, question) == Some(&settlement.file);
            Self {
                settlement: settlement.clone(),
                questions: plan.questions.iter().filter(is_its).cloned().collect(),
            }
        };
        let mut views: Vec<_> = plan.settlements.iter().map(view).collect();
        let has_notable = |view: &Self| Page::keys(&view.settlement).0.is_empty();
        views.sort_by_key(|view| (view.questions.is_empty(), has_notable(view)));
        views
    }
}

#[derive(Template)]
#[template(path = "upgrade.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: String,
    here: &'static str,
    view: UpgradeView<'a>,
    subject: Subject<'a>,
}

/// The upgrade itself.
pub fn upgrade(shell: &Shell<'_>, case: CaseView<'_>, view: UpgradeView<'_>) -> Html {
    let subject = Subject::new(shell, case, Part::Upgrade);
    Html::of(&Page { shell, title: subject.title(), here: paths::REQUESTS, view, subject })
}

/// Findings of one cause: never empty.
struct SameFindings<'a>(Vec<&'a Finding>);

impl<'a> SameFindings<'a> {
    /// So many are shown without a fold.
    const FEW: usize = 3;

    /// Those with the same title, severity and key together, in the order of the first of each.
    fn of(findings: Vec<&'a Finding>) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for finding in findings {
            let is_same = |group: &&mut Self| {
                let first = group.first();
                (&first.key, &first.title, first.severity, first.blocks)
                    == (&finding.key, &finding.title, finding.severity, finding.blocks)
            };
            match groups.iter_mut().find(is_same) {
                Some(group) => group.0.push(finding),
                None => groups.push(Self(vec![finding])),
            }
        }
        groups
    }

    fn first(&self) -> &'a Finding {
        self.0[0]
    }

    fn is_long(&self) -> bool {
        self.0.len() > Self::FEW
    }

    /// What to do about them, each thing once.
    fn remedies(&self) -> Vec<String> {
        let words = self.0.iter().map(|one| refit_report::remedy_words(&one.remedy));
        once(words)
    }

    /// What was seen, and where it is known from, each thing once.
    fn known(&self) -> (Vec<String>, Vec<String>) {
        let evidence = self.0.iter().flat_map(|one| one.evidence.iter().cloned());
        let sources = self.0.iter().flat_map(|one| one.sources.iter().cloned());
        (once(evidence), once(sources))
    }
}

/// Each text once, in the order in which they came first.
fn once(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = Vec::new();
    for text in texts {
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen
}

/// A key of a configuration file, made ready.
pub(super) struct Key<'a> {
    pub(super) path: &'a str,
    pub(super) outcome: &'static str,
    pub(super) class: &'static str,
    pub(super) why: &'a str,
    pub(super) rule: Option<String>,
    pub(super) sides: [(&'static str, Option<&'a Shown>); 4],
}

/// A step that the customer's hands carry out, with the ticks of both sides.
struct ByHand<'a> {
    step: &'a PlanStep,
    sides: [(Role, Option<&'a StepTick>); 2],
}

impl<'a> Page<'a> {
    fn moment(&self, at: &Timestamp) -> Safe<String> {
        self.subject.moment(*at).html()
    }

    fn content(&self, digest: &Digest) -> String {
        paths::content(&self.subject.case().id, *digest)
    }

    fn run(&self, run: &RunId) -> String {
        paths::run_page(&self.subject.case().id, run)
    }

    /// Whether a run has a page.
    fn has_page(&self, run: &RunId) -> bool {
        self.view.runs.iter().any(|link| link.run == *run)
    }

    fn assessment(&self, digest: &Digest) -> Option<&'a AssessmentDetail> {
        self.view.assessments.iter().find(|one| one.digest == *digest)
    }

    fn plan(&self, digest: &Digest) -> Option<&'a PlanDetail> {
        self.view.plans.iter().find(|one| one.digest == *digest)
    }

    fn attached(&self, kind: UpgradeDocument, digest: &Digest) -> Safe<String> {
        self.subject.attached(kind, digest)
    }

    fn severity_tone(finding: &Finding) -> &'static str {
        match finding.severity {
            Severity::High => "bad",
            Severity::Medium => "care",
            Severity::Low => "low",
            Severity::Info => "info",
        }
    }

    /// Findings that somebody should read, and those that are only worth knowing; those of one
    /// cause together.
    fn findings(detail: &AssessmentDetail) -> (Vec<SameFindings<'_>>, Vec<SameFindings<'_>>) {
        let is_notable = |one: &&Finding| one.blocks || one.severity < Severity::Info;
        let (notable, others): (Vec<_>, Vec<_>) = detail.findings.iter().partition(is_notable);
        (SameFindings::of(notable), SameFindings::of(others))
    }

    /// How many findings there are in all.
    fn number_of(findings: &[SameFindings<'_>]) -> usize {
        findings.iter().map(|group| group.0.len()).sum()
    }

    /// What became of the settings of a file, counted.
    fn counted(settlement: &Settlement) -> String {
        let (notable, plain) = Self::keys(settlement);
        let notable = count(notable.len(), "setting to look at", "settings to look at");
        format!("{notable}, {} as the site or the vendor has them", plain.len())
    }

    fn approval(&self, plan: &PostedPlan) -> Option<&'a Approval> {
        self.subject.case().approval(ApprovalSubject::Plan, plan.digest)
    }

    fn approvals(&self) -> Vec<&'a Approval> {
        let of = |one: &&Approval| one.subject != ApprovalSubject::Playbook;
        self.subject.case().approvals.iter().filter(of).collect()
    }

    fn detail(&self, trial: &Trial) -> Option<&'a TrialDetail> {
        self.view.trials.iter().find(|one| one.number == trial.number)
    }

    fn trial_name(trial: &Trial) -> String {
        match trial.number {
            1 => "Test".to_owned(),
            number => format!("Retest {}", number - 1),
        }
    }

    fn tone(verdict: TrialVerdict) -> &'static str {
        match verdict {
            TrialVerdict::Pass => "good",
            TrialVerdict::Fail => "bad",
            TrialVerdict::Inconclusive | TrialVerdict::Invalid => "care",
        }
    }

    fn defect_tone(defect: &Defect) -> &'static str {
        match defect.state {
            DefectState::Open => "bad",
            DefectState::Fixed(_) => "care",
            DefectState::Solved(_) => "good",
            DefectState::Documented(_) | DefectState::Excluded(_) => "info",
        }
    }

    /// What is known about where a defect stands.
    fn defect_text(defect: &Defect) -> Option<String> {
        match &defect.state {
            DefectState::Open => None,
            DefectState::Solved(trial) => Some(format!("Trial {trial} has shown that it is gone.")),
            // One of a custom component is excluded with the words by which it was found.
            DefectState::Excluded(text) if *text == defect.failure.what => None,
            DefectState::Fixed(text)
            | DefectState::Documented(text)
            | DefectState::Excluded(text) => Some(text.to_string()),
        }
    }

    fn component(defect: &Defect) -> &'static str {
        match defect.failure.kind {
            ComponentKind::Standard => "standard component",
            ComponentKind::Custom => "custom component",
        }
    }

    /// Keys that somebody should look at first, those that need a decision before all.
    fn keys(settlement: &Settlement) -> (Vec<Key<'_>>, Vec<Key<'_>>) {
        let mut keys: Vec<_> = settlement.outcomes.iter().collect();
        keys.sort_by_key(|key| !matches!(key.outcome, Outcome::NeedsDecision(_)));
        let is_plain =
            |key: &&KeyOutcome| matches!(key.outcome, Outcome::Kept | Outcome::TakenFromNew);
        let (plain, notable): (Vec<_>, Vec<_>) = keys.into_iter().partition(is_plain);
        let [notable, plain] =
            [notable, plain].map(|keys| keys.into_iter().map(Key::new).collect());
        (notable, plain)
    }

    fn do_access(&self) -> Safe<String> {
        self.subject.doings(&[ActionKind::RecordAccessCheck])
    }

    fn do_assessment(&self) -> Safe<String> {
        self.subject.doings(&[ActionKind::RecordAssessment])
    }

    fn do_plan(&self) -> Safe<String> {
        use ActionKind as K;
        // What leaves something open is not accepted.
        let is_open = |view: DecisionsView<'_>| !view.plan.body.questions.is_empty();
        if self.view.decisions.is_some_and(is_open) {
            return self.subject.doings(&[K::ObjectToPlan, K::PostPlan]);
        }
        self.subject.doings(&[K::AcceptPlan, K::ObjectToPlan, K::PostPlan])
    }

    fn do_run(&self) -> Safe<String> {
        use ActionKind as K;
        self.subject.doings(&[K::RecordSoftware, K::RecordRun])
    }

    fn do_tick(&self, step: &PlanStep) -> Safe<String> {
        self.subject.doings_about(&[ActionKind::TickStep], step.id.as_str())
    }

    /// Whether the customer's hands carry out the plan's steps.
    fn is_by_hand(&self) -> bool {
        self.subject.case().has_engagement(EngagementKind::NoAccess)
    }

    /// The steps of the plan that counts, with the ticks of both sides.
    fn by_hand(&self) -> Vec<ByHand<'a>> {
        let case = self.subject.case();
        let Some(plan) = case.plan() else { return Vec::new() };
        let tick = |step: &PlanStep, role: Role| {
            let is_it = |tick: &&StepTick| {
                tick.plan == Some(plan.digest) && tick.step == step.id && tick.role == role
            };
            case.ticks.iter().find(is_it)
        };
        let row = |step: &'a PlanStep| ByHand {
            step,
            sides: [Role::Customer, Role::Consultant].map(|role| (role, tick(step, role))),
        };
        plan.steps.iter().map(row).collect()
    }

    fn do_trials(&self) -> Safe<String> {
        self.subject.doings(&[ActionKind::RecordTrial])
    }

    fn do_defect(&self, defect: &Defect) -> Safe<String> {
        let kinds = [ActionKind::FixDefect, ActionKind::DocumentDefect];
        self.subject.doings_about(&kinds, &defect.number.to_string())
    }

    fn do_resources(&self) -> Safe<String> {
        self.subject.doings(&[ActionKind::DeliverResources])
    }

    fn decisions(&self, view: &DecisionsView<'a>) -> Safe<String> {
        Decisions::html(&self.subject, view)
    }
}

impl<'a> Key<'a> {
    pub(super) fn new(key: &'a KeyOutcome) -> Self {
        let (class, why) = match &key.outcome {
            Outcome::NeedsDecision(why) => ("bad", why.as_str()),
            Outcome::Dropped(why) => ("care", why.as_str()),
            Outcome::Moved(to) => ("low", to.as_str()),
            Outcome::Combined | Outcome::Translated => ("low", ""),
            Outcome::Kept | Outcome::TakenFromNew => ("info", ""),
        };
        Self {
            path: &key.key,
            outcome: key.outcome.word(),
            class,
            why,
            rule: key.rule.as_ref().map(|rule| format!("rule {} ({})", rule.id, rule.source)),
            sides: [
                ("Old default", key.base.as_ref()),
                ("Site", key.site.as_ref()),
                ("New default", key.new.as_ref()),
                ("Result", key.result.as_ref()),
            ],
        }
    }
}
