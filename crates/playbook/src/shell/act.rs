//! Acts as commands of a shell. Each can be typed again after it failed in the middle.

use refit_model::{Act, Command, Digest, FilePair, HostPath, ProcessMatch, RestoreItem};

use super::condition::process_words;
use super::{AttachmentPiece, Means, comment, p, word};

/// What a command finds its programs in: literal, since the session's own may be anything.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// How often a copy of what a running broker writes to is tried.
const WARM_TRIES: u32 = 5;

/// The commands that do an act.
pub(super) fn act(act: &Act, means: &Means<'_>) -> Vec<String> {
    match act {
        Act::Observe => Vec::new(),
        Act::Fetch { artifact, digest, to } => fetch(artifact, *digest, to),
        Act::Unpack { archive, digest, into } => unpack(archive, *digest, into),
        Act::Place(pairs) => pairs.iter().map(place).collect(),
        Act::WriteFile { path, template, mode, .. } => write(path, *mode, *template, means),
        Act::Link { path, target, set_aside } => link(path, target, set_aside.as_ref()),
        Act::Move { from, to, leave_link } => move_to(from, to, *leave_link),
        Act::Remove(paths) => paths.iter().map(|path| format!("rm -rf {}", p(path))).collect(),
        Act::Start { command, process, pid_file } => {
            vec![start(command, process, pid_file.as_ref())]
        }
        Act::Stop { process, within_seconds, pid_file } => {
            stop(process, *within_seconds, pid_file.as_ref())
        }
        Act::Run { command, .. } => vec![run(command)],
        Act::RestorePoint { at, items, seal, rehearse_in } => {
            take(at, items, *seal, rehearse_in.as_ref())
        }
        Act::Seal { at, items } => vec![seal(at, items)],
        Act::Restore { from, items, aside } => restore(from, items, aside),
        Act::Ask(instructions) => instructions.iter().map(|text| comment(text)).collect(),
    }
}

/// The name under which something is made before it appears.
fn partial(path: &HostPath) -> String {
    word(&format!("{path}.partial"))
}

fn parent(path: &HostPath) -> String {
    path.parent().map_or_else(|| ".".into(), |parent| p(&parent))
}

fn fetch(artifact: &str, digest: Digest, to: &HostPath) -> Vec<String> {
    vec![
        format!("mkdir -p {}", parent(to)),
        format!("cp \"$ARTIFACTS\"/{} {}", word(artifact), partial(to)),
        format!("has_sum {} {}", partial(to), digest.to_hex()),
        format!("mv -T {} {}", partial(to), p(to)),
    ]
}

fn unpack(archive: &HostPath, digest: Digest, into: &HostPath) -> Vec<String> {
    let partial = partial(into);
    vec![
        format!("has_sum {} {}", p(archive), digest.to_hex()),
        format!("vacant {}", p(into)),
        format!("rm -rf {partial}"),
        format!("mkdir {partial}"),
        format!("tar -C {partial} -xpf {} --strip-components=1 --no-same-owner", p(archive)),
        format!("mv -T {partial} {}", p(into)),
    ]
}

fn place(pair: &FilePair) -> String {
    format!("place {} {}", p(&pair.from), p(&pair.to))
}

/// The partial file is closed before it gets its content, since that may hold secrets.
fn write(path: &HostPath, mode: u32, template: Digest, means: &Means<'_>) -> Vec<String> {
    let partial = partial(path);
    vec![
        format!("rm -f {partial}"),
        format!("(umask 077 && : >{partial})"),
        format!("{} >{partial}", content(template, means)),
        format!("chmod {mode:o} {partial}"),
        format!("mv -T {partial} {}", p(path)),
    ]
}

/// The commands that write a text to standard output, as one.
pub(super) fn content(template: Digest, means: &Means<'_>) -> String {
    let attachment = (means.text)(template);
    let commands: Vec<_> = attachment.pieces.iter().map(AttachmentPiece::command).collect();
    match commands.as_slice() {
        [one] => one.clone(),
        _ => format!("{{\n  {}\n}}", commands.join(" &&\n  ")),
    }
}

fn link(path: &HostPath, target: &HostPath, set_aside: Option<&HostPath>) -> Vec<String> {
    let aside = set_aside.map(|aside| {
        format!("if [ -d {0} ] && [ ! -L {0} ]; then move {0} {1}; fi", p(path), p(aside))
    });
    let partial = partial(path);
    let turn = [format!("ln -sfn {} {partial}", p(target)), format!("mv -T {partial} {}", p(path))];
    aside.into_iter().chain(turn).collect()
}

