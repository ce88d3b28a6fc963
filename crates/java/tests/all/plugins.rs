//! The three kinds of broker plugins, compiled against a real 5.16.7: which of them still find
//! their classes in 5.18.3 and in 6.3.1?

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use refit_java::{ClassIndex, ClassSpace, Lack, Missing, Reference};

use crate::jdk::{compile, jdeps_missing, jdk};
use crate::support::{FOLDERS, archive, artifact, index_of_jars, jars_in, read_jar, unpack_jars};

const NEITHER: &str = r#"
package com.acme.stamp;
import org.apache.activemq.broker.*;
import org.apache.activemq.command.Message;
public class StampPlugin implements BrokerPlugin {
    public Broker installPlugin(Broker next) {
        return new BrokerFilter(next) {
            @Override public void send(ProducerBrokerExchange exchange, Message message)
                    throws Exception {
                if (message.getProperty("stamp") == null) message.setProperty("stamp", "1");
                super.send(exchange, message);
            }
        };
    }
}
"#;

const LOGS: &str = r#"
package com.acme.audit;
import org.apache.activemq.broker.*;
import org.apache.activemq.command.ConnectionInfo;
public class AuditPlugin extends BrokerPluginSupport {
    private static final org.apache.log4j.Logger LOG = org.apache.log4j.Logger.getLogger("audit");
    @Override public void addConnection(ConnectionContext context, ConnectionInfo info)
            throws Exception {
        LOG.info(context.getUserName());
        super.addConnection(context, info);
    }
}
"#;

const JMS: &str = r#"
package com.acme.guard;
import org.apache.activemq.broker.*;
import javax.jms.*;
import org.apache.activemq.command.Message;
public class GuardPlugin extends BrokerPluginSupport {
    @Override public void send(ProducerBrokerExchange exchange, Message message)
            throws Exception {
        try {
            if (message instanceof TextMessage && ((TextMessage) message).getText() == null)
                throw new JMSException("empty");
        } catch (JMSException e) {
            throw new RuntimeException(e);
        }
        super.send(exchange, message);
    }
}
"#;

/// A site's class in a package of the vendor, where it sees what belongs to the package.
const SQUATTER: &str = r"
package org.apache.activemq.blob;
public class AcmeBlobs {
    Class<?> strategy() { return FTPBlobUploadStrategy.class; }
}
";

struct Kinds {
    neither: PathBuf,
    logs: PathBuf,
    jms: PathBuf,
    squatter: PathBuf,
}

/// Compiles the plugins as a site on Java 8 would have.
fn kinds(folder: &Path, class_path: &[PathBuf]) -> Kinds {
    let compiled = |jar: &str, file: &str, source: &str| {
        let options = ["--release", "8"];
        compile(folder, jar, &options, class_path, &[(file, source)])
    };
    Kinds {
        neither: compiled("stamp-1.0.jar", "StampPlugin.java", NEITHER),
        logs: compiled("audit-1.0.jar", "AuditPlugin.java", LOGS),
        jms: compiled("guard-1.0.jar", "GuardPlugin.java", JMS),
        squatter: compiled("squatter-1.0.jar", "AcmeBlobs.java", SQUATTER),
    }
}

fn missing(jar: &Path, release: &ClassIndex) -> Missing {
    let jdk = jdk().unwrap();
    ClassSpace::new(&jdk, release, &[read_jar(jar)]).missing()
}

fn classes(missing: &Missing) -> Vec<&str> {
    missing.needed.iter().map(|missing| missing.class.as_str()).collect()
}

#[test]
fn on_5_18_3_only_what_log4j_1_gave_is_missing() {
    let (Some(old), Some(new), Some(_)) = (archive("5.16.7"), archive("5.18.3"), jdk()) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let [old_home, new_home] = ["old", "new"].map(|name| folder.path().join(name));
    std::fs::create_dir(&old_home).unwrap();
    std::fs::create_dir(&new_home).unwrap();
    let old_jars = unpack_jars(&old, &FOLDERS, &old_home);
    let new_jars = unpack_jars(&new, &FOLDERS, &new_home);
    let kinds = kinds(folder.path(), &old_jars);
    let (old, new) = (index_of_jars(&old_jars), index_of_jars(&new_jars));

    let jars = [&kinds.neither, &kinds.logs, &kinds.jms, &kinds.squatter];
    for jar in jars {
        assert_eq!(missing(jar, &old), Missing::default(), "they run where they were made");
    }
    assert_eq!(missing(&kinds.neither, &new), Missing::default());
    assert_eq!(missing(&kinds.jms, &new), Missing::default());
    let squatter = missing(&kinds.squatter, &new);
    assert_eq!(classes(&squatter), ["org.apache.activemq.blob.FTPBlobUploadStrategy"]);
    let logs = missing(&kinds.logs, &new);
    assert_eq!(classes(&logs), ["org.apache.log4j.Logger"]);
    assert_eq!(logs.packages(), ["org.apache.log4j"].into());
    let logger = &logs.needed[0];
    assert_eq!((logger.lack, logger.strongest), (Lack::Absent, Reference::Code));
    assert_eq!(logger.users[0].class.as_str(), "com.acme.audit.AuditPlugin");
    assert_eq!(logger.users[0].jar, "audit-1.0.jar");

    let paths = jars.map(PathBuf::clone);
    let theirs = jdeps_missing(folder.path(), &paths, &new_jars);
    for (jar, theirs) in jars.into_iter().zip(theirs) {
        let ours: BTreeSet<_> = missing(jar, &new)
            .needed
            .into_iter()
            .flat_map(|missing| {
                let class = missing.class.to_string();
                let users = missing.users.into_iter();
                users.map(move |user| (user.class.to_string(), class.clone()))
            })
            .collect();
        assert_eq!(ours, theirs, "{}", jar.display());
    }
}

#[test]
fn on_6_3_1_javax_jms_is_missing_too() {
    let (Some(old), Some(new), Some(_)) =
        (archive("5.16.7"), artifact("activemq-6.3.1-lib"), jdk())
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let old_jars = unpack_jars(&old, &FOLDERS, folder.path());
    let kinds = kinds(folder.path(), &old_jars);
    let new = index_of_jars(&jars_in(&new));

    assert_eq!(missing(&kinds.neither, &new), Missing::default());
    assert_eq!(classes(&missing(&kinds.logs, &new)), ["org.apache.log4j.Logger"]);
    let jms = missing(&kinds.jms, &new);
    assert_eq!(classes(&jms), ["javax.jms.JMSException", "javax.jms.TextMessage"]);
    assert_eq!(jms.needed[0].strongest, Reference::Code);
}
