//! What the server does by itself, round after round.

use tracing::error;

use crate::portal::Portal;

/// Works until the server ends.
pub(crate) async fn run(portal: Portal) {
    let mut rounds = tokio::time::interval(portal.settings.rounds);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = rounds.tick() => {}
            () = portal.ending.cancelled() => return,
        }
        error!("nothing yet");
    }
}
