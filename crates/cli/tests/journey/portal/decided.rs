//! What a plan leaves open is decided in the portal: where the server stands on the machine that
//! the upgrade is done from, a plan is made with it; elsewhere the command is told.

use refit_desk::{Action, PlanChoice};
use refit_model::{Digest, Plan, Stored};

use super::case::{Case, prose};
use super::in_browser::log_in;
use super::server::Server;
use super::{Changed, begin, run_of, until};
use crate::browser::{Browser, Page};
use crate::stubbed::NAME;
use crate::stubbed::site::{Shape, StubSite};
use crate::webdriver::{Driver, Window};

/// The question about a key of the log's configuration that nobody knows.
const LOGGED: &str = "conf/log4j2.properties#log4j.siteAudit";
const LOCATION: &str = "data-location";
/// What nobody asked about.
const FORGED: [(&str, &str); 4] = [
    ("conf/activemq.xml#beans/broker", "keep-site"),
    (LOCATION, "<img src=x onerror=alert(1)>"),
    ("<script>alert(1)</script>", "move"),
    (LOGGED, "value:<script>alert(1)</script>"),
];

/// A site whose plan leaves two things open.
fn open_site(test: &str) -> Option<StubSite> {
    let site = StubSite::make(Shape::LinkedDataMove, test)?;
    let path = site.configuration_file().with_file_name("log4j.properties");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text + "\nlog4j.siteAudit=on\n").unwrap();
    site.refit.expect(4, &["plan", NAME, "--undecide", LOCATION]);
    Some(site)
}

/// The newest plan that this server shows, by its document.
fn plan_of(site: &StubSite) -> Plan {
    let path = format!("documents/plan/{}.json", site.plan().to_hex());
    let json = std::fs::read(site.refit.state_folder().join(path)).unwrap();
    Stored::<Plan>::read(&json).unwrap().body
}

/// Sends the page's form.
fn decide(who: &mut Browser, case: &Case, plan: Digest, choices: &[(&str, &str)]) -> Page {
    who.get(&format!("{}/upgrade", case.path)).expect(200);
    let plan = plan.to_string();
    let mut fields =
        vec![("plan".to_owned(), plan), ("why".to_owned(), "as everywhere".to_owned())];
    for (row, (subject, choice)) in choices.iter().enumerate() {
        fields.push((format!("choices.{row}.subject"), (*subject).to_owned()));
        let (name, value) = if *choice == BACK { ("back", "yes") } else { ("choice", *choice) };
        fields.push((format!("choices.{row}.{name}"), value.to_owned()));
    }
    let fields: Vec<_> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    who.post(&format!("{}/decisions", case.path), &fields)
}

/// The page on a desk and on a phone.
fn pictures(window: &Window<'_>, address: &str, name: &str) {
    for (width, height, place) in [(1280, 1800, "desk"), (420, 1800, "phone")] {
        window.resize(width, height);
        // Another address each time: the same one would not be loaded anew.
        window.open(&format!("{address}?picture={name}-{place}#decisions"));
        window.picture(&format!("{name}-{place}"));
    }
}

/// What takes a decision back.
const BACK: &str = "(back)";

/// Has the server keep the plan with the case.
fn attach(ben: &mut Browser, case: &Case) {
    ben.get(&format!("{}/upgrade", case.path)).expect(200);
    ben.post(&format!("{}/documents/{}", case.path, case.plan.to_hex()), &[]).expect(200);
}

/// Nothing is accepted that leaves something open, and nothing decided that nobody asked about.
fn refused(case: &Case, first: Digest, people: [&mut Browser; 4]) {
    let [ada, ben, eve, pia] = people;
    case.accept(ada, first).expect(422).has("leaves something open");
    for forged in FORGED {
        let page = decide(ada, case, first, &[forged]).expect(422);
        page.has_not("<script>alert").has_not("<img src=x");
    }
    let stale = Digest::of(b"another plan");
    decide(ada, case, stale, &[(LOCATION, "move")]).expect(422).has("look at it again");
    decide(ada, case, first, &[]).expect(422).has("at least one");
    decide(ben, case, first, &[(LOCATION, "move")]).expect(422).has("has given its word");
    let path = format!("{}/decisions", case.path);
    pia.get(&case.path).expect(200);
    pia.post(&path, &[("plan", &first.to_string())]).expect(403);
    eve.get("/requests").expect(200);
    eve.post(&path, &[("plan", &first.to_string())]).expect(404);
    ada.get(&case.path).expect(200);
    ada.post(&path, &[("then", "plan")]).expect(403);
}

/// The plan is accepted, and its run goes to its end.
fn accepted_and_run(
    site: &StubSite,
    case: &Case,
    plan: Digest,
    ada: &mut Browser,
    ben: &mut Browser,
) {
    site.refit.expect(0, &["rehearse", NAME]);
    site.refit.expect(0, &["approve", NAME, "--by", "Ann", "--valid-hours", "48"]);
    case.accept(ada, plan).expect(200).has("The plan is accepted");
    decide(ada, case, plan, &[(LOCATION, BACK)]).expect(422).has("approved already");
    case.prepare_run();
    let run = run_of(ben, case);
    begin(ben, &run).expect(200).has("It has begun.");
    until(ben, &run, "<strong>done</strong>");
}

