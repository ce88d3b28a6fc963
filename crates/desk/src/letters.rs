//! What has to be sent to whom because of what happened.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::process::keys;
use crate::{
    ActivityEvent, ApprovalSubject, Case, Change, ChangeRequestEvent, Contact, DocumentEvent, Duty,
    EngagementEvent, Event, NoteScope, Party, Post, ProblemEvent, Role, UserId, Verdict,
};

/// Something that has to be sent once, because of an event. The words are not the desk's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// The event, by number.
    pub event: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What it says.
    pub kind: LetterKind,
    /// Who gets it.
    pub to: Vec<Recipient>,
}

/// Who gets something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Recipient {
    /// This person.
    User(UserId),
    /// Everybody who looks after the team's queue.
    Team,
    /// Everybody of this role.
    Role(Role),
}

/// What a letter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LetterKind {
    /// The request was received.
    RequestReceived,
    /// A new request is in the queue.
    RequestQueued,
    /// The consultant's response.
    Response,
    /// The formal acknowledgement.
    Acknowledgement,
    /// Somebody got a post.
    Assigned,
    /// Who had a post is gone.
    PostVacated,
    /// The rules do not say yes: somebody has to decide about eligibility.
    EligibilityToDecide,
    /// Whether the customer gets the service.
    EligibilityDecided,
    /// A person of the customer was named for a duty.
    ContactNamed,
    /// The questionnaire and the documents.
    Questionnaire,
    /// Another document.
    Document,
    /// Answers are missing.
    MissingAnswers,
    /// The questionnaire or a document came back.
    Returned,
    /// A document is incomplete.
    Incomplete,
    /// Access is not as it was promised.
    AccessInsufficient,
    /// The execution's clock runs.
    ExecutionBegins,
    /// A plan is to be accepted.
    PlanToAccept,
    /// Something was approved.
    Approved,
    /// The customer objects to the plan.
    PlanObjected,
    /// An activity waits for the recipient.
    WaitsForYou,
    /// A note was written.
    Note,
    /// A run stands still.
    RunHalted,
    /// A run has ended.
    RunEnded,
    /// A trial was recorded.
    TrialRecorded,
    /// The material for the other environments is there.
    ResourcesDelivered,
    /// A version of the Playbook is to be reviewed.
    PlaybookToReview,
    /// A change or clarification was asked for.
    ChangeAsked,
    /// A change request or clarification got an answer.
    ChangeAnswered,
    /// The final Playbook.
    PlaybookDelivered,
    /// On-call support was opened.
    OnCallOpened,
    /// A problem was reported.
    ProblemReported,
    /// What became of a problem.
    ProblemAnswered,
    /// A paid engagement is offered.
    EngagementOffered,
    /// The customer's answer to an offer.
    EngagementAnswered,
    /// The request was withdrawn, or the case closed or reopened.
    CaseMoved,
}

/// What `event` makes necessary to send, in the case as it was before the event.
pub(crate) fn of(case: &Case, event: &Event) -> Vec<Letter> {
    let letter = |(kind, to): (LetterKind, Vec<Recipient>)| Letter {
        event: event.number,
        at: event.at,
        kind,
        to,
    };
    letters(case, event).into_iter().map(letter).filter(|one| !one.to.is_empty()).collect()
}

fn letters(case: &Case, event: &Event) -> Vec<(LetterKind, Vec<Recipient>)> {
    use LetterKind as K;
    let customer = || customers(case);
    let consultant = || of_party(case, Party::Consultant);
    let one = |kind, to| vec![(kind, to)];
    let by = &event.by.user;
    match &event.change {
        Change::RequestMade { request, .. } => vec![
            (K::RequestReceived, vec![Recipient::User(request.requester.clone())]),
            (K::RequestQueued, vec![Recipient::Team]),
        ],
        Change::Responded(_) => one(K::Response, customer()),
        Change::Acknowledged(_) => one(K::Acknowledgement, customer()),
        Change::Assigned(assignment) => {
            one(K::Assigned, vec![Recipient::User(assignment.user.clone())])
        }
        Change::PostVacated { .. } => one(K::PostVacated, vec![Recipient::Team]),
        Change::EligibilityJudged { verdict, .. } if *verdict != Verdict::Holds => {
            one(K::EligibilityToDecide, of_party(case, Party::ProjectManager))
        }
        Change::EligibilityDecided(_) => one(K::EligibilityDecided, customer()),
        Change::ContactNamed(contact) => one(K::ContactNamed, told_of_contact(case, contact, by)),
        Change::AccessChecked(check) if !check.is_verified() => {
            one(K::AccessInsufficient, customer())
        }
        Change::QuestionnaireSent { .. } => one(K::Questionnaire, customer()),
        Change::DocumentSent(_) => one(K::Document, customer()),
        Change::MissingAsked(_) => one(K::MissingAnswers, customer()),
        Change::DocumentMoved { event: moved, .. } => match moved {
            DocumentEvent::Returned => one(K::Returned, consultant()),
            // That answers are missing was told with the answers.
            DocumentEvent::FoundIncomplete(_) if is_asked_at(case, event.at) => Vec::new(),
            DocumentEvent::FoundIncomplete(_) => one(K::Incomplete, customer()),
            DocumentEvent::Processed => Vec::new(),
        },
        Change::ExecutionClockStarted { .. } => one(K::ExecutionBegins, customer()),
        Change::PlanPosted(_) => one(K::PlanToAccept, with_duty(case, Duty::Approver)),
        Change::PlanObjected { .. } => one(K::PlanObjected, consultant()),
        // That of an extension is told with that of its plan.
        Change::Approved(approval) if approval.subject == ApprovalSubject::Extension => Vec::new(),
        Change::Approved(_) => one(K::Approved, consultant()),
        // That a plan waits for acceptance is told with the plan.
        Change::ActivityMoved { activity, event: ActivityEvent::Held(wait) }
            if activity.as_str() != keys::PLAN || wait.waits_for != Party::Customer =>
        {
            one(K::WaitsForYou, of_party(case, wait.waits_for))
        }
        Change::NoteAdded(note) if note.scope == NoteScope::Everyone => {
            let mut others = of_parties(case, &Party::ALL);
            others.retain(|to| *to != Recipient::User(note.by.clone()));
            one(K::Note, others)
        }
        Change::CaseMoved(_) => one(K::CaseMoved, of_parties(case, &Party::ALL)),
        _ => later_letters(case, event),
    }
}

