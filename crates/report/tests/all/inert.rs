//! Hostile texts come out inert, in every field and in every format.

use std::collections::BTreeSet;

use refit_execute::{Event, Status};
use refit_model::{Document, Plan, Playbook, RunId, Stored};
use refit_report::{
    AssessmentReport, PlanDiff, PlanReport, PlaybookHere, PlaybookReport, RunReport, SecretFile,
    Session, ShellWord, StepCommands, Style, drift_html, drift_text, event_line, journal_text,
    trial_html, trial_text,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fixture::{self, RUN, stored};
use crate::html::parse;

/// Ends whatever it stands in, in all three formats, moves the cursor and turns the reading order.
const HOSTILE: &str = "\u{1b}[2J\u{9b}31m\u{7}</code></pre></style>]]>--><script src='x'>1</script>\
                       \"&\r\n\n# [x](javascript:1) ``` *b* |\u{202e}txt.exe\u{2066}\u{200b}\u{0} ";

/// The document with hostile text in every field that takes any text.
fn poisoned<T: Serialize + DeserializeOwned>(document: &T) -> T {
    let mut tree = serde_json::to_value(document).unwrap();
    let mut leaves = Vec::new();
    collect_texts(&tree, String::new(), &mut leaves);
    let mut taken = false;
    for leaf in &leaves {
        let before = tree.pointer(leaf).cloned().unwrap();
        let text = format!("{HOSTILE}{}", before.as_str().unwrap_or_default());
        *tree.pointer_mut(leaf).unwrap() = Value::String(text);
        if serde_json::from_value::<T>(tree.clone()).is_ok() {
            taken = true;
        } else {
            *tree.pointer_mut(leaf).unwrap() = before;
        }
    }
    assert!(taken || leaves.len() < 12, "no text was taken");
    serde_json::from_value(tree).unwrap()
}

fn collect_texts(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_texts(item, format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                collect_texts(field, format!("{at}/{name}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn evil<T: Document>(document: &T) -> Stored<T> {
    stored(poisoned(document))
}

fn evil_commands(_: &refit_model::Step) -> Vec<String> {
    vec![format!("echo {HOSTILE}")]
}

fn evil_shell(_: &refit_model::Step) -> StepCommands {
    let lines = vec![format!("echo {HOSTILE}"), "```".to_owned()];
    StepCommands { act: lines.clone(), verify: lines.clone(), undo: lines }
}

fn assert_inert(name: &str, text: &str) {
    for character in text.chars() {
        let acts = character.is_control() && !matches!(character, '\n' | '\t');
        let hides = matches!(
            character,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        );
        assert!(!acts && !hides, "{name}: {:?}", character.escape_unicode().to_string());
    }
}

/// The text without the colours that this crate writes.
fn without_colours(text: &str) -> String {
    ["0", "1", "2", "32", "33", "1;31"]
        .iter()
        .fold(text.to_owned(), |text, code| text.replace(&format!("\u{1b}[{code}m"), ""))
}

fn texts(style: Style) -> Vec<(&'static str, String)> {
    let assessment = evil(&fixture::assessment());
    let observations = poisoned(&fixture::observations());
    let plan = evil(&fixture::open_plan());
    let events: Vec<Event> = fixture::failed_events().iter().map(poisoned).collect();
    let status = Status::of(&events).unwrap();
    let run = RunId::new(RUN).unwrap();
    let lines: String = events.iter().map(|event| event_line(event, style)).collect();
    vec![
        (
            "assessment",
            AssessmentReport { assessment: &assessment, observations: Some(&observations) }
                .to_text(style),
        ),
        (
            "plan",
            PlanReport { plan: &plan, run: RUN, commands: &evil_commands }.to_text(style).unwrap(),
        ),
        ("diff", PlanDiff::between(&fixture::plan(), &plan.body).to_text(style)),
        (
            "run",
            RunReport { run: &run, plan: &plan, status: &status, events: &events, now: None }
                .to_text(style)
                .unwrap(),
        ),
        ("events", lines),
        ("journal", journal_text(&events, style)),
        ("drift", drift_text(&evil(&fixture::drift()), style)),
        ("trial", trial_text(&evil(&fixture::trial()), style)),
    ]
}

#[test]
fn in_text() {
    for unicode in [true, false] {
        let style = Style { colour: false, width: 80, unicode };
        for (name, text) in texts(style) {
            assert_inert(name, &text);
            assert!(text.contains("\\u{1b}[2J"), "{name}: what was there is shown");
            assert!(unicode || text.is_ascii(), "{name}");
        }
    }
}

#[test]
fn in_coloured_text() {
    for (name, text) in texts(Style { colour: true, width: 80, unicode: true }) {
        assert!(text.contains("\u{1b}[1m"), "{name}: is coloured");
        assert_inert(name, &without_colours(&text));
    }
}

fn playbook(playbook: &Stored<Playbook>, plan: Option<&Stored<Plan>>) -> (String, String) {
    let blocking = [HOSTILE.to_owned()];
    let session = Session {
        commands: vec![HOSTILE.into(), "```".into()],
        words: vec![ShellWord { word: HOSTILE.into(), meaning: HOSTILE.into() }],
        secrets: vec![SecretFile { path: HOSTILE.into(), holds: HOSTILE.into() }],
        other_secrets: HOSTILE.into(),
        functions: HOSTILE.into(),
    };
    let report = PlaybookReport {
        playbook,
        here: plan.map(|plan| PlaybookHere { plan, run: RUN, blocking: &blocking }),
        session: &session,
        commands: &evil_shell,
    };
    (report.to_html().unwrap(), report.to_markdown().unwrap())
}

#[test]
fn in_html() {
    let known = known_markup();
    let assessment = evil(&fixture::assessment());
    let observations = poisoned(&fixture::observations());
    let plan = evil(&fixture::open_plan());
    let book = evil(&fixture::playbook());
    let plan_page = PlanReport { plan: &plan, run: RUN, commands: &evil_commands };
    let assessment =
        AssessmentReport { assessment: &assessment, observations: Some(&observations) };
    let pages = [
        ("assessment", assessment.to_html()),
        ("plan", plan_page.to_html().unwrap()),
        ("playbook", playbook(&book, None).0),
        ("playbook here", playbook(&book, Some(&plan)).0),
        ("drift", drift_html(&evil(&fixture::drift()))),
        ("trial", trial_html(&evil(&fixture::trial()))),
    ];
    for (name, html) in pages {
        assert_inert(name, &html);
        let new: Vec<_> = markup(&html).difference(&known).cloned().collect();
        assert!(new.is_empty(), "{name}: {new:?}");
    }
}

/// Every element and attribute that harmless pages have.
fn known_markup() -> BTreeSet<(String, String)> {
    crate::html::pages().iter().flat_map(|(_, html)| markup(html)).collect()
}

fn markup(html: &str) -> BTreeSet<(String, String)> {
    let page = parse(html).unwrap();
    let elements = page.descendants().filter(roxmltree::Node::is_element);
    elements
        .flat_map(|node| {
            let tag = node.tag_name().name().to_owned();
            let attributes = node.attributes().map(|attribute| attribute.name().to_owned());
            let all = attributes.chain([String::new()]).collect::<Vec<_>>();
            all.into_iter().map(move |attribute| (tag.clone(), attribute))
        })
        .collect()
}

#[test]
fn in_markdown() {
    let (plan, book) = (evil(&fixture::open_plan()), evil(&fixture::playbook()));
    let harmless = (stored(fixture::open_plan()), stored(fixture::playbook()));
    let headings = |markdown: &str| {
        let events = pulldown_cmark::Parser::new_ext(markdown, pulldown_cmark::Options::all());
        events.filter(|event| check_event(event)).count()
    };
    let open = playbook(&book, None).1;
    assert_inert("open", &open);
    assert_eq!(headings(&open), headings(&playbook(&harmless.1, None).1));
    let here = playbook(&book, Some(&plan)).1;
    assert_inert("here", &here);
    assert_eq!(headings(&here), headings(&playbook(&harmless.1, Some(&harmless.0)).1));
}

/// Whether a heading begins; refuses markup that no playbook has.
fn check_event(event: &pulldown_cmark::Event<'_>) -> bool {
    use pulldown_cmark::{Event, Tag};
    match event {
        Event::Html(html) | Event::InlineHtml(html) => panic!("{html}"),
        Event::Start(Tag::Link { dest_url, .. }) => {
            assert!(dest_url.starts_with('#'), "{dest_url}");
            false
        }
        Event::Start(Tag::Image { dest_url, .. }) => panic!("{dest_url}"),
        Event::Start(Tag::Heading { .. }) => true,
        _ => false,
    }
}
