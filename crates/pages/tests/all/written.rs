//! Pages on disk, to be looked at with a browser.

use std::fs;
use std::path::{Path, PathBuf};

use refit_pages::assets;

use crate::pages;

/// Where pages are written to; nowhere, if it is not set.
const OUT: &str = "REFIT_PAGES_OUT";

#[test]
fn every_page_can_be_written_to_a_folder() {
    let Some(out) = std::env::var_os(OUT).map(PathBuf::from) else { return };
    for (name, page) in pages::all() {
        write(&out.join(format!("{name}.html")), &local(page.as_str()));
    }
    for asset in assets() {
        write(&out.join(asset.path.trim_start_matches('/')), asset.content);
    }
}

/// The page with its assets beside it.
fn local(page: &str) -> String {
    page.replace("\"/assets/", "\"assets/")
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
