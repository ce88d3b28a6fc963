//! The eight points, each with the ordinary commands as processes of their own.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use refit_app::StateDir;
use refit_demo::DemoSite;
use refit_execute::Interrupt;
use refit_model::{Digest, ExitCode};

use super::sites::{Sites, failure};
use super::summary;
use super::teller::Teller;
use super::tried::{self, After};
use crate::failure::{Ending, Failure};

/// How long looking at all messages may take.
const LOOK_WITHIN: Duration = Duration::from_mins(1);
/// Messages that are sent between the upgrade and the way back.
const MEANTIME: u64 = 50;
const BY: &str = "A. Demo";

/// Goes the whole way.
pub fn go(sites: &Sites, artifacts: &Path, teller: &Teller<'_>, interrupt: &Interrupt) -> Ending {
    let begin = Instant::now();
    let journey = Journey { sites, artifacts, teller, interrupt };
    journey.assess()?;
    journey.plan()?;
    journey.rehearse()?;
    journey.run()?;
    journey.trial()?;
    journey.playbook()?;
    journey.production()?;
    teller.point(8, "Summary")?;
    teller.text(&summary::text(sites, begin.elapsed())?)?;
    Ok(ExitCode::Done)
}

struct Journey<'a> {
    sites: &'a Sites,
    artifacts: &'a Path,
    teller: &'a Teller<'a>,
    interrupt: &'a Interrupt,
}

