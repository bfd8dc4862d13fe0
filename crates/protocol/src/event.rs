//! What happened in a run: facts, which are stored, and progress, which is only shown.

use crate::{AssistantMessage, Citation, Message, ToolResult};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A fact of a run. Appended once, never changed. Fields are only ever added, with a default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The run began.
    Started {
        /// What was asked.
        question: String,
        /// The name of the model.
        model: String,
        /// The run's limits.
        budget: Budget,
        /// The date that the model is told, as `2026-11-23`.
        date: String,
        /// The seed of the sampler.
        seed: u64,
        /// SHA-256 of the instructions and the tools, in hex: two runs with the same hash had the same prompt.
        prompt_hash: String,
        /// Earlier questions and answers of the conversation.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<Message>>", optional)]
        history: Vec<Message>,
    },
    /// The model replied.
    Replied {
        /// The reply.
        message: AssistantMessage,
        /// Milliseconds of work in the run so far.
        #[serde(default)]
        elapsed_ms: u64,
    },
    /// A tool answered.
    Observed {
        /// The result, its sources numbered.
        result: ToolResult,
        /// Milliseconds of work in the run so far.
        #[serde(default)]
        elapsed_ms: u64,
    },
    /// The person decided about a call that needed approval.
    Decided {
        /// The call.
        call_id: String,
        /// The decision.
        decision: Decision,
    },
    /// The person said more. The model reads it as the person's turn before its next reply.
    Steered {
        /// The person's words.
        text: String,
        /// Milliseconds of work in the run so far.
        #[serde(default)]
        elapsed_ms: u64,
    },
    /// The person asked for the answer now: calls without a result are not made, and the next reply can make none.
    AskedToFinish {
        /// Milliseconds of work in the run so far.
        #[serde(default)]
        elapsed_ms: u64,
    },
    /// What stands before this was copied from another run. What follows is this run's own.
    Branched {
        /// The other run.
        run: String,
        /// The step, from 1, that is made anew.
        step: u32,
    },
    /// The run ended. Every run ends with exactly one of these.
    Finished {
        /// How.
        outcome: Outcome,
        /// Milliseconds of work in the run.
        #[serde(default)]
        elapsed_ms: u64,
    },
}

/// The limits of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Budget {
    /// Replies of the model, the last of which cannot call tools.
    pub steps: u32,
    /// Tokens that the model writes.
    pub tokens: u32,
    /// Seconds of work.
    pub seconds: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: 12, tokens: 16_384, seconds: 900 }
    }
}

/// What a person decided about a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Make the call.
    Allow,
    /// Do not make it.
    Deny,
}

/// A limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Replies.
    Steps,
    /// Tokens.
    Tokens,
    /// Time.
    Seconds,
    /// The person's patience: the answer was asked for.
    Asked,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// With an answer.
    Answered {
        /// The answer, with its `[n]`.
        answer: String,
        /// Where it cites what.
        #[serde(default)]
        citations: Vec<Citation>,
    },
    /// A limit was reached and the last reply held no answer.
    OutOfBudget {
        /// Which.
        limit: Limit,
    },
    /// The person stopped it; what was said is in the log.
    Cancelled,
    /// The model failed.
    Failed {
        /// What happened.
        error: String,
    },
}

/// Live detail of a run: shown, never stored. Losing one costs nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "progress", rename_all = "snake_case")]
pub enum Progress {
    /// Tokens of the prompt read so far.
    Prefill {
        /// Tokens read.
        done: u32,
        /// Tokens to read.
        total: u32,
    },
    /// More of the thought.
    Reasoning {
        /// The new text.
        delta: String,
    },
    /// More of the answer.
    Text {
        /// The new text.
        delta: String,
    },
    /// A call is being made.
    ToolStarted {
        /// The call.
        call_id: String,
    },
    /// What a call is doing.
    ToolNote {
        /// The call.
        call_id: String,
        /// A line for the person.
        note: String,
    },
    /// Speed of the last reply.
    Stats {
        /// Tokens written a second.
        tokens_per_second: f32,
    },
}
