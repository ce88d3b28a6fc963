//! A site's instance of Artemis on its way to a new version, with the vendor's own programs: what
//! the vendor's `upgrade` makes of it, and what Refit makes of it.
//!
//! Needs the archives of both versions in the folder that `REFIT_TEST_ARTIFACTS` names, and Java.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod broker;
mod homes;
mod settled;
mod site;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use refit_model::Secret;

use broker::{Broker, receive, send};
use homes::{ADMIN_PASSWORD, Homes, Versions, succeed, text_of};
use settled::{Lineage, settle_into, way};
use site::{CLERK, CLERK_PASSWORD, JBOSS_LOGGING, Site, keys};

/// The way on which the vendor's command is looked at, too.
const WAY: Versions = Versions { old: "2.26.0", new: "2.40.0" };

#[test]
fn the_vendors_upgrade_loses_settings_in_silence_and_the_instance_does_not_start() {
    let Some(homes) = Homes::unpack("the vendor's upgrade", WAY) else {
        return;
    };
    let site = Site::make(&homes);
    let instance = homes.instance();
    homes.copy_instance(&site.changed);
    let said = text_of(&succeed(homes.command(WAY.new).arg("upgrade").arg(&instance)));
    for word in ["-Dacme.site", "-Xms", "ACME_REGION", "com.acme.stamp"] {
        assert!(!said.contains(word), "it tells of {word}\n{said}");
    }

    let etc = instance.join("etc");
    assert_eq!(site.lost("artemis.profile", &etc), ["ACME_REGION", "JAVA_ARGS"]);
    let value = |file, key| value(&site, &etc, file, key);
    let arguments = value("artemis.profile", "JAVA_ARGS");
    assert!(arguments.contains("-Xms512M -Xmx256M "), "{arguments}");
    assert!(!arguments.contains("-Dacme.site"), "{arguments}");
    assert!(!etc.join(JBOSS_LOGGING).exists());
    assert_eq!(value("log4j2.properties", "logger.audit_resource.level"), "OFF");
    let logging = fs::read_to_string(etc.join("log4j2.properties")).unwrap();
    assert!(!logging.contains("com.acme.stamp"), "{logging}");
    assert_nothing_is_lost_but(&["ACME_REGION", "JAVA_ARGS"], &site, &etc);

    let (code, said) = Broker::start(&instance).ends();
    assert_eq!(code, Some(1), "{said}");
    let why = "Initial heap size set to a larger value than the maximum heap size";
    assert!(said.contains(why), "{said}");
}

#[test]
fn the_settled_instance_starts_with_all_that_the_site_had() {
    settle_and_start(WAY);
}

#[test]
fn so_it_does_from_the_web_console_without_bindings() {
    settle_and_start(Versions { old: "2.19.0", new: "2.40.0" });
}

#[test]
fn so_it_does_from_the_first_log4j_2() {
    settle_and_start(Versions { old: "2.31.2", new: "2.40.0" });
}

#[test]
fn so_it_does_to_the_last_console_of_hawtio_2() {
    settle_and_start(Versions { old: "2.35.0", new: "2.39.0" });
}

fn settle_and_start(versions: Versions) {
    let Some(homes) = Homes::unpack("the settled instance", versions) else {
        return;
    };
    let site = Site::make(&homes);
    let before = run_the_old_version(&homes, &site);
    homes.create_instance(versions.new);
    let etc = homes.instance().join("etc");
    let fresh = homes.beside("fresh");
    site::copy_files(&etc, &fresh);
    let settled = settle_into(&site, Lineage::Given, &fresh, &etc);
    assert_nothing_is_lost(&site, &etc);

    // Without the site's own old default: the pack's nearest one leads to the same files. Blank
    // lines may differ: where the vendor changed nothing, one of them is the site's file as it was.
    let by_pack = settle_into(&site, Lineage::OfPack, &fresh, &homes.beside("by-pack"));
    for (name, content) in &settled {
        assert_eq!(lines_of(content), lines_of(&by_pack[name]), "{name}");
    }

    succeed(Command::new("cp").arg("-a").arg(before.join("data")).arg(homes.instance()));
    let mut broker = Broker::start(&homes.instance());
    assert_the_sites_users_are_served(&site, &mut broker);
    assert_the_process_is_the_sites(&homes, &broker);
    let answer = broker::ask_web(site.console_port);
    assert!(answer.starts_with("HTTP/1.1 302 "), "{answer}");
    let audit = fs::read_to_string(homes.instance().join("log/audit.log")).unwrap();
    assert!(audit.contains(CLERK), "{audit}");
}

