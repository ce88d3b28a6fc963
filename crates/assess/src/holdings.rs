//! What the running broker holds, as its management interface counts it.

use std::time::{Duration, Instant};

use refit_truth::Interview;
use refit_wire::jolokia::Jolokia;

use crate::gathered::Gathered;
use crate::request::Request;

/// How long the counting may take.
const SECONDS: u64 = 20;

/// Counts messages and durable subscriptions, where a login for the console is given. What it
/// cannot tell stays unknown.
pub(crate) fn look(gathered: &mut Gathered, request: &Request<'_>, told: &Interview) {
    let console = told.endpoints.iter().find(|answer| {
        answer.endpoint.protocol == refit_model::Protocol::Http && answer.version.is_some()
    });
    let Some(console) = console else { return };
    let jolokia =
        Jolokia::new(request.connect, &console.endpoint.address, request.logins.console.clone());
    let deadline = Instant::now() + Duration::from_secs(SECONDS);
    if let Ok(queues) = jolokia.queues(deadline) {
        let messages: u64 = queues.iter().map(|queue| queue.size).sum();
        gathered.observe("messages.queued", i64::try_from(messages).unwrap_or(i64::MAX));
    }
    if let Ok(subscribers) = jolokia.durable_subscribers(deadline) {
        let count = i64::try_from(subscribers.len()).unwrap_or(i64::MAX);
        gathered.observe("subscriptions.durable", count);
    }
}
