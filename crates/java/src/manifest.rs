//! The main section of a jar's manifest.

use std::collections::BTreeMap;

/// The attributes of the main section; the sections of single entries are not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Values by name in lower case, since names of attributes have no case.
    attributes: BTreeMap<String, String>,
}

impl Manifest {
    /// Reads `META-INF/MANIFEST.MF`. Lines that are no attributes are passed over, as Java's own
    /// tools differ about them too.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut attributes = BTreeMap::new();
        for line in main_section(bytes) {
            let line = String::from_utf8_lossy(&line);
            if let Some((name, value)) = line.split_once(':') {
                let value = value.strip_prefix(' ').unwrap_or(value);
                attributes.insert(name.to_ascii_lowercase(), value.to_owned());
            }
        }
        Self { attributes }
    }

    /// The value of an attribute, for example of `Implementation-Version`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(&name.to_ascii_lowercase()).map(String::as_str)
    }

    /// Whether classes in `META-INF/versions` count.
    pub fn is_multi_release(&self) -> bool {
        self.get("Multi-Release").is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    }

    /// The version that the jar claims for itself: `Implementation-Version`, else
    /// `Bundle-Version`, else `Specification-Version`.
    pub fn version(&self) -> Option<&str> {
        ["Implementation-Version", "Bundle-Version", "Specification-Version"]
            .into_iter()
            .find_map(|name| self.get(name))
            .map(str::trim)
            .filter(|version| !version.is_empty())
    }

    /// The other jars that this one draws onto its class path, relative to it.
    pub fn class_path(&self) -> Vec<&str> {
        self.get("Class-Path")
            .map(|value| value.split_ascii_whitespace().collect())
            .unwrap_or_default()
    }
}

/// The lines up to the first empty one. A line that begins with a space continues the one before;
/// that is undone on bytes, since lines are broken in the middle of characters.
fn main_section(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match (line.split_first(), lines.last_mut()) {
            (None, Some(_)) => break,
            (None, None) => {}
            (Some((b' ', more)), Some(last)) => last.extend_from_slice(more),
            _ => lines.push(line.to_vec()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_lines_are_joined_and_sections_end_at_an_empty_line() {
        let text = "Manifest-Version: 1.0\r\nImplementation-Title: Gr\u{f6}\r\n \u{df}e\r\n\
                    class-path: a.jar  lib/b\r\n .jar\r\n\r\nName: x\r\nBundle-Version: 9\r\n";
        let manifest = Manifest::parse(text.as_bytes());
        assert_eq!(manifest.get("implementation-title"), Some("Größe"));
        assert_eq!(manifest.class_path(), ["a.jar", "lib/b.jar"]);
        assert_eq!(manifest.version(), None);
        assert!(!manifest.is_multi_release());
    }

    #[test]
    fn a_character_that_is_broken_in_two_is_whole_again() {
        let manifest = Manifest::parse(b"A: \xc3\n \xb6\nMulti-Release: TRUE \n");
        assert_eq!(manifest.get("A"), Some("ö"));
        assert!(manifest.is_multi_release());
    }

    #[test]
    fn the_implementation_version_comes_first() {
        let text = b"Specification-Version: 1\nBundle-Version: 2\nImplementation-Version: 3\n";
        assert_eq!(Manifest::parse(text).version(), Some("3"));
        let without = b"Specification-Version: 1\nBundle-Version: 2\nImplementation-Version: \n";
        assert_eq!(Manifest::parse(without).version(), None);
    }
}
