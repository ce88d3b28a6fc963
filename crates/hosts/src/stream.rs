//! A large file on a host, read piece by piece.

use std::io::{self, Read};

use refit_model::HostPath;

use crate::Reader;

/// How much is asked for at once.
const PIECE: u64 = 1 << 20;

/// A file on a host, from its beginning to its end. It must not change meanwhile.
pub struct FileStream<'a> {
    reader: Reader<'a>,
    path: HostPath,
    offset: u64,
    piece: Vec<u8>,
    /// How much of the piece has been given.
    given: usize,
}

impl<'a> Reader<'a> {
    /// Reads a file without having it in memory as a whole.
    pub fn stream(self, path: &HostPath) -> FileStream<'a> {
        FileStream { reader: self, path: path.clone(), offset: 0, piece: Vec::new(), given: 0 }
    }
}

impl Read for FileStream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.piece.len() {
            let piece = self.reader.part(&self.path, self.offset, PIECE);
            self.piece = piece.map_err(|error| io::Error::other(error.chain()))?;
            self.offset += self.piece.len() as u64;
            self.given = 0;
        }
        let left = &self.piece[self.given..];
        let length = left.len().min(buffer.len());
        buffer[..length].copy_from_slice(&left[..length]);
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cancel, LocalHost};
    use refit_model::HostName;

    #[test]
    fn a_file_larger_than_a_piece_is_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large");
        let content: Vec<u8> =
            (0..2_500_000_u32).map(|n| n.to_le_bytes()[n as usize % 3]).collect();
        std::fs::write(&path, &content).unwrap();
        let host = LocalHost::new(HostName::new("local").unwrap());
        let cancel = Cancel::new();
        let reader = Reader::new(&host, &cancel, 10);
        let mut read = Vec::new();
        reader.stream(&HostPath::from(&path)).read_to_end(&mut read).unwrap();
        assert!(read == content);
        let missing = reader.stream(&HostPath::from("/no/such/file")).read_to_end(&mut read);
        assert!(missing.unwrap_err().to_string().contains("/no/such/file"));
    }
}
