//! Runs: the page of each, and what it shows sent anew as things happen. What is shown is mirrored
//! in the records: the run's journal is the truth, this is for looking.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use axum::response::IntoResponse as _;
use axum::response::sse::{Event, KeepAlive, Sse};
use refit_model::RunId;
use refit_pages::{CaseView, LiveRun, People, run, run_region};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::failure::Failure;
use crate::route::Answer;
use crate::runs::Looking;
use crate::visit::{Visit, page};

/// How often it is looked for new events.
const PAUSE: Duration = Duration::from_millis(500);
/// How many messages wait for a slow browser.
const WAITING: usize = 4;
/// After this a browser has to come anew, and show that its session still holds.
const LONGEST: Duration = Duration::from_mins(5);

/// The page of a run.
pub(crate) async fn show(visit: Visit) -> Answer {
    let run_id: RunId = visit.parameter("run")?;
    let case = visit.case()?;
    let mut looking = Looking::of(&visit, run_id).await?;
    let live = looking.look().await?;
    let people = People::default();
    page(run(&visit.shell(), visit.view(case, &people), &live))
}

/// What the page of a run shows, sent whenever it has changed, until the browser leaves, the run
/// goes on no more or the server ends.
pub(crate) async fn events(visit: Visit) -> Answer {
    let run: RunId = visit.parameter("run")?;
    let looking = Looking::of(&visit, run).await?;
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(follow(visit, looking, sender));
    let stream = Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::default());
    Ok(stream.into_response())
}

async fn follow(
    visit: Visit,
    mut looking: Looking,
    sender: mpsc::Sender<Result<Event, Infallible>>,
) {
    let since = Instant::now();
    let mut before = None;
    while since.elapsed() < LONGEST {
        let live = match looking.look().await {
            Ok(live) => live,
            Err(failure) => {
                let cause = failure.causes();
                tracing::error!(what = failure.what, cause, "a run cannot be followed");
                return;
            }
        };
        let is_over = !live.is_going_on;
        if before.as_ref() != Some(&live) {
            let Ok(event) = message(&visit, &live) else { return };
            if sender.send(Ok(event)).await.is_err() {
                return;
            }
            before = Some(live);
        }
        if is_over {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = sender.closed() => return,
            () = visit.portal.ending.cancelled() => return,
        }
    }
}

fn message(visit: &Visit, live: &LiveRun) -> Result<Event, Failure> {
    let people = People::default();
    let case: CaseView<'_> = visit.view(visit.case()?, &people);
    let region = run_region(&visit.shell(), case, live);
    Ok(Event::default().id(live.events.to_string()).event("run").data(region))
}
