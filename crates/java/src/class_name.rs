//! Names of classes, in the one form that Refit uses.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The binary name of a class as Spring files and stack traces write it: `java.util.Map$Entry`.
///
/// Class files write `/` where this has `.`; the two forms map one to one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClassName(String);

impl ClassName {
    /// The name as a text of a configuration file gives it. Any text is taken: one that no class
    /// can have is simply not found.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name with dots.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The package; empty for a class of the unnamed package.
    pub fn package(&self) -> &str {
        self.0.rsplit_once('.').map_or("", |(package, _)| package)
    }

    /// The name without its package, for example `Map$Entry`.
    pub fn simple(&self) -> &str {
        self.0.rsplit_once('.').map_or(&self.0, |(_, simple)| simple)
    }

    /// The name of the class whose file is the jar entry `entry`, if that is a class file.
    pub(crate) fn of_entry(entry: &str) -> Option<Self> {
        let name = entry.strip_suffix(".class")?;
        is_internal(name.as_bytes()).then(|| Self(name.replace('/', ".")))
    }

    /// Reads the form of class files: modified UTF-8 with slashes.
    pub(crate) fn of_internal(bytes: &[u8]) -> Option<Self> {
        is_internal(bytes).then(|| Self(decode_modified_utf8(bytes).replace('/', ".")))
    }
}

/// Whether these bytes can name a class: parts that are not empty, without `. ; [`.
pub(crate) fn is_internal(bytes: &[u8]) -> bool {
    bytes
        .split(|byte| *byte == b'/')
        .all(|part| !part.is_empty() && !part.iter().any(|byte| b".;[".contains(byte)))
}

/// Modified UTF-8 is UTF-8 but for two things: U+0000 is C0 80, and characters above U+FFFF are
/// two surrogates of three bytes each. What is neither becomes U+FFFD.
fn decode_modified_utf8(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let mut units = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        let (unit, length) = match (first, tail) {
            (0..=0x7f, _) => (u16::from(first), 1),
            (0xc0..=0xdf, [second, ..]) => (bits(first, 0x1f) << 6 | bits(*second, 0x3f), 2),
            (0xe0..=0xef, [second, third, ..]) => {
                (bits(first, 0x0f) << 12 | bits(*second, 0x3f) << 6 | bits(*third, 0x3f), 3)
            }
            _ => (0xfffd, 1),
        };
        units.push(unit);
        rest = &rest[length..];
    }
    String::from_utf16_lossy(&units)
}

fn bits(byte: u8, mask: u8) -> u16 {
    u16::from(byte & mask)
}

impl fmt::Display for ClassName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for ClassName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&str> for ClassName {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl std::borrow::Borrow<str> for ClassName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_name() {
        let entry = ClassName::of_entry("java/util/Map$Entry.class").unwrap();
        assert_eq!(entry, ClassName::from("java.util.Map$Entry"));
        assert_eq!((entry.package(), entry.simple()), ("java.util", "Map$Entry"));
        assert_eq!(ClassName::from("Main").package(), "");
    }

    #[test]
    fn what_is_no_class_gives_none() {
        for entry in ["a/b.txt", "a//B.class", ".class", "/B.class", "a/b.c.class"] {
            assert_eq!(ClassName::of_entry(entry), None, "{entry}");
        }
        assert_eq!(ClassName::of_internal(b"[Ljava/lang/Object;"), None);
    }

    #[test]
    fn modified_utf8_is_read() {
        let read = |bytes: &[u8]| ClassName::of_internal(bytes).unwrap().0;
        assert_eq!(read("p/Größe".as_bytes()), "p.Größe");
        assert_eq!(read(b"a\xc0\x80b"), "a\0b");
        assert_eq!(read(b"\xed\xa0\xbd\xed\xb8\x80"), "\u{1f600}");
        assert_eq!(read(b"x\xff"), "x\u{fffd}");
    }
}
