//! A playbook with one environment's values, for a person with a shell alone.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use refit_hosts::Reader;
use refit_model::{
    Act, Assessment, Digest, HostPath, Playbook, SecretRef, Slot, Step, Stored, Template,
};
use refit_playbook::shell::{FUNCTIONS, Means, SecretLine};
use refit_playbook::{Attachments, Texts};
use refit_report::{PlaybookHere, SecretFile, Session};
use refit_settings::Document;

use super::Applied;
use super::folder::{self, PlaybookFolder, RenderedFor};
use super::pages::{self, word};
use crate::{App, AppError, Result, Target, reach};

/// Configuration files are small.
const FILE_LIMIT: u64 = 64 << 20;
/// How long reading one file may take.
const READ_SECONDS: u32 = 60;

/// A playbook that was written for one environment.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// What was written.
    pub written: PlaybookFolder,
    /// The plan whose values were put in, and what differs.
    pub applied: Applied,
    /// The word that stands for the run: what is rendered is followed once.
    pub run: String,
}

impl App<'_> {
    /// Writes a playbook with the values of an environment, and the texts that its steps write.
    /// Nothing of the environment is changed.
    pub fn render_playbook(
        &self,
        target: &Target,
        playbook: &Stored<Playbook>,
        output: &Path,
    ) -> Result<Rendered> {
        let output = folder::absolute(output)?;
        folder::check_unused(&output)?;
        // Whatever is changed from here on is found by the first step.
        let now = Timestamp::now();
        let run = now.strftime("by-hand-%Y%m%dt%H%M%Sz").to_string();
        let applied = self.follow_playbook(target, playbook)?;
        let plan = &applied.plan;
        let steps = plan.body.bound_steps(&run)?;
        let attachments = self.attachments(target, &applied, &steps)?;
        let session = self.session(target, &steps, &attachments, &output)?;
        let blocking: Vec<_> = applied.blocking().iter().map(|one| one.title.clone()).collect();
        let here = PlaybookHere { plan, run: &run, blocking: &blocking };
        let text = |template: Digest| attachments.text(template);
        let points = plan.body.parameters.get("restore_points").map(HostPath::from);
        let run_folder = points.map(|points| points.join(&run));
        let means = Means {
            text: &text,
            unchanged_since: Some(now.as_second()),
            run_folder: run_folder.as_ref(),
        };
        let mut files = pages::pages(playbook, Some(here), &session, &means)?.into_files();
        files.extend(attachments.files);
        files.insert(pages::SUMS.into(), pages::sums(&files));
        let rendered_for =
            RenderedFor { environment: target.shown(), plan: plan.digest, run: run.clone() };
        let written = folder::write(&output, playbook, Some(&rendered_for), files)?;
        Ok(Rendered { written, applied, run })
    }

    /// The texts that steps write, with what is certain of where their secrets come from.
    fn attachments(
        &self,
        target: &Target,
        applied: &Applied,
        steps: &[Step],
    ) -> Result<Attachments> {
        let new = self.written_texts(steps)?;
        let assessment = &applied.found.assessment.body;
        let old = self.old_texts(assessment)?;
        let live = self.live_files(target, assessment, &new)?;
        let gives = |slot: &Slot, line: &SecretLine| {
            let Some((bytes, document)) = live.get(&slot.file) else { return false };
            let secret = document.secret(&slot.key);
            secret.is_some_and(|secret| line.take(bytes) == Some(secret.expose()))
        };
        let home = applied.plan.body.parameters.get("new_home").unwrap_or_default();
        let texts = Texts { new: &new, old: &old, gives: &gives };
        Ok(Attachments::of(steps, &HostPath::from(home), &texts)?)
    }

    fn written_texts(&self, steps: &[Step]) -> Result<BTreeMap<Digest, Template>> {
        let mut texts = BTreeMap::new();
        for step in steps {
            if let Act::WriteFile { template, .. } = &step.act {
                texts.insert(*template, self.state.load::<Template>(*template)?.body);
            }
        }
        Ok(texts)
    }

    fn old_texts(&self, assessment: &Assessment) -> Result<BTreeMap<String, Template>> {
        let mut texts = BTreeMap::new();
        for file in &assessment.files {
            if let (Some(path), Some(template)) = (file.path.to_str(), file.template) {
                texts.insert(path.to_owned(), self.state.load::<Template>(template)?.body);
            }
        }
        Ok(texts)
    }

    /// The files of the old version that secrets of the new texts stand in.
    fn live_files(
        &self,
        target: &Target,
        assessment: &Assessment,
        new: &BTreeMap<Digest, Template>,
    ) -> Result<BTreeMap<String, (Vec<u8>, Document)>> {
        let host = reach::host(target)?;
        let reader = Reader::new(&*host, &self.cancel, READ_SECONDS);
        let pack = self.packs.get(target.entry().platform.as_str())?;
        let mut live = BTreeMap::new();
        for slot in new.values().flat_map(|template| &template.slots) {
            let Some(spec) = pack.settings.file(&slot.file) else { continue };
            let path = assessment.folders.home.join(&slot.file);
            let bytes = reader.read(&path, FILE_LIMIT)?;
            let document = Document::parse(&bytes, spec).map_err(|_| AppError::Stale {
                what: format!("the assessment of {}", target.shown()),
                why: format!("{path} cannot be read any more"),
                how: "try again".into(),
            })?;
            live.insert(slot.file.clone(), (bytes, document));
        }
        Ok(live)
    }

    fn session(
        &self,
        target: &Target,
        steps: &[Step],
        attachments: &Attachments,
        output: &Path,
    ) -> Result<Session> {
        let artifacts = self.artifacts_folder(&self.newest(target)?);
        let needs = used_words(steps, attachments);
        let mut values = vec![
            ("PLAYBOOK", output.display().to_string()),
            ("ARTIFACTS", artifacts.display().to_string()),
        ];
        let mut words = vec![pages::playbook_word(), pages::artifacts_word()];
        let mut secrets: Vec<_> = attachments.secrets.iter().map(needed_secret).collect();
        let login = target.entry().logins.broker.as_ref();
        if needs.broker_user {
            let user = login.map_or("USER", |login| login.user.as_str());
            values.push(("BROKER_USER", user.to_owned()));
            words.push(word("$BROKER_USER", "a user who may connect to the broker"));
            secrets.push(broker_password(login.map(|login| &login.password)));
        }
        if needs.console {
            secrets.push(console_login());
        }
        let mut commands = pages::begin(
            &values.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>(),
        );
        if !secrets.is_empty() {
            commands.insert(0, "SECRETS=\"$HOME/refit-secrets\"".to_owned());
            words.push(word("$SECRETS", "a folder that only you can read, with secrets in files"));
        }
        Ok(Session {
            commands,
            words,
            secrets,
            other_secrets: other_secrets(attachments),
            functions: FUNCTIONS.into(),
        })
    }
}

