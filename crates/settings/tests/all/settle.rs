//! Settlements of small files, one question at a time.

use crate::small::{
    CONNECTORS, broker, decision, environment, outcome, properties, remark, spec, written,
};
use crate::support::{settle_texts, settle_with, settled_text};
use refit_model::{Decision, KEEP_SITE, Outcome, Remark, Seen, SettledFile, Shown, TAKE_NEW};
use refit_settings::{FileSpec, KeyPattern, question};

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

#[test]
fn the_vendors_other_way_to_say_it_is_not_taken_beside_the_sites() {
    let memory = spec(
        r#"
        path = "conf/broker.xml"
        format = "xml"
        alternatives = [["**/memory/@limit", "**/memory/@percent"]]
        "#,
    );
    let base = "<broker>\n  <memory limit=\"64 mb\"/>\n  <disk limit=\"1\"/>\n</broker>\n";
    let new = "<broker>\n  <memory percent=\"70\"/>\n  <disk limit=\"1\"/>\n</broker>\n";
    let site = base.replace("64 mb", "512 mb");
    let settled = settle_texts(&memory, Some(base), &site, new);
    let expected = new.replace("percent=\"70\"", "limit=\"512 mb\"");
    assert_eq!(settled_text(&settled, &site, new), Some(expected));
    assert!(remark(&settled, "broker/memory/@percent").contains("@limit"));
    let untouched = base.replace("limit=\"1\"", "limit=\"2\"");
    let expected = new.replace("limit=\"1\"", "limit=\"2\"");
    assert_eq!(written(&memory, base, &untouched, new), expected);

    let flat =
        spec("path = \"a\"\nformat = \"properties\"\nalternatives = [[\"hours\", \"days\"]]");
    assert_eq!(
        written(&flat, "hours=1\na=1\n", "hours=2\na=1\n", "days=7\na=1\n"),
        "hours=2\na=1\n"
    );
}
