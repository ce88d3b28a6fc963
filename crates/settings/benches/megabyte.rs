//! How long files of one megabyte take, and how much memory: a long file of each format that
//! changed here and there on both sides, read three times and settled; and the pieces of each format
//! repeated without end, read. Printed; nothing is asserted. `cargo xtask bench settings` runs it.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up ends")]

use std::fmt::Write as _;
use std::fs;
use std::time::Instant;

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
    println!("{:18} {:>10} {:>8} {:>10}   of 1 MB", "format", "keys", "ms", "more MB");
    let mut worst = (0.0_f64, 0.0_f64);
    for format in Format::ALL {
        if let Some(texts) = long(format) {
            let mut keys = 0;
            let (ms, more) = measured(|| keys = settled(format, &texts));
            println!("{:18} {keys:>10} {ms:>8.0} {more:>10.1}   settled", format.word());
            worst = (worst.0.max(ms), worst.1.max(more));
        }
    }
    for format in Format::ALL {
        for piece in PIECES {
            let text = piece.repeat(MEGABYTE / piece.len());
            let spec = FileSpec::plain("conf/file", format);
            let mut is_read = false;
            let (ms, more) = measured(|| {
                is_read = Document::parse(text.as_bytes(), &spec).is_ok_and(|document| {
                    document.keys();
                    true
                });
            });
            worst = (worst.0.max(ms), worst.1.max(more));
            if ms > 100.0 || more > 30.0 {
                let end = if is_read { "read" } else { "refused" };
                println!("{:18} {piece:>10?} {ms:>8.0} {more:>10.1}   {end}", format.word());
            }
        }
    }
    println!("the longest: {:.0} ms; the most memory beyond the texts: {:.1} MB", worst.0, worst.1);
}

/// Milliseconds, and megabytes of memory at the most beyond what was in use before.
fn measured(work: impl FnOnce()) -> (f64, f64) {
    // Linux forgets the highest mark on this word: proc(5), clear_refs.
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = kilobytes("VmRSS:");
    let begin = Instant::now();
    work();
    let took = begin.elapsed();
    let more = kilobytes("VmHWM:").saturating_sub(before);
    (took.as_secs_f64() * 1000.0, f64::from(more) / 1000.0)
}

fn kilobytes(name: &str) -> u32 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
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
        while text.len() < MEGABYTE {
            let value = match index {
                _ if is_own && index.is_multiple_of(7) => 7,
                _ if is_new && index.is_multiple_of(11) => 11,
                _ => 1,
            };
            if index > 0 {
                text.push_str(shape.between);
            }
            let line = shape.line.replace("KEY", &format!("key{index}"));
            write!(text, "{}", line.replace("VALUE", &value.to_string())).unwrap();
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
            Format::Json => ("{\n", "  \"KEY\": {\"size\": VALUE}", ",\n", "\n}\n"),
            Format::Yaml => ("", "KEY:\n  size: VALUE\n", "", ""),
            Format::Toml => ("", "[KEY]\nsize = VALUE\n", "", ""),
            Format::Ini => ("", "[KEY]\nsize=VALUE\n", "", ""),
            Format::Properties | Format::ShellEnvironment => ("", "KEY=VALUE\n", "", ""),
            Format::KeyValue => ("", "KEY = VALUE\n", "", ""),
            Format::Mosquitto => ("", "KEY VALUE\n", "", ""),
            Format::Nats => ("", "KEY: {\n  size: VALUE\n}\n", "", ""),
            Format::Erlang => ("[\n", "  {KEY, [{size, VALUE}]}", ",\n", "\n].\n"),
            Format::Jaas => ("", "KEY {\n  org.example.Login required size=VALUE;\n};\n", "", ""),
            Format::Lines => ("", "KEY:VALUE\n", "", ""),
            Format::Opaque => return None,
        };
        Some(Self { begin, line, between, end })
    }
}
