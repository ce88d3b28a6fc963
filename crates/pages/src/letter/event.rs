//! Letters about the request, its people and what the customer gives.

use refit_desk::{
    AccessCheck, Case, CaseEvent, Change, Contact, Document, DocumentEvent, EligibilityDecision,
    EngagementKind, LetterKind, QuestionId, Request, RequestRemark, StateMachine,
};

use super::{LetterView, Told, document, hand_off, moment_of, work};

/// What a letter of this kind says. What a letter says that has lost its event is its kind alone.
pub(super) fn told(view: LetterView<'_>, kind: LetterKind) -> Told {
    let Some(event) = view.event else { return Told::new(in_a_word(kind)) };
    let case = view.case;
    match &event.change {
        Change::RequestMade { request, .. } => made(view, kind, request),
        Change::Responded(text) => responded(case, text.as_str()),
        Change::Acknowledged(text) => {
            Told::new("Your request is acknowledged").more([text.as_str()])
        }
        Change::Assigned(one) => Told::new(format!("You are the {} of a project", one.post.role()))
            .more(case.request.as_ref().map(asked))
            .more(one.why.iter().map(|why| format!("Why: {why}")))
            .more(["What it waits for stands on the page."]),
        Change::PostVacated { post, user, why } => Told::new(format!(
            "The request has no {} any more",
            post.role()
        ))
        .more([format!("{} had this post. Why it is vacant: {why}", view.people.name(user))]),
        Change::EligibilityJudged { why, .. } => {
            Told::new("Somebody has to decide about eligibility")
                .more(["The rules do not say yes to this request:"])
                .more(why.iter().map(ToString::to_string))
                .more(["The project manager decides on the page. The set-up waits for it."])
        }
        Change::EligibilityDecided(decision) => decided(case, decision),
        Change::ContactNamed(contact) => named(contact),
        Change::QuestionnaireSent { documents, .. } => {
            Told::new("The questionnaire and documents are there for you")
                .more(["Please fill in or give back:"])
                .more(documents.iter().map(|one| wanted(case, one)))
                .more(["What is filled in is kept as you go."])
                .on("questionnaire")
        }
        Change::DocumentSent(one) => {
            Told::new("A document is there for you").more([wanted(case, one)]).on("documents")
        }
        Change::MissingAsked(ids) => missing(case, ids),
        Change::DocumentMoved { document: key, event } => {
            let title = document(case, key);
            match event {
                DocumentEvent::FoundIncomplete(what) => Told::new(format!("Incomplete: {title}"))
                    .more([format!("This is missing: {what}")]),
                _ => Told::new(format!("It came back from the customer: {title}"))
                    .more(["It is to be processed, or to be found incomplete."]),
            }
            .on("documents")
        }
        Change::AccessChecked(check) => insufficient(check),
        Change::NoteAdded(note) => {
            let by = view.people.name(&note.by);
            Told::new("A note was written").more([format!("{by}: {}", note.text)])
        }
        Change::CaseMoved(moved) => case_moved(case, moved),
        _ => work::told(view, event).unwrap_or_else(|| hand_off::told(view, event, kind)),
    }
}

/// A kind of letter in a few words.
pub(super) fn in_a_word(kind: LetterKind) -> String {
    let word = serde_json::to_value(kind).ok();
    let word = word.as_ref().and_then(|word| word.as_str()).unwrap_or("news");
    format!("There is news: {}", word.replace('-', " "))
}

fn made(view: LetterView<'_>, kind: LetterKind, request: &Request) -> Told {
    let asked = asked(request);
    let remarks = view.case.request_remarks();
    let remarks = remarks.iter().map(RequestRemark::words);
    if kind == LetterKind::RequestQueued {
        let next = "It waits for a consultant and a project manager: take it up.";
        return Told::new("A new request is in the queue")
            .more([asked, next.to_owned()])
            .more(remarks);
    }
    let respond = view.case.activity(refit_desk::keys::RESPOND);
    let respond = respond.map(|one| (one, one.rule.duration_words(&view.case.process)));
    let promise = respond.map(|(activity, within)| {
        let owners = crate::show::parties(&activity.rule.owners);
        format!("What comes next: the {owners} answers within {within}.")
    });
    Told::new("Your request was received").more([asked]).more(promise).more(remarks)
}

