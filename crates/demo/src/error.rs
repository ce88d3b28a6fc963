//! What can go wrong when a demonstration environment is made or run.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use refit_wire::WireError;
use thiserror::Error;

/// Why an environment could not be made, started or stopped.
#[derive(Debug, Error)]
pub enum DemoError {
    /// A file or folder could not be read or written.
    #[error("cannot {doing} {}", path.display())]
    File {
        /// What was to be done, for example `write`.
        doing: &'static str,
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The folder is not empty.
    #[error("{} is there already: give a folder that does not exist yet", .0.display())]
    NotEmpty(PathBuf),
    /// The archive is none of ActiveMQ.
    #[error("{} is no archive of ActiveMQ: {why}", path.display())]
    NotAnArchive {
        /// The archive.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A text that is to be replaced is not in the vendor's file.
    #[error("{} is not as the demonstration knows it: `{text}` is missing", path.display())]
    UnknownFile {
        /// The file.
        path: PathBuf,
        /// The missing text.
        text: String,
    },
    /// There is no Java development kit.
    #[error("{0}: install a Java development kit, for example the package default-jdk-headless")]
    NoJava(String),
    /// A file of this machine would change what the broker does.
    #[error("{} exists, and the vendor's start script would read it: move it away", .0.display())]
    MachineFile(PathBuf),
    /// A program failed.
    #[error("`{program}` failed ({status}): {output}")]
    Tool {
        /// The program.
        program: String,
        /// How it ended.
        status: String,
        /// The end of what it printed.
        output: String,
    },
    /// The broker's process ended while it was starting.
    #[error(
        "the broker in {} ended while it was starting; its last log lines:\n{log}",
        folder.display()
    )]
    Died {
        /// The environment's folder.
        folder: PathBuf,
        /// The end of its log.
        log: String,
    },
    /// The broker was not ready in time.
    #[error(
        "the broker in {} was not ready within {within:?} ({why}); its last log lines:\n{log}",
        folder.display()
    )]
    NotReady {
        /// The environment's folder.
        folder: PathBuf,
        /// How long was waited.
        within: Duration,
        /// What was missing last.
        why: String,
        /// The end of its log.
        log: String,
    },
    /// A broker runs in the folder already.
    #[error("a broker runs in {} already (process {pid})", folder.display())]
    Running {
        /// The environment's folder.
        folder: PathBuf,
        /// Its process.
        pid: u32,
    },
    /// The broker did not end in time.
    #[error("the broker process {pid} did not end within {within:?} after the signal to terminate")]
    StillRunning {
        /// Its process.
        pid: u32,
        /// How long was waited.
        within: Duration,
    },
    /// The broker did not answer as it should.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The randomness of the system failed.
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
    /// A document of the environment could not be written or read.
    #[error("{} does not hold what it should: {why}", path.display())]
    Document {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}

impl DemoError {
    /// Types a failure at a path; for `map_err`.
    pub(crate) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { doing, path, source }
    }
}
