//! Reading, printing, changing, and keeping secrets apart.

use std::time::Instant;

use proptest::prelude::*;
use refit_model::Shown;
use refit_settings::{Document, EditError, FileSpec, ParseProblem, ShippedFile};

fn spec(toml: &str) -> FileSpec {
    toml::from_str(toml).unwrap()
}

fn xml() -> FileSpec {
    spec("path = \"conf/a.xml\"\nformat = \"xml\"")
}

fn properties() -> FileSpec {
    spec("path = \"conf/a.properties\"\nformat = \"properties\"")
}

fn environment() -> FileSpec {
    spec("path = \"bin/env\"\nformat = \"shell-environment\"")
}

fn parse(text: &str, spec: &FileSpec) -> Document {
    Document::parse(text.as_bytes(), spec).unwrap()
}

fn printed(document: &Document) -> String {
    String::from_utf8(document.print().unwrap().expose().to_vec()).unwrap()
}

fn paths(document: &Document) -> Vec<String> {
    document.keys().into_iter().map(|key| key.path).collect()
}

fn value(document: &Document, path: &str) -> Option<String> {
    document.keys().into_iter().find(|key| key.path == path).and_then(|key| key.value)
}

#[test]
fn paths_name_elements_by_their_identity() {
    let text = r#"<b:beans xmlns:b="urn:b" xmlns:x="urn:x" x:schemaLocation="a">
  <b:bean id="port"><b:property name="host" value="h"/></b:bean>
  <b:bean id="header"/><b:bean id="header"/>
  <value>one</value>
  <!-- <b:bean id="off"><b:property name="password" value="hunter2"/></b:bean> -->
</b:beans>"#;
    assert_eq!(
        paths(&parse(text, &xml())),
        [
            "beans",
            "beans/@schemaLocation",
            "beans/bean[port]",
            "beans/bean[port]/property[host]",
            "beans/bean[port]/property[host]/@value",
            "beans/bean[header]",
            "beans/bean[header]#2",
            "beans/value",
            "off:beans/bean[off]",
            "off:beans/bean[off]/property[password]",
            "off:beans/bean[off]/property[password]/@value",
        ]
    );
}

#[test]
fn properties_are_read_as_java_reads_them() {
    let text = "a = 1\nb:2\n c   3\n#d=4\n# Just prose\nlong=x,\\\n     y\n\\u0065\\ f = \\u00e9\na=5\nempty\n";
    let document = parse(text, &properties());
    assert_eq!(paths(&document), ["a", "b", "c", "off:d", "long", "e f", "a#2", "empty"]);
    assert_eq!(value(&document, "long").as_deref(), Some("x,y"));
    assert_eq!(value(&document, "e f").as_deref(), Some("\u{e9}"));
    assert_eq!(printed(&document), text);
    let latin = [b'a', b'=', 0xE9, b'\r', b'\n'];
    let document = Document::parse(&latin, &properties()).unwrap();
    assert_eq!(document.print().unwrap().expose(), latin);
}

#[test]
fn shell_files_are_read_with_their_blocks() {
    let text = "#!/bin/sh\nif [ -z \"$A\" ] ; then\n  A=\"-Xmx1G\" # why\nfi\nexport B='x y'\n#C=\"$C -Dp=1\"\nC=\"$C -Dq=1\"\ncase x in\n a) D=1;;\nesac\n. ./other\n";
    let document = parse(text, &environment());
    assert_eq!(
        paths(&document),
        [
            "if[-z \"$A\"]",
            "A",
            "B",
            "off:C[+-Dp]",
            "C[+-Dq]",
            "command[case x in a) D=1;; esac]",
            "command[. ./other]",
        ]
    );
    assert_eq!(value(&document, "B").as_deref(), Some("x y"));
}

