//! What administrators do: organisations, users.

use crate::route::Answer;
use crate::visit::Visit;

pub(crate) async fn organisations(_: Visit) -> Answer {
    Err(crate::failure::Failure::not_found())
}
pub(crate) async fn make_organisation(_: Visit) -> Answer {
    Err(crate::failure::Failure::not_found())
}
pub(crate) async fn users(_: Visit) -> Answer {
    Err(crate::failure::Failure::not_found())
}
pub(crate) async fn invite(_: Visit) -> Answer {
    Err(crate::failure::Failure::not_found())
}
