//! `cargo xtask`: the two commands of the README. They do all the set-up there is and need nothing but Rust, a C
//! compiler and, for the screen, Node.js.

mod app;
mod checks;
mod driver;
mod licences;
mod manifest;
mod needs;
mod screen;
mod tally;
mod test;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const HELP: &str = "\
cargo xtask app [OPTIONS]  open Lucy; where there is no display the options are those of `lucy serve`
cargo xtask test           run every test and say how many passed";

fn main() -> anyhow::Result<ExitCode> {
    let mut args = env::args_os().skip(1);
    let command = args.next();
    let rest: Vec<OsString> = args.collect();
    match (command.as_ref().and_then(|command| command.to_str()), rest.as_slice()) {
        (Some("app"), options) => app::run(options),
        (Some("test"), []) => test::run(),
        // For those who work on Lucy, after a lock file has changed.
        (Some("licences"), []) => licences::run(),
        // For .github/workflows/release.yml alone.
        (Some("manifest"), args) => manifest::run(args),
        (Some("help" | "--help" | "-h"), _) => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprintln!("{HELP}");
            Ok(ExitCode::from(2))
        }
    }
}

/// The cargo that runs this program. Where the screen is built it is told so, so that it puts the screen into `lucy`.
fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    if screen::is_built() {
        command.env("LUCY_SCREEN", "built");
    }
    command
}

/// The folder of the repository.
fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// The folder in which cargo puts what it builds: this program is in `debug` in it.
fn target() -> PathBuf {
    let built = env::current_exe().ok();
    let target = built.as_deref().and_then(|program| program.ancestors().find(|folder| folder.ends_with("debug")));
    target.and_then(Path::parent).map_or_else(|| root().join("target"), Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_built_is_found() {
        assert!(target().join("debug").is_dir());
    }

    #[test]
    fn the_root_is_the_workspace() {
        assert!(root().join("xtask/Cargo.toml").exists() && root().join("Cargo.toml").exists());
    }

    #[test]
    fn the_help_names_both_commands() {
        assert!(HELP.contains("cargo xtask app") && HELP.contains("cargo xtask test"));
    }
}
