//! Appenders and layouts of log4j 1 in the words of log4j 2.

use std::collections::BTreeMap;

use super::one::Appender;
use super::variables::translated;

/// What log4j 1 took where nothing was said.
const OLD_MAX_FILE_SIZE: &str = "10MB";
const OLD_MAX_BACKUPS: &str = "1";

/// Properties of log4j 2, by their keys behind `appender.ID.`.
pub(super) type Properties = Vec<(String, String)>;

/// The appender in log4j 2's words; else why there are none.
pub(super) fn properties(
    appender: &Appender,
    name: &str,
    variables: &BTreeMap<String, String>,
) -> Result<Properties, String> {
    let class = appender.class.strip_prefix("org.apache.log4j.").unwrap_or(&appender.class);
    let kind = match class {
        "ConsoleAppender" => "Console",
        "FileAppender" => "File",
        "RollingFileAppender" | "DailyRollingFileAppender" => "RollingFile",
        "" => return Err("no class is given for it".to_owned()),
        other => return Err(format!("the class {other} has no translation")),
    };
    let mut written =
        vec![("type".to_owned(), kind.to_owned()), ("name".to_owned(), name.to_owned())];
    if class != "ConsoleAppender" {
        let Some(file) = appender.value("file") else {
            return Err("no file is given for it".to_owned());
        };
        written.push(("fileName".to_owned(), translated(file, variables)));
    }
    match class {
        "RollingFileAppender" => by_size(appender, variables, &mut written),
        "DailyRollingFileAppender" => by_time(appender, variables, &mut written)?,
        _ => {}
    }
    for (property, said) in &appender.properties {
        let value = translated(&said.value, variables);
        written.extend(property_of(appender, property, &value)?);
    }
    Ok(written)
}

/// The log file rolls at a size; the youngest old file has the number 1, as before.
fn by_size(appender: &Appender, variables: &BTreeMap<String, String>, written: &mut Properties) {
    let file = translated(appender.value("file").unwrap_or_default(), variables);
    let size = appender.value("maxfilesize").unwrap_or(OLD_MAX_FILE_SIZE);
    let backups = appender.value("maxbackupindex").unwrap_or(OLD_MAX_BACKUPS);
    let mut push = |key: &str, value: &str| written.push((key.to_owned(), value.to_owned()));
    push("filePattern", &format!("{file}.%i"));
    push("policies.type", "Policies");
    push("policies.size.type", "SizeBasedTriggeringPolicy");
    push("policies.size.size", size);
    push("strategy.type", "DefaultRolloverStrategy");
    push("strategy.fileIndex", "min");
    push("strategy.max", kept(backups));
}

/// log4j 2 keeps at least one old file.
pub(super) fn kept(backups: &str) -> &str {
    if backups == "0" { "1" } else { backups }
}

fn by_time(
    appender: &Appender,
    variables: &BTreeMap<String, String>,
    written: &mut Properties,
) -> Result<(), String> {
    let file = translated(appender.value("file").unwrap_or_default(), variables);
    let pattern = appender.value("datepattern").unwrap_or("'.'yyyy-MM-dd");
    let mut parts = pattern.split('\'');
    // Quotes alternate: outside, inside, outside ...
    let (before, literal, date) = (parts.next(), parts.next(), parts.next());
    let simple = before == Some("") && parts.next().is_none();
    let (literal, date) = match (literal, date) {
        (Some(literal), Some(date)) if simple && !date.is_empty() => (literal, date),
        (None, None) if before.is_some_and(|date| !date.is_empty()) => ("", pattern),
        _ => return Err(format!("the date pattern {pattern} has no plain translation")),
    };
    let mut push = |key: &str, value: &str| written.push((key.to_owned(), value.to_owned()));
    push("filePattern", &format!("{file}{literal}%d{{{date}}}"));
    push("policies.type", "Policies");
    push("policies.time.type", "TimeBasedTriggeringPolicy");
    Ok(())
}

/// Where a property of a whole appender stands in log4j 2, behind `appender.ID.`.
pub(super) fn place_of(appender: &Appender, property: &str) -> String {
    let place = match property {
        "file" => "fileName",
        "maxfilesize" => "policies.size.size",
        "maxbackupindex" => "strategy.max",
        "datepattern" => "filePattern",
        other => {
            let written = property_of(appender, other, "").unwrap_or_default();
            return written.last().map_or_else(|| "type".to_owned(), |(key, _)| key.clone());
        }
    };
    place.to_owned()
}

