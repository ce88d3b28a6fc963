//! Reading Erlang terms: where they stand, not what they mean.

use std::ops::Range;

use refit_model::SLOT_OPEN;

use crate::mark::mark_end;

/// A term and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) span: Range<usize>,
    pub(super) kind: TermKind,
}

/// What a term is, as far as that matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TermKind {
    /// An atom, a string or a binary: what can name something.
    Name,
    Tuple(Vec<Term>),
    List(Vec<Term>),
    /// A number, a character, a map, a list with a tail, a secret's mark.
    Other,
}

/// Why a text is no term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Something else is expected at this place.
    Expected(usize, &'static str),
    /// Nested too deep.
    TooDeep(usize),
}

impl Term {
    /// The name and the value of a pair whose first element names something.
    pub(super) fn pair(&self) -> Option<(&Self, &Self)> {
        match &self.kind {
            TermKind::Tuple(parts) => match &parts[..] {
                [name, value] if name.kind == TermKind::Name => Some((name, value)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Reads terms one after the other.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// The comments that were met, in their order.
    pub(super) comments: Vec<Range<usize>>,
    max_depth: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, at: usize, max_depth: usize) -> Self {
        Self { text, at, comments: Vec::new(), max_depth }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Skips blank space and comments.
    pub(super) fn blanks(&mut self) {
        loop {
            self.at = self.text.len() - self.rest().trim_start_matches(is_blank).len();
            if !self.rest().starts_with('%') {
                return;
            }
            let end = comment_end(self.text, self.at);
            self.comments.push(self.at..end);
            self.at = end;
        }
    }

    /// Skips `token` if it is next.
    pub(super) fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// The term that begins here. Recursive up to the depth limit.
    pub(super) fn term(&mut self, depth: usize) -> Result<Term, Fault> {
        if depth > self.max_depth {
            return Err(Fault::TooDeep(self.at));
        }
        let start = self.at;
        let kind = self.kind(depth)?;
        Ok(Term { span: start..self.at, kind })
    }

    fn kind(&mut self, depth: usize) -> Result<TermKind, Fault> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Err(Fault::Expected(self.at, "a term"));
        };
        match first {
            '{' => self.elements("}", "a comma or } here", depth).map(TermKind::Tuple),
            '[' => self.list(depth),
            '#' if rest.starts_with("#{") => self.map(depth),
            '<' if rest.starts_with("<<") => self.binary(),
            '"' => self.string(),
            '\'' => self.quoted().map(|()| TermKind::Name),
            '$' => self.character(),
            SLOT_OPEN => self.slot(),
            '+' | '-' | '0'..='9' => self.number(),
            _ if first.is_lowercase() => {
                let end = |c: char| !(c.is_alphanumeric() || c == '_' || c == '@');
                self.at += rest.find(end).unwrap_or(rest.len());
                Ok(TermKind::Name)
            }
            _ => Err(Fault::Expected(self.at, "a term")),
        }
    }

    /// What stands between an opening bracket and `close`, with commas between.
    fn elements(
        &mut self,
        close: &str,
        expected: &'static str,
        depth: usize,
    ) -> Result<Vec<Term>, Fault> {
        self.at += 1;
        let mut elements = Vec::new();
        self.blanks();
        if self.take(close) {
            return Ok(elements);
        }
        loop {
            self.blanks();
            elements.push(self.term(depth + 1)?);
            self.blanks();
            if self.take(close) {
                return Ok(elements);
            }
            if close == "]" && self.rest().starts_with('|') {
                return Ok(elements);
            }
            if !self.take(",") {
                return Err(Fault::Expected(self.at, expected));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<TermKind, Fault> {
        let elements = self.elements("]", "a comma or ] here", depth)?;
        if !self.take("|") {
            return Ok(TermKind::List(elements));
        }
        self.blanks();
        self.term(depth + 1)?;
        self.blanks();
        if self.take("]") { Ok(TermKind::Other) } else { Err(Fault::Expected(self.at, "]")) }
    }

    fn map(&mut self, depth: usize) -> Result<TermKind, Fault> {
        self.at += "#{".len();
        self.blanks();
        if self.take("}") {
            return Ok(TermKind::Other);
        }
        loop {
            self.blanks();
            self.term(depth + 1)?;
            self.blanks();
            if !self.take("=>") {
                return Err(Fault::Expected(self.at, "=>"));
            }
            self.blanks();
            self.term(depth + 1)?;
            self.blanks();
            if self.take("}") {
                return Ok(TermKind::Other);
            }
            if !self.take(",") {
                return Err(Fault::Expected(self.at, "a comma or } here"));
            }
        }
    }

    /// `<<...>>`. What is no binary for Erlang, such as `<<word>>`, is read too: it stays as it is.
    fn binary(&mut self) -> Result<TermKind, Fault> {
        let start = self.at;
        self.at += "<<".len();
        loop {
            self.blanks();
            let rest = self.rest();
            match rest.chars().next() {
                Some('>') if self.take(">>") => return Ok(TermKind::Name),
                Some('"') => self.quoted()?,
                Some('$') => self.character().map(|_| ())?,
                Some(SLOT_OPEN) => self.slot().map(|_| ())?,
                Some(other) if other.is_alphanumeric() || "_:/,-+#.*@".contains(other) => {
                    self.at += other.len_utf8();
                }
                _ => return Err(Fault::Expected(start, ">> that closes this <<")),
            }
        }
    }

    /// A string, or several that stand behind each other and are one.
    fn string(&mut self) -> Result<TermKind, Fault> {
        loop {
            self.quoted()?;
            let (end, comments) = (self.at, self.comments.len());
            self.blanks();
            if !self.rest().starts_with('"') {
                self.at = end;
                self.comments.truncate(comments);
                return Ok(TermKind::Name);
            }
        }
    }

    fn quoted(&mut self) -> Result<(), Fault> {
        let end = quoted_end(self.text, self.at);
        self.at = end.ok_or(Fault::Expected(self.at, "a closing quote for this one"))?;
        Ok(())
    }

    fn character(&mut self) -> Result<TermKind, Fault> {
        let end = character_end(self.text, self.at);
        self.at = end.ok_or(Fault::Expected(self.at, "a character behind $"))?;
        Ok(TermKind::Other)
    }

    fn slot(&mut self) -> Result<TermKind, Fault> {
        let end = mark_end(self.text, self.at);
        self.at = end.ok_or(Fault::Expected(self.at, "a term"))?;
        Ok(TermKind::Other)
    }

    /// An integer, one with a base, a float.
    fn number(&mut self) -> Result<TermKind, Fault> {
        let start = self.at;
        if !self.take("-") {
            self.take("+");
        }
        if self.digits(|digit| digit.is_ascii_digit()) == 0 {
            return Err(Fault::Expected(start, "a term"));
        }
        let fraction = self.rest().strip_prefix('.');
        if self.take("#") {
            if self.digits(|digit| digit.is_ascii_alphanumeric()) == 0 {
                return Err(Fault::Expected(self.at, "digits behind the base"));
            }
        } else if fraction.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
            self.at += 1;
            self.digits(|digit| digit.is_ascii_digit());
            self.exponent();
        }
        Ok(TermKind::Other)
    }

    fn exponent(&mut self) {
        let start = self.at;
        if !self.take("e") && !self.take("E") {
            return;
        }
        if !self.take("-") {
            self.take("+");
        }
        if self.digits(|digit| digit.is_ascii_digit()) == 0 {
            self.at = start;
        }
    }

    fn digits(&mut self, is_digit: impl Fn(char) -> bool) -> usize {
        let rest = self.rest();
        let length = rest.len() - rest.trim_start_matches(|c| is_digit(c) || c == '_').len();
        self.at += length;
        length
    }
}

/// Blank space as Erlang sees it.
pub(super) fn is_blank(character: char) -> bool {
    character <= ' ' || ('\u{80}'..='\u{a0}').contains(&character)
}

/// The end of the comment that begins at `start`.
pub(super) fn comment_end(text: &str, start: usize) -> usize {
    let line = text[start..].split('\n').next().unwrap_or_default();
    start + line.strip_suffix('\r').unwrap_or(line).len()
}

/// Behind the closing quote of what begins with a quote at `start`.
pub(super) fn quoted_end(text: &str, start: usize) -> Option<usize> {
    let quote = text[start..].chars().next()?;
    let mut escaped = false;
    for (at, character) in text[start + 1..].char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            other if other == quote => return Some(start + 1 + at + quote.len_utf8()),
            _ => {}
        }
    }
    None
}

/// Behind the character that begins with `$` at `start`.
pub(super) fn character_end(text: &str, start: usize) -> Option<usize> {
    let mut characters = text[start + 1..].chars();
    let first = characters.next()?;
    let after = start + 1 + first.len_utf8();
    if first != '\\' {
        return Some(after);
    }
    let escaped = characters.next()?;
    let rest = &text[after..];
    let octal = rest.bytes().take(3).take_while(u8::is_ascii_digit).count();
    Some(match escaped {
        'x' if rest.starts_with("x{") => after + rest.find('}')? + 1,
        'x' => after + 1 + rest[1..].bytes().take(2).take_while(u8::is_ascii_hexdigit).count(),
        '^' => after + 1 + characters.next()?.len_utf8(),
        '0'..='7' => after + octal,
        other => after + other.len_utf8(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Term, Fault> {
        let mut reader = Reader::new(text, 0, 20);
        let term = reader.term(0)?;
        if reader.at == text.len() { Ok(term) } else { Err(Fault::Expected(reader.at, "the end")) }
    }

    #[test]
    fn every_kind_of_term_is_read_to_its_end() {
        for text in [
            "a",
            "rabbit@host",
            "'a b\\'c'",
            "\"a\\\"b\"",
            "\"a\" % one\n \"b\"",
            "<<\"x\">>",
            "<<1, 2:8/unsigned, $a>>",
            "<<word>>",
            "12_000",
            "-5",
            "16#FFe1",
            "2.5e-3",
            "$a",
            "$\\n",
            "$\\x{41}",
            "$\\101",
            "$%",
            "[]",
            "[a|b]",
            "{a, [b, {c}], % note\n d}",
            "#{a => 1, \"b\" => #{}}",
        ] {
            assert!(read(text).is_ok(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn what_is_no_term_is_a_fault_with_its_place() {
        for (text, at) in [
            ("", 0),
            ("Var", 0),
            ("{a, B}", 4),
            ("[a b]", 3),
            ("[a,]", 3),
            ("{a", 2),
            ("\"a", 0),
            ("<<\"a\"", 0),
            ("<<~>>", 0),
            ("16#", 3),
            ("1.x", 1),
            ("$", 0),
        ] {
            assert!(matches!(read(text), Err(Fault::Expected(found, _)) if found == at), "{text}");
        }
        let deep = "[".repeat(30);
        assert_eq!(read(&deep), Err(Fault::TooDeep(21)));
    }
}
