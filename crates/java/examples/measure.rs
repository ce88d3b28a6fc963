//! Measures how long it takes to index a vendor's archive, and how much memory.
//!
//! `cargo run -p refit-java --example measure -- ARCHIVE.tar.gz lib lib/optional`

use std::error::Error;
use std::fs::{self, File};
use std::io::BufReader;
use std::time::Instant;

use refit_java::{ClassIndexBuilder, Limits};
use refit_model::Document;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [archive, folders @ ..] = arguments.as_slice() else {
        return Err("usage: measure ARCHIVE.tar.gz FOLDER...".into());
    };
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    println!("before          {}", peak_memory()?);

    let start = Instant::now();
    let mut builder = ClassIndexBuilder::new(17, Limits::default());
    builder.add_archive(BufReader::new(File::open(archive)?), &folders)?;
    let index = builder.finish();
    println!("indexed         {:?}, {}", start.elapsed(), peak_memory()?);
    println!("jars, classes   {}, {}", index.jars().len(), index.class_count());

    let start = Instant::now();
    let json = serde_json::to_vec(&index)?;
    println!("written         {:?}, {} bytes", start.elapsed(), json.len());
    let start = Instant::now();
    let read: refit_java::ClassIndex = serde_json::from_slice(&json)?;
    println!("read            {:?}, equal: {}", start.elapsed(), read == index);
    let start = Instant::now();
    let digest = index.digest()?;
    println!("digested        {:?}, {}", start.elapsed(), digest.short());
    println!("after           {}", peak_memory()?);
    Ok(())
}

/// The kernel's line about the highest resident memory of this process.
fn peak_memory() -> Result<String, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    Ok(line.unwrap_or("VmHWM unknown").to_owned())
}
