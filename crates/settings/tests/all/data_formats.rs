//! INI, TOML, JSON and YAML: what is read, what is refused, and how pieces come to stand.

use refit_settings::{Document, FileSpec, Format, ParseError, Settled};

use crate::support::{settle_texts, settled_text};

fn spec(format: Format) -> FileSpec {
    FileSpec::plain("conf/file", format)
}

fn read(format: Format, text: &str) -> Document {
    Document::parse(text.as_bytes(), &spec(format)).unwrap()
}

fn refused(format: Format, text: &str) -> ParseError {
    Document::parse(text.as_bytes(), &spec(format)).unwrap_err()
}

/// `path=value` of every key; `path` alone where it only holds others.
fn keys(format: Format, text: &str) -> Vec<String> {
    let shown = |key: refit_settings::Key| match key.value {
        Some(value) => format!("{}={value}", key.path),
        None => key.path,
    };
    read(format, text).keys().into_iter().map(shown).collect()
}

fn settled(format: Format, base: &str, site: &str, new: &str) -> Option<String> {
    let settled: Settled = settle_texts(&spec(format), Some(base), site, new);
    settled_text(&settled, site, new)
}

#[test]
fn units_have_repeated_keys_and_continued_lines() {
    let text = "; about\n[Unit]\nDescription=A broker\n\n# why\n[Service]\nExecStart=\n\
                ExecStart=/bin/a \\\n  # inside\n  --b\n#User=x\nEnvironment=A=1\n";
    assert_eq!(
        keys(Format::Ini, text),
        [
            "Unit",
            "Unit/Description=A broker",
            "Service",
            "Service/ExecStart=",
            "Service/ExecStart#2=/bin/a --b",
            "off:Service/User=x",
            "Service/Environment=A=1",
        ]
    );
    assert_eq!(refused(Format::Ini, "[a]\nb\n").line, 2);
    assert_eq!(refused(Format::Ini, "[a\n").line, 1);
}

#[test]
fn a_drop_in_keeps_its_reset() {
    let base = "[Service]\nExecStart=/bin/a\nUser=a\n";
    let site = "[Service]\nExecStart=\nExecStart=/bin/a --own\nUser=a\n\n[Install]\nAlias=b\n";
    let new = "[Unit]\nAfter=net\n\n[Service]\nExecStart=/bin/a\nUser=b\n";
    let text = settled(Format::Ini, base, site, new).unwrap();
    let wanted = "[Unit]\nAfter=net\n\n[Service]\nExecStart=\nExecStart=/bin/a --own\nUser=b\n\n\
                  [Install]\nAlias=b\n";
    assert_eq!(text, wanted);
}

#[test]
fn toml_has_tables_lists_and_dotted_keys() {
    let text = "a.b = 1\n# [x]\n[t]\n#c = 'd'\ne = [\"f\", 2]\n[t.u]\ng = { h = true, i = [] }\n\
                [[l]]\nname = \"n\"\n[[l]]\nv = \"5\"\n";
    assert_eq!(
        keys(Format::Toml, text),
        [
            "a/b=1",
            "t",
            "off:t/c=d",
            "t/e",
            "t/e/item[f]=f",
            "t/e/item[2]=2",
            "t/u",
            "t/u/g",
            "t/u/g/h=true",
            "t/u/g/i=[]",
            "l[n]",
            "l[n]/name=n",
            "l",
            "l/v=\"5\"",
        ]
    );
    let error = refused(Format::Toml, "a = 1\nb = 1\na = 2\n");
    assert_eq!((error.line, error.column), (3, 1));
    assert_eq!(refused(Format::Toml, "a = 1\nb = [1\n").line, 2);
}

#[test]
fn toml_lists_and_inline_tables_are_settled_by_entry() {
    let base = "[a]\nl = [1, 2]\nt = { x = 1, y = 2 }\n";
    let site = "[a]\nl = [1, 2, 5]\nt = { x = 3, y = 2 }\nown = 'v'\n\n[b]\nz = 1\n";
    let new = "[a]\nl = [1, 2, 3]\nt = { x = 1, y = 4, w = 6 }\n";
    let wanted = "[a]\nl = [1, 2, 5, 3]\nt = { x = 3, y = 4, w = 6 }\nown = 'v'\n\n[b]\nz = 1\n";
    assert_eq!(settled(Format::Toml, base, site, new).as_deref(), Some(wanted));
}

