//! The constant pool of a class file (JVMS 4.4), as far as it tells of classes.

use crate::ClassError;
use crate::byte_reader::ByteReader;

/// A constant. What holds no class, nor points to a text that does, is `Other`.
#[derive(Clone, Copy)]
pub(crate) enum Constant<'a> {
    Utf8(&'a [u8]),
    Class {
        name: u16,
    },
    /// The descriptor of a name-and-type, or of a method type.
    Descriptor {
        text: u16,
    },
    Other,
}

pub(crate) struct ConstantPool<'a>(Vec<Constant<'a>>);

impl<'a> ConstantPool<'a> {
    pub(crate) fn read(reader: &mut ByteReader<'a>) -> Result<Self, ClassError> {
        let count = reader.u16()?;
        // Constant 0 does not exist.
        let mut constants = vec![Constant::Other];
        while constants.len() < usize::from(count) {
            let index = u16::try_from(constants.len()).unwrap_or(u16::MAX);
            let (constant, slots) = read_constant(reader, index)?;
            constants.push(constant);
            constants.extend(std::iter::repeat_n(Constant::Other, slots - 1));
        }
        Ok(Self(constants))
    }

    /// All constants with their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Constant<'a>> {
        self.0.iter().copied()
    }

    pub(crate) fn utf8(&self, index: u16) -> Result<&'a [u8], ClassError> {
        match self.0.get(usize::from(index)) {
            Some(Constant::Utf8(bytes)) => Ok(bytes),
            _ => Err(ClassError::WrongConstant { index, expected: "a text" }),
        }
    }

    /// The number of the text that names the class of the class constant `index`.
    pub(crate) fn class_name_index(&self, index: u16) -> Result<u16, ClassError> {
        match self.0.get(usize::from(index)) {
            Some(Constant::Class { name }) => Ok(*name),
            _ => Err(ClassError::WrongConstant { index, expected: "a class" }),
        }
    }
}

/// Reads one constant, and tells how many numbers it takes: longs and doubles take two.
fn read_constant<'a>(
    reader: &mut ByteReader<'a>,
    index: u16,
) -> Result<(Constant<'a>, usize), ClassError> {
    let tag = reader.u8()?;
    let constant = match tag {
        1 => {
            let length = reader.u16()?;
            Constant::Utf8(reader.take(usize::from(length))?)
        }
        7 => Constant::Class { name: reader.u16()? },
        12 => {
            reader.u16()?;
            Constant::Descriptor { text: reader.u16()? }
        }
        16 => Constant::Descriptor { text: reader.u16()? },
        _ => {
            let length = other_length(tag).ok_or(ClassError::UnknownConstant { index, tag })?;
            reader.take(length)?;
            Constant::Other
        }
    };
    let slots = if matches!(tag, 5 | 6) { 2 } else { 1 };
    Ok((constant, slots))
}

/// The length of constants that need not be looked into.
fn other_length(tag: u8) -> Option<usize> {
    match tag {
        // String, Module, Package
        8 | 19 | 20 => Some(2),
        // MethodHandle
        15 => Some(3),
        // Integer, Float, Fieldref, Methodref, InterfaceMethodref, Dynamic, InvokeDynamic
        3 | 4 | 9 | 10 | 11 | 17 | 18 => Some(4),
        // Long, Double
        5 | 6 => Some(8),
        _ => None,
    }
}
