//! Random files of the formats that are written line by line, and of NATS.

use crate::support::{Model, Section, State};

/// Sections as lines: a note, a head, the list, the keys, and a foot.
struct Writer<'a> {
    note: &'a str,
    head: &'a dyn Fn(usize) -> String,
    entry: &'a dyn Fn(&str) -> String,
    key: &'a dyn Fn(usize, usize, &str) -> String,
    foot: &'a str,
}

impl Writer<'_> {
    fn write(&self, model: &Model) -> String {
        let mut text = String::new();
        for (index, section) in model.sections.iter().enumerate().filter(|found| found.1.present) {
            if let Some(note) = &section.note {
                text.push_str(&format!("{} {note}\n", self.note));
            }
            text.push_str(&(self.head)(index));
            self.entries(index, section, &mut text);
            text.push_str(self.foot);
            text.push_str(&"\n".repeat(model.blank_lines));
        }
        text
    }

    fn entries(&self, index: usize, section: &Section, text: &mut String) {
        for entry in &section.list {
            text.push_str(&(self.entry)(entry));
        }
        for (place, key) in Model::keys(section) {
            match key {
                State::Absent => {}
                State::Live(value) => {
                    text.push_str(&format!("{}\n", (self.key)(index, place, value)));
                }
                State::Off(value) => {
                    text.push_str(&format!("#{}\n", (self.key)(index, place, value)));
                }
            }
        }
    }
}

pub fn key_value(model: &Model) -> String {
    Writer {
        note: "##",
        head: &|_| String::new(),
        entry: &|_| String::new(),
        key: &|section, place, value| match place {
            1 => format!("s{section}.k{place} = '{value}'"),
            _ => format!("s{section}.k{place} = {value}"),
        },
        foot: "",
    }
    .write(model)
}

/// The first section is that of the whole broker and the default listener, the last one a bridge.
pub fn mosquitto(model: &Model) -> String {
    let names = [
        ["max_qos", "max_connections", "user", "log_type"],
        ["protocol", "max_connections", "mount_point", "websockets_origin"],
        ["address", "remote_username", "start_type", "topic"],
    ];
    Writer {
        note: "#",
        head: &|section| match section {
            0 => String::new(),
            1 => "listener 1884 h1\n".to_owned(),
            _ => "connection s2\n".to_owned(),
        },
        entry: &|entry| format!("log_dest topic {entry}\n"),
        key: &|section, place, value| format!("{} {value}", names[section][place]),
        foot: "",
    }
    .write(model)
}

pub fn lines(model: &Model) -> String {
    Writer {
        note: "#",
        head: &|section| format!("user s{section}\n"),
        entry: &|entry| format!("h{entry}:1883\n"),
        key: &|_, place, value| match place {
            1 => format!("pattern read k1/{value}"),
            _ => format!("topic write k{place}/{value}"),
        },
        foot: "",
    }
    .write(model)
}

pub fn nats(model: &Model) -> String {
    let quoted = |value: &str| format!("\"{}\"", value.replace('"', "\\\""));
    Writer {
        note: "#",
        head: &|section| format!("s{section} {{\n"),
        entry: &|entry| format!("  users_{entry} = [ {{user: {entry}, level: 1}} ]\n"),
        key: &|_, place, value| match place {
            1 => format!("  k1 {}", quoted(value)),
            2 => format!("  k2 = {{ inner: {}, deep: [x, 'y'] }}", quoted(value)),
            _ => format!("  K{place}: {},", quoted(value)),
        },
        foot: "}\n",
    }
    .write(model)
}
