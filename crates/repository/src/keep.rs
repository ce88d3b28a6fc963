//! Keeping a restore point.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use refit_backup::Verified;
use refit_model::{Digest, EnvironmentName, HostPath, InstallationName, RunId};
use rustic_core::repofile::{NodeType, SnapshotFile};
use rustic_core::{
    BackupOptions, LsOptions, ParentOptions, PathList, RusticResult, SnapshotOptions, StringList,
};
use sha2::{Digest as _, Sha256};

use crate::kept::{LABEL, path_of};
use crate::{Kept, Repository, RepositoryError, Result};

/// How many differences are told.
const MAX_DIFFERENCES: usize = 20;
/// How much of a manifest's digest is noted.
const NOTED: usize = 16;

/// Whose restore point is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The environment.
    pub environment: EnvironmentName,
    /// The installation.
    pub installation: InstallationName,
    /// The run.
    pub run: RunId,
    /// The host that it was taken on.
    pub host: String,
}

impl Repository {
    /// Keeps a verified restore point that lies on this machine, and compares what arrived with its
    /// manifest. One that is kept already is left as it is; the flag tells whether it is new.
    pub fn keep(&self, verified: &Verified, owner: &Owner) -> Result<(Kept, bool)> {
        let point = verified.at().file_name();
        let manifest = verified.manifest_digest().to_hex()[..NOTED].to_owned();
        let is_this =
            |kept: &Kept| kept.run == owner.run && kept.point == point && kept.manifest == manifest;
        if let Some(kept) = self.kept()?.into_iter().find(is_this) {
            return Ok((kept, false));
        }
        let snapshot = self.store(verified, owner, &point, &manifest)?;
        let differences = self.differences(&snapshot, verified, &path_of(&owner.run, &point))?;
        if !differences.is_empty() {
            let ids = [snapshot.id];
            self.attempt("deleting from", || self.inner.delete_snapshots(&ids))?;
            return Err(RepositoryError::Differs { folder: self.folder.clone(), differences });
        }
        let kept = self.kept()?.into_iter().find(is_this);
        let kept = kept.ok_or_else(|| RepositoryError::Failed {
            action: "keeping in",
            folder: self.folder.clone(),
            why: "what was kept is not listed".into(),
        })?;
        Ok((kept, true))
    }

    fn store(
        &self,
        verified: &Verified,
        owner: &Owner,
        point: &str,
        manifest: &str,
    ) -> Result<SnapshotFile> {
        let from = verified.at().as_path();
        let not_text = || RepositoryError::NotText(from.to_owned());
        let from = from.to_str().ok_or_else(not_text)?;
        let Owner { environment, installation, run, host } = owner;
        let mut tags = StringList::default();
        for (name, value) in [
            ("environment", environment.as_str()),
            ("installation", installation.as_str()),
            ("run", run.as_str()),
            ("point", point),
            ("manifest", manifest),
        ] {
            tags.add(format!("{name}:{value}"));
        }
        let options = BackupOptions::default()
            .as_path(PathBuf::from(path_of(run, point)))
            // Every byte is read: times that did not change prove nothing.
            .parent_opts(ParentOptions::default().force(true));
        self.attempt("keeping in", || {
            let mut snapshot = SnapshotOptions::default()
                .label(LABEL.to_owned())
                .host(host.clone())
                .to_snapshot()?;
            snapshot.tags = tags;
            let source = PathList::from_iter([from]);
            self.again()?.to_indexed_ids()?.backup(&options, &source, snapshot)
        })
    }

    /// How what a snapshot holds differs from the manifest of the restore point.
    fn differences(
        &self,
        snapshot: &SnapshotFile,
        verified: &Verified,
        path: &str,
    ) -> Result<Vec<String>> {
        let mut expected: BTreeMap<HostPath, Digest> = verified.digests().collect();
        let mut differences = Vec::new();
        self.attempt("reading back from", || {
            let repository = self.again()?.to_indexed()?;
            let root = repository.node_from_snapshot_and_path(snapshot, path)?;
            for entry in repository.ls(&root, &LsOptions::default())? {
                let (path, node) = entry?;
                let path = HostPath::from(path);
                if node.node_type != NodeType::File {
                    continue;
                }
                let Some(digest) = expected.remove(&path) else { continue };
                let mut hashed = Hashed(Sha256::new());
                repository.dump(&node, &mut hashed)?;
                if hashed.digest() != digest {
                    differences.push(format!("{path} has another content"));
                }
            }
            RusticResult::Ok(())
        })?;
        differences.extend(expected.keys().map(|path| format!("{path} is missing")));
        differences.truncate(MAX_DIFFERENCES);
        Ok(differences)
    }
}

/// Digests what is written to it.
struct Hashed(Sha256);

impl Hashed {
    fn digest(self) -> Digest {
        Digest::from_bytes(self.0.finalize().into())
    }
}

impl io::Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
