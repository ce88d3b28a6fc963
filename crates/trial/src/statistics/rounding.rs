//! From floats to the integers of documents.

/// The largest number of millionths that is written; integers beyond 2^53 are not exact in JSON.
const MOST_MILLIONTHS: f64 = 1e15;

/// The ratio with that logarithm.
pub fn ratio_of(log: f64) -> f64 {
    log.exp()
}

/// In millionths, rounded down.
pub fn floor_millionths(value: f64) -> u64 {
    integer((value * 1e6).floor())
}

/// In millionths, rounded up.
pub fn ceil_millionths(value: f64) -> u64 {
    integer((value * 1e6).ceil())
}

/// In millionths, rounded to the nearest.
pub fn nearest_millionths(value: f64) -> u64 {
    integer((value * 1e6).round())
}

/// A ratio in millionths as the change that it is, with a sign and one decimal: `+4.3 %`. Rounded
/// up, so that an upper bound does not look better than it is.
pub fn percent(millionths: u64) -> String {
    let (sign, change) = match millionths.checked_sub(1_000_000) {
        Some(more) => ("+", more.div_ceil(1_000)),
        None => ("-", (1_000_000 - millionths) / 1_000),
    };
    format!("{sign}{}.{} %", change / 10, change % 10)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is a whole number from 0 to 1e15"
)]
fn integer(value: f64) -> u64 {
    // What is no number is written as the largest one: it must not look good.
    if value.is_nan() { 1_000_000_000_000_000 } else { value.clamp(0.0, MOST_MILLIONTHS) as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_rounded_outwards() {
        assert_eq!(floor_millionths(1.000_000_9), 1_000_000);
        assert_eq!(ceil_millionths(1.000_000_1), 1_000_001);
        assert_eq!(nearest_millionths(0.05 / 3.0), 16_667);
        assert_eq!(ceil_millionths(f64::INFINITY), 1_000_000_000_000_000);
        assert_eq!(ceil_millionths(f64::NAN), 1_000_000_000_000_000);
        assert_eq!(floor_millionths(-1.0), 0);
    }

    #[test]
    fn changes_are_written_as_percent_and_never_look_better() {
        assert_eq!(percent(1_043_000), "+4.3 %");
        assert_eq!(percent(1_100_001), "+10.1 %");
        assert_eq!(percent(1_000_000), "+0.0 %");
        assert_eq!(percent(949_500), "-5.0 %");
        assert_eq!(percent(20_000_000), "+1900.0 %");
    }
}
