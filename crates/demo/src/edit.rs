//! Changes the vendor's files as a site's administrator would.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::DemoError;

/// A text file that is being changed.
pub struct TextFile {
    path: PathBuf,
    text: String,
}

impl TextFile {
    /// Reads the file.
    pub fn open(path: PathBuf) -> Result<Self, DemoError> {
        let text = fs::read_to_string(&path).map_err(DemoError::file("read", &path))?;
        Ok(Self { path, text })
    }

    /// Replaces the first occurrence of `old`, which must be there.
    pub fn replace(&mut self, old: &str, new: &str) -> Result<&mut Self, DemoError> {
        self.require(old)?;
        self.text = self.text.replacen(old, new, 1);
        Ok(self)
    }

    /// Puts `new` before the first occurrence of `mark`, which must be there.
    pub fn insert_before(&mut self, mark: &str, new: &str) -> Result<&mut Self, DemoError> {
        self.replace(mark, &format!("{new}{mark}"))
    }

    /// Removes the first line that holds `mark`, which must be there.
    pub fn remove_line(&mut self, mark: &str) -> Result<&mut Self, DemoError> {
        self.replace_line(mark, "")
    }

    /// Replaces the first line that holds `mark`, which must be there, by `new`.
    pub fn replace_line(&mut self, mark: &str, new: &str) -> Result<&mut Self, DemoError> {
        let at = self.require(mark)?;
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |length| at + length + 1);
        self.text.replace_range(start..end, new);
        Ok(self)
    }

    /// Adds text at the end, on a line of its own.
    pub fn append(&mut self, new: &str) -> &mut Self {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.text.push_str(new);
        self
    }

    /// Writes the file; its permission bits stay.
    pub fn save(&self) -> Result<(), DemoError> {
        fs::write(&self.path, &self.text).map_err(DemoError::file("write", &self.path))
    }

    fn require(&self, text: &str) -> Result<usize, DemoError> {
        self.text.find(text).ok_or_else(|| DemoError::UnknownFile {
            path: self.path.clone(),
            text: text.to_owned(),
        })
    }
}

/// Writes a file that only its owner may read.
pub fn write_private(path: &Path, text: &str) -> Result<(), DemoError> {
    fs::write(path, "").map_err(DemoError::file("write", path))?;
    let private = fs::Permissions::from_mode(0o600);
    fs::set_permissions(path, private).map_err(DemoError::file("protect", path))?;
    fs::write(path, text).map_err(DemoError::file("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_replaced_and_removed_and_marks_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "one\ntwo two\nthree").unwrap();
        let mut file = TextFile::open(path.clone()).unwrap();
        file.replace_line("two", "2\n").unwrap();
        file.remove_line("one").unwrap();
        file.insert_before("three", "2.5\n").unwrap();
        file.append("4\n").save().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "2\n2.5\nthree\n4\n");
        let error = file.replace("five", "").err().unwrap();
        assert!(matches!(error, DemoError::UnknownFile { text, .. } if text == "five"));
    }

    #[test]
    fn private_files_are_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        write_private(&path, "x").unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
