//! `refit request upload` and `download`: contents of a request.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use refit_model::Digest;
use serde_json::{Value, json};

use super::name;
use super::shown::{lines, text};
use crate::commands::api::Api;
use crate::failure::Failure;
use crate::screen::Screen;

/// Which file, and what for.
#[derive(Args, Debug)]
pub struct UploadArguments {
    /// The case
    #[arg(value_name = "CASE")]
    case: String,
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Give this document back with it; its key, as `documents` shows it
    #[arg(long, value_name = "KEY", conflicts_with = "post")]
    document: Option<String>,
    /// Post it as `initial-document`, `upgrade-documentation` or `other`
    #[arg(long, value_name = "KIND", requires = "source")]
    post: Option<String>,
    /// Where a posted file comes from
    #[arg(long, value_name = "TEXT", requires = "post")]
    source: Option<String>,
    /// Its name there, if it is to be another one
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

/// Which content, and where to.
#[derive(Args, Debug)]
pub struct DownloadArguments {
    /// The case
    #[arg(value_name = "CASE")]
    case: String,
    /// The content, as `documents` shows it
    #[arg(value_name = "DIGEST")]
    digest: Digest,
    /// The file that is made
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

impl UploadArguments {
    pub(super) fn perform(&self, api: &Api, screen: &Screen) -> Result<(), Failure> {
        let case = name(&self.case)?;
        let sent = send(api, case, &self.file)?;
        let digest = &sent["digest"];
        let own = self.file.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = self.name.clone().or(own).unwrap_or_else(|| "file".to_owned());
        let action = match (&self.document, &self.post) {
            (Some(document), _) => {
                json!({ "return-document": { "document": document, "name": name, "digest": digest } })
            }
            (None, Some(kind)) => {
                let source = &self.source;
                json!({ "post-file": {
                    "kind": kind, "name": name, "digest": digest, "source": source,
                } })
            }
            (None, None) => return screen.value(&sent, &text(digest)),
        };
        let acted = api.post(&format!("requests/{case}/actions"), &action)?;
        let events = acted["events"].as_array().cloned().unwrap_or_default();
        screen.value(&acted, &format!("{}\n{}", text(digest), lines(&events)))
    }
}

impl DownloadArguments {
    pub(super) fn perform(&self, api: &Api, screen: &Screen) -> Result<(), Failure> {
        let (case, digest) = (name(&self.case)?, self.digest);
        let content = api.content(&format!("requests/{case}/contents/{}", digest.to_hex()))?;
        // A document of Refit is given as its file; the digest is of what is in that.
        let (to, size) = (self.to.display(), content.len());
        if Digest::of(&content) != digest
            && refit_app::AnyDocument::read(&content)
                .map_or(true, |document| document.digest() != digest)
        {
            return Err(Failure::failed(format!(
                "what came is not the content {digest}: nothing is kept; try again"
            )));
        }
        let made = File::create_new(&self.to).and_then(|mut file| {
            file.write_all(&content)?;
            file.sync_all()
        });
        made.map_err(|error| Failure::failed(format!("{to} cannot be made: {error}")))?;
        let told = json!({ "digest": digest, "bytes": size, "file": to.to_string() });
        screen.value(&told, &format!("{to}: {size} bytes, as the digest says"))
    }
}

/// Sends a file; what the server answers, with its digest.
pub(super) fn send(api: &Api, case: &str, file: &Path) -> Result<Value, Failure> {
    let opened = File::open(file)
        .map_err(|error| Failure::failed(format!("{} cannot be read: {error}", file.display())))?;
    api.send(&format!("requests/{case}/contents"), opened)
}
