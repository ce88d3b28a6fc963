//! Frames: a length of four bytes, and so many bytes of CBOR.

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// The longest frame: a file as large as the largest that is read at once, and what is said of it.
pub(super) const MAX_FRAME: usize = 65 << 20;
/// The bytes that tell a frame's length.
const HEADER: usize = 4;

/// A message as a frame, which may hold secrets; `None` where it is longer than frames may be.
pub(super) fn encode(message: &impl Serialize) -> Option<Zeroizing<Vec<u8>>> {
    let mut frame = Zeroizing::new(vec![0; HEADER]);
    ciborium::into_writer(message, &mut *frame).ok()?;
    let length = frame.len() - HEADER;
    let header = u32::try_from(length).ok().filter(|_| length <= MAX_FRAME)?;
    frame[..HEADER].copy_from_slice(&header.to_be_bytes());
    Some(frame)
}

/// The message of a frame's content.
pub(super) fn decode<T: DeserializeOwned>(content: &[u8]) -> Result<T, String> {
    ciborium::from_reader(content).map_err(|error| error.to_string())
}

/// A frame of which a part has come.
#[derive(Default)]
pub(super) struct Incoming {
    bytes: Zeroizing<Vec<u8>>,
}

impl Incoming {
    /// How many bytes are wanted next; an error where the frame is longer than frames may be.
    pub(super) fn wanted(&self) -> Result<usize, String> {
        match self.length() {
            None => Ok(HEADER - self.bytes.len()),
            Some(length) if length > MAX_FRAME => Err(format!("a message of {length} bytes")),
            Some(length) => Ok(HEADER + length - self.bytes.len()),
        }
    }

    /// Takes bytes in, not more than are wanted; gives the content once it is whole.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.bytes.extend_from_slice(bytes);
        let is_whole = self.length().is_some_and(|length| self.bytes.len() == HEADER + length);
        is_whole.then(|| {
            let content = Zeroizing::new(self.bytes.split_off(HEADER));
            self.bytes.clear();
            content
        })
    }

    fn length(&self) -> Option<usize> {
        let header = self.bytes.get(..HEADER)?.try_into().ok()?;
        usize::try_from(u32::from_be_bytes(header)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_comes_whole_however_it_is_cut() {
        let frame = encode(&("text".to_owned(), 7_u64)).unwrap();
        let mut incoming = Incoming::default();
        let mut whole = Vec::new();
        for byte in frame.iter().chain(frame.iter()) {
            assert!(incoming.wanted().unwrap() >= 1);
            whole.extend(incoming.take(&[*byte]));
        }
        let decoded: Vec<(String, u64)> =
            whole.iter().map(|content| decode(content).unwrap()).collect();
        assert_eq!(decoded, [("text".to_owned(), 7), ("text".to_owned(), 7)]);
    }

    #[test]
    fn a_length_that_is_too_large_is_refused_before_anything_is_kept() {
        let mut incoming = Incoming::default();
        assert!(incoming.take(b"\xff\xff\xff\xff").is_none());
        assert_eq!(incoming.wanted().unwrap_err(), "a message of 4294967295 bytes");
    }

    #[test]
    fn what_is_too_large_is_not_sent() {
        assert!(encode(&serde_bytes::Bytes::new(&vec![0; MAX_FRAME])).is_none());
    }

    #[test]
    fn garbage_is_an_error() {
        assert!(decode::<(String, u64)>(b"\x00").is_err());
        assert!(decode::<(String, u64)>(&vec![0x81; 100_000]).is_err());
    }
}
