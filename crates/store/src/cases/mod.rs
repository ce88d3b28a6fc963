//! Cases: what is kept of one request.

mod columns;
mod commit;
mod cursor;
mod filter;
mod list;

#[cfg(feature = "fill")]
pub(crate) use commit::insert_case;

pub use columns::{CaseRow, ListColumns, Snapshot};
pub use commit::{Commit, Committed};
pub use cursor::{Cursor, InvalidCursor};
pub use filter::{Assignee, CaseFilter, Viewer};
pub use list::{CaseList, CaseOrder, CasePage, Direction};
