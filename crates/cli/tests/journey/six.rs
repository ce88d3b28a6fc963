//! From 5.18.3 to 6.3.1, as far as the assessment and the plan: on a real installation that does
//! not run, and an imitation of the new archive.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use refit_demo::{JavaHome, PUBLISHED_JARS, artifact_for_test, artifacts_for_tests};
use serde_json::Value;
use tempfile::TempDir;

use crate::imitation::{self, VERSION};
use crate::refit::{Done, Refit};
use crate::site::change;
use crate::tree::{Tree, differences, files, tree};

const NAME: &str = "harbour";
const OLD: &str = "5.18.3";
/// The password of a user of the console.
const SECRET: &str = "anchor-4711";

/// A plugin as a site has it. It was compiled against 5.18.3, whose messages are those of the
/// package `javax.jms`.
const PLUGIN: &str = "
package com.acme.guard;
import javax.jms.JMSException;
import javax.jms.TextMessage;
import org.apache.activemq.broker.*;
import org.apache.activemq.command.Message;
public class GuardPlugin extends BrokerPluginSupport {
    @Override public void send(ProducerBrokerExchange exchange, Message message)
            throws Exception {
        if (message instanceof TextMessage && ((TextMessage) message).getText() == null)
            throw new JMSException(\"empty\");
        super.send(exchange, message);
    }
}
";

/// The installation, which does not run, and the folder of archives.
struct Site {
    folder: TempDir,
    home: PathBuf,
    java: JavaHome,
    refit: Refit,
}

impl Site {
    /// None, told loudly, where archive or jars are missing.
    fn make(test: &str) -> Option<Self> {
        let [archive] = artifacts_for_tests(test, [OLD])?;
        let jars = artifact_for_test(test, PUBLISHED_JARS)?;
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let (software, archives) = (root.join("software"), root.join("archives"));
        for made in [&software, &archives, &root.join("environments")] {
            fs::create_dir(made).unwrap();
        }
        let mut tar = Command::new("tar");
        tar.arg("-xzf").arg(&archive).arg("-C").arg(&software).arg("--no-same-owner");
        assert!(tar.status().unwrap().success());
        let home = software.join(format!("apache-activemq-{OLD}"));
        imitation::make(&home, &jars, &archives);
        let java = JavaHome::of_this_machine().unwrap();
        let environment = format!(
            "schema = 1\nname = \"{NAME}\"\n[hosts.local]\ntransport = \"local\"\n\
             [installations.activemq]\nhost = \"local\"\nplatform = \"activemq-classic\"\n\
             home = \"{}\"\njava_home = \"{}\"\n",
            home.display(),
            java.as_path().display()
        );
        fs::write(root.join(format!("environments/{NAME}.toml")), environment).unwrap();
        let refit = Refit::in_folder(&root).option("--artifacts", &archives);
        let refit = refit.keeping(vec![SECRET.to_owned()]);
        let site = Self { folder, home, java, refit };
        site.change();
        Some(site)
    }

    fn file(&self, path: &str) -> PathBuf {
        self.home.join(path)
    }

    /// What the site changed, each in a file that 6.3 has elsewhere or reads no more.
    fn change(&self) {
        let edit = |path: &str, old: &str, new: &str| {
            let file = self.file(path);
            let text = fs::read_to_string(&file).unwrap();
            assert_eq!(text.matches(old).count(), 1, "{old} in {path}");
            fs::write(file, text.replace(old, new)).unwrap();
        };
        edit("conf/activemq.xml", "brokerName=\"localhost\"", "brokerName=\"harbour\"");
        edit("bin/env", "-Xms64M -Xmx1G", "-Xms64M -Xmx3G");
        edit("conf/jetty.xml", "value=\"8161\"", "value=\"8261\"");
        let realm = self.file("conf/jetty-realm.properties");
        let text = fs::read_to_string(&realm).unwrap();
        fs::write(realm, format!("{text}\nolga: {SECRET}, admin\n")).unwrap();
    }

    /// Puts the plugin into the class path.
    fn compile_plugin(&self) -> PathBuf {
        let work = self.folder.path().join("plugin");
        fs::create_dir_all(work.join("classes")).unwrap();
        fs::write(work.join("GuardPlugin.java"), PLUGIN).unwrap();
        let run = |tool: &str, words: &[&str]| {
            let mut command = Command::new(self.java.tool(tool));
            let output = command.args(words).current_dir(&work).output().unwrap();
            assert!(output.status.success(), "{output:?}");
        };
        let class_path = self.file("lib/*").display().to_string();
        let options = ["--release", "8", "-Xlint:-options", "-proc:none"];
        let what = ["-classpath", &class_path, "-d", "classes", "GuardPlugin.java"];
        run("javac", &[&options[..], &what].concat());
        let jar = self.file("lib/acme-guard-1.0.jar");
        run("jar", &["--create", "--file", jar.to_str().unwrap(), "-C", "classes", "."]);
        jar
    }

    fn assess(&self, code: i32) -> Value {
        let done = self.refit.expect(code, &["--format", "json", "assess", NAME, "--to", VERSION]);
        serde_json::from_str(&done.stdout).unwrap()
    }

