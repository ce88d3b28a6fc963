//! The folder that a playbook is written to.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use refit_model::{Digest, Playbook, Stored};
use serde::Serialize;

use super::find;
use crate::state::StateError;
use crate::{AppError, Result};

/// The playbook itself.
pub(super) const DOCUMENT: &str = "playbook.json";
/// What the folder was rendered for.
const RENDERED_FOR: &str = "rendered-for.json";

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlaybookFolder {
    /// The folder.
    pub folder: PathBuf,
    /// The files in it.
    pub files: Vec<String>,
}

/// What a folder was rendered for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct RenderedFor {
    /// The environment, as it is named on the command line.
    pub(super) environment: String,
    /// The plan whose values were put in.
    pub(super) plan: Digest,
    /// The word that stands for the run.
    pub(super) run: String,
}

/// Refuses a folder that holds something else than this playbook with its parameters open.
pub(super) fn check_free(folder: &Path, playbook: &Stored<Playbook>) -> Result<()> {
    if is_empty(folder)? {
        return Ok(());
    }
    if !folder.join(DOCUMENT).exists() {
        return Err(refused(folder, "is not empty and holds no playbook"));
    }
    let there = find::read(&folder.join(DOCUMENT))?;
    if there.digest != playbook.digest {
        return Err(refused(folder, &format!("holds another playbook ({})", there.digest.short())));
    }
    if folder.join(RENDERED_FOR).exists() {
        return Err(refused(folder, "holds this playbook with the values of an environment"));
    }
    Ok(())
}

/// Refuses a folder that holds anything: somebody may be following what was rendered there.
pub(super) fn check_unused(folder: &Path) -> Result<()> {
    if is_empty(folder)? { Ok(()) } else { Err(refused(folder, "is not empty")) }
}

fn is_empty(folder: &Path) -> Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(io_error("list", folder)(error).into()),
    }
}

fn refused(folder: &Path, what: &str) -> AppError {
    let how = "name another folder with --output, or move this one away";
    AppError::Usage(format!("{} {what}; {how}", folder.display()))
}

/// Writes the files; the document comes last, since it says that the folder is complete.
pub(super) fn write(
    folder: &Path,
    playbook: &Stored<Playbook>,
    rendered_for: Option<&RenderedFor>,
    mut files: BTreeMap<String, Vec<u8>>,
) -> Result<PlaybookFolder> {
    if let Some(rendered_for) = rendered_for {
        files.insert(RENDERED_FOR.into(), json(rendered_for)?);
    }
    for (name, content) in &files {
        write_file(&folder.join(name), content)?;
    }
    write_file(&folder.join(DOCUMENT), &json(playbook)?)?;
    let mut names: Vec<_> = files.into_keys().chain([DOCUMENT.to_owned()]).collect();
    names.sort();
    Ok(PlaybookFolder { folder: folder.to_owned(), files: names })
}

fn json<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec_pretty(value).map_err(refit_model::DocumentError::from)?)
}

/// Writes a file at once and as a whole.
fn write_file(path: &Path, content: &[u8]) -> Result<()> {
    let fail = |error| io_error("write", path)(error);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(io_error("make", parent))?;
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    fs::write(&partial, content).map_err(fail)?;
    Ok(fs::rename(&partial, path).map_err(fail)?)
}

/// The folder with links resolved as far as it exists, since it stands in commands.
pub(super) fn absolute(folder: &Path) -> Result<PathBuf> {
    Ok(std::path::absolute(folder).map_err(io_error("find", folder))?)
}

fn io_error(action: &'static str, path: &Path) -> impl Fn(io::Error) -> StateError {
    let path = path.to_owned();
    move |source| StateError::Io { action, path: path.clone(), source }
}
