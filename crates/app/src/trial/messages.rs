//! Every message of both sides, compared.

use std::thread;

use refit_model::Digest;
use refit_trial::comparison::compare;
use refit_trial::inventory::{
    ContentNames, Drain, DrainLimits, MessageInventory, Source, counted_sources,
};
use refit_trial::report::{TestResult, judge_messages};

use super::bench::Bench;
use super::rules::MESSAGES;
use super::side::SideCopy;
use super::soon;
use crate::{App, AppError, Fingerprinter, Result};

/// Reads everything out of both copies and compares it; gives the queues and topics that there
/// are, too.
pub(super) fn compare_all(app: &App<'_>, bench: &Bench<'_>) -> Result<(TestResult, Vec<String>)> {
    let names = app.state.fingerprinter()?;
    let begun = jiff::Timestamp::now().as_millisecond();
    let (before, after) = thread::scope(|scope| {
        let before = scope.spawn(|| read_all(&bench.before, &names));
        let after = read_all(&bench.after, &names);
        (before.join(), after)
    });
    // A thread that panics is a mistake of ours; it goes on as a panic of this one.
    let before = before.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    let after = after?;
    let comparison = compare(&before, &after, u64::try_from(begun).ok());
    let inputs: [Digest; 2] =
        [app.state.save(before.clone())?.digest, app.state.save(after)?.digest];
    let result = judge_messages(MESSAGES, &comparison).judged_from(inputs.into());
    Ok((result, destinations(&before)))
}

/// What a copy holds. Contents are named by a keyed hash: they may be secret.
fn read_all(side: &SideCopy<'_>, names: &Fingerprinter) -> Result<MessageInventory> {
    let console = side.console().ok_or_else(|| AppError::First {
        what: "without a login for the console nobody tells which queues and subscriptions there \
               are"
        .into(),
        how: "name one in the environment file as `logins.console`".into(),
    })?;
    let sources = counted_sources(&console, soon())?;
    let name = |content: &[u8]| names.of(content).to_string();
    let drain = Drain {
        broker: side.stomp()?,
        credentials: side.user.credentials()?,
        counts: Some(&console),
        names: ContentNames::keyed(&name),
        limits: DrainLimits::default(),
    };
    Ok(drain.take_all(&sources))
}

fn destinations(inventory: &MessageInventory) -> Vec<String> {
    let of = |source: &Source| match source {
        Source::Queue { name } => format!("/queue/{name}"),
        Source::Durable { topic, .. } => format!("/topic/{topic}"),
    };
    inventory.sources.iter().map(|source| of(&source.source)).collect()
}
