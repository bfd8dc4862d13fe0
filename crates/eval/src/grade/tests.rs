//! Tests of the grading.

use super::*;
use lucy_protocol::{Outcome, Source};

fn gold(value: &str, address: &str) -> Gold {
    Gold { value: value.into(), address: Some(address.into()), also: Vec::new() }
}

fn example(question: &str, gold: &[Gold], answerable: bool) -> Example {
    Example { question: question.into(), gold: gold.to_vec(), answerable, group: "test".into() }
}

/// A run that saw the pages a, b and c and gave this answer.
fn run(answer: &str) -> Transcript {
    let titles = [(1, "a", "Eiffel Tower"), (2, "b", "Stephen Sauvestre"), (3, "c", "Tokyo Tower")];
    let source = |(number, url, title): (u32, &str, &str)| Source {
        number,
        url: url.into(),
        title: title.into(),
        ..Source::default()
    };
    Transcript {
        sources: titles.map(source).to_vec(),
        outcome: Some(Outcome::Answered { answer: answer.into(), citations: Vec::new() }),
        ..Transcript::default()
    }
}

fn facts() -> Example {
    let gold = [gold("Stephen Sauvestre", "a"), gold("1889", "a")];
    example("Who designed the Eiffel Tower, and when was it completed?", &gold, true)
}

#[test]
fn every_value_must_be_said_and_cited() {
    let whole = "The Eiffel Tower was designed by Stephen Sauvestre [1]. It was completed in 1889 [1].";
    assert!(facts().score(&run(whole)).correct);
    let joint = "Stephen Sauvestre designed it and it was completed in 1889. [1]";
    assert!(facts().score(&run(joint)).correct);
    let score = facts().score(&run("The Eiffel Tower was designed by Stephen Sauvestre [1]. It is old [1]."));
    assert_eq!((score.correct, score.values, score.said, score.cited), (false, 2, 1, 1));
}

#[test]
fn the_sentence_with_the_value_must_cite_its_page() {
    let other_page = "It was designed by Stephen Sauvestre [3]. It was completed in 1889 [1].";
    let score = facts().score(&run(other_page));
    assert_eq!((score.correct, score.said, score.cited), (false, 2, 1));
    let other_sentence = "It was designed by Stephen Sauvestre. It was completed in 1889 [1].";
    assert!(!facts().score(&run(other_sentence)).correct);
    let no_such_source = "It was designed by Stephen Sauvestre [9]. It was completed in 1889 [1, 9].";
    assert_eq!(facts().score(&run(no_such_source)).cited, 1);
}

#[test]
fn each_hop_cites_its_own_page() {
    let hops = example("Birth year?", &[gold("Stephen Sauvestre", "a"), gold("1847", "b")], true);
    assert!(
        hops.score(&run("It was designed by Stephen Sauvestre [1]. Stephen Sauvestre was born in 1847 [2].")).correct
    );
    assert!(
        !hops.score(&run("It was designed by Stephen Sauvestre [2]. Stephen Sauvestre was born in 1847 [2].")).correct
    );
    assert!(hops.score(&run("Stephen Sauvestre [1], born in 1847 [2], designed it.")).correct);
}

#[test]
fn another_page_that_states_the_value_may_be_cited() {
    let either = Gold { also: vec!["c".into()], ..gold("Eiffel Tower", "a") };
    let inverse = example("What did Stephen Sauvestre design?", &[either], true);
    let correct = |answer: &str| inverse.score(&run(answer)).correct;
    assert!(correct("The Eiffel Tower [1].") && correct("The Eiffel Tower [3].") && !correct("The Eiffel Tower [2]."));
}

#[test]
fn the_number_of_a_citation_is_no_value() {
    let acts = example("How many acts?", &[gold("1", "a")], true);
    assert_eq!(acts.score(&run("It has several acts [1].")).said, 0);
    assert!(acts.score(&run("It has 1 act [1].")).correct);
}

