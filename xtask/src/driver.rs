//! tauri-driver, which drives the real window in its test: installed beside what cargo builds.

use crate::{cargo, root, target};
use anyhow::{Context, ensure};
use std::path::PathBuf;

const VERSION: &str = "2.1.0";

/// Installs tauri-driver if it is not there, and says where it is.
///
/// # Errors
/// If it cannot be installed.
pub fn install() -> anyhow::Result<PathBuf> {
    let folder = target().join("tools");
    let program = folder.join("bin").join(if cfg!(windows) { "tauri-driver.exe" } else { "tauri-driver" });
    if program.exists() {
        return Ok(program);
    }
    println!("\n== tauri-driver {VERSION}: cargo install");
    let mut command = cargo();
    command.args(["install", "--debug", "--locked", "--version", VERSION, "--root"]).arg(&folder).arg("tauri-driver");
    let status = command.current_dir(root()).status().context("cargo cannot be started")?;
    ensure!(status.success(), "tauri-driver, which the test of the window needs, cannot be installed");
    Ok(program)
}