#[test]
fn values_change_in_their_places() {
    let document = parse("<a x='1' y=\"2\"><!-- n --><b>t</b></a>\n", &xml());
    let changed = document.with_values(&[("a/@x", "it's <&>"), ("a/b", "a<b")]).unwrap();
    assert_eq!(
        printed(&changed),
        "<a x='it&apos;s &lt;&amp;>' y=\"2\"><!-- n --><b>a&lt;b</b></a>\n"
    );
    let changed = parse("k :  v\nl\n", &properties()).with_values(&[("k", " w"), ("l", "\u{e9}")]);
    assert_eq!(printed(&changed.unwrap()), "k :  \\ w\nl=\\u00E9\n");
    let changed =
        parse("A=\"1\" # c\nB=2\n", &environment()).with_values(&[("A", "x y"), ("B", "3 4")]);
    assert_eq!(printed(&changed.unwrap()), "A=\"x y\" # c\nB=\"3 4\"\n");
}

#[test]
fn what_cannot_be_changed_says_so() {
    let document = parse("<a><b/>text<c/>more</a>", &xml());
    assert!(matches!(document.with_value("a/d", "x"), Err(EditError::NoSuchKey { .. })));
    assert!(matches!(document.with_value("a", "x"), Err(EditError::NoValue { .. })));
    assert!(matches!(document.with_value("a/b", "x"), Err(EditError::NoValue { .. })));
    let document = parse("A='x'\nrun it\n", &environment());
    let error = document.with_value("A", "it's").unwrap_err();
    assert!(matches!(error, EditError::NotExpressible { .. }), "{error}");
    assert!(document.with_value("command[run it]", "rm -r x").is_err());
}

/// Every place where a secret can stand. None may be in anything but the bytes.
#[test]
fn secrets_are_in_no_view_and_come_back_in_their_places() {
    let users =
        spec("path = \"conf/users.properties\"\nformat = \"properties\"\nsecrets = [\"*\"]");
    let opaque = spec("path = \"conf/login.config\"\nformat = \"opaque\"");
    let cases = [
        (xml(), "<a><s keyStorePassword=\"hunter2\" keyStore=\"k\"/></a>"),
        (xml(), "<a><!-- <s password=\"hunter2\"/> --></a>"),
        (xml(), "<a><!-- was <s password=\"hunter2\"> before --></a>"),
        (xml(), "<a><c uri=\"ssl://h:1?keyStorePassword=hunter2&amp;x=y\"/></a>"),
        (xml(), "<a><c uri=\"static:(tcp://u:hunter2@h:1)\"/></a>"),
        (xml(), "<a><property name=\"password\" value=\"hunter2\"/></a>"),
        (xml(), "<a><property name=\"password\"><value>hunter2</value></property></a>"),
        (xml(), "<a><password><![CDATA[hunter2]]></password></a>"),
        (xml(), "<a><param key=\"secret\" value='hunter2'/></a>"),
        (xml(), "<a><password>hun<!-- c -->ter2 hunter2</password></a>"),
        (xml(), "<a password=\"ENC(hunter2)\">ENC(hunter2)</a>"),
        (xml(), "<?xml version=\"1.0\"?><?x password=\"hunter2\"?><a/>"),
        (properties(), "activemq.password=hunter2\n#old.password=hunter2\n"),
        (properties(), "# the password: hunter2\n"),
        (properties(), "url=jdbc:mysql://u:hunter2@h/db\n"),
        (properties(), "opts=-Dx.password=hunter2 -Dy=1\nthing=ENC(hunter2)\n"),
        (properties(), "my.password=hun\\\n  ter2hunter2\n"),
        (users, "admin=hunter2\n#gone=hunter2\n#gone hunter2\nother : hunter2\n"),
        (environment(), "A=\"-Djavax.net.ssl.keyStorePassword=hunter2 -Dx\"\n"),
        (environment(), "A=\"--jmxuser u --jmxpassword hunter2\"\n#B_PASSWORD=hunter2\n"),
        (environment(), "curl -u x --password hunter2 http://u:hunter2@h/\n"),
        (environment(), "if [ \"$X_PASSWORD\" = \"x\" ]; then\n A_SECRET='hunter2'\nfi\n"),
        (opaque, "x { a required password=\"hunter2\"; };\n"),
    ];
    for (spec, text) in cases {
        let document = parse(text, &spec);
        let template = document.template();
        let views = [
            format!("{document:?}"),
            format!("{:?}", document.keys()),
            format!("{template:?}"),
            format!("{:?}", ShippedFile::of(&document).unwrap()),
        ];
        for view in views {
            assert!(!view.contains("hunter2"), "{text}\n{view}");
        }
        assert!(!template.slots.is_empty());
        assert_eq!(printed(&document), text);
        let read = Document::parse_template(&template, &spec).unwrap();
        assert_eq!(read.keys(), document.keys());
        assert_eq!(read.template(), template);
        let filled = read.template().fill(|slot| document.secret(&slot.key)).unwrap();
        assert_eq!(filled.expose(), text.as_bytes());
    }
}

