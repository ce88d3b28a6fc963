//! JSON in which every name stands once: of two values of one name, two programs may take another.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Any JSON whose objects have every name once; what it holds is not kept.
pub(crate) struct EachNameOnce;

impl<'de> Deserialize<'de> for EachNameOnce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Look)
    }
}

struct Look;

impl<'de> Visitor<'de> for Look {
    type Value = EachNameOnce;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<EachNameOnce, A::Error> {
        let mut names = HashSet::new();
        while let Some((name, EachNameOnce)) = map.next_entry::<String, _>()? {
            if let Some(twice) = names.replace(name) {
                return Err(A::Error::custom(format!("`{twice}` stands twice")));
            }
        }
        Ok(EachNameOnce)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<EachNameOnce, A::Error> {
        while let Some(EachNameOnce) = list.next_element()? {}
        Ok(EachNameOnce)
    }

    fn visit_unit<E>(self) -> Result<EachNameOnce, E> {
        Ok(EachNameOnce)
    }

    fn visit_bool<E>(self, _: bool) -> Result<EachNameOnce, E> {
        Ok(EachNameOnce)
    }

    fn visit_u64<E>(self, _: u64) -> Result<EachNameOnce, E> {
        Ok(EachNameOnce)
    }

    fn visit_i64<E>(self, _: i64) -> Result<EachNameOnce, E> {
        Ok(EachNameOnce)
    }

    fn visit_f64<E>(self, _: f64) -> Result<EachNameOnce, E> {
        Ok(EachNameOnce)
    }

    fn visit_str<E>(self, _: &str) -> Result<EachNameOnce, E> {
        Ok(EachNameOnce)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_stands_twice_is_found() {
        let is_good = |text: &str| serde_json::from_str::<EachNameOnce>(text).is_ok();
        for good in ["null", "[1, -1, 1.5, \"x\", true]", r#"{"a": {"a": 1}, "b": [{"a": 2}]}"#] {
            assert!(is_good(good), "{good}");
        }
        for bad in [r#"{"a": 1, "a": 1}"#, r#"[{"b": {"a": 1, "\u0061": 2}}]"#] {
            assert!(!is_good(bad), "{bad}");
        }
    }
}
