//! A task: examples with a verifiable reward. Evaluation reports it and training maximises it: one definition for both.

use crate::grade::grade;
use lucy_protocol::Transcript;
use serde::{Deserialize, Serialize};

/// A set of examples.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// What reports call it.
    pub name: String,
    /// The examples, in order.
    pub examples: Vec<Example>,
}

/// A question and what a right answer says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// The question.
    pub question: String,
    /// What a right answer says. Of a question that has no whole answer: what may be said all the same.
    pub gold: Vec<Gold>,
    /// Whether what can be read answers the question.
    pub answerable: bool,
    /// The row of the report that it counts in.
    pub group: String,
}

/// A value that an answer must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gold {
    /// The value.
    pub value: String,
    /// The address of the page that states it, which the sentence with the value must cite. Without one, nothing need
    /// be cited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Other pages that state it too and may be cited instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
}

/// How good a run's answer is. The reward is `correct`; the rest says why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Answerable: every value is said in a sentence that cites its page, and nothing is refused. Unanswerable: the
    /// answer says that it could not be found and claims nothing that is not gold.
    pub correct: bool,
    /// The answer says that something could not be found.
    pub refused: bool,
    /// There is an answer at all.
    pub answered: bool,
    /// Values that are wanted.
    pub values: u32,
    /// Values that the answer says.
    pub said: u32,
    /// Values that the answer says in a sentence that cites their page.
    pub cited: u32,
}

/// The three classes of SimpleQA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// Right.
    Correct,
    /// Something was claimed, and it is not right.
    Incorrect,
    /// Nothing was claimed.
    NotAttempted,
}

impl Example {
    /// Scores a finished run.
    pub fn score(&self, transcript: &Transcript) -> Score {
        grade(self, transcript)
    }
}

impl Score {
    /// The class of the answer.
    pub fn verdict(&self) -> Verdict {
        if self.correct {
            Verdict::Correct
        } else if self.answered && !self.refused {
            Verdict::Incorrect
        } else {
            Verdict::NotAttempted
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_refusal_is_correct_and_a_wrong_one_no_attempt() {
        let refusal = Score { refused: true, answered: true, ..Score::default() };
        assert_eq!(refusal.verdict(), Verdict::NotAttempted);
        assert_eq!(Score { correct: true, ..refusal }.verdict(), Verdict::Correct);
        assert_eq!(Score { answered: true, ..Score::default() }.verdict(), Verdict::Incorrect);
        assert_eq!(Score::default().verdict(), Verdict::NotAttempted);
    }

    #[test]
    fn gold_without_an_address_reads() {
        let gold: Gold = serde_json::from_str(r#"{"value":"1889"}"#).unwrap();
        assert_eq!(gold, Gold { value: "1889".into(), address: None, also: Vec::new() });
    }
}
