//! SimpleQA (OpenAI, 2024): short questions with one answer each, from the published CSV; graded by a deterministic
//! match, or by a language model with a rubric of three classes.

use crate::grade::without_thought;
use crate::task::{Example, Gold, Task, Verdict};
use anyhow::{Context, Result, anyhow, ensure};
use futures::StreamExt;
use lucy_protocol::{
    CancellationToken, Delta, LanguageModel, Message, ModelRequest, SamplingParams, StopReason, Transcript,
};
use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;
use std::io::Read;

/// Questions of the subset that Lucy's figures were measured on.
pub const SUBSET: usize = 432;

/// A row of the published file.
#[derive(Deserialize)]
struct Row {
    problem: String,
    answer: String,
}

/// Reads the published CSV (columns `metadata`, `problem` and `answer`) and draws `size` of its questions by `seed`,
/// in the order of the file; all of them if it has no more.
///
/// # Errors
/// Says which row is wrong.
pub fn task(csv: impl Read, size: usize, seed: u64) -> Result<Task> {
    let mut examples = Vec::new();
    for (index, row) in csv::Reader::from_reader(csv).deserialize().enumerate() {
        let Row { problem, answer } = row.with_context(|| format!("row {} of the questions", index + 1))?;
        let (question, value) = (problem.trim().to_string(), answer.trim().to_string());
        ensure!(!question.is_empty() && !value.is_empty(), "row {} has no question or no answer", index + 1);
        let gold = vec![Gold { value, address: None, also: Vec::new() }];
        examples.push(Example { question, gold, answerable: true, group: "SimpleQA".into() });
    }
    ensure!(!examples.is_empty(), "the file has no questions");
    let mut drawn: Vec<usize> = (0..examples.len()).collect();
    drawn.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    drawn.truncate(size);
    drawn.sort_unstable();
    let examples = drawn.into_iter().map(|index| examples[index].clone()).collect();
    Ok(Task { name: "SimpleQA".into(), examples })
}

/// The rubric. Slots `{question}`, `{gold}`, `{answer}`.
const RUBRIC: &str = "\
You compare an answer with the reference answer of a question and put it into one of three classes.

A: correct. The answer states everything that the reference states, in any words, and contradicts none of it. \
Spelling, case, order, a shorter form of a name and further true detail do not matter. A number is right if it \
rounds to the reference. An answer that hedges is right if the one thing that it settles on is right.
B: wrong. The answer states something that contradicts the reference, even if it also states the reference or is \
unsure.
C: not attempted. The answer neither states everything that the reference states nor contradicts it: it says that it \
does not know, asks back or speaks of something else.

Judge only against the reference, whatever you know yourself.

Question: {question}
Reference: {gold}
Answer: {answer}

Reply with the letter of the class, A, B or C, and nothing else.";

/// The most tokens of a judgement: room for a model that thinks first.
const JUDGEMENT: u32 = 2_048;

/// Lets a model say to which class the answer of a run belongs; none if that was cancelled. An empty answer is not
/// attempted without asking, and so is an answer on which the model gives no letter.
///
/// # Errors
/// If the model fails.
pub async fn judge(
    model: &dyn LanguageModel,
    example: &Example,
    transcript: &Transcript,
    cancel: &CancellationToken,
) -> Result<Option<Verdict>> {
    let answer = transcript.answer().map_or(String::new(), |(answer, _)| without_thought(answer));
    if answer.is_empty() {
        return Ok(Some(Verdict::NotAttempted));
    }
    let gold = example.gold.iter().map(|gold| gold.value.as_str()).collect::<Vec<_>>().join("; ");
    let text = RUBRIC.replacen("{question}", &example.question, 1).replacen("{gold}", &gold, 1);
    let request = ModelRequest {
        messages: vec![Message::User { text: text.replacen("{answer}", &answer, 1) }],
        sampling: SamplingParams { temperature: 0.0, ..SamplingParams::default() },
        max_tokens: JUDGEMENT,
        ..ModelRequest::default()
    };
    let mut deltas = model.generate(request, cancel.child_token());
    while let Some(delta) = deltas.next().await {
        if let Delta::Done(reply) = delta? {
            let stopped = reply.stop == StopReason::Cancelled;
            return Ok((!stopped).then(|| class(&reply.text)));
        }
    }
    Err(anyhow!("the judge stopped without an end of its reply"))
}

