//! Laws that hold for every file of every format.

use std::collections::BTreeSet;

use crate::data_texts::{ODD_INI, ODD_JSON, ODD_TOML, ODD_YAML};
use crate::line_texts;
use crate::support::{FORMATS, Model, model, settle_texts, settled_text, spec, three};
use proptest::prelude::*;
use refit_model::{Outcome, SettledFile};
use refit_settings::{Document, FileSpec, Format, Key, Settled};

fn keys(spec: &FileSpec, text: &str) -> Vec<Key> {
    Document::parse(text.as_bytes(), spec).unwrap().keys()
}

/// Paths and values, without lines.
fn live_keys(spec: &FileSpec, text: &str) -> BTreeSet<(String, Option<String>)> {
    let live = keys(spec, text).into_iter().filter(|key| key.live);
    live.map(|key| (key.path, key.value)).collect()
}

fn texts(format: Format, models: &(Model, Model, Model)) -> (String, String, String) {
    (models.0.text(format), models.1.text(format), models.2.text(format))
}

/// Every key of every side has one outcome, and the result holds what the outcomes say.
fn check_outcomes(settled: &Settled, spec: &FileSpec, base: &str, site: &str, new: &str) {
    let outcomes = &settled.settlement.outcomes;
    let mut paths = BTreeSet::new();
    for outcome in outcomes {
        assert!(paths.insert(outcome.key.clone()), "{} stands twice", outcome.key);
        match &outcome.outcome {
            Outcome::Kept => assert_eq!(outcome.result, outcome.site, "{}", outcome.key),
            Outcome::TakenFromNew => assert_eq!(outcome.result, outcome.new, "{}", outcome.key),
            Outcome::NeedsDecision(_) => assert_eq!(outcome.result, None),
            Outcome::Combined | Outcome::Translated | Outcome::Moved(_) | Outcome::Dropped(_) => {}
        }
    }
    // Keys of one name may have other numbers in the settlement than in a file, and what has an
    // identity in one file only may be known without it.
    let plain: BTreeSet<String> = paths.iter().map(|path| without_numbers(path)).collect();
    let bare: BTreeSet<String> = plain.iter().map(|path| without_identities(path)).collect();
    for text in [base, site, new] {
        for key in keys(spec, text) {
            let path = without_numbers(&key.path);
            let known = plain.contains(&path)
                || plain.contains(&without_identities(&path))
                || bare.contains(&path);
            assert!(known, "no outcome for {}", key.path);
        }
    }
}

