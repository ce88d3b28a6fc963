//! Random configuration files of each format, and short ways to settle them.

use std::fmt;

use crate::line_texts;

use proptest::prelude::*;
use refit_model::{Decision, Facts, Lineage, SettledFile, Version};
use refit_settings::{
    Base, Document, FileSpec, Format, Guard, Identity, KeyPattern, Rule, SettleInput, Settled,
    ValueKind, ValueRule, settle,
};

/// How a key stands in a generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Absent,
    Live(String),
    Off(String),
}

/// A generated file: sections with keys, and notes between them.
#[derive(Clone)]
pub struct Model {
    pub sections: Vec<Section>,
    pub blank_lines: usize,
}

/// Keys that stand together.
#[derive(Clone, Debug)]
pub struct Section {
    pub present: bool,
    /// Entries without a name of their own, told apart by what they hold.
    pub list: Vec<String>,
    /// The last two keys come before the others.
    pub turned: bool,
    pub keys: Vec<State>,
    pub note: Option<String>,
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ab]{1,2}",
        1 => Just("tcp://h:1?x=1&y=2".to_owned()),
        1 => Just("a & <b> \"c\"".to_owned()),
        1 => Just("\u{e9}t\u{e9}".to_owned()),
    ]
}

fn state() -> impl Strategy<Value = State> {
    prop_oneof![
        1 => Just(State::Absent),
        3 => value().prop_map(State::Live),
        1 => value().prop_map(State::Off),
    ]
}

/// A random file with three sections of four keys.
pub fn model() -> impl Strategy<Value = Model> {
    let note = proptest::option::weighted(0.4, "[A-Z][a-z]{2,6} note");
    let list = proptest::collection::vec("[a-d]", 0..4);
    let section =
        (proptest::bool::weighted(0.8), proptest::collection::vec(state(), 4), note, list)
            .prop_map(|(present, keys, note, list)| Section {
                present,
                keys,
                note,
                list,
                turned: false,
            });
    (proptest::collection::vec(section, 3), 0_usize..2)
        .prop_map(|(sections, blank_lines)| Model { sections, blank_lines })
}

/// A section, and an entry that comes to its list or goes from it.
type ListChange = (usize, (String, usize, bool));

/// A base, and two files that were each made from it by a few changes.
pub fn three() -> impl Strategy<Value = (Model, Model, Model)> {
    let changes = || proptest::collection::vec((0_usize..3, 0_usize..4, state()), 0..5);
    let note = proptest::option::of((0_usize..3, "[A-Z][a-z]{2,6} own note"));
    let lists = || {
        let entry = ("[a-f]", 0_usize..4, any::<bool>());
        proptest::option::weighted(0.3, (0_usize..3, entry))
    };
    let turned = proptest::option::weighted(0.2, 0_usize..3);
    (model(), changes(), changes(), note, lists(), lists(), turned).prop_map(
        |(base, site, new, note, site_list, new_list, turned)| {
            let edited = |changes: &[(usize, usize, State)], list: Option<ListChange>| {
                let mut model = base.clone();
                for (section, key, state) in changes {
                    model.sections[*section].keys[*key] = state.clone();
                }
                if let Some((section, (entry, place, adds))) = list {
                    let list = &mut model.sections[section].list;
                    let place = place.min(list.len());
                    if adds {
                        list.insert(place, entry);
                    } else if place < list.len() {
                        list.remove(place);
                    }
                }
                model
            };
            let (mut site, new) = (edited(&site, site_list), edited(&new, new_list));
            if let Some((section, note)) = note {
                site.sections[section].note = Some(note);
            }
            if let Some(section) = turned {
                site.sections[section].turned = true;
            }
            (base, site, new)
        },
    )
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, section) in self.sections.iter().enumerate().filter(|found| found.1.present) {
            write!(f, "[s{index} {:?} {:?} {}", section.note, section.list, section.turned)?;
            for (place, key) in section.keys.iter().enumerate() {
                match key {
                    State::Absent => {}
                    State::Live(value) => write!(f, " k{place}={value}")?,
                    State::Off(value) => write!(f, " #k{place}={value}")?,
                }
            }
            f.write_str("]")?;
        }
        Ok(())
    }
}

