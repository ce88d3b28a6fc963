//! Configuration files as lossless trees, and their three-way merge.

mod comment;
mod data;
mod document;
mod edit;
mod erlang;
mod error;
mod formats;
mod ini;
mod jaas;
mod json;
mod key;
mod key_value;
mod lines;
mod log4j;
mod mark;
mod migrate;
mod mosquitto;
mod names;
mod nats;
mod opaque;
mod pattern;
mod properties;
mod rabbitmq;
mod render;
mod rule;
mod secrets;
mod section;
mod settle;
mod shell;
mod shipped;
mod spec;
mod syntax;
mod toml;
mod tree;
mod value;
mod xml;
mod yaml;

pub use document::Document;
pub use error::{EditError, ParseError, ParseProblem};
pub use key::Key;
pub use migrate::migrate;
pub use names::{NameKind, Schema, SchemaError, SchemaText, UnknownName};
pub use rule::{Migration, Rule, RuleAction, Translator};
pub use secrets::{SecretLine, secret_lines};
pub use settle::{
    Base, Bringing, Brought, SettleInput, Settled, is_refused, question, settle, settle_brought,
};
pub use shipped::{ShippedFile, ShippedKey};
pub use spec::{FileSpec, Format, Guard, Identity, KeyPattern, ValueKind, ValueRule};
pub use value::ConnectorUri;
