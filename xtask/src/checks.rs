//! The checks beside the tests: formatting, lints, and that the benchmarks still run.

use crate::needs::npm;
use crate::{cargo, root, screen};
use std::process::{Command, Stdio};

/// A check that cargo or npm makes.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What is checked.
    pub name: &'static str,
    /// Who makes it.
    by: By,
    /// The arguments for it.
    args: &'static [&'static str],
    /// The cargo command and the rustup component that it needs, if not every Rust has it.
    component: Option<(&'static str, &'static str)>,
}

/// Who makes a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Cargo,
    /// In the folder of the screen.
    Npm,
}

/// How a check ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Checked {
    /// All is as it should be.
    Good,
    /// It is not.
    Bad,
    /// It could not be made; the text says why and what to do.
    NotMade(String),
}

/// The formatting of the Rust code.
pub const FORMATTING: Check = Check {
    name: "formatting",
    by: By::Cargo,
    args: &["fmt", "--all", "--check"],
    component: Some(("fmt", "rustfmt")),
};

/// The lints of all code, tests and benchmarks among it.
pub const LINTS: Check = Check {
    name: "lints",
    by: By::Cargo,
    args: &["clippy", "--workspace", "--all-targets", "--features", "lucy-desktop/webdriver", "--", "-D", "warnings"],
    component: Some(("clippy", "clippy")),
};

/// The lints of all code but the desktop app's, which needs the screen.
pub const LINTS_WITHOUT_WINDOW: Check = Check {
    name: "lints",
    by: By::Cargo,
    args: &["clippy", "--workspace", "--exclude", "lucy-desktop", "--all-targets", "--", "-D", "warnings"],
    component: Some(("clippy", "clippy")),
};

/// The lints, the formatting and the types of the screen.
pub const SCREEN: Check = Check { name: "lints of the screen", by: By::Npm, args: &["run", "lint"], component: None };

/// Each benchmark run once, unmeasured.
pub const BENCHMARKS: Check = Check {
    name: "benchmarks, run once",
    by: By::Cargo,
    args: &["test", "--package", "lucy", "--bench", "*"],
    component: None,
};

impl Check {
    /// Makes the check. What it says goes to the terminal.
    ///
    /// # Errors
    /// If cargo or npm cannot be started.
    pub fn make(&self) -> anyhow::Result<Checked> {
        if let Some((command, component)) = self.component
            && !has(command)?
        {
            return Ok(Checked::NotMade(missing(self.name, component)));
        }
        let (who, mut command) = self.by.command();
        println!("\n== {}: {who} {}", self.name, self.args.join(" "));
        let status = command.args(self.args).status()?;
        Ok(if status.success() { Checked::Good } else { Checked::Bad })
    }
}

impl By {
    fn command(self) -> (&'static str, Command) {
        match self {
            Self::Cargo => {
                let mut command = cargo();
                command.current_dir(root());
                ("cargo", command)
            }
            Self::Npm => ("npm", npm(&screen::folder())),
        }
    }
}

/// Whether cargo has this command.
fn has(command: &str) -> anyhow::Result<bool> {
    let status = cargo().args([command, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    Ok(status.success())
}

fn missing(name: &str, component: &str) -> String {
    format!("not checked: {name}; {component} is not installed (`rustup component add {component}` installs it)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_is_not_installed_is_noticed() {
        assert!(has("--verbose").unwrap());
        assert!(!has("no-such-command-of-cargo").unwrap());
    }

    #[test]
    fn a_check_that_is_not_made_says_so_and_what_to_do() {
        let check = Check {
            name: "spelling",
            by: By::Cargo,
            args: &["no-such"],
            component: Some(("no-such-command", "speller")),
        };
        let Checked::NotMade(why) = check.make().unwrap() else { panic!("it was made") };
        assert!(why.contains("not checked: spelling") && why.contains("rustup component add speller"), "{why}");
    }

    #[test]
    fn a_check_is_good_or_bad() {
        let check = |args| Check { name: "test", by: By::Cargo, args, component: None }.make().unwrap();
        assert_eq!(check(&["--version"]), Checked::Good);
        assert_eq!(check(&["no-such-command-of-cargo"]), Checked::Bad);
    }
}
