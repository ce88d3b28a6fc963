//! The greeting that an OpenWire broker sends to everyone who connects, before any login.
//!
//! Nothing else of OpenWire is here. The greeting (`WireFormatInfo`) is always encoded loosely,
//! because the encoding is only agreed upon by it.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::{Stream, WireError};

/// The name of the protocol in errors.
const PROTOCOL: &str = "OpenWire";
/// The longest greeting that is read, in bytes; real ones have about 340.
const LONGEST_GREETING: usize = 64 * 1024;
/// The most properties that are read; real greetings have 13.
const MOST_PROPERTIES: i32 = 256;
/// The type of the frame, and the eight bytes that follow it.
const START: &[u8] = b"\x01ActiveMQ";

/// What a broker tells of itself in its greeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// The version of the protocol, for example 12.
    pub protocol_version: i32,
    /// The broker's text properties, by name.
    pub properties: BTreeMap<String, String>,
}

impl Greeting {
    /// The product, for example `ActiveMQ`.
    pub fn provider_name(&self) -> Option<&str> {
        self.properties.get("ProviderName").map(String::as_str)
    }

    /// The product's version, for example `5.18.3`.
    pub fn provider_version(&self) -> Option<&str> {
        self.properties.get("ProviderVersion").map(String::as_str)
    }
}

/// Reads the greeting from a stream on which nothing was read yet. Sends nothing.
pub fn read_greeting(stream: &mut dyn Stream, deadline: Instant) -> Result<Greeting, WireError> {
    let at = stream.peer().to_owned();
    let other = |why: &str| WireError::OtherProtocol {
        at: at.clone(),
        expected: PROTOCOL,
        why: why.to_owned(),
    };
    stream.set_deadline(deadline);
    // The beginning is checked before the announced length is believed: "HTTP" is also a number.
    let mut start = [0; 13];
    fill(stream, &mut start, &at)?;
    let (length, name) = start.split_at(4);
    if name != START {
        return Err(other("its first bytes are no greeting"));
    }
    let length = Reader(length).i32().unwrap_or_default();
    let rest = usize::try_from(length)
        .ok()
        .and_then(|length| length.checked_sub(START.len()))
        .ok_or_else(|| other("its greeting has no length"))?;
    if rest > LONGEST_GREETING {
        return Err(WireError::TooLarge { at, what: "bytes of greeting", limit: LONGEST_GREETING });
    }
    let mut body = vec![0; rest];
    fill(stream, &mut body, &at)?;
    parse(&body).ok_or_else(|| other("its greeting does not parse"))
}

fn fill(stream: &mut dyn Stream, buffer: &mut [u8], at: &str) -> Result<(), WireError> {
    stream
        .read_exact(buffer)
        .map_err(|error| WireError::open(at, "waiting for the greeting", error))
}

/// Parses what follows the magic bytes.
fn parse(body: &[u8]) -> Option<Greeting> {
    let mut reader = Reader(body);
    let protocol_version = reader.i32()?;
    let properties = if reader.u8()? == 0 {
        BTreeMap::new()
    } else {
        // The length of the map in bytes, which the map itself makes superfluous.
        reader.i32()?;
        reader.text_properties()?
    };
    Some(Greeting { protocol_version, properties })
}

/// Reads Java's data formats from the front of a slice.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn i32(&mut self) -> Option<i32> {
        let bytes = self.take(4)?;
        Some(i32::from_be_bytes(bytes.try_into().ok()?))
    }

    /// Bytes with their length before them, as two bytes.
    fn short_bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.take(2)?;
        self.take(u16::from_be_bytes(length.try_into().ok()?).into())
    }

    /// Bytes with their length before them, as four bytes.
    fn long_bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.i32()?).ok()?;
        self.take(length)
    }

    fn text_properties(&mut self) -> Option<BTreeMap<String, String>> {
        let count = self.i32()?;
        if !(0..=MOST_PROPERTIES).contains(&count) {
            return None;
        }
        let mut properties = BTreeMap::new();
        for _ in 0..count {
            let name = text(self.short_bytes()?);
            if let Value::Text(value) = self.value()? {
                properties.insert(name, value);
            }
        }
        Some(properties)
    }

    /// One value. Nested values do not occur in greetings and are refused.
    fn value(&mut self) -> Option<Value> {
        match self.u8()? {
            NULL => Some(Value::Other),
            BOOLEAN | BYTE => self.skip(1),
            CHARACTER | SHORT => self.skip(2),
            INT | FLOAT => self.skip(4),
            LONG | DOUBLE => self.skip(8),
            TEXT => self.short_bytes().map(|bytes| Value::Text(text(bytes))),
            BYTES => self.long_bytes().map(|_| Value::Other),
            LONG_TEXT => self.long_bytes().map(|bytes| Value::Text(text(bytes))),
            _ => None,
        }
    }

    fn skip(&mut self, width: usize) -> Option<Value> {
        self.take(width).map(|_| Value::Other)
    }
}