#[test]
fn abbreviations_do_not_part_a_value_from_its_citation() {
    let pei = example("Who?", &[gold("I. M. Pei", "a")], true);
    assert!(pei.score(&run("It was designed by I. M. Pei [1].")).correct);
    let city = example("Where?", &[gold("Washington, D.C.", "a")], true);
    assert!(city.score(&run("It is in Washington, D.C. [1]. It is tall [2].")).correct);
    let king = example("Who?", &[gold("Symphony No. 9", "a")], true);
    assert!(king.score(&run("It is Symphony No. 9 of St. Kalvor [1].")).correct);
}

#[test]
fn an_answerable_question_that_is_refused_is_wrong() {
    let score =
        facts().score(&run("I could not find the architect of the Eiffel Tower. It was completed in 1889 [1]."));
    assert_eq!((score.correct, score.refused, score.cited), (false, true, 1));
    let both = "Stephen Sauvestre [1]. 1889 [1]. I could not find it.";
    assert!(!facts().score(&run(both)).correct);
}

#[test]
fn an_unanswerable_question_wants_a_refusal() {
    let nobody = example("Who designed the Blorvik Tower?", &[], false);
    assert!(nobody.score(&run("I could not find anything about the Blorvik Tower.")).correct);
    assert!(nobody.score(&run("I searched twice. I could not find it. You may try the web.")).correct);
    assert!(!nobody.score(&run("It was designed by Tachū Naitō [3].")).correct);
    assert!(!nobody.score(&run("")).correct);
}

#[test]
fn a_refusal_must_claim_nothing() {
    let nobody = example("Who designed the Blorvik Tower?", &[], false);
    for claim in [
        "I could not find it. The Blorvik Tower was designed by Tachū Naitō [3].",
        "I could not find it. The Blorvik Tower was designed by Tachū Naitō.",
        "I could not find it. It was built in 1958.",
        "I could not find it. It is made of steel [3].",
        "I could not find it but it was Naitō [3].",
        "Naitō. I could not find more.",
    ] {
        assert!(!nobody.score(&run(claim)).correct, "{claim}");
    }
    assert!(nobody.score(&run("I could not find the Blorvik Tower: Tokyo Tower [3] is another one.")).correct);
}

#[test]
fn half_of_an_unanswerable_question_may_be_answered() {
    let half = example("When was the architect of the Eiffel Tower born?", &[gold("Stephen Sauvestre", "a")], false);
    let right = "The Eiffel Tower was designed by Stephen Sauvestre [1]. I could not find the year of birth.";
    assert!(half.score(&run(right)).correct);
    let wrong =
        "The Eiffel Tower was designed by Stephen Sauvestre [1]. He was born in 1847 [2]. I could not find more.";
    assert!(!half.score(&run(wrong)).correct);
    let wrong_page = "The Eiffel Tower was designed by Stephen Sauvestre [3]. I could not find the year of birth.";
    assert!(!half.score(&run(wrong_page)).correct);
}

#[test]
fn thoughts_are_no_answer() {
    assert_eq!(without_thought("<think>\nIt is 1889.\n</think>\n\nIt is old."), "It is old.");
    assert_eq!(without_thought("It is <think>1889"), "It is");
    assert_eq!(without_thought("1889?</think>Yes."), "Yes.");
    assert!(!facts().score(&run("<think>Stephen Sauvestre [1], 1889 [1]")).answered);
}

#[test]
fn a_run_without_an_answer_scores_nothing() {
    let failed = Transcript { outcome: Some(Outcome::Failed { error: "x".into() }), ..run("") };
    let score = facts().score(&failed);
    assert_eq!(score, Score { values: 2, ..Score::default() });
}

#[test]
fn sentences_lie_end_to_end() {
    let text = "One. Two is 3.5 long! \"Three?\" Four\n\n- five of J. K. R. six\nend";
    let found: Vec<&str> = sentences(text).into_iter().map(|range| text[range].trim()).collect();
    assert_eq!(found, ["One.", "Two is 3.5 long!", "\"Three?\"", "Four", "- five of J. K. R. six", "end"]);
    assert_eq!(sentences(text).iter().map(Range::len).sum::<usize>(), text.len());
}
