//! TOML files whose errors name file, line and key.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::{PackError, Place, Problem};

/// The text of a TOML file of a pack.
pub(crate) struct TomlFile<'a> {
    /// The file's name for errors, with the pack's folder.
    pub name: String,
    /// Its text.
    pub text: &'a str,
}

impl TomlFile<'_> {
    /// Reads the file as a `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, PackError> {
        toml::from_str(self.text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            let place = Place {
                file: self.name.clone(),
                line: self.line_at(offset),
                key: self.key_at(offset),
            };
            let what = error.message().trim().replace('\n', ", ");
            PackError::Invalid(vec![Problem { place, what }])
        })
    }

    /// The place of `key`, for example `hop[3].to`; of the nearest enclosing key if it is absent.
    pub fn place(&self, key: &str) -> Place {
        let offset =
            DeTable::parse(self.text).ok().map_or(0, |table| offset_of(table.get_ref(), key));
        Place { file: self.name.clone(), line: self.line_at(offset), key: key.to_owned() }
    }

    /// Every source in the file, with its place.
    pub fn sources(&self) -> Vec<(Place, String)> {
        let Ok(table) = DeTable::parse(self.text) else {
            return Vec::new();
        };
        let mut sources = Vec::new();
        each_key(table.get_ref(), "", &mut |key, span, value| {
            let name = key.rsplit('.').next().unwrap_or(key);
            if let Some(text) = value.as_str()
                && (name == "source" || name.ends_with("_source"))
            {
                let place = Place {
                    file: self.name.clone(),
                    line: self.line_at(span.start),
                    key: key.to_owned(),
                };
                sources.push((place, text.to_owned()));
            }
        });
        sources
    }

    fn line_at(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        before.split(|&byte| byte == b'\n').count()
    }

    fn key_at(&self, offset: usize) -> String {
        let Ok(table) = DeTable::parse(self.text) else {
            return String::new();
        };
        let mut best = (0, String::new());
        each_key(table.get_ref(), "", &mut |key, span, _| {
            let holds = span.start <= offset && offset < span.end.max(span.start + 1);
            if holds && span.start >= best.0 {
                best = (span.start, key.to_owned());
            }
        });
        best.1
    }
}

type Take<'t> = &'t mut dyn FnMut(&str, Range<usize>, &DeValue<'_>);

/// Calls `take` with the path and span of each key and of each value, outer ones first.
///
/// The depth of the recursion is bounded by the parser's own limit.
fn each_key(table: &DeTable<'_>, prefix: &str, take: Take<'_>) {
    for (name, value) in table {
        let path = if prefix.is_empty() {
            name.get_ref().to_string()
        } else {
            format!("{prefix}.{}", name.get_ref())
        };
        take(&path, name.span(), &DeValue::Boolean(true));
        each_value(value, &path, take);
    }
}

fn each_value(value: &Spanned<DeValue<'_>>, path: &str, take: Take<'_>) {
    take(path, value.span(), value.get_ref());
    match value.get_ref() {
        DeValue::Table(table) => each_key(table, path, take),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                each_value(item, &format!("{path}[{index}]"), take);
            }
        }
        _ => {}
    }
}

fn offset_of(table: &DeTable<'_>, key: &str) -> usize {
    let mut best = (0, 0);
    each_key(table, "", &mut |path, span, _| {
        let encloses =
            key == path || key.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '[']));
        if encloses && path.len() > best.0 {
            best = (path.len(), span.start);
        }
    });
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Probe {
        #[serde(default)]
        hop: Vec<Item>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Item {
        to: u32,
    }

    fn error_of(text: &str) -> String {
        let file = TomlFile { name: "p/f.toml".to_owned(), text };
        file.parse::<Probe>().unwrap_err().to_string()
    }

    #[test]
    fn a_right_file_is_read() {
        let file = TomlFile { name: "p/f.toml".to_owned(), text: "[[hop]]\nto = 1\n" };
        let hop = vec![Item { to: 1 }];
        assert_eq!(file.parse::<Probe>().unwrap(), Probe { hop });
    }

    #[test]
    fn errors_name_file_line_and_key() {
        let text = "[[hop]]\nto = 1\n\n[[hop]]\nto = \"x\"\n";
        assert_eq!(
            error_of(text),
            "p/f.toml:5: `hop[1].to`: invalid type: string \"x\", expected u32"
        );
        let text = "[[hop]]\nto = 1\nfro = 2\n";
        assert_eq!(error_of(text), "p/f.toml:3: `hop[0].fro`: unknown field `fro`, expected `to`");
        assert_eq!(error_of("[[hop]]\n"), "p/f.toml:1: `hop[0]`: missing field `to`");
        assert_eq!(error_of("x = = 1"), "p/f.toml:1: extra `=`, expected nothing");
    }

    #[test]
    fn places_are_found_by_key() {
        let file =
            TomlFile { name: "f".to_owned(), text: "[[hop]]\nto = 1\n\n[[hop]]\n\nto = 2\n" };
        assert_eq!(file.place("hop[1].to").line, 6);
        assert_eq!(file.place("hop[1].from").line, 4);
        assert_eq!(file.place("hop[10].from").line, 1);
    }
}
