//! What a shell asks the app and what it is told: the same words for every shell.

mod history;
mod library;
mod model;
mod settings;

pub use history::{Field, HistoryQuery, Hit, RunSummary};
pub use library::{Adding, Folder, Indexed, LibraryHit, LibraryPage};
pub use model::{DeviceReason, ModelEntry, Seen, SelfTest, TestLine, TestPart};
pub use settings::{DeviceName, Language, PaneSizes, ReasoningView, ReducedMotion, RibbonScale, Theme, UiSettings};

use crate::error::ApiError;
use crate::model::ModelInfo;
use lucy_protocol::{Event, Evidence, Progress};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::PathBuf;
use ts_rs::TS;

/// What a shell asks. A run is named by its id or the beginning of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "request", rename_all = "snake_case")]
#[ts(optional_fields = nullable)]
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
    /// Have a run answer now: calls that are under way are dropped, and its next reply can make none.
    Finish {
        /// The run.
        run: String,
    },
    /// Say something to a run: the model reads it before its next reply. If the reply that it writes now is its last,
    /// the words are not in its log.
    Steer {
        /// The run.
        run: String,
        /// The words.
        text: String,
    },
    /// Go another way from a step of a run, as a new run. Everything before the step is kept; the step is made anew.
    /// The answer is [`Response::Started`].
    Branch(Branch),
    /// Ask the same question again, with the same seed and limits. The answer is [`Response::Started`].
    Rerun {
        /// The run.
        run: String,
    },
    /// The runs that fit, the newest first, or the best first if words are searched. The answer is
    /// [`Response::History`].
    History(HistoryQuery),
    /// Everything that happened in a run. The answer is [`Response::Log`].
    Show {
        /// The run.
        run: String,
    },
    /// How the answer of a run stands to what it read. The answer is [`Response::Evidence`].
    Evidence {
        /// The run.
        run: String,
    },
    /// A run as a document. The answer is [`Response::Export`].
    Export(Export),
    /// Put tags on runs and take others off.
    Tag {
        /// The runs.
        runs: Vec<String>,
        /// Tags that they get.
        #[serde(default)]
        #[ts(as = "Option<Vec<String>>", optional)]
        add: Vec<String>,
        /// Tags that they lose.
        #[serde(default)]
        #[ts(as = "Option<Vec<String>>", optional)]
        remove: Vec<String>,
    },
    /// Keep runs among the saved ones, or no longer.
    Save {
        /// The runs.
        runs: Vec<String>,
        /// Whether they are saved.
        saved: bool,
    },
    /// Give a run a title; an empty one takes it away.
    Rename {
        /// The run.
        run: String,
        /// The title.
        title: String,
    },
    /// Forget runs. For ten seconds they can be brought back.
    Delete {
        /// The runs.
        runs: Vec<String>,
    },
    /// Bring deleted runs back.
    Restore {
        /// The runs, by their whole ids.
        runs: Vec<String>,
    },
    /// Forget every run, at once.
    DeleteAll {
        /// The word `delete`, typed by the person.
        confirm: String,
    },
    /// What the person has set. The answer is [`Response::Settings`].
    Settings,
    /// Change settings. The answer is [`Response::Settings`].
    SetSettings {
        /// A JSON merge patch of [`UiSettings`]: null brings a default back, and an unknown key is refused.
        #[ts(type = "{ [key in keyof UiSettings]?: UiSettings[key] | null }")]
        patch: Map<String, Value>,
    },
    /// What there is to know about the model, which is loaded if it is not yet. The answer is [`Response::Model`].
    Model,
    /// The models that there are. The answer is [`Response::Models`].
    Models,
    /// Add a model to the list. Its header is read; nothing is copied. The answer is [`Response::Models`].
    AddModel {
        /// A `.gguf` file, or a folder with safetensors.
        #[ts(type = "string")]
        path: PathBuf,
    },
    /// Take a model from the list; the file stays where it is. The answer is [`Response::Models`].
    RemoveModel {
        /// The model.
        #[ts(type = "string")]
        path: PathBuf,
    },
    /// Answer with another model from the next run on. The answer is [`Response::Models`].
    UseModel {
        /// The model; none is the bundled one.
        #[ts(as = "Option<String>")]
        path: Option<PathBuf>,
    },
    /// Try the model out. The answer is [`Response::SelfTest`].
    SelfTest,
    /// Index a folder of Markdown, text and HTML files, or bring it up to date. The answer, which comes when that is
    /// done, is [`Response::Indexed`].
    LibraryAdd {
        /// The folder.
        #[ts(type = "string")]
        dir: PathBuf,
    },
    /// How far the indexing of a folder is. The answer is [`Response::LibraryStatus`].
    LibraryStatus,
    /// Stop indexing a folder. What was indexed stays.
    LibraryCancel,
    /// The folders that are searched. The answer is [`Response::Library`].
    LibraryList,
    /// Search a folder no more; its files stay where they are.
    LibraryRemove {
        /// The folder.
        #[ts(type = "string")]
        dir: PathBuf,
    },
    /// Search the library as the model does. The answer is [`Response::LibraryHits`].
    LibrarySearch {
        /// The words.
        query: String,
        /// The most hits.
        limit: u32,
    },
    /// A page of the library. The answer is [`Response::LibraryPage`].
    LibraryPage {
        /// Its address.
        url: String,
    },
    /// A text about this installation that a person can paste into a report. The answer is [`Response::Diagnostics`].
    Diagnostics,
}

