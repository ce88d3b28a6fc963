//! Settlements of small files, one question at a time.

use crate::support::{settle_texts, settle_with, settled_text};
use refit_model::{
    Decision, KEEP_SITE, KeyOutcome, Outcome, Remark, Seen, SettledFile, Shown, TAKE_NEW,
};
use refit_settings::{Document, FileSpec, KeyPattern, Rule, Settled, question, settle_brought};

fn spec(toml: &str) -> FileSpec {
    toml::from_str(toml).unwrap()
}

/// A broker's file: connectors are endpoints, the directory is where the store is.
fn broker() -> FileSpec {
    spec(
        r#"
        path = "conf/broker.xml"
        format = "xml"
        identities = [{ element = "broker", attributes = [] }]
        values = [
            { key = "**/connector[*]/@uri", kind = "uri" },
            { key = "**/entry[*]/@read", kind = "comma-list" },
        ]
        guards = [
            { key = "**/connector*/**", what = "endpoint" },
            { key = "broker/store/@directory", what = "storage" },
        ]
        "#,
    )
}

fn properties() -> FileSpec {
    spec("path = \"conf/a.properties\"\nformat = \"properties\"")
}

fn environment() -> FileSpec {
    spec(
        r#"
        path = "bin/env"
        format = "shell-environment"
        values = [{ key = "*OPTS*", kind = "jvm-arguments" }]
        "#,
    )
}

fn rules(toml: &str) -> Vec<Rule> {
    #[derive(serde::Deserialize)]
    struct Rules {
        rule: Vec<Rule>,
    }
    toml::from_str::<Rules>(toml).unwrap().rule
}

fn decision(subject: &str, choice: &str) -> Decision {
    Decision {
        subject: subject.to_owned(),
        choice: choice.to_owned(),
        seen: None,
        by: "test".to_owned(),
        why: String::new(),
    }
}

fn written(spec: &FileSpec, base: &str, site: &str, new: &str) -> String {
    let settled = settle_texts(spec, Some(base), site, new);
    let open: Vec<_> = settled.settlement.open().collect();
    assert!(open.is_empty(), "{open:#?}");
    settled_text(&settled, site, new).unwrap()
}

fn outcome<'a>(settled: &'a Settled, key: &str) -> &'a KeyOutcome {
    settled.settlement.outcomes.iter().find(|found| found.key == key).unwrap()
}

const CONNECTORS: &str = r#"<broker>
  <!-- endpoints -->
  <connector name="main" uri="tcp://0.0.0.0:1?max=10&amp;frame=100"/>
  <connector name="stomp" uri="stomp://0.0.0.0:2?max=10"/>
</broker>
"#;

/// The first remark about a key.
fn remark<'a>(settled: &'a Settled, key: &str) -> &'a str {
    let about = |remark: &&Remark| remark.key.as_deref() == Some(key);
    settled.settlement.remarks.iter().find(about).map_or("", |remark| remark.text.as_str())
}

#[test]
fn parameters_of_one_uri_come_from_both_sides() {
    let site = CONNECTORS.replace("tcp://0.0.0.0:1", "ssl://0.0.0.0:11");
    let new = CONNECTORS.replace("frame=100", "frame=5");
    let result = written(&broker(), CONNECTORS, &site, &new);
    assert_eq!(result, new.replace("tcp://0.0.0.0:1", "ssl://0.0.0.0:11"));
}

#[test]
fn what_the_site_added_stands_where_it_stood() {
    let site = CONNECTORS.replace(
        "</broker>",
        "\n  <!-- ours -->\n  <plugins><audit level='1'/></plugins>\n</broker>",
    );
    let new =
        CONNECTORS.replace("<broker>", "<broker id=\"b\">").replace("endpoints", "end points");
    let result = written(&broker(), CONNECTORS, &site, &new);
    assert_eq!(
        result,
        new.replace(
            "</broker>",
            "\n  <!-- ours -->\n  <plugins><audit level='1'/></plugins>\n</broker>"
        )
    );
}

#[test]
fn a_switched_off_connector_stays_off_and_its_note_stays() {
    let off = "<!--connector name=\"stomp\" uri=\"stomp://0.0.0.0:2?max=10\"/-->";
    let site =
        CONNECTORS.replace("<connector name=\"stomp\" uri=\"stomp://0.0.0.0:2?max=10\"/>", off);
    let new = CONNECTORS.replace("max=10", "max=20");
    let settled = settle_texts(&broker(), Some(CONNECTORS), &site, &new);
    let result = settled_text(&settled, &site, &new).unwrap();
    assert!(result.contains(off), "{result}");
    assert!(!result.contains("<connector name=\"stomp\""), "{result}");
    assert!(result.contains("max=20"), "{result}");
    assert!(settled.settlement.remarks.iter().any(|remark| remark.text.contains("stays off")));
}