/// What a request is about, in a sentence.
fn asked(request: &Request) -> String {
    let fields = &request.fields;
    format!(
        "{} asks for an upgrade of {} {}: to begin on {}, not before {}, and to be done by {}.",
        request.customer.name,
        fields.platform,
        fields.current_version,
        fields.ideal_start,
        fields.earliest_start,
        fields.deadline
    )
}

fn responded(case: &Case, text: &str) -> Told {
    let questionnaire = if case.questionnaire.is_some() {
        "The questionnaire and the documents are on the page."
    } else {
        "The questionnaire is not yet sent; it comes with a letter of its own."
    };
    Told::new("A consultant responded to your request")
        .more([text.to_owned()])
        .more(case.promise_of_contact())
        .more([questionnaire])
}

fn decided(case: &Case, decision: &EligibilityDecision) -> Told {
    let why = format!("Why: {}", decision.why);
    if decision.is_eligible {
        return Told::new("You get the service").more([why]);
    }
    let kind = EngagementKind::WholeUpgrade;
    let offer = case.engagements.iter().rev().find(|one| one.kind == kind);
    let number = offer.map_or(String::new(), |one| format!(" (engagement {})", one.number));
    Told::new("You are not eligible for the service").more([
        why,
        format!(
            "What you can do: the upgrade is offered to you as a paid engagement{number}. Accept or \
             decline it on the page. Without it the request is ended."
        ),
    ])
}

fn named(contact: &Contact) -> Told {
    let there = contact.available.iter().map(|one| format!("from {} to {}", one.from, one.to));
    let there: Vec<_> = there.collect();
    Told::new(format!("{} is {}", contact.name, contact.duty.with_article())).more([
        format!("Named for this upgrade, and there {}.", there.join(" and ")),
        "Where that is not so, the customer changes it on the page.".to_owned(),
    ])
}

/// A document that is to come back.
fn wanted(case: &Case, one: &Document) -> String {
    let due = moment_of(case, one.due);
    format!("{}, by {due}: {}", one.template.title, one.template.purpose)
}

fn missing(case: &Case, ids: &[QuestionId]) -> Told {
    let description = case.questionnaire.as_ref().map(|one| &one.description);
    let asked = ids.iter().map(|id| {
        let question = description.and_then(|description| description.get(id));
        question.map_or_else(|| format!("- {id}"), |question| format!("- {}", question.text))
    });
    let lines: Vec<_> = asked.collect();
    let what = match lines.len() {
        1 => "One answer is missing".to_owned(),
        number => format!("{number} answers are missing"),
    };
    Told::new(what)
        .more(["These are asked for once, together:".to_owned(), lines.join("\n")])
        .on("questionnaire")
}

fn insufficient(check: &AccessCheck) -> Told {
    let lacks = match (check.can_read, check.can_write) {
        (true, _) => "It can be read there, but not written.",
        (false, true) => "It can be written there, but not read.",
        (false, false) => "It can neither be read nor written there.",
    };
    let report = check.report.map(|_| "The report of `refit access check` shows it.".to_owned());
    let word = check.word.as_ref().map(|word| format!("Whose word it is: {word}"));
    let shows = check.evidence.as_ref().map(|one| format!("What shows it: {}", one.what));
    let mut more = vec![lacks.to_owned()];
    more.extend([report, word, shows].into_iter().flatten());
    more.push("The weeks of the execution begin when access is verified.".to_owned());
    Told::new(format!("Access to {} is not sufficient", check.environment)).more(more).on("upgrade")
}

fn case_moved(case: &Case, moved: &CaseEvent) -> Told {
    let why = match moved {
        CaseEvent::Withdrawn(why) | CaseEvent::Reopened(why) => Some(format!("Why: {why}")),
        CaseEvent::Closed => None,
    };
    Told::new(format!("The request is now {}", case.state.word())).more(why)
}
