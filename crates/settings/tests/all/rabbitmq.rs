//! From `rabbitmq.config` to `rabbitmq.conf` and `advanced.config`, on small files of our own.

use refit_model::{Facts, Lineage, Outcome, SettledFile, Version};
use refit_settings::{
    Base, Document, FileSpec, Format, Migration, SettleInput, Settled, Translator, migrate,
};

const OLD: &str = "\
% shipped
[
 {rabbit, [
  %% beats
  {heartbeat, 60}

  %% {tcp_listeners, [5672]}
 ]}
].
";

const SITE: &str = "\
% shipped
[
 {rabbit, [
  %% beats
  {heartbeat, 60},

  %% only here
  {tcp_listeners, [{\"127.0.0.1\", 5672}]}, % local
  {collect_statistics_interval, 10000},
  {loopback_users, []},
  %% old nodes
  {cluster_nodes, {['a@b'], ram}},
  {default_pass, <<\"hunter2\">>}
 ]}
].
";

const NEW: &str = "\
## Listeners
# listeners.tcp.default = 5672

# loopback_users.guest = true
log.file.level = info
";

const WRITTEN: &str = "\
## Listeners
# listeners.tcp.default = 5672
# only here
# local
listeners.tcp.1 = 127.0.0.1:5672

# loopback_users.guest = true
loopback_users = none
log.file.level = info

# The site's own settings, from etc/rabbitmq.config
collect_statistics_interval = 10000
";

const ADVANCED: &str = "\
[
 {rabbit, [
  %% old nodes
  {cluster_nodes, {['a@b'], ram}},
  {default_pass, <<\"hunter2\">>}
 ]}
].
";

fn old_spec() -> FileSpec {
    let toml =
        "path = \"etc/rabbitmq.config\"\nformat = \"erlang\"\nsecrets = [\"**/default_pass\"]";
    toml::from_str(toml).unwrap()
}

fn carried(base: &str, site: &str, new: &str) -> (Settled, Document) {
    let new_spec = FileSpec::plain("etc/rabbitmq.conf", Format::KeyValue);
    let base = Document::parse(base.as_bytes(), &old_spec()).unwrap();
    let site = Document::parse(site.as_bytes(), &old_spec()).unwrap();
    let new = Document::parse(new.as_bytes(), &new_spec).unwrap();
    let target: Version = "3.13.7".parse().unwrap();
    let migration = Migration {
        id: "m".to_owned(),
        from: "etc/rabbitmq.config".to_owned(),
        to: "etc/rabbitmq.conf".to_owned(),
        since: "3.7.0".parse().unwrap(),
        optional: true,
        translator: Translator::RabbitmqConfigToConf,
        source: "test".to_owned(),
    };
    let input = SettleInput {
        base: Some(Base::Document(&base)),
        lineage: &Lineage::Own,
        site: &site,
        new: Some(&new),
        rules: &[],
        facts: &Facts::new(),
        decisions: &[],
        brought: &[],
        target: &target,
    };
    (migrate(&migration, &input), site)
}

fn text(settled: &Settled, site: &Document) -> String {
    let template = settled.content.clone().unwrap();
    let filled = template.fill(|slot| site.secret(&slot.key)).unwrap();
    filled.expose_text().unwrap().to_owned()
}

fn outcome<'a>(settled: &'a Settled, key: &str) -> &'a Outcome {
    let mut found = settled.settlement.outcomes.iter().filter(|outcome| outcome.key == key);
    let first = found.next().unwrap_or_else(|| panic!("no outcome of {key}"));
    assert!(found.next().is_none(), "{key} has several outcomes");
    &first.outcome
}

#[test]
fn what_the_new_file_can_say_stands_at_its_examples_and_the_rest_beside_it() {
    let (settled, site) = carried(OLD, SITE, NEW);
    assert_eq!(text(&settled, &site), WRITTEN);
    let beside = settled.companion.as_ref().unwrap();
    assert_eq!(beside.settlement.file, "etc/advanced.config");
    assert_eq!(text(beside, &site), ADVANCED);
    for settlement in [&settled.settlement, &beside.settlement] {
        assert!(matches!(settlement.result, SettledFile::Written(_)), "{settlement:?}");
        assert_eq!(settlement.sources, ["etc/rabbitmq.config"]);
        assert!(!format!("{settlement:?}").contains("hunter2"));
    }
}

#[test]
fn every_key_of_all_files_has_one_outcome() {
    let (settled, site) = carried(OLD, SITE, NEW);
    let moved = |place: &str| Outcome::Moved(place.to_owned());
    assert_eq!(outcome(&settled, "rabbit/heartbeat"), &Outcome::TakenFromNew);
    assert_eq!(
        outcome(&settled, "rabbit/collect_statistics_interval"),
        &moved("etc/rabbitmq.conf#collect_statistics_interval")
    );
    assert_eq!(
        outcome(&settled, "rabbit/default_pass"),
        &moved("etc/advanced.config#rabbit/default_pass")
    );
    assert_eq!(outcome(&settled, "collect_statistics_interval"), &Outcome::Translated);
    assert_eq!(outcome(&settled, "loopback_users"), &Outcome::Translated);
    assert_eq!(outcome(&settled, "log.file.level"), &Outcome::TakenFromNew);
    for key in site.keys().into_iter().filter(|key| !key.path.is_empty()) {
        outcome(&settled, &key.path);
    }
    let beside = settled.companion.as_ref().unwrap();
    assert_eq!(outcome(beside, "rabbit/cluster_nodes"), &Outcome::Kept);
}

#[test]
fn a_site_that_changed_nothing_takes_the_new_file() {
    let (settled, _) = carried(OLD, OLD, NEW);
    assert_eq!(settled.settlement.open().count(), 0);
    assert_eq!(settled.content.as_ref().map_or(NEW, |content| content.text.as_str()), NEW);
    assert!(settled.companion.is_none());
}

#[test]
fn the_vendors_live_listeners_give_way_to_the_sites() {
    let new = NEW.replace("# listeners.tcp.default", "listeners.tcp.default");
    let (settled, site) = carried(OLD, SITE, &new);
    let written = text(&settled, &site);
    assert!(written.contains("\nlisteners.tcp.1 = 127.0.0.1:5672\n"), "{written}");
    assert!(!written.contains("listeners.tcp.default"), "{written}");
}
