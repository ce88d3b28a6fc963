//! Letters by e-mail.

mod settings;

pub use settings::{MailSettings, MailTls};
