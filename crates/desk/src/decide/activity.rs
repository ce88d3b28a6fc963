//! Activities: begun, held, done, left out.

use super::{Draft, refuse_missing};
use crate::{
    Action, Activity, ActivityEvent, ActivityKey, ActivityState, Change, Evidence, Party, Prose,
    Refusal, Role, StateMachine, Wait,
};

impl Draft<'_> {
    pub(super) fn act_on_activity(&mut self, action: Action) -> Result<(), Refusal> {
        match action {
            Action::StartActivity { activity } => {
                self.check_owner(&activity, None)?;
                self.check_move(&activity, &ActivityEvent::Started)?;
                self.start(&activity)
            }
            Action::HoldActivity { activity, waits_for, why } => {
                let wait = Wait { waits_for, why, since: self.at };
                self.owned_move(&activity, ActivityEvent::Held(wait))
            }
            Action::ReleaseActivity { activity } => {
                self.check_move(&activity, &ActivityEvent::Released)?;
                if !self.holds_ball(&activity)? {
                    self.check_owner(&activity, None)?;
                }
                Ok(self.emit_activity(&activity, ActivityEvent::Released)?)
            }
            Action::FinishActivity { activity, note, evidence } => {
                self.finish(&activity, note, evidence)
            }
            Action::SkipActivity { activity, why } => {
                self.checked_move(&activity, ActivityEvent::Skipped(why))
            }
            Action::ExcludeActivity { activity, why } => {
                self.checked_move(&activity, ActivityEvent::Excluded(why))
            }
            Action::ReopenActivity { activity, why } => {
                self.owned_move(&activity, ActivityEvent::Reopened(why))
            }
            other => Err(Refusal::NotRouted(other.kind())),
        }
    }

    fn finish(
        &mut self,
        key: &ActivityKey,
        note: Option<Prose>,
        evidence: Option<Evidence>,
    ) -> Result<(), Refusal> {
        self.check_owner(key, note.as_ref())?;
        self.check_move(key, &ActivityEvent::Finished)?;
        if note.is_some() || evidence.is_some() {
            self.emit(Change::ActivityEvidence { activity: key.clone(), note, evidence })?;
        }
        let activity = self.activity(key)?;
        refuse_missing(self.case.missing_to_finish(activity, self.rules))?;
        Ok(self.emit_activity(key, ActivityEvent::Finished)?)
    }

    fn owned_move(&mut self, key: &ActivityKey, event: ActivityEvent) -> Result<(), Refusal> {
        self.check_owner(key, None)?;
        self.checked_move(key, event)
    }

    fn checked_move(&mut self, key: &ActivityKey, event: ActivityEvent) -> Result<(), Refusal> {
        self.check_move(key, &event)?;
        Ok(self.emit_activity(key, event)?)
    }

    fn check_move(&self, key: &ActivityKey, event: &ActivityEvent) -> Result<(), Refusal> {
        let activity = self.activity(key)?;
        activity.state.moved(event, &format!("`{}`", activity.rule.name))?;
        Ok(())
    }

    /// An activity is moved by its owners, by the project manager for everybody, and by a
    /// consultant on the customer's word, which is noted.
    fn check_owner(&self, key: &ActivityKey, note: Option<&Prose>) -> Result<(), Refusal> {
        let owners = &self.activity(key)?.rule.owners;
        let on_word =
            self.by.role == Role::Consultant && owners.contains(&Party::Customer) && note.is_some();
        if self.is_of(owners) || self.by.role == Role::ProjectManager || on_word {
            return Ok(());
        }
        Err(Refusal::NotOwner { activity: key.clone(), owners: owners.clone() })
    }

    /// Whether the activity waits for the person: whoever holds the ball may give it back.
    fn holds_ball(&self, key: &ActivityKey) -> Result<bool, Refusal> {
        Ok(match &self.activity(key)?.state {
            ActivityState::Waiting(wait) => self.is_of(&[wait.waits_for]),
            _ => false,
        })
    }

    fn activity(&self, key: &ActivityKey) -> Result<&Activity, Refusal> {
        let activity = self.case.activity(key.as_str());
        activity.ok_or_else(|| Refusal::NotFound(format!("activity `{key}`")))
    }
}
