//! From a tree to the places of its secrets.

use std::collections::HashMap;
use std::ops::Range;

use super::form::{Reading, scan};
use super::name::{is_no_secret_value, is_secret_name};
use crate::mark::has_mark;
use crate::tree::{Item, ItemId, ItemKind, OFF, Tree, Value};
use crate::{FileSpec, Format};

/// How Jetty's realm files begin a password that they do not hold as it is typed.
pub(crate) const PASSWORD_FORMS: [&str; 3] = ["OBF:", "MD5:", "CRYPT:"];

/// A secret: its place in the text, and the key path that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) span: Range<usize>,
    /// The key path; `!` and a word behind it where only a part of the value is secret.
    pub(crate) key: String,
}

/// The secrets of a file, in its order, without overlaps.
pub(crate) fn find(tree: &Tree, text: &str, spec: &FileSpec) -> Vec<Found> {
    let mut search = Search { tree, text, spec, found: Vec::new() };
    let mut others = HashMap::new();
    for (id, item) in tree.items.iter().enumerate() {
        match item.kind {
            ItemKind::Root => search.between(id, "text"),
            ItemKind::Key => search.key(id, item),
            ItemKind::Comment | ItemKind::Other if item.children.is_empty() => {
                let kind = if item.kind == ItemKind::Comment { "comment" } else { "text" };
                let count = others.entry(kind).or_insert(0);
                *count += 1;
                search.parts(item.span.clone(), &format!("{kind}[{count}]"), Reading::Prose);
            }
            ItemKind::Comment | ItemKind::Other => {}
        }
    }
    search.in_order()
}

struct Search<'a> {
    tree: &'a Tree,
    text: &'a str,
    spec: &'a FileSpec,
    found: Vec<Found>,
}

impl Search<'_> {
    fn key(&mut self, id: ItemId, item: &Item) {
        if let Some(value) = &item.value {
            self.value(&item.path, value, &names_of(self.tree, item, None));
            if value.span.is_none() {
                self.between(id, &item.path);
            }
        }
        if self.spec.format == Format::ShellEnvironment {
            let head =
                item.span.start..item.body.as_ref().map_or(item.span.start, |body| body.start);
            self.parts(head, &item.path, Reading::Value);
        }
        if self.spec.format == Format::Erlang {
            // The name may be a string that holds a secret.
            let inside = item.value.as_ref().and_then(|value| value.span.as_ref());
            let end = inside.or(item.body.as_ref()).map_or(item.span.end, |inside| inside.start);
            self.parts(item.span.start..end, &item.path, Reading::Value);
        }
        for attribute in &item.attributes {
            let name = attribute.segment.trim_start_matches('@');
            let names = names_of(self.tree, item, Some(name));
            self.value(&attribute.path, &attribute.value, &names);
        }
    }

    fn value(&mut self, path: &str, value: &Value, names: &[&str]) {
        let Some(span) = value.span.clone() else {
            return;
        };
        let plain_path = path.strip_prefix(OFF).unwrap_or(path);
        let declared = self.spec.secrets.iter().any(|pattern| pattern.matches(plain_path));
        let by_name = names.iter().any(|name| is_secret_name(name));
        let raw = &self.text[span.clone()];
        let whole =
            declared && !value.text.is_empty() || by_name && !is_no_secret_value(&value.text);
        if has_mark(raw) || !whole {
            let opaque = self.spec.format == Format::Opaque;
            self.parts(span, path, if opaque { Reading::Prose } else { Reading::Value });
        } else {
            let password = if self.spec.accounts { password_of(raw) } else { 0..raw.len() };
            let span = span.start + password.start..span.start + password.end;
            self.found.push(Found { span, key: path.to_owned() });
        }
    }

    fn parts(&mut self, span: Range<usize>, path: &str, reading: Reading) {
        let mut labels = HashMap::new();
        for part in scan(&self.text[span.clone()], reading) {
            let count = labels.entry(part.label.clone()).or_insert(0);
            *count += 1;
            let number = if *count == 1 { String::new() } else { format!("#{count}") };
            self.found.push(Found {
                span: span.start + part.span.start..span.start + part.span.end,
                key: format!("{path}!{}{number}", part.label),
            });
        }
    }

    /// The text between an item's children, where it is more than blanks. If the item's name is
    /// that of a secret, all of it is one.
    fn between(&mut self, id: ItemId, path: &str) {
        let item = self.tree.item(id);
        let Some(body) = item.body.clone() else {
            return;
        };
        let named = is_secret_name(&item.name);
        let ends = item.children.iter().map(|&child| self.tree.item(child).span.clone());
        let mut from = body.start;
        let mut gaps = Vec::new();
        for child in ends.chain(std::iter::once(body.end..body.end)) {
            gaps.push(from..child.start.max(from));
            from = child.end;
        }
        for (number, gap) in gaps.into_iter().enumerate() {
            let text = &self.text[gap.clone()];
            let start = gap.start + text.len() - text.trim_start().len();
            let span = start..start + text.trim().len();
            if span.is_empty() {
                continue;
            }
            if named && !has_mark(text) {
                self.found.push(Found { span, key: format!("{path}!text#{}", number + 1) });
            } else {
                self.parts(span, &format!("{path}!text#{}", number + 1), Reading::Prose);
            }
        }
    }

    fn in_order(mut self) -> Vec<Found> {
        self.found.sort_by_key(|found| found.span.start);
        let mut in_order: Vec<Found> = Vec::new();
        for found in self.found {
            match in_order.last_mut() {
                Some(last) if found.span.start < last.span.end => {
                    last.span.end = last.span.end.max(found.span.end);
                }
                _ => in_order.push(found),
            }
        }
        in_order
    }
}

/// The password of a user in a realm file: up to the roles, without the word for its form.
fn password_of(raw: &str) -> Range<usize> {
    let password = raw.split(',').next().unwrap_or(raw).trim_end();
    let form = PASSWORD_FORMS.iter().find(|form| password.starts_with(**form));
    let start = form.map_or(0, |form| form.len());
    if start < password.len() { start..password.len() } else { 0..raw.len() }
}

/// The names that tell what a value is: its own, and where it is a plain `value`, that of what it
/// is the value of.
fn names_of<'a>(tree: &'a Tree, item: &'a Item, attribute: Option<&'a str>) -> Vec<&'a str> {
    let mut names = vec![attribute.unwrap_or(&item.name)];
    let named_by = |item: &'a Item| {
        let naming = |segment: &str| matches!(segment, "@name" | "@key");
        let attributes = item.attributes.iter().filter(move |found| naming(&found.segment));
        attributes.map(|found| found.value.text.as_str())
    };
    if attribute.is_none_or(|name| name == "value") {
        names.extend(named_by(item));
    }
    if attribute.is_none() && item.name == "value" {
        names.extend(named_by(tree.item(item.parent)));
    }
    names
}
