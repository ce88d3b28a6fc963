//! Where commands end: simple ones at the line's end, compound ones at their closing word.

use super::lexer::{Unclosed, word_end};

/// What is open inside a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    If,
    Loop,
    Case,
    Brace,
    Parenthesis,
}

impl Open {
    fn by(word: &str) -> Option<Self> {
        match word {
            "if" => Some(Self::If),
            "for" | "while" | "until" | "select" => Some(Self::Loop),
            "case" => Some(Self::Case),
            "{" => Some(Self::Brace),
            _ => None,
        }
    }

    fn closing(self) -> &'static str {
        match self {
            Self::If => "fi",
            Self::Loop => "done",
            Self::Case => "esac",
            Self::Brace => "}",
            Self::Parenthesis => ")",
        }
    }
}

/// Walks over the tokens of one command.
struct Walk<'a> {
    text: &'a str,
    at: usize,
    open: Vec<(Open, usize)>,
    /// Whether a word here would be a command's name.
    command_position: bool,
    /// The end words of here-documents whose text begins with the next line.
    here_documents: Vec<&'a str>,
}

/// The end of the command that begins at `start`: the line's end or a `;`, outside of everything
/// that it opens.
pub(super) fn command_end(text: &str, start: usize) -> Result<usize, Unclosed> {
    let goes_on = |before: &str| ["&&", "||", "|"].iter().any(|end| before.ends_with(end));
    Walk::new(text, start).until(|walk, word| {
        word.is_none() && walk.open.is_empty() && !goes_on(&walk.text[..walk.trimmed()])
    })
}

/// The place of the word `then` that ends the condition beginning at `start`.
pub(super) fn then_place(text: &str, start: usize) -> Result<usize, Unclosed> {
    let place = Walk::new(text, start).until(|walk, word| {
        word == Some("then") && walk.open.is_empty() && walk.command_position
    })?;
    if text[place..].starts_with("then") {
        Ok(place)
    } else {
        Err(Unclosed { at: start, missing: "the word then" })
    }
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, at: usize) -> Self {
        Self { text, at, open: Vec::new(), command_position: true, here_documents: Vec::new() }
    }

    /// Goes on until `done` says so at a word or (without a word) at the end of a command.
    fn until(mut self, done: impl Fn(&Self, Option<&str>) -> bool) -> Result<usize, Unclosed> {
        loop {
            let rest = &self.text[self.at..];
            self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
            let Some(first) = self.text[self.at..].chars().next() else {
                return self.at_end();
            };
            match first {
                '#' => self.skip_line(),
                '\n' | ';' => {
                    let ends = done(&self, None);
                    if ends && (first == ';' || self.here_documents.is_empty()) {
                        return Ok(self.trimmed());
                    }
                    self.separator(first);
                    if ends {
                        return Ok(self.text[..self.at].trim_end_matches('\n').len());
                    }
                }
                '&' | '|' | '<' | '>' | '(' | ')' => self.operator(first)?,
                _ => {
                    let end = word_end(self.text, self.at)?;
                    let word = &self.text[self.at..end];
                    if done(&self, Some(word)) {
                        return Ok(self.at);
                    }
                    self.word(word, end);
                }
            }
        }
    }

    fn at_end(self) -> Result<usize, Unclosed> {
        match self.open.last() {
            Some((open, at)) => Err(Unclosed { at: *at, missing: open.closing() }),
            None => Ok(self.trimmed()),
        }
    }

    /// The place here without the blanks before it.
    fn trimmed(&self) -> usize {
        self.text[..self.at].trim_end_matches([' ', '\t', '\r']).len()
    }

    fn skip_line(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    fn separator(&mut self, separator: char) {
        self.at += 1;
        self.command_position = true;
        if separator == '\n' {
            for end in std::mem::take(&mut self.here_documents) {
                self.skip_here_document(end);
            }
        }
    }

    fn skip_here_document(&mut self, end: &str) {
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            let line = rest.split_inclusive('\n').next().unwrap_or(rest);
            self.at += line.len();
            if line.trim() == end {
                return;
            }
        }
    }

    fn operator(&mut self, operator: char) -> Result<(), Unclosed> {
        let rest = &self.text[self.at..];
        if rest.starts_with("<<") && !rest.starts_with("<<<") {
            let start = self.at + 2 + usize::from(rest.starts_with("<<-"));
            let blanks =
                self.text[start..].len() - self.text[start..].trim_start_matches(' ').len();
            let end = word_end(self.text, start + blanks)?;
            self.here_documents
                .push(self.text[start + blanks..end].trim_matches(['"', '\'', '\\']));
            self.at = end.max(start);
            return Ok(());
        }
        let in_case = self.open.last().is_some_and(|open| open.0 == Open::Case);
        match operator {
            '(' if !in_case => self.open.push((Open::Parenthesis, self.at)),
            ')' if self.open.last().is_some_and(|open| open.0 == Open::Parenthesis) => {
                self.open.pop();
            }
            _ => {}
        }
        self.command_position = !matches!(operator, '<' | '>');
        self.at += if rest.starts_with("&&") || rest.starts_with("||") { 2 } else { 1 };
        Ok(())
    }

    fn word(&mut self, word: &str, end: usize) {
        let mut next_is_command = false;
        if self.command_position {
            if let Some(open) = Open::by(word) {
                self.open.push((open, self.at));
                next_is_command = matches!(open, Open::If | Open::Brace | Open::Loop);
            } else if self.open.last().is_some_and(|open| open.0.closing() == word) {
                self.open.pop();
            } else {
                next_is_command = matches!(word, "then" | "do" | "else" | "elif" | "!");
            }
        }
        self.command_position = next_is_command;
        self.at = end.max(self.at + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(text: &str) -> &str {
        &text[..command_end(text, 0).unwrap()]
    }

    #[test]
    fn simple_commands_end_with_the_line() {
        assert_eq!(command("umask 027\nx"), "umask 027");
        assert_eq!(command("a; b"), "a");
        assert_eq!(command("a && b | c  # why\nx"), "a && b | c  # why");
        assert_eq!(command("echo done fi\nx"), "echo done fi");
        assert_eq!(command("A=(a\n b)\nx"), "A=(a\n b)");
    }

    #[test]
    fn compound_commands_end_with_their_word() {
        let case = "case \"$1\" in\n a) x;;\n (b) y;;\nesac";
        assert_eq!(command(&format!("{case}\nz")), case);
        let nested = "for i in a b; do\n if x; then\n  y\n fi\ndone";
        assert_eq!(command(&format!("{nested}\nz")), nested);
        let function = "f() {\n a; b\n}";
        assert_eq!(command(&format!("{function}\nz")), function);
        let here = "cat <<EOF\n fi done '\nEOF";
        assert_eq!(command(&format!("{here}\nz")), here);
    }

    #[test]
    fn the_end_of_a_condition() {
        let text = " [ -z \"$then\" ] ; then\n";
        assert_eq!(then_place(text, 0), Ok(text.find("then\n").unwrap()));
        assert!(then_place(" [ x ]\nfi\n", 0).is_err());
    }

    #[test]
    fn what_is_not_closed_is_named() {
        assert_eq!(command_end("while x\ndo y\n", 0).unwrap_err().missing, "done");
        assert_eq!(command_end("case x in\n", 0).unwrap_err().missing, "esac");
    }
}
