//! Archives that explode when somebody unpacks them: kept as they are, since nobody does.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

/// A hundred megabytes of nothing as a gzip file.
pub fn gzip_bomb() -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let nothing = vec![0; 1 << 20];
    for _ in 0..100 {
        packed.write_all(&nothing).unwrap();
    }
    packed.finish().unwrap()
}

/// An archive with entries of these names, each with this content.
pub fn zip(names: &[&str], content: &[u8]) -> Vec<u8> {
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::best());
    deflated.write_all(content).unwrap();
    let deflated = deflated.finish().unwrap();
    let mut crc = flate2::Crc::new();
    crc.update(content);
    let number = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for name in names {
        let common = [
            &[20, 0, 0, 0, 8, 0, 0, 0, 0, 0][..],
            &crc.sum().to_le_bytes(),
            &number(deflated.len()),
            &number(content.len()),
            &number(name.len())[..2],
            &[0, 0],
        ]
        .concat();
        directory
            .extend([&b"PK\x01\x02\x14\x03"[..], &common, &[0; 6], &[0, 0, 0xff, 0xa1]].concat());
        directory.extend([&number(archive.len())[..], name.as_bytes()].concat());
        archive.extend([&b"PK\x03\x04"[..], &common, name.as_bytes(), &deflated].concat());
    }
    let count = &number(names.len())[..2];
    let place = number(archive.len());
    archive.extend(&directory);
    let end = [count, count, &number(directory.len()), &place[..], &[0, 0]].concat();
    archive.extend([&b"PK\x05\x06\0\0\0\0"[..], &end].concat());
    archive
}

/// Entities within entities: a billion of them.
pub fn xml_bomb() -> Vec<u8> {
    let mut text = "<?xml version=\"1.0\"?><!DOCTYPE b [<!ENTITY l0 \"lol\">".to_owned();
    for level in 1..10 {
        let before = format!("&l{};", level - 1).repeat(10);
        text += &format!("<!ENTITY l{level} \"{before}\">");
    }
    (text + "]><broker>&l9;</broker>").into_bytes()
}
