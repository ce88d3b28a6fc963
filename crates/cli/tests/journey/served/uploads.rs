//! Many large files at the same time: they pass through, and are never held.

use std::io::{Read as _, repeat};
use std::thread;

use super::person::Outcome;
use super::site::Site;

/// How many files come at the same time.
const FILES: u64 = 20;
/// How large each of them is, in MB.
const SIZE: u64 = 20;
/// How much more memory they may take, all together, in MB.
const MOST: u64 = 100;

#[test]
fn many_large_files_at_once_take_little_memory() {
    let test = "many_large_files_at_once_take_little_memory";
    let Some(site) = Site::new(test, None) else { return };
    let mut people = site.people();
    let server = site.start();
    let case = people[0].request(&server.url);
    let url = format!("{}{case}/do/post-file", server.url);
    let (person, before) = (&people[0], server.peak_memory());
    let outcomes: Vec<_> = thread::scope(|scope| {
        let sending: Vec<_> = (0..FILES)
            .map(|number| {
                // Each is another one, and begins as text does.
                let begin = format!("file {number}: ").into_bytes();
                let content = std::io::Cursor::new(begin).chain(repeat(b'x').take(SIZE << 20));
                let url = &url;
                scope.spawn(move || person.send_file(url, content))
            })
            .collect();
        sending.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let after = server.peak_memory();
    // Others who change the case at the same time may come first; the file itself is there then.
    let kept = outcomes.iter().filter(|one| **one == Outcome::Acknowledged).count();
    assert!(kept > 0 && !outcomes.contains(&Outcome::InDoubt), "{outcomes:?}");
    server.kill();
    let folder = site.contents();
    let files = walk(&folder).into_iter().filter(|size| *size > SIZE << 20).count() as u64;
    assert_eq!(files, FILES, "all came whole");
    println!(
        "{FILES} files of {SIZE} MB at once: at most {before} MB of memory before, {after} MB with \
         them; {kept} acknowledged"
    );
    assert!(after < before + MOST, "{before} MB before, {after} MB with them");
}

/// The sizes of all files in a folder.
fn walk(folder: &std::path::Path) -> Vec<u64> {
    let mut sizes = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sizes.extend(walk(&path));
        } else {
            sizes.push(path.metadata().unwrap().len());
        }
    }
    sizes
}
