//! Every page, for every role.

use std::collections::BTreeMap;

use refit_desk::{Action, ActionKind, PlanChoice, Role, ServicePage, UpgradeDocument};
use refit_model::{Plan, Stored};
use refit_pages::forms::{FieldError, FormData, FormErrors};
use refit_pages::*;

use crate::case::{STAGES, Stage, case_at};
use crate::details;
use crate::support::*;
use crate::values;

/// Every page that a person of each role sees, by name.
pub fn all() -> BTreeMap<String, Html> {
    let mut pages = public();
    for person in [ANNA, BEN, PIA, ADA] {
        let role = person.2.word().replace(' ', "-");
        let own = lists(person).into_iter().chain(forms(person)).chain(cases(person));
        pages.extend(own.map(|(name, page)| (format!("{role}-{name}"), page)));
    }
    pages
}

type Pages = Vec<(String, Html)>;

fn public() -> BTreeMap<String, Html> {
    let shell = nobody();
    let service_page = ServicePage::new(&refit_desk::Rules::default());
    let login_error = LoginView {
        name: "anna@nordwind.example",
        error: Some("Name or password is not right."),
        next: Some("/requests/nw-2026-014"),
        provider: Some(Elsewhere { name: "Nordwind ID", path: "/login/provider?next=%2Fqueue" }),
    };
    let set = |purpose, error| SetPasswordView {
        token: "abc",
        name: "ada@desk.example",
        purpose,
        least: 15,
        error,
    };
    let not_found = ErrorView {
        status: 404,
        what: "There is no such page",
        remedy: "It may have moved, or you may not be one of those who see it.",
        request: "01J9Z3M8",
        links: &[(paths::SERVICE, "About the service"), (paths::LOGIN, "Log in")],
    };
    let weak = Some("This password is known to be stolen: choose another one.");
    [
        ("service", service(&shell, &service_page)),
        ("login", login(&shell, LoginView::default())),
        ("login-error", login(&shell, login_error)),
        (
            "first-administrator",
            set_password(&shell, set(PasswordPurpose::FirstAdministrator, None)),
        ),
        ("set-password-error", set_password(&shell, set(PasswordPurpose::Reset, weak))),
        ("error", error(&shell, not_found)),
        ("code", code(&shell, CodeView { pending: "abc", error: None })),
        (
            "code-error",
            code(&shell, CodeView { pending: "abc", error: Some("It is another one.") }),
        ),
    ]
    .map(|(name, page)| (format!("public-{name}"), page))
    .into()
}

fn lists(person: (&str, &str, Role)) -> Pages {
    let actor = actor(person);
    let shell = shell(&actor, person);
    let desks = [Stage::New, Stage::Planned, Stage::OnCall, Stage::Closed].map(case_at);
    let now = at("2026-12-07 12:00");
    let rows: Vec<_> = desks.iter().filter_map(|desk| RequestRow::of(&desk.case, now)).collect();
    let filter = RequestFilter { state: Some("open".to_owned()), ..RequestFilter::default() };
    let people = people();
    let view = RequestsView {
        filter: &filter,
        rows: &rows,
        people: &people,
        groups: &["Nordwind upgrade 2026".to_owned()],
        next: Some("nw-2026-014"),
        is_later: false,
    };
    let account_view = AccountView {
        has_password: true,
        least: 15,
        password_error: None,
        has_second_factor: false,
        provider: Some((Elsewhere { name: "Nordwind ID", path: "/login/provider" }, false)),
        sessions: &values::sessions(),
        tokens: &values::tokens(),
        scopes: &values::scopes(),
        token_error: None,
        new_token: Some(NewToken { name: "backup", secret: "rft_2f6c1e" }),
    };
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let address = format!("otpauth://totp/Refit:{}?secret={secret}&issuer=Refit", person.0);
    let codes = ["aaaaa-bbbbb".to_owned(), "ccccc-ddddd".to_owned()];
    let absent = FactorState::Absent { secret, address: &address };
    let factor = |state, is_required, error| {
        second_factor(&shell, SecondFactorView { state, is_required, error })
    };
    let present = FactorState::Present { since: now, left: 9 };
    let empty = RequestsView { rows: &[], next: None, is_later: true, ..view };
    let mut pages = vec![
        ("requests".to_owned(), requests(&shell, view)),
        ("requests-none".to_owned(), requests(&shell, empty)),
        ("factor-absent".to_owned(), factor(absent, true, Some("This is not the code."))),
        ("factor-present".to_owned(), factor(present, false, None)),
        ("factor-new".to_owned(), factor(FactorState::New { codes: &codes }, true, None)),
        ("account".to_owned(), account(&shell, account_view)),
    ];
    let installations = [values::upgraded()];
    let rules = refit_desk::AnnualRules { months_since_upgrade: 12, days_before_end_of_life: 180 };
    let due = refit_desk::recommendations(&installations, rules, date("2026-11-02"));
    let view = RecommendationsView { due: &due };
    pages.push(("recommendations".to_owned(), recommendations(&shell, view)));
    if person.2.is_team() {
        let desk = &desks[0];
        let queued = refit_desk::queue([&desk.case], &desk.rules, now);
        pages.push(("queue".to_owned(), queue(&shell, QueueView { cases: &queued })));
    }
    if person.2 == Role::Administrator {
        pages.extend(administration(&shell));
    }
    pages
}

