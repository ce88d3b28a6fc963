//! How long `refit --help` takes from a cold start of the process.

use std::process::{Command, Stdio};

use crate::refit::run;
use crate::summary::median_with_interval;

const TIMES: usize = 21;

pub fn measure() {
    let of = |program: &str, word: &str| {
        let mut command = Command::new(program);
        command.arg(word).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        run(command).took.as_secs_f64() * 1_000.0
    };
    let (mut help, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        help.push(of(env!("CARGO_BIN_EXE_refit"), "--help"));
        floor.push(of("/bin/true", "--help"));
    }
    let (help, low, high) = median_with_interval(&help);
    let (floor, _, _) = median_with_interval(&floor);
    println!(
        "help: `refit --help` {help:.1} ms (95 % interval {low:.1} to {high:.1}, n={TIMES}); \
         starting a process that does nothing: {floor:.1} ms; promised: at most 30 ms"
    );
}
