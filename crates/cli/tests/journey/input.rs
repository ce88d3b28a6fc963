//! Wrong command lines and environment files: told with place and remedy, and nothing is made.

use std::fs;
use std::path::Path;

use crate::expect::expect;
use crate::refit::{Done, Refit};

const ENVIRONMENT: &str = r#"schema = 1
name = "staging"

[hosts.local]
transport = "local"

[installations.orders]
host = "local"
platform = "activemq-classic"
home = "/nowhere/activemq"
"#;

/// A folder with this environment file, and `refit` in it.
fn with_environment(text: &str) -> (tempfile::TempDir, Refit) {
    let folder = tempfile::tempdir().unwrap();
    let environments = folder.path().join("environments");
    fs::create_dir(&environments).unwrap();
    fs::write(environments.join("staging.toml"), text).unwrap();
    let refit = Refit::in_folder(folder.path());
    (folder, refit)
}

#[test]
fn mistakes_in_environment_files_are_told_with_place_and_expectation() {
    let cases = [
        ("platform = \"activemq-classic\"", "platform = \"rabbit\""),
        ("name = \"staging\"", "name = \"production\""),
        ("platform =", "platfrom ="),
        ("home = \"/nowhere", "home = \"nowhere"),
        ("transport = \"local\"", "transport = \"telnet\""),
        ("schema = 1", "schema = 2"),
        ("host = \"local\"", "host = \"other\""),
        ("[hosts.local]", "[hosts.local"),
        ("home = \"/nowhere/activemq\"", "home = \"/nowhere/activemq\"\npassword = \"x\""),
    ];
    let mut told = String::new();
    for (from, to) in cases {
        let text = ENVIRONMENT.replacen(from, to, 1);
        assert_ne!(text, ENVIRONMENT, "{from}");
        let (_folder, refit) = with_environment(&text);
        let done = refit.expect(2, &["assess", "staging"]);
        told += &format!("# {to}\n{}\n", done.stderr);
        assert_eq!(done.stdout, "");
    }
    expect("environment-mistakes.txt", &told);
}

#[test]
fn mistakes_on_the_command_line_are_told() {
    let (_folder, refit) = with_environment(ENVIRONMENT);
    let words: [&[&str]; 12] = [
        &["assess", "nowhere"],
        &["assess", "staging:payments"],
        &["assess", "staging", "--to", "newest"],
        &["assess"],
        &["upgrade", "staging"],
        &["plan", "staging", "--decide", "everything"],
        &["approve", "staging"],
        &["approve", "staging", "--by", "Ann", "--valid-hours", "0"],
        &["run", "staging", "--skip", "stop-old", "--retry", "stop-old"],
        &["run", "staging", "--stop"],
        &["run", "staging", "--stop-by", "soon"],
        &["--packs", "/nowhere", "assess", "staging"],
    ];
    let mut told = String::new();
    for words in words {
        let done = refit.expect(2, words);
        told += &format!("$ refit {}\n{}\n", words.join(" "), done.stderr);
        assert_eq!(done.stdout, "");
    }
    expect("command-line-mistakes.txt", &told);
}

#[test]
fn what_must_come_first_is_named() {
    let (_folder, refit) = with_environment(ENVIRONMENT);
    let words: [&[&str]; 9] = [
        &["rehearse", "staging"],
        &["approve", "staging", "--by", "Ann"],
        &["run", "staging"],
        &["run", "staging", "--stop", "--why", "enough"],
        &["status", "staging"],
        &["rollback", "staging"],
        &["note", "staging", "it rained"],
        &["finalize", "staging"],
        &["journal", "verify", "staging"],
    ];
    let mut told = String::new();
    for words in words {
        let done = refit.expect(4, words);
        told += &format!("$ refit {}\n{}\n", words.join(" "), done.stderr);
    }
    expect("what-comes-first.txt", &told);
    assert!(refit.expect(0, &["cleanup", "staging"]).stdout.contains("left nothing"));
}

#[test]
fn a_home_without_a_broker_and_unknown_documents_are_told() {
    let (folder, refit) = with_environment(ENVIRONMENT);
    let telling = ["/nowhere/activemq: no installation of activemq-classic", "correct `home`"];
    refit.expect(2, &["assess", "staging"]).telling(&telling);
    let checked = refit.expect(3, &["access", "check", "staging"]);
    checked.telling(&["FAILED look at the installation", "nothing is there"]);
    refit.expect(1, &["show", "3f2a9c1e"]).telling(&["there is no document 3f2a9c1e"]);
    refit.expect(1, &["diff", "3f2a9c1e", "77b0d2aa"]).telling(&["there is no plan 3f2a9c1e"]);
    fs::create_dir(folder.path().join("empty")).unwrap();
    let text = ENVIRONMENT.replace("/nowhere/activemq", &display(&folder.path().join("empty")));
    fs::write(folder.path().join("environments/staging.toml"), text).unwrap();
    let empty = refit.expect(2, &["assess", "staging"]);
    empty.telling(&["the version cannot be told", "correct `home`"]);
}

#[test]
fn a_state_directory_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, refit) = with_environment(ENVIRONMENT);
    fs::create_dir(refit.state_folder()).unwrap();
    fs::set_permissions(refit.state_folder(), fs::Permissions::from_mode(0o755)).unwrap();
    let done = refit.expect(1, &["status", "staging"]);
    done.telling(&["can be read by others (mode 755)", "chmod 700"]);
}

#[test]
fn programs_get_errors_as_json() {
    let (_folder, refit) = with_environment(ENVIRONMENT);
    let done = refit.expect(2, &["--format", "json", "assess", "nowhere"]);
    let error: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(error["exit_code"], 2);
    assert!(error["error"].as_str().unwrap().contains("no environment `nowhere`"), "{error}");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let (_folder, refit) = with_environment(ENVIRONMENT);
    let Done { stdout, .. } = refit.expect(0, &["schema"]);
    assert!(stdout.len() > 4_000, "more than what a reader takes at once is needed");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_refit"))
        .arg("schema")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

fn display(path: &Path) -> String {
    path.display().to_string()
}
