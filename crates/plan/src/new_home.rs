//! What the new version's home is to hold besides the vendor's files.

use refit_model::{
    Decision, FileOrigin, FilePair, FileRecord, FileRole, HostPath, KEEP_SITE, Question,
    QuestionOption, SettledFile, Settlement, TAKE_NEW, Template, literal,
};

use crate::settled::Configuration;
use crate::{Inputs, ScratchPlaces};

/// What the new version's home is to hold besides the vendor's files.
pub(crate) struct NewHome {
    /// Files that are copied from the old home.
    pub(crate) placed: Vec<FilePair>,
    /// Files that are written.
    pub(crate) written: Vec<WrittenFile>,
    /// What becomes of every configuration file.
    pub(crate) settlements: Vec<Settlement>,
    /// The texts of written files.
    pub(crate) templates: Vec<Template>,
    /// What a person must decide.
    pub(crate) questions: Vec<Question>,
    /// What the new configuration listens on and writes to.
    pub(crate) places: ScratchPlaces,
}

/// A file that is written.
pub(crate) struct WrittenFile {
    /// The path within the home.
    pub(crate) path: String,
    pub(crate) template: refit_model::Digest,
    pub(crate) mode: u32,
}

impl WrittenFile {
    /// A part of a step's id.
    pub(crate) fn step_name(&self) -> String {
        let plain = |c: char| {
            let c = c.to_ascii_lowercase();
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' }
        };
        self.path.chars().map(plain).collect()
    }
}

/// Puts the new home together.
pub(crate) fn new_home(inputs: &Inputs<'_>, configuration: Configuration) -> NewHome {
    let mut home = NewHome {
        placed: Vec::new(),
        written: Vec::new(),
        settlements: Vec::new(),
        templates: Vec::new(),
        questions: configuration.questions.clone(),
        places: ScratchPlaces::of(inputs.pack, &configuration.documents),
    };
    for settlement in &configuration.settlements {
        let mode = configuration.modes.get(&settlement.file).copied().unwrap_or(0o640);
        match settlement.result {
            SettledFile::AsSite => home.placed.push(pair(&settlement.file)),
            SettledFile::Written(template) => {
                home.written.push(WrittenFile { path: settlement.file.clone(), template, mode });
            }
            SettledFile::AsNew | SettledFile::Absent | SettledFile::Open => {}
        }
    }
    for record in &inputs.assessment.files {
        other_file(inputs.decisions, record, &mut home);
    }
    home.templates = configuration.contents.into_values().collect();
    home.settlements = configuration.settlements;
    home
}

fn pair(path: &str) -> FilePair {
    let path = literal(path);
    FilePair {
        from: HostPath::from("${old_home}").join(&path),
        to: HostPath::from("${new_home}").join(path),
    }
}

/// Files that are no configuration: the site's own are taken over; where the site changed the
/// vendor's, a person decides.
fn other_file(decisions: &[Decision], record: &FileRecord, home: &mut NewHome) {
    let Some(path) = record.path.to_str() else { return };
    let carried = matches!(record.role, FileRole::Library | FileRole::Program | FileRole::Console);
    match record.origin {
        FileOrigin::Added if carried => home.placed.push(pair(path)),
        FileOrigin::Changed if carried => {
            let subject = format!("file:{path}");
            let decided = decisions.iter().find(|decision| decision.subject == subject);
            match decided.map(|decision| decision.choice.as_str()) {
                Some(KEEP_SITE) => home.placed.push(pair(path)),
                Some(TAKE_NEW) => {}
                _ => home.questions.push(changed_file(subject, path)),
            }
        }
        _ => {}
    }
}

fn changed_file(subject: String, path: &str) -> Question {
    let option = |choice: &str, meaning: &str| QuestionOption {
        choice: choice.to_owned(),
        meaning: meaning.to_owned(),
    };
    Question {
        subject,
        text: format!(
            "The site changed the vendor's file {path}, which Refit cannot merge. Which one shall \
             the new version have?"
        ),
        options: vec![
            option(TAKE_NEW, "the vendor's new one; the site's change is left out"),
            option(KEEP_SITE, "the site's; it is of the old version and may not fit the new one"),
        ],
    }
}
