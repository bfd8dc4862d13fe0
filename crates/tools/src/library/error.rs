//! What can go wrong with the index file.

use sqlx::migrate::MigrateError;
use std::path::{Path, PathBuf};

/// SQLite's extended code for an index of the write-ahead log that could not grow: what a full disk looks like to who
/// opens the file.
const IOERR_SHMSIZE: u32 = 4874;

/// Why the library or a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The index was made by a newer Lucy.
    #[error("{0} was made by a newer version of Lucy: update Lucy, or delete the file and add your folders again")]
    Newer(PathBuf),
    /// The index is not an index, or is damaged.
    #[error("{0} is damaged or is not Lucy's library: delete the file and add your folders again")]
    Corrupt(PathBuf),
    /// There is no room left.
    #[error("the disk is full: free some space and try again")]
    DiskFull,
    /// An article cannot be read.
    #[error("line {line} of the articles cannot be read: {error}")]
    Article {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// A folder cannot be read.
    #[error("the folder {path} cannot be read: {error}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What happened.
        error: std::io::Error,
    },
    /// Anything else.
    #[error("the library cannot be used: {0}")]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for LibraryError {
    fn from(error: sqlx::Error) -> Self {
        Self::at(Path::new("the library"), error)
    }
}

impl LibraryError {
    /// An error of the database file at `path`. SQLite's primary result codes are the low byte of the code:
    /// 11 corrupt, 13 full, 26 not a database.
    pub(crate) fn at(path: &Path, error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
        if code == Some(IOERR_SHMSIZE) {
            return Self::DiskFull;
        }
        match code.map(|code| code & 0xff) {
            Some(11 | 26) => Self::Corrupt(path.into()),
            Some(13) => Self::DiskFull,
            _ => Self::Database(error),
        }
    }

    pub(crate) fn migrating(path: &Path, error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(_) => Self::Newer(path.into()),
            MigrateError::VersionMismatch(_) | MigrateError::Dirty(_) => Self::Corrupt(path.into()),
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => Self::at(path, error),
            other => Self::Database(sqlx::Error::Migrate(Box::new(other))),
        }
    }
}
