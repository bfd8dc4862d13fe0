//! The golden logs of every release parse, fold to the transcripts beside them, and can be taken up after any event.

use expect_test::expect_file;
use lucy_agent::{Action, Run};
use lucy_protocol::{Event, Transcript};
use std::path::{Path, PathBuf};

fn logs() -> Vec<(PathBuf, Vec<Event>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/logs");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut logs: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let log = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            (path, log)
        })
        .collect();
    logs.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(logs.len() >= 5, "the logs of 0.1.0 are here");
    logs
}

#[test]
fn golden_logs_fold_to_their_transcripts() {
    for (path, log) in logs() {
        let transcript = serde_json::to_string_pretty(&Transcript::of(&log)).unwrap() + "\n";
        expect_file![path.with_extension("transcript.json")].assert_eq(&transcript);
    }
}

#[test]
fn golden_logs_can_be_taken_up_after_any_event() {
    for (path, log) in logs() {
        for kept in 1..=log.len() {
            let run = Run::resume(log[..kept].to_vec()).unwrap();
            let is = |event: &Event| matches!(event, Event::Finished { .. });
            let over = run.log().iter().any(is);
            assert_eq!(matches!(run.next(), Action::Done(_)), over, "{} after {kept}", path.display());
            let kinds = |log: &[Event]| log.iter().map(std::mem::discriminant).collect::<Vec<_>>();
            assert_eq!(kinds(run.log()), kinds(&log[..run.log().len()]), "{} after {kept}", path.display());
        }
    }
}

#[test]
fn the_log_of_a_crash_goes_on_with_the_call_that_has_no_result() {
    let (_, log) = logs().into_iter().find(|(path, _)| path.ends_with("0.1.0-crashed.jsonl")).unwrap();
    let Action::CallTools(calls) = Run::resume(log).unwrap().next() else { panic!() };
    assert_eq!(calls.iter().map(|call| call.name.as_str()).collect::<Vec<_>>(), ["visit_tool"]);
}
