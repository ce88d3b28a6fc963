//! `refit settle` as a whole command.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::expect::expect;
use crate::refit::{Done, Refit};

const BASE: &str = "# limits\nlimit.size=10\nlimit.age=5\nqueue.old=yes\nretry=3\n";
const SITE: &str =
    "# limits\nlimit.size=20\nlimit.age=5\nqueue.old=yes\nretry=7\nstore.password=hunter2\n";
const NEW: &str = "# limits\nlimit.size=10\nlimit.age=9\nretry=3\nretry.wait=1\n";
/// What no report may show.
const SECRET: &str = "hunter2";

/// A folder with files of these names and contents, and `refit` in it.
fn folder_with(files: &[(&str, &str)]) -> (tempfile::TempDir, Refit) {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let refit = Refit::in_folder(folder.path()).variable("USER", "ann");
    (folder, refit)
}

fn sides() -> (tempfile::TempDir, Refit) {
    folder_with(&[("old.properties", BASE), ("site.properties", SITE), ("new.properties", NEW)])
}

const SIDES: [&str; 9] = [
    "settle",
    "--format",
    "properties",
    "--base",
    "old.properties",
    "--site",
    "site.properties",
    "--new",
    "new.properties",
];

fn with<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [&SIDES[..], words].concat()
}

