//! The whole way of the process in a real browser, with JavaScript and without: from a request to
//! the end of on-call support, as customer, consultant and project manager go it, by the buttons
//! and forms of the pages.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use refit_model::{Digest, Document as _, Playbook};
use tempfile::TempDir;

use crate::chromium::{log_in, make_request, take_up};
use crate::papers::{self, json};
use crate::webdriver::{Driver, Window};
use crate::world::{PASSWORD, World};

/// How large windows are: what is below is not drawn for nothing.
const WIDTH: u32 = 1200;
const HEIGHT: u32 = 1000;
/// The parts of a case, each a page.
const PARTS: [&str; 7] =
    ["", "/activities", "/questionnaire", "/documents", "/upgrade", "/playbook", "/history"];

#[test]
fn a_browser_with_javascript_goes_the_whole_way() {
    go("whole-way-with-javascript", true);
}

#[test]
fn a_browser_without_javascript_goes_the_whole_way() {
    go("whole-way-without-javascript", false);
}

fn go(test: &str, has_script: bool) {
    let Some(driver) = Driver::start(test) else { return };
    let world = World::peopled();
    let mut way = Way {
        world: &world,
        ada: driver.window(has_script),
        ben: driver.window(has_script),
        pia: driver.window(has_script),
        files: TempDir::new().unwrap(),
        case: String::new(),
        pictures: 0,
        has_script,
        high: if has_script { 2600 } else { HEIGHT },
        pictured: BTreeMap::new(),
        away: Cell::default(),
    };
    for window in [&way.ada, &way.ben, &way.pia] {
        window.resize(WIDTH, HEIGHT);
    }
    way.goes_to("2026-11-02T14:00:00Z");
    way.case = make_request(way.window(Ada), &world);
    way.set_up();
    way.prepare();
    way.give_inputs();
    way.upgrade_and_test();
    way.deliver();
    way.review();
    way.on_call();
    way.close();
}

/// Who does something.
#[derive(Clone, Copy)]
enum Who {
    Ada,
    Ben,
    Pia,
}
use Who::{Ada, Ben, Pia};

/// Fields, and what is filled into them.
type Fields<'a> = &'a [(&'a str, &'a str)];

struct Way<'a> {
    world: &'a World,
    ada: Window<'a>,
    ben: Window<'a>,
    pia: Window<'a>,
    files: TempDir,
    case: String,
    pictures: u32,
    has_script: bool,
    /// How high windows are while pictures are taken.
    high: u32,
    /// What stood on the page of each name when its picture was taken last.
    pictured: BTreeMap<String, String>,
    /// Who was away since they were logged in: time went by.
    away: Cell<[bool; 3]>,
}

