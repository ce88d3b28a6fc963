//! Settlements of files written line by line, and of NATS configurations.

use crate::support::{settle_texts, settled_text};
use refit_model::SettledFile;
use refit_settings::{Document, FileSpec, Format};

fn written(format: Format, base: &str, site: &str, new: &str) -> String {
    let spec = FileSpec::plain("etc/file", format);
    let settled = settle_texts(&spec, Some(base), site, new);
    let open: Vec<_> = settled.settlement.open().collect();
    assert!(open.is_empty(), "{open:#?}");
    settled_text(&settled, site, new).unwrap()
}

const OLD: &str = "# How clients come in.\n#listener\n\n# At most so many clients.\n\
                   #max_connections -1\n\n# The protocol.\n#protocol mqtt\n\n# Who runs it.\n\
                   #user nobody\n";

#[test]
fn an_option_stands_where_the_vendor_speaks_of_it() {
    let site =
        OLD.replace("#user nobody", "user mq").replace("#max_connections -1", "max_connections 9");
    let new = OLD.replace("so many", "that many").replace("#user nobody", "#user mosquitto");
    let result = written(Format::Mosquitto, OLD, &site, &new);
    let expected = new
        .replace("#user mosquitto", "user mq")
        .replace("#max_connections -1", "max_connections 9");
    assert_eq!(result, expected);
}

#[test]
fn a_section_stays_together_among_the_vendors_comments() {
    let site = OLD
        .replace("#listener", "listener 1\nlistener 2 h\n# ours\nmax_connections 5")
        .replace("#protocol mqtt", "protocol websockets\nlog_type all");
    let new = OLD.replace("#user", "#user_more x\n#user");
    let result = written(Format::Mosquitto, OLD, &site, &new);
    let together = "listener 1\nlistener 2 h\n# ours\nmax_connections 5\nprotocol websockets\n";
    assert!(result.contains(together), "{result}");
    assert!(result.contains("# The protocol.\nlog_type all\n#protocol mqtt\n"), "{result}");
}

#[test]
fn no_line_slips_into_another_section() {
    let base = "listener 1\nprotocol mqtt\nlistener 2\n";
    let site = "max_qos 1\nlistener 1\nprotocol mqtt\nmax_connections 4\nlistener 3\n\
                max_connections 5\nlistener 2\nmax_connections 6\n";
    let new = "listener 0 /s\nlistener 1\nprotocol mqtt\nmount_point m\nlistener 2\nhttp_dir d\n";
    let result = written(Format::Mosquitto, base, site, new);
    let expected = "max_qos 1\nlistener 0 /s\nlistener 1\nprotocol mqtt\nmax_connections 4\n\
                    mount_point m\nlistener 3\nmax_connections 5\nlistener 2\n\
                    max_connections 6\nhttp_dir d\n";
    assert_eq!(result, expected);
}

#[test]
fn a_section_goes_with_its_lines() {
    let base = "connection a\naddress h:1\ntopic x out\nconnection b\naddress h:2\n";
    let site = "connection b\naddress h:2\n";
    let new =
        "connection a\naddress h:1\ntopic x out\ntry_private true\nconnection b\naddress h:2\n";
    assert_eq!(written(Format::Mosquitto, base, site, new), site);
    let gone = "connection b\naddress h:2\n# more\n";
    assert_eq!(written(Format::Mosquitto, base, base, gone), gone);
}

#[test]
fn a_topic_stays_with_its_user_where_patterns_change_places() {
    let base = "user a\npattern p\ntopic x\nuser b\npattern q\n";
    let site = "pattern q\nuser a\npattern p\ntopic y\nuser b\n";
    let new = "user a\npattern p\ntopic x\nuser b\npattern q\nuser c\n";
    let expected = "user a\ntopic y\npattern q\nuser b\npattern p\nuser c\n";
    assert_eq!(written(Format::Lines, base, site, new), expected);
}

#[test]
fn an_example_that_the_site_chose_keeps_its_value() {
    let old = "## How much memory.\n# memory.relative = 0.4\n\n## Ports.\n# port = 1\n";
    let site = old.replace("# memory", "memory");
    let new = old.replace("0.4", "0.6");
    let result = written(Format::KeyValue, old, &site, &new);
    assert_eq!(result, new.replace("# memory.relative = 0.6", "memory.relative = 0.4"));
}

#[test]
fn a_file_written_anew_stays() {
    let old: Vec<_> = (0..30).map(|n| format!("## About {n}.\n# k{n} = 1\n")).collect();
    let old = old.concat();
    let new = old.replace("About", "More about");
    let site = "# Ours.\nk9 = 2\nk3 = 5\n\n# Own words.\nk2 = 1\n";
    let spec = FileSpec::plain("etc/file", Format::KeyValue);
    let settled = settle_texts(&spec, Some(&old), site, &new);
    assert_eq!(settled.settlement.result, SettledFile::AsSite);
    assert!(settled.settlement.remarks.iter().any(|remark| remark.text.contains("as the site")));
}

#[test]
fn a_key_that_stands_twice_is_told() {
    let spec = FileSpec::plain("etc/file", Format::KeyValue);
    let settled = settle_texts(&spec, Some("a = 1\n"), "a = 1\na = 2\n", "a = 1\n# b\n");
    let told =
        settled.settlement.remarks.iter().any(|remark| remark.text.contains("more than once"));
    assert!(told, "{:?}", settled.settlement.remarks);
}

