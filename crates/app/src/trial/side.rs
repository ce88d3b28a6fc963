//! One version on a copy: its own home, store and ports in a scratch folder.

use refit_execute::{ExecuteError, Finding, Scratch};
use refit_hosts::{Change, Host, Reader};
use refit_model::{
    Act, BrokerCheck, Check, Condition, FilePair, HostPath, Parameters, Plan, ProcessMatch,
    Protocol, RestoreItem, Undo,
};
use refit_plan::ScratchPlaces;
use refit_trial::statistics::Side;
use refit_trial::{MonotonicClock, StompBroker};
use refit_wire::jolokia::Jolokia;
use refit_wire::{Credentials, TcpConnect};

use super::user::{TrialUser, add_user};
use crate::world::AppWorld;
use crate::{App, AppError, Result};

/// Entries of a home that are looked at: its top level.
const MOST_ENTRIES: usize = 10_000;

/// How a broker is started and stopped.
struct Service {
    start: Act,
    stop: Act,
    process: ProcessMatch,
    /// How long it may take to serve after its start.
    within_seconds: u32,
}

/// One version on a copy.
pub(super) struct SideCopy<'a> {
    side: Side,
    world: &'a AppWorld,
    pub(super) scratch: Scratch<'a>,
    /// The site's values.
    site: Parameters,
    /// The copy's values, over the site's.
    own: Parameters,
    start: Act,
    stop: Act,
    pub(super) process: ProcessMatch,
    check: BrokerCheck,
    within_seconds: u32,
    /// Who may read and write everything on the copy.
    pub(super) user: TrialUser,
    places: ScratchPlaces,
}

impl<'a> SideCopy<'a> {
    /// One side of a run's plan. Nothing is made yet.
    pub(super) fn new(
        app: &'a App<'_>,
        world: &'a AppWorld,
        plan: &Plan,
        site: &Parameters,
        side: Side,
    ) -> Result<Self> {
        let name = match side {
            Side::Before => "trial-before",
            Side::After => "trial-after",
        };
        let folder = HostPath::from(format!("{}-{name}", value(site, "control")?));
        let host: &dyn Host = world.managed();
        let scratch = Scratch::new(world, host, &folder, name, &app.cancel)?;
        let places = ScratchPlaces::of(world.pack(), &world.documents(&home_of(site, side)?));
        let own = own_parameters(site, side, &folder, &places, scratch.reader())?;
        let spec = plan.rehearsal.as_ref().ok_or_else(|| missing("a rehearsal"))?;
        let check = match side {
            Side::Before => &spec.running,
            Side::After => &spec.rehearsed,
        };
        let service = service(plan, side)?;
        Ok(Self {
            side,
            world,
            scratch,
            site: site.clone(),
            start: own.bind(&service.start)?,
            stop: own.bind(&service.stop)?,
            process: own.bind(&service.process)?,
            check: own.bind(check)?,
            within_seconds: service.within_seconds,
            own,
            user: TrialUser::Nobody("the copy was not made".into()),
            places,
        })
    }

    /// Copies the home without its data, gives it other ports and places, and adds a user who may
    /// read everything.
    pub(super) fn make(&mut self, given: Option<&Credentials>) -> Result<()> {
        self.scratch.make()?;
        let (from, to) = (self.site_home()?, self.home()?);
        self.scratch.writer().make(&[Change::MakeFolder { path: to.clone(), mode: 0o750 }])?;
        for name in self.top_level(&from)? {
            let copy = Change::Copy { from: from.join(&name), to: to.join(&name) };
            self.scratch.writer().make(&[copy])?;
        }
        let data = HostPath::from(value(&self.own, "data")?);
        self.scratch.writer().make(&[Change::MakeFolder { path: data, mode: 0o750 }])?;
        self.scratch.override_keys(&to, &self.places.overrides, &self.own)?;
        self.user = add_user(self.world, &self.scratch, &to, given)?;
        Ok(())
    }

