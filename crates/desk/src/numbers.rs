//! Numbers of things within a case.

/// The number of the next thing, if there are so many: they count from 1.
pub(crate) fn next_number(so_many: usize) -> u32 {
    u32::try_from(so_many).unwrap_or(u32::MAX).saturating_add(1)
}
