//! What an administrator sets: the table, eligibility, estimates, the service page.

use refit_desk::*;

use crate::support::*;

#[test]
fn the_table_is_the_agreed_one() {
    let process = Process::default();
    let rows: Vec<_> = process
        .0
        .iter()
        .map(|rule| {
            let owners: Vec<_> = rule.owners.iter().map(|party| party.word()).collect();
            format!(
                "{} | {} | {} | {} | {}\n",
                rule.phase,
                rule.milestone,
                rule.name,
                owners.join(" and "),
                rule.duration_words(&process)
            )
        })
        .collect();
    insta::assert_snapshot!("table", rows.concat());
}

#[test]
fn the_rules_are_sound_and_are_read_as_they_are_written() {
    let rules = Rules::default();
    assert_eq!(rules.problems(), []);
    let json = serde_json::to_string(&rules).unwrap();
    assert_eq!(serde_json::from_str::<Rules>(&json).unwrap(), rules);
}

#[test]
fn what_is_wrong_with_rules_is_told() {
    type Change = fn(&mut Rules);
    let changes: [(&str, Change); 10] = [
        ("format", |rules| rules.format = 2),
        ("title", |rules| rules.title = line("Upgrade")),
        ("removed", |rules| drop(rules.process.0.remove(9))),
        ("order", |rules| rules.process.0.swap(1, 3)),
        ("owner", |rules| rules.process.0[2].owners.clear()),
        ("no time", |rules| rules.process.0[8].allotment = Allotment::Open),
        ("twice", |rules| {
            let twice = rules.process.0[1].clone();
            rules.process.0.push(twice);
        }),
        ("no questionnaire", |rules| drop(rules.documents.remove(0))),
        ("sections", |rules| rules.questionnaire.sections[1].questions.reverse()),
        ("question twice", |rules| {
            let twice = rules.questionnaire.sections[0].questions[0].clone();
            rules.questionnaire.sections[1].questions.push(twice);
        }),
    ];
    let told: Vec<_> = changes
        .into_iter()
        .map(|(what, change)| {
            let mut rules = Rules::default();
            change(&mut rules);
            let problems = rules.problems();
            assert!(!problems.is_empty(), "{what}");
            let lines: Vec<_> = problems.iter().map(|one| format!("  {one}\n")).collect();
            format!("{what}:\n{}", lines.concat())
        })
        .collect();
    insta::assert_snapshot!("wrong_rules", told.concat());
}

#[test]
fn a_change_of_rules_does_not_change_open_cases() {
    let mut desk = Desk::new();
    let before = desk.case.process.clone();
    desk.rules.process.0[1].name = line("Say hello");
    desk.does(BEN, Action::TakeUp);
    assert_eq!(desk.case.process, before);
    let mut new = Desk::empty();
    new.rules = desk.rules;
    new.does(ANNA, Action::CreateRequest(Box::new(request())));
    assert_eq!(new.case.activity(keys::RESPOND).unwrap().title(), "Say hello");
}

#[test]
fn fields_are_checked_against_each_other() {
    let told = |change: fn(&mut RequestFields)| {
        let mut request = request();
        change(&mut request.fields);
        let refusal = Desk::empty().refused(ANNA, Action::CreateRequest(Box::new(request)));
        let Refusal::Request(problems) = refusal else { panic!("{refusal}") };
        problems
    };
    assert_eq!(
        told(|fields| fields.earliest_start = date("2026-11-01")),
        [RequestProblem::InThePast(date("2026-11-01"))]
    );
    assert_eq!(
        told(|fields| {
            fields.ideal_start = date("2026-11-08");
            fields.deadline = date("2026-11-07");
            fields.environments = 0;
        }),
        [
            RequestProblem::IdealBeforeEarliest {
                ideal: date("2026-11-08"),
                earliest: date("2026-11-09")
            },
            RequestProblem::DeadlineBeforeStart {
                deadline: date("2026-11-07"),
                ideal: date("2026-11-08")
            },
            RequestProblem::NoEnvironment,
        ]
    );
    assert_eq!(
        told(|fields| fields.deadline = date("2031-11-03")),
        [RequestProblem::TooFar(date("2031-11-03"))]
    );
}

#[test]
fn the_day_of_a_request_is_the_customers() {
    // At midnight in Vienna it is still the day before in UTC.
    let mut desk = Desk::empty();
    desk.now = at("2026-11-09 00:30");
    desk.does(ANNA, Action::CreateRequest(Box::new(request())));
}

#[test]
fn an_impossible_deadline_is_said_at_once() {
    let remarks = |deadline: &str| {
        let mut request = request();
        request.fields.deadline = date(deadline);
        request.version = VersionStanding::Unconfirmed;
        let remarks = Desk::with(request).case.request_remarks();
        remarks.into_iter().map(|remark| remark.words()).collect::<Vec<_>>().join("\n")
    };
    let told = ["2026-11-16", "2026-11-30", "2027-01-29"].map(remarks);
    insta::assert_snapshot!("remarks", told.join("\n\n"));
}

