//! What a shell asks the app and what it is told: the same words for every shell.

use crate::error::ApiError;
use crate::model::ModelInfo;
use lucy_protocol::{Event, Progress};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What a shell asks. A run is named by its id or the beginning of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// Begin a run. The answer is [`Response::Started`].
    Ask(Ask),
    /// Take up a run that was stopped, cut off or failed. The answer is [`Response::Started`].
    Resume {
        /// The run.
        run: String,
    },
    /// Stop a run; what was said is kept.
    Cancel {
        /// The run.
        run: String,
    },
    /// The latest runs. The answer is [`Response::History`].
    History {
        /// The most runs wanted.
        limit: u32,
    },
    /// Everything that happened in a run. The answer is [`Response::Log`].
    Show {
        /// The run.
        run: String,
    },
    /// Forget a run.
    Delete {
        /// The run.
        run: String,
    },
    /// Index a folder of Markdown, text and HTML files, or bring it up to date. The answer is [`Response::Indexed`].
    LibraryAdd {
        /// The folder.
        dir: PathBuf,
    },
    /// The folders that are searched. The answer is [`Response::Library`].
    LibraryList,
    /// Search a folder no more; its files stay where they are.
    LibraryRemove {
        /// The folder.
        dir: PathBuf,
    },
    /// What there is to know about the model. The answer is [`Response::Model`].
    Model,
}

/// A question.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ask {
    /// What is asked.
    pub question: String,
    /// The run that this question follows in a conversation.
    pub previous: Option<String>,
    /// The seed of the sampler; none takes one from the clock.
    pub seed: Option<u64>,
    /// The most replies of the model, if not the usual number.
    pub max_steps: Option<u32>,
}

/// What a shell is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "response", rename_all = "snake_case")]
pub enum Response {
    /// A run has begun.
    Started {
        /// The run. A failed or cancelled run is taken up as a new one.
        run: String,
    },
    /// It was done.
    Done,
    /// The latest runs, newest first.
    History {
        /// The runs.
        runs: Vec<RunSummary>,
    },
    /// Everything that happened in a run.
    Log {
        /// The run.
        run: String,
        /// Its events.
        events: Vec<Event>,
    },
    /// What came of indexing a folder.
    Indexed(Indexed),
    /// What is searched.
    Library {
        /// Documents of all folders and of the bundled encyclopedia.
        documents: u64,
        /// The folders.
        folders: Vec<Folder>,
    },
    /// The model.
    Model(ModelInfo),
}

/// A run in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// The run.
    pub run: String,
    /// The conversation that it belongs to.
    pub conversation: String,
    /// What was asked.
    pub question: String,
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
}

/// A folder that is searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// Documents of it.
    pub documents: u64,
}

/// What came of indexing a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indexed {
    /// Files that are new or were changed.
    pub indexed: usize,
    /// Files that are as they were.
    pub unchanged: usize,
    /// Files that are gone.
    pub removed: usize,
    /// What was left out, and why.
    pub skipped: Vec<(PathBuf, String)>,
}

/// Something new in a run, in the order in which it happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "update", rename_all = "snake_case")]
pub enum RunUpdate {
    /// A fact, which is on disk.
    Event {
        /// Its place in the log, from 0.
        seq: u64,
        /// The fact.
        event: Event,
    },
    /// Live detail.
    Progress {
        /// The detail.
        progress: Progress,
    },
    /// The run stopped without an end, because its events could not be kept. It can be resumed.
    Stopped {
        /// Why.
        error: ApiError,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_updates_survive_json() {
        let ask = Request::Ask(Ask { question: "Who?".into(), seed: Some(7), ..Ask::default() });
        let json = serde_json::to_string(&ask).unwrap();
        assert!(json.starts_with(r#"{"request":"ask","question":"Who?""#), "{json}");
        assert_eq!(serde_json::from_str::<Request>(&json).unwrap(), ask);
        let update = RunUpdate::Progress { progress: Progress::Prefill { done: 1, total: 2 } };
        let json = serde_json::to_string(&update).unwrap();
        assert_eq!(serde_json::from_str::<RunUpdate>(&json).unwrap(), update);
    }

    #[test]
    fn a_question_needs_nothing_but_its_words() {
        let ask: Request = serde_json::from_str(r#"{"request":"ask","question":"Who?"}"#).unwrap();
        assert_eq!(ask, Request::Ask(Ask { question: "Who?".into(), ..Ask::default() }));
    }
}
