//! Random files of the formats that are written line by line, and of NATS.

use refit_settings::Format;

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
        // A file is either a list of users with topics, or one of hosts: never both.
        entry: &|entry| format!("topic read h{entry}\n"),
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

/// Odd pieces of these formats.
pub fn odd(format: Format) -> Option<&'static [&'static str; 24]> {
    match format {
        Format::KeyValue => Some(&ODD_KEY_VALUE),
        Format::Mosquitto => Some(&ODD_MOSQUITTO),
        Format::Nats => Some(&ODD_NATS),
        Format::Lines => Some(&ODD_LINES),
        _ => None,
    }
}

const ODD_KEY_VALUE: [&str; 24] = [
    "a.b = 1\n",
    "a.b=2\n",
    "a.b = 'x # y'\n",
    "c = 3 # note\n",
    "c = 4",
    "\n",
    "\r\n",
    " ",
    "# note\n",
    "#\n",
    "#a.b = 1\n",
    "# a.b = 5\n",
    "## c = 4\n",
    "# d = '6'\n",
    "d = 6\n",
    "include x.conf\n",
    "include y.conf # z\n",
    "e.1 = a\n",
    "e.2 = b\n",
    "f = \t\u{e9} x\n",
    "  g = 1\n",
    "# Prose = with words\n",
    "h\\.i = 1\n",
    "#",
];

const ODD_MOSQUITTO: [&str; 24] = [
    "listener 1\n",
    "listener 1 h\n",
    "listener 2\n",
    "#listener 2\n",
    "protocol mqtt\n",
    "protocol websockets\n",
    "#protocol mqtt\n",
    "max_connections 5\n",
    "#max_connections 5\n",
    "connection b\n",
    "connection c\n",
    "address h:1\n",
    "topic # both\n",
    "topic x out\n",
    "user u\n",
    "#user u\n",
    "log_type all\n",
    "# log_type error\n",
    "plugin /p\n",
    "plugin_opt_a 1\n",
    "\n",
    "# note\n",
    "per_listener_settings true\n",
    "allow_anonymous false\n",
];

const ODD_NATS: [&str; 24] = [
    "a: 1\n",
    "a = 2\n",
    "A 'x y'\n",
    "b { c: 1, d: 2 }\n",
    "b { c: 1\n d: 3 }\n",
    "b {\n",
    "}\n",
    "\n",
    " ",
    "# note\n",
    "// note\n",
    "# a: 1\n",
    "#c: 1\n",
    "e [ {user: x, p: 1}, {user: y} ]\n",
    "e [\n{user: x}\n# n\n{user: z}\n]\n",
    "f = [1, 2]\n",
    "f [1 # n\n 2]\n",
    "g: $V;\n",
    "include 'i'\n",
    "h: nats://u@h:1\n",
    "\"k\": \"a\\\"b\"\n",
    "c: 4,",
    "\r\n",
    "m (\nx\n)\n",
];

const ODD_LINES: [&str; 24] = [
    "user a\n",
    "user b\n",
    "topic x\n",
    "topic read x\n",
    "topic y",
    "pattern z\n",
    "\n",
    "\r\n",
    " ",
    "# note\n",
    "#user a\n",
    "#topic x\n",
    "h1:5\n",
    "h1:5\n",
    "  h2\t\n",
    "a:7\n",
    "b:6\n",
    "[q]\n",
    "#\n",
    "user\n",
    "topic\n",
    "x # y\n",
    "\u{e9}\n",
    "#",
];