#[test]
fn a_switched_on_example_stays_on_in_the_new_form() {
    let live = "<connector name=\"stomp\" uri=\"stomp://0.0.0.0:2?max=10\"/>";
    let base = CONNECTORS.replace(live, &format!("<!-- {live} -->"));
    let site = CONNECTORS.replace("0.0.0.0:2", "0.0.0.0:22");
    let new = base.replace("max=10", "max=20");
    let result = written(&broker(), &base, &site, &new);
    assert_eq!(result, CONNECTORS.replace("max=10", "max=20").replace("0.0.0.0:2?", "0.0.0.0:22?"));
}

#[test]
fn what_the_vendor_comments_out_stays_live_if_it_is_guarded() {
    let live = "<connector name=\"stomp\" uri=\"stomp://0.0.0.0:2?max=10\"/>";
    let new = CONNECTORS.replace(live, &format!("<!-- {live} -->"));
    let settled = settle_texts(&broker(), Some(CONNECTORS), CONNECTORS, &new);
    assert_eq!(settled_text(&settled, CONNECTORS, &new).as_deref(), Some(CONNECTORS));
    let told =
        |text: &str| settled.settlement.remarks.iter().any(|remark| remark.text.contains(text));
    assert!(told("stays in force"));

    let unguarded = FileSpec { guards: Vec::new(), ..broker() };
    assert_eq!(written(&unguarded, CONNECTORS, CONNECTORS, &new), new);

    let subject = "conf/broker.xml#broker/connector[stomp]";
    let off = [decision(subject, TAKE_NEW)];
    let settled = settle_with(&broker(), Some(CONNECTORS), CONNECTORS, &new, &[], &off);
    assert_eq!(settled_text(&settled, CONNECTORS, &new), Some(new));
}

#[test]
fn a_guarded_connector_that_is_gone_is_a_question() {
    let new =
        CONNECTORS.replace("  <connector name=\"stomp\" uri=\"stomp://0.0.0.0:2?max=10\"/>\n", "");
    let settled = settle_texts(&broker(), Some(CONNECTORS), CONNECTORS, &new);
    assert_eq!(settled.settlement.result, SettledFile::Open);
    assert!(settled.content.is_none());
    let open: Vec<_> = settled.settlement.open().collect();
    assert_eq!(open.len(), 1);
    let asked = question(&settled.settlement, open[0]).unwrap();
    assert_eq!(asked.subject, "conf/broker.xml#broker/connector[stomp]");
    assert!(asked.text.contains("endpoint"), "{}", asked.text);

    let keep = [decision(&asked.subject, KEEP_SITE)];
    let settled = settle_with(&broker(), Some(CONNECTORS), CONNECTORS, &new, &[], &keep);
    assert_eq!(settled.settlement.result, SettledFile::AsSite);
    let drop = [decision(&asked.subject, TAKE_NEW)];
    let settled = settle_with(&broker(), Some(CONNECTORS), CONNECTORS, &new, &[], &drop);
    assert_eq!(settled.settlement.result, SettledFile::AsNew);
}

#[test]
fn a_moved_endpoint_or_store_stays_and_a_parameter_does_not() {
    let base = "<broker>\n  <store directory=\"data\"/>\n  <connector name=\"a\" uri=\"tcp://h:1?x=1\"/>\n</broker>";
    let spec = broker();
    let new = base.replace("x=1", "x=2");
    assert_eq!(written(&spec, base, base, &new), new);
    for (old, other, key) in [
        ("h:1", "h:2", "broker/connector[a]/@uri"),
        ("\"data\"", "\"store\"", "broker/store/@directory"),
    ] {
        let settled = settle_texts(&spec, Some(base), base, &base.replace(old, other));
        assert_eq!(settled.settlement.result, SettledFile::AsSite);
        assert_eq!(outcome(&settled, key).outcome, Outcome::Kept);
        assert!(remark(&settled, key).contains("stays"), "{key}");
    }
}

