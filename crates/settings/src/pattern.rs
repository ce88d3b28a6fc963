//! Patterns of key paths: which keys a rule, a guard or a list of secrets is about.

use crate::KeyPattern;

impl KeyPattern {
    /// Whether `path` is one of the pattern's keys.
    pub fn matches(&self, path: &str) -> bool {
        self.captures(path).is_some()
    }

    /// What the pattern's stars stand for in `path`, in order; none where it does not match.
    ///
    /// The number that tells keys of one name apart (`#2`) belongs to no part, unless the pattern
    /// names it.
    pub fn captures(&self, path: &str) -> Option<Vec<String>> {
        if !may_match(&self.0, path) {
            return None;
        }
        let mut matcher = Matcher::new(&self.0, path);
        matcher.matches(0, 0).then_some(matcher.captures)
    }

    /// `text` with `{1}`, `{2}` ... replaced by captures.
    pub fn fill(text: &str, captures: &[String]) -> String {
        let mut filled = text.to_owned();
        for (index, capture) in captures.iter().enumerate() {
            filled = filled.replace(&format!("{{{}}}", index + 1), capture);
        }
        filled
    }
}

/// Whether `path` ends as the pattern does: most paths do not, and that is soon seen.
fn may_match(pattern: &str, path: &str) -> bool {
    let tail = pattern.rsplit(['*', '/']).next().unwrap_or(pattern);
    path.ends_with(tail) || without_number(path).ends_with(tail)
}

/// A path's parts: a `/` inside brackets does not separate.
pub(crate) fn parts(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, byte) in path.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b'/' if depth == 0 => {
                parts.push(&path[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&path[start..]);
    parts
}

/// A part without the number that tells keys of one name apart.
pub(crate) fn without_number(part: &str) -> &str {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match part.rsplit_once('#') {
        Some((name, number)) if !name.is_empty() && is_number(number) => name,
        _ => part,
    }
}

struct Matcher<'a> {
    pattern: Vec<&'a str>,
    path: Vec<&'a str>,
    /// Pairs of positions that were tried in vain: several `**` cost no more than pattern times
    /// path.
    failed: Vec<bool>,
    captures: Vec<String>,
}

impl<'a> Matcher<'a> {
    fn new(pattern: &'a str, path: &'a str) -> Self {
        let (pattern, path) = (parts(pattern), parts(path));
        let failed = vec![false; (pattern.len() + 1) * (path.len() + 1)];
        Self { pattern, path, failed, captures: Vec::new() }
    }

    /// Matches from these positions on. The recursion is as deep as the pattern has parts.
    fn matches(&mut self, in_pattern: usize, in_path: usize) -> bool {
        let Some(&part) = self.pattern.get(in_pattern) else {
            return in_path == self.path.len();
        };
        let state = in_pattern * (self.path.len() + 1) + in_path;
        if self.failed[state] {
            return false;
        }
        let kept = self.captures.len();
        let matched = if part == "**" {
            self.matches_any_parts(in_pattern, in_path)
        } else {
            self.path.get(in_path).copied().is_some_and(|found| {
                match_part(part, found, &mut self.captures)
                    && self.matches(in_pattern + 1, in_path + 1)
            })
        };
        if !matched {
            self.captures.truncate(kept);
            self.failed[state] = true;
        }
        matched
    }

    fn matches_any_parts(&mut self, in_pattern: usize, in_path: usize) -> bool {
        let kept = self.captures.len();
        (in_path..=self.path.len()).any(|end| {
            self.captures.truncate(kept);
            self.captures.push(self.path[in_path..end].join("/"));
            self.matches(in_pattern + 1, end)
        })
    }
}

/// Whether a text is as a pattern says, whose stars stand for any characters.
pub(crate) fn text_matches(pattern: &str, text: &str) -> bool {
    match_stars(pattern, text, &mut Vec::new())
}

/// Matches one part; each `*` takes as little as possible, the last one the rest.
fn match_part(pattern: &str, part: &str, captures: &mut Vec<String>) -> bool {
    let part = if without_number(pattern) == pattern { without_number(part) } else { part };
    match_stars(pattern, part, captures)
}

fn match_stars(pattern: &str, part: &str, captures: &mut Vec<String>) -> bool {
    let mut literals: Vec<_> = pattern.split('*').collect();
    let (first, last) = (literals.remove(0), literals.pop());
    let Some(mut rest) = part.strip_prefix(first) else {
        return false;
    };
    let Some(last) = last else {
        return rest.is_empty();
    };
    for literal in literals {
        let Some(at) = rest.find(literal) else {
            return false;
        };
        captures.push(rest[..at].to_owned());
        rest = &rest[at + literal.len()..];
    }
    match rest.strip_suffix(last) {
        Some(middle) => {
            captures.push(middle.to_owned());
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captures(pattern: &str, path: &str) -> Option<Vec<String>> {
        KeyPattern(pattern.to_owned()).captures(path)
    }

    fn found(captures: &[&str]) -> Vec<String> {
        captures.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn stars_stay_within_a_part() {
        assert_eq!(captures("log4j.logger.*", "log4j.logger.org.acme"), Some(found(&["org.acme"])));
        assert_eq!(captures("a/*/@b", "a/x/@b"), Some(found(&["x"])));
        assert_eq!(captures("a/*/@b", "a/x/y/@b"), None);
        assert_eq!(captures("*", "anything"), Some(found(&["anything"])));
        assert_eq!(captures("a*b*c", "axbyc"), Some(found(&["x", "y"])));
        assert_eq!(captures("plain", "plainer"), None);
    }

    #[test]
    fn double_stars_take_any_parts() {
        let uri = "beans/broker/transportConnectors/transportConnector[openwire]/@uri";
        assert_eq!(
            captures("**/transportConnector[*]/@uri", uri),
            Some(found(&["beans/broker/transportConnectors", "openwire"]))
        );
        assert_eq!(captures("**/@uri", "@uri"), Some(found(&[""])));
        assert!(captures("**", "a/b/c").is_some());
        assert_eq!(captures("**/x/**/y", "a/x/b/z"), None);
    }

    #[test]
    fn a_slash_in_brackets_does_not_separate() {
        let path = "a/connector[tcp://host/x]/@uri";
        assert_eq!(captures("a/connector[*]/@uri", path), Some(found(&["tcp://host/x"])));
    }

    #[test]
    fn numbers_are_ignored_unless_named() {
        assert!(captures("list/bean[header]", "list/bean[header]#3").is_some());
        assert!(captures("list/bean[header]#3", "list/bean[header]#3").is_some());
        assert!(captures("list/bean[header]#2", "list/bean[header]#3").is_none());
        assert_eq!(without_number("b[x#y]#10"), "b[x#y]");
    }

    #[test]
    fn what_ends_otherwise_is_no_match_whatever_stands_before() {
        assert!(captures("**/b/c", "a/b#2/c#3").is_some());
        assert!(captures("x[a/b]", "x[a/b]#2").is_some());
        assert!(captures("*/b", "a/c").is_none());
    }

    #[test]
    fn captures_fill_templates() {
        let captures = ["x".to_owned(), "y".to_owned()];
        assert_eq!(KeyPattern::fill("{2}/{1}", &captures), "y/x");
    }

    #[test]
    fn many_double_stars_end_soon() {
        let pattern = format!("{}/nowhere", vec!["**"; 20].join("/"));
        let path = vec!["a"; 200].join("/");
        assert_eq!(captures(&pattern, &path), None);
    }
}
