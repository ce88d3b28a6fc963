//! Acts in words, as an instruction to whoever does them.

use refit_model::{Act, FilePair, HostPath, RestoreItem, Undo, UndoAct};

use super::condition::process_words;

/// What is done, one sentence each.
pub(crate) fn act(act: &Act) -> Vec<String> {
    let sentence = match act {
        Act::Observe => "change nothing; the verification is the work".to_owned(),
        Act::Fetch { artifact, digest, to } => format!(
            "put `{artifact}` from the artifacts folder at `{to}`; its SHA-256 is `{}`",
            digest.to_hex()
        ),
        Act::Unpack { archive, into, .. } => {
            format!("unpack `{archive}` so that it becomes `{into}`")
        }
        Act::Place(pairs) => return pairs.iter().map(copy).collect(),
        Act::WriteFile { path, mode, secrets_from, .. } => format!(
            "write `{path}` as settled, with the mode {mode:04o}; secrets come from the files below \
             `{secrets_from}`"
        ),
        Act::Link { path, target, set_aside } => link(path, target, set_aside.as_ref()),
        Act::Move { from, to, leave_link } => {
            let link = if *leave_link { ", and leave a link at the old place" } else { "" };
            format!("rename `{from}` to `{to}`{link}")
        }
        Act::Remove(paths) => format!("delete {}", list(paths)),
        Act::Start { command, pid_file, .. } => {
            let (argv, directory) = (command.argv.join(" "), &command.directory);
            let left = pid_file.as_ref().map_or_else(String::new, |path| {
                format!("; what an earlier process left at `{path}` is deleted first")
            });
            format!("start the broker with `{argv}` in `{directory}`, unless it runs already{left}")
        }
        Act::Stop { process, within_seconds, pid_file } => {
            let process = process_words(process);
            let left = pid_file.as_ref();
            let left = left.map_or_else(String::new, |path| format!("; then delete `{path}`"));
            format!(
                "send SIGTERM to the {process} and wait up to {within_seconds} s for its end{left}"
            )
        }
        Act::Run { command, .. } => {
            format!("run `{}` in `{}`", command.argv.join(" "), command.directory)
        }
        Act::RestorePoint { at, items, seal, rehearse_in } => {
            restore_point(at, items, *seal, rehearse_in.as_ref())
        }
        Act::Seal { at, .. } => {
            format!("read every byte of the restore point `{at}` back and write its manifest")
        }
        Act::Restore { from, items, aside } => format!(
            "put {} back from the restore point `{from}`; what stands there now goes to `{aside}`; \
             what came since the restore point is lost",
            item_list(items)
        ),
        Act::Ask(instructions) => return instructions.clone(),
    };
    vec![sentence]
}

/// How a step is taken back, one sentence each.
pub(crate) fn undo(undo: &Undo) -> Vec<String> {
    match undo {
        Undo::Nothing(why) => vec![format!("nothing to take back: {why}")],
        Undo::Impossible(why) => vec![format!("cannot be taken back: {why}")],
        Undo::By(acts) => acts.iter().flat_map(undo_act).collect(),
    }
}

fn undo_act(undo: &UndoAct) -> Vec<String> {
    match &undo.act {
        Act::Observe => super::condition::check(&undo.verify),
        changes => act(changes),
    }
}

/// Several of these as one sentence, which begins with a capital letter and ends with a point.
pub(crate) fn sentence(parts: &[String]) -> String {
    let text = parts.join("; ");
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.is_empty() || text.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

fn copy(pair: &FilePair) -> String {
    format!("copy `{}` to `{}` with all its attributes", pair.from, pair.to)
}

fn link(path: &HostPath, target: &HostPath, set_aside: Option<&HostPath>) -> String {
    let first = set_aside.map(|aside| format!("if `{path}` is a folder, move it to `{aside}`; "));
    format!("{}let the link `{path}` lead to `{target}`", first.unwrap_or_default())
}

fn restore_point(
    at: &HostPath,
    items: &[RestoreItem],
    seal: bool,
    rehearse_in: Option<&HostPath>,
) -> String {
    let mut sentence = format!("copy {} into the restore point `{at}`", item_list(items));
    if seal {
        sentence += ", read every byte back and write its manifest";
    }
    if let Some(scratch) = rehearse_in {
        sentence += &format!(", restore it once into `{scratch}` and compare");
    }
    sentence
}

fn item_list(items: &[RestoreItem]) -> String {
    let names: Vec<_> = items.iter().map(|item| format!("`{}`", item.path)).collect();
    names.join(", ")
}

fn list(paths: &[HostPath]) -> String {
    let names: Vec<_> = paths.iter().map(|path| format!("`{path}`")).collect();
    names.join(", ")
}