/// One property of an appender; none where others say it. The reason where there is no
/// translation.
pub(super) fn property_of(
    appender: &Appender,
    property: &str,
    value: &str,
) -> Result<Properties, String> {
    let one = |key: &str| Ok(vec![(key.to_owned(), value.to_owned())]);
    match property {
        "file" | "maxfilesize" | "maxbackupindex" | "datepattern" => Ok(Vec::new()),
        "append" => one("append"),
        "immediateflush" => one("immediateFlush"),
        "bufferedio" => one("bufferedIo"),
        "buffersize" => one("bufferSize"),
        "follow" => one("follow"),
        "encoding" => one("layout.charset"),
        "threshold" => Ok(threshold(value)),
        "target" => Ok(vec![(
            "target".to_owned(),
            if value.eq_ignore_ascii_case("System.err") { "SYSTEM_ERR" } else { "SYSTEM_OUT" }
                .to_owned(),
        )]),
        "layout" => layout(value, appender.value("layout.conversionpattern").is_some()),
        "layout.conversionpattern" => one("layout.pattern"),
        other => Err(format!("its property {other} has no translation")),
    }
}

/// A threshold is a filter now.
fn threshold(level: &str) -> Properties {
    vec![
        ("filter.threshold.type".to_owned(), "ThresholdFilter".to_owned()),
        ("filter.threshold.level".to_owned(), level.to_owned()),
    ]
}

fn layout(class: &str, has_pattern: bool) -> Result<Properties, String> {
    let pattern = match class.strip_prefix("org.apache.log4j.").unwrap_or(class) {
        "PatternLayout" | "EnhancedPatternLayout" if has_pattern => None,
        "PatternLayout" | "EnhancedPatternLayout" => Some("%m%n"),
        "SimpleLayout" => Some("%p - %m%n"),
        "TTCCLayout" => Some("%r [%t] %p %c %x - %m%n"),
        other => return Err(format!("the layout {other} has no translation")),
    };
    let mut written = vec![("layout.type".to_owned(), "PatternLayout".to_owned())];
    written.extend(pattern.map(|pattern| ("layout.pattern".to_owned(), pattern.to_owned())));
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::super::one::Configuration;
    use super::*;

    fn translated_appender(keys: &[(&str, &str)]) -> Result<Properties, String> {
        let keys = keys.iter().map(|(key, value)| (format!("log4j.appender.a{key}"), *value));
        let keys: Vec<_> = keys.collect();
        let found = Configuration::read(keys.iter().map(|(key, value)| (key.as_str(), *value)));
        properties(&found.appenders["a"], "a", &BTreeMap::new())
    }

    fn value<'a>(properties: &'a Properties, key: &str) -> &'a str {
        properties.iter().find(|found| found.0 == key).map_or("", |found| &found.1)
    }

    #[test]
    fn a_rolling_file_keeps_size_number_and_numbering() {
        let found = translated_appender(&[
            ("", "org.apache.log4j.RollingFileAppender"),
            (".file", "${activemq.data}/a.log"),
            (".maxFileSize", "20MB"),
            (".layout", "org.apache.log4j.PatternLayout"),
            (".layout.ConversionPattern", "%m%n"),
            (".Threshold", "WARN"),
        ])
        .unwrap();
        assert_eq!(value(&found, "type"), "RollingFile");
        assert_eq!(value(&found, "filePattern"), "${sys:activemq.data}/a.log.%i");
        assert_eq!(value(&found, "policies.size.size"), "20MB");
        assert_eq!(value(&found, "strategy.max"), "1");
        assert_eq!(value(&found, "layout.pattern"), "%m%n");
        assert_eq!(value(&found, "filter.threshold.level"), "WARN");
    }

    #[test]
    fn a_daily_file_keeps_its_pattern() {
        let daily = [
            ("", "org.apache.log4j.DailyRollingFileAppender"),
            (".File", "a.log"),
            (".DatePattern", "'.'yyyy-MM-dd-HH"),
            (".layout", "org.apache.log4j.SimpleLayout"),
        ];
        let found = translated_appender(&daily).unwrap();
        assert_eq!(value(&found, "filePattern"), "a.log.%d{yyyy-MM-dd-HH}");
        assert_eq!(value(&found, "layout.pattern"), "%p - %m%n");
        let odd = [daily[0], daily[1], (".DatePattern", "yyyy'x'MM")];
        assert!(translated_appender(&odd).is_err());
    }

    #[test]
    fn what_has_no_translation_says_why() {
        let mail = translated_appender(&[("", "org.apache.log4j.net.SMTPAppender")]);
        assert_eq!(mail, Err("the class net.SMTPAppender has no translation".to_owned()));
        let filter = translated_appender(&[
            ("", "org.apache.log4j.ConsoleAppender"),
            (".filter.f", "com.acme.Filter"),
        ]);
        assert_eq!(filter, Err("its property filter.f has no translation".to_owned()));
    }
}
