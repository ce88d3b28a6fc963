//! The project: group, kick-off, people, files, notes.

use super::Draft;
use crate::numbers::next_number;
use crate::{
    Action, Change, Contact, Note, NoteScope, Party, PostedFile, ProjectFile, Refusal, Role,
};

/// The most of anything that a case holds a list of.
const MAX_LIST: usize = 200;

impl Draft<'_> {
    pub(super) fn act_on_project(&mut self, action: Action) -> Result<(), Refusal> {
        let change = match action {
            Action::SetGroup(group) => {
                limit("members", group.members.len())?;
                Change::GroupSet(group)
            }
            Action::RecordKickOff(kick_off) => {
                limit("deliverables", kick_off.deliverables.len())?;
                limit("dependencies", kick_off.dependencies.len())?;
                if kick_off.deliverables.is_empty() || kick_off.escalation.is_empty() {
                    let what = "a kick-off names deliverables, and who is told when it stops";
                    return Err(Refusal::Say(what));
                }
                Change::KickedOff(kick_off)
            }
            Action::MeetDependency { dependency } => {
                let is_it = |(number, _)| number == dependency;
                if !self.case.unmet_dependencies().any(is_it) {
                    return Err(Refusal::NotFound(format!("unmet dependency {dependency}")));
                }
                Change::DependencyMet { dependency }
            }
            Action::NameContact(contact) => self.named(contact)?,
            Action::RemoveContact { duty, user } => {
                let is_it = |one: &Contact| one.duty == duty && one.user == user;
                if !self.case.contacts.iter().any(is_it) {
                    return Err(Refusal::NotFound(format!("{} {user}", duty.word())));
                }
                Change::ContactRemoved { duty, user }
            }
            Action::PostFile(file) => self.posted(file)?,
            Action::AddNote { scope, text } => {
                if scope == NoteScope::Team && self.by.role == Role::Customer {
                    return Err(Refusal::Say("a customer's note is for everyone in the case"));
                }
                Change::NoteAdded(Note { scope, text, at: self.at, by: self.by.user.clone() })
            }
            other => return Err(Refusal::NotRouted(other.kind())),
        };
        Ok(self.emit(change)?)
    }

    fn named(&self, contact: Contact) -> Result<Change, Refusal> {
        limit("contacts", self.case.contacts.len())?;
        limit("periods", contact.available.len())?;
        if contact.available.is_empty() {
            return Err(Refusal::Say("say when the person is there"));
        }
        if contact.available.iter().any(|period| period.from > period.to) {
            return Err(Refusal::Say("a period ends before it begins"));
        }
        Ok(Change::ContactNamed(contact))
    }

    fn posted(&self, file: ProjectFile) -> Result<Change, Refusal> {
        let is_same = |one: &&PostedFile| one.file.kind == file.kind && one.file.name == file.name;
        let versions: Vec<_> = self.case.files.iter().filter(is_same).collect();
        if versions.last().is_some_and(|last| last.file.digest == file.digest) {
            return Err(Refusal::AlreadyThere(format!("{} with this content", file.name)));
        }
        let version = next_number(versions.len());
        let (at, by) = (self.at, self.by.user.clone());
        Ok(Change::FilePosted(PostedFile { file, version, at, by }))
    }

    /// Whether the person may speak for an activity's owners.
    pub(super) fn is_of(&self, owners: &[Party]) -> bool {
        self.by.role.party().is_some_and(|party| owners.contains(&party))
    }
}

/// Refuses lists that nobody could read.
pub(super) fn limit(what: &'static str, number: usize) -> Result<(), Refusal> {
    if number > MAX_LIST {
        return Err(Refusal::TooMany { what, most: MAX_LIST });
    }
    Ok(())
}
