//! The end of a broker's log, as far as it tells something.

/// How much of a log is looked at, in bytes: stack traces are long.
pub(crate) const TAIL_BYTES: u64 = 128 * 1024;
/// How many of the last lines are shown.
const LINES: usize = 20;
/// How many causes are shown that come before them.
const CAUSES: usize = 5;

/// The last lines without the frames of stack traces. A broker that fails goes on writing while it
/// shuts down, so the last causes before them come first.
pub(crate) fn telling(text: &str) -> Vec<&str> {
    let lines: Vec<_> = text.lines().filter(|line| !is_frame(line)).collect();
    let (before, last) = lines.split_at(lines.len().saturating_sub(LINES));
    let mut causes: Vec<_> = before.iter().copied().filter(|line| is_cause(line)).collect();
    causes.dedup();
    let from = causes.len().saturating_sub(CAUSES);
    causes[from..].iter().chain(last).copied().collect()
}

/// Whether it is a frame of a stack trace.
pub(crate) fn is_frame(line: &str) -> bool {
    let text = line.trim_start();
    text.len() < line.len() && (text.starts_with("at ") || text.starts_with("... "))
}

fn is_cause(line: &str) -> bool {
    line.starts_with("Caused by: ") || line.contains(" ERROR ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_kept_though_much_came_after_it() {
        let cause = "Caused by: java.net.BindException: Address already in use";
        let frames = "\tat java.base/sun.nio.ch.Net.bind(Net.java)\n\t... 46 more\n".repeat(50);
        let after: Vec<_> = (0..30).map(|number| format!("INFO line {number}")).collect();
        let after = after.join("\n");
        let text = format!("ERROR | Failed\n{cause}\n{frames}{cause}\n{frames}{after}");
        let told = telling(&text);
        assert_eq!((told[0], told[1], told.len()), (cause, "INFO line 10", 1 + LINES));
        assert_eq!(telling("one\ntwo"), ["one", "two"]);
        assert_eq!(telling("at the end"), ["at the end"]);
    }
}