#[test]
fn what_a_plan_leaves_open_is_decided_planned_with_accepted_and_run() {
    let test = "what_a_plan_leaves_open_is_decided_planned_with_accepted_and_run";
    let Some(site) = open_site(test) else { return };
    let server = Server::start(&site.refit);
    let case = Case::posted(&server, &site);
    let [mut ada, mut ben, mut eve, mut pia] =
        ["ada", "ben", "eve", "pia"].map(|name| server.log_in(name));
    let (upgrade, first) = (format!("{}/upgrade", case.path), case.plan);
    let assessed = site.assessment();
    attach(&mut ben, &case);
    ada.get(&upgrade).expect(200).has("Where shall they be?").has("<h2 id=\"decisions\">");
    let driver = Driver::start("portal-decided");
    let window = driver.as_ref().map(|driver| driver.window(false));
    let picture = |name: &str| {
        if let Some(window) = &window {
            pictures(window, &format!("{}{upgrade}", server.url), name);
        }
    };
    if let Some(window) = &window {
        log_in(window, &server, "ben");
    }
    picture("01-open");

    refused(&case, first, [&mut ada, &mut ben, &mut eve, &mut pia]);
    assert_eq!(site.plan(), first, "nothing may have been planned");

    let path = format!("{}/decisions", case.path);

    // What stands in the way is told, and what was decided is kept.
    let asks = "\n[installations.activemq.logins.broker]\nuser = \"ann\"\n\
                password = { prompt = \"the broker's password\" }\n";
    let environment = Changed::append(&site.environment_file(), asks);
    let both = [(LOCATION, "move"), (LOGGED, "take-new")];
    let page = decide(&mut ada, &case, first, &both).expect(200);
    page.has("no plan could be made with it").has_not("terminal");
    drop(environment);
    case.accept(&mut ada, first).expect(422);
    picture("02-not-planned");

    // With it, the plan that is made leaves nothing open, and waits for the customer.
    let page = ben.get(&upgrade).expect(200).has("asks for a password at a terminal");
    page.has("Make a plan with it").has("refit plan staging:activemq");
    ben.post(&path, &[("then", "plan")]).expect(200).has_not("Make a plan with it");
    picture("03-planned");
    let second = site.plan();
    assert_ne!(second, first);
    let plan = plan_of(&site);
    assert!(plan.questions.is_empty(), "{:?}", plan.questions);
    let decided: Vec<_> = plan.decisions.iter().map(|one| (&*one.subject, &*one.choice)).collect();
    assert_eq!(decided, [(LOGGED, "take-new"), (LOCATION, "move")]);
    assert_eq!(plan.decisions[0].by, "The ada (ada)");
    ada.get(&upgrade).expect(200).has(&second.to_string()).has("Take back what the plan");
    let history = format!("{}/history", case.path);
    let page = ada.get(&history).expect(200);
    page.has("data-location: move: as everywhere").has(&format!("plan {} posted", second.short()));

    // Taken back, it is open again; a program decides it anew, on the customer's word.
    decide(&mut ada, &case, second, &[(LOCATION, BACK)]).expect(200).has("Where shall they be?");
    let third = site.plan();
    assert_eq!(plan_of(&site).questions.len(), 1);
    case.does(
        "ben",
        &Action::TakeDecisions {
            plan: third,
            choices: vec![PlanChoice { subject: prose(LOCATION), choice: Some(prose("move")) }],
            why: prose("It is as everywhere."),
            word: Some(prose("Ada said so.")),
        },
    );
    until(&mut ada, &upgrade, "(on the customer").has_not("Where shall they be?");
    assert_eq!(site.assessment(), assessed, "nothing has changed on the host");
    let last = site.plan();

    accepted_and_run(&site, &case, last, &mut ada, &mut ben);
    server.end();
}

#[test]
fn elsewhere_the_command_is_told_and_its_plan_closes_what_was_decided() {
    let test = "elsewhere_the_command_is_told_and_its_plan_closes_what_was_decided";
    let Some(site) = open_site(test) else { return };
    let server = Server::start(&site.refit.clone().state("elsewhere"));
    let case = Case::posted(&server, &site);
    let [mut ada, mut ben] = ["ada", "ben"].map(|name| server.log_in(name));
    let (upgrade, first) = (format!("{}/upgrade", case.path), case.plan);
    let file = |plan: Digest| {
        let path = format!("documents/plan/{}.json", plan.to_hex());
        std::fs::read(site.refit.state_folder().join(path)).unwrap()
    };
    ben.get(&upgrade).expect(200);
    let attach = format!("{}/documents/{}", case.path, first.to_hex());
    ben.upload(&attach, &[], &[("file", "plan.json", &file(first))]).expect(303);
    let both = [(LOCATION, "move"), (LOGGED, "take-new")];
    let page = decide(&mut ada, &case, first, &both).expect(200);
    page.has("not on the machine that the upgrade is done from").has_not("refit plan");

    // What the consultant is told can be pasted.
    let page = ben.get(&upgrade).expect(200).has_not("Make a plan with it");
    let command = page.between("<pre><code>", "</code>").replace("&#39;", "'");
    assert!(command.starts_with("refit plan staging:activemq --decide="), "{command}");
    assert!(command.contains(&format!("--decide={LOGGED}=take-new")), "{command}");
    let words = std::process::Command::new("sh")
        .args(["-c", &format!("refit() {{ printf '%s\\n' \"$@\"; }}; {command}")])
        .output()
        .unwrap();
    let words = String::from_utf8(words.stdout).unwrap();
    site.refit.expect(0, &words.lines().collect::<Vec<_>>());
    let second = site.plan();
    assert!(plan_of(&site).questions.is_empty());

    ben.get(&upgrade).expect(200);
    let post = format!("{}/do/post-plan", case.path);
    let fields = [("summary", "With what was decided.")];
    ben.upload(&post, &fields, &[("digest", "plan.json", &file(second))]).expect(303);
    let page = ada.get(&upgrade).expect(200).has(&second.to_string());
    page.has_not("in no plan yet").has("Take back what the plan");
    server.end();
}
