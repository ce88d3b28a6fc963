//! Two environments beside each other, and brokers that do not start.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use refit_demo::{
    DemoError, DemoSite, JavaHome, SiteSpec, SiteUser, Sizes, Variant, artifacts_for_tests,
    brokers_within,
};
use refit_model::{Environment, EnvironmentName, Secret};
use refit_wire::jolokia::Jolokia;
use refit_wire::stomp::{OutgoingMessage, StompClient, StompLogin};
use refit_wire::tls::{TlsConnect, Trust};
use refit_wire::{Credentials, TcpConnect, WireError};

const SIZES: Sizes = Sizes { queue_messages: 450, durable_messages: 50, body_bytes: 700 };

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

fn make(folder: &Path, archive: &Path, variant: Variant, name: &str) -> DemoSite {
    let spec = SiteSpec {
        name: EnvironmentName::new(name).unwrap(),
        variant,
        archive: archive.to_owned(),
        java: JavaHome::of_this_machine().unwrap(),
        sizes: SIZES,
    };
    DemoSite::make(&folder.join(name), spec).unwrap()
}

#[test]
fn staging_and_production_run_side_by_side() {
    let test = "staging_and_production_run_side_by_side";
    let Some([archive]) = artifacts_for_tests(test, ["5.16.7"]) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let make_and_run = |variant, name| {
        let site = make(folder, &archive, variant, name);
        let guard = site.stop_on_drop();
        let started = site.start(Duration::from_mins(5)).unwrap();
        assert_eq!(started.version, "5.16.7".parse().unwrap());
        site.load_messages(soon()).unwrap();
        (site, guard)
    };
    let ((staging, staging_guard), (production, production_guard)) = thread::scope(|scope| {
        let other = scope.spawn(|| make_and_run(Variant::Production, "production"));
        let one = make_and_run(Variant::Staging, "staging");
        (one, other.join().unwrap())
    });
    for site in [&staging, &production] {
        holds_what_is_expected(site);
        lets_users_in_and_strangers_not(site);
        answers_by_tls(site);
        writes_its_own_logs(site);
        has_an_environment_file(site);
        starting_twice_is_refused(site);
    }
    they_differ(&staging, &production);
    stops_by_signal_and_keeps_its_messages(&staging);
    production_is_untouched(&production);
    drop(production_guard);
    assert!(production.running().unwrap().is_empty());
    drop(staging_guard);
    assert!(brokers_within(folder).unwrap().is_empty());
}

/// Every message by browsing: order, content and headers.
fn holds_what_is_expected(site: &DemoSite) {
    let held = site.held(soon()).unwrap();
    assert_eq!(held.wrong, Vec::<String>::new());
    assert!(held.is_all(&site.expected(), 0), "{held:?}");
}

fn send_as(site: &DemoSite, user: SiteUser, destination: &str) -> Result<(), WireError> {
    let mut client = site.stomp_client(user, None, soon()).expect("may connect");
    client.send(&OutgoingMessage::persistent(destination, "x"), soon())
}

fn lets_users_in_and_strangers_not(site: &DemoSite) {
    send_as(site, SiteUser::Admin, "/queue/anything.at.all").unwrap();
    send_as(site, SiteUser::Probe, "/queue/probe.test").unwrap();
    for (user, destination) in [
        (SiteUser::Audit, "/queue/orders.incoming"),
        (SiteUser::Probe, "/queue/orders.incoming"),
        (SiteUser::Orders, "/queue/secret"),
    ] {
        let error = send_as(site, user, destination).unwrap_err();
        assert!(matches!(error, WireError::NotPermitted { .. }), "{user:?}: {error}");
    }
    let mut client = site.stomp_client(SiteUser::Probe, None, soon()).unwrap();
    let forbidden = OutgoingMessage::persistent("/queue/orders.incoming", "x");
    assert!(client.send(&forbidden, soon()).is_err());
    let permitted = OutgoingMessage::persistent("/queue/probe.test", "x");
    client.send(&permitted, soon()).expect("a refusal does not end the session");
    let mut strangers = vec![None, Some(Credentials::new("nobody", Secret::new("x")))];
    strangers.push(Some(Credentials::new("orders", Secret::new("wrong"))));
    for credentials in strangers {
        let address = format!("127.0.0.1:{}", site.ports().stomp);
        let login = StompLogin::new(credentials);
        let error = StompClient::log_in(&TcpConnect, &address, &login, soon()).unwrap_err();
        assert!(matches!(error, WireError::WrongCredentials { .. }), "{error}");
    }
    let address = format!("127.0.0.1:{}", site.ports().console);
    let vendors_login = Credentials::new("admin", Secret::new("admin"));
    let stranger = Jolokia::new(&TcpConnect, address, Some(vendors_login));
    let error = stranger.broker(soon()).unwrap_err();
    assert!(matches!(error, WireError::WrongCredentials { .. }), "{error}");
}

