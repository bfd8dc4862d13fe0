//! Words about the list of runs.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which runs are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields = nullable)]
pub struct HistoryQuery {
    /// The most runs.
    pub limit: u32,
    /// Runs that are passed over.
    #[ts(as = "Option<u32>", optional)]
    pub offset: u32,
    /// Words that a question, answer, thought or page of the run has.
    pub query: Option<String>,
    /// A tag that they have.
    pub tag: Option<String>,
    /// Whether they are saved.
    pub saved: Option<bool>,
    /// How they ended: `answered`, `out_of_budget`, `cancelled`, `failed` or `unfinished`.
    pub outcome: Option<String>,
    /// They began before this moment, in milliseconds since 1970.
    pub before_ms: Option<i64>,
    /// They began at this moment or later.
    pub after_ms: Option<i64>,
}

impl Default for HistoryQuery {
    fn default() -> Self {
        Self {
            limit: 20,
            offset: 0,
            query: None,
            tag: None,
            saved: None,
            outcome: None,
            before_ms: None,
            after_ms: None,
        }
    }
}

/// A run in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RunSummary {
    /// The run.
    pub run: String,
    /// The conversation that it belongs to.
    pub conversation: String,
    /// The run that it follows or was branched from.
    pub parent: Option<String>,
    /// What was asked.
    pub question: String,
    /// The title that the person gave it.
    pub title: Option<String>,
    /// The name of the model.
    pub model: String,
    /// When it began, in milliseconds since 1970.
    pub started_ms: i64,
    /// How it ended: `answered`, `out_of_budget`, `cancelled` or `failed`; none if it has not.
    pub outcome: Option<String>,
    /// The answer; empty if there is none.
    pub answer: String,
    /// Whether a process works on it.
    pub running: bool,
    /// Its tags, in alphabetical order.
    pub tags: Vec<String>,
    /// Whether it is among the saved ones.
    pub saved: bool,
    /// How many sources it has found.
    pub sources: u32,
    /// Where it has the words that were searched.
    pub hit: Option<Hit>,
}

/// A place that has the words that were searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Hit {
    /// What it is part of.
    pub field: Field,
    /// The words around it.
    pub text: String,
    /// The ranges of `text` that were searched, in UTF-16 units.
    pub marks: Vec<(u32, u32)>,
    /// The title of the page.
    pub title: Option<String>,
}

/// The parts of a run that are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The question, or what the person said later.
    Question,
    /// The answer.
    Answer,
    /// A thought.
    Thought,
    /// The text of a page that was read.
    Page,
}
