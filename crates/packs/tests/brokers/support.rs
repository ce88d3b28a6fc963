//! What the tests share: installed programs, free ports, and settling one file.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use refit_demo::tell_skipped;
use refit_model::{Settlement, Version};
use refit_packs::{FileSides, FileWay, Packs};
use refit_settings::Document;
use tempfile::TempDir;

/// An installed program; where it is not there the calling test is skipped, and says so.
pub fn installed(path: &str) -> Option<PathBuf> {
    let found = Path::new(path);
    if found.exists() {
        return Some(found.to_owned());
    }
    let test = std::thread::current().name().unwrap_or("?").to_owned();
    tell_skipped(&test, path);
    None
}

/// The version that a program tells of itself: the first word that is one.
pub fn version_of(program: &Path, option: &str) -> String {
    let told = Command::new(program).arg(option).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    let words = told.split_whitespace().map(|word| word.trim_start_matches('v'));
    let is_version = |word: &&str| word.contains('.') && word.parse::<Version>().is_ok();
    words.into_iter().find(is_version).expect(&told).to_owned()
}

/// A folder that goes with the test.
pub fn folder() -> TempDir {
    tempfile::Builder::new().prefix("refit-brokers-").tempdir().unwrap()
}

/// Ports of the loopback address that nobody listens on.
pub fn free_ports<const N: usize>() -> [u16; N] {
    let held = [(); N].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    held.map(|listener| listener.local_addr().unwrap().port())
}

/// A file that is to be settled.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The pack and the file of it.
    pub file: (&'a str, &'a str),
    /// The versions before and after.
    pub versions: (&'a str, &'a str),
    /// The vendor's old default; without it the pack finds one.
    pub base: Option<&'a str>,
    /// The vendor's new default, where there is one.
    pub new: Option<&'a str>,
    /// The site's file.
    pub site: &'a str,
}

/// A settled file.
pub struct Settled {
    /// What became of every key.
    pub settlement: Settlement,
    /// The text for the new version.
    pub text: String,
    /// The text of the file beside it, where it becomes two.
    pub beside: Option<String>,
}

impl Case<'_> {
    /// Settles the file, which leaves nothing open.
    pub fn settle(&self) -> Settled {
        let (pack, file) = self.file;
        let (from, to) = self.versions;
        let version = |text: &str| text.parse::<Version>().unwrap();
        let pack = Packs::embedded().settings_of(pack).unwrap();
        let way = FileWay::of_pack(&pack, file, &version(from), &version(to)).unwrap();
        let old = |text: &str| Document::parse(text.as_bytes(), &way.old).unwrap();
        let new = |text: &str| Document::parse(text.as_bytes(), &way.new).unwrap();
        let (base, site, new) = (self.base.map(old), old(self.site), self.new.map(new));
        let sides = FileSides { base: base.as_ref(), site: &site, new: new.as_ref() };
        let settled = way.settle(sides, &[]);
        let open: Vec<_> = settled.settlement.open().collect();
        assert!(open.is_empty(), "{open:#?}");
        let text = |settled: &refit_settings::Settled| {
            let printed = settled.print(&site, new.as_ref()).unwrap();
            let printed =
                printed.unwrap_or_else(|| panic!("there is no file: {:#?}", settled.settlement));
            printed.expose_text().unwrap().to_owned()
        };
        let beside = settled.companion.as_ref().map(|beside| text(beside));
        let text = text(&settled);
        Settled { settlement: settled.settlement, text, beside }
    }
}

impl Settled {
    /// Remarks about this key, one after the other.
    pub fn remarks_about(&self, key: &str) -> String {
        let of_key = |key_of: &Option<String>| key_of.as_deref() == Some(key);
        let remarks = self.settlement.remarks.iter().filter(|remark| of_key(&remark.key));
        remarks.map(|remark| remark.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// It is said before any start that no version knows this key.
    pub fn names_as_unknown(&self, key: &str) {
        let told = self.remarks_about(key);
        assert!(told.contains("reads this key"), "{:#?}", self.settlement.remarks);
    }
}
