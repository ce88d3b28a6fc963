//! The message stores: where, how large, on what, and who holds them.

use refit_hosts::{HostError, Process, Reader};
use refit_model::{HostPath, PathPurpose, WrittenPath};
use refit_packs::{Layout, of_purpose};

use crate::Result;
use crate::gathered::Gathered;

/// File systems that several hosts can use at once.
const SHARED: [&str; 12] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "gfs2",
    "ocfs2",
    "lustre",
    "ceph",
    "glusterfs",
    "fuse.glusterfs",
    "9p",
];

/// What is known of the stores.
pub(crate) struct Stores {
    /// Their folders, links resolved.
    pub(crate) folders: Vec<HostPath>,
    pub(crate) size_bytes: u64,
}

/// Looks at every store that is configured.
pub(crate) fn look(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    written: &[WrittenPath],
    layout: &Layout,
    process: Option<&Process>,
) -> Result<Stores> {
    let mut stores = Stores { folders: Vec::new(), size_bytes: 0 };
    let (mut shared, mut owner) = (false, "none");
    for store in of_purpose(written, PathPurpose::Store) {
        if !reader.exists(&store.path)? {
            continue;
        }
        let folder = reader.resolved(&store.path)?;
        match reader.walk(&folder, 1_000_000) {
            Ok(entries) => {
                stores.size_bytes += entries.iter().map(|entry| entry.metadata.size).sum::<u64>();
            }
            Err(error @ HostError::Denied { .. }) => gathered.unreadable.push(error.to_string()),
            Err(error) => return Err(error.into()),
        }
        let kind = file_system(gathered, reader, &folder);
        shared |= SHARED.contains(&kind.as_str());
        gathered.fact("store.file_system", kind);
        if let Some(pid) = reader.lock_owner(&folder.join(&layout.lock_file.path))? {
            let is_own = process.is_some_and(|process| process.id.pid == pid);
            owner = if is_own && owner != "another" { "this-broker" } else { "another" };
            if !is_own {
                gathered.fact("lock.owner_process", describe(reader, pid)?);
            }
        }
        stores.folders.push(folder);
    }
    gathered.fact("lock.owner", owner);
    gathered.fact("store.shared_file_system", shared);
    gathered.observe("store.size_mebibytes", mebibytes(stores.size_bytes));
    Ok(stores)
}

/// Bytes as MiB, rounded up.
pub(crate) fn mebibytes(bytes: u64) -> i64 {
    i64::try_from(bytes.div_ceil(1 << 20)).unwrap_or(i64::MAX)
}

/// A size that stays the same while something grows a little: the next power of two, at least 64.
pub(crate) fn about_mebibytes(bytes: u64) -> i64 {
    i64::try_from(bytes.div_ceil(1 << 20).max(64).next_power_of_two()).unwrap_or(i64::MAX)
}

/// The type of the file system that a path is on: that of the longest mount point above it.
fn file_system(gathered: &mut Gathered, reader: Reader<'_>, path: &HostPath) -> String {
    let mounts = gathered.read_text(reader, &HostPath::from("/proc/self/mounts"));
    let mounts = mounts.unwrap_or_default();
    let above = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ');
        let point = HostPath::from(fields.nth(1)?.replace("\\040", " "));
        let kind = fields.next()?;
        path.is_within(&point).then(|| (point.to_string().len(), kind.to_owned()))
    });
    above.max().map_or_else(|| "unknown".into(), |(_, kind)| kind)
}

fn describe(reader: Reader<'_>, pid: u32) -> Result<String> {
    let processes = reader.processes()?;
    let found = processes.iter().find(|process| process.id.pid == pid);
    Ok(found.map_or_else(
        || format!("process {pid}, which cannot be seen"),
        |process| {
            let executable = process.executable.as_ref().map(ToString::to_string);
            let home = process.arguments.iter().find(|argument| argument.contains(".home="));
            format!(
                "process {pid}, {} {}",
                executable.unwrap_or_default(),
                home.cloned().unwrap_or_default()
            )
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_for_plans_stay_the_same_while_a_store_grows_a_little() {
        assert_eq!(about_mebibytes(0), 64);
        assert_eq!(about_mebibytes(100 << 20), 128);
        assert_eq!(about_mebibytes(120 << 20), 128);
        assert_eq!(mebibytes(1), 1);
    }
}
