//! What is left when a run is stopped: by `kill -9` at any moment, and by Ctrl-C.

mod common;

use common::{Lucy, babbler, ends, events};
use lucy_protocol::{Event, Outcome, StopReason};
use std::io::{BufRead, BufReader, Read};

/// Starts a question, kills the program with SIGKILL once it has written an event of this kind, and gives the lines
/// that it wrote.
fn killed(lucy: &Lucy, args: &[&str], kind: &str) -> Vec<String> {
    let mut child = lucy.start(&mut lucy.command(args));
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut seen = Vec::new();
    let marker = format!("\"event\":\"{kind}\"");
    loop {
        let mut line = String::new();
        assert!(out.read_line(&mut line).unwrap() > 0, "no {kind} in {seen:?}");
        seen.push(line.trim_end().to_owned());
        if line.contains(&marker) {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    seen.extend(rest.lines().filter(|line| line.ends_with('}')).map(String::from));
    seen
}

/// Nothing that was seen is lost, nothing is stored by half, and the run can be brought to its one end.
fn survives(lucy: &Lucy, seen: &[String], model: &[&str]) {
    let run = lucy.latest();
    let kept = lucy.lines(&run);
    assert!(kept.len() >= seen.len());
    assert_eq!(kept[..seen.len()], *seen, "what was shown is on disk");
    if ends(&events(&kept)) == 1 {
        return;
    }
    let resumed = lucy.run(&[&["resume", "--json", &run], model].concat());
    assert!(matches!(resumed.code, Some(0 | 7)), "{}", resumed.err);
    let lines: Vec<String> = resumed.out.lines().map(String::from).collect();
    assert_eq!(lines[..kept.len()], *kept, "a resumed run goes on from what was kept");
    assert_eq!(ends(&events(&lines)), 1);
    assert_eq!(lucy.lines(&run), lines);
}

#[test]
fn a_run_killed_while_it_writes_is_resumed() {
    let lucy = Lucy::new();
    let model = ["--model", babbler().to_str().unwrap()];
    let seen = killed(&lucy, &[&["ask", "--json", "What is this?"], &model[..]].concat(), "started");
    assert_eq!(seen.len(), 1, "the babbler is still writing");
    survives(&lucy, &seen, &model);
}

#[test]
fn a_run_killed_after_any_event_is_resumed() {
    for kind in ["started", "replied", "observed", "finished"] {
        let lucy = Lucy::new();
        let seen = killed(&lucy, &["ask", "--json", "Who designed the Eiffel Tower?"], kind);
        survives(&lucy, &seen, &[]);
    }
}

#[cfg(unix)]
fn interrupt(child: &std::process::Child) {
    let status = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(status.unwrap().success());
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_was_said() {
    let lucy = Lucy::new();
    let args = ["ask", "What is this?", "--model", babbler().to_str().unwrap()];
    let mut child = lucy.start(&mut lucy.command(&args));
    let mut out = child.stdout.take().unwrap();
    // The first piece of the reply has come.
    let mut first = [0; 1];
    out.read_exact(&mut first).unwrap();
    interrupt(&child);
    let mut rest = Vec::new();
    out.read_to_end(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(String::from_utf8_lossy(&rest).contains("Stopped. What was said is kept."));
    let run = lucy.latest();
    let log = events(&lucy.lines(&run));
    let Some(Event::Replied { message, .. }) = log.get(1) else { panic!("{log:?}") };
    assert_eq!(message.stop, StopReason::Cancelled);
    assert!(!message.raw.is_empty() && message.usage.completion_tokens < 256, "{:?}", message.usage);
    assert!(matches!(log.last(), Some(Event::Finished { outcome: Outcome::Cancelled, .. })));
    assert_eq!(ends(&log), 1);
}

#[cfg(unix)]
#[test]
fn a_cancelled_run_is_taken_up_as_a_new_one() {
    let lucy = Lucy::new();
    let model = ["--model", babbler().to_str().unwrap()];
    let mut child = lucy.start(&mut lucy.command(&[&["ask", "--json", "What is this?"], &model[..]].concat()));
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut String::new()).unwrap();
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let cancelled = lucy.latest();
    lucy.run(&[&["resume", &cancelled], &model[..]].concat());
    let taken_up = lucy.latest();
    assert_ne!(taken_up, cancelled);
    let log = events(&lucy.lines(&taken_up));
    assert_eq!(ends(&log), 1);
    assert!(!matches!(log.last(), Some(Event::Finished { outcome: Outcome::Cancelled, .. })));
}

#[test]
fn one_process_at_a_time_works_on_a_run() {
    let lucy = Lucy::new();
    let model = ["--model", babbler().to_str().unwrap()];
    let mut child = lucy.start(&mut lucy.command(&[&["ask", "--json", "What is this?"], &model[..]].concat()));
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut String::new()).unwrap();
    let run = lucy.latest();
    assert!(lucy.ok(&["history"]).contains("running"));
    assert_eq!(lucy.run(&["delete", &run]).code, Some(2));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(lucy.ok(&["history"]).contains("cut off"));
    lucy.ok(&["delete", &run]);
}