#[test]
fn references_to_secrets_and_plain_words_stay_readable() {
    let text =
        "<a password=\"${activemq.password}\" usePassword=\"true\" passwordFile=\"/etc/x\"/>";
    assert!(parse(text, &xml()).template().slots.is_empty());
    let text = "# Passwords are elsewhere\nname=value\nurl=tcp://localhost:61616?a=b\n";
    assert!(parse(text, &properties()).template().slots.is_empty());
}

#[test]
fn a_secret_is_shown_as_one() {
    let document = parse("<a password=\"x1\" uri=\"tcp://u:pw@h:1\"/>", &xml());
    let shown: Vec<_> = document.keys().iter().map(refit_settings::Key::shown).collect();
    assert_eq!(shown[1], Some(Shown::Secret));
    assert_eq!(shown[2], Some(Shown::Text("tcp://u:(secret)@h:1".to_owned())));
}

#[test]
fn a_port_changes_beside_a_secret() {
    let spec = xml();
    let document = parse("<c uri=\"ssl://h:1?keyStorePassword=pw&amp;a=b\"/>", &spec);
    let template = Document::parse_template(&document.template(), &spec).unwrap();
    let uri = value(&template, "c/@uri").unwrap();
    let uri = refit_settings::ConnectorUri::parse(&uri).unwrap().with_port(2).to_string();
    let changed = template.with_value("c/@uri", &uri).unwrap().template();
    let filled = changed.fill(|slot| document.secret(&slot.key)).unwrap();
    assert_eq!(filled.expose_text(), Some("<c uri=\"ssl://h:2?keyStorePassword=pw&amp;a=b\"/>"));
}

#[test]
fn shipped_files_are_facts_and_tell_lineages_apart() {
    let (old, new) = (parse("a=1\n#b=2\n", &properties()), parse("a=2\nb=2\n", &properties()));
    let shipped = ShippedFile::of(&old).unwrap();
    let text = toml::to_string(&shipped).unwrap();
    assert_eq!(toml::from_str::<ShippedFile>(&text).unwrap(), shipped);
    let site = parse("a=1\n#b=2\nown=1\n", &properties());
    assert_eq!(shipped.distance(&site), 1);
    assert_eq!(ShippedFile::of(&new).unwrap().distance(&site), 4);
}

#[test]
fn bad_files_are_named_with_their_place() {
    let problem = |text: &str, spec: &FileSpec| Document::parse(text.as_bytes(), spec).unwrap_err();
    let error = problem("<a>\n  <b x=\"1\">\n</a>\n", &xml());
    assert_eq!((error.line, error.file.as_str()), (3, "conf/a.xml"));
    assert_eq!(
        error.to_string(),
        "conf/a.xml, line 3, column 1: expected the end tag </b>, found </a>"
    );
    let error = problem("<!DOCTYPE a [<!ENTITY x SYSTEM \"/etc/passwd\">]><a>&x;</a>", &xml());
    assert_eq!(error.problem, ParseProblem::DocumentType);
    let error = problem("<a password=\"p&hunter2;\"/>", &xml());
    assert!(!error.to_string().contains("hunter2"), "{error}");
    let error = problem("A=\"x\nB=1\n", &environment());
    assert_eq!((error.line, error.column), (1, 3));
    assert!(problem("if [ x ]; then\n A=1\n", &environment()).to_string().contains("fi"));
    for (text, spec) in [
        ("<a b=\"\u{E000}\"/>", xml()),
        ("<a b=\"&#xE000;\"/>", xml()),
        ("a=\u{E001}", properties()),
    ] {
        assert_eq!(problem(text, &spec).problem, ParseProblem::ReservedCharacter);
    }
    assert!(Document::parse(b"<a b=\"\xE9\"/>", &xml()).is_err());
    assert!(
        Document::parse(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a b=\"\xE9\"/>", &xml())
            .is_ok()
    );
}

