//! Runs in a process of their own: they go on when the terminal goes, can be left and joined again.

use std::io::BufRead as _;
use std::process::ExitStatus;
use std::time::Duration;

use clap::Args;
use refit_app::{App, Target, Worker};
use refit_execute::{Event, JournalReader, Observer as _, SeenLine, Status, event_json};
use refit_model::{ExitCode, Plan, RunId};

use super::Context;
use super::live::{Live, code_of_state};
use crate::failure::{Ending, Failure};
use crate::screen::Screen;

/// How often it is looked whether something was recorded.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Where a command works: before the terminal, or in a process of its own.
#[derive(Args, Clone, Copy, Debug)]
pub struct Detach {
    /// Leave it to a process of its own, and come back as soon as it has begun; `refit status
    /// --follow` joins it
    #[arg(long)]
    detach: bool,
    /// This is the process of its own
    #[arg(long, hide = true, conflicts_with = "detach")]
    in_background: bool,
}

impl Detach {
    /// Whether a process of its own is to do the work: where it was asked for, and before a
    /// terminal, which may go. Not where a password must be typed in: that is asked here.
    pub fn delegates(self, screen: &Screen, target: &Target) -> Result<bool, Failure> {
        let typed = App::needs_terminal(target);
        let before_person = screen.can_ask() && !screen.is_json();
        if self.detach && typed {
            return Err(Failure::usage(
                "--detach needs passwords from files or credentials: this environment asks for one",
            ));
        }
        Ok(!self.in_background && (self.detach || (before_person && !typed)))
    }

    /// Whether this is the process of its own: what it records is shown by those who look on.
    pub fn is_worker(self) -> bool {
        self.in_background
    }

    /// Leaves the terminal behind.
    pub fn leave_terminal(self) -> Result<(), Failure> {
        if !self.in_background {
            return Ok(());
        }
        let left = rustix::process::setsid().map(drop);
        left.map_err(|error| Failure::failed(format!("no session of its own: {error}")))
    }

    /// Has this very command done by a process of its own, and looks on.
    pub fn delegate(
        self,
        context: &Context<'_>,
        target: &Target,
        plan: &Plan,
        run: &RunId,
    ) -> Ending {
        let mut watch = Watch::new(context, target, plan, run)?;
        let worker = start(context, run)?;
        watch.attend(Some(worker), self.detach)
    }
}

/// Looks on while another process works on a run, from what is recorded after now.
pub fn follow(context: &Context<'_>, target: &Target, plan: &Plan, run: &RunId) -> Ending {
    let mut watch = Watch::new(context, target, plan, run)?;
    watch.as_lines = context.screen.is_json();
    watch.attend(None, false)
}

/// Has this very command done by a process of its own.
fn start(context: &Context<'_>, run: &RunId) -> Result<Worker, Failure> {
    let program = std::env::current_exe().map_err(|error| {
        Failure::failed(format!("a process of its own cannot be started: {error}"))
    })?;
    let words = std::env::args_os().skip(1).filter(|word| word != "--detach");
    Ok(context.app.start_worker(run, &program, words)?)
}

/// What a person wants who pressed Ctrl-C while looking on.
enum Wanted {
    Pause,
    Leave,
    Watch,
}

struct Watch<'a> {
    context: &'a Context<'a>,
    live: Live<'a>,
    environment: String,
    run: &'a RunId,
    status: Status,
    /// What it records, once there is something.
    journal: Option<JournalReader>,
    begun: bool,
    /// After which event lines were shown of what goes on, and how many.
    shown: (u64, usize),
    /// Whether what is recorded is told to a program, one line of JSON each.
    as_lines: bool,
}

impl<'a> Watch<'a> {
    fn new(
        context: &'a Context<'a>,
        target: &Target,
        plan: &'a Plan,
        run: &'a RunId,
    ) -> Result<Self, Failure> {
        context.asked.attend();
        let live = Live::new(context, plan);
        let (environment, status) = (target.shown(), Status::default());
        let (journal, begun, shown, as_lines) = (None, false, (0, 0), false);
        let mut watch =
            Self { context, live, environment, run, status, journal, begun, shown, as_lines };
        for event in watch.news()? {
            watch.status.take(&event).map_err(refit_app::AppError::from)?;
        }
        Ok(watch)
    }

