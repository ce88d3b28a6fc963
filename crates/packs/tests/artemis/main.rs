//! A site's instance of Artemis on its way to a new version, with the vendor's own programs: what
//! the vendor's `upgrade` makes of it, and what Refit makes of it.
//!
//! Needs both archives in the folder that `REFIT_TEST_ARTIFACTS` names, and Java.

mod broker;
mod homes;
mod settled;
mod site;

use std::process::Command;

use broker::Broker;
use homes::{ADMIN_PASSWORD, Homes, NEW, succeed};
use site::{CLERK, CLERK_PASSWORD, Site, keys};

/// Keys of a file that the site had changed, and that are not as it had them afterwards.
fn lost(site: &Site, file: &str, after: &std::path::Path) -> Vec<String> {
    let spec = settled::way(file).old;
    let base = keys(&site.base.join(file), &spec);
    let own = keys(&site.file(file), &spec);
    let after = keys(after, &spec);
    let all: std::collections::BTreeSet<_> = base.keys().chain(own.keys()).collect();
    let is_changed = |key: &&&String| base.get(**key) != own.get(**key);
    let is_lost = |key: &&&String| own.get(**key) != after.get(**key);
    all.iter().filter(is_changed).filter(is_lost).map(|key| (*key).clone()).collect()
}

#[test]
fn the_vendors_upgrade_loses_settings_and_leaves_an_instance_that_does_not_start() {
    let Some(homes) = Homes::unpack("the vendor's upgrade") else {
        return;
    };
    let site = Site::make(&homes);
    let instance = homes.instance();
    succeed(Command::new("cp").arg("-a").arg(&site.changed).arg(&instance));
    let output = succeed(homes.command(NEW).arg("upgrade").arg(&instance));
    println!("{}", homes::text_of(&output));
    for file in settled::FILES.iter().filter(|file| **file != "logging.properties") {
        println!("{file}: {:?}", lost(&site, file, &instance.join("etc").join(file)));
    }
    println!("{}", std::fs::read_to_string(instance.join("etc/artemis.profile")).unwrap());
    let (code, said) = Broker::start(&instance).ends();
    println!("{code:?} {said}");
}

#[test]
fn the_settled_instance_starts_with_what_the_site_had() {
    let Some(homes) = Homes::unpack("the settled instance") else {
        return;
    };
    let site = Site::make(&homes);
    homes.create_instance(NEW);
    settled::settle_into(&site, &homes.instance());
    let mut broker = Broker::start(&homes.instance());
    let mut clerk = broker.log_in(site.stomp_port, CLERK, CLERK_PASSWORD);
    println!("{:?}", clerk.server());
    println!("{:?}", broker::send(&mut clerk, "orders.new"));
    println!("{:?}", broker::send(&mut clerk, "elsewhere"));
    let mut admin = broker.log_in(site.main_port, "admin", ADMIN_PASSWORD);
    println!("{:?}", broker::send(&mut admin, "elsewhere"));
    println!("{:?}", broker::send(&mut admin, "fixed.nowhere"));
    println!("{:?}", broker.command_line());
    println!("{:?}", broker.environment());
    println!("{:?}", broker::ask_web(site.console_port));
    println!("{}", broker.said());
    for name in ["artemis.profile", "broker.xml", "bootstrap.xml", "log4j2.properties"] {
        std::fs::copy(homes.instance().join("etc").join(name), format!("/root/try/art/{name}")).unwrap();
    }
}
