//! Reads the big-endian numbers that class files are made of.

use crate::ClassError;

/// A position in a byte slice; every read is checked.
#[derive(Clone)]
pub(crate) struct ByteReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> ByteReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn u8(&mut self) -> Result<u8, ClassError> {
        Ok(self.array::<1>()?[0])
    }

    pub(crate) fn u16(&mut self) -> Result<u16, ClassError> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, ClassError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], ClassError> {
        let taken = self
            .at
            .checked_add(length)
            .and_then(|end| self.bytes.get(self.at..end))
            .ok_or(ClassError::Truncated { at: self.at })?;
        self.at += length;
        Ok(taken)
    }

    /// Takes as many bytes as the 32-bit number at this position says.
    pub(crate) fn take_counted(&mut self) -> Result<&'a [u8], ClassError> {
        let at = self.at;
        let length = self.u32()?;
        let length = usize::try_from(length).map_err(|_| ClassError::Truncated { at })?;
        self.take(length)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ClassError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_big_endian_and_the_end_is_seen() {
        let mut reader = ByteReader::new(&[1, 2, 3, 0, 0, 0, 1, 9, 7]);
        assert_eq!(reader.u8(), Ok(1));
        assert_eq!(reader.u16(), Ok(0x0203));
        assert_eq!(reader.take_counted(), Ok([9].as_slice()));
        assert_eq!(reader.u16(), Err(ClassError::Truncated { at: 8 }));
        assert_eq!(reader.u8(), Ok(7), "a failed read takes nothing");
    }

    #[test]
    fn a_length_beyond_the_end_is_no_panic() {
        let mut reader = ByteReader::new(&[0xff, 0xff, 0xff, 0xff, 1]);
        assert_eq!(reader.take_counted(), Err(ClassError::Truncated { at: 4 }));
        assert_eq!(ByteReader::new(&[1]).take(usize::MAX), Err(ClassError::Truncated { at: 0 }));
    }
}