#[test]
fn of_two_different_changes_the_sites_holds_and_is_told() {
    let (base, site, new) = ("a=1\nb=1\n", "a=2\nb=1\n", "a=3\nb=2\n");
    let settled = settle_texts(&properties(), Some(base), site, new);
    assert_eq!(settled_text(&settled, site, new).as_deref(), Some("a=2\nb=2\n"));
    let kept = outcome(&settled, "a");
    assert_eq!(kept.outcome, Outcome::Kept);
    assert_eq!(kept.site, Some(Shown::Text("2".to_owned())));
    assert_eq!(kept.new, Some(Shown::Text("3".to_owned())));
    assert!(remark(&settled, "a").contains("both") || remark(&settled, "a").contains("Both"));

    for (choice, expected) in
        [(KEEP_SITE, "a=2\nb=2\n"), (TAKE_NEW, "a=3\nb=2\n"), ("value:4", "a=4\nb=2\n")]
    {
        let decisions = [decision("conf/a.properties#a", choice)];
        let settled = settle_with(&properties(), Some(base), site, new, &[], &decisions);
        assert_eq!(settled_text(&settled, site, new).as_deref(), Some(expected), "{choice}");
    }
}

#[test]
fn a_decision_holds_only_for_what_its_maker_saw() {
    let (base, site, new) = ("a=1\n", "a=2\n", "a=3\n");
    let seen = |site: &str| Seen {
        site: Some(Shown::Text(site.to_owned())),
        new: Some(Shown::Text("3".to_owned())),
    };
    for (seen_site, expected) in [("2", "a=3\n"), ("5", "a=2\n")] {
        let decisions =
            [Decision { seen: Some(seen(seen_site)), ..decision("conf/a.properties#a", TAKE_NEW) }];
        let found = settle_with(&properties(), Some(base), site, new, &[], &decisions);
        assert_eq!(settled_text(&found, site, new).as_deref(), Some(expected));
    }
}

#[test]
fn what_the_vendor_took_away_goes_unless_the_site_had_changed_it() {
    let (base, new) = ("a=1\nb=1\n", "a=1\n");
    assert_eq!(written(&properties(), base, base, new), new);
    let settled = settle_texts(&properties(), Some(base), "a=1\nb=2\n", new);
    assert_eq!(outcome(&settled, "b").outcome, Outcome::Kept);
    assert!(remark(&settled, "b").contains("no longer has it"));
}

#[test]
fn a_block_of_the_vendors_that_is_gone_is_a_question_if_the_site_changed_a_little_of_it() {
    let base = "<r><a><b x='1'/><c x='1'/><d x='1'/></a></r>";
    let settled =
        settle_texts(&broker(), Some(base), &base.replace("<b x='1'", "<b x='2'"), "<r/>");
    assert!(matches!(outcome(&settled, "r/a").outcome, Outcome::NeedsDecision(_)));
    let site = "<r><a><e x='1'/><f x='1'/></a></r>";
    let settled = settle_texts(&broker(), Some("<r><a><e x='0'/></a></r>"), site, "<r/>");
    assert_eq!(outcome(&settled, "r/a").outcome, Outcome::Kept);
}

#[test]
fn rules_remove_rename_translate_and_warn() {
    let rules = rules(
        r#"
        [[rule]]
        id = "gone"
        file = "conf/a.properties"
        key = "old.*"
        since = "2.0"
        action = "remove"
        why = "nothing reads it"
        source = "test"
        [[rule]]
        id = "renamed"
        file = "conf/a.properties"
        key = "master.*"
        since = "2.0"
        action = { rename = { to = "primary.{1}" } }
        why = "renamed"
        source = "test"
        [[rule]]
        id = "translated"
        file = "conf/a.properties"
        key = "role"
        since = "2.0"
        action = { translate = { values = [["admin", "admins"]] } }
        why = "renamed"
        source = "test"
        [[rule]]
        id = "warned"
        file = "conf/a.properties"
        key = "role"
        since = "2.0"
        action = "warn"
        why = "look here"
        source = "test"
        [[rule]]
        id = "other"
        file = "conf/other.properties"
        key = "**"
        since = "2.0"
        action = "refuse"
        why = "not this file"
        source = "test"
        "#,
    );
    let base = "old.x=1\nmaster.a=1\nmaster.b=1\nrole=user\n";
    let site = "old.x=5\nmaster.a=2\nmaster.b=1\nrole=admin\n";
    let new = "primary.a=1\nprimary.b=3\nrole=users\n";
    let settled = settle_with(&properties(), Some(base), site, new, &rules, &[]);
    let result = settled_text(&settled, site, new).unwrap();
    assert_eq!(result, "primary.a=2\nprimary.b=3\nrole=admins\n");
    let gone = outcome(&settled, "old.x");
    assert_eq!(gone.outcome, Outcome::Dropped("nothing reads it".to_owned()));
    assert_eq!(gone.rule.as_ref().map(|rule| rule.id.as_str()), Some("gone"));
    let moved = Outcome::Moved("conf/a.properties#primary.a".to_owned());
    assert_eq!(outcome(&settled, "master.a").outcome, moved);
    let role = outcome(&settled, "role");
    assert_eq!(role.outcome, Outcome::Translated);
    assert_eq!(role.site, Some(Shown::Text("admin".to_owned())));
    assert!(settled.settlement.remarks.iter().any(|remark| remark.text == "look here"));
}

