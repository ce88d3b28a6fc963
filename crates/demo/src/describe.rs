//! What an environment has, for people.

use crate::{DemoError, DemoSite, plugin};

impl DemoSite {
    /// What it has: pairs of a subject and a text, in the order to be shown.
    pub fn describe(&self) -> Result<Vec<(&'static str, String)>, DemoError> {
        let archive = self.spec().archive.display();
        Ok(vec![
            ("broker", format!("ActiveMQ {}, unpacked from {archive}", self.version()?)),
            ("home", format!("{}, a link; data inside the home", self.link().display())),
            ("environment file", self.environment_file().display().to_string()),
            ("connectors", self.connectors()),
            ("users", "admin, system, orders, audit and probe by JAAS, in four groups".to_owned()),
            ("permissions", "for seven patterns of destinations".to_owned()),
            ("TLS", "a keystore of its own, its password in activemq.xml".to_owned()),
            ("limits", self.limits()),
            ("policies", "own dead-letter queues, memory limits, removal of the unused".to_owned()),
            ("bin/env", self.java_options()),
            ("logging", self.logging()),
            ("plugin", format!("lib/{}, sets `{}` on messages", plugin::JAR, plugin::PROPERTY)),
            ("only here", self.only_here()),
            ("messages", self.messages()),
        ])
    }

    fn connectors(&self) -> String {
        let ports = self.ports();
        format!(
            "openwire (nio) {}, stomp {}, stomp-tls {}, console {}; amqp, mqtt and ws removed",
            ports.openwire, ports.stomp, ports.stomp_tls, ports.console
        )
    }

    fn limits(&self) -> String {
        let profile = self.profile();
        let [memory, store, temporary] = profile.limits;
        format!(
            "memory {memory}, store {store}, temporary {temporary}, {} connections, \
             journal files of {}",
            profile.connections, profile.journal_file
        )
    }

    fn java_options(&self) -> String {
        let profile = self.profile();
        format!(
            "{}, audit log, properties of its own, {} s until the vendor's stop kills",
            profile.heap, profile.kill_after_seconds
        )
    }

    fn logging(&self) -> String {
        let (size, kept) = self.profile().log;
        format!("{kept} old logs of {size}, a logger with a file of its own for the plugin")
    }

    fn only_here(&self) -> String {
        match self.profile().extra_plugin.trim() {
            "" => "nothing".to_owned(),
            plugin => plugin.to_owned(),
        }
    }

    fn messages(&self) -> String {
        let sizes = self.spec().sizes;
        let expected = self.expected();
        format!(
            "{} in each of {} queues, {} for the durable subscription `{}` of `{}`; \
             about {} bytes each",
            sizes.queue_messages,
            expected.queues().len(),
            sizes.durable_messages,
            expected.subscription.name,
            expected.subscription.client_id,
            sizes.body_bytes
        )
    }
}
