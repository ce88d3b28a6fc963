//! Erlang terms: reading, changing, settling.

use std::time::{Duration, Instant};

use crate::support::{settle_texts, settled_text};
use refit_settings::{Document, EditError, FileSpec, Format, KeyPattern, ParseProblem};

fn spec() -> FileSpec {
    FileSpec::plain("etc/broker.config", Format::Erlang)
}

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), &spec()).unwrap()
}

fn keys(text: &str) -> Vec<(String, Option<String>)> {
    parse(text).keys().into_iter().map(|key| (key.path, key.value)).collect()
}

fn paths(text: &str) -> Vec<String> {
    keys(text).into_iter().map(|key| key.0).collect()
}

fn value(text: &str, path: &str) -> Option<String> {
    keys(text).into_iter().find(|key| key.0 == path).and_then(|key| key.1)
}

/// The merged text, and no open question.
fn merged(base: &str, site: &str, new: &str) -> String {
    let settled = settle_texts(&spec(), Some(base), site, new);
    let open: Vec<_> = settled.settlement.open().collect();
    assert!(open.is_empty(), "{open:#?}");
    let text = settled_text(&settled, site, new).unwrap();
    parse(&text);
    text
}

const BROKER: &str = "%% Our vendor's example
[
 {rabbit,
  [%% Networking
   %%
   %% {listeners, [5672]},

   %% TLS
   %% {tls, [{cert, \"c.pem\"},
   %%        {verify, none}]},
   {beat, 60},
   {frame, 10} % in kB
  ]},
 {console, [
   %% {port, 1}
  ]}
].
";

#[test]
fn pairs_are_keys_and_lists_of_pairs_are_blocks() {
    let text = "[{a, [{b, [{'C d', 1}]}, {e, [1,  2 , x]}, {\"::1\", 5}, {f, {g, 2}}]},\n\
                 {h, []}, {i, #{j => [1]}}, k, {l, m, n}].";
    assert_eq!(
        paths(text),
        ["a", "a/b", "a/b/C d", "a/e", "a/\"::1\"", "a/f", "h", "i", "k", "{l, m, n}"]
    );
    assert_eq!(value(text, "a/e").as_deref(), Some("[1, 2, x]"));
    assert_eq!(value(text, "a/f").as_deref(), Some("{g, 2}"));
    assert_eq!(value(text, "h"), None);
    assert_eq!(value("[{a, [{h, []}]}].", "a/h").as_deref(), Some("[]"));
}

#[test]
fn entries_in_comments_are_switched_off_and_prose_is_not() {
    assert_eq!(
        paths(BROKER),
        [
            "rabbit",
            "off:rabbit/listeners",
            "off:rabbit/tls",
            "off:rabbit/tls/cert",
            "off:rabbit/tls/verify",
            "rabbit/beat",
            "rabbit/frame",
            "console",
            "off:console/port",
        ]
    );
    let prose = "[\n%% {User, Pass} is a pair\n%% {a, 1} is one too\n%% {a,\n\n%% 1}\n{b, 2}].";
    assert_eq!(paths(prose), ["b"]);
}

#[test]
fn what_is_no_list_of_terms_is_an_error_with_its_place() {
    for (text, line, column, expected) in [
        ("", 1, 1, "a term"),
        ("{a, 1}.", 1, 1, "a list in [ ]"),
        ("[{a, 1}]", 1, 9, "a dot behind the list"),
        ("[{a, 1}].\n[b].", 2, 1, "nothing behind the dot"),
        ("[\n {a, 1}\n {b, 2}].", 3, 2, "a comma or ] here"),
        ("[{a, 1},].", 1, 9, "a term"),
        ("[{a, \"x}].", 1, 6, "a closing quote for this one"),
        ("[{% why\n a, 1}].", 1, 2, "no comment before the comma of this pair"),
    ] {
        let error = Document::parse(text.as_bytes(), &spec()).unwrap_err();
        assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
        assert_eq!(error.problem, ParseProblem::Expected(expected.to_owned()));
    }
    let deep = format!("{}{}.", "[".repeat(300), "]".repeat(300));
    let error = Document::parse(deep.as_bytes(), &spec()).unwrap_err();
    assert_eq!(error.problem, ParseProblem::TooDeep { limit: 200 });
}

#[test]
fn values_are_changed_in_their_places() {
    let changed = parse(BROKER).with_value("rabbit/beat", "[1, 2]").unwrap();
    assert_eq!(
        changed.print().unwrap().expose(),
        BROKER.replace("{beat, 60}", "{beat, [1, 2]}").as_bytes()
    );
    for bad in ["Var", "1, 2", "[", "", "1 % x"] {
        let error = parse(BROKER).with_value("rabbit/beat", bad).unwrap_err();
        assert!(matches!(error, EditError::NotExpressible { .. }), "{bad}: {error}");
    }
}

#[test]
fn secrets_are_set_apart() {
    let text = "[{rabbit, [{password, <<\"hunter2\">>},\n %% {db_password, \"hunter3\"},\n \
                {broker, \"amqp://bob:hunter4@host\"}, {\"amqp://eve:hunter5@host\", 1}]}].";
    let document = parse(text);
    let template = document.template();
    assert!(!template.text.contains("hunter"), "{}", template.text);
    assert!(!format!("{:?}", document.keys()).contains("hunter"));
    assert_eq!(document.print().unwrap().expose(), text.as_bytes());
    let mut spec = spec();
    spec.secrets = vec![KeyPattern("**/default_pass".to_owned())];
    let text = "[{rabbit, [{default_pass, <<\"hunter2\">>}]}].";
    let document = Document::parse(text.as_bytes(), &spec).unwrap();
    assert!(!document.template().text.contains("hunter"));
}

#[test]
fn changes_of_both_sides_come_together_with_commas_between() {
    let site = BROKER
        .replace("   {frame, 10} % in kB\n", "   {frame, 10}, % in kB\n   {mode, heal}\n")
        .replace("{port, 1}", "{port, 1}\n   %% ours: behind a proxy");
    let new =
        BROKER.replace("{beat, 60}", "{beat, 70}").replace("\n  ]},", ",\n   {fresh, 1}\n  ]},");
    let new = new.replace("% in kB,\n   {fresh", ", % in kB\n   {fresh").replace("10} ,", "10},");
    let expected = new
        .replace("   {fresh, 1}\n", "   {mode, heal},\n   {fresh, 1}\n")
        .replace("{port, 1}", "{port, 1}\n   %% ours: behind a proxy");
    assert_eq!(merged(BROKER, &site, &new), expected);
}

#[test]
fn an_example_that_the_site_switched_on_is_on_in_the_new_default() {
    let tls = "%% {tls, [{cert, \"c.pem\"},\n   %%        {verify, none}]},";
    let site = BROKER.replace(tls, "{tls, [{cert, \"ours.pem\"},\n          {verify, none}]},");
    let new = BROKER.replace("%% TLS", "%% TLS, see the guide");
    let expected = site.replace("%% TLS", "%% TLS, see the guide");
    assert_eq!(merged(BROKER, &site, &new), expected);
    // The last one of its block, without a comma; what was the last one now needs one.
    let site = BROKER.replace("%% {port, 1}", "{port, 9}");
    let new = BROKER.replace("{beat, 60}", "{beat, 61}");
    assert_eq!(merged(BROKER, &site, &new), new.replace("%% {port, 1}", "{port, 9}"));
}

#[test]
fn what_the_site_switched_off_stays_off_and_commas_fit() {
    let site = BROKER
        .replace("{beat, 60},", "%% {beat, 60},")
        .replace("   {frame, 10} % in kB\n", "   %% {frame, 10} % in kB\n");
    let new = BROKER.replace("{port, 1}", "{port, 2}");
    let result = merged(BROKER, &site, &new);
    assert!(!paths(&result).contains(&"rabbit/beat".to_owned()), "{result}");
    assert!(result.contains("%% {beat, 60},"), "{result}");
    assert!(result.contains("{port, 2}"), "{result}");
}

#[test]
fn the_first_and_the_last_entry_can_go_and_an_empty_list_be_filled() {
    let base = "[{a, [{b, 1}, {c, 2}, {d, 3}]}, {e, []}].";
    let new = "[{a, [{b, 1}, {c, 5}, {d, 3}]}, {e, []}].";
    let site = "[{a, [{c, 2}]}, {e, [{f, 1},\n  {g, 2}]}].";
    assert_eq!(merged(base, site, new), "[{a, [{c, 5}]}, {e, [{f, 1},\n  {g, 2}]}].");
    let site = "[{a, [{b, 1}, {c, 2}, {d, 3}, {z, 9}]}].";
    assert_eq!(merged(base, site, new), "[{a, [{b, 1}, {c, 5}, {d, 3}, {z, 9}]}].");
}

#[test]
fn plugins_are_merged_one_by_one() {
    let base = "[management,stomp].\n";
    let site = "[management,stomp,shovel].\n";
    let new = "[management,prometheus].\n";
    assert_eq!(merged(base, site, new), "[management,shovel,prometheus].\n");
}

#[test]
fn a_note_inside_or_around_a_value_is_not_lost() {
    let base = "[{a, [{b, [1, 2]}, {c, 1}]}].";
    let new = "[{a, [{b, [1, 2]}, {c, 2}]}].";
    for site in [
        "[{a, [{b, [1, % one\n 2]}, {c, 1}]}].",
        "[{a, [{b, [1, 2] % end\n}, {c, 1}]}].",
        "[{a, % head\n [{b, [1, 2]}, {c, 1}]}].",
        "[{a, [{b, [1, 2]}, {c, 1}] % tail\n }].",
    ] {
        let settled = settle_texts(&spec(), Some(base), site, new);
        let note = site.split('%').nth(1).unwrap().lines().next().unwrap();
        match settled_text(&settled, site, new) {
            Some(text) => assert!(text.contains(note) && text.contains("{c, 2}"), "{text}"),
            None => assert!(settled.settlement.open().count() > 0),
        }
    }
}

#[test]
fn what_was_wrong_before_is_told_and_stays() {
    let base = "[{a, [{b, 1}]}].";
    let site = "[{a, [{b, 1}, {b, 2}, {user, <<bob>>}]}].";
    let new = "[{a, [{b, 1}, {c, 1}]}].";
    let settled = settle_texts(&spec(), Some(base), site, new);
    let text = settled_text(&settled, site, new).unwrap();
    assert!(text.contains("{b, 1}") && text.contains("{b, 2}"), "{text}");
    assert!(text.contains("<<bob>>"), "{text}");
    let remarks = format!("{:?}", settled.settlement.remarks);
    assert!(remarks.contains("several of these"), "{remarks}");
    assert!(remarks.contains("without quotes"), "{remarks}");
}

#[test]
fn a_large_file_is_read_quickly() {
    let size = 1 << 18;
    for line in ["%% {a, [{b, 1},\n", "%% {a, [\n", "%% {a, 1}\n", "%% prose\n", "% {\"\n"] {
        let text = format!("[\n{}].", line.repeat(size / line.len()));
        let started = Instant::now();
        // More keys than any real file has are an error of their own.
        let read = Document::parse(text.as_bytes(), &spec()).is_ok();
        // The limit is for a build with optimisations, this one has none.
        let took = started.elapsed();
        assert!(took < Duration::from_secs(10), "{line}: {took:?}, {read}");
    }
}

#[test]
fn what_the_site_switched_on_stays_though_the_vendor_says_otherwise() {
    let base = "[{app, [\n %% {from, common},\n {a, 1}\n]}].\n";
    let site = "[{app, [\n {from, common},\n {a, 1}\n]}].\n";
    let new = "[{app, [\n %% {from, other},\n {a, 1}\n]}].\n";
    let settled = settle_texts(&spec(), Some(base), site, new);
    assert_eq!(settled_text(&settled, site, new).unwrap(), site);
    let mut remarks = settled.settlement.remarks.iter();
    assert!(remarks.any(|remark| remark.text.contains("switched on the vendor's example")));
}
