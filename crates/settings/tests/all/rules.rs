//! Rules of packs on small files.

use crate::small::{CONNECTORS, broker, decision, outcome, properties, rules, spec};
use crate::support::{settle_with, settled_text};
use refit_model::{KEEP_SITE, Outcome, SettledFile, Shown, TAKE_NEW};
use refit_settings::{Document, Settled, settle_brought};

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
fn a_moved_key_is_written_as_its_new_file_has_it() {
    let rules = rules(
        r#"
        [[rule]]
        id = "store"
        file = "conf/a.properties"
        key = "store"
        since = "2.0"
        action = { move = { file = "conf/b.properties", to = "tls.store", beginnings = [["${conf}/", "conf/"]], along = [["tls", "true"], ["tls.of", "{value}"]] } }
        why = "it stands there now"
        source = "test"
        [[rule]]
        id = "host"
        file = "conf/a.properties"
        key = "host"
        since = "2.0"
        action = { move = { file = "conf/b.properties", to = "http.host", always = true } }
        why = "the new file names none"
        source = "test"
        "#,
    );
    let base = "host=127.0.0.1\nstore=a\npassword=p\n";
    let site = "host=127.0.0.1\nstore=${conf}/own.ks\npassword=q\n";
    let settled = settle_with(&properties(), Some(base), site, "", &rules, &[]);
    let moved = |key: &str| Outcome::Moved(format!("conf/b.properties#{key}"));
    assert_eq!(outcome(&settled, "host").outcome, moved("http.host"));
    assert_eq!(outcome(&settled, "store").outcome, moved("tls.store"));
    let spec = spec("path = \"conf/b.properties\"\nformat = \"properties\"");
    let vendors = Document::parse(b"tls=false\ntls.store=v\n", &spec).unwrap();
    let brought = settle_brought(&vendors, &settled.moved, &"2.0".parse().unwrap()).unwrap();
    assert_eq!(
        brought.content.unwrap().text,
        "tls=true\ntls.store=conf/own.ks\ntls.of=conf/own.ks\nhttp.host=127.0.0.1\n"
    );
}

#[test]
fn a_secret_that_may_be_the_sites_own_is_moved() {
    let rules = rules(
        r#"
        [[rule]]
        id = "r"
        file = "conf/a.properties"
        key = "password"
        since = "2.0"
        action = { move = { file = "conf/b.properties", to = "password" } }
        why = "it stands there now"
        source = "test"
        "#,
    );
    let settled = settle_with(&properties(), Some("password=p\n"), "password=q\n", "", &rules, &[]);
    assert_eq!(settled.moved.len(), 1);
}

#[test]
fn a_rule_can_be_about_values_in_quotes() {
    let spec = spec("path = \"etc/a.conf\"\nformat = \"key-value\"");
    let rules = rules(
        r#"
        [[rule]]
        id = "quoted"
        file = "etc/a.conf"
        key = "*"
        since = "2.0"
        value = "'*'"
        action = "warn"
        why = "no part of it"
        source = "test"
    "#,
    );
    let text = "a = 'x'\nb = y\n";
    let settled = settle_with(&spec, Some("c = 1\n"), text, "c = 2\n", &rules, &[]);
    let remarks = settled.settlement.remarks.iter();
    let told: Vec<_> =
        remarks.filter(|remark| remark.text == "no part of it").map(|told| &told.key).collect();
    assert_eq!(told, [&Some("a".to_owned())]);
}

#[test]
fn entries_of_a_list_are_translated_each() {
    let rules = rules(
        r#"
        [[rule]]
        id = "roles"
        file = "conf/a.properties"
        key = "roles"
        since = "2.0"
        action = { translate = { values = [["admin", "admins"], ["user", "users"]], entries = true } }
        why = "they are called so now"
        source = "test"
    "#,
    );
    let settle = |site: &str| {
        let (old, new) = ("roles=user, admin\n", "roles=users,admins\n");
        settle_with(&properties(), Some(old), site, new, &rules, &[])
    };
    let content = settle("roles=admin, ops\n").content.unwrap();
    assert_eq!(content.text, "roles=admins, ops\n");
    let other = settle("roles=administrator\n");
    assert_eq!(other.settlement.result, SettledFile::AsSite);
}
