//! Golden files in `tests/expected`; `UPDATE_EXPECT=1` writes them anew.

use std::fs;
use std::path::Path;

/// Compares `text` with the golden file of this name.
pub fn expect(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{name}: {error}; make it with UPDATE_EXPECT=1"));
    assert!(
        expected == text,
        "{name} differs; UPDATE_EXPECT=1 writes it anew, `git diff` shows how\n--- now ---\n{text}"
    );
}
