//! What a content is, told from its bytes as they come: by what it begins with, never by its name.

/// What files begin with that are taken: documents, pictures, archives (which are never unpacked).
const KNOWN: [(&str, &[u8]); 9] = [
    ("a PDF", b"%PDF-"),
    ("a PNG picture", b"\x89PNG\r\n\x1a\n"),
    ("a JPEG picture", b"\xff\xd8\xff"),
    ("a ZIP archive, or an office document", b"PK\x03\x04"),
    ("an empty ZIP archive", b"PK\x05\x06"),
    ("a gzip archive", b"\x1f\x8b"),
    ("an xz archive", b"\xfd7zXZ\0"),
    ("a zstd archive", b"\x28\xb5\x2f\xfd"),
    ("a bzip2 archive", b"BZh"),
];
/// How much of a content is looked at for that, in bytes.
const BEGIN: usize = 8;

/// Judges a content piece by piece: whether it is of a kind that is taken. Text is what is UTF-8
/// without control characters, to its end.
#[derive(Debug)]
pub(crate) enum Judge {
    /// Too short to tell.
    Begun(Vec<u8>),
    /// It begins as something that is taken.
    Known,
    /// Text so far, and the bytes of a character that is not whole yet.
    Text(Vec<u8>),
    /// It is not taken.
    Bad,
}

impl Judge {
    /// Before the first piece.
    pub(crate) fn new() -> Self {
        Self::Begun(Vec::new())
    }

    /// Takes the next piece; whether it may still be taken.
    pub(crate) fn take(&mut self, piece: &[u8]) -> bool {
        *self = match std::mem::replace(self, Self::Bad) {
            Self::Begun(mut begin) => {
                begin.extend_from_slice(piece);
                if begin.len() < BEGIN { Self::Begun(begin) } else { Self::of_begin(&begin) }
            }
            Self::Text(rest) if rest.is_empty() => Self::of_text(piece),
            Self::Text(mut rest) => {
                rest.extend_from_slice(piece);
                Self::of_text(&rest)
            }
            decided => decided,
        };
        !matches!(self, Self::Bad)
    }

    /// Whether what came is taken, now that it is over.
    pub(crate) fn ends(&self) -> bool {
        match self {
            Self::Known => true,
            Self::Text(rest) => rest.is_empty(),
            Self::Begun(all) => match Self::of_begin(all) {
                Self::Text(rest) => rest.is_empty(),
                short => matches!(short, Self::Known),
            },
            Self::Bad => false,
        }
    }

    fn of_begin(begin: &[u8]) -> Self {
        if KNOWN.iter().any(|(_, known)| begin.starts_with(known)) {
            Self::Known
        } else {
            Self::of_text(begin)
        }
    }

    fn of_text(bytes: &[u8]) -> Self {
        let (whole, rest) = match std::str::from_utf8(bytes) {
            Ok(text) => (text, &[][..]),
            // Its last character is cut off.
            Err(error) if error.error_len().is_none() => {
                let (whole, rest) = bytes.split_at(error.valid_up_to());
                (std::str::from_utf8(whole).unwrap_or_default(), rest)
            }
            Err(_) => return Self::Bad,
        };
        let is_plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{c}');
        if whole.chars().all(is_plain) { Self::Text(rest.to_vec()) } else { Self::Bad }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a content is taken: the same in pieces of every size.
    fn is_taken(content: &[u8]) -> bool {
        let in_pieces = |size: usize| {
            let mut judge = Judge::new();
            content.chunks(size).all(|piece| judge.take(piece)) && judge.ends()
        };
        let first = in_pieces(1);
        for size in [2, 3, 7, 8, 9, 1000, 100_000] {
            assert_eq!(in_pieces(size), first, "in pieces of {size}: {content:?}");
        }
        first
    }

    #[test]
    fn what_a_file_is_tells_its_begin() {
        let long = [b"x".repeat(2000), "ä\n".repeat(700).into()].concat();
        for good in
            [&b"%PDF-1.7\n\xff"[..], b"plain text\r\n\ttoo", b"", b"BZh", b"PK\x05\x06", &long]
        {
            assert!(is_taken(good), "{good:?}");
        }
        let late = [b"x".repeat(2000), vec![0]].concat();
        let cut = [b"x".repeat(2000), vec![0xc3]].concat();
        for bad in [
            &b"MZ\x90\0"[..],
            b"\x7fELF\x02",
            b"text\0with zero",
            b"\xff\xfe\0b",
            b"\x1b[2J",
            b"%PDF\0",
            &late,
            &cut,
        ] {
            assert!(!is_taken(bad), "{bad:?}");
        }
    }
}