impl Journey<'_> {
    fn assess(&self) -> Result<(), Failure> {
        self.teller.point(1, "Assess staging: what is there, and what stands in the way")?;
        self.refit(&["access", "check", "staging"], ExitCode::Done)?;
        self.refit(&["assess", "staging"], ExitCode::Done)
    }

    fn plan(&self) -> Result<(), Failure> {
        self.teller.point(2, "Plan: the steps, what becomes of every setting, the way back")?;
        self.teller.text(
            "The assessment found the data inside the old home. Only a person can say where they \
             belong; here it is said with the plan, and kept for the next environment.",
        )?;
        let why = "nobody shall delete the messages with the old version";
        let decide = ["--decide", "data-location=move", "--by", BY, "--why", why];
        self.refit(&[&["plan", "staging"], &decide[..]].concat(), ExitCode::Done)
    }

    fn rehearse(&self) -> Result<(), Failure> {
        self.teller.point(3, "Rehearse the plan beside the running broker, and approve it")?;
        self.refit(&["rehearse", "staging"], ExitCode::Done)?;
        self.refit(&["approve", "staging", "--by", BY], ExitCode::Done)
    }

    fn run(&self) -> Result<(), Failure> {
        self.teller.point(4, "Run: restore points, stop, switch, start, verify")?;
        self.refit(&["run", "staging", "--by", BY], ExitCode::Done)?;
        let seen = "the console shows all four destinations, and the log has no warning";
        let note = ["note", "staging", seen, "--step", "verify-new", "--by", BY];
        self.refit(&note, ExitCode::Done)?;
        self.look(self.sites.staging(), 0)
    }

    fn trial(&self) -> Result<(), Failure> {
        self.teller.point(5, "Trial: the old and the new version, compared")?;
        self.try_out(self.sites.staging())
    }

    fn playbook(&self) -> Result<(), Failure> {
        self.teller.point(6, "Playbook: what was done, for the next environment")?;
        let build = ["playbook", "build", "staging", "--output", "playbook"];
        self.refit(&build, ExitCode::Done)?;
        let for_production = ["--environment", "production", "--output", "playbook-production"];
        self.refit(&[&["playbook", "render"], &for_production[..]].concat(), ExitCode::Done)
    }

    fn production(&self) -> Result<(), Failure> {
        self.teller.point(7, "Production: the playbook applied, taken back, and applied again")?;
        let site = self.sites.production();
        let before = software(site)?;
        self.follow_playbook()?;
        self.look(site, 0)?;
        self.try_out(site)?;
        self.teller.text(&format!(
            "\n{MEANTIME} more messages are sent to the new version. Then the way back: the old \
             version must have them too."
        ))?;
        let deadline = Instant::now() + LOOK_WITHIN;
        site.send_more(0, MEANTIME, deadline).map_err(|error| failure(&error))?;
        let why = "to show that the way back works";
        let back = ["rollback", "production", "--by", BY, "--why", why];
        self.refit(&back, ExitCode::RolledBack)?;
        self.is_as_before(site, before)?;
        self.look(site, MEANTIME)?;
        self.teller.text(
            "\nAnd forward again: a new run, with a plan, rehearsal and approval of its own.",
        )?;
        self.follow_playbook()?;
        self.look(site, MEANTIME)
    }

    fn follow_playbook(&self) -> Result<(), Failure> {
        self.refit(&["playbook", "apply", "--environment", "production"], ExitCode::Done)?;
        self.refit(&["rehearse", "production"], ExitCode::Done)?;
        self.refit(&["approve", "production", "--by", BY], ExitCode::Done)?;
        self.refit(&["run", "production", "--by", BY], ExitCode::Done)
    }

    /// A trial that is short enough to be watched; its figures of speed decide nothing. One that is
    /// INVALID is made again, a few times.
    fn try_out(&self, site: &DemoSite) -> Result<(), Failure> {
        let environment = &site.spec().name;
        let short = ["--pairs", "2", "--load-seconds", "3", "--restarts", "1"];
        let words = [&["trial", environment.as_str()], &short[..]].concat();
        for number in 1..=tried::MOST {
            let code = self.type_in(&words)?;
            if code == ExitCode::Done as i32 {
                return Ok(());
            }
            if code != ExitCode::TrialNotPassed as i32 {
                return Err(not_expected(&words, code));
            }
            let state = StateDir::open(&self.sites.folder().join(".refit"));
            let state = state.map_err(|error| Failure::failed(error.to_string()))?;
            let report = tried::last(&state, environment)?;
            let report = report.ok_or_else(|| not_expected(&words, code))?.body;
            match After::of(environment.as_str(), report.verdict, &report.reason, number) {
                After::GoOn => return Err(not_expected(&words, code)),
                After::Again(said) => self.teller.text(&said)?,
                After::End(why) => return Err(tried::ended(why)),
            }
        }
        // The last one has ended it above.
        Err(not_expected(&words, ExitCode::TrialNotPassed as i32))
    }

    /// Every message is looked at by the demonstration itself, which knows what it sent.
    fn look(&self, site: &DemoSite, later: u64) -> Result<(), Failure> {
        let name = &site.spec().name;
        let held = site.held(Instant::now() + LOOK_WITHIN).map_err(|error| failure(&error))?;
        if !held.is_all(&site.expected(), later) {
            let wrong = held.wrong.join("; ");
            let (right, found) = (held.right, held.later);
            return Err(Failure::failed(format!(
                "{name} does not hold what was sent to it: {right} messages are right, {found} of \
                 {later} later ones are there; {wrong}"
            )));
        }
        let later =
            if later == 0 { String::new() } else { format!(", and all {later} later ones") };
        self.teller.text(&format!(
            "\nLooked at by the demonstration: {name} holds all {} messages with their content, \
             headers and order{later}.",
            held.right
        ))
    }

    fn is_as_before(&self, site: &DemoSite, before: Digest) -> Result<(), Failure> {
        if software(site)? != before {
            return Err(Failure::failed("the old version's files are not as they were before"));
        }
        self.teller.text(
            "\nLooked at by the demonstration: every file of the old version is as before, byte for \
             byte, with its permissions.",
        )
    }

    /// Types a command, and expects this exit code.
    fn refit(&self, words: &[&str], expected: ExitCode) -> Result<(), Failure> {
        let code = self.type_in(words)?;
        if code == expected as i32 { Ok(()) } else { Err(not_expected(words, code)) }
    }

    /// Types a command; gives its exit code.
    fn type_in(&self, words: &[&str]) -> Result<i32, Failure> {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        self.teller.command(&words)?;
        let failed = |error: std::io::Error| Failure::failed(format!("refit itself: {error}"));
        let program = std::env::current_exe().map_err(failed)?;
        let artifacts = self.artifacts.canonicalize().map_err(failed)?;
        let status = Command::new(program)
            .current_dir(self.sites.folder())
            .arg("--artifacts")
            .arg(artifacts)
            .args(&words)
            .status()
            .map_err(failed)?;
        if self.interrupt.cancel().is_cancelled() {
            return Err(Failure { text: "interrupted".into(), code: ExitCode::Interrupted });
        }
        Ok(status.code().unwrap_or(-1))
    }
}

fn not_expected(words: &[&str], code: i32) -> Failure {
    let words = words.join(" ");
    Failure::failed(format!("`refit {words}` ended with code {code}, which was not expected"))
}

fn software(site: &DemoSite) -> Result<Digest, Failure> {
    site.software_digest().map_err(|error| failure(&error))
}