#[test]
fn a_rule_puts_elements_and_attributes_into_another_holder() {
    let rules = rules(
        r#"
        [[rule]]
        id = "bind"
        file = "conf/broker.xml"
        key = "broker/web/@bind"
        since = "2.0"
        action = { rename = { to = "broker/web/binding/@uri" } }
        why = "a new layout"
        source = "test"
        [[rule]]
        id = "app"
        file = "conf/broker.xml"
        key = "broker/web/app[*]"
        since = "2.0"
        action = { rename = { to = "broker/web/binding/app[{1}]" } }
        why = "a new layout"
        source = "test"
        "#,
    );
    let spec = broker();
    let base = "<broker>\n  <web bind=\"http://h:1\" path=\"web\">\n    <app id=\"a\" war=\"a.war\"/>\n  </web>\n</broker>\n";
    let site = base
        .replace("h:1", "h:9")
        .replace("  </web>", "    <app id=\"own\" war=\"own.war\"/>\n  </web>");
    let new = "<broker>\n  <web path=\"web\">\n    <binding uri=\"http://h:1\">\n      <app id=\"a\" war=\"b.war\"/>\n    </binding>\n  </web>\n</broker>\n";
    let settled = settle_with(&spec, Some(base), &site, new, &rules, &[]);
    let expected = new
        .replace("h:1", "h:9")
        .replace("b.war\"/>\n", "b.war\"/>\n      <app id=\"own\" war=\"own.war\"/>\n");
    assert_eq!(settled_text(&settled, &site, new), Some(expected));
    let moved = Outcome::Moved("conf/broker.xml#broker/web/binding/@uri".to_owned());
    assert_eq!(outcome(&settled, "broker/web/@bind").outcome, moved);
}

#[test]
fn rules_join_keys_and_tell_of_what_is_not_there() {
    let rules = rules(
        r#"
        [[rule]]
        id = "joined"
        file = "conf/a.properties"
        key = "port"
        since = "2.0"
        unless = ["listeners"]
        action = { join = { with = ["host"], to = "listeners", value = "tcp://{host|*}:{port|7}" } }
        why = "one key now"
        source = "test"
        [[rule]]
        id = "absent"
        file = "conf/a.properties"
        key = "anonymous"
        since = "2.0"
        given = ["type", "kind"]
        action = "warn-absent"
        why = "refused without it"
        source = "test"
        [[rule]]
        id = "added"
        file = "conf/a.properties"
        key = "cluster"
        since = "2.0"
        action = "warn-added"
        why = "the same on all nodes"
        source = "test"
        [[rule]]
        id = "node-type"
        file = "conf/a.properties"
        key = "type"
        value = "r*m"
        since = "2.0"
        action = "remove"
        why = "gone"
        source = "test"
        "#,
    );
    let (base, new) = ("port=7\ntype=disc\n", "cluster=c\ntype=disc\n");
    let told = |settled: &Settled| -> Vec<String> {
        settled.settlement.remarks.iter().map(|remark| remark.text.clone()).collect()
    };
    let site = "port=8\nhost=h\ntype=ram\n";
    let settled = settle_with(&properties(), Some(base), site, new, &rules, &[]);
    let result = settled_text(&settled, site, new).unwrap();
    assert!(result.contains("listeners=tcp://h:8\n"), "{result}");
    assert!(!result.contains("port=") && !result.contains("host=") && !result.contains("ram"));
    let moved = Outcome::Moved("conf/a.properties#listeners".to_owned());
    assert_eq!(outcome(&settled, "host").outcome, moved);
    assert_eq!(outcome(&settled, "port").outcome, moved);
    assert_eq!(told(&settled), ["refused without it", "the same on all nodes", "gone"]);

    let site = "port=7\n";
    let settled = settle_with(&properties(), Some(base), site, new, &rules, &[]);
    assert_eq!(told(&settled), ["the same on all nodes"]);

    let site = "port=7\ntype=disc\nanonymous=yes\n";
    let settled = settle_with(&properties(), Some(base), site, new, &rules, &[]);
    let result = settled_text(&settled, site, new).unwrap();
    assert!(result.contains("listeners=tcp://*:7\n") && result.contains("type=disc"), "{result}");
    assert_eq!(told(&settled), ["the same on all nodes"]);

    let site = "port=7\nlisteners=tcp://x:1\ntype=disc\nanonymous=yes\n";
    let settled = settle_with(&properties(), Some(base), site, new, &rules, &[]);
    let result = settled_text(&settled, site, new).unwrap();
    assert!(result.contains("listeners=tcp://x:1\n") && !result.contains("port="), "{result}");
}

