//! Files: bombs, disguises, names that lead elsewhere.

use refit_model::Digest;

use super::Target;
use super::kept_packed::{gzip_bomb, xml_bomb, zip};

/// What becomes of a file.
enum Fate {
    /// It is refused with this status.
    Refused(u16),
    /// It is kept, byte for byte, and only ever given as a download.
    Kept,
}
use Fate::{Kept, Refused};

fn contents() -> Vec<(&'static str, Vec<u8>, Fate)> {
    let text = |text: &str| text.as_bytes().to_vec();
    let deep = format!("{}{}", "<a>".repeat(10_000), "</a>".repeat(10_000));
    let xxe = "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><x>&f;</x>";
    let script = "<script>fetch('/account')</script>";
    vec![
        ("a zip bomb", zip(&["zeros"], &vec![0; 50 << 20]), Kept),
        ("a zip of many zeros", zip(&["a"; 500], &vec![0; 1 << 16]), Kept),
        ("a zip within a zip", zip(&["inner.zip"], &zip(&["zeros"], &vec![0; 10 << 20])), Kept),
        ("a zip that leads out", zip(&["../../etc/passwd", "/etc/shadow"], b"x"), Kept),
        ("a zip with a symbolic link", zip(&["link"], b"/etc/passwd"), Kept),
        ("a zip with names of Windows", zip(&["..\\..\\x", "C:\\x", "CON"], b"x"), Kept),
        ("a zip that says one name twice", zip(&["a", "a"], b"x"), Kept),
        ("a zip whose end is cut off", zip(&["a"], b"x")[..40].to_vec(), Kept),
        ("a gzip bomb", gzip_bomb(), Kept),
        ("an XML bomb", xml_bomb(), Kept),
        ("XML that reads a file", text(xxe), Kept),
        ("XML that is deep", deep.into_bytes(), Kept),
        ("JSON that is deep", text(&"[".repeat(100_000)), Kept),
        ("an office document with a macro", zip(&["word/vbaProject.bin"], b"macro"), Kept),
        ("HTML with a script", text(script), Kept),
        ("SVG with a script", text(&format!("<svg xmlns='x'>{script}</svg>")), Kept),
        ("a shell script", text("#!/bin/sh\nrm -rf /\n"), Kept),
        ("PDF that is HTML too", text(&format!("%PDF-1.7\n{script}")), Kept),
        ("PNG that is HTML too", [b"\x89PNG\r\n\x1a\n", script.as_bytes()].concat(), Kept),
        ("GIF that is a script too", text("GIF89a/*\n*/=1;alert(1)"), Kept),
        ("JPEG with PHP", [b"\xff\xd8\xff\xe0", &b"<?php system('id') ?>"[..]].concat(), Kept),
        ("a zip that is HTML too", [zip(&["a"], b"x"), script.into()].concat(), Kept),
        ("text with turned letters", text("\u{202e}gpj.exe\u{2066}"), Kept),
        ("a table of formulas", text("=cmd|'/C calc'!A0,+1,-1,@SUM(1)"), Kept),
        ("an empty file", Vec::new(), Refused(422)),
        ("a program of Windows", b"MZ\x90\0\x03\0\0\0".to_vec(), Refused(422)),
        ("a program of Linux", b"\x7fELF\x02\x01\x01\0".to_vec(), Refused(422)),
        ("a class of Java", b"\xca\xfe\xba\xbe\0\0\0\x34".to_vec(), Refused(422)),
        ("a module of WebAssembly", b"\0asm\x01\0\0\0".to_vec(), Refused(422)),
        ("a GIF", b"GIF89a\x01\0\x01\0\x80\0".to_vec(), Refused(422)),
        ("an old office document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), Refused(422)),
        ("a tar archive", [&b"etc/passwd"[..], &[0; 502]].concat(), Refused(422)),
        ("text with a zero", b"broker\0url".to_vec(), Refused(422)),
        ("text with a zero far inside", [&b"x".repeat(200_000)[..], b"\0"].concat(), Refused(422)),
        ("text that clears a terminal", b"\x1b[2J\x1b]0;x\x07".to_vec(), Refused(422)),
        ("text in UTF-16", b"\xff\xfeb\0r\0".to_vec(), Refused(422)),
        ("text in Latin-1", b"\xe4\xf6\xfc".to_vec(), Refused(422)),
        ("text of broken UTF-8", b"a\xed\xa0\x80\xc0\xafb".to_vec(), Refused(422)),
        ("text that ends within a letter", b"broker \xc3".to_vec(), Refused(422)),
        ("more than 64 MiB", vec![b'x'; (64 << 20) + 1], Refused(422)),
    ]
}

/// Names as they come: what is shown of them is a name alone.
const NAMES: [&str; 18] = [
    "../../etc/passwd",
    "..\\..\\windows\\system32\\x.dll",
    "/etc/shadow",
    "C:\\temp\\x.docx",
    "..",
    ".",
    " ",
    ".htaccess",
    "a\u{202e}fdp.exe",
    "a\u{0}.pdf",
    "a\u{200b}\u{feff}.txt",
    "<script>alert(1)</script>.txt",
    "' onload='alert(1).png",
    "=cmd|' /C calc'!A0.csv",
    "$(reboot);`id`|x.sh",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "CON",
    "x.pdf; filename=evil.exe",
];

pub fn try_all(target: &mut Target) {
    for (name, content, fate) in contents() {
        let send = |target: &mut Target| post(target, "file.txt", &content);
        match fate {
            Refused(status) => target.refused(name, &[status], send),
            Kept => {
                let status = send(target);
                target.holds(status == 303, format!("{name}: {status}"));
                is_a_download(target, name, &content);
                target.tried.push(name.to_owned());
            }
        }
    }
    for name in NAMES.into_iter().chain(["x".repeat(10_000).as_str()]) {
        let content = format!("content of {name:?}");
        match post(target, name, content.as_bytes()) {
            303 => is_a_download(target, name, content.as_bytes()),
            // The form cannot be read.
            status => target.holds(status == 400, format!("{name:?}: {status}")),
        }
        target.tried.push(format!("the name {:?}", name.get(..100).unwrap_or(name)));
    }
    shown_without_harm(target);
}

/// Posts a file as ada.
fn post(target: &mut Target, name: &str, content: &[u8]) -> u16 {
    target.known = None;
    let path = format!("{}/do/post-file", target.case);
    let fields = [("kind", "other"), ("name", "A file"), ("source", "our host")];
    target.ada.upload(&path, &fields, &[("digest", name, content)]).status
}

/// What was kept comes back byte for byte, as nothing but a download.
fn is_a_download(target: &mut Target, name: &str, content: &[u8]) {
    let path = format!("{}/content/{}", target.case, Digest::of(content).to_hex());
    let page = target.ada.get(&path);
    let disposition = page.header("content-disposition").unwrap_or_default();
    let is_download = page.status == 200
        && page.header("content-type") == Some("application/octet-stream")
        && page.header("x-content-type-options") == Some("nosniff")
        && disposition.starts_with("attachment; filename=\"")
        && !disposition.contains("..")
        && !disposition.contains('/')
        && std::str::from_utf8(content).is_ok_and(|text| page.body.len() == text.len())
            == std::str::from_utf8(content).is_ok();
    target.holds(is_download, format!("{name:?}: {} {:?}", page.status, page.headers));
}

fn shown_without_harm(target: &mut Target) {
    let page = target.ada.get(&format!("{}/documents", target.case)).expect(200);
    for acting in ["<script>", "onload='", "\u{202e}", "\u{200b}", "\u{feff}"] {
        target.holds(!page.body.contains(acting), format!("{acting:?} is on the page"));
    }
}

/// Contents are named by digests, and nothing that was refused is left on the way.
pub fn nothing_was_left(target: &Target) {
    let root = target.world.contents();
    let mut names = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                names.push(path);
            }
        }
    }
    assert!(!names.is_empty());
    for path in names {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit()), "{name}");
        let content = std::fs::read(&path).unwrap();
        assert_eq!(Digest::of(&content).to_hex(), name);
        assert!(content.len() <= 64 << 20);
    }
}
