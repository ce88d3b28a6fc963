//! The first page of a case: what it waits for, where it stands, who is in it.

use askama::Template;
use askama::filters::Safe;
use jiff::Timestamp;
use refit_desk::{
    ActionKind, Arithmetic, BusinessCalendar, Clock, Contact, Dependency, Engagement,
    EngagementKind, EngagementState, Judgement, Missing, Note, NoteScope, Post, Request,
    RequestRemark, StateMachine, Timeline, UserId, Verdict,
};

use super::case_view::{CaseView, Part, Subject};
use super::timeline::Picture;
use super::waits::{Due, Wait, waits};
use crate::offers::contact_subject;
use crate::{Html, Shell, paths};

#[derive(Template)]
#[template(path = "overview.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: String,
    here: &'static str,
    waits: Vec<Wait>,
    timeline: Option<Timeline>,
    subject: Subject<'a>,
}

/// The first page of a case.
pub fn overview(shell: &Shell<'_>, view: CaseView<'_>) -> Html {
    let subject = Subject::new(shell, view, Part::Overview);
    let timeline = view.case.timeline(view.now);
    Html::of(&Page {
        shell,
        title: subject.title(),
        here: paths::REQUESTS,
        waits: waits(view.case, timeline.as_ref().map_or(&[], |all| &all.bars), view.now),
        timeline,
        subject,
    })
}

/// Where the clock of the weeks of the execution stands.
enum Execution<'a> {
    /// It runs, or ran.
    Begun { clock: &'a Clock, arithmetic: Arithmetic },
    /// This is missing before it begins.
    Missing(Vec<Missing>),
    /// Nothing is missing; what comes before is to be done.
    Ready,
}

