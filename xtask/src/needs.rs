//! What the machine must have beside Rust: looked for, installed where that is possible, else named with the line that
//! installs it.

use anyhow::Context;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Something that a package of the system brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Debian's name of the package.
    package: &'static str,
    /// How it is recognised.
    sign: Sign,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// One of these programs is on the `PATH`.
    Program(&'static [&'static str]),
    /// pkg-config knows this library.
    Library(&'static str),
}

/// What building the desktop app needs on Linux; the other systems bring it along.
pub const TO_BUILD: &[Need] = &[
    Need { package: "pkg-config", sign: Sign::Program(&["pkg-config"]) },
    Need { package: "libwebkit2gtk-4.1-dev", sign: Sign::Library("webkit2gtk-4.1") },
];

/// What testing the real window needs on Linux besides.
pub const TO_TEST: &[Need] = &[
    Need { package: "xvfb", sign: Sign::Program(&["Xvfb"]) },
    Need { package: "xauth", sign: Sign::Program(&["xauth"]) },
    Need { package: "dbus-daemon", sign: Sign::Program(&["dbus-run-session"]) },
    Need { package: "webkit2gtk-driver", sign: Sign::Program(&["WebKitWebDriver"]) },
    Need { package: "chromium", sign: Sign::Program(CHROMIUM) },
];

/// The names of the browser in which the screen is tested.
pub const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The oldest Node.js that builds the screen.
const NODE: (u32, u32) = (20, 19);

/// Makes sure of these needs. The text says what is missing and how to install it.
///
/// # Errors
/// If the package manager cannot be started.
pub fn meet(needs: &[Need]) -> anyhow::Result<Result<(), String>> {
    let missing = || needs.iter().filter(|need| !need.is_met()).map(|need| need.package).collect::<Vec<_>>();
    let packages = missing();
    if packages.is_empty() {
        return Ok(Ok(()));
    }
    if find("apt-get").is_some() && is_root() {
        println!("\n== system packages: {}", packages.join(" "));
        install(&packages)?;
    }
    let packages = missing();
    if packages.is_empty() { Ok(Ok(())) } else { Ok(Err(lacking(&packages, find("apt-get").is_some()))) }
}

fn install(packages: &[&str]) -> anyhow::Result<()> {
    let apt = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(args).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
        command.status().context("apt-get cannot be started")
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())?;
    Ok(())
}

fn lacking(packages: &[&str], debian: bool) -> String {
    let packages = packages.join(" ");
    if debian {
        format!("missing on this system: {packages}\n    sudo apt-get install {packages}\ninstalls it")
    } else {
        format!("missing on this system (Debian's names): {packages}; install them with your package manager")
    }
}

impl Need {
    fn is_met(self) -> bool {
        match self.sign {
            Sign::Program(names) => names.iter().any(|name| find(name).is_some()),
            Sign::Library(name) => quiet(Command::new("pkg-config").args(["--exists", name])),
        }
    }
}

/// Where a program is.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn quiet(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Why the screen cannot be built: there is no Node.js, or an old one. None if it can.
pub fn node_is_missing() -> Option<String> {
    let output = Command::new("node").arg("--version").output().ok().filter(|output| output.status.success());
    judge_node(output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).as_deref())
}

fn judge_node(version: Option<&str>) -> Option<String> {
    let wanted = format!("Node.js {}.{} or newer (https://nodejs.org) builds the screen", NODE.0, NODE.1);
    let Some(version) = version else { return Some(format!("{wanted}; there is none")) };
    let mut numbers = version.trim_start_matches('v').split('.').map_while(|number| number.parse().ok());
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    (found < NODE).then(|| format!("{wanted}; this one is {version}"))
}

/// Whether a window can be shown.
pub fn has_display() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Whether continuous tests run here, for which nothing may be missing.
pub fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| value == "true" || value == "1")
}

/// The command of npm in a folder.
pub fn npm(folder: &Path) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folder);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_node_is_named() {
        assert_eq!(judge_node(Some("v20.19.0")), None);
        assert_eq!(judge_node(Some("v26.1.4")), None);
        assert!(judge_node(Some("v20.18.3")).unwrap().contains("this one is v20.18.3"));
        assert!(judge_node(Some("v9.99.0")).is_some());
        assert!(judge_node(Some("nonsense")).is_some());
        assert!(judge_node(None).unwrap().contains("20.19 or newer"));
    }

    #[test]
    fn what_is_missing_is_named_with_the_line_that_installs_it() {
        assert!(lacking(&["xvfb", "xauth"], true).contains("sudo apt-get install xvfb xauth"));
        assert!(lacking(&["xvfb"], false).contains("your package manager"));
    }

    #[test]
    fn a_program_is_found_where_it_is() {
        assert!(find("no-such-program-at-all").is_none());
        let cargo = Need { package: "cargo", sign: Sign::Program(&["no-such-program", "cargo", "cargo.exe"]) };
        assert!(cargo.is_met());
        assert_eq!(meet(&[cargo]).unwrap(), Ok(()));
        assert!(!Need { package: "x", sign: Sign::Library("no-such-library") }.is_met());
    }
}
