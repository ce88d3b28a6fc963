//! What every page says to each role, as golden files.

use crate::dom::read;
use crate::outline::outline;
use crate::pages;

#[test]
fn every_page_says_what_it_said() {
    for (name, page) in pages::all() {
        let page = read(page.as_str());
        insta::assert_snapshot!(name, outline(&page.root));
    }
}
