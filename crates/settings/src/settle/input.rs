//! What a settlement needs, and what it gives.

use refit_model::{
    Decision, Facts, KeyOutcome, Lineage, Outcome, RuleRef, Secret, SettledFile, Settlement, Slot,
    Template, TemplateError, Version,
};

use super::values::refusal;
use crate::opaque::WHOLE_FILE;
use crate::{Document, Rule, ShippedFile};

/// One file's sides, and what is known beside them.
#[derive(Clone, Copy, Debug)]
pub struct SettleInput<'a> {
    /// The shipped default from which the site's file descends; none where the site wrote it.
    pub base: Option<Base<'a>>,
    /// The lineage of the site's file, for the report.
    pub lineage: &'a Lineage,
    /// The site's file. Its spec's path is the file in the old home, which fills the slots.
    pub site: &'a Document,
    /// The vendor's new default, read from the file itself; none where the new version ships none.
    /// Its spec's path is the file in the new home.
    pub new: Option<&'a Document>,
    /// The pack's rules on the way, in the order of their versions. Those about other files are
    /// passed over.
    pub rules: &'a [Rule],
    /// Facts of the installation and the target, for the rules' conditions.
    pub facts: &'a Facts,
    /// Decisions that were made before.
    pub decisions: &'a [Decision],
    /// What other files' settlements move into this one.
    pub brought: &'a [Brought],
    /// The version that the file is for.
    pub target: &'a Version,
}

/// A value that a rule moves from one file into another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    /// The file that it comes from, in the old home.
    pub from: String,
    /// The file that it goes to, in the new home.
    pub file: String,
    /// Its key there.
    pub key: String,
    /// The value; marks of `slots` may stand in it.
    pub value: String,
    /// How it goes in.
    pub how: Bringing,
    /// The slots of the file that it comes from.
    pub slots: Vec<Slot>,
    /// The rule that moves it.
    pub rule: RuleRef,
}

/// How a value that comes from another file goes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bringing {
    /// As the value of the key.
    Set,
    /// As the value of a key that the site does not have here; where it has one, a person decides.
    New,
    /// Into the list with commas that the key has.
    Listed,
}

/// The vendor's old default.
#[derive(Clone, Copy, Debug)]
pub enum Base<'a> {
    /// The file itself.
    Document(&'a Document),
    /// What a pack keeps of it.
    Shipped(&'a ShippedFile),
}

/// A settled file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// What became of every key.
    pub settlement: Settlement,
    /// The new text, where the settlement's result is `Written`; its slots are filled from the
    /// site's file.
    pub content: Option<Template>,
    /// What goes into other files.
    pub moved: Vec<Brought>,
    /// A second file that the site's file becomes, which the old version does not have.
    pub companion: Option<Box<Settled>>,
}

impl Settled {
    /// A settled file of which nothing goes into others.
    pub fn new(settlement: Settlement, content: Option<Template>) -> Self {
        Self { settlement, content, moved: Vec::new(), companion: None }
    }

    /// The file as it is to be written, secrets included; none where there is none. Fails where a
    /// secret of the site's file is not known.
    pub fn print(
        &self,
        site: &Document,
        new: Option<&Document>,
    ) -> Result<Option<Secret>, TemplateError> {
        match (self.settlement.result, &self.content) {
            (SettledFile::AsSite, _) => site.print().map(Some),
            (SettledFile::AsNew, _) => new.map(Document::print).transpose(),
            (SettledFile::Written(_), Some(content)) => {
                content.fill(|slot| site.secret(&slot.key)).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The same, but not to be written, for this reason: no answer helps.
    #[must_use]
    pub fn refused(mut self, why: &str) -> Self {
        self.settlement.outcomes.push(KeyOutcome {
            key: WHOLE_FILE.to_owned(),
            outcome: Outcome::NeedsDecision(refusal(why)),
            base: None,
            site: None,
            new: None,
            result: None,
            rule: None,
        });
        self.settlement.result = SettledFile::Open;
        self.content = None;
        self
    }
}

impl<'a> SettleInput<'a> {
    /// The file in the new home.
    pub(super) fn file(&self) -> &'a str {
        &self.new.unwrap_or(self.site).spec().path
    }
}