#[test]
fn more_secrets_than_any_file_has_are_refused() {
    let logins = "://a:b@".repeat(60_000);
    let error = Document::parse(logins.as_bytes(), &properties()).unwrap_err();
    assert_eq!(error.problem.to_string(), "more than 50000 secrets");
}

#[test]
fn hostile_files_end_soon() {
    let deep = "<a>".repeat(100_000);
    let wide = format!("<a>{}</a>", "<b/>".repeat(200_000));
    let long = format!("<{}><b/></{0}>", "n".repeat(100_000));
    let attributes: Vec<_> = (0..20_000).map(|n| format!("a{n}=\"\"")).collect();
    let attributes = format!("<a {}/>", attributes.join(" "));
    let big = "a".repeat(5 << 20);
    let uris = "://".repeat(300_000);
    let quotes = "password=\"".repeat(100_000);
    let nested = "$(".repeat(300_000);
    let blocks = "if x; then\n".repeat(50_000);
    let same = "k=v\n".repeat(200_000);
    let keys = "-----BEGIN PRIVATE KEY-----".repeat(30_000);
    for (text, spec) in [
        (&deep, xml()),
        (&wide, xml()),
        (&long, xml()),
        (&attributes, xml()),
        (&big, properties()),
        (&uris, properties()),
        (&quotes, properties()),
        (&keys, properties()),
        (&nested, environment()),
        (&blocks, environment()),
        (&same, properties()),
    ] {
        let start = Instant::now();
        let known = Document::parse(text.as_bytes(), &spec).is_ok();
        let elapsed = start.elapsed();
        assert!(elapsed.as_secs() < 20, "{}... took {elapsed:?} ({known})", &text[..20]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_filled_template_is_the_file(text in "[a-c=:#!\\\\ \npaswordENC()<>\"'/@;&?.]{0,80}") {
        for spec in [properties(), environment(), spec("path = \"f\"\nformat = \"opaque\"")] {
            if let Ok(document) = Document::parse(text.as_bytes(), &spec) {
                let template = document.template();
                let filled = template.fill(|slot| document.secret(&slot.key)).unwrap();
                prop_assert_eq!(filled.expose(), text.as_bytes());
                let read = Document::parse_template(&template, &spec).unwrap();
                prop_assert_eq!(read.keys(), document.keys());
            }
        }
    }

    #[test]
    fn a_filled_xml_template_is_the_file(
        name in "[a-c]|password|secret",
        value in "[a-z&?=:/@.;]{0,30}",
        text in "[a-z =:\"]{0,20}",
    ) {
        let value = value.replace('&', "&amp;");
        let text = format!("<r><!-- {text} {name}=\"{value}\" --><e {name}=\"{value}\"><{name}>{value}</{name}></e><!-- <f {name}='{value}'/> --></r>");
        let document = parse(&text, &xml());
        let filled = document.template().fill(|slot| document.secret(&slot.key)).unwrap();
        prop_assert_eq!(filled.expose_text(), Some(text.as_str()));
        let read = Document::parse_template(&document.template(), &xml()).unwrap();
        prop_assert_eq!(read.keys(), document.keys());
    }

    #[test]
    fn a_changed_value_reads_back(value in "[^\u{E000}\u{E001}\u{0}-\u{8}\u{b}\u{c}\u{e}-\u{1f}\u{fffe}\u{ffff}]{0,20}") {
        for (text, key, spec) in [
            ("<a x=\"1\"/>", "a/@x", xml()),
            ("<a><b>1</b></a>", "a/b", xml()),
            ("k=1\n", "k", properties()),
            ("K=\"1\"\n", "K", environment()),
        ] {
            let document = parse(text, &spec);
            if let Ok(changed) = document.with_value(key, &value) {
                let found = changed.keys().into_iter().find(|found| found.path == key).unwrap();
                let found = found.value.unwrap_or_default();
                prop_assert!(found == value || found.contains('\u{E000}'), "{found:?} {value:?}");
            } else {
                prop_assert!(spec.format != refit_settings::Format::Properties, "{value:?}");
            }
        }
    }
}