/// The lines of a file that are not blank.
fn lines_of(content: &Secret) -> Vec<&str> {
    let lines = content.expose_text().unwrap().lines();
    lines.filter(|line| !line.trim().is_empty()).collect()
}

/// Runs the site's instance as it was, stores an order in it, and moves it away.
fn run_the_old_version(homes: &Homes, site: &Site) -> PathBuf {
    homes.copy_instance(&site.changed);
    let mut broker = Broker::start(&homes.instance());
    let mut clerk = broker.log_in(site.stomp_port, CLERK, CLERK_PASSWORD);
    let told = clerk.server().unwrap_or_default().to_owned();
    assert!(told.starts_with(&format!("ActiveMQ-Artemis/{} ", homes.versions.old)), "{told}");
    send(&mut clerk, "orders.new", "of the old version").unwrap();
    drop(broker);
    homes.move_instance("before")
}

fn assert_nothing_is_lost(site: &Site, etc: &Path) {
    // The vendor's new arguments stand in the one value too, and the other has another place: the
    // process and the console tell that the site's hold.
    assert_nothing_is_lost_but(&["JAVA_ARGS", "broker/web/@bind"], site, etc);
    let logging = |key| value(site, etc, "log4j2.properties", key);
    assert_eq!(logging("logger.audit_resource.level"), "INFO");
    assert_eq!(logging("logger.stamp.name"), "com.acme.stamp");
    assert_eq!(logging("logger.stamp.level"), "DEBUG");
    let broker = fs::read_to_string(etc.join("broker.xml")).unwrap();
    assert!(broker.contains("<!-- the disk is shared -->"), "{broker}");
}

/// In any file that the new version has, too.
fn assert_nothing_is_lost_but(keys: &[&str], site: &Site, etc: &Path) {
    for file in site.files().iter().filter(|file| *file != JBOSS_LOGGING) {
        let mut lost = site.lost(file, etc);
        lost.retain(|key| !keys.contains(&key.as_str()));
        assert!(lost.is_empty(), "{file}: {lost:?}");
    }
}

/// On the site's ports, by the site's users, with the site's permissions and address settings, out
/// of the site's store.
fn assert_the_sites_users_are_served(site: &Site, broker: &mut Broker) {
    let mut clerk = broker.log_in(site.stomp_port, CLERK, CLERK_PASSWORD);
    let told = clerk.server().unwrap_or_default().to_owned();
    assert!(told.starts_with(&format!("ActiveMQ-Artemis/{} ", site.versions.new)), "{told}");
    send(&mut clerk, "orders.new", "of the new version").unwrap();
    let refused = send(&mut clerk, "elsewhere", "hello").unwrap_err().to_string();
    assert!(refused.contains("does not have permission"), "{refused}");

    let mut admin = broker.log_in(site.main_port, "admin", ADMIN_PASSWORD);
    send(&mut admin, "elsewhere", "hello").unwrap();
    assert_eq!(receive(&mut admin, "orders.new"), "of the old version");
    let refused = send(&mut admin, "fixed.nowhere", "hello").unwrap_err().to_string();
    assert!(refused.contains("does not exist"), "{refused}");
}

/// With the site's arguments and variables, from the new version's folder.
fn assert_the_process_is_the_sites(homes: &Homes, broker: &Broker) {
    let words = broker.command_line();
    let home = format!("-Dartemis.home={}", homes.home(homes.versions.new).display());
    for word in ["-Xms128M", "-Xmx256M", "-Dacme.site=harbour", "-Dlog4j2.disableJmx=true", &home] {
        assert!(words.iter().any(|found| found == word), "{word}: {words:#?}");
    }
    assert!(broker.environment().contains(&"ACME_REGION=north".to_owned()));
}

/// The value of a key of a file of the new version.
fn value(site: &Site, etc: &Path, file: &str, key: &str) -> String {
    let keys = keys(&etc.join(file), &way(file, site.versions).new);
    keys.get(key).cloned().flatten().unwrap_or_else(|| panic!("{file} has no {key}"))
}
