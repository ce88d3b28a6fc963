//! The live run, as it is mirrored in the records: its journal is the truth, this is for looking.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::IntoResponse as _;
use axum::response::sse::{Event, KeepAlive, Sse};
use refit_model::{RunId, with_causes};
use refit_store::MirroredEvent;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::failure::Failure;
use crate::portal::Portal;
use crate::route::Answer;
use crate::visit::Visit;

/// How often it is looked for new events.
const PAUSE: Duration = Duration::from_secs(1);
/// How many events are read at once.
const AT_ONCE: u32 = 200;
/// How many events wait for a slow browser.
const WAITING: usize = 16;

/// The events of a run as they come in, until the browser leaves or the server ends.
pub(crate) async fn events(visit: Visit) -> Answer {
    let run: RunId = visit.parameter("run")?;
    let mirrored = visit.portal.store.mirrored_run(&run).await?;
    let case = visit.case()?;
    let is_of_case =
        mirrored.is_some_and(|mirrored| mirrored.case.as_deref() == Some(case.id.as_str()));
    if !is_of_case {
        return Err(Failure::not_found());
    }
    let after = visit.query.filled("after").and_then(|after| after.parse().ok()).unwrap_or(0);
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(follow(visit.portal.clone(), run, after, sender));
    let stream = Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::default());
    Ok(stream.into_response())
}

async fn follow(
    portal: Portal,
    run: RunId,
    mut after: u64,
    sender: mpsc::Sender<Result<Event, Infallible>>,
) {
    loop {
        let events = match portal.store.run_events(&run, after, AT_ONCE).await {
            Ok(events) => events,
            Err(error) => {
                tracing::error!(cause = with_causes(&error), "a run cannot be followed");
                return;
            }
        };
        for event in &events {
            after = event.sequence;
            if sender.send(Ok(of(event))).await.is_err() {
                return;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = sender.closed() => return,
            () = portal.ending.cancelled() => return,
        }
    }
}

fn of(event: &MirroredEvent) -> Event {
    Event::default().id(event.sequence.to_string()).event("journal").data(event.body.as_str())
}
