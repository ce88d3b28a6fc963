//! Generic signatures (JVMS 4.7.9.1): `<T:Ljava/lang/Object;>(Ljava/util/List<+TT;>;)V`.
//!
//! They nest without limit, so the classes that are still open are kept in a list instead of by
//! recursion.

/// The internal names of the classes in a signature, or `None` if it is malformed.
pub(crate) fn classes_of_signature(signature: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut scanner = Scanner { rest: signature, open: Vec::new(), found: Vec::new() };
    if scanner.skip_if(b'<') {
        scanner.type_parameters()?;
    }
    while !scanner.rest.is_empty() {
        scanner.step()?;
    }
    scanner.open.is_empty().then_some(scanner.found)
}

struct Scanner<'a> {
    rest: &'a [u8],
    /// Names of the classes whose `;` has not come yet.
    open: Vec<Vec<u8>>,
    found: Vec<Vec<u8>>,
}

impl<'a> Scanner<'a> {
    /// Reads `T:bound U::bound >`, after the `<`.
    fn type_parameters(&mut self) -> Option<()> {
        while !self.skip_if(b'>') {
            self.until(b":")?;
            while self.skip_if(b':') {
                self.bound()?;
            }
        }
        Some(())
    }

    /// Reads one bound, which may be empty before the bound by an interface.
    fn bound(&mut self) -> Option<()> {
        while self.skip_if(b'[') {}
        match self.rest.first()? {
            b'L' | b'T' => self.step()?,
            _ => return Some(()),
        }
        while !self.open.is_empty() {
            self.step()?;
        }
        Some(())
    }

    /// Reads one part: the begin or end of a class or of its arguments, or a letter.
    fn step(&mut self) -> Option<()> {
        let first = self.next()?;
        match first {
            b'L' => {
                let name = self.until(b"<;.")?.to_vec();
                self.open.push(name);
            }
            b'T' => {
                self.until(b";")?;
                self.next()?;
            }
            b';' => {
                let name = self.open.pop()?;
                self.found.push(name);
            }
            b'.' => {
                let inner = self.until(b"<;.")?;
                // The outer class is not told: its file lies beside the inner one's, and naming
                // each level of a long chain would take a hostile file's length squared.
                let outer = self.open.last_mut()?;
                outer.push(b'$');
                outer.extend_from_slice(inner);
            }
            b'<' | b'>' if self.open.is_empty() => return None,
            b'<' | b'>' | b'*' | b'+' | b'-' | b'(' | b')' | b'[' | b'^' | b'B' | b'C' | b'D'
            | b'F' | b'I' | b'J' | b'S' | b'Z' | b'V' => {}
            _ => return None,
        }
        Some(())
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn skip_if(&mut self, byte: u8) -> bool {
        let found = self.rest.first() == Some(&byte);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    /// Takes what stands before the first of `ends`; `None` if none of them comes.
    fn until(&mut self, ends: &[u8]) -> Option<&'a [u8]> {
        let length = self.rest.iter().position(|byte| ends.contains(byte))?;
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(signature: &str) -> Option<Vec<String>> {
        let names = classes_of_signature(signature.as_bytes())?;
        Some(names.into_iter().map(|name| String::from_utf8(name).unwrap()).collect())
    }

    fn sorted(signature: &str) -> Vec<String> {
        let mut names = read(signature).unwrap();
        names.sort();
        names
    }

    #[test]
    fn classes_in_arguments_wildcards_and_arrays() {
        assert_eq!(
            sorted("(Lp/Map<Lp/Key;+[Lp/Value<*>;>;TT;[I)Lp/Result;^Lp/Broken;^TE;"),
            ["p/Broken", "p/Key", "p/Map", "p/Result", "p/Value"]
        );
    }

    #[test]
    fn type_parameters_with_bounds() {
        assert_eq!(
            sorted("<T:Lp/Base<TT;>;U::Lp/I;:Lp/J<Lp/K;>;LONG:TT;>Lp/Super;Lp/Face<TU;>;"),
            ["p/Base", "p/Face", "p/I", "p/J", "p/K", "p/Super"]
        );
        assert_eq!(sorted("<A:B:>Lp/S;"), ["p/S"], "empty bounds are taken as they come");
    }

    #[test]
    fn inner_classes_of_generic_ones() {
        assert_eq!(
            sorted("Lp/Outer<Lp/A;>.Inner<Lp/B;>.Deep;"),
            ["p/A", "p/B", "p/Outer$Inner$Deep"]
        );
    }

    #[test]
    fn malformed_signatures_are_refused() {
        for bad in ["Lp/A", "Lp/A<", "<T", "<T:", ">", "Lp/A<Lp/B;", ";", "?", "T", "."] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn thousands_of_nested_arguments_do_not_overflow_the_stack() {
        let deep = format!("{}{}", "La<".repeat(20_000), ">;".repeat(20_000));
        assert_eq!(read(&deep).unwrap().len(), 20_000);
    }
}
