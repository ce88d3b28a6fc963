//! A pack as plain data for people: what `refit packs list` and `refit packs show` print.

use refit_model::{StoreReading, Version};
use serde::Serialize;

use crate::{FactSupplier, Pack};

/// One line of `refit packs list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PackSummary {
    /// The pack's name.
    pub platform: String,
    /// The product's name.
    pub title: String,
    /// The day of the knowledge.
    pub knowledge: String,
    /// The oldest and the newest version that the pack knows.
    pub versions: String,
    /// The digest of the content.
    pub digest: String,
}

/// A pack as titled tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PackDescription {
    /// The summary.
    pub summary: PackSummary,
    /// The tables, in their order.
    pub sections: Vec<PackSection>,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PackSection {
    /// Its title.
    pub title: String,
    /// The titles of its columns.
    pub columns: Vec<String>,
    /// Its rows, each as long as the columns.
    pub rows: Vec<Vec<String>>,
}

impl Pack {
    /// The pack in one line.
    pub fn summary(&self) -> PackSummary {
        let releases = self.versions.releases();
        let versions = match (releases.first(), releases.last()) {
            (Some(oldest), Some(newest)) => format!("{oldest} to {newest}"),
            _ => "none".to_owned(),
        };
        PackSummary {
            platform: self.name().to_owned(),
            title: self.product.title.clone(),
            knowledge: self.product.knowledge.clone(),
            versions,
            digest: self.reference.digest.to_string(),
        }
    }

    /// The pack as tables.
    pub fn describe(&self) -> PackDescription {
        PackDescription {
            summary: self.summary(),
            sections: vec![
                self.series_table(),
                self.hop_table(),
                self.archive_table(),
                self.file_table(),
                self.rule_table(),
                self.check_table(),
                self.fact_table(),
            ],
        }
    }

    fn series_table(&self) -> PackSection {
        let rows = self.versions.series.iter().map(|series| {
            let java = series.java.as_ref().map_or_else(
                || "-".to_owned(),
                |java| format!("{} to {}", java.lowest, java.highest_seen),
            );
            let newest = series.releases.keys().max().map(Version::to_string);
            vec![
                series.name.to_string(),
                series.released.clone(),
                series.end_of_life.clone().unwrap_or_else(|| "open".to_owned()),
                newest.unwrap_or_default(),
                java,
                series.source.to_string(),
            ]
        });
        let columns = ["series", "released", "end of life", "newest", "Java", "source"];
        section("Series", &columns, rows.collect())
    }

    fn hop_table(&self) -> PackSection {
        let rows = self.versions.hop.iter().map(|hop| {
            let reads = match hop.old_reads_new_store {
                StoreReading::Yes => "yes",
                StoreReading::No => "no",
                StoreReading::Unknown => "unknown",
            };
            let end = |series: &Version, least: &Option<Version>| match least {
                Some(least) => format!("{series} (from {least})"),
                None => series.to_string(),
            };
            vec![
                end(&hop.from, &hop.from_at_least),
                end(&hop.to, &hop.to_at_least),
                reads.to_owned(),
                hop.source.to_string(),
            ]
        });
        let columns = ["from", "to", "old reads new store", "source"];
        section("Hops", &columns, rows.collect())
    }

    fn archive_table(&self) -> PackSection {
        let archive = &self.product.archive;
        let rows = archive.known.iter().map(|known| {
            let shipped = self.shipped.get(&known.version);
            let files = shipped.map_or_else(|| "-".to_owned(), |s| s.files.len().to_string());
            vec![archive.file_of(&known.version), known.digest.to_hex(), word(&known.trust), files]
        });
        let columns = ["archive", "SHA-256", "digest", "files known"];
        section("Archives", &columns, rows.collect())
    }

    fn file_table(&self) -> PackSection {
        let rows = self.settings.file.iter();
        let rows = rows.map(|file| vec![file.path.clone(), word(&file.format)]);
        section("Configuration files", &["file", "format"], rows.collect())
    }

    fn rule_table(&self) -> PackSection {
        let migrations = self.settings.migration.iter().map(|migration| {
            vec![
                migration.id.clone(),
                migration.since.to_string(),
                format!("{} -> {}", migration.from, migration.to),
                word(&migration.translator),
                migration.source.clone(),
            ]
        });
        let rules = self.settings.rule.iter().map(|rule| {
            vec![
                rule.id.clone(),
                rule.since.to_string(),
                format!("{}: {}", rule.file, rule.key.0),
                word(&rule.action),
                rule.source.clone(),
            ]
        });
        let columns = ["rule", "since", "about", "action", "source"];
        section("Rules", &columns, migrations.chain(rules).collect())
    }

    fn check_table(&self) -> PackSection {
        let rows = self.checks.check.iter().map(|check| {
            vec![
                check.key.clone(),
                check.severity.word().to_owned(),
                if check.blocks { "yes" } else { "no" }.to_owned(),
                check.title.clone(),
                check.source.to_string(),
            ]
        });
        let columns = ["check", "severity", "blocks", "title", "source"];
        section("Checks", &columns, rows.collect())
    }

    fn fact_table(&self) -> PackSection {
        let rows = self.facts.fact.iter().map(|fact| {
            let supplier = match fact.by {
                FactSupplier::Observation => "observation".to_owned(),
                by => by.word().to_owned(),
            };
            vec![fact.name.clone(), fact.kind.word().to_owned(), supplier, fact.meaning.clone()]
        });
        let columns = ["fact", "kind", "by", "meaning"];
        section("Facts", &columns, rows.collect())
    }
}

impl PackDescription {
    /// The tables as text, each column as wide as its widest cell.
    pub fn to_text(&self) -> String {
        let summary = &self.summary;
        let mut text = format!(
            "{} ({})\nversions {}, knowledge of {}\n",
            summary.title, summary.platform, summary.versions, summary.knowledge
        );
        for section in &self.sections {
            text.push('\n');
            text.push_str(&section.to_text());
        }
        text
    }
}

impl PackSection {
    fn to_text(&self) -> String {
        let lines: Vec<&Vec<String>> = [&self.columns].into_iter().chain(&self.rows).collect();
        let width = |column: usize| {
            let cells = lines.iter().filter_map(|line| line.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<_> = (0..self.columns.len()).map(width).collect();
        let mut text = format!("{}\n", self.title);
        for line in lines {
            let cells = line.iter().zip(&widths);
            let padded: Vec<_> = cells.map(|(cell, &width)| format!("{cell:width$}")).collect();
            text.push_str(&format!("  {}\n", padded.join("  ").trim_end()));
        }
        text
    }
}

fn section(title: &str, columns: &[&str], rows: Vec<Vec<String>>) -> PackSection {
    PackSection {
        title: title.to_owned(),
        columns: columns.iter().map(ToString::to_string).collect(),
        rows,
    }
}

/// The word that a pack's file writes for a variant.
fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(serde_json::Value::Object(fields)) => fields.keys().cloned().collect(),
        _ => String::new(),
    }
}
