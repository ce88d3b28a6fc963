//! The playbook as Markdown, compared with golden files.

use refit_report::{PlaybookHere, PlaybookReport};

use crate::expect::expect;
use crate::fixture::{self, RUN, stored};

fn markdown(here: Option<PlaybookHere<'_>>) -> String {
    let (playbook, session) = (stored(fixture::playbook()), fixture::session());
    let report =
        PlaybookReport { playbook: &playbook, here, session: &session, commands: &fixture::shell };
    report.to_markdown().unwrap()
}

#[test]
fn open() {
    let text = markdown(None);
    expect("playbook-open.md", &text);
    assert!(text.contains("a price of 5 $ is kept"), "`$$` is a plain dollar sign");
    assert!(text.contains("`${new_home}`"), "parameters are left open");
}

#[test]
fn for_one_environment() {
    let plan = stored(fixture::open_plan());
    let text = markdown(Some(PlaybookHere { plan: &plan, run: RUN, blocking: &[] }));
    expect("playbook-here.md", &text);
    let steps = &text[text.find("\n## Steps").unwrap()..];
    assert!(!steps.contains("${"), "every parameter has its value");
    assert!(steps.contains("only in this environment"), "a step that was not learned is marked");
}
