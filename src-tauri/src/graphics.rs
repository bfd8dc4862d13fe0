//! Safe graphics. On Linux the window may stay blank with some drivers; WebKitGTK reads what helps from environment
//! variables, which must be there before it starts: Lucy sets them and starts itself again.

// Elsewhere only the first stage is used.
#![cfg_attr(not(target_os = "linux"), allow(dead_code))]

use lucy_app::{ApiError, DataDir, ErrorCode};
use std::fs;
use std::io;
use std::path::PathBuf;

/// The file in the data directory that remembers the stage.
const FILE: &str = "graphics";
/// Says that the variables were looked at, so that Lucy starts itself again only once.
const PREPARED: &str = "LUCY_GRAPHICS";
const NO_DMABUF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
const NO_COMPOSITING: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";

/// How careful the graphics are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// What WebKitGTK does by itself.
    #[default]
    Usual,
    /// No sharing of buffers with the driver.
    NoDmabuf,
    /// Nor drawing by the graphics card.
    NoCompositing,
}

impl Stage {
    /// The next more careful stage, if there is one and this system has stages.
    pub fn next(self) -> Option<Self> {
        match self {
            _ if !cfg!(target_os = "linux") => None,
            Self::Usual => Some(Self::NoDmabuf),
            Self::NoDmabuf => Some(Self::NoCompositing),
            Self::NoCompositing => None,
        }
    }

    /// What is remembered in this directory.
    pub fn remembered(data: &DataDir) -> Self {
        match fs::read_to_string(file(data)).as_deref().map(str::trim) {
            Ok("no_dmabuf") => Self::NoDmabuf,
            Ok("no_compositing") => Self::NoCompositing,
            _ => Self::Usual,
        }
    }

    /// Remembers it for the next start.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn remember(self, data: &DataDir) -> Result<(), ApiError> {
        let path = file(data);
        let done = match self {
            Self::Usual => fs::remove_file(&path).or_else(|error| match error.kind() {
                io::ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            }),
            Self::NoDmabuf => fs::write(&path, "no_dmabuf\n"),
            Self::NoCompositing => fs::write(&path, "no_compositing\n"),
        };
        done.map_err(|error| ApiError::new(ErrorCode::Failed, format!("{} cannot be written: {error}", path.display())))
    }

    /// The variables that make it so.
    fn variables(self, nvidia: bool) -> &'static [&'static str] {
        match self {
            Self::NoCompositing => &[NO_DMABUF, NO_COMPOSITING],
            Self::NoDmabuf => &[NO_DMABUF],
            Self::Usual if nvidia => &[NO_DMABUF],
            Self::Usual => &[],
        }
    }
}

fn file(data: &DataDir) -> PathBuf {
    data.path().join(FILE)
}

/// Sets the variables that this machine needs, by starting Lucy again in place of this process. Returns if none is
/// needed. What the person set stays as it is.
///
/// # Errors
/// If the data directory cannot be opened or Lucy cannot be started.
#[cfg(target_os = "linux")]
pub fn prepare() -> Result<(), ApiError> {
    if std::env::var_os(PREPARED).is_some() {
        return Ok(());
    }
    let nvidia = std::path::Path::new("/proc/driver/nvidia/version").exists();
    let stage = Stage::remembered(&DataDir::open()?);
    let unset = |name: &&&str| std::env::var_os(name).is_none();
    let missing: Vec<_> = stage.variables(nvidia).iter().filter(unset).map(|name| (*name, "1")).collect();
    if missing.is_empty() { Ok(()) } else { Err(become_lucy(|command| command.envs(missing).env(PREPARED, "1"))) }
}

/// Only WebKitGTK needs it.
#[cfg(not(target_os = "linux"))]
pub fn prepare() -> Result<(), ApiError> {
    Ok(())
}

/// Starts Lucy again in place of this process, with the graphics that are remembered now. Returns only on failure.
#[cfg(unix)]
pub fn start_again() -> ApiError {
    become_lucy(|command| command.env_remove(PREPARED).env_remove(NO_DMABUF).env_remove(NO_COMPOSITING))
}

/// Starts Lucy again, which outlives this process.
#[cfg(not(unix))]
pub fn start_again() -> ApiError {
    let started = std::env::current_exe().and_then(|program| std::process::Command::new(program).spawn());
    match started {
        Ok(_) => std::process::exit(0),
        Err(error) => not_started(&error),
    }
}

#[cfg(unix)]
fn become_lucy(set: impl FnOnce(&mut std::process::Command) -> &mut std::process::Command) -> ApiError {
    use std::os::unix::process::CommandExt;
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return not_started(&error),
    };
    let mut command = std::process::Command::new(program);
    command.args(std::env::args_os().skip(1));
    not_started(&set(&mut command).exec())
}

fn not_started(error: &io::Error) -> ApiError {
    ApiError::new(ErrorCode::Failed, format!("Lucy cannot start itself again: {error}; start it by hand"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_remembered_and_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::at(dir.path()).unwrap();
        assert_eq!(Stage::remembered(&data), Stage::Usual);
        for stage in [Stage::NoDmabuf, Stage::NoCompositing, Stage::Usual, Stage::Usual] {
            stage.remember(&data).unwrap();
            assert_eq!(Stage::remembered(&data), stage);
        }
        fs::write(file(&data), "nonsense").unwrap();
        assert_eq!(Stage::remembered(&data), Stage::Usual);
    }

    #[test]
    fn each_stage_takes_more_away() {
        assert!(Stage::Usual.variables(false).is_empty());
        assert_eq!(Stage::Usual.variables(true), [NO_DMABUF]);
        assert_eq!(Stage::NoDmabuf.variables(false), [NO_DMABUF]);
        assert_eq!(Stage::NoCompositing.variables(true), [NO_DMABUF, NO_COMPOSITING]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn there_is_a_last_stage() {
        assert_eq!(Stage::Usual.next(), Some(Stage::NoDmabuf));
        assert_eq!(Stage::NoDmabuf.next(), Some(Stage::NoCompositing));
        assert_eq!(Stage::NoCompositing.next(), None);
    }
}
