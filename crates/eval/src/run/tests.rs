//! Tests of running a task, stopping it and going on.

use super::*;
use crate::task::Gold;
use lucy_agent::testing::{FakeModel, FakeTool, calls, says};
use lucy_protocol::{Message, Source, ToolResult};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};

fn task(count: usize) -> Task {
    let example = |number: usize| Example {
        question: format!("When was tower {number} built?"),
        gold: vec![Gold {
            value: format!("{}", 1800 + number),
            address: Some(format!("library:tower-{number}")),
            also: Vec::new(),
        }],
        answerable: true,
        group: "one hop".into(),
    };
    Task { name: "Towers".into(), examples: (0..count).map(example).collect() }
}

fn question(messages: &[Message]) -> String {
    let asked = messages.iter().find_map(|message| match message {
        Message::User { text } => Some(text.clone()),
        _ => None,
    });
    asked.unwrap_or_default()
}

/// A model that searches with the question and answers with what the tool said; it knows no odd tower.
fn model(started: Arc<AtomicUsize>) -> FakeModel {
    FakeModel::new(move |request| {
        let asked = question(&request.messages);
        let number: usize = asked.split(' ').filter_map(|word| word.parse().ok()).next().unwrap_or(0);
        if request.messages.iter().any(|message| matches!(message, Message::Tool(_))) {
            let year = if number.is_multiple_of(2) { 1800 + number } else { 1700 };
            return Ok(says(&format!("It was built in {year} [1].")));
        }
        started.fetch_add(1, Ordering::SeqCst);
        Ok(calls(&[("web_search", json!({ "query": asked }))]))
    })
}

fn search() -> Vec<Arc<dyn Tool>> {
    let tool = FakeTool::new("web_search", |call, _| async move {
        let query = call.arguments["query"].as_str().unwrap_or_default().to_string();
        let number: String = query.chars().filter(char::is_ascii_digit).collect();
        let source = Source { url: format!("library:tower-{number}"), title: "Tower".into(), ..Source::default() };
        ToolResult { call_id: call.id, sources: vec![source], ..ToolResult::default() }
    });
    vec![Arc::new(tool)]
}

fn options(folder: &tempfile::TempDir) -> Options {
    Options { parallel: 3, ..Options::new(folder.path().join("out"), "fake", "2026-11-23") }
}

#[tokio::test]
async fn every_example_is_run_graded_and_logged() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(&folder);
    let started = Arc::new(AtomicUsize::new(0));
    let mut seen = Vec::new();
    let mut progress = |step: Step<'_>| seen.push((step.done, step.total));
    let report = run(&task(7), &model(started), &search(), &options, &mut progress).await.unwrap();
    assert_eq!(seen, (1..=7).map(|done| (done, 7)).collect::<Vec<_>>());
    assert_eq!((report.total.correct.hits, report.total.correct.of), (4, 7));
    assert_eq!((report.failures.len(), report.total.steps as u32), (3, 2));
    let log = std::fs::read_to_string(options.out.join(&report.failures[0].log)).unwrap();
    let events: Vec<Event> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let transcript = Transcript::of(&events);
    assert_eq!(transcript.question, report.failures[0].question);
    assert_eq!(transcript.answer().unwrap().0, "It was built in 1700 [1].");
    let json: Report = serde_json::from_slice(&std::fs::read(options.out.join("report.json")).unwrap()).unwrap();
    assert_eq!(json, report);
    assert!(std::fs::read_to_string(options.out.join("report.md")).unwrap().contains("| one hop | 7 |"));
}

#[tokio::test]
async fn results_are_cut_to_what_this_model_reads() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { result_chars: 10, ..options(&folder) };
    run(&task(1), &model(Arc::default()), &search(), &options, &mut |_| ()).await.unwrap();
    let log = std::fs::read_to_string(options.out.join("logs/00000.jsonl")).unwrap();
    assert!(log.contains(r"Result 1:\n\n[cut: the first 10 of "), "{log}");
}

#[tokio::test]
async fn a_cancelled_evaluation_goes_on_later() {
    let folder = tempfile::tempdir().unwrap();
    let started = Arc::new(AtomicUsize::new(0));
    let model = model(started.clone());
    let first = Options { parallel: 1, ..options(&folder) };
    let mut stop = |step: Step<'_>| {
        if step.done == 2 {
            first.cancel.cancel();
        }
    };
    let report = run(&task(6), &model, &search(), &first, &mut stop).await.unwrap();
    assert_eq!((report.total.correct.of, report.examples), (2, 6));
    let whole = run(&task(6), &model, &search(), &options(&folder), &mut |_| ()).await.unwrap();
    assert_eq!((whole.total.correct.hits, whole.total.correct.of), (3, 6));
    assert_eq!(started.load(Ordering::SeqCst), 6);
}

#[tokio::test]
async fn a_line_that_was_cut_off_is_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let started = Arc::new(AtomicUsize::new(0));
    let (model, options) = (model(started.clone()), options(&folder));
    let first = run(&task(3), &model, &search(), &options, &mut |_| ()).await.unwrap();
    let path = options.out.join("results.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, &text[..text.len() - 9]).unwrap();
    let second = run(&task(3), &model, &search(), &options, &mut |_| ()).await.unwrap();
    assert_eq!(started.load(Ordering::SeqCst), 4);
    assert_eq!(second.total.correct, first.total.correct);
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 4);
}

#[tokio::test]
async fn results_of_other_questions_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (model, options) = (model(Arc::default()), options(&folder));
    run(&task(1), &model, &search(), &options, &mut |_| ()).await.unwrap();
    let error = run(&task(2), &model, &search(), &options, &mut |_| ()).await.unwrap_err();
    assert!(error.to_string().contains("use another folder"), "{error}");
}

#[tokio::test]
async fn a_model_that_fails_gives_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let model = FakeModel::script(Vec::new());
    let report = run(&task(1), &model, &search(), &options(&folder), &mut |_| ()).await.unwrap();
    assert_eq!(report.failures[0].answer, "(failed: the script is over)");
    assert_eq!(report.total.attempted.of, 0);
}

#[tokio::test]
async fn a_judge_decides_instead_of_the_match() {
    let folder = tempfile::tempdir().unwrap();
    let judge: Arc<dyn LanguageModel> = Arc::new(FakeModel::new(|_| Ok(says("A"))));
    let options = Options { judge: Some(judge), ..options(&folder) };
    let report = run(&task(2), &model(Arc::default()), &search(), &options, &mut |_| ()).await.unwrap();
    assert_eq!((report.total.correct.hits, report.total.cited.hits), (2, 1));
}
