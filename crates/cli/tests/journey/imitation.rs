//! A small imitation of the archive of ActiveMQ 6.3.1, which Maven cannot fetch: the vendor's
//! published jars, and in place of its other files those of 5.18.3 in the layout that 6.3 has.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The version that is imitated.
pub const VERSION: &str = "6.3.1";

/// The console's files of 6.3, in our own words.
const CONSOLE: [(&str, &str); 4] = [
    (
        "conf/jetty-spring.xml",
        "<beans xmlns=\"http://www.springframework.org/schema/beans\">\n  <bean id=\"jettyServer\" \
         class=\"org.apache.activemq.spring.jetty.JettyServerBean\"/>\n</beans>\n",
    ),
    (
        "conf/jetty-spring.properties",
        "# an imitation\nhttpEnabled=true\nhttpsEnabled=false\njetty.http.port=8161\n",
    ),
    (
        "conf/jetty/jetty.xml",
        "<?xml version=\"1.0\"?>\n<!DOCTYPE Configure PUBLIC \"-//Jetty//Configure//EN\" \
         \"https://jetty.org/configure_10_0.dtd\">\n<Configure id=\"Server\"/>\n",
    ),
    ("conf/jetty/jetty-http.xml", "<?xml version=\"1.0\"?>\n<Configure id=\"Server\"/>\n"),
];

/// Makes the archive in `folder` from the unpacked 5.18.3.
pub fn make(old: &Path, jars: &Path, folder: &Path) {
    let name = format!("apache-activemq-{VERSION}");
    let top = folder.join("work").join(&name);
    for part in ["bin", "conf/jetty", "lib"] {
        fs::create_dir_all(top.join(part)).unwrap();
    }
    let copy = |from: &str, to: &str| {
        fs::copy(old.join(from), top.join(to)).unwrap();
    };
    copy("bin/activemq", "bin/activemq");
    copy("bin/activemq.jar", "bin/activemq.jar");
    for entry in fs::read_dir(old.join("conf")).unwrap() {
        let path = format!("conf/{}", entry.unwrap().file_name().to_str().unwrap());
        copy(&path, &path);
    }
    for gone in ["conf/jetty.xml", "conf/jetty-realm.properties"] {
        fs::remove_file(top.join(gone)).unwrap();
    }
    for (path, text) in CONSOLE {
        fs::write(top.join(path), text).unwrap();
    }
    let environment = fs::read_to_string(old.join("bin/env")).unwrap();
    fs::write(top.join("bin/setenv"), replaced(&environment, "-Xmx1G", "-Xmx2G")).unwrap();
    let broker = fs::read_to_string(old.join("conf/activemq.xml")).unwrap();
    let import = |name: &str| format!("resource=\"{name}\"");
    let broker = replaced(&broker, &import("jetty.xml"), &import("jetty-spring.xml"));
    fs::write(top.join("conf/activemq.xml"), broker).unwrap();
    for entry in fs::read_dir(jars).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, top.join("lib").join(path.file_name().unwrap())).unwrap();
    }
    let mut tar = Command::new("tar");
    tar.args(["--use-compress-program=gzip -1", "-cf"]);
    tar.arg(folder.join(format!("{name}-bin.tar.gz"))).arg("-C").arg(folder.join("work")).arg(name);
    assert!(tar.status().unwrap().success());
    fs::remove_dir_all(folder.join("work")).unwrap();
}

fn replaced(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "the vendor's file has no {old}");
    text.replace(old, new)
}
