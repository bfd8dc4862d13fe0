//! `cargo xtask app`: does all set-up and opens Lucy: its window, or where there is no display its screen for a
//! browser.

use crate::needs::{self, TO_BUILD};
use crate::{cargo, root, screen, target};
use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitCode};

const WITHOUT: &str = "Lucy works in the terminal without it:\n    cargo run --release -- chat";

/// Builds Lucy and opens it with these options.
///
/// # Errors
/// If something that is needed cannot be started or fails.
pub fn run(options: &[OsString]) -> anyhow::Result<ExitCode> {
    if let Some(missing) = needs::node_is_missing() {
        eprintln!("{missing}.\n{WITHOUT}");
        return Ok(ExitCode::from(2));
    }
    let shell = Shell::of(needs::has_display());
    if shell == Shell::Window
        && cfg!(target_os = "linux")
        && let Err(missing) = needs::meet(TO_BUILD)?
    {
        eprintln!("{missing}.\n{WITHOUT}");
        return Ok(ExitCode::from(2));
    }
    screen::build()?;
    println!("Building Lucy. The first time takes some minutes.");
    if !shell.build().current_dir(root()).status()?.success() {
        return Ok(ExitCode::FAILURE);
    }
    if shell == Shell::Served {
        println!("There is no display here: Lucy serves its screen to a browser.");
    }
    Ok(become_command(shell.start(options))?)
}

/// What shows the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shell {
    /// The desktop app.
    Window,
    /// `lucy serve`, for a browser.
    Served,
}

impl Shell {
    fn of(display: bool) -> Self {
        if display { Self::Window } else { Self::Served }
    }

    fn package(self) -> &'static str {
        match self {
            Self::Window => "lucy-desktop",
            Self::Served => "lucy",
        }
    }

    fn build(self) -> Command {
        let mut command = cargo();
        command.args(["build", "--release", "--package", self.package()]);
        command
    }

    /// The command. It runs where the person is, so that paths among the options mean what they say.
    fn start(self, options: &[OsString]) -> Command {
        let mut command = Command::new(target().join("release").join(self.package()));
        if self == Self::Served {
            command.arg("serve");
        }
        command.args(options);
        command
    }
}

/// Runs the command in place of this process: Ctrl-C must reach Lucy, not a process that waits for it.
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

    fn words(command: &Command) -> Vec<String> {
        let all = [command.get_program()].into_iter().chain(command.get_args());
        all.map(|word| word.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_display_shows_the_window() {
        let window = Shell::of(true);
        assert_eq!(words(&window.build())[1..], ["build", "--release", "--package", "lucy-desktop"]);
        assert!(words(&window.start(&[]))[0].ends_with("lucy-desktop"));
    }

    #[test]
    fn without_a_display_options_go_to_the_server() {
        let command = Shell::of(false).start(&["--port".into(), "8080".into()]);
        assert_eq!(words(&command)[1..], ["serve", "--port", "8080"]);
        assert_eq!(command.get_current_dir(), None);
    }

    #[test]
    fn who_cannot_build_the_screen_is_told_what_works() {
        assert!(WITHOUT.contains("cargo run --release -- chat"));
    }
}