    /// Looks on until the work ends or is left.
    fn attend(&mut self, mut worker: Option<Worker>, leave: bool) -> Ending {
        loop {
            let ended = match &mut worker {
                Some(worker) => worker.ended()?,
                None => None,
            };
            let working = self.context.app.worker(self.run)?.is_some();
            self.show_meanwhile()?;
            // Looked at after it ended, so that nothing is missed.
            let news = self.show_news()?;
            for line in worker.iter_mut().flat_map(Worker::said) {
                self.context.screen.aside(&line);
            }
            if ended.is_some() || (worker.is_none() && !working) {
                return self.over(ended);
            }
            if leave && news && working {
                return self.left();
            }
            if self.context.asked.take() {
                match self.ask() {
                    Wanted::Pause => self.pause()?,
                    Wanted::Leave => return self.left(),
                    Wanted::Watch => {}
                }
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// What was recorded since it was asked last.
    fn news(&mut self) -> Result<Vec<Event>, Failure> {
        if self.journal.is_none() {
            self.journal = self.context.app.journal(self.run)?;
        }
        let Some(journal) = &mut self.journal else { return Ok(Vec::new()) };
        let news = journal.news().map_err(refit_app::AppError::from)?;
        self.begun |= !news.is_empty();
        Ok(news)
    }

    /// Shows what was recorded since; `false` if nothing was.
    fn show_news(&mut self) -> Result<bool, Failure> {
        let news = self.news()?;
        for event in &news {
            self.status.take(event).map_err(refit_app::AppError::from)?;
            if self.as_lines {
                let line = event_json(event).map_err(refit_app::AppError::from)?;
                self.context.screen.text(&line)?;
            } else {
                self.live.recorded(event, &self.status);
            }
        }
        Ok(!news.is_empty())
    }

    /// Shows what was seen since the last event, as far as it was not shown.
    fn show_meanwhile(&mut self) -> Result<(), Failure> {
        if self.as_lines || !self.status.state.is_open() {
            return Ok(());
        }
        let seen = self.context.app.meanwhile(self.run)?;
        let is_current = |line: &SeenLine| line.after == self.status.sequence;
        let current: Vec<_> = seen.into_iter().filter(is_current).collect();
        let (sequence, told) = self.shown;
        let told = if sequence == self.status.sequence { told } else { 0 };
        if let Some(new) = current.get(told..).filter(|new| !new.is_empty()) {
            self.live.seen(new);
        }
        self.shown = (self.status.sequence, current.len());
        Ok(())
    }

    fn over(&self, ended: Option<ExitStatus>) -> Ending {
        if let Some(ended) = ended {
            // It has said itself why it could not begin.
            let code = ended.code().and_then(ExitCode::of);
            if !self.begun {
                return Ok(code.unwrap_or(ExitCode::Failed));
            }
        }
        if !self.as_lines {
            super::status::show(self.context, self.run)?;
        }
        let code = ended.and_then(|ended| ExitCode::of(ended.code()?));
        Ok(code.unwrap_or_else(|| code_of_state(self.status.state, self.status.halted.as_ref())))
    }

    fn left(&self) -> Ending {
        let (run, environment) = (self.run, &self.environment);
        let text = format!(
            "the run {run} goes on in the background\n  refit status {environment} --follow   \
             joins it"
        );
        let json = serde_json::json!({ "run": run, "state": self.status.state.word() });
        self.context.screen.value(&json, &text)?;
        Ok(ExitCode::Done)
    }

    fn pause(&self) -> Result<(), Failure> {
        let told = if self.context.app.pause(self.run)? {
            "asked it to stop at the next safe place"
        } else {
            "its process has ended"
        };
        self.context.screen.aside(told);
        Ok(())
    }

    fn ask(&self) -> Wanted {
        if !self.context.screen.can_ask() {
            return Wanted::Leave;
        }
        let question = "the run goes on without this terminal: [l]eave it, [s]top it at the next \
                        safe place, or [w]atch on? ";
        let answer = self.context.asked.asking(|| {
            self.context.screen.progress().hidden(|| {
                eprint!("\n{question}");
                let mut line = String::new();
                // A terminal that is gone leaves it.
                std::io::stdin().lock().read_line(&mut line).ok().filter(|read| *read > 0)?;
                Some(line.trim().to_lowercase())
            })
        });
        match answer.as_deref() {
            None | Some("l" | "leave") => Wanted::Leave,
            Some("s" | "stop") => Wanted::Pause,
            Some(_) => Wanted::Watch,
        }
    }
}
