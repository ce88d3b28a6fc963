//! From `log4j.properties` to `log4j2.properties`, on small files of our own.

use refit_model::{Decision, Facts, Lineage, Outcome, SettledFile, TAKE_NEW, Version};
use refit_settings::{
    Base, Document, FileSpec, Format, Migration, SettleInput, Settled, ShippedFile, Translator,
    migrate,
};

const OLD: &str = "\
# shipped
log4j.rootLogger=INFO, out, main
log4j.logger.org.lib=WARN
log4j.logger.org.gone=INFO
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%m%n
log4j.appender.out.threshold=INFO
log4j.appender.main=org.apache.log4j.RollingFileAppender
log4j.appender.main.file=${app.data}/main.log
log4j.appender.main.maxFileSize=1MB
log4j.appender.main.layout=org.apache.log4j.PatternLayout
log4j.appender.main.layout.ConversionPattern=%d %m%n
";

const NEW: &str = "\
rootLogger.level=INFO
rootLogger.appenderRef.console.ref=Console
rootLogger.appenderRef.console.filter.threshold.type=ThresholdFilter
rootLogger.appenderRef.console.filter.threshold.level=INFO
rootLogger.appenderRef.file.ref=Main
logger.lib.name=org.lib
logger.lib.level=WARN
appender.console.type=Console
appender.console.name=Console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%m%n
appender.file.type=RollingRandomAccessFile
appender.file.name=Main
appender.file.fileName=${sys:app.data}/main.log
appender.file.filePattern=${sys:app.data}/main.log.%i
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d %m%n
appender.file.policies.type=Policies
appender.file.policies.size.type=SizeBasedTriggeringPolicy
appender.file.policies.size.size=1MB
";

fn spec(path: &str) -> FileSpec {
    let toml = format!("path = \"{path}\"\nformat = \"properties\"");
    let spec: FileSpec = toml::from_str(&toml).unwrap();
    assert_eq!(spec.format, Format::Properties);
    spec
}

fn carried(site: &str, own: bool, decisions: &[Decision]) -> Settled {
    carried_to(NEW, site, own, decisions)
}

fn carried_to(new: &str, site: &str, own: bool, decisions: &[Decision]) -> Settled {
    let (old_spec, new_spec) = (spec("conf/log4j.properties"), spec("conf/log4j2.properties"));
    let base = Document::parse(OLD.as_bytes(), &old_spec).unwrap();
    let shipped = ShippedFile::of(&base).unwrap();
    let site = Document::parse(site.as_bytes(), &old_spec).unwrap();
    let new = Document::parse(new.as_bytes(), &new_spec).unwrap();
    let target: Version = "2.0".parse().unwrap();
    let migration = Migration {
        id: "m".to_owned(),
        from: "conf/log4j.properties".to_owned(),
        to: "conf/log4j2.properties".to_owned(),
        since: target.clone(),
        optional: false,
        translator: Translator::Log4j1ToLog4j2,
        source: "test".to_owned(),
    };
    let input = SettleInput {
        base: (!own).then_some(Base::Shipped(&shipped)),
        lineage: &Lineage::Own,
        site: &site,
        new: Some(&new),
        rules: &[],
        facts: &Facts::new(),
        decisions,
        brought: &[],
        target: &target,
    };
    migrate(&migration, &input)
}

/// The lines of the result that the vendor's file has not, and those that are gone from it.
fn difference(settled: &Settled) -> (Vec<String>, Vec<String>) {
    let open: Vec<_> = settled.settlement.open().collect();
    assert!(open.is_empty(), "{open:#?}");
    let text = settled.content.as_ref().unwrap().text.clone();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (lines(NEW), lines(&text));
    let added =
        new.iter().filter(|line| !old.contains(line) && !line.is_empty()).cloned().collect();
    (added, old.into_iter().filter(|line| !new.contains(line)).collect())
}

