//! Whose turn it is: halted runs, dependencies, eligibility, reviews; and what is told of it.

use refit_desk::*;

use crate::examples::*;
use crate::support::*;
use crate::walk::{Stage, finish, post_playbook, walk};

fn wait(desk: &Desk, of: &WaitingOf) -> Option<Waiting> {
    desk.case.waits().into_iter().find(|wait| wait.of == *of)
}

fn letters(desk: &Desk, kind: LetterKind) -> Vec<Vec<Recipient>> {
    let of_kind = desk.case.letters.iter().filter(|letter| letter.kind == kind);
    of_kind.map(|letter| letter.to.clone()).collect()
}

fn user(id: &str) -> Recipient {
    Recipient::User(name(id))
}

fn upgrading() -> Desk {
    let mut desk = walk(Stage::Prepared);
    desk.goes_to("2026-11-16 09:00");
    desk.does(BEN, Action::StartActivity { activity: name(keys::BACK_UP) });
    let (note, evidence) = (None, Some(evidence("manifest")));
    desk.does(BEN, Action::FinishActivity { activity: name(keys::BACK_UP), note, evidence });
    desk.does(BEN, Action::StartActivity { activity: name(keys::UPGRADE) });
    desk.goes_to("2026-11-17 11:00");
    desk
}

#[test]
fn a_run_that_stands_still_waits_until_it_goes_on_or_ends() {
    let mut desk = upgrading();
    let of = WaitingOf::Run(name("staging-1"));
    let halt = |why| Action::RecordHalt(halted("staging-1", why));
    desk.does(BEN, halt(HaltKind::Failed));
    let waiting = wait(&desk, &of).unwrap();
    assert_eq!((waiting.waits_for, waiting.since), (Party::Consultant, at("2026-11-17 10:05")));
    assert!(waiting.why.contains("start-new"), "{}", waiting.why);
    assert_eq!(letters(&desk, LetterKind::RunHalted), [[user("ben"), user("pia")]]);
    // The same is told once.
    assert!(matches!(desk.refused(BEN, halt(HaltKind::Failed)), Refusal::AlreadyThere(_)));
    let still = desk.case.notices(&desk.rules, at("2026-11-20 12:00"));
    assert!(still.iter().any(|one| one.key.contains("still-waiting/run/staging-1")));

    desk.does(BEN, Action::RecordGoingOn(GoingOn { run: name("staging-1") }));
    assert_eq!(wait(&desk, &of), None);
    let again = Action::RecordGoingOn(GoingOn { run: name("staging-1") });
    assert!(matches!(desk.refused(BEN, again), Refusal::NotFound(_)));
    desk.does(BEN, halt(HaltKind::InDoubt));
    desk.does(BEN, Action::RecordRun(run("staging-1", RunEnd::RolledBack)));
    assert_eq!(wait(&desk, &of), None);
    assert_eq!(letters(&desk, LetterKind::RunEnded), [[user("anna"), user("pia")]]);
    // A run of another plan is none of this case's.
    let strange = HaltedRun { plan: digest("other plan"), ..halted("x", HaltKind::Failed) };
    assert!(matches!(desk.refused(BEN, Action::RecordHalt(strange)), Refusal::NotFound(_)));
}

#[test]
fn dependencies_wait_from_the_kick_off_on_with_their_day() {
    let mut desk = walk(Stage::SetUp);
    let waiting = wait(&desk, &WaitingOf::Dependency(1)).unwrap();
    assert_eq!((waiting.waits_for, waiting.since), (Party::Customer, at("2026-11-04 10:00")));
    assert!(waiting.why.ends_with("by 2026-11-13"), "{}", waiting.why);
    desk.does(BEN, Action::MeetDependency { dependency: 1 });
    assert_eq!(wait(&desk, &WaitingOf::Dependency(1)), None);
}

/// A request that the rules do not say yes to.
fn gold() -> Desk {
    let mut request = request();
    request.customer.support_plan = Some(line("Gold"));
    Desk::with(request)
}

fn decide(desk: &mut Desk, is_eligible: bool) {
    let why = prose("As the head of support says.");
    desk.does(PIA, Action::DecideEligibility { is_eligible, why });
}