impl<'a> Page<'a> {
    fn request(&self) -> Option<&'a Request> {
        self.subject.case().request.as_ref()
    }

    fn execution(&self) -> Option<Execution<'a>> {
        let case = self.subject.case();
        let key = case.execution_clock()?;
        let calendar: &BusinessCalendar = case.calendar()?;
        if let Some(clock) = case.clocks.get(key) {
            let arithmetic = clock.arithmetic(calendar, self.subject.view.now);
            return Some(Execution::Begun { clock, arithmetic });
        }
        let missing = case.missing_inputs();
        Some(if missing.is_empty() { Execution::Ready } else { Execution::Missing(missing) })
    }

    fn remarks(&self) -> Vec<String> {
        self.subject.case().request_remarks().iter().map(RequestRemark::words).collect()
    }

    /// What is said about a deadline that the forecast passes.
    fn deadline(&self) -> Option<String> {
        let risk = self.subject.case().deadline_risk(self.subject.view.now)?;
        let moment = |at| crate::letter::moment_of(self.subject.case(), at);
        Some(crate::letter::deadline_words(&risk, &moment(risk.earliest), &moment(risk.latest)))
    }

    /// What belongs to the project because its engagement was accepted.
    fn brought(&self) -> Vec<&'static str> {
        let kinds = EngagementKind::ALL.into_iter();
        let accepted = kinds.filter(|kind| self.subject.case().has_engagement(*kind));
        accepted.map(EngagementKind::brings).collect()
    }

    /// What comes next for a customer who is not eligible.
    fn next_if_not_eligible(&self) -> Option<&'static str> {
        let case = self.subject.case();
        case.eligibility.as_ref().filter(|decision| !decision.is_eligible)?;
        let kind = EngagementKind::WholeUpgrade;
        let offer = case.engagements.iter().rev().find(|one| one.kind == kind);
        match offer.map(|one| one.state) {
            Some(EngagementState::Accepted) => None,
            Some(EngagementState::Offered) => Some(
                "What comes next: the upgrade is offered as a paid engagement, to be accepted or \
                 declined below. Without it the request is ended.",
            ),
            _ => Some("What comes next: the request is ended, or a paid engagement is offered."),
        }
    }

    /// The questionnaire is missing of the response.
    fn is_questionnaire_missing(&self) -> bool {
        let case = self.subject.case();
        case.response.is_some() && case.questionnaire.is_none()
    }

    fn picture(&self) -> Option<Safe<String>> {
        let timeline = self.timeline.as_ref()?;
        Some(Picture::new(timeline, self.subject.zone()).html())
    }

    fn eligibility(&self) -> (Verdict, Vec<Judgement>) {
        let (case, rules) = (self.subject.case(), self.subject.view.rules);
        (case.eligibility_verdict(rules), case.eligibility_judgements(rules))
    }

    /// The scope rules that say that something is outside of the service.
    fn outside(&self) -> Vec<Judgement> {
        let mut judgements = self.subject.case().scope_judgements(self.subject.view.rules);
        judgements.retain(|judgement| judgement.verdict == Verdict::Holds);
        judgements
    }

    fn holders(&self) -> Vec<(&'static str, Option<&'a UserId>)> {
        let case = self.subject.case();
        Post::ALL.into_iter().map(|post| (post.role().word(), case.holder(post))).collect()
    }

    fn gaps(&self) -> Vec<Missing> {
        self.subject.case().gaps_of_people()
    }

    fn notes(&self) -> Vec<&'a Note> {
        let role = self.shell.role();
        let notes = role.into_iter().flat_map(|role| self.subject.case().notes_for(role));
        let mut notes: Vec<_> = notes.collect();
        notes.reverse();
        notes
    }

    fn is_of_team(note: &Note) -> bool {
        note.scope == NoteScope::Team
    }

    fn do_case(&self) -> Safe<String> {
        use ActionKind as K;
        self.subject.doings(&[
            K::TakeUp,
            K::Respond,
            K::AcknowledgeFormally,
            K::Assign,
            K::AmendRequest,
            K::Close,
            K::Reopen,
            K::Withdraw,
        ])
    }

    fn do_eligibility(&self) -> Safe<String> {
        self.subject.doings(&[ActionKind::DecideEligibility])
    }

    fn do_engagements(&self) -> Safe<String> {
        self.subject.doings(&[ActionKind::OfferEngagement])
    }

    fn do_engagement(&self, engagement: &Engagement) -> Safe<String> {
        let kinds = [ActionKind::AnswerOffer, ActionKind::WithdrawOffer];
        self.subject.doings_about(&kinds, &engagement.number.to_string())
    }

    fn do_people(&self) -> Safe<String> {
        self.subject.doings(&[ActionKind::NameContact, ActionKind::SetGroup])
    }

    fn do_contact(&self, contact: &Contact) -> Safe<String> {
        let subject = contact_subject(contact.duty, &contact.user);
        self.subject.doings_about(&[ActionKind::RemoveContact], &subject)
    }

    fn do_kick_off(&self) -> Safe<String> {
        self.subject.doings(&[ActionKind::RecordKickOff])
    }

    /// The dependencies: whether each is met, and what can be done about it.
    fn dependencies(&self) -> Vec<(&'a Dependency, bool, Safe<String>)> {
        let case = self.subject.case();
        let all = case.kick_off.iter().flat_map(|kick_off| &kick_off.dependencies);
        let shown = |(number, one): (u32, &'a Dependency)| {
            let kinds = [ActionKind::MeetDependency];
            let doings = self.subject.doings_about(&kinds, &number.to_string());
            (one, case.met.contains(&number), doings)
        };
        (1..).zip(all).map(shown).collect()
    }

    /// When the upgrade was handed over, or is expected to be.
    fn handed_over(&self) -> Option<Safe<String>> {
        let timeline = self.timeline.as_ref()?;
        let (from, to) = timeline.handed_over?;
        let is_done = to <= timeline.now;
        let date = |at| self.subject.zone().to_datetime(at).date();
        let [first, last] = [from, to].map(|at| self.subject.moment(at).day().0);
        Some(Safe(if is_done {
            format!("The upgrade was handed over on {last}.")
        } else if date(from) == date(to) {
            format!("As things stand, the upgrade is handed over on {last}.")
        } else {
            format!("As things stand, the upgrade is handed over between {first} and {last}.")
        }))
    }

    fn do_notes(&self) -> Safe<String> {
        self.subject.doings(&[ActionKind::AddNote])
    }

    fn moment(&self, at: &Timestamp) -> Safe<String> {
        self.subject.moment(*at).html()
    }
}
