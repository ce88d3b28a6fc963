//! What became of the messages that a run sent.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Arrival, Arrivals};

/// How many lost messages are named.
const MOST_NAMED: usize = 20;

/// What the sender knows of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendFate {
    /// The broker confirmed it.
    Acknowledged,
    /// It was sent, and no answer came: it may be there once or not at all.
    InDoubt,
}

/// The account of a run's messages. All counts are of messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounting {
    /// Confirmed by the broker.
    pub acknowledged: u64,
    /// Sent, and not known whether the broker has it.
    pub in_doubt: u64,
    /// Different ones that came back.
    pub received: u64,
    /// Confirmed and not come back.
    pub lost: u64,
    /// In doubt and come back, which is right.
    pub in_doubt_delivered: u64,
    /// Come back without having been sent.
    pub unexpected: u64,
    /// Come once more than once, without the mark that this may be.
    pub doubled: u64,
    /// Come once more than once, marked as possibly delivered before.
    pub redelivered: u64,
    /// Come to a consumer after one that the same producer had sent later, and not marked as
    /// possibly delivered before.
    pub out_of_order: u64,
    /// Ours, and changed.
    pub damaged: u64,
    /// Of no run, or of another one.
    pub foreign: u64,
    /// The first lost ones: producer and number.
    pub lost_named: Vec<(u32, u64)>,
    /// Why not all can have been seen, if so: then what is lost may only be late.
    pub cut_short: Option<String>,
}

impl Accounting {
    /// Settles what was sent, producer by producer, with what came.
    pub fn of(sent: &[Vec<SendFate>], came: &Arrivals) -> Self {
        let mut account = Self {
            damaged: came.damaged,
            foreign: came.foreign,
            cut_short: came.cut_short.clone(),
            ..Self::default()
        };
        let times = account.count_arrivals(sent, &came.arrivals);
        for (producer, sequence, fate) in numbered(sent) {
            account.settle(producer, sequence, fate, times.contains_key(&(producer, sequence)));
        }
        account
    }

    /// This account and that of another run as one.
    #[must_use]
    pub fn together_with(mut self, other: Self) -> Self {
        self.acknowledged += other.acknowledged;
        self.in_doubt += other.in_doubt;
        self.received += other.received;
        self.lost += other.lost;
        self.in_doubt_delivered += other.in_doubt_delivered;
        self.unexpected += other.unexpected;
        self.doubled += other.doubled;
        self.redelivered += other.redelivered;
        self.out_of_order += other.out_of_order;
        self.damaged += other.damaged;
        self.foreign += other.foreign;
        let room = MOST_NAMED.saturating_sub(self.lost_named.len());
        self.lost_named.extend(other.lost_named.into_iter().take(room));
        self.cut_short = self.cut_short.or(other.cut_short);
        self
    }

    /// How often each of the sent ones came.
    fn count_arrivals(
        &mut self,
        sent: &[Vec<SendFate>],
        came: &[Arrival],
    ) -> HashMap<(u32, u64), u32> {
        let mut times = HashMap::with_capacity(came.len());
        let mut order = Order::default();
        for arrival in came {
            if !was_sent(sent, *arrival) {
                self.unexpected += 1;
                continue;
            }
            let seen = times.entry((arrival.producer, arrival.sequence)).or_insert(0);
            *seen += 1;
            match (*seen, arrival.redelivered) {
                (1, _) => {
                    self.received += 1;
                    self.out_of_order += u64::from(order.is_broken_by(*arrival));
                }
                (_, true) => self.redelivered += 1,
                (_, false) => self.doubled += 1,
            }
        }
        times
    }

    fn settle(&mut self, producer: u32, sequence: u64, fate: SendFate, came: bool) {
        match (fate, came) {
            (SendFate::Acknowledged, true) => self.acknowledged += 1,
            (SendFate::Acknowledged, false) => {
                self.acknowledged += 1;
                self.lost += 1;
                if self.lost_named.len() < MOST_NAMED {
                    self.lost_named.push((producer, sequence));
                }
            }
            (SendFate::InDoubt, true) => {
                self.in_doubt += 1;
                self.in_doubt_delivered += 1;
            }
            (SendFate::InDoubt, false) => self.in_doubt += 1,
        }
    }
}

