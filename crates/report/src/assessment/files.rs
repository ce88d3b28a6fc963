//! Files as rows: one for each, or one for many of a folder that are alike.

use std::collections::BTreeMap;

use refit_model::{FileOrigin, FileRecord, FileRole};

/// How many files of one folder that are alike get a row each.
const MOST_ALIKE: usize = 20;

/// One row.
pub(super) struct FileRow<'a> {
    /// A path; or a folder, with the number of files in it.
    pub(super) path: String,
    pub(super) role: FileRole,
    pub(super) origin: &'a FileOrigin,
}

/// The rows for files, in the order of their paths.
pub(super) fn rows<'a>(files: &[&'a FileRecord]) -> Vec<FileRow<'a>> {
    let mut groups: BTreeMap<_, Vec<&FileRecord>> = BTreeMap::new();
    for file in files {
        groups.entry((folder(file), file.role, &file.origin)).or_default().push(file);
    }
    let mut rows: Vec<_> = groups
        .into_iter()
        .flat_map(|((folder, role, origin), files)| {
            let paths = if files.len() > MOST_ALIKE {
                vec![format!("{folder}/ ({} files)", files.len())]
            } else {
                files.iter().map(|file| file.path.to_string()).collect()
            };
            paths.into_iter().map(move |path| FileRow { path, role, origin })
        })
        .collect();
    rows.sort_by(|a, b| a.path.cmp(&b.path));
    rows
}

/// The folder of a file, at most two deep.
fn folder(file: &FileRecord) -> String {
    let path = file.path.to_string();
    let parts: Vec<_> = path.split('/').collect();
    parts[..parts.len().saturating_sub(1).min(2)].join("/")
}
