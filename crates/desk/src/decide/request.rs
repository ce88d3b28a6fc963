//! The request itself: made, answered, assigned, ended.

use super::{Draft, refuse_missing};
use crate::process::keys;
use crate::{
    Action, Assignment, CaseEvent, Change, EligibilityDecision, EngagementKind, NewRequest, Post,
    Prose, Refusal, Request, RequestFields, Role, UserId, Vacancy, VersionStanding,
};

impl Draft<'_> {
    pub(super) fn act_on_request(&mut self, action: Action) -> Result<(), Refusal> {
        match action {
            Action::CreateRequest(request) => self.create(*request),
            Action::AmendRequest { fields, version } => self.amend(fields, version),
            Action::Respond { message } => {
                if self.case.response.is_some() {
                    return Err(Refusal::AlreadyThere("a response: write a note".to_owned()));
                }
                self.check_unsettled(keys::RESPOND)?;
                self.emit(Change::Responded(message))?;
                self.responded()
            }
            Action::AcknowledgeFormally { overview } => {
                if self.case.acknowledgement.is_some() {
                    let what = "a formal acknowledgement: write a note";
                    return Err(Refusal::AlreadyThere(what.to_owned()));
                }
                self.check_unsettled(keys::ACKNOWLEDGE)?;
                self.emit(Change::Acknowledged(overview))?;
                self.done(keys::ACKNOWLEDGE)
            }
            Action::TakeUp => self.take_up(),
            Action::Assign { post, to, why } => self.assign(post, to, why),
            Action::VacatePost(Vacancy { post, why }) => {
                let user = self.case.holder(post).cloned();
                let missing = || Refusal::NotFound(format!("{}", post.role()));
                let user = user.ok_or_else(missing)?;
                Ok(self.emit(Change::PostVacated { post, user, why })?)
            }
            Action::DecideEligibility { is_eligible, why } => self.decide_about(is_eligible, why),
            Action::Withdraw { why } => {
                Ok(self.emit(Change::CaseMoved(CaseEvent::Withdrawn(why)))?)
            }
            Action::Close => {
                refuse_missing(self.case.missing_to_close())?;
                Ok(self.emit(Change::CaseMoved(CaseEvent::Closed))?)
            }
            Action::Reopen { why } => {
                let event = CaseEvent::Reopened(why);
                crate::StateMachine::moved(&self.case.state, &event, "the case")?;
                Ok(self.emit(Change::CaseMoved(event))?)
            }
            other => Err(Refusal::NotRouted(other.kind())),
        }
    }

    /// The response is done when the customer has the questionnaire, too.
    pub(super) fn responded(&mut self) -> Result<(), Refusal> {
        let is_all = self.case.missing_to_respond().is_empty();
        if is_all { self.done(keys::RESPOND) } else { Ok(()) }
    }

    /// A customer who is not eligible can have the upgrade as a paid engagement; one who is needs
    /// none.
    fn decide_about(&mut self, is_eligible: bool, why: Prose) -> Result<(), Refusal> {
        let (by, at) = (self.by.user.clone(), self.at);
        let decision = EligibilityDecision { is_eligible, why, by, at };
        self.emit(Change::EligibilityDecided(decision))?;
        let kind = EngagementKind::WholeUpgrade;
        if is_eligible {
            return self.withdraw_offer_of(kind);
        }
        self.offer_once(kind, "The customer is not eligible. The upgrade can be had all the same.")
    }

    fn create(&mut self, new: NewRequest) -> Result<(), Refusal> {
        let (requester, word) = self.requester(&new)?;
        let today = new.customer.calendar.date_of(self.at);
        let problems = new.fields.problems(today);
        if !problems.is_empty() {
            return Err(Refusal::Request(problems));
        }
        let request = Request {
            title: self.rules.title_for(&new.customer.name),
            customer: new.customer,
            requester,
            word,
            made: self.at,
            fields: new.fields,
            version: new.version,
        };
        let process = self.rules.process.clone();
        self.emit(Change::RequestMade { request: Box::new(request), process })?;
        self.done(keys::CREATE)
    }

    /// Who asks: the person who acts, for the own organisation; or, where somebody of the team
    /// acts, the customer's person who has given the word.
    fn requester(&self, new: &NewRequest) -> Result<(UserId, Option<Prose>), Refusal> {
        let is_customer = self.by.role == Role::Customer;
        match &new.on_behalf {
            None if !is_customer => Err(Refusal::Say("say for whom, and on whose word")),
            Some(_) if is_customer => Err(Refusal::Say("only the team asks for others")),
            None if new.customer.organisation != self.by.organisation => {
                Err(Refusal::OtherOrganisation)
            }
            None => Ok((self.by.user.clone(), None)),
            Some(one) => Ok((one.requester.clone(), Some(one.word.clone()))),
        }
    }

    fn amend(
        &mut self,
        fields: Box<RequestFields>,
        version: VersionStanding,
    ) -> Result<(), Refusal> {
        if self.case.is_plan_accepted() {
            return Err(Refusal::Approved("plan"));
        }
        // What has been true once stays possible: a start that is over by now is not asked about.
        let made = self.case.request.as_ref().map_or(self.at, |request| request.made);
        let today = self.case.calendar().map(|calendar| calendar.date_of(made));
        let problems = today.map(|today| fields.problems(today)).unwrap_or_default();
        if !problems.is_empty() {
            return Err(Refusal::Request(problems));
        }
        Ok(self.emit(Change::RequestAmended { fields, version })?)
    }

    fn take_up(&mut self) -> Result<(), Refusal> {
        let post = Post::ALL.into_iter().find(|post| post.role() == self.by.role);
        let post = post.ok_or_else(|| Refusal::NotFound("post for this role".to_owned()))?;
        match self.case.holder(post) {
            Some(user) => Err(Refusal::AlreadyThere(format!("a {}: {user}", post.role()))),
            None => self.give(post, self.by.user.clone(), None),
        }
    }

    fn assign(&mut self, post: Post, to: UserId, why: Option<Prose>) -> Result<(), Refusal> {
        match self.case.holder(post) {
            Some(user) if *user == to => {
                return Err(Refusal::AlreadyThere(format!("a {}: {to}", post.role())));
            }
            Some(_) if why.is_none() => {
                return Err(Refusal::Say("somebody has this post: say why it changes"));
            }
            _ => {}
        }
        self.give(post, to, why)
    }

    fn give(&mut self, post: Post, user: UserId, why: Option<Prose>) -> Result<(), Refusal> {
        let (since, by) = (self.at, self.by.user.clone());
        Ok(self.emit(Change::Assigned(Assignment { post, user, since, by, why }))?)
    }
}
