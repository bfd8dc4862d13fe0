//! The real window, driven as a person would by the tests in `window.test.mjs`, one by one.

use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// One window at a time: two would share the processor, and each would look slow.
static ONE: Mutex<()> = Mutex::new(());

/// Runs the test of this name.
#[track_caller]
fn drive(name: &str) {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/window.test.mjs");
    let output = Command::new("node")
        .args(["--test", "--test-reporter=tap", "--test-name-pattern", &format!("^{name}$"), tests])
        .env("LUCY_DESKTOP", env!("CARGO_BIN_EXE_lucy-desktop"))
        .output()
        .expect("Node.js cannot be started; `cargo xtask test` says what is needed");
    let report = String::from_utf8_lossy(&output.stdout);
    let passed = report.lines().any(|line| line.starts_with("ok ") && line.ends_with(name));
    assert!(output.status.success() && passed, "{report}\n{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_page_reaches_rust_and_nothing_else() {
    drive("the page reaches Rust and nothing else");
}

#[test]
fn a_question_is_answered_and_its_source_opened() {
    drive("a question is answered and its source opened");
}

#[test]
fn a_stopped_run_goes_on() {
    drive("a stopped run goes on");
}

#[test]
fn quitting_in_mid_run_loses_nothing() {
    drive("quitting in mid-run loses nothing");
}

#[test]
fn a_killed_lucy_goes_on_where_it_was() {
    drive("a killed Lucy goes on where it was");
}

#[test]
fn a_link_opens_a_review_and_a_second_lucy_does_not_start() {
    drive("a link opens a review and a second Lucy does not start");
}
