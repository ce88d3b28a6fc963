//! The exact test by flipping signs: what the interval is checked against.

/// The largest number of values for which all flips are tried.
pub const MOST_VALUES: usize = 12;

/// The share of all ways to flip the values' signs that give a sum at least as large as theirs: the
/// probability of such a sum if the values lie symmetrically about 0. Needs no normal distribution.
/// None for no values, or for more than [`MOST_VALUES`].
pub fn share_as_large(values: &[f64]) -> Option<f64> {
    if values.is_empty() || values.len() > MOST_VALUES {
        return None;
    }
    let observed: f64 = values.iter().sum();
    // Sums of the same numbers in another order may differ in their last bits.
    let slack = values.iter().map(|value| value.abs()).sum::<f64>() * 1e-12;
    let ways = 1_u32 << values.len();
    let as_large = (0..ways).filter(|way| flipped_sum(values, *way) >= observed - slack);
    let as_large = u32::try_from(as_large.count()).ok()?;
    Some(f64::from(as_large) / f64::from(ways))
}

/// The smallest share that so many values can give, which is all of the same sign.
pub fn smallest_share(values: usize) -> f64 {
    0.5_f64.powi(i32::try_from(values).unwrap_or(i32::MAX))
}

/// The sum with the sign of value number `i` turned if bit `i` of `way` is set.
fn flipped_sum(values: &[f64], way: u32) -> f64 {
    let signed = values.iter().enumerate();
    signed.map(|(bit, value)| if way >> bit & 1 == 1 { -value } else { *value }).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn same(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn known_values() {
        assert!(same(share_as_large(&[1.0, 2.0, 3.0]).unwrap(), 1.0 / 8.0));
        // 1+2-3 = 0: as large are 6, 4, 2, 0 and 0, so 5 of 8.
        assert!(same(share_as_large(&[1.0, 2.0, -3.0]).unwrap(), 5.0 / 8.0));
        assert!(same(share_as_large(&[-1.0, -1.0]).unwrap(), 1.0));
        assert!(same(smallest_share(6), 1.0 / 64.0));
    }

    #[test]
    fn too_many_or_no_values_have_no_answer() {
        assert_eq!(share_as_large(&[]), None);
        assert_eq!(share_as_large(&[1.0; MOST_VALUES + 1]), None);
    }

    proptest! {
        #[test]
        fn it_is_a_share_and_grows_as_the_values_fall(
            values in prop::collection::vec(-1.0..1.0_f64, 1..=8),
        ) {
            let share = share_as_large(&values).unwrap();
            prop_assert!((smallest_share(values.len())..=1.0).contains(&share));
            let lower: Vec<_> = values.iter().map(|value| value - 0.5).collect();
            prop_assert!(share_as_large(&lower).unwrap() >= share);
        }
    }
}