/// Whether missing answers were asked for at this moment.
fn is_asked_at(case: &Case, at: Timestamp) -> bool {
    let asked = case.questionnaire.iter().flat_map(|questionnaire| &questionnaire.asked);
    asked.last().is_some_and(|asked| *asked == at)
}

/// Letters about runs, trials, Playbook, on-call support and engagements.
fn later_letters(case: &Case, event: &Event) -> Vec<(LetterKind, Vec<Recipient>)> {
    use LetterKind as K;
    let consultant = || of_party(case, Party::Consultant);
    let one = |kind, to| vec![(kind, to)];
    let concerned = || of_parties(case, &[Party::Customer, Party::ProjectManager]);
    match &event.change {
        Change::RunHalted(halted) => {
            one(K::RunHalted, of_parties(case, &[halted.waits_for, Party::ProjectManager]))
        }
        Change::RunRecorded(_) => one(K::RunEnded, concerned()),
        Change::TrialRecorded(_) => one(K::TrialRecorded, concerned()),
        Change::ResourcesDelivered(_) => one(K::ResourcesDelivered, customers(case)),
        Change::PlaybookPosted(_) => one(K::PlaybookToReview, with_duty(case, Duty::Reviewer)),
        Change::ChangeAsked(_) => one(K::ChangeAsked, consultant()),
        Change::ChangeMoved { event: moved, .. } => match moved {
            // A change that was made is told with its version.
            ChangeRequestEvent::Withdrawn | ChangeRequestEvent::Made(_) => Vec::new(),
            ChangeRequestEvent::Discussed(_) if event.by.role == crate::Role::Customer => {
                one(K::ChangeAnswered, consultant())
            }
            _ => one(K::ChangeAnswered, with_duty(case, Duty::Reviewer)),
        },
        Change::PlaybookDelivered { .. } => one(K::PlaybookDelivered, customers(case)),
        Change::OnCallOpened(_) => one(K::OnCallOpened, customers(case)),
        Change::ProblemReported(_) => one(K::ProblemReported, consultant()),
        Change::ProblemMoved { event: moved, .. } => match moved {
            ProblemEvent::Replicated(_)
            | ProblemEvent::NotReplicated(_)
            | ProblemEvent::Corrected(_)
            | ProblemEvent::Answered(_) => one(K::ProblemAnswered, customers(case)),
        },
        Change::EngagementOpened(_) => one(K::EngagementOffered, customers(case)),
        Change::EngagementMoved { event: moved, .. } => match moved {
            EngagementEvent::Accepted | EngagementEvent::Declined => {
                one(K::EngagementAnswered, of_party(case, Party::ProjectManager))
            }
            EngagementEvent::OfferedAgain => one(K::EngagementOffered, customers(case)),
            EngagementEvent::Withdrawn => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The people of a party in a case; the team's queue where a post is vacant.
pub(crate) fn of_party(case: &Case, party: Party) -> Vec<Recipient> {
    let post = match party {
        Party::Customer => return customers(case),
        Party::Consultant => Post::Consultant,
        Party::ProjectManager => Post::ProjectManager,
    };
    vec![case.holder(post).map_or(Recipient::Team, |user| Recipient::User(user.clone()))]
}

/// The people of several parties, each once.
fn of_parties(case: &Case, parties: &[Party]) -> Vec<Recipient> {
    let mut all: Vec<_> = parties.iter().flat_map(|party| of_party(case, *party)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Who is named for a duty, and the consultant; but not who said so.
fn told_of_contact(case: &Case, contact: &Contact, by: &UserId) -> Vec<Recipient> {
    let mut told = vec![Recipient::User(contact.user.clone())];
    told.extend(of_party(case, Party::Consultant));
    told.retain(|to| *to != Recipient::User(by.clone()));
    told
}

/// The person who asked, and the technical contacts.
fn customers(case: &Case) -> Vec<Recipient> {
    let requester = case.request.iter().map(|request| &request.requester);
    let contacts = case.contacts.iter().filter(|one| one.duty == Duty::TechnicalContact);
    unique(requester.chain(contacts.map(|contact| &contact.user)))
}

/// The persons with a duty; all of the customer's where there is none.
fn with_duty(case: &Case, duty: Duty) -> Vec<Recipient> {
    let contacts = case.contacts.iter().filter(|one| one.duty == duty);
    let users = unique(contacts.map(|contact| &contact.user));
    if users.is_empty() { customers(case) } else { users }
}

fn unique<'a>(users: impl Iterator<Item = &'a UserId>) -> Vec<Recipient> {
    let mut recipients: Vec<_> = users.map(|user| Recipient::User(user.clone())).collect();
    recipients.sort_unstable();
    recipients.dedup();
    recipients
}
