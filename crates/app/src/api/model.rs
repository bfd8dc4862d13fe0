//! Words about models.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use ts_rs::TS;

/// A model that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ModelEntry {
    /// Where it is; none is the bundled one.
    #[ts(as = "Option<String>")]
    pub path: Option<PathBuf>,
    /// Whether Lucy brought it along.
    pub bundled: bool,
    /// The name that its file gives, or the file's own.
    pub name: String,
    /// Bytes of its files; 0 if they cannot be read.
    pub size_bytes: u64,
    /// Whether the next run is answered with it.
    pub in_use: bool,
    /// Why it cannot be run, if so.
    pub problem: Option<String>,
}

/// How the model does on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SelfTest {
    /// Whether everything worked.
    pub ok: bool,
    /// What was tried, in order.
    pub lines: Vec<TestLine>,
}

/// Something that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TestLine {
    /// What.
    pub what: String,
    /// Whether it worked.
    pub ok: bool,
    /// What was seen.
    pub detail: String,
    /// Milliseconds that it took.
    pub ms: u64,
}
