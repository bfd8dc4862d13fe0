//! Counting tests and naming those that failed: what Rust's test programs write, and the reports of Vitest and
//! Playwright.

use anyhow::Context;
use serde_json::Value;
use std::fmt;
use std::ops::AddAssign;

/// How many tests there were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
    /// Tests that were not run.
    pub skipped: u64,
    /// The names of those that failed, as far as they are known.
    pub failures: Vec<String>,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.failures.extend(other.failures);
    }
}

impl Tally {
    /// One failure.
    pub const FAILURE: Self = Self { passed: 0, failed: 1, skipped: 0, failures: Vec::new() };

    /// The counts of Vitest's JSON report, and what failed. A file of tests that does not load is one failure.
    ///
    /// # Errors
    /// If it is no such report.
    pub fn of_vitest(report: &str) -> anyhow::Result<Self> {
        let report: Value = serde_json::from_str(report).context("the report of Vitest is no JSON")?;
        let count = |name: &str| report[name].as_u64().with_context(|| format!("the report of Vitest has no {name}"));
        let mut failures = Vec::new();
        let mut unloaded = 0;
        for file in each(&report["testResults"]).filter(|file| file["status"] == "failed") {
            let tests = each(&file["assertionResults"]);
            failures.extend(tests.filter(|test| test["status"] == "failed").map(|test| text(&test["fullName"])));
            if each(&file["assertionResults"]).next().is_none() {
                unloaded += 1;
                failures.push(text(&file["name"]));
            }
        }
        Ok(Self {
            passed: count("numPassedTests")?,
            failed: count("numFailedTests")? + unloaded,
            skipped: count("numPendingTests")? + count("numTodoTests")?,
            failures,
        })
    }

    /// The counts of Playwright's JSON report, and what failed. A test that passed only when it was run again failed.
    ///
    /// # Errors
    /// If it is no such report.
    pub fn of_playwright(report: &str) -> anyhow::Result<Self> {
        let report: Value = serde_json::from_str(report).context("the report of Playwright is no JSON")?;
        let count = |name: &str| {
            report["stats"][name].as_u64().with_context(|| format!("the report of Playwright has no {name}"))
        };
        let mut failures: Vec<String> = each(&report["errors"]).map(|error| text(&error["message"])).collect();
        let errors = failures.len() as u64;
        each(&report["suites"]).for_each(|suite| failed_specs(suite, &mut failures));
        Ok(Self {
            passed: count("expected")?,
            failed: count("unexpected")? + count("flaky")? + errors,
            skipped: count("skipped")?,
            failures,
        })
    }
}

