//! The packs inside this program.

use refit_model::{PathPurpose, Protocol, Truth, Version};
use refit_packs::{FactSupplier, NoteKind, Pack, Packs};

fn activemq() -> Pack {
    Packs::embedded().get("activemq-classic").expect("the embedded pack loads")
}

fn version(text: &str) -> Version {
    text.parse().expect("a version")
}

#[test]
fn the_embedded_packs_load() {
    let packs = Packs::embedded();
    let names: Vec<_> = packs.list().unwrap().into_iter().map(|entry| entry.name).collect();
    assert_eq!(names, ["activemq-classic"]);
    for name in names {
        packs.get(&name).unwrap();
    }
}

/// What `check()` may say of the pack: open knowledge, never a gap in the data.
#[test]
fn notes_of_activemq_are_about_open_knowledge_only() {
    let allowed = [NoteKind::Unconfirmed, NoteKind::StoreReadingUnknown];
    let others: Vec<_> =
        activemq().check().into_iter().filter(|note| !allowed.contains(&note.kind)).collect();
    assert_eq!(others, []);
}

#[test]
fn the_digest_is_stable_and_of_the_content() {
    let (one, other) = (activemq(), activemq());
    assert_eq!(one.reference, other.reference);
    assert_eq!(one.reference.platform.as_str(), "activemq-classic");
}

#[test]
fn a_folder_replaces_the_embedded_pack_of_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let ours =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/activemq-classic");
    let copy = folder.path().join("activemq-classic");
    std::fs::create_dir(&copy).unwrap();
    for file in ["pack.toml", "versions.toml", "settings.toml", "facts.toml", "checks.toml"] {
        std::fs::copy(ours.join(file), copy.join(file)).unwrap();
    }
    let packs = Packs::with_folder(folder.path());
    assert!(packs.list().unwrap()[0].from_folder);
    let replaced = packs.get("activemq-classic").unwrap();
    assert_eq!(replaced.shipped.len(), 0);
    assert_ne!(replaced.reference.digest, activemq().reference.digest);
}

#[test]
fn tables_of_activemq() {
    let mut description = activemq().describe();
    description.sections.truncate(3);
    description.summary.digest.clear();
    insta::assert_snapshot!(description.to_text());
}

#[test]
fn the_main_way_is_one_hop_that_can_be_gone_back() {
    let pack = activemq();
    let way = pack.way(&version("5.16.7"), &version("5.18.3")).unwrap();
    assert_eq!(way.len(), 1);
    assert_eq!(way[0].old_reads_new_store, refit_model::StoreReading::Yes);
    let archives = ["5.16.6", "5.16.7", "5.17.6", "5.18.0", "5.18.3"].map(version);
    let chosen = pack.newest_target(&version("5.16.7"), &archives).unwrap();
    assert_eq!(
        chosen.why,
        "5.18.3 is the newest version within reach of which there is an archive (archives: 5.16.6, 5.16.7, 5.17.6, 5.18.0, 5.18.3); the vendor ended the series 5.18 on 2025-03-11; newer, but without an archive here: 5.18.7, 5.19.10, 6.0.1, 6.1.8, 6.2.9, 6.3.1; knowledge of 2026-11-24"
    );
}

#[test]
fn six_is_entered_from_the_last_series_of_five() {
    let pack = activemq();
    let way = pack.way(&version("5.16.7"), &version("6.3.1")).unwrap();
    let stations: Vec<_> = way.iter().map(|hop| hop.to.to_string()).collect();
    assert_eq!(stations, ["5.19.10", "6.3.1"]);
    let direct = pack.way(&version("5.18.3"), &version("6.3.1")).unwrap();
    assert_eq!(direct.len(), 1);
}

#[test]
fn versions_that_nobody_knows_are_told_with_the_known_series() {
    let error = activemq().way(&version("5.16.7"), &version("7.0.0")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the pack `activemq-classic` of 2026-11-24 knows no version 7.0.0; it knows the series 5.15, 5.16, 5.17, 5.18, 5.19, 6.0, 6.1, 6.2, 6.3"
    );
}

#[test]
fn shipped_files_are_those_of_the_archives() {
    let pack = activemq();
    for known in &pack.product.archive.known {
        let shipped = &pack.shipped[&known.version];
        assert_eq!(shipped.archive.digest, known.digest);
        assert_eq!(shipped.archive.size_bytes, known.size_bytes);
        assert_eq!(shipped.files["bin/activemq"].mode, 0o755);
        let broker = format!("lib/activemq-broker-{}.jar", known.version);
        assert!(shipped.files.contains_key(&broker), "{broker}");
    }
    let old = &pack.shipped[&version("5.16.7")].files;
    let new = &pack.shipped[&version("5.18.3")].files;
    assert!(
        old.contains_key("conf/log4j.properties") && !new.contains_key("conf/log4j.properties")
    );
    assert!(new.contains_key("conf/log4j2.properties"));
    assert_eq!(old["conf/users.properties"], new["conf/users.properties"]);
    assert!(old.keys().all(|path| !path.starts_with("docs/")));
}

