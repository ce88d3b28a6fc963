//! Finding the process that a plan or a check means.

use refit_model::{HostPath, ProcessMatch};

use crate::{HostError, Process, Reader, Result};

impl Reader<'_> {
    /// All processes that `wanted` describes: executable, and an argument that names the folder.
    pub fn matching(&self, wanted: &ProcessMatch) -> Result<Vec<Process>> {
        let folder = self.resolved(&wanted.folder)?;
        let mut found = Vec::new();
        for process in self.processes()? {
            if !has_executable(&process, &wanted.executable) {
                continue;
            }
            let named = argument(&process, &wanted.argument_prefix);
            if let Some(named) = named
                && self.resolved_or_as_named(&named)? == folder
            {
                found.push(process);
            }
        }
        // A child between its fork and its exec still shows its parent's command line.
        let parents: Vec<_> = found.iter().map(|process| process.id.pid).collect();
        found.retain(|process| !parents.contains(&process.parent));
        Ok(found)
    }

    /// The path with links resolved where it exists, else as it is.
    pub fn resolved(&self, path: &HostPath) -> Result<HostPath> {
        match self.real_path(path) {
            Ok(real) => Ok(real),
            // Components compare equal with and without a slash at the end.
            Err(HostError::NotFound(_)) => Ok(plain(path)),
            Err(error) => Err(error),
        }
    }

    /// The same for the folder of any process: one where this user may not look is another one.
    fn resolved_or_as_named(&self, path: &HostPath) -> Result<HostPath> {
        match self.resolved(path) {
            Err(HostError::Denied { .. }) => Ok(plain(path)),
            resolved => resolved,
        }
    }
}

/// The path without doubled slashes and one at its end.
fn plain(path: &HostPath) -> HostPath {
    path.as_path().components().collect::<std::path::PathBuf>().into()
}

/// The executable's file name; where it cannot be seen, that of the first argument.
fn has_executable(process: &Process, name: &str) -> bool {
    let executable = process.executable.as_ref().map(HostPath::file_name);
    let told = || process.arguments.first().map(|first| HostPath::from(first).file_name());
    executable.or_else(told).is_some_and(|found| found == name)
}

/// The value of the first argument that begins with `prefix`, as a path. A relative one (the Java
/// Service Wrapper of ActiveMQ names its home `../..`) is relative to the process' own directory.
pub fn argument(process: &Process, prefix: &str) -> Option<HostPath> {
    let value = process.arguments.iter().find_map(|argument| argument.strip_prefix(prefix))?;
    let named = HostPath::from(value.to_owned());
    Some(match &process.directory {
        Some(directory) => directory.join(named.as_path()),
        None => named,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProcessId;

    #[test]
    fn relative_folders_are_relative_to_the_process() {
        let named = |argument_text: &str| {
            let process = Process {
                id: ProcessId { pid: 2, started_ticks: 1 },
                parent: 1,
                uid: 0,
                executable: None,
                executable_deleted: false,
                arguments: vec!["java".into(), argument_text.into()],
                directory: Some("/opt/mq/bin/linux".to_owned().into()),
                control_groups: Vec::new(),
            };
            argument(&process, "-Dhome=").map(|path| path.to_string())
        };
        assert_eq!(named("-Dhome=../.."), Some("/opt/mq/bin/linux/../..".into()));
        assert_eq!(named("-Dhome=/opt/mq"), Some("/opt/mq".into()));
        assert_eq!(named("-Dother=/opt/mq"), None);
    }
}
