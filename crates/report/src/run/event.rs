//! One line for each event of a journal.

use refit_execute::{Detail, DoneHow, Event, Payload, RunEvent, SeenLine, StepEvent};

use super::DOWN_SINCE;
use crate::text::{Page, Span, Tone, plain, strong};
use crate::words::{clock, duration, measure};
use crate::{Style, inert};

/// Where the text begins after the step's name; longer names push it to the next line.
const NAME_COLUMNS: usize = 24;

/// The event as it is printed while a run goes on: time in UTC, step, what happened. A text that is
/// longer than the line goes on below.
pub fn event_line(event: &Event, style: Style) -> String {
    let (about, spans) = describe(event);
    let mut page = Page::new(style);
    let label = format!("{}  {about}", clock(&event.at));
    page.field(0, &label, NAME_COLUMNS + 10, &spans);
    page.finish()
}

/// A line that was seen while a step goes on, as it stands among events: inert, and one line.
pub fn seen_line(seen: &SeenLine, style: Style) -> String {
    let text = match &seen.log {
        Some(log) => format!("{log}: {}", seen.line),
        None => format!("| {}", seen.line),
    };
    let shown = inert::block(&text).replace('\n', " ").replace('\t', "    ");
    format!("    {}", if style.unicode { shown } else { inert::ascii(&shown) })
}

/// What an event is about, and what happened.
pub(super) fn describe(event: &Event) -> (String, Vec<Span>) {
    let about = event.payload.step().map_or_else(|| "run".to_owned(), ToString::to_string);
    let spans = match &event.payload {
        Payload::Controller { event: RunEvent::Begun, epoch, by, why, .. } => {
            let word = if event.sequence == 1 { "begins" } else { "goes on" };
            told(Tone::Strong, format!("{word} by {by} (epoch {epoch})"), why)
        }
        Payload::Controller { event, epoch, by, why, .. } => {
            let (tone, words) = run_event(*event);
            told(tone, format!("{words} by {by} (epoch {epoch})"), why)
        }
        Payload::Step { event, attempt, detail, .. } => step_event(*event, *attempt, detail),
        Payload::Halted { reason, .. } => {
            vec![Span::new(Tone::Care, format!("{}:", reason.kind().word())), plain(reason.text())]
        }
        Payload::Ended { event, why } => {
            let (tone, words) = run_event(*event);
            told(tone, words, why)
        }
        Payload::Note { by, text, .. } => vec![strong(format!("note by {by}:")), plain(text)],
        Payload::Measured { name, value: 0 } if name == DOWN_SINCE => {
            vec![Span::new(Tone::Good, "clients are served again")]
        }
        Payload::Measured { name, .. } if name == DOWN_SINCE => {
            vec![Span::new(Tone::Care, "clients are cut off from here on")]
        }
        Payload::Measured { name, value } => {
            let (name, value) = measure(name, *value);
            vec![plain(format!("measured {name}: {value}"))]
        }
    };
    (about, spans)
}

/// What happened, and what there is to say about it.
fn told(tone: Tone, words: impl Into<String>, more: &str) -> Vec<Span> {
    let words = words.into();
    if more.is_empty() {
        vec![Span::new(tone, words)]
    } else {
        vec![Span::new(tone, words + ":"), plain(more)]
    }
}

fn run_event(event: RunEvent) -> (Tone, &'static str) {
    match event {
        RunEvent::Begun => (Tone::Strong, "begins"),
        RunEvent::Halted(kind) => (Tone::Care, kind.word()),
        RunEvent::Completed => (Tone::Good, "done, every step is settled"),
        RunEvent::RollBackBegun => (Tone::Care, "is being rolled back"),
        RunEvent::RolledBack => (Tone::Good, "rolled back, everything is taken back"),
        RunEvent::Stopped => (Tone::Care, "stopped as it stands"),
        RunEvent::Finalised => (Tone::Good, "finalised, cannot be taken back any more"),
    }
}

fn step_event(event: StepEvent, attempt: u32, detail: &Detail) -> Vec<Span> {
    let took = detail.milliseconds.map(|took| format!(" in {}", duration(took)));
    let took = took.unwrap_or_default();
    let (tone, words) = match event {
        StepEvent::Intent if attempt > 1 => (Tone::Plain, format!("begins, attempt {attempt}")),
        StepEvent::Intent => (Tone::Plain, "begins".to_owned()),
        StepEvent::Doubted => (Tone::Bad, "IN DOUBT".to_owned()),
        StepEvent::Acted => (Tone::Plain, "acted, is being verified".to_owned()),
        StepEvent::Done => (Tone::Good, done(detail.how, &took)),
        StepEvent::Skipped => (Tone::Care, "skipped".to_owned()),
        StepEvent::Failed => (Tone::Bad, "FAILED".to_owned()),
        StepEvent::UndoIntent => (Tone::Care, "is being taken back".to_owned()),
        StepEvent::Undone => (Tone::Good, "taken back".to_owned()),
        StepEvent::UndoFailed => (Tone::Bad, "TAKING BACK FAILED".to_owned()),
    };
    told(tone, words, &detail.text)
}

fn done(how: Option<DoneHow>, took: &str) -> String {
    match how {
        Some(DoneHow::AlreadySo) => "already so".to_owned(),
        Some(DoneHow::Recovered) => "found done after an interruption".to_owned(),
        Some(DoneHow::ByHand) => "done by hand".to_owned(),
        Some(DoneHow::Acted) | None => format!("done{took}"),
    }
}