fn outcome(settled: &Settled, key: &str) -> Outcome {
    let found = settled.settlement.outcomes.iter().find(|outcome| outcome.key == key);
    found.unwrap().outcome.clone()
}

#[test]
fn an_untouched_file_gives_the_vendors() {
    let settled = carried(OLD, false, &[]);
    assert_eq!(settled.settlement.result, SettledFile::AsNew);
    assert_eq!(outcome(&settled, "log4j.logger.org.gone"), Outcome::TakenFromNew);
}

#[test]
fn changed_values_stand_in_the_vendors_lines() {
    let site = OLD
        .replace("INFO, out, main", "WARN, out, main")
        .replace("org.lib=WARN", "org.lib=DEBUG")
        .replace("org.gone=INFO", "org.gone=DEBUG")
        .replace("threshold=INFO", "threshold=ERROR")
        .replace("1MB", "9MB\nlog4j.appender.main.MaxBackupIndex=3")
        .replace("${app.data}/main.log", "${app.base}/log/main.log")
        .replace("%d %m%n", "%d{ISO8601} [${app.name}] %m%n");
    let settled = carried(&site, false, &[]);
    let (added, _) = difference(&settled);
    assert_eq!(
        added,
        [
            "rootLogger.level=WARN",
            "rootLogger.appenderRef.console.filter.threshold.level=ERROR",
            "logger.lib.level=DEBUG",
            "appender.file.fileName=${sys:app.base}/log/main.log",
            "appender.file.filePattern=${sys:app.base}/log/main.log.%i",
            "appender.file.layout.pattern=%d{ISO8601} [${sys:app.name}] %m%n",
            "appender.file.policies.size.size=9MB",
            "appender.file.strategy.type=DefaultRolloverStrategy",
            "appender.file.strategy.max=3",
            "# The site's own settings, from conf/log4j.properties",
            "logger.gone.name=org.gone",
            "logger.gone.level=DEBUG",
        ]
    );
    let place = "conf/log4j2.properties#appender.file.policies.size.size".to_owned();
    assert_eq!(outcome(&settled, "log4j.appender.main.maxFileSize"), Outcome::Moved(place));
}

#[test]
fn own_loggers_appenders_variables_and_notes_come_along() {
    let site = format!(
        "{}dir=${{app.data}}/own\n# For the auditors\nlog4j.logger.com.acme.lib=DEBUG, own\n\
         log4j.additivity.com.acme.lib=false\nlog4j.appender.own=org.apache.log4j.FileAppender\n\
         log4j.appender.own.File=${{dir}}/own.log\n\
         log4j.appender.own.layout=org.apache.log4j.SimpleLayout\n",
        OLD.replace("INFO, out, main", "INFO, out, main, own")
    );
    let settled = carried(&site, false, &[]);
    let (added, removed) = difference(&settled);
    assert!(removed.is_empty());
    assert_eq!(
        added,
        [
            "rootLogger.appenderRef.own.ref=own",
            "# The site's own settings, from conf/log4j.properties",
            "appender.own.type=File",
            "appender.own.name=own",
            "appender.own.fileName=${dir}/own.log",
            "appender.own.layout.type=PatternLayout",
            "appender.own.layout.pattern=%p - %m%n",
            "logger.lib2.name=com.acme.lib",
            "logger.lib2.level=DEBUG",
            "logger.lib2.appenderRef.own.ref=own",
            "logger.lib2.additivity=false",
            "property.dir=${sys:app.data}/own",
            "# For the auditors",
        ]
    );
}

#[test]
fn what_the_site_took_away_goes() {
    let site = OLD
        .replace("INFO, out, main", "INFO, out")
        .lines()
        .filter(|line| !line.contains("appender.main") && !line.contains("org.lib"))
        .collect::<Vec<_>>()
        .join("\n");
    let settled = carried(&site, false, &[]);
    let (added, removed) = difference(&settled);
    assert!(added.is_empty(), "{added:?}");
    let gone = ["appender.file.", "logger.lib.", "rootLogger.appenderRef.file."];
    assert!(
        removed.iter().all(|line| gone.iter().any(|gone| line.starts_with(gone))),
        "{removed:?}"
    );
    assert_eq!(removed.len(), 12);
    assert_eq!(outcome(&settled, "appender.file.type"), Outcome::Kept);
}