/// A question.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields = nullable)]
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

/// Another way from a step of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields = nullable)]
pub struct Branch {
    /// The run.
    pub run: String,
    /// The step that is made anew, from 1.
    pub step: u32,
    /// What the person says before it.
    #[serde(default)]
    pub question: Option<String>,
    /// The call that the step makes instead of its own; its thought is kept.
    #[serde(default)]
    pub call: Option<EditedCall>,
}

/// A call as a person changed it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct EditedCall {
    /// The tool.
    pub name: String,
    /// Its arguments.
    #[ts(type = "Record<string, unknown>")]
    pub arguments: Map<String, Value>,
}

/// What of a run becomes a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Export {
    /// The run.
    pub run: String,
    /// The kind of document.
    pub format: Format,
    /// Whether the thoughts are in it.
    #[serde(default)]
    pub reasoning: bool,
    /// Whether the calls are in it.
    #[serde(default)]
    pub calls: bool,
    /// Whether the texts of the pages that were read are in it.
    #[serde(default)]
    pub pages: bool,
}

/// The kinds of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Markdown.
    Markdown,
    /// One HTML file that loads nothing.
    Html,
    /// The transcript as JSON.
    Json,
    /// The cited sources for BibTeX.
    Bibtex,
    /// The cited sources for reference managers.
    Ris,
    /// The cited sources for citeproc.
    CslJson,
}

/// What a shell is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "response", rename_all = "snake_case")]
pub enum Response {
    /// A run has begun.
    Started {
        /// The run. A failed or cancelled run is taken up as a new one.
        run: String,
    },
    /// It was done.
    Done,
    /// The runs that fit.
    History {
        /// Those of this page.
        runs: Vec<RunSummary>,
        /// All of them, on every page.
        total: u32,
    },
    /// Everything that happened in a run.
    Log {
        /// The run.
        run: String,
        /// Its events.
        events: Vec<Event>,
    },
    /// How an answer stands to what was read.
    Evidence(Evidence),
    /// A document.
    Export {
        /// A name for its file.
        name: String,
        /// Its media type.
        mime: String,
        /// It.
        text: String,
    },
    /// What the person has set.
    Settings {
        /// The settings.
        settings: UiSettings,
        /// What they are until the person changes them.
        defaults: UiSettings,
        /// What this build can run a model on. A setting that names another device is kept; the CPU takes its place.
        devices: Vec<DeviceName>,
    },
    /// The model.
    Model(ModelInfo),
    /// The models that there are, the bundled one first.
    Models {
        /// The models.
        models: Vec<ModelEntry>,
    },
    /// How the model does here.
    SelfTest(SelfTest),
    /// What came of indexing a folder.
    Indexed(Indexed),
    /// How far the indexing of a folder is.
    LibraryStatus {
        /// None if no folder is being indexed.
        adding: Option<Adding>,
    },
    /// What is searched.
    Library {
        /// Documents of all folders and of the bundled encyclopedia.
        documents: u64,
        /// The folders.
        folders: Vec<Folder>,
    },
    /// Pages of the library that fit, the best first.
    LibraryHits {
        /// The pages.
        hits: Vec<LibraryHit>,
    },
    /// A page of the library.
    LibraryPage(LibraryPage),
    /// A text about this installation.
    Diagnostics {
        /// The text.
        text: String,
    },
}

/// Something new in a run, in the order in which it happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "update", rename_all = "snake_case")]
pub enum RunUpdate {
    /// A fact, which is on disk.
    Event {
        /// Its place in the log, from 0.
        seq: u64,
        /// The fact.
        event: Event,
    },
    /// Live detail, at most about thirty a second.
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
    fn requests_need_only_what_has_no_usual_value() {
        let ask: Request = serde_json::from_str(r#"{"request":"ask","question":"Who?"}"#).unwrap();
        assert_eq!(ask, Request::Ask(Ask { question: "Who?".into(), ..Ask::default() }));
        let history: Request = serde_json::from_str(r#"{"request":"history","limit":3}"#).unwrap();
        assert_eq!(history, Request::History(HistoryQuery { limit: 3, ..HistoryQuery::default() }));
        let branch: Request = serde_json::from_str(r#"{"request":"branch","run":"k3","step":2}"#).unwrap();
        assert_eq!(branch, Request::Branch(Branch { run: "k3".into(), step: 2, ..Branch::default() }));
    }
}
