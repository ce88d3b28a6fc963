//! Who sees a case, who has which post, and who is missing.

use refit_desk::*;

use crate::examples::*;
use crate::support::*;
use crate::walk::{Stage, finish, walk};

fn sees(desk: &Desk, user: &str, role: Role, organisation: &str) -> bool {
    let actor = Actor { user: name(user), role, organisation: name(organisation) };
    desk.case.is_visible_to(&actor)
}

#[test]
fn the_queue_is_for_the_team_and_the_project_for_its_members() {
    let new = Desk::new();
    assert!(sees(&new, "any", Role::Consultant, "team"));
    assert!(sees(&new, "carl", Role::Customer, "acme"));
    assert!(!sees(&new, "carl", Role::Customer, "other"));
    // The same name in another organisation is another person.
    assert!(!sees(&new, "anna", Role::Customer, "other"));

    let mut desk = walk(Stage::SetUp);
    assert!(sees(&desk, "ben", Role::Consultant, "team"));
    assert!(sees(&desk, "pia", Role::ProjectManager, "team"));
    assert!(sees(&desk, "ada", Role::Administrator, "team"));
    assert!(sees(&desk, "anna", Role::Customer, "acme"));
    assert!(!sees(&desk, "any", Role::Consultant, "team"));
    assert!(!sees(&desk, "carl", Role::Customer, "acme"));
    // A duty lets one see it, also outside of the group.
    desk.does(ANNA, Action::NameContact(contact(Duty::Reviewer, "carl")));
    assert!(sees(&desk, "carl", Role::Customer, "acme"));
    desk.does(ANNA, Action::RemoveContact { duty: Duty::Reviewer, user: name("carl") });
    assert!(!sees(&desk, "carl", Role::Customer, "acme"));
}

#[test]
fn posts_are_taken_once_and_change_hands_with_a_reason() {
    let mut desk = Desk::new();
    desk.does(BEN, Action::TakeUp);
    let second = desk.refused(("cleo", Role::Consultant), Action::TakeUp);
    assert_eq!(second, Refusal::AlreadyThere("a consultant: ben".to_owned()));
    let (post, to) = (Post::Consultant, name("cleo"));
    let without = Action::Assign { post, to, why: None };
    assert!(matches!(desk.refused(PIA, without), Refusal::Say(_)));
    let why = Some(prose("Ben is on leave."));
    desk.does(PIA, Action::Assign { post, to: name("cleo"), why });
    assert_eq!(desk.case.holder(post), Some(&name("cleo")));
    let users: Vec<_> = desk.case.assignments.iter().map(|one| one.user.as_str()).collect();
    assert_eq!(users, ["ben", "cleo"]);
}

#[test]
fn the_queue_is_in_order_and_escalates() {
    let mut first = Desk::new();
    let mut second = Desk::new();
    second.case.id = name("c-2");
    first.does(BEN, Action::TakeUp);
    let rules = Rules::default();
    let queued = queue([&second.case, &first.case], &rules, first.now);
    let ids: Vec<_> = queued.iter().map(|one| one.case.as_str()).collect();
    assert_eq!(ids, ["c-1", "c-2"]);
    assert_eq!(queued[0].vacant, [Post::ProjectManager]);
    assert_eq!(queued[1].vacant, Post::ALL);
    // Four hours of the team's, which works from 9 to 17 UTC: from 13:00.
    assert_eq!(queued[1].escalates, "2026-11-02T17:00:00Z".parse().unwrap());
    assert!(!queued[1].is_late);
    assert!(queue([&second.case], &rules, queued[1].escalates)[0].is_late);
    first.does(PIA, Action::TakeUp);
    assert!(queue([&first.case], &rules, first.now).is_empty());
    second.does(ANNA, Action::Withdraw { why: prose("We wait.") });
    assert!(queue([&second.case], &rules, second.now).is_empty());
}

#[test]
fn gaps_of_people_block_the_set_up_and_say_so() {
    let mut desk = Desk::new();
    desk.does(BEN, Action::TakeUp);
    desk.does(PIA, Action::TakeUp);
    desk.does(BEN, Action::Respond { message: prose("Yes.") });
    desk.does(BEN, Action::SendQuestionnaire { additions: Vec::new() });
    desk.does(PIA, Action::AcknowledgeFormally { overview: prose("Next steps.") });
    let activity = || name(keys::SET_UP);
    let finishing = Action::FinishActivity { activity: activity(), note: None, evidence: None };
    let Refusal::Missing(missing) = desk.refused(BEN, finishing.clone()) else { panic!() };
    let missing: Vec<_> = missing.iter().map(ToString::to_string).collect();
    assert_eq!(
        missing,
        [
            "the support group (from the consultant)",
            "the initial documents (from the consultant)",
            "the kick-off (from the consultant)",
            "a technical contact (from the customer)",
            "a reviewer (from the customer)",
            "an approver (from the customer)",
        ]
    );
    let members = ["anna", "ben", "pia"].map(name).into();
    desk.does(BEN, Action::SetGroup(SupportGroup { name: line("Acme"), members }));
    desk.does(BEN, Action::PostFile(file(FileKind::InitialDocument, "Project plan")));
    desk.does(BEN, Action::RecordKickOff(kick_off()));
    for duty in Duty::ALL {
        desk.does(ANNA, Action::NameContact(contact(duty, "anna")));
    }
    // The approver is away for a week of the project.
    let mut away = contact(Duty::Approver, "anna");
    away.available = vec![
        Period { from: date("2026-11-01"), to: date("2026-11-20") },
        Period { from: date("2026-11-28"), to: date("2027-02-28") },
    ];
    desk.does(ANNA, Action::NameContact(away));
    let gaps: Vec<_> = desk.case.gaps_of_people().iter().map(ToString::to_string).collect();
    let gap =
        "an approver for 5 business days between 2026-11-23 and 2026-11-27 (from the customer)";
    assert_eq!(gaps, [gap]);
    assert!(matches!(desk.refused(BEN, finishing), Refusal::Missing(_)));
    // Somebody else stands in.
    desk.does(ANNA, Action::NameContact(contact(Duty::Approver, "carl")));
    finish(&mut desk, BEN, keys::SET_UP);
}

