//! Stands in for the library of this name, whose licence is not one that Refit is passed on under.
//!
//! One of the libraries that keep restore points in repositories uses one function of it, to find
//! a user's folders, which Refit never asks for.

/// What optional values can be asked.
pub trait OptionExt<T> {
    /// Whether there is a value, and it equals `wanted`.
    fn contains<U: PartialEq<T>>(&self, wanted: &U) -> bool;
}

impl<T> OptionExt<T> for Option<T> {
    fn contains<U: PartialEq<T>>(&self, wanted: &U) -> bool {
        self.as_ref().is_some_and(|value| wanted == value)
    }
}

#[cfg(test)]
mod tests {
    use super::OptionExt;

    #[test]
    fn a_value_is_found() {
        assert!(OptionExt::contains(&Some(1), &1));
        assert!(!OptionExt::contains(&Some(1), &2));
        assert!(!OptionExt::contains(&None, &1));
    }
}