fn move_to(from: &HostPath, to: &HostPath, leave_link: bool) -> Vec<String> {
    let mut lines = vec![format!("move {} {}", p(from), p(to))];
    if leave_link {
        lines.push(format!("ln -sfT {} {}", p(to), p(from)));
    }
    lines
}

/// Two brokers on one store would wait for each other, so it is started only where surely none
/// runs.
fn start(command: &Command, process: &ProcessMatch, pid_file: Option<&HostPath>) -> String {
    let remove = pid_file.map_or_else(String::new, |path| format!("  rm -f {}\n", p(path)));
    format!("if gone {}; then\n{remove}  {}\nfi", process_words(process), run(command))
}

fn stop(process: &ProcessMatch, within_seconds: u32, pid_file: Option<&HostPath>) -> Vec<String> {
    let mut lines = vec![format!("end_process {within_seconds} {}", process_words(process))];
    lines.extend(pid_file.map(|path| format!("rm -f {}", p(path))));
    lines
}

/// In its folder, with its environment and nothing else of this shell's.
fn run(command: &Command) -> String {
    let environment =
        command.environment.iter().map(|(name, value)| format!("{name}={}", word(value)));
    let user = r#"HOME="$HOME" USER="$(id -un)" LOGNAME="$(id -un)" LANG=C"#;
    let argv = command.argv.iter().map(|argument| word(argument));
    let words: Vec<_> = environment.chain(argv).collect();
    let line = format!(
        "(cd {} && env -i PATH={PATH} {user} \\\n    {} </dev/null)",
        p(&command.directory),
        words.join(" ")
    );
    match command.accepted_exit_codes.as_slice() {
        [0] => line,
        codes => {
            let codes: Vec<_> = codes.iter().map(ToString::to_string).collect();
            format!("{{ {line}; case $? in {}) true ;; *) false ;; esac; }}", codes.join("|"))
        }
    }
}

fn take(
    at: &HostPath,
    items: &[RestoreItem],
    sealed: bool,
    rehearse_in: Option<&HostPath>,
) -> Vec<String> {
    // A sealed one is of an earlier run, and is never overwritten.
    let mut lines =
        vec![format!("vacant {}", p(&at.join(SUMS))), format!("(umask 077 && mkdir -p {})", p(at))];
    for item in items {
        let tries = if item.warm { WARM_TRIES } else { 1 };
        lines.push(format!("take {tries} {} {}", p(&item.path), p(&at.join(&item.name))));
    }
    if let Some(scratch) = rehearse_in {
        lines.push(format!("rm -rf {}", p(scratch)));
        lines.push(format!("(umask 077 && mkdir -p {})", p(scratch)));
        for item in items {
            let (copy, back) = (at.join(&item.name), scratch.join(&item.name));
            lines.push(format!("cp -a -T {} {}", p(&copy), p(&back)));
            lines.push(format!("same {} {}", p(&copy), p(&back)));
        }
        lines.push(format!("rm -rf {}", p(scratch)));
    }
    if sealed {
        lines.push(seal(at, items));
    }
    lines
}

/// The file with the checksums of a restore point.
pub(super) const SUMS: &str = "SHA256SUMS";

/// Reads every byte of the copies, and keeps the checksums. Not in place of earlier ones.
fn seal(at: &HostPath, items: &[RestoreItem]) -> String {
    let sums: Vec<_> = items.iter().map(|item| format!("sums {}", word(&item.name))).collect();
    let sums = match sums.as_slice() {
        [one] => one.clone(),
        _ => format!("{{ {}; }}", sums.join(" && ")),
    };
    format!(
        "if [ ! -e {0} ]; then (cd {1} && {sums} >{SUMS}.partial && mv -T {SUMS}.partial {SUMS}); fi",
        p(&at.join(SUMS)),
        p(at)
    )
}

fn restore(from: &HostPath, items: &[RestoreItem], aside: &HostPath) -> Vec<String> {
    let mut lines = vec![check_sums(from), format!("(umask 077 && mkdir -p {})", p(aside))];
    lines.extend(items.iter().map(|item| {
        let (copy, aside) = (from.join(&item.name), aside.join(&item.name));
        format!("put_back {} {} {}", p(&copy), p(&item.path), p(&aside))
    }));
    lines
}

/// Reads every byte of a restore point and compares.
pub(super) fn check_sums(at: &HostPath) -> String {
    format!("(cd {} && sha256sum --check --quiet --strict {SUMS})", p(at))
}