    /// Everything of the home but its data, which may be large and are copied from elsewhere.
    fn top_level(&self, home: &HostPath) -> Result<Vec<HostPath>> {
        let data_folder = &self.world.pack().product.layout.folders["data"];
        let reader = self.scratch.reader();
        let site_data = reader.resolved(&HostPath::from(value(&self.site, "data")?))?;
        let mut names = Vec::new();
        for entry in reader.list(home, MOST_ENTRIES)? {
            let is_data = entry.path.to_str().is_some_and(|name| name.starts_with(data_folder));
            let real = reader.resolved(&home.join(entry.path.as_path()))?;
            if !is_data && !site_data.is_within(&real) {
                names.push(entry.path);
            }
        }
        Ok(names)
    }

    /// Puts copies of these stores where this copy looks for them. `from` of each pair is the copy
    /// to take, `to` the place on the site, where the old version had it.
    pub(super) fn place_stores(&self, stores: &[FilePair]) -> Result<()> {
        let old_data = HostPath::from(value(&self.site, "old_data")?);
        for FilePair { from, to } in stores {
            let place = self.places.store(to, &old_data).ok_or_else(|| AppError::First {
                what: format!("the configuration of the copy names no store for {to}"),
                how: "the store's place was changed after the run; a trial needs the run's".into(),
            })?;
            self.scratch.copy(from, &self.own.bind(&place)?)?;
        }
        Ok(())
    }

    /// Starts it, and waits until it serves with its console.
    pub(super) fn start(&self) -> Result<()> {
        self.start_until(BrokerCheck { again_after_milliseconds: 0, ..self.check.clone() })
    }

    /// Starts it, and waits until clients can reach it; the console comes later.
    pub(super) fn start_for_clients(&self) -> Result<()> {
        let mut check = BrokerCheck { again_after_milliseconds: 0, ..self.check.clone() };
        check.endpoints.retain(|endpoint| endpoint.protocol != Protocol::Http);
        self.start_until(check)
    }

    fn start_until(&self, check: BrokerCheck) -> Result<()> {
        let condition = Condition::Broker(Box::new(check));
        let check = Check { condition, within_seconds: self.within_seconds };
        self.scratch.perform(&self.start)?;
        match self.scratch.await_check(&check)? {
            Finding::Holds(_) => Ok(()),
            Finding::Not(why) => Err(ExecuteError::Act(format!(
                "the copy of {} does not serve: {why}; its log is gone with it, `refit rehearse` \
                 shows it",
                self.check.version
            ))
            .into()),
        }
    }

    /// Stops it by a signal to its own process.
    pub(super) fn stop(&self) -> Result<()> {
        Ok(self.scratch.perform(&self.stop)?)
    }

    /// Its STOMP connector, as trials use it.
    pub(super) fn stomp(&self) -> Result<StompBroker<'_>> {
        let address = self.address(Protocol::Stomp).ok_or_else(|| AppError::First {
            what: "the broker has no STOMP connector without TLS".into(),
            how: "a trial speaks STOMP; until it speaks more, it cannot try this broker".into(),
        })?;
        Ok(StompBroker { connect: &TcpConnect, address, clock: &MonotonicClock })
    }

    /// Its console, where a login for it is known.
    pub(super) fn console(&self) -> Option<Jolokia<'static>> {
        let login = self.world.logins().console.clone()?;
        Some(Jolokia::new(&TcpConnect, self.address(Protocol::Http)?, Some(login)))
    }

    fn address(&self, protocol: Protocol) -> Option<&str> {
        let of = |one: &&refit_model::EndpointCheck| one.protocol == protocol && !one.tls;
        self.check.endpoints.iter().find(of).map(|one| one.address.as_str())
    }

    /// The home on the site that it is a copy of.
    pub(super) fn site_home(&self) -> Result<HostPath> {
        home_of(&self.site, self.side)
    }

    fn home(&self) -> Result<HostPath> {
        home_of(&self.own, self.side)
    }
}

