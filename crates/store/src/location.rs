//! Where the records are kept.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use refit_model::Secret;
use sqlx::postgres::PgConnectOptions;
use thiserror::Error;

/// Where the records are kept.
#[derive(Clone)]
pub enum Location {
    /// One SQLite file on a local disk, which is made if it is not there. Not on a network's file
    /// system: its locks do not hold there.
    File(PathBuf),
    /// A PostgreSQL database, which must be there.
    Postgres(Box<PgConnectOptions>),
}

/// The URL is none of a PostgreSQL database. The URL itself is not told: it may hold a password.
#[derive(Debug, Error)]
#[error(
    "this is no URL of a PostgreSQL database: {why}; \
     expected postgresql://USER@HOST:PORT/DATABASE?sslmode=verify-full&sslrootcert=FILE"
)]
pub struct InvalidLocation {
    why: String,
}

impl Location {
    /// The database that a URL names: `postgresql://`, with the parameters that libpq knows.
    ///
    /// The password may be in it, or in libpq's own files and variables. Certificates are compared
    /// with those that browsers trust; for an authority of one's own, name it by `sslrootcert`.
    pub fn postgres(url: &Secret) -> Result<Self, InvalidLocation> {
        let invalid = |why: &str| InvalidLocation { why: why.to_owned() };
        let text = url.expose_text().ok_or_else(|| invalid("it is not UTF-8"))?;
        let is_postgres = ["postgresql://", "postgres://"].iter().any(|one| text.starts_with(one));
        if !is_postgres {
            return Err(invalid("it does not begin with postgresql://"));
        }
        // What the parser says may quote the URL.
        let options =
            PgConnectOptions::from_str(text).map_err(|_| invalid("a part of it cannot be read"))?;
        Ok(Self::Postgres(Box::new(options)))
    }
}

/// Shows no password.
impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// For people: the file, or user, host, port and database.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Postgres(options) => {
                let database = options.get_database().unwrap_or_else(|| options.get_username());
                let (host, port) = (options.get_host(), options.get_port());
                write!(f, "PostgreSQL database {database} at {host}:{port}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_told() {
        let url = Secret::new("postgresql://refit:hunter2@db.example:5433/service");
        let location = Location::postgres(&url).unwrap();
        assert_eq!(location.to_string(), "PostgreSQL database service at db.example:5433");
        assert!(!format!("{location:?}").contains("hunter2"));
        for bad in ["mysql://refit:hunter2@x/y", "postgresql://u:hunter2@[x/y", "hunter2"] {
            let error = Location::postgres(&Secret::new(bad)).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
