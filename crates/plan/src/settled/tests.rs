//! Files that become two, names that the target does not know, files of an older lineage.

use refit_model::{Assessment, Digest, Document as _, FileOrigin, FileRole};
use refit_packs::{Pack, Packs};
use serde_json::json;

use super::*;

const CONFIG: &str = "etc/rabbitmq/rabbitmq.config";
const CONF: &str = "etc/rabbitmq/rabbitmq.conf";
const ADVANCED: &str = "etc/rabbitmq/advanced.config";
const BROKER: &str = "conf/activemq.xml";

/// A site on the way between two versions, by its files.
struct Way {
    pack: Pack,
    assessment: Assessment,
    templates: BTreeMap<Digest, Template>,
}

impl Way {
    fn of(pack: Pack, from: &str, to: &str) -> Self {
        let nothing = Digest::of(b"");
        let assessment = json!({
            "environment": "staging",
            "installation": "mq",
            "entry": { "host": "local", "platform": pack.name(), "home": "/opt/mq" },
            "pack": pack.reference,
            "installed": from,
            "target": {
                "version": to,
                "why": "",
                "archive": {
                    "file": "", "digest": nothing, "size_bytes": 0, "trust": "unconfirmed",
                },
            },
            "way": [],
            "folders": {
                "home": "/opt/mq", "link": null, "data": "/data", "default_data": null,
                "java_home": "/usr", "new_java_home": "/usr", "install_into": "/opt",
                "restore_points": "/points", "control": "/control",
            },
            "facts": { "installed.version": from, "target.version": to },
            "endpoints": [], "written_paths": [], "files": [], "target_files": {},
            "findings": [], "scope": [],
        });
        let assessment = serde_json::from_value(assessment).unwrap();
        Self { pack, assessment, templates: BTreeMap::new() }
    }

    /// From one version of RabbitMQ to another. There is no whole pack of it yet: this one has its
    /// settings.
    fn of_rabbitmq() -> Self {
        let packs = Packs::embedded();
        let settings = packs.settings_of("rabbitmq").unwrap();
        let mut pack = packs.get("activemq-classic").unwrap();
        pack.settings = settings.settings;
        pack.defaults = settings.defaults;
        Self::of(pack, "3.12.0", "3.13.7")
    }

    fn site(mut self, path: &str, origin: FileOrigin, text: &str) -> Self {
        let spec = self.pack.settings.file(path).unwrap();
        let template = Document::parse(text.as_bytes(), spec).unwrap().template();
        let digest = self.keep(template);
        self.assessment.files.push(FileRecord {
            path: path.to_owned().into(),
            role: FileRole::Configuration,
            origin,
            fingerprint: None,
            mode: 0o640,
            template: Some(digest),
        });
        self
    }

    fn vendor(mut self, path: &str, text: &str) -> Self {
        let digest = self.keep(Template::plain(text.to_owned()));
        self.assessment.target_files.insert(path.to_owned(), digest);
        self
    }

    fn keep(&mut self, template: Template) -> Digest {
        let digest = template.digest().unwrap();
        self.templates.insert(digest, template);
        digest
    }

    fn settle(&self) -> Configuration {
        let target = self.assessment.target.as_ref().unwrap();
        let inputs = Inputs {
            assessment: &self.assessment,
            digest: Digest::of(b""),
            templates: &self.templates,
            pack: &self.pack,
            decisions: &[],
            playbook: None,
        };
        settle_all(&inputs, &target.version).unwrap()
    }
}

fn results(configuration: &Configuration) -> Vec<(&str, bool)> {
    let written = |settlement: &Settlement| matches!(settlement.result, SettledFile::Written(_));
    let settlements = configuration.settlements.iter();
    settlements.map(|one| (one.file.as_str(), written(one))).collect()
}

const OLD_FORM: &str = "[{rabbit, [{tcp_listeners, [5673]},\n  {cluster_nodes, {['a@b'], ram}},\n  \
                        {default_pass, <<\"hunter2\">>}]}].\n";
const NEW_FORM: &str = "# listeners.tcp.default = 5672\n";

#[test]
fn both_files_are_written_that_a_sites_file_becomes() {
    let way = Way::of_rabbitmq().site(CONFIG, FileOrigin::Added, OLD_FORM).vendor(CONF, NEW_FORM);
    let configuration = way.settle();
    assert_eq!(results(&configuration), [(CONF, true), (ADVANCED, true)]);
    assert!(configuration.questions.is_empty(), "{:?}", configuration.questions);
    let text = |file: &str| configuration.contents[file].text.as_str();
    assert!(text(CONF).contains("listeners.tcp.1 = 5673\n"), "{}", text(CONF));
    assert!(text(ADVANCED).contains("{cluster_nodes, {['a@b'], ram}}"), "{}", text(ADVANCED));
    for file in [CONF, ADVANCED] {
        assert_eq!(configuration.modes[file], 0o640, "{file}");
        assert!(configuration.documents.contains_key(file), "{file}");
        assert!(!text(file).contains("hunter2"), "{file}");
    }
    let slots = configuration.contents.values().map(|template| template.slots.len());
    assert_eq!(slots.sum::<usize>(), 1, "the password is filled in on the host");
}

