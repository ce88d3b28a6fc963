//! Packs: what Refit knows of a platform, as data.
//!
//! A pack is a folder of TOML and JSON files with format 1. This program carries all packs inside;
//! a folder of the operator's can replace some of them ([`Packs::with_folder`]). Loading validates:
//! what is wrong is told with file, line and key, all of it at once ([`PackError::Invalid`]). What
//! is merely worth knowing, an unconfirmed source or a way that nobody went, is told by
//! [`Pack::check`].
//!
//! After loading, nothing here does I/O or reads a clock.

mod archive;
mod check_rule;
mod defaults;
mod error;
mod facts;
mod file_way;
mod files;
mod library;
mod notes;
mod pack;
mod place;
mod product;
mod questions;
mod reading;
mod settings;
mod settings_pack;
mod shipped;
mod show;
mod source;
mod target;
mod toml_file;
mod validate;
mod versions;
mod way;

pub use archive::{ArchiveError, ArchiveFile, each_archive_file};
pub use check_rule::{CheckRule, Checks, IfUnknown};
pub use defaults::ShippedDefault;
pub use error::{PackError, Problem, VersionError};
pub use facts::{
    DeclaredFact, EndpointAt, EndpointReading, Extraction, FactKind, FactList, FactSupplier,
    Presence, Scheme, Side, Take, WrittenReading,
};
pub use file_way::{FileSides, FileWay, FileWayError};
pub use library::{PackEntry, Packs};
pub use notes::{Note, NoteKind};
pub use pack::Pack;
pub use place::Place;
pub use product::{
    ArchivePattern, ClassPathEntry, ClassPathHolds, EnvironmentFile, Estimate, Estimates, Health,
    KnownArchive, Layout, LeftOut, Management, ManagementQuestion, NotBelieved, NotSecret,
    PACK_FORMAT, Placeholder, ProcessPattern, Product, ProtocolHealth, RelativeTo, SourcedPath,
    StartCommand, StopSignal, VERSION_MARK, VersionMarker, between,
};
pub use questions::{PackQuestion, PackQuestionKind, PackQuestions, QuestionSection};
pub use reading::{ConfiguredEndpoint, Documents, Endpoints, Words, of_purpose};
pub use settings::{Known, Settings};
pub use settings_pack::{About, SettingsPack, nearest};
pub use shipped::{SHIPPED_SCHEMA, Shipped, ShippedArchive, ShippedDocument, ShippedEntry};
pub use show::{PackDescription, PackSection, PackSummary};
pub use source::{Source, UNCONFIRMED};
pub use target::{ArchiveJudgement, ChosenTarget};
pub use versions::{HopRule, JavaRange, Series, Versions};
