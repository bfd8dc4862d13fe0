//! One process at a time works on a run: an advisory lock on a file beside the history.
//!
//! The operating system lets go of the lock when the process ends, however it ends, so a run that was killed can be
//! resumed at once and no clock is needed. The file is removed while the lock is held; who opened it before that finds,
//! once it has the lock, that the path leads elsewhere, and tries again.

use crate::StoreError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// Holds a run until it is dropped.
#[derive(Debug)]
pub struct RunLease {
    path: PathBuf,
    _file: File,
}

impl RunLease {
    pub(crate) fn take(history: &Path, run: &str) -> Result<Self, StoreError> {
        let path = lock_path(history, run);
        let failed = |error| StoreError::Io { path: path.clone(), error };
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory).map_err(failed)?;
        }
        loop {
            let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
            match file.try_lock() {
                Ok(()) if leads_to(&path, &file) => return Ok(Self { path, _file: file }),
                Ok(()) => (),
                Err(TryLockError::WouldBlock) => return Err(StoreError::Claimed(run.into())),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
    }

    pub(crate) fn is_taken(history: &Path, run: &str) -> bool {
        let file = File::open(lock_path(history, run));
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

impl Drop for RunLease {
    fn drop(&mut self) {
        if cfg!(unix) {
            // A file that stays is only clutter: the lock ends with the process in any case.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// `history.db` has its locks in `history.locks`.
fn lock_path(history: &Path, run: &str) -> PathBuf {
    history.with_extension("locks").join(format!("{run}.lock"))
}

/// Whether the path still leads to this file.
#[cfg(unix)]
fn leads_to(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (fs::metadata(path), file.metadata()) {
        (Ok(there), Ok(here)) => (there.dev(), there.ino()) == (here.dev(), here.ino()),
        _ => false,
    }
}

/// Lock files are never removed here.
#[cfg(not(unix))]
fn leads_to(_: &Path, _: &File) -> bool {
    true
}