/// The class that a judgement names: its first lone A, B or C.
fn class(judgement: &str) -> Verdict {
    let judgement = without_thought(judgement);
    let mut words = judgement.split(|c: char| !c.is_alphanumeric());
    match words.find(|word| ["A", "B", "C"].contains(word)) {
        Some("A") => Verdict::Correct,
        Some("B") => Verdict::Incorrect,
        _ => Verdict::NotAttempted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lucy_agent::testing::{FakeModel, says};
    use lucy_protocol::Outcome;

    const CSV: &str = "metadata,problem,answer\n\
        \"{'topic': 'Science', 'answer_type': 'Person', 'urls': ['https://a.example', 'https://b.example']}\",\
        \"Who, in 1867, patented dynamite?\",Alfred Nobel\n\
        {},How many moons does Mars have?,2\n\
        {},\"What was the \"\"Iron Lady\"\" of Paris finished in?\",1889\n";

    fn answered(answer: &str) -> Transcript {
        let outcome = Outcome::Answered { answer: answer.into(), citations: Vec::new() };
        Transcript { outcome: Some(outcome), ..Transcript::default() }
    }

    #[test]
    fn the_published_format_reads() {
        let task = task(CSV.as_bytes(), SUBSET, 1).unwrap();
        let questions: Vec<&str> = task.examples.iter().map(|example| example.question.as_str()).collect();
        assert_eq!(questions[0], "Who, in 1867, patented dynamite?");
        assert_eq!(questions[2], "What was the \"Iron Lady\" of Paris finished in?");
        assert_eq!(task.examples[1].gold, [Gold { value: "2".into(), address: None, also: Vec::new() }]);
    }

    #[test]
    fn the_subset_depends_on_the_seed_alone() {
        let many = (0..100).fold(String::from("metadata,problem,answer\n"), |csv, n| csv + &format!("x,Q{n}?,A{n}\n"));
        let draw = |seed| task(many.as_bytes(), 20, seed).unwrap();
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        assert_eq!(draw(3).examples.len(), 20);
    }

    #[test]
    fn a_file_of_another_form_is_refused() {
        assert!(task("question,gold\na,b\n".as_bytes(), 1, 1).is_err());
        assert!(task("metadata,problem,answer\nx,,b\n".as_bytes(), 1, 1).is_err());
        assert!(task("metadata,problem,answer\n".as_bytes(), 1, 1).is_err());
    }

    #[test]
    fn the_match_needs_no_citation() {
        let task = task(CSV.as_bytes(), SUBSET, 1).unwrap();
        let verdict = |answer: &str| task.examples[0].score(&answered(answer)).verdict();
        assert_eq!(verdict("<think>Someone.</think>It was alfred nobel."), Verdict::Correct);
        assert_eq!(verdict("It was Ascanio Sobrero."), Verdict::Incorrect);
        assert_eq!(verdict("I could not find it."), Verdict::NotAttempted);
        assert_eq!(verdict("<think>Alfred Nobel</think>"), Verdict::NotAttempted);
    }

    #[test]
    fn a_judgement_is_its_first_letter() {
        assert_eq!(class("A"), Verdict::Correct);
        assert_eq!(class("<think>A or B?</think>\n**B**: wrong."), Verdict::Incorrect);
        assert_eq!(class("Class: C"), Verdict::NotAttempted);
        assert_eq!(class("All Bad"), Verdict::NotAttempted);
    }

    #[tokio::test]
    async fn the_judge_reads_question_gold_and_answer() {
        let task = task(CSV.as_bytes(), SUBSET, 1).unwrap();
        let model = FakeModel::new(|_| Ok(says("B")));
        let cancel = CancellationToken::new();
        let verdict = |answer: &'static str| {
            let transcript = answered(answer);
            let (model, example, cancel) = (&model, &task.examples[1], &cancel);
            async move { judge(model, example, &transcript, cancel).await.unwrap() }
        };
        assert_eq!(verdict("<think>2</think>Three.").await, Some(Verdict::Incorrect));
        assert_eq!(verdict("").await, Some(Verdict::NotAttempted));
        let requests = model.requests();
        assert_eq!((requests.len(), requests[0].sampling.temperature), (1, 0.0));
        let Message::User { text } = &requests[0].messages[0] else { panic!() };
        assert!(text.contains("Question: How many moons does Mars have?\nReference: 2\nAnswer: Three.\n"), "{text}");
    }
}