#[test]
fn blocks_of_nats_are_settled_key_by_key() {
    let base = "port: 1\ncluster {\n  # Ports.\n  port: 2\n  routes = []\n}\n";
    let site = "port: 1\ncluster {\n  # Ports.\n  port: 3, routes = [a, b]\n}\n\n# ours\n\
                users [\n  {user: a, password: $P}\n]\n";
    let new =
        "port: 1\ncluster {\n  # Name.\n  name: \"c\"\n\n  # Ports.\n  port: 2\n  routes = []\n}\n";
    let result = written(Format::Nats, base, site, new);
    let expected = new.replace("port: 2", "port: 3").replace("[]", "[a, b]")
        + "\n# ours\nusers [\n  {user: a, password: $P}\n]\n";
    assert_eq!(result, expected);
}

#[test]
fn an_explanation_of_the_vendor_is_not_cut_in_two() {
    let base = "# head\n# see old\n\npid_file /a\n";
    let site = "# head\n# see old\nlistener 1\nprotocol mqtt\n\npid_file /a\n";
    let new = "# head\n# see new\n\n#pid_file /b\n";
    let result = written(Format::Mosquitto, base, site, new);
    assert_eq!(result, "# head\n# see new\nlistener 1\nprotocol mqtt\n\n#pid_file /b\n");
}

#[test]
fn a_section_stands_behind_what_stood_before_it() {
    let base = "persistence true\nlog_dest file /l\n";
    let site = "log_dest file /l\nlog_dest stdout\npersistence true\nlistener 1\nprotocol mqtt\n";
    let new = "# words\npersistence true\nlog_dest file /l\n";
    let result = written(Format::Mosquitto, base, site, new);
    assert_eq!(result, format!("{new}log_dest stdout\nlistener 1\nprotocol mqtt\n"));
}

#[test]
fn a_file_that_has_nothing_of_a_short_default_stays_as_it_is() {
    let base = "# place\n\npid_file /p\npersistence true\nlog_dest file /l\n";
    let new = "# other place\n\n#pid_file /p\npersistence true\nlog_dest file /l\n";
    let site = "log_dest none\nlistener 1\npersistence false\n";
    assert_eq!(written(Format::Mosquitto, base, site, new), site);
    let with_file = format!("pid_file /p\n{site}");
    assert_ne!(written(Format::Mosquitto, base, &with_file, new), with_file);
}

#[test]
fn what_looks_like_a_comment_behind_an_option_is_told() {
    let site = "listener 1 # here\ntopic # in\npid_file /a\n";
    let spec = FileSpec::plain("etc/file", Format::Mosquitto);
    let settled = settle_texts(&spec, Some("pid_file /a\n"), site, "pid_file /b\n");
    let remarks = settled.settlement.remarks.iter();
    let told = remarks.filter(|remark| remark.text.contains("no comment for the broker"));
    assert_eq!(told.count(), 1);
}

#[test]
fn credentials_of_a_route_are_set_apart_whatever_is_in_them() {
    let text = "leafnodes {\n  remotes = [\n    {\n      # there\n      url: \"nats://bob:Pw@20@h:1\"\n    }\n  ]\n}\n";
    let spec = FileSpec::plain("etc/file", Format::Nats);
    let document = Document::parse(text.as_bytes(), &spec).unwrap();
    assert!(!document.template().text.contains("Pw"));
    assert_eq!(document.print().unwrap().expose(), text.as_bytes());
}

#[test]
fn values_are_written_as_the_format_needs_them() {
    let changed = |format: Format, text: &str, key: &str, value: &str| {
        let spec = FileSpec::plain("etc/file", format);
        let document = Document::parse(text.as_bytes(), &spec).unwrap();
        let changed = document.with_value(key, value)?.print().unwrap();
        Ok::<_, refit_settings::EditError>(changed.expose_text().unwrap().to_owned())
    };
    assert_eq!(changed(Format::KeyValue, "a = 1 # n\n", "a", "x#y").unwrap(), "a = 'x#y' # n\n");
    assert!(changed(Format::KeyValue, "a = 1\n", "a", "x#'y").is_err());
    assert_eq!(
        changed(Format::Mosquitto, "pid_file\n", "pid_file", "/p").unwrap(),
        "pid_file /p\n"
    );
    assert_eq!(changed(Format::Nats, "a: 1, b: 2", "a", "x y").unwrap(), "a: \"x y\", b: 2");
    assert_eq!(changed(Format::Nats, "a: 'x'\n", "a", "y\"").unwrap(), "a: 'y\"'\n");
    assert_eq!(changed(Format::Nats, "a [1]\n", "a", "1, 2").unwrap(), "a [1, 2]\n");
    assert_eq!(changed(Format::Lines, "a:$7$x\n", "a", "$7$y").unwrap(), "a:$7$y\n");
}

#[test]
fn large_files_are_read_in_time() {
    let texts = [
        (Format::KeyValue, "a.b.c = 1\n".repeat(10_000)),
        (Format::Mosquitto, "listener 1\nprotocol mqtt\n#port 1\n".repeat(3_000)),
        (Format::Lines, "user a\n# x\ntopic b\n".repeat(5_000)),
        (Format::Nats, "a [{b: [{user: x}]}]\n".repeat(2_000)),
        (Format::Nats, format!("{}{}", "a [{b: ".repeat(90), "x".repeat(200_000))),
        (Format::Nats, "# a: [\n".repeat(25_000)),
    ];
    for (format, text) in texts {
        let begin = std::time::Instant::now();
        // Whether it is a file of the format does not matter here: it must end.
        Document::parse(text.as_bytes(), &FileSpec::plain("etc/file", format)).ok();
        assert!(begin.elapsed().as_secs() < 20, "{format:?} took {:?}", begin.elapsed());
    }
}
