//! A server that is killed loses nothing that it has confirmed, and sends nothing twice unasked.
//!
//! The server is this test program again, with the test [`child`] alone: it commits and sends in a
//! loop, and tells on its standard output what the store has confirmed.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fastrand::Rng;
use refit_model::Secret;
use refit_store::{AuditHead, ChainCheck, Channel, KeyFile, Location, OutboxState, Store};

use crate::samples::{at, commit, settled};
use crate::site::{Site, on_both};

on_both!(nothing_confirmed_is_lost);

/// Tells the child which store is meant.
const STORE: &str = "REFIT_TEST_STORE";
const KEY_FILE: &str = "REFIT_TEST_KEY_FILE";
/// How often the server is killed.
const KILLS: u64 = 20;
/// How long the child goes on if nobody kills it.
const LIFE: Duration = Duration::from_mins(1);
const LEASE: Duration = Duration::from_mins(1);

/// What the child told, all rounds together.
#[derive(Default)]
struct Told {
    version: u64,
    heads: Vec<AuditHead>,
    /// How often each letter went out, and how often of these its claim was in doubt.
    letters: BTreeMap<String, (u64, u64)>,
}

async fn nothing_confirmed_is_lost(site: &Site) {
    settled(&site.store).await;
    let mut told = Told::default();
    let mut rng = Rng::with_seed(9);
    for round in 0..KILLS {
        let before = told.heads.len();
        kill_at_random(site, &mut rng, &mut told);
        assert!(told.heads.len() > before, "round {round}: the child committed something");
        check(&site.store, &told).await;
    }
    // What is left goes out, too.
    let mut moment = i64::MAX / 2_000_000_000;
    loop {
        let rest = site.store.claim(Channel::Mail, at(moment), LEASE, 100).await.unwrap();
        if rest.is_empty() {
            break;
        }
        for one in rest {
            told.sent(&one.entry.content.key, one.is_in_doubt);
            site.store.sent(one.lease, at(moment)).await.unwrap();
        }
        moment += 1;
    }
    let version = site.store.case("c1").await.unwrap().unwrap().row.version;
    assert_eq!(told.letters.len() as u64, version, "each event's letter went out");
    for (key, (times, in_doubt)) in &told.letters {
        assert!(*times >= 1 && times - in_doubt <= 1, "{key} went out {times} times unasked");
    }
    let doubts: u64 = told.letters.values().map(|(_, in_doubt)| in_doubt).sum();
    assert!(doubts <= KILLS * 2, "only what was in hand at a kill is in doubt: {doubts}");
}

/// Starts a server, and kills it some time after a number of confirmations.
fn kill_at_random(site: &Site, rng: &mut Rng, told: &mut Told) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--ignored", "--nocapture"])
        .env(STORE, site.url())
        .env(KEY_FILE, site.key_file.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..rng.usize(1..60) {
        let line = lines.next().expect("the child lives until it is killed").unwrap();
        told.line(&line);
    }
    // Not always in the same place of a transaction.
    let (since, wait) = (Instant::now(), Duration::from_micros(rng.u64(0..5000)));
    while since.elapsed() < wait {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    for line in lines {
        told.line(&line.unwrap());
    }
    assert_eq!(child.wait().unwrap().signal(), Some(9), "the kill must have happened");
}

async fn check(store: &Store, told: &Told) {
    let snapshot = store.case("c1").await.unwrap().unwrap();
    let version = snapshot.row.version;
    // One more may have been confirmed to a server that could not tell any more.
    assert!((told.version..=told.version + 1).contains(&version), "{version} {}", told.version);
    let whole = ChainCheck::Whole { records: version };
    assert_eq!(store.verify_case("c1").await.unwrap(), whole);
    let whole = ChainCheck::Whole { records: version + 2 };
    assert_eq!(store.verify_audit(&told.heads).await.unwrap(), whole);
    let counts = store.outbox_counts().await.unwrap();
    assert_eq!(counts.iter().map(|count| count.count).sum::<u64>(), version, "{counts:?}");
    assert!(counts.iter().all(|count| count.state != OutboxState::Dead));
}

impl Told {
    /// Takes a line of the child; what the test harness itself says is passed over.
    fn line(&mut self, line: &str) {
        let words: Vec<_> = line.split(' ').collect();
        match words[..] {
            ["committed", version, sequence, digest] => {
                self.version = version.parse().unwrap();
                let (sequence, digest) = (sequence.parse().unwrap(), digest.parse().unwrap());
                self.heads.push(AuditHead { sequence, digest });
            }
            ["sending", key, is_in_doubt] => self.sent(key, is_in_doubt == "true"),
            _ => {}
        }
    }

    fn sent(&mut self, key: &str, is_in_doubt: bool) {
        let (times, in_doubt) = self.letters.entry(key.to_owned()).or_default();
        *times += 1;
        *in_doubt += u64::from(is_in_doubt);
    }
}

/// The server: not a test by itself.
#[tokio::test]
#[ignore = "it is started by another test, which kills it"]
async fn child() {
    let Ok(url) = std::env::var(STORE) else { return };
    let location = match url.strip_prefix("sqlite://") {
        Some(path) => Location::File(path.into()),
        None => Location::postgres(&Secret::new(url)).unwrap(),
    };
    let key_file = KeyFile::at(std::env::var(KEY_FILE).unwrap());
    let store = Store::open(&location, &key_file).await.unwrap();
    let mut version = store.case("c1").await.unwrap().map_or(0, |case| case.row.version);
    let since = Instant::now();
    // The lease of what an earlier server had in hand is over.
    let mut moment = i64::try_from(version).unwrap() * 100;
    while since.elapsed() < LIFE {
        let done = store.commit(&commit("c1", version, 1)).await.unwrap();
        version = done.version;
        tell(&format!("committed {version} {}", done.head));
        moment += 100;
        for one in store.claim(Channel::Mail, at(moment), LEASE, 2).await.unwrap() {
            tell(&format!("sending {} {}", one.entry.content.key, one.is_in_doubt));
            store.sent(one.lease, at(moment)).await.unwrap();
        }
    }
}

/// Not by `println!`, which the test harness has its own way with.
fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}