fn administration(shell: &Shell<'_>) -> Pages {
    let (none, fine) = (FormData::new(), FormErrors::default());
    let mut wrong = FormErrors::default();
    wrong.fields.insert("email".to_owned(), FieldError::NoEmail);
    let typed = FormData::new().with("id", "eva.klein").with("email", "eva at nordwind");
    let rows = values::organisation_rows();
    let plans = refit_pages::forms::support_plans(&refit_desk::Rules::default());
    let organisations_view =
        OrganisationsView { rows: &rows, data: &none, errors: &fine, plans: &plans };
    let fields = values::organisation_fields();
    let organisation_view =
        OrganisationView { organisation: &fields, data: None, errors: &fine, plans: &plans };
    let users_view = UsersView {
        rows: &values::user_rows(),
        organisations: &[(name("nordwind"), "Nordwind Logistik GmbH".to_owned())],
        link: Some("https://desk.example/password/2f6c1e"),
        data: &typed,
        errors: &wrong,
    };
    let rules_now = refit_desk::Rules::default();
    let rules_view = RulesView { rules: &rules_now, data: None, errors: &fine };
    let mut time = FormErrors::default();
    time.fields.insert("activity.test.time".to_owned(), FieldError::NoTime);
    let rules_wrong = RulesView { errors: &time, ..rules_view };
    let webhooks_view = WebhooksView {
        rows: &values::webhook_rows(),
        deliveries: &values::deliveries(),
        known: &["case".to_owned(), "activity".to_owned()],
        key: Some("whk_91ab"),
        data: &none,
        errors: &fine,
    };
    let audit_rows = values::audit_rows();
    let chain = Ok(CheckedChain { checked: 2, total: 2 });
    let filter = AuditFilter { who: Some("ada.novak".to_owned()), ..AuditFilter::default() };
    let audit_view = AuditView {
        rows: &audit_rows,
        before: Some(1),
        chain,
        end: "120 sha256:5f16",
        kept: None,
        filter: &filter,
    };
    let part = Ok(CheckedChain { checked: 20_000, total: 1_000_000 });
    let part = AuditView { chain: part, ..audit_view };
    let broken = AuditView { chain: Err("entry 2 does not follow entry 1"), ..audit_view };
    let kept = AuditView { kept: Some(("9 sha256:00", Some("record 9 is missing"))), ..audit_view };
    [
        ("organisations", organisations(shell, organisations_view)),
        ("organisation", organisation(shell, organisation_view)),
        ("users", users(shell, users_view)),
        ("rules", rules(shell, rules_view)),
        ("rules-error", rules(shell, rules_wrong)),
        ("webhooks", webhooks(shell, webhooks_view)),
        ("audit", audit(shell, audit_view)),
        ("audit-broken", audit(shell, broken)),
        ("audit-kept", audit(shell, kept)),
        ("audit-part", audit(shell, part)),
    ]
    .map(|(name, page)| (name.to_owned(), page))
    .into()
}

