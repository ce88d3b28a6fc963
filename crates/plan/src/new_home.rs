//! What the new version's home is to hold besides the vendor's files.

use refit_model::{
    Decision, Endpoint, FileOrigin, FilePair, FileRecord, FileRole, HostPath, KEEP_SITE, Override,
    OverrideTo, Question, QuestionOption, SettledFile, Settlement, TAKE_NEW, Template, WrittenPath,
    literal,
};
use refit_packs::{ConfiguredEndpoint, Words};

use crate::Inputs;
use crate::settled::Configuration;
use crate::side_by_side::named;

/// Stands for the scratch copy's folders while it is looked which paths lead out of it.
const SCRATCH_HOME: &str = "/refit-scratch/home";

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
    /// The addresses that the new version will listen on.
    pub(crate) endpoints: Vec<Endpoint>,
    /// Keys that a rehearsal changes so that it stays apart.
    pub(crate) overrides: Vec<Override>,
    /// The stores of the new configuration that lie outside its data folder, with the place that
    /// they get below the scratch folder.
    pub(crate) scratch_stores: Vec<(HostPath, String)>,
    /// The logs of the new configuration, as steps name them.
    pub(crate) logs: Vec<HostPath>,
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
        endpoints: Vec::new(),
        overrides: Vec::new(),
        scratch_stores: Vec::new(),
        logs: Vec::new(),
    };
    read_addresses(inputs, &configuration, &mut home);
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

/// Addresses and written places of the new configuration, and what a rehearsal changes of them.
fn read_addresses(inputs: &Inputs<'_>, configuration: &Configuration, home: &mut NewHome) {
    let facts = &inputs.pack.facts;
    let scratch: HostPath = SCRATCH_HOME.to_owned().into();
    let data = scratch.join("data");
    let conf = scratch.join("conf");
    let words = Words::new(
        &inputs.pack.product.layout,
        &[("home", &scratch), ("base", &scratch), ("conf", &conf), ("data", &data)],
    );
    let found = facts.read_endpoints(&configuration.documents, &words);
    home.endpoints = found.endpoints.iter().map(|one| one.endpoint.clone()).collect();
    home.overrides = endpoint_overrides(&found.endpoints, &home.endpoints);
    let read = facts.read_facts(&configuration.documents);
    for written in facts.read_written(&configuration.documents, &read, &words) {
        written_place(&written, &scratch, &data, home);
    }
}

fn endpoint_overrides(found: &[ConfiguredEndpoint], endpoints: &[Endpoint]) -> Vec<Override> {
    let names = named(endpoints);
    let mut overrides = Vec::new();
    for one in found {
        let name = names.iter().find(|(_, endpoint)| ***endpoint == one.endpoint);
        let Some((name, _)) = name else { continue };
        for (key, at) in &one.keys {
            overrides.push(Override {
                file: one.endpoint.file.clone(),
                key: key.clone(),
                to: OverrideTo::Endpoint { name: name.clone(), at: *at },
            });
        }
    }
    overrides
}

/// A place inside the home or its data moves with the scratch copy; any other one is changed.
fn written_place(written: &WrittenPath, scratch: &HostPath, data: &HostPath, home: &mut NewHome) {
    use refit_model::PathPurpose::{Log, Store};
    let inside_data = written.path.as_path().strip_prefix(data.as_path()).ok();
    if written.purpose == Log
        && let Some(below) = inside_data
    {
        let below = literal(&below.display().to_string());
        home.logs.push(HostPath::from("${data}").join(below));
    }
    let is_device = written.path.is_within(&"/dev".to_owned().into());
    let leads_out = written.path.as_path().is_absolute() && !written.path.is_within(scratch);
    if written.key.is_empty() || !leads_out || is_device {
        return;
    }
    let below = format!("outside/{}", home.overrides.len());
    if written.purpose == Store {
        home.scratch_stores.push((written.path.clone(), below.clone()));
    }
    home.overrides.push(Override {
        file: written.file.clone(),
        key: written.key.clone(),
        to: OverrideTo::ScratchPath(below),
    });
}
