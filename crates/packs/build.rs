//! Makes cargo build this crate again when a file is added to or removed from `packs/`, which the
//! embedding macro alone does not notice.

fn main() {
    println!("cargo::rerun-if-changed=../../packs");
}
