//! `cargo xtask`: the two commands of the README. They do all the set-up there is and need nothing but Rust and a C
//! compiler.

mod app;
mod checks;
mod tally;
mod test;

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

const HELP: &str = "\
cargo xtask app [OPTIONS]  start Lucy; the options are those of `lucy chat`
cargo xtask test           run every test and say how many passed";

fn main() -> anyhow::Result<ExitCode> {
    let mut args = env::args_os().skip(1);
    let command = args.next();
    let rest: Vec<OsString> = args.collect();
    match (command.as_ref().and_then(|command| command.to_str()), rest.as_slice()) {
        (Some("app"), options) => app::run(options),
        (Some("test"), []) => test::run(),
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

/// The cargo that runs this program.
fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The folder of the repository.
fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_the_workspace() {
        assert!(root().join("xtask/Cargo.toml").exists() && root().join("Cargo.toml").exists());
    }

    #[test]
    fn the_help_names_both_commands() {
        assert!(HELP.contains("cargo xtask app") && HELP.contains("cargo xtask test"));
    }
}
