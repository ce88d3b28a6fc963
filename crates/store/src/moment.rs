//! Moments, as the databases keep them: microseconds since 1970, UTC.

use std::time::Duration;

use jiff::Timestamp;

/// Later than every moment: a due time that was never set sorts last.
pub(crate) const NEVER: i64 = i64::MAX;

/// The moment as it is kept.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// So long after a moment.
pub(crate) fn micros_after(at: Timestamp, duration: Duration) -> i64 {
    let duration = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
    micros(at).saturating_add(duration)
}

/// So long before a moment.
pub(crate) fn micros_before(at: Timestamp, duration: Duration) -> i64 {
    let duration = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
    micros(at).saturating_sub(duration)
}

/// A moment that was kept; one that is beyond the calendar is its last one.
pub(crate) fn moment(micros: i64) -> Timestamp {
    let limit = if micros < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_microsecond(micros).unwrap_or(limit)
}
