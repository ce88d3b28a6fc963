//! Messages before and after a change of the version, on copies of one store.

use std::thread;
use std::time::Duration;

use refit_demo::artifacts_for_tests;
use refit_model::Document as _;
use refit_model::TrialVerdict;
use refit_trial::comparison::compare;
use refit_trial::inventory::{Completeness, ContentNames, Source, browse_queues};
use refit_trial::report::judge_messages;
use refit_wire::stomp::{Acknowledge, Event, OutgoingMessage, Subscription};

use crate::bench::{Bench, ORDERS, PRICES, QUEUE, copy_store, soon};

#[test]
fn messages_are_the_same_in_the_new_version_and_planted_faults_are_found() {
    let test = "messages_are_the_same_in_the_new_version_and_planted_faults_are_found";
    let Some([old, new]) = artifacts_for_tests(test, ["5.16.7", "5.18.3"]) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let old = Bench::make(&old, &folder.path().join("old"));
    let new = Bench::make(&new, &folder.path().join("new"));
    let original = folder.path().join("original");
    let store = |bench: &Bench| bench.broker.home().join("data/kahadb");
    old.start();
    old.load();
    the_broker_counts_what_was_sent(&old);
    browsing_leaves_all_where_it_is(&old);
    old.stop();
    copy_store(&store(&old), &original);
    copy_store(&original, &store(&new));
    let (before, after) = thread::scope(|scope| {
        let of = |bench: &Bench| {
            bench.start();
            bench.drain()
        };
        let (old, new) = (&old, &new);
        let after = scope.spawn(move || of(new));
        (of(old), after.join().unwrap())
    });
    assert_eq!(before.server.as_deref(), Some("ActiveMQ/5.16.7"));
    assert_eq!(after.server.as_deref(), Some("ActiveMQ/5.18.3"));
    assert_eq!(before.count(), u64::from(ORDERS + 4 * PRICES) + 1);
    assert_eq!(before.incomplete().collect::<Vec<_>>(), []);
    assert_eq!(after.incomplete().collect::<Vec<_>>(), []);
    let comparison = compare(&before, &after, None);
    assert_eq!(comparison.differences, []);
    assert_eq!(judge_messages("messages", &comparison).verdict, TrialVerdict::Pass);
    assert!(before.digest().is_ok());
    assert!(new.drain().sources.iter().all(|source| source.messages.is_empty()));
    new.stop();
    copy_store(&original, &store(&new));
    new.start();
    plant_faults(&new);
    let faulty = compare(&before, &new.drain(), None);
    let lost = u64::from(PRICES) + 1;
    let expected = [("lost", lost), ("subscription-gone", 1), ("unexpected", 1)];
    assert_eq!(faulty.faults().into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(judge_messages("messages", &faulty).verdict, TrialVerdict::Fail);
}

fn the_broker_counts_what_was_sent(bench: &Bench) {
    let sources = bench.sources();
    let found = |wanted: &dyn Fn(&Source) -> bool| {
        sources.iter().find(|counted| wanted(&counted.source)).unwrap().clone()
    };
    let orders =
        found(&|source| matches!(source, Source::Queue { name } if name.contains("orders")));
    assert_eq!(orders.waiting, Some(ORDERS.into()));
    let of = |client: &'static str| {
        found(&move |source| match source {
            Source::Durable { client_id, .. } => client_id == client,
            Source::Queue { .. } => false,
        })
    };
    assert_eq!((of("audit").waiting, of("audit").selector), (Some((2 * PRICES).into()), None));
    let auction = of("auction");
    assert_eq!(auction.waiting, Some(PRICES.into()));
    assert_eq!(of("asked").selector.as_deref(), Some("kind = 'ask'"));
    assert!(auction.selector.unwrap().ends_with("kind = 'bid'"));
}

fn browsing_leaves_all_where_it_is(bench: &Bench) {
    let sources = bench.sources();
    let browsed = browse_queues(
        bench.at(),
        Some(bench.admin()),
        &bench.console(),
        ContentNames::plain(),
        &sources,
        Duration::from_secs(20),
    );
    let browsed = browsed.unwrap();
    assert_eq!(browsed.count(), u64::from(ORDERS) + 1);
    for source in &browsed.sources {
        let is_queue = matches!(source.source, Source::Queue { .. });
        assert_eq!(source.completeness == Completeness::Counted, is_queue, "{source:?}");
        assert!(source.messages.iter().all(|message| !message.redelivered));
    }
    assert_eq!(bench.sources(), sources);
}

/// One message taken, one that was not there before, and a subscription deleted.
fn plant_faults(bench: &Bench) {
    let mut client = bench.client(Some("auction"));
    client.delete_durable("trail", soon()).unwrap();
    client.send(&OutgoingMessage::persistent(QUEUE, "more"), soon()).unwrap();
    let one = Subscription::new("1", QUEUE, Acknowledge::Each).with("activemq.prefetchSize", "1");
    client.subscribe(&one, soon()).unwrap();
    let Some(Event::Message(message)) = client.next_event(soon()).unwrap() else {
        panic!("a message is there");
    };
    client.acknowledge(&message, soon()).unwrap();
    client.disconnect(soon()).unwrap();
}