#[test]
fn json_may_have_comments() {
    let text = "// top\n{ \"a\": 1, /* b */ \"c\": [\"x\", {\"id\": \"i\", \"v\": null}],\n\
                // \"d\": \"e\",\n \"f/g\": \"5\", }\n";
    assert_eq!(
        keys(Format::Json, text),
        [
            "a=1",
            "c",
            "c/item[x]=x",
            "c/item[i]",
            "c/item[i]/id=i",
            "c/item[i]/v=null",
            "off:d=e",
            "f%2Fg=\"5\""
        ]
    );
    for (bad, place) in [
        ("{\"a\": 1 \"b\": 2}", (1, 9)),
        ("{\"a\": nope}", (1, 7)),
        ("[1,\n2", (1, 1)),
        ("{a: 1}", (1, 2)),
        ("{} x", (1, 4)),
        ("\"a\"", (1, 1)),
        ("{\"a\": 01}", (1, 7)),
        ("{\"a\": /* b */ 1}", (1, 7)),
    ] {
        let error = refused(Format::Json, bad);
        assert_eq!((error.line, error.column), place, "{bad}: {error}");
    }
    let deep = "[".repeat(100_000);
    assert!(refused(Format::Json, &deep).to_string().contains("deeper"));
}

#[test]
fn commas_of_json_come_and_go_with_keys() {
    let base = "{\n  \"a\": 1,\n  \"b\": {\"c\": 1}\n}\n";
    let site = "{\n  \"a\": 2,\n  \"b\": {\"c\": 1, \"own\": [1]}, // why\n  \"own\": true\n}\n";
    let new = "{\n  \"a\": 1,\n  \"b\": {\"d\": 1},\n  \"e\": []\n}\n";
    let text = settled(Format::Json, base, site, new).unwrap();
    assert_eq!(
        keys(Format::Json, &text),
        ["a=2", "b", "b/own", "b/own/item[1]=1", "b/d=1", "own=true", "e=[]"]
    );
    assert!(text.contains("// why"), "{text}");
    let gone = settled(Format::Json, "[1, 2]", "[1]", "[1, 2, 3]").unwrap();
    assert_eq!(gone, "[1, 3]");
}

#[test]
fn what_the_site_switched_off_stays_though_the_vendor_has_the_same_words_elsewhere() {
    let base = "[a]\n# k = 1\n[b]\nk = 1\n";
    let site = "[a]\n# k = 1\n[b]\n# k = 1\n";
    let new = "[a]\n# k = 1\n[b]\nk = 1\nl = 2\n";
    let expected = "[a]\n# k = 1\n[b]\n# k = 1\nl = 2\n";
    assert_eq!(settled(Format::Ini, base, site, new).as_deref(), Some(expected));
}

#[test]
fn yaml_is_read_by_its_indentation() {
    let text = "# top\na: 1 # one\nb:   # note\n  c: \"x y\"\n  #d: 2\n\nl:\n- x\n- name: n\n  v: {p: 'q', r: []}\n\
                s: |\n  one\n  two\nk: &k\n  z: \"5\"\nal: *k\nt: !u v\nempty:\n";
    assert_eq!(
        keys(Format::Yaml, text),
        [
            "a=1",
            "b",
            "b/c=x y",
            "off:b/d=2",
            "l",
            "l/item[x]=x",
            "l/item[n]",
            "l/item[n]/name=n",
            "l/item[n]/v",
            "l/item[n]/v/p=q",
            "l/item[n]/v/r=[]",
            "s=one\ntwo\n",
            "k=&k",
            "k/z=\"5\"",
            "al=*k",
            "t=!u v",
            "empty=",
        ]
    );
    for (bad, line) in [
        ("a: 1\n---\nb: 2\n", 2),
        ("a: [1\n", 1),
        ("? [x]\n: y\n", 1),
        ("a: *nowhere\n", 1),
        ("a:\n\t- b\n", 2),
        ("word\n", 1),
    ] {
        let error = refused(Format::Yaml, bad);
        assert_eq!(error.line, line, "{bad}: {error}");
    }
    let deep = "[".repeat(100_000);
    assert!(Document::parse(deep.as_bytes(), &spec(Format::Yaml)).is_err());
}

