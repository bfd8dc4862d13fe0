//! Where Lucy keeps its files.

use crate::error::{ApiError, ErrorCode, io};
use directories::ProjectDirs;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// The environment variable that names another data directory.
pub const DATA_VARIABLE: &str = "LUCY_DATA";

/// The data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataDir {
    path: PathBuf,
}

impl DataDir {
    /// The directory that `LUCY_DATA` names, else the usual one of the system; it is made if it is absent.
    ///
    /// # Errors
    /// If there is no home directory, or the directory cannot be made.
    pub fn open() -> Result<Self, ApiError> {
        Self::at(place(std::env::var_os(DATA_VARIABLE))?)
    }

    /// This directory, which is made if it is absent.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn at(path: impl Into<PathBuf>) -> Result<Self, ApiError> {
        let path = path.into();
        fs::create_dir_all(&path).map_err(|error| io(&path, &error))?;
        Ok(Self { path })
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The history of runs.
    pub(crate) fn history(&self) -> PathBuf {
        self.path.join("history.db")
    }

    /// The index of the offline library.
    pub(crate) fn library(&self) -> PathBuf {
        self.path.join("library.db")
    }

    /// A file with these bytes, written unless it is there already.
    pub(crate) fn unpacked(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, ApiError> {
        let path = self.path.join(name);
        if fs::metadata(&path).is_ok_and(|file| file.len() == bytes.len() as u64) && same(&path, bytes) {
            return Ok(path);
        }
        let partial = self.path.join(format!("{name}.{}", std::process::id()));
        fs::write(&partial, bytes).and_then(|()| fs::rename(&partial, &path)).map_err(|error| {
            let _ = fs::remove_file(&partial);
            io(&path, &error)
        })?;
        Ok(path)
    }
}

fn same(path: &Path, bytes: &[u8]) -> bool {
    fs::read(path).is_ok_and(|found| found == bytes)
}

fn place(variable: Option<OsString>) -> Result<PathBuf, ApiError> {
    if let Some(path) = variable.filter(|path| !path.is_empty()) {
        return Ok(path.into());
    }
    let dirs = ProjectDirs::from("", "", "Lucy").ok_or_else(|| {
        let message =
            format!("there is no home directory: set {DATA_VARIABLE} to the folder where Lucy keeps its data");
        ApiError::new(ErrorCode::Failed, message)
    })?;
    Ok(dirs.data_dir().to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_overrides_the_usual_place() {
        assert_eq!(place(Some("/somewhere".into())).unwrap(), Path::new("/somewhere"));
        assert_eq!(place(Some("".into())), place(None));
    }

    #[test]
    fn a_file_is_unpacked_once_and_again_when_it_differs() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::at(dir.path().join("new")).unwrap();
        let path = data.unpacked("a", b"one").unwrap();
        fs::write(&path, b"two").unwrap();
        assert_eq!(fs::read(data.unpacked("a", b"one").unwrap()).unwrap(), b"one");
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 1);
    }
}
