//! The fold: what an event makes of a case.

use thiserror::Error;

use super::{ActivityEvidence, Case};
use crate::event::EVENT_FORMAT;
use crate::process::keys;
use crate::{
    Activity, ActivityEvent, ActivityKey, ActivityState, Allotment, Approval, ApprovalSubject,
    Change, ClockError, EngagementKind, Event, IllegalTransition, JudgedEligibility, Pace, Party,
    Process, Questionnaire, Request, Saved, StateMachine, letters,
};

/// An event does not fit the case that it is applied to: it is none of this case, out of order, or
/// was changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ApplyError {
    /// It was written by a later version of the program.
    #[error("event {number} has format {format}, this Refit reads format {EVENT_FORMAT}")]
    Format {
        /// The event's number.
        number: u64,
        /// Its format.
        format: u32,
    },
    /// An event is missing, or there twice.
    #[error("event {found} comes where event {expected} is expected")]
    OutOfOrder {
        /// The number that is next.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// It happened before the one before.
    #[error("event {0} is earlier than the one before it")]
    Backwards(u64),
    /// It is about something that is not there.
    #[error("event {number} is about {what}, which is not there")]
    NotThere {
        /// The event's number.
        number: u64,
        /// What is not there.
        what: String,
    },
    /// It cannot happen now.
    #[error("event {number}: {why}")]
    Illegal {
        /// The event's number.
        number: u64,
        /// Why.
        why: IllegalTransition,
    },
    /// A clock does not allow it.
    #[error("event {number}: {why}")]
    Clock {
        /// The event's number.
        number: u64,
        /// Why.
        why: ClockError,
    },
}

/// What can be wrong with a change, before it is known which event it belongs to.
pub(super) enum Wrong {
    NotThere(String),
    Illegal(IllegalTransition),
    Clock(ClockError),
}

impl From<IllegalTransition> for Wrong {
    fn from(why: IllegalTransition) -> Self {
        Self::Illegal(why)
    }
}

impl From<ClockError> for Wrong {
    fn from(why: ClockError) -> Self {
        Self::Clock(why)
    }
}

impl Wrong {
    fn of(self, number: u64) -> ApplyError {
        match self {
            Self::NotThere(what) => ApplyError::NotThere { number, what },
            Self::Illegal(why) => ApplyError::Illegal { number, why },
            Self::Clock(why) => ApplyError::Clock { number, why },
        }
    }
}

impl Case {
    /// Takes in the next event. If it does not fit, the case is of no use any more: an event was
    /// lost or changed.
    pub fn apply(&mut self, event: &Event) -> Result<(), ApplyError> {
        let number = event.number;
        if event.format != EVENT_FORMAT {
            return Err(ApplyError::Format { number, format: event.format });
        }
        if number != self.events + 1 {
            return Err(ApplyError::OutOfOrder { expected: self.events + 1, found: number });
        }
        if self.changed.is_some_and(|changed| event.at < changed) {
            return Err(ApplyError::Backwards(number));
        }
        let letters = letters::of(self, event);
        self.change(event).map_err(|wrong| wrong.of(number))?;
        self.events = number;
        self.changed = Some(event.at);
        self.letters.extend(letters);
        self.note_gaps(event);
        self.sync_clocks(event.at).map_err(|wrong| wrong.of(number))
    }

    fn change(&mut self, event: &Event) -> Result<(), Wrong> {
        match &event.change {
            Change::RequestMade { request, process } => self.open(request, process),
            Change::RequestAmended { fields, version } => {
                let request = self.request.as_mut();
                let request = request.ok_or_else(|| Wrong::NotThere("the request".to_owned()))?;
                request.fields = (**fields).clone();
                request.version = *version;
            }
            Change::Responded(text) => self.response = Some(text.clone()),
            Change::Acknowledged(text) => self.acknowledgement = Some(text.clone()),
            Change::Assigned(assignment) => {
                self.vacated.remove(&assignment.post);
                self.assignments.push(assignment.clone());
            }
            Change::PostVacated { post, .. } => {
                self.vacated.insert(*post, event.at);
            }
            Change::EligibilityJudged { verdict, why } => {
                let judged =
                    JudgedEligibility { verdict: *verdict, why: why.clone(), since: event.at };
                self.judged = Some(judged);
            }
            Change::EligibilityDecided(decision) => self.eligibility = Some(decision.clone()),
            Change::CaseMoved(moved) => self.state = self.state.moved(moved, "the case")?,
            Change::GroupSet(group) => self.group = Some(group.clone()),
            Change::KickedOff(kick_off) => {
                self.kick_off = Some(kick_off.clone());
                self.kicked_off = Some(event.at);
                self.met.clear();
            }
            Change::DependencyMet { dependency } => {
                self.met.insert(*dependency);
            }
            Change::ContactNamed(contact) => {
                self.contacts.retain(|one| (one.duty, &one.user) != (contact.duty, &contact.user));
                self.contacts.push(contact.clone());
            }
            Change::ContactRemoved { duty, user } => {
                self.contacts.retain(|one| (one.duty, &one.user) != (*duty, user));
            }
            Change::FilePosted(file) => self.files.push(file.clone()),
            Change::NoteAdded(note) => self.notes.push(note.clone()),
            Change::ActivityMoved { activity, event: moved } => {
                self.move_activity(activity, moved, event)?;
            }
            Change::ActivityEvidence { activity, note, evidence } => {
                let (activity, note) = (activity.clone(), note.clone());
                let evidence = evidence.clone();
                self.evidence.push(ActivityEvidence { activity, note, evidence });
            }
            Change::ExecutionClockStarted { clock } => self.start_clock(clock, event.at)?,
            _ => return self.change_inputs(event),
        }
        Ok(())
    }

