//! Where the data are after the upgrade. Data inside the old home are a person's decision: moved
//! out by a rename, or kept, and then the old home cannot be removed.

use refit_model::{
    Assessment, Decision, Folders, HostPath, PathPurpose, Question, QuestionOption, literal,
};

/// The subject of the decision.
pub(crate) const SUBJECT: &str = "data-location";
const MOVE: &str = "move";
const KEEP: &str = "keep";

/// Where the data are, and where they will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DataLocation {
    /// The site configured a place of its own: nothing to do.
    Configured,
    /// The default place is a link that leads out of the home: the new home gets the same link.
    Linked,
    /// Inside the old home, to be moved beside the homes.
    Move,
    /// Inside the old home, to stay there; the new home gets a link.
    Keep,
}

impl DataLocation {
    /// What the assessment and the decisions say; a question, where nothing was decided.
    pub(crate) fn decide(
        assessment: &Assessment,
        decisions: &[Decision],
    ) -> (Self, Option<Question>) {
        let folders = &assessment.folders;
        if folders.default_data.is_none() {
            return (Self::Configured, None);
        }
        if !folders.data.is_within(&folders.home) {
            return (Self::Linked, None);
        }
        let decided = decisions.iter().find(|decision| decision.subject == SUBJECT);
        match decided.map(|decision| decision.choice.as_str()) {
            Some(MOVE) => (Self::Move, None),
            Some(KEEP) => (Self::Keep, None),
            _ => (Self::Keep, Some(question(folders))),
        }
    }

    /// Where the data will be.
    pub(crate) fn after(self, folders: &Folders) -> HostPath {
        match self {
            Self::Move => folders.install_into.join("activemq-data"),
            Self::Configured | Self::Linked | Self::Keep => folders.data.clone(),
        }
    }

    /// Whether the new home's data folder is a link.
    pub(crate) fn needs_link(self) -> bool {
        self != Self::Configured
    }
}

/// The folders of the message stores before the upgrade, as steps name them.
pub(crate) fn stores(assessment: &Assessment) -> Vec<HostPath> {
    let data = &assessment.folders.data;
    let stores = assessment
        .written_paths
        .iter()
        .filter(|written| written.purpose == PathPurpose::Store)
        .map(|written| step_path(&written.path, data));
    let mut stores: Vec<_> = stores.collect();
    stores.sort();
    stores.dedup();
    stores
}

/// A path of the installation before the upgrade, as steps name it.
pub(crate) fn step_path(path: &HostPath, data: &HostPath) -> HostPath {
    match path.as_path().strip_prefix(data.as_path()) {
        Ok(below) => HostPath::from("${old_data}").join(literal(&below.display().to_string())),
        Err(_) => HostPath::from(literal(&path.to_string())),
    }
}

fn question(folders: &Folders) -> Question {
    let data = &folders.data;
    let option = |choice: &str, meaning: String| QuestionOption { choice: choice.into(), meaning };
    Question {
        subject: SUBJECT.into(),
        text: format!(
            "The data are inside the old home ({data}): whoever deletes the old version later \
             deletes them too. Where shall they be?"
        ),
        options: vec![
            option(
                MOVE,
                format!(
                    "renamed to {} while the broker is stopped (at once, on the same file \
                     system); the old place becomes a link",
                    DataLocation::Move.after(folders)
                ),
            ),
            option(KEEP, format!("they stay in {data}; the old home can then not be removed")),
        ],
    }
}
