//! A canary for the machine: fixed work that has nothing to do with the broker. If it takes another
//! time before than after, the machine changed, and what was measured between says nothing.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Clock, TrialError};

/// How often each piece of work is done; the median counts.
const CPU_REPEATS: usize = 9;
/// Steps of one piece of computing: some milliseconds.
const CPU_STEPS: u64 = 2_000_000;
/// What is written and synchronised at once, in bytes.
const BLOCK: usize = 4096;
/// How far a reading may be from the median of all, in thousandths.
const MOST_APART_PER_MILLE: u64 = 50;
/// The most blocks of one reading.
const MOST_BLOCKS: u32 = 10_000;

/// A file to which a block is written so that it survives a power cut.
pub trait SyncedFile {
    /// Writes the block over what was there, and returns once the disk has it.
    fn write_synced(&mut self, block: &[u8]) -> io::Result<()>;
}

impl SyncedFile for File {
    fn write_synced(&mut self, block: &[u8]) -> io::Result<()> {
        self.seek(SeekFrom::Start(0))?;
        self.write_all(block)?;
        self.sync_data()
    }
}

/// How long the fixed work took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CanaryReading {
    /// A fixed piece of computing, median.
    pub computing_microseconds: u64,
    /// Writing 4 KiB to the disk for good, median.
    pub syncing_microseconds: u64,
}

/// Takes a reading: some computing, and `blocks` (1 to 10,000; 1,000 is usual) synchronised writes
/// to a file on the disk that the broker uses.
pub fn read_canary(
    clock: &dyn Clock,
    file: &mut dyn SyncedFile,
    blocks: u32,
) -> Result<CanaryReading, TrialError> {
    let computing = (0..CPU_REPEATS).map(|_| timed(clock, || compute(CPU_STEPS)).0);
    let computing = median(computing.collect());
    let block = [0x5a; BLOCK];
    let mut syncing = Vec::new();
    for _ in 0..blocks.clamp(1, MOST_BLOCKS) {
        let (took, written) = timed(clock, || file.write_synced(&block));
        let doing = "write to the disk";
        written.map_err(|source| TrialError::Machine { doing, source })?;
        syncing.push(took);
    }
    Ok(CanaryReading {
        computing_microseconds: microseconds(computing),
        syncing_microseconds: microseconds(median(syncing)),
    })
}

/// Why the readings of one trial show that the machine changed; none if they do not. At least two
/// are needed.
pub fn canary_gate(readings: &[CanaryReading]) -> Option<String> {
    if readings.len() < 2 {
        return Some("the machine was not watched: fewer than two canary readings".to_owned());
    }
    let computing = readings.iter().map(|reading| reading.computing_microseconds);
    let syncing = readings.iter().map(|reading| reading.syncing_microseconds);
    apart("computing", computing.collect()).or_else(|| apart("disk", syncing.collect()))
}

fn apart(what: &str, values: Vec<u64>) -> Option<String> {
    let middle = median_of_numbers(values.clone()).max(1);
    let far = values.into_iter().max_by_key(|value| value.abs_diff(middle))?;
    (far.abs_diff(middle) * 1_000 > middle * MOST_APART_PER_MILLE).then(|| {
        format!(
            "the machine's {what} canary took {far} us once and {middle} us in the median, more \
             than 5 % apart: the machine changed during the trial"
        )
    })
}

fn timed<T>(clock: &dyn Clock, work: impl FnOnce() -> T) -> (Duration, T) {
    let begin = clock.now();
    let result = work();
    (clock.now().saturating_duration_since(begin), result)
}

/// Mixing of numbers that no compiler can leave out.
fn compute(steps: u64) -> u64 {
    (0..steps).fold(black_box(1_u64), |mixed, step| {
        (mixed ^ step).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
    })
}

fn median(mut values: Vec<Duration>) -> Duration {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn median_of_numbers(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    let upper = values.get(values.len() / 2).copied().unwrap_or_default();
    let lower = values.get((values.len().max(1) - 1) / 2).copied().unwrap_or_default();
    lower.midpoint(upper)
}

fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MonotonicClock;

    fn reading(computing_microseconds: u64, syncing_microseconds: u64) -> CanaryReading {
        CanaryReading { computing_microseconds, syncing_microseconds }
    }

    #[test]
    fn a_machine_that_changed_is_noticed() {
        assert_eq!(canary_gate(&[reading(1_000, 500), reading(1_050, 520)]), None);
        let slower = canary_gate(&[reading(1_000, 500), reading(1_200, 500)]).unwrap();
        assert!(slower.contains("computing") && slower.contains("1100"), "{slower}");
        let disk = canary_gate(&[reading(1_000, 500), reading(1_000, 500), reading(1_000, 700)]);
        assert!(disk.unwrap().contains("disk"));
        assert!(canary_gate(&[reading(1, 1)]).is_some(), "one reading shows nothing");
    }

    #[test]
    fn a_reading_of_this_machine() {
        let mut file = tempfile::tempfile().unwrap();
        let reading = read_canary(&MonotonicClock, &mut file, 5).unwrap();
        assert!(reading.computing_microseconds > 100, "{reading:?}");
        assert_eq!(file.metadata().unwrap().len(), 4096);
    }

    #[test]
    fn a_disk_that_fails_is_an_error() {
        struct Full;
        impl SyncedFile for Full {
            fn write_synced(&mut self, _: &[u8]) -> io::Result<()> {
                Err(io::ErrorKind::StorageFull.into())
            }
        }
        assert!(read_canary(&MonotonicClock, &mut Full, 1).is_err());
    }
}
