//! How long clients are cut off by an upgrade, against the bare floor: a signal to the old version
//! and the start of the new one on the same store, with everything prepared by hand.
//!
//! Both are seen by the same client: a producer that reconnects and waits for each confirmation.
//! Afterwards every confirmed message is read back.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use refit_demo::{SiteUser, brokers_within};
use refit_trial::gap::{GapSettings, GapWatch};
use refit_trial::inventory::DrainLimits;
use refit_trial::marked::{Accounting, RunLabel, collect_arrivals};
use refit_trial::{MonotonicClock, StompBroker};
use refit_wire::TcpConnect;

use crate::refit::Bench;
use crate::summary::median_with_interval;

const WITHIN: Duration = Duration::from_mins(2);
const QUEUE: &str = "/queue/orders.bench";
/// Confirmations before and after.
const ENOUGH: u64 = 100;

/// What the client saw of one switch.
struct Switch {
    gap: Duration,
    account: Accounting,
}

pub fn measure(bench: &Bench, pairs: usize) {
    let prepared = prepare_by_hand(bench);
    let (mut ratios, mut by_refit, mut by_hand) = (Vec::new(), Vec::new(), Vec::new());
    let mut account = Accounting::default();
    println!("downtime: client's gap in seconds, by `refit run` and bare, {pairs} pairs");
    for pair in 0..pairs {
        // Who is first changes, so that a drift of the machine hits both.
        let (refit, hand) = if pair % 2 == 0 {
            let refit = refit_switch(bench, pair);
            (refit, hand_switch(bench, &prepared, pair))
        } else {
            let hand = hand_switch(bench, &prepared, pair);
            (refit_switch(bench, pair), hand)
        };
        let (r, h) = (refit.gap.as_secs_f64(), hand.gap.as_secs_f64());
        println!("  {:>2}: {r:.2} and {h:.2}, ratio {:.3}", pair + 1, r / h);
        ratios.push(r / h);
        by_refit.push(r);
        by_hand.push(h);
        account = account.together_with(refit.account).together_with(hand.account);
    }
    let (ratio, low, high) = median_with_interval(&ratios);
    let (refit, _, _) = median_with_interval(&by_refit);
    let (hand, _, _) = median_with_interval(&by_hand);
    println!(
        "downtime: median {refit:.2} s by refit, {hand:.2} s bare; ratio {ratio:.3} (95 % interval \
         {low:.3} to {high:.3}, {pairs} pairs); promised: at most 1.10"
    );
    println!(
        "  of {} confirmed messages {} lost, {} doubled, {} out of order{}",
        account.acknowledged,
        account.lost,
        account.doubled,
        account.out_of_order,
        account.cut_short.map_or_else(String::new, |why| format!("; not all were seen: {why}"))
    );
}

/// A whole upgrade by Refit, and back again.
fn refit_switch(bench: &Bench, number: usize) -> Switch {
    bench.refit_well(&["plan", "bench", "--decide", "data-location=keep", "--by", "B"], 0);
    bench.refit_well(&["rehearse", "bench"], 0);
    bench.refit_well(&["approve", "bench", "--by", "B"], 0);
    let switch = watched(bench, &format!("refit-{number}"), || {
        bench.refit_well(&["run", "bench", "--by", "B"], 0);
    });
    bench.refit_well(&["rollback", "bench", "--by", "B", "--why", "the next pair"], 7);
    switch
}

/// The bare switch, and back again.
fn hand_switch(bench: &Bench, prepared: &Path, number: usize) -> Switch {
    let switch = watched(bench, &format!("hand-{number}"), || {
        bench.site.stop(WITHIN).expect("the old version ends");
        start(bench, prepared);
    });
    for broker in brokers_within(prepared).expect("processes can be listed") {
        broker.terminate(WITHIN).expect("the new version ends");
    }
    bench.site.start(WITHIN).expect("the old version starts again");
    switch
}

/// A home of the new version as Refit makes it, with the data where they are.
fn prepare_by_hand(bench: &Bench) -> PathBuf {
    bench.refit_well(&["plan", "bench", "--decide", "data-location=keep", "--by", "B"], 0);
    bench.refit_well(&["rehearse", "bench"], 0);
    bench.refit_well(&["approve", "bench", "--by", "B"], 0);
    bench.refit_well(&["run", "bench", "--by", "B"], 0);
    let prepared = bench.site.folder().join("by-hand");
    let copied =
        Command::new("cp").arg("-a").arg(bench.site.link().join(".")).arg(&prepared).status();
    assert!(copied.expect("cp runs").success(), "the new home is copied");
    bench.refit_well(&["rollback", "bench", "--by", "B", "--why", "prepared"], 7);
    let data = prepared.join("data");
    fs::remove_file(&data).or_else(|_| fs::remove_dir_all(&data)).expect("the copy's data link");
    let old = bench.site.link().canonicalize().expect("the old home");
    symlink(old.join("data"), &data).expect("a link to the data");
    prepared
}

/// Starts the vendor's script, which returns at once. The number in the pid file may be that of a
/// zombie, which the script would take for the broker.
fn start(bench: &Bench, home: &Path) {
    fs::remove_file(home.join("data/activemq.pid")).ok();
    let started = Command::new(home.join("bin/activemq"))
        .arg("start")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", bench.site.folder().join("home"))
        .env("JAVA_HOME", bench.site.spec().java.as_path())
        .current_dir(home)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(started.expect("the script runs").success());
}

/// What a client sees while `switch` is done.
fn watched(bench: &Bench, label: &str, switch: impl FnOnce()) -> Switch {
    let address = format!("127.0.0.1:{}", bench.site.ports().stomp);
    let credentials = bench.site.credentials(SiteUser::Orders).expect("a password");
    let label = RunLabel(format!("{label}-{}", std::process::id()));
    let settings = GapSettings::usual(label.clone(), QUEUE);
    let watch = GapWatch::start(
        Arc::new(TcpConnect),
        address.clone(),
        Some(credentials.clone()),
        settings,
        Arc::new(MonotonicClock),
    );
    let watch = watch.expect("a client");
    assert!(watch.wait_for(ENOUGH, WITHIN), "the client is served before");
    let begin = Instant::now();
    switch();
    let so_far = watch.acknowledged();
    assert!(watch.wait_for(so_far + ENOUGH, WITHIN), "the client is served after {begin:?}");
    let gap = watch.stop();
    assert_eq!(gap.breaks.len(), 1, "one break: {:?}", gap.breaks);
    let broker = StompBroker { connect: &TcpConnect, address: &address, clock: &MonotonicClock };
    let limits = DrainLimits::default();
    let came =
        collect_arrivals(broker, Some(&credentials), QUEUE, &label, gap.acknowledged(), limits);
    let account = gap.account(&came.expect("the messages are read back"));
    Switch { gap: Duration::from_micros(gap.breaks[0].gap_microseconds), account }
}
