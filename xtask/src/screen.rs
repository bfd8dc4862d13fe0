//! The screen in `ui/`: its packages, and building it when its sources are newer than what was built.

use crate::needs::{self, npm};
use crate::root;
use anyhow::{Context, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What is no source of the screen.
const MADE: &[&str] = &["node_modules", "dist", "dist-fixtures", "test-results", "playwright-report", "e2e"];

/// The folder of the screen.
pub fn folder() -> PathBuf {
    root().join("ui")
}

/// Whether the screen was built.
pub fn is_built() -> bool {
    folder().join("dist/index.html").exists()
}

/// Builds the screen if it is not built or was changed.
///
/// # Errors
/// If npm cannot be started or fails.
pub fn build() -> anyhow::Result<()> {
    let ui = folder();
    install(&ui)?;
    let built = changed(&ui.join("dist/index.html"));
    if built.is_some() && built >= newest(&ui)? {
        return Ok(());
    }
    println!("\n== screen: npm run build");
    run(&ui, &["run", "build"])
}

/// Fetches the packages of the lock file if they are not the ones that are there.
fn install(ui: &Path) -> anyhow::Result<()> {
    let fetched = changed(&ui.join("node_modules/.package-lock.json"));
    if fetched.is_some() && fetched >= changed(&ui.join("package-lock.json")) {
        return Ok(());
    }
    println!("\n== packages of the screen: npm ci");
    run(ui, &["ci", "--no-audit", "--no-fund"])
}

fn run(ui: &Path, args: &[&str]) -> anyhow::Result<()> {
    let status = npm(ui).args(args).status().context("npm cannot be started")?;
    ensure!(status.success(), "`npm {}` failed in {}", args.join(" "), ui.display());
    Ok(())
}

/// The browser in which the screen is tested, if one is installed.
pub fn browser() -> Option<PathBuf> {
    needs::CHROMIUM.iter().find_map(|name| needs::find(name))
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|file| file.modified()).ok()
}

/// When a source of the screen was last changed.
fn newest(folder: &Path) -> anyhow::Result<Option<SystemTime>> {
    let mut newest = None;
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let entry = entry?;
        if MADE.iter().any(|made| entry.file_name() == *made) {
            continue;
        }
        let path = entry.path();
        newest = newest.max(if path.is_dir() { self::newest(&path)? } else { changed(&path) });
    }
    Ok(newest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_source_that_changed_is_noticed_and_what_was_made_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, seconds| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "").unwrap();
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
            Some(time)
        };
        let old = write("index.html", 1_000);
        let new = write("src/deep/app.tsx", 2_000);
        write("node_modules/react/index.js", 9_000);
        let built = write("dist/index.html", 3_000);
        assert_eq!(newest(dir.path()).unwrap(), new);
        assert!(old < new && built >= new);
        assert_eq!(changed(&dir.path().join("none")), None);
    }
}