fn numbered(sent: &[Vec<SendFate>]) -> impl Iterator<Item = (u32, u64, SendFate)> {
    (0..).zip(sent).flat_map(|(producer, fates)| {
        (0..).zip(fates).map(move |(sequence, fate)| (producer, sequence, *fate))
    })
}

fn was_sent(sent: &[Vec<SendFate>], arrival: Arrival) -> bool {
    let fates = usize::try_from(arrival.producer).ok().and_then(|producer| sent.get(producer));
    let sequence = usize::try_from(arrival.sequence).ok();
    fates.zip(sequence).is_some_and(|(fates, sequence)| sequence < fates.len())
}

/// Several consumers of one queue get different messages; each must get those of one producer in
/// their order.
#[derive(Default)]
struct Order {
    /// The highest number that each consumer got from each producer.
    latest: HashMap<(u32, u32), u64>,
}

impl Order {
    fn is_broken_by(&mut self, arrival: Arrival) -> bool {
        let key = (arrival.consumer, arrival.producer);
        let latest = self.latest.entry(key).or_insert(arrival.sequence);
        let is_late = arrival.sequence < *latest;
        *latest = arrival.sequence.max(*latest);
        is_late && !arrival.redelivered
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn arrival(producer: u32, sequence: u64) -> Arrival {
        Arrival { producer, sequence, consumer: 0, redelivered: false }
    }

    fn account(sent: &[Vec<SendFate>], came: &[Arrival]) -> Accounting {
        Accounting::of(sent, &Arrivals { arrivals: came.to_vec(), ..Arrivals::default() })
    }

    #[test]
    fn each_kind_of_fault_has_its_count() {
        use SendFate::{Acknowledged, InDoubt};
        let sent = [vec![Acknowledged, Acknowledged, InDoubt], vec![Acknowledged, InDoubt]];
        let again = Arrival { redelivered: true, ..arrival(0, 2) };
        let came = [
            arrival(0, 2),
            arrival(0, 0),
            arrival(0, 0),
            again,
            arrival(7, 0),
            arrival(1, 9),
            arrival(1, 0),
        ];
        let account = account(&sent, &came);
        assert_eq!((account.acknowledged, account.in_doubt, account.received), (3, 2, 3));
        assert_eq!((account.lost, account.lost_named), (1, vec![(0, 1)]));
        assert_eq!((account.unexpected, account.doubled, account.redelivered), (2, 1, 1));
        assert_eq!((account.in_doubt_delivered, account.out_of_order), (1, 1));
    }

    proptest! {
        #[test]
        fn all_delivered_in_turn_is_flawless(counts in prop::collection::vec(0..50_usize, 1..4)) {
            let sent: Vec<_> = counts.iter().map(|n| vec![SendFate::Acknowledged; *n]).collect();
            let came = numbered(&sent).map(|(producer, sequence, _)| arrival(producer, sequence));
            let account = account(&sent, &came.collect::<Vec<_>>());
            let total = u64::try_from(counts.iter().sum::<usize>()).unwrap();
            let flawless =
                Accounting { acknowledged: total, received: total, ..Accounting::default() };
            prop_assert_eq!(account, flawless);
        }

        #[test]
        fn every_missing_one_is_lost_or_in_doubt(
            fates in prop::collection::vec((any::<bool>(), any::<bool>()), 0..60),
        ) {
            let fate = |acked: bool| if acked { SendFate::Acknowledged } else { SendFate::InDoubt };
            let sent = [fates.iter().map(|(acked, _)| fate(*acked)).collect::<Vec<_>>()];
            let came: Vec<_> = (0..).zip(&fates).filter(|(_, (_, came))| *came)
                .map(|(sequence, _)| arrival(0, sequence)).collect();
            let account = account(&sent, &came);
            let missing = fates.iter().filter(|(_, came)| !came).count();
            let doubtful = account.in_doubt - account.in_doubt_delivered;
            prop_assert_eq!(account.lost + doubtful, u64::try_from(missing).unwrap());
            prop_assert_eq!(account.out_of_order + account.doubled + account.unexpected, 0);
        }
    }
}