impl Way<'_> {
    fn set_up(&mut self) {
        take_up(self.window(Ben), self.world, &self.case);
        take_up(self.window(Pia), self.world, &self.case);
        let message = "We have it. The project manager will be in touch within a day.";
        self.does(Ben, "", "respond", &[], &[("message", message)]);
        self.does(Ben, "/questionnaire", "send-questionnaire", &[], &[]);
        self.pictures("requested");
        self.goes_to("2026-11-03T09:00:00Z");
        let overview = "Next: questionnaire, kick-off, preparation.";
        self.does(Pia, "", "acknowledge-formally", &[], &[("overview", overview)]);
        self.goes_to("2026-11-04T09:00:00Z");
        for duty in ["technical-contact", "reviewer", "approver"] {
            let contact = [
                ("duty", duty),
                ("user", "ada"),
                ("available.0.from", "2026-11-01"),
                ("available.0.to", "2027-02-28"),
            ];
            self.does(Ada, "", "name-contact", &[], &contact);
        }
        let group =
            [("name", "Acme upgrade"), ("members", "ada"), ("members", "ben"), ("members", "pia")];
        self.does(Ben, "", "set-group", &[], &group);
        self.posts("initial-document", "Project plan");
        let kick_off = [
            ("deliverables", "An upgraded staging environment\nA Playbook"),
            ("plan", "Staging in November, production in January."),
            ("dependencies.0.what", "Access to staging"),
            ("dependencies.0.from", "customer"),
            ("dependencies.0.due", "2026-11-13"),
            ("escalation", "Pia\nThe head of support"),
        ];
        self.does(Ben, "", "record-kick-off", &[], &kick_off);
        self.finishes("set-up-project-framework");
        self.pictures("set-up");
    }

    fn prepare(&mut self) {
        self.goes_to("2026-11-05T08:00:00Z");
        self.posts("upgrade-documentation", "Upgrade notes");
        self.finishes("prepare-for-upgrade");
        let assessment = self.file("assessment");
        let found = [("digest", assessment.as_str()), ("customisations", "audit plugin")];
        self.does(Ben, "/upgrade", "record-assessment", &[], &found);
        let plan =
            [("digest", self.file("plan")), ("summary", "One restart, about a minute.".to_owned())];
        self.does(Ben, "/upgrade", "post-plan", &[], &borrowed(&plan));
        self.goes_to("2026-11-06T10:00:00Z");
        self.does(Ada, "/upgrade", "accept-plan", &[], &[]);
        let word = ("word", "Ada has compared it with the vendor's page.");
        let placed = [&[("placed_by", "customer"), word], &self.shown("archive")[..]].concat();
        self.does(Ben, "/upgrade", "record-software", &[], &placed);
        self.pictures("prepared");
    }

    /// Answers, documents and access: the execution begins.
    fn give_inputs(&mut self) {
        self.goes_to("2026-11-09T08:30:00Z");
        self.answers();
        for document in ["access-details", "environment-overview"] {
            let file = self.file(document);
            let about = [("document", document)];
            self.does(Ada, "/documents", "return-document", &about, &[("digest", &file)]);
        }
        for document in ["questionnaire", "access-details", "environment-overview"] {
            let about = [("document", document)];
            self.does(Ben, "/documents", "process-document", &about, &[]);
        }
        let report = self.file("access report");
        let checked = [("report", report.as_str()), ("kind", "staging")];
        self.does(Ben, "/upgrade", "record-access-check", &[], &checked);
        self.pictures("begun");
    }

    fn upgrade_and_test(&mut self) {
        self.goes_to("2026-11-16T08:00:00Z");
        self.starts("backup-configuration-files");
        let backed_up =
            [&[("note", "Configuration folders.")], &self.shown("manifest")[..]].concat();
        let activity = [("activity", "backup-configuration-files")];
        self.does(Ben, "/activities", "finish-activity", &activity, &backed_up);
        self.starts("upgrade-development-or-staging");
        for (run, end) in [("staging-1", "rolled-back"), ("staging-2", "done")] {
            let ran = [("run", run), ("journal", &self.file(run)), ("end", end)];
            self.does(Ben, "/upgrade", "record-run", &[], &ran);
        }
        let failed = [
            ("report", self.file("trial 1")),
            ("failures.0.component", "kahadb".to_owned()),
            ("failures.0.kind", "standard".to_owned()),
            ("failures.0.what", "The index is rebuilt for too long.".to_owned()),
            ("failures.1.component", "audit plugin".to_owned()),
            ("failures.1.kind", "custom".to_owned()),
            ("failures.1.what", "It needs a class that is gone.".to_owned()),
        ];
        self.does(Ben, "/upgrade", "record-trial", &[], &borrowed(&failed));
        self.finishes("test");
        self.pictures("tested");
        self.goes_to("2026-11-18T10:00:00Z");
        self.starts("fix-issues-and-retest");
        let how = [("how", "The index is kept on the same disk.")];
        self.does(Ben, "/upgrade", "fix-defect", &[("defect", "1")], &how);
        // Named by its digest alone: the server has not seen it.
        let passed = [("report", digest("trial 2")), ("verdict", "pass".to_owned())];
        self.does(Ben, "/upgrade", "record-trial", &[], &borrowed(&passed));
        self.does(Ada, "", "answer-offer", &[("engagement", "1")], &[("accepts", "no")]);
        self.finishes("fix-issues-and-retest");
    }

    fn deliver(&mut self) {
        self.goes_to("2026-11-19T15:00:00Z");
        let of = [("playbook", self.file("playbook 0"))];
        self.does(Ben, "/upgrade", "deliver-resources", &[], &borrowed(&of));
        self.goes_to("2026-11-20T15:00:00Z");
        self.posts_playbook("playbook 1", &[]);
        self.pictures("delivered");
    }

    fn review(&mut self) {
        self.goes_to("2026-11-23T09:00:00Z");
        for (kind, text) in
            [("change", "Name the load balancer."), ("clarification", "Why this order?")]
        {
            let asked = [("step", "start-new-version"), ("kind", kind), ("text", text)];
            self.does(Ada, "/playbook", "ask-for-change", &[], &asked);
        }
        let (first, second) = (&[("change", "1")], &[("change", "2")]);
        let (which, answer) = ([("text", "Which of the two?")], [("text", "The one in front.")]);
        self.does(Ben, "/playbook", "discuss-change", first, &which);
        self.does(Ada, "/playbook", "discuss-change", first, &answer);
        self.does(Ben, "/playbook", "agree-to-change", first, &[("how", "A note at the step.")]);
        let text = [("text", "The backup broker takes over first.")];
        self.does(Ben, "/playbook", "answer-change", second, &text);
        self.posts_playbook("playbook 2", &[("makes", "1")]);
        self.pictures("reviewed");
        self.goes_to("2026-11-24T09:00:00Z");
        let newest = digest("playbook 2");
        let about = [("playbook", newest.as_str())];
        self.does(Ada, "/playbook", "approve-playbook", &about, &[]);
        self.does(Ben, "/playbook", "deliver-playbook", &about, &[]);
    }

    fn on_call(&mut self) {
        let newest = digest("playbook 2");
        let window = [("from", "2026-11-30T09:00"), ("until", "2026-12-07T09:00")];
        self.does(Ben, "/playbook", "open-on-call", &[("playbook", &newest)], &window);
        let production = [("environment", "production")];
        self.does(Ada, "/playbook", "plan-environment", &[], &production);
        self.goes_to("2026-12-01T09:00:00Z");
        for (step, text) in [
            ("start-new-version", "The broker does not start."),
            ("none-of-them", "One client does not connect."),
        ] {
            let problem = [("environment", "production"), ("step", step), ("text", text)];
            self.does(Ada, "/playbook", "report-problem", &[], &problem);
        }
        let shown = self.shown("log of staging");
        self.does(Ben, "/playbook", "record-replicated", &[("problem", "1")], &shown);
        self.posts_playbook("playbook 3", &[("corrects", "1")]);
        let content = self.file("connection from staging");
        let outside = [
            ("finding.reason", "A firewall of production is in between."),
            ("finding.evidence.what", "A connection from staging"),
            ("finding.evidence.digest", &content),
        ];
        self.does(Ben, "/playbook", "record-not-replicated", &[("problem", "2")], &outside);
        self.pictures("on-call");
        // The corrected version is approved and delivered, as those before it.
        let corrected = digest("playbook 3");
        let about = [("playbook", corrected.as_str())];
        self.does(Ada, "/playbook", "approve-playbook", &about, &[]);
        self.does(Ben, "/playbook", "deliver-playbook", &about, &[]);
        let drift = digest("drift");
        let upgraded = [
            ("version", "3"),
            ("drift.report", &drift),
            ("drift.differences", "3"),
            ("drift.steps", "2"),
            ("end", "done"),
        ];
        let upgraded = [&upgraded[..], &self.shown("journal of production")].concat();
        self.does(Ada, "/playbook", "record-other-upgrade", &production, &upgraded);
    }

    fn close(&mut self) {
        self.goes_to("2026-12-07T09:00:00Z");
        self.finishes("on-call-support");
        self.does(Pia, "", "close", &[], &[]);
        self.pictures("closed");
        let ada = self.window(Ada);
        ada.open(&self.url("/history"));
        ada.has("agreed");
        ada.open(&self.url("/activities"));
        let open = ada.text();
        for word in ["in progress", "not started", "waiting"] {
            assert!(!open.contains(word), "something is {word}:\n{open}");
        }
    }

    /// It becomes this moment; everybody was away since.
    fn goes_to(&self, moment: &str) {
        self.world.goes_to(moment);
        self.away.set([true; 3]);
    }

    /// The window of somebody, who logs in again after having been away.
    fn window(&self, who: Who) -> &Window<'_> {
        let (window, name) = match who {
            Ada => (&self.ada, "ada"),
            Ben => (&self.ben, "ben"),
            Pia => (&self.pia, "pia"),
        };
        let mut away = self.away.get();
        if std::mem::take(&mut away[who as usize]) {
            self.away.set(away);
            log_in(window, self.world, name);
        }
        window
    }

    fn url(&self, part: &str) -> String {
        format!("{}{}{part}", self.world.url, self.case)
    }

    /// Opens the part, finds the form for this (about which it is stands in it), fills it in and
    /// sends it; says the password again where that is asked for.
    #[track_caller]
    fn does(&self, who: Who, part: &str, kind: &str, about: Fields<'_>, fields: Fields<'_>) {
        let window = self.window(who);
        window.open(&self.url(part));
        let one = |(name, value): &(&str, &str)| format!(":has([name='{name}'][value='{value}'])");
        let about = about.iter().map(one).collect::<Vec<_>>().concat();
        let action = format!("form[action='{}/do/{kind}']", self.case);
        let form = format!("{action}{about}");
        assert_eq!(window.count(&form), 1, "{form} on {part}:\n{}", window.text());
        let closed = format!("details:not([open]):has(> {action}){about} > summary");
        if window.count(&closed) > 0 {
            window.click(&closed);
        }
        for (name, value) in fields {
            window.fill(&format!("{form} {}", control(name, value)), value);
        }
        window.click(&format!("{form} .buttons button:not(.second)"));
        let is_done = |window: &Window<'_>| window.count("p.box.good[role='status']") > 0;
        let is_answered = |window: &Window<'_>| {
            is_done(window) || window.has_any(&["Confirm it is you", "wrong"])
        };
        window.until(is_answered);
        if window.text().contains("Confirm it is you") {
            window.type_in("#password", PASSWORD);
            window.click("main .buttons button");
        }
        assert!(window.until(is_done), "{kind} is not done:\n{}", window.text());
    }

    fn starts(&self, activity: &str) {
        self.does(Ben, "/activities", "start-activity", &[("activity", activity)], &[]);
    }

    fn finishes(&self, activity: &str) {
        self.does(Ben, "/activities", "finish-activity", &[("activity", activity)], &[]);
    }

    fn posts(&self, kind: &str, name: &str) {
        let file = self.file(name);
        let fields = [("kind", kind), ("digest", &file), ("name", name), ("source", "the pack")];
        self.does(Ben, "/documents", "post-file", &[], &fields);
    }

    fn posts_playbook(&self, name: &str, more: Fields<'_>) {
        let file = self.file(name);
        let fields = [&[("digest", file.as_str()), ("summary", name)], more].concat();
        self.does(Ben, "/playbook", "post-playbook", &[], &fields);
    }

    /// Evidence, as forms ask for it.
    fn shown(&self, what: &'static str) -> [(&'static str, &'static str); 2] {
        let file = self.file(what);
        [("evidence.what", what), ("evidence.digest", String::leak(file))]
    }

    /// The file of a document of this name.
    fn file(&self, name: &str) -> String {
        let path: PathBuf = self.files.path().join(format!("{name}.txt"));
        std::fs::write(&path, content(name)).unwrap();
        path.display().to_string()
    }

    /// Answers everything that is asked, as far as one page after the other asks it.
    fn answers(&self) {
        let (ada, url) = (self.window(Ada), self.url("/questionnaire"));
        for _ in 0..5 {
            ada.open(&url);
            if ada.text().contains("Every answer ") {
                break;
            }
            ada.answer_all();
            if self.has_script {
                ada.has("Saved.");
            }
            ada.click("form.questionnaire section:last-of-type button");
            ada.has("saved");
        }
        ada.open(&url);
        ada.has("Every answer ");
        ada.click("form.questionnaire button[value='submit']");
        ada.has("given back");
    }

    /// Opens every part as the customer sees it, and as the consultant does where most can be done;
    /// keeps a picture of each that says something else than when its last one was taken.
    fn pictures(&mut self, stage: &str) {
        self.pictures += 1;
        self.resize(self.high);
        for part in PARTS {
            let name = if part.is_empty() { "overview" } else { &part[1..] };
            self.look_at(Ada, part, stage, name.to_owned());
        }
        for part in ["/upgrade", "/playbook"] {
            self.look_at(Ben, part, stage, format!("{}-consultant", &part[1..]));
        }
        self.resize(HEIGHT);
    }

    fn look_at(&mut self, who: Who, part: &str, stage: &str, name: String) {
        let url = self.url(part);
        let window = self.window(who);
        window.open(&url);
        let text = window.text();
        if self.pictured.get(&name) != Some(&text) {
            window.picture(&format!("{:02}-{stage}-{name}", self.pictures));
            self.pictured.insert(name, text);
        }
    }

    fn resize(&self, height: u32) {
        for window in [&self.ada, &self.ben] {
            window.resize(WIDTH, height);
        }
    }
}

fn borrowed<'a>(fields: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// The control of a field: for a content that is given as a file, the one for files.
fn control(name: &str, value: &str) -> String {
    let kind = if value.starts_with('/') { "[type='file']" } else { "" };
    format!("[name='{name}']{kind}")
}

/// What is in the file of this name: a document of the upgrade, or the name itself.
fn content(name: &str) -> Vec<u8> {
    match name {
        "assessment" => json(papers::assessment()),
        "access report" => json(crate::seen::report(true)),
        "plan" => json(papers::plan()),
        "trial 1" => json(papers::trial(1200)),
        _ if name.starts_with("playbook") => json(playbook(name)),
        _ => format!("{name}\n").into_bytes(),
    }
}

fn playbook(title: &str) -> Playbook {
    Playbook { title: title.to_owned(), ..papers::playbook() }
}

fn digest(name: &str) -> String {
    if name.starts_with("playbook") {
        playbook(name).digest().unwrap().to_string()
    } else {
        Digest::of(&content(name)).to_string()
    }
}