fn forms(person: (&str, &str, Role)) -> Pages {
    let actor = actor(person);
    let shell = shell(&actor, person);
    let mut pages = Vec::new();
    if person.2 != Role::Administrator {
        let (remarks, errors) = unhappy();
        pages.push(("new-request".to_owned(), new(&shell, &remarks, &errors)));
        let fine = FormErrors::default();
        pages.push(("new-request-checked".to_owned(), new(&shell, &[], &fine)));
    }
    let desk = case_at(Stage::Planned);
    let data = FormData::new().with("scope", "everyone").with("text", "  ");
    let mut errors = FormErrors::of_whole("The case has changed meanwhile: look at it again.");
    errors.fields.insert("text".to_owned(), FieldError::Missing);
    let people = people();
    let view = ActionView {
        case: &desk.case,
        rules: &desk.rules,
        now: desk.now,
        people: &people,
        documents: &[],
        kind: ActionKind::AddNote,
        data: &data,
        errors: &errors,
        checked: None,
    };
    pages.push(("note-error".to_owned(), action(&shell, view)));
    let confirmed = FormData::new().with("plan", digest("plan").to_string());
    let view = ReauthenticationView {
        what: "accept the plan",
        about: &[("Plan", digest("plan").to_string())],
        path: "/requests/nw-2026-014/do/accept-plan",
        data: &confirmed,
        back: "/requests/nw-2026-014/upgrade",
        elsewhere: None,
        error: None,
    };
    pages.push(("reauthenticate".to_owned(), reauthenticate(&shell, view)));
    let elsewhere = Some(Elsewhere { name: "Nordwind ID", path: "/login/provider?for=confirm" });
    let view = ReauthenticationView { elsewhere, ..view };
    pages.push(("reauthenticate-elsewhere".to_owned(), reauthenticate(&shell, view)));
    pages
}

/// What is said about a request, and what is wrong with it.
fn unhappy() -> (Vec<refit_desk::RequestRemark>, FormErrors) {
    let mut errors = FormErrors::default();
    let problem = refit_desk::RequestProblem::IdealBeforeEarliest {
        ideal: date("2026-11-05"),
        earliest: date("2026-11-09"),
    };
    errors.fields.insert("fields.ideal_start".to_owned(), FieldError::Request(problem));
    errors.fields.insert("fields.access".to_owned(), FieldError::Missing);
    let remarks = vec![
        refit_desk::RequestRemark::ImpossibleDeadline {
            deadline: date("2026-11-20"),
            possible: date("2026-11-27"),
        },
        refit_desk::RequestRemark::UnconfirmedVersion(line("5.16.x-custom")),
    ];
    (remarks, errors)
}

fn new(shell: &Shell<'_>, remarks: &[refit_desk::RequestRemark], errors: &FormErrors) -> Html {
    let data = FormData::new()
        .with("fields.platform", "activemq-classic")
        .with("fields.current_version", "5.16.x-custom")
        .with("fields.earliest_start", "2026-11-09")
        .with("fields.ideal_start", "2026-11-05")
        .with("fields.deadline", "2026-11-20")
        .with("fields.deadline_reason", "Audit");
    let handed_over = Some((date("2026-11-27"), date("2026-12-11")));
    let people = [("anna".parse().unwrap(), "Anna Berger (nordwind)".to_owned())];
    let view = NewRequestView {
        platforms: &PLATFORMS,
        requesters: shell.viewer.is_some_and(|one| one.actor.role.is_team()).then_some(&people),
        data: &data,
        errors,
        checked: Some(CheckedRequest { remarks, handed_over }),
    };
    new_request(shell, view)
}

