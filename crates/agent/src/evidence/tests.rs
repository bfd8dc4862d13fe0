//! Answers compared with what they cite.

use super::*;
use crate::cite;
use lucy_protocol::{AssistantMessage, Event, Outcome, ReasonKind, ToolResult};
use proptest::prelude::*;

const PAGE: &str = "The Forth Bridge crosses the Firth of Forth. It was opened on 4 March 1890 by the Prince of Wales. \
                    It was designed by Sir John Fowler and Sir Benjamin Baker. It is 2,467 metres long.";

fn source(number: u32, title: &str, text: Option<&str>) -> Source {
    let preview = Source::preview_of(text.unwrap_or_default());
    Source { number, url: format!("u{number}"), title: title.into(), preview, text: text.map(Into::into) }
}

/// A run that found two sources in its first step, read the first one in its second, and then answered.
fn run(answer: &str) -> Transcript {
    let found = vec![source(1, "Forth Bridge", None), source(2, "Tay Bridge", None)];
    let read = vec![source(1, "Forth Bridge", Some(PAGE))];
    let replied = || Event::Replied { message: AssistantMessage::default(), elapsed_ms: 0 };
    let observed = |sources| Event::Observed { result: ToolResult { sources, ..ToolResult::default() }, elapsed_ms: 0 };
    let citations = cite(answer, &found);
    let outcome = Outcome::Answered { answer: answer.into(), citations };
    let end = Event::Finished { outcome, elapsed_ms: 0 };
    Transcript::of(&[replied(), observed(found), replied(), observed(read), replied(), end])
}

fn verdict(answer: &str) -> Verdict {
    evidence(&run(answer)).sentences[0].citations[0].verdict
}

fn reasons(answer: &str) -> Vec<(ReasonKind, String, bool)> {
    let citation = evidence(&run(answer)).sentences[0].citations[0].clone();
    citation.reasons.into_iter().map(|reason| (reason.what, reason.value, reason.found)).collect()
}

fn slice(text: &str, (start, end): (u32, u32)) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    String::from_utf16(&units[start as usize..end as usize]).unwrap()
}

#[test]
fn the_very_words_are_quoted() {
    assert_eq!(verdict("It was opened on 4 March 1890 [1]."), Verdict::Quoted);
    assert_eq!(verdict("It is 2467 metres long [1]."), Verdict::Matches);
}

#[test]
fn other_words_for_the_same_match() {
    assert_eq!(verdict("The Forth Bridge opened in March 1890 [1]."), Verdict::Matches);
    assert_eq!(verdict("The designers of the bridge were John Fowler and Benjamin Baker [1]."), Verdict::Matches);
    assert_eq!(verdict("John Fowler designed the Forth Bridge, which opened on 4 March 1890 [1]."), Verdict::Matches);
}

#[test]
fn a_wrong_date_is_only_partly_found_and_says_so() {
    let answer = "The Forth Bridge was opened on 5 March 1890 [1].";
    assert_eq!(verdict(answer), Verdict::Partly);
    let said = [(ReasonKind::Name, "Forth Bridge".into(), true), (ReasonKind::Date, "5 March 1890".into(), false)];
    assert_eq!(reasons(answer), said);
}

#[test]
fn a_number_that_stands_by_another_thing_is_no_evidence() {
    let answer = "Maria Lindqvist had 2467 cows [1].";
    let said = [(ReasonKind::Name, "Maria Lindqvist".into(), false), (ReasonKind::Number, "2467".into(), true)];
    assert_eq!(reasons(answer), said);
    assert_eq!(verdict(answer), Verdict::Partly);
    assert_eq!(verdict("Penguins live near volcanoes [1]."), Verdict::NotFound);
}

#[test]
fn unknown_numbers_and_unread_pages() {
    assert_eq!(verdict("It opened in 1890 [7]."), Verdict::Unknown);
    assert_eq!(verdict("It opened in 1890 [2]."), Verdict::NotFound);
}

#[test]
fn the_passage_and_the_marks_are_ranges_of_the_text() {
    let evidence = evidence(&run("“Ünïcode” — the bridge opened on 4 March 1890 [1]."));
    let citation = &evidence.sentences[0].citations[0];
    let passage = citation.passage.unwrap();
    assert_eq!(slice(PAGE, (passage.start, passage.end)), "It was opened on 4 March 1890 by the Prince of Wales.");
    let marks: Vec<_> = citation.marks.iter().map(|mark| slice(PAGE, *mark)).collect();
    assert_eq!(marks, ["4 March 1890"]);
}

#[test]
fn sentences_have_their_citations_wherever_these_stand() {
    let answer = "😀 It opened in 1890.[1] Baker designed it. [1] [2] Penguins\nare birds [9]";
    let evidence = evidence(&run(answer));
    let shown: Vec<_> = evidence
        .sentences
        .iter()
        .map(|sentence| {
            let numbers = sentence.citations.iter().map(|citation| citation.number).collect::<Vec<_>>();
            (slice(answer, (sentence.start, sentence.end)), numbers)
        })
        .collect();
    let expected = [
        ("😀 It opened in 1890.[1]", vec![1]),
        ("Baker designed it. [1] [2]", vec![1, 2]),
        ("Penguins", vec![]),
        ("are birds [9]", vec![9]),
    ];
    assert_eq!(shown, expected.map(|(text, numbers)| (text.to_owned(), numbers)));
}

#[test]
fn claims_count_what_can_be_checked() {
    let claims = |answer: &str| {
        let claims = evidence(&run(answer)).claims;
        (claims.found, claims.total)
    };
    assert_eq!(claims("It was opened on 4 March 1890 [1]. It is blue [1]. Well then."), (1, 2));
    assert_eq!(claims("It was designed by John Fowler."), (0, 1));
    assert_eq!(claims("I could not find who built the Tower of Kalvorest."), (0, 0));
}

#[test]
fn the_steps_are_those_that_read_the_source_and_thought_next() {
    assert_eq!(evidence(&run("It opened in 1890 [1].")).sentences[0].steps, [2, 3]);
    assert_eq!(evidence(&run("It opened in 1890 [2].")).sentences[0].steps, [1, 2]);
    assert!(evidence(&run("It opened in 1890 [9].")).sentences[0].steps.is_empty());
}

#[test]
fn no_answer_has_no_evidence() {
    assert_eq!(evidence(&Transcript::default()), Evidence::default());
}

proptest! {
    #[test]
    fn any_answer_and_any_page_give_ranges_of_them(
        answer in r#"[A-Za-zé0-9 .,"“”\n\[\]😀-]{0,80}"#,
        page in r#"[A-Za-zé0-9 .,"“”\n😀-]{0,120}"#,
    ) {
        let mut transcript = run(&format!("{answer} [1]"));
        transcript.sources[0].text = Some(page.clone());
        let (said, read) = (transcript.answer().unwrap().0.encode_utf16().count(), page.encode_utf16().count());
        let mut end = 0;
        for sentence in evidence(&transcript).sentences {
            prop_assert!(end <= sentence.start && sentence.start < sentence.end && sentence.end as usize <= said);
            end = sentence.end;
            for citation in sentence.citations {
                let ranges = citation.passage.map(|span| (span.start, span.end)).into_iter().chain(citation.marks);
                for (start, end) in ranges {
                    prop_assert!(start < end && end as usize <= read);
                }
            }
        }
    }
}
