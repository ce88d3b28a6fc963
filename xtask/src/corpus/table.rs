//! What is printed.

use std::collections::BTreeMap;

use super::engine::{Ending, SettledCase};
use super::score::{ENGINE, Score, Scores};

/// Counts of one platform.
#[derive(Default)]
struct Line {
    cases: usize,
    right: usize,
    told: usize,
    asks: usize,
    refused: usize,
    wrong: usize,
    silent: usize,
    failed: usize,
    checks: usize,
    met: usize,
    unnamed: usize,
    unrefused: usize,
    git: usize,
    diff3: usize,
    times: Vec<f64>,
}

/// What came of each case that is not simply right.
pub fn cases(settled: &[SettledCase], scores: &Scores) -> String {
    let mut text = String::new();
    for one in settled {
        let id = &one.case.about.id;
        let score = score_of(scores, id);
        let verdict = verdict(one, &score);
        let unnamed: Vec<_> =
            one.unnamed().iter().map(|must| format!("{} ({})", must.key, must.what)).collect();
        if verdict == Verdict::Right && unnamed.is_empty() && score.exp_failed.is_empty() {
            continue;
        }
        text.push_str(&format!("{id} ({}): {}\n", one.case.about.kind, verdict.word()));
        let mut list = |what: &str, names: &[String]| {
            if !names.is_empty() {
                text.push_str(&format!("    {what}: {}\n", names.join(" | ")));
            }
        };
        if let Ending::Failed(why) = &one.ending {
            list("why", std::slice::from_ref(why));
        }
        list("asks", &one.questions);
        list("doubled", &score.dups);
        list("site's change lost", &score.user_lost);
        list("vendor's change missed", &score.vendor_missed);
        list("comments lost", &score.comments_lost);
        list("checks not met", &score.exp_failed);
        list("not named in the report", &unnamed);
    }
    text
}

/// The counts of every platform, and of all.
pub fn platforms(settled: &[SettledCase], scores: &Scores) -> String {
    let mut lines: BTreeMap<&str, Line> = BTreeMap::new();
    for one in settled {
        for group in [one.case.about.platform.as_str(), "~all"] {
            lines.entry(group).or_default().add(one, scores);
        }
    }
    let mut text = format!(
        "\n{:<10} {:>5} {:>5} {:>4} {:>4} {:>7} {:>5} {:>6} {:>6} | {:>9} {:>7} {:>9} | {:>6} {:>6} | {:>4} {:>5}\n",
        "platform",
        "cases",
        "right",
        "told",
        "asks",
        "refused",
        "wrong",
        "silent",
        "failed",
        "checks",
        "unnamed",
        "unrefused",
        "med ms",
        "max ms",
        "git",
        "diff3"
    );
    for (platform, line) in lines {
        text.push_str(&line.print(platform.trim_start_matches('~')));
    }
    text.push_str(
        "\nright: the scorer finds nothing lost, missed or doubled, or the refusal is as expected; \
         told: all that the scorer misses is named in the report; wrong: written, and something is \
         not named, doubled or unreadable; silent: losses that the report does not name; \
         git, diff3: right results of these tools; milliseconds of the engine within this \
         process.\n",
    );
    text
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Right,
    Told,
    Asks,
    Refused,
    Wrong,
    Failed,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Told => "told",
            Self::Asks => "asks",
            Self::Refused => "refused",
            Self::Wrong => "wrong",
            Self::Failed => "failed",
        }
    }
}

fn verdict(one: &SettledCase, score: &Score) -> Verdict {
    match &one.ending {
        Ending::Failed(_) => Verdict::Failed,
        Ending::Refused if must_refuse(one) => Verdict::Right,
        Ending::Refused => Verdict::Refused,
        Ending::Asks => Verdict::Asks,
        Ending::Written if must_refuse(one) => Verdict::Wrong,
        // The scorer's model knows no change of format: there the checks count.
        Ending::Written if one.case.about.kind == "format-migration" => {
            if score.parses && score.exp_failed.is_empty() {
                Verdict::Right
            } else {
                Verdict::Wrong
            }
        }
        Ending::Written if score.is_right() => Verdict::Right,
        Ending::Written if !score.parses || !score.dups.is_empty() => Verdict::Wrong,
        Ending::Written if losses(one, score).any(|(_, named)| !named) => Verdict::Wrong,
        Ending::Written => Verdict::Told,
    }
}

/// What the scorer misses in a result, and whether the report names it.
fn losses<'a>(one: &'a SettledCase, score: &'a Score) -> impl Iterator<Item = (&'a String, bool)> {
    let lost = score.user_lost.iter().chain(&score.vendor_missed);
    lost.map(|key| (key, one.names(key)))
}

fn must_refuse(one: &SettledCase) -> bool {
    one.case.expected.as_ref().is_some_and(|expected| expected.must_refuse.is_some())
}

fn score_of(scores: &Scores, id: &str) -> Score {
    scores.get(&(ENGINE.to_owned(), id.to_owned())).cloned().unwrap_or_default()
}

impl Line {
    fn add(&mut self, one: &SettledCase, scores: &Scores) {
        let id = &one.case.about.id;
        let score = score_of(scores, id);
        let verdict = verdict(one, &score);
        self.cases += 1;
        self.right += usize::from(verdict == Verdict::Right);
        self.told += usize::from(verdict == Verdict::Told);
        self.asks += usize::from(verdict == Verdict::Asks);
        self.refused += usize::from(verdict == Verdict::Refused);
        self.wrong += usize::from(verdict == Verdict::Wrong);
        self.failed += usize::from(verdict == Verdict::Failed);
        if one.ending == Ending::Written && one.case.about.kind != "format-migration" {
            self.silent += losses(one, &score).filter(|(_, named)| !named).count();
        }
        self.checks += score.exp_total;
        self.met += score.exp_ok;
        self.unnamed += one.unnamed().len();
        self.unrefused += usize::from(must_refuse(one) && one.ending != Ending::Refused);
        let right = |tool: &str| {
            let score = scores.get(&(tool.to_owned(), id.clone()));
            usize::from(!must_refuse(one) && score.is_some_and(Score::is_right))
        };
        self.git += right("git");
        self.diff3 += right("diff3");
        self.times.push(one.milliseconds);
    }

    fn print(mut self, platform: &str) -> String {
        self.times.sort_by(f64::total_cmp);
        let median = self.times.get(self.times.len() / 2).copied().unwrap_or_default();
        let largest = self.times.last().copied().unwrap_or_default();
        format!(
            "{platform:<10} {:>5} {:>5} {:>4} {:>4} {:>7} {:>5} {:>6} {:>6} | {:>4}/{:<4} {:>7} {:>9} | {median:>6.1} {largest:>6.1} | {:>4} {:>5}\n",
            self.cases,
            self.right,
            self.told,
            self.asks,
            self.refused,
            self.wrong,
            self.silent,
            self.failed,
            self.met,
            self.checks,
            self.unnamed,
            self.unrefused,
            self.git,
            self.diff3
        )
    }
}
