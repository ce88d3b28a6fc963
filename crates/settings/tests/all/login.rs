//! JAAS login configurations: reading, changing, settling.

use crate::support::{settle_texts, settled_text};
use refit_model::{Outcome, Shown};
use refit_settings::{Document, EditError, FileSpec, Format, Guard, KeyPattern, ParseProblem};

fn spec() -> FileSpec {
    let guard = Guard { key: KeyPattern("*/*".to_owned()), what: "authentication".to_owned() };
    FileSpec { guards: vec![guard], ..FileSpec::plain("conf/login.config", Format::Jaas) }
}

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), &spec()).unwrap()
}

fn merged(base: &str, site: &str, new: &str) -> String {
    let settled = settle_texts(&spec(), Some(base), site, new);
    let open: Vec<_> = settled.settlement.open().collect();
    assert!(open.is_empty(), "{open:#?}");
    settled_text(&settled, site, new).unwrap()
}

const LOGIN: &str = "/* Who may come in. */
broker {
    // Files
    com.example.FilesModule required
        debug=false
        users=\"users.properties\"; // in conf
    /* com.example.DirectoryModule optional url=\"ldap://h\"; */
};
guest { com.example.GuestModule sufficient; };
";

#[test]
fn entries_hold_modules_and_modules_hold_options() {
    let keys: Vec<_> = parse(LOGIN)
        .keys()
        .into_iter()
        .map(|key| (key.path, key.value.unwrap_or_default()))
        .collect();
    let expected = [
        ("broker", ""),
        ("broker/com.example.FilesModule", "required"),
        ("broker/com.example.FilesModule/debug", "false"),
        ("broker/com.example.FilesModule/users", "users.properties"),
        ("off:broker/com.example.DirectoryModule", "optional"),
        ("off:broker/com.example.DirectoryModule/url", "ldap://h"),
        ("guest", ""),
        ("guest/com.example.GuestModule", "sufficient"),
    ];
    assert_eq!(keys, expected.map(|(path, value)| (path.to_owned(), value.to_owned())));
}

#[test]
fn modules_of_one_class_are_numbered() {
    let document = parse("e { a.M required x=1; a.M optional x=2; };");
    let paths: Vec<_> = document.keys().into_iter().map(|key| key.path).collect();
    assert_eq!(paths, ["e", "e/a.M", "e/a.M/x", "e/a.M#2", "e/a.M#2/x"]);
}

#[test]
fn what_java_would_not_read_is_an_error_with_its_place() {
    for (text, line, column, expected) in [
        ("e", 1, 2, "{ behind the name of the entry"),
        (
            "e {\n a.M always; };",
            2,
            6,
            "required, requisite, sufficient or optional behind the class",
        ),
        ("e { a.M required x; };", 1, 19, "= behind the name of the option"),
        ("e { a.M required x=1 };", 1, 22, "an option, or a semicolon behind the module"),
        ("e { a.M required x=1; }", 1, 24, "a semicolon behind the entry"),
        ("e { a.M required x=\"1; };", 1, 20, "a closing quote"),
        ("/* x", 1, 1, "*/ that closes this comment"),
    ] {
        let error = Document::parse(text.as_bytes(), &spec()).unwrap_err();
        assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
        assert_eq!(error.problem, ParseProblem::Expected(expected.to_owned()));
    }
}

#[test]
fn values_and_flags_are_changed_in_their_places() {
    let values = [
        ("broker/com.example.FilesModule/users", "a \"b\""),
        ("guest/com.example.GuestModule", "optional"),
    ];
    let changed = parse(LOGIN).with_values(&values).unwrap();
    let expected =
        LOGIN.replace("\"users.properties\"", "\"a \\\"b\\\"\"").replace("sufficient", "optional");
    assert_eq!(changed.print().unwrap().expose(), expected.as_bytes());
    let error = parse(LOGIN).with_value("guest/com.example.GuestModule", "always").unwrap_err();
    assert!(matches!(error, EditError::Unreadable(_)), "{error}");
}

#[test]
fn passwords_are_set_apart() {
    let text = "e { a.M required connectionPassword=\"hunter2\"; // password=\"hunter3\"\n };";
    let document = parse(text);
    assert!(!document.template().text.contains("hunter"), "{}", document.template().text);
    let shown = document.keys().into_iter().find(|key| key.path.contains("Password")).unwrap();
    assert_eq!(shown.shown(), Some(Shown::Secret));
    assert_eq!(document.print().unwrap().expose(), text.as_bytes());
}

#[test]
fn the_sites_options_modules_and_notes_come_into_the_new_default() {
    let site = LOGIN
        .replace("debug=false", "debug=true\n        reload=true")
        .replace("};\nguest", "    // ours\n    com.ours.Module requisite key='v';\n};\nguest");
    let new = LOGIN.replace("// Files", "// Users in files").replace("Who may", "Those who may");
    let expected =
        site.replace("// Files", "// Users in files").replace("Who may", "Those who may");
    assert_eq!(merged(LOGIN, &site, &new), expected);
}

#[test]
fn a_flag_and_an_option_are_settled_by_themselves() {
    let site = LOGIN.replace("required", "requisite");
    let new = LOGIN.replace("debug=false", "debug=true");
    assert_eq!(merged(LOGIN, &site, &new), new.replace("required", "requisite"));
}

#[test]
fn a_module_that_the_vendor_takes_away_is_a_question() {
    let new = LOGIN.replace("com.example.GuestModule sufficient;", "");
    let settled = settle_texts(&spec(), Some(LOGIN), LOGIN, &new);
    let open: Vec<_> = settled.settlement.open().collect();
    assert!(
        matches!(&open[..], [one] if one.key == "guest/com.example.GuestModule"
            && matches!(one.outcome, Outcome::NeedsDecision(_))),
        "{open:#?}"
    );
}

#[test]
fn the_sites_order_of_modules_holds() {
    let base = "e {\n a.M required;\n b.N required;\n};\n";
    let site = "e {\n b.N required;\n a.M required;\n};\n";
    let new = "e {\n a.M required x=1;\n b.N required;\n};\n";
    assert_eq!(merged(base, site, new), "e {\n b.N required;\n a.M required x=1;\n};\n");
}

#[test]
fn a_switched_on_example_is_on_in_the_new_default() {
    let example = "/* com.example.DirectoryModule optional url=\"ldap://h\"; */";
    let site = LOGIN.replace(example, "com.example.DirectoryModule optional url=\"ldap://ours\";");
    let new = LOGIN.replace("// Files", "// Users in files");
    assert_eq!(merged(LOGIN, &site, &new), site.replace("// Files", "// Users in files"));
}
