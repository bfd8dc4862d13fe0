//! Words about the library.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use ts_rs::TS;

/// A folder that is searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Folder {
    /// Where it is.
    #[ts(type = "string")]
    pub path: PathBuf,
    /// Documents of it.
    pub documents: u64,
}

/// What came of indexing a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Indexed {
    /// Files that are new or were changed.
    pub indexed: usize,
    /// Files that are as they were.
    pub unchanged: usize,
    /// Files that are gone.
    pub removed: usize,
    /// What was left out, and why.
    #[ts(type = "Array<[string, string]>")]
    pub skipped: Vec<(PathBuf, String)>,
    /// Whether it was stopped on the way.
    #[serde(default)]
    pub cancelled: bool,
}

/// A folder that is being indexed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Adding {
    /// Where it is.
    #[ts(type = "string")]
    pub dir: PathBuf,
    /// Files that were looked at.
    pub done: usize,
    /// Files that there are; 0 until they are counted.
    pub total: usize,
    /// The file that was looked at last.
    #[ts(type = "string")]
    pub current: PathBuf,
}

/// A page of the library that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LibraryHit {
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// The sentences that fit best.
    pub preview: String,
}

/// A page of the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LibraryPage {
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
}
