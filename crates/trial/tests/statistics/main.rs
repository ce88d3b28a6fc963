//! The verdicts on ratios: laws, and a simulation of what they cost and find.

#[cfg(test)]
mod laws;
#[cfg(test)]
mod simulation;
