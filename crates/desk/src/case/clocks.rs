//! Clocks follow the activities: they run while somebody on their side can work, and stand still
//! while the other side holds the ball.

use jiff::Timestamp;

use super::Case;
use super::apply::Wrong;
use crate::process::keys;
use crate::written::prose;
use crate::{Activity, ActivityKey, ActivityState, ChangeRequest, Clock, Party, Prose, Start};

impl Case {
    /// The activity's clock starts with it, if it has one that does not run yet.
    pub(super) fn start_clock_of(
        &mut self,
        activity: &ActivityKey,
        at: Timestamp,
    ) -> Result<(), Wrong> {
        let rule = self.process.get(activity.as_str());
        match rule.and_then(|rule| self.process.clock_of(rule)) {
            Some(clock) if !self.clocks.contains_key(&clock) => self.start_clock(&clock, at),
            _ => Ok(()),
        }
    }

    pub(super) fn start_clock(&mut self, clock: &ActivityKey, at: Timestamp) -> Result<(), Wrong> {
        let missing = || Wrong::NotThere(format!("the time of `{clock}`"));
        let allotted = self.process.allotted(clock).ok_or_else(missing)?;
        self.clocks.insert(clock.clone(), Clock::start(allotted, at));
        Ok(())
    }

    /// Pauses, resumes and stops every clock as its activities now stand.
    pub(super) fn sync_clocks(&mut self, at: Timestamp) -> Result<(), Wrong> {
        let keys: Vec<_> = self.clocks.keys().cloned().collect();
        for key in keys {
            let is_over = self.on_clock(&key).all(|activity| activity.state.is_settled())
                || self.state != super::CaseState::Open;
            let holder = self.holder_of(&key);
            let Some(clock) = self.clocks.get_mut(&key) else { continue };
            sync(clock, at, is_over, holder)?;
        }
        Ok(())
    }

    /// Who holds the ball of a clock, if it is not one of those whose time it is; and why.
    pub(crate) fn holder_of(&self, clock: &ActivityKey) -> Option<(Party, Prose)> {
        if let Some(question) = self.question_on(clock) {
            return Some(question);
        }
        let open: Vec<_> = self.on_clock(clock).filter(|one| !one.state.is_settled()).collect();
        if open.iter().any(|activity| activity.state == ActivityState::Running) {
            return None;
        }
        open.iter().find_map(|activity| self.awaited_by(activity))
    }

    /// The customer's turn in the discussion of changes: nobody else has anything to do on their
    /// clock.
    fn question_on(&self, clock: &ActivityKey) -> Option<(Party, Prose)> {
        let rule = self.process.get(keys::CHANGES)?;
        if self.process.clock_of(rule).as_ref() != Some(clock) {
            return None;
        }
        let mut open = self.changes.iter().filter(|change| !change.state.is_settled());
        let first = open.clone().next()?;
        let is_customers = |change: &ChangeRequest| change.awaits == Party::Customer;
        let why = || format!("An answer about change request {}", first.number);
        open.all(is_customers).then(|| (Party::Customer, prose(&why())))
    }

    /// For whom an activity waits that is not one of its owners.
    fn awaited_by(&self, activity: &Activity) -> Option<(Party, Prose)> {
        let is_other = |party: &Party| !activity.rule.owners.contains(party);
        if let ActivityState::Waiting(wait) = &activity.state {
            return is_other(&wait.waits_for).then(|| (wait.waits_for, wait.why.clone()));
        }
        let needs = activity.rule.needs.iter().filter_map(|key| self.activity(key.as_str()));
        needs.filter(|need| !need.state.is_settled()).find_map(|need| {
            if let ActivityState::Waiting(wait) = &need.state {
                return is_other(&wait.waits_for).then(|| (wait.waits_for, wait.why.clone()));
            }
            let is_others = need.rule.owners.iter().all(is_other);
            let owner = need.rule.owners.first().filter(|_| is_others)?;
            Some((*owner, prose(&format!("\u{201c}{}\u{201d} is not done", need.rule.name))))
        })
    }

    /// The activities whose time a clock measures.
    pub(crate) fn on_clock<'a>(
        &'a self,
        clock: &'a ActivityKey,
    ) -> impl Iterator<Item = &'a Activity> {
        let is_on =
            |activity: &&Activity| self.process.clock_of(&activity.rule).as_ref() == Some(clock);
        self.activities.iter().filter(is_on)
    }

    /// The clock of an activity, if it runs or ran.
    pub fn clock(&self, activity: &Activity) -> Option<&Clock> {
        self.clocks.get(&self.process.clock_of(&activity.rule)?)
    }

    /// The activity whose clock starts when access is verified and all documents are processed.
    pub fn execution_clock(&self) -> Option<&ActivityKey> {
        let rule = self.process.0.iter().find(|rule| rule.start == Start::WhenInputsAreThere)?;
        Some(&rule.key)
    }
}

fn sync(
    clock: &mut Clock,
    at: Timestamp,
    is_over: bool,
    holder: Option<(Party, Prose)>,
) -> Result<(), Wrong> {
    if is_over {
        return if clock.stopped.is_some() { Ok(()) } else { Ok(clock.stop(at)?) };
    }
    if clock.stopped.is_some() {
        clock.reopen(at, Party::Customer, prose("Nobody was to work on it."))?;
    }
    let paused_for = clock.open_pause().map(|pause| (pause.waits_for, pause.why.clone()));
    if paused_for == holder {
        return Ok(());
    }
    if paused_for.is_some() {
        clock.resume(at)?;
    }
    if let Some((waits_for, why)) = holder {
        clock.pause(at, waits_for, why)?;
    }
    Ok(())
}
