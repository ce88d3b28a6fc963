//! The vendor's archives: there and right, or fetched.

use std::fs;
use std::path::{Path, PathBuf};

use refit_model::{Digest, Version};
use refit_packs::{KnownArchive, Pack, Packs};

use super::java::JavaHome;
use super::maven;
use crate::error::{Error, Result};

/// The platform that the archives are of.
const PLATFORM: &str = "activemq-classic";

/// Makes sure that the archives of these versions are in the folder, each with the digest that the
/// pack knows. Nothing is fetched, and Maven not needed, where they are.
pub fn ensure(folder: &Path, versions: &[&str], java: &JavaHome) -> Result<()> {
    let pack = Packs::embedded().get(PLATFORM)?;
    for version in versions {
        let wanted = Wanted::of(&pack, version, folder)?;
        match wanted.state()? {
            State::Right => println!("archive: {}", wanted.path.display()),
            State::Absent => wanted.fetch(java)?,
            State::Wrong(found) => {
                println!(
                    "{}: its digest is {found}, the pack knows {}: fetched again",
                    wanted.path.display(),
                    wanted.known.digest
                );
                wanted.fetch(java)?;
            }
        }
    }
    Ok(())
}

/// An archive that should be there.
struct Wanted<'a> {
    path: PathBuf,
    coordinates: String,
    known: &'a KnownArchive,
}

/// What is at its place.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Right,
    Absent,
    Wrong(Digest),
}

impl<'a> Wanted<'a> {
    fn of(pack: &'a Pack, version: &str, folder: &Path) -> Result<Self> {
        let pattern = &pack.product.archive;
        let unknown =
            || Error::UnknownArchive { platform: PLATFORM.to_owned(), version: version.to_owned() };
        let version: Version = version.parse().map_err(|_| unknown())?;
        let known = pattern.known(&version).ok_or_else(unknown)?;
        let path = folder.join(pattern.file_of(&version));
        Ok(Self { path, coordinates: pattern.coordinates_of(&version), known })
    }

    fn state(&self) -> Result<State> {
        if !self.path.is_file() {
            return Ok(State::Absent);
        }
        let found = digest_of(&self.path)?;
        Ok(if found == self.known.digest { State::Right } else { State::Wrong(found) })
    }

    /// Fetches it beside its place, and moves it there once it is right: a fetch that is
    /// interrupted leaves nothing that looks like the archive.
    fn fetch(&self, java: &JavaHome) -> Result<()> {
        let name = self.path.file_name().unwrap_or_default();
        let megabytes = self.known.size_bytes / 1_000_000;
        println!("fetching {} ({megabytes} MB) by Maven", name.display());
        let folder = self.path.with_extension("fetching");
        super::make_anew(&folder)?;
        maven::copy(&self.coordinates, &folder, java)?;
        let fetched = folder.join(name);
        let found = digest_of(&fetched)?;
        if found != self.known.digest {
            let file = name.to_string_lossy().into_owned();
            fs::remove_dir_all(&folder).map_err(Error::file("remove", &folder))?;
            return Err(Error::OtherArchive { file, found, expected: self.known.digest });
        }
        fs::rename(&fetched, &self.path).map_err(Error::file("move to", &self.path))?;
        fs::remove_dir_all(&folder).map_err(Error::file("remove", &folder))
    }
}

fn digest_of(path: &Path) -> Result<Digest> {
    let bytes = fs::read(path).map_err(Error::file("read", path))?;
    Ok(Digest::of(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_told_by_its_digest() {
        let folder = tempfile::tempdir().unwrap();
        let pack = Packs::embedded().get(PLATFORM).unwrap();
        let wanted = Wanted::of(&pack, "5.18.3", folder.path()).unwrap();
        assert!(wanted.path.ends_with("apache-activemq-5.18.3-bin.tar.gz"));
        assert_eq!(wanted.coordinates, "org.apache.activemq:apache-activemq:5.18.3:tar.gz:bin");
        assert_eq!(wanted.state().unwrap(), State::Absent);
        fs::write(&wanted.path, "half of it").unwrap();
        assert_eq!(wanted.state().unwrap(), State::Wrong(Digest::of(b"half of it")));
        let known = KnownArchive { digest: Digest::of(b"half of it"), ..wanted.known.clone() };
        assert_eq!(Wanted { known: &known, ..wanted }.state().unwrap(), State::Right);
    }

    #[test]
    fn every_version_that_is_needed_is_known_to_the_pack() {
        let pack = Packs::embedded().get(PLATFORM).unwrap();
        for version in super::super::VERSIONS {
            assert!(Wanted::of(&pack, version, Path::new("/a")).is_ok(), "{version}");
        }
        assert!(Wanted::of(&pack, "5.0.0", Path::new("/a")).is_err());
    }
}