#[test]
fn a_second_file_takes_no_others_place() {
    let way = Way::of_rabbitmq().site(CONFIG, FileOrigin::Added, OLD_FORM).vendor(CONF, NEW_FORM);
    let sites = way.site(ADVANCED, FileOrigin::Added, "[{kernel, [{net_ticktime, 90}]}].\n");
    let way = Way::of_rabbitmq().site(CONFIG, FileOrigin::Added, OLD_FORM).vendor(CONF, NEW_FORM);
    let vendors = way.vendor(ADVANCED, "[].\n");
    for way in [sites, vendors] {
        let configuration = way.settle();
        let second = configuration
            .settlements
            .iter()
            .find(|one| one.file == ADVANCED && one.sources == [CONFIG]);
        let second = second.unwrap();
        assert_eq!(second.result, SettledFile::Open);
        let asked = format!("{:?}", second.open().collect::<Vec<_>>());
        assert!(asked.contains("it exists, and what is left of"), "{asked}");
        assert!(
            !configuration
                .contents
                .get(ADVANCED)
                .is_some_and(|template| { template.text.contains("cluster_nodes") })
        );
    }
}

/// The new version reads the old form too: where its default is in that, nothing is carried over.
#[test]
fn a_file_that_could_become_two_stays_where_the_vendor_ships_its_form() {
    for vendors in [&[CONFIG][..], &[CONFIG, CONF], &[]] {
        let mut way = Way::of_rabbitmq().site(CONFIG, FileOrigin::Added, OLD_FORM);
        for file in vendors {
            let text = if *file == CONF { NEW_FORM } else { "[].\n" };
            way = way.vendor(file, text);
        }
        let configuration = way.settle();
        let files: Vec<_> = results(&configuration).into_iter().map(|(file, _)| file).collect();
        assert_eq!(files, [CONFIG], "{vendors:?}");
    }
}

const SITES_BROKER: &str = r#"<beans>
  <bean id="logQuery" class="io.fabric8.insight.log.log4j.Log4jLogQuery" old="1"/>
  <broker brokerName="a" brokerNam="b"/>
</beans>
"#;
const NEW_BROKER: &str = "<beans>\n  <broker brokerName=\"localhost\"/>\n</beans>\n";

#[test]
fn names_that_the_target_does_not_know_are_remarks_as_far_as_they_stay() {
    let pack = Packs::embedded().get("activemq-classic").unwrap();
    let mut way = Way::of(pack, "5.16.7", "5.18.3")
        .site(BROKER, FileOrigin::Changed, SITES_BROKER)
        .vendor(BROKER, NEW_BROKER);
    let unknown = |file: &str, key: &str, line: u32| UnknownName {
        file: file.to_owned(),
        remark: Remark {
            key: Some(key.to_owned()),
            text: "5.18.3 has no such attribute.".to_owned(),
            source: Some(format!("{file}, line {line}")),
        },
    };
    let stays = unknown(BROKER, "beans/broker/@brokerNam", 3);
    way.assessment.unknown_names = vec![
        stays.clone(),
        // A rule takes it out.
        unknown(BROKER, "beans/bean[logQuery]/@old", 2),
        // Of another file.
        unknown("conf/jetty.xml", "beans/broker/@brokerNam", 3),
    ];
    let configuration = way.settle();
    let [broker] = &configuration.settlements[..] else { panic!("one file") };
    let about_names = broker.remarks.iter().filter(|one| one.text.contains("no such attribute"));
    assert_eq!(about_names.collect::<Vec<_>>(), [&stays.remark]);
    let text = configuration.contents.get(BROKER).map_or(SITES_BROKER, |one| one.text.as_str());
    assert!(text.contains("brokerNam=\"b\"") && !text.contains("logQuery"), "{text}");
}

/// The console was open to the network until 5.16.0; a file of that time under a later version has
/// it so still.
#[test]
fn a_file_of_an_older_lineage_meets_the_rules_of_the_versions_in_between() {
    const JETTY: &str = "conf/jetty.xml";
    let vendors = |host: &str| {
        format!(
            "<beans><bean id=\"jettyPort\"><property name=\"host\" value=\"{host}\"/>\
             <property name=\"port\" value=\"8161\"/></bean></beans>\n"
        )
    };
    let mut pack = Packs::embedded().get("activemq-classic").unwrap();
    let spec = pack.settings.file(JETTY).unwrap().clone();
    let default = |host: &str, version: &str| {
        let document = Document::parse(vendors(host).as_bytes(), &spec).unwrap();
        let file = refit_settings::ShippedFile::of(&document).unwrap();
        ShippedDefault { versions: vec![version.parse().unwrap()], file }
    };
    pack.defaults = vec![default("0.0.0.0", "5.15.16"), default("127.0.0.1", "5.16.7")];
    let site = vendors("0.0.0.0").replace("8161", "8261");
    let way = Way::of(pack, "5.16.7", "5.18.3")
        .site(JETTY, FileOrigin::Changed, &site)
        .vendor(JETTY, &vendors("127.0.0.1"));
    let configuration = way.settle();
    let [jetty] = &configuration.settlements[..] else { panic!("one file") };
    assert_eq!(jetty.lineage, Lineage::Shipped(vec!["5.15.16".parse().unwrap()]));
    let key = "beans/bean[jettyPort]/property[host]/@value";
    let host = jetty.outcomes.iter().find(|one| one.key == key).unwrap();
    assert_eq!(host.outcome, Outcome::Kept);
    assert_eq!(host.rule.as_ref().unwrap().id, "console-loopback");
}
