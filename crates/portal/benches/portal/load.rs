//! Pages asked for at fixed moments, whether the ones before have been answered or not. How long
//! one took counts from the moment at which it was to be asked for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use ureq::Agent;

use crate::fill::{Filled, Known};
use crate::site::Person;

/// How many can be asked for at the same time.
const CLIENTS: usize = 48;
const PATIENCE: Duration = Duration::from_secs(30);

/// What is asked for, by whom.
pub struct Load<'a> {
    url: &'a str,
    people: Vec<Looking<'a>>,
    rate: u64,
    asked: AtomicU64,
}

/// Somebody, and what this person sees.
struct Looking<'a> {
    person: &'a Person,
    cases: Vec<&'a Known>,
    live: Vec<&'a Known>,
}

/// How long pages took, by their kind, and what went wrong.
#[derive(Default)]
pub struct Measured {
    times: BTreeMap<&'static str, Vec<Duration>>,
    errors: BTreeMap<String, u64>,
    bytes: u64,
}

impl<'a> Load<'a> {
    pub fn new(url: &'a str, people: &'a [Person], filled: &'a Filled, rate: u64) -> Self {
        let sees = |person: &Person, known: &Known| {
            person.role == "administrator" || known.people.contains(person.id)
        };
        let people = people.iter().map(|person| {
            let cases: Vec<_> = filled.of.iter().filter(|known| sees(person, known)).collect();
            let live = cases.iter().copied().filter(|known| known.run.is_some()).collect();
            Looking { person, cases, live }
        });
        Self { url, people: people.collect(), rate, asked: AtomicU64::new(0) }
    }

    /// Asks for pages for so long.
    pub fn go(&self, time: Duration) -> Measured {
        let begun = Instant::now();
        let first = self.asked.load(Ordering::SeqCst);
        let last = first + self.rate * time.as_secs();
        let every = Duration::from_nanos(1_000_000_000 / self.rate);
        let due = |number: u64| begun + every * u32::try_from(number - first).unwrap_or(u32::MAX);
        let all = thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS)
                .map(|_| {
                    scope.spawn(|| {
                        let (agent, mut measured) = (agent(), Measured::default());
                        loop {
                            let number = self.asked.fetch_add(1, Ordering::SeqCst);
                            if number >= last {
                                return measured;
                            }
                            let at = due(number);
                            thread::sleep(at.saturating_duration_since(Instant::now()));
                            self.ask(&agent, number, at, &mut measured);
                        }
                    })
                })
                .collect();
            clients.into_iter().map(|client| client.join().expect("a client")).collect::<Vec<_>>()
        });
        self.asked.store(last, Ordering::SeqCst);
        all.into_iter().fold(Measured::default(), Measured::with)
    }

    /// The page number so, always the same one.
    fn ask(&self, agent: &Agent, number: u64, at: Instant, measured: &mut Measured) {
        let mut rng = Rng::with_seed(number);
        let looking = &self.people[rng.usize(..self.people.len())];
        let (kind, path) = looking.page(number, &mut rng);
        let request = agent.get(format!("{}{path}", self.url));
        let answer = request.header("cookie", &looking.person.cookie).call();
        let told = match answer {
            Ok(answer) if answer.status() == 200 => answer.into_body().read_to_vec(),
            Ok(answer) => {
                *measured.errors.entry(format!("{path}: {}", answer.status())).or_default() += 1;
                return;
            }
            Err(error) => Err(error),
        };
        match told {
            Ok(body) => {
                measured.bytes += body.len() as u64;
                measured.times.entry(kind).or_default().push(at.elapsed());
            }
            Err(error) => *measured.errors.entry(error.to_string()).or_default() += 1,
        }
    }
}

impl Looking<'_> {
    /// A list, a project, its upgrade, or the page of a run.
    fn page(&self, number: u64, rng: &mut Rng) -> (&'static str, String) {
        let order = ["changed", "deadline", "title"][rng.usize(..3)];
        let state = if rng.bool() { "&state=open" } else { "" };
        let list = ("list", format!("/requests?order={order}{state}"));
        let project = |known: &&Known| ("project", format!("/requests/{}", known.id));
        let upgrade = |known: &&Known| ("upgrade", format!("/requests/{}/upgrade", known.id));
        let live = |known: &&Known| {
            let run = known.run.as_ref()?;
            Some(("live", format!("/requests/{}/runs/{run}", known.id)))
        };
        let pages = match number % 4 {
            0 => None,
            1 => rng.choice(&self.cases).map(project),
            2 => rng.choice(&self.live).map(upgrade),
            _ => rng.choice(&self.live).and_then(live),
        };
        pages.unwrap_or(list)
    }
}

fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(PATIENCE))
        .build()
        .new_agent()
}

impl Measured {
    fn with(mut self, other: Self) -> Self {
        for (kind, times) in other.times {
            self.times.entry(kind).or_default().extend(times);
        }
        for (error, count) in other.errors {
            *self.errors.entry(error).or_default() += count;
        }
        self.bytes += other.bytes;
        self
    }

    pub fn count(&self) -> usize {
        self.times.values().map(Vec::len).sum()
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<_> = self.times.values().flatten().copied().collect();
        for (kind, times) in self.times.clone().into_iter().chain([("all", all)]) {
            writeln!(f, "    {kind:<8} {}", told(times))?;
        }
        let errors: u64 = self.errors.values().sum();
        let size = self.bytes / u64::try_from(self.count().max(1)).unwrap_or(u64::MAX);
        writeln!(f, "    {errors} errors; {size} bytes a page")?;
        for (error, count) in self.errors.iter().take(5) {
            writeln!(f, "      {count}x {error}")?;
        }
        Ok(())
    }
}

fn told(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let part = |percent: usize| {
        let time = times.get(times.len().saturating_sub(1) * percent / 100).copied();
        time.unwrap_or_default().as_secs_f64() * 1000.0
    };
    format!(
        "p50 {:>6.1} ms, p95 {:>6.1} ms, p99 {:>6.1} ms, longest {:>6.1} ms, {} pages",
        part(50),
        part(95),
        part(99),
        part(100),
        times.len()
    )
}
