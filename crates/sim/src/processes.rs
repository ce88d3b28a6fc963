//! The processes of a simulated host: brokers, which take a while to start and to end.

use refit_hosts::{Process, ProcessId};

/// How long a broker takes until it listens.
const STARTS_MILLISECONDS: u64 = 700;
/// How long one takes to end after SIGTERM.
const ENDS_MILLISECONDS: u64 = 900;
/// After what time one ends that cannot start.
const DIES_MILLISECONDS: u64 = 300;

/// A broker.
#[derive(Clone, Debug)]
pub(crate) struct Broker {
    id: ProcessId,
    /// Its home.
    pub(crate) home: String,
    /// Its data, links resolved.
    pub(crate) data: String,
    /// What it tells of itself.
    pub(crate) version: String,
    serves_at: u64,
    ends_at: Option<u64>,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Processes {
    brokers: Vec<Broker>,
    last_pid: u32,
}

impl Processes {
    /// Starts a broker at the time `now`; one that `dies` ends before it listens.
    pub(crate) fn start(
        &mut self,
        now: u64,
        [home, data, version]: [String; 3],
        dies: bool,
    ) -> ProcessId {
        self.last_pid += 1;
        let id = ProcessId { pid: 100 + self.last_pid, started_ticks: now };
        let serves_at = now + STARTS_MILLISECONDS;
        let ends_at = dies.then_some(now + DIES_MILLISECONDS);
        self.brokers.push(Broker { id, home, data, version, serves_at, ends_at });
        id
    }

    /// Those that have not ended.
    pub(crate) fn running(&self, now: u64) -> impl Iterator<Item = &Broker> {
        self.brokers.iter().filter(move |broker| broker.ends_at.is_none_or(|end| end > now))
    }

    /// Those that listen.
    pub(crate) fn serving(&self, now: u64) -> impl Iterator<Item = &Broker> {
        self.running(now).filter(move |broker| broker.serves_at <= now)
    }

    /// Asks one to end, in order or at once.
    pub(crate) fn end(&mut self, id: ProcessId, now: u64, at_once: bool) {
        let end = if at_once { now } else { now + ENDS_MILLISECONDS };
        for broker in self.brokers.iter_mut().filter(|broker| broker.id == id) {
            broker.ends_at = Some(broker.ends_at.map_or(end, |before| before.min(end)));
        }
    }

    /// When a process ends or ended; `None` while nothing makes it end.
    pub(crate) fn end_of(&self, id: ProcessId) -> Option<u64> {
        let found = self.brokers.iter().find(|broker| broker.id == id);
        found.map_or(Some(0), |broker| broker.ends_at)
    }

    /// The machine starts anew: what ran and was not about to end is started again.
    pub(crate) fn restart(&mut self, now: u64) {
        let before = std::mem::take(&mut self.brokers);
        for broker in before.into_iter().filter(|broker| broker.ends_at.is_none()) {
            self.start(now, [broker.home, broker.data, broker.version], false);
        }
    }

    /// Data that more than one running broker uses.
    pub(crate) fn shared_data(&self, now: u64) -> Option<String> {
        let running: Vec<_> = self.running(now).map(|broker| &broker.data).collect();
        let twice = |data: &&String| running.iter().filter(|other| *other == data).count() > 1;
        running.iter().copied().find(twice).cloned()
    }

    /// What runs, as text.
    pub(crate) fn picture(&self, now: u64) -> Vec<String> {
        let shown = |broker: &Broker| format!("{} {}", broker.home, broker.version);
        self.running(now).map(shown).collect()
    }
}

impl Broker {
    /// As a host tells of it.
    pub(crate) fn told(&self) -> Process {
        Process {
            id: self.id,
            parent: 1,
            uid: 7,
            executable: Some("/usr/bin/java".into()),
            executable_deleted: false,
            arguments: vec![
                "java".into(),
                format!("-Dhome={}", self.home),
                format!("-Ddata={}", self.data),
            ],
            directory: Some("/".into()),
            control_groups: Vec::new(),
        }
    }
}
