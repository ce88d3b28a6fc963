//! Every action, every role: who may, printed; and who sees a case.

use refit_desk::*;

use crate::examples::actions;
use crate::support::*;
use crate::walk::{Stage, walk};

/// What the desk says to an action, apart from whether it fits just now.
fn verdict(desk: &Desk, action: &Action, by: &Actor) -> &'static str {
    match desk.case.decide(action.clone(), by, desk.now, &desk.rules) {
        Err(Refusal::Role { .. }) => "–",
        Err(Refusal::NotVisible) => "not seen",
        Err(refusal @ (Refusal::NotRouted(_) | Refusal::Apply(_))) => panic!("{refusal}"),
        Ok(_) | Err(_) => "may",
    }
}

#[test]
fn every_action_and_role_is_as_the_table_says() {
    let (new, set_up) = (Desk::new(), walk(Stage::SetUp));
    let stranger = |role: Role| {
        let organisation = if role == Role::Customer { "other" } else { "team" };
        Actor { user: name("stranger"), role, organisation: name(organisation) }
    };
    let mut text = String::from(
        "| action | customer | consultant | project manager | administrator |\n|---|---|---|---|---|\n",
    );
    for action in actions() {
        text += &format!("| {} |", action.kind());
        for who in [ANNA, BEN, PIA, ADA] {
            let role = who.1;
            let says = verdict(&set_up, &action, &actor(who));
            assert_eq!(says == "may", action.kind().is_for(role), "{} {role}", action.kind());
            text += &format!(" {says} |");
            // Somebody else sees the case only as an administrator, or in the queue.
            let seen = match (says, role) {
                ("–", _) => "–",
                (_, Role::Administrator) => "may",
                _ => "not seen",
            };
            assert_eq!(verdict(&set_up, &action, &stranger(role)), seen, "{}", action.kind());
            let queued = if says == "may" && role.is_team() { "may" } else { seen };
            assert_eq!(verdict(&new, &action, &stranger(role)), queued, "{}", action.kind());
        }
        text.push('\n');
    }
    insta::assert_snapshot!("matrix", text);
}

#[test]
fn there_is_an_example_of_every_action() {
    let kinds: Vec<_> = actions().iter().map(Action::kind).collect();
    assert_eq!(kinds, ActionKind::ALL);
    for action in actions() {
        let json = serde_json::to_string(&action).unwrap();
        assert_eq!(serde_json::from_str::<Action>(&json).unwrap(), action, "{json}");
    }
}

#[test]
fn a_request_is_made_for_ones_own_organisation() {
    let mut desk = Desk::empty();
    let mut request = request();
    request.customer.organisation = name("other");
    let refusal = desk.refused(ANNA, Action::CreateRequest(Box::new(request)));
    assert_eq!(refusal, Refusal::OtherOrganisation);
}

#[test]
fn the_team_makes_a_request_on_a_customers_word() {
    let make = |on_behalf| Action::CreateRequest(Box::new(NewRequest { on_behalf, ..request() }));
    let word = prose("Anna asked on the phone, on Monday.");
    let on_behalf = || Some(OnBehalf { requester: name("anna"), word: word.clone() });
    for (person, on_behalf) in [(BEN, None), (ANNA, on_behalf())] {
        let refusal = Desk::empty().refused(person, make(on_behalf));
        assert!(matches!(refusal, Refusal::Say(_)), "{refusal}");
    }
    let mut desk = Desk::empty();
    desk.does(BEN, make(on_behalf()));
    let made = desk.case.request.clone().unwrap();
    assert_eq!((made.requester.as_str(), made.word.as_ref()), ("anna", Some(&word)));
    assert!(desk.case.is_settled(keys::CREATE));
    let line = desk.events[0].line(&desk.case);
    assert_eq!(line.by.as_str(), "ben");
    assert!(line.what.ends_with("on the word of anna: Anna asked on the phone, on Monday."));
    let refusal = desk.refused(ANNA, make(None));
    assert_eq!(refusal, Refusal::RequestExists);
}

#[test]
fn only_a_named_approver_approves() {
    let mut desk = walk(Stage::SetUp);
    let colleague = ("carl", Role::Customer);
    desk.does(ANNA, Action::NameContact(crate::examples::contact(Duty::Reviewer, "carl")));
    let plan = digest("plan");
    let refusal = desk.refused(colleague, Action::AcceptPlan { plan, accepts_extension: true });
    assert_eq!(refusal, Refusal::NotApprover(vec!["anna".to_owned()]));
}
