//! Texts that are equal but for the sites' values in them.

use std::collections::HashSet;

use crate::naming::stands_at;

/// Whether `learned` becomes `here` where some site values are put in place of others. Several
/// parameters may have one value, so that each of them is tried.
pub(crate) fn alike(learned: &str, here: &str, values: &[(&str, &str)]) -> bool {
    let mut tried = HashSet::new();
    let mut open = vec![(0, 0)];
    while let Some((at, other)) = open.pop() {
        if at == learned.len() && other == here.len() {
            return true;
        }
        if !tried.insert((at, other)) {
            continue;
        }
        for (value, replaced) in values {
            if stands_at(learned, at, value) && stands_at(here, other, replaced) {
                open.push((at + value.len(), other + replaced.len()));
            }
        }
        if let (Some(one), Some(two)) = (learned[at..].chars().next(), here[other..].chars().next())
            && one == two
        {
            open.push((at + one.len_utf8(), other + two.len_utf8()));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::alike;
    use proptest::prelude::*;

    const VALUES: [(&str, &str); 3] =
        [("/opt/jdk", "/usr/java"), ("/opt/jdk", "/usr/java-17"), ("/opt/mq", "/srv/mq")];

    #[test]
    fn every_parameter_of_one_value_is_tried() {
        assert!(alike("/opt/jdk/bin", "/usr/java/bin", &VALUES));
        assert!(alike("/opt/jdk/bin", "/usr/java-17/bin", &VALUES));
        assert!(alike("/opt/mq: /opt/jdk", "/srv/mq: /usr/java-17", &VALUES));
        assert!(!alike("/opt/mq2", "/srv/mq2", &VALUES));
        assert!(!alike("/opt/jdk/bin", "/usr/java/lib", &VALUES));
        assert!(!alike("", "/usr/java", &VALUES));
    }

    proptest! {
        #[test]
        fn a_text_is_like_itself(text in "[/optjdkmq :]{0,40}") {
            prop_assert!(alike(&text, &text, &VALUES));
        }

        #[test]
        fn without_values_only_equal_texts_are_alike(one in "[ab]{0,6}", two in "[ab]{0,6}") {
            prop_assert_eq!(alike(&one, &two, &[]), one == two);
        }
    }
}
