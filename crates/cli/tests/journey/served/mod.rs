//! `refit serve` under load, killed again and again: nothing that was acknowledged is lost, no
//! letter is lost, and the chains of what happened are whole.

mod checked;
mod person;
#[cfg(feature = "s3")]
mod s3;
mod site;
mod uploads;

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::cluster::Cluster;
use checked::Letters;
use person::{Deed, Outcome};
use site::Site;

/// How many deeds a server acknowledges before it is killed, at most.
const MOST_DEEDS: u64 = 25;
/// How long after the last one it is killed, at most: in the middle of anything.
const MOST_WAIT: u64 = 60_000;
/// How long that may take, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);
/// The seed of the moments of the kills in CI.
const SEED: u64 = 7;

#[test]
fn killed_under_load_on_sqlite() {
    on_sqlite("killed_under_load_on_sqlite", 10, SEED);
}

#[test]
fn killed_under_load_on_postgres() {
    on_postgres("killed_under_load_on_postgres", 10, SEED);
}

#[test]
#[ignore = "takes minutes; cargo xtask soak runs it"]
fn killed_under_load_often_on_sqlite() {
    on_sqlite("killed_under_load_often_on_sqlite", 200, fastrand::u64(..));
}

#[test]
#[ignore = "takes minutes; cargo xtask soak runs it"]
fn killed_under_load_often_on_postgres() {
    on_postgres("killed_under_load_often_on_postgres", 200, fastrand::u64(..));
}

fn on_sqlite(test: &str, kills: u64, seed: u64) {
    if let Some(site) = Site::new(test, None) {
        go(test, &site, kills, seed);
    }
}

fn on_postgres(test: &str, kills: u64, seed: u64) {
    let Some(cluster) = Cluster::shared(test) else { return };
    if let Some(site) = Site::new(test, Some(new_database(cluster, test))) {
        go(test, &site, kills, seed);
    }
}

/// The URL of a new database.
fn new_database(cluster: &Cluster, name: &str) -> String {
    let mut made = Command::new(crate::cluster::program("createdb").unwrap());
    made.arg("--maintenance-db").arg(cluster.url("postgres")).arg(name);
    assert!(made.status().unwrap().success());
    cluster.url(name)
}

/// What people did, all rounds together.
#[derive(Default)]
struct Told {
    deeds: Vec<(Deed, Outcome)>,
    letters: Letters,
}

impl Told {
    fn count(&self, outcome: Outcome) -> usize {
        self.deeds.iter().filter(|(_, found)| *found == outcome).count()
    }
}

fn go(test: &str, site: &Site, kills: u64, seed: u64) {
    println!("{test}: {kills} kills, seed {seed}");
    let mut rng = Rng::with_seed(seed);
    let mut people = site.people();
    let (marks, cases) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let mut told = Told::default();
    for round in 0..kills {
        let server = site.start();
        let (url, seed) = (server.url.clone(), rng.u64(..));
        let (enough, wait) = (rng.u64(1..=MOST_DEEDS), Duration::from_micros(rng.u64(..MOST_WAIT)));
        let (tell, told_of) = mpsc::channel();
        let deeds = thread::scope(|scope| {
            let working: Vec<_> = (0..)
                .zip(&mut people)
                .map(|(number, person)| {
                    let (url, marks, cases) = (url.as_str(), &marks, &cases);
                    let work = person::Work { url, marks, cases, tell: tell.clone() };
                    let rng = Rng::with_seed(seed ^ number);
                    scope.spawn(move || work.until_cut_off(person, rng))
                })
                .collect();
            for _ in 0..enough {
                told_of.recv_timeout(PATIENCE).expect("the server works until it is killed");
            }
            let since = Instant::now();
            while since.elapsed() < wait {
                std::hint::spin_loop();
            }
            server.kill();
            working.into_iter().flat_map(|one| one.join().unwrap()).collect::<Vec<_>>()
        });
        told.deeds.extend(deeds);
        site.take_letters(&mut told.letters);
        if round % 10 == 9 || round + 1 == kills {
            checked::records(site, &told);
        }
    }
    println!("{test}: {}", by_kind(&told.deeds));
    checked::letters(site, &mut told);
    let (kept, doubtful) = (told.count(Outcome::Acknowledged), told.count(Outcome::InDoubt));
    assert!(kept as u64 > kills && doubtful > 0, "there was load: {kept} kept, {doubtful} cut off");
    let twice = told.letters.twice();
    assert!(twice <= kills, "a server has one letter in hand: {twice} came twice");
    println!(
        "{test}: {kills} kills; {kept} acknowledged, all kept; {doubtful} cut off; {} refused; {} \
         letters, {twice} of them twice, each with the same Message-ID; {}",
        told.count(Outcome::Refused),
        told.letters.count(),
        by_kind(&told.deeds),
    );
}

/// How many deeds of each kind were acknowledged.
fn by_kind(deeds: &[(Deed, Outcome)]) -> String {
    let mut kinds = BTreeMap::<_, u64>::new();
    for (deed, _) in deeds.iter().filter(|(_, outcome)| *outcome == Outcome::Acknowledged) {
        *kinds.entry(deed.kind).or_default() += 1;
    }
    kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect::<Vec<_>>().join(", ")
}
