//! What a person's shell writes is what Refit writes, byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use refit_model::{Act, Digest, Encoding, HostPath, Secret, Slot, Step, Template};
use refit_playbook::shell::{FUNCTIONS, Means, block, lines};
use refit_playbook::{AttachError, Attachments, Texts};

use crate::fixture::step;

const OLD: &str = "conf/users.properties";

fn slot(name: &str) -> Slot {
    Slot { id: format!("{OLD}#{name}"), file: OLD.into(), key: name.into() }
}

fn template(text: String, encoding: Encoding, slots: Vec<Slot>) -> Template {
    Template { text, encoding, slots }
}

/// A step that writes `template` into the new home.
fn writes(folder: &Path, template: Digest) -> Step {
    let at = |name: &str| HostPath::from(&folder.join(name));
    step(
        "write",
        Act::WriteFile {
            path: at("new/conf/written"),
            template,
            mode: 0o640,
            secrets_from: at("old"),
        },
    )
}

/// Types the step; gives what it wrote.
fn typed(folder: &Path, step: &Step, attachments: &Attachments) -> Result<Vec<u8>, String> {
    for (name, content) in &attachments.files {
        let path = folder.join("playbook").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    fs::create_dir_all(folder.join("new/conf")).unwrap();
    let text = |template: Digest| attachments.text(template);
    let typed = lines(step, &Means { text: &text, unchanged_since: None, run_folder: None });
    let act = block(&typed.act, "write", "written").unwrap();
    let script = format!(
        "{FUNCTIONS}\nPLAYBOOK='{0}/playbook'\nSECRETS='{0}/secrets'\n{act}\n",
        folder.display()
    );
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(fs::read(folder.join("new/conf/written")).unwrap())
}

/// The old file `old` with the secrets in it, the new one made of it, and what is typed.
fn round(
    old: &Template,
    new: &Template,
    secrets: &BTreeMap<String, Vec<u8>>,
) -> (Vec<u8>, Vec<u8>, Attachments) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let fill = |template: &Template| -> Vec<u8> {
        let secret = |slot: &Slot| secrets.get(&slot.key).map(|value| Secret::new(value.clone()));
        template.fill(secret).unwrap().expose().to_vec()
    };
    let live = fill(old);
    fs::create_dir_all(folder.join("old/conf")).unwrap();
    fs::write(folder.join("old").join(OLD), &live).unwrap();
    let digest = Digest::of(b"new");
    let new_texts = BTreeMap::from([(digest, new.clone())]);
    let old_texts = BTreeMap::from([(OLD.to_owned(), old.clone())]);
    let gives = |slot: &Slot, line: &refit_playbook::shell::SecretLine| {
        line.take(&live) == secrets.get(&slot.key).map(Vec::as_slice)
    };
    let step = writes(folder, digest);
    let texts = Texts { new: &new_texts, old: &old_texts, gives: &gives };
    let home = HostPath::from(&folder.join("new"));
    let attachments = Attachments::of(std::slice::from_ref(&step), &home, &texts).unwrap();
    fs::create_dir_all(folder.join("secrets")).unwrap();
    for needed in &attachments.secrets {
        let path = folder.join("secrets").join(&needed.name);
        fs::write(&path, &secrets[&needed.key]).unwrap();
        let closed = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(&path, closed).unwrap();
    }
    let written = typed(folder, &step, &attachments).unwrap_or_else(|error| panic!("{error}"));
    (written, fill(new), attachments)
}

fn properties(names: &[&str], line_end: &str) -> Template {
    let line = |name: &&str| format!("{name} = {}{line_end}", Template::mark(&slot(name).id));
    let text: String = names.iter().map(line).collect();
    template(
        format!("# users{line_end}{text}"),
        Encoding::Utf8,
        names.iter().map(|name| slot(name)).collect(),
    )
}

#[test]
fn a_secret_comes_from_its_line_in_the_old_file() {
    let old = properties(&["ada", "bob"], "\n");
    let mark = |name: &str| Template::mark(&slot(name).id);
    let text = format!("<a p='{}'/>\n<b p='{}'/>\n", mark("bob"), mark("ada"));
    let new = template(text, Encoding::Utf8, vec![slot("bob"), slot("ada")]);
    let secrets = BTreeMap::from([
        ("ada".to_owned(), b"a$(id)'\"\\ b".to_vec()),
        ("bob".to_owned(), "p\u{e4}ss".as_bytes().to_vec()),
    ]);
    let (written, expected, attachments) = round(&old, &new, &secrets);
    assert_eq!(written, expected);
    assert_eq!(attachments.secrets, []);
    let names: Vec<_> = attachments.files.keys().collect();
    let files = ["files/conf/written.1", "files/conf/written.3", "files/conf/written.5"];
    assert_eq!(names, files);
}

