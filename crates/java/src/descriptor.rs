//! Descriptors of fields and methods (JVMS 4.3): `(ILjava/lang/String;)V`.

use crate::class_name::is_internal;

/// The internal names of the classes in a descriptor, or `None` if it is malformed.
///
/// The order of the parts is not checked: only the classes matter here.
pub(crate) fn classes_of_descriptor(descriptor: &[u8]) -> Option<Vec<&[u8]>> {
    let mut classes = Vec::new();
    let mut rest = descriptor;
    while let Some((&first, tail)) = rest.split_first() {
        rest = match first {
            b'L' => {
                let end = tail.iter().position(|byte| *byte == b';')?;
                let name = &tail[..end];
                if !is_internal(name) {
                    return None;
                }
                classes.push(name);
                &tail[end + 1..]
            }
            b'B' | b'C' | b'D' | b'F' | b'I' | b'J' | b'S' | b'Z' | b'V' | b'[' | b'(' | b')' => {
                tail
            }
            _ => return None,
        };
    }
    Some(classes)
}

/// The classes that a class constant names: the class itself, or the element of an array, which
/// is none for an array of numbers. `None` if it is malformed.
pub(crate) fn classes_of_constant(name: &[u8]) -> Option<Vec<&[u8]>> {
    if name.starts_with(b"[") {
        return classes_of_descriptor(name).filter(|classes| classes.len() <= 1);
    }
    is_internal(name).then(|| vec![name])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_stand_between_l_and_semicolon() {
        let found = classes_of_descriptor(b"(I[[Lp/A;JLB;)Lp/C$D;").unwrap();
        assert_eq!(found, [b"p/A".as_slice(), b"B", b"p/C$D"]);
        assert_eq!(classes_of_descriptor(b"(IJ)V").unwrap(), [b""; 0]);
    }

    #[test]
    fn arrays_are_unwrapped() {
        assert_eq!(classes_of_constant(b"p/A").unwrap(), [b"p/A"]);
        assert_eq!(classes_of_constant(b"[[Lp/A;").unwrap(), [b"p/A"]);
        assert_eq!(classes_of_constant(b"[I").unwrap(), [b""; 0]);
    }

    #[test]
    fn malformed_descriptors_are_refused() {
        for bad in [b"Lp/A".as_slice(), b"L;", b"Q", b"La.b;", b"(Lp//A;)V"] {
            assert_eq!(classes_of_descriptor(bad), None, "{bad:?}");
        }
        assert_eq!(classes_of_constant(b"[La;Lb;"), None);
        assert_eq!(classes_of_constant(b""), None);
    }
}