#[test]
fn a_pending_decision_about_eligibility_waits_for_the_project_manager() {
    let mut desk = gold();
    let waiting = wait(&desk, &WaitingOf::Eligibility).unwrap();
    assert_eq!((waiting.waits_for, waiting.since), (Party::ProjectManager, desk.now));
    assert_eq!(letters(&desk, LetterKind::EligibilityToDecide), [[Recipient::Team]]);
    // It is judged once, and not with every action.
    desk.does(BEN, Action::TakeUp);
    assert_eq!(letters(&desk, LetterKind::EligibilityToDecide).len(), 1);
    desk.does(PIA, Action::TakeUp);
    decide(&mut desk, true);
    assert_eq!(wait(&desk, &WaitingOf::Eligibility), None);
    assert_eq!(letters(&desk, LetterKind::EligibilityDecided), [[user("anna")]]);
    assert_eq!(desk.case.engagements, []);
    // Whom the rules say yes to is not asked about.
    assert_eq!(Desk::new().case.judged, None);
}

#[test]
fn who_is_not_eligible_is_offered_the_upgrade_or_the_request_ends() {
    let mut desk = gold();
    decide(&mut desk, false);
    let offer = desk.case.engagements[0].clone();
    assert_eq!((offer.kind, offer.state), (EngagementKind::WholeUpgrade, EngagementState::Offered));
    assert_eq!(wait(&desk, &WaitingOf::Eligibility), None);
    assert_eq!(desk.case.eligibility_verdict(&desk.rules), Verdict::Fails);
    let mut other = gold();
    decide(&mut other, false);
    desk.does(ANNA, Action::AnswerOffer { engagement: 1, accepts: true });
    assert_eq!(desk.case.eligibility_verdict(&desk.rules), Verdict::Holds);
    assert_eq!(wait(&desk, &WaitingOf::Eligibility), None);

    other.does(ANNA, Action::AnswerOffer { engagement: 1, accepts: false });
    let waiting = wait(&other, &WaitingOf::Eligibility).unwrap();
    assert!(waiting.why.starts_with("to be ended"), "{}", waiting.why);
    other.does(PIA, Action::Withdraw { why: prose("Not eligible, and not wanted.") });
    assert_eq!(other.case.waits(), []);

    // Decided anew: the offer is not needed any more.
    let mut anew = gold();
    decide(&mut anew, false);
    decide(&mut anew, true);
    assert_eq!(anew.case.engagements[0].state, EngagementState::Withdrawn);
}

#[test]
fn a_question_about_a_change_is_the_customers_and_the_clock_stands_still() {
    let mut desk = walk(Stage::Delivered);
    desk.goes_to("2026-11-23 09:00");
    let (step, kind, text) = (None, ChangeRequestKind::Change, prose("Name the balancer."));
    let ask = |text| Action::AskForChange { version: 1, step: step.clone(), kind, text };
    desk.does(ANNA, ask(text));
    let of = WaitingOf::Change(1);
    let state = |desk: &Desk| {
        let clock = &desk.case.clocks[&name::<OfActivity>(keys::REVIEW)];
        (wait(desk, &of).map(|wait| wait.waits_for), clock.is_running())
    };
    let discuss = |text| Action::DiscussChange { change: 1, text: prose(text) };
    assert_eq!(state(&desk), (Some(Party::Consultant), true));
    desk.does(BEN, discuss("Which of the two?"));
    assert_eq!(state(&desk), (Some(Party::Customer), false));
    // Another one is the consultant's: the clock goes on.
    desk.does(ANNA, ask(prose("And the other one.")));
    assert_eq!(state(&desk), (Some(Party::Customer), true));
    desk.does(BEN, Action::AnswerChange { change: 2, text: prose("It is there.") });
    assert_eq!(state(&desk), (Some(Party::Customer), false));
    desk.goes_to("2026-11-23 15:00");
    desk.does(ANNA, discuss("The one in front."));
    assert_eq!(state(&desk), (Some(Party::Consultant), true));
    let clock = &desk.case.clocks[&name::<OfActivity>(keys::REVIEW)];
    assert_eq!(clock.paused(&vienna(), desk.now).to_string(), "6 h");
    desk.does(BEN, Action::AgreeToChange { change: 1, how: prose("A note.") });
    assert_eq!(state(&desk), (Some(Party::Consultant), true));
    desk.does(BEN, discuss("Is this wording right?"));
    assert_eq!(state(&desk), (Some(Party::Customer), false));
    desk.does(BEN, Action::AgreeToChange { change: 1, how: prose("A note, as it is.") });
    assert_eq!(state(&desk), (Some(Party::Consultant), true));
    post_playbook(&mut desk, "playbook 2", &[1], &[]);
    assert_eq!(state(&desk), (None, true));
}

