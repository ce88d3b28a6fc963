//! The picture of latencies before and after.

use askama::Template;
use askama::filters::Safe;

use crate::html::render;

/// Latencies before and after, for a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LatencyPlot {
    /// What was measured, for example `from sending to receiving`.
    pub what: String,
    /// For each part of all messages, in order: its label (for example `99 %`), and the latency
    /// that so many did not exceed, before and after, in microseconds.
    pub points: Vec<(String, u64, u64)>,
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 90.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 40.0;

#[derive(Template)]
#[template(path = "part/latency.html")]
struct Picture<'a> {
    width: String,
    height: String,
    left: String,
    right: String,
    base: String,
    plot: &'a LatencyPlot,
    summary: String,
    grid: Vec<(String, String)>,
    columns: Vec<(String, String)>,
    before: Line,
    after: Line,
}

/// One line of the picture.
struct Line {
    path: String,
    dots: Vec<(String, String, String)>,
    label_x: String,
    label_y: String,
}

impl LatencyPlot {
    /// The picture, and a table that says the same; nothing without points.
    pub(crate) fn html(&self) -> Safe<String> {
        if self.points.is_empty() {
            return Safe(String::new());
        }
        Safe(render(&self.picture()))
    }

    fn picture(&self) -> Picture<'_> {
        let scale = Scale::new(self);
        let columns = self.points.iter().enumerate();
        let columns = columns.map(|(index, point)| (number(scale.x(index)), point.0.clone()));
        let grid = scale.decades().map(|value| (number(scale.y(value)), microseconds(value)));
        let grid: Vec<_> = grid.collect();
        let [before, after] = [false, true].map(|is_after| self.line(&scale, is_after));
        let [before, after] = apart(before, after);
        Picture {
            width: number(WIDTH),
            height: number(HEIGHT),
            left: number(LEFT),
            right: number(WIDTH - RIGHT),
            base: number(HEIGHT - BOTTOM),
            plot: self,
            summary: self.summary(),
            columns: columns.collect(),
            grid,
            before,
            after,
        }
    }

    /// The rows of the table.
    fn rows(&self) -> Vec<(String, String, String)> {
        let row = |(label, before, after): &(String, u64, u64)| {
            (label.clone(), microseconds(*before), microseconds(*after))
        };
        self.points.iter().map(row).collect()
    }

    fn line(&self, scale: &Scale, is_after: bool) -> Line {
        let value = |point: &(String, u64, u64)| if is_after { point.2 } else { point.1 };
        let dots = self.points.iter().enumerate().map(|(index, point)| {
            let (x, y) = (number(scale.x(index)), number(scale.y(value(point))));
            (x, y, format!("{}: {}", point.0, microseconds(value(point))))
        });
        let dots: Vec<_> = dots.collect();
        let path: Vec<_> = dots.iter().map(|(x, y, _)| format!("{x} {y}")).collect();
        let (label_x, label_y) =
            dots.last().map(|(x, y, _)| (x.clone(), y.clone())).unwrap_or_default();
        Line { path: format!("M{}", path.join("L")), dots, label_x, label_y }
    }

    fn summary(&self) -> String {
        let points = self.points.iter().map(|(label, before, after)| {
            format!("{label}: {} before, {} after", microseconds(*before), microseconds(*after))
        });
        format!("Latency {}. {}.", self.what, points.collect::<Vec<_>>().join("; "))
    }
}

/// Labels at the ends of two lines that are near to each other are moved apart.
fn apart(before: Line, after: Line) -> [Line; 2] {
    let [y, other] = [&before, &after].map(|line| line.label_y.parse::<f64>().unwrap_or(0.0));
    if (y - other).abs() >= 14.0 {
        return [before, after];
    }
    let middle = f64::midpoint(y, other);
    let (up, down) = (number(middle - 7.0), number(middle + 7.0));
    let (of_before, of_after) = if y <= other { (up, down) } else { (down, up) };
    [Line { label_y: of_before, ..before }, Line { label_y: of_after, ..after }]
}

/// A logarithmic scale: what matters is how many times longer something takes.
struct Scale {
    columns: usize,
    least: f64,
    most: f64,
}

impl Scale {
    fn new(plot: &LatencyPlot) -> Self {
        let values = plot.points.iter().flat_map(|(_, before, after)| [*before, *after]);
        let (least, most) =
            values.fold((u64::MAX, 1), |(least, most), one| (least.min(one), most.max(one)));
        let least = log(least.max(1)).floor();
        let most = log(most).ceil().max(least + 1.0);
        Self { columns: plot.points.len(), least, most }
    }

    #[expect(clippy::cast_precision_loss, reason = "there are few columns")]
    fn x(&self, index: usize) -> f64 {
        let room = WIDTH - LEFT - RIGHT;
        let steps = self.columns.saturating_sub(1).max(1) as f64;
        LEFT + 20.0 + index as f64 * (room - 40.0) / steps
    }

    fn y(&self, value: u64) -> f64 {
        let room = HEIGHT - TOP - BOTTOM;
        let part = (log(value.max(1)) - self.least) / (self.most - self.least);
        HEIGHT - BOTTOM - part * room
    }

    /// Powers of ten within the scale.
    fn decades(&self) -> impl Iterator<Item = u64> {
        let (least, most) = (self.least, self.most);
        (0..20)
            .filter(move |power| (least..=most).contains(&f64::from(*power)))
            .map(|p| 10_u64.pow(p))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a picture shows no more")]
fn log(value: u64) -> f64 {
    (value as f64).log10()
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

/// A duration with its unit: `850 µs`, `12.3 ms`, `4.0 s`.
pub(crate) fn microseconds(value: u64) -> String {
    let tenths = |unit: u64| {
        let tenths = value.saturating_mul(10) / unit;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match value {
        0..1_000 => format!("{value} \u{b5}s"),
        1_000..1_000_000 => format!("{} ms", tenths(1_000)),
        _ => format!("{} s", tenths(1_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_carry_their_unit() {
        for (value, words) in [
            (0, "0 \u{b5}s"),
            (999, "999 \u{b5}s"),
            (12_345, "12.3 ms"),
            (4_000_000, "4.0 s"),
            (u64::MAX, "1844674407370.9 s"),
        ] {
            assert_eq!(microseconds(value), words);
        }
    }

    #[test]
    fn every_point_is_within_the_picture() {
        let points = vec![("50 %".to_owned(), 0, u64::MAX), ("99 %".to_owned(), 1, 10)];
        let scale = Scale::new(&LatencyPlot { what: String::new(), points });
        for value in [0, 1, 10, 1_000_000, u64::MAX] {
            assert!((TOP..=HEIGHT - BOTTOM).contains(&scale.y(value)), "{value}");
        }
        assert!(scale.x(1) <= WIDTH - RIGHT);
    }
}
