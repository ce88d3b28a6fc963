//! What `--help` says of every command.

use crate::expect::expect;
use crate::refit::Refit;

#[test]
fn every_command_says_what_it_does_and_how_it_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let refit = Refit::in_folder(folder.path());
    let mut pages = String::new();
    let mut left = vec![Vec::new()];
    while let Some(command) = left.pop() {
        let done = refit.expect(0, &[&command[..], &["--help".to_owned()]].concat());
        assert_eq!(done.stderr, "");
        let shown = [vec!["refit".to_owned()], command.clone()].concat().join(" ");
        let page: Vec<_> = done.stdout.lines().map(str::trim_end).collect();
        let page = if command.is_empty() { page } else { without_common(&page) };
        pages += &format!("{}\n$ {shown} --help\n{}\n", "=".repeat(78), page.join("\n"));
        let below = commands(&done.stdout).into_iter().rev();
        left.extend(below.map(|name| [&command[..], &[name]].concat()));
    }
    assert!(pages.matches("\n$ refit ").count() > 20, "{pages}");
    expect("help.txt", &pages);
    assert!(!refit.state_folder().exists(), "asking for help makes no state directory");
    refit.expect(2, &[] as &[&str]).telling(&["Usage: refit"]);
    assert!(refit.expect(0, &["--version"]).stdout.starts_with("refit "));
}

/// The lines without the options that every command has, which must be there.
fn without_common<'a>(page: &[&'a str]) -> Vec<&'a str> {
    let from = page.iter().position(|line| *line == "Options of every command:").unwrap();
    let is_section = |line: &&str| !line.is_empty() && !line.starts_with(' ');
    let length = page[from + 1..].iter().position(is_section);
    let to = length.map_or(page.len(), |length| from + 1 + length);
    [&page[..from], &page[to..]].concat()
}

/// The names below `Commands:`.
fn commands(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let named = lines.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let names = named.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// The commands of these documents that begin with `refit`, or have cargo run it, each as words.
fn typed(document: &str) -> Vec<Vec<String>> {
    let folded = document.replace("\\\n", " ");
    let command = |line: &str| {
        let line = line.strip_prefix("$ ").unwrap_or(line);
        let words = line.strip_prefix("refit ").or_else(|| {
            line.strip_prefix("cargo run ")?.split_once("--package refit-cli -- ").map(|two| two.1)
        })?;
        let words = words.split(" #").next()?.split(" > ").next()?;
        Some(split(words))
    };
    folded.lines().filter_map(command).collect()
}

/// The words of a line as a shell has them, with single quotes alone.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in line.split('\'').enumerate() {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn what_the_documents_tell_to_type_is_understood() {
    let folder = tempfile::tempdir().unwrap();
    let refit = Refit::in_folder(folder.path());
    let documents =
        [include_str!("../../../../README.md"), include_str!("../../../../docs/guide.md")];
    let typed: Vec<_> = documents.into_iter().flat_map(typed).collect();
    assert!(typed.len() > 40, "{typed:?}");
    assert!(typed.iter().any(|words| words.starts_with(&["serve".into(), "--demo".into()])));
    for words in typed {
        // Options before it are looked at first; nothing is done.
        let done = refit.expect(0, &[&words[..], &["--help".to_owned()]].concat());
        assert!(done.stdout.contains("Usage: refit"), "{words:?}: {}", done.stdout);
    }
    refit.expect(2, &["serve", "--dmo", "--help"]);
}