    /// Questionnaire, documents, access, plan.
    fn change_inputs(&mut self, event: &Event) -> Result<(), Wrong> {
        match &event.change {
            Change::QuestionnaireSent { description, documents } => {
                self.questionnaire = Some(Questionnaire::new(description.clone()));
                self.documents.extend(documents.iter().cloned());
            }
            Change::DocumentSent(document) => self.documents.push(document.clone()),
            Change::FileReturned { document, file } => {
                let document = find(&mut self.documents, "document", document.as_str(), |one| {
                    one.template.key == *document
                })?;
                document.returned.push(file.clone());
            }
            Change::DocumentMoved { document: key, event: moved } => {
                let document = find(&mut self.documents, "document", key.as_str(), |one| {
                    one.template.key == *key
                })?;
                let what = format!("the document `{key}`");
                document.state = document.state.moved(moved, &what)?;
                document.since = event.at;
            }
            Change::InventoryRecorded { facts, source } => {
                self.inventory = facts.clone();
                self.inventory_source = Some(*source);
            }
            Change::AnswersSaved(answers) => {
                let (at, by) = (event.at, event.by.user.clone());
                self.questionnaire()?.save(answers, &Saved { event: event.number, at, by });
            }
            Change::AnswersSubmitted => {
                let (at, by) = (event.at, event.by.user.clone());
                self.questionnaire()?.submit(at, by);
            }
            Change::MissingAsked(_) => self.questionnaire()?.asked.push(event.at),
            Change::AccessChecked(check) => self.access.push(check.clone()),
            Change::AssessmentRecorded(assessment) => self.assessments.push(assessment.clone()),
            Change::PlanPosted(plan) => self.plans.push(plan.clone()),
            Change::PlanDecided(decision) => self.decisions.push(decision.clone()),
            Change::PlanObjected { .. } => {}
            Change::Approved(approval) => self.approve(approval)?,
            Change::SoftwareRecorded(software) => self.software.push(software.clone()),
            _ => return self.change_delivery(event),
        }
        Ok(())
    }

    /// Runs, trials, Playbook, and what comes after.
    fn change_delivery(&mut self, event: &Event) -> Result<(), Wrong> {
        match &event.change {
            Change::RunRecorded(run) => {
                self.note_installed(run, event.at);
                self.halted.retain(|halted| halted.run != run.run);
                self.runs.push(run.clone());
            }
            Change::RunHalted(halted) => {
                self.halted.retain(|before| before.run != halted.run);
                self.halted.push(halted.clone());
            }
            Change::RunWentOn { run } => self.halted.retain(|halted| halted.run != *run),
            Change::StepTicked(tick) => self.ticks.push(tick.clone()),
            Change::TrialRecorded(trial) => self.trials.push(trial.clone()),
            Change::DefectFound(defect) => self.defects.push(defect.clone()),
            Change::DefectMoved { defect: number, event: moved } => {
                let defect =
                    find(&mut self.defects, "defect", number, |one| one.number == *number)?;
                defect.state = defect.state.moved(moved, &format!("defect {number}"))?;
            }
            Change::ResourcesDelivered(resources) => self.resources = Some(resources.clone()),
            Change::PlaybookPosted(version) => self.playbooks.push(version.clone()),
            Change::ChangeAsked(change) => self.changes.push(change.clone()),
            Change::ChangeMoved { change: number, event: moved } => {
                let change =
                    find(&mut self.changes, "change", number, |one| one.number == *number)?;
                change.state = change.state.moved(moved, &format!("change request {number}"))?;
                change.since = event.at;
                change.awaits = moved.next_turn(event.by.role);
            }
            Change::PlaybookDelivered { version: number } => {
                let version = find(&mut self.playbooks, "playbook version", number, |one| {
                    one.number == *number
                })?;
                version.delivered = Some(event.at);
            }
            Change::OnCallOpened(window) => self.on_call.push(window.clone()),
            Change::ProblemReported(problem) => self.problems.push(problem.clone()),
            Change::ProblemMoved { problem: number, event: moved } => {
                let problem =
                    find(&mut self.problems, "problem", number, |one| one.number == *number)?;
                problem.state = problem.state.moved(moved, &format!("problem {number}"))?;
                problem.since = event.at;
            }
            Change::EnvironmentPlanned(environment) => self.add_environment(environment)?,
            Change::OtherUpgraded(other) => {
                self.note_other_installed(other, event.at);
                self.others.push(other.clone());
            }
            Change::EngagementOpened(engagement) => self.engagements.push(engagement.clone()),
            Change::EngagementMoved { engagement: number, event: moved } => {
                let engagement =
                    find(&mut self.engagements, "engagement", number, |one| one.number == *number)?;
                engagement.state =
                    engagement.state.moved(moved, &format!("engagement {number}"))?;
                engagement.since = event.at;
                if engagement.is_accepted(EngagementKind::OtherEnvironments) {
                    self.take_over_environments();
                }
            }
            other => return Err(Wrong::NotThere(format!("a place for {other:?}"))),
        }
        Ok(())
    }

