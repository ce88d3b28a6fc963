//! Random files of the data formats, and odd pieces of them.

use crate::support::{Model, State};

/// A text in double quotes.
fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('"', "\\\""))
}

impl Model {
    pub(crate) fn ini(&self) -> String {
        let mut text = String::from("# first\n\n");
        for (index, section) in self.sections.iter().enumerate().filter(|found| found.1.present) {
            if let Some(note) = &section.note {
                text.push_str(&format!("# {note}\n"));
            }
            text.push_str(&format!("[s{index}]\n"));
            for (place, key) in Self::keys(section) {
                match key {
                    State::Absent => {}
                    State::Live(value) if place == 2 => {
                        text.push_str(&format!("k{place} = x \\\n  {value}\n"));
                    }
                    State::Live(value) => text.push_str(&format!("k{place}={value}\n")),
                    State::Off(value) => text.push_str(&format!(";k{place}={value}\n")),
                }
            }
            for entry in &section.list {
                text.push_str(&format!("list={entry}\n"));
            }
            text.push_str(&self.gap());
        }
        text
    }

    pub(crate) fn toml(&self) -> String {
        let mut text = String::from("title = \"t\" # first\n");
        for (index, section) in self.sections.iter().enumerate().filter(|found| found.1.present) {
            if let Some(note) = &section.note {
                text.push_str(&format!("# {note}\n"));
            }
            match index {
                2 => text.push_str("[[list]]\nname = \"s2\"\n"),
                _ => text.push_str(&format!("[top.s{index}]\n")),
            }
            for (place, key) in Self::keys(section) {
                match key {
                    State::Absent => {}
                    State::Live(value) if place == 2 => {
                        text.push_str(&format!("k{place} = {{ in = {} }}\n", quoted(value)));
                    }
                    State::Live(value) => {
                        text.push_str(&format!("k{place} = {}\n", quoted(value)));
                    }
                    State::Off(value) => {
                        text.push_str(&format!("# k{place} = {}\n", quoted(value)));
                    }
                }
            }
            if !section.list.is_empty() {
                let list: Vec<_> = section.list.iter().map(|entry| quoted(entry)).collect();
                text.push_str(&format!("list = [{}]\n", list.join(", ")));
            }
            text.push_str(&self.gap());
        }
        text
    }

    pub(crate) fn json(&self) -> String {
        let mut blocks = Vec::new();
        for (index, section) in self.sections.iter().enumerate().filter(|found| found.1.present) {
            let note = section.note.as_ref().map(|note| format!("  // {note}\n"));
            let keys = Self::keys(section);
            let live = |state: &State| matches!(state, State::Live(_));
            let mut left = keys.iter().filter(|key| live(key.1)).count();
            left += usize::from(!section.list.is_empty());
            let mut comma = || {
                left -= 1;
                if left > 0 { "," } else { "" }
            };
            let mut inside = String::new();
            for (place, key) in &keys {
                match key {
                    State::Absent => {}
                    State::Live(value) => {
                        let value = quoted(value);
                        inside.push_str(&format!("    \"k{place}\": {value}{}\n", comma()));
                    }
                    State::Off(value) => {
                        inside.push_str(&format!("    // \"k{place}\": {}\n", quoted(value)));
                    }
                }
            }
            if !section.list.is_empty() {
                let list: Vec<_> = section.list.iter().map(|entry| quoted(entry)).collect();
                inside.push_str(&format!("    \"list\": [{}]\n", list.join(", ")));
            }
            let note = note.unwrap_or_default();
            blocks.push(format!("{note}  \"s{index}\": {{\n{inside}  }}"));
        }
        format!("{{\n{}\n}}\n", blocks.join(&format!(",\n{}", self.gap())))
    }

