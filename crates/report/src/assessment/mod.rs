//! Assessments: what was found, what it means, and the way to the target version.

mod files;
mod page;
mod text;

use refit_model::{
    Assessment, FileOrigin, FileRecord, FileRole, Finding, HostPath, Observations, Stored,
};

use crate::Style;
use crate::view::sorted;
use files::FileRow;

pub(crate) use text::one_finding;

/// An assessment, and what was observed at the same moment.
#[derive(Clone, Copy, Debug)]
pub struct AssessmentReport<'a> {
    /// The assessment.
    pub assessment: &'a Stored<Assessment>,
    /// What was observed beside it, where that is kept.
    pub observations: Option<&'a Observations>,
}

impl<'a> AssessmentReport<'a> {
    /// As text for the terminal.
    pub fn to_text(&self, style: Style) -> String {
        text::text(self, style)
    }

    /// As a page that needs nothing else.
    pub fn to_html(&self) -> String {
        page::html(self)
    }

    fn body(&self) -> &'a Assessment {
        &self.assessment.body
    }

    /// All findings: those of the assessment, and those that rest on observations.
    pub fn findings(&self) -> Vec<&'a Finding> {
        let observed = self.observations.map(|observed| observed.findings.as_slice());
        sorted(&[&self.body().findings, observed.unwrap_or_default()])
    }

    /// Files that are not as the vendor ships them with the installed version.
    fn differing_files(&self) -> Vec<FileRow<'a>> {
        let files = self.body().files.iter();
        let files: Vec<_> = files.filter(|file| file.origin != FileOrigin::Shipped).collect();
        files::rows(&files)
    }

    /// Configuration files that are as the vendor shipped them.
    fn shipped_configuration(&self) -> usize {
        let shipped = |file: &&FileRecord| {
            file.role == FileRole::Configuration && file.origin == FileOrigin::Shipped
        };
        self.body().files.iter().filter(shipped).count()
    }

    fn title(&self) -> String {
        format!("Assessment of {} in {}", self.body().installation, self.body().environment)
    }

    /// The head of the report: labels and texts.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let body = self.body();
        let mut lines = vec![
            ("platform", body.pack.platform.to_string()),
            ("installed", body.installed.to_string()),
        ];
        match &body.target {
            None => lines.push(("target", "none: there is no way to a newer version".to_owned())),
            Some(target) => {
                lines.push(("target", format!("{}: {}", target.version, target.why)));
                let archive = &target.archive;
                let size = crate::words::size(archive.size_bytes);
                let trust = crate::words::archive_trust(archive.trust);
                lines.push(("archive", format!("{}, {size}, {trust}", archive.file)));
            }
        }
        let (day, pack) = (&body.pack.knowledge, body.pack.digest.short());
        lines.push(("knowledge", format!("of {day} (pack {pack})")));
        lines.extend(self.places());
        lines
    }

    /// What is where.
    fn places(&self) -> Vec<(&'static str, String)> {
        let folders = &self.body().folders;
        let link = folders.link.as_ref();
        let home = match link {
            Some(link) => format!("{} (through the link {})", folders.home, link.path),
            None => folders.home.to_string(),
        };
        let within = if folders.data.is_within(&folders.home) { " (inside the home)" } else { "" };
        let java = |new: &HostPath| {
            if *new == folders.java_home { String::new() } else { format!("; then {new}") }
        };
        vec![
            ("home", home),
            ("data", format!("{}{within}", folders.data)),
            ("Java", format!("{}{}", folders.java_home, java(&folders.new_java_home))),
            ("new version in", folders.install_into.to_string()),
            ("restore points in", folders.restore_points.to_string()),
        ]
    }

    /// What the way means for going back.
    fn way_back(&self) -> &'static str {
        if self.body().old_reads_new_store() {
            "Going back keeps every message: the old version reads what the new one wrote."
        } else {
            "Going back means restoring the store as it was before the start of the new version; \
             messages since then are lost."
        }
    }
}
