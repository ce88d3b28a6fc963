//! What letters say: of the whole walk, and of what does not happen in it.

use refit_desk::*;
use refit_pages::{LetterView, LetterWords, letter};

use crate::case::{Stage, case_at, request_fields};
use crate::support::*;

/// A letter as it reads.
fn read(words: &LetterWords) -> String {
    let more: Vec<_> = words.more.iter().map(|one| format!("{one}\n")).collect();
    format!("== {}\n{}-> {}\n\n", words.what, more.concat(), words.page)
}

/// The letters about what happened, in their order.
fn told(case: &mut Case, events: &[Event], plan: &[(&'static str, String)]) -> String {
    let (rules, people) = (Rules::default(), people());
    let mut text = String::new();
    for event in events {
        case.apply(event).unwrap();
        let is_of_it = |notice: &Notice| match notice.what {
            NoticeKind::Letter { event: number, .. } => number == event.number,
            _ => false,
        };
        let notices = case.notices(&rules, event.at).into_iter().filter(is_of_it);
        for notice in notices {
            let event = Some(event);
            let words = letter(LetterView { case, notice: &notice, event, people: &people, plan });
            assert!(!words.what.starts_with("There is news"), "{notice:?}");
            text += &read(&words);
        }
    }
    text
}

#[test]
fn every_letter_of_the_walk_says_what_is_wanted() {
    let desk = case_at(Stage::Closed);
    let plan = [
        ("from version", "5.16.6".to_owned()),
        ("to version", "5.18.7".to_owned()),
        ("clients are cut off", "about 1 min".to_owned()),
        ("steps", "31".to_owned()),
    ];
    let text = told(&mut Case::new(name("nw-2026-014")), &desk.events, &plan);
    insta::assert_snapshot!("letters", text);
}

/// A request that the rules do not say yes to; what happens to it besides.
fn besides() -> Desk {
    let mut desk = Desk::new("nw-1", "2026-11-02 14:00");
    let mut customer = crate::case::customer();
    customer.support_plan = Some(line("Gold"));
    let (fields, version) = (request_fields(), VersionStanding::Unconfirmed);
    let request = NewRequest { customer, fields, version, on_behalf: None };
    desk.does(ANNA, Action::CreateRequest(Box::new(request)));
    desk.does(BEN, Action::TakeUp);
    desk.does(PIA, Action::TakeUp);
    desk.does(BEN, Action::Respond { message: prose("We have it.") });
    let why = || prose("The Gold plan does not have it.");
    desk.does(PIA, Action::DecideEligibility { is_eligible: false, why: why() });
    desk.does(ANNA, Action::AnswerOffer { engagement: 1, accepts: true });
    desk.does(PIA, Action::DecideEligibility { is_eligible: true, why: why() });
    let (key, title) = (name("network"), line("Network plan"));
    let (purpose, due_in) = (prose("What is between the hosts."), BusinessDuration::Days(2));
    desk.does(BEN, Action::SendDocument { key, title, purpose, due_in });
    let (activity, why) = (name(keys::RESPOND), prose("The name of the second host."));
    desk.does(BEN, Action::HoldActivity { activity, waits_for: Party::Customer, why });
    let why = prose("The account is disabled.");
    desk.does(ADA, Action::VacatePost(Vacancy { post: Post::Consultant, why }));
    desk.does(PIA, Action::Withdraw { why: prose("They wait.") });
    desk.does(PIA, Action::Reopen { why: prose("They do not wait.") });
    desk
}

#[test]
fn letters_of_what_seldom_happens() {
    let desk = besides();
    insta::assert_snapshot!(
        "letters-besides",
        told(&mut Case::new(name("nw-1")), &desk.events, &[])
    );
}

#[test]
fn letters_about_a_run_that_stands_still() {
    let mut desk = case_at(Stage::BackedUp);
    let before = desk.events.len();
    let plan = desk.case.plan().unwrap().digest;
    for (why, step, waits_for) in [
        (HaltKind::Failed, Some(name("start-new")), Party::Consultant),
        (HaltKind::InDoubt, None, Party::Consultant),
        (HaltKind::Waiting, Some(name("move-clients")), Party::Customer),
    ] {
        let (run, since) = (name("staging-1"), desk.now);
        let halted = HaltedRun { run, plan, why, step, waits_for, since };
        desk.does(BEN, Action::RecordHalt(halted));
    }
    let mut case = Case::replay(name("nw-2026-014"), &desk.events[..before]).unwrap();
    insta::assert_snapshot!("letters-halted", told(&mut case, &desk.events[before..], &[]));
}

#[test]
fn letters_about_what_is_due_and_late_and_waits() {
    let people = people();
    let mut text = String::new();
    for (stage, now) in [(Stage::New, "2026-11-04 12:00"), (Stage::Planned, "2026-12-18 18:00")] {
        let desk = case_at(stage);
        let notices = desk.case.notices(&desk.rules, at(now)).into_iter();
        for notice in notices.filter(|one| !matches!(one.what, NoticeKind::Letter { .. })) {
            let case = &desk.case;
            let (event, plan) = (None, &[][..]);
            let view = LetterView { case, notice: &notice, event, people: &people, plan };
            text += &read(&letter(view));
        }
    }
    insta::assert_snapshot!("letters-due", text);
}
