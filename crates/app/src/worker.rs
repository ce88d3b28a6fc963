//! A process of its own that works on a run: it goes on when the one that started it ends.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use refit_model::RunId;

use crate::state::io_error;
use crate::{App, Result};

/// The word that tells a command that it is the process of its own.
pub const IN_BACKGROUND: &str = "--in-background";

/// The process of its own, as long as its work is watched by the one that started it.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    console: PathBuf,
    /// How much of its console was told.
    told: u64,
}

impl App<'_> {
    /// Has a process of its own do a command of `program`, this program, about a run. It leaves the
    /// session by itself; what it says beside the journal goes to the run's console.
    pub fn start_worker(
        &self,
        run: &RunId,
        program: &Path,
        words: impl IntoIterator<Item = OsString>,
    ) -> Result<Worker> {
        let (console, file) = self.state.open_console(run)?;
        let failed = io_error("write", &console);
        let told = file.metadata().map_err(&failed)?.len();
        let mut command = Command::new(program);
        command.args(words).arg(IN_BACKGROUND).stdin(Stdio::null());
        command.stdout(file.try_clone().map_err(&failed)?).stderr(file);
        let child = command.spawn().map_err(io_error("start", program))?;
        Ok(Worker { child, console, told })
    }
}

impl Worker {
    /// How it ended, if it has.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait().map_err(io_error("wait for the process of", &self.console))?)
    }

    /// The whole lines that it said since it was asked last, beside what is recorded.
    pub fn said(&mut self) -> Vec<String> {
        let mut text = String::new();
        // What cannot be read now is told the next time.
        let read = File::open(&self.console).and_then(|mut file| {
            file.seek(SeekFrom::Start(self.told))?;
            file.read_to_string(&mut text)
        });
        if read.is_err() {
            return Vec::new();
        }
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        self.told += whole as u64;
        text[..whole].lines().map(ToOwned::to_owned).collect()
    }

    /// Leaves it to itself. Its end is taken notice of, as the system asks for, and told to nobody.
    pub fn leave(mut self) {
        std::thread::spawn(move || self.child.wait().ok());
    }
}
