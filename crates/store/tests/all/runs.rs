//! Journals are mirrored in order, however often they are sent.

use refit_model::{Digest, RunId};
use refit_store::{JsonText, MirrorError, MirroredEvent, MirroredRun};

use crate::samples::at;
use crate::site::{Site, on_both};

on_both!(events_are_taken_once_and_in_order, two_senders_do_not_double);

/// An event of a run.
pub fn event(sequence: u64, what: &str) -> MirroredEvent {
    let body = JsonText::of(&format!("{what} {sequence}")).unwrap();
    MirroredEvent { sequence, digest: Digest::of(body.as_str().as_bytes()), body }
}

fn events(numbers: std::ops::RangeInclusive<u64>) -> Vec<MirroredEvent> {
    numbers.map(|number| event(number, "event")).collect()
}

async fn events_are_taken_once_and_in_order(site: &Site) {
    let store = &site.store;
    let run: RunId = "staging-1".parse().unwrap();
    assert_eq!(store.mirrored_run(&run).await.unwrap(), None);
    let kept = store.mirror(&run, None, &events(1..=3), at(1)).await.unwrap();
    assert_eq!((kept.events, kept.last), (3, event(3, "event").digest));
    // Overlapping, and all of it again.
    let kept = store.mirror(&run, Some("c1"), &events(2..=5), at(2)).await.unwrap();
    let expected = MirroredRun {
        run: "staging-1".into(),
        case: Some("c1".into()),
        events: 5,
        last: event(5, "event").digest,
        changed: at(2),
    };
    assert_eq!(kept, expected);
    assert_eq!(store.mirror(&run, None, &events(1..=5), at(3)).await.unwrap(), expected);
    assert_eq!(store.runs_of("c1").await.unwrap(), std::slice::from_ref(&expected));
    assert_eq!(store.run_events(&run, 0, 100).await.unwrap(), events(1..=5));
    assert_eq!(store.run_events(&run, 3, 1).await.unwrap(), events(4..=4));
    // Refused as a whole.
    let gap = store.mirror(&run, None, &events(7..=8), at(4)).await.unwrap_err();
    assert!(matches!(gap, MirrorError::Gap { known: 5, found: 7, .. }), "{gap}");
    let mut forged = events(4..=6);
    forged[1] = event(5, "forged");
    let differs = store.mirror(&run, None, &forged, at(4)).await.unwrap_err();
    assert!(matches!(differs, MirrorError::Differs { sequence: 5, .. }), "{differs}");
    let zero = store.mirror(&run, None, &[event(0, "event")], at(4)).await.unwrap_err();
    assert!(matches!(zero, MirrorError::Differs { sequence: 0, .. }), "{zero}");
    let other = store.mirror(&run, Some("c2"), &events(6..=6), at(4)).await.unwrap_err();
    assert!(matches!(other, MirrorError::OtherCase { .. }), "{other}");
    assert_eq!(store.mirrored_run(&run).await.unwrap(), Some(expected));
}

async fn two_senders_do_not_double(site: &Site) {
    let run: RunId = "staging-1".parse().unwrap();
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let (store, run) = (site.store.clone(), run.clone());
            tokio::spawn(async move {
                for last in 1..=10 {
                    store.mirror(&run, Some("c1"), &events(1..=last), at(0)).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(site.store.run_events(&run, 0, 100).await.unwrap(), events(1..=10));
}