impl Model {
    /// The file as a text of this format.
    pub fn text(&self, format: Format) -> String {
        match format {
            Format::Xml => self.xml(),
            Format::Properties => self.properties(),
            Format::ShellEnvironment => self.shell(),
            Format::Erlang => self.erlang(),
            Format::Jaas => self.jaas(),
            Format::KeyValue => line_texts::key_value(self),
            Format::Mosquitto => line_texts::mosquitto(self),
            Format::Nats => line_texts::nats(self),
            Format::Lines => line_texts::lines(self),
            Format::Ini => self.ini(),
            Format::Toml => self.toml(),
            Format::Json => self.json(),
            Format::Yaml => self.yaml(),
            Format::Opaque => format!("{self:?}"),
        }
    }

    /// The keys of a section in their order.
    pub fn keys(section: &Section) -> Vec<(usize, &State)> {
        let mut keys: Vec<_> = section.keys.iter().enumerate().collect();
        if section.turned {
            keys.rotate_right(2);
        }
        keys
    }

    pub fn gap(&self) -> String {
        "\n".repeat(self.blank_lines)
    }

    fn xml(&self) -> String {
        let escaped =
            |value: &str| value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        let mut text = String::from("<?xml version=\"1.0\"?>\n<root xmlns=\"urn:x\">\n");
        for (index, section) in self.sections.iter().enumerate().filter(|found| found.1.present) {
            if let Some(note) = &section.note {
                text.push_str(&format!("  <!-- {note} -->\n"));
            }
            let attribute = match &section.keys[0] {
                State::Live(value) => format!(" kind=\"{}\"", escaped(value)),
                State::Absent | State::Off(_) => String::new(),
            };
            text.push_str(&format!("  <section name=\"s{index}\"{attribute}>\n"));
            if !section.list.is_empty() {
                let entries = section.list.iter().map(|entry| format!("<value>{entry}</value>"));
                let entries: Vec<_> = entries.collect();
                text.push_str(&format!("    <list>\n{}\n    </list>\n", entries.join("\n")));
            }
            for (place, key) in Self::keys(section).into_iter().filter(|key| key.0 > 0) {
                let element = |value: &str| match place {
                    1 => format!("<item name=\"k{place}\" value=\"{}\"/>", escaped(value)),
                    2 => format!("<text>{}</text>", escaped(value)),
                    _ => format!(
                        "<item name=\"k{place}\"><inner uri='{}'/></item>",
                        escaped(value).replace('\'', "&apos;")
                    ),
                };
                match key {
                    State::Absent => {}
                    State::Live(value) => text.push_str(&format!("    {}\n", element(value))),
                    State::Off(value) => {
                        text.push_str(&format!("    <!-- {} -->\n", element(value)));
                    }
                }
            }
            text.push_str(&format!("  </section>\n{}", self.gap()));
        }
        text + "</root>\n"
    }

    fn properties(&self) -> String {
        let escaped = |value: &str| value.replace('\u{e9}', "\\u00e9");
        let mut text = String::new();
        for (index, section) in self.sections.iter().enumerate().filter(|found| found.1.present) {
            if let Some(note) = &section.note {
                text.push_str(&format!("# {note}\n"));
            }
            for (place, key) in Self::keys(section) {
                let name = format!("s{index}.k{place}");
                match key {
                    State::Absent => {}
                    State::Live(value) if place == 1 => {
                        text.push_str(&format!("{name} : {}\n", escaped(value)));
                    }
                    State::Live(value) => text.push_str(&format!("{name}={}\n", escaped(value))),
                    State::Off(value) => text.push_str(&format!("#{name}={}\n", escaped(value))),
                }
            }
            text.push_str(&self.gap());
        }
        text
    }