/// The stores of restore point B: where each copy is, and where the old version had it.
pub(super) fn frozen_stores(plan: &Plan, parameters: &Parameters) -> Result<Vec<FilePair>> {
    let unsealed = plan.steps.iter().find_map(|step| match &step.act {
        Act::RestorePoint { at, items, seal: false, .. } => Some((at, items)),
        _ => None,
    });
    let (at, items) = unsealed.ok_or_else(|| missing("a restore point of the stopped store"))?;
    let at: HostPath = parameters.bind(at)?;
    let items: Vec<RestoreItem> = parameters.bind(items)?;
    let pair = |item: RestoreItem| FilePair { from: at.join(&item.name), to: item.path };
    Ok(items.into_iter().map(pair).collect())
}

/// Where the new version keeps the stores that the old one had at these places.
pub(super) fn live_stores(site: &Parameters, frozen: &[FilePair]) -> Result<Vec<FilePair>> {
    let data = HostPath::from(value(site, "data")?);
    let old_data = HostPath::from(value(site, "old_data")?);
    let live = |pair: &FilePair| {
        let from = match pair.to.as_path().strip_prefix(old_data.as_path()) {
            Ok(below) => data.join(below),
            Err(_) => pair.to.clone(),
        };
        FilePair { from, to: pair.to.clone() }
    };
    Ok(frozen.iter().map(live).collect())
}

/// How the plan starts and stops a side.
fn service(plan: &Plan, side: Side) -> Result<Service> {
    let acts = plan.steps.iter().flat_map(|step| {
        let undo = match &step.undo {
            Undo::By(acts) => acts.as_slice(),
            Undo::Nothing(_) | Undo::Impossible(_) => &[],
        };
        // The old version is started by taking back, the new one is stopped by it.
        let done = std::iter::once((&step.act, &step.verify, Side::Before, Side::After));
        let undone = undo.iter().map(|one| (&one.act, &one.verify, Side::After, Side::Before));
        done.chain(undone)
    });
    let (mut start, mut stop) = (None, None);
    for (act, verify, stops, starts) in acts {
        match act {
            Act::Start { process, .. } if starts == side => {
                start = Some((act.clone(), process.clone(), verify.within_seconds));
            }
            Act::Stop { .. } if stops == side => stop = Some(act.clone()),
            _ => {}
        }
    }
    let (start, process, within_seconds) =
        start.ok_or_else(|| missing("start of both versions"))?;
    let stop = stop.ok_or_else(|| missing("stop of both versions"))?;
    Ok(Service { start, stop, process, within_seconds })
}

/// What the plan's parameters are on this copy, with free ports for every endpoint.
fn own_parameters(
    site: &Parameters,
    side: Side,
    folder: &HostPath,
    places: &ScratchPlaces,
    reader: Reader<'_>,
) -> Result<Parameters> {
    let home = format!("{folder}/home");
    let data = format!("{home}/data");
    let mut own: Parameters =
        [("scratch", folder.to_string()), ("data", data.clone())].into_iter().collect();
    let side_word = match side {
        Side::Before => {
            own.set("old_home", home);
            own.set("old_data", data);
            "old"
        }
        Side::After => {
            own.set("new_home", home);
            "new"
        }
    };
    let names = places.endpoint_names();
    let count = u16::try_from(names.len()).unwrap_or(u16::MAX);
    for (name, port) in names.iter().zip(reader.free_ports(count)?) {
        // Keys are overridden by the parameters of the new side, whichever this is.
        for word in [side_word, "new"] {
            own.set(format!("{word}_port.{name}"), port.to_string());
            own.set(format!("{word}_host.{name}"), "127.0.0.1");
        }
    }
    Ok(site.overlaid(&own))
}

/// The home of a side.
pub(super) fn home_of(parameters: &Parameters, side: Side) -> Result<HostPath> {
    let name = match side {
        Side::Before => "old_home",
        Side::After => "new_home",
    };
    Ok(value(parameters, name)?.into())
}

fn value(parameters: &Parameters, name: &str) -> Result<String> {
    Ok(parameters.resolve(&format!("${{{name}}}"))?)
}

fn missing(what: &str) -> AppError {
    AppError::First {
        what: format!("the run's plan has no {what}"),
        how: "a trial is made of a run that upgraded a broker".into(),
    }
}
