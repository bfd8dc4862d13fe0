//! `cargo xtask test`: every test and check of the repository, and how many tests passed as the last line.

use crate::checks::{BENCHMARKS, Checked, FORMATTING, LINTS};
use crate::tally::{Reader, Tally};
use crate::{cargo, root};
use anyhow::Context;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, ExitCode, Stdio};

/// Runs everything. A failed check counts as one failure, so that the last line never says `0 failed` of a run that
/// failed; a check that could not be made counts as nothing and is named above it.
///
/// # Errors
/// If cargo cannot be started or nobody reads the output.
pub fn run() -> anyhow::Result<ExitCode> {
    let mut remarks = Vec::new();
    let formatting = FORMATTING.make()?;
    println!("\n== tests: cargo test --workspace");
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--no-fail-fast"]).current_dir(root());
    let (mut tally, remark) = count(&mut tests)?;
    remarks.extend(remark);
    let benchmarks = BENCHMARKS.make()?;
    let lints = LINTS.make()?;
    for (check, checked) in [(FORMATTING, formatting), (BENCHMARKS, benchmarks), (LINTS, lints)] {
        match checked {
            Checked::Good => (),
            Checked::NotMade(why) => remarks.push(why),
            Checked::Bad => {
                tally.failed += 1;
                remarks.push(format!("failed: {}", check.name));
            }
        }
    }
    println!();
    remarks.iter().for_each(|remark| println!("{remark}"));
    println!("{tally}");
    io::stdout().flush()?;
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs a command that runs tests, shows what it writes and counts the tests.
fn count(command: &mut Command) -> anyhow::Result<(Tally, Option<String>)> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("cargo cannot be started")?;
    let output = child.stdout.take().context("the tests have no output")?;
    let tally = read(output, &mut io::stdout().lock())?;
    let status = child.wait()?;
    Ok(judge(tally, status.success()))
}

/// Copies the output as it comes and counts.
fn read(output: impl Read, copy: &mut impl Write) -> io::Result<Tally> {
    let mut output = BufReader::new(output);
    let mut reader = Reader::default();
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        copy.write_all(&line)?;
        copy.flush()?;
        reader.line(&String::from_utf8_lossy(&line));
        line.clear();
    }
    Ok(reader.finish())
}

/// The counts in the light of how the command ended: one that failed has a failure, and one that ran nothing too.
fn judge(mut tally: Tally, success: bool) -> (Tally, Option<String>) {
    if tally.failed > 0 {
        return (tally, None);
    }
    let remark = match (success, tally.passed) {
        (true, 1..) => return (tally, None),
        (true, 0) => "failed: no test was run",
        (false, _) => "failed: something did not compile, or a test program crashed; see above",
    };
    tally.failed = 1;
    (tally, Some(remark.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESULT: &str = "running 1 test\ntest a ... ok\n\n\
        test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";

    #[test]
    fn output_is_shown_as_it_is_and_counted() {
        let mut shown = Vec::new();
        let output = [b"\xff no text\n", RESULT.as_bytes(), b"no line end"].concat();
        let tally = read(output.as_slice(), &mut shown).unwrap();
        assert_eq!(shown, output);
        assert_eq!(tally.to_string(), "1 passed, 0 failed");
    }

    #[test]
    fn a_command_that_fails_is_a_failure_whatever_was_counted() {
        let good = Tally { passed: 412, ..Tally::default() };
        assert_eq!(judge(good, true), (good, None));
        let (tally, remark) = judge(good, false);
        assert_eq!(tally.to_string(), "412 passed, 1 failed");
        assert!(remark.unwrap().contains("did not compile"));
        let bad = Tally { failed: 2, ..good };
        assert_eq!(judge(bad, false), (bad, None));
    }

    #[test]
    fn no_test_at_all_is_a_failure() {
        let (tally, remark) = judge(Tally::default(), true);
        assert_eq!(tally.to_string(), "0 passed, 1 failed");
        assert!(remark.is_some());
    }

    #[test]
    fn a_command_is_run_and_counted() {
        let (tally, remark) = count(cargo().arg("no-such-command-of-cargo")).unwrap();
        assert_eq!(tally.to_string(), "0 passed, 1 failed");
        assert!(remark.is_some());
    }
}