#[test]
fn notes_of_the_team_are_not_for_customers() {
    let mut desk = walk(Stage::SetUp);
    let text = || prose("They are in a hurry.");
    desk.does(BEN, Action::AddNote { scope: NoteScope::Team, text: text() });
    desk.does(BEN, Action::AddNote { scope: NoteScope::Everyone, text: prose("Hello.") });
    assert_eq!(desk.case.notes_for(Role::Customer).count(), 1);
    assert_eq!(desk.case.notes_for(Role::Consultant).count(), 2);
    let hidden = desk.events.iter().filter(|event| !event.is_for(Role::Customer)).count();
    assert_eq!(hidden, 1);
    let by_customer = Action::AddNote { scope: NoteScope::Team, text: text() };
    assert!(matches!(desk.refused(ANNA, by_customer), Refusal::Say(_)));
}

#[test]
fn activities_are_moved_by_those_whose_they_are() {
    let mut desk = walk(Stage::SetUp);
    let activity = || name(keys::PREPARE);
    let why = || prose("The archive is missing.");
    let held =
        Action::HoldActivity { activity: activity(), waits_for: Party::Customer, why: why() };
    assert!(matches!(desk.refused(ANNA, held.clone()), Refusal::NotOwner { .. }));
    desk.does(BEN, held);
    // Whoever holds the ball may give it back.
    desk.does(ANNA, Action::ReleaseActivity { activity: activity() });
    let waits_for = Party::ProjectManager;
    desk.does(BEN, Action::HoldActivity { activity: activity(), waits_for, why: why() });
    let released = Action::ReleaseActivity { activity: activity() };
    assert!(matches!(desk.refused(ANNA, released), Refusal::NotOwner { .. }));
    // A consultant does the customer's part on the customer's word, which is noted.
    let environment = || name(keys::PREPARE_ENVIRONMENT);
    let bare = Action::FinishActivity { activity: environment(), note: None, evidence: None };
    assert!(matches!(desk.refused(BEN, bare), Refusal::NotOwner { .. }));
    let note = Some(prose("Anna said on the phone that it is there."));
    let noted = Action::FinishActivity { activity: environment(), note, evidence: None };
    assert!(matches!(desk.refused(BEN, noted), Refusal::Missing(_)));
}

#[test]
fn a_request_is_answered_once() {
    let mut desk = Desk::new();
    desk.does(BEN, Action::TakeUp);
    let respond = || Action::Respond { message: prose("We have it.") };
    desk.does(BEN, respond());
    assert!(matches!(desk.refused(BEN, respond()), Refusal::AlreadyThere(_)));
    let acknowledge = || Action::AcknowledgeFormally { overview: prose("Next: the plan.") };
    desk.does(PIA, Action::TakeUp);
    desk.does(PIA, acknowledge());
    assert!(matches!(desk.refused(PIA, acknowledge()), Refusal::AlreadyThere(_)));
}

#[test]
fn what_is_left_out_is_not_done_by_the_way() {
    for (key, who, action) in [
        (keys::RESPOND, BEN, Action::Respond { message: prose("We have it.") }),
        (keys::ACKNOWLEDGE, PIA, Action::AcknowledgeFormally { overview: prose("Next: a plan.") }),
    ] {
        let mut desk = Desk::new();
        desk.does(BEN, Action::TakeUp);
        desk.does(PIA, Action::TakeUp);
        let activity = || name(key);
        desk.does(PIA, Action::SkipActivity { activity: activity(), why: prose("By phone.") });
        let refusal = desk.refused(who, action.clone());
        let Refusal::Illegal(illegal) = refusal else { panic!("{refusal}") };
        assert_eq!((illegal.state, illegal.event), ("skipped", "finished"));
        let why = prose("In writing after all.");
        desk.does(PIA, Action::ReopenActivity { activity: activity(), why });
        desk.does(who, action);
    }
}

#[test]
fn a_list_entry_says_what_the_case_says() {
    let mut compared = 0;
    let mut late = 0;
    let all = walk(Stage::Closed).events;
    for events in 1..=all.len() {
        let case = Case::replay(name("c-1"), &all[..events]).unwrap();
        let kept = serde_json::to_string(&case.list_entry().unwrap()).unwrap();
        let entry: ListEntry = serde_json::from_str(&kept).unwrap();
        for minutes in (0..60 * 24 * 40).step_by(353) {
            let now = case.changed.unwrap() + jiff::SignedDuration::from_mins(minutes);
            let summary = case.summary(now).unwrap();
            assert_eq!(entry.summary(now), summary, "{events} events, {minutes} minutes later");
            late += u32::from(summary.is_late);
            compared += 1;
        }
    }
    assert!(compared > 5000 && late > 500, "{compared} compared, {late} late");
}
