//! Which of a sequence's members stand out of order.

/// The indices of the members that must move for `values` to rise, as few as possible. The values
/// must be different from each other.
pub fn out_of_order(values: &[u64]) -> Vec<usize> {
    let mut stays = vec![false; values.len()];
    for index in longest_rising(values) {
        stays[index] = true;
    }
    (0..values.len()).filter(|index| !stays[*index]).collect()
}

/// The indices of a longest rising subsequence, from the last to the first.
fn longest_rising(values: &[u64]) -> impl Iterator<Item = usize> {
    // `ends[n]` is the index of the smallest value that ends a rising sequence of n + 1 members.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        let length = ends.partition_point(|end| values[*end] < *value);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    std::iter::successors(ends.last().copied(), move |index| before[*index])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_orders() {
        assert_eq!(out_of_order(&[]), [] as [usize; 0]);
        assert_eq!(out_of_order(&[0, 1, 2]), [] as [usize; 0]);
        assert_eq!(out_of_order(&[0, 2, 1, 3]).len(), 1, "a swap is one move");
        assert_eq!(out_of_order(&[9, 0, 1, 2]), [0]);
        assert_eq!(out_of_order(&[3, 2, 1, 0]).len(), 3);
    }

    proptest! {
        #[test]
        fn without_those_that_must_move_the_rest_rises(
            values in Just((0..40_u64).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let moved = out_of_order(&values);
            let rest = values.iter().enumerate().filter(|(index, _)| !moved.contains(index));
            let rest: Vec<_> = rest.map(|(_, value)| *value).collect();
            prop_assert!(rest.windows(2).all(|pair| pair[0] < pair[1]));
        }

        #[test]
        fn one_moved_member_is_one_move(from in 0..30_usize, to in 0..30_usize) {
            let mut values: Vec<_> = (0..30_u64).collect();
            let value = values.remove(from);
            values.insert(to, value);
            prop_assert!(out_of_order(&values).len() <= 1);
            prop_assert_eq!(out_of_order(&values).is_empty(), from == to);
        }
    }
}