#[test]
fn aliases_are_never_expanded() {
    let mut text = String::from("a0: &a0 [x, x]\n");
    for level in 1..30 {
        let before = level - 1;
        text.push_str(&format!("a{level}: &a{level} [*a{before}, *a{before}]\n"));
    }
    assert_eq!(read(Format::Yaml, &text).keys().len(), 90);
}

#[test]
fn pieces_of_yaml_take_the_indentation_of_their_new_place() {
    let base = "a:\n    b: 1\nl:\n- name: x\n  v: 1\n";
    let site = "a:\n    b: 1\n    own:\n        deep: [1]\n        more: 2\nl:\n- name: x\n  v: 1\n  \
                w: 2\n- name: own\n  v: 3\n  w: 4\n";
    let new = "a:\n  b: 2\n  c: 3\nl:\n  - name: x\n    v: 1\n";
    let wanted = "a:\n  b: 2\n  own:\n      deep: [1]\n      more: 2\n  c: 3\nl:\n  - name: x\n    \
                  v: 1\n    w: 2\n  - name: own\n    v: 3\n    w: 4\n";
    assert_eq!(settled(Format::Yaml, base, site, new).as_deref(), Some(wanted));
}

#[test]
fn yaml_in_brackets_keeps_its_commas() {
    let base = "a: {b: 1, c: 2}\nl: [x, y]\n";
    let site = "a: {b: 1, c: 2, own: 3}\nl: [x]\n";
    let new = "a: {b: 4, c: 2}\nl: [x, y, z]\n";
    let wanted = "a: {b: 4, c: 2, own: 3}\nl: [x, z]\n";
    assert_eq!(settled(Format::Yaml, base, site, new).as_deref(), Some(wanted));
}

#[test]
fn a_key_before_the_first_of_a_list_entry_finds_a_place() {
    let base = "l:\n- name: x\n  v: 1\n";
    let site = "l:\n- own: 1\n  name: x\n  v: 1\n";
    let new = "l:\n- name: x\n  v: 2\n";
    let text = settled(Format::Yaml, base, site, new).unwrap();
    let mut found = keys(Format::Yaml, &text);
    found.sort();
    assert_eq!(found, ["l", "l/item[x]", "l/item[x]/name=x", "l/item[x]/own=1", "l/item[x]/v=2"]);
}

#[test]
fn secrets_are_set_apart_in_every_format() {
    for (format, text) in [
        (Format::Ini, "[a]\npassword=hunter2\nuri=amqp://u:hunter2@h/x\n"),
        (
            Format::Toml,
            "[a]\npassword = \"hunter2\"\nuri = \"amqp://u:hunter2@h/x\"\n#password = 'hunter2'\n",
        ),
        (Format::Json, "{\"a\": {\"password\": \"hunter2\", \"uri\": \"amqp://u:hunter2@h/x\"}}"),
        (
            Format::Yaml,
            "a:\n  password: hunter2\n  uri: amqp://u:hunter2@h/x\n  l: [{token: 'hunter2'}]\n",
        ),
    ] {
        let document = read(format, text);
        let template = document.template();
        assert!(!template.text.contains("hunter2"), "{}", template.text);
        assert_eq!(document.print().unwrap().expose(), text.as_bytes());
        let again = Document::parse_template(&template, &spec(format)).unwrap();
        assert_eq!(again.keys(), document.keys());
        assert!(document.keys().iter().any(|key| key.secret && key.path == "a/password"));
    }
}

#[test]
fn values_change_in_their_places() {
    for (format, before, key, value, after) in [
        (Format::Ini, "[a]\nb = 1\n", "a/b", "x y", "[a]\nb = x y\n"),
        (Format::Toml, "a = 1 # c\n", "a", "x\"y", "a = \"x\\\"y\" # c\n"),
        (Format::Toml, "a = 'x'\n", "a", "5", "a = 5\n"),
        (Format::Json, "{\"a\": [{\"b\": 1}]}", "a/item/b", "z", "{\"a\": [{\"b\": \"z\"}]}"),
        (Format::Yaml, "a:\n  - b:\n", "a/item/b", "c", "a:\n  - b: c\n"),
        (Format::Yaml, "a: {b: 1}\n", "a/b", "c, d", "a: {b: \"c, d\"}\n"),
    ] {
        let changed = read(format, before).with_value(key, value).unwrap();
        assert_eq!(changed.print().unwrap().expose(), after.as_bytes());
    }
}