#[test]
fn keys_that_no_version_knows_are_told_and_stay() {
    let known = FileSpec {
        known: vec![KeyPattern("a".to_owned()), KeyPattern("log.*".to_owned())],
        ..properties()
    };
    let site = "a=2\nlog.x=1\nmax_size=3\n#off=1\n";
    let settled = settle_texts(&known, Some("a=1\n"), site, "a=1\n");
    let told: Vec<_> =
        settled.settlement.remarks.iter().filter_map(|remark| remark.key.as_deref()).collect();
    assert_eq!(told, ["max_size"]);
    assert!(settled_text(&settled, site, "a=1\n").unwrap().contains("max_size=3"));
}

#[test]
fn a_rule_moves_what_the_site_set_into_another_file() {
    let rules = rules(
        r#"
        [[rule]]
        id = "port"
        file = "conf/a.properties"
        key = "console.*"
        since = "2.0"
        action = { move = { file = "conf/b.properties", to = "http.{1}" } }
        why = "it stands there now"
        source = "test"
        "#,
    );
    let base = "console.port=1\nconsole.host=h\na=1\n";
    let site = "console.port=9\nconsole.host=h\na=1\nconsole.password=secret1\n";
    let new = "a=1\n";
    let settled = settle_with(&properties(), Some(base), site, new, &rules, &[]);
    assert_eq!(settled_text(&settled, site, new).as_deref(), Some(new));
    let moved = Outcome::Moved("conf/b.properties#http.port".to_owned());
    assert_eq!(outcome(&settled, "console.port").outcome, moved);
    assert!(matches!(outcome(&settled, "console.host").outcome, Outcome::Dropped(_)));
    assert_eq!(settled.moved.len(), 2);

    let spec = spec("path = \"conf/b.properties\"\nformat = \"properties\"");
    let vendors = Document::parse(b"# ports\nhttp.port=1\nstore.password=OBF:x\n", &spec).unwrap();
    let brought = settle_brought(&vendors, &settled.moved, &"2.0".parse().unwrap()).unwrap();
    let template = brought.content.unwrap();
    assert_eq!(template.slots.len(), 1);
    assert_eq!(
        template.redacted(),
        "# ports\nhttp.port=9\nstore.password=OBF:x\nhttp.password=(secret)\n"
    );
}

#[test]
fn rules_keep_ask_and_refuse() {
    let rule = |action: &str, when: &str| {
        rules(&format!(
            "[[rule]]\nid = \"r\"\nfile = \"conf/a.properties\"\nkey = \"a\"\nsince = \"2.0\"\n\
             action = {action}\nwhy = \"because\"\nsource = \"test\"\n{when}"
        ))
    };
    let (base, new) = ("a=1\n", "a=2\n");
    let kept = settle_with(&properties(), Some(base), base, new, &rule("\"keep-site\"", ""), &[]);
    assert_eq!(kept.settlement.result, SettledFile::AsSite);
    let ask = rule("{ ask = { question = \"Which?\" } }", "");
    let asked = settle_with(&properties(), Some(base), base, new, &ask, &[]);
    assert_eq!(outcome(&asked, "a").outcome, Outcome::NeedsDecision("Which?".to_owned()));
    let equal = settle_with(&properties(), Some(base), base, base, &ask, &[]);
    assert_eq!(equal.settlement.result, SettledFile::AsSite);
    let decisions = [decision("conf/a.properties#a", TAKE_NEW)];
    let decided = settle_with(&properties(), Some(base), base, new, &ask, &decisions);
    assert_eq!(decided.settlement.result, SettledFile::AsNew);
    let refuse = rule("\"refuse\"", "");
    let refused = settle_with(&properties(), Some(base), base, new, &refuse, &decisions);
    assert_eq!(refused.settlement.result, SettledFile::Open);
    let unknown = rule("\"remove\"", "when = { true = \"no.such.fact\" }");
    let doubtful = settle_with(&properties(), Some(base), base, new, &unknown, &[]);
    assert_eq!(doubtful.settlement.open().count(), 1);
}

