//! Steps that are typed on real files: those that an upgrade of today's platforms seldom needs.

use std::fs;
use std::path::Path;
use std::process::Command as Process;

use refit_model::{
    Act, BrokerCheck, Check, Condition, Digest, EndpointCheck, HostPath, Protocol, RestoreItem,
    Step, Undo, UndoAct,
};
use refit_playbook::shell::{Attachment, FUNCTIONS, Means, ShellStep, block, lines};

use crate::fixture::{path, process, step, version};

fn shell(step: &Step) -> ShellStep {
    let text = |_: Digest| Attachment { pieces: vec![] };
    lines(step, &Means { text: &text, unchanged_since: None, run_folder: None })
}

/// Types the commands as one block; what was seen, and whether it ended well.
fn typed(commands: &[String]) -> (bool, String) {
    let block = block(commands, "it", "done").unwrap();
    let script = format!("{FUNCTIONS}\n{block}\n");
    let output = Process::new("sh").args(["-c", &script]).output().unwrap();
    let seen = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&seen).into_owned())
}

fn well(commands: &[String]) -> String {
    let (ended_well, seen) = typed(commands);
    assert!(ended_well && seen.contains("OK: done"), "{commands:#?}\n{seen}");
    seen
}

fn badly(commands: &[String]) -> String {
    let (ended_well, seen) = typed(commands);
    assert!(!ended_well && seen.contains("FAILED: it"), "{commands:#?}\n{seen}");
    seen
}

fn at(folder: &Path, name: &str) -> HostPath {
    HostPath::from(&folder.join(name))
}

/// Restore point B and its way back, where the old version does not read the new one's store.
fn store_step(folder: &Path) -> Step {
    let items =
        vec![RestoreItem { name: "store-1".into(), path: at(folder, "store"), warm: false }];
    let point = at(folder, "points/b");
    let seal = UndoAct {
        probe: Condition::Never,
        act: Act::Seal { at: point.clone(), items: items.clone() },
        verify: Check::now(Condition::RestorePoint(point.clone())),
    };
    let restore = UndoAct {
        probe: Condition::Never,
        act: Act::Restore {
            from: point.clone(),
            items: items.clone(),
            aside: at(folder, "points/replaced"),
        },
        verify: Check::now(Condition::SameAs(vec![refit_model::FilePair {
            from: point.join("store-1"),
            to: at(folder, "store"),
        }])),
    };
    Step {
        verify: Check::now(Condition::Exists(point.join("store-1"))),
        undo: Undo::By(vec![seal, restore]),
        ..step("b", Act::RestorePoint { at: point, items, seal: false, rehearse_in: None })
    }
}

#[test]
fn a_store_is_restored_and_what_came_since_is_kept_aside() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir_all(folder.join("store/deep")).unwrap();
    fs::write(folder.join("store/deep/db-1.log"), "old").unwrap();
    let shell = shell(&store_step(folder));
    well(&shell.act);
    well(&shell.verify);
    fs::write(folder.join("store/deep/db-1.log"), "new").unwrap();
    // Twice: the second time nothing is left to do.
    well(&shell.undo);
    well(&shell.undo);
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(read("store/deep/db-1.log"), "old");
    assert_eq!(read("points/replaced/store-1/deep/db-1.log"), "new");
}

#[test]
fn a_damaged_restore_point_is_not_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir_all(folder.join("store")).unwrap();
    fs::write(folder.join("store/db"), "old").unwrap();
    let shell = shell(&store_step(folder));
    well(&shell.act);
    well(&[shell.undo[0].clone()]);
    fs::write(folder.join("points/b/store-1/db"), "rotten").unwrap();
    fs::write(folder.join("store/db"), "new").unwrap();
    badly(&shell.undo);
    assert_eq!(fs::read_to_string(folder.join("store/db")).unwrap(), "new");
    // And one that is sealed is never taken again.
    assert!(badly(&shell.act).contains("is there already"));
}

#[test]
fn a_block_stops_at_the_first_command_that_fails() {
    let folder = tempfile::tempdir().unwrap();
    let marker = folder.path().join("typed");
    let commands = [
        "# a comment".to_owned(),
        "true".to_owned(),
        "false || false".to_owned(),
        format!(": >{}", marker.display()),
    ];
    badly(&commands);
    assert!(!marker.exists());
    assert_eq!(block(&["# only words".to_owned()], "x", "y").as_deref(), Some("# only words"));
    assert_eq!(block(&[], "x", "y"), None);
}

#[test]
fn nothing_is_asked_of_a_broker_that_does_not_run() {
    let check = BrokerCheck {
        process: process("/nowhere"),
        version: version("5.18.3"),
        endpoints: vec![],
        folders: vec![],
        again_after_milliseconds: 0,
    };
    let asks = |endpoint: Option<(Protocol, bool)>| {
        let endpoints = endpoint.map(|(protocol, tls)| EndpointCheck {
            name: "door".into(),
            protocol,
            tls,
            address: "127.0.0.1:61613".into(),
            certificate: None,
        });
        let check = BrokerCheck { endpoints: endpoints.into_iter().collect(), ..check.clone() };
        let condition = Condition::Broker(Box::new(check));
        shell(&Step { verify: Check::now(condition), ..step("ask", Act::Observe) }).verify
    };
    let by_stomp = asks(Some((Protocol::Stomp, false)));
    assert!(by_stomp.contains(&"tells_stomp 127.0.0.1:61613 5.18.3 \"$BROKER_USER\"".to_owned()));
    let by_console = asks(Some((Protocol::Http, false)));
    assert!(by_console.contains(&"tells_console 127.0.0.1:61613 5.18.3".to_owned()));
    // Where nothing can be asked without TLS, a person is told where to look.
    let silent = asks(Some((Protocol::Stomp, true)));
    assert!(silent.iter().any(|line| line.starts_with("# no connector without TLS")));
    badly(&by_stomp);
}

#[test]
fn a_start_by_hand_starts_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().display().to_string();
    fs::create_dir(folder.path().join("bin")).unwrap();
    let script = "#!/bin/sh\necho started >>starts\n";
    fs::write(folder.path().join("bin/start"), script).unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(folder.path().join("bin/start"), open).unwrap();
    let command = refit_model::Command::new([format!("{home}/bin/start")], path(&home));
    let start = Act::Start { command, process: process(&home), pid_file: None };
    well(&shell(&step("start", start)).act);
    assert_eq!(fs::read_to_string(folder.path().join("starts")).unwrap(), "started\n");
}
