//! What others' checkers say of the API and of the figures.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::people::token;
use crate::world::{World, request};

/// How many requests are tried for each operation.
const EXAMPLES: &str = "25";
/// What the desk refuses although its form is right: dates that are over, actions out of turn.
const NOT_ASKED: &str = "positive_data_acceptance";

/// Whether a program is there; if not it is told that the test is skipped.
fn is_there(test: &str, program: &str) -> bool {
    let told = Command::new(program).arg("--version").output();
    let is_there = told.is_ok_and(|told| told.status.success());
    if !is_there {
        crate::cluster::tell_skipped(test, program);
    }
    is_there
}

#[test]
fn schemathesis_finds_nothing_in_the_api() {
    let test = "schemathesis_finds_nothing_in_the_api";
    if !is_there(test, "schemathesis") {
        return;
    }
    let world = World::peopled();
    let mut ada = world.log_in("ada");
    request(&mut ada);
    let token = token(&mut ada, &["requests:read", "requests:write"]);
    let folder = tempfile::tempdir().unwrap();
    // Its examples are those of the seed. The token is of this test's server.
    let told = Command::new("schemathesis")
        .arg("run")
        .arg(format!("{}/api/v1/openapi.json", world.url))
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .args(["--max-examples", EXAMPLES, "--seed", "1", "--workers", "1"])
        .args(["--phases", "examples,coverage,fuzzing", "--checks", "all"])
        .args(["--exclude-checks", NOT_ASKED, "--suppress-health-check", "all"])
        .args(["--warnings", "off", "--continue-on-failure"])
        .current_dir(folder.path())
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&told.stdout);
    println!("{text}");
    assert!(told.status.success(), "{text}\n{}", String::from_utf8_lossy(&told.stderr));
    assert!(text.contains("passed"), "{text}");
}

#[test]
fn promtool_is_content_with_the_figures() {
    let test = "promtool_is_content_with_the_figures";
    if !is_there(test, "promtool") {
        return;
    }
    let world = World::peopled();
    let scope = token(&mut world.log_in("pia"), &["metrics"]);
    let figures = world.browser().api("/metrics", &scope).expect(200);
    let mut check = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    check.stdin.take().unwrap().write_all(figures.body.as_bytes()).unwrap();
    let told = check.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success() && text.is_empty(), "{text}\n{}", figures.body);
}
