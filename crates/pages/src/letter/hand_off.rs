//! Letters about Playbook, on-call support and paid engagements.

use refit_desk::{
    Case, Change, ChangeRequest, ChangeRequestEvent, ChangeRequestKind, Engagement, Event,
    LetterKind, OnCallWindow, Problem, ProblemEvent, StateMachine,
};

use super::event::in_a_word;
use super::{LetterView, Told, moment_of};

/// What a letter about one of these says.
pub(super) fn told(view: LetterView<'_>, event: &Event, kind: LetterKind) -> Told {
    let case = view.case;
    match &event.change {
        Change::ResourcesDelivered(resources) => {
            let contents: Vec<_> =
                resources.contents.iter().map(|one| format!("- {one}")).collect();
            Told::new("The material for your other environments is there")
                .more(["In the bundle:".to_owned(), contents.join("\n")])
                .more(["It is on the page, to be fetched."])
                .on("upgrade")
        }
        Change::PlaybookPosted(version) => {
            let number = version.number;
            Told::new(format!("Version {number} of the Playbook is there for your review"))
                .more([
                    format!("What is new: {}", version.summary),
                    "Ask for changes or clarifications on the page; an approver approves it there."
                        .to_owned(),
                ])
                .on("playbook")
        }
        Change::ChangeAsked(change) => asked(change).on("playbook"),
        Change::ChangeMoved { change, event } => moved(case, *change, event).on("playbook"),
        Change::PlaybookDelivered { version } => {
            Told::new(format!("The final Playbook is there: version {version}"))
                .more(["It is what you upgrade your other environments with."])
                .on("playbook")
        }
        Change::OnCallOpened(window) => on_call(case, window).on("playbook"),
        Change::ProblemReported(problem) => reported(view, problem).on("playbook"),
        Change::ProblemMoved { problem, event } => became(case, *problem, event).on("playbook"),
        Change::EngagementOpened(engagement) => offered(engagement),
        Change::EngagementMoved { engagement: number, .. } => {
            let found = case.engagements.iter().find(|one| one.number == *number);
            match (found, kind) {
                (Some(engagement), LetterKind::EngagementOffered) => offered(engagement),
                (Some(engagement), _) => answered(engagement),
                (None, _) => Told::new(in_a_word(kind)),
            }
        }
        _ => Told::new(in_a_word(kind)),
    }
}

fn asked(change: &ChangeRequest) -> Told {
    let kind = match change.kind {
        ChangeRequestKind::Change => "A change",
        ChangeRequestKind::Clarification => "A clarification",
    };
    let step = change.step.as_ref().map(|step| format!(", at step {step}")).unwrap_or_default();
    let what = format!("{kind} of version {} was asked for{step}", change.version);
    Told::new(what).more([format!("Number {}: {}", change.number, change.text)])
}

fn moved(case: &Case, number: u32, event: &ChangeRequestEvent) -> Told {
    let asked = case.changes.iter().find(|one| one.number == number);
    let asked = asked.map(|one| format!("You asked: {}", one.text));
    let (what, text) = match event {
        ChangeRequestEvent::Discussed(text) => {
            let asked = case.changes.iter().find(|one| one.number == number);
            let awaits = asked.map(|one| format!("The {} answers next.", one.awaits));
            let what = format!("There is a word about change request {number}");
            return Told::new(what).more([text.to_string()]).more(awaits);
        }
        ChangeRequestEvent::Agreed(how) => ("will be made", Some(how)),
        ChangeRequestEvent::Answered(text) => ("is answered", Some(text)),
        ChangeRequestEvent::Declined(why) => ("will not be made", Some(why)),
        ChangeRequestEvent::Made(_) => ("is made", None),
        ChangeRequestEvent::Withdrawn => ("is withdrawn", None),
    };
    Told::new(format!("Change request {number} {what}"))
        .more(asked)
        .more(text.map(ToString::to_string))
}

fn on_call(case: &Case, window: &OnCallWindow) -> Told {
    let (from, until) = (moment_of(case, window.from), moment_of(case, window.until));
    let what = format!("On-call support is there for version {} of the Playbook", window.version);
    Told::new(what).more([
        format!("From {from} until {until}."),
        "Report a problem on the page, with the step at which you see it.".to_owned(),
    ])
}

fn reported(view: LetterView<'_>, problem: &Problem) -> Told {
    let by = view.people.name(&problem.by);
    Told::new(format!("Problem {} at step {}", problem.number, problem.step)).more([
        format!("{by}, in {}: {}", problem.environment, problem.text),
        "It is to be replicated in the environment that was upgraded, or answered.".to_owned(),
    ])
}

fn became(case: &Case, number: u32, event: &ProblemEvent) -> Told {
    let problem = case.problems.iter().find(|one| one.number == number);
    let step = problem.map(|one| format!(" at step {}", one.step)).unwrap_or_default();
    let (what, text) = match event {
        ProblemEvent::Replicated(_) => {
            ("is replicated", "It is a defect: a corrected version of the Playbook follows.".into())
        }
        ProblemEvent::NotReplicated(finding) => (
            "is out of scope",
            format!("{} Help with it in your environment is a paid engagement.", finding.reason),
        ),
        ProblemEvent::Corrected(version) => {
            ("is corrected", format!("Version {version} of the Playbook is without it."))
        }
        ProblemEvent::Answered(text) => ("is answered", text.to_string()),
    };
    Told::new(format!("Problem {number}{step} {what}")).more([text])
}

fn offered(engagement: &Engagement) -> Told {
    Told::new(format!("A paid engagement is offered to you: {}", engagement.kind.words())).more([
        format!("Why: {}", engagement.why),
        format!("What it brings: {}.", engagement.kind.brings()),
        "Accept or decline it on the page.".to_owned(),
    ])
}

fn answered(engagement: &Engagement) -> Told {
    let state = engagement.state.word();
    Told::new(format!("The customer has {state} an offer: {}", engagement.kind.words()))
        .more([format!("Engagement {}: {}", engagement.number, engagement.why)])
}