    fn erlang(&self) -> String {
        let escaped = |value: &str| value.replace('"', "\\\"");
        let mut sections = Vec::new();
        for (index, section) in self.sections.iter().enumerate().filter(|found| found.1.present) {
            let mut entries = Vec::new();
            if let Some(note) = &section.note {
                entries.push((false, format!("%% {note}")));
            }
            if !section.list.is_empty() {
                entries.push((true, format!("{{list, [{}]}}", section.list.join(","))));
            }
            for (place, key) in Self::keys(section) {
                let term = |value: &str| match place {
                    1 => format!("{{k1, <<\"{}\">>}}", escaped(value)),
                    2 => format!("{{k2, [{{inner, \"{}\"}}, {{'Other', 1}}]}}", escaped(value)),
                    3 => format!("{{k3,\n     [\"{}\", $a]}}", escaped(value)),
                    _ => format!("{{k{place}, \"{}\"}}", escaped(value)),
                };
                match key {
                    State::Absent => {}
                    State::Live(value) => entries.push((true, term(value))),
                    State::Off(value) => {
                        let comma = if place < 2 { "," } else { "" };
                        let off = term(value).replace('\n', "\n   %%");
                        entries.push((false, format!("%% {off}{comma}")));
                    }
                }
            }
            let list = erlang_list(&entries, "   ");
            sections.push((true, format!("{{s{index}, {list}}}{}", self.gap().trim_end())));
        }
        format!("%% head\n{}.\n{}", erlang_list(&sections, " "), self.gap())
    }

    fn jaas(&self) -> String {
        let quoted = |value: &str| format!("\"{}\"", value.replace('"', "\\\""));
        let mut text = String::from("/* head */\n");
        for (index, section) in self.sections.iter().enumerate().filter(|found| found.1.present) {
            text.push_str(&format!("s{index} {{\n"));
            if let Some(note) = &section.note {
                text.push_str(&format!("    // {note}\n"));
            }
            for entry in &section.list {
                text.push_str(&format!("    com.List optional e={entry};\n"));
            }
            text.push_str("    com.Module required");
            match &section.keys[3] {
                State::Absent => {}
                State::Live(value) => text.push_str(&format!("\n        k3={}", quoted(value))),
                State::Off(value) => text.push_str(&format!("\n        // k3={}\n", quoted(value))),
            }
            text.push_str(" last=1;\n");
            for (place, key) in Self::keys(section).into_iter().filter(|key| key.0 < 3) {
                let module =
                    |value: &str| format!("com.K{place} sufficient o={} p=\"1\";", quoted(value));
                match key {
                    State::Absent => {}
                    State::Live(value) => text.push_str(&format!("    {}\n", module(value))),
                    State::Off(value) => {
                        text.push_str(&format!("    /* {} */\n", module(value)));
                    }
                }
            }
            text.push_str(&format!("}};\n{}", self.gap()));
        }
        text
    }

    fn shell(&self) -> String {
        let escaped = |value: &str| value.replace('"', "\\\"");
        let mut text = String::from("#!/bin/sh\n");
        for (index, section) in self.sections.iter().enumerate().filter(|found| found.1.present) {
            if let Some(note) = &section.note {
                text.push_str(&format!("# {note}\n"));
            }
            for (place, key) in Self::keys(section) {
                let name = format!("S{index}_K{place}");
                match key {
                    State::Absent => {}
                    State::Live(value) if place == 3 => text.push_str(&format!(
                        "if [ -z \"${name}\" ] ; then\n    {name}=\"{}\"\nfi\n",
                        escaped(value)
                    )),
                    State::Live(value) => {
                        text.push_str(&format!("{name}=\"{}\"\n", escaped(value)));
                    }
                    State::Off(value) => {
                        text.push_str(&format!("#{name}=\"{}\"\n", escaped(value)));
                    }
                }
            }
            text.push_str(&self.gap());
        }
        text
    }
}