fn read(folder: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

fn tells_no_secret(done: &Done) {
    assert!(!done.stderr.contains(SECRET), "{done}");
}

/// A report without the name of this machine.
fn anywhere(report: &str) -> String {
    let words = report.split_inclusive('"').map(|part| match part.split_once('@') {
        Some(("ann", _)) => "ann@here\"".to_owned(),
        _ => part.to_owned(),
    });
    words.collect()
}

/// The decisions that a report holds, as they would be pasted.
fn pasted(report: &str) -> String {
    let mut inside = false;
    let lines = report.lines().filter(|line| {
        inside = match line.trim_start() {
            "[[decision]]" => true,
            "" => inside,
            _ => inside && line.starts_with("    "),
        };
        inside
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_settled_file_goes_to_standard_output_and_its_report_beside_it() {
    let (_folder, refit) = sides();
    let done = refit.expect(0, &SIDES);
    assert_eq!(
        done.stdout,
        "# limits\nlimit.size=20\nlimit.age=9\nretry=7\nstore.password=hunter2\nretry.wait=1\n"
    );
    expect("settle-report.txt", &done.stderr);
    tells_no_secret(&done);
}

#[test]
fn a_file_is_written_whole_with_the_report_on_standard_output() {
    let (folder, refit) = sides();
    let done = refit.expect(0, &with(&["--output", "settled.properties"]));
    let written = read(&folder, "settled.properties");
    assert_eq!(written, refit.expect(0, &SIDES).stdout);
    assert!(done.stdout.starts_with("Settlement of") && done.stderr.is_empty(), "{done}");
    assert!(!done.stdout.contains(SECRET), "{done}");
    let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().contains("partial")));

    let page = refit.expect(0, &with(&["--output", "again", "--format-report", "html"])).stdout;
    assert!(page.contains("<h2 id=\"lines\">") && page.contains("(secret)"), "{page}");
    assert!(!page.contains(SECRET), "{page}");
    let json = refit.expect(0, &with(&["--output", "again", "--format-report", "json"])).stdout;
    let told: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(told["questions"], Value::Array(Vec::new()));
    assert!(!json.contains(SECRET), "{json}");
}

#[test]
fn where_a_person_must_decide_nothing_is_written_and_the_answer_can_be_pasted() {
    let vendors = "<beans>\n  <broker brokerName=\"a\"/>\n</beans>\n";
    let camel = "  <import resource=\"camel.xml\"/>\n</beans>";
    let site = vendors.replace("\"a\"", "\"b\"").replace("</beans>", camel);
    let files = [("old.xml", vendors), ("site.xml", &site), ("settled.xml", "as it was")];
    let (folder, refit) = folder_with(&files);
    let words = [
        "settle",
        "--pack",
        "activemq-classic",
        "--from",
        "5.16.7",
        "--to",
        "5.18.3",
        "--file",
        "activemq.xml",
        "--base",
        "old.xml",
        "--site",
        "site.xml",
        "--new",
        "old.xml",
    ];
    let with = |more: &[&str]| [&words[..], more].concat().join("\n");
    let run = |code, more: &[&str]| refit.expect(code, &with(more).split('\n').collect::<Vec<_>>());
    let asked = run(4, &[]);
    assert_eq!(asked.stdout, "");
    let report = anywhere(&asked.stderr);
    expect("settle-questions.txt", &report);
    assert_eq!(run(4, &["--output", "settled.xml"]).stderr, "");
    assert_eq!(read(&folder, "settled.xml"), "as it was");
    let json = run(4, &["--format-report", "json"]).stderr;
    let told: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(told["questions"][0]["options"][1]["choice"], "take-new");

    let decisions = pasted(&report);
    let decided = folder.path().join("decisions.toml");
    fs::write(&decided, &decisions).unwrap();
    assert_eq!(run(0, &["--decisions", "decisions.toml"]).stdout, site);
    let other = decisions.replace("\"keep-site\"", "\"take-new\"");
    fs::write(&decided, &other).unwrap();
    let gone = site.replace("  <import resource=\"camel.xml\"/>\n", "");
    assert_eq!(run(0, &["--decisions", "decisions.toml"]).stdout, gone);

    // Where the site has something else by now, it is asked again.
    fs::write(&decided, other.replace("'<import ", "'<other ")).unwrap();
    run(4, &["--decisions", "decisions.toml"]).telling(&["camel.xml to be dropped"]);
}

#[test]
fn a_file_that_nobody_can_settle_is_refused() {
    let site = "<beans><broker><persistenceAdapter><levelDB directory=\"d\"/>\
                </persistenceAdapter></broker></beans>\n";
    let (folder, refit) = folder_with(&[
        ("site.xml", site),
        ("new.xml", "<beans><broker/></beans>\n"),
        ("settled.xml", "as it was"),
    ]);
    let words = [
        "settle",
        "--pack",
        "activemq-classic",
        "--from",
        "5.16.7",
        "--to",
        "5.18.3",
        "--file",
        "activemq.xml",
        "--site",
        "site.xml",
        "--new",
        "new.xml",
    ];
    let done = refit.expect(3, &words);
    assert_eq!(done.stdout, "");
    expect("settle-refused.txt", &done.stderr);
    refit.expect(3, &[&words[..], &["--output", "settled.xml"]].concat());
    assert_eq!(read(&folder, "settled.xml"), "as it was");
}

const TWO_SITE: &str = "[\n {rabbit, [\n  {tcp_listeners, [5673]},\n  %% old nodes\n  \
    {cluster_nodes, {['a@b'], ram}},\n  {default_pass, <<\"hunter2\">>}\n ]}\n].\n";
const TWO_NEW: &str = "# listeners.tcp.default = 5672\nlog.file.level = info\n";
const TWO: [&str; 13] = [
    "settle",
    "--pack",
    "rabbitmq",
    "--from",
    "3.12.0",
    "--to",
    "3.13.7",
    "--file",
    "rabbitmq.config",
    "--site",
    "rabbitmq.config",
    "--new",
    "new.conf",
];

/// A site's file that becomes two, and the settled one's folder.
fn becoming_two() -> (tempfile::TempDir, Refit) {
    let (folder, refit) = folder_with(&[("rabbitmq.config", TWO_SITE), ("new.conf", TWO_NEW)]);
    fs::create_dir(folder.path().join("out")).unwrap();
    (folder, refit)
}

fn two<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [&TWO[..], words].concat()
}

fn written(folder: &tempfile::TempDir) -> Vec<String> {
    let names = fs::read_dir(folder.path().join("out")).unwrap();
    let mut names: Vec<_> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_file_that_becomes_two_is_written_as_two() {
    let (folder, refit) = becoming_two();
    let done = refit.expect(0, &two(&["--output", "out/rabbitmq.conf"]));
    expect("settle-two-files.txt", &format!("{}--- stderr\n{}", done.stdout, done.stderr));
    assert!(!done.stdout.contains(SECRET) && !done.stderr.contains(SECRET), "{done}");
    assert_eq!(written(&folder), ["advanced.config", "rabbitmq.conf"]);
    let [first, second] = ["out/rabbitmq.conf", "out/advanced.config"].map(|f| read(&folder, f));
    assert!(first.contains("listeners.tcp.1 = 5673\n"), "{first}");
    assert!(second.contains("{cluster_nodes, {['a@b'], ram}}"), "{second}");
    assert_eq!([&first, &second].map(|text| text.matches(SECRET).count()).iter().sum::<usize>(), 1);

    let other = ["--output", "out/again/rabbitmq.conf", "--format-report"];
    fs::create_dir(folder.path().join("out/again")).unwrap();
    let json = refit.expect(0, &two(&[&other[..], &["json"]].concat())).stdout;
    let told: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(told["companion"]["settlement"]["file"], "etc/rabbitmq/advanced.config");
    assert_eq!(told["companion"]["refused"], false);
    fs::remove_file(folder.path().join("out/again/advanced.config")).unwrap();
    let page = refit.expect(0, &two(&[&other[..], &["html"]].concat()));
    assert!(page.stdout.contains("Settlement of etc/rabbitmq/rabbitmq.conf"), "{page}");
    page.telling(&["Settlement of etc/rabbitmq/advanced.config"]);
}

#[test]
fn the_second_file_needs_a_place_and_takes_no_others() {
    let (folder, refit) = becoming_two();
    let nowhere = refit.expect(2, &TWO);
    assert_eq!(nowhere.stdout, "");
    nowhere.telling(&["becomes two, the second one is advanced.config: give --output"]);
    let taken = refit.expect(2, &two(&["--output", "out/advanced.config"]));
    taken.telling(&["advanced.config is the second one: name the first one with --output"]);
    assert_eq!(written(&folder), [""; 0]);

    fs::write(folder.path().join("out/advanced.config"), "as it was").unwrap();
    let there = refit.expect(1, &two(&["--output", "out/rabbitmq.conf"]));
    there.telling(&["out/advanced.config: exists", "nothing was written"]);
    assert_eq!(written(&folder), ["advanced.config"]);
    assert_eq!(read(&folder, "out/advanced.config"), "as it was");
}

#[test]
fn while_one_of_two_files_is_open_none_is_written() {
    let (folder, refit) = becoming_two();
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/rabbitmq");
    let copy = folder.path().join("packs/rabbitmq");
    fs::create_dir_all(&copy).unwrap();
    fs::copy(pack.join("about.toml"), copy.join("about.toml")).unwrap();
    let settings = fs::read_to_string(pack.join("settings.toml")).unwrap();
    let rule = "\n[[rule]]\nid = \"asked\"\nfile = \"etc/rabbitmq/advanced.config\"\n\
                key = \"rabbit/cluster_nodes\"\nsince = \"3.13.0\"\n\
                action = { ask = { question = \"Are the nodes right?\" } }\n\
                why = \"They may be.\"\nsource = \"test\"\n";
    fs::write(copy.join("settings.toml"), settings + rule).unwrap();
    let refit = refit.option("--packs", "packs");
    let done = refit.expect(4, &two(&["--output", "out/rabbitmq.conf"]));
    assert_eq!(written(&folder), [""; 0]);
    done.telling(&["Are the nodes right?", "nothing is written before they are answered"]);
    assert_eq!(refit.expect(4, &TWO).stdout, "");
}

/// Where the vendor's new default is still in the old form, so is the settled file.
#[test]
fn a_file_that_becomes_two_stays_one_where_the_new_default_is_in_its_form() {
    let (folder, refit) = becoming_two();
    fs::write(folder.path().join("new.conf"), "[].\n").unwrap();
    let done = refit.expect(0, &TWO);
    assert_eq!(done.stdout, TWO_SITE);
    done.telling(&["Settlement of etc/rabbitmq/rabbitmq.config"]);
}

#[test]
fn bad_input_is_told_with_its_place() {
    let (folder, refit) = folder_with(&[
        ("site.properties", SITE),
        ("new.xml", "<a>\n  <b>\n</a>"),
        ("bad.toml", "[[decision]]\nsubject = 1\n"),
        ("no-schema.xsd", "<a/>"),
        ("a.xml", "<a/>"),
    ]);
    let words: [&[&str]; 8] = [
        &["settle", "--format", "properties", "--site", "nowhere.properties"],
        &["settle", "--format", "xml", "--site", "new.xml"],
        &["settle", "--site", "site.properties"],
        &["settle", "--format", "cobol", "--site", "site.properties"],
        &["settle", "--pack", "activemq-classic", "--site", "site.properties"],
        &[
            "settle",
            "--format",
            "properties",
            "--site",
            "site.properties",
            "--decisions",
            "bad.toml",
        ],
        &[
            "settle",
            "--format",
            "xml",
            "--site",
            "a.xml",
            "--new",
            "a.xml",
            "--names",
            "no-schema.xsd",
        ],
        &[
            "settle",
            "--pack",
            "activemq-classic",
            "--from",
            "5.16.7",
            "--to",
            "5.18.3",
            "--file",
            "nothing.xml",
            "--site",
            "a.xml",
        ],
    ];
    let mut told = String::new();
    for words in words {
        let done = refit.expect(2, words);
        assert_eq!(done.stdout, "");
        told += &format!("$ refit {}\n{}\n", words.join(" "), done.stderr);
    }
    expect("settle-mistakes.txt", &told);
    assert!(Path::new(folder.path()).exists());
}

#[test]
fn names_that_the_schema_does_not_have_are_told() {
    const SCHEMA: &str = "<x:schema xmlns:x='http://www.w3.org/2001/XMLSchema' \
        targetNamespace='urn:mesh'><x:element name='mesh'><x:complexType>\
        <x:attribute name='speed'/></x:complexType></x:element></x:schema>";
    let (_folder, refit) = folder_with(&[
        ("old.xml", "<mesh xmlns='urn:mesh'/>\n"),
        ("site.xml", "<mesh xmlns='urn:mesh'\n  sped='1'/>\n"),
        ("mesh.xsd", SCHEMA),
    ]);
    let words = [
        "settle", "--format", "xml", "--base", "old.xml", "--site", "site.xml", "--new", "old.xml",
        "--names", "mesh.xsd",
    ];
    let done = refit.expect(0, &words);
    done.telling(&["mesh/@sped", "no attribute `sped` in `mesh`; the nearest name is `speed`"]);
}
