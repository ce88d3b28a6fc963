//! What strangers and their tools send: every fixture is refused with a clear status and leaves no
//! trace in the case, or is kept and does nothing wherever it is shown.

mod files;
mod kept_packed;
mod raw;
mod requests;
mod texts;

use crate::browser::Browser;
use crate::world::{World, request};

/// At least so many fixtures there are.
const LEAST: usize = 80;

/// A server with a case of ada's; everybody who tries something.
struct Target {
    world: World,
    ada: Browser,
    ben: Browser,
    case: String,
    /// How many events the case has, as long as nobody does anything.
    known: Option<u64>,
    /// The fixtures that were tried.
    tried: Vec<String>,
    /// What was wrong: all of it is told together.
    wrong: Vec<String>,
}

impl Target {
    fn new() -> Self {
        let world = World::peopled();
        let mut ada = world.log_in("ada");
        let case = request(&mut ada);
        let mut ben = world.log_in("ben");
        ben.post(&format!("{case}/do/take-up"), &[]).expect(200);
        ada.get("/account").expect(200);
        Self { world, ada, ben, case, known: None, tried: Vec::new(), wrong: Vec::new() }
    }

    /// How many events the case has.
    fn events(&self) -> u64 {
        let id = self.case.strip_prefix("/requests/").unwrap();
        self.world.records(async |store| store.case(id).await.unwrap().unwrap().row.version)
    }

    /// A fixture that must be refused with one of these statuses, and leave no trace.
    fn refused(&mut self, name: &str, statuses: &[u16], send: impl FnOnce(&mut Self) -> u16) {
        let before = self.known.take().unwrap_or_else(|| self.events());
        let status = send(self);
        self.holds(statuses.contains(&status), format!("{name}: {status}, not {statuses:?}"));
        let after = self.events();
        self.holds(after == before, format!("{name} left a trace"));
        self.known = Some(after);
        self.tried.push(name.to_owned());
    }

    /// Something that must hold.
    fn holds(&mut self, it_does: bool, otherwise: String) {
        if !it_does {
            self.wrong.push(otherwise);
        }
    }
}

#[test]
fn hostile_input_is_refused_or_inert() {
    let mut target = Target::new();
    files::try_all(&mut target);
    texts::try_all(&mut target);
    requests::try_all(&mut target);
    raw::try_all(&mut target);
    // It is all there, and goes on.
    target.ada.get(&target.case.clone()).expect(200);
    target.world.browser().get("/readyz").expect(200);
    let check = target.world.records(async |store| store.verify_audit(&[]).await.unwrap());
    assert!(matches!(check, refit_store::ChainCheck::Whole { .. }), "{check:?}");
    files::nothing_was_left(&target);
    assert!(target.wrong.is_empty(), "{:#?}", target.wrong);
    let count = target.tried.len();
    let mut names = target.tried.clone();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count, "every fixture is another one");
    assert!(count >= LEAST, "{count} fixtures");
    println!("{count} hostile fixtures: refused, or inert");
}
