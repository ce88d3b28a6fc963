//! Looks at the queues of a broker that is in use.

use std::collections::BTreeMap;
use std::time::Duration;

use refit_wire::jolokia::Jolokia;
use refit_wire::stomp::StompLogin;
use refit_wire::{Credentials, WireError};

use super::{
    Completeness, ContentNames, CountedSource, InventoriedMessage, MessageInventory, Source,
    SourceInventory, TakenBy, counted_sources,
};
use crate::{StompBroker, TrialError};
use refit_model::with_causes;

/// How long one answer of the broker may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// The messages that wait in the queues of a broker, all of which stay where they are and unmarked.
///
/// `sources` are as the broker counted them just before; it is asked again afterwards. A queue that
/// is not as long as both counts say is incomplete: messages came or went meanwhile, or the broker
/// does not show all (`maxBrowsePageSize` 400, memory limits). Durable subscriptions cannot be
/// browsed and are always incomplete. Each queue is given the time `within`.
pub fn browse_queues(
    broker: StompBroker<'_>,
    credentials: Option<&Credentials>,
    counts: &Jolokia<'_>,
    names: ContentNames<'_>,
    sources: &[CountedSource],
    within: Duration,
) -> Result<MessageInventory, TrialError> {
    let login = StompLogin::new(credentials.cloned());
    let mut server = None;
    let mut seen = Vec::with_capacity(sources.len());
    for counted in sources {
        let messages = match &counted.source {
            Source::Queue { name } => browse(broker, &login, name, names, within, &mut server),
            Source::Durable { .. } => Ok(Vec::new()),
        };
        seen.push((counted, messages));
    }
    let after = counted_sources(counts, broker.clock.now() + ANSWER_WITHIN)?;
    let after: BTreeMap<_, _> =
        after.into_iter().map(|counted| (counted.source, counted.waiting)).collect();
    let mut inventoried: Vec<_> = seen
        .into_iter()
        .map(|(counted, messages)| {
            let after = after.get(&counted.source).copied().flatten();
            inventory_of(counted, messages, after)
        })
        .collect();
    inventoried.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(MessageInventory {
        server,
        taken_by: TakenBy::Browsing,
        names_sample: names.sample(),
        sources: inventoried,
    })
}

fn browse(
    broker: StompBroker<'_>,
    login: &StompLogin,
    queue: &str,
    names: ContentNames<'_>,
    within: Duration,
    server: &mut Option<String>,
) -> Result<Vec<InventoriedMessage>, WireError> {
    let mut client = broker.log_in(login, ANSWER_WITHIN)?;
    *server = client.server().map(str::to_owned).or(server.take());
    let mut messages = Vec::new();
    let deadline = broker.clock.now() + within;
    client.browse(&format!("/queue/{queue}"), deadline, |message| {
        messages.push(InventoriedMessage::of(&message, &names));
    })?;
    client.disconnect(broker.clock.now() + ANSWER_WITHIN)?;
    Ok(messages)
}

fn inventory_of(
    counted: &CountedSource,
    messages: Result<Vec<InventoriedMessage>, WireError>,
    after: Option<u64>,
) -> SourceInventory {
    let (messages, completeness) = match messages {
        Err(error) => {
            let why = with_causes(&error);
            (Vec::new(), Completeness::Incomplete { why })
        }
        Ok(messages) => {
            let shown = u64::try_from(messages.len()).unwrap_or(u64::MAX);
            (messages, completeness(counted, shown, after))
        }
    };
    SourceInventory::new(counted.source.clone(), completeness, messages)
}

fn completeness(counted: &CountedSource, shown: u64, after: Option<u64>) -> Completeness {
    let why = match (&counted.source, counted.waiting, after) {
        (Source::Durable { .. }, _, _) => {
            "a durable subscription cannot be browsed; it is read from a copy".to_owned()
        }
        (_, Some(before), Some(after)) if before == shown && after == shown => {
            return Completeness::Counted;
        }
        (_, Some(before), Some(after)) if before == after => format!(
            "the broker shows {shown} of {before} messages: it ends a browse early where a policy \
             says so (maxBrowsePageSize, by default 400) or its memory is full"
        ),
        (_, Some(before), Some(after)) => format!(
            "messages came or went: the broker counted {before} before and {after} after, and \
             showed {shown}"
        ),
        _ => format!("{shown} messages were shown, and the broker gave no count to compare with"),
    };
    Completeness::Incomplete { why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_equal_counts_prove_completeness() {
        let queue = |waiting| CountedSource::queue("orders", waiting);
        assert_eq!(completeness(&queue(Some(7)), 7, Some(7)), Completeness::Counted);
        let incomplete = |waiting, shown, after| match completeness(&queue(waiting), shown, after) {
            Completeness::Incomplete { why } => why,
            other => panic!("{other:?}"),
        };
        assert!(incomplete(Some(500), 400, Some(500)).contains("maxBrowsePageSize"));
        assert!(incomplete(Some(7), 7, Some(8)).contains("came or went"));
        assert!(incomplete(None, 7, None).contains("no count"));
    }
}
