//! What a site writes into the vendor's activemq.xml.

use crate::profile::Profile;
use crate::{SitePorts, plugin};

/// The groups that may use the broker at all.
const EVERYBODY: &str = "admins,applications,auditors,monitors";

/// Attributes of the broker.
pub fn name(profile: &Profile) -> String {
    let site = profile.site;
    format!(r#"brokerName="acme-{site}" schedulePeriodForDestinationPurge="60000""#)
}

/// Login, permissions, and the site's own plugin.
pub fn plugins(profile: &Profile) -> String {
    let entries: String = [
        ("queue", ">", "admins,monitors", "admins", "admins"),
        ("queue", "orders.>", "applications", "applications", "admins,applications"),
        ("queue", "billing.>", "applications,auditors", "applications", "admins,applications"),
        ("queue", "probe.>", "monitors", "monitors", "monitors"),
        ("topic", ">", "admins", "admins", "admins"),
        ("topic", "prices.>", "applications,auditors", "applications", "applications,auditors"),
        ("topic", "ActiveMQ.Advisory.>", EVERYBODY, EVERYBODY, EVERYBODY),
    ]
    .map(|(kind, name, read, write, admin)| {
        format!(
            r#"                    <authorizationEntry {kind}="{name}"
                        read="{read}" write="{write}" admin="{admin}"/>
"#
        )
    })
    .concat();
    let Profile { site, extra_plugin, .. } = profile;
    let class = plugin::CLASS;
    format!(
        r#"        <!-- Acme: who may do what, see the wiki page MSG-12 -->
        <plugins>
            <jaasAuthenticationPlugin configuration="activemq"/>
            <authorizationPlugin>
              <map>
                <authorizationMap>
                  <authorizationEntries>
{entries}                  </authorizationEntries>
                  <tempDestinationAuthorizationEntry>
                    <tempDestinationAuthorizationEntry
                        read="applications" write="applications" admin="applications"/>
                  </tempDestinationAuthorizationEntry>
                </authorizationMap>
              </map>
            </authorizationPlugin>
{extra_plugin}            <bean xmlns="http://www.springframework.org/schema/beans"
                id="acmeStamp" class="{class}">
                <property name="site" value="{site}"/>
            </bean>
        </plugins>

"#
    )
}

/// Policies for queues, beside the vendor's one for topics.
pub fn policies(profile: &Profile) -> String {
    let memory = profile.queue_memory;
    format!(
        r#"                <policyEntry queue=">" memoryLimit="{memory}"
                    gcInactiveDestinations="true" inactiveTimeoutBeforeGC="1800000">
                  <deadLetterStrategy>
                    <individualDeadLetterStrategy
                        queuePrefix="DLQ." useQueueForQueueMessages="true"/>
                  </deadLetterStrategy>
                </policyEntry>
                <policyEntry queue="orders.>" memoryLimit="{memory}" maxPageSize="400"
                    producerFlowControl="true" gcInactiveDestinations="false">
                  <deadLetterStrategy>
                    <individualDeadLetterStrategy
                        queuePrefix="DLQ." useQueueForQueueMessages="true" processExpired="false"/>
                  </deadLetterStrategy>
                </policyEntry>
"#
    )
}

/// The message store.
pub fn store(profile: &Profile) -> String {
    let length = profile.journal_file;
    format!(
        r#"            <kahaDB directory="${{activemq.data}}/kahadb"
                journalMaxFileLength="{length}" indexCacheSize="20000"
                checkForCorruptJournalFiles="true" cleanupInterval="15000"/>
"#
    )
}

/// The keystore, with its password as many sites have it: in the open.
pub fn tls(keystore: &str, password: &str) -> String {
    format!(
        r#"        <sslContext>
            <sslContext keyStore="file:${{activemq.conf}}/{keystore}"
                keyStoreType="PKCS12" keyStorePassword="{password}"/>
        </sslContext>

"#
    )
}

/// The connector for Java clients.
pub fn openwire(profile: &Profile, ports: SitePorts) -> String {
    connector(profile, "openwire", "nio", ports.openwire, "")
}

/// The connectors for STOMP, without and with TLS.
pub fn stomp(profile: &Profile, ports: SitePorts) -> String {
    let protocols = "&amp;transport.enabledProtocols=TLSv1.2,TLSv1.3";
    let plain = connector(profile, "stomp", "stomp+nio", ports.stomp, "");
    plain + &connector(profile, "stomp-tls", "stomp+nio+ssl", ports.stomp_tls, protocols)
}

fn connector(profile: &Profile, name: &str, scheme: &str, port: u16, more: &str) -> String {
    let connections = profile.connections;
    let options =
        format!("maximumConnections={connections}&amp;wireFormat.maxFrameSize=52428800{more}");
    let uri = format!("{scheme}://127.0.0.1:{port}?{options}");
    format!("            <transportConnector name=\"{name}\" uri=\"{uri}\"/>\n")
}