    fn open(&mut self, request: &Request, process: &Process) {
        self.request = Some(request.clone());
        self.process = process.clone();
        let at_first = |rule: &&crate::ActivityRule| rule.start != crate::Start::ForEachEnvironment;
        let activities = process.0.iter().filter(at_first).map(|rule| Activity {
            key: rule.key.clone(),
            rule: rule.clone(),
            environment: None,
            state: ActivityState::Planned,
            started: None,
            ended: None,
        });
        self.activities = activities.collect();
    }

    fn move_activity(
        &mut self,
        key: &ActivityKey,
        moved: &ActivityEvent,
        event: &Event,
    ) -> Result<(), Wrong> {
        let activity = find(&mut self.activities, "activity", key.as_str(), |one| one.key == *key)?;
        activity.state = activity.state.moved(moved, &format!("`{}`", activity.rule.name))?;
        if activity.state.is_open() && activity.started.is_none() {
            activity.started = Some(event.at);
        }
        activity.ended = activity.state.is_settled().then_some(event.at);
        if *moved == ActivityEvent::Started {
            self.start_clock_of(&key.clone(), event.at)?;
        }
        Ok(())
    }

    /// The team upgrades the other environments, together with the customer.
    fn take_over_environments(&mut self) {
        let owners = vec![Party::Consultant, Party::Customer];
        let rules = self.process.0.iter_mut().filter(|rule| rule.key.as_str() == keys::OTHER);
        rules.for_each(|rule| rule.owners.clone_from(&owners));
        let others = self.activities.iter_mut().filter(|one| one.environment.is_some());
        others.for_each(|activity| activity.rule.owners.clone_from(&owners));
    }

    /// An approval counts from now on; that of an extension gives the execution its time. What is
    /// planned when the first plan is accepted is kept, to be compared with.
    fn approve(&mut self, approval: &Approval) -> Result<(), Wrong> {
        self.approvals.push(approval.clone());
        if approval.subject == ApprovalSubject::Plan && self.baseline.is_none() {
            self.baseline = self.schedule(Pace::Longest);
        }
        let assessment = self.assessments.iter().find(|one| one.digest == approval.digest);
        let extension = assessment.and_then(|one| one.extension.as_ref());
        let (ApprovalSubject::Extension, Some(extension)) = (approval.subject, extension) else {
            return Ok(());
        };
        let range = extension.range;
        let rule = find(&mut self.process.0, "activity", keys::BACK_UP, |one| {
            one.key.as_str() == keys::BACK_UP
        })?;
        rule.allotment = Allotment::Own(range);
        let rule = rule.clone();
        if let Some(clock) = self.clocks.get_mut(&rule.key) {
            clock.allotted = range;
        }
        let activity =
            find(&mut self.activities, "activity", keys::BACK_UP, |one| one.key == rule.key)?;
        activity.rule = rule;
        Ok(())
    }

    fn add_environment(&mut self, name: &refit_model::EnvironmentName) -> Result<(), Wrong> {
        let missing = || Wrong::NotThere("an activity for other environments".to_owned());
        let rule = self.process.get(keys::OTHER).ok_or_else(missing)?.clone();
        let key = other_environment(name).ok_or_else(missing)?;
        self.activities.push(Activity {
            key,
            rule,
            environment: Some(name.clone()),
            state: ActivityState::Planned,
            started: None,
            ended: None,
        });
        Ok(())
    }

    fn questionnaire(&mut self) -> Result<&mut Questionnaire, Wrong> {
        self.questionnaire.as_mut().ok_or_else(|| Wrong::NotThere("a questionnaire".to_owned()))
    }
}

/// The key of the activity that upgrades another environment; none if the name is too long.
pub(crate) fn other_environment(name: &refit_model::EnvironmentName) -> Option<ActivityKey> {
    ActivityKey::new(format!("{}.{name}", keys::OTHER)).ok()
}

fn find<'a, T>(
    items: &'a mut [T],
    what: &str,
    name: impl std::fmt::Display,
    is_it: impl Fn(&T) -> bool,
) -> Result<&'a mut T, Wrong> {
    let found = items.iter_mut().find(|item| is_it(item));
    found.ok_or_else(|| Wrong::NotThere(format!("the {what} {name}")))
}