fn cases(person: (&str, &str, Role)) -> Pages {
    let actor = actor(person);
    let shell = shell(&actor, person);
    let people = people();
    let mut pages = Vec::new();
    let at_hand = details::at_hand();
    let known = [KnownDocument {
        kind: UpgradeDocument::Trial,
        digest: refit_desk::example::digest("trial 2"),
        label: "Trial 2 of orders in staging".to_owned(),
    }];
    for stage in STAGES {
        let desk = case_at(stage);
        assert_eq!(values::state(&desk.case) == "closed", stage == Stage::Closed);
        let view = CaseView { documents: &known, at_hand: &at_hand, ..case_view(&desk, &people) };
        let word = format!("{stage:?}").to_lowercase();
        let parts = parts(&shell, view, &desk, stage).into_iter();
        pages.extend(parts.map(|(name, page)| (format!("{word}-{name}"), page)));
    }
    pages
}

fn parts(
    shell: &Shell<'_>,
    view: CaseView<'_>,
    desk: &Desk,
    stage: Stage,
) -> Vec<(&'static str, Html)> {
    let (live, trials, settlements) = (values::live_run(), values::trials(), values::settlements());
    let links = values::run_links();
    let comparison = values::comparison();
    let upgrade_view = UpgradeView {
        runs: if stage == Stage::Tested { &links } else { &[] },
        lacking: (stage == Stage::Reviewed).then_some("the plan was not rehearsed"),
        assessments: &details::assessments("The plugin audit-stamp does not load"),
        plans: &details::plans("Unpack the new version"),
        trials: &trials,
        settlements: if stage >= Stage::Tested { &settlements } else { &[] },
        decisions: None,
    };
    let playbook_view = PlaybookView {
        versions: &details::versions("The load balancer needs a minute."),
        comparison: (stage >= Stage::Reviewed).then_some(&comparison),
    };
    let events: Vec<_> = desk.events.iter().rev().cloned().collect();
    let history_view = HistoryView { events: &events, before: Some(12) };
    let placed = values::downloads();
    let (knowledge, host) = (Some("2026-11-24"), None);
    let downloads_view = DownloadsView { downloads: &placed, knowledge, host };
    let mut parts = vec![
        ("overview", overview(shell, view)),
        ("activities", activities(shell, view)),
        ("questionnaire", questionnaire(shell, view, QuestionnaireView::default())),
        ("documents", documents(shell, view)),
        ("downloads", downloads(shell, view, downloads_view)),
        ("upgrade", upgrade(shell, view, upgrade_view)),
        ("playbook", playbook(shell, view, playbook_view)),
        ("history", history(shell, view, history_view)),
    ];
    if stage == Stage::Planned {
        parts.push(("decisions", upgrade(shell, view, open(&values::plan(), &Planning::Here))));
        parts.push(("decided", decided(shell, view, desk)));
    }
    if stage == Stage::Tested {
        parts.push(("run", run(shell, view, &live)));
    }
    parts
}

/// A plan that leaves something open.
fn open<'a>(plan: &'a Stored<Plan>, planning: &'a Planning) -> UpgradeView<'a> {
    let decisions = Some(DecisionsView { plan, planning, data: None, errors: None });
    UpgradeView { decisions, ..UpgradeView::default() }
}

/// Some of it is decided, and something is taken back; the server is elsewhere.
fn decided(shell: &Shell<'_>, view: CaseView<'_>, desk: &Desk) -> Html {
    let choice = |subject: &str, choice: Option<&str>| PlanChoice {
        subject: prose(subject),
        choice: choice.map(prose),
    };
    let action = Action::TakeDecisions {
        plan: refit_desk::example::digest("plan"),
        choices: vec![
            choice("data-location", Some("move")),
            choice("conf/activemq.xml#/beans/broker/@brokerName", Some("value:it's-2")),
            choice("file:lib/audit.jar", None),
        ],
        why: prose("As in production: <b>$HOME</b>"),
        word: None,
    };
    let events = desk.case.decide(action, &actor(ANNA), desk.now, &desk.rules).unwrap();
    let mut case = desk.case.clone();
    for event in &events {
        case.apply(event).unwrap();
    }
    let plan = values::plan();
    upgrade(shell, CaseView { case: &case, ..view }, open(&plan, &Planning::Elsewhere))
}
