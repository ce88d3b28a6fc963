//! What stands in the body of a message that a trial sends.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What such a body begins with.
const MAGIC: &[u8; 4] = b"RFT1";
/// The magic, four numbers, and the check over everything else.
const HEAD: usize = 4 + 8 + 4 + 8 + 8;
const CHECK: usize = 8;

/// The smallest body that holds what is needed, in bytes.
pub const LEAST_BODY_BYTES: u32 = 40;

/// The label of one measurement, by which its messages are told from those of others. Use each
/// once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunLabel(pub String);

impl RunLabel {
    /// A number for it, to be put into messages.
    fn number(&self) -> u64 {
        let digest = Sha256::digest(&self.0);
        digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

/// Which message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The producer's number within the run.
    pub producer: u32,
    /// The message's number within the producer, from 0.
    pub sequence: u64,
    /// When it was to be sent, in microseconds since the run's start.
    pub intended_microseconds: u64,
}

/// Why a body holds no mark of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoMark {
    /// It is none, or of another run.
    Foreign,
    /// It was one, and was changed.
    Damaged,
}

impl Mark {
    /// A body of that length, or of [`LEAST_BODY_BYTES`] if that is more. Every byte of it is
    /// covered by the check.
    pub fn body(&self, run: &RunLabel, length: u32) -> Vec<u8> {
        let length = usize::try_from(length.max(LEAST_BODY_BYTES)).unwrap_or(usize::MAX);
        let mut body = Vec::with_capacity(length);
        body.extend_from_slice(MAGIC);
        body.extend_from_slice(&run.number().to_be_bytes());
        body.extend_from_slice(&self.producer.to_be_bytes());
        body.extend_from_slice(&self.sequence.to_be_bytes());
        body.extend_from_slice(&self.intended_microseconds.to_be_bytes());
        body.extend_from_slice(&[0; CHECK]);
        // Bytes of every value, so that also those which a broker might treat specially are tried.
        body.extend((0..=u8::MAX).cycle().take(length.saturating_sub(body.len())));
        let check = check(&body);
        body[HEAD..HEAD + CHECK].copy_from_slice(&check);
        body
    }

    /// Reads a body.
    pub fn read(body: &[u8], run: &RunLabel) -> Result<Self, NoMark> {
        let mut rest = body.strip_prefix(MAGIC).ok_or(NoMark::Foreign)?;
        let mut number = |length: usize| {
            let (taken, after) = rest.split_at_checked(length).ok_or(NoMark::Damaged)?;
            rest = after;
            Ok(taken.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)))
        };
        let (run_number, producer) = (number(8)?, number(4)?);
        let (sequence, intended_microseconds) = (number(8)?, number(8)?);
        let told = body.get(HEAD..HEAD + CHECK).ok_or(NoMark::Damaged)?;
        if told != check(body) {
            return Err(NoMark::Damaged);
        }
        if run_number != run.number() {
            return Err(NoMark::Foreign);
        }
        let producer = u32::try_from(producer).map_err(|_| NoMark::Damaged)?;
        Ok(Self { producer, sequence, intended_microseconds })
    }
}

/// The check over a body without the place where it stands.
fn check(body: &[u8]) -> [u8; CHECK] {
    let mut hasher = Sha256::new();
    hasher.update(&body[..HEAD.min(body.len())]);
    hasher.update(body.get(HEAD + CHECK..).unwrap_or_default());
    let mut check = [0; CHECK];
    check.copy_from_slice(&hasher.finalize()[..CHECK]);
    check
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn run() -> RunLabel {
        RunLabel("one".to_owned())
    }

    proptest! {
        #[test]
        fn a_mark_comes_back(
            producer: u32, sequence: u64, intended_microseconds: u64, length in 0..2_000_u32,
        ) {
            let mark = Mark { producer, sequence, intended_microseconds };
            let body = mark.body(&run(), length);
            prop_assert_eq!(body.len(), usize::try_from(length.max(LEAST_BODY_BYTES)).unwrap());
            prop_assert_eq!(Mark::read(&body, &run()), Ok(mark));
            prop_assert_eq!(Mark::read(&body, &RunLabel("two".into())), Err(NoMark::Foreign));
        }

        #[test]
        fn every_changed_byte_is_noticed(at in 4..300_usize, change in 1..=u8::MAX) {
            let mark = Mark { producer: 1, sequence: 2, intended_microseconds: 3 };
            let mut body = mark.body(&run(), 300);
            body[at] ^= change;
            prop_assert_eq!(Mark::read(&body, &run()), Err(NoMark::Damaged));
        }

        #[test]
        fn anything_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..80), ours: bool) {
            let body = if ours { [MAGIC.as_slice(), &bytes].concat() } else { bytes };
            prop_assert!(Mark::read(&body, &run()).is_err());
        }
    }
}
