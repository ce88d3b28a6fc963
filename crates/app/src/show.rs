//! Documents and steps, as they are shown.

use refit_model::{
    AccessReport, Approval, Assessment, Digest, Document, DocumentError, DriftReport, Plan,
    Playbook, RehearsalReport, Step, Stored,
};
use refit_playbook::shell::{Attachment, AttachmentPiece, Means, lines};
use refit_trial::report::TrialReport;
use serde::Deserialize;

use crate::{AppError, Result, StateDir, StateError};

/// A document of any type.
#[derive(Clone, Debug)]
pub enum AnyDocument {
    /// What may be read and written.
    Access(Box<Stored<AccessReport>>),
    /// An assessment.
    Assessment(Box<Stored<Assessment>>),
    /// A plan.
    Plan(Box<Stored<Plan>>),
    /// What a rehearsal showed.
    Rehearsal(Box<Stored<RehearsalReport>>),
    /// An approval.
    Approval(Box<Stored<Approval>>),
    /// A trial's report.
    Trial(Box<Stored<TrialReport>>),
    /// A playbook.
    Playbook(Box<Stored<Playbook>>),
    /// What differs where a playbook is to be followed.
    Drift(Box<Stored<DriftReport>>),
}

/// The same of a document of any type.
macro_rules! each {
    ($any:expr, $one:ident => $what:expr) => {
        match $any {
            AnyDocument::Access($one) => $what,
            AnyDocument::Assessment($one) => $what,
            AnyDocument::Plan($one) => $what,
            AnyDocument::Rehearsal($one) => $what,
            AnyDocument::Approval($one) => $what,
            AnyDocument::Trial($one) => $what,
            AnyDocument::Playbook($one) => $what,
            AnyDocument::Drift($one) => $what,
        }
    };
}

impl AnyDocument {
    /// Reads a document's file, and refuses one that is not what it says it is: of a type that is
    /// not known here, of another schema, or with another content than its digest says.
    pub fn read(json: &[u8]) -> std::result::Result<Self, DocumentError> {
        #[derive(Deserialize)]
        struct Head {
            r#type: String,
        }
        fn of<T: Document>(json: &[u8]) -> std::result::Result<Box<Stored<T>>, DocumentError> {
            Stored::read(json).map(Box::new)
        }
        let found = serde_json::from_slice::<Head>(json)?.r#type;
        Ok(match found.as_str() {
            AccessReport::TYPE => Self::Access(of(json)?),
            Assessment::TYPE => Self::Assessment(of(json)?),
            Plan::TYPE => Self::Plan(of(json)?),
            RehearsalReport::TYPE => Self::Rehearsal(of(json)?),
            Approval::TYPE => Self::Approval(of(json)?),
            TrialReport::TYPE => Self::Trial(of(json)?),
            Playbook::TYPE => Self::Playbook(of(json)?),
            DriftReport::TYPE => Self::Drift(of(json)?),
            _ => return Err(DocumentError::WrongType { expected: "known", found }),
        })
    }

    /// Its digest.
    pub fn digest(&self) -> Digest {
        each!(self, one => one.digest)
    }

    /// The bytes that its digest is of.
    pub fn content(&self) -> std::result::Result<Vec<u8>, DocumentError> {
        each!(self, one => one.body.content())
    }

    /// Its file, as commands write it and [`AnyDocument::read`] takes it.
    pub fn to_file(&self) -> std::result::Result<Vec<u8>, DocumentError> {
        each!(self, one => Ok(serde_json::to_vec_pretty(one)?))
    }
}

impl StateDir {
    /// Finds a document of any type by its digest or the first digits of it.
    pub fn find_any(&self, given: &str) -> Result<AnyDocument> {
        let tries: [fn(&Self, &str) -> Found; 8] = [
            |state, given| of(state, given, AnyDocument::Access),
            |state, given| of(state, given, AnyDocument::Plan),
            |state, given| of(state, given, AnyDocument::Assessment),
            |state, given| of(state, given, AnyDocument::Rehearsal),
            |state, given| of(state, given, AnyDocument::Approval),
            |state, given| of(state, given, AnyDocument::Trial),
            |state, given| of(state, given, AnyDocument::Playbook),
            |state, given| of(state, given, AnyDocument::Drift),
        ];
        let mut found = Vec::new();
        for find in tries {
            found.extend(find(self, given)?);
        }
        let none = || StateError::Missing {
            kind: "document",
            digest: given.to_owned(),
            state: self.root().to_owned(),
        };
        match found.len() {
            0 | 1 => Ok(found.pop().ok_or_else(none)?),
            _ => Err(AppError::Usage(format!(
                "`{given}` stands for several documents; give more of it"
            ))),
        }
    }
}

type Found = std::result::Result<Option<AnyDocument>, StateError>;

fn of<T: Document>(
    state: &StateDir,
    given: &str,
    as_any: fn(Box<Stored<T>>) -> AnyDocument,
) -> Found {
    match state.find::<T>(given) {
        Ok(stored) => Ok(Some(as_any(Box::new(stored)))),
        Err(StateError::Missing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The lines of a shell that do a step: what the executor does, by the means of a person.
pub fn step_commands(step: &Step) -> Vec<String> {
    lines(step, &Means { text: &text_of, unchanged_since: None, run_folder: None }).act
}

/// Where a text that is written comes from, in a plan that is only shown.
fn text_of(template: Digest) -> Attachment {
    let file = format!("files/{}", template.short());
    Attachment { pieces: vec![AttachmentPiece::File(file)] }
}