fn without_numbers(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.rsplit_once('#') {
        Some((name, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn without_identities(path: &str) -> String {
    let parts = path.split('/').map(|part| part.split('[').next().unwrap_or(part));
    parts.collect::<Vec<_>>().join("/")
}

/// Notes of the site's file.
fn notes(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    let own = words.windows(3).filter(|words| words[1] == "own" && words[2] == "note");
    own.map(|words| words[0].to_owned()).collect()
}

/// How many cases each law is tried on, for each format: this variable says, or else few.
const CASES_VARIABLE: &str = "REFIT_LAW_CASES";

fn config() -> ProptestConfig {
    let told = std::env::var(CASES_VARIABLE).ok().and_then(|text| text.parse().ok());
    ProptestConfig {
        cases: told.unwrap_or(100),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn printing_gives_the_same_bytes(model in model()) {
        for format in FORMATS {
            let text = model.text(format);
            let document = Document::parse(text.as_bytes(), &spec(format, false)).unwrap();
            let printed = document.print().unwrap();
            prop_assert_eq!(printed.expose(), text.as_bytes());
        }
    }

    #[test]
    fn any_bytes_print_as_they_were_if_they_parse(
        bytes in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        for format in Format::ALL {
            if let Ok(document) = Document::parse(&bytes, &spec(format, false)) {
                let printed = document.print().unwrap();
                prop_assert_eq!(printed.expose(), &bytes[..]);
            }
        }
    }

    #[test]
    fn shell_like_text_prints_as_it_was(text in "[A-C=\"'$#;\\\\ \n(){}ifthen`]{0,60}") {
        let spec = spec(Format::ShellEnvironment, false);
        if let Ok(document) = Document::parse(text.as_bytes(), &spec) {
            let printed = document.print().unwrap();
            prop_assert_eq!(printed.expose(), text.as_bytes());
        }
    }

    #[test]
    fn erlang_like_text_prints_as_it_was(text in "[a-cA$\"'{}\\[\\],.% \n<>#0-2\\\\]{0,40}") {
        let spec = spec(Format::Erlang, false);
        for text in [format!("[{text}]."), text] {
            if let Ok(document) = Document::parse(text.as_bytes(), &spec) {
                let printed = document.print().unwrap();
                prop_assert_eq!(printed.expose(), text.as_bytes());
            }
        }
    }

    #[test]
    fn where_the_vendor_changed_nothing_the_sites_file_stays((base, site, _) in three()) {
        for format in FORMATS {
            let (base, site) = (base.text(format), site.text(format));
            let settled = settle_texts(&spec(format, true), Some(&base), &site, &base);
            prop_assert_eq!(settled_text(&settled, &site, &base), Some(site));
        }
    }

    #[test]
    fn where_the_site_changed_nothing_the_new_default_is_taken((base, _, new) in three()) {
        for format in FORMATS {
            let (base, new) = (base.text(format), new.text(format));
            let settled = settle_texts(&spec(format, false), Some(&base), &base, &new);
            prop_assert_eq!(settled.settlement.open().count(), 0);
            prop_assert_eq!(settled_text(&settled, &base, &new), Some(new));
        }
    }

    #[test]
    fn where_both_changed_the_same_it_stays((base, site, _) in three()) {
        for format in FORMATS {
            let (base, site) = (base.text(format), site.text(format));
            let settled = settle_texts(&spec(format, true), Some(&base), &site, &site);
            prop_assert_eq!(settled_text(&settled, &site, &site), Some(site));
        }
    }

    /// As the law above, but without the short way for an unchanged vendor's file: a comment more.
    #[test]
    fn a_vendors_new_comment_changes_no_key((base, site, _) in three()) {
        for format in FORMATS {
            let spec = spec(format, true);
            let (base, site) = (base.text(format), site.text(format));
            let new = match format {
                Format::Xml => base.replace("</root>", "<!-- from the vendor --></root>"),
                Format::Erlang => format!("{base}%% from the vendor\n"),
                Format::Jaas => format!("{base}// from the vendor\n"),
                Format::Json => base.replace("\n}\n", "\n  // from the vendor\n}\n"),
                _ => format!("{base}# from the vendor\n"),
            };
            let settled = settle_texts(&spec, Some(&base), &site, &new);
            prop_assert_eq!(settled.settlement.open().count(), 0, "{:#?}", settled.settlement);
            let text = settled_text(&settled, &site, &new).unwrap();
            prop_assert_eq!(live_keys(&spec, &text), live_keys(&spec, &site), "{}", text);
            prop_assert!(text.contains("from the vendor"));
        }
    }

    #[test]
    fn nothing_is_lost_silently(models in three()) {
        for format in FORMATS {
            for guards in [false, true] {
                let spec = spec(format, guards);
                let (base, site, new) = texts(format, &models);
                let settled = settle_texts(&spec, Some(&base), &site, &new);
                check_outcomes(&settled, &spec, &base, &site, &new);
                let Some(text) = settled_text(&settled, &site, &new) else {
                    prop_assert_eq!(settled.settlement.result, SettledFile::Open);
                    prop_assert!(settled.settlement.open().count() > 0);
                    continue;
                };
                for (path, value) in live_keys(&spec, &text) {
                    let known = settled.settlement.outcomes.iter().any(|found| found.key == path);
                    prop_assert!(known, "{path} = {value:?} came from nowhere");
                }
                let result_notes = notes(&text);
                for note in notes(&site) {
                    prop_assert!(result_notes.contains(&note), "{note} lost in\n{text}");
                }
            }
        }
    }

    #[test]
    fn settling_again_changes_nothing(models in three()) {
        for format in FORMATS {
            let spec = spec(format, true);
            let (base, site, new) = texts(format, &models);
            let settled = settle_texts(&spec, Some(&base), &site, &new);
            if let Some(text) = settled_text(&settled, &site, &new) {
                let again = settle_texts(&spec, Some(&new), &text, &new);
                prop_assert_eq!(settled_text(&again, &text, &new), Some(text));
            }
        }
    }

    #[test]
    fn a_file_without_lineage_stays((_, site, new) in three()) {
        for format in FORMATS {
            let (site, new) = (site.text(format), new.text(format));
            let settled = settle_texts(&spec(format, true), None, &site, &new);
            prop_assert_eq!(settled.settlement.result, SettledFile::AsSite);
        }
    }

    /// Texts that nobody would write: whatever they mean, the laws hold.
    #[test]
    fn odd_texts_are_settled_or_asked_about(
        format in prop::sample::select(FORMATS.to_vec()),
        pieces in prop::collection::vec((0_usize..24, 0_usize..4), 3..24),
    ) {
        let side = |number: usize| odd_text(format, &pieces, number);
        let (base, site, new) = (side(0), side(1), side(2));
        for guards in [false, true] {
            let spec = spec(format, guards);
            let parses = |text: &str| Document::parse(text.as_bytes(), &spec).is_ok();
            if !parses(&base) || !parses(&site) || !parses(&new) {
                continue;
            }
            let settled = settle_texts(&spec, Some(&base), &site, &new);
            check_outcomes(&settled, &spec, &base, &site, &new);
            if let Some(text) = settled_text(&settled, &site, &new) {
                prop_assert!(parses(&text), "{}", text);
                let again = settle_texts(&spec, Some(&new), &text, &new);
                prop_assert_eq!(settled_text(&again, &text, &new), Some(text));
            }
            let untouched = settle_texts(&spec, Some(&base), &base, &new);
            if !guards {
                prop_assert_eq!(settled_text(&untouched, &base, &new), Some(new.clone()));
            }
            let unchanged = settle_texts(&spec, Some(&base), &site, &base);
            prop_assert_eq!(settled_text(&unchanged, &site, &base), Some(site.clone()));
        }
    }
}

/// Odd pieces of XML.
const ODD_XML: [&str; 24] = [
    "<a/>",
    "<a>",
    "</a>",
    "<b x='1'>",
    "</b>",
    "<b x=\"2\"/>",
    "<b/>",
    " ",
    "\n",
    "text",
    "<!-- n -->",
    "<!--<b/>-->",
    "<!-- b x='1'/ -->",
    "<![CDATA[<]]>",
    "&amp;",
    "<c id='1'/>",
    "<c id='1' x='3'/>",
    "<c id='2'><d/></c>",
    "<!-- <c id='2'><d/></c> -->",
    "<?pi x?>",
    "<v>1</v>",
    "<v>2</v>",
    "\r\n",
    "<e y=''/>",
];

/// Odd pieces of properties.
const ODD_PROPERTIES: [&str; 24] = [
    "a=1",
    "a=2",
    "\n",
    "\n",
    "\n",
    "b",
    "=",
    ":",
    " ",
    "\\",
    "#",
    "#a=1\n",
    "#b=2\n",
    "!x\n",
    "\\\n  c",
    "\r\n",
    "\r",
    "d=\\u00e9",
    "e = 3 ",
    "# note\n",
    "\n\n",
    "k1=5\n",
    "#k1=5\n",
    "f\\=g=1",
];

/// Odd pieces of shell text.
const ODD_SHELL: [&str; 24] = [
    "A=1",
    "A=2",
    "\n",
    "\n",
    "\n",
    "if [ -z \"$A\" ]; then\n",
    "\nfi\n",
    "\nelse\n",
    "B=\"x y\"",
    "export C='z'",
    " # c",
    "#A=1\n",
    "#B=\"x\"\n",
    ";",
    " ",
    "D=\"$D -x\"\n",
    "cmd a b\n",
    "E=$(a b)\n",
    "for i in a; do x; done\n",
    "\\\n",
    "if true; then K1=1; fi\n",
    "# note\n",
    "f() { a; }\n",
    "\r\n",
];

/// Odd elements of a list of Erlang terms.
const ODD_ERLANG: [&str; 24] = [
    "{a, 1}",
    "{a, 2}",
    "{b, []}",
    "{b, [{c, 1}]}",
    "{b, [\n {c, 1},\n {d, 2}]}",
    "{b, [ %% {c, 1}\n ]}",
    "%% {a, 1},\n",
    "%% {b, [{c, 1},\n %%  {d, 2}]}\n",
    " % note\n",
    "\n",
    " ",
    "c",
    "'c'",
    "\"x\"",
    "{\"::1\", 5}",
    "{e, % why\n [{f, 1}]}",
    "{e, [{f, 1}] % end\n}",
    "{g, 1 % note\n}",
    "{g, [1, % one\n 2]}",
    "{h, #{a => 1}}",
    "\r\n",
    "%% {e, [{f, 2}]}, % inside\n",
    "{a, 1, 2}",
    "[{i, 1}, j]",
];

/// Odd pieces of an entry of a login configuration.
const ODD_JAAS: [&str; 24] = [
    "a.M required;",
    "a.M optional;",
    "a.M required x=1;",
    "a.M required x=\"1\" y='2';",
    "b.N sufficient",
    "b.N sufficient /* c */ x=1",
    " x=2 // why\n",
    ";",
    ";",
    " ",
    "\n",
    "\n",
    "// note\n",
    "/* note */",
    "/* a.M required x=3; */",
    "// b.N sufficient x=4;\n",
    "// x=5\n",
    " x = 6",
    " };\nf { ",
    " }; // end\n g {\n",
    "\r\n",
    "a.M REQUIRED z=\"\\\"\";",
    "/* x=7 */",
    "c.O requisite x=1 x=2;",
];

/// A list of odd elements, with commas between those that are elements.
fn odd_terms(pieces: &[(usize, usize)], side: usize) -> String {
    let there = |found: &&(usize, usize)| found.1 == 3 || found.1 != side;
    let mut text = String::from("[");
    let mut before = "";
    for (number, _) in pieces.iter().filter(there) {
        let piece = ODD_ERLANG[*number];
        if !piece.trim().is_empty() && !piece.trim_start().starts_with('%') {
            text.push_str(before);
            before = ", ";
        }
        text.push_str(piece);
    }
    text + "]."
}
/// A text of odd pieces. Each piece stands in some of the three sides: in all of them, or in all
/// but one.
fn odd_text(format: Format, pieces: &[(usize, usize)], side: usize) -> String {
    let known: &[&str] = match format {
        Format::Xml => &ODD_XML,
        Format::Properties => &ODD_PROPERTIES,
        Format::Erlang => return odd_terms(pieces, side),
        Format::Jaas => &ODD_JAAS,
        Format::Ini => &ODD_INI,
        Format::Toml => &ODD_TOML,
        Format::Json => &ODD_JSON,
        Format::Yaml => &ODD_YAML,
        _ => line_texts::odd(format).unwrap_or(&ODD_SHELL),
    };
    let there = |found: &&(usize, usize)| found.1 == 3 || found.1 != side;
    let text: String = pieces.iter().filter(there).map(|found| known[found.0]).collect();
    match format {
        Format::Xml => format!("<root>{text}</root>"),
        Format::Jaas => format!("e {{ {text} }};"),
        Format::Json => format!("{{{text}}}"),
        _ => text,
    }
}
