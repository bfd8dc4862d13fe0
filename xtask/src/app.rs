//! `cargo xtask app`: starts Lucy. Until there is a desktop window, that is a conversation in the terminal.

use crate::{cargo, root};
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::process::{Command, ExitCode};

const NO_TERMINAL: &str = "\
`cargo xtask app` starts a conversation, and the standard input is no terminal.
Run it in a terminal, or ask one question:
    cargo run --release -- ask \"Who designed the Eiffel Tower?\"
or give one question a line:
    cargo run --release -- chat < questions.txt";

/// Builds Lucy and starts it with these options.
///
/// # Errors
/// If cargo cannot be started.
pub fn run(options: &[OsString]) -> anyhow::Result<ExitCode> {
    if !io::stdin().is_terminal() {
        eprintln!("{NO_TERMINAL}");
        return Ok(ExitCode::from(2));
    }
    println!("Building Lucy. The first time takes some minutes.");
    Ok(become_command(command(options))?)
}

/// The command. It runs where the person is, so that paths among the options mean what they say.
fn command(options: &[OsString]) -> Command {
    let mut command = cargo();
    command.args(["run", "--release", "--package", "lucy", "--manifest-path"]).arg(root().join("Cargo.toml"));
    command.args(["--", "chat"]).args(options);
    command
}

/// Runs the command in place of this process: Ctrl-C must stop an answer, not a process that waits for it.
#[cfg(unix)]
fn become_command(mut command: Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

#[cfg(not(unix))]
fn become_command(mut command: Command) -> io::Result<ExitCode> {
    let code = command.status()?.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_go_to_the_conversation() {
        let command = command(&["--device".into(), "cpu".into()]);
        let args: Vec<_> = command.get_args().map(|arg| arg.to_string_lossy().into_owned()).collect();
        assert_eq!(args[..2], ["run", "--release"]);
        assert_eq!(args[args.len() - 4..], ["--", "chat", "--device", "cpu"]);
        assert_eq!(command.get_current_dir(), None);
    }

    #[test]
    fn without_a_terminal_it_is_said_what_to_do() {
        assert!(NO_TERMINAL.contains("no terminal") && NO_TERMINAL.contains("cargo run --release -- ask"));
    }
}
