//! A site of ActiveMQ 5.18.3 on its way to 6.3.1: its settled files and a copy of its store, run by
//! the new version.
//!
//! There is no archive of 6.3.1 that Maven can fetch. Its broker core is put together from the jars
//! that the vendor publishes: store, connectors for OpenWire and STOMP, login, permissions and
//! policies. The web console is not among them, so that the import of its configuration is taken
//! out before the start. The vendor's new defaults are in none of the jars either: in their place
//! stands an imitation, the vendor's files of 5.18.3 with the changes that the pack knows of.
//!
//! Needs the archive of 5.18.3 and these jars in the folder that `REFIT_TEST_ARTIFACTS` names, and
//! a Java development kit.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod assembled;
mod imitation;
mod messages;
mod settled;
mod site;

use std::fs;
use std::time::{Duration, Instant};

use refit_demo::{PUBLISHED_JARS, artifact_for_test, artifacts_for_tests};
use refit_model::{Outcome, Protocol};
use refit_wire::{TcpConnect, VersionQuestion, WireError, ask_version};

use assembled::Assembled;
use imitation::Imitation;
use messages::{ADMIN, CLERK, log_in, send};
use settled::{SettledSite, settle};
use site::Site;

const TEST: &str = "the_settled_site_runs_on_6_3_1_with_a_copy_of_its_store";
/// The version that the site runs, and the one that it is to run.
const OLD: &str = "5.18.3";
const NEW: &str = "6.3.1";
/// How long anything may take on a busy machine.
const LIMIT: Duration = Duration::from_mins(2);

fn soon() -> Instant {
    Instant::now() + LIMIT
}

#[test]
fn the_settled_site_runs_on_6_3_1_with_a_copy_of_its_store() {
    let Some([archive]) = artifacts_for_tests(TEST, [OLD]) else { return };
    let Some(jars) = artifact_for_test(TEST, PUBLISHED_JARS) else { return };
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(&archive, &folder.path().join("old"));
    site.run_and_store();

    let new = Imitation::of(site.vendors());
    let settled = settle(&site, &new);
    assert_the_broker_is_settled(&site, &settled);
    let home = Assembled::home(&folder.path().join("new"), &jars, &site);
    home.write(&settled);
    home.take_the_consoles_import_out();
    let mut broker = home.start();
    broker.until_it_answers(site.ports().stomp);
    assert_it_is_the_new_version(&site);
    assert_the_sites_rights_hold(&site);
    messages::assert_all_are_there(site.ports().stomp);
    broker.end();
    assert_the_log_is_the_sites(&home);
}

/// What the vendor's new default switched off stays on, and what the site had set is set.
fn assert_the_broker_is_settled(site: &Site, settled: &SettledSite) {
    let broker = settled.text("conf/activemq.xml");
    let port = site.ports().stomp;
    let live = [
        format!("uri=\"stomp://127.0.0.1:{port}\""),
        "brokerName=\"harbour\"".to_owned(),
        "journalMaxFileLength=\"16mb\"".to_owned(),
        "<policyEntry queue=\"orders.>\" memoryLimit=\"8mb\"".to_owned(),
        "write=\"clerks\" admin=\"clerks\"".to_owned(),
        "<!-- the disk is shared -->".to_owned(),
        "<import resource=\"jetty-spring.xml\"/>".to_owned(),
    ];
    for part in &live {
        assert_eq!(broker.matches(part).count(), 1, "{part}\n{broker}");
    }
    assert!(!broker.contains("\"jetty.xml\""), "{broker}");
    assert!(broker.contains("<!-- <transportConnector name=\"amqp\""), "{broker}");
    let moved = settled.outcome("conf/activemq.xml", "beans/import[resource=jetty.xml]");
    assert!(matches!(moved, Outcome::Moved(to) if to.contains("jetty-spring.xml")), "{moved:?}");

    let environment = settled.text("bin/setenv");
    assert!(environment.contains("-Xmx300M"), "{environment}");
    assert!(settled.text("conf/groups.properties").contains("clerks=olga"));
}

fn assert_it_is_the_new_version(site: &Site) {
    let ports = site.ports();
    for (protocol, port) in [(Protocol::Stomp, ports.stomp), (Protocol::Openwire, ports.openwire)] {
        let question = VersionQuestion {
            connect: &TcpConnect,
            protocol,
            address: &format!("127.0.0.1:{port}"),
            credentials: Some(&ADMIN.credentials()),
        };
        let told = ask_version(&question, soon()).unwrap();
        assert_eq!(told.version, NEW.parse().unwrap(), "{protocol:?}");
    }
}

/// The clerk may send orders and nothing else; nobody comes in with another password.
fn assert_the_sites_rights_hold(site: &Site) {
    let port = site.ports().stomp;
    let mut clerk = log_in(port, &CLERK, None).unwrap();
    send(&mut clerk, "/queue/orders.urgent", "of the new version").unwrap();
    let refused = send(&mut clerk, "/queue/bills", "no").unwrap_err();
    assert!(matches!(refused, WireError::NotPermitted { .. }), "{refused}");
    let mut admin = log_in(port, &ADMIN, None).unwrap();
    send(&mut admin, "/queue/bills.late", "yes").unwrap();
    let stranger = messages::User { password: "other", ..CLERK };
    let refused = log_in(port, &stranger, None).unwrap_err();
    assert!(matches!(refused, WireError::WrongCredentials { .. }), "{refused}");
}

/// The new version read the site's settled configuration of logging.
fn assert_the_log_is_the_sites(home: &Assembled) {
    let log = fs::read_to_string(home.path().join("data/activemq.log")).unwrap();
    assert!(log.contains("Apache ActiveMQ 6.3.1 (harbour, "), "{log}");
    assert!(log.contains("KahaDB is version 7"), "{log}");
    assert!(!log.contains("ERROR"), "{log}");
}
