//! Taking everything out, without counts of the broker.

use std::time::{Duration, Instant};

use refit_trial::comparison::{DifferenceKind, compare};
use refit_trial::inventory::{
    Completeness, ContentNames, CountedSource, Drain, DrainLimits, MessageInventory,
};

use crate::broker::{FaultyBroker, Mistake};

fn drain_naming(
    broker: &FaultyBroker,
    counted: Option<u64>,
    names: ContentNames<'_>,
) -> MessageInventory {
    let drain = Drain {
        broker: broker.at(),
        credentials: None,
        counts: None,
        names,
        limits: DrainLimits {
            quiet: Duration::from_millis(100),
            patience: Duration::from_millis(300),
            at_most: Duration::from_secs(10),
            most_messages: 50,
        },
    };
    drain.take_all(&[CountedSource::queue("orders", counted)])
}

fn drain(broker: &FaultyBroker, counted: Option<u64>) -> MessageInventory {
    drain_naming(broker, counted, ContentNames::plain())
}

fn ids(inventory: &MessageInventory) -> Vec<&str> {
    inventory.sources[0].messages.iter().map(|message| message.id.as_str()).collect()
}

#[test]
fn without_counts_silence_ends_it_and_is_told() {
    let inventory = drain(&FaultyBroker::holding(&["a", "b", "c"]), None);
    assert_eq!(ids(&inventory), ["a", "b", "c"]);
    assert_eq!(inventory.sources[0].completeness, Completeness::Quiet { milliseconds: 100 });
    let empty = drain(&FaultyBroker::holding(&[]), None);
    assert_eq!(empty.count(), 0);
    assert_eq!(empty.incomplete().count(), 0);
}

#[test]
fn a_double_is_kept_unless_it_is_our_own_second_reading() {
    let double = drain(&FaultyBroker::holding(&["a", "b", "a"]), None);
    assert_eq!(ids(&double), ["a", "b", "a"]);
    let second_reading = drain(&FaultyBroker::holding(&["a", "b", "a*"]), None);
    assert_eq!(ids(&second_reading), ["a", "b"]);
    let once = drain(&FaultyBroker::holding(&["a", "b"]), None);
    let kinds = compare(&once, &double, None).differences;
    let is_double_a =
        |kind: &DifferenceKind| matches!(kind, DifferenceKind::Duplicated { id, .. } if id == "a");
    assert!(matches!(&kinds[..], [difference] if is_double_a(&difference.kind)), "{kinds:?}");
}

#[test]
fn fewer_than_counted_or_more_than_are_read_is_incomplete() {
    let fewer = drain(&FaultyBroker::holding(&["a"]), Some(2));
    assert!(fewer.incomplete().next().unwrap().1.contains("counted 2 messages, and 1 came"));
    let many: Vec<_> = (0..60).map(|number| number.to_string()).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    let cut = drain(&FaultyBroker::holding(&many), None);
    assert!(cut.incomplete().next().unwrap().1.contains("more than the 50"));
}

#[test]
fn a_broker_that_gives_nothing_or_nonsense_holds_nobody() {
    let begin = Instant::now();
    let mute = FaultyBroker::with(&[Mistake::Mute]);
    assert!(drain(&mute, Some(5)).incomplete().next().is_some());
    let nameless = drain(&FaultyBroker::holding(&["a", "", "b"]), None);
    assert!(nameless.incomplete().next().unwrap().1.contains("no id"));
    let gone = FaultyBroker::with(&[]);
    let address = gone.address.clone();
    drop(gone);
    let other = FaultyBroker::with(&[]);
    let broker = refit_trial::StompBroker { address: &address, ..other.at() };
    let drain = Drain {
        broker,
        credentials: None,
        counts: None,
        names: ContentNames::plain(),
        limits: DrainLimits::default(),
    };
    let sources = [CountedSource::queue("a", None), CountedSource::queue("b", Some(1))];
    let inventory = drain.take_all(&sources);
    assert_eq!((inventory.incomplete().count(), inventory.server), (2, None));
    assert!(begin.elapsed() < Duration::from_secs(15));
}

#[test]
fn contents_under_a_key_are_not_told_and_not_compared_under_another() {
    let name = |key: &'static str| {
        move |content: &[u8]| {
            format!("{key}-{:x}", content.iter().map(|b| u32::from(*b)).sum::<u32>())
        }
    };
    let (one, other) = (name("one"), name("other"));
    let named = |name: &dyn Fn(&[u8]) -> String| {
        drain_naming(&FaultyBroker::holding(&["a"]), None, ContentNames::keyed(name))
    };
    let first = named(&one);
    assert!(first.sources[0].messages[0].body.starts_with("one-"));
    let same = compare(&first, &named(&one), None);
    assert_eq!((same.differences.len(), same.gaps.len()), (0, 0));
    let different = compare(&first, &named(&other), None);
    assert_eq!(different.differences, []);
    assert!(different.gaps[0].contains("different keys"));
}
