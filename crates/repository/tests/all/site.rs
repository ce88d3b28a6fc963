//! A restore point, and a repository to keep it in.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use refit_backup::{Verified, seal, take, verify};
use refit_hosts::{Cancel, Deadline, Fence, Host, LocalHost, Reader, Writer};
use refit_model::{
    Digest, EnvironmentName, HostName, InstallationName, RestoreItem, RunId, Secret,
};
use refit_repository::{Access, Owner, Repository, Unwatched, Watch};
use tempfile::TempDir;

pub const KEY: &str = "0123456789abcdef0123456789abcdef";

pub struct Site {
    pub folder: TempDir,
    pub host: LocalHost,
    pub cancel: Cancel,
}

impl Site {
    /// A home with all kinds of files, and a restore point `a` of it.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = Self {
            folder,
            host: LocalHost::new(HostName::new("local").unwrap()),
            cancel: Cancel::new(),
        };
        let home = site.path("home");
        fs::create_dir_all(home.join("conf/empty")).unwrap();
        fs::write(home.join("conf/users"), "ann=secret\n").unwrap();
        fs::write(home.join("conf/a \\ name\nof two lines"), "odd").unwrap();
        std::os::unix::fs::symlink("nowhere", home.join("link")).unwrap();
        fs::hard_link(home.join("conf/users"), home.join("again")).unwrap();
        fs::set_permissions(home.join("conf"), fs::Permissions::from_mode(0o2750)).unwrap();
        let noise = noise(6_000_000);
        fs::write(home.join("store"), noise).unwrap();
        fs::File::create(home.join("sparse")).unwrap().set_len(40 << 20).unwrap();
        site.take(&site.path("run-1"));
        site
    }

    /// Takes the restore point `a` into the folder of a run.
    pub fn take(&self, of_run: &Path) {
        let run = RunId::new(of_run.file_name().unwrap().to_str().unwrap()).unwrap();
        let control = self.path("control").into();
        let seen = self.host.last_seen(&control, &run).unwrap_or(None).unwrap_or_default().sequence;
        let epoch = self.host.take_charge(&control, &run, seen).unwrap();
        let fence = Fence {
            control: control.clone(),
            run: run.clone(),
            epoch,
            sequence: seen + 1,
            intent: Digest::of(b""),
            operation: "backup".into(),
        };
        let writer = Writer::new(&self.host, fence, Deadline::seconds(60), &self.cancel);
        let items =
            [RestoreItem { name: "home".into(), path: self.path("home").into(), warm: false }];
        let at = of_run.join("a").into();
        take(&writer, &at, &items).unwrap();
        seal(&writer, &at, &items, None).unwrap();
        self.host.release(&control, &run, epoch).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn reader(&self) -> Reader<'_> {
        Reader::new(&self.host, &self.cancel, 60)
    }

    pub fn verified(&self, run: &str) -> Verified {
        verify(&self.reader(), &self.path(run).join("a").into()).unwrap()
    }

    pub fn create(&self) -> Repository {
        let repository = self.path("repository");
        Repository::create(&repository, &key(KEY), "tester", Arc::new(Unwatched)).unwrap()
    }

    pub fn open(&self, access: Access) -> refit_repository::Result<Repository> {
        self.open_watched(access, Arc::new(Unwatched))
    }

    pub fn open_watched(
        &self,
        access: Access,
        watch: Arc<dyn Watch>,
    ) -> refit_repository::Result<Repository> {
        Repository::open(&self.path("repository"), &key(KEY), access, watch)
    }
}

pub fn key(text: &str) -> Secret {
    Secret::new(text)
}

pub fn owner(run: &str) -> Owner {
    Owner {
        environment: EnvironmentName::new("staging").unwrap(),
        installation: InstallationName::new("orders").unwrap(),
        run: RunId::new(run).unwrap(),
        host: "broker-1".into(),
    }
}

/// Bytes that cannot be compressed, the same each time.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

/// The largest file below a folder.
pub fn largest(folder: &Path) -> PathBuf {
    let mut files = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let found = entry.metadata().unwrap();
            if found.is_dir() {
                left.push(entry.path());
            } else {
                files.push((found.len(), entry.path()));
            }
        }
    }
    files.into_iter().max().unwrap().1
}
