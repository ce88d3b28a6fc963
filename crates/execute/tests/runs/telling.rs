//! What is seen while a step goes on: the lines of its command and of the broker's log come before
//! the step has ended, redacted, and the journal holds nothing of them that it did not hold before.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use refit_execute::{Ended, Journal, Meanwhile, Payload, RunEvent, SeenLine, StepEvent};
use refit_model::{Act, Check, Command, Condition, Plan, ProcessMatch, Step, Undo};

use super::site::{Site, path, plan, step};

/// How long something may take to be seen, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A plan with one step alone. Its two logs may be one, by a link.
fn plan_of(root: &Path, step: Step) -> Plan {
    let logs = vec![path("broker.log"), path("elsewhere/broker.log")];
    Plan { steps: vec![step], logs, ..plan(root) }
}

/// A step that is over when the file `go` is there.
fn until_go(act: Act) -> Step {
    let go = Condition::Exists(path("go"));
    let nothing = Undo::Nothing("for the test".into());
    let step = step("wait", false, Condition::Never, act, go.clone(), nothing);
    Step { verify: Check { condition: go, within_seconds: 60 }, ..step }
}

fn shell(script: &str) -> Command {
    Command::new(["sh", "-c", script, "sh", "${root}"], "/".to_owned().into())
}

/// Does the step; gives what was seen before `go` was there, which comes once a line is seen that
/// ends with `last`.
fn seen_while_it_goes_on(site: &Site, act: Act, last: &str) -> Vec<SeenLine> {
    let file = site.root.join("meanwhile.jsonl");
    let meanwhile = Meanwhile::begin(&file).unwrap();
    let plan = plan_of(&site.root, until_go(act));
    let (seen, ended) = std::thread::scope(|scope| {
        let looking = scope.spawn(|| {
            let since = Instant::now();
            loop {
                let seen = Meanwhile::read(&file).unwrap();
                let is_enough = seen.iter().any(|seen| seen.line.ends_with(last));
                if is_enough || since.elapsed() > PATIENCE {
                    fs::write(site.root.join("go"), "").unwrap();
                    return seen;
                }
                std::thread::yield_now();
            }
        });
        let ended =
            site.begin_plan(&plan, Some(&meanwhile), RunEvent::Begun, |executor| executor.run());
        (looking.join().unwrap(), ended)
    });
    assert_eq!(ended.unwrap(), Ended::Complete);
    seen
}

/// The lines, without what they come after.
fn lines(seen: &[SeenLine]) -> Vec<(Option<&str>, &str)> {
    seen.iter().map(|seen| (seen.log.as_deref(), seen.line.as_str())).collect()
}

/// What the journal holds of a command's output, and the number of the event before it.
fn recorded(site: &Site) -> (u64, Vec<String>) {
    let events = Journal::read_only(&site.journal_path(), &Site::run_id()).unwrap();
    let mut acted = events.into_iter().filter_map(|event| match event.payload {
        Payload::Step { event: StepEvent::Acted, detail, .. } => {
            Some((event.sequence - 1, detail.output))
        }
        _ => None,
    });
    acted.next().unwrap()
}

#[test]
fn the_lines_of_a_command_are_seen_while_it_waits() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    let script = "echo begun; echo the secret is told >&2; printf 'half '; \
                  while [ ! -e \"$$1/go\" ]; do sleep 0.01; done; echo a line";
    let act = Act::Run { command: shell(script), repeatable: false };
    let seen = seen_while_it_goes_on(&site, act, "is told");
    let (before, output) = recorded(&site);
    assert_eq!(output, ["begun", "half a line", "the (secret) is told"]);
    let mut told = lines(&seen);
    // Two streams: which comes first is not said.
    told.sort_unstable();
    assert_eq!(told, [(None, "begun"), (None, "the (secret) is told")]);
    assert!(seen.iter().all(|seen| seen.after == before), "{seen:?}");
}

#[test]
fn the_log_of_a_broker_is_followed_while_it_starts() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    fs::write(site.root.join("broker.log"), "from an earlier start\n").unwrap();
    std::os::unix::fs::symlink(".", site.root.join("elsewhere")).unwrap();
    let script = "printf 'INFO starts with the secret\\n\\tat a.frame(Of.java)\\nINFO serves\\nINF' \
                  >> \"$$1/broker.log\"; echo started";
    let process = ProcessMatch {
        executable: "no-such-program".into(),
        argument_prefix: String::new(),
        folder: path("nowhere"),
    };
    let act = Act::Start { command: shell(script), process, pid_file: None };
    let seen = seen_while_it_goes_on(&site, act, "serves");
    let log = Some("broker.log");
    let expected =
        [(None, "started"), (log, "INFO starts with the (secret)"), (log, "INFO serves")];
    assert_eq!(lines(&seen), expected);
    let (before, output) = recorded(&site);
    assert_eq!(output, ["started"]);
    let after: Vec<_> = seen.iter().map(|seen| seen.after).collect();
    assert_eq!(after, [before, before + 1, before + 1]);
}
