//! An imitation of the vendor's new defaults.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::site::FILES;

/// The files of 5.18.3 with the changes to 6.3.1 that the pack knows of: no file of the vendor's.
pub struct Imitation(BTreeMap<String, String>);

/// The connectors that the new version ships switched off.
const OFF: [&str; 4] = ["amqp", "stomp", "mqtt", "ws"];

impl Imitation {
    /// Made from the vendor's old files.
    pub fn of(vendors: &Path) -> Self {
        let old = FILES.map(|file| (file, fs::read_to_string(vendors.join(file)).unwrap()));
        let new = old.map(|(file, text)| match file {
            "bin/env" => ("bin/setenv".to_owned(), changed(&text, "-Xmx1G", "-Xmx2G")),
            "conf/activemq.xml" => (file.to_owned(), broker(&text)),
            _ => (file.to_owned(), text),
        });
        Self(new.into())
    }

    /// A file of the new version.
    pub fn text(&self, file: &str) -> &str {
        &self.0[file]
    }
}

fn broker(old: &str) -> String {
    let text = changed(old, "resource=\"jetty.xml\"", "resource=\"jetty-spring.xml\"");
    let text = text.replace("maxFrameSize=104857600", "maxFrameSize=10485760");
    let is_off = |line: &str| OFF.iter().any(|name| line.contains(&format!("name=\"{name}\"")));
    let lines = text.lines().map(|line| {
        if is_off(line) { format!("<!-- {} -->\n", line.trim()) } else { format!("{line}\n") }
    });
    lines.collect()
}

fn changed(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "the vendor's file has no {old}");
    text.replace(old, new)
}
