//! Text for the terminal, compared with golden files.

use refit_execute::Status;
use refit_model::{Approval, ApprovalOf, Facts, RehearsalCheck, RehearsalReport, RunId, Version};
use refit_report::{
    AssessmentReport, PlanDiff, PlanReport, RunReport, SettlementReport, Style, Summary,
    SummaryEntry, approval_text, drift_text, event_line, exits, journal_text, rehearsal_text,
    trial_text,
};

use crate::expect::expect;
use crate::fixture::{self, RUN, stored};

const COLOURED: Style = Style { colour: true, width: 80, unicode: true };
const NARROW: Style = Style { colour: false, width: 44, unicode: false };

fn assessment(style: Style) -> String {
    let (assessment, observations) = (stored(fixture::assessment()), fixture::observations());
    AssessmentReport { assessment: &assessment, observations: Some(&observations) }.to_text(style)
}

fn plan(plan: refit_model::Plan, style: Style) -> String {
    let plan = stored(plan);
    PlanReport { plan: &plan, run: RUN, commands: &fixture::commands }.to_text(style).unwrap()
}

fn run(events: &[refit_execute::Event], now: Option<&str>) -> String {
    let (run, plan) = (RunId::new(RUN).unwrap(), stored(fixture::plan()));
    let status = Status::of(events).unwrap();
    let report = RunReport { run: &run, plan: &plan, status: &status, events, now };
    report.to_text(Style::PLAIN).unwrap()
}

#[test]
fn assessments() {
    expect("assessment.txt", &assessment(Style::PLAIN));
    expect("assessment-narrow-ascii.txt", &assessment(NARROW));
}

#[test]
fn plans() {
    expect("plan.txt", &plan(fixture::plan(), Style::PLAIN));
    expect("plan-open.txt", &plan(fixture::open_plan(), Style::PLAIN));
}

#[test]
fn settlements_of_one_file() {
    let (open, questions) = fixture::alone();
    let report =
        |texts, questions| SettlementReport { settlement: &open, questions, by: "ann@desk", texts };
    expect("settlement-open.txt", &report(None, &questions).to_text(Style::PLAIN));
    let coloured = report(Some(fixture::LINES), &[]).to_text(COLOURED);
    expect("settlement-coloured.txt", &coloured.replace('\u{1b}', "<ESC>"));
    let same = report(Some(("a\n", "a\n")), &[]).to_text(Style::PLAIN);
    assert!(same.contains("The settled file is the site's, line by line."), "{same}");
}

#[test]
fn a_decision_can_be_pasted() {
    #[derive(serde::Deserialize)]
    struct Decisions {
        decision: Vec<refit_model::Decision>,
    }
    let (open, questions) = fixture::alone();
    let report =
        SettlementReport { settlement: &open, questions: &questions, by: "ann", texts: None };
    let text = report.to_text(Style::PLAIN);
    let block = &text[text.find("[[decision]]").unwrap()..];
    let decisions: Decisions = toml::from_str(block).unwrap();
    let seen = decisions.decision[0].seen.clone().unwrap();
    let key = open.outcomes.iter().find(|key| key.key.ends_with("@memoryLimit")).unwrap();
    assert_eq!((&seen.site, &seen.new), (&key.site, &key.new));
    assert_eq!(decisions.decision[0].subject, questions[0].subject);
}

#[test]
fn every_act_and_condition_in_words() {
    let plan = stored(fixture::every_act());
    let report = PlanReport { plan: &plan, run: RUN, commands: &|_| Vec::new() };
    expect("plan-every-act.txt", &report.to_text(Style::PLAIN).unwrap());
}

#[test]
fn a_plan_with_an_unknown_parameter_is_refused() {
    let mut plan = fixture::plan();
    plan.steps[0].title = "Ask ${nobody}".into();
    let plan = stored(plan);
    let report = PlanReport { plan: &plan, run: RUN, commands: &fixture::commands };
    let error = report.to_text(Style::PLAIN).unwrap_err();
    assert_eq!(error.to_string(), "the parameter `nobody` has no value");
    assert_eq!(report.to_html().unwrap_err(), error);
}

#[test]
fn differences_of_plans() {
    let (before, after) = (fixture::plan(), fixture::open_plan());
    let diff = PlanDiff::between(&before, &after);
    assert!(!diff.is_empty());
    expect("plan-diff.txt", &diff.to_text(Style::PLAIN));
    let same = PlanDiff::between(&before, &before);
    assert!(same.is_empty());
    assert_eq!(same.to_text(Style::PLAIN), "The plans do not differ.\n");
}

