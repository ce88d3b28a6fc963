//! How long files of one megabyte take, and how much memory: for each format three texts (old
//! default, a site's file, new default; a megabyte in all) that differ here and there, read and
//! settled; and pieces repeated without end, read. Printed; nothing is asserted.
//! `cargo xtask bench settings` runs it.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up ends")]

use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use refit_model::{Facts, Lineage, Version};
use refit_settings::{Base, Document, FileSpec, Format, SettleInput, settle};

const MEGABYTE: usize = 1_000_000;
/// What nests, opens and never ends, or is repeated.
const PIECES: [&str; 14] = [
    "a=1\n",
    "# a: 1\n",
    "[a]\n",
    "{\"a\": ",
    "- ",
    "${",
    "\"",
    "'''",
    "a: |\n ",
    "(",
    "<a>",
    "password=x ",
    "a b\n",
    "&a ",
];

fn main() {
    let words: Vec<String> = env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.as_slice() {
        [format] => alone(format, None),
        [format, piece] => alone(format, Some(piece)),
        _ => all(),
    }
}

/// Each by a process of its own, whose memory is nothing else's.
fn all() {
    println!("{:18} {:>14} {:>8} {:>8} {:>7}", "of 1 MB", "", "ms", "CPU ms", "MB");
    for format in Format::ALL.into_iter().filter(|format| long(*format).is_some()) {
        by_itself(format, &[]);
    }
    for format in Format::ALL {
        for piece in PIECES {
            by_itself(format, &[piece]);
        }
    }
}

fn by_itself(format: Format, piece: &[&str]) {
    let mut command = Command::new(env::current_exe().unwrap());
    assert!(command.arg(format.word()).args(piece).status().unwrap().success());
}

/// One measurement, as a line.
fn alone(format: &str, piece: Option<&String>) {
    let format = Format::ALL.into_iter().find(|known| known.word() == format).unwrap();
    let (begin, before) = (Instant::now(), on_processor());
    let what = match piece {
        Some(piece) => format!("{piece:?} {}", read(format, piece)),
        None => format!("{} keys", settled(format, &long(format).unwrap())),
    };
    let (took, worked) = (begin.elapsed().as_secs_f64() * 1e3, on_processor() - before);
    println!("{:18} {what:>14} {took:>8.0} {worked:>8.0} {:>7.1}", format.word(), most_memory());
}

/// Milliseconds that this thread was on a processor: proc(5), schedstat.
fn on_processor() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e6
}

/// Megabytes at the most, with the texts themselves.
fn most_memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1e3
}

/// Reads a piece that is repeated up to a megabyte.
fn read(format: Format, piece: &str) -> &'static str {
    let text = piece.repeat(MEGABYTE / piece.len());
    let spec = FileSpec::plain("conf/file", format);
    match Document::parse(text.as_bytes(), &spec).map(|document| document.keys().len()) {
        Ok(_) => "read",
        Err(_) => "refused",
    }
}

/// Reads three texts, and settles; gives the number of outcomes.
fn settled(format: Format, texts: &[String; 3]) -> usize {
    let spec = FileSpec::plain("conf/file", format);
    let [base, site, new] = texts.each_ref().map(|text| {
        Document::parse(text.as_bytes(), &spec)
            .unwrap_or_else(|error| panic!("{format:?}: {error}"))
    });
    let target: Version = "2.0".parse().unwrap();
    let settled = settle(&SettleInput {
        base: Some(Base::Document(&base)),
        lineage: &Lineage::Shipped(vec![target.clone()]),
        site: &site,
        new: Some(&new),
        rules: &[],
        facts: &Facts::new(),
        decisions: &[],
        brought: &[],
        target: &target,
    });
    settled.settlement.outcomes.len()
}

/// The old default, the site's file and the new default: every seventh value is the site's own, and
/// every eleventh is new. None where a format knows no such file.
fn long(format: Format) -> Option<[String; 3]> {
    let shape = Shape::of(format)?;
    let text = |is_own: bool, is_new: bool| {
        let mut text = shape.begin.to_owned();
        let mut index = 0_u32;
        while text.len() < MEGABYTE / 3 {
            let value = match index {
                _ if is_own && index.is_multiple_of(7) => 7,
                _ if is_new && index.is_multiple_of(11) => 11,
                _ => 1,
            };
            if index > 0 {
                text.push_str(shape.between);
            }
            let line = shape.line.replace("KEY", &format!("key{index}"));
            text.push_str(&line.replace("VALUE", &format!("{value}-{}", "of-a-line/".repeat(5))));
            index += 1;
        }
        text + shape.end
    };
    Some([text(false, false), text(true, false), text(false, true)])
}

/// How a file of a format is made of lines.
struct Shape {
    begin: &'static str,
    line: &'static str,
    between: &'static str,
    end: &'static str,
}

impl Shape {
    const fn of(format: Format) -> Option<Self> {
        let (begin, line, between, end) = match format {
            Format::Xml => ("<all>\n", "  <part id=\"KEY\" size=\"VALUE\"/>\n", "", "</all>\n"),
            Format::Json => ("{\n", "  \"KEY\": {\"size\": \"VALUE\"}", ",\n", "\n}\n"),
            Format::Yaml => ("", "KEY:\n  size: VALUE\n", "", ""),
            Format::Toml => ("", "[KEY]\nsize = \"VALUE\"\n", "", ""),
            Format::Ini => ("", "[KEY]\nsize=VALUE\n", "", ""),
            Format::Properties | Format::ShellEnvironment => ("", "KEY=VALUE\n", "", ""),
            Format::KeyValue => ("", "KEY = VALUE\n", "", ""),
            Format::Mosquitto => ("", "KEY VALUE\n", "", ""),
            Format::Nats => ("", "KEY: {\n  size: \"VALUE\"\n}\n", "", ""),
            Format::Erlang => ("[\n", "  {KEY, [{size, \"VALUE\"}]}", ",\n", "\n].\n"),
            Format::Jaas => {
                ("", "KEY {\n  org.example.Login required size=\"VALUE\";\n};\n", "", "")
            }
            Format::Lines => ("", "KEY:VALUE\n", "", ""),
            Format::Opaque => return None,
        };
        Some(Self { begin, line, between, end })
    }
}
