//! Both versions on their copies, and the running broker beside them.

use std::thread;

use refit_hosts::HostError;
use refit_model::{FilePair, Parameters, Protocol};
use refit_trial::statistics::Side;
use refit_trial::{MonotonicClock, StompBroker};
use refit_wire::jolokia::Jolokia;
use refit_wire::{Credentials, TcpConnect};

use super::side::{SideCopy, frozen_stores, live_stores};
use super::{random_word, soon};
use crate::world::AppWorld;
use crate::{App, Result, RunView, Target, read_login};

/// Queues and topics of a broker, with what went in and out since it was started.
const DESTINATIONS: [&str; 2] = [
    "org.apache.activemq:type=Broker,brokerName=*,destinationType=Queue,destinationName=*",
    "org.apache.activemq:type=Broker,brokerName=*,destinationType=Topic,destinationName=*",
];
/// Topics on which a broker tells of itself.
const ADVISORIES: &str = "destinationName=ActiveMQ.Advisory.";

/// Both versions on their copies.
pub(super) struct Bench<'a> {
    pub(super) world: &'a AppWorld,
    pub(super) before: SideCopy<'a>,
    pub(super) after: SideCopy<'a>,
    /// A user who may read everything, if the operator named one.
    given: Option<Credentials>,
    /// The stores as the old version left them.
    frozen: Vec<FilePair>,
    /// The stores of the running broker.
    live: Vec<FilePair>,
    /// Where the running broker speaks STOMP.
    running_stomp: Option<String>,
    running_console: Option<String>,
    /// Whether the new version's copy is of the running broker's store.
    after_is_live: bool,
    /// Told apart from every other trial's messages.
    label: String,
}

impl<'a> Bench<'a> {
    pub(super) fn new(
        app: &'a App<'_>,
        target: &Target,
        world: &'a AppWorld,
        view: &RunView,
    ) -> Result<Self> {
        let plan = &view.plan.body;
        let site = plan.run_parameters(view.run.as_str());
        let frozen = frozen_stores(plan, &site)?;
        let address = |protocol| address(plan, &site, protocol);
        let given = target.entry().logins.trial.as_ref();
        Ok(Self {
            world,
            before: SideCopy::new(app, world, plan, &site, Side::Before)?,
            after: SideCopy::new(app, world, plan, &site, Side::After)?,
            given: given.map(|login| read_login(login, app)).transpose()?,
            live: live_stores(&site, &frozen)?,
            frozen,
            running_stomp: address(Protocol::Stomp)?,
            running_console: address(Protocol::Http)?,
            after_is_live: false,
            label: format!("refit-trial-{}", random_word()?),
        })
    }

    /// Copies software and stores of both sides.
    pub(super) fn make(&mut self) -> Result<()> {
        let given = self.given.clone();
        self.before.make(given.as_ref())?;
        self.after.make(given.as_ref())?;
        self.before.place_stores(&self.frozen)?;
        self.place_stores_of_after()
    }

    /// The running broker's own store shows most: what the upgrade left there. But where clients
    /// have sent or taken messages since, nothing can be said about what is missing; then the new
    /// version gets the store that the old one left.
    fn place_stores_of_after(&mut self) -> Result<()> {
        if self.is_untouched() {
            self.after.place_stores(&self.live)?;
            self.after_is_live = self.is_untouched();
        }
        if !self.after_is_live {
            self.after.place_stores(&self.frozen)?;
        }
        Ok(())
    }

    /// Whether the running broker tells that no message was sent or taken since its start.
    fn is_untouched(&self) -> bool {
        let Some(console) = self.running_console() else { return false };
        DESTINATIONS.iter().all(|pattern| {
            let deadline = soon();
            let told = console.read(pattern, &["EnqueueCount", "DequeueCount"], deadline);
            // What cannot be asked is not known to be untouched.
            told.is_ok_and(|told| no_traffic(&told))
        })
    }

    /// Starts both at the same time.
    pub(super) fn start(&self) -> Result<()> {
        let (before, after) = thread::scope(|scope| {
            let before = scope.spawn(|| self.before.start());
            let after = self.after.start();
            (before.join(), after)
        });
        // A thread that panics is a mistake of ours; it goes on as a panic of this one.
        before.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        after
    }

    /// The copy of one side.
    pub(super) fn side(&self, side: Side) -> &SideCopy<'a> {
        match side {
            Side::Before => &self.before,
            Side::After => &self.after,
        }
    }

    /// The running broker's STOMP connector, where it has one without TLS.
    pub(super) fn running(&self) -> Option<StompBroker<'_>> {
        let address = self.running_stomp.as_deref()?;
        Some(StompBroker { connect: &TcpConnect, address, clock: &MonotonicClock })
    }

    fn running_console(&self) -> Option<Jolokia<'static>> {
        let login = self.world.logins().console.clone()?;
        Some(Jolokia::new(&TcpConnect, self.running_console.clone()?, Some(login)))
    }

    /// What the side after is.
    pub(super) fn after_is(&self) -> String {
        let what = if self.after_is_live {
            "on a copy of the running broker's store, on other ports"
        } else {
            "on a copy of the store that the old version left, on other ports: clients have sent \
             or taken messages since, or the console cannot be asked"
        };
        what.into()
    }

    /// Ends the trial where the operator asked to stop.
    pub(super) fn check_goes_on(&self) -> Result<()> {
        if self.before.scratch.reader().is_cancelled() {
            return Err(HostError::Cancelled("the trial".into()).into());
        }
        Ok(())
    }

    /// A word for the messages of one part of this trial.
    pub(super) fn label(&self, part: &str) -> String {
        format!("{}-{part}", self.label)
    }

    /// Ends both copies and removes them.
    pub(super) fn clean_up(&mut self) -> Result<()> {
        let before = self.before.scratch.clean_up(std::slice::from_ref(&self.before.process));
        self.after.scratch.clean_up(std::slice::from_ref(&self.after.process))?;
        Ok(before?)
    }
}

fn address(
    plan: &refit_model::Plan,
    site: &Parameters,
    protocol: Protocol,
) -> Result<Option<String>> {
    let check = plan.rehearsal.as_ref().map(|spec| &spec.rehearsed);
    let mut endpoints = check.into_iter().flat_map(|check| &check.endpoints);
    let found = endpoints.find(|one| one.protocol == protocol && !one.tls);
    Ok(found.map(|one| site.resolve(&one.address)).transpose()?)
}

fn no_traffic(told: &serde_json::Value) -> bool {
    let beans = told.as_object().into_iter().flatten();
    beans.filter(|(name, _)| !name.contains(ADVISORIES)).all(|(_, counts)| {
        let count = |name: &str| counts[name].as_u64();
        (count("EnqueueCount"), count("DequeueCount")) == (Some(0), Some(0))
    })
}
