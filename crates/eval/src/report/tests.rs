//! Tests of shares, intervals and reports.

use super::*;
use crate::task::{Example, Gold, Score};
use expect_test::expect;

fn near(found: (f64, f64), expected: (f64, f64)) {
    assert!((found.0 - expected.0).abs() < 5e-5 && (found.1 - expected.1).abs() < 5e-5, "{found:?}");
}

/// Expected values: the formula evaluated in Python; for 0 and 10 of 10 it is 0 to z²/(10 + z²) and its mirror image.
#[test]
fn intervals_are_those_of_wilson() {
    near(Share { hits: 95, of: 100 }.interval(), (0.888_250, 0.978_456));
    near(Share { hits: 0, of: 10 }.interval(), (0.0, 0.277_533));
    near(Share { hits: 10, of: 10 }.interval(), (0.722_467, 1.0));
    near(Share { hits: 338, of: 432 }.interval(), (0.741_102, 0.818_735));
    near(Share::default().interval(), (0.0, 1.0));
}

fn graded(index: usize, verdict: Verdict, score: Score) -> Graded {
    Graded {
        index,
        question: String::new(),
        answer: (verdict != Verdict::NotAttempted).then(|| "It was\n1890 [1].".into()),
        ending: "out of steps".into(),
        score,
        verdict,
        steps: 3,
        tokens: 100,
        elapsed_ms: 1500,
        log: format!("logs/{index}.jsonl"),
    }
}

fn task() -> Task {
    let example = |group: &str, answerable| Example {
        question: "When?".into(),
        gold: vec![Gold { value: "1889".into(), address: Some("library:x".into()), also: Vec::new() }],
        answerable,
        group: group.into(),
    };
    let examples = vec![example("one hop", true), example("one hop", true), example("none", false)];
    Task { name: "Test".into(), examples }
}

fn runs() -> Vec<Graded> {
    let right = Score { correct: true, answered: true, values: 1, said: 1, cited: 1, ..Score::default() };
    let wrong = Score { answered: true, values: 1, ..Score::default() };
    vec![
        graded(0, Verdict::Correct, right),
        graded(1, Verdict::Incorrect, wrong),
        graded(2, Verdict::NotAttempted, Score::default()),
    ]
}

#[test]
fn the_table_has_a_line_for_each_group() {
    let report = Report::of(&task(), "pocket", &runs());
    expect![[r#"
        ## Test

        Model: pocket. Correct: every value said and its page cited; in brackets the 95 % interval (Wilson).

        | Group | n | Correct, % | F1 | Cited, % | Refused, % | Steps | Tokens | Seconds |
        |---|--:|--:|--:|--:|--:|--:|--:|--:|
        | one hop | 2 | 50.0 [9.5, 90.5] | 0.500 | 100.0 | 0.0 | 3.0 | 100 | 1.5 |
        | none | 1 | 0.0 [0.0, 79.3] | 0.000 | – | 0.0 | 3.0 | 100 | 1.5 |
        | all | 3 | 33.3 [6.1, 79.2] | 0.400 | 100.0 | 0.0 | 3.0 | 100 | 1.5 |
    "#]]
    .assert_eq(&report.markdown());
}

#[test]
fn failures_say_what_was_wanted() {
    let report = Report::of(&task(), "pocket", &runs());
    expect![[r#"
        ### Failures of Test

        - one hop: When?
          - answer: It was 1890 [1].
          - gold: 1889 <library:x>
          - log: logs/1.jsonl
        - none: When?
          - answer: (out of steps)
          - gold: could not be found; may say: 1889 <library:x>
          - log: logs/2.jsonl
    "#]]
    .assert_eq(&report.failures_markdown());
}

#[test]
fn a_stopped_evaluation_says_so() {
    let report = Report::of(&task(), "pocket", &runs()[..1]);
    assert!(report.markdown().contains("Stopped after 1 of 3 questions."));
    assert_eq!(report.failures_markdown(), "");
}
