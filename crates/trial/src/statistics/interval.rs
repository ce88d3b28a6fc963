//! The mean of log ratios with its t interval.

use statrs::distribution::{ContinuousCDF as _, StudentsT};

/// Mean and spread of some log ratios.
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// The standard error of the mean.
    pub error: f64,
    student: StudentsT,
}

impl Interval {
    /// Of at least two values; none of fewer.
    pub fn of(values: &[f64]) -> Option<Self> {
        let count = f64::from(u32::try_from(values.len()).ok()?);
        let student = StudentsT::new(0.0, 1.0, count - 1.0).ok().filter(|_| count >= 2.0)?;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let error = (squares / (count - 1.0) / count).sqrt();
        Some(Self { mean, error, student })
    }

    /// The bound below which the true mean lies, except with the probability `wrong`.
    pub fn upper(&self, wrong: f64) -> f64 {
        self.mean + self.quantile(1.0 - wrong) * self.error
    }

    /// The bound above which the true mean lies, except with the probability `wrong`.
    pub fn lower(&self, wrong: f64) -> f64 {
        self.mean - self.quantile(1.0 - wrong) * self.error
    }

    /// The probability of a mean like this one, or larger, if the true mean is 0.
    pub fn probability_if_none(&self) -> f64 {
        if self.error > 0.0 {
            self.student.sf(self.mean / self.error)
        } else if self.mean > 0.0 {
            0.0
        } else {
            1.0
        }
    }

    /// The smallest true mean that is found to be above 0 nine times out of ten, and that is seen
    /// above `margin` as often.
    pub fn detectable(&self, wrong: f64, margin: f64) -> f64 {
        let often = self.quantile(0.9);
        let above_none = (self.quantile(1.0 - wrong) + often) * self.error;
        above_none.max(margin + often * self.error)
    }

    fn quantile(&self, share: f64) -> f64 {
        self.student.inverse_cdf(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_freedom(degrees: u32) -> Interval {
        let student = StudentsT::new(0.0, 1.0, f64::from(degrees)).unwrap();
        Interval { mean: 0.0, error: 1.0, student }
    }

    /// One-sided 95 % and 99 % quantiles as printed in any table.
    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (degrees, q95, q99) in [
            (1, 6.314, 31.821),
            (2, 2.920, 6.965),
            (5, 2.015, 3.365),
            (9, 1.833, 2.821),
            (10, 1.812, 2.764),
            (23, 1.714, 2.500),
            (120, 1.658, 2.358),
        ] {
            let interval = of_freedom(degrees);
            assert!((interval.upper(0.05) - q95).abs() < 0.001, "{degrees}");
            assert!((interval.upper(0.01) - q99).abs() < 0.001, "{degrees}");
            assert!((interval.lower(0.05) + q95).abs() < 0.001, "{degrees}");
        }
    }

    #[test]
    fn a_hand_computed_interval() {
        // Mean 2, variance 1, standard error 1/sqrt(3); t with 2 degrees at 95 % is 2.920.
        let interval = Interval::of(&[1.0, 2.0, 3.0]).unwrap();
        assert!((interval.mean - 2.0).abs() < 1e-12);
        assert!((interval.upper(0.05) - (2.0 + 2.920 / 3.0_f64.sqrt())).abs() < 0.001);
        // The published p-value of t = 2 * sqrt(3) with 2 degrees of freedom, one-sided.
        assert!((interval.probability_if_none() - 0.0371).abs() < 0.0001);
    }

    #[test]
    fn no_spread_and_too_few_values() {
        assert!(Interval::of(&[]).is_none() && Interval::of(&[1.0]).is_none());
        let same = Interval::of(&[0.5, 0.5]).unwrap();
        assert!((same.upper(0.05) - 0.5).abs() < 1e-12 && same.probability_if_none() <= 0.0);
        assert!(Interval::of(&[0.0; 4]).unwrap().probability_if_none() >= 1.0);
    }
}
