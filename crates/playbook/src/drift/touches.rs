//! Which steps a fact touches.

use refit_model::{Act, Check, Condition, Step, StepId, Undo};

/// What of a plan a group of facts is about.
#[derive(Clone, Copy)]
enum Part {
    /// Copies for restore points, and the room for them.
    Copies,
    /// Questions to the broker.
    Broker,
    /// The place of the data.
    Data,
    /// The link through which the broker is operated.
    Link,
    /// Starting and stopping.
    Process,
    /// Files that are taken over.
    SiteFiles,
    /// Files that are written.
    Settings,
    /// The vendor's software.
    Software,
}

/// The steps that a fact touches.
pub(super) fn touched(fact: &str, steps: &[Step]) -> Vec<StepId> {
    let parts = parts(fact);
    let touched = steps.iter().filter(|step| parts.iter().any(|part| part.is_in(step)));
    touched.map(|step| step.id.clone()).collect()
}

/// What a fact is about, by its group: the word before the first dot.
fn parts(fact: &str) -> &'static [Part] {
    match fact.split('.').next().unwrap_or_default() {
        "store" | "home" => &[Part::Copies],
        "certificate" | "endpoint" | "connectors" | "console" => &[Part::Broker],
        "broker" | "beans" | "env" | "network" | "scheduler" | "security" | "camel" | "jmx" => {
            &[Part::Settings]
        }
        "data" => &[Part::Data],
        "layout" | "boot" | "references" => &[Part::Link],
        "java" | "process" | "lock" => &[Part::Process],
        "jars" | "plugins" | "bin" | "top" | "webapps" => &[Part::SiteFiles],
        "conf" => &[Part::SiteFiles, Part::Settings],
        "installed" | "target" | "way" => &[Part::Software, Part::Settings, Part::Process],
        _ => &[],
    }
}

impl Part {
    fn is_in(self, step: &Step) -> bool {
        match self {
            Self::Copies => {
                acts(step).any(|act| {
                    matches!(act, Act::RestorePoint { .. } | Act::Seal { .. } | Act::Restore { .. })
                }) || asks(step, &|one| matches!(one, Condition::FreeSpace { .. }))
            }
            Self::Broker => asks(step, &|one| matches!(one, Condition::Broker(_))),
            Self::Data => acts(step).any(|act| match act {
                Act::Move { from, to, .. } => [from, to].iter().any(|path| names(path, "data")),
                Act::Link { path, target, .. } => {
                    [path, target].iter().any(|path| names(path, "data"))
                }
                _ => false,
            }),
            Self::Link => acts(step)
                .any(|act| matches!(act, Act::Link { path, .. } if names(path, "${home}"))),
            Self::Process => {
                acts(step).any(|act| matches!(act, Act::Start { .. } | Act::Stop { .. }))
            }
            Self::SiteFiles => acts(step).any(|act| matches!(act, Act::Place(_))),
            Self::Settings => acts(step).any(|act| matches!(act, Act::WriteFile { .. })),
            Self::Software => {
                acts(step).any(|act| matches!(act, Act::Fetch { .. } | Act::Unpack { .. }))
            }
        }
    }
}

fn names(path: &refit_model::HostPath, word: &str) -> bool {
    path.to_str().is_some_and(|text| text.contains(word))
}

/// What a step does and how it is taken back.
fn acts(step: &Step) -> impl Iterator<Item = &Act> {
    let undo = match &step.undo {
        Undo::By(acts) => acts.as_slice(),
        Undo::Nothing(_) | Undo::Impossible(_) => &[],
    };
    std::iter::once(&step.act).chain(undo.iter().map(|undo| &undo.act))
}

/// Whether a step's verification asks such a thing.
fn asks(step: &Step, wanted: &dyn Fn(&Condition) -> bool) -> bool {
    fn holds(condition: &Condition, wanted: &dyn Fn(&Condition) -> bool) -> bool {
        match condition {
            Condition::All(all) => all.iter().any(|one| holds(one, wanted)),
            one => wanted(one),
        }
    }
    let Check { condition, .. } = &step.verify;
    holds(condition, wanted)
}
