//! The vendor's archives: there and right, or fetched.

use std::fs;
use std::path::{Path, PathBuf};

use refit_model::{Digest, Version};
use refit_packs::Packs;

use super::java::JavaHome;
use super::maven;
use crate::error::{Error, Result};

/// The platform that Refit upgrades; its pack knows the archives.
const PLATFORM: &str = "activemq-classic";
/// The platform of which Refit settles the files only; the archives are for tests.
const ARTEMIS: &str = "artemis";
/// The archives of Artemis that tests need: version, digest, megabytes. As resolved by Maven.
const OF_ARTEMIS: [(&str, &str, u64); 6] = [
    ("2.19.0", "sha256:3c3cb4fd1a577353bf12d686edaf6e0a76d106e1e162aff8de6bc2ce8b172a2d", 70),
    ("2.26.0", "sha256:fd67e5997eb73595651c93306b698971ae7c84b348f3333a56d6537125470d0d", 44),
    ("2.31.2", "sha256:7b4fb50896bc4f9eaf4b7130808f50976d762fd58d81e85e77d24e477904d581", 48),
    ("2.35.0", "sha256:05a300340d48440a687d64d350d88ce72277b0f85ca1bba22a781c54db8afb1f", 57),
    ("2.39.0", "sha256:652733c986d55c82cee7f15824553d5443c6d801123ea24334966144ece9a83d", 46),
    ("2.40.0", "sha256:3add67e7b0af89f81eac1e6c577427b049b4e7502fb278c591838465d5ca93b5", 47),
];

/// Makes sure that the archives of these versions of `ActiveMQ` are in the folder, each with the
/// digest that the pack knows. Nothing is fetched, and Maven not needed, where they are.
pub fn ensure(folder: &Path, versions: &[&str], java: &JavaHome) -> Result<()> {
    versions.iter().try_for_each(|version| Wanted::of_pack(version, folder)?.ensure(java))
}

/// Makes sure that the archives of Artemis are in the folder, in the same way.
pub fn ensure_artemis(folder: &Path, java: &JavaHome) -> Result<()> {
    OF_ARTEMIS.iter().try_for_each(|archive| Wanted::of_artemis(archive, folder)?.ensure(java))
}

/// An archive that should be there.
struct Wanted {
    path: PathBuf,
    coordinates: String,
    digest: Digest,
    megabytes: u64,
}

/// What is at its place.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Right,
    Absent,
    Wrong(Digest),
}

impl Wanted {
    fn of_pack(version: &str, folder: &Path) -> Result<Self> {
        let pack = Packs::embedded().get(PLATFORM)?;
        let pattern = &pack.product.archive;
        let unknown = || unknown(PLATFORM, version);
        let version: Version = version.parse().map_err(|_| unknown())?;
        let known = pattern.known(&version).ok_or_else(unknown)?;
        Ok(Self {
            path: folder.join(pattern.file_of(&version)),
            coordinates: pattern.coordinates_of(&version),
            digest: known.digest,
            megabytes: known.size_bytes / 1_000_000,
        })
    }

    fn of_artemis(archive: &(&str, &str, u64), folder: &Path) -> Result<Self> {
        let (version, digest, megabytes) = *archive;
        Ok(Self {
            path: folder.join(format!("apache-artemis-{version}-bin.tar.gz")),
            coordinates: format!("org.apache.activemq:apache-artemis:{version}:tar.gz:bin"),
            digest: digest.parse().map_err(|_| unknown(ARTEMIS, version))?,
            megabytes,
        })
    }

    fn ensure(&self, java: &JavaHome) -> Result<()> {
        match self.state()? {
            State::Right => println!("archive: {}", self.path.display()),
            State::Absent => self.fetch(java)?,
            State::Wrong(found) => {
                println!(
                    "{}: its digest is {found}, {} was expected: fetched again",
                    self.path.display(),
                    self.digest
                );
                self.fetch(java)?;
            }
        }
        Ok(())
    }

    fn state(&self) -> Result<State> {
        if !self.path.is_file() {
            return Ok(State::Absent);
        }
        let found = digest_of(&self.path)?;
        Ok(if found == self.digest { State::Right } else { State::Wrong(found) })
    }

    /// Fetches it beside its place, and moves it there once it is right: a fetch that is
    /// interrupted leaves nothing that looks like the archive.
    fn fetch(&self, java: &JavaHome) -> Result<()> {
        let name = self.path.file_name().unwrap_or_default();
        println!("fetching {} ({} MB) by Maven", name.display(), self.megabytes);
        let folder = self.path.with_extension("fetching");
        super::make_anew(&folder)?;
        maven::copy(&self.coordinates, &folder, java)?;
        let fetched = folder.join(name);
        let found = digest_of(&fetched)?;
        if found != self.digest {
            let file = name.to_string_lossy().into_owned();
            fs::remove_dir_all(&folder).map_err(Error::file("remove", &folder))?;
            return Err(Error::OtherArchive { file, found, expected: self.digest });
        }
        fs::rename(&fetched, &self.path).map_err(Error::file("move to", &self.path))?;
        fs::remove_dir_all(&folder).map_err(Error::file("remove", &folder))
    }
}

fn unknown(platform: &str, version: &str) -> Error {
    Error::UnknownArchive { platform: platform.to_owned(), version: version.to_owned() }
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
        let wanted = Wanted::of_pack("5.18.3", folder.path()).unwrap();
        assert!(wanted.path.ends_with("apache-activemq-5.18.3-bin.tar.gz"));
        assert_eq!(wanted.coordinates, "org.apache.activemq:apache-activemq:5.18.3:tar.gz:bin");
        assert_eq!(wanted.state().unwrap(), State::Absent);
        fs::write(&wanted.path, "half of it").unwrap();
        assert_eq!(wanted.state().unwrap(), State::Wrong(Digest::of(b"half of it")));
        let digest = Digest::of(b"half of it");
        assert_eq!(Wanted { digest, ..wanted }.state().unwrap(), State::Right);
    }

    #[test]
    fn every_version_that_is_needed_is_known() {
        for version in super::super::VERSIONS {
            assert!(Wanted::of_pack(version, Path::new("/a")).is_ok(), "{version}");
        }
        for archive in &OF_ARTEMIS {
            assert!(Wanted::of_artemis(archive, Path::new("/a")).is_ok(), "{archive:?}");
        }
        assert!(Wanted::of_pack("5.0.0", Path::new("/a")).is_err());
        assert!(Wanted::of_artemis(&("2.26.0", "no digest", 1), Path::new("/a")).is_err());
    }
}
