//! Safe graphics. On Linux the window may stay blank with some drivers; WebKitGTK reads what helps from environment
//! variables, which must be there before it starts: Lucy sets them and starts itself again.

// Elsewhere only the first stage is used.
#![cfg_attr(not(target_os = "linux"), allow(dead_code))]

use lucy_app::{ApiError, DataDir, ErrorCode};
use std::fs;
use std::io;

/// The file in the data directory that remembers the stage.
const FILE: &str = "graphics";
/// Says that the variables were looked at, so that Lucy starts itself again only once.
const PREPARED: &str = "LUCY_GRAPHICS";
/// What is taken away, step by step: sharing buffers with the driver, then drawing by the graphics card.
const VARIABLES: [&str; 2] = ["WEBKIT_DISABLE_DMABUF_RENDERER", "WEBKIT_DISABLE_COMPOSITING_MODE"];

/// How careful the graphics are: as many of [`VARIABLES`] are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage(usize);

impl Stage {
    /// What WebKitGTK does by itself.
    pub const USUAL: Self = Self(0);

    /// The next more careful stage, if there is one and this system has stages.
    pub fn next(self) -> Option<Self> {
        (cfg!(target_os = "linux") && self.0 < VARIABLES.len()).then_some(Self(self.0 + 1))
    }

    /// What is remembered in this directory.
    pub fn remembered(data: &DataDir) -> Self {
        let stage = fs::read_to_string(data.path().join(FILE)).ok().and_then(|text| text.trim().parse().ok());
        Self(stage.unwrap_or(0).min(VARIABLES.len()))
    }

    /// Remembers it for the next start.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn remember(self, data: &DataDir) -> Result<(), ApiError> {
        let path = data.path().join(FILE);
        fs::write(&path, self.0.to_string())
            .map_err(|error| ApiError::new(ErrorCode::Failed, format!("{} cannot be written: {error}", path.display())))
    }

    /// The variables that make it so. The driver of NVIDIA needs the first one in any case.
    fn variables(self, nvidia: bool) -> &'static [&'static str] {
        &VARIABLES[..self.0.max(usize::from(nvidia))]
    }
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
    become_lucy(|command| VARIABLES.iter().fold(command.env_remove(PREPARED), |command, name| command.env_remove(name)))
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
        assert_eq!(Stage::remembered(&data), Stage::USUAL);
        for stage in [Stage(1), Stage(2), Stage::USUAL] {
            stage.remember(&data).unwrap();
            assert_eq!(Stage::remembered(&data), stage);
        }
        for (text, stage) in [("nonsense", Stage::USUAL), ("99", Stage(2))] {
            fs::write(dir.path().join(FILE), text).unwrap();
            assert_eq!(Stage::remembered(&data), stage);
        }
    }

    #[test]
    fn each_stage_takes_more_away() {
        assert!(Stage::USUAL.variables(false).is_empty());
        assert_eq!(Stage::USUAL.variables(true), &VARIABLES[..1]);
        assert_eq!(Stage(1).variables(false), &VARIABLES[..1]);
        assert_eq!(Stage(2).variables(true), VARIABLES);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn there_is_a_last_stage() {
        assert_eq!(Stage::USUAL.next(), Some(Stage(1)));
        assert_eq!(Stage(1).next(), Some(Stage(2)));
        assert_eq!(Stage(2).next(), None);
    }
}
