//! The readings of the ActiveMQ pack, run over the vendor's own defaults: patterns that match
//! nothing there would find nothing in a site's file either.

use refit_model::Version;
use refit_packs::{EndpointAt, Extraction, Pack, Packs};
use refit_settings::{KeyPattern, ShippedKey};

fn activemq() -> Pack {
    Packs::embedded().get("activemq-classic").expect("the embedded pack loads")
}

fn keys<'a>(pack: &'a Pack, version: &str, file: &str) -> &'a [ShippedKey] {
    let version: Version = version.parse().expect("a version");
    let default = pack.default_in(&version, file);
    &default.expect("the version ships the file").file.keys
}

/// What the pattern's stars stand for, and the value, of each key in force that matches.
fn matches<'a>(
    keys: &'a [ShippedKey],
    pattern: &KeyPattern,
) -> Vec<(Vec<String>, Option<&'a str>)> {
    let in_force = keys.iter().filter(|key| !key.path.starts_with("off:"));
    let found = in_force.filter_map(|key| {
        let captures = pattern.captures(&key.path)?;
        Some((captures, key.value.as_deref()))
    });
    found.collect()
}

fn values<'a>(pack: &'a Pack, version: &str, file: &str, pattern: &KeyPattern) -> Vec<&'a str> {
    let found = matches(keys(pack, version, file), pattern);
    found.into_iter().filter_map(|(_, value)| value).collect()
}

#[test]
fn endpoints_of_the_default() {
    let pack = activemq();
    let mut found = Vec::new();
    for reading in &pack.facts.endpoint {
        let default = pack.default_in(&"5.16.7".parse().unwrap(), &reading.file);
        let Some(default) = default else { continue };
        match &reading.at {
            EndpointAt::Uri { key } => {
                for (stars, uri) in matches(&default.file.keys, key) {
                    let scheme = uri.unwrap().split("://").next().unwrap();
                    assert!(pack.facts.scheme(scheme).is_some(), "{scheme}");
                    found.push(stars[0].clone());
                }
            }
            EndpointAt::HostAndPort { name, port, .. } => {
                for (_, port) in matches(&default.file.keys, port) {
                    found.push(format!("{name} {}", port.unwrap()));
                }
            }
            EndpointAt::JvmProperty { key, .. } => {
                assert!(!matches(&default.file.keys, key).is_empty());
            }
        }
    }
    assert_eq!(found, ["openwire", "amqp", "stomp", "mqtt", "ws", "console 8161"]);
}

#[test]
fn written_places_of_the_default() {
    let pack = activemq();
    let mut found = Vec::new();
    for (version, written) in ["5.16.7", "5.18.3"]
        .into_iter()
        .flat_map(|version| pack.facts.written.iter().map(move |written| (version, written)))
    {
        if pack.default_in(&version.parse().unwrap(), &written.file).is_some() {
            found.extend(values(&pack, version, &written.file, &written.key));
        }
    }
    let old = [
        "${activemq.data}",
        "${activemq.data}/kahadb",
        "${activemq.data}/activemq.log",
        "${activemq.data}/audit.log",
        "/dev/null",
    ];
    let new = [
        "${activemq.data}",
        "${activemq.data}/kahadb",
        "${sys:activemq.data}/activemq.log",
        "${sys:activemq.data}/audit.log",
        "/dev/null",
    ];
    assert_eq!(found, [old, new].concat());
    let known = &pack.product.layout.placeholders;
    for path in found.iter().filter(|path| path.contains('$')) {
        assert!(known.iter().any(|p| path.starts_with(&p.written)), "{path}");
    }
}

fn read<'a>(pack: &'a Pack, version: &str, fact: &str) -> Vec<&'a str> {
    let of_fact = |extraction: &&Extraction| extraction.fact == fact;
    let wanted = |extraction: &Extraction, value: &str| {
        let pattern = extraction.where_value.as_ref();
        pattern.is_none_or(|pattern| value.eq_ignore_ascii_case(pattern))
    };
    let extractions = pack.facts.extract.iter().filter(of_fact);
    extractions
        .flat_map(|extraction| {
            let found = matches(keys(pack, version, &extraction.file), &extraction.key);
            let values = found.into_iter().map(|(_, value)| value.unwrap_or(""));
            values.filter(move |value| wanted(extraction, value))
        })
        .collect()
}

#[test]
fn facts_of_the_default() {
    let pack = activemq();
    assert_eq!(read(&pack, "5.16.7", "broker.name"), ["localhost"]);
    assert_eq!(read(&pack, "5.16.7", "store.kind"), [""]);
    assert_eq!(read(&pack, "5.16.7", "beans.log_query").len(), 1);
    assert_eq!(read(&pack, "5.18.3", "beans.log_query").len(), 0);
    assert_eq!(read(&pack, "5.16.7", "console.host"), ["127.0.0.1"]);
    assert_eq!(read(&pack, "5.15.16", "console.host"), ["0.0.0.0"]);
    assert_eq!(read(&pack, "5.16.7", "console.imported").len(), 1);
    assert_eq!(read(&pack, "5.16.7", "console.hash_login").len(), 1);
    assert_eq!(read(&pack, "5.16.7", "jmx.connector"), ["false"]);
    assert!(read(&pack, "5.16.7", "beans.classes").len() > 20);
    assert_eq!(read(&pack, "5.16.7", "network.connectors"), [""; 0]);
}

/// Rules that are about keys of the defaults of 5.15 to 5.18 find these keys.
#[test]
fn rules_find_their_keys_in_the_defaults() {
    let pack = activemq();
    let expected = [
        ("log-query-removed", "5.16.7"),
        ("connector-stomp-stays-5", "5.18.3"),
        ("frame-limit-lower-5", "5.18.3"),
        ("jetty-import-renamed", "5.18.3"),
        ("console-loopback", "5.15.16"),
        ("console-roles-6", "5.18.3"),
        ("console-admin-roles-6", "5.18.3"),
        ("console-hash-login-6", "5.18.3"),
        ("jetty-realm-gone", "5.18.3"),
        ("console-admins-only-5", "5.18.3"),
        ("jolokia-post-only-5", "5.18.3"),
        ("heap-default-6", "5.18.3"),
        ("wrapper-32-bit-gone", "5.18.3"),
        ("camel-logger-gone", "5.16.7"),
    ];
    for (id, version) in expected {
        let rule = pack.settings.rule.iter().find(|rule| rule.id == id).unwrap();
        let found = matches(keys(&pack, version, &rule.file), &rule.key);
        assert!(!found.is_empty(), "{id} in {version}");
    }
}

#[test]
fn passwords_of_the_defaults_are_seen_as_secrets() {
    let pack = activemq();
    for file in [
        "conf/users.properties",
        "conf/jetty-realm.properties",
        "conf/jmx.password",
        "conf/credentials.properties",
    ] {
        let keys = keys(&pack, "5.16.7", file);
        assert!(keys.iter().any(|key| key.secret), "{file}");
        let plain = keys.iter().filter(|key| !key.secret);
        let known = ["admin", "manager", "activemq", "password"];
        let mut values = plain.filter_map(|key| key.value.as_deref());
        assert!(values.all(|value| !known.contains(&value)), "{file}");
    }
}
