//! Taking the documents of a form: what is sent as a file becomes the digest of what it is.

use jiff::tz::TimeZone;
use refit_app::{AnyDocument, PlaybookBundle};
use refit_desk::{Action, ActionKind, UpgradeDocument};
use refit_model::{Digest, Facts, Playbook};
use refit_pages::forms::{
    Entry, FieldError, FieldKind, FormData, FormErrors, FormOf, MAX_FILE, Supplied, fill, form_of,
    parse,
};
use refit_store::Blobs;

use super::says::{Said, misfit, says};
use super::{keep, load, load_any, of_state, read};
use crate::blocking::blocking;
use crate::failure::Failure;
use crate::visit::Visit;

/// A form whose documents were looked at.
#[derive(Debug)]
pub(crate) struct Taken {
    /// The form, with digests in place of files, and with what documents say.
    pub(crate) form: FormData,
    /// The facts of an assessment in it.
    pub(crate) facts: Option<Facts>,
    /// What is wrong with documents.
    pub(crate) errors: FormErrors,
    /// Whether a document was read.
    is_read: bool,
}

/// Reads the documents of a form, keeps them with the case, and fills in what they say of other
/// fields. One that is named by its digest alone, and that nobody has, stays a digest.
pub(crate) async fn take(
    visit: &Visit,
    kind: ActionKind,
    form: &FormData,
) -> Result<Taken, Failure> {
    let mut taken =
        Taken { form: form.clone(), facts: None, errors: form.refused(), is_read: false };
    if !taken.errors.is_empty() {
        return Ok(taken);
    }
    let FormOf::Fields(fields) = form_of(kind) else { return Ok(taken) };
    if kind == ActionKind::DeliverResources {
        make_bundle(visit, form, &mut taken).await?;
        return Ok(taken);
    }
    for field in fields {
        let FieldKind::Document(of) = field.kind else { continue };
        match find(visit, field.name, of, form).await? {
            Ok(Some(document)) => {
                taken.is_read = true;
                taken.fill(field.name, &document);
            }
            Ok(None) => {}
            Err(wrong) => taken.wrong(field.name, wrong),
        }
    }
    if kind == ActionKind::RecordAccessCheck
        && !taken.is_read
        && taken.errors.is_empty()
        && (form.filled("report").is_some() || form.files("report").next().is_some())
    {
        taken.wrong("report", "what it says is needed: send its file".to_owned());
    }
    if kind == ActionKind::RecordInventory && taken.facts.is_none() && taken.errors.is_empty() {
        taken.wrong("source", "its facts are needed: send the assessment's file".to_owned());
    }
    Ok(taken)
}

/// Makes the bundle that is delivered, unless another one is given: of the Playbook that is named,
/// or of the latest version that was posted.
async fn make_bundle(visit: &Visit, form: &FormData, taken: &mut Taken) -> Result<(), Failure> {
    if form.filled("bundle").is_some() || form.files("bundle").next().is_some() {
        return Ok(());
    }
    let case = visit.case()?;
    let contents = visit.portal.contents_of(&case.id).await?;
    let playbook = match find(visit, "playbook", UpgradeDocument::Playbook, form).await? {
        Ok(Some(AnyDocument::Playbook(playbook))) => Some(*playbook),
        Ok(_) => match case.playbook() {
            Some(latest) => load::<Playbook>(&contents, latest.digest).await?,
            None => None,
        },
        Err(wrong) => {
            taken.wrong("playbook", wrong);
            return Ok(());
        }
    };
    let Some(playbook) = playbook else {
        taken.wrong("playbook", "there is no Playbook yet: choose or send one".to_owned());
        return Ok(());
    };
    let digest = playbook.digest.to_string();
    match super::bundle(&contents, case, playbook).await? {
        Ok(made) => {
            let kept = contents.put(made.content.as_slice(), MAX_FILE).await?;
            taken.put("playbook", &[digest]);
            taken.put("bundle", &[kept.digest.to_string()]);
            taken.put("contents", &[listed(&made).join("\n")]);
        }
        Err(why) => taken.wrong("playbook", why),
    }
    Ok(())
}

/// What is in a bundle, a line each.
fn listed(bundle: &PlaybookBundle) -> Vec<String> {
    let line = |name: &String| {
        let is_unread = bundle.unread.contains(name);
        let remark = if is_unread { " (no text: not looked through for secrets)" } else { "" };
        format!("{name}{remark}")
    };
    bundle.files.iter().map(line).collect()
}

