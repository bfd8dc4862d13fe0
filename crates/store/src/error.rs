//! What can go wrong with the history.

use sqlx::migrate::MigrateError;
use std::path::{Path, PathBuf};

/// SQLite's extended code for an index of the write-ahead log that could not grow: what a full disk looks like to who
/// opens the file.
const IOERR_SHMSIZE: u32 = 4874;

/// Why the history could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file was made by a newer Lucy.
    #[error("{0} was made by a newer version of Lucy: update Lucy, or choose another data directory")]
    Newer(PathBuf),
    /// The file is damaged or something else.
    #[error("{0} is damaged or is not Lucy's history: move it away (a copy may be worth keeping) and start again")]
    Corrupt(PathBuf),
    /// There is no room for what was to be written. Nothing of it was written.
    #[error("the disk with {0} is full: free some space and try again; nothing that was saved is lost")]
    DiskFull(PathBuf),
    /// The file or its directory cannot be written to.
    #[error("{0} cannot be written to: check its permissions")]
    ReadOnly(PathBuf),
    /// Another process wrote for longer than this one waited.
    #[error("another program is using {0}: try again in a moment")]
    Busy(PathBuf),
    /// There is no such run.
    #[error("there is no run {0:?} in the history")]
    NoRun(String),
    /// Several runs have ids that begin so.
    #[error("several runs begin with {0:?}: give more of the id")]
    Ambiguous(String),
    /// There is a run with this id already.
    #[error("there is a run {0:?} already")]
    Exists(String),
    /// The run is held by a living process, which may be this one.
    #[error("run {0:?} is still running in another process")]
    Claimed(String),
    /// The run has ended: its log takes no more events.
    #[error("run {0:?} has ended")]
    Ended(String),
    /// An event was to be put in a place that is not the next: someone else has written to the log.
    #[error("event {seq} of run {run:?} cannot be written: the next one is {next}")]
    Place {
        /// The run.
        run: String,
        /// The place that was asked for.
        seq: u64,
        /// The next free place.
        next: u64,
    },
    /// An id that is not 1 to 64 ASCII letters, digits, `-` and `_`.
    #[error("{0:?} cannot be an id: use up to 64 letters, digits, - and _")]
    BadId(String),
    /// An event cannot be read or written as JSON.
    #[error("event {seq} of run {run:?} cannot be read, perhaps because a newer version of Lucy wrote it: {error}")]
    Event {
        /// The run.
        run: String,
        /// Its place.
        seq: u64,
        /// What is wrong.
        error: serde_json::Error,
    },
    /// A setting cannot be read.
    #[error("the setting {name:?} cannot be read: {error}")]
    Setting {
        /// Its name.
        name: String,
        /// What is wrong.
        error: serde_json::Error,
    },
    /// A directory or a lock file cannot be made.
    #[error("{path} cannot be used: {error}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What happened.
        error: std::io::Error,
    },
    /// Anything else.
    #[error("the history {path} cannot be used: {error}")]
    Database {
        /// The file.
        path: PathBuf,
        /// What happened.
        error: sqlx::Error,
    },
}

impl StoreError {
    /// An error of the file at `path`, told apart by SQLite's primary result code, the low byte of its code:
    /// 5 busy, 8 read-only, 11 corrupt, 13 full, 14 cannot open, 26 not a database.
    pub(crate) fn at(path: &Path, error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
        let path = path.to_path_buf();
        if code == Some(IOERR_SHMSIZE) {
            return Self::DiskFull(path);
        }
        match code.map(|code| code & 0xff) {
            Some(5) => Self::Busy(path),
            Some(8 | 14) => Self::ReadOnly(path),
            Some(11 | 26) => Self::Corrupt(path),
            Some(13) => Self::DiskFull(path),
            _ => Self::Database { path, error },
        }
    }

    /// An error while the schema was brought up to date. A migration that this program does not know was applied by a
    /// newer one.
    pub(crate) fn migrating(path: &Path, error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(_) => Self::Newer(path.into()),
            MigrateError::VersionMismatch(_) | MigrateError::Dirty(_) => Self::Corrupt(path.into()),
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => Self::at(path, error),
            other => Self::Database { path: path.into(), error: sqlx::Error::Migrate(Box::new(other)) },
        }
    }
}
