//! The state of a simulated world, all of it behind one lock.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use fastrand::Rng;
use refit_execute::{Interrupt, Row};
use refit_hosts::{Change, Fence, HostError, Result};

use crate::fault::{Fault, Place, Schedule};
use crate::laws::Laws;
use crate::processes::Processes;
use crate::saboteur::Saboteur;
use crate::site;
use crate::tree::Tree;

/// How long the host is away after its power was cut.
const OUTAGE_MILLISECONDS: u64 = 30_000;
/// How far the time of day can jump: an hour, or ten years.
const JUMPS_SECONDS: [i64; 4] = [3600, -3600, 315_360_000, -315_360_000];

/// What a run is to come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// Every step done.
    Done,
    /// Everything taken back.
    Back,
}

/// A request that is still on its way.
pub(crate) struct Late {
    /// After how many more requests it arrives.
    pub(crate) after: u32,
    pub(crate) fence: Fence,
    pub(crate) changes: Vec<Change>,
    pub(crate) store: usize,
}

/// Where the events of a journal, or of a copy of it, are kept.
#[derive(Clone, Default)]
pub(crate) struct Kept {
    pub(crate) rows: Vec<Row>,
    /// How many of them were acknowledged.
    pub(crate) acknowledged: usize,
}

/// The world.
pub(crate) struct State {
    /// Milliseconds on the monotonic clock.
    pub(crate) now: u64,
    /// When the controlling machine was started.
    pub(crate) boot: u64,
    /// How far the time of day was set, in seconds.
    pub(crate) wall: i64,
    pub(crate) rng: Rng,
    pub(crate) schedule: Schedule,
    pub(crate) tree: Tree,
    pub(crate) processes: Processes,
    /// What is wrong with the host's disk until somebody mends it.
    pub(crate) trouble: Option<Fault>,
    pub(crate) late: Vec<Late>,
    pub(crate) stores: Vec<Kept>,
    pub(crate) goal: Goal,
    pub(crate) laws: Laws,
    pub(crate) saboteur: Option<Saboteur>,
    /// Processes of Refit's that were killed.
    pub(crate) dead: BTreeSet<u32>,
    pub(crate) interrupts: BTreeMap<u32, Interrupt>,
    /// What happened, a line each; `None` where nobody wants to know.
    pub(crate) trace: Option<Vec<String>>,
}

impl State {
    /// The site as it was, and nothing done.
    pub(crate) fn new(rng: Rng, schedule: Schedule, saboteur: Option<Saboteur>) -> Self {
        Self {
            now: 1000,
            boot: 0,
            wall: 0,
            rng,
            schedule,
            tree: site::tree(),
            processes: Processes::default(),
            trouble: None,
            late: Vec::new(),
            stores: vec![Kept::default()],
            goal: Goal::Done,
            laws: Laws::default(),
            saboteur,
            dead: BTreeSet::new(),
            interrupts: BTreeMap::new(),
            trace: None,
        }
    }

    /// Notes what happened, where somebody wants to know.
    pub(crate) fn tell(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>8} {}", self.now, what()));
        }
    }

    /// Passes a place where something can happen.
    pub(crate) fn pass(&mut self, place: Place) {
        self.schedule.pass(place);
    }

    /// Whether the fault strikes now.
    pub(crate) fn strikes(&mut self, fault: Fault) -> bool {
        let strikes = self.schedule.strikes(fault);
        if strikes {
            self.tell(|| format!("FAULT {fault:?}"));
        }
        strikes
    }

    /// A process of Refit's is gone; its machine was perhaps started anew.
    pub(crate) fn kill(&mut self, controller: u32) {
        self.dead.insert(controller);
        if self.rng.bool() {
            self.boot = self.now;
        }
    }

    /// What a killed process does has no effect.
    pub(crate) fn must_live(&self, controller: u32) -> Result<()> {
        if self.dead.contains(&controller) {
            Err(unreachable("this process is dead"))
        } else {
            Ok(())
        }
    }

    /// The host's power is cut, and comes back.
    pub(crate) fn cut_power(&mut self) {
        let pending = self.tree.pending();
        self.tell(|| format!("{pending} changes were not on the disk"));
        self.tree.cut(&mut self.rng);
        self.now += OUTAGE_MILLISECONDS;
        self.processes.restart(self.now);
    }

    /// The time of day jumps.
    pub(crate) fn jump(&mut self) {
        self.wall += JUMPS_SECONDS[self.rng.usize(0..JUMPS_SECONDS.len())];
    }

    /// The time of day, in seconds since 1970.
    pub(crate) fn wall_seconds(&self) -> i64 {
        let passed = i64::try_from(self.now / 1000).unwrap_or(i64::MAX);
        1_800_000_000 + self.wall + passed
    }

    /// Lets time pass, and looks at what must hold at any time.
    pub(crate) fn wait(&mut self, milliseconds: u64) {
        self.now += milliseconds;
        if let Some(data) = self.processes.shared_data(self.now) {
            self.laws.break_law(format!("two brokers run on {data}"));
        }
    }

    /// Refuses a change of the disk while something is wrong with it.
    pub(crate) fn must_take(&mut self, path: &Path, grows: bool) -> Result<()> {
        if self.trouble.is_none() {
            let full = grows && self.strikes(Fault::Full);
            let read_only = !full && self.strikes(Fault::ReadOnly);
            self.trouble =
                full.then_some(Fault::Full).or_else(|| read_only.then_some(Fault::ReadOnly));
        }
        let fail = |kind| Err(HostError::io("write", path, io::Error::from(kind)));
        match self.trouble {
            Some(Fault::Full) if grows => fail(io::ErrorKind::StorageFull),
            Some(Fault::ReadOnly) => fail(io::ErrorKind::ReadOnlyFilesystem),
            _ => Ok(()),
        }
    }
}

/// The host cannot be reached, for this reason.
pub(crate) fn unreachable(why: &'static str) -> HostError {
    HostError::Io { action: "reach".into(), path: "the host".into(), source: io::Error::other(why) }
}
