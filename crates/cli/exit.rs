//! How the program ends: codes that scripts can rely on, and errors that say what to do.

use crate::wrap::hidden;
use lucy_app::{ApiError, ErrorCode};
use std::io;
use std::process::ExitCode;

/// What `lucy help` says of the codes.
pub const HELP: &str = "Exit codes:
  0    done; a question was answered
  1    something else failed
  2    the command makes no sense: an unknown option, an empty question
  3    the model is missing, damaged or not supported
  4    there is no such run
  5    Lucy's data is damaged or was made by a newer version
  6    the disk is full
  7    the run ended without an answer
  130  stopped by Ctrl-C";

/// How a command ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It was done.
    Done,
    /// The run ended without an answer.
    NoAnswer,
    /// It was stopped by Ctrl-C.
    Stopped,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The app refused.
    #[error(transparent)]
    App(#[from] ApiError),
    /// Nobody reads what is written any more.
    #[error("nobody reads the output")]
    Closed,
    /// Something else.
    #[error("{0:#}")]
    Other(anyhow::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            io::ErrorKind::StorageFull => Self::App(ApiError::new(ErrorCode::DiskFull, error.to_string())),
            _ => Self::Other(error.into()),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<io::Error>() {
            Ok(error) => error.into(),
            Err(error) => Self::Other(error),
        }
    }
}

/// Reports a failure and gives the code.
pub fn code(result: Result<End, Failure>, json: bool) -> ExitCode {
    let failure = match result {
        Ok(End::Done) | Err(Failure::Closed) => return ExitCode::SUCCESS,
        Ok(End::NoAnswer) => return ExitCode::from(7),
        Ok(End::Stopped) => return ExitCode::from(130),
        Err(failure) => failure,
    };
    let error = match failure {
        Failure::App(error) => error,
        other => ApiError::new(ErrorCode::Failed, other.to_string()),
    };
    if json {
        eprintln!("{}", serde_json::json!({ "error": error }));
    } else {
        eprintln!("error: {}{}", harmless(&error.message), hint(error.code));
    }
    ExitCode::from(number(error.code))
}

/// A message without characters that a terminal would obey: it may quote a file that a stranger made.
fn harmless(message: &str) -> String {
    message.chars().filter(|letter| *letter == '\n' || !hidden(*letter)).collect()
}

fn number(code: ErrorCode) -> u8 {
    match code {
        ErrorCode::Failed => 1,
        ErrorCode::BadRequest => 2,
        ErrorCode::Model => 3,
        ErrorCode::NoSuchRun => 4,
        ErrorCode::Data => 5,
        ErrorCode::DiskFull => 6,
    }
}

fn hint(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::NoSuchRun => "\n`lucy history` shows the runs there are.",
        ErrorCode::Data => "\nThe environment variable LUCY_DATA names another data directory.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_no_error() {
        let closed = io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(matches!(Failure::from(closed), Failure::Closed));
        let closed = anyhow::Error::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(matches!(Failure::from(closed), Failure::Closed));
    }

    #[test]
    fn a_message_cannot_command_the_terminal() {
        assert_eq!(harmless("metadata a\u{1b}[2Jb:\nbad\u{7}"), "metadata a[2Jb:\nbad");
    }

    #[test]
    fn every_code_is_in_the_help() {
        let codes = [ErrorCode::Failed, ErrorCode::BadRequest, ErrorCode::Model, ErrorCode::NoSuchRun];
        for code in codes.into_iter().chain([ErrorCode::Data, ErrorCode::DiskFull]) {
            assert!(HELP.contains(&format!("\n  {} ", number(code))), "{code:?}");
        }
    }
}