/// A list of Erlang terms, each with its end of line; those that are none get no comma.
fn erlang_list(entries: &[(bool, String)], indent: &str) -> String {
    let last = entries.iter().rposition(|entry| entry.0);
    let mut text = String::from("[");
    for (place, (term, entry)) in entries.iter().enumerate() {
        let comma = if *term && Some(place) != last { "," } else { "" };
        text.push_str(&format!("\n{indent}{entry}{comma}"));
    }
    text + "\n" + indent + "]"
}

/// The formats with keys.
pub const FORMATS: [Format; 13] = [
    Format::Xml,
    Format::Properties,
    Format::ShellEnvironment,
    Format::Erlang,
    Format::Jaas,
    Format::KeyValue,
    Format::Mosquitto,
    Format::Nats,
    Format::Lines,
    Format::Ini,
    Format::Toml,
    Format::Json,
    Format::Yaml,
];

/// A spec for the generated files; `guards` adds guards on some keys.
pub fn spec(format: Format, guards: bool) -> FileSpec {
    let pattern = |text: &str| KeyPattern(text.to_owned());
    let guard = |text: &str| Guard { key: pattern(text), what: "test".to_owned() };
    FileSpec {
        path: "conf/file".to_owned(),
        format,
        identities: vec![Identity { element: "root".to_owned(), attributes: Vec::new() }],
        secrets: Vec::new(),
        values: vec![
            ValueRule { key: pattern("**/@uri"), kind: ValueKind::Uri },
            ValueRule { key: pattern("*"), kind: ValueKind::Uri },
        ],
        known: Vec::new(),
        alternatives: Vec::new(),
        accounts: false,
        of_version: Vec::new(),
        guards: if guards {
            vec![
                guard("**/item[k1]/**"),
                guard("*k1"),
                guard("*K1"),
                guard("*/k1"),
                guard("*/com.K1/**"),
                guard("listener*/**"),
            ]
        } else {
            Vec::new()
        },
    }
}

/// What a settlement gave: the file's text, if it was settled.
pub fn settled_text(settled: &Settled, site: &str, new: &str) -> Option<String> {
    match settled.settlement.result {
        SettledFile::AsSite => Some(site.to_owned()),
        SettledFile::AsNew => Some(new.to_owned()),
        SettledFile::Written(_) => {
            let template = settled.content.as_ref().expect("a written file has a content");
            let filled = template.fill(|_| None).expect("no secrets here");
            Some(String::from_utf8(filled.expose().to_vec()).expect("text"))
        }
        SettledFile::Absent | SettledFile::Open => None,
    }
}

/// Settles three texts.
pub fn settle_texts(spec: &FileSpec, base: Option<&str>, site: &str, new: &str) -> Settled {
    settle_with(spec, base, site, new, &[], &[])
}

/// Settles three texts by rules and decisions.
pub fn settle_with(
    spec: &FileSpec,
    base: Option<&str>,
    site: &str,
    new: &str,
    rules: &[Rule],
    decisions: &[Decision],
) -> Settled {
    let parse = |text: &str| Document::parse(text.as_bytes(), spec).expect("the file parses");
    let (base, site, new) = (base.map(parse), parse(site), parse(new));
    let site = Document::parse_template(&site.template(), spec).expect("the template parses");
    let target: Version = "2.0".parse().expect("a version");
    let lineage =
        if base.is_some() { Lineage::Shipped(vec![target.clone()]) } else { Lineage::Own };
    settle(&SettleInput {
        base: base.as_ref().map(Base::Document),
        lineage: &lineage,
        site: &site,
        new: Some(&new),
        rules,
        facts: &Facts::new(),
        decisions,
        brought: &[],
        target: &target,
    })
}
