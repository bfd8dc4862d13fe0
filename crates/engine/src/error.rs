//! What can go wrong with a model.

use std::path::PathBuf;

/// Why a model could not be loaded, saved or run.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file is not what it should be; the text names the field or the tensor.
    #[error("{0}")]
    Invalid(String),
    /// The file is sound, but asks for something that this program does not have.
    #[error("{0}")]
    Unsupported(String),
    /// A computation failed.
    #[error(transparent)]
    Compute(#[from] candle_core::Error),
}

impl EngineError {
    /// An [`EngineError::Io`] about `path`.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}

/// `Err(EngineError::Invalid(..))`, formatted.
macro_rules! invalid {
    ($($arg:tt)*) => { return Err($crate::EngineError::Invalid(format!($($arg)*))) };
}
pub(crate) use invalid;
