//! `cargo xtask test`: all set-up, every test and check of the repository, and how many tests passed as the last line.

use crate::checks::{BENCHMARKS, Check, Checked, FORMATTING, LINTS, LINTS_WITHOUT_WINDOW, SCREEN};
use crate::needs::{self, TO_BUILD, TO_TEST, npm};
use crate::tally::{Reader, Tally};
use crate::{cargo, driver, root, screen, target};
use anyhow::Context;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

/// Runs everything. A failed check counts as one failure, so that the last line never says `0 failed` of a run that
/// failed; what could not be tested counts as nothing and is named above it, but in continuous tests it is a failure.
///
/// # Errors
/// If cargo cannot be started or nobody reads the output.
pub fn run() -> anyhow::Result<ExitCode> {
    let mut report = Report { strict: needs::is_ci(), ..Report::default() };
    report.check(FORMATTING)?;
    let parts = prepare(&mut report)?;
    report.count(&mut parts.tests())?;
    if parts.screen {
        report.check(SCREEN)?;
        report.reported("Vitest", parts.vitest(), Tally::of_vitest)?;
    }
    if parts.browser.is_some() {
        report.reported("Playwright", parts.playwright(), Tally::of_playwright)?;
    }
    report.check(BENCHMARKS)?;
    report.check(if parts.window { LINTS } else { LINTS_WITHOUT_WINDOW })?;
    report.finish()
}

/// What can be tested on this machine beside the crates.
#[derive(Debug, Default)]
struct Parts {
    /// The code of the screen.
    screen: bool,
    /// The screen in this browser.
    browser: Option<PathBuf>,
    /// The desktop app.
    window: bool,
    /// The desktop app's real window, by this driver.
    driver: Option<PathBuf>,
}

/// Does the set-up and finds out what can be tested.
fn prepare(report: &mut Report) -> anyhow::Result<Parts> {
    if let Some(missing) = needs::node_is_missing() {
        report.not_tested("the screen and the desktop app", &missing);
        return Ok(Parts::default());
    }
    if let Err(error) = screen::build() {
        report.failed(&format!("the screen cannot be built: {error:#}"));
        return Ok(Parts::default());
    }
    let mut parts = Parts { screen: true, window: true, ..Parts::default() };
    if cfg!(target_os = "linux") {
        if let Err(missing) = needs::meet(TO_BUILD)? {
            report.not_tested("the desktop app", &missing);
            parts.window = false;
        }
        match needs::meet(TO_TEST)? {
            Err(missing) => report.not_tested("the real window", &missing),
            Ok(()) if parts.window => parts.driver = Some(driver::install()?),
            Ok(()) => (),
        }
    } else {
        report.remarks.push("not tested: the real window, for which there is a driver on Linux only".into());
    }
    parts.browser = screen::browser();
    if parts.browser.is_none() {
        report.not_tested("the screen in a browser", "there is no Chromium or Chrome on the PATH");
    }
    Ok(parts)
}

impl Parts {
    /// The tests of Rust.
    fn tests(&self) -> Command {
        let mut tests = cargo();
        tests.args(["test", "--workspace", "--no-fail-fast"]).current_dir(root());
        match &self.driver {
            Some(driver) => tests.args(["--features", "lucy-desktop/webdriver"]).env("TAURI_DRIVER", driver),
            None if self.window => &mut tests,
            None => tests.args(["--exclude", "lucy-desktop"]),
        };
        tests
    }

    /// The tests of the screen's code, and where they report.
    fn vitest(&self) -> Reported {
        let report = target().join("vitest.json");
        let mut tests = npm(&screen::folder());
        tests.args(["run", "test", "--", "--reporter=default", "--reporter=json"]);
        tests.arg(format!("--outputFile.json={}", report.display()));
        Reported { tests, report }
    }

    /// The tests of the screen in a browser, and where they report.
    fn playwright(&self) -> Reported {
        let report = target().join("playwright.json");
        let mut tests = npm(&screen::folder());
        // A machine that does much beside gets a second try; the report names what needed it.
        tests
            .args(["run", "e2e", "--", "--reporter=list,json", "--retries=1"])
            .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
        tests.env("LUCY_BIN", target().join("debug").join(format!("lucy{}", std::env::consts::EXE_SUFFIX)));
        if let Some(browser) = &self.browser {
            tests.env("CHROMIUM", browser);
        }
        Reported { tests, report }
    }
}

/// Tests that write a report into a file.
struct Reported {
    tests: Command,
    report: PathBuf,
}

/// Reads the counts of a report.
type Counting = fn(&str) -> anyhow::Result<Tally>;

/// What came of everything so far.
#[derive(Debug, Default)]
struct Report {
    tally: Tally,
    remarks: Vec<String>,
    /// Whether what could not be tested is a failure.
    strict: bool,
}

impl Report {
    fn failed(&mut self, what: &str) {
        self.tally += Tally::FAILURE;
        self.remarks.push(format!("failed: {what}"));
    }

    fn not_tested(&mut self, what: &str, why: &str) {
        if self.strict {
            self.failed(&format!("{what} could not be tested: {why}"));
        } else {
            self.remarks.push(format!("not tested: {what}; {why}"));
        }
    }

    fn check(&mut self, check: Check) -> anyhow::Result<()> {
        match check.make()? {
            Checked::Good => (),
            Checked::NotMade(why) => self.remarks.push(why),
            Checked::Bad => self.failed(check.name),
        }
        Ok(())
    }

