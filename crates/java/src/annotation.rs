//! Annotations that are visible at run time (JVMS 4.7.16 to 4.7.22).
//!
//! Annotations nest without limit, so they are walked with a list of what is still to be read
//! instead of by recursion. Annotations of types within code are not read: nothing at run time
//! looks at them.

use crate::ClassError;
use crate::byte_reader::ByteReader;

/// What is still to be read, innermost last.
enum Pending {
    Annotations(u16),
    /// Pairs of a name and a value.
    Pairs(u16),
    Values(u16),
}

/// Reads `RuntimeVisibleAnnotations`; gives the numbers of the descriptors that name types.
pub(crate) fn types_of_annotations(content: &[u8]) -> Result<Vec<u16>, ClassError> {
    let mut reader = ByteReader::new(content);
    let count = reader.u16()?;
    walk(&mut reader, Pending::Annotations(count))
}

/// Reads `RuntimeVisibleParameterAnnotations`.
pub(crate) fn types_of_parameter_annotations(content: &[u8]) -> Result<Vec<u16>, ClassError> {
    let mut reader = ByteReader::new(content);
    let parameters = reader.u8()?;
    let mut types = Vec::new();
    for _ in 0..parameters {
        let count = reader.u16()?;
        types.extend(walk(&mut reader, Pending::Annotations(count))?);
    }
    Ok(types)
}

/// Reads `AnnotationDefault`.
pub(crate) fn types_of_default(content: &[u8]) -> Result<Vec<u16>, ClassError> {
    walk(&mut ByteReader::new(content), Pending::Values(1))
}

fn walk(reader: &mut ByteReader<'_>, first: Pending) -> Result<Vec<u16>, ClassError> {
    let mut types = Vec::new();
    let mut pending = vec![first];
    while let Some(top) = pending.last_mut() {
        let (Pending::Annotations(left) | Pending::Pairs(left) | Pending::Values(left)) = top;
        if *left == 0 {
            pending.pop();
            continue;
        }
        *left -= 1;
        let inner = match top {
            Pending::Annotations(_) => Some(annotation(reader, &mut types)?),
            Pending::Pairs(_) => {
                reader.u16()?;
                value(reader, &mut types)?
            }
            Pending::Values(_) => value(reader, &mut types)?,
        };
        pending.extend(inner);
    }
    Ok(types)
}

fn annotation(reader: &mut ByteReader<'_>, types: &mut Vec<u16>) -> Result<Pending, ClassError> {
    types.push(reader.u16()?);
    Ok(Pending::Pairs(reader.u16()?))
}

fn value(reader: &mut ByteReader<'_>, types: &mut Vec<u16>) -> Result<Option<Pending>, ClassError> {
    match reader.u8()? {
        b'@' => return Ok(Some(annotation(reader, types)?)),
        b'[' => return Ok(Some(Pending::Values(reader.u16()?))),
        b'e' => {
            types.push(reader.u16()?);
            reader.u16()?;
        }
        b'c' => types.push(reader.u16()?),
        _ => {
            reader.u16()?;
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_stand_in_annotations_enums_and_class_values() {
        // @7(1 = @8(2 = enum 9.3, 4 = {class 10, class 11}), 5 = constant 6)
        let content = [
            0, 1, 0, 7, 0, 2, 0, 1, b'@', 0, 8, 0, 2, 0, 2, b'e', 0, 9, 0, 3, 0, 4, b'[', 0, 2,
            b'c', 0, 10, b'c', 0, 11, 0, 5, b'I', 0, 6,
        ];
        assert_eq!(types_of_annotations(&content), Ok(vec![7, 8, 9, 10, 11]));
    }

    #[test]
    fn parameters_have_lists_of_their_own() {
        let content = [2, 0, 0, 0, 1, 0, 7, 0, 0];
        assert_eq!(types_of_parameter_annotations(&content), Ok(vec![7]));
    }

    #[test]
    fn a_default_is_one_value() {
        assert_eq!(types_of_default(&[b'c', 0, 3]), Ok(vec![3]));
    }

    #[test]
    fn a_million_nested_lists_do_not_overflow_the_stack() {
        let mut content: Vec<u8> = [b'[', 0, 1].repeat(1_000_000);
        content.extend([b'c', 0, 3]);
        assert_eq!(types_of_default(&content), Ok(vec![3]));
    }
}
