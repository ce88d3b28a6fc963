//! How much of an input is read before it is refused.

/// Limits against damaged and hostile jars and archives. The defaults are far above every release
/// of every broker that Refit knows, and far below what would hurt a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of one jar, in bytes. Default: 256 MiB.
    pub jar_bytes: u64,
    /// Entries of one jar. Default: 200,000.
    pub jar_entries: usize,
    /// Unpacked size of one entry that is read, in bytes. Default: 16 MiB.
    pub entry_bytes: u64,
    /// Unpacked size of all entries of one jar that are read, in bytes. Default: 512 MiB.
    pub unpacked_bytes: u64,
    /// How many bytes one packed byte of an entry may become, where the entry unpacks to more
    /// than 1 MiB. Default: 200.
    pub ratio: u64,
    /// Unpacked size of a vendor's archive, in bytes. Default: 1 GiB.
    pub archive_bytes: u64,
    /// Files and folders in a vendor's archive. Default: 200,000.
    pub archive_entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        Self {
            jar_bytes: 256 * MIB,
            jar_entries: 200_000,
            entry_bytes: 16 * MIB,
            unpacked_bytes: 512 * MIB,
            ratio: 200,
            archive_bytes: 1024 * MIB,
            archive_entries: 200_000,
        }
    }
}
