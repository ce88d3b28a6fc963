//! A playbook as Markdown and HTML, with the commands of its steps.

use std::collections::BTreeMap;

use refit_model::{Act, Digest, Playbook, Step, Stored};
use refit_playbook::shell::{
    Attachment, AttachmentPiece, FUNCTIONS, Means, ShellStep, block, lines,
};
use refit_report::{PlaybookHere, PlaybookReport, Session, ShellWord, StepCommands};

use crate::Result;

/// The functions that commands use.
pub(super) const FUNCTIONS_FILE: &str = "functions.sh";

/// The pages of a playbook whose parameters are left open.
pub(super) fn open(playbook: &Stored<Playbook>) -> Result<BTreeMap<String, Vec<u8>>> {
    let names = file_names(&playbook.body);
    let text = |template: Digest| {
        let name = names.get(&template).cloned().unwrap_or_else(|| template.short());
        Attachment { pieces: vec![AttachmentPiece::File(format!("files/{name}"))] }
    };
    let means = Means { text: &text, unchanged_since: None };
    pages(playbook, None, &open_session(), &means)
}

/// Both pages.
pub(super) fn pages(
    playbook: &Stored<Playbook>,
    here: Option<PlaybookHere<'_>>,
    session: &Session,
    means: &Means<'_>,
) -> Result<BTreeMap<String, Vec<u8>>> {
    let commands = |step: &Step| blocks(step, &lines(step, means));
    let report = PlaybookReport { playbook, here, session, commands: &commands };
    Ok(BTreeMap::from([
        ("playbook.md".to_owned(), report.to_markdown()?.into_bytes()),
        ("playbook.html".to_owned(), report.to_html()?.into_bytes()),
        (FUNCTIONS_FILE.to_owned(), FUNCTIONS.as_bytes().to_vec()),
    ]))
}

/// Each part of a step as one block, which says how it ended.
fn blocks(step: &Step, typed: &ShellStep) -> StepCommands {
    let id = &step.id;
    let one = |commands: &[String], done: &str| -> Vec<String> {
        block(commands, &format!("step {id}"), &format!("{id} is {done}")).into_iter().collect()
    };
    StepCommands {
        act: one(&typed.act, "done"),
        verify: one(&typed.verify, "verified"),
        undo: one(&typed.undo, "taken back"),
    }
}

/// The names of the files that steps write, relative to the new home.
fn file_names(playbook: &Playbook) -> BTreeMap<Digest, String> {
    let written = playbook.steps.iter().filter_map(|learned| match &learned.step.act {
        Act::WriteFile { path, template, .. } => {
            let path = path.to_string();
            let name = path.strip_prefix("${new_home}/").unwrap_or(&path).to_owned();
            Some((*template, name))
        }
        _ => None,
    });
    written.collect()
}

fn open_session() -> Session {
    Session {
        commands: begin(&[("PLAYBOOK", "FOLDER"), ("ARTIFACTS", "FOLDER")]),
        words: vec![playbook_word(), artifacts_word()],
        secrets: Vec::new(),
        other_secrets:
            "The texts of configuration files hold the site's own values. `refit playbook \
                        render --environment NAME` writes them beside this text, says where each \
                        secret in them comes from, and puts the values into the commands."
                .into(),
        functions: FUNCTIONS.into(),
    }
}

pub(super) fn playbook_word() -> ShellWord {
    word("$PLAYBOOK", "the folder with this text, `functions.sh` and `files`, on the broker's host")
}

pub(super) fn artifacts_word() -> ShellWord {
    word("$ARTIFACTS", "the folder with the vendor's archives, on the broker's host")
}

pub(super) fn word(word: &str, meaning: &str) -> ShellWord {
    ShellWord { word: word.to_owned(), meaning: meaning.to_owned() }
}

/// The commands that begin a session: words are set, and the functions are read in.
pub(super) fn begin(words: &[(&str, &str)]) -> Vec<String> {
    let set =
        words.iter().map(|(name, value)| format!("{name}={}", refit_playbook::shell::word(value)));
    set.chain([format!(
        "(cd \"$PLAYBOOK\" && sha256sum --check --quiet --strict {SUMS}) &&\n\
         . \"$PLAYBOOK/{FUNCTIONS_FILE}\" &&\n\
         ok 'the session has begun' || \
         {{ echo 'FAILED: what lies beside the playbook is not whole' >&2; false; }}"
    )])
    .collect()
}

/// The checksums of what lies beside the text.
pub(super) const SUMS: &str = "SHA256SUMS";

/// The file with the checksums of what commands use.
pub(super) fn sums(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let used =
        files.iter().filter(|(name, _)| *name == FUNCTIONS_FILE || name.starts_with("files/"));
    let lines = used.map(|(name, content)| format!("{}  {name}\n", Digest::of(content).to_hex()));
    lines.collect::<String>().into_bytes()
}
