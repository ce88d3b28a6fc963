//! The journal's store in memory: what it acknowledged is kept, whatever happens.

use std::io;
use std::path::Path;
use std::sync::Arc;

use refit_execute::{Row, Store, StoreError};

use crate::fault::{Fault, Place};
use crate::saboteur::Saboteur;
use crate::simulation::Simulation;

/// The store of one process of Refit's.
pub(crate) struct SimStore {
    pub(crate) sim: Arc<Simulation>,
    pub(crate) controller: u32,
    /// Which of the journal's copies.
    pub(crate) store: usize,
}

impl Store for SimStore {
    fn path(&self) -> &Path {
        Path::new("journal")
    }

    fn rows(&self) -> Result<Vec<Row>, StoreError> {
        let mut state = self.sim.state();
        if state.saboteur == Some(Saboteur::ForgetfulJournal) && state.rng.bool() {
            state.stores[self.store].rows.pop();
        }
        let kept = &mut state.stores[self.store];
        let (count, acknowledged) = (kept.rows.len(), kept.acknowledged);
        // What an error came back for is there or not; from now on everybody has seen it.
        kept.acknowledged = count;
        let rows = kept.rows.clone();
        if count < acknowledged {
            let text = format!("{acknowledged} events were acknowledged and {count} are kept");
            state.laws.break_law(text);
        }
        Ok(rows)
    }

    fn append(&mut self, row: &Row) -> Result<(), StoreError> {
        let fail = |why: &'static str| Err(StoreError::from(io::Error::other(why)));
        let mut state = self.sim.state();
        state.must_live(self.controller)?;
        state.pass(Place::Write);
        if state.strikes(Fault::KilledBeforeWrite) {
            state.kill(self.controller);
            return fail("this process is dead");
        }
        if state.strikes(Fault::WriteFails) {
            return fail("input/output error");
        }
        if state.saboteur == Some(Saboteur::SilentUndo) && row.body.contains("\"undo-intent\"") {
            return Ok(());
        }
        let kept = &mut state.stores[self.store];
        if row.sequence != kept.rows.len() as u64 + 1 {
            return fail("another process wrote meanwhile");
        }
        kept.rows.push(row.clone());
        state.tell(|| {
            format!("journal {} of {}: {} {}", row.sequence, self.store, row.digest, row.body)
        });
        if state.strikes(Fault::KilledAfterWrite) {
            state.kill(self.controller);
            return fail("this process is dead");
        }
        if state.strikes(Fault::WriteFailsLate) {
            return fail("input/output error");
        }
        let kept = &mut state.stores[self.store];
        kept.acknowledged = kept.rows.len();
        Ok(())
    }
}