#[test]
fn a_removed_element_takes_its_line_along() {
    let base = "<beans>\n  <bean id=\"a\"/>\n\n  <bean id=\"log\" class=\"x\">\n  </bean>\n  <bean id=\"b\"/>\n</beans>\n";
    let site = base.replace("id=\"b\"", "id=\"b\" own=\"1\"");
    let rules = rules(
        r#"
        [[rule]]
        id = "log"
        file = "conf/beans.xml"
        key = "beans/bean[log]/**"
        since = "2.0"
        action = "remove"
        why = "no such class"
        source = "test"
        "#,
    );
    let spec = spec("path = \"conf/beans.xml\"\nformat = \"xml\"");
    let settled = settle_with(&spec, Some(base), &site, base, &rules, &[]);
    let result = settled_text(&settled, &site, base).unwrap();
    assert_eq!(result, "<beans>\n  <bean id=\"a\"/>\n  <bean id=\"b\" own=\"1\"/>\n</beans>\n");
}

#[test]
fn prefixes_of_the_site_come_along() {
    let base =
        "<beans xmlns=\"urn:beans\">\n  <b:broker xmlns:b=\"urn:b\">\n  </b:broker>\n</beans>\n";
    let site = "<x:beans xmlns:x=\"urn:beans\" xmlns=\"urn:b\">\n  <broker>\n    <plugin a=\"1\"/>\n  </broker>\n</x:beans>\n";
    let new = base.replace("<b:broker xmlns:b=\"urn:b\"", "<b:broker xmlns:b=\"urn:b\" id=\"i\"");
    let result = written(
        &spec(
            "path = \"c.xml\"\nformat = \"xml\"\nidentities = [{ element = \"broker\", attributes = [] }]",
        ),
        base,
        site,
        &new,
    );
    assert!(result.contains("<plugin xmlns=\"urn:b\" a=\"1\"/>"), "{result}");
}

#[test]
fn entries_without_names_are_told_apart_by_what_they_hold() {
    let bean = |path: &str, more: &str| {
        format!(
            "  <bean>\n    <p n=\"path\" v=\"{path}\"/>\n    <p n=\"log\" v=\"1\"/>{more}\n  </bean>\n"
        )
    };
    let list = |beans: &[String]| format!("<list>\n{}</list>\n", beans.concat());
    let base = list(&[bean("/admin", ""), bean("/api", "")]);
    let site = list(&[bean("/own", ""), bean("/admin", ""), bean("/api", "")]);
    let new = list(&[bean("/admin", "<p n=\"new\" v=\"2\"/>"), bean("/api", "")]);
    let expected =
        list(&[bean("/own", ""), bean("/admin", "<p n=\"new\" v=\"2\"/>"), bean("/api", "")]);
    assert_eq!(written(&spec("path = \"c.xml\"\nformat = \"xml\""), &base, &site, &new), expected);
}

#[test]
fn the_environment_file_is_settled_inside_of_blocks() {
    let base = "#!/bin/sh\nMEMORY_OPTS=\"-Xms64M -Xmx1G\"\n#OPTS=\"$OPTS -Daudit=true\"\nKILL=30\n";
    let site = "#!/bin/sh\nMEMORY_OPTS=\"-Xms256M -Xmx4G\"\nOPTS=\"$OPTS -Daudit=true\"\nKILL=30\n\nexport OWN='a b'\numask 027\n";
    let new = "#!/bin/sh\nif [ -z \"$MEMORY_OPTS\" ] ; then\n    MEMORY_OPTS=\"-Xms64M -Xmx1G $OOM\"\nfi\n#OPTS=\"$OPTS -Daudit=true\"\nKILL=60\n";
    let result = written(&environment(), base, site, new);
    assert_eq!(
        result,
        "#!/bin/sh\nif [ -z \"$MEMORY_OPTS\" ] ; then\n    MEMORY_OPTS=\"-Xms256M -Xmx4G $OOM\"\nfi\nOPTS=\"$OPTS -Daudit=true\"\nKILL=60\n\nexport OWN='a b'\numask 027\n"
    );
}

#[test]
fn duplicate_keys_are_told_and_not_repaired() {
    let base = "a=1\nb=1\n";
    let site = "a=1\nb=1\na=2\n";
    let settled = settle_texts(&properties(), Some(base), site, "a=1\nb=2\n");
    assert_eq!(settled_text(&settled, site, "").as_deref(), Some("a=1\nb=2\na=2\n"));
    assert!(settled.settlement.remarks.iter().any(|remark| remark.text.contains("more than once")));
}