#[test]
fn rehearsals_and_approvals() {
    let check = |what: &str, passed, answer: &str| RehearsalCheck {
        what: what.into(),
        passed,
        answer: answer.into(),
    };
    let mut facts = Facts::new();
    facts.set("start_milliseconds", 2_710_i64);
    let mut report = RehearsalReport {
        plan: fixture::digest("plan"),
        environment: fixture::environment(),
        checks: vec![
            check("the new version serves", true, "5.18.3 at stomp and openwire"),
            check("messages by destination", false, "orders.new: 40 of 42"),
        ],
        version: Some("5.18.3".parse::<Version>().unwrap()),
        facts,
        log_tail: vec!["WARN | Store limit is 102400 mb".into()],
    };
    expect("rehearsal-failed.txt", &rehearsal_text(&stored(report.clone()), Style::PLAIN));
    report.checks.pop();
    report.log_tail.clear();
    expect("rehearsal.txt", &rehearsal_text(&stored(report), Style::PLAIN));
    let approval = Approval {
        of: ApprovalOf::Run,
        plan: fixture::digest("plan"),
        environment: fixture::environment(),
        run: RunId::new(RUN).unwrap(),
        by: "Grace Hopper".into(),
        given_unix_seconds: 1_795_000_000,
        expires_unix_seconds: 1_795_086_400,
    };
    expect("approval.txt", &approval_text(&approval, Style::PLAIN));
}

#[test]
fn runs() {
    expect("run-failed.txt", &run(&fixture::failed_events(), None));
    expect("run-done.txt", &run(&fixture::done_events(), None));
    let mut running = fixture::failed_events();
    running.truncate(running.len() - 3);
    expect("run-running.txt", &run(&running, Some("2026-11-24T12:04:10Z")));
}

#[test]
fn journals() {
    let events = fixture::failed_events();
    let lines: String = events.iter().map(|event| event_line(event, Style::PLAIN)).collect();
    expect("events.txt", &lines);
    expect("journal.txt", &journal_text(&events, Style::PLAIN));
}

#[test]
fn every_event_in_words() {
    let lines: String =
        fixture::every_event().iter().map(|event| event_line(event, Style::PLAIN)).collect();
    expect("events-every.txt", &lines);
}

#[test]
fn every_halt_has_its_exits() {
    let mut text = String::new();
    for (state, halted) in fixture::every_halt() {
        text += &format!("{}: {}\n", state.word(), halted.as_ref().map_or("", |_| "waits"));
        if let Some(reason) = &halted {
            text += &format!("  {}\n", reason.text());
        }
        let status = Status { state, halted, ..Status::default() };
        for exit in exits(&fixture::environment(), &status) {
            text += &format!("  {:10} {} ({})\n", exit.name, exit.command, exit.meaning);
        }
    }
    expect("exits.txt", &text);
}

#[test]
fn drifts_and_summaries() {
    expect("drift.txt", &drift_text(&stored(fixture::drift()), Style::PLAIN));
    let entry = |environment: &str, what: &str| SummaryEntry {
        environment: environment.into(),
        what: what.into(),
        by: "ada@bastion".into(),
        succeeded: true,
        milliseconds: Some(42_950),
        downtime_milliseconds: Some(3_240),
        floor_milliseconds: Some(2_950),
    };
    let summary = Summary {
        title: "Two brokers are upgraded from 5.16.7 to 5.18.3".into(),
        entries: vec![entry("staging", "upgrade"), entry("production", "upgrade by playbook")],
        reports: vec![
            ("plan of staging".into(), ".refit/reports/staging/plan.html".into()),
            ("playbook".into(), ".refit/reports/staging/playbook.html".into()),
        ],
    };
    expect("summary.txt", &summary.to_text(Style::PLAIN));
}

#[test]
fn trials() {
    expect("trial.txt", &trial_text(&stored(fixture::trial()), Style::PLAIN));
}

#[test]
fn colours_change_nothing_but_colours() {
    let plain = assessment(Style::PLAIN);
    let coloured = assessment(COLOURED);
    assert!(coloured.contains("\u{1b}[1;31mHIGH\u{1b}[0m"), "{coloured}");
    assert_eq!(without_colours(&coloured), plain);
}

#[test]
fn no_line_but_a_command_or_one_long_word_is_wider_than_asked_for() {
    for width in [44, 60, 80, 132] {
        let style = Style { colour: false, width, unicode: true };
        for text in [assessment(style), plan(fixture::open_plan(), style)] {
            let breakable = |line: &&str| !is_command(line) && line.trim().contains(' ');
            for line in text.lines().filter(breakable) {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
        }
    }
}

/// Lines of commands begin with a prompt, or follow one with two spaces more.
fn is_command(line: &str) -> bool {
    let text = line.trim_start();
    text.starts_with("$ ") || ["tar ", "mv ", "/opt/"].iter().any(|word| text.starts_with(word))
}

fn without_colours(text: &str) -> String {
    let mut pieces = text.split('\u{1b}');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + piece.split_once('m').map_or("", |(_, rest)| rest))
}