    pub(crate) fn yaml(&self) -> String {
        let mut text = String::from("# first\ntitle: t\n");
        for (index, section) in self.sections.iter().enumerate().filter(|found| found.1.present) {
            if let Some(note) = &section.note {
                text.push_str(&format!("# {note}\n"));
            }
            let (head, indent) = match index {
                2 => ("servers:\n- name: s2\n".to_owned(), "  "),
                1 => ("s1:\n    own: x\n".to_owned(), "    "),
                _ => (format!("s{index}:\n"), "  "),
            };
            text.push_str(&head);
            for (place, key) in Self::keys(section) {
                match key {
                    State::Absent => {}
                    State::Live(value) if place == 2 => {
                        text.push_str(&format!("{indent}k{place}: {{in: {}}}\n", quoted(value)));
                    }
                    State::Live(value) => {
                        text.push_str(&format!("{indent}k{place}: {}\n", quoted(value)));
                    }
                    State::Off(value) => {
                        text.push_str(&format!("{indent}# k{place}: {}\n", quoted(value)));
                    }
                }
            }
            if !section.list.is_empty() {
                text.push_str(&format!("{indent}list:\n"));
                for entry in &section.list {
                    text.push_str(&format!("{indent}- {entry}\n"));
                }
            }
            text.push_str(&self.gap());
        }
        text
    }
}

/// Odd pieces of INI.
pub const ODD_INI: [&str; 24] = [
    "[a]\n",
    "[b]\n",
    "[a]",
    "\n",
    "\n",
    "\n",
    "x=1\n",
    "x=2\n",
    "x=\n",
    "y = 1 \\\n",
    "  z\n",
    "# note\n",
    ";x=1\n",
    "#y=2\n",
    "[c] \n",
    "k=[v]\n",
    "\r\n",
    "\t",
    "x=3",
    "; [d]\n",
    "#\n",
    "e=\\\n# in\nf\n",
    "k1=5\n",
    "#k1=5\n",
];

/// Odd pieces of TOML.
pub const ODD_TOML: [&str; 24] = [
    "[a]\n",
    "[a.b]\n",
    "[[c]]\n",
    "\n",
    "\n",
    "\n",
    "x = 1\n",
    "y = \"2\"\n",
    "z.w = 3\n",
    "z.v = 4\n",
    "l = [\n  1, # one\n  2,\n]\n",
    "# note\n",
    "#x = 1\n",
    "#q = 'x'\n",
    "t = { a = 1, b = [] }\n",
    "\r\n",
    "s = '''a\nb'''\n",
    "[[c]]\nname = 'n'\n",
    "[c.d]\n",
    "\"k k\" = true\n",
    "e = []\n",
    " ",
    "k1 = 5\n",
    "#k1 = 5\n",
];

/// Odd pieces of JSON.
pub const ODD_JSON: [&str; 24] = [
    "\"a\": 1,\n",
    "\"a\": \"1\",\n",
    "\"b\": {},\n",
    "\"b\": {\"c\": 1, \"d\": []},\n",
    "\n",
    " ",
    "// note\n",
    "/* x */",
    "// \"a\": 1,\n",
    "\"l\": [1, 2, \"x\"],\n",
    "\"l\": [1, {\"id\": \"i\"}],\n",
    "\"m\": [{\"name\": \"n\", \"v\": 1}],\n",
    "\"m\": [{\"name\": \"n\", \"v\": 2}, {}],\n",
    "\"n\":null,",
    "\"o\" : true ,",
    "\r\n",
    "\t",
    "\"\": 1,",
    "\"a/b\": 1.5e3,",
    "\"k1\": 5,\n",
    "// \"k1\": 5\n",
    "\"p\": [[], [[]]],",
    "\"q\": \"\\u00e9\\n\",\n",
    "\"r\": [ // in\n 1 ],\n",
];

/// Odd pieces of YAML.
pub const ODD_YAML: [&str; 24] = [
    "a: 1\n",
    "a: '1'\n",
    "b:\n",
    "  c: 1\n",
    "  d: {e: 1, f: [x]}\n",
    "\n",
    "# note\n",
    "  # in\n",
    "#a: 1\n",
    "  #c: 1\n",
    "l:\n- x\n- y\n",
    "l:\n  - x\n",
    "m:\n- name: n\n  v: 1\n",
    "- z\n",
    "s: |\n  one\n   two\n",
    "t: a\n  b\n",
    "u: &u\n  v: 1\n",
    "w: *u\n",
    "x: !t y\n",
    "---\n",
    "\r\n",
    "k1: 5\n",
    "#k1: 5\n",
    "n: # none\n",
];