/// The same of an action that a program has sent: what its documents say, whatever it says.
pub(crate) async fn of_action(
    visit: &Visit,
    action: Action,
) -> Result<Result<Action, FormErrors>, Failure> {
    let kind = action.kind();
    if super::known::documents_of(kind).is_empty() {
        return Ok(Ok(action));
    }
    let taken = take(visit, kind, &fill(&action, &TimeZone::UTC)).await?;
    if !taken.errors.is_empty() {
        return Ok(Err(taken.errors));
    }
    let supplied = Supplied {
        zone: &TimeZone::UTC,
        customer: None,
        version: None,
        facts: taken.facts.as_ref(),
        additions: &[],
    };
    Ok(parse(kind, &taken.form, &supplied))
}

/// The document of a field, kept with the case; none if there is none but a digest. What is wrong
/// with it otherwise.
async fn find(
    visit: &Visit,
    name: &str,
    kind: UpgradeDocument,
    form: &FormData,
) -> Result<Result<Option<AnyDocument>, String>, Failure> {
    let case = visit.case()?;
    let contents = visit.portal.contents_of(&case.id).await?;
    let document = if let Some(file) = form.files(name).next() {
        match sent(&contents, kind, file.digest).await? {
            Ok(document) => document,
            Err(wrong) => return Ok(Err(wrong)),
        }
    } else {
        let typed = form.filled(name).and_then(|text| text.trim().parse::<Digest>().ok());
        let Some(digest) = typed else { return Ok(Ok(None)) };
        let kept = load_any(&contents, kind, digest).await?;
        let found = match kept {
            Some(document) => Some(document),
            None if visit.person()?.role().is_team() => {
                of_state(&visit.portal, kind, digest).await?
            }
            None => None,
        };
        // A program sends the document's file first, and names it by the file's digest.
        let found = match found {
            None if contents.open(digest).await?.is_some() => {
                match sent(&contents, kind, digest).await? {
                    Ok(document) => Some(document),
                    Err(wrong) => return Ok(Err(wrong)),
                }
            }
            found => found,
        };
        let Some(document) = found else { return Ok(Ok(None)) };
        document
    };
    if let Some(why) = misfit(case, &document) {
        return Ok(Err(format!("this {kind} does not belong here: {why}")));
    }
    keep(&visit.portal, &contents, &document).await?;
    Ok(Ok(Some(document)))
}

/// The document in a file that was sent along.
pub(crate) async fn sent(
    contents: &Blobs,
    kind: UpgradeDocument,
    file: Digest,
) -> Result<Result<AnyDocument, String>, Failure> {
    let json = contents.read(file, super::MOST).await?.ok_or_else(Failure::not_found)?;
    blocking(move || read(kind, &json)).await
}

impl Taken {
    fn wrong(&mut self, name: &str, why: String) {
        self.errors.fields.insert(name.to_owned(), FieldError::Document(why));
    }

    /// Puts a document's digest in place of its file, and what it says into other fields.
    fn fill(&mut self, name: &str, document: &AnyDocument) {
        if let AnyDocument::Assessment(assessment) = document {
            self.facts = Some(assessment.body.facts.clone());
        }
        self.put(name, &[document.digest().to_string()]);
        for said in says(document) {
            match said {
                Said::Is(field, value) => match self.form.filled(field) {
                    None => self.put(field, &[value]),
                    Some(typed) if typed.trim() == value => {}
                    Some(_) => self.wrong(name, format!("it says something else here: {value}")),
                },
                Said::Suggests(field, value) => {
                    if self.form.filled(field).is_none() {
                        self.put(field, &[value]);
                    }
                }
                // What a report has not proved is not ticked by hand.
                Said::Ticks(field, false) if self.form.filled(field).is_some() => {
                    self.wrong(name, "it says something else here: not proved".to_owned());
                }
                Said::Ticks(_, false) => {}
                Said::Ticks(field, true) => self.put(field, &["yes".to_owned()]),
                Said::Has(field, lines) => {
                    let typed: Vec<_> =
                        self.form.texts(field).flat_map(str::lines).map(str::to_owned).collect();
                    let more = lines.into_iter().filter(|line| !typed.contains(line));
                    let all: Vec<_> = typed.iter().cloned().chain(more).collect();
                    self.put(field, &[all.join("\n")]);
                }
            }
        }
    }

    /// Sets a field to these texts, whatever it had.
    fn put(&mut self, name: &str, texts: &[String]) {
        let mut form = FormData::new();
        for (known, entry) in self.form.iter().filter(|(known, _)| *known != name) {
            match entry {
                Entry::Text(text) => form.push(known, text.as_str()),
                Entry::File(file) => form.push_file(known, file.clone()),
                Entry::Refused(why) => form.push_refused(known, *why),
            }
        }
        for text in texts {
            form.push(name, text.as_str());
        }
        self.form = form;
    }
}
