//! The corpus of the fuzz targets, run through what they check.

use std::path::{Path, PathBuf};
use std::time::Instant;

use refit_settings::Format;

use crate::properties_of::{reading, settling};

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = fuzz().join("corpus").join(target);
    let entries = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{target} has no corpus in {}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn every_format_has_a_target_and_a_corpus() {
    for format in Format::ALL.into_iter().filter(|&format| format != Format::Opaque) {
        let target = fuzz().join(format!("fuzz_targets/{}.rs", format.word().replace('-', "_")));
        assert!(target.is_file(), "{} is missing", target.display());
        let files = corpus(format.word());
        assert!(!files.is_empty(), "{} has no corpus", format.word());
        for (path, bytes) in files {
            println!("{}", path.display());
            reading(format, &bytes);
        }
    }
}

#[test]
fn settlements_of_the_corpus_keep_the_laws() {
    let files = corpus("settle");
    assert!(!files.is_empty());
    for (path, bytes) in files {
        println!("{}", path.display());
        settling(&bytes);
    }
}

/// Prints how long a megabyte of repeated pieces takes: a debug build says nothing about the limit
/// itself, but a loop in a loop shows here as a test that does not end.
#[test]
fn repeated_and_nested_pieces_end() {
    let pieces =
        ["a=1\n", "# a: 1\n", "[a]\n", "{\"a\": ", "- ", "${", "\"", "'''", "a: |\n ", "(", "<a>"];
    for format in Format::ALL {
        for piece in pieces {
            let text = piece.repeat((1 << 15) / piece.len());
            let start = Instant::now();
            reading(format, text.as_bytes());
            println!("{:18} {piece:10?} {:?}", format.word(), start.elapsed());
        }
    }
}
