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
        let renamable = assessment.facts.is_true("data.renamable");
        let decided = decisions.iter().find(|decision| decision.subject == SUBJECT);
        match decided.map(|decision| decision.choice.as_str()) {
            Some(MOVE) if renamable => (Self::Move, None),
            Some(KEEP) => (Self::Keep, None),
            _ => (Self::Keep, Some(question(folders, renamable))),
        }
    }

    /// Whether it is what a decision on this subject settled.
    pub(crate) fn is_decided_by(self, subject: &str) -> bool {
        matches!(self, Self::Move | Self::Keep) && subject == SUBJECT
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

fn question(folders: &Folders, renamable: bool) -> Question {
    let (data, new) = (&folders.data, DataLocation::Move.after(folders));
    let option = |choice: &str, meaning: String| QuestionOption { choice: choice.into(), meaning };
    let moved = option(
        MOVE,
        format!(
            "renamed to {new} while the broker is stopped (at once, on the same file system); the \
             old place becomes a link"
        ),
    );
    let kept = option(KEEP, format!("they stay in {data}; the old home can then not be removed"));
    let why = if renamable {
        String::new()
    } else {
        format!(" They cannot be renamed to {new}, which is on another file system.")
    };
    Question {
        subject: SUBJECT.into(),
        text: format!(
            "The data are inside the old home ({data}): whoever deletes the old version later \
             deletes them too.{why} Where shall they be?"
        ),
        options: renamable.then_some(moved).into_iter().chain([kept]).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_on_another_file_system_can_only_stay() {
        let at = |path: &str| HostPath::from(path.to_owned());
        let folders = Folders {
            home: at("/opt/mq"),
            link: None,
            data: at("/opt/mq/data"),
            default_data: Some(at("/opt/mq/data")),
            java_home: at("/usr"),
            new_java_home: at("/usr"),
            install_into: at("/srv"),
            restore_points: at("/srv/points"),
            control: at("/srv/control"),
        };
        let choices = |renamable: bool| -> Vec<String> {
            let question = question(&folders, renamable);
            question.options.into_iter().map(|option| option.choice).collect()
        };
        assert_eq!(choices(true), [MOVE, KEEP]);
        assert_eq!(choices(false), [KEEP]);
        assert!(question(&folders, false).text.contains("/srv/activemq-data, which is on another"));
    }
}
