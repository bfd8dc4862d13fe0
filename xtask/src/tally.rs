//! Counting tests and saying which failed and why: what Rust's test programs write, and the reports of Vitest and
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
    /// Those that failed, as far as they are known.
    pub failures: Vec<Failure>,
    /// The names of those that passed only at the second try.
    pub retried: Vec<String>,
}

/// A test that failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failure {
    /// Its name.
    pub name: String,
    /// How what it said begins, line by line.
    pub said: Vec<String>,
}

/// Lines of a message that tell why: the end of the output is all that some see of it.
const LINES: usize = 15;

impl Failure {
    fn new(name: String, message: &str) -> Self {
        let mut failure = Self { name, said: Vec::new() };
        message.lines().for_each(|line| failure.say(line));
        failure
    }

    /// Adds a line, if there is room for it, without what would colour it.
    fn say(&mut self, line: &str) {
        let line = plain(line);
        if self.said.len() < LINES && !line.is_empty() {
            self.said.push(line);
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed: {}", self.name)?;
        self.said.iter().try_for_each(|line| write!(f, "\n    {line}"))
    }
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
        self.retried.extend(other.retried);
    }
}

impl Tally {
    /// One failure.
    pub const FAILURE: Self = Self { passed: 0, failed: 1, skipped: 0, failures: Vec::new(), retried: Vec::new() };

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
            failures.extend(tests.filter(|test| test["status"] == "failed").map(|test| {
                let messages: Vec<_> = each(&test["failureMessages"]).map(text).collect();
                Failure::new(text(&test["fullName"]), &messages.join("\n"))
            }));
            if each(&file["assertionResults"]).next().is_none() {
                unloaded += 1;
                failures.push(Failure::new(text(&file["name"]), &text(&file["message"])));
            }
        }
        Ok(Self {
            passed: count("numPassedTests")?,
            failed: count("numFailedTests")? + unloaded,
            skipped: count("numPendingTests")? + count("numTodoTests")?,
            failures,
            retried: Vec::new(),
        })
    }

    /// The counts of Playwright's JSON report, and what failed. A test that passed only at the second try passed, and
    /// is named.
    ///
    /// # Errors
    /// If it is no such report.
    pub fn of_playwright(report: &str) -> anyhow::Result<Self> {
        let report: Value = serde_json::from_str(report).context("the report of Playwright is no JSON")?;
        let count = |name: &str| {
            report["stats"][name].as_u64().with_context(|| format!("the report of Playwright has no {name}"))
        };
        let broken = |error: &Value| Failure::new("Playwright".into(), &text(&error["message"]));
        let failures: Vec<_> = each(&report["errors"]).map(broken).collect();
        let mut tally = Self {
            passed: count("expected")? + count("flaky")?,
            failed: count("unexpected")? + failures.len() as u64,
            skipped: count("skipped")?,
            failures,
            retried: Vec::new(),
        };
        each(&report["suites"]).for_each(|suite| tally.name_specs(suite));
        Ok(tally)
    }

    /// Names the tests of a suite of Playwright's report, and of the suites in it, that failed at least once.
    fn name_specs(&mut self, suite: &Value) {
        for spec in each(&suite["specs"]) {
            let name = format!("{}: {}", text(&spec["file"]), text(&spec["title"]));
            for test in each(&spec["tests"]) {
                if test["status"] == "unexpected" {
                    self.failures.push(Failure::new(name.clone(), &errors_of(test)));
                } else if test["status"] == "flaky" {
                    self.retried.push(name.clone());
                }
            }
        }
        each(&suite["suites"]).for_each(|suite| self.name_specs(suite));
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

/// What a test of Playwright's report said at its last try, and where.
fn errors_of(test: &Value) -> String {
    let said = |error: &Value| {
        let line = error["location"]["line"].as_u64().map(|line| format!("line {line}: ")).unwrap_or_default();
        line + &text(&error["message"])
    };
    let last = each(&test["results"]).last();
    last.into_iter().flat_map(|result| each(&result["errors"])).map(said).collect::<Vec<_>>().join("\n")
}

/// A line without what colours a terminal (`ESC [ 31 m`) and the spaces at its end.
fn plain(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_string();
    for part in parts {
        plain.push_str(
            part.trim_start_matches(|sign: char| sign.is_ascii_digit() || sign == ';').get(1..).unwrap_or(""),
        );
    }
    plain.trim_end().to_string()
}

/// Reads the output of test programs line by line.
#[derive(Debug, Default)]
pub struct Reader {
    tally: Tally,
    /// The tests that the current program announced, until its result has come.
    announced: Option<u64>,
    /// The failed test whose words come now.
    speaks: Option<String>,
}

impl Reader {
    /// Takes the next line.
    pub fn line(&mut self, line: &str) {
        let line = line.trim_end();
        if let Some(tests) = announcement(line) {
            self.end_program();
            self.announced = Some(tests);
        } else if let Some(name) = failure(line) {
            self.tally.failures.push(Failure::new(name.into(), ""));
        } else if let Some((tally, tests)) = result(line)
            && self.announced == Some(tests)
        {
            self.announced = None;
            self.speaks = None;
            self.tally += tally;
        } else if let Some(name) = speaker(line) {
            self.speaks = Some(name.into());
        } else if line == "failures:" {
            self.speaks = None;
        } else {
            self.hear(line);
        }
    }

    /// Keeps what a failed test said. A panic matters more than what was printed before it.
    fn hear(&mut self, line: &str) {
        let Some(name) = &self.speaks else { return };
        let Some(failure) = self.tally.failures.iter_mut().rfind(|failure| failure.name == *name) else { return };
        if is_panic(line) && !failure.said.iter().any(|said| is_panic(said)) {
            failure.said.clear();
        }
        failure.say(line);
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

/// The name in `---- some::name stdout ----`, which stands before what the test said.
fn speaker(line: &str) -> Option<&str> {
    line.strip_prefix("---- ")?.strip_suffix(" stdout ----")
}

/// Whether this is the first line of a panic, `thread 'some::name' panicked at src/lib.rs:1:2:`.
fn is_panic(line: &str) -> bool {
    line.starts_with("thread '") && line.contains(" panicked at ")
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
    let tally = Tally { passed, failed, skipped, ..Tally::default() };
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
            {"name":"a.test.ts","status":"failed","message":"no module","assertionResults":[]},
            {"status":"failed","assertionResults":[{"status":"failed","fullName":"b fails",
            "failureMessages":["Error: \u001b[31m1\u001b[39m is not 2\n    at b.test.ts:3"]},{"status":"passed"}]},
            {"status":"passed","assertionResults":[{"status":"passed"}]}]}"#;
        let tally = Tally::of_vitest(report).unwrap();
        assert_eq!(tally.to_string(), "3 passed, 2 failed, 1 skipped");
        let failures: Vec<_> = tally.failures.iter().map(ToString::to_string).collect();
        assert_eq!(
            failures,
            ["failed: a.test.ts\n    no module", "failed: b fails\n    Error: 1 is not 2\n        at b.test.ts:3"]
        );
        assert!(Tally::of_vitest("{}").is_err() && Tally::of_vitest("").is_err());
    }

    #[test]
    fn a_report_of_playwright_is_counted() {
        let report = r#"{"errors":[],"stats":{"expected":7,"unexpected":1,"flaky":1,"skipped":2,"duration":3.5},
            "suites":[{"specs":[{"title":"a","file":"a.ts","tests":[{"status":"expected"}]}],"suites":[{"specs":[
            {"title":"b","file":"a.ts","tests":[{"status":"unexpected","results":[{"errors":[]},
            {"errors":[{"location":{"line":7},"message":"Error: \u001b[2mno\u001b[22m row\n\nReceived: 1"}]}]}]},
            {"title":"c","file":"a.ts","tests":[{"status":"flaky"}]}]}]}]}"#;
        let tally = Tally::of_playwright(report).unwrap();
        assert_eq!(tally.to_string(), "8 passed, 1 failed, 2 skipped");
        assert_eq!(tally.failures, [Failure::new("a.ts: b".into(), "line 7: Error: no row\nReceived: 1")]);
        assert_eq!(tally.retried, ["a.ts: c"]);
        let broken =
            r#"{"errors":[{"message":"no tests"}],"stats":{"expected":0,"unexpected":0,"flaky":0,"skipped":0}}"#;
        let tally = Tally::of_playwright(broken).unwrap();
        assert_eq!((tally.failed, tally.failures), (1, vec![Failure::new("Playwright".into(), "no tests")]));
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
        let output = "running 3 tests\ntest a::b ... FAILED\ntest c ... ok\ntest d ... FAILED\n\n\
            failures:\n\n---- a::b stdout ----\nI try\n\nthread 'a::b' (7) panicked at src/a.rs:1:2:\nleft: 1\n\
            thread 'main' panicked at b\n\n---- d stdout ----\nError: no file\n\nfailures:\n    a::b\n    d\n\n\
            test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n\
            no word of theirs\n";
        output.lines().for_each(|line| reader.line(line));
        let expected = [
            ("a::b", "thread 'a::b' (7) panicked at src/a.rs:1:2:\nleft: 1\nthread 'main' panicked at b"),
            ("d", "Error: no file"),
        ];
        assert_eq!(reader.finish().failures, expected.map(|(name, said)| Failure::new(name.into(), said)));
    }

    #[test]
    fn of_a_long_message_the_beginning_is_told() {
        let said = Failure::new("a".into(), &"\u{1b}[1;31mline\u{1b}[0m \n\n".repeat(40)).said;
        assert_eq!(said, vec!["line"; LINES]);
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