/// Which words commands use besides those that every session has.
struct Used {
    broker_user: bool,
    console: bool,
}

fn used_words(steps: &[Step], attachments: &Attachments) -> Used {
    let text = |template: Digest| attachments.text(template);
    let means = Means { text: &text, unchanged_since: None, run_folder: None };
    let typed: Vec<_> = steps
        .iter()
        .map(|step| refit_playbook::shell::lines(step, &means))
        .flat_map(|typed| [typed.act, typed.verify, typed.undo].concat())
        .collect();
    let uses = |word: &str| typed.iter().any(|command| command.contains(word));
    Used { broker_user: uses("$BROKER_USER"), console: uses("tells_console ") }
}

fn needed_secret(needed: &refit_playbook::NeededSecret) -> SecretFile {
    SecretFile {
        path: format!("$SECRETS/{}", needed.name),
        holds: format!(
            "the secret of the key `{}` of `{}`, exactly as it stands there",
            needed.key, needed.file
        ),
    }
}

fn broker_password(reference: Option<&SecretRef>) -> SecretFile {
    let kept = match reference {
        Some(SecretRef::File(path)) => format!(" (`{path}` holds it)"),
        _ => String::new(),
    };
    SecretFile {
        path: "$SECRETS/broker-password".into(),
        holds: format!("the password of `$BROKER_USER` at the broker{kept}"),
    }
}

fn console_login() -> SecretFile {
    SecretFile {
        path: "$SECRETS/console.netrc".into(),
        holds: "one line for `curl`: `machine ADDRESS login USER password PASSWORD`, of a user of \
                the console"
            .into(),
    }
}

fn other_secrets(attachments: &Attachments) -> String {
    use refit_playbook::shell::AttachmentPiece;
    let taken = attachments
        .texts()
        .flat_map(|attachment| &attachment.pieces)
        .filter(|piece| matches!(piece, AttachmentPiece::OnLine { .. }))
        .count();
    if taken == 0 {
        return String::new();
    }
    format!(
        "No secret stands in this text or in `files`, and no command shows one. Secrets that \
         belong into written files (here {taken}) come from the old version's files on the host \
         while they are written: `secret_in` takes each from its line, and refuses where the line \
         is another one than when this was rendered."
    )
}
