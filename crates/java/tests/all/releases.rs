//! Real releases of `ActiveMQ`: class paths, beans, elements, and jars of two releases together.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{
    FOLDERS, JAVA, archive, index_of, index_of_jars, read_jar, unpack_jars, unpack_one,
};
use refit_java::{
    ClassIndex, ClassSpace, Found, IndexedJar, JarIdentity, JdkPackages, Standing, duplicates,
    stale_jars, standing,
};

const CORE: &str = "http://activemq.apache.org/schema/core";

/// The old and the new release, if both archives are there.
fn releases() -> Option<(ClassIndex, ClassIndex)> {
    let (old, new) = (archive("5.16.7")?, archive("5.18.3")?);
    Some((index_of(&old, &FOLDERS), index_of(&new, &FOLDERS)))
}

fn paths<'a>(jars: impl IntoIterator<Item = &'a IndexedJar>) -> BTreeSet<&'a str> {
    jars.into_iter().map(|jar| jar.path.as_str()).collect()
}

#[test]
fn the_vendors_own_class_path_is_whole() {
    let Some((old, new)) = releases() else { return };
    for (release, jars) in [(&old, 127), (&new, 106)] {
        assert_eq!(release.jars().len(), jars);
        assert_eq!(release.unreadable(), []);
        assert_eq!(duplicates(release.jars()), [], "apache-jsp is two artifacts of two groups");
        assert_eq!(stale_jars(release.jars(), release, release), []);
    }
    assert_eq!(new.jars()[0].path, "lib/activemq-broker-5.18.3.jar");
    assert_eq!(
        old.provider("org.apache.log4j.Logger").unwrap().path,
        "lib/optional/reload4j-1.2.24.jar"
    );
    assert_eq!(new.provider("org.apache.log4j.Logger"), None);
}

#[test]
fn beans_and_elements_that_the_new_release_lost_are_found() {
    let Some((old, new)) = releases() else { return };
    let jdk = JdkPackages::of_release(JAVA).unwrap();
    let found =
        |release, class| ClassSpace::new(&jdk, release, &[]).find_bean(class) != Found::Absent;
    for (class, in_new) in [
        ("io.fabric8.insight.log.log4j.Log4jLogQuery", false),
        ("org.springframework.beans.factory.config.PropertyPlaceholderConfigurer", true),
        ("org.eclipse.jetty.server.HttpConfiguration", true),
        ("org.eclipse.jetty.security.ConstraintMapping", true),
        ("java.util.HashMap", true),
        (" org.apache.activemq.broker.BrokerService\n", true),
    ] {
        assert!(found(&old, class), "{class}");
        assert_eq!(found(&new, class), in_new, "{class}");
    }
    let elements = |release: &ClassIndex| -> BTreeSet<String> {
        let elements = release.namespaces().elements(CORE).unwrap();
        elements.keys().cloned().collect()
    };
    let lost: Vec<String> = elements(&old).difference(&elements(&new)).cloned().collect();
    assert_eq!(
        lost,
        ["camelEndpointLoader", "camelRoutesBrokerPlugin", "levelDB", "replicatedLevelDB"]
    );
}

#[test]
fn an_old_lib_copied_over_the_new_one_is_found() {
    let (Some(old), Some(new)) = (archive("5.16.7"), archive("5.18.3")) else { return };
    let home = tempfile::tempdir().unwrap();
    unpack_jars(&old, &FOLDERS, home.path());
    let jars = unpack_jars(&new, &FOLDERS, home.path());
    let mixed = index_of_jars(&jars);
    let (old, new) = (index_of(&old, &FOLDERS), index_of(&new, &FOLDERS));

    let broker = mixed.provider("org.apache.activemq.broker.BrokerService").unwrap();
    assert_eq!(broker.path, "activemq-broker-5.16.7.jar", "the old code would run");

    let doubled = duplicates(mixed.jars());
    let broker = doubled.iter().find(|doubled| doubled.artifact == "activemq-broker").unwrap();
    assert_eq!(
        paths(broker.jars.iter().copied()),
        ["activemq-broker-5.16.7.jar", "activemq-broker-5.18.3.jar"].into()
    );

    let stale = stale_jars(mixed.jars(), &old, &new);
    assert_eq!(stale.len(), mixed.jars().len() - new.jars().len());
    let replacement = |file: &str| {
        let stale = stale.iter().find(|stale| stale.jar.path == file).unwrap();
        stale.replaced_by.map(|jar| jar.path.as_str())
    };
    assert_eq!(replacement("activemq-broker-5.16.7.jar"), Some("lib/activemq-broker-5.18.3.jar"));
    assert_eq!(replacement("reload4j-1.2.24.jar"), None);
}

#[test]
fn file_names_and_poms_tell_the_same_artifact() {
    let (Some(old), Some(new)) = (archive("5.16.7"), archive("5.18.3")) else { return };
    let mut with_pom = 0;
    for jar in index_of(&old, &FOLDERS).jars().iter().chain(index_of(&new, &FOLDERS).jars()) {
        let file = jar.path.rsplit('/').next().unwrap();
        let by_name = JarIdentity::of_file_name(file);
        assert!(by_name.version.is_some(), "{file}");
        let same = (&by_name.artifact, &by_name.version, &by_name.classifier)
            == (&jar.identity.artifact, &jar.identity.version, &jar.identity.classifier);
        assert!(same, "{file}: {:?}", jar.identity);
        with_pom += usize::from(jar.identity.group.is_some());
    }
    assert!(with_pom > 150, "{with_pom} jars of two releases tell their group");
}

#[test]
fn a_sites_jars_are_told_from_the_vendors() {
    let Some((old, new)) = releases() else { return };
    let broker = old.provider("org.apache.activemq.broker.BrokerService").unwrap();
    assert_eq!(standing(broker, &old), Standing::Shipped(broker));
    assert!(matches!(
        standing(broker, &new),
        Standing::OtherBuild(jar) if jar.path == "lib/activemq-broker-5.18.3.jar"
    ));
    let reload4j = old.provider("org.apache.log4j.Logger").unwrap();
    assert_eq!(standing(reload4j, &new), Standing::Added);
}

#[test]
fn the_jar_with_everything_of_the_old_release_overlaps_the_new_one() {
    let (Some(old), Some(new)) = (archive("5.16.7"), archive("5.18.3")) else { return };
    let home = tempfile::tempdir().unwrap();
    let everything = unpack_one(&old, "activemq-all-5.16.7.jar", home.path());
    let jdk = JdkPackages::of_release(JAVA).unwrap();
    let index = index_of(&new, &FOLDERS);
    let carried = [read_jar(&everything)];
    let space = ClassSpace::new(&jdk, &index, &carried);
    let overlaps = space.overlaps();
    let broker = overlaps
        .iter()
        .find(|overlap| overlap.shipped.path == "lib/activemq-broker-5.18.3.jar")
        .unwrap();
    assert!(broker.classes.len() > 500, "{}", broker.classes.len());
    assert_eq!(space.too_new().count(), 0);
    assert!(fs::metadata(&everything).unwrap().len() > 1 << 20);
}