    /// Runs the tests of Rust, shows what they write and counts them.
    fn count(&mut self, tests: &mut Command) -> anyhow::Result<()> {
        println!("\n== tests: {}", shown(tests));
        let mut child = tests.stdout(Stdio::piped()).spawn().context("cargo cannot be started")?;
        let output = child.stdout.take().context("the tests have no output")?;
        let tally = read(output, &mut io::stdout().lock())?;
        let (tally, remark) = judge(tally, child.wait()?.success());
        self.tally += tally;
        self.remarks.extend(remark);
        Ok(())
    }

    /// Runs tests that write a report, and counts them.
    fn reported(&mut self, name: &str, reported: Reported, count: Counting) -> anyhow::Result<()> {
        let Reported { mut tests, report } = reported;
        println!("\n== {name}: {}", shown(&tests));
        let _ = fs::remove_file(&report);
        let success = tests.status().with_context(|| format!("{name} cannot be started"))?.success();
        let tally = fs::read_to_string(&report).context("there is no report").and_then(|report| count(&report));
        match tally {
            Ok(tally) => {
                let (tally, remark) = judge(tally, success);
                self.tally += tally;
                self.remarks.extend(remark.map(|remark| format!("{remark} ({name})")));
            }
            Err(error) => self.failed(&format!("{name}: {error:#}")),
        }
        Ok(())
    }

    /// The last lines. The sum is the very last, and what failed is next to it.
    fn end(&self) -> String {
        let retried = self.tally.retried.iter().map(|name| format!("passed at the second try: {name}"));
        let failures = self.tally.failures.iter().map(ToString::to_string);
        let lines = self.remarks.iter().cloned().chain(retried).chain(failures);
        lines.chain([self.tally.to_string()]).collect::<Vec<_>>().join("\n")
    }

    /// Writes the remarks, what failed and why, and the sum.
    fn finish(self) -> anyhow::Result<ExitCode> {
        println!("\n{}", self.end());
        io::stdout().flush()?;
        Ok(if self.tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The command as a person types it.
fn shown(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let name = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let args = command.get_args().map(|arg| arg.to_string_lossy().into_owned());
    [name].into_iter().chain(args).collect::<Vec<_>>().join(" ")
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
    use crate::tally::Failure;

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
        assert_eq!(judge(good.clone(), true), (good.clone(), None));
        let (tally, remark) = judge(good.clone(), false);
        assert_eq!(tally.to_string(), "412 passed, 1 failed");
        assert!(remark.unwrap().contains("did not compile"));
        let bad = Tally { failed: 2, ..good };
        assert_eq!(judge(bad.clone(), false), (bad, None));
    }

    #[test]
    fn no_test_at_all_is_a_failure() {
        let (tally, remark) = judge(Tally::default(), true);
        assert_eq!(tally.to_string(), "0 passed, 1 failed");
        assert!(remark.is_some());
    }

    #[test]
    fn a_command_is_run_and_counted() {
        let mut report = Report::default();
        report.count(cargo().arg("no-such-command-of-cargo")).unwrap();
        assert_eq!(report.tally, Tally::FAILURE);
        assert_eq!(report.remarks.len(), 1);
    }

    #[test]
    fn what_cannot_be_tested_is_a_failure_only_in_continuous_tests() {
        let (mut report, mut strict) = (Report::default(), Report { strict: true, ..Report::default() });
        report.not_tested("the screen", "there is no Node.js");
        strict.not_tested("the screen", "there is no Node.js");
        assert_eq!((report.tally, strict.tally), (Tally::default(), Tally::FAILURE));
        assert_eq!(report.remarks, ["not tested: the screen; there is no Node.js"]);
        assert_eq!(strict.remarks, ["failed: the screen could not be tested: there is no Node.js"]);
    }

    #[test]
    fn the_last_lines_say_what_failed_and_why() {
        let tally = Tally {
            passed: 3,
            failed: 1,
            failures: vec![Failure { name: "a".into(), said: vec!["1 is not 2".into()] }],
            retried: vec!["b".into()],
            ..Tally::default()
        };
        let report = Report { tally, remarks: vec!["not tested: c".into()], ..Report::default() };
        assert_eq!(
            report.end(),
            "not tested: c\npassed at the second try: b\nfailed: a\n    1 is not 2\n3 passed, 1 failed"
        );
    }

    #[test]
    fn tests_without_a_report_failed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.json");
        let reported = |path: &PathBuf| {
            let mut tests = cargo();
            tests.arg("--version");
            Reported { tests, report: path.clone() }
        };
        let mut report = Report::default();
        report.reported("Vitest", reported(&path), Tally::of_vitest).unwrap();
        assert_eq!(report.tally, Tally::FAILURE);
        assert!(report.remarks[0].contains("there is no report"));
    }

    #[test]
    fn the_desktop_app_is_tested_where_it_can_be() {
        let words = |parts: &Parts| shown(&parts.tests());
        assert!(words(&Parts::default()).ends_with("--exclude lucy-desktop"));
        let window = Parts { screen: true, window: true, ..Parts::default() };
        assert_eq!(words(&window), "cargo test --workspace --no-fail-fast");
        let driven = Parts { driver: Some("tauri-driver".into()), ..window };
        assert!(words(&driven).ends_with("--features lucy-desktop/webdriver"));
    }
}
