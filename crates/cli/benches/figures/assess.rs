//! How long an assessment takes where the installation has many files.

use std::fs;

use crate::refit::Bench;
use crate::summary::median_with_interval;

const FILES: usize = 10_000;
const TIMES: usize = 7;

pub fn measure(bench: &Bench) {
    let before = assessments(bench);
    let folder = bench.site.link().join("webapps/acme");
    for number in 0..FILES {
        let below = folder.join(format!("part-{}", number / 100));
        fs::create_dir_all(&below).expect("a folder");
        fs::write(below.join(format!("file-{number}.txt")), format!("content {number}"))
            .expect("a file");
    }
    let with_files = assessments(bench);
    fs::remove_dir_all(&folder).expect("the files are removed");
    println!(
        "assess: {} without, {} with {FILES} extra files; ratio {:.2}; promised: at most 2 s and \
         100 MB",
        told(&before),
        told(&with_files),
        with_files.0 / before.0
    );
}

/// Seconds (median), and the most memory in MB.
fn assessments(bench: &Bench) -> (f64, u64) {
    let mut seconds = Vec::new();
    let mut peak = 0;
    // The first one reads the archives and keeps what it read.
    for time in 0..=TIMES {
        let done = bench.refit(&["assess", "bench"]);
        assert!(done.status.success(), "assess ended with {}", done.status);
        if time > 0 {
            seconds.push(done.took.as_secs_f64());
        }
        peak = peak.max(done.peak_kib);
    }
    (median_with_interval(&seconds).0, peak * 1024 / 1_000_000)
}

fn told((seconds, megabytes): &(f64, u64)) -> String {
    format!("{seconds:.2} s and {megabytes} MB")
}
