//! A small pack for tests, and what it takes to spoil it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use refit_packs::{Pack, PackError, Packs};

/// The files of a small valid pack called `demo`, to be changed and loaded.
pub struct PackFiles(BTreeMap<&'static str, String>);

impl PackFiles {
    /// The valid pack.
    pub fn valid() -> Self {
        let files = [
            ("pack.toml", include_str!("demo/pack.toml")),
            ("versions.toml", include_str!("demo/versions.toml")),
            ("settings.toml", include_str!("demo/settings.toml")),
            ("facts.toml", include_str!("demo/facts.toml")),
            ("checks.toml", include_str!("demo/checks.toml")),
        ];
        Self(files.map(|(name, text)| (name, text.to_owned())).into())
    }

    /// The pack with `from` in a file replaced by `to`; `from` must be there.
    pub fn with(mut self, file: &str, from: &str, to: &str) -> Self {
        let text = self.0.get_mut(file).expect("the file is one of the pack's");
        assert!(text.contains(from), "{file} has no `{from}`");
        *text = text.replacen(from, to, 1);
        self
    }

    /// The pack with `text` after the end of a file.
    pub fn and(mut self, file: &str, text: &str) -> Self {
        self.0.get_mut(file).expect("the file is one of the pack's").push_str(text);
        self
    }

    /// The pack without a file.
    pub fn without(mut self, file: &str) -> Self {
        self.0.remove(file).expect("the file is one of the pack's");
        self
    }

    /// Writes the pack into `folder/demo`.
    pub fn write(&self, folder: &Path) {
        fs::create_dir_all(folder.join("demo")).expect("a folder in a temporary folder");
        for (name, text) in &self.0 {
            fs::write(folder.join("demo").join(name), text).expect("a file in a temporary folder");
        }
    }

    /// Loads the pack from a folder.
    pub fn load(&self) -> Result<Pack, PackError> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        self.write(folder.path());
        Packs::with_folder(folder.path()).get("demo")
    }

    /// The error of a pack that cannot be loaded.
    pub fn error(&self) -> String {
        match self.load() {
            Ok(_) => panic!("the pack was loaded"),
            Err(error) => error.to_string(),
        }
    }
}