#[test]
fn where_no_line_says_it_a_person_makes_a_file() {
    let marks = |name: &str| Template::mark(&slot(name).id);
    // Two secrets on one line, and one that goes over two lines.
    let old = template(
        format!("{}:{}\nx={}\n", marks("ada"), marks("bob"), marks("eve")),
        Encoding::Utf8,
        vec![slot("ada"), slot("bob"), slot("eve")],
    );
    let new = template(
        format!("{}|{}|{}|{}", marks("ada"), marks("bob"), marks("eve"), marks("ada")),
        Encoding::Utf8,
        vec![slot("ada"), slot("bob"), slot("eve")],
    );
    let secrets = BTreeMap::from([
        ("ada".to_owned(), b"one".to_vec()),
        ("bob".to_owned(), b"two".to_vec()),
        ("eve".to_owned(), b"thr\\\nee".to_vec()),
    ]);
    let (written, expected, attachments) = round(&old, &new, &secrets);
    assert_eq!(written, expected);
    let keys: Vec<_> = attachments.secrets.iter().map(|one| one.key.as_str()).collect();
    assert_eq!(keys, ["ada", "bob", "eve"], "each once");
}

#[test]
fn a_line_that_was_changed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let old = properties(&["ada"], "\n");
    let digest = Digest::of(b"new");
    let new = BTreeMap::from([(digest, old.clone())]);
    let texts =
        Texts { new: &new, old: &BTreeMap::from([(OLD.to_owned(), old)]), gives: &|_, _| true };
    let step = writes(folder, digest);
    let home = HostPath::from(&folder.join("new"));
    let attachments = Attachments::of(std::slice::from_ref(&step), &home, &texts).unwrap();
    fs::create_dir_all(folder.join("old/conf")).unwrap();
    fs::write(folder.join("old").join(OLD), "# users\nadam = geheim\n").unwrap();
    let error = typed(folder, &step, &attachments).unwrap_err();
    assert!(error.contains("render it anew") && error.contains("FAILED"), "{error}");
    assert!(!error.contains("geheim"), "{error}");
    assert!(!folder.join("new/conf/written").exists());
}

#[test]
fn a_text_that_is_not_at_hand_is_an_error() {
    let step = writes(Path::new("/"), Digest::of(b"missing"));
    let (new, old) = (BTreeMap::new(), BTreeMap::new());
    let texts = Texts { new: &new, old: &old, gives: &|_, _| false };
    let made = Attachments::of(&[step], &HostPath::from("/new"), &texts);
    assert!(matches!(made, Err(AttachError::Missing(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_typed_is_what_refit_writes(
        values in proptest::collection::vec(proptest::collection::vec(1_u8.., 1..24), 2),
        around in "[ -~\\n\u{e4}\u{20ac}]{0,30}",
        windows in any::<bool>(),
        latin in any::<bool>(),
    ) {
        let names = ["ada", "bob"];
        let old = properties(&names, if windows { "\r\n" } else { "\n" });
        let mark = |name: &str| Template::mark(&slot(name).id);
        let encoding = if latin { Encoding::Latin1 } else { Encoding::Utf8 };
        let around = if latin { around.replace('\u{20ac}', "e") } else { around };
        let text = format!("{around}{}{around}\n{}", mark("ada"), mark("bob"));
        let new = template(text, encoding, names.iter().map(|name| slot(name)).collect());
        // A file that a person makes ends with a line feed or not: so no secret ends with one.
        let secrets: BTreeMap<_, _> = names
            .iter()
            .zip(values)
            .map(|(name, mut value)| {
                while value.last() == Some(&b'\n') {
                    value.pop();
                }
                if value.is_empty() {
                    value.push(b'x');
                }
                ((*name).to_owned(), value)
            })
            .collect();
        let (written, expected, attachments) = round(&old, &new, &secrets);
        prop_assert_eq!(written, expected);
        // Nothing that lies beside the playbook holds a secret that is longer than chance.
        for content in attachments.files.values() {
            for value in secrets.values().filter(|value| value.len() > 8) {
                let mut places = content.windows(value.len());
                prop_assert!(!places.any(|window| window == value.as_slice()));
            }
        }
    }
}
