//! Whatever people type, and whatever hosts are called, is shown and does nothing.

use refit_desk::*;
use refit_pages::forms::{FormData, FormErrors};
use refit_pages::*;

use crate::case::{Stage, case_at, customer, request_fields};
use crate::details;
use crate::dom::{Page, read};
use crate::support::*;
use crate::values;

/// Markup that would run, in many ways.
const MARKUP: [&str; 12] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' onfocus='alert(1)' autofocus='",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<!--<script>-->",
    "{{7*7}}<% x %>${y}",
    "&lt;script&gt;&#x3c;",
    "<style>*{display:none}</style>",
    "<iframe srcdoc='<script>1</script>'>",
];
/// Marks of direction, and characters that are not seen or would act.
const ACTING: &str = "a\u{202e}b\u{2066}c\u{200f}d\u{feff}e\u{1b}[2Jf\u{0}g\u{85}h";

fn check(page: &Html, texts: &[&str]) -> Page {
    let read = read(page.as_str());
    for one in read.root.all() {
        let attributes = one.attributes();
        let acts = attributes.iter().any(|(name, value)| {
            name.starts_with("on") || name == "style" || value.starts_with("javascript:")
        });
        assert!(!acts, "{attributes:?}");
        assert!(!["img", "iframe", "style"].contains(&one.tag()), "{}", one.tag());
        assert!(one.tag() != "script" || one.words().is_empty());
    }
    let shown = read.root.words();
    for text in texts {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(shown.contains(&words), "{words} is not shown");
    }
    let acting = page
        .as_str()
        .chars()
        .find(|c| "\u{202e}\u{2066}\u{200f}\u{feff}\u{1b}\u{0}\u{85}".contains(*c));
    assert_eq!(acting, None);
    read
}

fn case_with(text: &str) -> Desk {
    let mut desk = Desk::new("c-1", "2026-11-02 14:00");
    let mut fields = request_fields();
    fields.current_version = line(text);
    fields.deadline_reason = prose(text);
    let customer = Customer { name: line(text), ..customer() };
    let version = VersionStanding::Unconfirmed;
    let request = NewRequest { customer, fields, version, on_behalf: None };
    desk.does(ANNA, Action::CreateRequest(Box::new(request)));
    desk.does(BEN, Action::TakeUp);
    desk.does(BEN, Action::SendQuestionnaire { additions: Vec::new() });
    desk.does(BEN, Action::AddNote { scope: NoteScope::Everyone, text: prose(text) });
    let members = [ANNA, BEN, PIA].map(|who| name(who.0)).into();
    desk.does(BEN, Action::SetGroup(SupportGroup { name: line(text), members }));
    let answers = [(name("folders"), Some(Answer::of(text)))].into();
    desk.does(ANNA, Action::SaveAnswers { answers, seen: None });
    let (document, digest) = (name("access-details"), digest("x"));
    desk.does(ANNA, Action::ReturnDocument { document, name: line(text), digest });
    desk
}

#[test]
fn markup_in_a_case_is_text() {
    let people = people();
    for text in MARKUP {
        let desk = case_with(text);
        let view = case_view(&desk, &people);
        for person in [ANNA, BEN] {
            let actor = actor(person);
            let shell = shell(&actor, person);
            check(&overview(&shell, view), &[text]);
            check(&documents(&shell, view), &[text]);
            let asked = questionnaire(&shell, view, QuestionnaireView::default());
            check(&asked, &[text]);
            let events = HistoryView { events: &desk.events, before: None };
            check(&history(&shell, view, events), &[text]);
            check(&activities(&shell, view), &[text]);
            let rows = [RequestRow::of(&desk.case, desk.now).unwrap()];
            let filter = RequestFilter { group: Some(text.to_owned()), ..Default::default() };
            let view = RequestsView {
                filter: &filter,
                rows: &rows,
                people: &people,
                groups: &[text.to_owned()],
                next: Some(text),
                is_later: true,
            };
            check(&requests(&shell, view), &[text]);
        }
    }
}

/// A run that says this wherever it says something.
fn run_of(text: &str) -> LiveRun {
    let (mut run, said) = (values::live_run(), || text.to_owned());
    run.state = said();
    run.log = vec![LogLine { at: None, text: said() }];
    run.steps[0].title = said();
    run.doing = Some(said());
    run.finding = Some(said());
    if let Some(wait) = &mut run.wait {
        wait.why = said();
        wait.instructions = vec![said()];
        wait.seen = vec![said()];
    }
    run.commands[0].command = said();
    run
}