/// The elements of a list; none if it is no list.
fn each(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// A text, or nothing.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

/// The names of the tests of a suite of Playwright's report, and of the suites in it, that failed at least once.
fn failed_specs(suite: &Value, failures: &mut Vec<String>) {
    for spec in each(&suite["specs"]) {
        let failed = each(&spec["tests"]).any(|test| test["status"] == "unexpected" || test["status"] == "flaky");
        if failed {
            failures.push(format!("{}: {}", text(&spec["file"]), text(&spec["title"])));
        }
    }
    each(&suite["suites"]).for_each(|suite| failed_specs(suite, failures));
}

/// Reads the output of test programs line by line.
#[derive(Debug, Default)]
pub struct Reader {
    tally: Tally,
    /// The tests that the current program announced, until its result has come.
    announced: Option<u64>,
}

impl Reader {
    /// Takes the next line.
    pub fn line(&mut self, line: &str) {
        let line = line.trim_end();
        if let Some(tests) = announcement(line) {
            self.end_program();
            self.announced = Some(tests);
        } else if let Some(name) = failure(line) {
            self.tally.failures.push(name.to_string());
        } else if let Some((tally, tests)) = result(line)
            && self.announced == Some(tests)
        {
            self.announced = None;
            self.tally += tally;
        }
    }

    /// The sum.
    pub fn finish(mut self) -> Tally {
        self.end_program();
        self.tally
    }

    /// A program that announced tests and gave no result crashed: one failure.
    fn end_program(&mut self) {
        self.tally.failed += u64::from(self.announced.take().is_some());
    }
}

/// The number in `running 12 tests`.
fn announcement(line: &str) -> Option<u64> {
    let (number, word) = line.strip_prefix("running ")?.split_once(' ')?;
    matches!(word, "test" | "tests").then(|| number.parse().ok())?
}

/// The name in `test some::name ... FAILED`.
fn failure(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
}

/// The counts of `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`, and
/// how many tests these are together.
fn result(line: &str) -> Option<(Tally, u64)> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |word: &str| {
        let of_word = |part: &str| part.trim().strip_suffix(word)?.trim().parse::<u64>().ok();
        counts.split(';').find_map(of_word)
    };
    let (passed, failed, skipped) = (count("passed")?, count("failed")?, count("ignored")?);
    let tally = Tally { passed, failed, skipped, failures: Vec::new() };
    let tests = tally.passed + tally.failed + tally.skipped + count("measured").unwrap_or(0);
    Some((tally, tests))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, expected: &str) {
        let mut reader = Reader::default();
        output.lines().for_each(|line| reader.line(line));
        assert_eq!(reader.finish().to_string(), expected, "{output}");
    }

    #[test]
    fn a_report_of_vitest_is_counted() {
        let report = r#"{"numTotalTests":5,"numPassedTests":3,"numFailedTests":1,"numPendingTests":1,"numTodoTests":0,
            "success":false,"testResults":[
            {"name":"a.test.ts","status":"failed","assertionResults":[]},
            {"status":"failed","assertionResults":[{"status":"failed","fullName":"b fails"},{"status":"passed"}]},
            {"status":"passed","assertionResults":[{"status":"passed"}]}]}"#;
        let tally = Tally::of_vitest(report).unwrap();
        assert_eq!(tally.to_string(), "3 passed, 2 failed, 1 skipped");
        assert_eq!(tally.failures, ["a.test.ts", "b fails"]);
        assert!(Tally::of_vitest("{}").is_err() && Tally::of_vitest("").is_err());
    }

    #[test]
    fn a_report_of_playwright_is_counted() {
        let report = r#"{"errors":[],"stats":{"expected":7,"unexpected":1,"flaky":1,"skipped":2,"duration":3.5},
            "suites":[{"specs":[{"title":"a","file":"a.ts","tests":[{"status":"expected"}]}],"suites":[{"specs":[
            {"title":"b","file":"a.ts","tests":[{"status":"unexpected"}]},
            {"title":"c","file":"a.ts","tests":[{"status":"flaky"}]}]}]}]}"#;
        let tally = Tally::of_playwright(report).unwrap();
        assert_eq!(tally.to_string(), "7 passed, 2 failed, 2 skipped");
        assert_eq!(tally.failures, ["a.ts: b", "a.ts: c"]);
        let broken =
            r#"{"errors":[{"message":"no tests"}],"stats":{"expected":0,"unexpected":0,"flaky":0,"skipped":0}}"#;
        let tally = Tally::of_playwright(broken).unwrap();
        assert_eq!((tally.failed, tally.failures), (1, vec!["no tests".to_string()]));
        assert!(Tally::of_playwright(r#"{"stats":{}}"#).is_err());
    }

    #[test]
    fn results_are_summed() {
        check(
            "\nrunning 2 tests\ntest a ... ok\ntest b ... ok\n\n\
             test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n\
             running 410 tests\n\
             test result: ok. 410 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 9.12s\n",
            "412 passed, 0 failed",
        );
    }

    #[test]
    fn failed_and_ignored_tests_are_counted() {
        check(
            "running 4 tests\n\
             test result: FAILED. 1 passed; 2 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.50s\r\n",
            "1 passed, 2 failed, 1 skipped",
        );
    }

    #[test]
    fn tests_that_failed_are_named() {
        let mut reader = Reader::default();
        let output = "running 2 tests\ntest a::b ... FAILED\ntest c ... ok\n\nfailures:\n    a::b\n\n\
            test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        output.lines().for_each(|line| reader.line(line));
        assert_eq!(reader.finish().failures, ["a::b"]);
    }

    #[test]
    fn a_program_without_tests_counts_for_nothing() {
        check(
            "running 0 tests\n\n\
             test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "0 passed, 0 failed",
        );
    }

    #[test]
    fn a_program_without_a_result_is_a_failure() {
        let good = "running 1 test\n\
             test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        check(&format!("running 3 tests\ntest a ... ok\n{good}"), "1 passed, 1 failed");
        check(&format!("{good}running 3 tests\ntest a ... ok\n"), "1 passed, 1 failed");
    }

    #[test]
    fn what_a_test_prints_is_no_result() {
        check(
            "running 2 tests\n\
             test result: ok. 9 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             test result: all is well\nrunning late tests\nrunning on 2 cores\n\
             test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
            "1 passed, 1 failed",
        );
    }
}
