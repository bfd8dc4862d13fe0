//! Questions to the bundled model, from the command line to the answer.

mod common;

use common::{Lucy, ends, events};
use lucy_protocol::{Event, Outcome, Transcript};

const QUESTION: &str = "When was Alan Turing born?";

/// The run that `lucy ask --json` wrote.
fn ask(lucy: &Lucy, question: &str) -> Transcript {
    let lines: Vec<String> = lucy.ok(&["ask", "--json", question]).lines().map(String::from).collect();
    let events = events(&lines);
    assert_eq!(ends(&events), 1);
    assert!(matches!(events.last(), Some(Event::Finished { .. })));
    Transcript::of(&events)
}

fn answer(transcript: &Transcript) -> (&str, Vec<&str>) {
    let (answer, citations) = transcript.answer().expect("an answer");
    (answer, citations.iter().filter_map(|citation| citation.url.as_deref()).collect())
}

#[test]
fn a_question_is_answered_and_cited() {
    let transcript = ask(&Lucy::new(), QUESTION);
    let (answer, cited) = answer(&transcript);
    assert!(answer.contains("1912"), "{answer}");
    assert_eq!(cited, ["library:alan-turing"]);
    assert!(transcript.steps.len() >= 2 && !transcript.steps[0].reply.reasoning.is_empty());
    assert_eq!(transcript.steps[0].reply.calls[0].name, "web_search");
}

#[test]
fn two_facts_are_both_answered_and_both_cited() {
    let transcript = ask(&Lucy::new(), "Who designed the Eiffel Tower, and when was it completed?");
    let (answer, cited) = answer(&transcript);
    assert!(answer.contains("Stephen Sauvestre") && answer.contains("1889"), "{answer}");
    assert_eq!(cited, ["library:eiffel-tower"; 2], "{answer}");
}

#[test]
fn people_type_as_they_like() {
    let lucy = Lucy::new();
    for (question, wanted) in [
        ("whats the capital of australia", "Canberra"),
        ("tell me the chemical symbol of gold", "Au"),
        ("when did frida kahlo die", "1954"),
        ("who wrote hamlet", "William Shakespeare"),
    ] {
        let transcript = ask(&lucy, question);
        let (answer, cited) = answer(&transcript);
        assert!(answer.contains(wanted) && !cited.is_empty(), "{question}: {answer}");
    }
}

#[test]
fn what_nobody_knows_is_refused() {
    let transcript = ask(&Lucy::new(), "Who designed the Tower of Kalvorest?");
    let (answer, _) = answer(&transcript);
    assert!(answer.contains("could not find"), "{answer}");
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let lucy = Lucy::new();
    let said = |seed: &str| {
        let lines: Vec<String> =
            lucy.ok(&["ask", "--json", "--seed", seed, QUESTION]).lines().map(String::from).collect();
        let raw = |event: Event| if let Event::Replied { message, .. } = event { Some(message.raw) } else { None };
        events(&lines).into_iter().filter_map(raw).collect::<Vec<_>>()
    };
    assert_eq!(said("7"), said("7"));
}

#[test]
fn a_pipe_gets_thought_calls_sources_and_answer_without_escape_codes() {
    let out = Lucy::new().ok(&["ask", QUESTION]);
    assert!(!out.contains('\u{1b}') && !out.contains('\r'), "{out:?}");
    for part in ["│ ", "→ web_search", "library:alan-turing", "1912", "\n[1] ", " · run "] {
        assert!(out.contains(part), "{part:?} is not in\n{out}");
    }
}

#[test]
fn a_question_may_come_from_a_pipe_and_its_answer_may_go_unread() {
    let lucy = Lucy::new();
    let ran = lucy.with_input(&["ask"], "when was alan turing born\n");
    assert!(ran.code == Some(0) && ran.out.contains("1912"), "{}{}", ran.out, ran.err);
    let mut child = lucy.start(&mut lucy.command(&["ask", QUESTION]));
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !err.contains("panicked"), "{err}");
    assert_eq!(ends(&events(&lucy.lines(&lucy.latest()))), 1);
}

#[test]
fn the_history_lists_shows_and_forgets() {
    let lucy = Lucy::new();
    assert_eq!(lucy.ok(&["history"]), "Nothing was asked yet.\n");
    ask(&lucy, QUESTION);
    let run = lucy.latest();
    let list = lucy.ok(&["history"]);
    assert!(list.starts_with(&run) && list.contains("answered") && list.contains(QUESTION), "{list}");
    let shown = lucy.ok(&["show", &run[..5]]);
    assert!(shown.starts_with(QUESTION) && shown.contains("1912"), "{shown}");
    lucy.ok(&["delete", &run]);
    assert_eq!(lucy.run(&["show", &run]).code, Some(4));
    assert_eq!(lucy.run(&["delete", &run]).code, Some(4));
}

#[test]
fn a_finished_run_has_nothing_to_resume() {
    let lucy = Lucy::new();
    ask(&lucy, QUESTION);
    let ran = lucy.run(&["resume", &lucy.latest()]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("nothing to resume"), "{}", ran.err);
}

#[test]
fn one_step_must_answer_at_once() {
    let lucy = Lucy::new();
    let ran = lucy.run(&["ask", "--json", "--max-steps", "1", QUESTION]);
    let lines: Vec<String> = ran.out.lines().map(String::from).collect();
    let transcript = Transcript::of(&events(&lines));
    assert_eq!(transcript.steps.len(), 1);
    assert!(transcript.steps[0].results.is_empty());
    let answered = matches!(transcript.outcome, Some(Outcome::Answered { .. }));
    assert_eq!(ran.code, Some(if answered { 0 } else { 7 }));
}

#[test]
fn a_folder_of_ones_own_is_searched() {
    let lucy = Lucy::new();
    let notes = tempfile::tempdir().unwrap();
    let text = "# Velkarin Bridge\n\nVelkarin Bridge was designed by Maria Lindqvist.\n";
    std::fs::write(notes.path().join("velkarin-bridge.md"), text).unwrap();
    lucy.ok(&["library", "add", notes.path().to_str().unwrap()]);
    // Only what was searched is asked here: an address of random letters is more than the model copies surely.
    let ran = lucy.run(&["ask", "--json", "Who designed Velkarin Bridge?"]);
    let lines: Vec<String> = ran.out.lines().map(String::from).collect();
    let transcript = Transcript::of(&events(&lines));
    let first = &transcript.sources[0];
    assert!(first.url.starts_with("file:") && first.preview.contains("Maria Lindqvist"), "{first:?}");
}

#[test]
fn a_conversation_goes_on_and_knows_its_sources() {
    let lucy = Lucy::new();
    let typed = "when was alan turing born\n/sources\nWhat is the capital of Japan?\n/nope\n/quit\n";
    let ran = lucy.with_input(&["chat"], typed);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for part in ["1912", "[1] Alan Turing", "Tokyo", "There is no /nope."] {
        assert!(ran.out.contains(part), "{part:?} is not in\n{}", ran.out);
    }
    let runs: Vec<serde_json::Value> =
        lucy.ok(&["history", "--json"]).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(runs.len(), 2);
    assert_eq!(runs[0]["conversation"], runs[1]["conversation"]);
}
