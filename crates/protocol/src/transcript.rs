//! The one fold of a log: what is shown, exported and scored.

use crate::{AssistantMessage, Citation, Decision, Event, Outcome, Source, ToolCall, ToolResult};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A run as a person sees it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Transcript {
    /// What was asked.
    pub question: String,
    /// The model's name.
    pub model: String,
    /// The date that the model was told.
    pub date: String,
    /// The replies, each with its calls and what they returned.
    pub steps: Vec<Step>,
    /// Everything found or read, in the order of their numbers.
    pub sources: Vec<Source>,
    /// What the person said in the course of the run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Said>>", optional)]
    pub said: Vec<Said>,
    /// After how many steps the person asked for the answer, if that happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub asked_to_finish: Option<u32>,
    /// Where the beginning of the run was copied from, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub branched: Option<Origin>,
    /// How the run ended, if it has.
    pub outcome: Option<Outcome>,
    /// Milliseconds of work.
    pub elapsed_ms: u64,
}

/// Words of the person in the course of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Said {
    /// How many steps there were before.
    pub after: u32,
    /// The words.
    pub text: String,
}

/// Where the beginning of a run was copied from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Origin {
    /// The other run.
    pub run: String,
    /// The step, from 1, that was made anew.
    pub step: u32,
}

/// One reply and what its calls returned.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Step {
    /// The reply.
    pub reply: AssistantMessage,
    /// What the person decided about its calls, by call id.
    pub decisions: Vec<(String, Decision)>,
    /// The results, in the order in which they were recorded.
    pub results: Vec<ToolResult>,
}

impl Step {
    /// The call that `result` answers.
    pub fn call(&self, result: &ToolResult) -> Option<&ToolCall> {
        self.reply.calls.iter().find(|call| call.id == result.call_id)
    }
}

impl Transcript {
    /// Folds a log, or the beginning of one.
    pub fn of<'a>(log: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut transcript = Self::default();
        for event in log {
            transcript.push(event);
        }
        transcript
    }

    /// Takes one more event.
    pub fn push(&mut self, event: &Event) {
        match event {
            Event::Started { question, model, date, .. } => {
                *self =
                    Self { question: question.clone(), model: model.clone(), date: date.clone(), ..Self::default() };
            }
            Event::Replied { message, elapsed_ms } => {
                self.elapsed_ms = *elapsed_ms;
                self.steps.push(Step { reply: message.clone(), ..Step::default() });
            }
            Event::Observed { result, elapsed_ms } => {
                self.elapsed_ms = *elapsed_ms;
                for source in &result.sources {
                    self.see(source);
                }
                if let Some(step) = self.steps.last_mut() {
                    step.results.push(result.clone());
                }
            }
            Event::Decided { call_id, decision } => {
                if let Some(step) = self.steps.last_mut() {
                    step.decisions.push((call_id.clone(), *decision));
                }
            }
            Event::Steered { text, elapsed_ms } => {
                self.elapsed_ms = *elapsed_ms;
                self.said.push(Said { after: self.steps_so_far(), text: text.clone() });
            }
            Event::AskedToFinish { elapsed_ms } => {
                self.elapsed_ms = *elapsed_ms;
                let after = self.steps_so_far();
                self.asked_to_finish.get_or_insert(after);
            }
            Event::Branched { run, step } => self.branched = Some(Origin { run: run.clone(), step: *step }),
            Event::Finished { outcome, elapsed_ms } => {
                self.elapsed_ms = *elapsed_ms;
                self.outcome = Some(outcome.clone());
            }
        }
    }

    /// The answer and its citations, if there is one.
    pub fn answer(&self) -> Option<(&str, &[Citation])> {
        match &self.outcome {
            Some(Outcome::Answered { answer, citations }) => Some((answer, citations)),
            _ => None,
        }
    }

    fn steps_so_far(&self) -> u32 {
        u32::try_from(self.steps.len()).unwrap_or(u32::MAX)
    }

    fn see(&mut self, source: &Source) {
        match self.sources.iter_mut().find(|seen| seen.url == source.url) {
            Some(seen) => {
                if source.text.is_some() {
                    seen.text.clone_from(&source.text);
                }
            }
            None => self.sources.push(source.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Budget, Message};

    fn started() -> Event {
        Event::Started {
            question: "Who?".into(),
            model: "pocket".into(),
            budget: Budget::default(),
            date: "2026-11-23".into(),
            seed: 1,
            prompt_hash: String::new(),
            history: vec![Message::User { text: "Hello".into() }],
        }
    }

    fn observed(url: &str, number: u32, text: Option<&str>) -> Event {
        let source = Source { number, url: url.into(), text: text.map(Into::into), ..Source::default() };
        Event::Observed { result: ToolResult { sources: vec![source], ..ToolResult::default() }, elapsed_ms: 5 }
    }

    #[test]
    fn a_source_is_kept_once_and_gains_its_text() {
        let reply = Event::Replied { message: AssistantMessage::default(), elapsed_ms: 1 };
        let log = [started(), reply, observed("a", 1, None), observed("b", 2, None), observed("a", 1, Some("page"))];
        let transcript = Transcript::of(&log);
        assert_eq!(transcript.sources.len(), 2);
        assert_eq!(transcript.sources[0].text.as_deref(), Some("page"));
        assert_eq!(transcript.steps[0].results.len(), 3);
    }

    #[test]
    fn a_log_without_an_end_has_no_outcome() {
        assert_eq!(Transcript::of(&[started()]).outcome, None);
    }

    #[test]
    fn events_survive_json() {
        let log = [started(), observed("a", 1, Some("page"))];
        for event in log {
            let json = serde_json::to_string(&event).unwrap();
            assert_eq!(serde_json::from_str::<Event>(&json).unwrap(), event);
        }
    }

    #[test]
    fn an_event_of_an_older_release_still_reads() {
        let old = r#"{"event":"replied","message":{"raw":"hi"}}"#;
        let Event::Replied { message, elapsed_ms } = serde_json::from_str(old).unwrap() else { panic!() };
        assert_eq!((message.raw.as_str(), elapsed_ms), ("hi", 0));
    }
}