#[test]
fn facts_of_the_series() {
    let facts = activemq().series_facts(&version("5.16.7"), &version("6.3.1"));
    assert_eq!(facts.text("installed.log_framework"), Some("log4j1"));
    assert_eq!(facts.text("target.log_framework"), Some("log4j2"));
    assert_eq!(facts.text("target.api_namespace"), Some("jakarta"));
    assert_eq!(facts.text("target.version"), Some("6.3.1"));
}

/// The traps of the demo's site, each found from facts that an assessment would supply.
#[test]
fn traps_are_found_before_anything_stops() {
    let pack = activemq();
    let mut facts = pack.series_facts(&version("5.16.7"), &version("5.18.3"));
    facts.set("conf.log4j1_present", true);
    facts.set("conf.log4j2_present", false);
    facts.set("beans.log_query", true);
    facts.set("jars.stale_versions", vec!["activemq-broker: 5.15.16, 5.16.7".to_owned()]);
    facts.set("plugins.missing_classes", vec!["stamp.jar: org.apache.log4j.Logger".to_owned()]);
    facts.set("data.inside_old_home", true);
    let known = |check: &&refit_packs::CheckRule| check.when.evaluate(&facts) == Truth::Yes;
    let found: Vec<_> = pack.checks.check.iter().filter(known).map(|c| c.key.as_str()).collect();
    assert_eq!(
        found,
        [
            "log4j1-silent-log",
            "log-query-bean",
            "plugin-class-missing",
            "stale-jars",
            "data-inside-old-home"
        ]
    );
    let check = |key: &str| pack.checks.check.iter().find(|check| check.key == key).unwrap();
    let finding = check("log-query-bean").finding(&facts).unwrap();
    assert_eq!(finding.title, "The bean logQuery stops 5.18.3 from starting");
    assert!(check("plugin-class-missing").finding(&facts).unwrap().blocks);
}

#[test]
fn an_installation_of_which_nothing_is_known_is_blocked() {
    let pack = activemq();
    let facts = pack.series_facts(&version("5.16.7"), &version("5.18.3"));
    let findings = pack.checks.check.iter().filter_map(|check| check.finding(&facts));
    let blocking: Vec<_> = findings.filter(|finding| finding.blocks).collect();
    assert!(blocking.iter().all(|finding| finding.title.starts_with("unconfirmed: ")));
    let keys: Vec<_> = blocking.iter().map(|finding| finding.key.as_str()).collect();
    for key in ["layout-base-apart", "store-locked-by-another", "port-taken", "process-unseen"] {
        assert!(keys.contains(&key), "{key} in {keys:?}");
    }
}

#[test]
fn readings_cover_what_an_upgrade_needs() {
    let facts = &activemq().facts;
    let scheme = |name| facts.scheme(name).map(|scheme| (scheme.protocol, scheme.tls));
    assert_eq!(scheme("nio"), Some((Protocol::Openwire, false)));
    assert_eq!(scheme("STOMP+NIO+SSL"), Some((Protocol::Stomp, true)));
    assert_eq!(scheme("gopher"), None);
    let purposes =
        [PathPurpose::Data, PathPurpose::Store, PathPurpose::Log, PathPurpose::Temporary];
    for purpose in purposes {
        assert!(facts.written.iter().any(|written| written.purpose == purpose));
    }
}

/// The table of facts in README.md is for those who supply them; it must not fall behind.
#[test]
fn the_readme_lists_every_fact() {
    let readme = include_str!("../../../../packs/activemq-classic/README.md");
    let word = |by: FactSupplier| by.word();
    for fact in &activemq().facts.fact {
        let row = format!(
            "| `{}` | {} | {} | {} |",
            fact.name,
            fact.kind.word(),
            word(fact.by),
            fact.meaning
        );
        assert!(readme.contains(&row), "README.md lacks: {row}");
    }
    let rows = readme.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, activemq().facts.fact.len());
}

#[test]
fn what_answers_a_question_beforehand_is_a_declared_fact() {
    let questions = Packs::embedded().questions_of("activemq-classic").unwrap();
    let facts = activemq().facts;
    let named: Vec<_> = questions.questions().filter_map(|one| one.fact.as_deref()).collect();
    assert!(!named.is_empty());
    for fact in named {
        assert!(facts.declared(fact).is_some(), "{fact}");
    }
}

/// No vendor script that can act on another broker is in a command of the pack.
#[test]
fn no_forbidden_command_is_run() {
    let product = activemq().product;
    let argv = &product.start.command.argv;
    for forbidden in &product.stop.forbidden_commands {
        assert!(argv[1..] != forbidden[1..], "{forbidden:?}");
    }
    assert_eq!(product.stop.signal, "TERM");
}