    /// The text that the plan writes into a file.
    fn written(&self, plan: &Value, file: &str) -> String {
        let settlements = plan["body"]["settlements"].as_array().unwrap();
        let found = settlements.iter().find(|settlement| settlement["file"] == file).unwrap();
        let digest = found["result"]["written"].as_str().unwrap_or_else(|| panic!("{found:#}"));
        let name = format!("{}.json", digest.trim_start_matches("sha256:"));
        let kept = files(self.refit.state_folder());
        let path = kept.into_iter().find(|path| path.ends_with(&name)).unwrap();
        let template: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        template["body"]["text"].as_str().unwrap().to_owned()
    }

    fn look(&self) -> Tree {
        tree(&self.home, &|_| false)
    }
}

#[test]
fn what_6_3_would_not_start_with_is_found_before_anything_is_changed() {
    let test = "what_6_3_would_not_start_with_is_found_before_anything_is_changed";
    let Some(site) = Site::make(test) else { return };
    let jar = site.compile_plugin();
    a_plugin_for_javax_jms_forbids_the_run(&site);
    fs::remove_file(jar).unwrap();
    a_misspelt_name_is_told_with_its_line(&site);
    the_plan_shows_what_stands_elsewhere(&site);
}

fn a_plugin_for_javax_jms_forbids_the_run(site: &Site) {
    let before = site.look();
    let report = site.assess(3);
    let plugin = finding(&report, "plugin-class-missing").unwrap();
    assert_eq!(plugin["blocks"], true, "{plugin:#}");
    let evidence = plugin["evidence"].to_string();
    for class in ["javax.jms.JMSException", "javax.jms.TextMessage"] {
        let told = format!("lib/acme-guard-1.0.jar: {class}");
        assert!(evidence.contains(&told), "{told}: {plugin:#}");
    }
    assert!(!plugin["sources"].as_array().unwrap().is_empty(), "{plugin:#}");
    site.refit.expect(3, &["plan", NAME]).telling(&["plugin-class-missing"]);
    assert_eq!(differences(&before, &site.look()), Vec::<String>::new());
}

/// In the assessment, and in the plan that is made of it.
fn a_misspelt_name_is_told_with_its_line(site: &Site) {
    let conf = site.file("conf/activemq.xml");
    let misspelt = |text: &str| text.replace("brokerName=", "brokerNam=");
    let _changed = change(&conf, misspelt);
    let text = fs::read_to_string(&conf).unwrap();
    let line = 1 + text.lines().position(|line| line.contains("brokerNam=")).unwrap();
    let place = format!("conf/activemq.xml, line {line}");
    let told = "no attribute `brokerNam` in `broker`; the nearest name is `brokerName`";
    let report = site.assess(0);
    let names = finding(&report, "name-unknown").unwrap();
    assert!(names["evidence"].to_string().contains(&format!("{place}: {told}")), "{names:#}");
    let planned = plan(site);
    planned.telling(&[&format!("6.3.1 has {told}. ({place})")]);
}

/// What a plan says, whether or not it waits for answers.
fn plan(site: &Site) -> Done {
    site.refit.run(&["plan", NAME, "--decide", "data-location=move", "--by", "Ann"])
}

fn the_plan_shows_what_stands_elsewhere(site: &Site) {
    let report = site.assess(0);
    assert_eq!(finding(&report, "name-unknown"), None);
    assert_eq!(finding(&report, "plugin-class-missing"), None);
    assert!(finding(&report, "environment-file-renamed").is_some(), "{report:#}");
    let planned = plan(site).telling(&[
        "Write bin/setenv with the site's settings",
        "Write conf/activemq.xml with the site's settings",
        "Write conf/jetty-spring.properties with the site's settings",
        "moved beans/import[resource=jetty.xml] to \
         `conf/activemq.xml#beans/import[resource=jetty-spring.xml]`",
        "moved beans/bean[jettyPort]/property[port]/@value to \
         `conf/jetty-spring.properties#jetty.http.port`",
        "bin/setenv written anew from both",
    ]);
    // The console's users are entered where users and groups stand now.
    assert!(planned.stdout.contains("conf/users.properties#olga"), "{planned}");
    // The new version is asked at the console's port, which stands in another file now.
    let begin = planned.stdout.find("verify-new").unwrap();
    assert!(planned.stdout[begin..].contains("`console` at 127.0.0.1:8261"), "{planned}");
    // No file of the old layout comes into the new home, and the console's own ones stay.
    for path in ["bin/env", "conf/jetty.xml", "conf/jetty-realm.properties", "conf/jetty/"] {
        let placed = format!("apache-activemq-{VERSION}/{path}");
        assert!(!planned.stdout.contains(&placed), "{placed}: {planned}");
    }
    let json = site.refit.run(&["--format", "json", "plan", NAME]).stdout;
    let json = serde_json::from_str(&json).unwrap();
    for (file, part) in [
        ("bin/setenv", "ACTIVEMQ_OPTS_MEMORY=\"-Xms64M -Xmx3G\""),
        ("conf/jetty-spring.properties", "jetty.http.port=8261\n"),
        ("conf/activemq.xml", "<import resource=\"jetty-spring.xml\"/>"),
    ] {
        let text = site.written(&json, file);
        assert_eq!(text.matches(part).count(), 1, "{part}: {text}");
    }
    site.refit.keeps_its_secrets();
}

/// A finding of the assessment.
fn finding(report: &Value, key: &str) -> Option<Value> {
    let findings = report["assessment"]["body"]["findings"].as_array().unwrap();
    findings.iter().find(|finding| finding["key"] == key).cloned()
}
