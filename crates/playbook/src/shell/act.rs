//! Acts as lines for a shell.

use refit_model::{Act, Command, Digest, FilePair, HostPath, ProcessMatch, RestoreItem};

use super::condition::process;
use super::{comment, word};

/// How the text of a written file is at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its pieces in order: files beside the playbook, and names of secrets.
    pub pieces: Vec<AttachmentPiece>,
}

/// A piece of an attached text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttachmentPiece {
    /// A file, relative to the playbook's folder.
    File(String),
    /// A secret, by the name of its file.
    Secret(String),
}

/// The lines that do an act.
pub(super) fn act(act: &Act, attachment: &dyn Fn(Digest) -> Attachment) -> Vec<String> {
    match act {
        Act::Observe => Vec::new(),
        Act::Fetch { artifact, digest, to } => fetch(artifact, *digest, to),
        Act::Unpack { archive, into, .. } => unpack(archive, into),
        Act::Place(pairs) => pairs.iter().flat_map(place).collect(),
        Act::WriteFile { path, template, mode, .. } => write(path, *mode, &attachment(*template)),
        Act::Link { path, target, set_aside } => link(path, target, set_aside.as_ref()),
        Act::Move { from, to, leave_link } => move_to(from, to, *leave_link),
        Act::Remove(paths) => paths.iter().map(|path| format!("rm -rf -- {}", p(path))).collect(),
        Act::Start { command, process: wanted } => start(command, wanted),
        Act::Stop { process: wanted, within_seconds, pid_file } => {
            stop(wanted, *within_seconds, pid_file.as_ref())
        }
        Act::Run { command, .. } => vec![run(command)],
        Act::RestorePoint { at, items, seal, rehearse_in } => {
            take(at, items, *seal, rehearse_in.as_ref())
        }
        Act::Seal { at, items } => items.iter().map(|item| seal(at, item)).collect(),
        Act::Restore { from, items, aside } => restore(from, items, aside),
        Act::Ask(instructions) => instructions.iter().map(|text| comment(text)).collect(),
    }
}

fn p(path: &HostPath) -> String {
    word(&path.to_string())
}

/// The name under which something is made before it appears.
fn partial(path: &HostPath) -> HostPath {
    format!("{path}.partial").into()
}

fn parent(path: &HostPath) -> String {
    path.parent().map_or_else(|| ".".into(), |parent| p(&parent))
}

fn fetch(artifact: &str, digest: Digest, to: &HostPath) -> Vec<String> {
    vec![
        format!("mkdir -p {}", parent(to)),
        format!("cp \"$ARTIFACTS\"/{} {}", word(artifact), p(to)),
        format!("echo '{}  '{} | sha256sum --check --quiet", digest.to_hex(), p(to)),
    ]
}

fn unpack(archive: &HostPath, into: &HostPath) -> Vec<String> {
    let partial = partial(into);
    vec![
        format!("rm -rf {0} && mkdir {0}", p(&partial)),
        format!("tar -xzf {} -C {} --strip-components=1", p(archive), p(&partial)),
        format!("mv -n -T {} {}", p(&partial), p(into)),
    ]
}

fn place(pair: &FilePair) -> Vec<String> {
    vec![
        format!("mkdir -p {} && rm -rf {}", parent(&pair.to), p(&pair.to)),
        format!("cp -a -T {} {}", p(&pair.from), p(&pair.to)),
    ]
}

fn write(path: &HostPath, mode: u32, attachment: &Attachment) -> Vec<String> {
    let partial = partial(path);
    let pieces: Vec<_> = attachment
        .pieces
        .iter()
        .map(|piece| match piece {
            AttachmentPiece::File(file) => format!("cat \"$PLAYBOOK\"/{};", word(file)),
            AttachmentPiece::Secret(name) => format!("secret {};", word(name)),
        })
        .collect();
    vec![
        format!("rm -f {0} && (umask 077 && : >{0})", p(&partial)),
        format!("{{ {} }} >{}", pieces.join(" "), p(&partial)),
        format!("chmod {mode:o} {0} && mv -T {0} {1}", p(&partial), p(path)),
    ]
}