fn answers_by_tls(site: &DemoSite) {
    let pem = fs::read(site.certificate()).unwrap();
    let tls = TlsConnect::new(TcpConnect, Trust::certificates(&pem).unwrap());
    let port = site.ports().stomp_tls;
    let client = site.stomp_client_by(&tls, port, SiteUser::Probe, None, soon()).unwrap();
    assert_eq!(client.server(), Some("ActiveMQ/5.16.7"));
    client.disconnect(soon()).unwrap();
    let error = site.stomp_client_by(&TcpConnect, port, SiteUser::Probe, None, soon_enough());
    assert!(error.is_err(), "without TLS there must be no answer");
    let log = fs::read_to_string(site.link().join("data/activemq.log")).unwrap();
    assert!(!log.contains("close_notify"), "each client by TLS says farewell");
}

/// For a question that gets no answer.
fn soon_enough() -> Instant {
    Instant::now() + Duration::from_millis(500)
}

fn writes_its_own_logs(site: &DemoSite) {
    let data = site.link().join("data");
    let own = fs::read_to_string(data.join("acme-stamp.log")).unwrap();
    assert!(own.contains("marking messages as taken in by") && own.contains("100 messages marked"));
    let main = fs::read_to_string(data.join("activemq.log")).unwrap();
    assert!(main.contains("Apache ActiveMQ 5.16.7") && !main.contains("messages marked"));
    let [running] = &site.running().unwrap()[..] else {
        panic!("one broker runs");
    };
    let command_line = fs::read_to_string(format!("/proc/{}/cmdline", running.pid)).unwrap();
    assert!(command_line.contains("-Dorg.apache.activemq.audit=true"));
    assert!(command_line.contains("-Dacme.site="));
}

fn has_an_environment_file(site: &DemoSite) {
    let text = fs::read_to_string(site.environment_file()).unwrap();
    let environment: Environment = toml::from_str(&text).unwrap();
    assert_eq!(environment, site.environment().unwrap());
    assert_eq!(environment.name, site.spec().name);
    for user in SiteUser::ALL {
        let secret = site.credentials(user).unwrap().password;
        assert!(!text.contains(secret.expose_text().unwrap()));
    }
    let opened = DemoSite::open(site.folder()).unwrap();
    assert_eq!(opened.ports(), site.ports());
    assert!(site.describe().unwrap().iter().any(|(_, text)| text.contains("5.16.7")));
}

fn starting_twice_is_refused(site: &DemoSite) {
    let error = site.start(Duration::from_secs(1)).unwrap_err();
    assert!(matches!(error, DemoError::Running { .. }), "{error}");
}

fn they_differ(staging: &DemoSite, production: &DemoSite) {
    let conf = |site: &DemoSite| fs::read_to_string(site.link().join("conf/activemq.xml")).unwrap();
    assert!(!conf(staging).contains("statisticsBrokerPlugin"));
    assert!(conf(production).contains("statisticsBrokerPlugin"));
    for user in SiteUser::ALL {
        assert_ne!(staging.credentials(user).unwrap(), production.credentials(user).unwrap());
    }
    let at =
        |site: &DemoSite| site.console(SiteUser::ConsoleMonitor).unwrap().broker(soon()).unwrap();
    assert_eq!(at(staging).name, "acme-staging");
    assert_eq!(at(production).name, "acme-production");
    assert!(at(staging).data_directory.starts_with(staging.folder()));
    assert_eq!(at(staging).connectors.len(), 3);
}

fn stops_by_signal_and_keeps_its_messages(site: &DemoSite) {
    site.stop(Duration::from_secs(20)).unwrap();
    assert!(site.running().unwrap().is_empty());
    site.start(Duration::from_mins(5)).unwrap();
    holds_what_is_expected(site);
}

fn production_is_untouched(site: &DemoSite) {
    let broker = site.console(SiteUser::ConsoleMonitor).unwrap().broker(soon()).unwrap();
    assert!(broker.uptime > Duration::from_secs(1));
    let mode = std::os::unix::fs::MetadataExt::mode;
    for user in SiteUser::ALL {
        let metadata = fs::metadata(site.password_file(user)).unwrap();
        assert_eq!(mode(&metadata) & 0o777, 0o600);
    }
}

#[test]
fn what_is_there_already_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let spec = SiteSpec {
        name: EnvironmentName::new("staging").unwrap(),
        variant: Variant::Staging,
        archive: "apache-activemq-5.16.7-bin.tar.gz".into(),
        java: serde_json::from_str("\"/nowhere\"").unwrap(),
        sizes: SIZES,
    };
    let error = DemoSite::make(folder.path(), spec).unwrap_err();
    assert!(matches!(error, DemoError::NotEmpty(_)), "{error}");
    assert!(DemoSite::open(folder.path()).is_err());
    assert!(folder.path().exists());
}

#[test]
fn a_broker_that_dies_is_reported_with_its_log() {
    let test = "a_broker_that_dies_is_reported_with_its_log";
    let Some([archive]) = artifacts_for_tests(test, ["5.16.7"]) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let site = make(folder.path(), &archive, Variant::Third, "third");
    let _guard = site.stop_on_drop();
    // Something else has taken the connector's port.
    let address = format!("127.0.0.1:{}", site.ports().openwire);
    let _taken = std::net::TcpListener::bind(address).unwrap();
    let error = site.start(Duration::from_mins(1)).unwrap_err();
    assert!(
        matches!(&error, DemoError::Died { log, .. } if log.contains("Address already in use")),
        "{error}"
    );
}
