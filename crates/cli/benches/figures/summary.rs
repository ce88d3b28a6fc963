//! Medians with intervals that assume nothing about how values are distributed.

/// The median, and the narrowest pair of values around it that holds the true median with at least
/// 95 % confidence: order statistics of the binomial distribution.
pub fn median_with_interval(values: &[f64]) -> (f64, f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let count = sorted.len();
    let middle = f64::midpoint(sorted[(count - 1) / 2], sorted[count / 2]);
    let mut cut = 0;
    while cut + 1 < count.div_ceil(2) && 2.0 * below(count, cut + 1) <= 0.05 {
        cut += 1;
    }
    (middle, sorted[cut], sorted[count - 1 - cut])
}

/// The probability that fewer than `number` of `count` values lie below the true median.
fn below(count: usize, number: usize) -> f64 {
    let mut term = 0.5_f64.powi(i32::try_from(count).unwrap_or(i32::MAX));
    let mut sum = 0.0;
    for k in 0..number {
        sum += term;
        #[expect(clippy::cast_precision_loss, reason = "counts are small")]
        let (remaining, next) = ((count - k) as f64, (k + 1) as f64);
        term *= remaining / next;
    }
    sum
}