#[test]
fn what_the_desk_did_not_check_is_shown_as_what_it_is() {
    let (desk, planned) = (case_at(Stage::Reviewed), case_at(Stage::Planned));
    let people = people();
    let view = case_view(&desk, &people);
    let actor = actor(BEN);
    let shell = shell(&actor, BEN);
    for text in MARKUP.into_iter().chain([ACTING]) {
        check(&refit_pages::run(&shell, view, &run_of(text)), &[]);
        let mut settlements = values::settlements();
        settlements[0].settlement.outcomes[0].site =
            Some(refit_model::Shown::Text(text.to_owned()));
        settlements[0].questions[0].text = text.to_owned();
        let mut plan = values::plan();
        text.clone_into(&mut plan.body.questions[0].subject);
        text.clone_into(&mut plan.body.decisions[0].subject);
        plan.body.questions[1].text = text.to_owned();
        plan.body.questions[1].options[0].meaning = text.to_owned();
        plan.body.decisions[0].why = text.to_owned();
        // What was typed stands in its control as it is.
        let said = if text == ACTING { "as everywhere" } else { text };
        let typed = FormData::new().with("choices.2.value", said).with("why", said);
        let errors = FormErrors::of_whole(text);
        let planning = Planning::Failed(text.to_owned());
        let decisions = Some(DecisionsView {
            plan: &plan,
            planning: &planning,
            data: Some(&typed),
            errors: Some(&errors),
        });
        let upgrade_view = UpgradeView {
            decisions,
            lacking: Some(text),
            assessments: &details::assessments(text),
            plans: &details::plans(text),
            settlements: &settlements,
            ..UpgradeView::default()
        };
        check(&upgrade(&shell, view, upgrade_view), &[]);
        check(&upgrade(&shell, case_view(&planned, &people), upgrade_view), &[]);
        let versions = details::versions(text);
        let playbook_view = PlaybookView { versions: &versions, comparison: None };
        check(&playbook(&shell, view, playbook_view), &[]);
        let mut downloads = values::downloads();
        downloads[0].file = text.to_owned();
        downloads[0].trust = text.to_owned();
        let view_of =
            DownloadsView { downloads: &downloads, knowledge: Some(text), host: Some(text) };
        check(&refit_pages::downloads(&shell, view, view_of), &[]);
        let mut sessions = values::sessions();
        sessions[0].from = text.to_owned();
        let account_view = AccountView {
            has_password: true,
            least: 15,
            password_error: Some(text),
            has_second_factor: true,
            provider: Some((Elsewhere { name: text, path: "/login/provider" }, false)),
            sessions: &sessions,
            tokens: &[],
            scopes: &[],
            token_error: None,
            new_token: None,
        };
        check(&account(&shell, account_view), &[]);
        let what = ErrorView { status: 400, what: text, remedy: text, request: text, links: &[] };
        check(&error(&nobody(), what), &[]);
        let noticed = Shell { notice: Some(refit_pages::Notice::Bad(text)), ..shell };
        check(&login(&noticed, LoginView::default()), &[]);
    }
}

#[test]
fn marks_of_direction_are_seen() {
    let what = ErrorView { status: 400, what: ACTING, remedy: "", request: "", links: &[] };
    let page = read(error(&nobody(), what).as_str());
    let shown = page.root.with_tag(&["h1"])[0].words();
    let expected = r"a\u{202e}b\u{2066}c\u{200f}d\u{feff}e\u{1b}[2Jf\u{0}g\u{85}h";
    assert_eq!(shown, expected);
}

#[test]
fn a_huge_text_gets_a_box_of_its_own() {
    let mut desk = case_with("plain");
    let huge = "\u{5d0}bc ".repeat(4_000);
    desk.does(BEN, Action::AddNote { scope: NoteScope::Everyone, text: prose(&huge) });
    let people = people();
    let view = case_view(&desk, &people);
    let actor = actor(ANNA);
    let page = read(overview(&shell(&actor, ANNA), view).as_str());
    let long: Vec<_> = page
        .root
        .all()
        .into_iter()
        .filter(|one| one.attribute("class").as_deref() == Some("said long"))
        .collect();
    assert_eq!(long.len(), 1);
    assert_eq!(long[0].attribute("dir").as_deref(), Some("auto"));
    assert_eq!(long[0].attribute("tabindex").as_deref(), Some("0"));
}

#[test]
fn a_customer_does_not_see_the_teams_notes() {
    let mut desk = case_with("plain");
    let text = prose("Between us");
    desk.does(BEN, Action::AddNote { scope: NoteScope::Team, text });
    let people = people();
    let view = case_view(&desk, &people);
    let events = HistoryView { events: &desk.events, before: None };
    for (person, sees) in [(ANNA, false), (BEN, true)] {
        let actor = actor(person);
        let shell = shell(&actor, person);
        for page in [overview(&shell, view), history(&shell, view, events)] {
            assert_eq!(page.as_str().contains("Between us"), sees);
        }
    }
}