#[test]
fn eligibility_says_why() {
    let judged = |change: fn(&mut NewRequest)| {
        let mut request = request();
        change(&mut request);
        let desk = Desk::with(request);
        let judgements = desk.case.eligibility_judgements(&desk.rules);
        let failing = judgements.into_iter().filter_map(|one| one.why);
        let why = failing.map(|why| why.to_string()).collect::<Vec<_>>().join(" ");
        (desk.case.eligibility_verdict(&desk.rules), why)
    };
    assert_eq!(judged(|_| {}), (Verdict::Holds, String::new()));
    let (verdict, why) = judged(|request| request.customer.support_plan = Some(line("Gold")));
    assert_eq!(verdict, Verdict::Fails);
    assert!(why.contains("Platinum"));
    assert_eq!(judged(|request| request.customer.support_plan = None).0, Verdict::Fails);
    let (verdict, why) = judged(|request| request.fields.deployment = Deployment::Hosted);
    assert_eq!(verdict, Verdict::Fails);
    assert!(why.contains("own hosts"));
    // What is not known is no yes.
    let (verdict, _) = judged(|request| request.fields.deployment = Deployment::Unknown);
    assert_eq!(verdict, Verdict::Unknown);
}

#[test]
fn a_person_can_decide_about_eligibility() {
    let mut request = request();
    request.customer.support_plan = Some(line("Gold"));
    let mut desk = Desk::with(request);
    let missing = |desk: &Desk| {
        let activity = desk.case.activity(keys::SET_UP).unwrap();
        let missing = desk.case.missing_to_finish(activity, &desk.rules);
        missing.iter().any(|one| one.what.contains("eligibility"))
    };
    assert!(missing(&desk));
    let why = prose("Agreed by the head of support.");
    desk.does(PIA, Action::DecideEligibility { is_eligible: true, why });
    assert!(!missing(&desk));
}

#[test]
fn more_environments_are_a_paid_engagement() {
    let mut request = request();
    request.fields.environments = 3;
    let desk = Desk::with(request);
    let kinds: Vec<_> = desk.case.engagements.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [EngagementKind::OtherEnvironments]);
    let scope = desk.case.scope_judgements(&desk.rules);
    assert_eq!(scope.iter().filter(|one| one.verdict == Verdict::Holds).count(), 1);
}

#[test]
fn the_service_page_has_the_figures_of_the_rules() {
    let mut rules = Rules::default();
    insta::assert_json_snapshot!("service_page", ServicePage::new(&rules));
    let rule = rules.process.0.iter_mut().find(|rule| rule.key.as_str() == keys::BACK_UP);
    rule.unwrap().allotment = Allotment::Own(DurationRange::exactly(BusinessDuration::Weeks(3)));
    let page = ServicePage::new(&rules);
    assert!(page.timeline[0].contains("takes 3 weeks,"), "{:?}", page.timeline);
    assert!(page.questions[0].answer.starts_with("3 weeks"));
}

#[test]
fn the_next_upgrade_is_recommended() {
    let installed = |installation: &str, upgraded: &str, end_of_life: Option<&str>| Upgraded {
        case: name("c-1"),
        organisation: name("acme"),
        environment: name("production"),
        installation: name(installation),
        platform: name("activemq-classic"),
        version: line("5.18.3"),
        upgraded: date(upgraded),
        end_of_life: end_of_life.map(date),
    };
    let installations = [
        installed("fresh", "2026-06-01", Some("2028-01-01")),
        installed("a-year-less-a-day", "2025-12-01", None),
        installed("a-year", "2025-11-30", None),
        installed("end-near", "2026-06-01", Some("2027-03-01")),
        installed("both", "2024-01-01", Some("2025-01-01")),
    ];
    let due = recommendations(&installations, Rules::default().annual, date("2026-11-30"));
    let due: Vec<_> = due
        .iter()
        .map(|one| {
            let reasons: Vec<_> = one.reasons.iter().map(|reason| reason.words()).collect();
            format!("{} since {}: {}", one.of.installation, one.since, reasons.join(" "))
        })
        .collect();
    insta::assert_snapshot!("recommendations", due.join("\n"));
    // Of one that was upgraded twice the last time counts, whichever is told first.
    let twice = [installed("a", "2026-06-01", None), installed("a", "2025-01-01", None)];
    for order in [[&twice[0], &twice[1]], [&twice[1], &twice[0]]] {
        assert!(recommendations(order, Rules::default().annual, date("2026-11-30")).is_empty());
    }
}