fn link(path: &HostPath, target: &HostPath, set_aside: Option<&HostPath>) -> Vec<String> {
    let aside = set_aside.map(|aside| {
        format!("if [ -d {0} ] && [ ! -L {0} ]; then mv -n -T {0} {1}; fi", p(path), p(aside))
    });
    let partial = partial(path);
    let turn = format!("ln -sfn {} {1} && mv -T {1} {2}", p(target), p(&partial), p(path));
    aside.into_iter().chain([turn]).collect()
}

fn move_to(from: &HostPath, to: &HostPath, leave_link: bool) -> Vec<String> {
    let mut lines = vec![
        format!("if [ -L {0} ]; then rm {0}; fi", p(to)),
        format!("mv -n -T {} {}", p(from), p(to)),
    ];
    if leave_link {
        lines.push(format!("ln -s {} {}", p(to), p(from)));
    }
    lines
}

fn start(command: &Command, wanted: &ProcessMatch) -> Vec<String> {
    vec![format!("{} >/dev/null || {}", process(wanted), run(command))]
}

fn stop(wanted: &ProcessMatch, within_seconds: u32, pid_file: Option<&HostPath>) -> Vec<String> {
    let mut lines = vec![format!(
        "if pid=$({}); then end_process \"$pid\" {within_seconds}; fi",
        process(wanted)
    )];
    lines.extend(pid_file.map(|path| format!("rm -f {}", p(path))));
    lines
}

/// In its folder, with its environment and nothing else of this shell's.
fn run(command: &Command) -> String {
    let environment: Vec<_> =
        command.environment.iter().map(|(name, value)| format!("{name}={}", word(value))).collect();
    let argv: Vec<_> = command.argv.iter().map(|argument| word(argument)).collect();
    let words = ["PATH=\"$PATH\" HOME=\"$HOME\" LANG=C".to_owned()]
        .into_iter()
        .chain(environment)
        .chain(argv);
    let words: Vec<_> = words.collect();
    format!("(cd {} && env -i {})", p(&command.directory), words.join(" "))
}

fn take(
    at: &HostPath,
    items: &[RestoreItem],
    sealed: bool,
    rehearse_in: Option<&HostPath>,
) -> Vec<String> {
    let mut lines = vec![format!("mkdir -p -m 700 {}", p(at))];
    for item in items {
        let copy = at.join(&item.name);
        let take = format!("cp -a --reflink=auto -T {} {}", p(&item.path), p(&copy));
        lines.push(if item.warm {
            // A file that vanishes while the broker runs makes cp fail; then once more.
            format!("{take} || {{ rm -rf {}; {take}; }}", p(&copy))
        } else {
            take
        });
        if sealed {
            lines.push(seal(at, item));
        }
    }
    if let Some(scratch) = rehearse_in {
        lines.push(format!("rm -rf {0} && mkdir -p -m 700 {0}", p(scratch)));
        for item in items {
            let (copy, back) = (at.join(&item.name), scratch.join(&item.name));
            lines.push(format!("cp -a -T {0} {1} && same {0} {1}", p(&copy), p(&back)));
        }
        lines.push(format!("rm -rf {}", p(scratch)));
    }
    lines
}

/// Reads every byte of a copy, and keeps the checksum.
fn seal(at: &HostPath, item: &RestoreItem) -> String {
    format!(
        "tar -C {} -cf - {} | sha256sum >{}",
        p(at),
        word(&item.name),
        p(&at.join(format!("{}.sha256", item.name)))
    )
}

fn restore(from: &HostPath, items: &[RestoreItem], aside: &HostPath) -> Vec<String> {
    let mut lines = vec![format!("mkdir -p -m 700 {}", p(aside))];
    for item in items {
        lines.push(format!("mv -n -T {} {}", p(&item.path), p(&aside.join(&item.name))));
        lines.push(format!("cp -a -T {} {}", p(&from.join(&item.name)), p(&item.path)));
    }
    lines
}