#[test]
fn the_sites_line_ends_and_encoding_do_not_mix_with_the_vendors() {
    let base = "a=1\nb=1\n";
    let site = "a=1\r\nb=1\r\nown=2\r\n";
    assert_eq!(written(&properties(), base, site, "a=3\nb=1\n"), "a=3\nb=1\nown=2\n");
}

#[test]
fn a_file_that_is_shipped_no_more_goes_or_is_a_question() {
    let spec = properties();
    let settle = |site: &str, decisions: &[Decision]| {
        let parse = |text: &str| refit_settings::Document::parse(text.as_bytes(), &spec).unwrap();
        let (base, site) = (parse("a=1\n"), parse(site));
        let target = "2.0".parse().unwrap();
        refit_settings::settle(&refit_settings::SettleInput {
            base: Some(refit_settings::Base::Document(&base)),
            lineage: &refit_model::Lineage::Own,
            site: &site,
            new: None,
            rules: &[],
            facts: &refit_model::Facts::new(),
            decisions,
            brought: &[],
            target: &target,
        })
        .settlement
    };
    assert_eq!(settle("a=1\n", &[]).result, SettledFile::Absent);
    let open = settle("a=2\n", &[]);
    assert_eq!(open.result, SettledFile::Open);
    let asked: Vec<_> = open.open().filter_map(|key| question(&open, key)).collect();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        settle("a=2\n", &[decision(&asked[0].subject, KEEP_SITE)]).result,
        SettledFile::AsSite
    );
    assert_eq!(
        settle("a=2\n", &[decision(&asked[0].subject, TAKE_NEW)]).result,
        SettledFile::Absent
    );
}

#[test]
fn a_file_whose_inside_is_not_read_is_settled_whole() {
    let spec = spec("path = \"conf/login.config\"\nformat = \"opaque\"");
    let result = |base: &str, site: &str, new: &str| {
        settle_texts(&spec, Some(base), site, new).settlement.result
    };
    assert_eq!(result("a", "b", "a"), SettledFile::AsSite);
    assert_eq!(result("a", "a", "b"), SettledFile::AsNew);
    assert_eq!(result("a", "b", "b"), SettledFile::AsSite);
    assert_eq!(result("a", "b", "c"), SettledFile::Open);
    let decisions = [decision("conf/login.config#(whole file)", TAKE_NEW)];
    let settled = settle_with(&spec, Some("a"), "b", "c", &[], &decisions);
    assert_eq!(settled.settlement.result, SettledFile::AsNew);
}

#[test]
fn a_question_about_a_part_of_what_the_site_added_is_asked() {
    let rules = rules(
        r#"
        [[rule]]
        id = "part"
        file = "conf/broker.xml"
        key = "**/strategy/**"
        since = "2.0"
        action = { ask = { question = "Drop it?" } }
        why = "the new version does not know it"
        source = "test"
        "#,
    );
    let own = "<policy><limit/><strategy kind=\"x\"/></policy>";
    let site = CONNECTORS.replace("</broker>", &format!("  {own}\n</broker>"));
    let new = CONNECTORS.replace("<broker>", "<broker id=\"1\">");
    let key = "broker/policy/strategy";
    let asked = settle_with(&broker(), Some(CONNECTORS), &site, &new, &rules, &[]);
    let open: Vec<_> = asked.settlement.open().map(|open| open.key.as_str()).collect();
    assert_eq!(open, [key]);
    for (choice, expected) in [(KEEP_SITE, own), (TAKE_NEW, "<policy><limit/></policy>")] {
        let decisions = [decision(&format!("conf/broker.xml#{key}"), choice)];
        let settled = settle_with(&broker(), Some(CONNECTORS), &site, &new, &rules, &decisions);
        let result = settled_text(&settled, &site, &new).unwrap();
        assert!(result.contains(expected), "{choice}: {result}");
    }
}

#[test]
fn both_putting_something_else_in_one_place_is_a_question() {
    let spec = spec(
        "path = \"c.xml\"\nformat = \"xml\"\n\
         identities = [{ element = \"import\", attributes = [\"resource\"] }]",
    );
    let file = |resource: &str| format!("<beans>\n  <import resource=\"{resource}\"/>\n</beans>\n");
    let (base, site, new) = (file("a.xml"), file("own.xml"), file("b.xml"));
    let settled = settle_texts(&spec, Some(&base), &site, &new);
    let open: Vec<_> = settled.settlement.open().map(|open| open.key.as_str()).collect();
    assert_eq!(open, ["beans/import[resource=b.xml]"]);
    let decisions = [decision("c.xml#beans/import[resource=b.xml]", KEEP_SITE)];
    let settled = settle_with(&spec, Some(&base), &site, &new, &[], &decisions);
    assert_eq!(settled_text(&settled, &site, &new), Some(site));
}

