//! Files that people send along: their size is limited, what they are is looked at, nothing is ever
//! unpacked, and they are given back as downloads alone.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::multipart::Field;
use refit_pages::forms::Upload;
use refit_store::Blobs;
use tokio::io::{AsyncRead, ReadBuf};

use crate::failure::{Failure, FailureKind};

/// The most bytes of a file.
pub(crate) const MOST: u64 = 64 * 1024 * 1024;
/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 200;

/// What files begin with that are taken: documents, pictures, archives (which are never unpacked).
const KNOWN: [(&str, &[u8]); 9] = [
    ("a PDF", b"%PDF-"),
    ("a PNG picture", b"\x89PNG\r\n\x1a\n"),
    ("a JPEG picture", b"\xff\xd8\xff"),
    ("a ZIP archive, or an office document", b"PK\x03\x04"),
    ("an empty ZIP archive", b"PK\x05\x06"),
    ("a gzip archive", b"\x1f\x8b"),
    ("an xz archive", b"\xfd7zXZ\0"),
    ("a zstd archive", b"\x28\xb5\x2f\xfd"),
    ("a bzip2 archive", b"BZh"),
];

/// Keeps a file; none, if there was no file in the field.
pub(crate) async fn keep(
    part: &mut Field<'_>,
    name: &str,
    contents: &Blobs,
) -> Result<Option<Upload>, Failure> {
    let unread = |error: axum::extract::multipart::MultipartError| {
        Failure::invalid(format!("The file cannot be read: {error}"))
    };
    let mut content = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(unread)? {
        if (content.len() + piece.len()) as u64 > MOST {
            let what = format!("A file has more than {} MiB", MOST / 1024 / 1024);
            return Err(Failure::new(FailureKind::TooLarge, what, "Send a smaller one."));
        }
        content.extend_from_slice(&piece);
    }
    if content.is_empty() && name.is_empty() {
        return Ok(None);
    }
    if !is_taken(&content) {
        let what = "A file is of a kind that is not taken";
        let remedy = "Send text, PDF, PNG, JPEG, office documents or archives.";
        return Err(Failure::new(FailureKind::MediaType, what, remedy));
    }
    let blob = contents.put(Bytes(&content), MOST).await?;
    Ok(Some(Upload { name: safe_name(name), digest: blob.digest }))
}

/// Whether a content is of a kind that is taken: by what it begins with, not by its name. Text is
/// what is UTF-8 without control characters.
fn is_taken(content: &[u8]) -> bool {
    KNOWN.iter().any(|(_, begin)| content.starts_with(begin)) || is_text(content)
}

fn is_text(content: &[u8]) -> bool {
    let is_plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    std::str::from_utf8(content).is_ok_and(|text| text.chars().all(is_plain))
}

/// The last part of a name, without what could mislead: it is shown and offered, never used as a
/// path here.
fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_safe = |c: &char| c.is_alphanumeric() || " -_.,()+@".contains(*c);
    let safe: String = last.chars().filter(is_safe).take(LONGEST_NAME).collect();
    let safe = safe.trim().trim_matches('.').trim();
    if safe.is_empty() { "file".to_owned() } else { safe.to_owned() }
}

/// Bytes at hand, to be read.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl AsyncRead for Bytes<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let length = self.0.len().min(to.remaining());
        let (now, later) = self.0.split_at(length);
        to.put_slice(now);
        self.0 = later;
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is_tells_its_begin() {
        let long = [b"x".repeat(2000), "ä\n".into()].concat();
        for good in [&b"%PDF-1.7\n\xff"[..], b"plain text\r\n\ttoo", b"", &long] {
            assert!(is_taken(good), "{good:?}");
        }
        for bad in
            [&b"MZ\x90\0"[..], b"\x7fELF\x02", b"text\0with zero", b"\xff\xfe\0b", b"\x1b[2J"]
        {
            assert!(!is_taken(bad), "{bad:?}");
        }
    }

    #[test]
    fn names_are_names_alone() {
        for (given, expected) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\plan (2).docx", "plan (2).docx"),
            ("a\r\nSet-Cookie: x.txt", "aSet-Cookie x.txt"),
            ("\u{202e}fdp.exe", "fdp.exe"),
            ("<script>\".txt", "script.txt"),
            ("..", "file"),
            ("", "file"),
        ] {
            assert_eq!(safe_name(given), expected, "{given:?}");
        }
        assert_eq!(safe_name(&"ä".repeat(900)).chars().count(), LONGEST_NAME);
    }
}