#[test]
fn what_has_no_translation_is_a_question() {
    let site = format!(
        "{OLD}log4j.appender.mail=org.apache.log4j.net.SMTPAppender\n\
         log4j.appender.mail.SMTPPassword=hunter2\nlog4j.appender.main.filter.x=com.acme.F\n\
         log4j.reset=true\nlog4j.loggerFactory=com.acme.X\n"
    );
    let settled = carried(&site, false, &[]);
    assert_eq!(settled.settlement.result, SettledFile::Open);
    let open: Vec<_> = settled.settlement.open().map(|open| open.key.clone()).collect();
    assert_eq!(
        open,
        ["log4j.appender.mail", "log4j.appender.main.filter.x", "log4j.loggerFactory"]
    );
    assert!(matches!(outcome(&settled, "log4j.reset"), Outcome::Dropped(_)));
    assert!(!format!("{settled:?}").contains("hunter2"));

    let decisions: Vec<Decision> = open
        .iter()
        .map(|key| Decision {
            subject: format!("conf/log4j2.properties#{key}"),
            choice: TAKE_NEW.to_owned(),
            seen: None,
            by: "test".to_owned(),
            why: String::new(),
        })
        .collect();
    assert_eq!(carried(&site, false, &decisions).settlement.result, SettledFile::AsNew);
}

#[test]
fn without_a_lineage_the_sites_root_logger_holds() {
    let site = "log4j.rootLogger=ERROR, C\nlog4j.appender.C=org.apache.log4j.ConsoleAppender\n\
                log4j.appender.C.layout=org.apache.log4j.PatternLayout\n\
                log4j.appender.C.layout.ConversionPattern=%p %m%n\n";
    let (added, removed) = difference(&carried(site, true, &[]));
    assert_eq!(added, ["rootLogger.level=ERROR", "appender.console.layout.pattern=%p %m%n"]);
    assert!(removed.contains(&"rootLogger.appenderRef.file.ref=Main".to_owned()));
}

#[test]
fn every_key_of_every_file_has_one_outcome() {
    let site = format!("{OLD}#log4j.logger.x=DEBUG\nlog4j.logger.y=DEBUG\nlog4j.logger.y=INFO\n");
    let settled = carried(&site, false, &[]);
    let mut keys: Vec<_> = settled.settlement.outcomes.iter().map(|outcome| &outcome.key).collect();
    let count = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), count);
    for text in [OLD, &site, NEW] {
        let document = Document::parse(text.as_bytes(), &spec("f")).unwrap();
        for key in document.keys() {
            assert!(keys.contains(&&key.path), "{}", key.path);
        }
    }
}

#[test]
fn an_appender_of_another_kind_takes_the_place_of_the_old_one() {
    let site = OLD
        .replace("RollingFileAppender", "FileAppender")
        .replace("log4j.appender.main.maxFileSize=1MB\n", "");
    let (added, _) = difference(&carried(&site, false, &[]));
    assert!(added.contains(&"appender.file.type=File".to_owned()), "{added:?}");
}

#[test]
fn a_key_that_the_vendor_wrote_twice_is_set_and_removed_twice() {
    let new = format!("{NEW}logger.lib.level=INFO\n");
    let site = OLD.replace("org.lib=WARN", "org.lib=DEBUG");
    let text = carried_to(&new, &site, false, &[]).content.unwrap().text;
    assert_eq!(text.matches("logger.lib.level=DEBUG\n").count(), 2, "{text}");
    let site = OLD.replace("log4j.logger.org.lib=WARN\n", "");
    let text = carried_to(&new, &site, false, &[]).content.unwrap().text;
    assert!(!text.contains("logger.lib"), "{text}");
}