#[test]
fn a_gap_after_the_set_up_holds_up_what_is_next_until_it_is_closed() {
    let mut desk = walk(Stage::SetUp);
    desk.goes_to("2026-11-05 09:00");
    desk.does(ANNA, Action::RemoveContact { duty: Duty::Reviewer, user: name("anna") });
    let waiting = wait(&desk, &WaitingOf::Contacts).unwrap();
    assert_eq!((waiting.waits_for, waiting.since), (Party::Customer, desk.now));
    assert!(waiting.why.starts_with("a reviewer"), "{}", waiting.why);
    // What goes on is ended; nothing new begins.
    desk.does(BEN, Action::PostFile(file(FileKind::UpgradeDocumentation, "Upgrade notes")));
    finish(&mut desk, BEN, keys::PREPARE);
    let state = |desk: &Desk| desk.case.activity(keys::ASSESS).unwrap().state.clone();
    assert_eq!(state(&desk), ActivityState::Planned);
    let refusal = desk.refused(BEN, Action::RecordAssessment(assessment()));
    assert_eq!(refusal.to_string(), "this is missing first: a reviewer (from the customer)");
    desk.does(ANNA, Action::NameContact(contact(Duty::Reviewer, "carl")));
    assert_eq!(state(&desk), ActivityState::Running);
    assert_eq!((wait(&desk, &WaitingOf::Contacts), desk.case.gap_since), (None, None));
    // Dates that move can open one, too.
    let mut fields = request().fields;
    (fields.ideal_start, fields.deadline) = (date("2027-02-22"), date("2027-06-30"));
    let version = VersionStanding::Known;
    desk.does(ANNA, Action::AmendRequest { fields: Box::new(fields), version });
    let why = wait(&desk, &WaitingOf::Contacts).unwrap().why;
    assert!(why.contains("business days between 2027-03-01"), "{why}");
}

#[test]
fn a_post_whose_holder_is_gone_is_vacant_and_escalates_anew() {
    let mut desk = walk(Stage::SetUp);
    desk.goes_to("2026-11-06 10:00");
    let why = prose("The account is disabled.");
    let vacate = Action::VacatePost(Vacancy { post: Post::Consultant, why });
    desk.does(ADA, vacate.clone());
    assert_eq!(desk.case.holder(Post::Consultant), None);
    assert_eq!(desk.case.vacant_since(Post::Consultant), Some(desk.now));
    assert!(matches!(desk.refused(ADA, vacate), Refusal::NotFound(_)));
    let queued = queue([&desk.case], &desk.rules, desk.now);
    assert_eq!((queued[0].vacant.as_slice(), queued[0].since), (&[Post::Consultant][..], desk.now));
    assert_eq!(letters(&desk, LetterKind::PostVacated), [[Recipient::Team]]);

    // One level higher than the letter that the team had; then one higher still.
    let told = |desk: &Desk, now: &str| {
        let notices = desk.case.notices(&desk.rules, at(now)).into_iter();
        let unassigned = notices.filter(|one| one.key.contains("/unassigned/consultant/"));
        unassigned.map(|one| one.to[0].clone()).collect::<Vec<_>>()
    };
    let [managers, administrators] =
        [Role::ProjectManager, Role::Administrator].map(Recipient::Role);
    assert_eq!(told(&desk, "2026-11-06 12:00"), []);
    assert_eq!(told(&desk, "2026-11-06 15:00"), [managers]);
    desk.rules.escalate_to = Some(name("head"));
    assert_eq!(told(&desk, "2026-11-09 12:00"), [user("head"), administrators]);
    // Who is back has to be given the post again.
    desk.does(PIA, Action::Assign { post: Post::Consultant, to: name("ben"), why: None });
    assert_eq!(desk.case.holder(Post::Consultant), Some(&name("ben")));
    assert_eq!(told(&desk, "2026-11-20 12:00"), []);
}

#[test]
fn what_nobody_was_told_of_is_told() {
    let mut desk = walk(Stage::SetUp);
    assert_eq!(letters(&desk, LetterKind::ContactNamed), vec![vec![user("ben")]; 3]);
    desk.does(ANNA, Action::NameContact(contact(Duty::Reviewer, "carl")));
    let named = letters(&desk, LetterKind::ContactNamed);
    assert_eq!(named.last().unwrap(), &[user("carl"), user("ben")]);
    let note = Action::AddNote { scope: NoteScope::Everyone, text: prose("Hello.") };
    desk.does(BEN, note);
    assert_eq!(letters(&desk, LetterKind::Note), [[user("anna"), user("pia")]]);
    let desk = walk(Stage::Delivered);
    let both = [user("anna"), user("pia")];
    assert_eq!(letters(&desk, LetterKind::TrialRecorded), [both.clone(), both]);
    assert_eq!(letters(&desk, LetterKind::AccessInsufficient), [[user("anna")]]);
    assert_eq!(letters(&desk, LetterKind::ResourcesDelivered), [[user("anna")]]);
}
