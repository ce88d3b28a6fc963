//! Telling what is seen while a step goes on: what its commands write, and the broker's logs.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use refit_hosts::{Hear, Reader};
use refit_model::{Act, HostPath};

use crate::meanwhile::{Meanwhile, SeenLine};
use crate::{Executor, Result, log};

/// How often the broker's logs are looked at.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(400);
/// How much of a log is read at once, in bytes; what was written before it is left out.
const PART_BYTES: u64 = 16 * 1024;
/// How much is shown of a line, in characters.
const LINE_CHARACTERS: usize = 500;

/// What is done again and again while something is waited for.
pub(crate) type Meantime<'a> = &'a dyn Fn(Reader<'_>) -> Result<()>;

/// What an executor tells, and how far the broker's logs were told.
#[derive(Default)]
pub(crate) struct Telling<'a> {
    to: Option<&'a Meanwhile>,
    logs: RefCell<Vec<Followed>>,
    looked: Cell<Option<Instant>>,
}

/// A log that is followed from where it ended when the act began.
struct Followed {
    path: HostPath,
    offset: u64,
}

impl<'a> Executor<'a> {
    /// The same, and tells what is seen while a step goes on.
    #[must_use]
    pub fn telling(mut self, to: &'a Meanwhile) -> Self {
        self.telling.to = Some(to);
        self
    }

    /// An act begins: a broker that it starts or stops says in its logs what it does.
    pub(crate) fn follow_logs(&self, reader: Reader<'_>, act: &Act) -> Result<()> {
        let is_of_broker = matches!(act, Act::Start { .. } | Act::Stop { .. });
        let mut followed: Vec<Followed> = Vec::new();
        if self.telling.to.is_some() && is_of_broker {
            for path in self.parameters.bind(&self.plan.logs)? {
                let path = real(reader, path)?;
                // The old version's folder may lead to the new one's.
                if followed.iter().all(|other| other.path != path) {
                    let offset = size(reader, &path)?;
                    followed.push(Followed { path, offset });
                }
            }
        }
        self.telling.logs.replace(followed);
        Ok(())
    }

    /// Something is waited for: tells what the broker wrote to its logs since, but not too often.
    fn look_at_logs(&self, reader: Reader<'_>) -> Result<()> {
        let looked = self.telling.looked.get();
        if looked.is_some_and(|looked| self.now() < looked + LOOK_EVERY) {
            return Ok(());
        }
        self.telling.looked.set(Some(self.now()));
        self.tell_logs(reader)
    }

    /// Does `work`, which is given what to do while it waits, if there is anything.
    pub(crate) fn with_meantime<T>(
        &self,
        work: impl FnOnce(Option<Meantime<'_>>) -> Result<T>,
    ) -> Result<T> {
        if self.telling.logs.borrow().is_empty() {
            return work(None);
        }
        let look = |reader: Reader<'_>| self.look_at_logs(reader);
        work(Some(&look))
    }

    /// Tells what the broker wrote to its logs since they were looked at last.
    pub(crate) fn tell_logs(&self, reader: Reader<'_>) -> Result<()> {
        for followed in self.telling.logs.borrow_mut().iter_mut() {
            let lines = followed.news(reader)?;
            let name = followed.path.as_path().file_name().unwrap_or_default();
            self.tell(Some(&name.to_string_lossy()), &lines);
        }
        Ok(())
    }

    fn tell(&self, log: Option<&str>, lines: &[String]) {
        let Some(to) = self.telling.to else { return };
        let seen = |line: &String| {
            // Redacted as a whole: a part of a secret would not be recognised.
            let line = self.world.redact(line).chars().take(LINE_CHARACTERS).collect();
            SeenLine { after: self.status.sequence, log: log.map(ToOwned::to_owned), line }
        };
        to.add(&lines.iter().map(seen).collect::<Vec<_>>());
    }
}

impl Hear for Executor<'_> {
    fn lines(&self, lines: &[String]) {
        self.tell(None, lines);
    }
}

impl Followed {
    /// The whole lines that were written since, without the frames of stack traces. A log that
    /// cannot be read says nothing; a host that is away is another matter.
    fn news(&mut self, reader: Reader<'_>) -> Result<Vec<String>> {
        let size = size(reader, &self.path)?;
        if size < self.offset {
            // It was begun anew.
            self.offset = 0;
        }
        if size == self.offset {
            return Ok(Vec::new());
        }
        let from = self.offset.max(size.saturating_sub(PART_BYTES));
        let bytes = match reader.part(&self.path, from, PART_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.is_away() => return Err(error.into()),
            Err(_) => return Ok(Vec::new()),
        };
        let is_cut = from > self.offset;
        let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n') else {
            return Ok(Vec::new());
        };
        self.offset = from + end as u64 + 1;
        let text = String::from_utf8_lossy(&bytes[..end]);
        let lines = text.lines().skip(usize::from(is_cut));
        Ok(lines.filter(|line| !log::is_frame(line)).map(ToOwned::to_owned).collect())
    }
}

/// The path of a log with the links of its folder resolved; as it is where that cannot be seen.
fn real(reader: Reader<'_>, path: HostPath) -> Result<HostPath> {
    let (Some(folder), Some(name)) = (path.parent(), path.as_path().file_name()) else {
        return Ok(path);
    };
    match reader.real_path(&folder) {
        Ok(folder) => Ok(folder.join(name)),
        Err(error) if error.is_away() => Err(error.into()),
        Err(_) => Ok(path),
    }
}

/// The size of a log; 0 where it is not there or cannot be seen.
fn size(reader: Reader<'_>, path: &HostPath) -> Result<u64> {
    match reader.stat(path) {
        Ok(found) => Ok(found.map_or(0, |found| found.size)),
        Err(error) if error.is_away() => Err(error.into()),
        Err(_) => Ok(0),
    }
}
