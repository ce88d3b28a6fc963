//! What tests of small files share: specs, decisions, and looks at what came of them.

use crate::support::{settle_texts, settled_text};
use refit_model::{Decision, KeyOutcome, Remark};
use refit_settings::{FileSpec, Rule, Settled};

/// A broker's file with two connectors.
pub const CONNECTORS: &str = r#"<broker>
  <!-- endpoints -->
  <connector name="main" uri="tcp://0.0.0.0:1?max=10&amp;frame=100"/>
  <connector name="stomp" uri="stomp://0.0.0.0:2?max=10"/>
</broker>
"#;

/// A file's spec, as packs write it.
pub fn spec(toml: &str) -> FileSpec {
    toml::from_str(toml).unwrap()
}

/// A broker's file: connectors are endpoints, the directory is where the store is.
pub fn broker() -> FileSpec {
    spec(
        r#"
        path = "conf/broker.xml"
        format = "xml"
        identities = [{ element = "broker", attributes = [] }]
        values = [
            { key = "**/connector[*]/@uri", kind = "uri" },
            { key = "**/entry[*]/@read", kind = "comma-list" },
        ]
        guards = [
            { key = "**/connector*/**", what = "endpoint" },
            { key = "broker/store/@directory", what = "storage" },
        ]
        "#,
    )
}

/// Java properties of which nothing else is known.
pub fn properties() -> FileSpec {
    spec("path = \"conf/a.properties\"\nformat = \"properties\"")
}

/// A shell file with arguments of a virtual machine.
pub fn environment() -> FileSpec {
    spec(
        r#"
        path = "bin/env"
        format = "shell-environment"
        values = [{ key = "*OPTS*", kind = "jvm-arguments" }]
        "#,
    )
}

/// Rules, as packs write them.
pub fn rules(toml: &str) -> Vec<Rule> {
    #[derive(serde::Deserialize)]
    struct Rules {
        rule: Vec<Rule>,
    }
    toml::from_str::<Rules>(toml).unwrap().rule
}

/// A decision, whatever was seen.
pub fn decision(subject: &str, choice: &str) -> Decision {
    Decision {
        subject: subject.to_owned(),
        choice: choice.to_owned(),
        seen: None,
        by: "test".to_owned(),
        why: String::new(),
    }
}

/// The settled text, where nothing is asked.
pub fn written(spec: &FileSpec, base: &str, site: &str, new: &str) -> String {
    let settled = settle_texts(spec, Some(base), site, new);
    let open: Vec<_> = settled.settlement.open().collect();
    assert!(open.is_empty(), "{open:#?}");
    settled_text(&settled, site, new).unwrap()
}

/// What became of a key.
pub fn outcome<'a>(settled: &'a Settled, key: &str) -> &'a KeyOutcome {
    settled.settlement.outcomes.iter().find(|found| found.key == key).unwrap()
}

/// The first remark about a key.
pub fn remark<'a>(settled: &'a Settled, key: &str) -> &'a str {
    let about = |remark: &&Remark| remark.key.as_deref() == Some(key);
    settled.settlement.remarks.iter().find(about).map_or("", |remark| remark.text.as_str())
}
