//! `refit backup`: restore points on their host, and kept off it.

mod keep;
mod keys;
mod place;
mod points;
mod retain;
mod watched;

pub use keep::{Fetched, KeptPoint, WhichPoint};
pub use keys::NewKey;
pub use place::{RepositoryMade, RepositoryPlace, make_key_file};
pub use points::{PointEntry, PointState};
pub use retain::ForgetReport;