/// The value of a property.
enum Value {
    Text(String),
    Other,
}

const NULL: u8 = 0;
const BOOLEAN: u8 = 1;
const BYTE: u8 = 2;
const CHARACTER: u8 = 3;
const SHORT: u8 = 4;
const INT: u8 = 5;
const LONG: u8 = 6;
const DOUBLE: u8 = 7;
const FLOAT: u8 = 8;
const TEXT: u8 = 9;
const BYTES: u8 = 10;
const LONG_TEXT: u8 = 13;

/// Java's own UTF-8 differs from the real one only outside of what names and versions hold.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// A greeting's body with the given properties, as a broker encodes it.
    fn body(properties: &[(&str, &[u8])]) -> Vec<u8> {
        let mut map = Vec::new();
        map.extend(i32::try_from(properties.len()).unwrap().to_be_bytes());
        for (name, value) in properties {
            map.extend(u16::try_from(name.len()).unwrap().to_be_bytes());
            map.extend(name.as_bytes());
            map.extend(*value);
        }
        let mut body = 12_i32.to_be_bytes().to_vec();
        body.push(1);
        body.extend(i32::try_from(map.len()).unwrap().to_be_bytes());
        body.extend(map);
        body
    }

    #[test]
    fn texts_are_found_among_values_of_every_kind() {
        let greeting = parse(&body(&[
            ("Nothing", b"\x00"),
            ("Cache", b"\x01\x01"),
            ("Short", b"\x04\x00\x07"),
            ("Size", b"\x05\x00\x00\x04\x00"),
            ("ProviderName", b"\x09\x00\x08ActiveMQ"),
            ("Max", b"\x06\x7f\xff\xff\xff\xff\xff\xff\xff"),
            ("Bytes", b"\x0a\x00\x00\x00\x02ab"),
            ("ProviderVersion", b"\x0d\x00\x00\x00\x065.16.7"),
        ]))
        .unwrap();
        assert_eq!(greeting.protocol_version, 12);
        assert_eq!(greeting.provider_name(), Some("ActiveMQ"));
        assert_eq!(greeting.provider_version(), Some("5.16.7"));
    }

    #[test]
    fn a_greeting_without_properties_is_one() {
        let greeting = parse(b"\0\0\0\x01\0").unwrap();
        assert_eq!(greeting.provider_version(), None);
    }

    #[test]
    fn nested_values_and_absurd_counts_are_refused() {
        assert_eq!(parse(&body(&[("Map", b"\x0b\0\0\0\0")])), None);
        assert_eq!(parse(b"\0\0\0\x0c\x01\0\0\0\x04\x7f\xff\xff\xff"), None);
        assert_eq!(parse(b"\0\0\0\x0c\x01\0\0\0\x04\xff\xff\xff\xff"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_parsed_or_refused(bytes in vec(any::<u8>(), 0..300)) {
            if let Some(greeting) = parse(&bytes) {
                prop_assert!(greeting.properties.len() <= 256);
            }
        }

        #[test]
        fn a_cut_greeting_is_refused(cut in 0_usize..40) {
            let whole = body(&[("ProviderVersion", b"\x09\x00\x065.16.7")]);
            prop_assume!(cut < whole.len());
            prop_assert_eq!(parse(&whole[..cut]), None);
        }
    }
}
