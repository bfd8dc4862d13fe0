//! What a shell is told when something does not work.

use lucy_engine::EngineError;
use lucy_store::StoreError;
use lucy_tools::LibraryError;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What went wrong, in words for a person, and a code where a shell acts on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// What a shell may act on.
    pub code: ErrorCode,
    /// What happened, what was kept and what to do.
    pub message: String,
}

/// The kinds of failure that a shell tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request makes no sense: an empty question, a folder that is no folder.
    BadRequest,
    /// The model is missing, damaged or not supported.
    Model,
    /// There is no such run.
    NoSuchRun,
    /// The data of Lucy is damaged or was made by a newer version.
    Data,
    /// The disk is full.
    DiskFull,
    /// Anything else.
    Failed,
}

impl ApiError {
    /// An error of this code.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Something that nobody acts on.
    pub(crate) fn failed(error: &dyn std::error::Error) -> Self {
        Self::new(ErrorCode::Failed, error.to_string())
    }

    /// A request that makes no sense.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadRequest, message)
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        let advice = match &error {
            EngineError::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                "There is no such file. Give the path of a .gguf file, or of a folder with config.json and safetensors."
            }
            EngineError::Invalid(_) => "The file is damaged or incomplete: download it again.",
            EngineError::Unsupported(_) => "Lucy runs Qwen3 models, such as Lucy 1.7B.",
            EngineError::Io { .. } | EngineError::Compute(_) => "The model was not loaded.",
        };
        Self::new(ErrorCode::Model, format!("the model cannot be loaded: {error}. {advice}"))
    }
}

impl From<LibraryError> for ApiError {
    fn from(error: LibraryError) -> Self {
        let code = match error {
            LibraryError::Newer(_) | LibraryError::Corrupt(_) => ErrorCode::Data,
            LibraryError::DiskFull => ErrorCode::DiskFull,
            LibraryError::Folder { .. } => ErrorCode::BadRequest,
            LibraryError::Article { .. } | LibraryError::Database(_) => ErrorCode::Failed,
        };
        Self::new(code, error.to_string())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::NoRun(_) | StoreError::BadId(_) => ErrorCode::NoSuchRun,
            StoreError::Ambiguous(_) | StoreError::Claimed(_) | StoreError::Ended(_) => ErrorCode::BadRequest,
            StoreError::Newer(_) | StoreError::Corrupt(_) | StoreError::Event { .. } => ErrorCode::Data,
            StoreError::DiskFull(_) => ErrorCode::DiskFull,
            _ => ErrorCode::Failed,
        };
        Self::new(code, error.to_string())
    }
}

/// An error of the file system about `path`.
pub(crate) fn io(path: &std::path::Path, error: &std::io::Error) -> ApiError {
    let code = match error.kind() {
        std::io::ErrorKind::StorageFull => ErrorCode::DiskFull,
        _ => ErrorCode::Failed,
    };
    ApiError::new(code, format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn a_missing_model_says_what_to_give() {
        let source = std::io::Error::from(std::io::ErrorKind::NotFound);
        let error = ApiError::from(EngineError::Io { path: PathBuf::from("lost.gguf"), source });
        assert_eq!(error.code, ErrorCode::Model);
        assert!(error.message.contains("lost.gguf") && error.message.contains(".gguf file"), "{error}");
    }

    #[test]
    fn codes_are_plain_words_in_json() {
        let error = ApiError::bad_request("no");
        assert_eq!(serde_json::to_string(&error).unwrap(), r#"{"code":"bad_request","message":"no"}"#);
    }
}