#[test]
fn a_rule_gives_an_import_another_name_also_where_it_is_switched_off() {
    let spec = spec(
        "path = \"c.xml\"\nformat = \"xml\"\n\
         identities = [{ element = \"import\", attributes = [\"resource\"] }]",
    );
    let rules = rules(
        r#"
        [[rule]]
        id = "renamed"
        file = "c.xml"
        key = "beans/import[resource=a.xml]"
        since = "2.0"
        action = { rename = { to = "beans/import[resource=b.xml]" } }
        why = "it has another name now"
        source = "test"
        "#,
    );
    let file = |import: &str| format!("<beans>\n  {import}\n</beans>\n");
    let base = file("<import resource=\"a.xml\"/>");
    let new = file("<import resource=\"b.xml\"/>");
    let settled = settle_with(&spec, Some(&base), &base, &new, &rules, &[]);
    assert_eq!(settled.settlement.result, SettledFile::AsNew);
    let off = file("<!-- <import resource=\"a.xml\"/> -->");
    let settled = settle_with(&spec, Some(&base), &off, &new, &rules, &[]);
    let expected = file("<!-- <import resource=\"b.xml\"/> -->");
    assert_eq!(settled_text(&settled, &off, &new), Some(expected));
}

#[test]
fn the_order_that_the_site_gave_a_list_holds() {
    let spec = spec("path = \"c.xml\"\nformat = \"xml\"");
    let list = |ids: &[&str]| {
        let refs: Vec<_> = ids.iter().map(|id| format!("  <ref id=\"{id}\"/>\n")).collect();
        format!("<list>\n{}</list>\n", refs.concat())
    };
    let base = list(&["a", "b", "c"]);
    let site = list(&["c", "a", "b"]);
    let new = list(&["a", "b", "c", "d"]);
    assert_eq!(written(&spec, &base, &site, &new), list(&["c", "a", "b", "d"]));
    let new = list(&["b", "a", "c"]);
    let settled = settle_texts(&spec, Some(&base), &site, &new);
    assert!(settled.settlement.remarks.iter().any(|remark| remark.text.contains("orders")));
}

#[test]
fn the_sites_secrets_stay_and_the_vendors_do_not_take_their_place() {
    let spec = spec("path = \"conf/users.properties\"\nformat = \"properties\"\nsecrets = [\"*\"]");
    let (base, site) = ("admin=admin\n", "admin=hunter2\nalice=secret1\n");
    let new = "# users\nadmin=admin\nguest=guest\n";
    let settled = settle_texts(&spec, Some(base), site, new);
    let template = settled.content.clone().unwrap();
    assert!(!format!("{settled:?}").contains("hunter2"));
    let live = refit_settings::Document::parse(site.as_bytes(), &spec).unwrap();
    let filled = template.fill(|slot| live.secret(&slot.key)).unwrap();
    let expected = "# users\nadmin=hunter2\nalice=secret1\nguest=guest\n";
    assert_eq!(filled.expose_text(), Some(expected));
    let users: Vec<_> = settled.settlement.outcomes.iter().map(|key| key.result.clone()).collect();
    assert!(users.iter().all(|shown| shown == &Some(Shown::Secret)), "{users:?}");
}

#[test]
fn what_leads_to_the_version_itself_is_the_new_ones() {
    let spec = FileSpec { of_version: vec![KeyPattern("APP_HOME".into())], ..environment() };
    let text = |home: &str, heap: &str| format!("APP_HOME='{home}'\nOPTS=\"-Xmx{heap}\"\n");
    let base = text("/opt/app", "1g");
    let site = text("/srv/app-1", "2g");
    let new = text("/srv/app-2", "1g");
    assert_eq!(written(&spec, &base, &site, &new), text("/srv/app-2", "2g"));

    let settled = settle_texts(&spec, Some(&base), &site, &new);
    assert_eq!(outcome(&settled, "APP_HOME").outcome, Outcome::TakenFromNew);
    let is_told = |remark: &Remark| remark.key.as_deref() == Some("APP_HOME");
    assert!(settled.settlement.remarks.iter().any(is_told));

    let keep = [decision("bin/env#APP_HOME", KEEP_SITE)];
    let settled = settle_with(&spec, Some(&base), &site, &new, &[], &keep);
    assert_eq!(settled_text(&settled, &site, &new), Some(text("/srv/app-1", "2g")));
}
